"""Who had which copy: the lines say for every past moment what the entries until then say."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

import pytest
from django.db.models import Max
from django.utils import timezone

from custody import models as m
from custody import record
from custody.actions import handoffs, mistakes
from custody.actions.receipts import Wrong
from custody.apply import State, rebuild, tell
from custody.compare import compare
from custody.stories import cast as people
from custody.terms import Had, Leg, Received
from tests.actions.scenes import done
from tests.actions.test_legs import Desk

Who = tuple[UUID, UUID | None, UUID | None]


@pytest.fixture
def desk(cast: people.Cast) -> Desk:
    return Desk(cast)


def now() -> dt.datetime:
    return timezone.now()


def kept_at(moment: dt.datetime) -> dict[UUID, Who]:
    """Return who has custody of each copy at a moment, by the lines."""
    rows = list(m.Holding.objects.filter(how=Had.KEPT).between(moment, moment + dt.timedelta(microseconds=1)))
    found = {row.copy_id: (row.party_id, row.person_id, row.system_id) for row in rows}
    assert len(found) == len(rows), "one custodian at every moment"
    return found


def said_by(state: State) -> dict[UUID, Who]:
    """Return who has custody of each copy, by rebuilt rows."""
    return {
        UUID(id): (_id(row["custodian_party_id"]), _id(row["custodian_person_id"]), _id(row["system_id"]))
        for id, row in state.rows[m.Copy].items()
    }


def _id(value: Any) -> Any:
    return UUID(str(value)) if value else None


def a_busy_week(desk: Desk) -> list[dt.datetime]:
    """Copies are lent, given back with one torn, read on site, moved inside, and accepted by mistake; return
    a moment after each act."""
    cast, moments = desk.cast, [now()]
    mei, tao, yu = (cast.actor(key) for key in ("mei", "tao", "yu"))
    desk.lend()
    moments.append(now())
    back = done(handoffs.offer(tao, desk.back()))
    moments.append(now())
    done(handoffs.accept(yu, handoff=back.id, wrong=[Wrong(desk.copies[0].id, Received.DAMAGED, "Torn")]))
    moments.append(now())
    room, sound = cast.systems["workstation"].id, [c.id for c in desk.copies[1:]]
    read = done(handoffs.offer(mei, desk.deal(leg=Leg.INSPECTION, system=room, copies=sound)))
    done(handoffs.accept(tao, handoff=read.id))
    moments.append(now())
    inside = desk.deal(hop=None, leg=Leg.INTERNAL, copies=sound[:1], system=room,
                       receiver_person=cast.people["mei"].id)  # fmt: skip
    moved = done(handoffs.offer(yu, inside))
    done(handoffs.accept(mei, handoff=moved.id))
    moments.append(now())
    sent = done(handoffs.offer(mei, desk.deal(copies=sound[1:])))
    done(handoffs.accept(tao, handoff=sent.id))
    moments.append(now())
    done(mistakes.accepted_by_mistake(tao, handoff=sent.id, reason="Not for us"))
    moments.append(now())
    done(mistakes.agree(mei, handoff=sent.id))
    moments.append(now())
    return moments


def test_at_every_past_moment_the_lines_say_what_the_entries_until_then_say(desk: Desk) -> None:
    moments = a_busy_week(desk)
    entries = sorted(record.history(), key=lambda e: e.at)
    seen: set[tuple[Who, ...]] = set()
    for moment in moments:
        state = State()
        for entry in entries:
            if entry.at <= moment:
                tell(state, entry)
        assert kept_at(moment) == said_by(state)
        seen.add(tuple(who for _, who in sorted(kept_at(moment).items())))
    assert len(seen) >= 5, "custody moved between these moments"
    assert list(compare(rebuild())) == []


def test_asked_of_known_copies_it_is_looked_up_copy_by_copy_and_comes_out_the_same(desk: Desk) -> None:
    moments = a_busy_week(desk)
    moments += m.Holding.objects.values_list(
        "created_at", flat=True
    )  # the very moments at which custody moved
    one, all_of_it = (
        m.Copy.objects.filter(pk=desk.copies[1].id),
        m.Copy.objects.filter(item__project=desk.project),
    )
    found = 0
    for start in moments:
        for end in (start + dt.timedelta(microseconds=1), max(moments), max(moments) + dt.timedelta(days=1)):
            for copies in (one, all_of_it, m.Copy.objects.none()):
                rows = m.Holding.objects.filter(copy__in=copies)
                plain = set(rows.between(start, end).values_list("pk", flat=True))
                assert set(rows.between(start, end, copies).values_list("pk", flat=True)) == plain
                found += len(plain)
    assert found > 100


def test_the_present_custodian_is_the_last_line_of_each_copy(desk: Desk) -> None:
    a_busy_week(desk)
    last = m.Holding.objects.filter(how=Had.KEPT).values("copy").annotate(at=Max("created_at"))
    assert last.count() == m.Copy.objects.count()
    for row in m.Holding.objects.with_until().filter(how=Had.KEPT, until=None):
        copy = row.copy
        assert (row.party_id, row.person_id, row.system_id) == (
            copy.custodian_party_id, copy.custodian_person_id, copy.system_id,
        )  # fmt: skip


def test_a_reading_is_told_with_its_reader_and_moves_nothing(desk: Desk) -> None:
    a_busy_week(desk)
    reads = m.Holding.objects.with_until().filter(how=Had.READ)
    assert {row.copy_id for row in reads} == {c.id for c in desk.copies[1:]}
    assert {row.person_id for row in reads} == {desk.cast.people["tao"].id}
    for row in reads:
        assert row.until == row.created_at
        before, after = (kept_at(row.created_at + dt.timedelta(microseconds=n)) for n in (-1, 1))
        assert before == after


def test_a_copy_that_was_not_in_order_stays_with_its_sender(desk: Desk) -> None:
    a_busy_week(desk)
    torn = m.Holding.objects.filter(copy=desk.copies[0].id).order_by("created_at")
    assert [row.party_id for row in torn] == [desk.cast.party("northfield"), desk.cast.party("westgate")]
