"""Stocktakes: the list is frozen, each scan is judged at once, what is missing after two counts is so."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

import pytest

from custody import codes, record
from custody import models as m
from custody.actions import handoffs, scanning, stocktaking
from custody.actions.base import ActionError, Actor, NotPermitted, Outcome
from custody.apply import rebuild
from custody.compare import compare
from custody.stories import cast as people
from custody.terms import (
    CopyState,
    Counted,
    Difference,
    Scanned,
    SecondPerson,
    Source,
    StocktakeState,
)
from custody.transitions import NotNow
from ledger import api as ledger
from tests.actions.racing import pair
from tests.actions.scenes import counted, done
from tests.actions.test_legs import Desk
from tests.databases import Database

UNKNOWN = codes.copy_code(777_777)


class Room(Desk):
    """Northfield counts what it holds: Mei and Yu count, of three copies in the workstation."""

    def asked(self, **changes: Any) -> stocktaking.Asked:
        given: dict[str, Any] = {
            "party": self.cast.party("northfield"),
            "counter": self.cast.people["mei"].id,
            "second": self.cast.people["yu"].id,
            "second_as": SecondPerson.COUNTER,
            "project": self.project.id,
        }
        return stocktaking.Asked(**{**given, **changes})

    def begin(self, **changes: Any) -> m.Stocktake:
        return done(stocktaking.open_stocktake(self.cast.actor("mei"), asked=self.asked(**changes)))

    def scan(self, row: m.Stocktake, *typed: str, who: str = "mei", **more: Any) -> list[Scanned]:
        made = scanning.count(self.cast.actor(who), stocktake=row.id, codes=typed, **more)
        return [scan.said for scan in done(made).scans]

    def sign(self, row: m.Stocktake, who: str = "yu") -> m.Stocktake:
        row = m.Stocktake.objects.get(id=row.id)
        said = stocktaking.statement(row, stocktaking.result(row))
        sha256 = record.digest_of_text(said)
        return done(stocktaking.close(self.cast.actor(who), stocktake=row.id, statement_sha256=sha256))

    def found(self, row: m.Stocktake) -> dict[str, Counted]:
        return dict(row.lines.values_list("code", "found"))


@pytest.fixture
def room(cast: people.Cast) -> Room:
    return Room(cast)


def agrees_with_the_ledger() -> None:
    tables = ("custody_stocktake", "custody_stocktakeline", "custody_copy")
    assert not [d for d in compare(rebuild()) if d.table in tables]


def test_all_is_seen_in_one_count_and_the_result_is_signed(room: Room) -> None:
    row = room.begin()
    codes_ = sorted(copy.code for copy in room.copies)
    assert (row.expected, row.list_sha256) == (3, record.digest(codes_))
    assert row.head.partition(":")[0].isdigit() and row.stream == f"project:{room.project.id}"
    assert room.scan(row, *codes_, who="yu") == [Scanned.SEEN] * 3
    row = room.sign(row)
    assert (row.state, row.counts, row.closed_by_id) == (
        StocktakeState.CLOSED, {"seen": 3}, room.cast.people["yu"].id,
    )  # fmt: skip
    told = ledger.read(row.entry).values
    assert (told["kind"], told["missing"], told["method"]) == ("stocktake.closed/1", 0, "password")
    assert told["lines_sha256"] == record.digest([[code, "seen"] for code in codes_])
    agrees_with_the_ledger()


def test_what_is_said_of_a_scan_at_once(room: Room) -> None:
    """A duplicate, another holder's copy, a stranger, a slip of the finger, and a torn cover."""
    first, second, third = (copy.code for copy in room.copies)
    lent = people.make_copies(room.cast, room.project, "LENT", 1)
    given = done(handoffs.offer(room.cast.actor("mei"), room.deal(copies=[lent[0].id])))
    done(handoffs.accept(room.cast.actor("tao"), handoff=given.id))
    row = room.begin()
    assert row.expected == 3, "what Westgate holds is not expected here"
    wrong = first[:-1] + ("A" if first[-1] != "A" else "B")
    said = room.scan(row, first, f"https://site.example/c/{second}", first.lower().replace("-", ""), wrong)
    assert said == [Scanned.SEEN, Scanned.SEEN, Scanned.AGAIN, Scanned.MISTYPED]
    assert room.scan(row, first, who="yu") == [Scanned.AGAIN]
    assert room.scan(row, first, damaged=True) == [Scanned.DAMAGED], "a closer look"
    assert room.scan(row, first, damaged=True) == [Scanned.AGAIN]
    assert room.scan(row, third, place=room.cast.systems["workstation"].id) == [Scanned.SEEN]
    strange = [lent[0].code, UNKNOWN, "Box 12 / 2019", "", "HF-12"]
    assert room.scan(row, *strange) == [
        Scanned.ELSEWHERE, Scanned.STRANGER, Scanned.STRANGER, Scanned.MISTYPED, Scanned.MISTYPED,
    ]  # fmt: skip
    assert room.found(row) == {
        first: Counted.DAMAGED, second: Counted.SEEN, third: Counted.SEEN,
        lent[0].code: Counted.ELSEWHERE, UNKNOWN: Counted.STRANGER, "BOX12/2019": Counted.STRANGER,
    }  # fmt: skip
    row = room.sign(row)
    open_ = set(row.lines.filter(difference=Difference.OPEN).values_list("code", flat=True))
    assert open_ == {first, lent[0].code, UNKNOWN, "BOX12/2019"}
    agrees_with_the_ledger()


