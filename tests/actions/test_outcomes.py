"""What an act comes to: refused and recorded, sent twice, explained, turned away; and who may not decide."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter
from typing import Any
from uuid import uuid4

import pytest

from custody import models as m
from custody.actions import base, handoffs, hops, projects, refusals, registers
from custody.actions.base import ActionError, Actor, NotPermitted, TooManyRefusals
from custody.stories import cast as people
from custody.stories import copying as leave
from custody.stories.told import terms
from custody.terms import CopyState, DecisionOutcome, HandoffState, Role, Source, VoteChoice
from custody.transitions import NotNow
from ledger import api as ledger
from ledger.models import Entry
from tests.actions.scenes import Scene, done, everything


def kinds() -> Counter[str]:
    return Counter(str(ledger.read(id).values["kind"]) for id in Entry.objects.values_list("id", flat=True))


def barring(outcome: base.Outcome) -> set[str]:
    return {f["code"] for f in outcome.decision.findings if f["outcome"] in ("block", "cannot_tell")}


def at(monkeypatch: pytest.MonkeyPatch, moment: dt.datetime) -> None:
    """Set the clock of the acts; the ledger keeps its own."""
    monkeypatch.setattr(base, "database_now", lambda: moment)
    monkeypatch.setattr(base, "_moment", lambda: (moment, False))


# --- refused ----------------------------------------------------------------------------------------------


def test_a_refusal_is_an_entry_with_its_decision_and_both_rows_and_changes_nothing_else(scene: Scene) -> None:
    before = everything()
    deal = scene.deal(copies=[scene.kept.id], system=scene.cast.systems["office_pc"].id)
    outcome = handoffs.offer(scene.as_(Role.MANAGER, "owner", "lan"), deal)
    assert outcome.state == "refused" and "SYS-01" in barring(outcome)
    after = everything()
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"entries", "Decision", "Refusal"}
    assert after["entries"] == before["entries"] + 1
    entry = ledger.read(outcome.entry)
    assert entry.values["kind"] == "attempt.refused/1" and entry.stream_name == scene.project.stream
    assert entry.values["decision"]["id"] == str(outcome.decision.id)  # type: ignore[index, call-overload]
    assert entry.values["attempt"]["copies"] == [str(scene.kept.id)]  # type: ignore[index, call-overload]
    assert any(name.startswith("facts/party:") for name in entry.values)
    refusal = m.Refusal.objects.get(id=outcome.object.id)
    assert (refusal.entry, refusal.decision.entry) == (outcome.entry, outcome.entry)
    assert refusal.decision.outcome is DecisionOutcome.REFUSE


def test_a_copy_of_another_project_cannot_travel_here(scene: Scene) -> None:
    cast = scene.cast
    other = people.open_project(cast, "SC-2", "Another", regime="cn_surveying")
    copy = people.make_copies(cast, other, "OTHER", 1)[0]
    m.Copy.objects.filter(id=copy.id).update(custodian_party=scene.moved.custodian_party)
    before = everything()
    with pytest.raises(ActionError) as told:
        handoffs.offer(cast.actor("tao"), scene.deal(copies=[copy.id]))
    assert told.value.about == "copies"
    assert everything() == before


def test_an_unknown_copy_is_refused_as_not_known(scene: Scene) -> None:
    outcome = handoffs.offer(cast_tao(scene), scene.deal(copies=[uuid4()]))
    assert outcome.state == "refused" and "CPY-01" in barring(outcome)


def cast_tao(scene: Scene) -> Actor:
    return scene.cast.actor("tao")


def test_accepting_after_a_revocation_is_refused_and_the_copies_stay_as_they_were(scene: Scene) -> None:
    heng = scene.cast.actor("heng")
    hops.revoke(heng, approval=m.Approval.objects.get(hop=scene.first).id, reason="Found out 发现问题")
    outcome = handoffs.accept(scene.cast.actor("bo"), handoff=scene.handoff.id)
    assert outcome.state == "refused" and {"HOP-01", "APR-02"} <= barring(outcome)
    copy = m.Copy.objects.get(id=scene.moved.id)
    assert (copy.state, copy.custodian_party_id) == (CopyState.OFFERED, scene.cast.party("westgate"))
    assert m.Handoff.objects.get(id=scene.handoff.id).state is HandoffState.OFFERED
    done(handoffs.withdraw(scene.cast.actor("tao"), handoff=scene.handoff.id, reason="Revoked 已撤销"))
    copy.refresh_from_db()
    assert (copy.state, copy.offered_in_id) == (CopyState.HELD, None)


def test_only_the_named_person_signs_the_receipt(scene: Scene) -> None:
    colleague = scene.as_(Role.RECIPIENT, "receiver", "shu")
    outcome = handoffs.accept(colleague, handoff=scene.handoff.id)
    assert outcome.state == "refused" and "HND-03" in barring(outcome)


# --- sent twice -------------------------------------------------------------------------------------------


def twice(scene: Scene) -> dict[str, Any]:
    """Each act that a form sends, with a token."""
    cast = scene.cast
    lan = scene.as_(Role.MANAGER, "owner", "lan")
    return {
        "offer": lambda t: handoffs.offer(
            lan,
            scene.deal(
                hop=scene.first.id,
                copies=[scene.kept.id],
                receiver_person=cast.people["tao"].id,
                system=cast.systems["westgate_room"].id,
            ),
            submission=t,
        ),
        "refused offer": lambda t: handoffs.offer(
            lan, scene.deal(copies=[scene.kept.id], system=cast.systems["office_pc"].id), submission=t
        ),
        "accept": lambda t: handoffs.accept(cast.actor("bo"), handoff=scene.handoff.id, submission=t),
        "request": lambda t: hops.request(
            lan,
            project=scene.project.id,
            parent=None,
            terms=terms(cast, "northfield", "Check 检查"),
            submission=t,
        ),
        "vote": lambda t: hops.vote(
            cast.actor("heng"),
            approval=scene.asked.id,
            choice=VoteChoice.APPROVE,
            reason="In order 同意",
            submission=t,
        ),
        "open": lambda t: projects.open_project(
            cast.actor("mei"),
            code="T-1",
            title="T",
            regime="cn_surveying",
            level="neibu",
            owner_party=cast.party("northfield"),
            client_party=cast.party("bureau"),
            ultimate_client_party=cast.party("bureau"),
            submission=t,
        ),
        "item": lambda t: projects.register_item(
            lan, project=scene.project.id, codename="T-1", level=people.LEVEL, submission=t
        ),
        "mint": lambda t: projects.mint_copies(lan, item=scene.item.id, count=2, submission=t),
    }


@pytest.mark.parametrize(
    "name", ["offer", "refused offer", "accept", "request", "vote", "open", "item", "mint"]
)
def test_a_form_sent_twice_has_one_effect_and_one_answer(scene: Scene, name: str) -> None:
    act, token = twice(scene)[name], uuid4()
    if name == "mint":
        leave.permitted(scene.cast, scene.item.id)
    first = act(token)
    before = everything()
    again = act(token)
    assert everything() == before
    assert (again.state, again.entry) == (first.state, first.entry)
    assert again.object == first.object
    if first.decision is not None:
        assert again.decision == first.decision


def test_a_token_serves_one_person_and_one_act(scene: Scene) -> None:
    acts, token = twice(scene), uuid4()
    acts["item"](token)
    before = everything()
    with pytest.raises(ActionError, match="something else"):
        acts["mint"](token)
    with pytest.raises(ActionError, match="something else"):
        projects.register_item(
            scene.as_(Role.CUSTODIAN, "owner", "yu"),
            project=scene.project.id,
            codename="T-1",
            level=people.LEVEL,
            submission=token,
        )
    assert everything() == before


def test_a_form_that_could_not_be_taken_may_be_sent_again(scene: Scene) -> None:
    lan, token = scene.as_(Role.MANAGER, "owner", "lan"), uuid4()
    item: dict[str, Any] = {"project": scene.project.id, "level": people.LEVEL, "submission": token}
    with pytest.raises(ActionError):
        projects.register_item(lan, codename="SC-A", **item)  # taken by another item
    assert projects.register_item(lan, codename="SC-B", **item).state == "done"


# --- explained --------------------------------------------------------------------------------------------


@pytest.fixture
def refused(scene: Scene) -> m.Refusal:
    outcome = handoffs.offer(
        scene.as_(Role.MANAGER, "owner", "lan"),
        scene.deal(copies=[scene.kept.id], system=scene.cast.systems["office_pc"].id),
    )
    refusal: m.Refusal = outcome.object
    return refusal


def test_a_reason_is_added_once_by_the_person_and_nobody_else(scene: Scene, refused: m.Refusal) -> None:
    for other in ("mei", "heng", "tao"):
        with pytest.raises(NotPermitted):
            refusals.explain(scene.cast.actor(other), refusal=refused.id, reason="Not mine")
    lan = scene.as_(Role.MANAGER, "owner", "lan")
    with pytest.raises(ActionError) as told:
        refusals.explain(lan, refusal=refused.id, reason="  ")
    assert told.value.about == "reason"
    outcome = refusals.explain(lan, refusal=refused.id, reason="I took the wrong computer 选错电脑")
    assert ledger.read(outcome.entry).values["reason"] == "I took the wrong computer 选错电脑"
    with pytest.raises(ActionError, match="once"):
        refusals.explain(lan, refusal=refused.id, reason="Another story")
    assert m.Refusal.objects.get(id=refused.id).reason.startswith("I took")


@pytest.mark.parametrize(("seconds", "in_time"), [(24 * 3600, True), (24 * 3600 + 1, False)])
def test_a_reason_is_added_within_24_hours(
    scene: Scene, refused: m.Refusal, monkeypatch: pytest.MonkeyPatch, seconds: int, in_time: bool
) -> None:
    at(monkeypatch, refused.attempted_at + dt.timedelta(seconds=seconds))
    lan = scene.as_(Role.MANAGER, "owner", "lan")
    if in_time:
        assert refusals.explain(lan, refusal=refused.id, reason="Late, but in time").state == "done"
    else:
        with pytest.raises(ActionError, match="24 hours"):
            refusals.explain(lan, refusal=refused.id, reason="Too late")


# --- turned away ------------------------------------------------------------------------------------------


def test_after_thirty_refusals_in_an_hour_one_entry_stands_for_the_rest(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    lan = scene.as_(Role.MANAGER, "owner", "lan")
    deal = scene.deal(copies=[scene.kept.id], system=scene.cast.systems["office_pc"].id)
    noon = dt.datetime.now(dt.UTC).replace(minute=10, second=0, microsecond=0)
    at(monkeypatch, noon)
    for _ in range(30):
        assert handoffs.offer(lan, deal).state == "refused"
    before = kinds()
    token = uuid4()
    for _ in range(3):
        with pytest.raises(TooManyRefusals):
            handoffs.offer(lan, deal, submission=token)
    assert kinds() - before == Counter({"refusals.throttled/1": 1})
    assert m.Refusal.objects.filter(attempted_by=lan.person).count() == 30
    assert m.RefusalPause.objects.get().attempts == 3
    # what the rules allow still goes through, and other people are not touched
    good = scene.deal(
        hop=scene.first.id,
        copies=[scene.kept.id],
        receiver_person=scene.cast.people["tao"].id,
        system=scene.cast.systems["westgate_room"].id,
    )
    offered = done(handoffs.offer(lan, good))
    handoffs.withdraw(lan, handoff=offered.id, reason="Only a test")
    assert handoffs.offer(scene.as_(Role.MANAGER, "owner", "mei"), deal).state == "refused"
    # an hour later it is listed one by one again; another hour turned away is another entry
    at(monkeypatch, noon + dt.timedelta(minutes=61))
    assert handoffs.offer(lan, deal).state == "refused"
    assert kinds()["refusals.throttled/1"] == 1


def test_paper_and_imports_are_not_turned_away(scene: Scene) -> None:
    deal = scene.deal(copies=[scene.kept.id], system=scene.cast.systems["office_pc"].id)
    actor = scene.as_(Role.MANAGER, "owner", "lan", Source.PAPER)
    for _ in range(32):
        assert handoffs.offer(actor, deal).state == "refused"


# --- who may not decide -----------------------------------------------------------------------------------


def test_a_vote_on_a_page_that_is_out_of_date_saves_nothing(scene: Scene) -> None:
    cast, heng = scene.cast, scene.cast.actor("heng")
    now = base.database_now()
    shown = hops.preview_vote(heng, scene.asked, now)
    digest = hops.record.digest_of_text(hops.statement(scene.asked, shown, VoteChoice.APPROVE, heng.human()))
    people.qualify(cast, cast.party("harbour"), "A", "NEW-PAPER")
    before = everything()
    with pytest.raises(ActionError, match="facts have changed"):
        hops.vote(
            heng,
            approval=scene.asked.id,
            choice=VoteChoice.APPROVE,
            reason="In order",
            statement_sha256=digest,
        )
    assert everything() == before
    shown = hops.preview_vote(heng, scene.asked, base.database_now())
    digest = hops.record.digest_of_text(hops.statement(scene.asked, shown, VoteChoice.APPROVE, heng.human()))
    voted = hops.vote(
        heng, approval=scene.asked.id, choice=VoteChoice.APPROVE, reason="In order", statement_sha256=digest
    )
    assert voted.state == "done"
    assert m.Vote.objects.get(approval=scene.asked).statement_sha256 == digest


def test_an_officer_who_asked_for_the_subcontract_cannot_approve_it(scene: Scene) -> None:
    own = scene.as_(Role.OFFICER, "house", "lan")  # Zhou Lan asked for it
    outcome = hops.vote(own, approval=scene.asked.id, choice=VoteChoice.APPROVE, reason="I want it")
    assert outcome.state == "refused" and "APR-04" in barring(outcome)
    assert m.Approval.objects.get(id=scene.asked.id).state == "requested"


def test_an_officer_who_belongs_to_the_recipient_cannot_approve_it(scene: Scene) -> None:
    cast = scene.cast
    registers.give_membership(
        Actor.setup(),
        person=cast.people["qiao"].id,
        party=cast.party("harbour"),
        role=Role.CUSTODIAN,
        starts=cast.today,
    )
    outcome = hops.vote(
        cast.actor("qiao"), approval=scene.asked.id, choice=VoteChoice.APPROVE, reason="Friends of mine"
    )
    assert outcome.state == "refused" and "APR-04" in barring(outcome)


def test_a_decided_request_is_not_decided_again(scene: Scene) -> None:
    heng, qiao = scene.cast.actor("heng"), scene.cast.actor("qiao")
    done(hops.vote(heng, approval=scene.asked.id, choice=VoteChoice.DENY, reason="No need 无必要"))
    before = everything()
    for choice in VoteChoice:
        with pytest.raises(NotNow):
            hops.vote(qiao, approval=scene.asked.id, choice=choice, reason="But I want")
    with pytest.raises(NotNow):
        hops.revoke(qiao, approval=scene.asked.id, reason="Not granted at all")
    assert everything() == before


def test_nobody_verifies_an_own_record(scene: Scene) -> None:
    before = everything()
    recorder = scene.as_(Role.OFFICER, "house", "mei")
    with pytest.raises(ActionError, match="somebody else must verify"):
        registers.verify_qualification(
            recorder, qualification=scene.paper.id, on=scene.cast.today, how="I looked"
        )
    assert everything() == before


# --- days and times ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("clock", "day_of_plan", "state"), [("23:59", 0, "done"), ("00:01", 1, "refused")])
def test_a_handoff_is_possible_until_the_last_minute_of_the_last_day_where_the_regime_lives(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, clock: str, day_of_plan: int, state: str
) -> None:
    cast, lan = scene.cast, scene.as_(Role.MANAGER, "owner", "lan")
    last = cast.today + dt.timedelta(days=3)
    m.Hop.objects.filter(id=scene.first.id).update(ends=last)
    approved = m.Approval.objects.get(hop=scene.first.id)
    approved.subject = {**approved.subject, "ends": last.isoformat()}
    approved.save()
    hour, minute = map(int, clock.split(":"))
    beijing = dt.timezone(dt.timedelta(hours=8))
    day = last + dt.timedelta(days=day_of_plan)
    at(monkeypatch, dt.datetime(day.year, day.month, day.day, hour, minute, tzinfo=beijing))
    outcome = handoffs.offer(
        lan,
        scene.deal(
            hop=scene.first.id,
            copies=[scene.kept.id],
            receiver_person=cast.people["tao"].id,
            system=cast.systems["westgate_room"].id,
            due_back=last,
        ),
    )
    assert (outcome.state, barring(outcome) & {"HOP-01"}) == (
        state,
        {"HOP-01"} if state == "refused" else set(),
    )


def test_a_membership_that_begins_today_counts_where_the_regime_lives(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At 00:01 in Beijing it is still yesterday in UTC: the facts must take the regime's day."""
    cast = scene.cast
    day = cast.today + dt.timedelta(days=2)
    registers.give_membership(
        Actor.setup(),
        person=cast.people["shu"].id,
        party=cast.party("harbour"),
        role=Role.RECIPIENT,
        starts=day,
    )
    m.Handoff.objects.filter(id=scene.handoff.id).update(receiver_person=cast.people["shu"])
    actor = scene.as_(Role.RECIPIENT, "receiver", "shu")
    beijing = dt.timezone(dt.timedelta(hours=8))
    at(monkeypatch, dt.datetime(day.year, day.month, day.day, 0, 1, tzinfo=beijing) - dt.timedelta(minutes=2))
    early = handoffs.accept(actor, handoff=scene.handoff.id)
    assert early.state == "refused" and "HND-03" in barring(early)
    at(monkeypatch, dt.datetime(day.year, day.month, day.day, 0, 1, tzinfo=beijing))
    assert handoffs.accept(actor, handoff=scene.handoff.id).state == "done"


