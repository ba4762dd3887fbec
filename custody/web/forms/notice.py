"""Whether a person wants a mail about unread notices, and where."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from custody.terms import MailRhythm

from .fields import WordChoice


class MailForm(forms.Form):
    """How often, to which address, in which language."""

    rhythm = WordChoice(
        MailRhythm,
        empty=False,
        label=_("How often?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how often")},
    )
    address = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        required=False,
        error_messages={"invalid": _("Write the address like name@example.org")},
    )
    language = forms.ChoiceField(label=_("Language of the mail"), choices=settings.LANGUAGES)

    def clean(self) -> dict[str, Any]:
        """Ask for the address when there is to be a mail."""
        cleaned = super().clean() or self.cleaned_data
        if (
            cleaned.get("rhythm") is MailRhythm.DAILY
            and not cleaned.get("address")
            and "address" not in self.errors
        ):
            self.add_error("address", _("Give the address that the mail goes to"))
        return cleaned
