"""What becomes of a condition: shown to be met, confirmed, sent back, or waived.

The side that asked for the subcontract shows it; an officer who did not show it, did not ask for the
subcontract and belongs to no party of it confirms or waives. Until then it is not met (APR-06). The hop's row
is locked, so a handoff that rests on the approval is saved either wholly before or wholly after.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from custody import models as m
from custody import regimes
from custody.events import condition as events
from custody.evidence.store import Received
from custody.evidence.words import EvidenceOf
from custody.terms import Text
from custody.transitions import CONDITION, move

from . import files
from .base import Act, ActionError, Actor, Outcome, perform
from .correcting import needed
from .deciders import barred
from .entered import entered
from .hops import lock_subject

Settled = type[events.ConditionMet] | type[events.ConditionReturned] | type[events.ConditionWaived]


@entered(m.Condition, needed=("evidence",))
def show(
    actor: Actor,
    *,
    condition: UUID,
    evidence: str,
    paper: str = "",
    sha256: str = "",
    file: Received | None = None,
) -> Outcome:
    """Show that a condition is met; an officer has to confirm it. May be shown anew until then.

    ``paper`` is the number of the paper that shows it, ``sha256`` that of the paper as a file, which is the
    file's own where it is attached. Raises ActionError for a file with another.
    """
    if file:
        files.agrees(sha256, file)
        sha256 = file.sha256

    def change(act: Act, row: m.Condition, person: UUID) -> Any:
        row.evidence, row.paper, row.sha256 = evidence, paper, sha256
        row.shown_by_id = person
        return events.ConditionEvidenced(
            **_named(row), person=str(person), evidence=evidence, paper=paper, sha256=sha256
        )

    with files.settled(file):
        return _change(actor, "show", condition, change, file)


@entered(m.Condition)
def confirm(actor: Actor, *, condition: UUID, reason: str = "") -> Outcome:
    """Confirm as officer that a condition is met. Raises ActionError for who showed it or is concerned."""
    return _settle(actor, "confirm", condition, reason, events.ConditionMet)


@entered(m.Condition)
def send_back(actor: Actor, *, condition: UUID, reason: str) -> Outcome:
    """Say as officer why what was shown is not enough; the condition is open again."""
    needed(reason)
    return _settle(actor, "return", condition, reason, events.ConditionReturned)


@entered(m.Condition)
def waive(actor: Actor, *, condition: UUID, reason: str) -> Outcome:
    """Let a condition go, with the reason. Raises ActionError for who showed it or is concerned."""
    needed(reason)
    return _settle(actor, "waive", condition, reason, events.ConditionWaived)


def _settle(actor: Actor, verb: str, condition: UUID, reason: str, kind: Settled) -> Outcome:
    def change(act: Act, row: m.Condition, person: UUID) -> Any:
        if verb != "return" and (person == row.shown_by_id or barred(row.approval, person)):
            raise ActionError(
                Text(
                    en="You showed it, asked for the subcontract or belong to a party of it, so another "
                    "officer must do this.",
                    zh="材料由您提交、分包由您申请，或您属于其当事单位，须由其他审批人办理。",
                )
            )
        row.settled_by_id, row.reason = person, reason
        return kind(**_named(row), person=str(person), reason=reason)

    return _change(actor, verb, condition, change)


def _change(actor: Actor, verb: str, condition: UUID, change: Any, file: Received | None = None) -> Outcome:
    found = m.Condition.objects.select_related("approval__hop__project").get(id=condition)
    hop, project = found.approval.hop, found.approval.hop.project
    actor.require(f"condition.{verb}", owner=project.owner_party_id, sender=hop.from_party_id)

    def work(act: Act) -> Outcome:
        person = actor.human()
        approval = lock_subject(hop, found.approval_id, regimes.today(project.regime, act.now))
        row = m.Condition.objects.get(id=condition)
        row.approval = approval
        act.unchanged(row)
        state = move(CONDITION, row.state, verb)
        entry = act.record(change(act, row, person), project.stream, on_behalf_of=project.owner_party_id)
        row.state, row.entry = state, entry
        row.save()
        return Outcome("done", entry, row)

    both = files.also(file, EvidenceOf.CONDITION, condition, work)
    return perform(actor, both, verb=f"condition.{verb}")


def _named(row: m.Condition) -> dict[str, Any]:
    return {
        "condition": str(row.id),
        "approval": str(row.approval_id),
        "hop": str(row.approval.hop_id),
        "number": row.number,
    }
