"""The officer's page: what is shown is what is decided, and the password is asked once more."""

from __future__ import annotations

import re
from typing import Any

from django.urls import reverse

from custody import models as m
from custody.stories import cast as people
from custody.terms import ApprovalState, HopState, IncidentState
from tests.api.hostile_incidents import incident

from .scene import Scene, hidden


def url(scene: Scene) -> str:
    return reverse("approval", args=[scene.asked.id])


def vote(scene: Scene, who: str, choice: str = "approve", **changes: Any) -> Any:
    """Load the page and answer it, as a browser does; what stands against it is named, as the page asks."""
    client = scene.client(who)
    html = client.get(url(scene)).content.decode()
    return client.post(url(scene), filled(html, choice) | changes)


def filled(html: str, choice: str = "approve") -> dict[str, str]:
    """Return the form of a decision page, filled in."""
    form = {name: hidden(html, name) for name in re.findall(r'name="([a-z_]+_sha256)"', html)}
    reason = "Papers in order"
    if choice == "approve" and 'value="approve_against_advice"' in html:
        choice, reason = "approve_against_advice", f"{reason}, in spite of {codes_against(html)}"
    return {**form, "reason": reason, "password": people.PASSWORD, "choice": choice}


def codes_against(html: str) -> str:
    """Return the codes that the reason of an approval against advice must name."""
    named = html.split("by its code:</p>")[1].split("</dl>")[0]
    found = re.findall(r"<dt>([A-Z]+-[A-Z0-9-]+)</dt>", named)
    assert found, "the page does not say what stands against it"
    return ", ".join(found)


def state(scene: Scene) -> tuple[ApprovalState, HopState]:
    row = m.Approval.objects.select_related("hop").get(id=scene.asked.id)
    return row.state, row.hop.state


def test_the_page_shows_facts_checks_and_the_statement_that_is_kept(scene: Scene) -> None:
    html = scene.client("heng").get(url(scene)).content.decode()
    assert "Lakeside" in html and "APR-04" in html and "QUA-02" in html
    assert "What you sign says who decides" in html
    assert vote(scene, "heng").status_code == 302
    assert state(scene) == (ApprovalState.GRANTED, HopState.ACTIVE)
    kept = m.Vote.objects.get(approval=scene.asked)
    shown = scene.client("heng").get(url(scene)).content.decode()
    assert "The exact text that was decided on" in shown
    assert kept.statement[:40].replace('"', "&quot;") in shown
    assert "not signed" in shown.lower()


def test_what_rests_on_the_very_decision_is_said_to_hold_once_it_is_taken(scene: Scene) -> None:
    def lines() -> dict[str, str]:
        html = scene.client("heng").get(url(scene)).content.decode()
        return dict(re.findall(r'class="code">([A-Z]{3}-\d\d) <span class="\w+">([^<]+)<', html))

    before = lines()
    assert before["APR-01"] == before["HOP-01"] == "Holds once approved"
    assert before["APR-02"] == "Passed"
    assert vote(scene, "heng").status_code == 302
    assert lines()["APR-01"] == "Passed"


def test_the_statement_lies_open(scene: Scene) -> None:
    html = scene.client("heng").get(url(scene)).content.decode()
    assert len(re.findall(r'<details class="more"><summary>The data that you sign with', html)) == 2


def test_refusing_needs_a_reason_and_closes_the_request(scene: Scene) -> None:
    assert vote(scene, "heng", "deny", reason="").status_code == 422
    assert state(scene)[0] is ApprovalState.REQUESTED
    assert vote(scene, "heng", "deny", reason="Not now").status_code == 302
    assert state(scene) == (ApprovalState.DENIED, HopState.REJECTED)


def test_a_wrong_password_saves_nothing_and_is_not_sent_back(scene: Scene) -> None:
    answer = vote(scene, "heng", password="guessed-wrong-1")
    html = answer.content.decode()
    assert answer.status_code == 422 and "This is not your password" in html
    assert "guessed-wrong-1" not in html and "Papers in order" in html
    assert state(scene)[0] is ApprovalState.REQUESTED


def test_a_statement_that_is_not_the_one_of_now_saves_nothing(scene: Scene) -> None:
    answer = vote(scene, "heng", approve_sha256="0" * 64, approve_against_advice_sha256="0" * 64)
    assert answer.status_code == 422
    assert state(scene)[0] is ApprovalState.REQUESTED
    fresh = answer.content.decode()
    assert hidden(fresh, "approve_sha256") != "0" * 64, "the page is bound to the facts of now"


def test_facts_that_changed_since_the_page_was_loaded_are_shown_again(scene: Scene) -> None:
    client = scene.client("heng")
    html = client.get(url(scene)).content.decode()
    form = filled(html)
    people.qualify(scene.cast, scene.cast.party("lakeside"), "B", "SECOND-PAPER")
    answer = client.post(url(scene), form)
    assert answer.status_code == 422
    assert state(scene)[0] is ApprovalState.REQUESTED
    assert client.post(url(scene), filled(answer.content.decode())).status_code == 302


