"""What lets a person receive is recorded by somebody else, told by the ledger, and erased on order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from custody import models as m
from custody.actions import people
from custody.actions.base import ActionError, Actor, NotPermitted, Outcome
from custody.apply import rebuild
from custody.blanks import blanks
from custody.compare import compare
from custody.stories import cast as cast_of
from custody.stories import destruction
from custody.stories.cast import Cast
from custody.terms import VettingClass
from ledger import api as ledger
from tests.actions.scenes import done, everything

Record = Callable[..., Outcome]


def vetting(cast: Cast, **changes: Any) -> dict[str, Any]:
    given = {
        "vetting": VettingClass.IMPORTANT,
        "vetted_from": cast.today - dt.timedelta(days=30),
        "vetted_to": cast.today + dt.timedelta(days=300),
        "vetting_evidence": "审查〔2026〕7号",
        "post": "Vault keeper 库管员",
    }
    return {**given, **changes}


def records(cast: Cast) -> dict[str, tuple[Record, dict[str, Any]]]:
    day = cast.today - dt.timedelta(days=3)
    return {
        "person.vetted/1": (people.record_vetting, vetting(cast)),
        "person.trained/1": (people.record_training, {"trained_on": day, "training_evidence": "No. 7"}),
        "undertaking.signed/1": (
            people.record_undertaking, {"undertaking_on": day, "undertaking_evidence": "File 7"},
        ),
        "person.leaving/1": (
            people.record_leaving,
            {"leaves_on": cast.today + dt.timedelta(days=9), "leaving_evidence": "Notice 7"},
        ),
    }  # fmt: skip


def test_each_is_recorded_and_the_ledger_tells_it_again(cast: Cast) -> None:
    an, jing = cast.actor("an"), cast.people["jing"]
    for kind, (record, given) in records(cast).items():
        outcome = record(an, person=jing.id, **given)
        row = m.Person.objects.get(id=jing.id)
        assert {name: getattr(row, name) for name in given} == given
        told: Any = ledger.read(outcome.entry).values
        assert told["kind"] == kind and sorted(given) == told["changed"]
        assert told["old"] == told["new"] == {}, "what is about a human stands in personal fields alone"
        assert sorted(told["new_personal"]) == sorted(given)
        kept = m.Correction.objects.of(row).get(id=outcome.entry)
        assert set(kept.changes.values()) == {None}
    assert list(compare(rebuild())) == []


def test_what_was_recorded_of_nobody_is_not_known(cast: Cast) -> None:
    row = m.Person.objects.get(id=cast.people["jing"].id)
    assert (row.vetting, row.vetted_to, row.trained_on, row.undertaking_on, row.leaves_on) == (None,) * 5


def test_a_later_record_takes_the_place_of_the_one_before_and_the_ledger_keeps_both(cast: Cast) -> None:
    an, jing = cast.actor("an"), cast.people["jing"].id
    done(people.record_vetting(an, person=jing, **vetting(cast)))
    ended = people.record_vetting(an, person=jing, **vetting(cast, vetted_to=cast.today))
    told: Any = ledger.read(ended.entry).values
    assert told["changed"] == ["vetted_to"]
    assert told["old_personal"] == {"vetted_to": (cast.today + dt.timedelta(days=300)).isoformat()}
    with pytest.raises(ActionError, match="what shows it"):
        people.record_leaving(an, person=jing, leaves_on=cast.today)
    leaves = people.record_leaving(an, person=jing, leaves_on=cast.today, leaving_evidence="Notice 8")
    assert done(leaves).leaves_on == cast.today
    assert done(people.record_leaving(an, person=jing, leaves_on=None)).leaves_on is None
    assert list(compare(rebuild())) == []


def test_nobody_records_it_of_themselves(cast: Cast) -> None:
    an, own = cast.actor("an"), cast.people["an"].id
    before = everything()
    for record, given in records(cast).values():
        with pytest.raises(ActionError, match="somebody else"):
            record(an, person=own, **given)
    assert everything() == before


def test_only_who_may_correct_a_person_may_record_it(cast: Cast) -> None:
    before = everything()
    for who in ("mei", "heng", "tao", "jing"):
        for record, given in records(cast).values():
            with pytest.raises(NotPermitted):
                record(cast.actor(who), person=cast.people["bo"].id, **given)
    assert everything() == before


def test_the_same_is_recorded_once(cast: Cast) -> None:
    an, jing = cast.actor("an"), cast.people["jing"].id
    for record, given in records(cast).values():
        done(record(an, person=jing, **given))
        with pytest.raises(ActionError, match="recorded already"):
            record(an, person=jing, **given)


@pytest.mark.parametrize(
    ("kind", "change", "about"),
    [
        ("person.vetted/1", {"vetting_evidence": " "}, "vetting_evidence"),
        ("person.vetted/1", {"vetting_evidence": "a\x1bb"}, "vetting_evidence"),
        ("person.vetted/1", {"post": "x" * 101}, "post"),
        ("person.vetted/1", {"vetted_to": dt.date(1999, 1, 1)}, "vetted_to"),
        ("person.trained/1", {"trained_on": dt.date(2199, 1, 1)}, "trained_on"),
        ("person.trained/1", {"training_evidence": ""}, "training_evidence"),
        ("undertaking.signed/1", {"undertaking_on": dt.date(2199, 1, 1)}, "undertaking_on"),
        ("undertaking.signed/1", {"undertaking_evidence": "x" * 201}, "undertaking_evidence"),
    ],
)
def test_what_does_not_fit_is_told_by_its_field(
    cast: Cast, kind: str, change: dict[str, Any], about: str
) -> None:
    record, given = records(cast)[kind]
    before = everything()
    with pytest.raises(ActionError) as told:
        record(cast.actor("an"), person=cast.people["jing"].id, **{**given, **change})
    assert told.value.about == about and everything() == before


def test_an_unknown_person_is_told(cast: Cast) -> None:
    for record, given in records(cast).values():
        with pytest.raises(ActionError, match="no such person"):
            record(Actor.setup(), person=m.new_id(), **given)


def test_what_is_erased_reads_as_not_known_or_as_a_marked_blank() -> None:
    values: dict[str, Any] = {"person": "00000000-0000-0000-0000-000000000abc", "old": {}, "new": {}}
    values["changed"] = ["vetted_to", "vetting", "vetting_evidence"]
    assert blanks(values, ["new_personal"]) == {
        "new_personal": {"vetted_to": None, "vetting": None, "vetting_evidence": "[erased 已删除]"}
    }


def test_who_still_holds_copies_has_not_left_until_these_are_handed_over_or_destroyed(cast: Cast) -> None:
    an, yu = cast.actor("an"), cast.people["yu"].id
    project = cast_of.open_project(cast, "LV-1", "Leaving")
    copies = cast_of.make_copies(cast, project, "LV-SHEET", 12)
    before = everything()
    for day in (cast.today, cast.today - dt.timedelta(days=3)):
        with pytest.raises(ActionError, match=r"12\): .*…") as told:
            people.record_leaving(an, person=yu, leaves_on=day, leaving_evidence="No. 3")
        assert told.value.about == "leaves_on"
    assert everything() == before
    ahead = cast.today + dt.timedelta(days=5)
    assert (
        done(people.record_leaving(an, person=yu, leaves_on=ahead, leaving_evidence="No. 3")).leaves_on
        == ahead
    )
    destruction.destroyed(cast, project, copies)
    assert (
        done(people.record_leaving(an, person=yu, leaves_on=cast.today, leaving_evidence="No. 3")).leaves_on
        == cast.today
    )
