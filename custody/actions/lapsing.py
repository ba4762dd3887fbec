"""Offers that nobody answered by their day, and copies that are not there by theirs: told once, at night.

An offer past its day lapses: its copies are free again. What was sent off does not lapse, for its copies are
on the road; it is late, and the sender says what became of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from uuid import UUID

from django.db.models import Q

from custody import models as m
from custody import regimes
from custody.events.dispatch import HandoffLapsed, HandoffOverdue
from custody.terms import CopyState, HandoffState, Text
from custody.transitions import COPY, HANDOFF, move

from . import locking
from .base import Act, ActionError, latest_day


def passed(now: dt.datetime) -> Iterator[UUID]:
    """Yield the open offers whose day of an answer, or of arrival, may have passed and was not told."""
    day = latest_day(now)
    lapsed = Q(answer_by__lt=day, dispatch__isnull=True)
    late = Q(dispatch__expected_on__lt=day, dispatch__late_since__isnull=True)
    rows = m.Handoff.objects.filter(lapsed | late, state=HandoffState.OFFERED).order_by("id")
    yield from list(rows.values_list("id", flat=True))


def is_past(row: m.Handoff, today: dt.date) -> bool:
    """Return whether the day of an answer has passed; of what was sent off it does not count any more."""
    past = row.answer_by is not None and row.answer_by < today
    return past and row.state is HandoffState.OFFERED and not m.Dispatch.objects.filter(handoff=row).exists()


def answerable(row: m.Handoff, today: dt.date) -> None:
    """Raise ActionError for an offer past its day, whether that was told yet or not."""
    if is_past(row, today):
        raise ActionError(
            Text(
                en=f"This offer was to be answered by {row.answer_by} and has lapsed. Ask the sender to "
                "offer the copies again.",
                zh=f"本次移交应于{row.answer_by}前答复，现已失效。请联系移交方重新发起。",
            )
        )


def note(act: Act, handoff: UUID) -> None:
    """Record that an offer lapsed or that what was sent off is late, if it still is so under the lock."""
    found = m.Handoff.objects.get(id=handoff)
    lines = list(found.lines.values_list("copy_id", flat=True))
    locking.together(
        ("share", "project", [found.project_id]), ("update", "copy", lines), ("update", "handoff", [handoff])
    )
    row = m.Handoff.objects.select_related("project").get(id=handoff)
    if row.state is not HandoffState.OFFERED:
        return
    today = regimes.today(row.project.regime, act.now)
    copies = list(m.Copy.objects.filter(id__in=lines).order_by("id"))
    if is_past(row, today):
        _lapse(act, row, copies, today)
        return
    way = m.Dispatch.objects.filter(handoff=row, expected_on__lt=today, late_since=None).first()
    if way is not None:
        _late(act, row, way, copies, today)


def _lapse(act: Act, row: m.Handoff, copies: list[m.Copy], today: dt.date) -> None:
    entry = act.record(
        HandoffLapsed(
            handoff=str(row.id),
            number=row.number,
            copies=[str(copy.id) for copy in copies],
            answer_by=str(row.answer_by),
            on=today.isoformat(),
        ),
        row.project.stream,
        copy_keys=[copy.tag_key for copy in copies],
    )
    (free,) = {move(COPY, CopyState(copy.state), "lapse") for copy in copies}
    m.Copy.objects.filter(id__in=[copy.id for copy in copies]).update(
        state=free, offered_in=None, entry=entry
    )
    row.state, row.answered_at, row.answer = move(HANDOFF, row.state, "lapse"), act.now, ""
    row.entry = row.answer_entry = entry
    row.save()


def _late(act: Act, row: m.Handoff, way: m.Dispatch, copies: list[m.Copy], today: dt.date) -> None:
    way.late_since = today
    way.entry = row.entry = act.record(
        HandoffOverdue(
            dispatch=str(way.id),
            handoff=str(row.id),
            number=row.number,
            copies=[str(copy.id) for copy in copies],
            expected_on=way.expected_on.isoformat(),
            on=today.isoformat(),
        ),
        row.project.stream,
        copy_keys=[copy.tag_key for copy in copies],
    )
    way.save()
    row.save(update_fields=["entry"])
