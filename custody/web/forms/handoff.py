"""Offering copies over a hop: whom, what, how, where to."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from custody import models as m
from custody.actions.handoffs import COPIES_PER_HANDOFF, Offer
from custody.actions.offering import unconfirmed
from custody.regimes import family, pack
from custody.terms import Channel, CopyState, Leg, Role, SystemState

from ..base import language, words
from ..names import level_name, party_name, person_label
from . import copy_numbers, number_file
from .fields import Day, Line, Paragraph, WordChoice

LISTED = 200
MOST_ROWS = 12
_RECEIVING = (Role.RECIPIENT, Role.CUSTODIAN, Role.MANAGER)


DOWN = (Leg.ISSUE, Leg.LOAN, Leg.TRANSFER, Leg.DESTRUCTION, Leg.INSPECTION)
_WAYS = {
    Leg.RETURN: (
        _("Back over which subcontract?"),
        _("Who will receive the copies?"),
        _("Copies to give back"),
    ),
    Leg.INTERNAL: (
        _("Within which party?"),
        _("Who will receive or read the copies?"),
        _("Copies to hand over or show"),
    ),
}
"""What the first questions are called where copies go back, or stay within one party."""


@dataclass(frozen=True)
class Way:
    """Where copies may go when not down a subcontract: from one party up, or within it."""

    id: UUID
    from_party: m.Party
    to_party: m.Party
    words: str

    @property
    def from_party_id(self) -> UUID:
        """The party that hands over."""
        return self.from_party.id

    @property
    def to_party_id(self) -> UUID:
        """The party that receives."""
        return self.to_party.id


class HandoffForm(forms.Form):
    """An offer. Who may receive, which copies and which systems depend on the hop."""

    hop = forms.ChoiceField(
        label=_("Under which subcontract?"), error_messages={"required": _("Choose the subcontract")}
    )
    receiver_person = forms.ChoiceField(
        label=_("Who will receive the copies?"),
        help_text=_("Those who may receive for that party today."),
        error_messages={"required": _("Choose the person who receives")},
    )
    copies = forms.MultipleChoiceField(
        label=_("Copies to hand over"), widget=forms.CheckboxSelectMultiple, required=False
    )
    codes = Paragraph(
        label=_("Or paste or scan copy numbers"),
        help_text=_("One per line, or separated by commas."),
        required=False,
        rows=2,
        max_length=8000,
    )
    file = forms.FileField(
        label=_("Or a file of copy numbers"),
        help_text=_("One per line; .txt, .csv or .xlsx, at most 1 MB."),
        required=False,
        widget=forms.FileInput(attrs={"accept": ",".join(number_file.KINDS)}),
        error_messages={"empty": _("This file is empty")},
    )
    purpose = Line(
        label=_("What are they for?"),
        help_text=_("Kept in the ledger."),
        error_messages={"required": _("Say what the copies are for")},
    )
    channel = WordChoice(
        Channel,
        empty=False,
        label=_("How do they travel?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how the copies travel")},
    )
    second_carrier = forms.ChoiceField(
        label=_("Who accompanies the copies?"),
        help_text=_("Where two people must carry them: a third person of either party."),
        required=False,
    )
    system = forms.ChoiceField(
        label=_("Where will they be kept?"),
        error_messages={"required": _("Choose where the copies will be kept")},
    )
    due_back = Day(
        label=_("Return by"), help_text=_("Leave empty if they need not come back."), required=False
    )
    answer_by = Day(
        label=_("To be answered by"),
        help_text=_("After that day the offer lapses."),
        required=False,
    )
    leg = WordChoice(
        DOWN,
        label=_("What kind of handoff is it?"),
        help_text=_("Left open: a loan if there is a day of return, else a transfer."),
        required=False,
    )
    statement = Paragraph(
        label=_("What do you state with the return?"),
        help_text=_("For instance: the data was deleted from WG-ROOM-1 and no copy was kept."),
        rows=2,
        error_messages={"required": _("State what goes with the return")},
    )
    submission = forms.UUIDField(widget=forms.HiddenInput)
    SELDOM: ClassVar = ("answer_by", "leg")
    """What most leave as it is: folded away, unless something stands there."""

    def __init__(
        self,
        data: Any,
        files: Any = None,
        *,
        user: Any,
        project: m.Project,
        hops: Sequence[m.Hop | Way],
        hop: str = "",
        url: str = "",
        turn: Leg | None = None,
    ) -> None:
        """Take the hops over which this user may offer, or the ways for a ``turn``: back or within a party;
        ``hop`` is the one chosen beforehand."""
        super().__init__(data, files, initial={"hop": hop, "submission": uuid.uuid4()})
        self.typed: list[m.Copy] = []
        self.notes: list[str] = []
        self.user, self.project, self.hops = user, project, {str(h.id): h for h in hops}
        self.fields["hop"].choices = [("", "—"), *((id, hop_words(h)) for id, h in self.hops.items())]  # type: ignore[attr-defined]
        self.fields["hop"].widget.attrs |= {
            "hx-post": url,
            "hx-vals": json.dumps({"step": "choices"}),
            "hx-target": "#fields",
            "hx-swap": "innerHTML",
        }
        self.turn = turn
        if not two_may_carry(project):
            del self.fields["second_carrier"]
        self._turn()
        self.fit()

    @property
    def seldom(self) -> list[forms.BoundField]:
        """The fields that are folded away, as far as this form has them."""
        return [self[name] for name in self.SELDOM if name in self.fields]

    @property
    def seldom_open(self) -> bool:
        """Whether something stands in one of them, or is wrong."""
        return any(field.errors or field.value() for field in self.seldom)

    def _turn(self) -> None:
        """Ask only what goes with where the copies may go."""
        if self.turn is not Leg.RETURN:
            del self.fields["statement"]
        if self.turn is None:
            return
        del self.fields["due_back"]
        for name, label in zip(("hop", "receiver_person", "copies"), _WAYS[self.turn], strict=True):
            self.fields[name].label = label
        if self.turn is Leg.RETURN:
            del self.fields["purpose"], self.fields["leg"]
        else:
            choices = [(str(leg), words(leg.text)) for leg in (Leg.INTERNAL, Leg.INSPECTION)]
            self.fields["leg"].choices, self.fields["leg"].help_text = choices, ""  # type: ignore[attr-defined]

    def fit(self) -> None:
        """Fit the choices that depend on the hop."""
        given = self.data if self.is_bound else self.initial  # a bound field would keep its first value
        hop = self.hops.get(str(given.get("hop") or ""))
        self.chosen = hop
        set_choices = {"receiver_person": [("", "—")], "system": [("", "—")], "copies": []}
        if hop:
            set_choices["receiver_person"] += [(str(p.id), person_label(p)) for p in receivers(hop)]
            set_choices["system"] += self._systems(hop)
            set_choices["copies"] += self._held(hop)
            self._take_the_only_one(set_choices["receiver_person"])
        if "second_carrier" in self.fields:
            set_choices["second_carrier"] = [
                ("", "—"),
                *(companions(hop.from_party, hop.to_party) if hop else []),
            ]
        for name, choices in set_choices.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        self.fields["copies"].help_text = "" if hop else _("Choose the subcontract first.")
        if hop and not set_choices["copies"]:
            self.fields["copies"].help_text = _("%(party)s holds no copies of this project.") % {
                "party": words(party_name(hop.from_party))
            }

    def _take_the_only_one(self, people: list[tuple[str, str]]) -> None:
        """Choose who receives where only one may: it is still read and confirmed before it counts."""
        if not self.is_bound and len(people) == 2 and not self.initial.get("receiver_person"):
            self.initial["receiver_person"] = people[1][0]

    def _systems(self, hop: m.Hop | Way) -> list[Any]:
        rows = m.System.objects.offered_to(self.user, hop.to_party_id).filter(state=SystemState.ACTIVE)
        groups: dict[bool, list[tuple[str, str]]] = {True: [], False: []}
        for row in rows:
            level = level_name(row.levels.get(family(self.project.regime), ""), self.project.regime)
            label = f"{row.name} · {words(level)} · {words(row.network.text)}"
            groups[row.owner_party_id == hop.to_party_id].append((str(row.id), label))
        theirs = _now("Systems of %(party)s") % {"party": words(party_name(hop.to_party))}
        return [(n, g) for n, g in ((theirs, groups[True]), (_now("Other systems"), groups[False])) if g]

    def _held(self, hop: m.Hop | Way) -> list[tuple[str, str]]:
        rows = self._pool().filter(custodian_party=hop.from_party_id, state=CopyState.HELD)
        if self.turn is Leg.RETURN:
            rows = rows.filter(id__in=m.HandoffCopy.objects.open().filter(handoff__hop=hop.id).values("copy"))
        return [(str(c.id), copy_words(c, self.project)) for c in rows.select_related("item")[:LISTED]]

    def _pool(self) -> Any:
        return m.Copy.objects.visible_to(self.user).filter(item__project=self.project)

    def clean(self) -> dict[str, Any]:
        """Turn numbers into copies, those of a file too; ask for at least one copy, ticked or typed."""
        cleaned = super().clean() or self.cleaned_data
        self._take_over(cleaned.get("file"))
        self._show(str(self.data.get("codes", "")))
        if "codes" not in self.errors and "file" not in self.errors:
            self._find(copy_numbers.read(self.data.get("codes", "")))
        if not self.chosen_copies() and not {"copies", "codes", "file"} & set(self.errors):
            self.add_error("copies", _("Choose at least one copy"))
        doubted = self._pool().filter(id__in=self.chosen_copies(), unconfirmed__isnull=False).order_by("code")
        if codes := list(doubted.values_list("code", flat=True)):
            self.add_error("copies", words(unconfirmed(codes)))
        return cleaned

    def _take_over(self, upload: Any) -> None:
        """Put the numbers of a file under those typed: from here on they travel as text, as typed ones do."""
        self.files = MultiValueDict()
        if not upload:
            return
        typed = str(self.data.get("codes", "")).rstrip()
        try:
            text = "\n".join([*([typed] if typed else []), *number_file.lines_of(upload)])
            self.fields["codes"].clean(text)
        except ValidationError as error:
            self.add_error("file", error)
            return
        data: Any = self.data
        self.data = data.copy()
        self.data["codes"] = text  # type: ignore[index]

    def _show(self, text: str) -> None:
        """Make the box of numbers as high as its lines, so that the one with a fault is in sight."""
        self.fields["codes"].widget.attrs["rows"] = min(max(2, text.count("\n") + 1), MOST_ROWS)

    def _find(self, typed: list[copy_numbers.Typed]) -> None:
        """Look typed numbers up; every line that does not fit is named."""
        codes = list(dict.fromkeys(one.code for one in typed))
        if len(codes) > COPIES_PER_HANDOFF:
            self.add_error("codes", _("Hand over at most 200 copies at a time."))
            return
        found = {c.code: c for c in self._pool().filter(code__in=codes)}
        faults = copy_numbers.faults(typed, found)
        if faults:
            self.add_error("codes", [ValidationError(fault) for fault in faults])
            return
        self.typed = [found[code] for code in codes]
        self.notes = copy_numbers.repeats(typed)

    def chosen_copies(self) -> list[uuid.UUID]:
        """Return the copies ticked or typed, each once."""
        ticked = [uuid.UUID(c) for c in self.cleaned_data.get("copies") or []]
        typed = [c.id for c in self.typed]
        return list(dict.fromkeys([*ticked, *typed]))

    def offer(self) -> Offer | None:
        """Return the offer as far as it is filled in; None while hop, receiver, system or copies are open."""
        given = self.cleaned_data
        copies = self.chosen_copies()
        if not (given.get("hop") and given.get("receiver_person") and given.get("system") and copies):
            return None
        inside = self.turn is Leg.INTERNAL
        return Offer(
            hop=None if inside else uuid.UUID(given["hop"]),
            copies=copies,
            receiver_person=uuid.UUID(given["receiver_person"]),
            purpose=given.get("purpose") or "",
            channel=given.get("channel") or Channel.IN_PERSON,
            system=uuid.UUID(given["system"]),
            due_back=given.get("due_back"),
            second_carrier=uuid.UUID(second) if (second := given.get("second_carrier")) else None,
            leg=given.get("leg") or self.turn,
            statement=given.get("statement") or "",
            answer_by=given.get("answer_by"),
        )


def receivers(hop: m.Hop | Way) -> Any:
    """Return the people who may sign for copies at the receiving end of a hop today."""
    standing = m.Membership.objects.current().filter(party=hop.to_party_id, role__in=_RECEIVING)
    return m.Person.objects.filter(id__in=standing.values("person"))


def two_may_carry(project: m.Project) -> bool:
    """Return whether the regime asks for two carriers at some level that the project may hold."""
    used = pack(project.regime)
    setting = used.rules.get("HND-04")  # a pack from before the rule does not set it
    begins = setting.params.get("two_carriers_from") if setting else None
    return begins is not None and used.rank(project.level) >= used.rank(begins)


def companions(*parties: m.Party) -> list[Any]:
    """Return who may carry copies between parties today: the people of both, by party."""
    groups: list[Any] = []
    for party in dict.fromkeys(parties):
        standing = m.Membership.objects.current().filter(party=party)
        people = m.Person.objects.filter(id__in=standing.values("person"))
        groups.append((words(party_name(party)), [(str(p.id), person_label(p)) for p in people]))
    return groups


def hop_words(hop: m.Hop | Way) -> str:
    """Return a hop in one line: who to whom, and its state; another way in its own words."""
    if isinstance(hop, Way):
        return hop.words
    lang = language()
    ends = f"{party_name(hop.from_party).get(lang)} → {party_name(hop.to_party).get(lang)}"
    work = hop.scope.splitlines()[0][:60] if hop.scope else ""
    return " · ".join(part for part in (ends, work, hop.state.text.get(lang)) if part)


def copy_words(copy: m.Copy, project: m.Project) -> str:
    """Return a copy in one line: its number, what of, and its level."""
    level = words(level_name(copy.item.level, project.regime))
    return f"{copy.code} · {copy.item.codename} / {copy.number} · {level}"
