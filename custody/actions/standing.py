"""The standing of an approval after it was granted: suspended for a time, and the suspension lifted.

Both have effect at once: the hop's row is locked, so an offer or a receipt that rests on the approval is
saved either wholly before or wholly after. Nothing that was handed over comes back by itself;
:mod:`custody.recall` lists what lies beyond the hop. One officer is enough to stop an approval; who asked for
the subcontract or belongs to a party of it does not let it count again (as APR-04 has it for the decision).
Where the regime has it so (HOP-10) those below are suspended each by itself, and lifted with it.
"""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from custody import models as m
from custody import regimes
from custody.events import approval as events
from custody.terms import Text
from custody.transitions import APPROVAL, HOP, move

from . import cascading
from .base import Act, ActionError, Actor, Outcome, perform
from .correcting import keep_correction, needed
from .deciders import barred
from .entered import entered

Event = type[events.ApprovalSuspended] | type[events.ApprovalLifted]


@entered(m.Vote)
def suspend(actor: Actor, *, approval: UUID, reason: str) -> Outcome:
    """Stop a granted approval until it is lifted or revoked: nothing passes its hop or those below it."""
    return _change(actor, "suspend", approval, reason, events.ApprovalSuspended)


@entered(m.Vote)
def lift(actor: Actor, *, approval: UUID, reason: str) -> Outcome:
    """Let a suspended approval count again as it was granted.

    Raises ActionError for who asked for the subcontract or belongs to a party of it.
    """
    return _change(actor, "lift", approval, reason, events.ApprovalLifted)


def _change(
    actor: Actor, verb: Literal["suspend", "lift"], approval: UUID, reason: str, kind: Event
) -> Outcome:
    row = m.Approval.objects.select_related("hop__project").get(id=approval)
    project = row.hop.project
    actor.require(f"hop.{verb}", owner=project.owner_party_id)
    needed(reason)

    def work(act: Act) -> Outcome:
        person = actor.human()
        today = regimes.today(project.regime, act.now)
        under = cascading.lock(row.hop, today)
        current = m.Approval.objects.select_related("hop__project").get(id=approval)
        act.unchanged(current)
        hop = current.hop
        state, hop_state = move(APPROVAL, current.state, verb), move(HOP, hop.state, verb)
        if verb == "lift" and barred(current, person):
            raise ActionError(
                Text(
                    en="You asked for this subcontract or belong to a party of it, so another officer must "
                    "lift the suspension.",
                    zh="该分包由您申请，或您属于其当事单位，须由其他审批人解除暂停。",
                )
            )
        corrects, was = current.entry, current.state
        entry = act.record(
            kind(
                approval=str(approval),
                hop=str(hop.id),
                person=str(person),
                corrects=str(corrects),
                reason=reason,
            ),
            project.stream,
            on_behalf_of=project.owner_party_id,
        )
        current.state, current.entry, current.stopped_with = state, entry, None
        current.save()
        hop.state, hop.entry = hop_state, entry
        hop.save()
        changes = {"state": [str(was), str(state)]}
        keep_correction(act, entry, current, corrects=corrects, changes=changes, reason=reason)
        if verb == "lift" or cascading.ways(project, today).suspend == "each":
            cascading.reach(act, current, verb, under, reason, person)
        return Outcome("done", entry, current)

    return perform(actor, work, verb=f"hop.{verb}")
