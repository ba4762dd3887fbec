"""Copies that are out: with those who received them over a subcontract, or below it; and those asked back.

A party may stand in several subcontracts of a project. So a copy belongs to the one over which it came last;
without such a handoff, to each in which its holder receives.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery

from custody import models as m
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


def offers(hops: Any) -> Any:
    """Return the offers over some subcontracts that are not answered."""
    return m.Handoff.objects.filter(hop__in=hops.values("id"), state=HandoffState.OFFERED)


def outstanding(recall: m.Recall) -> Any:
    """Return the copies of a recall that have not come back since to who asked for them."""
    hop = recall.hop
    rows = of_hop(hop) if hop else of_project(recall.project)
    home = hop.from_party_id if hop else recall.project.owner_party_id
    came = _taken(OuterRef("pk")).filter(answered_at__gte=recall.created_at, receiver_party=home)
    return rows.filter(~Exists(came), id__in=recall.copies)
