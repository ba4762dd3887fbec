"""Who is told what, and when: each thing and stage once, to those whom it concerns."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone

from custody import models as m
from custody import regimes
from custody.actions import advising, handoffs, hops, notices, qualifications, reports
from custody.stories import cast as people
from custody.stories import destruction as batches
from custody.terms import HandoffState, NoticeKind, ReportState, Stance, VoteChoice
from tests.actions.scenes import Scene, counted, done, set_up

DAY = dt.timedelta(days=1)


@pytest.fixture
def scene(acts_stage: Scene) -> Scene:
    return signed_in(acts_stage)


def signed_in(scene: Scene) -> Scene:
    """Give everybody a sign-in."""
    for key, person in scene.cast.people.items():
        m.User.objects.create_user(key, None, person)
    return scene


def tell(after: dt.timedelta = dt.timedelta()) -> None:
    notices.tell(timezone.now() + after)


def told(kind: NoticeKind, **about: Any) -> list[tuple[str, int | None]]:
    """Return who was told, with the stage, in order."""
    rows = m.Notice.objects.filter(kind=kind, **about)
    return sorted(rows.values_list("user__username", "stage"), key=lambda row: (-(row[1] or 0), row[0]))


def everybody(*keys: str) -> list[tuple[str, None]]:
    return [(key, None) for key in sorted(keys)]


def lent(scene: Scene, due: dt.date) -> m.Handoff:
    """Return the handoff by which Westgate got the copy, to be returned by a day."""
    row: m.Handoff = m.Handoff.objects.get(hop=scene.first, state=HandoffState.ACCEPTED)
    m.Handoff.objects.filter(id=row.id).update(due_back=due)
    return row


# --- what happened ----------------------------------------------------------------------------------------


def test_an_offer_is_told_to_those_of_the_receiver_who_may_accept_and_to_nobody_else(scene: Scene) -> None:
    tell()
    assert told(NoticeKind.OFFER_TO_ANSWER) == everybody("bo")


def test_an_answer_is_told_to_who_offered(scene: Scene) -> None:
    done(handoffs.decline(scene.cast.actor("bo"), handoff=scene.handoff.id, reason="Torn"))
    tell()
    assert told(NoticeKind.OFFER_ANSWERED, object=scene.handoff.id) == everybody("tao")
    assert told(NoticeKind.OFFER_TO_ANSWER) == [], "it was answered before anybody was told"


def test_a_lapse_is_told_to_who_offered_and_what_is_late_to_both_sides(scene: Scene) -> None:
    today, row = scene.cast.today, m.Handoff.objects.filter(id=scene.handoff.id)
    way = m.Dispatch.objects.create(
        entry=m.new_id(), handoff=scene.handoff, left_on=today, expected_on=today, carrier="Post", packages=1
    )
    tell()
    assert told(NoticeKind.COPIES_LATE) == told(NoticeKind.OFFER_LAPSED) == [], "the re-check says so first"
    m.Dispatch.objects.filter(id=way.id).update(late_since=today)
    tell()
    tell()
    assert told(NoticeKind.COPIES_LATE) == everybody("bo", "tao")
    row.update(state=HandoffState.LAPSED, answered_at=timezone.now())
    tell()
    tell()
    assert told(NoticeKind.OFFER_LAPSED) == everybody("tao")


def test_a_request_is_told_to_officers_and_its_decision_to_who_asked(scene: Scene) -> None:
    tell()
    assert told(NoticeKind.APPROVAL_TO_DECIDE) == everybody("heng", "qiao")
    assert told(NoticeKind.APPROVAL_DECIDED, object=scene.asked.id) == []
    heng = scene.cast.actor("heng")
    done(hops.vote(heng, approval=scene.asked.id, choice=VoteChoice.DENY, reason="Not in order"))
    tell()
    assert told(NoticeKind.APPROVAL_DECIDED, object=scene.asked.id) == everybody("lan")


def test_who_asked_is_told_once_that_an_officer_wants_something_first(scene: Scene) -> None:
    heng = scene.cast.actor("heng")
    for stance in (Stance.AGAINST, Stance.CHANGES, Stance.CHANGES):
        done(advising.advise(heng, approval=scene.asked.id, stance=stance, reason="The agreement is missing"))
        tell()
        wanted = everybody("lan") if stance is Stance.CHANGES else []
        assert told(NoticeKind.CHANGES_ASKED, object=scene.asked.id) == wanted


def test_an_officer_is_not_told_of_an_own_request(scene: Scene) -> None:
    m.Approval.objects.filter(id=scene.asked.id).update(requested_by=scene.cast.people["heng"])
    tell()
    assert told(NoticeKind.APPROVAL_TO_DECIDE) == everybody("qiao")


def test_a_destruction_is_told_to_officers_who_did_not_ask_for_it(scene: Scene) -> None:
    batches.requested(scene.cast, scene.project, [scene.kept], "lan")
    tell()
    assert told(NoticeKind.DESTRUCTION_TO_DECIDE) == everybody("heng", "qiao")
    tell()
    assert told(NoticeKind.DESTRUCTION_TO_DECIDE) == everybody("heng", "qiao"), "told once"


@pytest.mark.parametrize(
    ("state", "kind"),
    [(ReportState.READY, NoticeKind.REPORT_READY), (ReportState.FAILED, NoticeKind.REPORT_FAILED)],
)
def test_a_report_is_told_to_who_asked_for_it(scene: Scene, state: ReportState, kind: NoticeKind) -> None:
    report = done(reports.request(scene.cast.actor("mei"), project=scene.project.id, language="en"))
    tell()
    assert told(NoticeKind.REPORT_READY) == told(NoticeKind.REPORT_FAILED) == []
    m.Report.objects.filter(id=report.id).update(
        state=state, built_at=timezone.now(), sha256="0" * 64, length=1
    )
    tell()
    assert told(kind) == everybody("mei")


def test_a_stopped_certificate_is_told_each_time_to_who_looks_after_what_rests_on_it(scene: Scene) -> None:
    """Lakeside owns the project that Harbour works for; Heng, who stopped it, knows."""
    heng, paper = scene.cast.actor("heng"), m.Qualification.objects.get(party=scene.cast.party("harbour"))
    for verb in (qualifications.suspend, qualifications.reinstate):
        done(verb(heng, qualification=paper.id, reason="Notice 7"))
        tell()
        assert told(NoticeKind.CERTIFICATE_STOPPED, object=paper.id) == everybody("lan", "mei", "qiao")
        tell()
    assert m.Notice.objects.filter(kind=NoticeKind.CERTIFICATE_STOPPED).count() == 3
    notices.mark_all_read(m.User.objects.get(username="mei"), m.Notice.objects.latest("id").id)
    done(qualifications.revoke(heng, qualification=paper.id, reason="Notice 8"))
    tell()
    assert told(NoticeKind.CERTIFICATE_STOPPED, read_at=None) == everybody("lan", "mei", "qiao")
    assert m.Notice.objects.filter(kind=NoticeKind.CERTIFICATE_STOPPED).count() == 3


def test_a_second_run_makes_nothing_and_an_act_needs_no_run(scene: Scene) -> None:
    tell()
    before = set(m.Notice.objects.values_list("id", flat=True))
    assert before
    assert notices.tell(timezone.now()) == 0
    assert set(m.Notice.objects.values_list("id", flat=True)) == before


def test_what_is_older_than_30_days_is_not_told_any_more(scene: Scene) -> None:
    tell(31 * DAY)
    assert m.Notice.objects.count() == 0
    tell(29 * DAY)
    assert m.Notice.objects.count() > 0


def test_who_left_is_not_told_and_who_cannot_sign_in_neither(scene: Scene) -> None:
    m.Membership.objects.filter(person__in=[scene.cast.people["bo"], scene.cast.people["lan"]]).update(
        ends=timezone.now().date() - 2 * DAY
    )
    m.User.objects.filter(username="heng").update(is_active=False)
    tell()
    assert told(NoticeKind.OFFER_TO_ANSWER) == []
    assert told(NoticeKind.OFFER_ANSWERED) == []
    assert told(NoticeKind.APPROVAL_TO_DECIDE) == everybody("qiao")


def test_it_takes_a_bounded_number_of_queries_however_much_there_is_to_tell(scene: Scene) -> None:
    for n in range(5):
        project = people.open_project(scene.cast, f"MORE-{n}", "More")
        people.make_copies(scene.cast, project, "SHEET", 1)
        m.Handoff.objects.create(
            id=m.new_id(), entry=m.new_id(), offer_entry=m.new_id(), submission=m.new_id(),
            number=f"MORE-{n}", project=project, hop=scene.second, offered_at=timezone.now(), purpose="x",
            sender_party=scene.cast.parties["westgate"], sender_person=scene.cast.people["tao"],
            receiver_party=scene.cast.parties["harbour"], receiver_person=scene.cast.people["bo"],
            channel="in_person", system=scene.room,
        )  # fmt: skip
    with counted() as first:
        tell()
    with counted() as again:
        tell()
    assert len(told(NoticeKind.OFFER_TO_ANSWER)) == 6
    assert len(first) <= 37, first
    assert len(again) <= 34, again
    with counted() as reminding:
        notices.remind(scene.cast.today)
    reviewing = len(regimes.all_names())  # each regime reviews levels by a rule of its own
    assert len(reminding) <= 9 + reviewing, reminding


def test_two_runs_at_once_tell_each_thing_once(committed_cast: people.Cast) -> None:
    signed_in(set_up(committed_cast))

    def run(_: int) -> None:
        try:
            tell()
            notices.remind(committed_cast.today)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(run, range(8)))
    rows = list(m.Notice.objects.values_list("user", "kind", "object", "stage"))
    assert len(rows) == len(set(rows)) > 0


# --- what is due ------------------------------------------------------------------------------------------


def test_each_stage_of_a_return_is_told_exactly_once_to_receiver_and_sender(scene: Scene) -> None:
    due = scene.cast.today + 40 * DAY
    row = lent(scene, due)
    for days in range(45, -45, -1):
        for _ in range(2):
            notices.remind(due - days * DAY)
    assert told(NoticeKind.RETURN_DUE, object=row.id) == [
        (who, stage) for stage in (30, 7, 1, 0) for who in ("lan", "tao")
    ]
    assert set(m.Notice.objects.values_list("due", flat=True)) >= {due}


def test_after_missed_days_the_nearest_stage_alone_is_told(scene: Scene) -> None:
    due = scene.cast.today + 40 * DAY
    row = lent(scene, due)
    notices.remind(due - 31 * DAY)
    assert told(NoticeKind.RETURN_DUE) == []
    notices.remind(due - 5 * DAY)
    assert told(NoticeKind.RETURN_DUE, user__username="tao") == [("tao", 7)]
    notices.remind(due + 3 * DAY)
    assert told(NoticeKind.RETURN_DUE, user__username="tao", object=row.id) == [("tao", 7), ("tao", 0)]


def test_a_copy_that_has_moved_on_is_not_due_from_who_passed_it_on(scene: Scene) -> None:
    due = scene.cast.today + 7 * DAY
    lent(scene, due)
    done(handoffs.accept(scene.cast.actor("bo"), handoff=scene.handoff.id))
    m.Handoff.objects.filter(id=scene.handoff.id).update(due_back=None)
    notices.remind(scene.cast.today)
    assert told(NoticeKind.RETURN_DUE) == []


def test_a_copy_that_came_back_by_a_later_handoff_is_due_under_that_one(scene: Scene) -> None:
    """Westgate has it again, under another handoff, which names no day."""
    row = lent(scene, scene.cast.today + 7 * DAY)
    line = m.HandoffCopy.objects.get(handoff=row)
    later = m.Handoff.objects.get(id=row.id)
    later.id, later.number, later.submission = m.new_id(), "LATER", m.new_id()
    later.answered_at, later.due_back = timezone.now(), None
    later._state.adding = True
    later.save(force_insert=True)
    m.HandoffCopy.objects.create(handoff=later, copy=line.copy)
    assert m.Copy.objects.get(id=line.copy_id).custodian_party_id == row.receiver_party_id
    notices.remind(scene.cast.today)
    assert told(NoticeKind.RETURN_DUE) == []


def test_an_offer_that_was_not_accepted_is_not_due_back(scene: Scene) -> None:
    m.Handoff.objects.filter(id=scene.handoff.id).update(due_back=scene.cast.today)
    notices.remind(scene.cast.today)
    assert told(NoticeKind.RETURN_DUE, object=scene.handoff.id) == []


def test_a_certificate_is_told_to_managers_and_officers_of_house_and_holder(scene: Scene) -> None:
    paper = people.qualify(scene.cast, scene.cast.party("westgate"), "B", "SHORT", days=30)
    notices.remind(scene.cast.today)
    who = ("heng", "mei", "qiao", "tao")
    assert told(NoticeKind.CERTIFICATE_EXPIRING) == [(key, 30) for key in who]
    for days in range(29, -45, -1):
        notices.remind(paper.valid_to - days * DAY)
    assert told(NoticeKind.CERTIFICATE_EXPIRING, user__username="tao") == [
        ("tao", stage) for stage in (30, 7, 1, 0)
    ]


@pytest.mark.parametrize(
    ("change", "reminded"),
    [({}, False), ({"grade": "A"}, True), ({"categories": ["gis"]}, True), ({"state": "submitted"}, True)],
)
def test_a_certificate_that_was_replaced_is_not_told(
    scene: Scene, change: dict[str, Any], reminded: bool
) -> None:
    holder = scene.cast.party("annex")
    old = people.qualify(scene.cast, holder, "B", "OLD", days=7)
    new = people.qualify(scene.cast, holder, "B", "NEW", days=700)
    m.Qualification.objects.filter(id=new.id).update(**change)
    notices.remind(scene.cast.today)
    assert bool(told(NoticeKind.CERTIFICATE_EXPIRING, object=old.id)) is reminded


# --- reading ----------------------------------------------------------------------------------------------


def test_nobody_reads_or_marks_the_notice_of_another_the_house_neither(scene: Scene) -> None:
    tell()
    notice = m.Notice.objects.get(kind=NoticeKind.OFFER_TO_ANSWER)
    for user in m.User.objects.exclude(username="bo"):
        assert notice.id not in ids(m.Notice.objects.visible_to(user))
        assert notices.mark_read(user, [notice.id]) == 0
        notices.mark_all_read(user, notice.id)
    notice.refresh_from_db()
    assert notice.read_at is None
    bo = m.User.objects.get(username="bo")
    assert notices.mark_read(bo, [notice.id, m.new_id()]) == 1
    notice.refresh_from_db()
    first = notice.read_at
    assert first is not None
    assert notices.mark_read(bo, [notice.id]) == 1
    notice.refresh_from_db()
    assert notice.read_at == first


def test_all_means_what_was_shown_and_not_what_came_since(scene: Scene) -> None:
    tell()
    tao = m.User.objects.get(username="tao")
    newest = m.Notice.objects.visible_to(tao).order_by("-id")[0].id
    done(handoffs.decline(scene.cast.actor("bo"), handoff=scene.handoff.id, reason="Torn"))
    tell()
    notices.mark_all_read(tao, newest)
    left = m.Notice.objects.visible_to(tao).unread()
    assert [row.object for row in left] == [scene.handoff.id]


def ids(rows: Any) -> set[UUID]:
    return set(rows.values_list("id", flat=True))
