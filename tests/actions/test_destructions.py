"""Destruction of copies: nobody lets themselves, what is held back stays, and what is gone stays gone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError
from django.utils import timezone

from custody import models as m
from custody import out, record
from custody.actions import destructions, handoffs, holds, projects, receipts, scanning, stocktaking
from custody.actions.base import ActionError, Actor, NotPermitted, Outcome
from custody.actions.destruction_subject import digest_of
from custody.apply import rebuild
from custody.compare import compare
from custody.single import differing
from custody.stories import cast as people
from custody.stories import copying as leave
from custody.stories import destruction as batches
from custody.stories.told import approved_hop, offer
from custody.terms import (
    CopyState,
    DestructionMethod,
    DestructionState,
    Received,
    Role,
    SecondPerson,
    Source,
    Verb,
)
from custody.transitions import NotNow
from tests.actions.scenes import Scene, done, everything, undone


@pytest.fixture
def project(cast: people.Cast) -> m.Project:
    return people.open_project(cast, "DS-1", "What is done with")


@pytest.fixture
def copies(cast: people.Cast, project: m.Project) -> list[m.Copy]:
    """Three copies in the hands of Qian Yu, Northfield's custodian."""
    return people.make_copies(cast, project, "DS-SHEET", 3)


def states(copies: list[m.Copy]) -> set[Any]:
    return set(m.Copy.objects.filter(id__in=[c.id for c in copies]).values_list("state", flat=True))


def problems(outcome: Outcome) -> set[str]:
    """Why rule DSP-01 refused; the refusal is recorded."""
    assert outcome.state == "refused" and isinstance(outcome.object, m.Refusal)
    finding = next(f for f in outcome.decision.findings if f["code"] == "DSP-01")
    return set(finding["problems"])


def all_is_told() -> None:
    """What the ledger tells of every row is what the tables say, all together and one by one."""
    assert list(compare(rebuild())) == []
    for model in (m.Destruction, m.Copy, m.Holding):
        for id in model._default_manager.values_list("pk", flat=True):
            assert differing(model, str(id)) == [], model.__name__


def ask(
    cast: people.Cast, project: m.Project, copies: list[m.Copy], by: str = "yu", **changes: Any
) -> Outcome:
    wanted = batches.asked(cast, copies, **changes)
    return destructions.request(cast.actor(by), project=project.id, asked=wanted)


def destroyed(cast: people.Cast, row: m.Destruction, by: str = "yu", **changes: Any) -> Outcome:
    return destructions.record_done(
        cast.actor(by), destruction=row.id, done=batches.done(cast, row, **changes)
    )


# --- the whole way ----------------------------------------------------------------------------------------


def test_a_batch_goes_from_request_to_certificate_and_the_ledger_tells_it(
    cast: people.Cast, project: m.Project, copies: list[m.Copy]
) -> None:
    row = batches.requested(cast, project, copies)
    assert row.state is DestructionState.REQUESTED and states(copies) == {CopyState.MARKED}
    row = done(
        destructions.approve(
            cast.actor("heng"), destruction=row.id, reason="In order", subject_sha256=row.subject_sha256
        )
    )
    assert row.approved_sha256 == row.subject_sha256 == digest_of(row)
    assert states(copies) == {CopyState.MARKED}
    row = done(destroyed(cast, row))
    assert row.state is DestructionState.DESTROYED and states(copies) == {CopyState.DESTROYED}
    row = done(
        destructions.certify(
            cast.actor("yu"), destruction=row.id, certificate_number="销〔2026〕7号", certified_on=cast.today
        )
    )
    held = m.Holding.objects.filter(copy=copies[0]).with_until().order_by("created_at")
    kept, gone = held
    assert (str(kept.how), str(gone.how)) == ("kept", "destroyed")
    assert kept.until == gone.created_at == gone.until
    later = gone.created_at + dt.timedelta(days=1)
    assert not held.between(later, later + dt.timedelta(days=1)).exists(), "nobody has it any more"
    assert row.state is DestructionState.CERTIFIED and row.certificate_number == "销〔2026〕7号"
    all_is_told()


