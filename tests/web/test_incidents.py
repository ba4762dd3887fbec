"""The pages of incidents: three fields on a phone, a clock that everybody concerned sees, steps and holds."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from custody import models as m
from custody import record
from custody.actions import handoffs, incident_holds
from custody.terms import IncidentState
from custody.web.incidents import STEPS, left_words
from tests.api.hostile_incidents import held, incident

from .scene import Scene, hidden

HOUR = dt.timedelta(hours=1)


def text(scene: Scene, who: str, address: str, language: str = "en") -> str:
    answer = scene.client(who, language).get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    found: str = answer.content.decode()
    return found


def report(scene: Scene, who: str = "tao", **changes: Any) -> Any:
    form = {
        "what": "The seal is broken", "noticed_at": "2026-01-02T03:04", "copies": scene.copies[0].code,
        "party": "", "person": "", "submission": str(m.new_id()), **changes,
    }  # fmt: skip
    return scene.client(who).post(reverse("incident_new", args=[scene.project.id]), form)


def step(scene: Scene, who: str, row: m.Incident, verb: str, **given: Any) -> Any:
    address = reverse(f"incident_{verb}", args=[row.id])
    client = scene.client(who)
    page = client.get(address)
    assert page.status_code == 200, page.content.decode()[:500]
    body = {"seen": hidden(page.content.decode(), "seen"), "submission": str(m.new_id()), **given}
    return client.post(address, body)


def late(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every entry read as if it had been recorded 25 hours earlier."""
    real = record.times_of
    monkeypatch.setattr(record, "times_of", lambda ids: {k: at - 25 * HOUR for k, at in real(ids).items()})


def test_a_recipient_reports_in_three_fields_and_the_page_shows_the_clock(scene: Scene) -> None:
    page = text(scene, "tao", reverse("incident_new", args=[scene.project.id]))
    asked = re.findall(r'<(?:input|textarea|select)[^>]* name="([a-z_]+)"', page)
    fields = ["what", "noticed_at", "copies", "party", "person", "unknown", "evidence_file"]
    assert [name for name in asked if name in fields] == fields
    answer = report(scene)
    row = m.Incident.objects.get()
    assert answer.status_code == 302 and answer["Location"] == reverse("incident", args=[row.id])
    assert row.copies == [str(scene.copies[0].id)]
    page = text(scene, "tao", answer["Location"])
    assert "23 h 59 min left" in page and "Art. 61 (Verified)" in page and "Asia/Shanghai" in page
    assert "Took place" in page, "the claimed time stands beside the recorded one"
    chinese = text(scene, "tao", answer["Location"], "zh-hans")
    assert "剩余23小时59分钟" in chinese and "第61条" in chinese
    assert "Take it up" not in page and "Correct the report" in page


def test_a_form_that_was_sent_twice_reports_once(scene: Scene) -> None:
    token = str(m.new_id())
    first, again = report(scene, submission=token), report(scene, submission=token, copies="")
    assert first["Location"] == again["Location"] and m.Incident.objects.count() == 1


def test_a_wrong_number_or_nothing_at_all_is_told_beside_its_field(scene: Scene) -> None:
    for copies, words in (
        ("HF-9", "HF-9 is no copy that you may see"),
        (scene.copies[3].code, "is no copy that you may see"),
        ("", "say that it is not known"),
    ):
        answer = report(scene, copies=copies)
        assert answer.status_code == 422 and words in answer.content.decode(), copies
    assert report(scene, copies="", unknown="on").status_code == 302
    assert report(scene, noticed_at="2999-01-01T00:00").status_code == 422
    assert report(scene, noticed_at="yesterday").status_code == 422


