"""Records put right: the row shows the new values, the ledger and the history both, with who and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from custody import models as m
from custody.actions import classifying, corrections, handoffs, registers
from custody.actions.base import ActionError, Actor, Changed, NotPermitted, Outcome
from custody.apply import rebuild
from custody.compare import compare
from custody.stories import cast as people
from custody.terms import Network, PartyKind, ProposalKind, Provision, QualificationState, Role, Source
from custody.transitions import NotNow
from ledger import api as ledger
from tests.actions.racing import deadlocks, pair
from tests.actions.scenes import Scene, disputed, done, everything, passed_down, set_up
from tests.databases import Database
from tests.scale import tries

ROUNDS = tries(10, 100)
Do = Callable[..., Outcome]


def paper(scene: Scene, **changes: Any) -> dict[str, Any]:
    """The certificate of the annex as it stands."""
    row = m.Qualification.objects.get(id=scene.paper.id)
    names = ("type", "grade", "categories", "number", "issuer", "valid_from", "valid_to")
    return {
        "qualification": row.id,
        "reason": "Misread 看错",
        **{n: getattr(row, n) for n in names},
        **changes,
    }


def verbs(scene: Scene) -> dict[str, tuple[m.Row, Do]]:
    """Each verb on something of the scene, by somebody who may; more arguments change the call."""
    cast, item, room = scene.cast, scene.item, scene.room
    mei, an, tao = cast.actor("mei"), cast.actor("an"), cast.actor("tao")
    officer = scene.as_(Role.OFFICER, "owner", "lan")
    why: dict[str, Any] = {"reason": "Misread 看错"}
    return {
        "party": (
            m.Party.objects.get(id=cast.party("annex")),
            partial(
                corrections.correct_party,
                mei,
                party=cast.party("annex"),
                name="Annexe 附楼",
                country="CN",
                **why,
            ),
        ),
        "person": (
            cast.people["shu"],
            partial(
                corrections.correct_person,
                an,
                person=cast.people["shu"].id,
                name="Shu Other 舒",
                citizenships=["CN", "SG"],
                **why,
            ),
        ),
        "system": (
            room,
            partial(
                corrections.correct_system,
                an,
                system=room.id,
                name="HB-ROOM-9",
                levels={"cn_surveying": "juemi"},
                network=Network.INTERNAL,
                tested_on=cast.today,
                inventory_number="HB-09",
                accreditation="测评〔2026〕9号",
                country="CN",
                provision=Provision.PERSONAL,
                **why,
            ),
        ),
        "qualification": (
            scene.paper,
            partial(corrections.correct_qualification, mei, **paper(scene, grade="A", number="SCENE-2")),
        ),
        "item": (
            item,
            partial(
                corrections.correct_item, officer, item=item.id, codename="SC-Z", level=item.level, **why
            ),
        ),
        "handoff": (
            scene.handoff,
            partial(
                corrections.correct_handoff,
                tao,
                handoff=scene.handoff.id,
                due_back=cast.today + dt.timedelta(days=9),
                **why,
            ),
        ),
    }


NOUNS = ("party", "person", "system", "qualification", "item", "handoff")


@pytest.mark.parametrize("noun", NOUNS)
def test_a_correction_sets_the_row_and_keeps_old_and_new_with_the_entry_before(
    scene: Scene, noun: str
) -> None:
    row, do = verbs(scene)[noun]
    before = type(row)._default_manager.get(pk=row.pk)
    outcome = do()
    after = type(row)._default_manager.get(pk=row.pk)
    assert outcome.state == "done" and after.entry == outcome.entry != before.entry
    kept = m.Correction.objects.get(entry=outcome.entry)
    assert (kept.noun, kept.object, kept.corrects) == (noun, row.pk, before.entry)
    assert kept.reason == "Misread 看错" and kept.changes
    told = ledger.read(outcome.entry).values
    assert told["kind"] == f"{noun}.corrected/1" and told["corrects"] == str(before.entry)
    assert told["changed"] == sorted(kept.changes)
    assert list(compare(rebuild())) == []


@pytest.mark.parametrize("noun", NOUNS)
def test_the_same_again_changes_nothing_and_is_refused(scene: Scene, noun: str) -> None:
    _, do = verbs(scene)[noun]
    do()
    before = everything()
    with pytest.raises(ActionError, match="Nothing would change"):
        do()
    assert everything() == before


@pytest.mark.parametrize("noun", NOUNS)
@pytest.mark.parametrize("reason", ["", " \n", "a\0b", "\ud800", "名" * 10_001])
def test_a_reason_is_needed_that_can_be_kept(scene: Scene, noun: str, reason: str) -> None:
    _, do = verbs(scene)[noun]
    before = everything()
    with pytest.raises(ActionError):
        do(reason=reason)
    assert everything() == before


@pytest.mark.parametrize("noun", NOUNS)
def test_what_somebody_else_corrected_meanwhile_is_not_put_back(scene: Scene, noun: str) -> None:
    row, do = verbs(scene)[noun]
    seen = type(row)._default_manager.values_list("entry", flat=True).get(pk=row.pk)
    actor = replace(do.args[0], expects=seen)  # type: ignore[attr-defined]
    sure = partial(do.func, actor, **do.keywords)  # type: ignore[attr-defined]
    sure()
    before = everything()
    with pytest.raises(Changed):
        sure(reason="The second of two")
    assert everything() == before


@pytest.mark.parametrize("noun", NOUNS)
def test_one_form_sent_twice_has_one_effect(scene: Scene, noun: str) -> None:
    _, do = verbs(scene)[noun]
    actor: Actor = do.args[0]  # type: ignore[attr-defined]
    sent = Actor(actor.person, actor.memberships, actor.source, actor.house, uuid4())
    again = partial(do.func, sent, **do.keywords)  # type: ignore[attr-defined]
    before = m.Correction.objects.count()
    one, other = again(), again()
    assert one.entry == other.entry and m.Correction.objects.count() == before + 1


@pytest.mark.parametrize(
    ("noun", "changes", "about"),
    [
        ("party", {"name": " "}, "name"),
        ("party", {"name": "a\0b"}, "name"),
        ("party", {"name": "名" * 301}, "name"),
        ("party", {"country": "china"}, "country"),
        ("party", {"country": "cn"}, "country"),
        ("person", {"name": ""}, "name"),
        ("person", {"citizenships": ["\0"]}, "citizenships"),
        ("system", {"name": ""}, "name"),
        ("system", {"tested_on": dt.date(2199, 1, 1)}, "tested_on"),
        ("system", {"country": "cn"}, "country"),
        ("system", {"country": "CHN"}, "country"),
        ("system", {"inventory_number": "9" * 101}, "inventory_number"),
        ("system", {"accreditation": "a\x1bb"}, "accreditation"),
        ("qualification", {"number": ""}, "number"),
        ("qualification", {"valid_to": dt.date(1999, 1, 1)}, "valid_to"),
        ("qualification", {"issuer": "a\x1bb"}, "issuer"),
        ("item", {"codename": ""}, "codename"),
        ("item", {"level": "cosmic"}, "level"),
        ("handoff", {"due_back": dt.date(2199, 1, 1)}, "due_back"),
        ("handoff", {"due_back": dt.date(2000, 1, 1)}, "due_back"),
    ],
)
def test_bad_input_is_told_beside_its_field_and_has_no_effect(
    scene: Scene, noun: str, changes: dict[str, Any], about: str
) -> None:
    _, do = verbs(scene)[noun]
    before = everything()
    with pytest.raises(ActionError) as told:
        do(**changes)
    assert told.value.about == about
    assert everything() == before


def test_a_certificate_that_was_verified_waits_for_somebody_who_wrote_none_of_it(scene: Scene) -> None:
    cast = scene.cast
    heng, qiao, mei = cast.actor("heng"), cast.actor("qiao"), cast.actor("mei")
    verify = partial(
        registers.verify_qualification, qualification=scene.paper.id, on=cast.today, how="Register"
    )
    done(verify(heng))
    corrections.correct_qualification(qiao, **paper(scene, grade="A"))
    row = m.Qualification.objects.get(id=scene.paper.id)
    assert (row.state, row.verified_by, row.verified_on, row.verified_how) == (
        QualificationState.SUBMITTED, None, None, "",
    )  # fmt: skip
    kept = m.Correction.objects.get(noun="qualification")
    assert kept.changes == {"grade": ["B", "A"], "state": ["verified", "submitted"]}
    recorder = Actor(mei.person, ((cast.party("northfield"), Role.OFFICER),), Source.SCREEN, mei.house)
    for writer in (qiao, recorder):
        with pytest.raises(ActionError, match="somebody else"):
            verify(writer)
    assert verify(heng).state == "done"
    assert list(compare(rebuild())) == []


def test_a_certificate_that_was_rejected_stays_so(scene: Scene) -> None:
    done(
        registers.reject_qualification(
            scene.cast.actor("heng"), qualification=scene.paper.id, reason="Not known there"
        )
    )
    before = everything()
    with pytest.raises(NotNow):
        corrections.correct_qualification(scene.cast.actor("mei"), **paper(scene, grade="A"))
    assert everything() == before


def test_a_receipt_is_judged_by_the_level_and_the_papers_as_corrected(scene: Scene) -> None:
    """Harbour's room is accredited for less than the item turns out to be."""
    done(people.reclassify(scene.cast, scene.item, "juemi"))
    refused = handoffs.accept(scene.cast.actor("bo"), handoff=scene.handoff.id)
    assert refused.state == "refused"


