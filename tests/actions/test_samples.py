"""A regulator draws copies by lot: a sealed word first, a checkpoint second, then the word is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from custody import lot, record
from custody import models as m
from custody.actions import access, registers, samples
from custody.actions.base import ActionError, Actor, NotPermitted
from custody.actions.samples import Seen
from custody.apply import rebuild
from custody.compare import compare
from custody.single import differing
from custody.stories import cast as people
from custody.stories import destruction
from custody.terms import CopyState, Role, SampleFound, SampleState, Source
from custody.transitions import NotNow
from ledger import api as ledger
from tests.actions.scenes import Scene, done
from tests.actions.test_legs import Desk
from tests.reports.made import seal_all

WORD = "seven grey herons wait at the weir"


def give(cast: people.Cast, project: m.Project, who: str = "jing", last: int = 3) -> m.Grant:
    """Let a regulator read a project."""
    given = registers.give_grant(
        Actor.setup(), person=cast.people[who].id, project=project.id,
        starts=cast.today - dt.timedelta(days=1), ends=cast.today + dt.timedelta(days=last),
    )  # fmt: skip
    return done(given)


def asked(cast: people.Cast, project: m.Project, count: int = 2, word: str = WORD) -> m.Sample:
    """Jing asks for a sample."""
    held = samples.ask(cast.actor("jing"), project=project.id, count=count, word_sha256=lot.sealed(word))
    return done(held)


@pytest.fixture
def desk(committed_cast: people.Cast) -> Desk:
    """A project of which entries are sealed, with leave for Jing to read it."""
    found = Desk(committed_cast)
    give(found.cast, found.project)
    return found


@pytest.fixture
def granted(scene: Scene) -> Iterator[Scene]:
    """The scene, with leave for Jing to read its project."""
    give(scene.cast, scene.project)
    yield scene


def test_what_is_drawn_follows_from_word_and_checkpoint_and_anybody_can_draw_again(desk: Desk) -> None:
    cast, jing = desk.cast, desk.cast.actor("jing")
    row = asked(cast, desk.project)
    assert row.state is SampleState.ASKED and (row.population, row.number) == (3, "LEG-1-S1")
    assert row.population_sha256 == lot.population(copy.code for copy in desk.copies)
    with pytest.raises(ActionError, match="No signed checkpoint"):
        samples.draw(jing, sample=row.id, word=WORD)
    seal_all()
    first = ledger.covering(row.asked_entry)
    assert first is not None
    give(cast, desk.project, last=9)  # another entry, and a newer checkpoint
    seal_all()
    newest = ledger.checkpoint()
    assert newest is not None and newest.size > first.size
    row = done(samples.draw(jing, sample=row.id, word=WORD))
    assert (row.ledger_size, row.root) == (first.size, first.root.hex()), "the first that covers it, no other"
    expected = lot.draw([c.code for c in desk.copies], 2, size=first.size, root=first.root.hex(), word=WORD)
    lines = list(row.lines.order_by("position"))
    assert [line.code for line in lines] == expected
    assert {line.party_id for line in lines} == {cast.party("northfield")}
    (entry,) = [e for e in record.naming(str(row.id)) if str(e.values["kind"]) == "sample.drawn/1"]
    told: Any = entry.values["lines"]
    assert [line["code"] for line in told] == expected
    assert list(compare(rebuild())) == []
    with pytest.raises(NotNow):
        samples.draw(jing, sample=row.id, word=WORD)


def test_no_other_word_draws_and_none_is_kept_before(desk: Desk) -> None:
    jing, row = desk.cast.actor("jing"), asked(desk.cast, desk.project)
    seal_all()
    for word in (WORD + "s", WORD.upper(), "too short"):
        with pytest.raises(ActionError) as told:
            samples.draw(jing, sample=row.id, word=word)
        assert told.value.about == "word"
    row.refresh_from_db()
    assert row.state is SampleState.ASKED and row.word == ""
    assert all(WORD not in str(e.values) for e in record.naming(str(row.id)))


def test_what_comes_or_goes_after_the_request_changes_nothing(desk: Desk) -> None:
    """The unit can number new copies and destroy old ones before the draw: they were there, or were not."""
    cast = desk.cast
    row = asked(cast, desk.project, count=200)
    before = {copy.code for copy in desk.copies}
    people.make_copies(cast, desk.project, "LEG-B", 2)
    gone = desk.copies[0]
    destruction.destroyed(cast, desk.project, [gone])
    gone.refresh_from_db()
    assert gone.state is CopyState.DESTROYED
    seal_all()
    row = done(samples.draw(cast.actor("jing"), sample=row.id, word=WORD))
    assert set(row.lines.values_list("code", flat=True)) == before
    again = asked(cast, desk.project, count=200)
    assert again.population == 4, "it is not there any more for the next one"


def test_what_was_found_is_entered_line_by_line_the_later_counts_and_then_it_is_closed(desk: Desk) -> None:
    cast, jing = desk.cast, desk.cast.actor("jing")
    row = asked(cast, desk.project)
    with pytest.raises(NotNow):
        samples.enter(jing, sample=row.id, seen=[Seen(m.new_id(), SampleFound.SEEN)])
    seal_all()
    row = done(samples.draw(jing, sample=row.id, word=WORD))
    first, second = row.lines.order_by("position")
    bad: list[list[Seen]] = [
        [],
        [Seen(first.id, SampleFound.OPEN)],
        [Seen(first.id, SampleFound.ELSEWHERE, "  ")],
        [Seen(first.id, SampleFound.SEEN), Seen(first.id, SampleFound.ABSENT)],
        [Seen(first.id, SampleFound.SEEN), Seen(m.new_id(), SampleFound.SEEN)],
    ]
    for seen in bad:
        with pytest.raises(ActionError):
            samples.enter(jing, sample=row.id, seen=seen)
    assert not row.lines.exclude(found=SampleFound.OPEN).exists()
    done(samples.enter(jing, sample=row.id, seen=[Seen(first.id, SampleFound.ABSENT)]))
    with pytest.raises(ActionError, match="1 copies are not entered"):
        samples.close(jing, sample=row.id)
    later = [Seen(first.id, SampleFound.ELSEWHERE, "Room 4 四号房"), Seen(second.id, SampleFound.SEEN)]
    done(samples.enter(jing, sample=row.id, seen=later))
    first.refresh_from_db()
    assert (first.found, first.note, first.entered_by_id) == (
        SampleFound.ELSEWHERE, "Room 4 四号房", jing.person
    )  # fmt: skip
    row = done(samples.close(jing, sample=row.id, remark="In order but one"))
    (closed,) = [e for e in record.naming(str(row.id)) if str(e.values["kind"]) == "sample.closed/1"]
    assert closed.values["counts"] == {"elsewhere": 1, "seen": 1}
    told = [e for e in record.naming(str(first.id)) if str(e.values["kind"]) == "sample.entered/1"]
    assert len(told) == 2, "what was entered first stays in the ledger"
    assert list(compare(rebuild())) == [] and differing(m.SampleLine, str(first.id)) == []
    for late in (
        lambda: samples.enter(jing, sample=row.id, seen=later),
        lambda: samples.close(jing, sample=row.id),
        lambda: samples.withdraw(jing, sample=row.id, reason="r"),
    ):
        with pytest.raises(NotNow):
            late()


def test_one_that_is_withdrawn_stays_told_and_is_not_drawn(granted: Scene) -> None:
    jing, row = granted.cast.actor("jing"), asked(granted.cast, granted.project)
    with pytest.raises(ActionError):
        samples.withdraw(jing, sample=row.id, reason=" ")
    row = done(samples.withdraw(jing, sample=row.id, reason="The word is lost 密语遗失"))
    assert row.state is SampleState.WITHDRAWN and row.remark.startswith("The word")
    assert list(compare(rebuild())) == [] and differing(m.Sample, str(row.id)) == []
    assert asked(granted.cast, granted.project).number == "SC-1-S2", "its number is not used again"


@pytest.mark.parametrize("count", [0, -1, 201])
def test_it_has_one_to_two_hundred_copies_under_a_sha256(granted: Scene, count: int) -> None:
    with pytest.raises(ActionError) as told:
        asked(granted.cast, granted.project, count=count)
    assert told.value.about == "count"
    for digest in ("", "0" * 63, "Z" * 64, "A" * 64):
        with pytest.raises(ActionError) as told:
            samples.ask(granted.cast.actor("jing"), project=granted.project.id, count=1, word_sha256=digest)
        assert told.value.about == "word_sha256"
    assert not m.Sample.objects.exists()


def _steps(row: m.Sample) -> list[Any]:
    return [
        lambda a: samples.ask(a, project=row.project_id, count=1, word_sha256=lot.sealed(WORD)),
        lambda a: samples.draw(a, sample=row.id, word=WORD),
        lambda a: samples.enter(a, sample=row.id, seen=[Seen(m.new_id(), SampleFound.SEEN)]),
        lambda a: samples.close(a, sample=row.id),
        lambda a: samples.withdraw(a, sample=row.id, reason="r"),
    ]


def test_nobody_but_a_regulator_under_a_live_grant_has_a_part_in_it(granted: Scene) -> None:
    cast, row = granted.cast, asked(granted.cast, granted.project)
    house = granted.as_(Role.MANAGER, "house")
    for role in Role:
        for place in ("house", "owner", "sender", "other"):
            for step in _steps(row):
                with pytest.raises(NotPermitted):
                    step(granted.as_(role, place))
    with pytest.raises(NotPermitted):
        samples.ask(Actor.setup(), project=row.project_id, count=1, word_sha256=lot.sealed(WORD))
    grant = m.Grant.objects.get(project=granted.project)
    done(access.end_grant(cast.actor("an"), grant=grant.id, reason="Over"))
    for step in _steps(row):
        with pytest.raises(NotPermitted):
            step(cast.actor("jing"))
    assert house.person and m.Sample.objects.get().state is SampleState.ASKED


def test_a_colleague_of_the_same_authority_goes_on_and_one_of_another_does_not(granted: Scene) -> None:
    cast, row = granted.cast, asked(granted.cast, granted.project)
    give(cast, granted.project, "bo")
    bo = cast.people["bo"].id

    def regulating(party: Any) -> Actor:
        return Actor(bo, ((party, Role.REGULATOR),), Source.SCREEN, cast.site.operator_id)

    with pytest.raises(NotPermitted):
        samples.withdraw(regulating(cast.party("harbour")), sample=row.id, reason="Not mine")
    assert done(samples.withdraw(regulating(row.authority_id), sample=row.id, reason="Ours")).state
