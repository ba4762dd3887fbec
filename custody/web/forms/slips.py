"""Forms of slips: asked for, confirmed and ended by those who make them, used by who has both halves."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from custody import models as m
from custody.actions import slips
from custody.terms import SlipPurpose

from .fields import Line, Paragraph, WordChoice
from .second import NewPasskeyForm

_REASON = Paragraph(
    label=_l("Reason (kept in the ledger)"),
    help_text=_l("How you know that it is this person who asks, and no more about them than is needed."),
    max_length=1000,
    error_messages={"required": _l("Give the reason")},
)
_CODE = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}


class InviteForm(forms.Form):
    """A user name, and why."""

    username = Line(
        label=_l("User name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _l("Enter a user name")},
    )
    reason = _REASON


class AskForm(forms.Form):
    """Which sign-in a slip is for, what for, and why."""

    user = forms.ChoiceField(label=_l("User name"), error_messages={"required": _l("Choose the sign-in")})
    purpose = WordChoice(
        SlipPurpose,
        label=_l("What for"),
        widget=forms.RadioSelect,
        error_messages={"required": _l("Say what the slip is for")},
    )
    reason = _REASON

    def __init__(self, data: Any, users: dict[str, m.User], purposes: list[SlipPurpose]) -> None:
        """Offer a person's sign-ins, and what they may need."""
        super().__init__(data)
        user: Any = self.fields["user"]
        user.choices = [(id, row.username) for id, row in users.items()]
        if len(users) == 1:
            user.initial, user.widget = next(iter(users)), forms.HiddenInput()
        purpose: Any = self.fields["purpose"]
        fitting = {str(each) for each in purposes}
        purpose.choices = [(value, label) for value, label in purpose.choices if value in fitting]

    def given(self) -> dict[str, Any]:
        """Return what the action takes."""
        return {**self.cleaned_data, "user": UUID(self.cleaned_data["user"])}


class Code(forms.CharField):
    """The code of one half: letters and digits in groups, however they are typed."""

    def __init__(self, **kwargs: Any) -> None:
        """Take a label."""
        super().__init__(
            max_length=60,
            widget=forms.TextInput(attrs=_CODE),
            error_messages={"required": _l("Type the code of this half")},
            **kwargs,
        )

    def clean(self, value: Any) -> str:
        """Return the code as it was made. Raises ValidationError for what cannot be one."""
        code = slips.fold(super().clean(value))
        if not code:
            raise ValidationError(
                _("A code has 16 letters and digits; there is no I, O, 0 or 1 in it."), "shape"
            )
        return code


class SlipForm(forms.Form):
    """What both pages ask: whose sign-in, and the two codes."""

    username = forms.CharField(
        label=_l("User name"),
        max_length=150,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
        error_messages={"required": _l("Type the user name that is on the slip")},
    )
    first = Code(label=_l("Code on the first half"))
    second = Code(label=_l("Code on the second half"))

    def codes(self) -> tuple[str, str]:
        """Return both codes."""
        return self.cleaned_data["first"], self.cleaned_data["second"]


class PasswordSlipForm(SlipForm):
    """A new password, twice."""

    password = forms.CharField(
        label=_l("New password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": _l("Type a new password")},
    )
    again = forms.CharField(
        label=_l("New password once more"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": _l("Type the new password once more")},
    )

    def clean(self) -> dict[str, Any]:
        """Both are the same."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("password") and cleaned.get("again") and cleaned["password"] != cleaned["again"]:
            self.add_error("again", _("The two are not the same"))
        return cleaned


class FactorSlipForm(SlipForm):
    """The present password."""

    password = NewPasskeyForm.base_fields["password"]
