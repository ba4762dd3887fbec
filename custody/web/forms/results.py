"""What is asked of a project's results: acceptance, submission, and both as they should have been."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from custody import models as m

from .corrections import Corrected
from .fields import Day, Line
from .registers import Register


class Accepted(forms.Form):
    """When results were accepted, by whom, and the paper that says so."""

    accepted_on = Day(
        label=_("Results accepted on"), error_messages={"required": _("Enter the day of the acceptance")}
    )
    accepted_by = Line(
        label=_("Accepted by"), max_length=200, error_messages={"required": _("Enter who accepted them")}
    )
    acceptance_number = Line(
        label=_("Number of the acceptance document"),
        max_length=100,
        error_messages={"required": _("Enter the number of the document")},
    )


class Submitted(forms.Form):
    """When results were submitted, to whom, by whom, and under which number."""

    submitted_on = Day(
        label=_("Results submitted on"), error_messages={"required": _("Enter the day of the submission")}
    )
    submitted_to = Line(
        label=_("Submitted to"),
        help_text=_("The authority that took them."),
        max_length=200,
        error_messages={"required": _("Enter the authority")},
    )
    submitted_by = Line(
        label=_("Submitted by"), max_length=200, error_messages={"required": _("Enter who submitted them")}
    )
    submission_number = Line(
        label=_("Reference of the submission"),
        max_length=100,
        error_messages={"required": _("Enter the reference")},
    )


class AcceptedForm(Accepted, Register):
    """An acceptance."""


class SubmittedForm(Submitted, Register):
    """A submission."""

    def fit(self) -> None:
        """Begin with the owner as who submits."""
        self.fields["submitted_by"].initial = self.row.owner_party.name


class ResultsCorrection(Accepted, Submitted, Corrected):
    """Both as they should have been; all fields of one left empty: there was none."""

    field_order = (
        *("accepted_on", "accepted_by", "acceptance_number"),
        *("submitted_on", "submitted_to", "submitted_by", "submission_number", "reason", "seen"),
    )

    def __init__(self, data: Any, row: m.Project) -> None:
        """Begin with what is recorded."""
        names = self.field_order[:-2]
        super().__init__(data, initial={n: getattr(row, n) for n in names} | {"seen": row.entry})
        for name in names:
            self.fields[name].required = False
        self.fields["submitted_on"].help_text = _(
            "Leave all about the submission empty where there was none."
        )
