"""Asking for a subcontract, deciding on it, taking the approval back, and noting its report to the
authority."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.utils.crypto import constant_time_compare

from custody import gather, locks, record, regimes, scope
from custody import models as m
from custody.events import ending as ending_events
from custody.events import hop as hop_events
from custody.events import signing as signing_events
from custody.policy.rules.approvals import votes_needed
from custody.policy.rules.approvals_delegated import delegation
from custody.signoff import APPROVAL as SIGNED
from custody.signoff import NotSigned
from custody.terms import ApprovalState, HopState, Text, Verb, VoteChoice
from custody.transitions import APPROVAL, HOP, move

from . import against as advice
from . import (
    cascading,
    conditioning,
    deciders,
    delegating,
    limiting,
    locking,
    opening_compare,
    papers,
    signing,
    signing_votes,
)
from .base import Act, ActionError, Actor, NotPermitted, Outcome, perform, reached
from .correcting import keep_correction
from .deciding import Ruling, carried, keep, refuse, rule
from .entered import entered
from .subjects import Terms as Terms
from .subjects import client_wrote
from .subjects import propose as propose
from .subjects import question as question
from .subjects import subject_of as subject_of

STATEMENT_DOMAIN = "holdfast/vote-statement/v1"


@scope.whole()
def preview_request(
    actor: Actor, *, project: m.Project, parent: m.Hop | None, terms: Terms, now: dt.datetime
) -> Ruling:
    """Run the rules on a subcontract that is being typed. Records nothing."""
    hop = propose(project, parent, terms, actor)
    today = regimes.today(project.regime, now)
    return rule(Verb.HOP_REQUEST, question(project, hop, actor, today, Verb.HOP_REQUEST, terms))


@entered(m.Hop, needed=("scope",))
def request(
    actor: Actor,
    *,
    project: UUID,
    parent: UUID | None,
    terms: Terms,
    decide_by: dt.date | None = None,
    submission: UUID | None = None,
) -> Outcome:
    """Ask for a subcontract. Allowed by the rules it is held for an officer; else refused and recorded."""
    project_row = m.Project.objects.get(id=project)
    parent_row = m.Hop.objects.get(id=parent, project=project_row) if parent else None
    giver = parent_row.to_party_id if parent_row else project_row.owner_party_id
    actor.require("hop.request", owner=project_row.owner_party_id, sender=giver)
    if giver == terms.to_party:
        raise ActionError(
            Text(en="A party cannot subcontract to itself.", zh="单位不能向自身分包。"), "to_party"
        )
    if terms.ends is not None and terms.ends < terms.starts:
        raise ActionError(Text(en="The last day is before the first day.", zh="止日早于起日。"), "ends")
    papers.check(project_row.regime, terms.consents, terms.agreed)
    if terms.client_consent is False and client_wrote(terms):
        raise ActionError(
            Text(
                en="A consent of the client is given, so the client has consented.",
                zh="已填写委托方的书面同意，与“委托方未同意”矛盾。",
            ),
            "client_consent",
        )

    def work(act: Act) -> Outcome:
        hop = propose(project_row, parent_row, terms, actor)
        path = hop.path_ids()[:-1]
        today = regimes.today(project_row.regime, act.now)
        reached(terms.reported_on, today, "reported_on")
        papers.reached_by(today, terms.consents, terms.agreed)
        parties = gather.with_controllers(gather.path_parties(project_row, [hop]), today, path)
        # One at a time under one parent: what the giver passes on is added up (HOP-04), and two requests that
        # do not see each other would both fit.
        locking.together(
            ("share", "party", parties),
            ("share" if path else "update", "project", [project]),
            ("share", "hop", path[:-1]),
            ("update", "hop", path[-1:]),
        )
        ruling = rule(Verb.HOP_REQUEST, question(project_row, hop, actor, today, Verb.HOP_REQUEST, terms))
        if not ruling.allowed:
            return refuse(
                act,
                ruling,
                about=project_row.stream,
                project=project_row,
                attempt={
                    "parent": _text(parent),
                    "from_party": str(giver),
                    "to_party": str(terms.to_party),
                    "scope": terms.scope,
                    "level": terms.level,
                    "share": _text(terms.share),
                },
                submission=submission or m.new_id(),
                parent_hop=parent,
                to_party=terms.to_party,
                on_behalf_of=giver,
            )
        approval = add_hop(act, hop, ruling, decide_by)
        for paper in terms.consents:
            papers.add_consent(act, hop, paper)
        if terms.agreed and terms.agreed != papers.Agreed():
            papers.add_terms(act, hop, terms.agreed)
        return Outcome("held", hop.entry, hop, approval)

    return perform(actor, work, submission=submission, verb="hop.request")


def add_hop(act: Act, hop: m.Hop, ruling: Ruling, decide_by: dt.date | None) -> m.Approval:
    """Save a hop with its approval request inside an act that is already open; shared with importers."""
    approval_id, decision_id = m.new_id(), m.new_id()
    needed = votes_needed(regimes.pack(hop.project.regime), hop.level)
    act.record(
        hop_events.HopRequestedPaid(
            hop=str(hop.id),
            approval=str(approval_id),
            project=str(hop.project_id),
            parent=_text(hop.parent_id),
            path=hop.path,
            depth=hop.depth,
            from_party=str(hop.from_party_id),
            to_party=str(hop.to_party_id),
            performer=_text(hop.performer_id),
            scope=hop.scope,
            level=hop.level,
            categories=list(hop.categories),
            business=None if hop.business is None else list(hop.business),
            starts=hop.starts.isoformat(),
            ends=_text(hop.ends),
            share=_text(hop.share),
            amount=_text(hop.amount),
            currency=hop.currency,
            keeps_core=hop.keeps_core,
            client_consent=hop.client_consent,
            payer=_text(hop.payer_id),
            payer_country=hop.payer_country,
            payment=_text(hop.payment),
            awarded_on=_text(hop.awarded_on),
            reported_on=_text(hop.reported_on),
            requested_by=str(hop.requested_by_id),
            subject_sha256=hop.subject_sha256,
            decide_by=_text(decide_by),
            needed=needed,
            source_key=hop.source_key,
        ),
        hop.project.stream,
        on_behalf_of=hop.from_party_id,
        entry=hop.entry,
        **carried(ruling, decision_id),
    )
    hop.save(force_insert=True)
    keep(ruling, hop.project, decision_id, hop.entry)
    return m.Approval.objects.create(
        id=approval_id,
        entry=hop.entry,
        hop=hop,
        subject=subject_of(hop),
        subject_sha256=hop.subject_sha256,
        level=hop.level,
        starts=hop.starts,
        ends=hop.ends,
        decide_by=decide_by,
        needed=needed,
        requested_by_id=hop.requested_by_id,
    )


@scope.whole()
def preview_vote(actor: Actor, approval: m.Approval, now: dt.datetime) -> Ruling:
    """Run the rules on approving a request, as the decision page shows them. Records nothing."""
    project = approval.hop.project
    today = regimes.today(project.regime, now)
    return rule(
        Verb.HOP_APPROVE,
        question(
            project,
            approval.hop,
            actor,
            today,
            Verb.HOP_APPROVE,
            approval=str(approval.id),
            delegation=delegating.used(actor, project, approval.hop.level, today),
        ),
    )


def statement(approval: m.Approval, ruling: Ruling, choice: VoteChoice, person: UUID) -> str:
    """Return the exact RFC 8785 text that an officer is shown and answers for."""
    judgement = ruling.judgement
    by = delegation(ruling.facts)
    against = advice.against(approval, judgement) if choice is VoteChoice.AGAINST else []
    return record.canonical_text(
        {
            **({"against": against} if against else {}),
            **({"delegation": by.id, "on_behalf_of": by.delegator} if by else {}),
            "domain": STATEMENT_DOMAIN,
            "approval": str(approval.id),
            "hop": str(approval.hop_id),
            "project": str(approval.hop.project_id),
            "subject_sha256": approval.subject_sha256,
            "choice": str(choice),
            "person": str(person),
            "findings_sha256": record.digest([finding.to_json() for finding in judgement.findings]),
            "facts_sha256": record.digest(ruling.facts.to_json()),
            "pack_sha256": judgement.pack_sha256,
        }
    )


@entered(m.Vote)
def vote(
    actor: Actor,
    *,
    approval: UUID,
    choice: VoteChoice,
    reason: str,
    statement_sha256: str | None = None,
    conditions: Sequence[conditioning.Asked] = (),
    limit: limiting.Limit | None = None,
    signed: signing.Signed | None = None,
    coded: bool = False,
    submission: UUID | None = None,
) -> Outcome:
    """Cast an officer's vote. Approving is refused when a rule blocks; one denial ends the request.

    What warns, and the opinions of officers against it, bar nothing: but then it is approved against advice,
    and the reason names each of them. The vote that completes the number which the level demands grants it,
    once the officer to whom it was referred has approved; one before that is kept, and the request goes on
    waiting. An officer votes in their own right, else by what an officer has delegated to the actor (APR-05).
    ``conditions`` are those under which the officer approves (APR-06), ``limit`` how often and until when the
    approval may be used (APR-09).

    ``statement_sha256`` is the digest of the statement that the page showed: when the facts have changed
    since, nothing is saved and the officer is shown the new ones. ``signed`` is what the officer signed with
    a passkey in place of the password, ``coded`` that a one-time code came with the password. A signature
    that does not count is recorded. Raises ActionError, NotNow, NotPermitted.
    """
    row = m.Approval.objects.select_related("hop__project").get(id=approval)
    project = row.hop.project
    asked = "approve" if choice.approves else "deny"
    if not delegating.may_decide(actor, project):
        actor.require(f"hop.{asked}", owner=project.owner_party_id)
    if not reason.strip():
        raise ActionError(Text(en="Give the reason for your decision.", zh="请填写决定理由。"), "reason")
    conditioning.check(conditions, choice)
    limiting.check(limit, choice)

    def work(act: Act) -> Outcome:
        officer, today = actor.human(), regimes.today(project.regime, act.now)
        current = lock_subject(row.hop, approval, today, [officer] if signed else [])
        act.unchanged(current)
        by = delegating.used(actor, project, current.hop.level, today)
        locking.share("delegation", [by.id] if by else [])
        behind = {officer, *([by.delegator_id] if by else [])}
        completes = choice.approves and deciders.completes(current, behind)
        verb = "approve" if completes else "deny" if choice is VoteChoice.DENY else "agree"
        approval_state = move(APPROVAL, current.state, verb)
        hop = current.hop
        hop_state = move(HOP, hop.state, verb)
        ruling = preview_vote(actor, current, act.now)
        if ruling.facts.act.delegation != _text(by.id if by else None):
            raise locks.Unlocked("delegation")  # it ended before it was locked
        if choice is VoteChoice.DENY and "APR-05" in {finding.code for finding in ruling.judgement.barring}:
            raise NotPermitted("hop.deny")  # whom nobody let vote here today does not end a request
        said = signing_votes.Said(reason, conditions, limit)
        members = (
            signing_votes.members(current, ruling, choice, said)
            if signed
            else {"approval": str(approval), "choice": str(choice)}
        )
        try:
            held = signing.held(act, SIGNED, members, signed, coded=coded)
        except NotSigned as fault:
            return signing.refuse(act, SIGNED, members, signed, fault.why)
        text = held.statement or statement(current, ruling, choice, officer)
        text_digest = record.digest_of_text(text)
        if statement_sha256 is not None and not constant_time_compare(text_digest, statement_sha256):
            raise ActionError(signing.CHANGED)
        against = advice.against(current, ruling.judgement) if choice.approves else []
        if choice.approves and ruling.allowed:
            advice.check(choice, reason, against)
            opening_compare.require(hop)
        if choice.approves and not ruling.allowed:
            return refuse(
                act,
                ruling,
                about=project.stream,
                project=project,
                attempt={"approval": str(approval), "hop": str(hop.id), "to_party": str(hop.to_party_id)},
                submission=submission or m.new_id(),
                hop=hop.id,
                to_party=hop.to_party_id,
                on_behalf_of=project.owner_party_id,
            )
        vote_id, decision_id = m.new_id(), m.new_id()
        entry = act.record(
            signing_events.ApprovalVoted(
                vote=str(vote_id),
                approval=str(approval),
                hop=str(hop.id),
                person=str(officer),
                delegation=_text(by.id if by else None),
                behalf=_text(by.delegator_id if by else None),
                choice=str(choice),
                against=against,
                reason=reason,
                **held.told,
                statement=text,
                statement_sha256=text_digest,
                state=str(approval_state),
            ),
            project.stream,
            on_behalf_of=project.owner_party_id,
            **carried(ruling, decision_id),
        )
        decision = keep(ruling, project, decision_id, entry)
        m.Vote.objects.create(
            id=vote_id,
            entry=entry,
            approval=current,
            person_id=officer,
            delegation=by,
            choice=choice,
            reason=reason,
            method=held.method,
            key=held.key,
            assertion=held.assertion,
            statement=text,
            statement_sha256=text_digest,
            against=against,
        )
        signing.keep(vote_id, entry, SIGNED, approval, held, officer, entry)
        current.state, current.entry = approval_state, entry
        if approval_state is not ApprovalState.REQUESTED:
            current.decided_at = act.now
        current.save()
        hop.state, hop.entry = hop_state, entry
        hop.save()
        conditioning.put(act, current, vote_id, conditions, today)
        limiting.put(act, current, vote_id, limit, today)
        return Outcome("done", entry, current, decision)

    return perform(actor, work, submission=submission, verb=f"hop.{asked}")


@entered(m.Vote)
def revoke(actor: Actor, *, approval: UUID, reason: str, void_from: dt.date | None = None) -> Outcome:
    """Take a granted approval back, with effect at once: nothing more passes this hop or those below it,
    whose approvals end with it where the regime has it so (HOP-10).

    ``void_from`` is the day from which it turned out not to have counted: what passed since did so without
    approval, and is listed so. Raises ActionError for a day to come.
    """
    row = m.Approval.objects.select_related("hop__project").get(id=approval)
    project = row.hop.project
    actor.require("hop.revoke", owner=project.owner_party_id)
    if not reason.strip():
        raise ActionError(Text(en="Give the reason.", zh="请填写理由。"), "reason")

    def work(act: Act) -> Outcome:
        today = regimes.today(project.regime, act.now)
        under = cascading.lock(row.hop, today)
        current = m.Approval.objects.select_related("hop__project").get(id=approval)
        act.unchanged(current)
        state = move(APPROVAL, current.state, "revoke")
        hop = current.hop
        hop_state = move(HOP, hop.state, "revoke")
        named = {"approval": str(approval), "hop": str(hop.id), "person": str(actor.person), "reason": reason}
        corrects = current.entry
        event: Any = hop_events.ApprovalRevoked(**named)
        if void_from is not None:
            reached(void_from, today, "void_from")
            event = ending_events.ApprovalFoundVoid(
                **named, corrects=str(corrects), void_from=void_from.isoformat()
            )
        entry = act.record(event, project.stream, on_behalf_of=project.owner_party_id)
        current.state, current.entry, current.void_from = state, entry, void_from
        current.save()
        if void_from is not None:
            changes = {"state": [None, str(state)], "void_from": [None, void_from.isoformat()]}
            keep_correction(act, entry, current, corrects=corrects, changes=changes, reason=reason)
        hop.state, hop.entry = hop_state, entry
        hop.save()
        if cascading.ways(project, today).revoke == "each":
            cascading.reach(act, current, "revoke", under, reason, actor.human())
        return Outcome("done", entry, current)

    return perform(actor, work, verb="hop.revoke")


def report_to_authority(actor: Actor, *, hop: UUID, reported_on: dt.date) -> Outcome:
    """Note the day on which the subcontract was reported to the authority (CTR-01)."""
    row = m.Hop.objects.select_related("project").get(id=hop)
    actor.require("hop.report", owner=row.project.owner_party_id)

    def work(act: Act) -> Outcome:
        reached(reported_on, regimes.today(row.project.regime, act.now), "reported_on")
        locking.update("hop", [hop])
        fresh = m.Hop.objects.get(id=hop)
        act.unchanged(fresh)
        move(HOP, fresh.state, "report")
        if fresh.reported_on is not None:
            raise ActionError(
                Text(
                    en=f"The report of {fresh.reported_on.isoformat()} is already noted.",
                    zh=f"已登记{fresh.reported_on.isoformat()}的报告。",
                )
            )
        entry = act.record(
            hop_events.HopReported(hop=str(hop), reported_on=reported_on.isoformat()), row.project.stream
        )
        fresh.reported_on, fresh.entry = reported_on, entry
        fresh.save()
        return Outcome("done", entry, fresh)

    return perform(actor, work, verb="hop.report")


def lock_subject(hop: m.Hop, approval: UUID, today: dt.date, persons: Sequence[UUID] = ()) -> m.Approval:
    """Lock all that a vote rests on, its own hop and approval alone, and return the approval as it stands
    now; ``persons``: whose keys are to stay as they are."""
    path = hop.path_ids()
    parties = gather.with_controllers(gather.path_parties(hop.project, ()), today, path)
    locking.together(
        ("share", "party", parties),
        ("update", "person", persons),
        ("share", "project", [hop.project_id]),
        ("share", "hop", path[:-1]),
        ("update", "hop", path[-1:]),
        ("update", "approval", [approval]),
    )
    return m.Approval.objects.select_related("hop__project").get(id=approval)


def waiting() -> Any:
    """Return the approvals that wait for a decision, the most urgent first."""
    return m.Approval.objects.filter(state=ApprovalState.REQUESTED, hop__state=HopState.REQUESTED)


def _text(value: object) -> str | None:
    return None if value is None else str(value)
