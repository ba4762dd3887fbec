"""What an officer does with a request beside voting on it: gives an opinion, or refers it to another officer.

Both are entries of their own, and both change what a vote rests on: who votes at the same moment is shown the
new state first.
"""

from __future__ import annotations

from collections.abc import Set
from uuid import UUID

from custody import models as m
from custody import regimes
from custody.events import advice as events
from custody.terms import Stance, Text
from custody.transitions import APPROVAL, move

from . import deciders, delegating, locking
from .base import Act, ActionError, Actor, NotPermitted, Outcome, perform
from .entered import entered
from .hops import lock_subject


@entered(m.Opinion, needed=("reason",))
def advise(actor: Actor, *, approval: UUID, stance: Stance, reason: str) -> Outcome:
    """Give an officer's opinion on a request that waits; an officer's latest stands.

    Raises ActionError for who asked for it or is a party to it, and for who has approved it.
    """
    row = m.Approval.objects.select_related("hop__project").get(id=approval)
    project = row.hop.project
    actor.require("hop.advise", owner=project.owner_party_id)

    def work(act: Act) -> Outcome:
        person = actor.human()
        current = _open(act, row)
        _unconcerned(current, {person})
        if person in deciders.have_approved(current):
            raise ActionError(
                Text(
                    "You have approved this request. Refuse it if you have changed your mind.",
                    "您已同意此申请。如改变意见，请予否决。",
                )
            )
        number = 1 + current.opinions.count()
        id = m.new_id()
        entry = act.record(
            events.ApprovalAdvised(
                opinion=str(id),
                approval=str(approval),
                hop=str(current.hop_id),
                number=number,
                person=str(person),
                stance=str(stance),
                reason=reason,
            ),
            project.stream,
            on_behalf_of=project.owner_party_id,
        )
        m.Opinion.objects.create(
            id=id,
            entry=entry,
            approval=current,
            number=number,
            person_id=person,
            stance=stance,
            reason=reason,
        )
        return _kept(current, entry)

    return perform(actor, work, verb="hop.advise")


@entered(m.Referral, needed=("reason",))
def refer(actor: Actor, *, approval: UUID, to: UUID, reason: str) -> Outcome:
    """Pass the decision on a request to another officer, without whom it is not granted from then on
    (APR-08).

    The own approval does not count any more; a refusal still ends the request. Raises ActionError where
    ``to`` cannot decide on it, where too few would be left, and where another officer has the word.
    """
    row = m.Approval.objects.select_related("hop__project").get(id=approval)
    project = row.hop.project
    if not delegating.may_decide(actor, project):
        actor.require("hop.refer", owner=project.owner_party_id)

    def work(act: Act) -> Outcome:
        officer, today = actor.human(), regimes.today(project.regime, act.now)
        current = _open(act, row)
        by = delegating.used(actor, project, current.hop.level, today)
        locking.share("delegation", [by.id] if by else [])
        if by is not None and not delegating.covers(_fresh(by), project, current.hop.level, today):
            raise NotPermitted("hop.refer")
        behind = {officer, *([by.delegator_id] if by else [])}
        _may_refer(current, behind)
        _can_take(current, to, behind)
        id = m.new_id()
        entry = act.record(
            events.ApprovalReferred(
                referral=str(id),
                approval=str(approval),
                hop=str(current.hop_id),
                person=str(officer),
                delegation=str(by.id) if by else None,
                behalf=str(by.delegator_id) if by else None,
                to=str(to),
                reason=reason,
            ),
            project.stream,
            on_behalf_of=project.owner_party_id,
        )
        m.Referral.objects.create(
            id=id, entry=entry, approval=current, person_id=officer, delegation=by, to_id=to, reason=reason
        )
        return _kept(current, entry)

    return perform(actor, work, verb="hop.refer")


def takers(approval: m.Approval, behind: Set[UUID]) -> list[m.Person]:
    """Return the officers to whom the persons behind a referral could refer a request, by name."""
    able = {one.id for one in deciders.standing(approval, behind).can}
    found = deciders.officers(approval.hop.project.owner_party_id).filter(id__in=able).exclude(id__in=behind)
    return list(found.order_by("name", "id"))


def may_refer(approval: m.Approval, person: UUID) -> bool:
    """Return whether a person could refer a request now: for a screen that offers it."""
    try:
        _may_refer(approval, {person})
    except ActionError:
        return False
    return bool(takers(approval, {person}))


def _open(act: Act, row: m.Approval) -> m.Approval:
    current = lock_subject(row.hop, row.id, regimes.today(row.hop.project.regime, act.now))
    act.unchanged(current)
    move(APPROVAL, current.state, "agree")
    return current


def _kept(current: m.Approval, entry: UUID) -> Outcome:
    current.entry = entry
    current.save()
    return Outcome("done", entry, current)


def _fresh(by: m.Delegation) -> m.Delegation:
    return m.Delegation.objects.get(id=by.id)


def _unconcerned(current: m.Approval, behind: set[UUID]) -> None:
    if any(deciders.barred(current, person) for person in behind):
        raise ActionError(
            Text(
                "You, or the officer in whose place you act, asked for this subcontract or belong to "
                "a party of "
                "it, so this is for another officer.",
                "您本人或您所代理的审批人是该分包的申请人，或属于其当事单位，须由其他审批人办理。",
            )
        )


def _may_refer(current: m.Approval, behind: set[UUID]) -> None:
    _unconcerned(current, behind)
    if behind & deciders.have_approved(current):
        raise ActionError(
            Text(
                "You have approved this request, so you do not refer it.",
                "您已同意此申请，不能再转交。",
            )
        )
    if behind & deciders.stepped_aside(current):
        raise ActionError(Text("You have referred this request already.", "您已将此申请转交其他审批人。"))
    last = deciders.referred_to(current)
    if last is not None and last not in behind and deciders.standing(current).answers:
        raise ActionError(
            Text(
                "Another officer has the word: this was referred to them. Only they can refer it further.",
                "此申请已转交另一名审批人，只有该审批人可以继续转交。",
            )
        )


def _can_take(current: m.Approval, to: UUID, behind: set[UUID]) -> None:
    if to not in {person.id for person in takers(current, behind)}:
        raise ActionError(
            Text(
                "This person cannot decide on the request: choose an officer who can sign in, has "
                "not approved "
                "or referred it, did not ask for it and belongs to no party of it.",
                "该人员不能就此申请作出决定：请选择可以登录、尚未同意或转交此申请、既非申请人也不属于当事单位的审批人。",
            ),
            "to",
        )
    after = deciders.standing(current, behind)
    if after.have + after.left < after.needed:
        raise ActionError(
            Text(
                f"Without you only {after.have + after.left} officers are left of {after.needed} who must "
                "approve, so this cannot be referred. Decide yourself, or name another officer first.",
                f"您转交后只剩{after.have + after.left}名审批人，而须有{after.needed}名同意，因此不能转交。"
                "请自行决定，或先增补审批人。",
            ),
            "to",
        )
