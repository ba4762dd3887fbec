"""What the rules would have barred of what stood on paper, had it been done here today.

Two questions: may copies of the item be made (its classification, its level), and may the holder have them
where they are (its way down from the owner, its certificates, its person, its system, its country). How they
once came there is asked of nobody: no handoff was seen. All is asked on one reading of the database.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from custody import gather, regimes
from custody import models as m
from custody.policy import facts as f
from custody.policy.engine import Decision, Finding, decide
from custody.terms import FindingOutcome, HopState, Leg, Verb

from .opening_lines import Line
from .rejudging import versions

HOLDING = frozenset(
    {
        *("APR-01", "APR-02", "APR-03", "APR-04", "APR-06", "APR-07", "HOP-01"),
        *("QUA-01", "QUA-02", "QUA-03", "QUA-04", "QUA-05", "QUA-08", "FOR-01", "FOR-02", "FOR-03"),
        *("HND-02", "SYS-01", "SYS-02"),
    }
)
"""Rules of a handoff that judge who has a copy and where it lies, and not how it came there."""
MADE = frozenset({"CPY-02"})
"""Rules that ask how copies came to be made."""
_ORDERLY = (FindingOutcome.PASS, FindingOutcome.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a finding is about: an item, copies with one holder in one place, or a subcontract."""

    item: UUID | None = None
    party: UUID | None = None
    person: UUID | None = None
    system: UUID | None = None
    hop: UUID | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What one rule says of one subject, and how many copies that concerns."""

    subject: Subject
    copies: int
    finding: Finding

    def row(self, register: m.OpeningRegister, due: dt.date) -> m.OpeningFinding:
        """Return it as a row, yet to be saved."""
        return m.OpeningFinding(
            id=m.new_id(),
            register=register,
            code=self.finding.code,
            version=self.finding.version,
            outcome=self.finding.outcome,
            finding=self.finding.to_json(),
            item_id=self.subject.item,
            party_id=self.subject.party,
            person_id=self.subject.person,
            system_id=self.subject.system,
            hop_id=self.subject.hop,
            copies=self.copies,
            due=due,
        )


def found(project: m.Project, today: dt.date, *, taken_over: Sequence[tuple[m.Copy, Line]]) -> list[Told]:
    """Return what is not in order, in the order of the rules' codes."""
    by_item: dict[UUID, list[m.Copy]] = defaultdict(list)
    by_holder: dict[Subject, list[m.Copy]] = defaultdict(list)
    for copy, _line in taken_over:
        by_item[copy.item_id].append(copy)
        held = Subject(party=copy.custodian_party_id, person=copy.custodian_person_id, system=copy.system_id)
        by_holder[held].append(copy)
    hops = _hops(project, {held.party for held in by_holder if held.party})
    questions: list[tuple[Subject, int, f.Act, tuple[str, ...]]] = []
    for item, copies in by_item.items():
        act = replace(_act(Verb.COPY_MINT, today), item=str(item))
        questions.append((Subject(item=item), len(copies), act, versions(Verb.COPY_MINT, but=MADE)))
    for held, copies in by_holder.items():
        act = _held(project, held, copies, hops, today)
        questions.append((held, len(copies), act, versions(Verb.HANDOFF_OFFER, HOLDING)))
    base = gather.together(_touched(project, today, by_item, by_holder, hops))
    pack = regimes.pack(project.regime, today)
    told = [
        Told(subject, copies, finding)
        for subject, copies, act, rules in questions
        for finding in decide(Verb(act.verb), base.asked(act), pack, rules).findings
        if finding.outcome not in _ORDERLY
    ]
    return sorted(told, key=lambda one: one.finding.code)


def of_hop(hop: m.Hop, judgement: Decision) -> list[Told]:
    """Return what is not in order of a subcontract that was judged as any request."""
    subject = Subject(party=hop.to_party_id, hop=hop.id)
    return [Told(subject, 0, finding) for finding in judgement.findings if finding.outcome not in _ORDERLY]


def _hops(project: m.Project, parties: Iterable[UUID]) -> dict[UUID, m.Hop]:
    """Return by party a subcontract in force by which it stands in the project."""
    rows = m.Hop.objects.filter(project=project, to_party__in=parties, state=HopState.ACTIVE)
    return {hop.to_party_id: hop for hop in rows.order_by("-path")}


def _held(
    project: m.Project, held: Subject, copies: Sequence[m.Copy], hops: dict[UUID, m.Hop], today: dt.date
) -> f.Act:
    party = held.party
    hop = hops.get(party) if party else None
    inside = party == project.owner_party_id
    sender = hop.from_party_id if hop else project.owner_party_id
    return replace(
        _act(Verb.HANDOFF_OFFER, today),
        hop=str(hop.id) if hop else None,
        sender_party=str(sender),
        receiver_party=str(party),
        receiver_person=str(held.person) if held.person else None,
        system=str(held.system) if held.system else None,
        copies=tuple(sorted(str(copy.id) for copy in copies)),
        leg=str(Leg.INTERNAL) if inside else None,
    )


def _touched(
    project: m.Project,
    today: dt.date,
    by_item: dict[UUID, list[m.Copy]],
    by_holder: dict[Subject, list[m.Copy]],
    hops: dict[UUID, m.Hop],
) -> gather.Many:
    path = {id for hop in hops.values() for id in hop.path_ids()}
    parties = {held.party for held in by_holder} | {hop.from_party_id for hop in hops.values()}
    return gather.Many(
        project,
        today,
        hops=sorted(path),
        parties=sorted(_there(parties)),
        copies=sorted(copy.id for copies in by_holder.values() for copy in copies),
        items=sorted(by_item),
        persons=sorted(_there(held.person for held in by_holder)),
        systems=sorted(_there(held.system for held in by_holder)),
    )


def _there(ids: Iterable[UUID | None]) -> Iterator[UUID]:
    return iter({id for id in ids if id is not None})


def _act(verb: Verb, today: dt.date) -> f.Act:
    """Return an act of Holdfast itself of which nothing is known yet."""
    nothing: dict[str, Any] = dict.fromkeys(
        ("actor_person", "hop", "approval", "handoff", "sender_party", "receiver_party", "receiver_person",
         "offered_by", "system", "level", "due_back", "channel", "second_carrier", "entry")
    )  # fmt: skip
    return f.Act(verb=str(verb), today=today, copies=(), has_purpose=True, **nothing)