def test_a_time_that_lies_ahead_of_the_clock_is_not_taken(scene: Scene) -> None:
    lan = scene.as_(Role.MANAGER, "owner", "lan")
    later = base.database_now() + dt.timedelta(hours=1)
    for claimed in (later, later.replace(tzinfo=None)):
        with pytest.raises(ActionError) as told:
            handoffs.offer(lan, scene.deal(), took_place_at=claimed)
        assert told.value.about == "took_place_at"


def test_a_time_of_paper_stands_beside_the_recorded_time(scene: Scene) -> None:
    lan = scene.as_(Role.MANAGER, "owner", "lan", Source.PAPER)
    earlier = base.database_now() - dt.timedelta(days=2)
    outcome = handoffs.offer(
        lan,
        scene.deal(
            hop=scene.first.id,
            copies=[scene.kept.id],
            receiver_person=scene.cast.people["tao"].id,
            system=scene.cast.systems["westgate_room"].id,
        ),
        took_place_at=earlier,
    )
    entry = ledger.read(outcome.entry)
    assert entry.values["source"] == "paper"
    assert entry.values["took_place_at"] == earlier.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    assert entry.at > earlier + dt.timedelta(days=1)


def test_an_act_for_another_party_names_it(scene: Scene) -> None:
    """The house offers what Lakeside holds: the entry says on whose behalf."""
    deal = scene.deal(
        hop=scene.first.id,
        copies=[scene.kept.id],
        receiver_person=scene.cast.people["tao"].id,
        system=scene.cast.systems["westgate_room"].id,
    )
    outcome = handoffs.offer(scene.cast.actor("mei"), deal)
    assert ledger.read(outcome.entry).values["on_behalf_of"] == str(scene.cast.party("lakeside"))


