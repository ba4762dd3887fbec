"""The nightly re-check: what turned bad is said once, with its facts, and said again when it is mended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from custody import models as m
from custody.actions import handoffs, notices, rechecking, rejudging, results
from custody.apply import rebuild
from custody.compare import compare
from custody.regimes import pack
from custody.replay import replay
from custody.single import differing
from custody.stories import cast as people
from custody.terms import HopState, LapseNoun, NoticeKind
from ledger import api as ledger
from ledger.models import Entry
from tests.actions.scenes import Scene, done

DAY = dt.timedelta(days=1)


def run(days: int = 0) -> rechecking.Ran:
    ran = rechecking.run(timezone.now() + days * DAY)
    assert ran is not None
    return ran


def stands(object: Any = None) -> dict[str, str]:
    rows = m.Lapse.objects.open()
    if object is not None:
        rows = rows.filter(object=object)
    return {f"{row.noun} {row.code}": str(row.outcome) for row in rows}


def entries(kind: str) -> list[Any]:
    found = [ledger.read(id) for id in Entry.objects.order_by("at", "id").values_list("id", flat=True)]
    return [entry for entry in found if entry.values["kind"] == kind]


def ran_out(scene: Scene, days: int = -1) -> None:
    """Let Harbour's certificate run out behind the back of every act, as time does."""
    day = scene.cast.today + days * DAY
    m.Qualification.objects.filter(id=paper(scene).id).update(valid_to=day)


def paper(scene: Scene) -> m.Qualification:
    found: m.Qualification = m.Qualification.objects.get(number="SCENE-HARBOUR-B")
    return found


def test_what_was_allowed_and_still_is_leaves_nothing(scene: Scene) -> None:
    before = Entry.objects.count()
    ran = run()
    assert (ran.found, ran.ended, stands()) == (0, 0, {})
    assert ran.judged > m.Hop.objects.filter(state=HopState.ACTIVE).count()
    assert Entry.objects.count() == before


def test_a_certificate_that_ran_out_is_found_once_wherever_something_rests_on_it(scene: Scene) -> None:
    run()
    ran_out(scene)
    assert run().found == 3
    assert stands(scene.second.id) == {"hop QUA-03": "block"}
    assert stands(scene.handoff.id) == {"handoff QUA-03": "block"}
    assert stands(paper(scene).id) == {"qualification QUA-03": "block"}
    assert stands(scene.first.id) == {}, "Westgate's certificate is in order"
    said = entries("recheck.found/1")
    assert {entry.values["noun"] for entry in said} == {"hop", "handoff", "qualification"}
    assert run().found == run(1).found == 0, "not every night"
    assert len(entries("recheck.found/1")) == 3


def test_what_is_renewed_is_said_to_be_in_order_again_and_may_turn_bad_anew(scene: Scene) -> None:
    ran_out(scene)
    run()
    ran_out(scene, days=400)
    assert run().ended == 3
    assert stands() == {}
    assert {entry.values["ended"] for entry in entries("recheck.cleared/1")} == {"mended"}
    ran_out(scene)
    assert run().found == 3
    assert m.Lapse.objects.filter(object=scene.second.id).count() == 2, "each time has a row of its own"


def test_a_finding_carries_its_decision_and_is_replayed_from_its_own_facts(scene: Scene) -> None:
    ran_out(scene)
    run()
    lapse = m.Lapse.objects.open().get(object=scene.second.id)
    decision = m.Decision.objects.get(entry=lapse.entry)
    assert replay(decision, pack(scene.project.regime)).verdict == "same"
    assert lapse.finding in decision.findings
    assert [d for d in compare(rebuild()) if d.table == "custody_lapse"] == []
    m.Lapse.objects.filter(id=lapse.id).update(code="QUA-01")
    assert [d.column for d in differing(m.Lapse, str(lapse.id))] == ["code"]


def test_time_alone_turns_what_ends_and_only_from_its_day_on(scene: Scene) -> None:
    end = scene.second.ends
    assert end is not None
    last = (end - scene.cast.today).days
    run(last)
    assert "hop HOP-01" not in stands(scene.second.id)
    run(last + 1)
    assert stands(scene.second.id)["hop HOP-01"] == "block"
    row = m.Lapse.objects.open().get(object=scene.second.id, code="HOP-01")
    assert (row.since, row.finding["problems"]) == (end + DAY, ["dates"])


