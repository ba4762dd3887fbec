"""A regulator objects and names a day; the owner answers; the answer is accepted or sent back."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from custody import models as m
from custody import record
from custody.actions import access, notices, objections
from custody.actions.base import ActionError, Actor, Changed, NotPermitted
from custody.apply import rebuild
from custody.compare import compare
from custody.single import differing
from custody.terms import NoticeKind, ObjectionState, Role, Source
from custody.transitions import NotNow
from tests.actions.scenes import Scene, done
from tests.actions.test_notices import signed_in, told
from tests.actions.test_samples import give

DAY = dt.timedelta(days=1)


@pytest.fixture
def granted(scene: Scene) -> Scene:
    """The scene, with leave for Jing to read its project."""
    give(scene.cast, scene.project)
    return scene


def lodged(scene: Scene, days: int = 10, **changes: Any) -> m.Objection:
    """Jing objects; an answer is due in so many days."""
    given: dict[str, Any] = {"text": "Discs lie open 光盘未入柜", "basis": "Surveying Law 测绘法 Art. 47"}
    due = scene.cast.today + days * DAY
    jing = scene.cast.actor("jing")
    return done(objections.lodge(jing, project=scene.project.id, due=due, **{**given, **changes}))


def lan(scene: Scene) -> Actor:
    return scene.as_(Role.MANAGER, "owner", "lan")


def test_it_is_answered_sent_back_answered_again_and_accepted_and_each_word_stays(granted: Scene) -> None:
    jing, today = granted.cast.actor("jing"), granted.cast.today
    row = lodged(granted)
    assert (row.number, row.state) == ("SC-1-O1", ObjectionState.OPEN)
    with pytest.raises(NotNow):
        objections.accept(jing, objection=row.id)
    row = done(objections.answer(lan(granted), objection=row.id, answer="In a safe now 已入柜"))
    assert (row.state, row.answered_on, row.late) == (ObjectionState.ANSWERED, today, False)
    with pytest.raises(NotNow):
        objections.answer(lan(granted), objection=row.id, answer="Again")
    later = today + 20 * DAY
    row = done(objections.send_back(jing, objection=row.id, reason="No picture 无照片", due=later))
    assert (row.state, row.due, row.remark) == (ObjectionState.RETURNED, later, "No picture 无照片")
    done(objections.answer(lan(granted), objection=row.id, answer="Picture attached 附照片"))
    row = done(objections.accept(jing, objection=row.id, remark="Seen"))
    assert (row.state, row.ended_on) == (ObjectionState.SETTLED, today)
    said = [str(entry.values) for entry in record.naming(str(row.id))]
    for words in ("光盘未入柜", "已入柜", "无照片", "附照片", "Seen"):
        assert any(words in text for text in said), words
    assert list(compare(rebuild())) == [] and differing(m.Objection, str(row.id)) == []
    for late in (
        lambda: objections.answer(lan(granted), objection=row.id, answer="More"),
        lambda: objections.send_back(jing, objection=row.id, reason="r", due=later),
        lambda: objections.withdraw(jing, objection=row.id, reason="r"),
    ):
        with pytest.raises(NotNow):
            late()


def test_a_late_answer_is_taken_and_told_to_be_late(granted: Scene) -> None:
    row = lodged(granted, days=0)
    m.Objection.objects.filter(id=row.id).update(due=granted.cast.today - 3 * DAY)
    assert m.Objection.objects.get(id=row.id).overdue(granted.cast.today)
    row = done(objections.answer(lan(granted), objection=row.id, answer="Late"))
    assert row.late and not row.overdue(granted.cast.today)
    (entry,) = [e for e in record.naming(str(row.id)) if e.values["kind"] == "objection.answered/1"]
    assert entry.values["late"] is True


def test_what_cannot_be_is_told_and_has_no_effect(granted: Scene) -> None:
    for changes, about in (
        ({"days": -1}, "due"), ({"text": " \u3000"}, "text"), ({"basis": ""}, "basis"),
        ({"basis": "x" * 301}, "basis"), ({"line": m.new_id()}, "line"),
    ):  # fmt: skip
        with pytest.raises(ActionError) as said:
            lodged(granted, **changes)
        assert said.value.about == about and said.value.text.zh
    assert not m.Objection.objects.exists()
    row = lodged(granted)
    with pytest.raises(ActionError):
        objections.answer(lan(granted), objection=row.id, answer=" ")
    row = done(objections.answer(lan(granted), objection=row.id, answer="Done"))
    jing = granted.cast.actor("jing")
    with pytest.raises(ActionError) as said:
        objections.send_back(jing, objection=row.id, reason="r", due=granted.cast.today - DAY)
    assert said.value.about == "due"
    row.refresh_from_db()
    assert row.state is ObjectionState.ANSWERED
    seen = Actor(jing.person, jing.memberships, Source.SCREEN, jing.house, expects=m.new_id())
    with pytest.raises(Changed):
        objections.accept(seen, objection=row.id)


def test_the_owners_managers_and_officers_answer_and_nobody_else(granted: Scene) -> None:
    row = lodged(granted)
    for role in Role:
        for place in ("house", "owner", "sender", "receiver", "other"):
            who = granted.as_(role, place)
            may = role in (Role.MANAGER, Role.OFFICER) and place in ("house", "owner")
            assert who.can("objection.answer", **objections.scope(who, row, "answer")) is may, (role, place)
            if not may:
                with pytest.raises(NotPermitted):
                    objections.answer(who, objection=row.id, answer="x")


def test_only_the_authority_that_objected_goes_on_and_only_while_it_may_read(granted: Scene) -> None:
    cast, row = granted.cast, lodged(granted)
    done(objections.answer(lan(granted), objection=row.id, answer="Done"))
    due = cast.today + DAY
    give(cast, granted.project, "bo")
    other = Actor(
        cast.people["bo"].id, ((cast.party("harbour"), Role.REGULATOR),), Source.SCREEN, cast.site.operator_id
    )
    steps: list[Any] = [
        lambda a: objections.accept(a, objection=row.id),
        lambda a: objections.send_back(a, objection=row.id, reason="r", due=due),
        lambda a: objections.withdraw(a, objection=row.id, reason="r"),
    ]
    lodging = lambda a: objections.lodge(  # noqa: E731
        a, project=granted.project.id, text="t", basis="b", due=due
    )
    for step in (*steps, lodging):
        for who in (lan(granted), granted.as_(Role.REGULATOR, "owner", "lan"), Actor.setup()):
            if who.person is None and step is not lodging:
                continue  # the installation itself acts for whoever sets it up
            with pytest.raises(NotPermitted):
                step(who)
    for step in steps:
        with pytest.raises(NotPermitted):
            step(other)
    grant = m.Grant.objects.get(project=granted.project, person=cast.people["jing"])
    done(access.end_grant(cast.actor("an"), grant=grant.id, reason="Over"))
    for step in (*steps, lodging):
        with pytest.raises(NotPermitted):
            step(cast.actor("jing"))


def test_the_owner_is_told_and_reminded_and_the_regulator_is_told_of_each_answer(granted: Scene) -> None:
    cast, jing = signed_in(granted).cast, granted.cast.actor("jing")
    row = lodged(granted, days=40)

    def tell(kind: NoticeKind) -> list[str]:
        notices.tell(timezone.now())
        return [name for name, _stage in told(kind)]

    first = tell(NoticeKind.OBJECTION_LODGED)
    assert {"lan", "mei", "heng"} <= set(first) and not {"tao", "bo", "jing"} & set(first)
    assert tell(NoticeKind.OBJECTION_LODGED) == first, "once"

    def remind(days: int) -> set[int | None]:
        notices.remind(cast.today + days * DAY)
        return {stage for _name, stage in told(NoticeKind.OBJECTION_DUE)}

    assert remind(0) == set() and remind(10) == {30} and remind(33) == {30, 7} and remind(40) == {30, 7, 0}
    done(objections.answer(lan(granted), objection=row.id, answer="Done"))
    assert tell(NoticeKind.OBJECTION_ANSWERED) == ["jing"]
    due = cast.today + 50 * DAY
    done(objections.send_back(jing, objection=row.id, reason="Not yet", due=due))
    assert tell(NoticeKind.OBJECTION_RETURNED) == first
    assert told(NoticeKind.OBJECTION_ANSWERED) == [], "it has moved on"
    assert remind(45) == {7}, "of the new day, and not of the old one"
    done(objections.answer(lan(granted), objection=row.id, answer="Now"))
    assert tell(NoticeKind.OBJECTION_ANSWERED) == ["jing"], "each answer anew"
    done(objections.accept(jing, objection=row.id))
    before = m.Notice.objects.filter(kind=NoticeKind.OBJECTION_DUE).count()
    assert remind(49) and m.Notice.objects.filter(kind=NoticeKind.OBJECTION_DUE).count() == before


def test_an_answer_that_comes_months_late_is_told_all_the_same(granted: Scene) -> None:
    row = lodged(signed_in(granted))
    m.Objection.objects.filter(id=row.id).update(
        due=granted.cast.today - 90 * DAY, created_at=timezone.now() - 100 * DAY
    )
    done(objections.answer(lan(granted), objection=row.id, answer="At last"))
    notices.tell(timezone.now())
    assert [name for name, _stage in told(NoticeKind.OBJECTION_ANSWERED)] == ["jing"]


def test_one_made_in_error_is_withdrawn_and_stays_told(granted: Scene) -> None:
    row = lodged(granted)
    jing = granted.cast.actor("jing")
    row = done(objections.withdraw(jing, objection=row.id, reason="Another project 误提"))
    assert row.state is ObjectionState.WITHDRAWN and row.ended_by_id == jing.person
    assert list(compare(rebuild())) == []
    assert lodged(granted).number == "SC-1-O2"