def test_a_copy_in_another_cupboard_does_not_belong_there(room: Room) -> None:
    other = m.System.objects.exclude(id=room.cast.systems["workstation"].id).filter(
        owner_party=room.cast.party("northfield")
    )[0]
    row = room.begin()
    assert room.scan(row, room.copies[0].code, place=other.id) == [Scanned.ELSEWHERE]
    with pytest.raises(ActionError, match="place of the party"):
        room.scan(row, room.copies[1].code, place=room.cast.systems["westgate_room"].id)
    only = room.begin(system=room.cast.systems["workstation"].id)
    assert room.scan(only, room.copies[1].code) == [Scanned.SEEN]
    line = only.lines.get(code=room.copies[1].code)
    assert line.place_id == room.cast.systems["workstation"].id


def test_what_is_not_seen_twice_is_missing_and_cannot_be_offered_until_it_is_found(room: Room) -> None:
    row = room.begin()
    gone = room.copies[2]
    room.scan(row, *(copy.code for copy in room.copies[:1]))
    with pytest.raises(ActionError, match="2 copies were not seen"):
        room.sign(row)
    row = done(stocktaking.recount(room.cast.actor("yu"), stocktake=row.id))
    assert row.state is StocktakeState.RECOUNT
    assert room.scan(row, room.copies[1].code, room.copies[0].code) == [Scanned.SEEN, Scanned.AGAIN]
    assert row.lines.get(code=room.copies[1].code).round == 2
    row = room.sign(row)
    assert row.counts == {"missing": 1, "seen": 2}
    line = row.lines.get(code=gone.code)
    assert (line.found, line.difference) == (Counted.MISSING, Difference.OPEN)
    assert room.copies[2].state is CopyState.HELD, "custody has not moved"
    mei = room.cast.actor("mei")
    with pytest.raises(ActionError, match=gone.code) as told:
        handoffs.offer(mei, room.deal(copies=[gone.id]))
    assert told.value.about == "copies" and "清点" in told.value.text.zh
    done(stocktaking.settle(mei, line=line.id, how="report", resolution="Incident 3 事件"))
    with pytest.raises(ActionError, match=gone.code):
        handoffs.offer(mei, room.deal(copies=[gone.id]))
    done(stocktaking.settle(mei, line=line.id, how="find", resolution="Behind the safe"))
    with pytest.raises(NotNow):
        stocktaking.settle(mei, line=line.id, how="report", resolution="Again")
    assert done(handoffs.offer(mei, room.deal(copies=[gone.id])))
    agrees_with_the_ledger()


def test_a_copy_handed_off_during_the_count_is_told_and_not_missing(room: Room) -> None:
    row, mei = room.begin(), room.cast.actor("mei")
    given = done(handoffs.offer(mei, room.deal(copies=[room.copies[0].id])))
    done(handoffs.accept(room.cast.actor("tao"), handoff=given.id))
    fresh = people.make_copies(room.cast, room.project, "FRESH", 1)[0]
    assert room.scan(row, room.copies[1].code, room.copies[2].code, fresh.code) == [
        Scanned.SEEN, Scanned.SEEN, Scanned.CAME,
    ]  # fmt: skip
    row = room.sign(row)
    assert row.counts == {"came": 1, "moved": 1, "seen": 2}
    assert not row.lines.filter(difference__isnull=False).exists()
    agrees_with_the_ledger()


def test_a_copy_that_the_record_says_has_left_is_told_when_it_is_still_here(room: Room) -> None:
    row = room.begin()
    given = done(handoffs.offer(room.cast.actor("mei"), room.deal(copies=[room.copies[0].id])))
    done(handoffs.accept(room.cast.actor("tao"), handoff=given.id))
    assert room.scan(row, room.copies[0].code) == [Scanned.ELSEWHERE]


def test_closed_is_closed_and_called_off_is_off(room: Room) -> None:
    row, off, mei = room.begin(), room.begin(), room.cast.actor("mei")
    room.scan(row, *(copy.code for copy in room.copies))
    room.sign(row)
    done(stocktaking.cancel(mei, stocktake=off.id, reason="Begun twice"))
    for ended in (row, off):
        for act in (
            partial(scanning.count, codes=[UNKNOWN]),
            stocktaking.recount,
            partial(stocktaking.close, statement_sha256="0" * 64),
            partial(stocktaking.cancel, reason="No"),
        ):
            with pytest.raises(NotNow):
                act(mei, stocktake=ended.id)
    assert not off.lines.exclude(found=Counted.NOT_SEEN).exists()
    agrees_with_the_ledger()


