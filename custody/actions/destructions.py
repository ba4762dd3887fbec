"""Destruction of copies: asked for by their custodian, decided by somebody not concerned, done and certified.

From the request until the batch ends its copies are marked: they cannot be offered. What was destroyed
never moves again; a batch that is refused, withdrawn or failed gives its copies back. An approval is
bound to the SHA-256 of the canonical subject. Rule DSP-01 judges the request, the approval and the record.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.crypto import constant_time_compare

from custody import gather, locks, regimes, scope
from custody import models as m
from custody.events import destruction as events
from custody.evidence.store import Received
from custody.evidence.words import EvidenceOf
from custody.signoff import DESTRUCTION as SIGNED
from custody.signoff import NotSigned
from custody.terms import CopyState, DestructionMethod, Had, KeyForm, Text, Verb
from custody.transitions import COPY, DESTRUCTION, move

from . import files, holding, locking, signing
from .base import Act, ActionError, Actor, Outcome, perform, reached
from .correcting import needed
from .deciding import Ruling, blank_act, carried, keep, refuse, rule
from .destruction_subject import digest_of, facts_of, members
from .entered import entered

MOST = 200
MOST_WITNESSES = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: which copies, how many they are, who destroys them, how, where and why."""

    copies: Sequence[UUID]
    count: int
    unit: UUID
    method: DestructionMethod
    place: str
    reason: str


@dataclass(frozen=True, slots=True)
class Done:
    """What was done: by whom and how, on which day, how many copies, and who saw it."""

    unit: UUID
    method: DestructionMethod
    destroyed_on: dt.date
    counted: int
    witnesses: Sequence[UUID]
    remark: str = ""


@entered(m.Destruction)
def request(actor: Actor, *, project: UUID, asked: Asked, submission: UUID | None = None) -> Outcome:
    """Ask that copies of one party be destroyed; they are marked from now on. Object: the batch, which waits
    for an officer. Refused and recorded where a rule bars.

    Raises ActionError for no copy or more than 200, for a copy of another project, and for a blank place or
    reason.
    """
    whole = m.Project.objects.get(id=project)
    copies = sorted(set(asked.copies))
    first = m.Copy.objects.filter(id__in=copies).order_by("id").first()
    if first is None or len(copies) > MOST:
        raise ActionError(Text(en="Choose 1 to 200 copies.", zh="请选择1至200份副本。"), "copies")
    holder = first.custodian_party_id
    actor.require("destruction.request", holder=holder)
    if m.Copy.objects.filter(id__in=copies, item__project=project).count() != len(copies):
        raise ActionError(
            Text(en="Choose copies of this project only.", zh="只能选择本项目的副本。"), "copies"
        )
    needed(asked.reason)
    if not asked.place.strip():
        raise ActionError(Text(en="Say where they are destroyed.", zh="请填写销毁地点。"), "place")

    def work(act: Act) -> Outcome:
        row = m.Destruction(
            id=m.new_id(),
            project=whole,
            holder_id=holder,
            unit_id=asked.unit,
            copies=copies,
            count=asked.count,
            method=asked.method,
            place=asked.place,
            reason=asked.reason,
            requested_by_id=actor.human(),
        )
        row.subject_sha256 = digest_of(row)
        rows = _lock(act, row)
        ruling = _judge(actor, row, Verb.DESTRUCTION_REQUEST, act.now, rows)
        if not ruling.allowed:
            return _refused(act, row, ruling, submission)
        told = events.DestructionRequested(
            project=str(row.project_id),
            unit=str(row.unit_id),
            copies=list(map(str, row.copies)),
            count=row.count,
            method=str(row.method),
            place=row.place,
            reason=row.reason,
            subject_sha256=row.subject_sha256,
            requested_by=str(row.requested_by_id),
            **_named(row),
        )
        return _saved(act, row, row.state, told, rows, ruling, "mark", "held")

    return perform(actor, work, submission=submission, verb="destruction.request")


@scope.whole()
def preview(actor: Actor, row: m.Destruction, verb: Verb, now: dt.datetime) -> Ruling:
    """Run the rules on approving a batch. Records nothing."""
    return _judge(actor, row, verb, now, _copies_of(row))


