"""Overriding a rule where its pack allows it: asked for, agreed to by several who are not concerned, revoked.

An override is for one party in one project, for what the rule says of it on the day it is asked for, over one
subcontract or all of them, and until a day. It is bound to the SHA-256 of just that. Voting and revoking lock
the project's row alone, which every act that rests on an override shares: so a handoff is saved either wholly
before or wholly after. What it covers is for the engine to say (:mod:`custody.policy.overriding`), on the
pack of the day. A vote is signed with a passkey, or confirmed with the password and then said to be not
signed (:mod:`custody.actions.signing`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.utils.crypto import constant_time_compare

from custody import models as m
from custody import record, regimes
from custody.events import override as events
from custody.policy.engine import Finding
from custody.policy.regime import Overriding
from custody.signoff import OVERRIDE as SIGNED
from custody.signoff import NotSigned
from custody.terms import FindingOutcome, KeyForm, OverrideState, Text, Verb, VoteChoice
from custody.transitions import OVERRIDE, move

from . import locking, signing
from .base import Act, ActionError, Actor, NotPermitted, Outcome, perform
from .deciding import rule as run_rules
from .entered import entered
from .subjects import Terms, propose, question

SUBJECT_DOMAIN = "holdfast/override/v1"


def overridable(project: m.Project, today: dt.date | None = None) -> dict[str, Overriding]:
    """Return the rules that the project's pack lets be overridden, by code."""
    rules = regimes.pack(project.regime, today).rules
    return {code: s.override for code, s in sorted(rules.items()) if s.enabled and s.override is not None}


@entered(m.Override, needed=("reason",))
def ask(
    actor: Actor,
    *,
    project: UUID,
    rule: str,
    party: UUID,
    until: dt.date,
    reason: str,
    hop: UUID | None = None,
) -> Outcome:
    """Ask for an override of a rule for a party, over one subcontract to it or all of the project's.

    Raises ActionError where the pack does not let the rule be overridden, for a day that is gone or too far
    ahead, and where the rule does not bar the party today.
    """
    row = m.Project.objects.get(id=project)
    actor.require("override.ask", owner=row.owner_party_id)
    over = m.Hop.objects.get(id=hop, project=row, to_party=party) if hop else None

    def work(act: Act) -> Outcome:
        person, today = actor.human(), regimes.today(row.regime, act.now)
        allowed = overridable(row, today).get(rule)
        if allowed is None:
            raise ActionError(
                Text(
                    "The rule pack of this project does not let this rule be overridden.",
                    "本项目的规则包不允许对该规则特批放行。",
                ),
                "rule",
            )
        last = today + dt.timedelta(days=allowed.days)
        if not today <= until <= last:
            raise ActionError(
                Text(
                    f"Give a last day from {today.isoformat()} to {last.isoformat()}.",
                    f"截止日期须在{today.isoformat()}至{last.isoformat()}之间。",
                ),
                "until",
            )
        finding = said(actor, row, rule, party, over, today)
        if finding is None or finding.outcome is not FindingOutcome.BLOCK:
            raise ActionError(
                Text(
                    "The rule does not bar this party today, or cannot tell for lack of facts. There "
                    "is nothing "
                    "to override; record what is missing.",
                    "该规则目前并未阻止该单位，或因缺少资料无法判断，无需特批；请补登所缺资料。",
                ),
                "rule",
            )
        id = m.new_id()
        made = m.Override(
            id=id,
            project=row,
            rule=rule,
            problems=sorted(finding.problems),
            party_id=party,
            hop=over,
            hop_sha256=over.subject_sha256 if over else "",
            until=until,
            needed=allowed.quorum,
            requested_by_id=person,
            reason=reason,
        )
        made.subject_sha256 = record.digest_of_text(statement(made))
        made.entry = act.record(
            events.OverrideAsked(
                override=str(id),
                project=str(project),
                rule=rule,
                problems=made.problems,
                party=str(party),
                hop=_text(hop),
                hop_sha256=made.hop_sha256,
                until=until.isoformat(),
                subject_sha256=made.subject_sha256,
                needed=made.needed,
                person=str(person),
                reason=reason,
            ),
            row.stream,
            on_behalf_of=row.owner_party_id,
        )
        made.save(force_insert=True)
        return Outcome("held", made.entry, made)

    return perform(actor, work, verb="override.ask")


