"""Incidents: reported by anyone concerned, with a clock that nobody sets, and what they hold."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from custody import models as m
from custody import record
from custody.actions import (
    handoffs,
    hops,
    incident_holds,
    incidents,
    mistakes,
    notices,
    scanning,
    seen_since,
    stock_list,
    stocktaking,
)
from custody.actions.base import ActionError, Actor, Changed, NotPermitted, Outcome
from custody.apply import rebuild
from custody.clock import Clock
from custody.compare import compare
from custody.single import differing
from custody.stories import cast as people
from custody.stories.told import terms
from custody.terms import (
    Channel,
    HandoffState,
    IncidentState,
    Leg,
    NoticeKind,
    ProjectState,
    Role,
    SecondPerson,
    VoteChoice,
)
from custody.transitions import NotNow
from tests.actions.scenes import Scene, done

HOUR = dt.timedelta(hours=1)


def tao(scene: Scene, role: Role = Role.RECIPIENT) -> Actor:
    """Wu Tao, of Westgate, which has the copy and has offered it to Harbour."""
    return scene.as_(role, "sender", "tao")


def lan(scene: Scene, role: Role = Role.MANAGER) -> Actor:
    """Zhou Lan, of Lakeside, which owns the project."""
    return scene.as_(role, "owner", "lan")


def heng(scene: Scene) -> Actor:
    """Zhao Heng, an officer of Northfield, which runs the installation."""
    return scene.as_(Role.OFFICER, "house", "heng")


def told(scene: Scene, **changes: Any) -> incidents.Told:
    given: dict[str, Any] = {
        "what": "The seal is broken 封签破损", "noticed_at": timezone.now(), "copies": [scene.moved.id],
    }  # fmt: skip
    return incidents.Told(**{**given, **changes})


def reported(scene: Scene, actor: Actor | None = None, **changes: Any) -> m.Incident:
    found: m.Incident = done(
        incidents.report(actor or tao(scene), project=scene.project.id, told=told(scene, **changes))
    )
    return found


def notified(scene: Scene, row: m.Incident, actor: Actor | None = None, ago: dt.timedelta = HOUR) -> Any:
    return done(
        incidents.notify(
            actor or heng(scene),
            incident=row.id,
            authority="Secrecy bureau 保密局",
            reference="2026-7",
            notified_at=timezone.now() - ago,
        )
    )


def clock(row: m.Incident) -> Clock:
    return incidents.clocks([m.Incident.objects.get(id=row.id)])[row.id]


def barring(outcome: Outcome) -> set[str]:
    return {f["code"] for f in outcome.decision.findings if f["outcome"] in ("block", "cannot_tell")}


def problems(outcome: Outcome) -> list[str]:
    found: list[str] = next(f for f in outcome.decision.findings if f["code"] == "INC-01")["problems"]
    return found


def all_is_told() -> None:
    """What the ledger tells of every row is what the tables say, all together and one by one."""
    assert list(compare(rebuild())) == []
    for model in (m.Incident, m.IncidentHold, m.Correction):
        for id in model._default_manager.values_list("pk", flat=True):
            assert differing(model, str(id)) == [], model.__name__


def long_ago(monkeypatch: pytest.MonkeyPatch, row: m.Incident, hours: int) -> None:
    """Have the entry of a report read as if it had been recorded some hours earlier."""
    real = record.times_of

    def earlier(entries: Any) -> dict[UUID, dt.datetime]:
        found = real(entries)
        return {id: at - hours * HOUR if id == row.report_entry else at for id, at in found.items()}

    monkeypatch.setattr(record, "times_of", earlier)


# --- the report -------------------------------------------------------------------------------------------


def test_a_recipient_reports_in_three_fields_and_the_clock_starts_with_the_entry(scene: Scene) -> None:
    noticed = timezone.now() - 30 * HOUR
    with pytest.raises(ActionError) as told_so:
        reported(scene, noticed_at=noticed)
    assert told_so.value.about == "sure", "the copy was received since"
    assert not m.Incident.objects.exists()
    row = reported(scene, noticed_at=noticed, sure=True)
    entry = record.entry_of(row.entry)
    assert (row.state, row.hours, row.reported_for_id) == (
        IncidentState.REPORTED, 24, scene.cast.party("westgate"),
    )  # fmt: skip
    assert clock(row) == Clock(entry.at, 24)
    assert clock(row).deadline == entry.at + 24 * HOUR
    assert entry.values["seen_since"] == [str(scene.moved.id)]
    assert row.noticed_at == noticed and entry.values["noticed_at"] == record.time_text(noticed)
    assert not clock(row).late(timezone.now()), "that it was noticed long ago moves nothing"
    all_is_told()


def test_a_time_that_lies_ahead_or_before_all_records_is_no_time_at_which_something_was_noticed(
    scene: Scene,
) -> None:
    for wrong in (timezone.now() + HOUR, dt.datetime(5, 1, 1, tzinfo=dt.UTC)):
        with pytest.raises(ActionError) as told_so:
            reported(scene, noticed_at=wrong)
        assert told_so.value.about == "noticed_at"
    assert not m.Incident.objects.exists()


def test_a_copy_counted_after_a_time_was_seen_since_unless_the_count_was_called_off(scene: Scene) -> None:
    begun = timezone.now()
    counting = done(
        stocktaking.open_stocktake(
            lan(scene),
            asked=stock_list.Asked(
                party=scene.cast.party("lakeside"),
                counter=scene.cast.people["lan"].id,
                second=scene.cast.people["mei"].id,
                second_as=SecondPerson.COUNTER,
                project=scene.project.id,
            ),
        )
    )
    asked = (lan(scene), scene.project, [scene.kept.id])
    assert seen_since.seen_since(*asked, begun - HOUR) == {}, "not seen yet"
    done(scanning.count(lan(scene), stocktake=counting.id, codes=[scene.kept.code]))
    line = m.StocktakeLine.objects.get(copy=scene.kept)
    counted_at = record.times_of([line.entry])[line.entry]
    seen = {str(scene.kept.id): counted_at}
    assert seen_since.seen_since(*asked, counted_at) == {}, "times are told to the minute"
    minute = counted_at.replace(second=0, microsecond=0)
    assert seen_since.seen_since(*asked, minute) == {}
    assert seen_since.seen_since(*asked, minute - dt.timedelta(seconds=1)) == seen
    assert seen_since.seen_since(*asked, begun - HOUR) == seen
    assert seen_since.seen_since(tao(scene), scene.project, [scene.kept.id], begun - HOUR) == {}, (
        "Westgate does not have it"
    )
    done(stocktaking.cancel(lan(scene), stocktake=counting.id, reason="Wrong place"))
    assert seen_since.seen_since(*asked, begun - HOUR) == {}


def test_nothing_named_is_said_to_be_not_known(scene: Scene) -> None:
    with pytest.raises(ActionError) as told_so:
        reported(scene, copies=())
    assert told_so.value.about == "unknown"
    row = reported(scene, copies=(), unknown=True)
    assert (row.copies, row.party_id, row.person_id) == ([], None, None)


def test_what_has_nothing_to_do_with_the_project_is_not_named(scene: Scene) -> None:
    other = people.make_copies(scene.cast, people.open_project(scene.cast, "OTHER-9", "Other"), "O-1", 1)[0]
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("copies", {"copies": [other.id]}),
        ("party", {"party": scene.cast.party("annex")}),
        ("person", {"person": scene.cast.people["shu"].id}),
        ("what", {"what": "   "}),
    ]
    for about, changes in wrong:
        with pytest.raises(ActionError) as told_so:
            reported(scene, **changes)
        assert told_so.value.about == about, about


def test_whoever_stands_for_no_party_of_the_project_reports_nothing(scene: Scene) -> None:
    with pytest.raises(NotPermitted):
        reported(scene, scene.as_(Role.MANAGER, "other", "shu"))
    with pytest.raises(NotPermitted):
        reported(scene, scene.as_(Role.REGULATOR, "owner", "jing"))
    assert reported(scene, scene.as_(Role.RECIPIENT, "receiver", "bo")).reported_for_id == scene.cast.party(
        "harbour"
    )


def test_incidents_of_a_project_are_numbered_through(scene: Scene) -> None:
    assert [reported(scene).number for _ in range(2)] == ["SC-1-I1", "SC-1-I2"]


# --- the way through --------------------------------------------------------------------------------------


def test_an_incident_goes_from_its_report_to_its_findings_and_the_ledger_tells_it(scene: Scene) -> None:
    row = reported(scene)
    done(incidents.triage(lan(scene), incident=row.id, note="Looks bad"))
    done(incidents.contain(lan(scene), incident=row.id, note="Vault shut"))
    assert notified(scene, row).state is IncidentState.NOTIFIED
    done(incidents.contain(lan(scene), incident=row.id, note="Second vault shut"))
    done(incidents.investigate(heng(scene), incident=row.id, note="By two officers"))
    assert notified(scene, row).state is IncidentState.INVESTIGATING, "more authorities may be told"
    ended = done(
        incidents.close(heng(scene), incident=row.id, findings="Worn seal 封签老化", sanctions="Training")
    )
    assert (ended.state, ended.findings, ended.notify_by) == (
        IncidentState.CLOSED,
        "Worn seal 封签老化",
        None,
    )
    with pytest.raises(NotNow):
        incidents.triage(lan(scene), incident=row.id, note="Again")
    all_is_told()


def test_the_first_authority_stops_the_clock_by_the_time_of_the_entry(scene: Scene) -> None:
    row = reported(scene)
    first = notified(scene, row, ago=10 * HOUR)
    again = notified(scene, row)
    assert clock(row).stopped == record.entry_of(first.stop_entry).at
    assert (again.stop_entry, again.authority) == (first.stop_entry, "Secrecy bureau 保密局")
    assert first.notified_at < record.entry_of(first.stop_entry).at - 9 * HOUR, "as stated, beside it"


def test_who_only_receives_reports_and_leads_nothing(scene: Scene) -> None:
    row = reported(scene)
    for actor in (tao(scene), tao(scene, Role.MANAGER), lan(scene, Role.RECIPIENT)):
        for act in (incidents.triage, incidents.contain, incidents.investigate):
            with pytest.raises(NotPermitted):
                act(actor, incident=row.id, note="Mine")
        with pytest.raises(NotPermitted):
            incident_holds.hold(actor, incident=row.id, copies=[scene.moved.id], reason="Mine")


def test_the_reporter_alone_neither_closes_it_nor_calls_it_a_false_alarm(scene: Scene) -> None:
    row = reported(scene, lan(scene))
    notified(scene, row, lan(scene))
    done(incidents.investigate(lan(scene), incident=row.id, note="Myself"))
    for act, words in ((incidents.close, {"findings": "None"}), (incidents.dismiss, {"reason": "None"})):
        with pytest.raises(ActionError, match="somebody else"):
            act(lan(scene), incident=row.id, **words)
    assert done(incidents.dismiss(heng(scene), incident=row.id, reason="Seal was whole")).state is (
        IncidentState.FALSE_ALARM
    )
    all_is_told()


def test_nobody_leads_an_incident_that_names_them(scene: Scene) -> None:
    row = reported(scene, person=scene.cast.people["lan"].id)
    with pytest.raises(ActionError, match="names you"):
        incidents.triage(lan(scene), incident=row.id, note="Nothing in it")
    with pytest.raises(ActionError, match="names you"):
        incident_holds.hold(lan(scene), incident=row.id, copies=[scene.moved.id], reason="Mine")
    done(incidents.triage(heng(scene), incident=row.id, note="Taken up"))


def test_it_is_not_closed_while_its_clock_runs_nor_while_it_holds_something(scene: Scene) -> None:
    row = reported(scene)
    done(incidents.triage(lan(scene), incident=row.id, note="Bad"))
    done(incidents.contain(lan(scene), incident=row.id, note="Shut"))
    done(incidents.investigate(lan(scene), incident=row.id, note="Begun"))
    with pytest.raises(ActionError, match="No authority was notified"):
        incidents.close(heng(scene), incident=row.id, findings="Found")
    notified(scene, row)
    done(incident_holds.hold(lan(scene), incident=row.id, copies=[scene.moved.id], reason="Evidence"))
    for act, words in ((incidents.close, {"findings": "Found"}), (incidents.dismiss, {"reason": "None"})):
        with pytest.raises(ActionError, match="still holds"):
            act(heng(scene), incident=row.id, **words)


def test_an_act_on_an_incident_that_moved_on_is_not_done(scene: Scene) -> None:
    from dataclasses import replace

    row = reported(scene)
    done(incidents.triage(lan(scene), incident=row.id, note="Bad"))
    with pytest.raises(Changed):
        incidents.contain(replace(lan(scene), expects=row.report_entry), incident=row.id, note="Shut")


def test_a_correction_is_a_new_entry_that_names_the_old_one_and_moves_no_clock(scene: Scene) -> None:
    row = reported(scene)
    before = clock(row)
    given: dict[str, Any] = {
        "what": "Two seals are broken", "noticed_at": row.noticed_at - HOUR, "copies": [scene.kept.id],
        "party": scene.cast.party("westgate"), "person": None, "reason": "Counted again",
    }  # fmt: skip
    changed = done(incidents.correct(tao(scene), incident=row.id, **given))
    entry = record.entry_of(changed.entry)
    assert entry.values["corrects"] == str(row.entry)
    old: Any = entry.values["old"]
    assert old["what"] == "The seal is broken 封签破损"
    assert (changed.what, changed.copies) == ("Two seals are broken", [str(scene.kept.id)])
    assert clock(row) == before and changed.report_entry == row.report_entry
    kept = m.Correction.objects.get(object=row.id)
    assert kept.corrects == row.entry and "noticed_at" in kept.changes
    with pytest.raises(ActionError, match="Nothing would change"):
        incidents.correct(tao(scene), incident=row.id, **given)
    with pytest.raises(NotPermitted):
        incidents.correct(scene.as_(Role.MANAGER, "receiver", "bo"), incident=row.id, **given)
    all_is_told()


# --- the clock --------------------------------------------------------------------------------------------


def test_what_was_notified_late_stays_late_whatever_is_said_of_it(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = reported(scene)
    long_ago(monkeypatch, row, 25)
    notified(scene, row, ago=20 * HOUR)
    assert clock(row).late(timezone.now()), "that it was told in time is only stated"
    done(incidents.investigate(heng(scene), incident=row.id, note="Begun"))
    done(incidents.close(heng(scene), incident=row.id, findings="Found"))
    assert clock(row).late(timezone.now() + 1000 * HOUR)


def test_a_false_alarm_stops_the_clock_where_nobody_was_told(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = reported(scene)
    ended = done(incidents.dismiss(lan(scene), incident=row.id, reason="Seal was whole"))
    assert ended.stop_entry == ended.entry and not clock(row).late(timezone.now() + 90 * HOUR)
    long_ago(monkeypatch, row, 30)
    assert clock(row).late(timezone.now()), "and a late one was late all the same"


def test_a_regime_sets_its_own_clock_or_none(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    today = scene.cast.today
    for regime, hours in (
        ("cn_surveying", 24),
        ("cn_surveying_beijing", 24),
        ("us_cui", 72),
        ("generic", 72),
    ):
        scene.project.regime = regime
        assert incidents.hours_of(scene.project, today)[0] == hours, regime
    monkeypatch.setattr(incidents, "hours_of", lambda project, today: (None, "0" * 64))
    row = reported(scene)
    assert incidents.clocks([row]) == {} and row.notify_by is None
    done(incidents.triage(lan(scene), incident=row.id, note="Bad"))
    done(incidents.contain(lan(scene), incident=row.id, note="Shut"))
    done(incidents.investigate(lan(scene), incident=row.id, note="Begun"))
    done(incidents.close(heng(scene), incident=row.id, findings="Found"))


def test_the_clock_rests_on_an_article_that_says_how_far_it_was_checked(scene: Scene) -> None:
    (cited,) = incidents.citations(reported(scene))
    assert "Implementing Regulations" in cited["source"].en and cited["article"].en == "Art. 61"
    assert str(cited["status"]) == "verified"


@pytest.mark.parametrize(
    ("percent", "kind"),
    [
        (49, None),
        (50, NoticeKind.INCIDENT_HALF),
        (79, NoticeKind.INCIDENT_HALF),
        (80, NoticeKind.INCIDENT_MOST),
        (100, NoticeKind.INCIDENT_LATE),
        (300, NoticeKind.INCIDENT_LATE),
    ],
)
def test_who_answers_for_it_is_told_as_the_time_goes(
    scene: Scene, percent: int, kind: NoticeKind | None
) -> None:
    """The manager of whoever reported, and the officers of owner and house; the highest stage alone."""
    for key in scene.cast.people:
        m.User.objects.create_user(key, None, scene.cast.people[key])
    row = reported(scene)
    moment = clock(row).started + 24 * HOUR * percent / 100
    for _ in range(2):
        notices.tell(moment)
    stages = m.Notice.objects.filter(kind__in=notices.CLOCK_STAGES.values())
    told_to = sorted(stages.values_list("kind", "user__username"))
    officers = ["heng", "qiao"]
    assert told_to == ([(kind, who) for who in sorted([*officers, "tao"])] if kind else [])


def test_nobody_is_told_of_time_once_the_authority_knows(scene: Scene) -> None:
    m.User.objects.create_user("heng", None, scene.cast.people["heng"])
    row = reported(scene)
    notified(scene, row)
    notices.tell(clock(row).started + 200 * HOUR)
    assert not m.Notice.objects.filter(kind__in=notices.CLOCK_STAGES.values()).exists()


def test_a_report_is_told_at_once_to_who_answers_and_not_to_who_made_it(scene: Scene) -> None:
    for key in ("lan", "heng", "mei", "tao", "bo"):
        m.User.objects.create_user(key, None, scene.cast.people[key])
    row = reported(scene, lan(scene))
    notices.tell(timezone.now())
    told_to = m.Notice.objects.filter(kind=NoticeKind.INCIDENT_REPORTED, object=row.id)
    assert sorted(told_to.values_list("user__username", flat=True)) == ["heng", "mei"]


# --- what it holds ----------------------------------------------------------------------------------------


def hold(scene: Scene, row: m.Incident, **what: Any) -> m.Incident:
    found: m.Incident = done(
        incident_holds.hold(lan(scene), incident=row.id, **{"reason": "Evidence 证据", **what})
    )
    return found


def release(scene: Scene, row: m.Incident) -> m.Incident:
    live = m.IncidentHold.objects.live().filter(incident=row)
    found: m.Incident = done(
        incident_holds.release(
            heng(scene), incident=row.id, holds=[one.id for one in live], reason="Looked at 已查"
        )
    )
    return found


def accept(scene: Scene) -> Outcome:
    return handoffs.accept(scene.cast.actor("bo"), handoff=scene.handoff.id)


def test_a_held_copy_is_not_signed_for_until_an_officer_releases_it(scene: Scene) -> None:
    row = reported(scene)
    hold(scene, row, copies=[scene.moved.id])
    refused = accept(scene)
    assert refused.state == "refused" and barring(refused) == {"INC-01"} and problems(refused) == ["copies"]
    assert m.Handoff.objects.get(id=scene.handoff.id).state is HandoffState.OFFERED
    with pytest.raises(NotPermitted):
        incident_holds.release(
            lan(scene), incident=row.id, holds=[m.IncidentHold.objects.get().id], reason="x"
        )
    release(scene, row)
    assert accept(scene).state == "done"
    all_is_told()


def test_a_held_copy_is_not_offered(scene: Scene) -> None:
    row = reported(scene)
    hold(scene, row, copies=[scene.kept.id])
    over = {
        "hop": scene.first.id, "copies": [scene.kept.id], "receiver_person": scene.cast.people["tao"].id,
        "system": scene.cast.systems["westgate_room"].id,
    }  # fmt: skip
    refused = handoffs.offer(lan(scene), scene.deal(**over))
    assert refused.state == "refused" and "INC-01" in barring(refused)
    release(scene, row)
    assert handoffs.offer(lan(scene), scene.deal(**over)).state == "done"


def test_a_held_copy_comes_back_where_the_regime_lets_it(scene: Scene) -> None:
    row = reported(scene)
    hold(scene, row, copies=[scene.moved.id])
    done(handoffs.withdraw(scene.cast.actor("tao"), handoff=scene.handoff.id, reason="Held"))
    back = handoffs.Offer(
        hop=scene.first.id,
        copies=[scene.moved.id],
        receiver_person=scene.cast.people["lan"].id,
        purpose="",
        channel=Channel.IN_PERSON,
        system=scene.cast.systems["lakeside_room"].id,
        leg=Leg.RETURN,
        statement="Nothing was copied",
    )
    outcome = handoffs.offer(scene.cast.actor("tao"), back)
    assert "INC-01" not in barring(outcome) and outcome.state == "done"


def test_all_copies_that_a_party_has_are_held_together(scene: Scene) -> None:
    row = reported(scene)
    hold(scene, row, copies_of=scene.cast.party("westgate"))
    assert [one.copy_id for one in m.IncidentHold.objects.live()] == [scene.moved.id]
    with pytest.raises(ActionError, match="already"):
        hold(scene, row, copies=[scene.moved.id])
    entry = record.entry_of(m.Incident.objects.get(id=row.id).entry)
    assert entry.values["copies"] == [str(scene.moved.id)]


def test_a_held_party_gets_no_copies_and_no_subcontract_and_passes_none_on(scene: Scene) -> None:
    row = reported(scene)
    hold(scene, row, party=scene.cast.party("harbour"))
    refused = accept(scene)
    assert barring(refused) == {"INC-01"} and problems(refused) == ["party"]
    asked = hops.request(
        lan(scene),
        project=scene.project.id,
        parent=None,
        terms=terms(
            scene.cast, "harbour", "More 更多", share=Decimal("1.00"), payer=scene.project.owner_party_id
        ),
    )
    assert asked.state == "refused" and "INC-01" in barring(asked)
    voted = hops.vote(
        scene.cast.actor("heng"), approval=scene.asked.id, choice=VoteChoice.APPROVE, reason="In order"
    )
    assert voted.state == "refused" and "INC-01" in barring(voted)
    release(scene, row)
    assert accept(scene).state == "done"


def test_a_hold_in_one_project_holds_nothing_in_another(scene: Scene) -> None:
    row = reported(scene)
    hold(scene, row, party=scene.cast.party("westgate"))
    other = people.open_project(scene.cast, "OTHER-8", "Other")
    asked = hops.request(
        scene.cast.actor("mei"), project=other.id, parent=None,
        terms=terms(scene.cast, "westgate", "Elsewhere 别处"),
    )  # fmt: skip
    assert "INC-01" not in barring(asked) if asked.decision and asked.state == "refused" else True


def test_two_incidents_that_hold_one_copy_both_have_to_let_it_go(scene: Scene) -> None:
    first, second = reported(scene), reported(scene)
    for row in (first, second):
        hold(scene, row, copies=[scene.moved.id])
    release(scene, first)
    assert "INC-01" in barring(accept(scene))
    release(scene, second)
    assert accept(scene).state == "done"


def test_what_an_incident_does_not_hold_it_cannot_release(scene: Scene) -> None:
    first, second = reported(scene), reported(scene)
    hold(scene, first, copies=[scene.moved.id])
    one = m.IncidentHold.objects.get()
    for holds in ([], [one.id, m.new_id()]):
        with pytest.raises(ActionError) as told_so:
            incident_holds.release(heng(scene), incident=first.id, holds=holds, reason="x")
        assert told_so.value.about == "holds"
    with pytest.raises(ActionError):
        incident_holds.release(heng(scene), incident=second.id, holds=[one.id], reason="x")
    release(scene, first)
    with pytest.raises(ActionError):
        incident_holds.release(heng(scene), incident=first.id, holds=[one.id], reason="x")


def test_an_incident_of_the_recipient_that_nobody_notified_in_time_warns_whoever_offers_more(
    scene: Scene,
) -> None:
    row = reported(scene, party=scene.cast.party("harbour"))
    m.Incident.objects.filter(id=row.id).update(notify_by=timezone.now() - HOUR)
    outcome = accept(scene)
    finding = next(f for f in outcome.decision.findings if f["code"] == "INC-01")
    assert (outcome.state, finding["outcome"], finding["problems"]) == ("done", "warn", ["late"])


# --- who sees it ------------------------------------------------------------------------------------------


def test_a_contractor_sees_what_it_reported_and_no_other(scene: Scene) -> None:
    users = {
        key: m.User.objects.create_user(key, None, scene.cast.people[key])
        for key in ("tao", "bo", "lan", "mei", "jing")
    }
    row = reported(scene, party=scene.cast.party("harbour"))
    hold(scene, row, copies=[scene.moved.id])
    seen = {key: m.Incident.objects.visible_to(user).count() for key, user in users.items()}
    assert seen == {"tao": 1, "bo": 0, "lan": 1, "mei": 1, "jing": 0}
    held = {key: m.IncidentHold.objects.visible_to(user).count() for key, user in users.items()}
    assert held == seen
    m.Grant.objects.create(
        entry=m.new_id(), person=scene.cast.people["jing"], project=scene.project,
        starts=scene.cast.today - dt.timedelta(days=1), ends=scene.cast.today + dt.timedelta(days=1),
    )  # fmt: skip
    jing = m.User.objects.get(username="jing")
    assert m.Incident.objects.visible_to(jing).count() == 1, "the house may have given her a grant"


def test_an_incident_of_a_closed_project_is_still_reported(scene: Scene) -> None:
    m.Project.objects.filter(id=scene.project.id).update(state=ProjectState.CLOSED)
    assert reported(scene).serial == 1


def test_a_mistaken_receipt_says_nothing_about_what_is_held(scene: Scene) -> None:
    """Custody goes back to the sender, where the incident still holds the copy."""
    done(accept(scene))
    row = reported(scene)
    hold(scene, row, copies=[scene.moved.id])
    done(mistakes.accepted_by_mistake(scene.cast.actor("bo"), handoff=scene.handoff.id, reason="Wrong room"))
    done(mistakes.agree(scene.cast.actor("tao"), handoff=scene.handoff.id))
    assert m.IncidentHold.objects.live().filter(copy=scene.moved).exists()
    assert "INC-01" in barring(handoffs.offer(scene.cast.actor("tao"), scene.deal()))
