"""Notices about regulators' objections: who is to answer, that the day comes nearer, what was answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import Case, CharField, Exists, OuterRef, Q, Value, When

from custody import models as m
from custody.terms import NoticeKind, ObjectionState

from .telling import People, staged, told_to

NOUN = "objection"
_TELLS = {
    ObjectionState.OPEN: NoticeKind.OBJECTION_LODGED,
    ObjectionState.ANSWERED: NoticeKind.OBJECTION_ANSWERED,
    ObjectionState.RETURNED: NoticeKind.OBJECTION_RETURNED,
}


def made(since: dt.datetime, people: People) -> Iterator[m.Notice]:
    """Yield the notices about objections as they stand now that were not made yet; what is answered or sent
    back once more is told once more."""
    moved_on = Q(pk__in=[])
    for state, kind in _TELLS.items():
        moved_on |= Q(kind=kind, object__in=m.Objection.objects.exclude(state=state).values("id"))
    m.Notice.objects.filter(moved_on).delete()
    kinds = [When(state=state, then=Value(str(kind))) for state, kind in _TELLS.items()]
    rows = m.Objection.objects.filter(state__in=_TELLS).annotate(tells=Case(*kinds, output_field=CharField()))
    told = m.Notice.objects.filter(object=OuterRef("pk"), kind=OuterRef("tells"))
    fresh = ~Q(state=ObjectionState.OPEN) | Q(created_at__gte=since)
    for row in rows.filter(fresh, ~Exists(told)).select_related("project"):
        kind = _TELLS[ObjectionState(row.state)]
        if row.state is ObjectionState.ANSWERED:
            users = people.of(row.lodged_by_id, row.authority_id)
            yield from told_to(users, kind, NOUN, row.id, row.number)
        else:
            users = people.who_may("objection.answer", owner=row.project.owner_party_id)
            yield from told_to(users, kind, NOUN, row.id, row.number, due=row.due)


def due(today: dt.date, people: People) -> Iterator[m.Notice]:
    """Yield a reminder of each answer that is due, at the nearest stage that was reached, in place of what
    was told of an earlier day."""
    kind = NoticeKind.OBJECTION_DUE
    told = m.Notice.objects.filter(kind=kind, object=OuterRef("pk"), stage=OuterRef("stage"))
    rows = staged(m.Objection.objects.waiting(), "due", today)
    for row in rows.filter(~Exists(told.filter(due=OuterRef("due")))).select_related("project"):
        m.Notice.objects.filter(kind=kind, object=row.id).exclude(due=row.due).delete()
        users = people.who_may("objection.answer", owner=row.project.owner_party_id)
        yield from told_to(users, kind, NOUN, row.id, row.number, due=row.due, stage=row.stage)
