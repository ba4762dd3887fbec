"""What the making of more copies in the stories needs: leave that was asked for and approved."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from custody import models as m
from custody.actions import copying
from custody.stories import cast as people


def asked(cast: people.Cast, **changes: Any) -> copying.Asked:
    """Return a request in order: two more copies for field work, within a month."""
    given: dict[str, Any] = {
        "count": 2,
        "purpose": "Second field team 第二外业组",
        "until": cast.today + dt.timedelta(days=30),
        "place": "Copy room 复印室",
    }
    return copying.Asked(**{**given, **changes})


def requested(cast: people.Cast, item: UUID, by: str = "yu", **changes: Any) -> m.CopyPermit:
    """Ask for leave to make more copies of an item."""
    outcome = copying.request(cast.actor(by), item=item, asked=asked(cast, **changes))
    row: m.CopyPermit = people.must(outcome, "held").object
    return row


def permitted(cast: people.Cast, item: UUID, count: int = 2, **changes: Any) -> m.CopyPermit:
    """Have leave asked for and approved by an officer."""
    row = requested(cast, item, count=count, **changes)
    outcome = copying.approve(cast.actor("heng"), permit=row.id, reason="Needed 工作需要")
    approved: m.CopyPermit = people.must(outcome, "done").object
    return approved
