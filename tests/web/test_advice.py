"""On screen: an officer gives an opinion, approves against advice, refers a request, limits an approval."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from custody import models as m
from custody.stories import cast as people
from custody.terms import ApprovalState, VoteChoice

from .scene import Scene, hidden
from .test_decision import state, url, vote


def page_of(scene: Scene, who: str, language: str = "en") -> str:
    return str(scene.client(who, language).get(url(scene)).content.decode())


def act(scene: Scene, who: str, verb: str, **said: Any) -> Any:
    client, address = scene.client(who), reverse(f"approval_{verb}", args=[scene.asked.id])
    return client.post(address, {"seen": hidden(client.get(address).content.decode(), "seen"), **said})


def test_an_opinion_against_it_is_named_by_who_approves_all_the_same(scene: Scene) -> None:
    assert reverse("approval_advise", args=[scene.asked.id]) in page_of(scene, "qiao")
    assert act(scene, "qiao", "advise", stance="", reason="Too many").status_code == 422
    assert act(scene, "qiao", "advise", stance="against", reason="Too many hands").status_code == 302
    html = page_of(scene, "heng")
    assert "ADV-1" in html and "Too many hands" in html and "Approve against advice" in html
    assert 'value="approve"' not in html, "a plain approval is not offered"
    assert "知悉警告与异议，仍予批准" in page_of(scene, "heng", "zh-hans")
    digest = {"approve_against_advice_sha256": hidden(html, "approve_against_advice_sha256")}
    plain = vote(scene, "heng", choice="approve", reason="In order")
    assert plain.status_code == 422 and "ADV-1" in plain.content.decode()
    unnamed = vote(scene, "heng", "approve_against_advice", **digest)
    assert unnamed.status_code == 422 and "Name each by its code" in unnamed.content.decode()
    assert not m.Vote.objects.filter(approval=scene.asked).exists()
    told = vote(scene, "heng", "approve_against_advice", reason="HOP-04, ADV-1: few, and vetted", **digest)
    assert told.status_code == 302 and state(scene)[0] is ApprovalState.GRANTED
    assert m.Vote.objects.get(approval=scene.asked).choice is VoteChoice.AGAINST
    shown = page_of(scene, "mei")
    assert "Approve against advice" in shown and "ADV-1" in shown


def test_without_the_statement_that_was_shown_nothing_is_approved_against_advice(scene: Scene) -> None:
    act(scene, "qiao", "advise", stance="against", reason="Too many hands")
    for digest in ("", "0" * 64):
        sent = vote(
            scene, "heng", "approve_against_advice", reason="ADV-1", approve_against_advice_sha256=digest
        )
        assert sent.status_code == 422
    assert state(scene)[0] is ApprovalState.REQUESTED


def test_a_request_is_referred_and_the_page_says_who_has_the_word(scene: Scene) -> None:
    qiao = str(scene.cast.people["qiao"].id)
    address = reverse("approval_refer", args=[scene.asked.id])
    form = scene.client("heng").get(address).content.decode()
    assert qiao in form and str(scene.cast.people["mei"].id) not in form
    assert act(scene, "heng", "refer", to=qiao, reason="").status_code == 422
    assert act(scene, "heng", "refer", to=qiao, reason="Above my post").status_code == 302
    html = page_of(scene, "mei")
    assert "Referred to" in html and scene.cast.people["qiao"].name in html and "Above my post" in html
    assert address not in page_of(scene, "heng"), "it is referred once"
    assert "APR-08" in page_of(scene, "heng")
    listed = scene.client("heng").get(reverse("approvals"), {"advice": "referred"}).content.decode()
    assert url(scene) in listed
    assert vote(scene, "qiao").status_code == 302 and state(scene)[0] is ApprovalState.GRANTED


def test_who_is_no_officer_comes_to_neither_page_and_outsiders_read_no_advice(scene: Scene) -> None:
    act(scene, "qiao", "advise", stance="against", reason="Between officers")
    for verb in ("advise", "refer"):
        address = reverse(f"approval_{verb}", args=[scene.asked.id])
        for who, status in (("mei", 403), ("jing", 403), ("tao", 404)):
            assert scene.client(who).get(address).status_code == status, (verb, who)
    assert "Between officers" in page_of(scene, "mei")


def test_an_approval_is_limited_and_the_handoffs_page_says_so(scene: Scene) -> None:
    assert vote(scene, "heng", uses="0").status_code == 422
    assert vote(scene, "heng", use_until="2020-01-01").status_code == 422
    assert vote(scene, "heng", uses="1").status_code == 302
    assert m.UseLimit.objects.get(approval=scene.asked).uses == 1
    assert "0 of 1 times" in page_of(scene, "mei")
    granted = m.Approval.objects.get(hop=scene.westgate)
    m.UseLimit.objects.create(entry=m.new_id(), approval=granted, uses=3, set_by=scene.cast.people["heng"])
    html = scene.client("mei").get(reverse("handoff", args=[scene.handoff.id])).content.decode()
    assert "1 of 3 times" in html


def test_an_override_is_asked_for_agreed_to_and_ended_on_screen(scene: Scene) -> None:
    cast, party = scene.cast, scene.cast.party("westgate")
    m.Party.objects.filter(id=party).update(established_on=cast.today)
    mei = scene.client("mei")
    address = reverse("override_new", args=[scene.project.id])
    assert address in mei.get(reverse("project", args=[scene.project.id])).content.decode()
    asked = {"rule": "QUA-08", "party": str(party), "hop": "", "until": cast.today.isoformat()}
    assert mei.post(address, {**asked, "reason": ""}).status_code == 422
    assert mei.post(address, {**asked, "rule": "QUA-01", "reason": "r"}).status_code == 422
    assert mei.post(address, {**asked, "reason": "Only they have the plates"}).status_code == 302
    row = m.Override.objects.get()
    for who in ("heng", "qiao"):
        client, act_ = scene.client(who), reverse("override_agree", args=[row.id])
        html = client.get(act_).content.decode()
        form = {n: hidden(html, n) for n in ("seen", "statement_sha256")} | {"reason": "I answer for it"}
        assert client.post(act_, {**form, "password": "wrong"}).status_code == 422
        assert client.post(act_, {**form, "password": people.PASSWORD}).status_code == 302
    row.refresh_from_db()
    assert str(row.state) == "active"
    log = scene.client("heng").get(reverse("overrides")).content.decode()
    assert reverse("override", args=[row.id]) in log and cast.people["qiao"].name in log
    assert "I answer for it" in scene.client("heng").get(reverse("override", args=[row.id])).content.decode()
    csv = scene.client("heng").get(reverse("overrides"), {"export": "csv"})
    assert csv.status_code == 200 and "QUA-08" in csv.content.decode("utf-8-sig")
    end = reverse("override_revoke", args=[row.id])
    html = scene.client("qiao").get(end).content.decode()
    sent = scene.client("qiao").post(end, {"seen": hidden(html, "seen"), "reason": "Found out"})
    assert sent.status_code == 302
    row.refresh_from_db()
    assert str(row.state) == "revoked"
    for who, status in (("tao", 404), ("jing", 200)):
        found = scene.client(who).get(reverse("override", args=[row.id])).status_code
        assert found == status, who