def test_what_was_counted_since_the_statement_was_read_is_not_signed(room: Room) -> None:
    row = room.begin()
    room.scan(row, *(copy.code for copy in room.copies))
    said = record.digest_of_text(stocktaking.statement(row, stocktaking.result(row)))
    room.scan(row, UNKNOWN)
    with pytest.raises(ActionError, match="Somebody has counted since"):
        stocktaking.close(room.cast.actor("mei"), stocktake=row.id, statement_sha256=said)


def test_two_people_are_named_and_nobody_else_counts_or_signs(room: Room) -> None:
    cast = room.cast
    with pytest.raises(ActionError, match="two different people"):
        room.begin(second=cast.people["mei"].id)
    with pytest.raises(ActionError, match="stands neither"):
        room.begin(second=cast.people["bo"].id)
    with pytest.raises(ActionError, match="no copy to count"):
        stocktaking.open_stocktake(
            cast.actor("mei"), asked=room.asked(party=cast.party("annex"), second=cast.people["yu"].id)
        )
    with pytest.raises(NotPermitted):
        stocktaking.open_stocktake(cast.actor("tao"), asked=room.asked())
    row = room.begin(second_as=SecondPerson.SUPERVISOR)
    assert room.scan(row, room.copies[0].code) == [Scanned.SEEN]
    with pytest.raises(ActionError, match="named as a counter"):
        room.scan(row, room.copies[1].code, who="yu")
    third = Actor(cast.people["heng"].id, cast.actor("mei").memberships, Source.SCREEN, cast.site.operator_id)
    with pytest.raises(ActionError, match="two people who are named"):
        stocktaking.recount(third, stocktake=row.id)
    assert done(stocktaking.recount(cast.actor("yu"), stocktake=row.id))


def test_a_party_counts_what_it_holds_of_all_projects_and_each_project_keeps_its_own(room: Room) -> None:
    cast = room.cast
    other = people.open_project(cast, "LEG-2", "Others 其他")
    more = people.make_copies(cast, other, "OTHER", 2)
    row = room.begin(project=None)
    assert row.expected == m.Copy.objects.filter(custodian_party=cast.party("northfield")).count()
    assert row.stream == record.party_stream(cast.party("northfield"))
    room.scan(row, room.copies[0].code, more[0].code, UNKNOWN)
    streams = {code: ledger.read(entry).stream_name for code, entry in row.lines.values_list("code", "entry")}
    assert streams[more[0].code] == f"project:{other.id}"
    assert streams[room.copies[0].code] == f"project:{room.project.id}"
    assert streams[UNKNOWN] == row.stream
    agrees_with_the_ledger()


def test_five_thousand_copies_are_listed_counted_and_signed_in_few_queries(room: Room) -> None:
    first = room.copies[0]
    made = [
        m.Copy(
            id=m.new_id(), entry=first.entry, item_id=first.item_id, number=n,
            code=codes.copy_code(500_000 + n),
            custodian_party_id=first.custodian_party_id, custodian_person_id=first.custodian_person_id,
            system_id=first.system_id, tag_key=n.to_bytes(32, "big"),
        )
        for n in range(100, 100 + 4997)
    ]  # fmt: skip
    m.Copy.objects.bulk_create(made)
    with counted() as opening:
        row = room.begin()
    assert row.expected == 5000 and len(opening) < 40, len(opening)
    every = list(row.lines.values_list("code", flat=True))
    with counted() as one:
        assert room.scan(row, every[0]) == [Scanned.SEEN]
    with counted() as all_:
        said = room.scan(row, *every[:4999], UNKNOWN)
    assert said[0] is Scanned.AGAIN and said[1:-1] == [Scanned.SEEN] * 4998 and said[-1] is Scanned.STRANGER
    assert len(one) <= 25 and len(all_) <= len(one) + 15, (len(one), len(all_))
    done(stocktaking.recount(room.cast.actor("mei"), stocktake=row.id))
    with counted() as closing:
        row = room.sign(row)
    assert row.counts == {"missing": 1, "seen": 4999, "stranger": 1} and len(closing) < 40, len(closing)
    with pytest.raises(ActionError, match="1 to 5,000"):
        room.scan(row, *every, UNKNOWN)


def seen_by(row: UUID, actor: Actor, code: str) -> Outcome:
    return scanning.count(actor, stocktake=row, codes=[code])


@pytest.mark.django_db(transaction=True)
def test_of_two_who_scan_the_same_copy_at_once_one_counts_it_and_the_other_is_told(
    committed_cast: people.Cast, database_committed: Database
) -> None:
    room = Room(committed_cast)
    row = room.begin()
    mei, yu = committed_cast.actor("mei"), committed_cast.actor("yu")
    with pair(database_committed.environ) as two:
        for copy in room.copies:
            outcomes = two.both(
                partial(seen_by, row.id, mei, copy.code), partial(seen_by, row.id, yu, copy.code)
            )
            assert sorted(str(one.object.scans[0].said) for one in outcomes) == ["again", "seen"]
    assert set(room.found(row).values()) == {Counted.SEEN}
    agrees_with_the_ledger()
