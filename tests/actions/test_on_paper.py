"""Receipts on paper: every number is accounted for, and what took place without leave is told as such."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from custody import models as m
from custody import record
from custody.actions import blanks, handoffs, hops, on_paper
from custody.actions.base import ActionError, Actor, NotPermitted, Outcome
from custody.apply import rebuild
from custody.codes import is_valid
from custody.compare import compare
from custody.replay import replay_all
from custody.stories import cast as people
from custody.stories.told import approved_hop
from custody.terms import BlankState, CopyState, HandoffState, Leg, PaperState, Source
from custody.transitions import NotNow
from tests.actions.filled_in import entered, issued, offer, printed, scan


@pytest.fixture
def project(cast: people.Cast) -> m.Project:
    return people.open_project(cast, "PP-1", "On paper")


@pytest.fixture
def hop(cast: people.Cast, project: m.Project) -> m.Hop:
    return approved_hop(cast, project, "westgate", "Scanning")


@pytest.fixture
def copies(cast: people.Cast, project: m.Project) -> list[m.Copy]:
    return people.make_copies(cast, project, "PP-SHEET", 3)


def handed(cast: people.Cast, hop: m.Hop, copies: list[m.Copy], form: str, **more: Any) -> Outcome:
    """Qian Yu gave copies to Wu Tao on paper; Lin Mei enters it."""
    told = {name: more.pop(name) for name in ("at", "reason", "file") if name in more}
    by = more.pop("by", cast.people["yu"].id)
    actor: Actor = more.pop("actor", None) or cast.actor("mei")
    made = offer(cast, hop, copies, "tao", more.pop("system", "westgate_room"), **more)
    return entered(actor, made, form, by, **told)


def all_is_told() -> None:
    assert list(compare(rebuild())) == []


def test_numbers_are_given_out_once_with_a_check_character_and_each_is_accounted_for(
    cast: people.Cast, project: m.Project
) -> None:
    first, second = printed(cast, project), printed(cast, None, 2)
    numbers = [form.number for form in (*first, *second)]
    assert len(set(numbers)) == 5 and all(is_valid(number) for number in numbers)
    assert {form.project_id for form in second} == {None}
    mei, yu = cast.actor("mei"), cast.people["yu"].id
    done = blanks.issue(mei, form=first[0].id, person=yu, party=cast.party("northfield"), count=2)
    assert done.object.issued_to_id == yu and done.object.issued_by_id == mei.person
    blanks.miss(cast.actor("yu"), form=first[0].id, reason="Left on a train")
    blanks.find(cast.actor("yu"), form=first[0].id, reason="Given back by the railway")
    blanks.spoil(cast.actor("yu"), form=first[1].id, reason="Coffee")
    blanks.spoil(mei, form=first[2].id, reason="Printed askew")
    states = [m.BlankReceipt.objects.get(id=form.id).state for form in first]
    assert states == [BlankState.ISSUED, BlankState.SPOILED, BlankState.SPOILED]
    assert m.BlankReceipt.objects.unaccounted().count() == 1
    for verb in (blanks.miss, blanks.spoil):
        with pytest.raises(NotNow):
            verb(mei, form=first[1].id, reason="Again")
    all_is_told()


def test_forms_are_not_given_out_to_oneself_to_strangers_or_beyond_the_block(
    cast: people.Cast, project: m.Project, hop: m.Hop
) -> None:
    forms, mei = printed(cast, project), cast.actor("mei")
    house, westgate = cast.party("northfield"), cast.party("westgate")
    yu, tao = cast.people["yu"].id, cast.people["tao"].id
    for how, about in (
        ({"person": cast.people["mei"].id, "party": house}, "person"),
        ({"person": yu, "party": westgate}, "person"),
        ({"person": cast.people["bo"].id, "party": cast.party("harbour")}, "party"),
        ({"person": yu, "party": house, "count": 4}, "count"),
        ({"person": yu, "party": house, "count": 0}, "count"),
    ):
        with pytest.raises(ActionError) as told:
            blanks.issue(mei, form=forms[0].id, **how)
        assert told.value.about == about
    blanks.issue(mei, form=forms[1].id, person=tao, party=westgate)
    with pytest.raises(ActionError, match="So many forms"):
        blanks.issue(mei, form=forms[0].id, person=yu, party=house, count=2)
    with pytest.raises(NotNow):
        blanks.issue(mei, form=forms[1].id, person=yu, party=house)
    with pytest.raises(NotPermitted):
        blanks.issue(cast.actor("tao"), form=forms[0].id, person=tao, party=westgate)
    for count in (0, 101):
        with pytest.raises(ActionError):
            blanks.print_block(mei, count=count, project=project.id)


def test_a_handoff_on_paper_is_entered_with_its_scan_and_moves_custody_on_the_receivers_own_receipt(
    cast: people.Cast, project: m.Project, hop: m.Hop, copies: list[m.Copy]
) -> None:
    (form,) = issued(cast, project)
    at = timezone.now()
    made = handed(cast, hop, copies[:2], form.number, at=at)
    assert made.state == "done" and made.object.state is HandoffState.OFFERED
    held = m.Copy.objects.get(id=copies[0].id)
    assert held.state is CopyState.OFFERED and held.custodian_party_id == cast.party("northfield")
    paper = m.PaperHandoff.objects.get()
    assert (paper.state, paper.due, paper.took_place_at) == (PaperState.IN_ORDER, None, at)
    assert paper.handoff.sender_person_id == cast.people["yu"].id
    assert m.EvidenceFile.objects.get(subject=paper.id).what == "on_paper"
    form.refresh_from_db()
    assert (form.state, form.handoff_id) == (BlankState.USED, made.object.id)
    told = record.get(made.entry) if hasattr(record, "get") else None
    entry = told or next(e for e in record.history() if e.id == made.entry)
    assert entry.values["source"] == Source.PAPER and entry.values["took_place_at"] == record.time_text(at)
    all_is_told()
    done = handoffs.accept(cast.actor("tao"), handoff=made.object.id)
    assert done.state == "done"
    assert m.Copy.objects.get(id=copies[0].id).custodian_party_id == cast.party("westgate")
    assert m.PaperHandoff.objects.get().state is PaperState.IN_ORDER
    all_is_told()


def test_what_a_rule_bars_is_entered_as_done_without_leave_with_its_decision_and_a_day(
    cast: people.Cast, project: m.Project, hop: m.Hop, copies: list[m.Copy]
) -> None:
    (form,) = issued(cast, project)
    refused = handoffs.offer(
        cast.actor("mei"), offer(cast, hop, copies[:1], "tao", "office_pc"), submission=m.new_id()
    )
    assert refused.state == "refused", "the same at the screen is refused"
    made = handed(cast, hop, copies[:1], form.number, system="office_pc")
    assert made.state == "done" and made.decision.outcome == "refuse"
    paper = m.PaperHandoff.objects.get()
    assert paper.state is PaperState.WITHOUT_LEAVE and paper.due == cast.today + dt.timedelta(days=14)
    assert m.Decision.objects.get(entry=made.object.offer_entry).outcome == "refuse"
    heng = cast.actor("heng")
    with pytest.raises(ActionError, match="not answered"):
        on_paper.settle(heng, paper=paper.id, resolution="Too early")
    done = handoffs.accept(cast.actor("tao"), handoff=made.object.id)
    assert done.state == "done" and done.decision.outcome == "refuse"
    moved = m.Copy.objects.get(id=copies[0].id)
    assert moved.custodian_party_id == cast.party("westgate"), "the book says where it really is"
    assert moved.system_id == cast.systems["office_pc"].id
    with pytest.raises(ActionError, match="somebody else"):
        on_paper.settle(cast.actor("mei"), paper=paper.id, resolution="All fine")
    settled = on_paper.settle(heng, paper=paper.id, resolution="Moved to the room the same day")
    assert settled.object.state is PaperState.SETTLED
    with pytest.raises(NotNow):
        on_paper.settle(heng, paper=paper.id, resolution="Again")
    assert {r.verdict for r in replay_all()} == {"same"}
    all_is_told()


def test_a_rule_that_bars_only_at_the_confirmation_is_told_too(
    cast: people.Cast, project: m.Project, hop: m.Hop, copies: list[m.Copy]
) -> None:
    (form,) = issued(cast, project)
    made = handed(cast, hop, copies[:1], form.number)
    approval = m.Approval.objects.filter(hop=hop).latest("created_at")
    hops.revoke(cast.actor("heng"), approval=approval.id, reason="The contract ended")
    assert m.PaperHandoff.objects.get().state is PaperState.IN_ORDER
    done = handoffs.accept(cast.actor("tao"), handoff=made.object.id)
    assert done.state == "done" and done.decision.outcome == "refuse"
    paper = m.PaperHandoff.objects.get()
    assert paper.state is PaperState.WITHOUT_LEAVE and paper.due
    all_is_told()


def test_nobody_confirms_what_they_handed_over_or_entered(
    cast: people.Cast, project: m.Project, hop: m.Hop, copies: list[m.Copy]
) -> None:
    (form,) = issued(cast, project)
    made = handed(cast, hop, copies[:1], form.number).object
    with pytest.raises(NotPermitted):
        handoffs.accept(cast.actor("mei"), handoff=made.id)
    m.PaperHandoff.objects.update(entered_by=cast.people["tao"])
    with pytest.raises(ActionError, match="somebody else must confirm"):
        handoffs.accept(cast.actor("tao"), handoff=made.id)
    m.PaperHandoff.objects.update(entered_by=cast.people["mei"])
    m.Handoff.objects.filter(id=made.id).update(sender_person=cast.people["tao"])
    assert handoffs.accept(cast.actor("tao"), handoff=made.id).state == "refused", "HND-03 stays what it is"
    assert m.Copy.objects.get(id=copies[0].id).custodian_party_id == cast.party("northfield")


@pytest.mark.parametrize(
    ("case", "about"),
    [
        ("unknown", "form"), ("mistyped", "form"), ("not issued", "form"), ("of another party", "form"),
        ("of another project", "form"), ("used", "form"), ("spoiled", "form"), ("missing", "form"),
        ("before it was issued", "took_place_at"), ("ahead", "took_place_at"), ("no reason", "reason"),
        ("a stranger handed over", "handed_over_by"), ("copies elsewhere", "copies"),
    ],
)  # fmt: skip
def test_what_a_number_cannot_be_used_for_is_refused_clearly(
    cast: people.Cast, project: m.Project, hop: m.Hop, copies: list[m.Copy], case: str, about: str
) -> None:
    form, spare = issued(cast, project, count=2)
    number = form.number
    more: dict[str, Any] = {}
    if case == "unknown":
        number = next(
            n for n in (f"BR-999999-{c}" for c in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") if is_valid(n)
        )
    elif case == "mistyped":
        number = form.number[:-1] + ("A" if form.number[-1] != "A" else "B")
    elif case == "not issued":
        number = printed(cast, project, 1)[0].number
    elif case == "of another party":
        number = issued(cast, project, "tao", "westgate")[0].number
    elif case == "of another project":
        number = issued(cast, people.open_project(cast, "PP-2", "Other"))[0].number
    elif case == "used":
        handed(cast, hop, copies[1:2], form.number)
    elif case == "spoiled":
        blanks.spoil(cast.actor("yu"), form=form.id, reason="Torn")
    elif case == "missing":
        blanks.miss(cast.actor("yu"), form=form.id, reason="Gone")
    elif case == "before it was issued":
        more = {"at": timezone.now() - dt.timedelta(hours=2)}
    elif case == "ahead":
        more = {"at": timezone.now() + dt.timedelta(hours=2)}
    elif case == "no reason":
        more = {"reason": "  "}
    elif case == "a stranger handed over":
        more = {"by": cast.people["bo"].id}
    else:
        handoffs.accept(cast.actor("tao"), handoff=handed(cast, hop, copies[:1], spare.number).object.id)
    before, kept = record.history(), m.Handoff.objects.count()
    file = scan()
    with pytest.raises(ActionError) as told:
        handed(cast, hop, copies[:1], number, file=file, **more)
    assert told.value.about == about
    assert m.Handoff.objects.count() == kept and len(list(record.history())) == len(list(before))
    assert not m.EvidenceFile.objects.filter(id=file.id).exists()


def test_a_number_whose_entry_was_refused_by_the_receiver_is_entered_anew(
    cast: people.Cast, project: m.Project, hop: m.Hop, copies: list[m.Copy]
) -> None:
    (form,) = issued(cast, project)
    first = handed(cast, hop, copies[:1], form.number, file=scan("One")).object
    handoffs.decline(cast.actor("tao"), handoff=first.id, reason="It was the second copy")
    second = handed(cast, hop, copies[1:2], form.number, file=scan("Two")).object
    form.refresh_from_db()
    assert form.handoff_id == second.id and m.PaperHandoff.objects.filter(form=form).count() == 2
    all_is_told()


def test_only_the_senders_people_enter_and_only_what_the_leg_lets_them(
    cast: people.Cast, project: m.Project, hop: m.Hop, copies: list[m.Copy]
) -> None:
    (form,) = issued(cast, project)
    for who in ("tao", "heng", "an"):
        with pytest.raises(NotPermitted):
            handed(cast, hop, copies[:1], form.number, actor=cast.actor(who))
    handoffs.accept(cast.actor("tao"), handoff=handed(cast, hop, copies[:1], form.number).object.id)
    (back,) = issued(cast, project, "tao", "westgate")
    given = offer(
        cast, hop, copies[:1], "yu", "workstation", leg=Leg.RETURN, statement="Nothing kept", purpose=""
    )
    made = entered(cast.actor("tao"), given, back.number, cast.people["tao"].id)
    assert made.state == "done"
    assert handoffs.accept(cast.actor("yu"), handoff=made.object.id).state == "done"
    assert m.Copy.objects.get(id=copies[0].id).custodian_party_id == cast.party("northfield")


def test_sent_twice_it_is_entered_once(
    cast: people.Cast, project: m.Project, hop: m.Hop, copies: list[m.Copy]
) -> None:
    (form,) = issued(cast, project)
    token, at = m.new_id(), timezone.now()
    made = offer(cast, hop, copies[:1], "tao", "westgate_room")
    both = [
        on_paper.enter(
            cast.actor("mei"), offer=made, form=form.number, handed_over_by=cast.people["yu"].id,
            took_place_at=at, reason="Cut", file=scan(), submission=token,
        )
        for _ in range(2)
    ]  # fmt: skip
    assert both[0].entry == both[1].entry and both[1].again
    assert m.Handoff.objects.count() == 1 and m.EvidenceFile.objects.count() == 1
