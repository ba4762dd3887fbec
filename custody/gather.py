"""Database -> facts: everything that rules may ask about one act, in a bounded number of queries at any
depth.

Rules read in system scope: a scoped reading would hide siblings and make rules pass. What a reader may see
of a finding is settled later, by the audience of each input.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from custody import models as m
from custody import regimes
from custody.policy import facts as f
from custody.terms import ApprovalState

_LIVE_FIRST = {ApprovalState.GRANTED: 0, ApprovalState.REQUESTED: 1}

_CLOSURE = """
WITH RECURSIVE start(id) AS (
  SELECT unnest(%s::uuid[])
  UNION
  SELECT unnest(ARRAY[h.from_party_id, h.to_party_id]) FROM custody_hop h WHERE h.id = ANY(%s::uuid[])
), up(id) AS (
  SELECT id FROM start
  UNION
  SELECT c.controller_id FROM custody_partycontrol c JOIN up ON c.party_id = up.id WHERE c.ends IS NULL OR
  c.ends >= %s
)
SELECT id FROM up
"""


@dataclass(frozen=True, slots=True)
class Question:
    """What an act touches; rows that do not exist yet (a project or hop being asked for) are handed in
    unsaved."""

    act: f.Act
    project: m.Project
    hops: Sequence[UUID] = ()
    new_hop: m.Hop | None = None
    copies: Sequence[UUID] = ()
    persons: Sequence[UUID] = ()
    system: UUID | None = None


def path_parties(project: m.Project, hops: Iterable[m.Hop], *more: UUID | None) -> set[UUID]:
    """Return the parties of a project and of a path, without those who control them."""
    ids = {project.owner_party_id, project.client_party_id, project.ultimate_client_party_id, *more}
    for hop in hops:
        ids |= {hop.from_party_id, hop.to_party_id}
    return {i for i in ids if i is not None}


def with_controllers(parties: Iterable[UUID], on: dt.date, hops: Iterable[UUID] = ()) -> list[UUID]:
    """Return parties, those of ``hops``, all who own or control them on ``on``, and so on. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_CLOSURE, [list(parties), list(hops), on])
        return sorted(row[0] for row in cursor.fetchall())


def facts(question: Question) -> f.Facts:
    """Return all facts of a question. At most twelve queries."""
    q = question
    hops = list(m.Hop.objects.filter(id__in=q.hops)) + ([q.new_hop] if q.new_hop else [])
    approvals, votes = _approvals([h.id for h in hops])
    voters = {v.person_id for vs in votes.values() for v in vs}
    persons = {UUID(i) for i in (q.act.actor_person, q.act.receiver_person, q.act.offered_by) if i} | set(
        q.persons
    )
    memberships = _memberships(persons | voters, q.act.today)
    more = [UUID(i) for i in (q.act.sender_party, q.act.receiver_party) if i]
    parties = with_controllers(path_parties(q.project, hops, *more), q.act.today)

    groups: list[f.Group] = [
        q.act,
        _project(q.project),
        *_systems(q.system, regimes.family(q.project.regime)),
    ]
    groups += _parties(parties, q.act.today)
    groups += [_hop(h, approvals.get(h.id)) for h in hops]
    groups += [_approval(a, votes[a.id], memberships) for a in approvals.values()]
    groups += [_copy(c) for c in m.Copy.objects.filter(id__in=q.copies).select_related("item")]
    groups += [_person(p, memberships[p.id]) for p in m.Person.objects.filter(id__in=persons)]
    return f.Facts.of(*groups)


def gathered_parties(gathered: f.Facts) -> set[UUID]:
    """Return the ids of every party whose facts were gathered."""
    return {UUID(key.partition(":")[2]) for key in gathered.groups if key.startswith("party:")}


def _id(value: UUID | None) -> str | None:
    return None if value is None else str(value)


def _project(p: m.Project) -> f.Project:
    return f.Project(
        id=str(p.id),
        regime=p.regime,
        owner_party=str(p.owner_party_id),
        client_party=_id(p.client_party_id),
        ultimate_client_party=_id(p.ultimate_client_party_id),
        level=p.level,
        categories=tuple(p.categories),
        qualification_type=p.qualification_type or None,
        qualification_grade=p.qualification_grade or None,
        contract_value=p.contract_value,
        currency=p.currency or None,
        contract_signed=p.contract_signed,
        entry=_id(p.entry),
    )


def _systems(destination: UUID | None, family: str) -> list[f.Group]:
    found = m.System.objects.filter(is_installation=True)
    if destination:
        found = found | m.System.objects.filter(id=destination)
    return [
        f.System(
            id=str(s.id),
            kind=str(s.kind),
            owner_party=_id(s.owner_party_id),
            level=s.levels.get(family),
            network=str(s.network),
            state=str(s.state),
            tested_on=s.tested_on,
            is_installation=s.is_installation,
            entry=_id(s.entry),
        )
        for s in found
    ]


