"""Rule SIL-01 on the real tables: what an entry on a copy is, who is warned of a silent one, what the nightly
re-check says of it, and that it ends when something happens to the copy."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from custody import models as m
from custody import silence
from custody.actions import handoffs, notices, rechecking, rejudging, scanning, stocktaking
from custody.apply import rebuild
from custody.compare import compare
from custody.regimes import pack
from custody.replay import replay
from custody.stories import cast as people
from custody.terms import LapseNoun, Leg, NoticeKind, SecondPerson
from tests.actions.scenes import done
from tests.actions.test_legs import Desk

DAY = dt.timedelta(days=1)


def made(at: dt.datetime) -> uuid.UUID:
    """Return the id of an entry as it would have been made at a moment."""
    spread = uuid.uuid4().int & ((1 << 76) - 1)
    return uuid.UUID(int=(int(at.timestamp() * 1000) << 80) | (7 << 76) | spread)


def aged(copies: Iterable[m.Copy], days: int) -> None:
    """Let nothing have been recorded of copies for so many days, behind the back of every act."""
    at = timezone.now() - days * DAY
    ids = [copy.id for copy in copies]
    m.Copy.objects.filter(id__in=ids).update(created_at=at, entry=made(at))
    m.Handoff.objects.filter(lines__copy__in=ids).update(entry=made(at))
    m.StocktakeLine.objects.filter(copy__in=ids).update(entry=made(at))
    m.IncidentHold.objects.filter(copy__in=ids).update(entry=made(at))


def silent(desk: Desk, now: dt.datetime | None = None) -> set[str]:
    mine = m.Copy.objects.filter(item__project=desk.project)
    return set(silence.silent(mine, now or timezone.now()).values_list("code", flat=True))


def stands(desk: Desk) -> set[str]:
    rows = m.Lapse.objects.open().filter(noun=LapseNoun.COPY, project=desk.project)
    return set(m.Copy.objects.filter(id__in=rows.values("object")).values_list("code", flat=True))


def run() -> rechecking.Ran:
    ran = rechecking.run(timezone.now())
    assert ran is not None
    return ran


@pytest.fixture
def desk(cast: people.Cast) -> Desk:
    return Desk(cast)


def codes(copies: Iterable[m.Copy]) -> set[str]:
    return {copy.code for copy in copies}


def test_with_the_owner_a_copy_is_silent_later_than_with_others(desk: Desk) -> None:
    at_home = people.make_copies(desk.cast, desk.project, "SIL-A", 1)
    desk.lend()
    aged([*desk.copies, *at_home], 180)
    assert silent(desk) == set()
    aged([*desk.copies, *at_home], 181)
    assert silent(desk) == codes(desk.copies)
    aged([*desk.copies, *at_home], 400)
    assert silent(desk) == codes(desk.copies)
    aged([*desk.copies, *at_home], 401)
    assert silent(desk) == codes(desk.copies) | codes(at_home)


def test_what_is_public_and_what_is_destroyed_is_never_silent(desk: Desk) -> None:
    aged(desk.copies, 500)
    m.Copy.objects.filter(id=desk.copies[0].id).update(state="destroyed")
    assert silent(desk) == codes(desk.copies[1:])
    m.Item.objects.filter(id=desk.copies[0].item_id).update(level="gongkai")
    assert silent(desk) == set()


def test_each_thing_that_happens_to_a_copy_is_heard(desk: Desk) -> None:
    tao, mei, yu = (desk.cast.actor(who) for who in ("tao", "mei", "yu"))
    desk.lend()
    heard: list[str] = []

    def hears(what: str, act: Any) -> Any:
        aged(desk.copies, 500)
        assert silent(desk) == codes(desk.copies), what
        found = done(act())
        assert silent(desk) == set(), what
        heard.append(what)
        return found

    back = hears("an offer", lambda: handoffs.offer(tao, desk.back()))
    hears("a withdrawal", lambda: handoffs.withdraw(tao, handoff=back.id, reason="Not yet"))
    back = hears("another offer", lambda: handoffs.offer(tao, desk.back()))
    hears("a return", lambda: handoffs.accept(yu, handoff=back.id))
    read = hears(
        "an offer to read",
        lambda: handoffs.offer(
            mei, desk.deal(leg=Leg.INSPECTION, system=desk.cast.systems["workstation"].id)
        ),
    )
    hears("a reading on site", lambda: handoffs.accept(tao, handoff=read.id))
    asked = stocktaking.Asked(
        desk.cast.party("northfield"), desk.cast.people["mei"].id, desk.cast.people["yu"].id,
        SecondPerson.SUPERVISOR, desk.project.id,
    )  # fmt: skip
    aged(desk.copies, 500)
    row = done(stocktaking.open_stocktake(mei, asked=asked))
    assert silent(desk) == codes(desk.copies), "to stand on a list is not to be heard of"
    done(scanning.count(mei, stocktake=row.id, codes=[desk.copies[0].code]))
    assert silent(desk) == codes(desk.copies[1:]), "a count is heard of what it saw alone"
    assert len(heard) == 6


def test_a_restore_that_casts_doubt_on_a_copy_is_not_heard_and_its_count_is(desk: Desk) -> None:
    aged(desk.copies, 500)
    now = made(timezone.now())
    rows = m.Copy.objects.filter(id__in=[c.id for c in desk.copies])
    rows.update(unconfirmed=now, entry=now)
    assert silent(desk) == codes(desk.copies)
    rows.update(unconfirmed=None)
    assert silent(desk) == set()


def test_a_silent_copy_warns_whoever_hands_it_over_and_bars_nothing(desk: Desk) -> None:
    aged(desk.copies, 401)
    offered = handoffs.offer(desk.cast.actor("mei"), desk.deal())
    (said,) = [f for f in offered.decision.findings if f["code"] == "SIL-01"]
    assert (offered.state, said["outcome"], said["problems"]) == ("done", "warn", ["silent"])
    assert said["inputs"]["silent_days"]["value"] == 401
    taken = handoffs.accept(desk.cast.actor("tao"), handoff=offered.object.id)
    (said,) = [f for f in taken.decision.findings if f["code"] == "SIL-01"]
    assert (taken.state, said["outcome"]) == ("done", "pass"), "the offer was heard"


def test_the_night_says_once_what_turned_silent_and_once_that_it_was_heard_of(desk: Desk) -> None:
    desk.lend()
    aged(desk.copies, 181)
    before = run()
    assert (before.found, stands(desk)) == (3, codes(desk.copies))
    assert run().found == 0, "not every night"
    lapse = m.Lapse.objects.open().filter(noun=LapseNoun.COPY).order_by("id")[0]
    decision = m.Decision.objects.get(entry=lapse.entry)
    assert replay(decision, pack(desk.project.regime)).verdict == "same"
    assert (lapse.code, lapse.party_id) == ("SIL-01", desk.cast.party("westgate"))
    back = done(handoffs.offer(desk.cast.actor("tao"), desk.back(copies=[desk.copies[0].id])))
    assert run().ended == 1
    assert stands(desk) == codes(desk.copies[1:])
    done(handoffs.accept(desk.cast.actor("yu"), handoff=back.id))
    assert [d for d in compare(rebuild()) if d.table == "custody_lapse"] == []
    gone = m.Lapse.objects.get(object=desk.copies[0].id)
    assert (str(gone.ended), gone.ended_on) == ("mended", desk.cast.today)


def test_a_silent_copy_that_is_destroyed_is_judged_no_more(desk: Desk) -> None:
    aged(desk.copies, 500)
    run()
    m.Copy.objects.filter(id=desk.copies[0].id).update(state="destroyed")
    assert run().ended == 1
    assert str(m.Lapse.objects.get(object=desk.copies[0].id).ended) == "gone"


def test_the_holder_and_the_owner_are_told_once_for_all_copies(desk: Desk) -> None:
    for key, person in desk.cast.people.items():
        m.User.objects.create_user(key, None, person)
    desk.lend()
    aged(desk.copies, 200)
    run()
    for _ in range(2):
        notices.tell(timezone.now())
    told = m.Notice.objects.filter(kind=NoticeKind.RULE_TURNED, about__startswith="SIL-01")
    assert sorted(told.values_list("user__username", flat=True)) == ["mei", "tao", "yu"]
    assert {notice.about for notice in told} == {f"SIL-01 · {desk.project.code}"}


def test_who_passed_a_copy_on_is_not_told_what_became_of_it_there(desk: Desk) -> None:
    users = {key: m.User.objects.create_user(key, None, person) for key, person in desk.cast.people.items()}
    desk.lend()
    done(handoffs.accept(desk.cast.actor("yu"), handoff=done(handoffs.offer(
        desk.cast.actor("tao"), desk.back())).id))  # fmt: skip
    aged(desk.copies, 500)
    run()
    seen = m.Copy.objects.visible_to(users["tao"])
    assert codes(seen) >= codes(desk.copies), "Westgate sees what it gave back"
    now = timezone.now()
    assert list(silence.silent_for(users["tao"], seen, now)) == []
    assert {copy.last_event for copy in silence.told(seen, users["tao"])} == {None}
    assert silence.of(desk.copies[0], users["tao"]) is None
    assert not m.Lapse.objects.visible_to(users["tao"]).filter(noun=LapseNoun.COPY).exists()
    assert m.Lapse.objects.visible_to(users["mei"]).filter(noun=LapseNoun.COPY).count() == 3
    assert len(silence.silent_for(users["mei"], m.Copy.objects.all(), now)) >= 3


def test_all_silent_copies_are_found_by_one_query_and_judged_on_one_reading(desk: Desk) -> None:
    many = people.make_copies(desk.cast, desk.project, "SIL-M", 60)
    aged([*desk.copies, *many], 500)
    now = timezone.now()
    with CaptureQueriesContext(connection) as asked:
        assert len(silent(desk)) == 63
    assert len(asked) == 1
    ((cases, _),) = [
        (cases, place)
        for cases, place in rejudging.batches(LapseNoun.COPY, None, now)
        if cases[0].project == desk.project
    ]
    with CaptureQueriesContext(connection) as judged:
        rejudging.judge_many(cases, now)
    assert (len(cases), len(judged)) == (63, 1)
