"""How a step on a subcontract reaches those below it, as the regime has it (parameters of rule HOP-10).

What lies below is locked with the subcontract itself, from root to leaf; a subcontract that came in between
is seen, and the act begins again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Literal
from uuid import UUID

from custody import gather, locks, out, regimes, scope
from custody import models as m
from custody.events import ending as events
from custody.policy.rules.ending import Endings, endings
from custody.terms import ApprovalState, HopState
from custody.transitions import APPROVAL, HOP, move

from . import locking
from .base import Act
from .correcting import keep_correction

Step = Literal["suspend", "lift", "revoke"]


def ways(project: m.Project, today: dt.date) -> Endings:
    """Return how steps reach those below in a project."""
    return endings(regimes.pack(project.regime, today))


def below(hop: m.Hop) -> list[m.Hop]:
    """Return the subcontracts below one, from the top down."""
    return list(out.at_and_below(hop).exclude(id=hop.id).order_by("depth", "id"))


def lock(hop: m.Hop, today: dt.date) -> list[m.Hop]:
    """Lock a subcontract with all below it and their approvals, and keep still what rules ask of them. Return
    those below as they stand. Raises Unlocked when one came up meanwhile."""
    path = hop.path_ids()
    under = [row.id for row in below(hop)]
    parties = gather.with_controllers(gather.path_parties(hop.project, ()), today, [*path, *under])
    asked = m.Approval.objects.filter(hop__in=[hop.id, *under]).values_list("id", flat=True)
    locking.together(
        ("share", "party", parties),
        ("share", "project", [hop.project_id]),
        ("share", "hop", path[:-1]),
        ("update", "hop", [hop.id, *under]),
        ("update", "approval", asked),
    )
    found = below(hop)
    locks.check("hop", [row.id for row in found])
    return found


def reach(
    act: Act, top: m.Approval, step: Step, under: Iterable[m.Hop], reason: str, person: UUID
) -> list[m.Hop]:
    """Take a step of an approval with those below that can take it; a suspension is lifted only where it came
    from above. Return the subcontracts that were reached."""
    kinds = {
        "suspend": events.ApprovalSuspendedBelow,
        "lift": events.ApprovalLiftedBelow,
        "revoke": events.ApprovalRevokedBelow,
    }
    reached = []
    for hop in under:
        row = _approval(hop)
        if row is None or (row.state, step) not in APPROVAL or (hop.state, step) not in HOP:
            continue
        if step == "lift" and row.stopped_with_id != top.id:
            continue
        was, corrects = row.state, row.entry
        said = {} if step == "revoke" else {"corrects": str(corrects)}
        entry = act.record(
            kinds[step](
                approval=str(row.id),
                hop=str(hop.id),
                above=str(top.id),
                person=str(person),
                reason=reason,
                **said,
            ),
            hop.project.stream,
            on_behalf_of=hop.project.owner_party_id,
        )
        row.state, row.entry = move(APPROVAL, was, step), entry
        row.stopped_with = None if step == "lift" else top
        row.save()
        hop.state, hop.entry = move(HOP, hop.state, step), entry
        hop.save()
        if step != "revoke":
            changes = {"state": [str(was), str(row.state)]}
            keep_correction(act, entry, row, corrects=corrects, changes=changes, reason=reason)
        reached.append(hop)
    return reached


def _approval(hop: m.Hop) -> m.Approval | None:
    live = [ApprovalState.GRANTED, ApprovalState.SUSPENDED]
    return m.Approval.objects.filter(hop=hop, state__in=live).first()


@scope.whole()
def would_reach(hop: m.Hop, step: str) -> list[m.Hop]:
    """Return the subcontracts below that a step would reach, for whoever is asked to confirm it."""
    if step in ("complete", "close"):
        able = out.GOING if step == "complete" else out.NOT_CLOSED
        return [row for row in below(hop) if row.state in able]
    return [row for row in below(hop) if (HopState(row.state), step) in HOP]
