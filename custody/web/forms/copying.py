"""What is asked of a copy permit."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from custody import models as m
from custody.actions import copying as actions

from .fields import Day, Line, Paragraph
from .handoff import copy_words

LISTED = 300
MONTH = dt.timedelta(days=30)


class CopyPermitForm(forms.Form):
    """How many more copies, from which, where, what for and until when."""

    count = forms.IntegerField(
        label=_("How many more copies?"),
        min_value=1,
        max_value=actions.MOST,
        error_messages={
            "required": _("Enter how many copies"),
            "invalid": _("Enter a whole number"),
            "min_value": _("Ask for 1 to 200 copies"),
            "max_value": _("Ask for 1 to 200 copies"),
        },
    )
    copy = forms.ChoiceField(label=_("From which copy?"), required=False)
    place = Line(label=_("Where are they made?"), max_length=200, required=False)
    purpose = Paragraph(
        label=_("What for? (kept in the ledger)"),
        error_messages={"required": _("Say what the copies are for")},
    )
    until = Day(
        label=_("Last day on which they may be made"), error_messages={"required": _("Enter the day")}
    )

    def __init__(self, data: Any, *, item: m.Item, copies: list[m.Copy], original: bool, first: str) -> None:
        """Take the copies for whose holder the reader may ask; whether also from the original."""
        super().__init__(data, initial={"copy": first, "until": timezone.localdate() + MONTH})
        listed = [(str(c.id), copy_words(c, item.project)) for c in copies[:LISTED]]
        none: list[tuple[str, Any]] = [("", _("From the original, by the owner"))] if original else []
        self.fields["copy"].choices = [*none, *listed]  # type: ignore[attr-defined]
        self.fields["copy"].required = not original

    def asked(self) -> actions.Asked:
        """Return what the action takes."""
        said = self.cleaned_data
        return actions.Asked(**{**said, "copy": UUID(said["copy"]) if said["copy"] else None})
