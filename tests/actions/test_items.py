"""Items are classified before their first copy, no lower than what they were made from, and reviewed."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from custody import due
from custody import models as m
from custody.actions import classifying, handoffs, items, notices, projects
from custody.actions.base import Act, ActionError, Actor, Changed, Outcome, perform
from custody.actions.items import Classification
from custody.apply import rebuild
from custody.compare import compare
from custody.events import project as project_events
from custody.policy.calendar import months_later
from custody.replay import replay_all
from custody.stories import cast as people
from custody.stories import copying as leave
from custody.terms import BasisKind, CopyState, Marking, NoticeKind, ReviewOutcome, Role, Verb
from ledger import api as ledger
from tests.actions.scenes import Scene, done, everything, set_up

DAY = dt.timedelta(days=1)
WHY = "Read the cover 已核对封面"


@pytest.fixture
def scene(cast: people.Cast) -> Scene:
    return set_up(cast)


def registered(scene: Scene, codename: str, level: str = "mimi", **changes: Any) -> m.Item:
    known = people.classified(scene.cast, **changes)
    row: m.Item = done(registering(scene, codename, level, known))
    return row


def registering(scene: Scene, codename: str, level: str, known: Classification) -> Outcome:
    return people.register_item(
        scene.cast, "mei", project=scene.project.id, codename=codename, level=level, classified=known
    )


def minted(scene: Scene, item: m.Item, **changes: Any) -> Outcome:
    lan = scene.cast.people["lan"].id
    return projects.mint_copies(
        scene.cast.actor("mei"), item=item.id, count=1, **{"custodian_person": lan, **changes}
    )


def found(outcome: Outcome, code: str) -> tuple[str, list[str]]:
    finding = next(f for f in outcome.decision.findings if f["code"] == code)
    return finding["outcome"], finding["problems"]


def barred(outcome: Outcome) -> list[str]:
    assert outcome.state == "refused"
    return [f["code"] for f in outcome.decision.findings if f["outcome"] in ("block", "cannot_tell")]


def tell(scene: Scene, item: m.Item, who: str = "mei", **known: Any) -> Outcome:
    return people.classify(scene.cast, item, who, given=Classification(**known), named=set(known))


def reviewed(
    scene: Scene, item: m.Item, day: dt.date, outcome: ReviewOutcome = ReviewOutcome.KEPT
) -> Outcome:
    return items.review(scene.cast.actor("heng"), item=item.id, reviewed_on=day, outcome=outcome, reason=WHY)


def as_of_before(scene: Scene, codename: str) -> m.Item:
    """Register an item as Holdfast did when it asked for codename, level and hash alone."""
    id, told = m.new_id(), {"codename": codename, "level": "mimi", "sha256": ""}

    def work(act: Act) -> Outcome:
        event = project_events.ItemRegistered(item=str(id), project=str(scene.project.id), **told)
        entry = act.record(event, scene.project.stream)
        return Outcome(
            "done", entry, m.Item.objects.create(id=id, entry=entry, project=scene.project, **told)
        )

    row: m.Item = perform(Actor.setup(), work).object
    return row


# --- before the first copy --------------------------------------------------------------------------------


def test_an_unclassified_item_gets_no_copy_and_the_attempt_is_recorded(scene: Scene) -> None:
    item = done(registering(scene, "SC-B", "mimi", Classification()))
    outcome = minted(scene, item)
    assert barred(outcome) == ["CLS-01", "CLS-02"]
    assert found(outcome, "CLS-01") == ("block", ["incomplete"])
    assert not item.copies.exists()
    row = m.Refusal.objects.get(id=outcome.object.id)
    assert row.verb is Verb.COPY_MINT and row.attempt["item"] == str(item.id) and row.attempt["count"] == 1
    told: Any = ledger.read(outcome.entry).values
    assert told["kind"] == "attempt.refused/1" and told["verb"] == "copy.mint"


def test_what_is_told_later_one_by_one_lets_the_copies_be_numbered_in_the_end(scene: Scene) -> None:
    item = done(registering(scene, "SC-B", "mimi", Classification()))
    known = people.classified(scene.cast)
    for part in (
        {"basis_kind": known.basis_kind, "basis": known.basis, "classified_by": known.classified_by},
        {"issued_on": known.issued_on, "years": 10},
        {"marking": known.marking},
    ):
        assert "CLS-01" in barred(minted(scene, item))
        done(tell(scene, item, **part))
    assert barred(minted(scene, item)) == ["CLS-02"]
    done(tell(scene, item, sources=[]))
    outcome = minted(scene, item)
    (copy,) = done(outcome)
    assert copy.number == 1 and outcome.decision.verb is Verb.COPY_MINT
    item.refresh_from_db()
    assert known.issued_on and item.until == months_later(known.issued_on, 120)
    assert item.basis == known.basis
    assert list(compare(rebuild())) == []


def test_the_decision_to_number_copies_stands_in_their_entry_and_runs_again(scene: Scene) -> None:
    outcome = minted(scene, registered(scene, "SC-B"))
    told: Any = ledger.read(outcome.entry).values
    assert told["kind"] == "copies.minted/1" and told["decision"]["id"] == str(outcome.decision.id)
    assert f"facts/item:{m.Copy.objects.get(id=outcome.object[0].id).item_id}" in told
    assert {r.verdict for r in replay_all()} == {"same"}


@pytest.mark.parametrize(
    ("part", "problem"),
    [
        ({"marking": Marking.UNMARKED, "marking_how": ""}, "incomplete"),
        ({"classified_by": None}, "incomplete"),
        ({"years": None, "until": None}, "incomplete"),
        ({"years": 11}, "too_long"),
    ],
)
def test_an_item_that_lacks_one_thing_gets_no_copy(scene: Scene, part: dict[str, Any], problem: str) -> None:
    outcome = minted(scene, registered(scene, "SC-B", **part))
    assert barred(outcome) == ["CLS-01"] and found(outcome, "CLS-01") == ("block", [problem])


def test_a_copy_of_before_is_not_handed_over_until_its_item_is_classified(scene: Scene) -> None:
    item = as_of_before(scene, "SC-OLD")
    assert list(compare(rebuild())) == [], "the old entry tells a row of which nothing more is known"
    m.Copy.objects.filter(id=scene.kept.id).update(item=item)
    lan = scene.as_(Role.MANAGER, "owner", "lan")
    deal = scene.deal(
        hop=scene.first.id,
        copies=[scene.kept.id],
        receiver_person=scene.cast.people["tao"].id,
        system=scene.cast.systems["westgate_room"].id,
    )
    assert barred(handoffs.offer(lan, deal)) == ["CLS-01", "CLS-02"]
    known = people.classified(scene.cast)
    done(people.classify(scene.cast, item, given=known))
    assert handoffs.offer(lan, deal).state == "done"
    assert m.Copy.objects.get(id=scene.kept.id).state is CopyState.OFFERED


# --- lineage ----------------------------------------------------------------------------------------------


def test_what_is_made_from_a_higher_item_is_refused_until_a_certificate_says_that_it_was_processed(
    scene: Scene,
) -> None:
    cast = scene.cast
    high = registered(scene, "SC-HIGH")
    m.Item.objects.filter(id=high.id).update(level="jimi")
    known = people.classified(cast, sources=[high.id])
    outcome = registering(scene, "SC-LOW", "mimi", known)
    assert found(outcome, "CLS-02") == ("block", ["below"]) and outcome.state == "refused"
    assert outcome.object.attempt["sources"] == [str(high.id)]
    paper: dict[str, Any] = {
        "certificate_number": "处理〔2026〕3号",
        "certificate_on": cast.today,
        "certificate_authority": "省自然资源厅（演示）",
    }
    low = done(registering(scene, "SC-LOW", "mimi", replace(known, **paper)))
    assert minted(scene, low).state == "done"


def test_a_source_that_is_raised_later_holds_back_what_was_made_from_it(scene: Scene) -> None:
    source = registered(scene, "SC-BASE")
    middle = registered(scene, "SC-MID", sources=[source.id])
    last = registered(scene, "SC-LAST", sources=[middle.id])
    assert minted(scene, last).state == "done"
    done(people.reclassify(scene.cast, source, "jimi"))
    leave.permitted(scene.cast, last.id, 1)
    outcome = minted(scene, last)
    assert barred(outcome) == ["CLS-02"] and found(outcome, "CLS-02") == ("block", ["below"])


def test_a_source_of_which_the_origin_is_not_known_holds_its_products_back(scene: Scene) -> None:
    source = registered(scene, "SC-BASE", sources=None)
    outcome = minted(scene, registered_anyway(scene, "SC-NEXT", source))
    assert found(outcome, "CLS-02") == ("cannot_tell", [])


def registered_anyway(scene: Scene, codename: str, source: m.Item) -> m.Item:
    """Register an item and tell its source afterwards."""
    item = registered(scene, codename, sources=None)
    done(tell(scene, item, sources=[source.id]))
    return item


def test_sources_are_other_items_of_the_project_and_never_what_was_made_from_the_item(scene: Scene) -> None:
    first = registered(scene, "SC-1")
    second = registered(scene, "SC-2", sources=[first.id])
    elsewhere = people.open_project(scene.cast, "SC-9", "Elsewhere", regime="cn_surveying")
    other = projects.register_item(
        scene.cast.actor("mei"), project=elsewhere.id, codename="X", level="mimi"
    ).object
    before = everything()
    for wrong in ([first.id], [second.id], [other.id], [m.new_id()], [second.id, second.id]):
        with pytest.raises(ActionError) as told:
            tell(scene, first, sources=wrong)
        assert told.value.about == "sources"
    assert everything() == before


# --- what is told -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"issued_on": dt.date(2026, 1, 2), "until": dt.date(2026, 1, 1)}, "until"),
        ({"issued_on": dt.date(2999, 1, 1)}, "issued_on"),
        ({"years": 5}, "issued_on"),
        ({"years": 5, "issued_on": dt.date(2026, 1, 2), "until": dt.date(2030, 1, 1)}, "years"),
        ({"years": 0, "issued_on": dt.date(2026, 1, 2)}, "years"),
        ({"years": 201, "issued_on": dt.date(2026, 1, 2)}, "years"),
        ({"certificate_number": "7"}, "certificate_on"),
        ({"certificate_on": dt.date(2999, 1, 1)}, "certificate_on"),
        ({"certificate_on": dt.date(2026, 1, 1), "certificate_authority": "A"}, "certificate_number"),
        ({"marking_how": "On the cover"}, "marking"),
        ({"basis": "a\0b"}, "basis"),
        ({"basis": "x" * 301}, "basis"),
        ({"classified_by": UUID(int=0)}, "classified_by"),
    ],
)
def test_what_does_not_fit_together_is_refused_beside_its_field(
    scene: Scene, wrong: dict[str, Any], field: str
) -> None:
    before = everything()
    with pytest.raises(ActionError) as told:
        registering(scene, "SC-BAD", "mimi", Classification(**wrong))
    assert told.value.about == field
    assert everything() == before


def test_years_end_with_the_same_day_or_with_the_last_of_the_month(scene: Scene) -> None:
    item = registered(scene, "SC-B", issued_on=dt.date(2024, 2, 29), years=2)
    assert item.until == dt.date(2026, 2, 28)


def test_telling_a_part_leaves_the_rest_and_keeps_old_and_new_with_the_reason(scene: Scene) -> None:
    item = registered(scene, "SC-B")
    done(tell(scene, item, marking_how="Stamped 加盖", basis_kind=BasisKind.DERIVATIVE))
    kept = m.ItemProposal.objects.filter(item=item).latest("created_at")
    assert kept.was == {"basis_kind": "original", "marking_how": "秘密★10年"}
    assert kept.reason == WHY
    again = m.Item.objects.get(id=item.id)
    assert (again.sources, again.until) == ([], item.until)
    with pytest.raises(ActionError, match="Nothing would change"):
        tell(scene, item, marking_how="Stamped 加盖")
    with pytest.raises(Changed):
        seen = replace(scene.cast.actor("mei"), expects=item.entry)
        classifying.propose(seen, item=item.id, proposed=classifying.Proposed(reason=WHY))


def test_what_an_item_was_made_from_stays_when_something_else_is_told(scene: Scene) -> None:
    source = registered(scene, "SC-BASE")
    item = registered(scene, "SC-B", sources=[source.id])
    done(tell(scene, item, marking_how="Stamped 加盖"))
    assert m.Item.objects.get(id=item.id).sources == [str(source.id)]
    assert set(m.ItemProposal.objects.filter(item=item).latest("created_at").was) == {"marking_how"}


# --- reviews ----------------------------------------------------------------------------------------------


def test_the_level_is_to_be_reviewed_within_a_year_and_a_late_review_warns(scene: Scene) -> None:
    today = scene.cast.today
    issued = months_later(today, -12) - DAY
    late = registered(scene, "SC-LATE", issued_on=issued)
    outcome = minted(scene, late)
    assert outcome.state == "done" and found(outcome, "CLS-04") == ("warn", ["overdue"])
    assert due.review_day(late, today) == months_later(issued, 12)
    done(reviewed(scene, late, today))
    late.refresh_from_db()
    assert due.review_day(late, today) == months_later(today, 12)
    assert found(minted(scene, late), "CLS-04") == ("pass", [])
    assert list(compare(rebuild())) == []


@pytest.mark.parametrize(("hour", "day"), [(15, 1), (16, 2)])
def test_an_item_of_before_counts_from_its_registration_in_the_zone_of_its_regime(
    scene: Scene, hour: int, day: int
) -> None:
    item = as_of_before(scene, "SC-OLD")
    m.Item.objects.filter(id=item.id).update(created_at=dt.datetime(2025, 1, 1, hour, 0, tzinfo=dt.UTC))
    assert due.review_day(item, scene.cast.today) == dt.date(2026, 1, day)
    finding = next(f for f in minted(scene, item).decision.findings if f["code"] == "CLS-04")
    assert finding["inputs"]["due"]["value"] == f"2026-01-0{day}"


def test_a_review_that_asks_for_a_change_warns_until_one_keeps_the_level(scene: Scene) -> None:
    item, today = registered(scene, "SC-B"), scene.cast.today
    done(reviewed(scene, item, today - DAY, ReviewOutcome.TO_CHANGE))
    assert found(minted(scene, item), "CLS-04") == ("warn", ["to_change"])
    done(reviewed(scene, item, today))
    assert found(minted(scene, item), "CLS-04") == ("pass", [])


def test_a_review_lies_neither_ahead_nor_before_the_last_one_and_is_recorded_once(scene: Scene) -> None:
    item, today = registered(scene, "SC-B"), scene.cast.today
    done(reviewed(scene, item, today))
    before = everything()
    for day in (today, today - DAY, today + DAY):
        with pytest.raises(ActionError) as told:
            reviewed(scene, item, day)
        assert told.value.about == "reviewed_on"
    assert everything() == before


def test_the_period_of_an_item_that_ends_first_is_what_it_is_due_by(scene: Scene) -> None:
    until = scene.cast.today + 5 * DAY
    item = registered(scene, "SC-B", until=until, years=None)
    assert due.review_day(item, scene.cast.today) == until


def test_a_review_is_reminded_of_at_each_stage_once_and_anew_after_it_was_done(scene: Scene) -> None:
    people_of = scene.cast.people
    for key in ("mei", "heng", "tao"):
        m.User.objects.create_user(key, None, people_of[key])
    today = timezone.localdate()
    item = registered(scene, "SC-B", issued_on=months_later(today, -12) + 7 * DAY)

    def told() -> list[tuple[str, int | None, dt.date | None]]:
        rows = m.Notice.objects.filter(kind=NoticeKind.REVIEW_DUE, object=item.id)
        return sorted(rows.values_list("user__username", "stage", "due"))

    day = due.review_day(item, today)
    assert day is not None
    notices.remind(today)
    notices.remind(today)
    stage = next(s for s in (0, 1, 7, 30) if day <= today + s * DAY)
    assert told() == [("heng", stage, day), ("mei", stage, day)], "who may review it, and nobody else"
    done(reviewed(scene, item, scene.cast.today))
    notices.remind(today)
    later = months_later(scene.cast.today, 12)
    notices.remind(later)
    assert told() == [("heng", 0, later), ("mei", 0, later)]
