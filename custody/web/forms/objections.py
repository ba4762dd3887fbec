"""Lodging an objection, answering it, and judging the answer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from custody import models as m
from custody.actions.files import FIELD

from ..uploads import Evidence
from .fields import Day, Line, Paragraph, ReasonForm


class LodgeForm(forms.Form):
    """What is wrong, on which legal basis, and by when an answer is due."""

    text = Paragraph(label=_("What is wrong?"), rows=5, error_messages={"required": _("Say what is wrong")})
    basis = Line(
        label=_("Legal basis"),
        help_text=_("Law or rule and article, as you would cite it in writing."),
        error_messages={"required": _("Give the legal basis")},
    )
    due = Day(
        label=_("Answer due by"), error_messages={"required": _("Give the day by which an answer is due")}
    )
    line = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, line: UUID | None) -> None:
        """Take the copy of a random sample from which it arises, if it does."""
        super().__init__(data, initial={"line": line})


class _Seen(forms.Form):
    """The entry under which an objection was seen."""

    seen = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any, sent: Any, row: m.Objection) -> None:
        """Take the objection as it is shown now."""
        super().__init__(data, sent, initial={"seen": row.entry})

    def given(self) -> dict[str, Any]:
        """Return what the action takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


class AnswerForm(_Seen):
    """The answer, with a file that shows it."""

    answer = Paragraph(
        label=_("Your answer (kept in the ledger)"),
        rows=5,
        error_messages={"required": _("Give the answer")},
    )
    evidence_file = Evidence(label=_("A paper that shows it"))

    def given(self) -> dict[str, Any]:
        """Return the answer and its file."""
        given = super().given()
        return {"answer": given["answer"], "file": given[FIELD]}


class AcceptForm(_Seen):
    """What there is to say with it."""

    remark = Paragraph(label=_("Remark (kept in the ledger)"), required=False)


class SendBackForm(ReasonForm, _Seen):
    """Why it is not enough, and by when another answer is due."""

    due = Day(
        label=_("Another answer due by"),
        error_messages={"required": _("Give the day by which an answer is due")},
    )


class WithdrawForm(ReasonForm, _Seen):
    """Why it was made in error."""