def begin(
    actor: Actor, row: m.Destruction, reason: str, now: dt.datetime, form: KeyForm = KeyForm.PASSKEY
) -> str:
    """Return a new statement of an approval for a person to sign with a key of a form. Records nothing."""
    ruling = preview(actor, row, Verb.DESTRUCTION_APPROVE, now)
    return signing.begin(SIGNED, members(row, ruling, reason), actor.human(), now, form)


@entered(m.Destruction, reason="decision_reason")
def approve(
    actor: Actor,
    *,
    destruction: UUID,
    reason: str,
    subject_sha256: str | None = None,
    signed: signing.Signed | None = None,
) -> Outcome:
    """Approve a batch; refused and recorded where a rule bars, so for whoever is concerned.

    ``subject_sha256`` is the digest of what the page showed, ``signed`` what was signed with a passkey; a
    signature that does not count is recorded. Raises ActionError when the batch is another by now.
    """
    found = _found(destruction)
    actor.require("destruction.approve", owner=found.project.owner_party_id)
    needed(reason)

    def work(act: Act) -> Outcome:
        row, rows = _locked(act, found, signs=signed is not None)
        state = move(DESTRUCTION, row.state, "approve")
        digest = digest_of(row)
        if subject_sha256 is not None and not constant_time_compare(digest, subject_sha256):
            raise ActionError(
                Text(
                    en="The batch is not what this page showed. Read it again, then decide.",
                    zh="批次内容与页面所示不一致。请重新阅读后再作决定。",
                )
            )
        ruling = _judge(actor, row, Verb.DESTRUCTION_APPROVE, act.now, rows)
        said = members(row, ruling, reason)
        try:
            held = signing.held(act, SIGNED, said, signed, coded=False)
        except NotSigned as fault:
            return signing.refuse(act, SIGNED, said, signed, fault.why)
        if not ruling.allowed:
            return _refused(act, row, ruling)
        _decided(row, act, reason)
        row.approved_sha256 = digest
        told = events.DestructionApproved(subject_sha256=digest, **_decision(row))
        outcome = _saved(act, row, state, told, rows, ruling)
        signing.give(act, SIGNED, said, held, row.entry, row.project.stream)
        return outcome

    return perform(actor, work, verb="destruction.approve")


@entered(m.Destruction, reason="decision_reason")
def refuse_batch(actor: Actor, *, destruction: UUID, reason: str) -> Outcome:
    """Do not approve: the copies are free again."""
    found = _found(destruction)
    actor.require("destruction.refuse", owner=found.project.owner_party_id)
    needed(reason)

    def work(act: Act) -> Outcome:
        row, rows = _locked(act, found)
        state = move(DESTRUCTION, row.state, "refuse")
        _decided(row, act, reason)
        told = events.DestructionRefused(copies=list(map(str, row.copies)), **_decision(row))
        return _saved(act, row, state, told, rows, None, "unmark")

    return perform(actor, work, verb="destruction.refuse")


@entered(m.Destruction, reason="end_reason")
def withdraw(actor: Actor, *, destruction: UUID, reason: str) -> Outcome:
    """Take a batch back of which nothing was destroyed: the copies are free again."""
    found = _found(destruction)
    actor.require("destruction.withdraw", holder=found.holder_id)
    return _ended(actor, found, "withdraw", reason, events.DestructionWithdrawn)


@entered(m.Destruction, reason="end_reason")
def fail(actor: Actor, *, destruction: UUID, reason: str) -> Outcome:
    """Record that an approved destruction came to nothing: the copies are there, and free again."""
    found = _found(destruction)
    actor.require("destruction.fail", holder=found.holder_id)
    return _ended(actor, found, "fail", reason, events.DestructionFailed)