@pytest.mark.parametrize("end", ["refuse", "withdraw", "withdraw after approval", "fail"])
def test_a_batch_that_comes_to_nothing_gives_its_copies_back(
    cast: people.Cast, project: m.Project, copies: list[m.Copy], end: str
) -> None:
    decided = end in ("withdraw after approval", "fail")
    row = (batches.approved if decided else batches.requested)(cast, project, copies)
    yu, heng = cast.actor("yu"), cast.actor("heng")
    acts: dict[str, Callable[[], Outcome]] = {
        "refuse": lambda: destructions.refuse_batch(heng, destruction=row.id, reason="Still needed"),
        "fail": lambda: destructions.fail(yu, destruction=row.id, reason="The mill broke down"),
    }
    act = acts.get(end, lambda: destructions.withdraw(yu, destruction=row.id, reason="Still needed"))
    ended = done(act())
    assert ended.state.value == {"refuse": "refused", "fail": "failed"}.get(end, "withdrawn")
    assert states(copies) == {CopyState.HELD}
    all_is_told()
    assert ask(cast, project, copies).state == "held"  # and they may be asked for again


def test_marked_copies_cannot_be_offered_and_destroyed_ones_never_move_again(
    cast: people.Cast, project: m.Project, copies: list[m.Copy]
) -> None:
    hop = approved_hop(cast, project, "westgate", "Scanning")
    row = batches.approved(cast, project, copies)
    for _ in range(2):
        tried = offer(cast, hop, copies[:1], "tao", "westgate_room")
        assert tried.state == "refused"
        assert "HND-01" in [f["code"] for f in tried.decision.findings if f["outcome"] == "block"]
        if row.state is DestructionState.APPROVED:
            row = done(destroyed(cast, row))
    assert problems(ask(cast, project, copies)) >= {"taken"}
    for verb in (destructions.withdraw, destructions.fail):
        with pytest.raises(NotNow):
            verb(cast.actor("yu"), destruction=row.id, reason="Wrong")
    assert states(copies) == {CopyState.DESTROYED}


def test_copies_that_were_destroyed_are_out_no_more_and_not_due_back(acts_stage: Scene) -> None:
    scene, cast = acts_stage, acts_stage.cast
    assert scene.moved.id in set(out.of_hop(scene.first).values_list("id", flat=True))
    lines = m.HandoffCopy.objects.filter(copy=scene.moved)
    assert lines.open().exists()
    m.Copy.objects.filter(id=scene.moved.id).update(state=CopyState.DESTROYED, offered_in=None)
    assert not out.of_hop(scene.first).filter(id=scene.moved.id).exists()
    assert not out.of_project(scene.project).filter(id=scene.moved.id).exists()
    assert not lines.open().exists()
    assert cast.party("westgate") not in set(m.Copy.objects.there().values_list("custodian_party", flat=True))


def test_a_copy_is_marked_or_destroyed_without_a_handoff_or_not_at_all(
    cast: people.Cast, project: m.Project, copies: list[m.Copy]
) -> None:
    hop = approved_hop(cast, project, "westgate", "Scanning")
    open_one = done(offer(cast, hop, copies[:1], "tao", "westgate_room"))
    for state in (CopyState.MARKED, CopyState.DESTROYED):
        with pytest.raises(IntegrityError), undone():
            m.Copy.objects.filter(offered_in=open_one).update(state=state)


# --- what rule DSP-01 bars: each is refused, recorded, and has no other effect ----------------------------


def test_a_wrong_count_is_refused(cast: people.Cast, project: m.Project, copies: list[m.Copy]) -> None:
    assert problems(ask(cast, project, copies, count=2)) == {"count"}
    assert states(copies) == {CopyState.HELD} and not m.Destruction.objects.exists()
    row = batches.approved(cast, project, copies)
    assert problems(destroyed(cast, row, counted=2)) == {"count"}
    assert states(copies) == {CopyState.MARKED}