def test_a_finding_that_becomes_another_begins_anew_and_the_old_one_ends(scene: Scene) -> None:
    ran_out(scene)
    run()
    m.Party.objects.filter(id=scene.cast.party("harbour")).update(clean_record=False)
    run()
    assert stands(scene.second.id) == {"hop QUA-03": "block", "hop QUA-08": "block"}
    first = m.Lapse.objects.open().get(object=scene.second.id, code="QUA-08")
    m.Party.objects.filter(id=scene.cast.party("harbour")).update(clean_record=None)
    run()
    assert stands(scene.second.id)["hop QUA-08"] == "cannot_tell"
    first.refresh_from_db()
    assert str(first.ended) == "changed" and first.ended_on is not None
    assert m.Lapse.objects.filter(object=scene.second.id, code="QUA-03").count() == 1, "it stayed as it was"
    assert [d for d in compare(rebuild()) if d.table == "custody_lapse"] == []


def test_the_lapses_of_an_offer_that_was_answered_are_gone(scene: Scene) -> None:
    ran_out(scene)
    run()
    handoffs.withdraw(scene.cast.actor("mei"), handoff=scene.handoff.id, reason="Not now 暂缓")
    assert run().ended == 1
    row = m.Lapse.objects.get(object=scene.handoff.id)
    assert str(row.ended) == "gone"
    assert stands(scene.handoff.id) == {}


def test_the_monitors_are_part_of_it(scene: Scene) -> None:
    """QUA-09 the yearly self-inspection, CTR-01 the report to the authority, CLS-04 the review of levels."""
    run(370)
    assert stands(scene.item.id) == {"item CLS-04": "warn"}
    codes = {key.split()[1] for key in stands(paper(scene).id)}
    assert "QUA-09" in codes
    m.Hop.objects.filter(id=scene.second.id).update(reported_on=None)
    run(370)
    found = pack(scene.project.regime).rules["CTR-01"].enabled
    assert ("hop CTR-01" in stands(scene.second.id)) is found


def test_many_judged_on_one_reading_are_judged_as_each_on_its_own(scene: Scene) -> None:
    ran_out(scene)
    now = timezone.now() + 401 * DAY
    for noun in LapseNoun:
        for cases, _ in rejudging.batches(noun, None, now):
            for one in rejudging.judge_many(cases, now):
                alone = rejudging.judge(one.case, now)
                assert {k: f.to_json() for k, f in one.findings.items()} == {
                    k: f.to_json() for k, f in alone.findings.items()
                }, one.case


