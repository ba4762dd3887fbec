"""The inbox on the page: one's own alone, and of things that one may still see; the count in the frame."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from custody import models as m
from custody.actions import handoffs, notices
from custody.stories import cast as people
from custody.terms import MailRhythm, NoticeKind
from tests.actions.scenes import counted

from .scene import Scene, hidden

DAY = dt.timedelta(days=1)


@pytest.fixture
def told(scene: Scene) -> Scene:
    notices.tell(timezone.now())
    return scene


def page(scene: Scene, who: str, query: str = "", language: str = "en") -> str:
    answer = scene.client(who, language).get(f"/notices{query}")
    assert answer.status_code == 200
    return str(answer.content.decode())


def main(html: str) -> str:
    return html.split("<main")[1].split("<footer")[0]


def own(scene: Scene, who: str) -> Any:
    return m.Notice.objects.visible_to(scene.user(who))


def accepted(scene: Scene, due: dt.date) -> None:
    handoffs.accept(scene.cast.actor("tao"), handoff=scene.handoff.id)
    m.Handoff.objects.filter(id=scene.handoff.id).update(due_back=due)


def test_the_frame_counts_what_is_unread(told: Scene) -> None:
    assert own(told, "tao").count() == 1
    assert "Notices (1)" in page(told, "tao")
    assert "通知 (1)" in page(told, "tao", language="zh-hans")
    assert "Notices (" not in page(told, "bo")
    m.Notice.objects.bulk_create(
        m.Notice(user=told.user("bo"), kind="report_ready", noun="report", object=m.new_id(), about="x")
        for _ in range(120)
    )
    assert "Notices (99+)" in page(told, "bo")
    assert "Page 1 of 3" in page(told, "bo") and "Page 3 of 3" in page(told, "bo", "?page=99")


def test_a_notice_names_and_links_what_it_is_about(told: Scene) -> None:
    html = main(page(told, "tao"))
    assert "Offer waits for an answer" in html and f'href="/handoffs/{told.handoff.id}/"' in html


def test_what_is_no_longer_visible_has_neither_reference_nor_link(told: Scene) -> None:
    m.Membership.objects.filter(person=told.cast.people["tao"]).update(ends=timezone.now().date() - 2 * DAY)
    html = main(page(told, "tao"))
    assert "Offer waits for an answer" in html
    assert told.handoff.number not in html and str(told.handoff.id) not in html


def test_one_is_marked_as_read_and_sorted_behind_the_unread(told: Scene) -> None:
    heng = told.client("heng")
    first = own(told, "heng")[0]
    m.Notice.objects.create(
        user=told.user("heng"), kind="report_failed", noun="report", object=m.new_id(), about="x"
    )
    assert heng.post("/notices?page=1", {"read": str(first.id)})["Location"] == "/notices?page=1"
    html = main(page(told, "heng"))
    assert html.index("Report failed") < html.index("Request waits for a decision")
    assert html.count("Mark as read") == 1


def test_all_that_was_shown_is_marked_as_read(told: Scene) -> None:
    heng = told.client("heng")
    shown = str(own(told, "heng").order_by("-id")[0].id)
    assert f'name="all" value="{shown}"' in page(told, "heng")
    later = m.Notice.objects.create(
        user=told.user("heng"), kind="report_failed", noun="report", object=m.new_id(), about="x"
    )
    heng.post("/notices", {"all": shown})
    assert list(own(told, "heng").unread()) == [later]


def test_the_notice_of_another_is_not_found_and_stays_unread(told: Scene) -> None:
    notice = own(told, "tao").get()
    for who in ("mei", "heng", "an", "bo", "jing"):
        client = told.client(who)
        assert client.post("/notices", {"read": str(notice.id)}).status_code == 404
        client.post("/notices", {"all": str(notice.id)})
        assert "Offer waits for an answer" not in main(page(told, who))
    notice.refresh_from_db()
    assert notice.read_at is None


@pytest.mark.parametrize("value", ["", "x", "\0", "1" * 5000, "00000000-0000-0000-0000-00000000000"])
def test_an_id_that_is_none_is_not_found(told: Scene, value: str) -> None:
    for field in ("read", "all"):
        assert told.client("tao").post("/notices", {field: value}).status_code == 404
    assert told.client("tao").post("/notices", {"eat": value}).status_code == 422


def test_what_is_overdue_stays_until_it_is_settled(scene: Scene) -> None:
    accepted(scene, timezone.localdate() - 60 * DAY)
    for who, concerned in (("tao", True), ("yu", True), ("lan", False), ("bo", False), ("jing", False)):
        html = main(page(scene, who))
        assert ("Overdue: copies to come back" in html) is concerned, who
        assert (scene.handoff.number in html) is concerned, who
    m.Copy.objects.filter(custodian_party=scene.cast.party("westgate")).update(
        custodian_party=scene.cast.party("northfield")
    )
    assert "Nothing is overdue" in main(page(scene, "tao"))


def test_a_certificate_that_ran_out_stays_until_another_is_there_or_a_year_has_gone(scene: Scene) -> None:
    paper = people.qualify(scene.cast, scene.cast.party("westgate"), "C", "OLD")
    for days, shown in ((1, True), (360, True), (400, False)):
        m.Qualification.objects.filter(id=paper.id).update(
            valid_from="2020-01-01", valid_to=timezone.localdate() - days * DAY
        )
        for who, keeps in (("tao", True), ("mei", True), ("heng", True), ("lan", False), ("jing", False)):
            html = main(page(scene, who))
            assert (str(paper.id) in html) is (shown and keeps), (days, who)
    m.Qualification.objects.filter(id=paper.id).update(valid_to=timezone.localdate() - DAY)
    people.qualify(scene.cast, scene.cast.party("westgate"), "C", "NEW")
    assert str(paper.id) not in main(page(scene, "tao"))


def test_an_offer_stays_until_it_is_answered(scene: Scene) -> None:
    assert scene.handoff.number in main(page(scene, "tao"))
    assert scene.handoff.number not in main(page(scene, "mei")), "it does not wait for her"
    handoffs.decline(scene.cast.actor("tao"), handoff=scene.handoff.id, reason="Torn")
    assert scene.handoff.number not in main(page(scene, "tao"))


def test_the_page_takes_as_many_queries_for_fifty_notices_as_for_one(told: Scene) -> None:
    client = told.client("heng")
    client.get("/notices")
    with counted() as few:
        client.get("/notices")
    for kind in (NoticeKind.APPROVAL_DECIDED, NoticeKind.REPORT_READY, NoticeKind.OFFER_ANSWERED):
        for n in range(16):
            m.Notice.objects.create(
                user=told.user("heng"), kind=kind, noun="approval", object=told.asked.id, about="x", stage=n
            )
    with counted() as many:
        client.get("/notices")
    assert len(many) == len(few)


def test_the_wish_for_a_mail_is_kept_and_belongs_to_its_user(scene: Scene) -> None:
    client = scene.client("tao")
    html = client.get("/notices/mail").content.decode()
    assert "This site sends no mail." in html and hidden(html, "submission")
    sent = {"rhythm": "daily", "address": "tao@example.org", "language": "zh-hans", "submission": "x"}
    assert client.post("/notices/mail", sent)["Location"] == "/notices"
    kept = m.MailWish.objects.get()
    assert (kept.user, kept.rhythm, kept.language) == (scene.user("tao"), MailRhythm.DAILY, "zh-hans")
    assert "tao@example.org" in client.get("/notices/mail").content.decode()
    assert "tao@example.org" not in scene.client("mei").get("/notices/mail").content.decode()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"address": ""}, "Give the address"),
        ({"address": "tao"}, "Write the address like"),
        ({"address": "a@example.org\r\nBcc: b@example.org"}, "Write the address like"),
        ({"address": "\0"}, "address"),
        ({"address": "x" * 20_000 + "@example.org"}, "address"),
        ({"rhythm": "hourly"}, "Error:"),
        ({"language": "fr"}, "Error:"),
    ],
)
def test_a_wish_that_does_not_fit_is_told_beside_its_field(
    scene: Scene, change: dict[str, str], fault: str
) -> None:
    sent = {"rhythm": "daily", "address": "tao@example.org", "language": "en", **change}
    answer = scene.client("tao").post("/notices/mail", sent)
    assert answer.status_code == 422 and fault in answer.content.decode()
    assert m.MailWish.objects.count() == 0


@pytest.mark.parametrize("path", ["/notices", "/notices/mail"])
def test_nobody_comes_in_without_signing_in(scene: Scene, path: str) -> None:
    for answer in (Client().get(path), Client().post(path, {})):
        assert answer.status_code == 302