def said(
    actor: Actor, project: m.Project, rule: str, party: UUID, hop: m.Hop | None, today: dt.date
) -> Finding | None:
    """Return what a rule says of a subcontract to a party today: of the one named, else of any at the
    level of the project."""
    verb = Verb.HOP_APPROVE if hop else Verb.HOP_REQUEST
    terms = Terms(to_party=party, scope="-", level=project.level, starts=today)
    about = hop or propose(project, None, terms, actor)
    ruling = run_rules(verb, question(project, about, actor, today, verb, None if hop else terms))
    return next((finding for finding in ruling.judgement.findings if finding.code == rule), None)


def statement(row: m.Override) -> str:
    """Return the exact RFC 8785 text that each person agrees to."""
    return record.canonical_text(
        {
            "domain": SUBJECT_DOMAIN,
            "override": str(row.id),
            "project": str(row.project_id),
            "rule": row.rule,
            "problems": row.problems,
            "party": str(row.party_id),
            "hop": _text(row.hop_id),
            "hop_sha256": row.hop_sha256,
            "until": row.until.isoformat(),
        }
    )


def members(row: m.Override, choice: VoteChoice, reason: str, today: dt.date) -> dict[str, Any]:
    """Return what the statement that is signed on a vote says, beside who signs it and what makes it
    fresh."""
    return {
        "object": str(row.id),
        "project": str(row.project_id),
        "rule": row.rule,
        "problems": row.problems,
        "party": str(row.party_id),
        "hop": _text(row.hop_id),
        "hop_sha256": row.hop_sha256,
        "until": row.until.isoformat(),
        "choice": str(VoteChoice.APPROVE if choice.approves else VoteChoice.DENY),
        "reason": reason,
        "subject_sha256": record.digest_of_text(statement(row)),
        "pack_sha256": regimes.pack(row.project.regime, today).sha256,
    }


def begin(
    row: m.Override,
    choice: VoteChoice,
    person: UUID,
    reason: str,
    now: dt.datetime,
    form: KeyForm = KeyForm.PASSKEY,
) -> str:
    """Return a new statement for a person to sign with a key of a form. Records nothing."""
    today = regimes.today(row.project.regime, now)
    return signing.begin(SIGNED, members(row, choice, reason, today), person, now, form)