def test_the_installation_itself_cannot_offer_vote_or_be_refused(scene: Scene) -> None:
    setup = Actor.setup()
    for call in (
        lambda: handoffs.offer(setup, scene.deal()),
        lambda: hops.vote(setup, approval=scene.asked.id, choice=VoteChoice.APPROVE, reason="By itself"),
    ):
        before = everything()
        with pytest.raises(ActionError):
            call()
        assert everything() == before


def test_a_blocked_offer_that_names_an_outsider_is_recorded_like_any_other(scene: Scene) -> None:
    """What the rules refuse is recorded whatever else is wrong with it; only then is the name looked at."""
    cast, lan = scene.cast, scene.as_(Role.MANAGER, "owner", "lan")
    deal = scene.deal(
        hop=scene.first.id,
        copies=[scene.kept.id],
        receiver_person=cast.people["shu"].id,
        system=cast.systems["westgate_room"].id,
    )
    blocked = handoffs.offer(lan, dataclasses.replace(deal, system=cast.systems["office_pc"].id))
    assert blocked.state == "refused"
    assert m.Refusal.objects.get(id=blocked.object.id).attempt["receiver_person"] == str(deal.receiver_person)
    with pytest.raises(ActionError) as told:
        handoffs.offer(lan, deal)
    assert told.value.about == "receiver_person"
