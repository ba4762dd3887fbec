"""Notices about items: what waits to be determined, what came of it, and that a held item has changed."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from uuid import UUID

from django.utils import timezone

from custody import models as m
from custody.models.item_proposal import TOLD
from custody.terms import NoticeKind, ProposalState

from .classifying import scope_of
from .telling import People, told_to, untold

NOUN = "item_proposal"


def made(since: dt.datetime, people: People) -> Iterator[m.Notice]:
    """Yield the notices about items that were not made yet."""
    rows = m.ItemProposal.objects.select_related("item", "project")
    yield from _to_determine(rows.open().filter(created_at__gte=since), people)
    decided = rows.filter(state__in=[ProposalState.DETERMINED, ProposalState.RETURNED])
    decided = decided.filter(decided_on__gte=timezone.localdate(since))
    yield from _decided(decided, people)
    yield from _changed(decided.filter(state=ProposalState.DETERMINED, kind__in=TOLD), people)


def _to_determine(rows: m.ItemProposalQuerySet, people: People) -> Iterator[m.Notice]:
    """Tell the officers who did not propose it themselves that it waits for one of them."""
    kind = NoticeKind.ITEM_TO_DETERMINE
    for row in untold(rows, kind):
        parties = {place: party for place, party in scope_of(row).items() if party}
        users = people.who_may("item.determine", row.proposed_by_id, **parties)
        yield from told_to(users, kind, NOUN, row.id, row.item.codename)


def _decided(rows: m.ItemProposalQuerySet, people: People) -> Iterator[m.Notice]:
    """Tell who proposed something that it was determined or sent back."""
    kind = NoticeKind.ITEM_DECIDED
    for row in untold(rows, kind):
        users = people.of(row.proposed_by_id, row.project.owner_party_id)
        yield from told_to(users, kind, NOUN, row.id, row.item.codename)


def _changed(rows: m.ItemProposalQuerySet, people: People) -> Iterator[m.Notice]:
    """Tell whoever receives for the holders of copies that the level of an item changed, or that it was
    declassified or withdrawn."""
    kind = NoticeKind.ITEM_CHANGED
    found = list(untold(rows, kind))
    holders: dict[UUID, set[UUID]] = defaultdict(set)
    if found:
        there = m.Copy.objects.there().filter(item__in=[row.item_id for row in found]).order_by()
        for item, party in there.values_list("item", "custodian_party").distinct():
            holders[item].add(party)
    for row in found:
        parties = holders[row.item_id]
        users = set().union(*(people.who_may("handoff.accept", receiver=party) for party in parties))
        yield from told_to(users, kind, NOUN, row.id, row.item.codename)
