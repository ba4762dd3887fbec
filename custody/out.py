"""Copies that are out: with those who received them over a subcontract, or below it; and those asked back.

A party may stand in several subcontracts of a project. So a copy belongs to the one over which it came last;
without such a handoff, to each in which its holder receives.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import OuterRef, Q, Subquery
from django.db.models.expressions import RawSQL

from custody import models as m
from custody.asked import NOT_BACK, OF_HOLDER
from custody.terms import HandoffState, HopState, Leg

GOING = (HopState.ACTIVE, HopState.SUSPENDED)
"""States of a subcontract under which work is done."""
NOT_CLOSED = (*GOING, HopState.COMPLETED, HopState.CLOSING)


def at_and_below(hop: m.Hop) -> Any:
    """Return a subcontract and all below it."""
    return m.Hop.objects.filter(project=hop.project_id, path__startswith=hop.path)


def of_hop(hop: m.Hop) -> Any:
    """Return the copies that lie with the receiver of a subcontract or below, having come over it."""
    hops = at_and_below(hop)
    last = _taken(OuterRef("pk")).filter(hop__isnull=False)
    rows = m.Copy.objects.there().filter(
        item__project=hop.project_id, custodian_party__in=hops.values("to_party")
    )
    rows = rows.annotate(came_over=Subquery(last.order_by("-answered_at").values("hop")[:1]))
    return rows.filter(Q(came_over__isnull=True) | Q(came_over__in=hops.values("id")))


def _taken(copy: Any) -> Any:
    """Return the handoffs that moved a copy: what was only read on site did not."""
    rows = m.Handoff.objects.filter(lines__copy=copy, state=HandoffState.ACCEPTED)
    return rows.exclude(leg=Leg.INSPECTION)


def of_project(project: m.Project) -> Any:
    """Return the copies of a project that do not lie with its owner."""
    there = m.Copy.objects.there().filter(item__project=project.id)
    return there.exclude(custodian_party=project.owner_party_id)


def of_item(item: m.Item) -> Any:
    """Return the copies of an item that do not lie with the owner of its project."""
    return of_project(item.project).filter(item=item)


def offers(hops: Any) -> Any:
    """Return the offers over some subcontracts that are not answered."""
    return m.Handoff.objects.filter(hop__in=hops.values("id"), state=HandoffState.OFFERED)


def asked_back(more: str = "", /, *given: Any) -> RawSQL:
    """Return the ids of copies that were asked back and have not come; ``more`` narrows it, on the recall
    ``q`` and the copy ``c``, with its parameters."""
    return RawSQL(f"SELECT c.id {NOT_BACK} {more}", given)  # noqa: S611 - columns of our own


def recalls(more: str = "", /, *given: Any) -> Any:
    """Return the recalls of which a copy has not come back, narrowed in the same way."""
    found = RawSQL(f"SELECT q.id {NOT_BACK} {more}", given)  # noqa: S611
    return m.Recall.objects.filter(id__in=found)


def recalls_of(parties: Sequence[UUID]) -> Any:
    """Return the recalls that parties were asked and have not met."""
    found = m.Recall.objects.none()
    for party in parties:
        found |= recalls(OF_HOLDER.format(party="%s"), party, party)
    return found


def outstanding(recall: m.Recall) -> Any:
    """Return the copies of a recall that have not come back since to who asked for them."""
    return m.Copy.objects.filter(id__in=asked_back("AND q.id = %s", recall.id))


def left(asked: Sequence[m.Recall], user: Any) -> Counter[UUID]:
    """Return, by recall, how many of its copies have not come back, as far as a user may see them."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT q.id, c.id {NOT_BACK} AND q.id = ANY(%s)",
            [[row.id for row in asked]],
        )
        pairs = cursor.fetchall()
    there = m.Copy.objects.visible_to(user).filter(id__in={copy for _, copy in pairs})
    seen = set(there.values_list("id", flat=True))
    return Counter(row for row, copy in pairs if copy in seen)


def overdue_since(today: dt.date) -> RawSQL:
    """Return the ids of copies that were to be back before a day, and are not."""
    return asked_back("AND q.due < %s", today)


def of_copy(copy: m.Copy) -> Any:
    """Return the recalls of a copy that stand, the most urgent first."""
    return recalls("AND c.id = %s", copy.id).order_by("due", "-created_at")