@entered(m.OverrideVote, needed=("reason",))
def vote(
    actor: Actor,
    *,
    override: UUID,
    choice: VoteChoice,
    reason: str,
    statement_sha256: str | None = None,
    signed: signing.Signed | None = None,
    coded: bool = False,
) -> Outcome:
    """Agree to an override, or refuse it, which ends it. The last vote that the pack of today demands puts it
    in force.

    ``signed`` is what the person signed with a passkey in place of the password, ``coded`` that a one-time
    code came with the password. A signature that does not count is recorded.
    Raises ActionError for who asked for it or for the subcontract, or belongs to a party of it, for who has
    voted so already, and where the text that was shown is not the one that stands.
    """
    row = m.Override.objects.select_related("project").get(id=override)
    project = row.project
    actor.require("override.vote", owner=project.owner_party_id)

    def work(act: Act) -> Outcome:
        person, today = actor.human(), regimes.today(project.regime, act.now)
        current = _locked(act, row, [person] if signed else [])
        allowed = overridable(project, today).get(current.rule)
        if choice.approves:
            if allowed is None or today > current.until:
                raise ActionError(
                    Text(
                        "Its last day is over, or the rule pack no longer allows it. Refuse it.",
                        "截止日期已过，或规则包已不再允许特批，请予否决。",
                    )
                )
            _may_agree(actor, current, person, allowed)
        agreed = {vote.person_id for vote in current.votes.all() if vote.choice.approves} | {person}
        needed = max(current.needed, allowed.quorum) if allowed else current.needed
        verb = "refuse" if not choice.approves else "grant" if len(agreed) >= needed else "agree"
        state = move(OVERRIDE, current.state, verb)
        digest = record.digest_of_text(statement(current))
        if statement_sha256 is not None and not constant_time_compare(digest, statement_sha256):
            raise ActionError(
                Text(
                    "This is not the text that stands. Read it again, then decide.",
                    "文本与现有内容不一致，请重新阅读后再作决定。",
                )
            )
        said = members(current, choice, reason, today)
        try:
            held = signing.held(act, SIGNED, said, signed, coded=coded)
        except NotSigned as fault:
            return signing.refuse(act, SIGNED, said, signed, fault.why)
        id = m.new_id()
        entry = act.record(
            events.OverrideVoted(
                vote=str(id),
                override=str(override),
                hop=_text(current.hop_id),
                rule=current.rule,
                person=str(person),
                choice=said["choice"],
                reason=reason,
                method=str(held.method),
                subject_sha256=digest,
                state=str(state),
            ),
            project.stream,
            on_behalf_of=project.owner_party_id,
        )
        m.OverrideVote.objects.create(
            id=id,
            entry=entry,
            override=current,
            person_id=person,
            choice=VoteChoice(said["choice"]),
            reason=reason,
            method=held.method,
            subject_sha256=digest,
        )
        signing.give(act, SIGNED, said, held, entry, project.stream)
        return _moved(current, OverrideState(state), entry)

    return perform(actor, work, verb="override.vote")


@entered(m.Override, needed=("reason",))
def revoke(actor: Actor, *, override: UUID, reason: str) -> Outcome:
    """End an override, or a request for one, at once: from then on it covers nothing."""
    row = m.Override.objects.select_related("project").get(id=override)
    project = row.project
    actor.require("override.revoke", owner=project.owner_party_id)

    def work(act: Act) -> Outcome:
        person = actor.human()
        current = _locked(act, row)
        state = move(OVERRIDE, current.state, "revoke")
        entry = act.record(
            events.OverrideRevoked(
                override=str(override),
                hop=_text(current.hop_id),
                rule=current.rule,
                person=str(person),
                reason=reason,
            ),
            project.stream,
            on_behalf_of=project.owner_party_id,
        )
        return _moved(current, OverrideState(state), entry)

    return perform(actor, work, verb="override.revoke")


def concerned(row: m.Override, person: UUID) -> bool:
    """Return whether a person asked for an override, or for its subcontract, or belongs to a party of it."""
    asked: set[Any] = {row.requested_by_id, row.hop and row.hop.requested_by_id}
    parties = {row.party_id, row.hop and row.hop.from_party_id} - {row.project.owner_party_id, None}
    held = m.Membership.objects.current().filter(person=person, party__in=parties)
    return person in asked or held.exists()


def _may_agree(actor: Actor, row: m.Override, person: UUID, allowed: Overriding) -> None:
    places = {actor.house, row.project.owner_party_id}
    if not any(party in places and str(role) in allowed.roles for party, role in actor.memberships):
        raise NotPermitted("override.vote")
    if concerned(row, person):
        raise ActionError(
            Text(
                "You asked for this, or for the subcontract, or belong to a party of it, so somebody "
                "else must "
                "agree.",
                "您是申请人、该分包的申请人，或属于其当事单位，须由他人表决。",
            )
        )


def _locked(act: Act, row: m.Override, persons: Sequence[UUID] = ()) -> m.Override:
    """Lock an override, and the persons whose keys are to stay as they are."""
    locking.together(("update", "person", persons), ("update", "project", [row.project_id]))
    current = m.Override.objects.select_related("project", "hop").get(id=row.id)
    act.unchanged(current)
    return current


def _moved(current: m.Override, state: OverrideState, entry: UUID) -> Outcome:
    current.state, current.entry = state, entry
    current.save()
    return Outcome("done", entry, current)


def _text(value: object) -> str | None:
    return None if value is None else str(value)
