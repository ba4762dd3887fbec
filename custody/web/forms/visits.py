"""Asking for a visit, and ending one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from custody import models as m
from custody import regimes
from custody.actions import visits
from custody.terms import VisitKind

from ..base import words
from ..names import person_label
from .fields import Day, Line, Paragraph, WordChoice
from .hop import PartyBox, one_party

ROWS = 3
"""Guests that the form has room for; a program may name more."""
LISTED = 300


class VisitForm(forms.Form):
    """Who comes, to whom, to see what, from when to when."""

    kind = WordChoice(VisitKind, label=_("Kind"), error_messages={"required": _("Choose the kind")})
    host = forms.ChoiceField(label=_("Where?"), error_messages={"required": _("Choose where")})
    purpose = Paragraph(label=_("What for?"), error_messages={"required": _("Say what for")})
    starts = Day(label=_("First day"), error_messages={"required": _("Enter the first day")})
    ends = Day(label=_("Last day"), error_messages={"required": _("Enter the last day")})
    level = forms.ChoiceField(
        label=_("Highest classification of what is seen"),
        error_messages={"required": _("Choose the highest classification")},
    )
    items = forms.MultipleChoiceField(
        label=_("Items that are seen"), widget=forms.CheckboxSelectMultiple, required=False
    )
    people = forms.MultipleChoiceField(label=_("Registered persons who come"), required=False)
    approval_reference = Line(
        label=_("Number of the authority's written approval"),
        help_text=_("Asked for where somebody who comes is foreign."),
        max_length=200,
        required=False,
    )
    approved_on = Day(label=_("Day of that approval"), required=False)

    def __init__(self, data: Any, *, user: m.User, project: m.Project, places: list[tuple[str, str]]) -> None:
        """Take the project, and where visits may be asked for."""
        super().__init__(data)
        self.found: dict[int, m.Party] = {}
        for n in range(1, ROWS + 1):
            number = {"number": n}
            self.fields[f"guest_{n}"] = Line(label=_("Guest %(number)d: name") % number, required=False)
            self.fields[f"countries_{n}"] = forms.RegexField(
                r"^[A-Z]{2}([ ,]+[A-Z]{2})*$",
                label=_("Guest %(number)d: all citizenships") % number,
                help_text=_("Two letters each, for instance CN, KR."),
                required=False,
                error_messages={
                    "invalid": _("Write each country as two capital letters, for instance CN, KR")
                },
            )
            self.fields[f"from_{n}"] = Line(
                label=_("Guest %(number)d: for which party?") % number, widget=PartyBox, required=False
            )
        self.offer("host", places)
        self.fields["host"].required = all(value for value, _name in places)
        pack = regimes.pack(project.regime)
        levels = sorted(pack.levels, key=lambda level: level.rank)
        self.offer("level", [(x.id, words(x.label.text)) for x in levels])
        self.fields["level"].initial = project.level
        items = m.Item.objects.visible_to(user).filter(project=project)[:LISTED]
        self.offer("items", [(str(item.id), item.codename) for item in items])
        people = m.Person.objects.visible_to(user)[:LISTED]
        self.offer("people", [(str(person.id), words_of(person)) for person in people])
        self.order_fields(
            [
                "kind",
                "host",
                "purpose",
                "starts",
                "ends",
                "level",
                "items",
                "people",
                *_guests(),
                "approval_reference",
            ]
        )

    def offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        """Give a field its choices."""
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Check days, guests and the approval."""
        cleaned = super().clean() or self.cleaned_data
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        if starts and ends and ends < starts:
            self.add_error("ends", _("The last day is before the first day"))
        for n in range(1, ROWS + 1):
            named, typed = cleaned.get(f"guest_{n}"), cleaned.get(f"from_{n}")
            if not named and (typed or cleaned.get(f"countries_{n}")):
                self.add_error(f"guest_{n}", _("Name the guest"))
            try:
                if typed:
                    self.found[n] = one_party(typed)
            except ValidationError as error:
                self.add_error(f"from_{n}", error)
        return cleaned

    def asked(self) -> visits.Asked:
        """Return what is asked for."""
        given = self.cleaned_data
        guests = [
            visits.Guest(
                given[f"guest_{n}"],
                (given.get(f"countries_{n}") or "").replace(",", " ").split(),
                self.found[n].id if n in self.found else None,
            )
            for n in range(1, ROWS + 1)
            if given.get(f"guest_{n}")
        ]
        own = ("kind", "purpose", "level", "starts", "ends", "approved_on")
        return visits.Asked(
            **{name: given[name] for name in own},
            hop=UUID(given["host"]) if given["host"] else None,
            items=[UUID(id) for id in given["items"]],
            people=[UUID(id) for id in given["people"]],
            guests=guests,
            approval_reference=given["approval_reference"],
        )


def words_of(person: m.Person) -> str:
    """Return how a person stands in a list."""
    return str(person_label(person))


def _guests() -> Iterator[str]:
    for n in range(1, ROWS + 1):
        yield from (f"guest_{n}", f"countries_{n}", f"from_{n}")


class EndForm(forms.Form):
    """When the visitors left, and what they saw."""

    ended_on = Day(label=_("When did they leave?"), error_messages={"required": _("Enter the day")})
    remark = Paragraph(
        label=_("What did they see? (kept in the ledger)"),
        error_messages={"required": _("Say what was seen")},
    )
    seen = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any, row: m.Visit) -> None:
        """Take the visit as it is shown now."""
        super().__init__(data, initial={"seen": row.entry, "ended_on": timezone.localdate()})
