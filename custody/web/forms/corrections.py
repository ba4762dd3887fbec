"""Records as they should be, each with the reason and the entry under which the person saw the old one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from custody import models as m
from custody import regimes
from custody.terms import HandoffState, ItemState

from ..base import words
from .fields import Day, Line, Paragraph
from .party import QualificationForm


class Corrected(forms.Form):
    """What every correction carries; ``given`` is what the action takes."""

    reason = Paragraph(
        label=_("What was wrong? (kept in the ledger)"), error_messages={"required": _("Give the reason")}
    )
    seen = forms.UUIDField(widget=forms.HiddenInput)

    field_order: Any = None

    def given(self) -> dict[str, Any]:
        """Return the new values by the name of their column."""
        return {n: v for n, v in self.cleaned_data.items() if n not in ("reason", "seen")}


class PartyCorrection(Corrected):
    """Names and country of a party."""

    name = Line(
        label=_("Name of the party"),
        max_length=300,
        error_messages={"required": _("Enter the name of the party")},
    )
    other_name = Line(label=_("Other name"), max_length=300, required=False)
    country = Line(
        label=_("Country"), max_length=2, required=False, help_text=_("Two capital letters, such as CN.")
    )
    field_order = ("name", "other_name", "country", "reason", "seen")

    def __init__(self, data: Any, row: m.Party) -> None:
        """Begin with what is recorded."""
        names = ("name", "other_name", "country")
        super().__init__(data, initial={n: getattr(row, n) for n in names} | {"seen": row.entry})


class QualificationCorrection(QualificationForm, Corrected):
    """A certificate as it stands on paper; files are attached on its own page."""

    evidence_file = None  # type: ignore[assignment]  # Django takes the field out
    field_order = ("kind", "categories", "number", "issuer", "valid_from", "valid_to", "reason", "seen")

    def __init__(self, data: Any, row: m.Qualification) -> None:
        """Begin with what is recorded."""
        super().__init__(data)
        names = ("number", "issuer", "valid_from", "valid_to")
        self.initial = {n: getattr(row, n) for n in names} | {"seen": row.entry}
        self.initial["kind"] = f"{row.type}|{row.grade}"
        self.initial["categories"] = [f"{row.type}|{c}" for c in row.categories]

    def given(self) -> dict[str, Any]:
        """Return the certificate by its columns."""
        found = {n: v for n, v in self.recorded().items() if n not in ("reason", "seen", "file")}
        return {**found, "categories": sorted(found["categories"])}


class ItemCorrection(Corrected):
    """Codename and level of an item."""

    codename = Line(label=_("Codename"), max_length=100, error_messages={"required": _("Enter the codename")})
    level = forms.ChoiceField(label=_("Classification"))
    field_order = ("codename", "level", "reason", "seen")

    def __init__(self, data: Any, row: m.Item) -> None:
        """Begin with what is recorded; offer the levels of the project's regime while none is determined."""
        super().__init__(data, initial={"codename": row.codename, "level": row.level, "seen": row.entry})
        levels = sorted(regimes.pack(row.project.regime).levels, key=lambda level: level.rank)
        if row.state is not ItemState.PROPOSED:
            levels = [level for level in levels if level.id == row.level]
        self.fields["level"].choices = [(x.id, words(x.label.text)) for x in levels]  # type: ignore[attr-defined]


class HandoffCorrection(Corrected):
    """By when copies are to be returned, and an offer that is open is to be answered."""

    due_back = Day(label=_("Return by"), required=False)
    answer_by = Day(
        label=_("To be answered by"),
        required=False,
        help_text=_("Past this day an offer that nobody answered lapses; empty: never."),
    )
    field_order = ("due_back", "answer_by", "reason", "seen")

    def __init__(self, data: Any, row: m.Handoff) -> None:
        """Begin with what is recorded."""
        names = ("due_back", "answer_by")
        super().__init__(data, initial={n: getattr(row, n) for n in names} | {"seen": row.entry})
        if row.state is not HandoffState.OFFERED or m.Dispatch.objects.filter(handoff=row).exists():
            del self.fields["answer_by"]