def test_copies_that_stand_below_a_raised_level_are_listed_and_none_moves(scene: Scene) -> None:
    passed_down(scene)
    places = {c.id: (c.system_id, c.custodian_party_id) for c in m.Copy.objects.filter(item=scene.item)}
    assert corrections.standing_below(scene.item, scene.item.level) == []
    low = corrections.standing_below(scene.item, "juemi")
    assert {copy.id for copy, _ in low} == set(places)
    reasons = {why.en for _, whys in low for why in whys}
    assert "its subcontract" in reasons and any(r.startswith("system ") for r in reasons)
    done(people.reclassify(scene.cast, scene.item, "juemi"))
    assert {
        c.id: (c.system_id, c.custodian_party_id) for c in m.Copy.objects.filter(item=scene.item)
    } == places


def test_a_codename_is_used_once_in_a_project(scene: Scene) -> None:
    from custody.actions import projects

    house = scene.cast.actor("mei")
    level = scene.project.level
    done(projects.register_item(house, project=scene.project.id, codename="SC-TAKEN", level=level))
    before = everything()
    with pytest.raises(ActionError) as told:
        verbs(scene)["item"][1](codename="SC-TAKEN")
    assert told.value.about == "codename"
    assert everything() == before


def test_what_an_individual_is_called_stands_in_personal_fields_only(scene: Scene) -> None:
    setup = Actor.setup()
    row = done(registers.register_party(setup, kind=PartyKind.INDIVIDUAL, name="Old Name", country="CN"))
    for outcome, secret in (
        (
            corrections.correct_party(
                scene.cast.actor("mei"), party=row.id, name="New Name", country="SG", reason="Typo"
            ),
            "New Name",
        ),
        (verbs(scene)["person"][1](), "Shu Other 舒"),
    ):
        kept = m.Correction.objects.get(entry=outcome.entry)
        assert kept.changes["name"] is None and secret not in str(kept.changes)
        told: dict[str, Any] = dict(ledger.read(outcome.entry).values)
        assert told.pop("new_personal")["name"] == secret
        told.pop("old_personal")
        assert secret not in str(told) and "Old Name" not in str(told)
    assert list(compare(rebuild())) == []


