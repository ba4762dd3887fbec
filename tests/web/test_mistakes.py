"""Accepted by mistake, on the page of the handoff: the receiver says it, the sender settles it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from custody import models as m
from custody.terms import CopyState, HandoffState

from .scene import Scene


@pytest.fixture
def url(scene: Scene) -> str:
    """The page of a handoff that Tao has accepted."""
    found = reverse("handoff", args=[scene.handoff.id])
    assert scene.client("tao").post(found, {"step": "accept"}).status_code == 302
    return found


def now(scene: Scene) -> m.Handoff:
    return m.Handoff.objects.get(id=scene.handoff.id)


def say(scene: Scene, url: str) -> None:
    sent = scene.client("tao").post(url, {"step": "mistaken", "reason": "Those are for Annex"})
    assert sent.status_code == 302


def test_tao_says_it_yu_agrees_and_both_read_the_history(scene: Scene, url: str) -> None:
    tao, yu = scene.client("tao"), scene.client("yu")
    assert "Accepted by mistake" in tao.get(url).content.decode()
    assert "Accepted by mistake" not in yu.get(url).content.decode()
    assert "What was the mistake?" in tao.get(url + "?step=mistaken").content.decode()
    say(scene, url)
    html = yu.get(url).content.decode()
    assert "Agree: I have the copies" in html and "Those are for Annex" in html
    assert "Reason given by the recipient:" in html and "do you have all 2 copies" in html
    assert f"{scene.copies[0].code}, {scene.copies[1].code}" in html, "the question names them"
    assert "Said to be accepted by mistake" in yu.get("/").content.decode()
    assert "Agree: I have the copies" not in tao.get(url).content.decode()
    assert yu.post(url, {"step": "agree"}).status_code == 302
    copies = m.Copy.objects.filter(lines__handoff=scene.handoff)
    assert {(c.state, c.custodian_party_id) for c in copies} == {
        (CopyState.HELD, scene.cast.party("northfield"))
    }
    for who in ("tao", "yu", "mei"):
        html = scene.client(who).get(url).content.decode()
        assert "Undone: custody is back with the sender" in html
        places = [
            html.index(words)
            for words in (
                "was offered.",
                "The recipient accepted",
                "says that",
                "The sender agreed that",
            )
        ]
        assert places == sorted(places)
    html = scene.client("tao", "zh-hans").get(url).content.decode()
    assert "系误签收" in html and "签收已撤销" in html


def test_the_sender_says_no_with_a_reason(scene: Scene, url: str) -> None:
    say(scene, url)
    yu = scene.client("yu")
    assert yu.post(url, {"step": "disagree", "reason": " "}).status_code == 422
    assert now(scene).state is HandoffState.MISTAKEN
    assert yu.post(url, {"step": "disagree", "reason": "You counted them"}).status_code == 302
    html = scene.client("tao").get(url).content.decode()
    assert now(scene).state is HandoffState.ACCEPTED
    assert "You counted them" in html and ">Accepted by mistake<" not in html


@pytest.mark.parametrize("reason", ["", "a\0b", "\u202ereversed"])
def test_saying_it_needs_a_reason_that_can_be_kept(scene: Scene, url: str, reason: str) -> None:
    sent = scene.client("tao").post(url, {"step": "mistaken", "reason": reason})
    assert sent.status_code == 422
    assert now(scene).state is HandoffState.ACCEPTED


def test_the_wrong_person_is_forbidden_and_an_outsider_finds_nothing(scene: Scene, url: str) -> None:
    for who in ("heng", "jing", "yu"):
        sent = scene.client(who).post(url, {"step": "mistaken", "reason": "Not mine to say"})
        assert sent.status_code == 403, who
    for who in ("lan", "bo"):
        for step in ("mistaken", "agree", "disagree"):
            assert scene.client(who).post(url, {"step": step, "reason": "x"}).status_code == 404
    say(scene, url)
    for who in ("tao", "heng", "jing"):
        assert scene.client(who).post(url, {"step": "agree"}).status_code == 403, who
    assert now(scene).state is HandoffState.MISTAKEN


def test_settled_twice_is_too_late_and_says_so(scene: Scene, url: str) -> None:
    say(scene, url)
    assert scene.client("tao").post(url, {"step": "mistaken", "reason": "Again"}).status_code == 409
    yu = scene.client("yu")
    assert yu.post(url, {"step": "agree"}).status_code == 302
    assert yu.post(url, {"step": "agree"}).status_code == 409
    assert yu.post(url, {"step": "disagree", "reason": "No"}).status_code == 409
    assert m.Correction.objects.filter(noun="handoff").count() == 2


def test_one_form_sent_twice_by_a_double_tap_is_one(scene: Scene, url: str) -> None:
    sent = {"step": "mistaken", "reason": "Wrong", "submission": str(m.new_id())}
    tao = scene.client("tao")
    assert [tao.post(url, sent).status_code for _ in range(2)] == [302, 302]
    assert m.Correction.objects.filter(noun="handoff").count() == 1


def test_a_disputed_copy_leads_to_its_handoff_and_cannot_be_chosen(scene: Scene, url: str) -> None:
    say(scene, url)
    page = scene.client("mei").get(reverse("project", args=[scene.project.id])).content.decode()
    assert "Receipt disputed" in page
    new = reverse("handoff_new", args=[scene.project.id])
    assert scene.copies[0].code not in scene.client("mei").get(new).content.decode()


def test_a_request_is_withdrawn_on_its_page_with_a_reason(scene: Scene) -> None:
    page = reverse("hop", args=[scene.asked.hop_id])
    mei = scene.client("mei")
    assert "Withdraw the request" in mei.get(page).content.decode()
    assert "Why do you withdraw the request?" in mei.get(page + "?step=withdraw").content.decode()
    assert mei.post(page, {"step": "withdraw", "reason": " "}).status_code == 422
    sent = {"step": "withdraw", "reason": "Wrong party", "submission": str(m.new_id())}
    assert [mei.post(page, sent).status_code for _ in range(2)] == [302, 302]
    html = mei.get(page).content.decode()
    assert "Wrong party" in html and "Awaiting approval → Withdrawn" in html
    assert "Withdraw the request" not in html
    assert mei.post(page, {"step": "withdraw", "reason": "Again"}).status_code == 409
    vote = {"choice": "approve", "reason": "Fine"}
    answer = scene.client("heng").post(reverse("approval", args=[scene.asked.id]), vote)
    assert answer.status_code in (409, 422)
    assert m.Vote.objects.filter(approval=scene.asked).count() == 0


def test_a_request_is_not_withdrawn_by_the_wrong_role_or_an_outsider(scene: Scene) -> None:
    page = reverse("hop", args=[scene.asked.hop_id])
    sent = {"step": "withdraw", "reason": "Not mine"}
    for who, code in (("heng", 403), ("an", 403), ("lan", 403), ("jing", 403), ("tao", 404), ("bo", 404)):
        client = scene.client(who)
        assert client.post(page, sent).status_code == code, who
        assert "Why do you withdraw" not in client.get(page + "?step=withdraw").content.decode()