@pytest.mark.parametrize(
    ("changes", "problem"),
    [({"method": DestructionMethod.ERASE}, "method"), ({"method": DestructionMethod.OTHER}, "method")],
)
def test_a_method_that_the_level_does_not_take_is_refused(
    cast: people.Cast, project: m.Project, copies: list[m.Copy], changes: dict[str, Any], problem: str
) -> None:
    assert problems(ask(cast, project, copies, **changes)) == {problem}


def test_a_unit_that_is_not_certified_is_refused_and_so_is_one_whose_certificate_has_stopped(
    cast: people.Cast, project: m.Project, copies: list[m.Copy]
) -> None:
    assert problems(ask(cast, project, copies, unit=cast.party("westgate"))) == {"unit"}
    row = batches.approved(cast, project, copies)
    m.Qualification.objects.filter(party=row.unit_id, type="secrecy").update(state="suspended")
    assert problems(destroyed(cast, row)) == {"unit"}


def test_a_legal_hold_stops_it_at_every_step(
    cast: people.Cast, project: m.Project, copies: list[m.Copy]
) -> None:
    yu, an = cast.people["yu"].id, cast.actor("an")
    asked, granted = (
        batches.requested(cast, project, copies[:1]),
        batches.approved(cast, project, copies[1:2]),
    )
    done(holds.hold(an, person=yu, reason="A court asked", ordered_by="Court"))
    assert problems(ask(cast, project, copies[2:])) == {"hold"}
    refused = destructions.approve(cast.actor("heng"), destruction=asked.id, reason="In order")
    assert problems(refused) == {"hold"}
    assert problems(destroyed(cast, granted)) == {"hold"}
    assert states(copies) == {CopyState.HELD, CopyState.MARKED}
    done(holds.lift(an, person=yu, reason="It ended", ordered_by="Court"))
    assert destroyed(cast, granted).state == "done"


def test_a_copy_on_offer_is_refused(cast: people.Cast, project: m.Project, copies: list[m.Copy]) -> None:
    hop = approved_hop(cast, project, "westgate", "Scanning")
    done(offer(cast, hop, copies[:1], "tao", "westgate_room"))
    assert problems(ask(cast, project, copies)) == {"moving"}


def test_an_open_discrepancy_is_refused_until_it_is_settled(
    cast: people.Cast, project: m.Project, copies: list[m.Copy]
) -> None:
    hop = approved_hop(cast, project, "westgate", "Scanning")
    people.admit(cast, copies[0].item_id, "tao")
    offered = done(offer(cast, hop, copies[:2], "tao", "westgate_room"))
    wrong = [receipts.Wrong(copies[0].id, Received.DAMAGED, "Wet")]
    done(handoffs.accept(cast.actor("tao"), handoff=offered.id, wrong=wrong))
    here = [copies[0], copies[2]]
    assert problems(ask(cast, project, here)) == {"unsettled"}
    m.Discrepancy.objects.update(state="found")
    assert ask(cast, project, here).state == "held"


def test_what_nobody_saw_at_a_stocktake_is_not_destroyed_until_it_is_found(
    cast: people.Cast, project: m.Project, copies: list[m.Copy]
) -> None:
    row = batches.approved(cast, project, copies[:2])
    yu = cast.actor("yu")
    asked = stocktaking.Asked(
        cast.party("northfield"),
        cast.people["yu"].id,
        cast.people["mei"].id,
        SecondPerson.COUNTER,
        project.id,
    )
    count = done(stocktaking.open_stocktake(yu, asked=asked))
    done(scanning.count(yu, stocktake=count.id, codes=[copies[1].code]))
    done(stocktaking.recount(yu, stocktake=count.id))
    sha256 = record.digest_of_text(stocktaking.statement(count, stocktaking.result(count)))
    done(stocktaking.close(yu, stocktake=count.id, statement_sha256=sha256))
    assert problems(destroyed(cast, row)) == {"not_found"}
    assert problems(ask(cast, project, copies[2:])) == {"not_found"}
    for line in count.lines.filter(found="missing"):
        done(stocktaking.settle(yu, line=line.id, how="find", resolution="It lay behind the shelf"))
    assert destroyed(cast, row).state == "done"


