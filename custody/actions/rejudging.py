"""What was allowed, judged again on today's facts: subcontracts, open offers, certificates, levels of items,
copies of which nothing was heard and those of which somebody has too many or for too long, and projects of
which the results are to be submitted.

The same :func:`custody.policy.engine.decide` as for an act. A subcontract in force is asked two questions:
would it be allowed if it were asked for today, and would its path carry a handoff today, whatever the copies.
Many objects of one project are judged on one reading of the database.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, cast
from uuid import UUID

from django.db.models import F, Q

from custody import due, gather, hoard, regimes, silence
from custody import models as m
from custody.policy import facts as f
from custody.policy.engine import Finding, decide
from custody.policy.regime import Pack
from custody.policy.rule import published
from custody.terms import FindingOutcome, HandoffState, HopState, LapseNoun, ProjectState, Source, Verb

from . import handoffs
from .base import Actor
from .deciding import Ruling
from .legs import ends_as_made

logger = logging.getLogger(__name__)

AT_ONCE = 500
"""Objects judged on one reading."""
PATH = frozenset({"APR-01", "APR-02", "APR-03", "APR-04", "APR-06", "APR-07", "HOP-01"})
"""Rules of a handoff that judge the path alone, its last subcontract with it: whatever copies are to pass."""
PAPER, HOLDER = frozenset({"QUA-03", "QUA-06"}), frozenset({"QUA-09"})
"""Rules that time alone can turn against a certificate, and against who holds it."""
_REVIEWED, _OF_COPIES = frozenset({"CLS-04"}), frozenset({silence.CODE, hoard.CODE})
_SUBMITTED = frozenset({"SUB-01"})
_ORDERLY = (FindingOutcome.PASS, FindingOutcome.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True)
class Case:
    """One object and the questions that are asked of it: what each touches, and by which rule versions."""

    noun: LapseNoun
    object: UUID
    stream: str
    party: UUID | None
    project: m.Project | None = None
    hop: UUID | None = None
    questions: tuple[tuple[gather.Question, tuple[str, ...]], ...] = ()
    paper: m.Qualification | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """What the rules say of an object today: ``findings`` by code, of what is not in order.

    ``rulings`` say what they rest on; a certificate has none, for it is asked by a made-up subcontract.
    """

    case: Case
    findings: Mapping[str, Finding] = field(default_factory=dict)
    rulings: tuple[Ruling, ...] = ()


@lru_cache
def versions(
    verb: Verb, only: frozenset[str] | None = None, but: frozenset[str] = frozenset()
) -> tuple[str, ...]:
    """Return the newest rule versions that judge a verb, all or of some codes."""
    found = (rule for rule in published().newest() if verb in rule.verbs and rule.code not in but)
    return tuple(rule.name for rule in found if only is None or rule.code in only)


# --- the cases --------------------------------------------------------------------------------------------


def in_scope(noun: LapseNoun, now: dt.datetime) -> Any:
    """Return the rows of a noun that are judged again, in the order in which they are.

    Of copies these are the silent and the hoarded ones, each found by one query, and those that were so; of
    projects those whose results were accepted and not submitted, and those of which a lapse stands.
    """
    if noun is LapseNoun.HOP:
        rows = m.Hop.objects.filter(state=HopState.ACTIVE).select_related("project")
        return rows.order_by("project_id", "path", "id")
    if noun is LapseNoun.HANDOFF:
        open_ = m.Handoff.objects.filter(state=HandoffState.OFFERED).select_related("project", "hop__project")
        return open_.prefetch_related("lines").order_by("project_id", "id")
    if noun is LapseNoun.ITEM:
        return m.Item.objects.settled().select_related("project").order_by("project_id", "id")
    if noun is LapseNoun.COPY:
        there = m.Copy.objects.there()
        told = m.Lapse.objects.open().filter(noun=noun).values("object")
        found = [silence.silent(there, now), hoard.hoarded(there, now)]
        some = Q(id__in=told) | Q(id__in=found[0].values("id")) | Q(id__in=found[1].values("id"))
        placed = there.filter(some).annotate(project_id=F("item__project_id")).select_related("item__project")
        return placed.order_by("project_id", "id")
    if noun is LapseNoun.PROJECT:
        told = m.Lapse.objects.open().filter(noun=noun).values("object")
        waiting = Q(accepted_on__isnull=False, submitted_on__isnull=True)
        return m.Project.objects.filter(waiting | Q(id__in=told)).annotate(project_id=F("id")).order_by("id")
    return due.certificates().select_related("party").order_by("id")


def case_of(row: Any, now: dt.datetime) -> Case:
    """Return what is asked of a subcontract, an open offer, an item, a copy, a certificate or a project.

    Raises PackLost, or KeyError, where the regime of its project has no text.
    """
    if isinstance(row, m.Qualification):
        stream = f"party:{row.party_id}"
        return Case(LapseNoun.QUALIFICATION, row.id, stream, row.party_id, paper=row)
    if isinstance(row, m.Copy):
        return _held(row, now)
    if isinstance(row, m.Project):
        act = _act(Verb.PROJECT_CLOSE, regimes.today(row.regime, now))
        closing = ((gather.Question(act, row), versions(Verb.PROJECT_CLOSE, _SUBMITTED)),)
        return Case(LapseNoun.PROJECT, row.id, row.stream, row.owner_party_id, row, None, closing)
    today = regimes.today(row.project.regime, now)
    if isinstance(row, m.Hop):
        asked = tuple(
            (gather.Question(_over(row, verb, today), row.project, hops=row.path_ids()), rules)
            for verb, rules in (
                (Verb.HOP_REQUEST, versions(Verb.HOP_REQUEST, but=PATH)),
                (Verb.HANDOFF_OFFER, versions(Verb.HANDOFF_OFFER, PATH)),
            )
        )
        return Case(LapseNoun.HOP, row.id, row.project.stream, row.to_party_id, row.project, row.id, asked)
    if isinstance(row, m.Handoff):
        question = _answered(row, today)
        asked = ((question, versions(Verb.HANDOFF_ACCEPT)),)
        where = (row.project.stream, row.receiver_party_id, row.project, row.hop_id)
        return Case(LapseNoun.HANDOFF, row.id, *where, asked)
    act = _act(Verb.COPY_MINT, today, item=row.id)
    asked = ((gather.Question(act, row.project, items=[row.id]), versions(Verb.COPY_MINT, _REVIEWED)),)
    owner = row.project.owner_party_id
    return Case(LapseNoun.ITEM, row.id, row.project.stream, owner, row.project, None, asked)


def _held(row: m.Copy, now: dt.datetime) -> Case:
    """Return the question whether something was heard of a copy in time, and whether its holder has more than
    its work needs."""
    project = row.item.project
    act = replace(_act(Verb.HANDOFF_OFFER, regimes.today(project.regime, now)), copies=(str(row.id),))
    question = gather.Question(act, project, copies=[row.id], parties=[row.custodian_party_id])
    asked = ((question, versions(Verb.HANDOFF_OFFER, _OF_COPIES)),)
    return Case(LapseNoun.COPY, row.id, project.stream, row.custodian_party_id, project, None, asked)


def _over(hop: m.Hop, verb: Verb, today: dt.date) -> f.Act:
    act = _act(verb, today, hop=hop.id)
    if verb is Verb.HOP_REQUEST:
        return act
    return replace(act, sender_party=str(hop.from_party_id), receiver_party=str(hop.to_party_id))


def _answered(row: m.Handoff, today: dt.date) -> gather.Question:
    """Return the question whether the person named could sign for an offer today."""
    copies = sorted(line.copy_id for line in row.lines.all())
    receiver = Actor(row.receiver_person_id, (), Source.SYSTEM, None)
    made = handoffs.offer_of(row, copies)
    return handoffs.question(receiver, made, ends_as_made(row), today, Verb.HANDOFF_ACCEPT, handoff=row)


def _act(verb: Verb, today: dt.date, *, hop: UUID | None = None, item: UUID | None = None) -> f.Act:
    """Return an act of Holdfast itself that names no copies."""
    nothing: dict[str, Any] = dict.fromkeys(
        ("actor_person", "approval", "handoff", "receiver_person", "offered_by", "system", "level",
         "due_back", "channel", "second_carrier", "entry", "sender_party", "receiver_party")
    )  # fmt: skip
    named: dict[str, Any] = {"hop": str(hop) if hop else None, "item": str(item) if item else None}
    return f.Act(verb=str(verb), today=today, copies=(), has_purpose=True, **{**nothing, **named})


# --- judging ----------------------------------------------------------------------------------------------


def judge(case: Case, now: dt.datetime) -> Judged:
    """Judge one object on facts gathered for it alone, which are what is recorded."""
    if case.paper is not None:
        return _papers([case], now)[0]
    rulings = [
        _ruled(gather.facts(question), question.act, rules, question.project)
        for question, rules in case.questions
    ]
    return _judged(case, rulings)


def judge_many(cases: Sequence[Case], now: dt.datetime) -> list[Judged]:
    """Judge objects of one project, or certificates, on one reading."""
    papers = [case for case in cases if case.paper is not None]
    if papers:
        return _papers(papers, now)
    base = gather.together(_touched(cases))
    found = []
    for case in cases:
        rulings = [_ruled(base.asked(q.act), q.act, rules, q.project) for q, rules in case.questions]
        found.append(_judged(case, rulings))
    return found


def _touched(cases: Sequence[Case]) -> gather.Many:
    asked = [question for case in cases for question, _ in case.questions]
    named = [
        (q.act.actor_person, q.act.receiver_person, q.act.offered_by, q.act.second_carrier) for q in asked
    ]
    ends = [(q.act.sender_party, q.act.receiver_party) for q in asked]
    return gather.Many(
        asked[0].project,
        asked[0].act.today,
        hops=_each(hop for q in asked for hop in q.hops),
        parties=_each(UUID(party) for pair in ends for party in pair if party),
        copies=_each(copy for q in asked for copy in q.copies),
        items=_each(item for q in asked for item in q.items),
        persons=_each(UUID(person) for four in named for person in four if person),
        systems=_each(q.system for q in asked if q.system),
    )


def _each(ids: Iterable[UUID]) -> list[UUID]:
    return sorted(set(ids))


def _ruled(facts: f.Facts, act: f.Act, rules: tuple[str, ...], project: m.Project) -> Ruling:
    verb, pack = Verb(act.verb), regimes.pack(project.regime, act.today)
    return Ruling(verb, facts, decide(verb, facts, pack, rules))


def _judged(case: Case, rulings: Sequence[Ruling]) -> Judged:
    findings = {
        finding.code: finding
        for ruling in rulings
        for finding in ruling.judgement.findings
        if finding.outcome not in _ORDERLY
    }
    return Judged(case, findings, tuple(rulings))


# --- certificates -----------------------------------------------------------------------------------------


def _papers(cases: Sequence[Case], now: dt.datetime) -> list[Judged]:
    """Judge certificates: would each carry a subcontract of its own grade and work, begun today?

    Under every regime of a project that knows its type; the worst is told.
    """
    names = m.Project.objects.order_by().values_list("regime", flat=True).distinct()
    packs = [(pack, regimes.today(name, now)) for name in sorted(names) if (pack := _pack(name, now))]
    holders = {case.party for case in cases}
    papers: dict[UUID, list[f.Qualification]] = {}
    for row in m.Qualification.objects.filter(party__in=holders).order_by("id"):
        papers.setdefault(row.party_id, []).append(_paper(row))
    return [_of_paper(case, packs, papers) for case in cases]


def _pack(name: str, now: dt.datetime) -> Pack | None:
    try:
        return regimes.pack(name, regimes.today(name, now))
    except (KeyError, ValueError):
        logger.warning("the rule pack %s cannot be read: what rests on it is not judged again", name)
        return None


def _of_paper(
    case: Case, packs: Sequence[tuple[Pack, dt.date]], papers: Mapping[UUID, Sequence[f.Qualification]]
) -> Judged:
    row, findings = cast(m.Qualification, case.paper), dict[str, Finding]()
    for pack, today in packs:
        if row.type not in {kind.id for kind in pack.qualification_types}:
            continue
        all_ = tuple(papers.get(row.party_id, ()))
        own = tuple(paper for paper in all_ if paper.id == str(row.id))
        for held, rules in ((own, PAPER), (all_, HOLDER)):
            facts = _made_up(row, held, pack, today)
            decision = decide(Verb.HOP_REQUEST, facts, pack, versions(Verb.HOP_REQUEST, rules))
            for finding in decision.findings:
                if finding.outcome in _ORDERLY:
                    continue
                if finding.code not in findings or finding.bars:
                    findings[finding.code] = finding
    return Judged(case, findings)


def _paper(row: m.Qualification) -> f.Qualification:
    return f.Qualification(
        id=str(row.id), type=row.type, grade=row.grade or None, categories=tuple(row.categories),
        valid_from=row.valid_from, valid_to=row.valid_to, state=str(row.state),
        recorded_by=str(row.recorded_by_id), verified_on=row.verified_on, entry=str(row.entry),
        verified_by=str(row.verified_by_id) if row.verified_by_id else None,
    )  # fmt: skip


def _made_up(row: m.Qualification, held: tuple[f.Qualification, ...], pack: Pack, today: dt.date) -> f.Facts:
    """Return a subcontract to the holder that asks for no more than the certificate says, at the lowest
    level, from today on. It is recorded nowhere."""
    holder, giver, project, hop = str(row.party_id), str(m.new_id()), str(m.new_id()), str(m.new_id())
    lowest = min(pack.levels, key=lambda level: level.rank).id
    categories = tuple(row.categories)
    party = f.Party(
        id=holder, kind=str(row.party.kind), state=str(row.party.state), country=row.party.country or None,
        controllers=(), qualifications=held, established_on=row.party.established_on, conditions_on=None,
        clean_record=None, prc_staff=None, inspected_on=row.party.inspected_on, entry=str(row.party.entry),
    )  # fmt: skip
    return f.Facts.of(
        replace(_act(Verb.HOP_REQUEST, today), hop=hop),
        f.Project(
            id=project, regime=pack.id, owner_party=giver, client_party=None, ultimate_client_party=None,
            level=lowest, categories=categories, qualification_type=row.type,
            qualification_grade=row.grade or None, contract_value=None, currency=None, contract_signed=None,
            state=str(ProjectState.OPEN), entry=None,
        ),
        f.Hop(
            id=hop, parent=None, from_party=giver, to_party=holder, depth=1, state=str(HopState.REQUESTED),
            level=lowest, categories=categories, starts=today, ends=None, share=None, amount=None,
            keeps_core=None, awarded_on=None, reported_on=None, subject_sha256="0" * 64, approval=None,
            changed=None, business=None, performer=None, siblings=None, consents=None, clauses=None,
            giver_signed=None, receiver_signed=None, entry=None,
        ),
        party,
    )  # fmt: skip


# --- reading in batches -----------------------------------------------------------------------------------


def batches(
    noun: LapseNoun, after: Sequence[str] | None, now: dt.datetime
) -> Iterator[tuple[list[Case], list[str]]]:
    """Yield the cases of a noun, some hundred of one project at a time, each with the place to go on from."""
    rows, place = in_scope(noun, now), list(after or ())
    while True:
        found = _next(noun, rows, place)
        if not found:
            return
        first = found[0]
        if noun is not LapseNoun.QUALIFICATION:
            found = [row for row in found if row.project_id == first.project_id]
        place = _place(noun, found[-1])
        yield _cases(found, now), place


def _next(noun: LapseNoun, rows: Any, place: Sequence[str]) -> list[Any]:
    if place and noun is LapseNoun.QUALIFICATION:
        rows = rows.filter(id__gt=place[0])
    elif place:
        column = "path" if noun is LapseNoun.HOP else "id"
        same = rows.filter(project_id=place[0], **{f"{column}__gt": place[1]})
        found = list(same[:AT_ONCE])
        if found:
            return found
        rows = rows.filter(project_id__gt=place[0])
    return list(rows[:AT_ONCE])


def _place(noun: LapseNoun, row: Any) -> list[str]:
    if noun is LapseNoun.QUALIFICATION:
        return [str(row.id)]
    return [str(row.project_id), row.path if noun is LapseNoun.HOP else str(row.id)]


def _cases(rows: Sequence[Any], now: dt.datetime) -> list[Case]:
    """Return the cases of rows of one project; none where its rule pack cannot be read."""
    try:
        return [case_of(row, now) for row in rows]
    except (KeyError, ValueError):
        logger.warning("project %s is not judged again: its rule pack cannot be read", rows[0].project_id)
        return []


def count(noun: LapseNoun, now: dt.datetime) -> int:
    """Return how many objects of a noun are judged again."""
    return int(in_scope(noun, now).order_by().count())