def test_every_object_of_every_project_is_judged_once_however_small_the_batches(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    for code in ("B-2", "A-1", "C-3"):
        other = people.open_project(scene.cast, code, "Other")
        people.make_copies(scene.cast, other, code, 1)
        told: dict[str, Any] = {
            "accepted_on": scene.cast.today,
            "accepted_by": "Client",
            "acceptance_number": code,
        }
        done(results.accept(scene.cast.actor("mei"), project=other.id, **told))
    monkeypatch.setattr(rejudging, "AT_ONCE", 2)
    now = timezone.now() + 401 * DAY
    for noun in LapseNoun:
        seen = [case.object for cases, _ in rejudging.batches(noun, None, now) for case in cases]
        assert len(seen) == len(set(seen)) == rejudging.count(noun, now), noun
        assert noun is LapseNoun.HANDOFF or len(seen) > 1


def test_it_asks_as_much_of_the_database_however_many_there_are(scene: Scene) -> None:
    now = timezone.now()
    cases = next(rejudging.batches(LapseNoun.HOP, None, now))[0]
    with CaptureQueriesContext(connection) as one:
        rejudging.judge_many(cases[:1], now)
    with CaptureQueriesContext(connection) as all_:
        rejudging.judge_many(cases, now)
    assert len(cases) > 1 and len(one) == len(all_) == 1


def test_a_run_that_was_killed_goes_on_where_it_was_and_doubles_nothing(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran_out(scene)
    real, seen = rechecking._batch, []

    def killed(noun: LapseNoun, cases: Any, now: dt.datetime) -> Any:
        seen.append(noun)
        if noun is LapseNoun.HANDOFF:
            raise KeyboardInterrupt
        return real(noun, cases, now)

    monkeypatch.setattr(rechecking, "_batch", killed)
    with pytest.raises(KeyboardInterrupt):
        run()
    assert stands() == {"hop QUA-03": "block"}
    seen.clear()

    def watched(noun: LapseNoun, *more: Any) -> Any:
        seen.append(noun)
        return real(noun, *more)

    monkeypatch.setattr(rechecking, "_batch", watched)
    assert rechecking.run_due(timezone.now()) is not None, "one left unfinished is due at once"
    assert LapseNoun.HOP not in seen, "what was done is not done again"
    assert len(stands()) == len(entries("recheck.found/1")) == 3
    assert m.RecheckRun.objects.get().found == 3


def test_while_one_is_running_another_does_nothing(scene: Scene) -> None:
    with busy():
        assert rechecking.run(timezone.now()) is None
        assert rechecking.run_due(timezone.now()) is None
    assert rechecking.run_due(timezone.now()) is not None


@contextmanager
def busy() -> Iterator[None]:
    cache.add("recheck", "running", 60)
    yield
    cache.delete("recheck")


def test_it_runs_once_a_night_and_what_was_missed_is_made_up(scene: Scene) -> None:
    noon = timezone.now().replace(hour=12, minute=0)
    m.Site.objects.update(time_zone="UTC")
    assert rechecking.run_due(noon) is not None
    assert rechecking.run_due(noon + dt.timedelta(hours=2)) is None
    assert rechecking.run_due(noon + dt.timedelta(hours=21)) is None, "by day it waits for the night"
    assert rechecking.run_due(noon + dt.timedelta(hours=31)) is not None
    night = (noon + 3 * DAY).replace(hour=3)
    m.RecheckRun.objects.update(started_at=night - dt.timedelta(hours=24))
    assert rechecking.run_due(night) is not None


def test_those_concerned_are_told_once(scene: Scene) -> None:
    for key in ("mei", "lan", "bo", "heng"):
        m.User.objects.get_or_create(username=f"told-{key}", person=scene.cast.people[key])
    ran_out(scene)
    run()
    notices.tell(timezone.now())
    told = m.Notice.objects.filter(kind=NoticeKind.RULE_TURNED)
    assert {n.about for n in told} >= {"QUA-03 · SC-1"}
    who = {n.user.person_id for n in told}
    assert scene.cast.people["mei"].id in who and scene.cast.people["heng"].id in who
    count = told.count()
    run(1)
    notices.tell(timezone.now())
    assert told.count() == count


def test_the_command_says_what_it_judged(scene: Scene) -> None:
    ran_out(scene)
    said = StringIO()
    call_command("custody_recheck", "--quiet", stdout=said)
    assert ", 3 findings, 0 ended." in said.getvalue()
    with busy(), pytest.raises(SystemExit, match="2"):
        call_command("custody_recheck", "--quiet", stdout=said)


def test_what_rests_on_a_frozen_record_waits_until_that_is_settled(scene: Scene) -> None:
    ran_out(scene)
    row = m.FrozenObject.objects.create(
        table="custody_hop", object=str(scene.second.id), holds=[str(scene.second.id)], columns=["level"],
        entry=m.new_id(),
    )  # fmt: skip
    before = m.Refusal.objects.count()
    run()
    assert stands(scene.second.id) == {}
    assert m.Refusal.objects.count() == before and entries("attempt.held/1") == []
    m.FrozenObject.objects.filter(id=row.id).update(settled_entry=m.new_id())
    run()
    assert stands(scene.second.id) == {"hop QUA-03": "block"}


def test_whoever_holds_a_certificate_only_is_watched_too(scene: Scene) -> None:
    cast = scene.cast
    row = people.qualify(cast, cast.party("annex"), "B", "ALONE")
    m.Qualification.objects.filter(id=row.id).update(valid_to=cast.today - DAY)
    run()
    assert stands(row.id) == {"qualification QUA-03": "block"}
    people.qualify(cast, cast.party("annex"), "B", "RENEWED")
    run()
    assert stands(row.id) == {}, "a later one takes its place"
