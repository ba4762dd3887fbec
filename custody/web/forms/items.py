"""How an item is classified and what it was made from: asked at registration, and again when it is completed
or put right; and the review of its level."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from custody import models as m
from custody import regimes
from custody.actions import classifying
from custody.actions.items import MOST_KM2, MOST_SOURCES, MOST_YEARS, Classification
from custody.terms import BasisKind, ItemState, Marking, ProposalKind, ReviewOutcome, Subject

from ..base import words
from ..names import party_name
from .fields import Day, Line, Paragraph, WordChoice

NONE, THESE = "none", "these"
NAMES = tuple(f.name for f in fields(Classification))


class Classified(forms.Form):
    """What the rules ask of an item before its first copy; what is left empty stays unknown."""

    basis_kind = WordChoice(
        BasisKind,
        label=_("How was it classified?"),
        required=False,
        help_text=_("By derivation: after the level of what it was made from."),
    )
    basis = Line(
        label=_("Basis of the classification"),
        max_length=300,
        required=False,
        help_text=_("The document, or the item of a list of secrets, that gives it its level."),
    )
    classified_by = forms.ChoiceField(label=_("Classified by"), required=False)
    issued_on = Day(label=_("Day of issue"), required=False, help_text=_("From which its period is counted."))
    until = Day(
        label=_("Classified until"),
        required=False,
        help_text=_("The last day. Or give years, or a condition, below."),
    )
    years = forms.IntegerField(
        label=_("Or for how many years from the day of issue?"),
        min_value=1,
        max_value=MOST_YEARS,
        required=False,
        error_messages={"invalid": _("Enter a whole number")},
    )
    release_condition = Line(
        label=_("Or until what happens?"),
        max_length=300,
        required=False,
        help_text=_("The condition under which it is released."),
    )
    marking = WordChoice(Marking, label=_("Is it marked with level and period?"), required=False)
    marking_how = Line(label=_("How it is marked"), max_length=200, required=False)
    subjects = forms.MultipleChoiceField(
        label=_("What does it tell of? (optional)"),
        required=False,
        choices=lambda: [(str(word), words(word.text)) for word in Subject],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Subjects that make it sensitive, beside its level."),
    )
    made_from = forms.ChoiceField(
        label=_("Was it made from other items?"),
        choices=[("", _("Not known")), (NONE, _("No, from none")), (THESE, _("Yes, from the items below"))],
        required=False,
        widget=forms.RadioSelect,
    )
    sources = forms.MultipleChoiceField(
        label=_("Items it was made from"), required=False, widget=forms.CheckboxSelectMultiple
    )
    certificate_number = Line(
        label=_("Number of the processing certificate"),
        max_length=100,
        required=False,
        help_text=_("Only where it was processed so that its level may be lower than that of its sources."),
    )
    certificate_on = Day(label=_("Day of the processing certificate"), required=False)
    certificate_authority = Line(
        label=_("Authority that gave the processing certificate"), max_length=200, required=False
    )

    area_km2 = forms.DecimalField(
        label=_("Area in km² (optional)"),
        max_digits=14,
        decimal_places=4,
        min_value=Decimal("0.0001"),
        max_value=MOST_KM2,
        required=False,
        help_text=_("Of the ground that it shows. What one recipient holds of a project is added up."),
        error_messages={"invalid": _("Enter a number, such as 12.5")},
    )

    def offer_choices(self, user: m.User, project: m.Project, row: m.Item | None = None) -> None:
        """Offer the parties that a user may name, and the other items of the project that the user sees."""
        named = m.Party.objects.visible_to(user)
        parties = sorted(((str(p.id), words(party_name(p))) for p in named), key=lambda pair: pair[1])
        self.fields["classified_by"].choices = [("", "—"), *parties]  # type: ignore[attr-defined]
        others = m.Item.objects.visible_to(user).filter(project=project).exclude(id=row and row.id)
        # What is recorded is offered in any case: an answer that the form cannot hold would be lost.
        kept = others.filter(id__in=row.sources or []) if row else others.none()
        found = {str(i.id): i.codename for i in (*kept, *others[:MOST_SOURCES])}
        self.fields["sources"].choices = list(found.items())  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Sources are chosen where it is said that there are some, and only there."""
        cleaned = super().clean() or self.cleaned_data
        if bool(cleaned.get("sources")) is not (cleaned.get("made_from") == THESE):
            self.add_error(
                "sources", _("Choose the items it was made from, and say above that it was made from them")
            )
        return cleaned

    def classification(self) -> Classification:
        """Return the answers as the actions take them."""
        found = {name: self.cleaned_data[name] for name in NAMES}
        found["classified_by"] = UUID(found["classified_by"]) if found["classified_by"] else None
        made_from = self.cleaned_data["made_from"]
        found["sources"] = [UUID(id) for id in found["sources"]] if made_from else None
        found["subjects"] = [Subject(word) for word in found["subjects"]]
        return Classification(**found)