def test_a_copy_in_doubt_is_refused(cast: people.Cast, project: m.Project, copies: list[m.Copy]) -> None:
    m.Copy.objects.filter(id=copies[0].id).update(unconfirmed=m.new_id())
    assert problems(ask(cast, project, copies)) == {"doubt"}


def test_a_frozen_record_is_told_before_and_holds_the_act(
    cast: people.Cast, project: m.Project, copies: list[m.Copy]
) -> None:
    row = batches.requested(cast, project, copies)
    m.FrozenObject.objects.create(
        entry=m.new_id(),
        table="custody_copy",
        object=str(copies[0].id),
        holds=[str(copies[0].id)],
        columns=["state"],
    )
    ruling = destructions.preview(cast.actor("heng"), row, Verb.DESTRUCTION_APPROVE, timezone.now())
    assert [f.problems for f in ruling.judgement.barring] == [("frozen",)]
    with pytest.raises(ActionError):
        destructions.approve(cast.actor("heng"), destruction=row.id, reason="In order")
    row.refresh_from_db()
    assert row.state is DestructionState.REQUESTED


def test_nobody_approves_what_they_asked_for_or_hold(
    cast: people.Cast, project: m.Project, copies: list[m.Copy]
) -> None:
    row = batches.requested(cast, project, copies, by="mei")
    owner = project.owner_party_id
    for key in ("mei", "yu"):  # who asked, and who holds the copies, each made an officer too
        officer = Actor(cast.people[key].id, ((owner, Role.OFFICER),), Source.SCREEN, cast.site.operator_id)
        refused = destructions.approve(officer, destruction=row.id, reason="In order")
        assert problems(refused) == {"concerned"}
    row.refresh_from_db()
    assert row.state is DestructionState.REQUESTED and row.approved_sha256 == ""
    assert destructions.approve(cast.actor("heng"), destruction=row.id, reason="In order").state == "done"


def test_an_officer_approves_only_what_the_page_showed(
    cast: people.Cast, project: m.Project, copies: list[m.Copy]
) -> None:
    row = batches.requested(cast, project, copies)
    before = everything()
    with pytest.raises(ActionError, match="not what this page showed"):
        destructions.approve(
            cast.actor("heng"), destruction=row.id, reason="In order", subject_sha256="0" * 64
        )
    assert everything() == before


def test_nothing_is_destroyed_before_it_is_approved_or_other_than_approved(
    cast: people.Cast, project: m.Project, copies: list[m.Copy]
) -> None:
    row = batches.requested(cast, project, copies)
    with pytest.raises(NotNow):
        destroyed(cast, row)
    row = done(destructions.approve(cast.actor("heng"), destruction=row.id, reason="In order"))
    yesterday = cast.today - dt.timedelta(days=1)
    assert problems(destroyed(cast, row, destroyed_on=yesterday)) == {"early"}
    assert problems(destroyed(cast, row, method=DestructionMethod.BURN)) == {"other"}
    assert problems(destroyed(cast, row, unit=cast.party("westgate"))) == {"other"}
    m.Destruction.objects.filter(id=row.id).update(place="Elsewhere")
    assert problems(destroyed(cast, row)) == {"changed"}
    assert states(copies) == {CopyState.MARKED}


@pytest.mark.parametrize(
    ("who", "problem"),
    [
        (["qiao"], "witnesses"),
        ([], "witnesses"),
        (["qiao", "yu"], "own_witness"),
        (["qiao", "mei"], "own_witness"),
        (["heng", "an"], None),
    ],
)
def test_enough_people_see_it_who_do_not_answer_for_the_copies(
    cast: people.Cast, project: m.Project, copies: list[m.Copy], who: list[str], problem: str | None
) -> None:
    """Yu holds the copies and records it; Mei asked for it."""
    row = batches.approved(cast, project, copies, by="mei")
    outcome = destroyed(cast, row, witnesses=[cast.people[key].id for key in who])
    if problem is None:
        assert outcome.state == "done" and states(copies) == {CopyState.DESTROYED}
    else:
        assert problem in problems(outcome) and states(copies) == {CopyState.MARKED}