def _parties(ids: Sequence[UUID], today: dt.date) -> list[f.Group]:
    papers: dict[UUID, list[f.Qualification]] = defaultdict(list)
    for paper in m.Qualification.objects.filter(party__in=ids).order_by("id"):
        papers[paper.party_id].append(
            f.Qualification(
                id=str(paper.id),
                type=paper.type,
                grade=paper.grade or None,
                categories=tuple(paper.categories),
                valid_from=paper.valid_from,
                valid_to=paper.valid_to,
                state=str(paper.state),
                recorded_by=_id(paper.recorded_by_id),
                verified_by=_id(paper.verified_by_id),
                verified_on=paper.verified_on,
                entry=_id(paper.entry),
            )
        )
    controllers: dict[UUID, list[f.Controller]] = defaultdict(list)
    for control in m.PartyControl.objects.filter(party__in=ids).order_by("id"):
        if control.ends is None or control.ends >= today:
            controllers[control.party_id].append(
                f.Controller(
                    party=str(control.controller_id),
                    kind=str(control.kind),
                    share=control.share,
                    entry=_id(control.entry),
                )
            )
    return [
        f.Party(
            id=str(p.id),
            kind=str(p.kind),
            state=str(p.state),
            country=p.country or None,
            controllers=tuple(controllers[p.id]),
            qualifications=tuple(papers[p.id]),
            entry=_id(p.entry),
        )
        for p in m.Party.objects.filter(id__in=ids).order_by("id")
    ]


def _hop(h: m.Hop, approval: m.Approval | None) -> f.Hop:
    return f.Hop(
        id=str(h.id),
        parent=_id(h.parent_id),
        from_party=str(h.from_party_id),
        to_party=str(h.to_party_id),
        depth=h.depth,
        state=str(h.state),
        level=h.level,
        categories=tuple(h.categories),
        starts=h.starts,
        ends=h.ends,
        share=h.share,
        amount=h.amount,
        keeps_core=h.keeps_core,
        awarded_on=h.awarded_on,
        reported_on=h.reported_on,
        subject_sha256=h.subject_sha256,
        approval=_id(approval.id) if approval else None,
        entry=_id(h.entry),
    )


def _approvals(hops: Sequence[UUID]) -> tuple[dict[UUID, m.Approval], dict[UUID, list[m.Vote]]]:
    """Return for each hop the approval that counts (granted, else open, else the latest), and its votes."""
    chosen: dict[UUID, m.Approval] = {}
    rows = list(m.Approval.objects.filter(hop__in=hops).order_by("-created_at"))
    for row in sorted(rows, key=lambda a: _LIVE_FIRST.get(a.state, 2)):
        chosen.setdefault(row.hop_id, row)
    votes: dict[UUID, list[m.Vote]] = defaultdict(list)
    for vote in m.Vote.objects.filter(approval__in=[a.id for a in chosen.values()]).order_by("id"):
        votes[vote.approval_id].append(vote)
    return chosen, votes


def _approval(a: m.Approval, votes: list[m.Vote], memberships: dict[UUID, list[m.Membership]]) -> f.Approval:
    return f.Approval(
        id=str(a.id),
        state=str(a.state),
        subject_kind="hop",
        subject_id=str(a.hop_id),
        subject_sha256=a.subject_sha256,
        level=a.level,
        starts=a.starts,
        ends=a.ends,
        requested_by=_id(a.requested_by_id),
        needed=a.needed,
        votes=tuple(
            f.Vote(
                person=str(v.person_id),
                parties=tuple(sorted({str(ms.party_id) for ms in memberships[v.person_id]})),
                choice=str(v.choice),
                entry=_id(v.entry),
            )
            for v in votes
        ),
        entry=_id(a.entry),
    )


def _copy(c: m.Copy) -> f.Copy:
    return f.Copy(
        id=str(c.id),
        number=c.code,
        item=str(c.item_id),
        level=c.item.level,
        custodian_party=_id(c.custodian_party_id),
        custodian_person=_id(c.custodian_person_id),
        state=str(c.state),
        offered_in=_id(c.offered_in_id),
        registered=True,
        entry=_id(c.entry),
    )


def _memberships(persons: Iterable[UUID], on: dt.date) -> dict[UUID, list[m.Membership]]:
    found: dict[UUID, list[m.Membership]] = defaultdict(list)
    for row in m.Membership.objects.current(on).filter(person__in=list(persons)).order_by("id"):
        found[row.person_id].append(row)
    return found


def _person(p: m.Person, memberships: list[m.Membership]) -> f.Person:
    return f.Person(
        id=str(p.id),
        memberships=tuple(f.Membership(party=str(ms.party_id), role=str(ms.role)) for ms in memberships),
        citizenships=None if p.citizenships is None else tuple(p.citizenships),
        entry=_id(p.entry),
    )
