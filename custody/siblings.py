"""What the giver of a subcontract passes on besides it, and who may know."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from custody import models as m
from custody.terms import HopState


def may_see(user: Any, row: m.Hop) -> bool:
    """Return whether a reader may know all that the giver of a hop passes on: the project's side, which sees
    it whole, and the giver, whose own subcontracts they are. Never one who only receives."""
    whole = m.Project.objects.whole_for(user).filter(id=row.project_id).exists()
    return whole or row.from_party_id in user.party_ids()


def of(row: m.Hop) -> Any:
    """Return what else the giver of a hop was to pass on under the same parent, as HOP-04 counts it."""
    rows = m.Hop.objects.filter(project=row.project_id, parent=row.parent_id).exclude(id=row.id)
    return rows.exclude(state__in=[HopState.REJECTED, HopState.WITHDRAWN]).select_related("to_party")


def total(row: m.Hop, others: Any) -> Decimal | None:
    """Return the per cent that a hop and its siblings pass on together by the shares stated, without what was
    revoked; None while a share is not known."""
    shares = [row.share, *(hop.share for hop in others if hop.state is not HopState.REVOKED)]
    return None if any(share is None for share in shares) else sum(shares, Decimal(0))