def test_a_witness_who_is_named_twice_counts_once(
    cast: people.Cast, project: m.Project, copies: list[m.Copy]
) -> None:
    row = batches.approved(cast, project, copies)
    qiao = cast.people["qiao"].id
    assert problems(destroyed(cast, row, witnesses=[qiao, qiao])) == {"witnesses"}


def test_westgate_may_not_destroy_what_it_was_lent_and_lakeside_not_ask_for_it(acts_stage: Scene) -> None:
    scene, cast = acts_stage, acts_stage.cast
    done(handoffs.withdraw(cast.actor("tao"), handoff=scene.handoff.id, reason="Wait"))
    wanted = batches.asked(cast, [scene.moved])
    refused = destructions.request(cast.actor("tao"), project=scene.project.id, asked=wanted)
    assert problems(refused) == {"owner_only"}
    lan = scene.as_(Role.MANAGER, "owner", "lan")
    with pytest.raises(NotPermitted):
        destructions.request(lan, project=scene.project.id, asked=wanted)
    both = replace(wanted, copies=[scene.kept.id, scene.moved.id], count=2)
    assert problems(destructions.request(lan, project=scene.project.id, asked=both)) == {"elsewhere"}


# --- what is typed ----------------------------------------------------------------------------------------


def test_what_cannot_be_is_told_and_has_no_effect(
    cast: people.Cast, project: m.Project, copies: list[m.Copy]
) -> None:
    other = people.open_project(cast, "DS-2", "Another")
    (foreign,) = people.make_copies(cast, other, "DS-OTHER", 1)
    row = batches.approved(cast, project, copies[:1])
    gone = batches.destroyed(cast, project, copies[1:2])
    tomorrow, yesterday = (cast.today + dt.timedelta(days=n) for n in (1, -1))
    before = everything()

    def bad() -> Iterator[tuple[str, Callable[[], Outcome]]]:
        yield "copies", lambda: ask(cast, project, [copies[2], foreign])
        yield "copies", lambda: ask(cast, project, [])
        yield "reason", lambda: ask(cast, project, copies[2:], reason=" ")
        yield "place", lambda: ask(cast, project, copies[2:], place=" ")
        yield "destroyed_on", lambda: destroyed(cast, row, destroyed_on=tomorrow)
        yield "witnesses", lambda: destroyed(cast, row, witnesses=[m.new_id()])
        certify = {"certificate_number": "C-1", "certified_on": cast.today}
        for about, wrong in (
            ("certificate_number", {"certificate_number": " "}),
            ("certified_on", {"certified_on": tomorrow}),
            ("certified_on", {"certified_on": yesterday}),
            ("certificate_sha256", {"certificate_sha256": "nonsense"}),
        ):
            given = {**certify, **wrong}
            yield (
                about,
                lambda given=given: destructions.certify(  # type: ignore[misc]
                    cast.actor("yu"), destruction=gone.id, **given
                ),
            )

    for about, call in bad():
        with pytest.raises(ActionError) as told:
            call()
        assert told.value.about == about, told.value
    assert everything() == before


def test_a_form_that_is_sent_twice_marks_the_copies_once(
    cast: people.Cast, project: m.Project, copies: list[m.Copy]
) -> None:
    token, wanted = m.new_id(), batches.asked(cast, copies)
    first, second = (
        destructions.request(cast.actor("yu"), project=project.id, asked=wanted, submission=token)
        for _ in range(2)
    )
    assert second.again and second.object == first.object
    assert m.Destruction.objects.count() == 1


def test_the_number_of_a_copy_that_was_destroyed_is_never_given_again(
    cast: people.Cast, project: m.Project, copies: list[m.Copy]
) -> None:
    batches.destroyed(cast, project, copies)
    leave.permitted(cast, copies[0].item_id, 1)
    minted = projects.mint_copies(cast.actor("yu"), item=copies[0].item_id, count=1)
    assert [copy.number for copy in done(minted)] == [4]