def test_who_is_no_officer_has_no_form_and_no_vote(scene: Scene) -> None:
    for who in ("mei", "yu", "lan", "jing"):
        client = scene.client(who)
        assert "Your password, once more" not in client.get(url(scene)).content.decode(), who
        form = {"reason": "x", "password": people.PASSWORD, "choice": "approve", "approve_sha256": "0" * 64}
        assert client.post(url(scene), {**form, "deny_sha256": "0" * 64}).status_code == 403, who
    assert state(scene)[0] is ApprovalState.REQUESTED


def test_an_approval_is_taken_back_with_a_reason_and_bars_handoffs_at_once(scene: Scene) -> None:
    granted = m.Approval.objects.get(hop=scene.westgate)
    page = reverse("approval", args=[granted.id])
    heng = scene.client("heng")
    assert "Take the approval back" in heng.get(page).content.decode()
    assert heng.post(page, {"choice": "revoke", "reason": ""}).status_code == 422
    assert heng.post(page, {"choice": "revoke", "reason": "Found a second contract"}).status_code == 302
    form = scene.offer_form(step="check")
    html = scene.client("mei").post(reverse("handoff_new", args=[scene.project.id]), form).content.decode()
    assert re.search(r"APR-02|HOP-01", html) and "The rules block this." in html
    again = heng.post(page, {"choice": "revoke", "reason": "Again"})
    assert again.status_code == 409


def test_a_button_that_the_page_does_not_have_is_told(scene: Scene) -> None:
    for choice in ("", "burn", "abstain"):
        assert scene.client("heng").post(url(scene), {"choice": choice}).status_code == 422


def test_of_two_votes_the_first_is_kept_and_the_page_says_who_can_still_decide(scene: Scene) -> None:
    m.Approval.objects.filter(id=scene.asked.id).update(needed=2)
    html = scene.client("heng").get(url(scene)).content.decode()
    names = [scene.cast.people[key].name for key in ("heng", "qiao")]
    assert "0 of 2" in html and all(name in html for name in names)
    assert vote(scene, "heng").status_code == 302
    assert state(scene) == (ApprovalState.REQUESTED, HopState.REQUESTED)
    html = scene.client("heng").get(url(scene)).content.decode()
    assert "1 of 2" in html and "You have approved this; it waits for another officer." in html
    assert 'value="approve"' not in html and 'value="deny"' in html
    m.User.objects.filter(person=scene.cast.people["qiao"]).update(is_active=False)
    html = scene.client("heng").get(url(scene)).content.decode()
    assert "Nobody" in html and "Too few are left" in html
    m.User.objects.update(is_active=True)
    outside = scene.client("tao").get(url(scene))
    assert outside.status_code == 404 or "Can still decide" not in outside.content.decode()
    assert vote(scene, "qiao").status_code == 302
    assert state(scene) == (ApprovalState.GRANTED, HopState.ACTIVE)


def test_who_approved_first_of_two_may_still_refuse(scene: Scene) -> None:
    m.Approval.objects.filter(id=scene.asked.id).update(needed=2)
    assert vote(scene, "heng").status_code == 302
    assert vote(scene, "heng", "deny").status_code == 302
    assert state(scene) == (ApprovalState.DENIED, HopState.REJECTED)


def test_whoever_asks_is_told_that_nobody_could_decide(scene: Scene) -> None:
    ask = reverse("hop_new", args=[scene.project.id])
    assert "Nobody could decide it yet" not in scene.client("mei").get(ask).content.decode()
    m.User.objects.filter(person__in=[scene.cast.people[key] for key in ("heng", "qiao")]).update(
        is_active=False
    )
    html = scene.client("mei").get(ask).content.decode()
    assert "Nobody could decide it yet" in html and "who can sign in are 0" in html
    assert "目前无人可以审批" in scene.client("mei", "zh-hans").get(ask).content.decode()


def about(scene: Scene, key: str, state: IncidentState = IncidentState.REPORTED) -> m.Incident:
    """Return an incident about a party, as it stands after some steps."""
    row = incident(scene)
    m.Incident.objects.filter(id=row.id).update(party=scene.cast.party(key), state=state)
    return m.Incident.objects.get(id=row.id)


def test_the_officer_reads_open_and_past_incidents_of_the_receiving_party(scene: Scene) -> None:
    def page(who: str, language: str = "en") -> str:
        return scene.client(who, language).get(url(scene)).content.decode()

    assert "None that you may see" in page("heng") and "没有您可查看的事件" in page("heng", "zh-hans")
    past = about(scene, "lakeside", IncidentState.CLOSED)
    now = about(scene, "lakeside")
    other = about(scene, "westgate")
    html = page("heng")
    assert "1 open, 1 ended; listed below" in html
    listed = html.split("Incidents of the receiving party</h2>")[1].split("</section>")[0]
    assert listed.index(now.number) < listed.index(past.number), "what is open stands first"
    assert reverse("incident", args=[now.id]) in listed and other.number not in listed
    assert f"?party={scene.cast.party('lakeside')}" in listed
    chinese = page("heng", "zh-hans")
    assert "承接单位的事件" in chinese and "未结1起，已结1起，列于下方" in chinese


def test_who_an_incident_is_about_does_not_read_it_on_its_request(scene: Scene) -> None:
    row = about(scene, "lakeside")
    m.Incident.objects.filter(id=row.id).update(reported_for=scene.cast.party("northfield"))
    answer = scene.client("lan").get(url(scene))
    assert answer.status_code == 200
    assert row.number not in answer.content.decode()
