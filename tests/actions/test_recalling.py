"""One button asks back all that is out: off a system, from a person who leaves, of a subcontract or project.
Each holder is asked by itself, it ends as the copies come, and who keeps them past the day is overdue."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from custody import models as m
from custody import out
from custody.actions import ending, handoffs, notices, people, recalling, registers
from custody.actions.base import ActionError, Actor
from custody.apply import rebuild
from custody.compare import compare
from custody.single import differing
from custody.stories import cast as stories
from custody.terms import CopyState, NoticeKind, Role
from tests.actions.scenes import Scene, done, passed_down

BACK = "To be retired 即将停用"


def house(scene: Scene) -> Actor:
    return scene.as_(Role.ADMINISTRATOR, "house", "an")


def lan(scene: Scene) -> Actor:
    return scene.as_(Role.MANAGER, "owner", "lan")


def copy(row: m.Copy) -> m.Copy:
    found: m.Copy = m.Copy.objects.get(id=row.id)
    return found


def test_every_holder_with_copies_on_a_system_is_asked_and_it_ends_as_they_are_gone(scene: Scene) -> None:
    there = copy(scene.moved)
    assert there.system_id
    with pytest.raises(ActionError, match="passed"):
        recalling.off_system(
            house(scene), system=there.system_id, reason=BACK, due=scene.cast.today - dt.timedelta(days=1)
        )
    made = done(recalling.off_system(house(scene), system=there.system_id, reason=BACK))
    assert (made.system_id, made.hop_id, made.leaver_id) == (there.system_id, None, None)
    assert made.holders == [there.custodian_party_id]
    assert made.due == scene.cast.today + dt.timedelta(days=recalling.DAYS)
    assert set(out.outstanding(made)) == set(m.Copy.objects.filter(id__in=made.copies)) != set()
    assert [row.id for row in out.of_copy(there)] == [made.id]
    m.Copy.objects.filter(id=there.id).update(system=scene.room)
    assert not out.of_copy(copy(there)).exists(), "it lies elsewhere"
    m.Copy.objects.filter(id=there.id).update(system=there.system_id)
    assert list(compare(rebuild())) == [] and differing(m.Recall, str(made.id)) == []
    m.Copy.objects.filter(id=there.id).update(state=CopyState.DESTROYED, offered_in=None)
    assert not out.recalls().filter(id=made.id).exists(), "what was destroyed is asked for no more"
    with pytest.raises(ActionError, match="No copy is out"):
        recalling.off_system(house(scene), system=scene.room.id, reason=BACK)
    with pytest.raises(ActionError, match="no such system"):
        recalling.off_system(house(scene), system=m.new_id(), reason=BACK)


def test_who_leaves_is_asked_for_all_that_they_hold_and_told_so(scene: Scene) -> None:
    tao = scene.cast.people["tao"].id
    assert copy(scene.moved).custodian_person_id == tao
    held = set(m.Copy.objects.there().filter(custodian_person=tao).values_list("id", flat=True))
    made = done(recalling.from_person(house(scene), person=tao, reason="They leave 离岗"))
    assert made.leaver_id == tao and set(made.copies) == held
    with pytest.raises(ActionError, match="still hold"):
        people.record_leaving(house(scene), person=tao, leaves_on=scene.cast.today, leaving_evidence="No. 1")
    assert list(compare(rebuild())) == [] and differing(m.Recall, str(made.id)) == []
    m.Copy.objects.filter(id__in=held).update(custodian_person=scene.cast.people["yu"].id)
    assert not out.outstanding(made).exists()
    with pytest.raises(ActionError, match="No copy is out"):
        recalling.from_person(house(scene), person=scene.cast.people["jing"].id, reason="They leave")


def test_two_hundred_copies_at_most_stand_in_one_entry_and_each_holder_in_its_own(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recalling, "PER_ENTRY", 1)
    passed_down(scene)
    done(ending.recall(lan(scene), project=scene.project.id, reason=BACK))
    rows = list(m.Recall.objects.all())
    assert len(rows) == out.of_project(scene.project).count() > 1
    assert len({row.entry for row in rows}) == len(rows)
    assert all(len(row.copies) == len(row.holders) == 1 for row in rows)


def offer_anew(scene: Scene) -> Any:
    """Offer Westgate a copy that still lies with the owner."""
    over = scene.deal(
        hop=scene.first.id,
        copies=[scene.kept.id],
        receiver_person=scene.cast.people["tao"].id,
        system=scene.cast.systems["westgate_room"].id,
    )
    return handoffs.offer(lan(scene), over)


@pytest.mark.parametrize("days", [1, 400])
def test_who_does_not_give_back_by_the_day_is_overdue_and_then_gets_nothing_more(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    today = scene.cast.today
    done(ending.recall(lan(scene), hop=scene.first.id, reason=BACK, due=today))
    assert not m.Copy.objects.filter(id__in=out.overdue_since(today)).exists(), "until the day it is in time"
    assert "HND-05" not in told_of(offer_anew(scene))
    withdrawn(scene)
    monkeypatch.setattr(recalling, "by_day", lambda due, today: due)
    done(ending.recall(lan(scene), hop=scene.first.id, reason=BACK, due=today - dt.timedelta(days=days)))
    assert set(m.Copy.objects.filter(id__in=out.overdue_since(today))) == {scene.moved}
    offered = offer_anew(scene)
    assert told_of(offered)["HND-05"] == ("warn" if days == 1 else "block")
    (said,) = [x for x in offered.decision.findings if x["code"] == "HND-05"]
    assert said["inputs"]["overdue"]["value"] == 1
    if offered.state == "done":
        withdrawn(scene)
    m.Copy.objects.filter(id=scene.moved.id).update(custodian_party=scene.project.owner_party_id)
    assert "HND-05" not in told_of(offer_anew(scene)), "it is back, and nothing is overdue"


def withdrawn(scene: Scene) -> None:
    """Take the newest offer back."""
    done(handoffs.withdraw(lan(scene), handoff=m.Handoff.objects.latest("offered_at").id, reason="Not yet"))


def told_of(outcome: Any) -> dict[str, str]:
    """Return what the rules said of an offer, but for what passed."""
    found = outcome.decision.findings
    return {x["code"]: x["outcome"] for x in found if x["outcome"] not in ("pass", "not_applicable")}


def test_who_passes_a_copy_on_after_being_asked_has_not_given_it_back(scene: Scene) -> None:
    done(ending.recall(lan(scene), hop=scene.first.id, reason=BACK, due=scene.cast.today))
    (asked,) = m.Recall.objects.all()
    done(handoffs.accept(scene.cast.actor("bo"), handoff=scene.handoff.id))
    assert set(out.outstanding(asked)) == {scene.moved}
    assert [row.id for row in out.recalls_of([scene.cast.party("westgate")])] == [asked.id]
    assert not out.recalls_of([scene.cast.party("harbour")]).exists(), "who was not asked need not give it"


def test_the_holder_and_who_leaves_are_told_and_reminded(scene: Scene) -> None:
    registers.give_sign_in(
        Actor.setup(), person=scene.cast.people["tao"].id, username="tao", password=stories.PASSWORD
    )
    tao = scene.cast.people["tao"].id
    made = done(recalling.from_person(house(scene), person=tao, reason="They leave"))
    notices.tell(timezone.now())
    kind = NoticeKind.COPIES_RECALLED
    told = m.Notice.objects.filter(kind=kind, object=made.id)
    assert set(told.values_list("user__username", "stage")) == {("tao", None)}
    notices.remind(made.due)
    assert set(told.values_list("user__username", "stage")) == {("tao", None), ("tao", 0)}
    notices.remind(made.due)
    assert told.count() == 2, "nothing is told twice"