@entered(m.Destruction)
def record_done(actor: Actor, *, destruction: UUID, done: Done) -> Outcome:
    """Record that an approved batch was destroyed: custody of its copies ends. Refused and recorded where a
    rule bars.

    Raises ActionError for a day that has not come, and for witnesses who are not registered or too many.
    """
    found = _found(destruction)
    actor.require("destruction.record", holder=found.holder_id)
    witnesses = sorted(set(done.witnesses))

    def work(act: Act) -> Outcome:
        reached(done.destroyed_on, regimes.today(found.project.regime, act.now), "destroyed_on")
        row, rows = _locked(act, found, witnesses, done.unit)
        state = move(DESTRUCTION, row.state, "record")
        known = m.Person.objects.filter(id__in=witnesses).count()
        if known != len(witnesses) or len(witnesses) > MOST_WITNESSES:
            raise ActionError(
                Text(
                    en=f"Choose registered people, {MOST_WITNESSES} at most.",
                    zh=f"请选择已登记的人员，最多{MOST_WITNESSES}名。",
                ),
                "witnesses",
            )
        ruling = _judge(actor, row, Verb.DESTRUCTION_RECORD, act.now, rows, done)
        if not ruling.allowed:
            return _refused(act, row, ruling)
        row.destroyed_on, row.counted, row.witnesses = done.destroyed_on, done.counted, witnesses
        row.remark, row.recorded_by_id = done.remark, actor.human()
        told = events.DestructionRecorded(
            unit=str(done.unit),
            method=str(done.method),
            copies=list(map(str, row.copies)),
            counted=done.counted,
            destroyed_on=done.destroyed_on.isoformat(),
            witnesses=list(map(str, witnesses)),
            person=str(row.recorded_by_id),
            remark=done.remark,
            **_named(row),
        )
        outcome = _saved(act, row, state, told, rows, ruling, "destroy")
        holding.note(
            dict.fromkeys(row.copies),
            entry=outcome.entry,
            project=row.project_id,
            party=row.holder_id,
            person=None,
            how=Had.GONE,
        )
        return outcome

    return perform(actor, work, verb="destruction.record")


@entered(m.Destruction, needed=("certificate_number",))
def certify(
    actor: Actor,
    *,
    destruction: UUID,
    certificate_number: str,
    certified_on: dt.date,
    certificate_sha256: str = "",
    file: Received | None = None,
) -> Outcome:
    """Record the certificate of a destruction that was done, with the paper as a file. Object: the batch.

    Raises ActionError for a day that has not come or is before the destruction, and for another file than was
    stated.
    """
    found = _found(destruction)
    actor.require("destruction.certify", owner=found.project.owner_party_id, holder=found.holder_id)

    def work(act: Act) -> Outcome:
        reached(certified_on, regimes.today(found.project.regime, act.now), "certified_on")
        row, rows = _locked(act, found)
        state = move(DESTRUCTION, row.state, "certify")
        if row.destroyed_on and certified_on < row.destroyed_on:
            raise ActionError(
                Text(
                    en="This is before the copies were destroyed. Give the day of the certificate.",
                    zh="该日期早于销毁日期。请填写证明的出具日期。",
                ),
                "certified_on",
            )
        files.agrees(certificate_sha256, file)
        row.certificate_number, row.certified_on = certificate_number, certified_on
        row.certificate_sha256, row.certified_by_id = certificate_sha256, actor.human()
        told = events.DestructionCertified(
            certificate_number=certificate_number,
            certified_on=certified_on.isoformat(),
            certificate_sha256=certificate_sha256,
            person=str(row.certified_by_id),
            **_named(row),
        )
        return _saved(act, row, state, told, rows, None)

    both = files.also(file, EvidenceOf.DESTRUCTION, destruction, work)
    with files.settled(file):
        return perform(actor, both, verb="destruction.certify")


def _found(id: UUID) -> m.Destruction:
    row: m.Destruction = m.Destruction.objects.select_related("project").get(id=id)
    return row


def _ended(actor: Actor, found: m.Destruction, verb: str, reason: str, event: Callable[..., Any]) -> Outcome:
    needed(reason)

    def work(act: Act) -> Outcome:
        row, rows = _locked(act, found)
        state = move(DESTRUCTION, row.state, verb)
        row.ended_by_id, row.end_reason = actor.human(), reason
        told = event(
            copies=list(map(str, row.copies)), person=str(row.ended_by_id), reason=reason, **_named(row)
        )
        return _saved(act, row, state, told, rows, None, "unmark")

    return perform(actor, work, verb=f"destruction.{verb}")


def _decided(row: m.Destruction, act: Act, reason: str) -> None:
    row.decided_by_id, row.decision_reason = act.actor.human(), reason
    row.decided_on = regimes.today(row.project.regime, act.now)


def _decision(row: m.Destruction) -> dict[str, Any]:
    return {
        "decided_on": str(row.decided_on),
        "person": str(row.decided_by_id),
        "reason": row.decision_reason,
        **_named(row),
    }


