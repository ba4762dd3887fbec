"""What lets a person receive: vetting, training, undertaking, and the day on which they leave."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from custody.terms import VettingClass

from ..uploads import Evidence
from .fields import Day, Line, WordChoice
from .registers import Register


class _AsRecorded(Register):
    """Begins with what is recorded of the person."""

    def fit(self) -> None:
        """Fill the fields from the row."""
        for name, field in self.fields.items():
            field.initial = getattr(self.row, name, None)


class VettingForm(_AsRecorded):
    """A vetting: for which post, of which class, how long it counts, by which paper."""

    vetting = WordChoice(
        VettingClass,
        empty=False,
        label=_("Class"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the class")},
    )
    post = Line(label=_("Post"), max_length=100, required=False)
    vetted_from = Day(label=_("Valid from"), error_messages={"required": _("Enter the first day")})
    vetted_to = Day(label=_("Valid until"), error_messages={"required": _("Enter the last day")})
    vetting_evidence = Line(
        label=_("Evidence"),
        help_text=_("Number of the paper that tells the result. It can be erased with the person."),
        max_length=200,
        error_messages={"required": _("Say which paper shows it")},
    )
    evidence_file = Evidence()

    def clean(self) -> dict[str, Any]:
        """The last day is not before the first."""
        cleaned = super().clean() or self.cleaned_data
        starts, ends = cleaned.get("vetted_from"), cleaned.get("vetted_to")
        if starts and ends and ends < starts:
            self.add_error("vetted_to", _("The last day is before the first day"))
        return cleaned


class TrainingForm(_AsRecorded):
    """The last secrecy training that somebody took."""

    trained_on = Day(label=_("Trained on"), error_messages={"required": _("Enter the day of the training")})
    training_evidence = Line(
        label=_("Evidence"),
        help_text=_("Such as the number of the certificate or the attendance list."),
        max_length=200,
        error_messages={"required": _("Say what shows it")},
    )
    evidence_file = Evidence()


class UndertakingForm(_AsRecorded):
    """The undertaking to keep secrets."""

    undertaking_on = Day(
        label=_("Signed on"), error_messages={"required": _("Enter the day of the signature")}
    )
    undertaking_evidence = Line(
        label=_("Where is it kept?"),
        help_text=_("File and number of the signed paper."),
        max_length=200,
        error_messages={"required": _("Say where it is kept")},
    )
    evidence_file = Evidence()


class LeavingForm(_AsRecorded):
    """The last day of a person."""

    leaves_on = Day(
        label=_("Last day"),
        help_text=_("Leave empty when the person stays after all."),
        required=False,
    )
    leaving_evidence = Line(
        label=_("Evidence"),
        help_text=_("Such as the notice, or the order of transfer."),
        max_length=200,
        required=False,
    )
    evidence_file = Evidence()

    def clean(self) -> dict[str, Any]:
        """A last day is shown by something."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("leaves_on") and not cleaned.get("leaving_evidence"):
            self.add_error("leaving_evidence", _("Say what shows it"))
        return cleaned