class Reasoned(forms.Form):
    """The reason of a proposal, and the entry under which its item was seen."""

    reason = Paragraph(
        label=_("Reason (kept in the ledger)"), error_messages={"required": _("Give the reason")}, rows=2
    )
    seen = forms.UUIDField(widget=forms.HiddenInput)


class Changed(Reasoned):
    """What a change of level, a declassification and a withdrawal have: their day, and what they rest on."""

    effective_on = Day(
        label=_("Day of the change"), error_messages={"required": _("Enter the day of the change")}
    )
    change_basis = Line(
        label=_("What the change rests on"),
        max_length=300,
        help_text=_("The order, decision or provision, with its number."),
        error_messages={"required": _("Say what the change rests on")},
    )


class ClassifyForm(Classified, Reasoned):
    """How an item that is registered is to be classified, with its level while nothing is determined."""

    field_order: Any = ("level", "effective_on", "change_basis", *Classified.base_fields, "reason", "seen")

    def __init__(self, data: Any, user: m.User, row: m.Item) -> None:
        """Begin with what is recorded, or what was proposed last where nothing is determined."""
        last = row.proposals.first() if row.state is ItemState.PROPOSED else None
        known = classifying.classification_of(last) if last else Classification.of(row)
        begin = {name: getattr(known, name) for name in NAMES} | {"seen": row.entry}
        begin["classified_by"] = str(known.classified_by or "")
        begin["made_from"] = "" if known.sources is None else THESE if known.sources else NONE
        begin["subjects"] = [str(word) for word in known.subjects]
        begin["level"] = last.level if last else row.level
        super().__init__(data, initial=begin)
        self.offer_choices(user, row.project, row)
        self._ask_level(row)

    def _ask_level(self, row: m.Item) -> None:
        if row.state is ItemState.PROPOSED:
            self.fields["level"] = _level_of(row, ())
            self.order_fields(self.field_order)

    def proposed(self, kind: ProposalKind) -> classifying.Proposed:
        """Return the answers as the action takes them."""
        given = self.cleaned_data
        names = ("effective_on", "change_basis", "reason")
        more = {name: given[name] for name in names if name in given}
        return classifying.Proposed(
            kind=kind, given=self.classification(), level=given.get("level") or None, **more
        )


class ReclassifyForm(ClassifyForm, Changed):
    """Another level of an item, and how it is classified then."""

    def _ask_level(self, row: m.Item) -> None:
        self.fields["level"] = _level_of(row, {row.level})
        self.initial["level"] = ""
        self.order_fields(self.field_order)


class ChangeForm(Changed):
    """That an item is declassified or withdrawn."""

    field_order = ("effective_on", "change_basis", "reason", "seen")

    def __init__(self, data: Any, user: m.User, row: m.Item) -> None:
        """Begin with the entry under which the item was seen."""
        super().__init__(data, initial={"seen": row.entry})

    def proposed(self, kind: ProposalKind) -> classifying.Proposed:
        """Return the answers as the action takes them."""
        return classifying.Proposed(
            kind=kind, **{name: value for name, value in self.cleaned_data.items() if name != "seen"}
        )


def _level_of(row: m.Item, but: Collection[str]) -> forms.ChoiceField:
    """Return the question for a level of the regime of an item."""
    levels = [level for level in regimes.pack(row.project.regime).levels if level.id not in but]
    return forms.ChoiceField(
        label=_("Classification"),
        choices=[("", "—"), *((level.id, words(level.label.text)) for level in levels)],
        error_messages={"required": _("Choose the classification")},
    )


class ReviewForm(forms.Form):
    """A review of an item's level."""

    reviewed_on = Day(label=_("Reviewed on"), error_messages={"required": _("Enter the day of the review")})
    outcome = WordChoice(
        ReviewOutcome,
        empty=False,
        label=_("Result"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the result")},
    )
    reason = Paragraph(
        label=_("Reason (kept in the ledger)"), error_messages={"required": _("Give the reason")}, rows=2
    )
    seen = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any, user: m.User, row: m.Item) -> None:
        """Begin with the entry under which the item was seen."""
        super().__init__(data, initial={"seen": row.entry})