def test_a_return_date_is_corrected_before_and_after_receipt_and_never_in_a_dispute(scene: Scene) -> None:
    tao, taken = scene.cast.actor("tao"), passed_down(scene)
    due = scene.cast.today + dt.timedelta(days=4)
    change = partial(corrections.correct_handoff, tao, due_back=due, reason="Typo")
    assert change(handoff=taken.id).state == change(handoff=scene.handoff.id).state == "done"
    assert m.Handoff.objects.get(id=taken.id).due_back == due
    contested = disputed(scene)
    before = everything()
    with pytest.raises(NotNow):
        change(handoff=contested.id)
    assert everything() == before


def test_a_mistake_can_still_be_said_after_the_return_date_was_corrected(scene: Scene) -> None:
    from custody.actions import mistakes

    taken = passed_down(scene)
    due = scene.cast.today + dt.timedelta(days=4)
    done(corrections.correct_handoff(scene.cast.actor("tao"), handoff=taken.id, due_back=due, reason="Typo"))
    said = mistakes.accepted_by_mistake(scene.cast.actor("bo"), handoff=taken.id, reason="Not ours")
    assert said.state == "done"
    assert mistakes.agree(scene.cast.actor("tao"), handoff=taken.id).state == "done"
    assert list(compare(rebuild())) == []


def test_nobody_corrects_an_item_of_another_owner(scene: Scene) -> None:
    before = everything()
    for role in Role:
        for place in ("sender", "receiver", "other"):
            with pytest.raises(NotPermitted):
                corrections.correct_item(
                    scene.as_(role, place), item=scene.item.id, codename="X", level="jimi", reason="Mine"
                )
    assert everything() == before


@pytest.mark.slow
def test_a_level_raised_while_a_copy_is_accepted_has_one_order(
    committed_cast: people.Cast, database_committed: Database
) -> None:
    scene = set_up(committed_cast)
    bo = scene.cast.actor("bo", Source.PAPER)
    officer = scene.as_(Role.OFFICER, "house", "heng", Source.PAPER)
    level = scene.item.level
    handoff = scene.handoff
    with pair(database_committed.environ) as two:
        for _ in range(ROUNDS):
            waits = people.propose(
                scene.cast, scene.item, **people.change(scene.cast, ProposalKind.RECLASSIFY, level="juemi")
            )
            taken, raised = two.both(
                partial(handoffs.accept, bo, handoff=handoff.id),
                partial(classifying.determine, officer, proposal=waits.id, reason="Raised"),
            )
            assert isinstance(raised, Outcome) and isinstance(taken, Outcome), (taken, raised)
            first = ledger.read(taken.entry).seq < ledger.read(raised.entry).seq
            assert first is (taken.state == "done")
            done(people.reclassify(scene.cast, scene.item, level))
            if taken.state == "done":
                break
    assert deadlocks() == 0
