"""Notices about offers that lapsed and copies on their way that are late, as the re-check told them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from custody import models as m
from custody.terms import HandoffState, NoticeKind

from .telling import People, told_to, untold


def made(since: dt.datetime, people: People) -> Iterator[m.Notice]:
    """Yield what was not told yet: to the sender that nobody answered, to both sides that copies are late."""
    columns = ("id", "number", "sender_person_id", "sender_party_id", "project__owner_party_id")
    lapsed = m.Handoff.objects.filter(state=HandoffState.LAPSED, answered_at__gte=since)
    for id, number, person, sender, owner in untold(lapsed, NoticeKind.OFFER_LAPSED).values_list(*columns):
        yield from told_to(people.of(person, sender, owner), NoticeKind.OFFER_LAPSED, "handoff", id, number)
    late = m.Handoff.objects.filter(state=HandoffState.OFFERED, dispatch__late_since__gte=since.date())
    more = (*columns, "receiver_party_id", "dispatch__expected_on")
    for id, number, person, sender, owner, receiver, day in untold(late, NoticeKind.COPIES_LATE).values_list(
        *more
    ):
        users = people.of(person, sender, owner) | people.who_may("handoff.accept", receiver=receiver)
        yield from told_to(users, NoticeKind.COPIES_LATE, "handoff", id, number, due=day)
