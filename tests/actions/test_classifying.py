"""How an item is classified is proposed by one and determined by another; so are another level, that it is
declassified, and that it is withdrawn."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from custody import models as m
from custody import out, record
from custody.actions import classifying, copying, corrections, handoffs, notices, projects, recalling
from custody.actions.base import ActionError, Actor, NotPermitted, Outcome, database_now
from custody.actions.items import Classification
from custody.apply import rebuild
from custody.compare import compare
from custody.stories import cast as people
from custody.stories import copying as leave
from custody.terms import (
    ItemState,
    Leg,
    NoticeKind,
    ProposalKind,
    ProposalState,
    Role,
    Source,
    Subject,
)
from custody.transitions import NotNow
from ledger import api as ledger
from tests.actions.scenes import Scene, done, everything, set_up

DAY = dt.timedelta(days=1)


@pytest.fixture
def scene(cast: people.Cast) -> Scene:
    return set_up(cast)


def registered(scene: Scene, who: str = "mei", **asked: Any) -> m.Item:
    """An item with its classification proposed and not determined."""
    known = {"codename": "SC-NEW", "level": "mimi", "classified": people.classified(scene.cast), **asked}
    row: m.Item = done(projects.register_item(scene.cast.actor(who), project=scene.project.id, **known))
    return row


def proposal_of(item: m.Item) -> m.ItemProposal:
    return m.ItemProposal.objects.filter(item=item).latest("created_at")


def minted(scene: Scene, item: m.Item) -> Outcome:
    lan = scene.cast.people["lan"].id
    return projects.mint_copies(scene.cast.actor("mei"), item=item.id, count=1, custodian_person=lan)


def determine(scene: Scene, row: m.ItemProposal, who: str = "heng", **more: Any) -> Outcome:
    return classifying.determine(scene.cast.actor(who), proposal=row.id, reason="Right 同意", **more)


def agrees() -> bool:
    return list(compare(rebuild())) == []


# --- proposed by one, determined by another ---------------------------------------------------------------


def test_nothing_of_a_proposal_stands_until_an_officer_has_determined_it(scene: Scene) -> None:
    item = registered(scene)
    assert (item.state, item.basis, item.classified_by_id, item.determined_by_id) == (
        ItemState.PROPOSED, "", None, None,
    )  # fmt: skip
    barred = minted(scene, item)
    assert barred.state == "refused" and "CLS-01" in {
        f["code"] for f in barred.decision.findings if f["outcome"] == "block"
    }
    row = proposal_of(item)
    assert done(determine(scene, row, subject_sha256=row.subject_sha256)).state is ProposalState.DETERMINED
    item.refresh_from_db()
    known = people.classified(scene.cast)
    assert (item.state, item.basis, item.classified_by_id) == (
        ItemState.REGISTERED, known.basis, known.classified_by,
    )  # fmt: skip
    assert item.determined_by_id == scene.cast.people["heng"].id and item.determined_on is not None
    assert minted(scene, item).state == "done"
    told: Any = ledger.read(item.entry).values
    assert told["kind"] == "item.determined/1" and told["subject_sha256"] == row.subject_sha256
    assert agrees()


def test_where_no_rule_asks_for_it_no_copy_is_made_either_before_somebody_else_agreed(scene: Scene) -> None:
    project = people.open_project(scene.cast, "GEN-1", "Plain", regime="generic", level="open")
    yu = scene.cast.actor("yu")
    known = Classification(sources=[])
    item = done(
        projects.register_item(yu, project=project.id, codename="PLAIN", level="open", classified=known)
    )
    before = everything()
    with pytest.raises(ActionError, match="proposed and not determined"):
        projects.mint_copies(yu, item=item.id, count=1)
    assert everything() == before
    done(determine(scene, proposal_of(item)))
    assert projects.mint_copies(yu, item=item.id, count=1).state == "done"


def test_who_proposed_it_is_turned_away_and_that_is_recorded(scene: Scene) -> None:
    row = people.propose(scene.cast, scene.item, "heng")
    before = m.Item.objects.get(id=scene.item.id).entry
    for _ in range(2):
        with pytest.raises(ActionError, match="You proposed it"):
            determine(scene, row)
    row.refresh_from_db()
    assert row.state is ProposalState.PROPOSED and m.Item.objects.get(id=scene.item.id).entry == before
    kept = record.naming(str(row.id), ("item.determination_barred/1",))
    assert [entry.values["person"] for entry in kept] == [str(scene.cast.people["heng"].id)] * 2
    done(determine(scene, row, "qiao"))
    assert agrees()


def test_what_is_recorded_of_ones_own_tries_has_an_end(scene: Scene, monkeypatch: Any) -> None:
    monkeypatch.setattr(classifying, "MOST_BARRED", 1)
    row = people.propose(scene.cast, scene.item, "heng")
    with pytest.raises(ActionError):
        determine(scene, row)
    before = everything()
    with pytest.raises(ActionError, match="You proposed it"):
        determine(scene, row)
    assert everything() == before


def test_an_officer_of_who_classifies_determines_and_none_whom_the_proposer_chose(scene: Scene) -> None:
    cast = scene.cast

    def officer(party: str) -> Actor:
        return Actor(
            cast.people["shu"].id, ((cast.party(party), Role.OFFICER),), Source.SCREEN, cast.site.operator_id
        )

    of_westgate = people.classified(cast, classified_by=cast.party("westgate"))
    row = proposal_of(registered(scene, classified=of_westgate))
    for party in ("westgate", "bureau", "lakeside", "harbour"):
        with pytest.raises(NotPermitted):
            classifying.determine(officer(party), proposal=row.id, reason="Mine")
    done(classifying.take_back(cast.actor("mei"), proposal=row.id, reason="Wrong party"))
    own = proposal_of(registered(scene, codename="SC-OWN"))
    done(classifying.determine(officer("bureau"), proposal=own.id, reason="Ours"))


def test_only_the_proposal_that_was_read_is_determined(scene: Scene) -> None:
    row = people.propose(scene.cast, scene.item)
    before = everything()
    with pytest.raises(ActionError, match="not what this page showed"):
        determine(scene, row, subject_sha256="0" * 64)
    assert everything() == before


def test_one_proposal_of_an_item_waits_at_a_time(scene: Scene) -> None:
    row = people.propose(scene.cast, scene.item)
    before = everything()
    with pytest.raises(ActionError, match="waits to be determined"):
        people.propose(scene.cast, scene.item)
    assert everything() == before
    done(classifying.send_back(scene.cast.actor("heng"), proposal=row.id, reason="Basis wrong 依据有误"))
    for act in (classifying.send_back, classifying.take_back, classifying.determine):
        with pytest.raises(NotNow):
            act(scene.cast.actor("qiao"), proposal=row.id, reason="Again")
    again = people.propose(scene.cast, scene.item)
    done(classifying.take_back(scene.cast.actor("mei"), proposal=again.id, reason="Not needed"))
    row.refresh_from_db()
    assert (row.state, row.decision_reason) == (ProposalState.RETURNED, "Basis wrong 依据有误")
    assert m.Item.objects.get(id=scene.item.id).marking_how == "秘密★10年"
    assert agrees()


def test_two_officers_do_not_determine_the_same_twice(scene: Scene) -> None:
    row = people.propose(scene.cast, scene.item)
    done(determine(scene, row))
    before = everything()
    with pytest.raises(NotNow):
        determine(scene, row, "qiao")
    assert everything() == before


def test_sources_that_came_to_stand_on_each_other_meanwhile_are_not_determined(scene: Scene) -> None:
    first, second = registered(scene, codename="A"), registered(scene, codename="B")
    for item in (first, second):
        done(determine(scene, proposal_of(item)))
    for item, source in ((first, second), (second, first)):
        people.propose(scene.cast, item, given=Classification(sources=[source.id]), named=["sources"])
    done(determine(scene, proposal_of(first)))
    before = everything()
    with pytest.raises(ActionError, match="made from itself"):
        determine(scene, proposal_of(second))
    assert everything() == before


def test_subjects_are_words_on_the_item_and_are_asked_for(scene: Scene) -> None:
    subjects = [Subject.ENERGY, Subject.DEFENCE]
    known = people.classified(scene.cast, subjects=subjects)
    item = registered(scene, classified=known)
    assert not m.Item.objects.filter(id=item.id).on(Subject.ENERGY).exists()
    done(determine(scene, proposal_of(item)))
    assert m.Item.objects.get(id=item.id).subjects == ["defence", "energy"]
    assert list(m.Item.objects.all().on(Subject.ENERGY)) == [item]
    assert not m.Item.objects.all().on(Subject.WATER).exists()
    assert agrees()


# --- another level ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", ["jimi", "neibu"])
def test_another_level_either_way_has_its_day_basis_and_reason(scene: Scene, level: str) -> None:
    done(people.reclassify(scene.cast, scene.item, level))
    item = m.Item.objects.get(id=scene.item.id)
    assert (item.level, item.state) == (level, ItemState.RECLASSIFIED)
    row = proposal_of(item)
    assert row.was == {"level": "mimi"} and row.effective_on == scene.cast.today and row.change_basis
    assert not m.Correction.objects.of(item).exists(), "it was not wrong: it changed"
    assert agrees()


@pytest.mark.parametrize(
    ("kind", "asked", "about"),
    [
        (ProposalKind.RECLASSIFY, {"level": "mimi"}, "level"),
        (ProposalKind.RECLASSIFY, {"level": "eaten"}, "level"),
        (ProposalKind.RECLASSIFY, {"level": "jimi", "effective_on": None}, "effective_on"),
        (ProposalKind.RECLASSIFY, {"level": "jimi", "effective_on": dt.date(2999, 1, 1)}, "effective_on"),
        (ProposalKind.RECLASSIFY, {"level": "jimi", "change_basis": "  "}, "change_basis"),
        (ProposalKind.DECLASSIFY, {"reason": " "}, "reason"),
        (ProposalKind.DECLASSIFY, {"level": "neibu"}, "level"),
        (ProposalKind.WITHDRAW, {"effective_on": None}, "effective_on"),
        (ProposalKind.WITHDRAW, {"change_basis": "a\0b"}, "change_basis"),
        (ProposalKind.CLASSIFY, {"level": "jimi"}, "level"),
    ],
)
def test_a_change_that_is_not_whole_is_told_beside_its_field(
    scene: Scene, kind: ProposalKind, asked: dict[str, Any], about: str
) -> None:
    before = everything()
    with pytest.raises(ActionError) as told:
        people.propose(scene.cast, scene.item, **people.change(scene.cast, kind, **asked))
    assert told.value.about == about
    assert everything() == before


def test_a_correction_by_one_does_not_change_a_level_that_was_determined(scene: Scene) -> None:
    heng = scene.cast.actor("heng")
    before = everything()
    with pytest.raises(ActionError) as told:
        corrections.correct_item(heng, item=scene.item.id, codename="SC-A", level="jimi", reason="Misread")
    assert told.value.about == "level" and everything() == before
    item = registered(scene)
    row = proposal_of(item)
    done(corrections.correct_item(heng, item=item.id, codename="SC-2", level="jimi", reason="Misread"))
    done(determine(scene, row))
    assert m.Item.objects.get(id=item.id).level == "mimi", "it stands as it was determined"


def test_a_declassified_item_has_the_lowest_level_and_no_period(scene: Scene) -> None:
    done(people.classify(scene.cast, scene.item, **people.change(scene.cast, ProposalKind.DECLASSIFY)))
    item = m.Item.objects.get(id=scene.item.id)
    assert (item.level, item.state, item.until) == ("gongkai", ItemState.DECLASSIFIED, None)
    with pytest.raises(NotNow):
        people.propose(scene.cast, item, **people.change(scene.cast, ProposalKind.DECLASSIFY))
    done(people.reclassify(scene.cast, item, "mimi"))
    assert m.Item.objects.get(id=scene.item.id).state is ItemState.RECLASSIFIED
    assert agrees()


# --- withdrawn --------------------------------------------------------------------------------------------


def withdrawn(scene: Scene) -> m.Item:
    done(people.classify(scene.cast, scene.item, **people.change(scene.cast, ProposalKind.WITHDRAW)))
    row: m.Item = m.Item.objects.get(id=scene.item.id)
    return row


def test_of_a_withdrawn_item_no_copy_is_made_or_asked_for(scene: Scene) -> None:
    leave.permitted(scene.cast, scene.item.id, 2)
    item = withdrawn(scene)
    assert item.state is ItemState.WITHDRAWN and item.level == "mimi"
    before = everything()
    mei = scene.cast.actor("mei")
    with pytest.raises(ActionError, match="was withdrawn"):
        minted(scene, item)
    with pytest.raises(ActionError, match="was withdrawn"):
        copying.request(mei, item=item.id, asked=leave.asked(scene.cast))
    for kind in ProposalKind:
        with pytest.raises(NotNow):
            people.propose(scene.cast, item, **people.change(scene.cast, kind, level="jimi"))
    assert everything() == before
    assert agrees()


def test_no_copy_of_a_withdrawn_item_is_given_out_while_what_is_out_may_come_back(scene: Scene) -> None:
    withdrawn(scene)
    before = everything()
    with pytest.raises(ActionError, match="was withdrawn"):
        handoffs.accept(scene.cast.actor("bo"), handoff=scene.handoff.id)
    lan = scene.as_(Role.MANAGER, "owner", "lan")
    deal = scene.deal(
        hop=scene.first.id,
        copies=[scene.kept.id],
        receiver_person=scene.cast.people["tao"].id,
        system=scene.cast.systems["westgate_room"].id,
    )
    with pytest.raises(ActionError, match="was withdrawn"):
        handoffs.offer(lan, deal)
    assert everything() == before
    tao = scene.as_(Role.MANAGER, "sender", "tao")
    done(handoffs.withdraw(tao, handoff=scene.handoff.id, reason="Withdrawn"))
    back = handoffs.Offer(
        hop=scene.first.id,
        copies=[scene.moved.id],
        receiver_person=scene.cast.people["lan"].id,
        purpose="",
        channel=deal.channel,
        system=scene.cast.systems["lakeside_room"].id,
        due_back=None,
        leg=Leg.RETURN,
        statement="All of it 全部归还",
    )
    offered = handoffs.offer(tao, back)
    assert offered.state == "done", [f for f in offered.decision.findings if f["outcome"] == "block"]
    done(handoffs.accept(scene.cast.actor("lan"), handoff=offered.object.id))
    assert agrees()


def test_the_copies_of_a_withdrawn_item_are_asked_back_from_each_holder(scene: Scene) -> None:
    item = withdrawn(scene)
    with pytest.raises(NotPermitted):
        recalling.of_item(scene.cast.actor("tao"), item=item.id, reason="Mine")
    row = done(recalling.of_item(scene.cast.actor("mei"), item=item.id, reason="Withdrawn 成果已撤回"))
    assert row.holders == [scene.cast.party("westgate")] and row.copies == [scene.moved.id]
    assert {copy.id for copy in out.outstanding(row)} == {scene.moved.id}
    assert agrees()


def test_an_item_of_which_no_copy_is_out_has_none_to_ask_back(scene: Scene) -> None:
    item = registered(scene)
    with pytest.raises(ActionError, match="No copy is out"):
        recalling.of_item(scene.cast.actor("mei"), item=item.id, reason="Withdrawn")


# --- told -------------------------------------------------------------------------------------------------


def test_officers_are_told_what_waits_the_proposer_what_came_of_it_and_holders_of_a_change(
    scene: Scene,
) -> None:
    for key in ("mei", "heng", "qiao", "tao", "bo"):
        m.User.objects.create_user(key, None, scene.cast.people[key])

    def told(kind: NoticeKind) -> list[str]:
        notices.tell(database_now())
        rows = m.Notice.objects.filter(kind=kind, object=row.id)
        return sorted(rows.values_list("user__username", flat=True))

    row = people.propose(scene.cast, scene.item, "heng")
    assert told(NoticeKind.ITEM_TO_DETERMINE) == ["qiao"], "not who proposed it"
    done(determine(scene, row, "qiao"))
    assert told(NoticeKind.ITEM_DECIDED) == ["heng"]
    assert told(NoticeKind.ITEM_CHANGED) == [], "how it is marked is no change of level"
    row = people.propose(
        scene.cast, scene.item, **people.change(scene.cast, ProposalKind.RECLASSIFY, level="jimi")
    )
    assert told(NoticeKind.ITEM_CHANGED) == [], "it is proposed only"
    done(determine(scene, row))
    assert told(NoticeKind.ITEM_CHANGED) == ["tao"], "who has a copy, not to whom one is offered"
    assert told(NoticeKind.ITEM_CHANGED) == ["tao"], "and once"


def test_a_holder_sees_what_became_of_the_item_and_no_proposal(scene: Scene) -> None:
    tao = m.User.objects.create_user("tao", None, scene.cast.people["tao"])
    row = people.propose(scene.cast, scene.item, **people.change(scene.cast, ProposalKind.WITHDRAW))
    seen = m.ItemProposal.objects.visible_to(tao)
    assert not seen.exists()
    done(determine(scene, row))
    assert list(seen.all()) == [row]
