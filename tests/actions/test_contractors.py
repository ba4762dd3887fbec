"""What a party states of itself as a contractor, and its yearly self-inspection."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from custody import due
from custody import models as m
from custody.actions import contractors, handoffs, hops, notices
from custody.actions.base import ActionError, Outcome
from custody.apply import rebuild
from custody.compare import compare
from custody.single import differing
from custody.stories import cast as people
from custody.stories import told
from custody.terms import NoticeKind, PartyKind, Role
from ledger import api as ledger
from tests.actions.scenes import Scene, done, everything

DAY = dt.timedelta(days=1)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def found(outcome: Outcome, code: str = "QUA-08") -> tuple[str, list[str]]:
    finding = next(f for f in outcome.decision.findings if f["code"] == code)
    return finding["outcome"], finding["problems"]


def stated(cast: people.Cast, party: str = "harbour", **changes: Any) -> Outcome:
    given: dict[str, Any] = {
        "stated_on": cast.today,
        "established_on": cast.today - 2000 * DAY,
        "clean_record": True,
        "prc_staff": True,
        "evidence": "Statement no. 7 声明",
    }
    return contractors.state_conditions(cast.actor("mei"), party=cast.party(party), **{**given, **changes})


def harbour(scene: Scene, **columns: Any) -> m.Party:
    m.Party.objects.filter(id=scene.cast.party("harbour")).update(**columns)
    return m.Party.objects.get(id=scene.cast.party("harbour"))


def test_mei_records_what_harbour_states_and_the_ledger_tells_the_same(scene: Scene) -> None:
    outcome = stated(scene.cast)
    row = m.Party.objects.get(id=scene.cast.party("harbour"))
    assert (row.conditions_on, row.clean_record, row.prc_staff) == (scene.cast.today, True, True)
    assert (row.entry, row.conditions_evidence) == (outcome.entry, "Statement no. 7 声明")
    entry = ledger.read(outcome.entry).values
    assert (entry["kind"], entry["stated_on"]) == ("party.conditions_stated/1", str(scene.cast.today))
    inspected = done(
        contractors.record_inspection(
            scene.cast.actor("an"), party=row.id, inspected_on=scene.cast.today, evidence="Report 自查报告"
        )
    )
    assert inspected.inspected_on == scene.cast.today
    assert [d for d in compare(rebuild()) if d.table == "custody_party"] == []
    assert differing(m.Party, str(row.id)) == []
    harbour(scene, clean_record=False)
    assert [d.column for d in differing(m.Party, str(row.id))] == ["clean_record"]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"established_on": -300}, "age"),
        ({"clean_record": False}, "record"),
        ({"prc_staff": False}, "staff"),
    ],
)
def test_who_fails_a_condition_is_handed_nothing(scene: Scene, changes: dict[str, Any], problem: str) -> None:
    if "established_on" in changes:
        changes = {"established_on": scene.cast.today + changes["established_on"] * DAY}
    done(stated(scene.cast, **changes))
    refused = handoffs.accept(scene.cast.actor("bo"), handoff=scene.handoff.id)
    assert refused.state == "refused" and found(refused) == ("block", [problem])


def test_of_whom_nothing_is_stated_the_rule_cannot_tell(scene: Scene) -> None:
    harbour(scene, conditions_on=None, clean_record=None, prc_staff=None)
    refused = handoffs.accept(scene.cast.actor("bo"), handoff=scene.handoff.id)
    assert refused.state == "refused" and found(refused) == ("cannot_tell", [])
    done(stated(scene.cast, established_on=None))
    assert m.Party.objects.get(id=scene.cast.party("harbour")).established_on is not None, "it stays"
    assert handoffs.accept(scene.cast.actor("bo"), handoff=scene.handoff.id).state == "done"


def test_a_new_statement_takes_the_place_of_the_old_with_what_it_leaves_open(scene: Scene) -> None:
    row = done(stated(scene.cast, prc_staff=None))
    assert row.prc_staff is None
    refused = handoffs.accept(scene.cast.actor("bo"), handoff=scene.handoff.id)
    assert refused.state == "refused" and found(refused)[0] == "cannot_tell"


def test_a_statement_that_does_not_fit_leaves_nothing(scene: Scene) -> None:
    cast = scene.cast
    done(stated(cast))
    before = everything()
    for changes, about in (
        ({"stated_on": cast.today + 3 * DAY}, "stated_on"),
        ({"stated_on": cast.today - DAY}, "stated_on"),
        ({"established_on": cast.today + 3 * DAY}, "established_on"),
        ({"evidence": "  "}, "evidence"),
        ({"evidence": "x" * 301}, "evidence"),
        ({}, ""),
    ):
        with pytest.raises(ActionError) as told_:
            stated(cast, **changes)
        assert (told_.value.about or "") == about, changes
    for call in (
        lambda: stated(cast, "pilot"),
        lambda: contractors.record_inspection(
            cast.actor("mei"), party=cast.party("pilot"), inspected_on=cast.today, evidence="E"
        ),
    ):
        with pytest.raises(ActionError, match="organisations"):
            call()
    assert m.Party.objects.get(id=cast.party("pilot")).kind is PartyKind.INDIVIDUAL
    assert everything() == before


def test_nobody_records_the_statement_of_a_party_they_belong_to(scene: Scene) -> None:
    cast = scene.cast
    m.Membership.objects.create(
        entry=m.new_id(), person=cast.people["mei"], party_id=cast.party("harbour"), role=Role.RECIPIENT,
        starts=cast.today,
    )  # fmt: skip
    with pytest.raises(ActionError, match="somebody else"):
        stated(cast)
    done(stated(cast, "northfield"))  # nobody else could record that of the house


@pytest.mark.parametrize(("hour", "outcome"), [(23, "block"), (24, "pass")])
def test_a_party_is_a_year_old_at_midnight_in_shanghai(scene: Scene, hour: int, outcome: str) -> None:
    """The day is that of the regime: 16:00 of the day before in UTC."""
    cast = scene.cast
    harbour(scene, established_on=dt.date(2025, 12, 2), conditions_on=dt.date(2026, 11, 1))
    now = dt.datetime(2026, 12, 1, tzinfo=SHANGHAI) + dt.timedelta(hours=hour)
    ruling = hops.preview_request(
        scene.as_(Role.MANAGER, "sender", "tao"),
        project=scene.project,
        parent=scene.first,
        terms=told.terms(cast, "harbour", "Part 部分", amount=None),
        now=now.astimezone(dt.UTC),
    )
    (finding,) = [f for f in ruling.judgement.findings if f.code == "QUA-08"]
    assert finding.outcome.value == outcome


@pytest.mark.parametrize(("minutes", "outcome"), [(-1, "pass"), (0, "block")])
def test_a_statement_counts_to_the_end_of_its_last_day_in_shanghai(
    scene: Scene, minutes: int, outcome: str
) -> None:
    harbour(scene, conditions_on=dt.date(2026, 1, 10))
    now = dt.datetime(2027, 1, 11, tzinfo=SHANGHAI) + dt.timedelta(minutes=minutes)
    ruling = hops.preview_request(
        scene.as_(Role.MANAGER, "sender", "tao"),
        project=scene.project,
        parent=scene.first,
        terms=told.terms(scene.cast, "harbour", "Part 部分", amount=None),
        now=now.astimezone(dt.UTC),
    )
    (finding,) = [f for f in ruling.judgement.findings if f.code == "QUA-08"]
    assert finding.outcome.value == outcome


# --- the yearly self-inspection -----------------------------------------------------------------------------


def overdue(today: dt.date) -> set[str]:
    return {p.name for p in due.inspections(today) if p.inspection_due < today}


def test_an_overdue_inspection_warns_and_bars_nothing(scene: Scene) -> None:
    harbour(scene, inspected_on=scene.cast.today - 366 * DAY)
    accepted = handoffs.accept(scene.cast.actor("bo"), handoff=scene.handoff.id)
    assert accepted.state == "done" and found(accepted, "QUA-09") == ("warn", ["overdue"])


def test_a_holder_is_due_a_year_after_its_last_inspection_else_after_its_certificate_began(
    scene: Scene,
) -> None:
    today, name = scene.cast.today, scene.cast.parties["harbour"].name
    assert overdue(today) == set()
    harbour(scene, inspected_on=today - 365 * DAY)
    assert name not in overdue(today) and name in overdue(today + DAY)
    harbour(scene, inspected_on=None)
    paper = m.Qualification.objects.filter(party=scene.cast.party("harbour"))
    paper.update(valid_from=today - 365 * DAY)
    assert name not in overdue(today) and name in overdue(today + DAY)
    paper.update(state="submitted", verified_by=None, verified_on=None)
    assert name not in overdue(today + DAY), "no certificate counts, so it holds none"
    assert scene.cast.parties["annex"].name not in overdue(today + 4000 * DAY)


def told_of(scene: Scene) -> list[tuple[str, int, dt.date]]:
    rows = m.Notice.objects.filter(kind=NoticeKind.INSPECTION_DUE, object=scene.cast.party("harbour"))
    return sorted(rows.values_list("user__username", "stage", "due"))


def test_those_who_look_after_certificates_are_reminded_once_a_stage_and_anew_each_year(scene: Scene) -> None:
    cast, today = scene.cast, scene.cast.today
    for key, person in cast.people.items():
        m.User.objects.create_user(key, None, person)
    harbour(scene, inspected_on=today - 360 * DAY)
    for _ in range(2):
        notices.remind(today)
    who = ["an", "heng", "mei", "qiao"]
    assert told_of(scene) == [(key, 7, today + 5 * DAY) for key in who]
    notices.remind(today + 8 * DAY)
    assert {stage for _, stage, _ in told_of(scene)} == {7, 0}
    done(
        contractors.record_inspection(
            cast.actor("mei"), party=cast.party("harbour"), inspected_on=today, evidence="Report"
        )
    )
    notices.remind(today + 8 * DAY)
    assert {stage for _, stage, _ in told_of(scene)} == {7, 0}, "nothing is due, and nothing new is told"
    notices.remind(today + 360 * DAY)
    assert told_of(scene) == [(key, 7, today + 365 * DAY) for key in who], (
        "this year's, in place of last year's"
    )