def test_a_copy_that_was_seen_after_the_time_stated_is_reported_only_by_who_is_sure(scene: Scene) -> None:
    form = text(scene, "tao", reverse("incident_new", args=[scene.project.id]))
    assert 'type="checkbox" name="sure"' not in form, "nothing to be sure of yet"
    handoffs.accept(scene.cast.actor("tao"), handoff=scene.handoff.id)
    answer, code = report(scene), scene.copies[0].code
    page, day = answer.content.decode(), scene.cast.today.isoformat()
    assert answer.status_code == 422 and f"Counted or received after the time that you state: {code}" in page
    assert f"{code} on {day}" in page and 'type="checkbox" name="sure"' in page
    assert not m.Incident.objects.exists()
    now = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    assert report(scene, noticed_at=now, what="Since then").status_code == 302, "the time was put right"
    answer = report(scene, sure="on")
    row = m.Incident.objects.latest("created_at")
    assert answer.status_code == 302 and record.entry_of(row.entry).values["seen_since"] == row.copies
    assert "knowing that 1 of these copies" in text(scene, "tao", answer["Location"])
    assert "其中1份副本" in text(scene, "heng", answer["Location"], "zh-hans")


def test_the_form_begins_with_the_copies_of_the_page_it_was_opened_from(scene: Scene) -> None:
    handoff = text(scene, "tao", reverse("handoff", args=[scene.handoff.id]))
    here = re.search(r'href="([^"]*incidents/new\?handoff=[^"]*)"', handoff)
    assert here
    page = text(scene, "tao", here[1].replace("&amp;", "&"))
    assert all(copy.code in page for copy in scene.copies[:2]) and scene.copies[2].code not in page
    one = text(scene, "mei", reverse("copy", args=[scene.copies[2].id]))
    assert f"incidents/new?copy={scene.copies[2].id}" in one
    hidden_copy = f"{reverse('incident_new', args=[scene.project.id])}?copy={scene.copies[3].id}"
    assert scene.copies[3].code not in text(scene, "tao", hidden_copy)
    assert "incidents/new" in text(scene, "mei", reverse("project", args=[scene.project.id]))


def test_an_officer_leads_it_to_its_end_page_by_page(scene: Scene) -> None:
    row = incident(scene)
    for verb, given in (
        ("triage", {"note": "Bad"}),
        ("hold", {"copies": scene.copies[3].code, "copies_of": "", "party": "", "reason": "Evidence"}),
        ("contain", {"note": "Shut"}),
        ("notify", {"authority": "Bureau", "reference": "7", "notified_at": "2026-01-02T03:04"}),
        ("investigate", {"note": "Two officers"}),
    ):
        assert step(scene, "heng", row, verb, **given).status_code == 302, verb
    shown = text(scene, "heng", reverse("incident", args=[row.id]))
    assert "Frozen by this incident" in shown and ">Close it<" not in shown, "it still holds something"
    one = m.IncidentHold.objects.get()
    assert step(scene, "heng", row, "release", holds=[str(one.id)], reason="Seen").status_code == 302
    assert step(scene, "heng", row, "close", findings="Worn", sanctions="").status_code == 302
    row.refresh_from_db()
    assert row.state is IncidentState.CLOSED
    shown = text(scene, "tao", reverse("incident", args=[row.id]), "zh-hans")
    assert "已结案" in shown and "Worn" in shown and "未超时" in shown
    assert "In time" in text(scene, "heng", reverse("incident", args=[row.id]))


