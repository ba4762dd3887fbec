"""Everything that ends, on which day: what a reader may see of it, between two days.

Consents, undertakings and places on need-to-know lists have no last day of their own: a person's place ends
with their leaving, which is here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db.models import Q

from custody import due, out, regimes
from custody import models as m
from custody.terms import (
    ApprovalState,
    DelegationState,
    HandoffState,
    HopState,
    PermitState,
    SystemState,
    Word,
)

MOST = 2_000
"""Endings of one kind that are told at a time."""


class EndingKind(Word):
    """What ends, or is to be done by a day; stored nowhere. In the order in which they are urgent."""

    RETURN = "return", "Copies due back", "副本应归还"
    RECALL = "recall", "Copies asked back", "要求归还副本"
    ARRIVAL = "arrival", "Copies to arrive", "在途副本应送达"
    ANSWER = "answer", "Offer to be answered", "移交应答复"
    DECISION = "decision", "Request to be decided", "申请应审批"
    OBJECTION = "objection", "Objection to be answered", "监管整改要求应答复"
    CONDITION = "condition", "Condition to be met", "条件应落实"
    APPROVAL = "approval", "Approval ends", "批准到期"
    HOP = "hop", "Subcontract ends", "分包到期"
    OUTPUT = "output", "Output of a collection due", "采集成果应登记"
    PERMIT = "permit", "Field permit ends", "外业采集许可到期"
    CERTIFICATE = "certificate", "Certificate runs out", "资质证书到期"
    INSPECTION = "inspection", "Yearly self-inspection due", "年度自查到期"
    REVIEW = "review", "Level to be reviewed", "密级应审核"
    SUBMISSION = "submission", "Results to be submitted", "成果应汇交"
    VETTING = "vetting", "Vetting ends", "涉密审查到期"
    TRAINING = "training", "Training to be repeated", "保密培训到期"
    LEAVING = "leaving", "Person leaves", "人员离岗"
    SYSTEM_TEST = "system_test", "System to be tested", "系统应检测"
    DELEGATION = "delegation", "Vote in other hands ends", "表决委托到期"


@dataclass(frozen=True, slots=True)
class Ending:
    """One thing that ends: its last day, or the day by which it must be done.

    ``noun`` and ``object`` are of what has a page; ``about`` is how people refer to it.
    """

    day: dt.date
    kind: EndingKind
    noun: str
    object: UUID
    about: str
    project: m.Project | None = None
    party: m.Party | None = None

    @property
    def uid(self) -> str:
        """Return an id that stays while the thing is the same, whenever it is asked for."""
        return f"{self.kind}-{self.object}"


@dataclass(frozen=True, slots=True)
class Asked:
    """Which endings: those that ``user`` may see from ``first`` to ``last``, of a project, party or kind."""

    user: Any
    first: dt.date
    last: dt.date
    project: UUID | None = None
    party: UUID | None = None
    kind: EndingKind | None = None

    @property
    def days(self) -> tuple[dt.date, dt.date]:
        """Return the first and the last day."""
        return self.first, self.last


def endings(asked: Asked) -> list[Ending]:
    """Return what ends, by day; a bounded number of queries, at most 2,000 of each kind."""
    found: list[Ending] = []
    for kind, source in _SOURCES.items():
        if asked.kind in (None, kind):
            found += list(source(asked))[:MOST]
    if asked.project:
        found = [e for e in found if e.project is not None and e.project.id == asked.project]
    if asked.party:
        found = [e for e in found if e.party is not None and e.party.id == asked.party]
    return sorted(found, key=lambda e: (e.day, list(EndingKind).index(e.kind), e.about, e.uid))


Source = Callable[[Asked], Iterable[Ending]]
_SOURCES: dict[EndingKind, Source] = {}


def _source(kind: EndingKind) -> Callable[[Source], Source]:
    def note(body: Source) -> Source:
        _SOURCES[kind] = body
        return body

    return note


def _of(asked: Asked, *, project: str = "", party: str = "") -> Q:
    """Return the condition for the project and party asked for, by the columns that name them."""
    found = Q()
    if asked.project:
        found &= Q(**{project: asked.project}) if project else Q(pk__in=[])
    if asked.party:
        found &= Q(**{party: asked.party}) if party else Q(pk__in=[])
    return found


@_source(EndingKind.RETURN)
def _returns(asked: Asked) -> Iterator[Ending]:
    rows = (
        due.returns()
        .visible_to(asked.user)
        .filter(_of(asked, project="project", party="receiver_party"), due_back__range=asked.days)
    )
    for row in rows.select_related("project", "receiver_party")[:MOST]:
        yield Ending(
            row.due_back, EndingKind.RETURN, "handoff", row.id, row.number, row.project, row.receiver_party
        )


@_source(EndingKind.RECALL)
def _recalls(asked: Asked) -> Iterator[Ending]:
    rows = (
        out.recalls()
        .visible_to(asked.user)
        .filter(_of(replace(asked, party=None), project="project"), due__range=asked.days)
    )
    if asked.party:
        rows = rows.filter(holders__contains=[asked.party])
    found = rows.select_related("project")[:MOST]
    parties = m.Party.objects.in_bulk({row.holders[0] for row in found})
    for row in found:
        project, holder = row.project, parties.get(row.holders[0])
        yield Ending(row.due, EndingKind.RECALL, "recall", row.id, project.code, project, holder)


@_source(EndingKind.ARRIVAL)
def _arrivals(asked: Asked) -> Iterator[Ending]:
    rows = m.Dispatch.objects.visible_to(asked.user).on_the_way()
    rows = rows.filter(
        _of(asked, project="handoff__project", party="handoff__receiver_party"), expected_on__range=asked.days
    )
    for row in rows.select_related("handoff__project", "handoff__receiver_party")[:MOST]:
        yield _of_handoff(row.expected_on, EndingKind.ARRIVAL, row.handoff)


@_source(EndingKind.ANSWER)
def _answers(asked: Asked) -> Iterator[Ending]:
    rows = m.Handoff.objects.visible_to(asked.user).filter(
        _of(asked, project="project", party="receiver_party"),
        state=HandoffState.OFFERED,
        dispatch__isnull=True,
        answer_by__range=asked.days,
    )
    for row in rows.select_related("project", "receiver_party")[:MOST]:
        yield _of_handoff(row.answer_by, EndingKind.ANSWER, row)


def _of_handoff(day: dt.date, kind: EndingKind, row: m.Handoff) -> Ending:
    return Ending(day, kind, "handoff", row.id, row.number, row.project, row.receiver_party)


@_source(EndingKind.DECISION)
def _decisions(asked: Asked) -> Iterator[Ending]:
    rows = m.Approval.objects.visible_to(asked.user).filter(
        _of(asked, project="hop__project", party="hop__to_party"),
        state=ApprovalState.REQUESTED,
        decide_by__range=asked.days,
    )
    for row in rows.select_related("hop__project", "hop__to_party")[:MOST]:
        yield _of_hop(row.decide_by, EndingKind.DECISION, "approval", row.id, row.hop)


@_source(EndingKind.CONDITION)
def _conditions(asked: Asked) -> Iterator[Ending]:
    rows = (
        m.Condition.objects.visible_to(asked.user)
        .open()
        .filter(
            _of(asked, project="approval__hop__project", party="approval__hop__to_party"),
            approval__state=ApprovalState.GRANTED,
            due__range=asked.days,
        )
    )
    for row in rows.select_related("approval__hop__project", "approval__hop__to_party")[:MOST]:
        hop = row.approval.hop
        yield Ending(
            row.due, EndingKind.CONDITION, "approval", row.approval_id, row.text, hop.project, hop.to_party
        )


@_source(EndingKind.OBJECTION)
def _objections(asked: Asked) -> Iterator[Ending]:
    rows = (
        m.Objection.objects.waiting()
        .visible_to(asked.user)
        .filter(_of(asked, project="project", party="project__owner_party"), due__range=asked.days)
    )
    for row in rows.select_related("project__owner_party")[:MOST]:
        project = row.project
        yield Ending(
            row.due, EndingKind.OBJECTION, "objection", row.id, row.number, project, project.owner_party
        )


@_source(EndingKind.APPROVAL)
def _approvals(asked: Asked) -> Iterator[Ending]:
    rows = m.Approval.objects.visible_to(asked.user).filter(
        _of(asked, project="hop__project", party="hop__to_party"),
        state=ApprovalState.GRANTED,
        ends__range=asked.days,
    )
    for row in rows.select_related("hop__project", "hop__to_party")[:MOST]:
        yield _of_hop(row.ends, EndingKind.APPROVAL, "approval", row.id, row.hop)


@_source(EndingKind.HOP)
def _hops(asked: Asked) -> Iterator[Ending]:
    rows = m.Hop.objects.visible_to(asked.user).filter(
        _of(asked, project="project", party="to_party"), state=HopState.ACTIVE, ends__range=asked.days
    )
    for row in rows.select_related("project", "to_party")[:MOST]:
        yield _of_hop(row.ends, EndingKind.HOP, "hop", row.id, row)


def _of_hop(day: dt.date, kind: EndingKind, noun: str, id: UUID, hop: m.Hop) -> Ending:
    return Ending(day, kind, noun, id, hop.scope, hop.project, hop.to_party)


@_source(EndingKind.OUTPUT)
def _outputs(asked: Asked) -> Iterator[Ending]:
    rows = (
        due.outputs()
        .visible_to(asked.user)
        .filter(_of(asked, project="project", party="unit"), output_due__range=asked.days)
    )
    for row in rows.select_related("project", "unit", "equipment")[:MOST]:
        about = f"{row.equipment} · {row.collected_on}"
        yield Ending(row.output_due, EndingKind.OUTPUT, "collection", row.id, about, row.project, row.unit)


@_source(EndingKind.PERMIT)
def _permits(asked: Asked) -> Iterator[Ending]:
    rows = m.FieldPermit.objects.visible_to(asked.user).filter(
        _of(asked, project="project", party="unit"),
        state__in=(PermitState.APPROVED, PermitState.ACTIVE),
        ends__range=asked.days,
    )
    for row in rows.select_related("project", "unit")[:MOST]:
        about = row.purpose[:80]
        yield Ending(row.ends, EndingKind.PERMIT, "field_permit", row.id, about, row.project, row.unit)


@_source(EndingKind.CERTIFICATE)
def _certificates(asked: Asked) -> Iterator[Ending]:
    rows = (
        due.certificates()
        .visible_to(asked.user)
        .filter(_of(asked, party="party"), valid_to__range=asked.days)
    )
    for row in rows.select_related("party")[:MOST]:
        yield Ending(
            row.valid_to, EndingKind.CERTIFICATE, "qualification", row.id, row.number, party=row.party
        )


@_source(EndingKind.INSPECTION)
def _inspections(asked: Asked) -> Iterator[Ending]:
    rows = (
        due.inspections(asked.first)
        .visible_to(asked.user)
        .filter(_of(asked, party="pk"), inspection_due__range=asked.days)
    )
    for row in rows[:MOST]:
        yield Ending(row.inspection_due, EndingKind.INSPECTION, "party", row.id, row.name, party=row)


@_source(EndingKind.REVIEW)
def _reviews(asked: Asked) -> Iterator[Ending]:
    for items in due.reviews(asked.first):
        rows = items.visible_to(asked.user).filter(
            _of(asked, project="project", party="project__owner_party"), due__range=asked.days
        )
        for row in rows.select_related("project__owner_party")[:MOST]:
            owner = row.project.owner_party
            yield Ending(row.due, EndingKind.REVIEW, "item", row.id, row.codename, row.project, owner)


@_source(EndingKind.SUBMISSION)
def _submissions(asked: Asked) -> Iterator[Ending]:
    rows = due.submissions(asked.first).filter(
        _of(asked, project="id", party="owner_party"),
        id__in=m.Project.objects.whole_for(asked.user).values("id"),
        due__range=asked.days,
    )
    for row in rows.select_related("owner_party")[:MOST]:
        yield Ending(row.due, EndingKind.SUBMISSION, "project", row.id, row.code, row, row.owner_party)


@_source(EndingKind.DELEGATION)
def _delegations(asked: Asked) -> Iterator[Ending]:
    rows = m.Delegation.objects.visible_to(asked.user).filter(
        _of(asked, project="project", party="party"), state=DelegationState.ACTIVE, ends__range=asked.days
    )
    for row in rows.select_related("delegator", "delegate", "project", "party")[:MOST]:
        about = f"{row.delegator.name} → {row.delegate.name}"
        yield Ending(row.ends, EndingKind.DELEGATION, "delegations", row.id, about, row.project, row.party)


# --- people: how they were vetted and trained is shown to those to whom their page shows it ---------------


def _people(asked: Asked) -> Any:
    rows = m.Person.objects.visible_to(asked.user)
    if not asked.user.sees_all_parties:
        rows = rows.filter(id=asked.user.person_id)
    if asked.project:
        return rows.none()
    if asked.party:
        rows = rows.filter(id__in=m.Membership.objects.current().filter(party=asked.party).values("person"))
    return rows


def _party_of(rows: Any, asked: Asked) -> Mapping[UUID, m.Party]:
    """Return for each person one party that they stand for today: the one asked for, else any."""
    held = m.Membership.objects.current().filter(person__in=[row.id for row in rows])
    if asked.party:
        held = held.filter(party=asked.party)
    return {each.person_id: each.party for each in held.select_related("party").order_by("id")}


def _ends_of_people(
    asked: Asked, kind: EndingKind, rows: Any, day: Callable[[Any], dt.date]
) -> Iterator[Ending]:
    found = list(rows[:MOST])
    parties = _party_of(found, asked)
    for row in found:
        yield Ending(day(row), kind, "person", row.id, row.name, party=parties.get(row.id))


@_source(EndingKind.VETTING)
def _vettings(asked: Asked) -> Iterator[Ending]:
    rows = _people(asked).filter(vetted_to__range=asked.days)
    return _ends_of_people(asked, EndingKind.VETTING, rows, lambda row: row.vetted_to)


@_source(EndingKind.TRAINING)
def _trainings(asked: Asked) -> Iterator[Ending]:
    days = _shortest("HND-02", "training_days", asked.first)
    if days is None:
        return iter(())
    after = dt.timedelta(days=days)
    rows = _people(asked).filter(trained_on__range=(asked.first - after, asked.last - after))
    return _ends_of_people(asked, EndingKind.TRAINING, rows, lambda row: row.trained_on + after)


@_source(EndingKind.LEAVING)
def _leavings(asked: Asked) -> Iterator[Ending]:
    rows = _people(asked).filter(leaves_on__range=asked.days)
    return _ends_of_people(asked, EndingKind.LEAVING, rows, lambda row: row.leaves_on)


@_source(EndingKind.SYSTEM_TEST)
def _tests(asked: Asked) -> Iterator[Ending]:
    """Tests of systems in use, where some regime says how old one may be: the shortest time counts."""
    days = _shortest("SYS-01", "test_days", asked.first)
    if days is None:
        return
    after = dt.timedelta(days=days)
    rows = m.System.objects.visible_to(asked.user).filter(
        _of(asked, party="owner_party"),
        state=SystemState.ACTIVE,
        tested_on__range=(asked.first - after, asked.last - after),
    )
    for row in rows.select_related("owner_party")[:MOST]:
        yield Ending(
            row.tested_on + after, EndingKind.SYSTEM_TEST, "system", row.id, row.name, party=row.owner_party
        )


def _shortest(code: str, name: str, today: dt.date) -> int | None:
    """Return the fewest days that a parameter by level allows in any regime; None where none asks."""
    found: list[int] = []
    for regime in regimes.all_names():
        try:
            setting = regimes.pack(regime, today).rules.get(code)
        except (KeyError, ValueError):
            continue
        if setting is not None and setting.enabled:
            found += dict(setting.params.get(name) or {}).values()
    return min(found, default=None)
