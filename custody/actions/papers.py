"""Papers of a subcontract: written consents from above (HOP-06) and the terms that flow down (HOP-07).

They come with the request or later, and late for a subcontract that was approved before they were asked for.
A paper that was recorded wrongly is recorded anew; the latest counts, and what was recorded stays.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from custody import gather, regimes
from custody import models as m
from custody.events import papers as paper_events
from custody.evidence.store import Received
from custody.evidence.words import EvidenceOf
from custody.policy import facts as f
from custody.terms import ConsentKind, Text
from custody.transitions import HOP, move

from . import files, locking
from .base import Act, ActionError, Actor, Outcome, perform, reached
from .entered import entered

LONGEST = 200
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class ConsentPaper:
    """A written consent: whose, its number and day, and the SHA-256 of its file where one is kept."""

    kind: ConsentKind
    reference: str
    given_on: dt.date
    document_sha256: str = ""


@dataclass(frozen=True, slots=True)
class Agreed:
    """The clauses that giver and receiver agreed, by their ids in the pack, and the days of their signatures.

    A day that is None: that side has not signed yet.
    """

    clauses: Sequence[str] = ()
    reference: str = ""
    giver_signed_on: dt.date | None = None
    receiver_signed_on: dt.date | None = None
    document_sha256: str = ""


def check(regime: str, consents: Sequence[ConsentPaper], agreed: Agreed | None) -> None:
    """Raise ActionError for papers that cannot be meant; the member at fault is named."""
    kinds = [paper.kind for paper in consents]
    if len(set(kinds)) != len(kinds):
        raise ActionError(Text("Give one paper of each kind.", "每类文件只填写一份。"), "consents")
    for paper in consents:
        _number(paper.reference)
        _digest(paper.document_sha256)
    if agreed is None:
        return
    if agreed.reference:
        _number(agreed.reference)
    elif agreed.clauses or agreed.giver_signed_on or agreed.receiver_signed_on:
        raise ActionError(Text("Give the number of the agreement.", "请填写协议编号。"), "reference")
    _digest(agreed.document_sha256)
    known = {clause.id for clause in regimes.pack(regime).clauses}
    if unknown := sorted(set(agreed.clauses) - known):
        raise ActionError(
            Text(
                f"These rules have no such clause: {', '.join(unknown)[:200]}.",
                f"本规则包没有此条款：{'、'.join(unknown)[:200]}。",
            ),
            "clauses",
        )


def reached_by(today: dt.date, consents: Iterable[ConsentPaper], agreed: Agreed | None) -> None:
    """Raise ActionError for a paper that is dated on a day that has not come."""
    for paper in consents:
        reached(paper.given_on, today, "given_on")
    if agreed:
        reached(agreed.giver_signed_on, today, "giver_signed_on")
        reached(agreed.receiver_signed_on, today, "receiver_signed_on")


def as_facts(actor: Actor, consents: Iterable[ConsentPaper], agreed: Agreed | None) -> gather.Papers:
    """Return papers that come in with a request, as rules read them before they are saved."""
    person = None if actor.person is None else str(actor.person)
    given = agreed or Agreed()
    return gather.Papers(
        tuple(
            f.Consent(
                kind=str(paper.kind),
                given_on=paper.given_on,
                document_sha256=paper.document_sha256 or None,
                recorded_by=person,
                entry=None,
            )
            for paper in sorted(consents, key=lambda paper: str(paper.kind))
        ),
        tuple(given.clauses),
        given.giver_signed_on,
        given.receiver_signed_on,
    )


def add_consent(act: Act, hop: m.Hop, paper: ConsentPaper) -> m.Consent:
    """Save a consent inside an act that is already open."""
    id = m.new_id()
    entry = act.record(
        paper_events.HopConsented(
            consent=str(id),
            hop=str(hop.id),
            consent_of=str(paper.kind),
            reference=paper.reference,
            given_on=paper.given_on.isoformat(),
            document_sha256=paper.document_sha256 or None,
            recorded_by=str(act.actor.human()),
        ),
        hop.project.stream,
        on_behalf_of=hop.from_party_id,
    )
    return m.Consent.objects.create(
        id=id,
        entry=entry,
        hop=hop,
        kind=paper.kind,
        reference=paper.reference,
        given_on=paper.given_on,
        document_sha256=paper.document_sha256,
        recorded_by_id=act.actor.human(),
    )


def add_terms(act: Act, hop: m.Hop, agreed: Agreed) -> m.Agreement:
    """Save an agreement inside an act that is already open."""
    id, clauses = m.new_id(), sorted(set(agreed.clauses))
    entry = act.record(
        paper_events.HopTermsAgreed(
            agreement=str(id),
            hop=str(hop.id),
            reference=agreed.reference,
            clauses=clauses,
            giver_signed_on=_text(agreed.giver_signed_on),
            receiver_signed_on=_text(agreed.receiver_signed_on),
            document_sha256=agreed.document_sha256 or None,
            recorded_by=str(act.actor.human()),
        ),
        hop.project.stream,
        on_behalf_of=hop.from_party_id,
    )
    return m.Agreement.objects.create(
        id=id,
        entry=entry,
        hop=hop,
        reference=agreed.reference,
        clauses=clauses,
        giver_signed_on=agreed.giver_signed_on,
        receiver_signed_on=agreed.receiver_signed_on,
        document_sha256=agreed.document_sha256,
        recorded_by_id=act.actor.human(),
    )


@entered(m.Consent)
def record_consent(
    actor: Actor,
    *,
    hop: UUID,
    paper: ConsentPaper,
    submission: UUID | None = None,
    file: Received | None = None,
) -> Outcome:
    """Record that the client or an authority consented to a subcontract in writing, with the file if there is
    one, whose SHA-256 is then the paper's.

    Raises NotNow for one that was refused or ended, ActionError for a paper that is recorded already or
    dated ahead.
    """
    row = m.Hop.objects.select_related("project").get(id=hop)
    actor.require("hop.consent", owner=row.project.owner_party_id, sender=row.from_party_id)
    check(row.project.regime, [paper], None)
    if file:
        files.agrees(paper.document_sha256, file)
        paper = replace(paper, document_sha256=file.sha256)

    def work(act: Act) -> Outcome:
        reached_by(regimes.today(row.project.regime, act.now), [paper], None)
        current = _locked(act, row)
        last = m.Consent.objects.filter(hop=current, kind=paper.kind).last()
        if last and (last.reference, last.given_on, last.document_sha256) == (
            paper.reference,
            paper.given_on,
            paper.document_sha256,
        ):
            raise ActionError(Text("This paper is recorded already.", "该文件已登记。"), "reference")
        found = add_consent(act, current, paper)
        if file:
            files.add(act, files.subject(EvidenceOf.CONSENT, found.id), file)
        return Outcome("done", found.entry, found)

    with files.settled(file):
        return perform(actor, work, submission=submission, verb="hop.consent")


@entered(m.Agreement)
def record_terms(
    actor: Actor,
    *,
    hop: UUID,
    agreed: Agreed,
    submission: UUID | None = None,
    file: Received | None = None,
) -> Outcome:
    """Record which clauses giver and receiver of a subcontract agreed, and when they signed; with the file if
    there is one, whose SHA-256 is then the paper's.

    Raises NotNow for one that was refused or ended, ActionError for clauses that the regime does not list.
    """
    row = m.Hop.objects.select_related("project").get(id=hop)
    actor.require("hop.agree_terms", owner=row.project.owner_party_id, sender=row.from_party_id)
    _number(agreed.reference)
    check(row.project.regime, [], agreed)
    if file:
        files.agrees(agreed.document_sha256, file)
        agreed = replace(agreed, document_sha256=file.sha256)

    def work(act: Act) -> Outcome:
        reached_by(regimes.today(row.project.regime, act.now), [], agreed)
        current = _locked(act, row)
        last = m.Agreement.objects.filter(hop=current).last()
        if last and _same(last, agreed):
            raise ActionError(Text("This agreement is recorded already.", "该协议已登记。"), "reference")
        found = add_terms(act, current, agreed)
        if file:
            files.add(act, files.subject(EvidenceOf.AGREEMENT, found.id), file)
        return Outcome("done", found.entry, found)

    with files.settled(file):
        return perform(actor, work, submission=submission, verb="hop.agree_terms")


def _same(row: m.Agreement, agreed: Agreed) -> bool:
    names = ("reference", "giver_signed_on", "receiver_signed_on", "document_sha256")
    return row.clauses == sorted(set(agreed.clauses)) and all(
        getattr(row, name) == getattr(agreed, name) for name in names
    )


def _locked(act: Act, row: m.Hop) -> m.Hop:
    """Lock a hop, whose row stands for its papers too, and return it as it stands. Raises NotNow."""
    act.actor.human()
    locking.together(("share", "project", [row.project_id]), ("update", "hop", [row.id]))
    current = m.Hop.objects.select_related("project").get(id=row.id)
    act.unchanged(current)
    move(HOP, current.state, "record_paper")
    return current


def _number(reference: str) -> None:
    if not reference.strip():
        raise ActionError(Text("Give the number of the paper.", "请填写文件编号。"), "reference")
    if len(reference) > LONGEST:
        raise ActionError(Text(f"At most {LONGEST} characters.", f"最多{LONGEST}个字符。"), "reference")


def _digest(value: str) -> None:
    if value and not _SHA256.fullmatch(value):
        raise ActionError(
            Text("A SHA-256 is 64 characters, 0 to 9 and a to f.", "SHA-256须为64个字符（0至9、a至f）。"),
            "document_sha256",
        )


def _text(day: dt.date | None) -> str | None:
    return None if day is None else day.isoformat()