def _named(row: m.Destruction) -> dict[str, str]:
    return {"destruction": str(row.id), "holder": str(row.holder_id)}


def _locked(
    act: Act,
    found: m.Destruction,
    witnesses: Iterable[UUID] = (),
    unit: UUID | None = None,
    *,
    signs: bool = False,
) -> tuple[m.Destruction, list[m.Copy]]:
    """Lock a batch with all that it rests on; return it as it stands now, with its copies."""
    rows = _lock(act, found, witnesses, unit, [found.id], signs=signs)
    row = _found(found.id)
    act.unchanged(row)
    return row, rows


def _lock(
    act: Act,
    row: m.Destruction,
    witnesses: Iterable[UUID] = (),
    unit: UUID | None = None,
    batch: Sequence[UUID] = (),
    *,
    signs: bool = False,
) -> list[m.Copy]:
    """Keep still all that a judgement of a batch rests on, and the count of the key of who signs; return its
    copies as they stand now.

    Raises locks.Unlocked when a copy came into other hands meanwhile.
    """
    today = regimes.today(row.project.regime, act.now)
    concerned = gather.path_parties(row.project, (), row.holder_id, row.unit_id, unit)
    holding = m.Copy.objects.filter(id__in=row.copies, custodian_person__isnull=False)
    people = {*holding.values_list("custodian_person", flat=True), row.requested_by_id, *witnesses}
    if act.actor.person:
        people.add(act.actor.person)
    locking.together(
        ("share", "party", gather.with_controllers(concerned, today)),
        ("update" if signs else "share", "person", people),
        ("share", "project", [row.project_id]),
        ("update", "copy", row.copies),
        ("update", "destruction", batch),
    )
    rows = _copies_of(row)
    locks.check("person", [copy.custodian_person_id for copy in rows if copy.custodian_person_id])
    return rows


def _copies_of(row: m.Destruction) -> list[m.Copy]:
    return list(m.Copy.objects.filter(id__in=row.copies).select_related("custodian_person").order_by("id"))


def _judge(
    actor: Actor,
    row: m.Destruction,
    verb: Verb,
    now: dt.datetime,
    copies: Sequence[m.Copy],
    done: Done | None = None,
) -> Ruling:
    today = regimes.today(row.project.regime, now)
    told = facts_of(row, copies, done)
    question = gather.Question(
        blank_act(verb, today, actor, destruction=str(row.id), copies=told.copies),
        row.project,
        copies=list(row.copies),
        persons=[row.requested_by_id, *(done.witnesses if done else ())],
        parties=(row.holder_id, row.unit_id),
        beside=(told,),
    )
    return rule(verb, question)


def _saved(
    act: Act,
    row: m.Destruction,
    state: Any,
    told: Any,
    copies: Sequence[m.Copy],
    ruling: Ruling | None,
    step: str = "",
    outcome: Any = "done",
) -> Outcome:
    """Record an event, and save the batch with its copies, which take a step where one is named."""
    became = {move(COPY, copy.state, step) for copy in copies} if step else set()
    decision_id = m.new_id()
    entry = act.record(
        told,
        row.project.stream,
        on_behalf_of=row.holder_id,
        copy_keys=[copy.tag_key for copy in copies],
        **(carried(ruling, decision_id) if ruling else {}),
    )
    decision = keep(ruling, row.project, decision_id, entry) if ruling else None
    new = row._state.adding
    row.state, row.entry = state, entry
    row.save(force_insert=new)
    for each in became:
        m.Copy.objects.filter(id__in=row.copies).update(state=CopyState(each), entry=entry)
    return Outcome(outcome, entry, row, decision)


def _refused(act: Act, row: m.Destruction, ruling: Ruling, submission: UUID | None = None) -> Outcome:
    return refuse(
        act,
        ruling,
        about=row.project.stream,
        project=row.project,
        attempt={
            "destruction": str(row.id),
            "to_party": str(row.holder_id),
            "copies": list(map(str, row.copies)),
            "count": row.count,
            "reason": row.reason,
        },
        submission=submission or act.actor.submission or m.new_id(),
        to_party=row.holder_id,
        on_behalf_of=row.holder_id,
    )