def test_late_stands_on_the_page_for_ever(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    row = incident(scene)
    late(monkeypatch)
    page = text(scene, "heng", reverse("incident", args=[row.id]))
    assert "Late: the time to notify the authority is over for 1 h" in page
    monkeypatch.undo()
    assert "left" in text(scene, "heng", reverse("incident", args=[row.id]))


def test_who_may_lead_nothing_is_offered_nothing_and_refused(scene: Scene) -> None:
    row = incident(scene)
    page = text(scene, "tao", reverse("incident", args=[row.id]))
    for verb, told in STEPS.items():
        address = reverse(f"incident_{verb}", args=[row.id])
        assert (address in page) is (verb == "correct"), str(told.label)
        assert scene.client("tao").get(address).status_code == (200 if verb == "correct" else 403)
    assert scene.client("lan").get(reverse("incident", args=[row.id])).status_code == 404
    assert scene.client("lan").get(reverse("incident_triage", args=[row.id])).status_code == 404


def test_a_correction_shows_old_and_new_in_the_history(scene: Scene) -> None:
    row = incident(scene)
    answer = step(
        scene, "tao", row, "correct", what="Two seals were broken", noticed_at="2026-01-02T03:04",
        copies=scene.copies[1].code, party=str(scene.cast.party("westgate")), person="", reason="Counted",
    )  # fmt: skip
    assert answer.status_code == 302, answer.content.decode()[:300]
    page = text(scene, "tao", reverse("incident", args=[row.id]))
    assert "Seal broken → Two seals were broken" in page and scene.copies[1].code in page


def test_a_held_copy_says_so_on_its_page_to_everyone_and_why_to_who_may_know(scene: Scene) -> None:
    row = incident(scene)
    incident_holds.hold(
        scene.cast.actor("heng"), incident=row.id, copies=[scene.copies[0].id], reason="Evidence"
    )
    m.Incident.objects.filter(id=row.id).update(reported_for=scene.cast.party("northfield"))
    address = reverse("copy", args=[scene.copies[0].id])
    mine = text(scene, "mei", address)
    assert "Frozen by incident" in mine and row.number in mine
    theirs = text(scene, "tao", address)
    assert "Frozen by incident" in theirs and row.number not in theirs


def test_a_partys_page_lists_what_is_about_it_reported_by_it_or_holds_what_it_has(scene: Scene) -> None:
    """To who may see the incident: whoever it is about does not read of it there."""
    westgate, northfield, lakeside = (scene.cast.party(key) for key in ("westgate", "northfield", "lakeside"))
    address = {id: reverse("party", args=[id]) for id in (westgate, northfield, lakeside)}
    row = held(scene).incident
    assert row.number in text(scene, "heng", address[westgate]), "who reported it"
    assert row.number in text(
        scene, "heng", address[m.Copy.objects.get(id=scene.copies[3].id).custodian_party_id]
    )
    assert row.number not in text(scene, "heng", address[lakeside])
    m.Incident.objects.filter(id=row.id).update(party=lakeside, reported_for=northfield)
    page = text(scene, "heng", address[lakeside])
    assert row.number in page and f"{reverse('incidents')}?party={lakeside}" in page
    assert row.number not in text(scene, "lan", address[lakeside])
    assert "事件" in text(scene, "heng", address[lakeside], "zh-hans")


def test_the_home_page_tells_how_much_time_is_left(scene: Scene) -> None:
    row = incident(scene)
    for who in ("heng", "mei", "tao"):
        page = text(scene, who, reverse("home"))
        assert row.number in page and "h 59 min left" in page, who
    assert row.number not in text(scene, "lan", reverse("home"))
    assert row.number in text(scene, "mei", reverse("incidents") + "?still=notify")
    assert row.number not in text(scene, "mei", reverse("incidents") + "?still=overdue")


def test_a_hold_that_was_released_meanwhile_is_told_beside_its_field(scene: Scene) -> None:
    one = held(scene)
    incident_holds.release(scene.cast.actor("qiao"), incident=one.incident_id, holds=[one.id], reason="Seen")
    row = m.Incident.objects.get(id=one.incident_id)
    answer = step(scene, "heng", row, "release", holds=[str(one.id)], reason="Seen")
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("left", "en", "zh"),
    [
        (90 * dt.timedelta(minutes=1), "1 h 30 min left", "剩余1小时30分钟"),
        (dt.timedelta(), "0 h 0 min left", "剩余0小时0分钟"),
        (-26 * HOUR, "over for 26 h 0 min", "已超时26小时0分钟"),
    ],
)
def test_time_is_told_to_the_minute_in_both_languages(left: dt.timedelta, en: str, zh: str) -> None:
    assert (left_words(left).en, left_words(left).zh) == (en, zh)


def test_the_time_that_is_proposed_is_now(scene: Scene) -> None:
    page = text(scene, "tao", reverse("incident_new", args=[scene.project.id]))
    found = re.search(r'name="noticed_at" value="([^"]+)"', page)
    assert found, "no time is proposed"
    proposed = dt.datetime.fromisoformat(found[1])
    assert abs(proposed - timezone.localtime().replace(tzinfo=None)) < 2 * HOUR * 12
