"""What a party states of itself as a contractor, and its self-inspection, each with its paper."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from custody import models as m

from ..uploads import Evidence
from .fields import Day, Line, Paragraph, YesNo


class ConditionsForm(forms.Form):
    """A party's statement on the conditions of a contractor."""

    stated_on = Day(
        label=_("Day of the statement"), error_messages={"required": _("Enter the day of the statement")}
    )
    established_on = Day(label=_("Established on"), required=False)
    clean_record = YesNo(label=_("Was it free of leaks of secrets and of convictions within the last year?"))
    prc_staff = YesNo(label=_("Are all staff who do secret work PRC nationals?"))
    evidence = Line(
        label=_("Paper with the statement"),
        help_text=_("Its number, and where it is kept."),
        error_messages={"required": _("Name the paper")},
    )
    evidence_file = Evidence()
    remark = Paragraph(label=_("Remark"), required=False, rows=2, max_length=1000)

    def __init__(self, data: Any, files: Any, row: m.Party) -> None:
        """Begin with the day on which the party was established, which stays."""
        super().__init__(data, files, initial={"established_on": row.established_on})


class InspectionForm(forms.Form):
    """A self-inspection of a party."""

    inspected_on = Day(label=_("Day of the self-inspection"), error_messages={"required": _("Enter the day")})
    evidence = Line(
        label=_("Paper that shows it"),
        help_text=_("Its number, and where it is kept."),
        error_messages={"required": _("Name the paper")},
    )
    evidence_file = Evidence()
    remark = Paragraph(label=_("Remark"), required=False, rows=2, max_length=1000)

    def __init__(self, data: Any, files: Any, row: m.Party) -> None:
        """Ask for each anew."""
        super().__init__(data, files)
