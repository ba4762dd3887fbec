"""What waits for officers: the requests by deadline, then by rank of their level, with who can decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, F, IntegerField, Value, When

from custody import models as m
from custody import regimes
from custody.actions import deciders
from custody.terms import ApprovalState

MOST = 25
"""Requests of the queue that are told with who can decide; each costs a few queries."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request that waits. ``mine``: this reader may cast a vote that counts; ``missing``: votes that are
    still needed."""

    row: m.Approval
    standing: deciders.Standing
    mine: bool

    @property
    def missing(self) -> int:
        """Return how many officers must still approve."""
        return max(self.standing.needed - self.standing.have, 0)


def rank(level: str = "level", regime: str = "hop__project__regime") -> Case:
    """Return the rank of a level in its regime as an expression: the names of levels have no order."""
    known = [
        When(**{regime: name, level: each.id}, then=Value(each.rank))
        for name in regimes.all_names()
        for each in _levels(name)
    ]
    return Case(*known, default=Value(-1), output_field=IntegerField())


def _levels(name: str) -> Sequence[Any]:
    try:
        return regimes.pack(name).levels
    except regimes.PackLost:
        return ()


def requests(user: Any) -> Any:
    """Return the requests that wait and that a user may see: the nearest deadline first, then the highest
    level, then the oldest."""
    rows = m.Approval.objects.visible_to(user).filter(state=ApprovalState.REQUESTED)
    return rows.order_by(F("decide_by").asc(nulls_last=True), rank().desc(), "created_at")


def queue(user: Any) -> tuple[list[Waiting], bool]:
    """Return the first 25 requests that wait with how far each has come, and whether there are more."""
    related = ("hop__project__owner_party", "hop__to_party", "hop__from_party", "requested_by")
    rows = (
        requests(user).select_related(*related).prefetch_related("votes__delegation", "referrals__delegation")
    )
    first = list(rows[: MOST + 1])
    found = []
    for row in first[:MOST]:
        standing = deciders.standing(row)
        found.append(Waiting(row, standing, any(person.id == user.person_id for person in standing.can)))
    return found, len(first) > MOST


def conditions(user: Any, today: Any) -> tuple[Any, Any]:
    """Return the conditions of approvals in force that are overdue, and those that were shown and wait for an
    officer."""
    rows = m.Condition.objects.visible_to(user).open().filter(approval__state=ApprovalState.GRANTED)
    rows = rows.select_related("approval__hop__project", "approval__hop__to_party")
    rows = rows.order_by("due", "set_on", "id")
    return rows.filter(due__lt=today), rows.filter(state="evidenced")
