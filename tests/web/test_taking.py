"""The receiver's page: one look, one button, and a receipt that both sides see."""

from __future__ import annotations

from django.urls import reverse

from custody import models as m
from custody.terms import HandoffState

from .scene import Scene


def url(scene: Scene, query: str = "") -> str:
    return reverse("handoff", args=[scene.handoff.id]) + query


def now(scene: Scene) -> m.Handoff:
    return m.Handoff.objects.get(id=scene.handoff.id)


def holders(scene: Scene) -> set[object]:
    return set(
        m.Copy.objects.filter(lines__handoff=scene.handoff).values_list("custodian_party_id", flat=True)
    )


def test_tao_counts_accepts_and_both_see_the_receipt(scene: Scene) -> None:
    tao = scene.client("tao")
    html = tao.get(url(scene)).content.decode()
    assert (
        "I have all 2 copies" in html
        and "(2 copies)" in html
        and scene.copies[0].code in html
        and scene.copies[1].code in html
    )
    assert holders(scene) == {scene.cast.party("northfield")}, "looking moves nothing"
    assert tao.post(url(scene), {"step": "accept"}).status_code == 302
    assert holders(scene) == {scene.cast.party("westgate")}
    for who in ("tao", "mei", "yu", "jing"):
        html = scene.client(who).get(url(scene)).content.decode()
        assert "Receipt: custody has moved" in html and "Wu Tao" in html
        assert "Recorded" in html, "not sealed yet, and it says so"


def test_accepting_twice_has_one_effect(scene: Scene) -> None:
    tao = scene.client("tao")
    tao.post(url(scene), {"step": "accept"})
    entry = now(scene).entry
    assert tao.post(url(scene), {"step": "accept"}).status_code == 409
    assert now(scene).entry == entry


def test_declining_asks_for_a_reason_and_custody_stays(scene: Scene) -> None:
    tao = scene.client("tao", "zh-hans")
    assert "存在什么问题" in tao.get(url(scene, "?step=decline")).content.decode()
    empty = tao.post(url(scene), {"step": "decline", "reason": " "})
    assert empty.status_code == 422 and "请填写理由" in empty.content.decode()
    assert now(scene).state is HandoffState.OFFERED
    assert tao.post(url(scene), {"step": "decline", "reason": "封条破损"}).status_code == 302
    assert now(scene).state is HandoffState.DECLINED
    assert holders(scene) == {scene.cast.party("northfield")}
    assert "封条破损" in scene.client("mei").get(url(scene)).content.decode()


def test_the_sender_withdraws_with_a_reason(scene: Scene) -> None:
    yu = scene.client("yu")
    assert "Withdraw the offer" in yu.get(url(scene)).content.decode()
    assert yu.post(url(scene), {"step": "withdraw", "reason": "Wrong sheets"}).status_code == 302
    assert now(scene).state is HandoffState.WITHDRAWN


def test_nobody_else_answers_for_the_receiver(scene: Scene) -> None:
    for who, status in (("mei", 403), ("jing", 403), ("lan", 404), ("bo", 404)):
        client = scene.client(who)
        assert client.post(url(scene), {"step": "accept"}).status_code == status, who
        assert client.post(url(scene), {"step": "decline", "reason": "x"}).status_code == status, who
    assert now(scene).state is HandoffState.OFFERED


def test_the_proof_is_there_only_once_it_is_sealed(scene: Scene) -> None:
    scene.client("tao").post(url(scene), {"step": "accept"})
    assert scene.client("tao").get(reverse("handoff_proof", args=[scene.handoff.id])).status_code == 404


def test_an_unknown_button_is_told(scene: Scene) -> None:
    assert scene.client("tao").post(url(scene), {"step": "eat"}).status_code == 422
    assert scene.client("tao").put(url(scene)).status_code == 405


def test_one_copy_is_it_and_the_lists_name_the_copies_and_the_project(scene: Scene) -> None:
    tao, codes = scene.client("tao"), sorted(copy.code for copy in scene.copies[:2])
    for page in ("/", "/handoffs/?state=offered&side=received"):
        html = tao.get(page).content.decode()
        assert f"{codes[0]} and 1 more" in html and scene.project.code in html, page
        assert f"{codes[0]} 等2份" in scene.client("tao", "zh-hans").get(page).content.decode(), page
    zh = scene.client("tao", "zh-hans").get(url(scene)).content.decode()
    assert "确认签收全部2份" in zh and f"签收{scene.handoff.number}（2份）" in zh
    m.HandoffCopy.objects.filter(handoff=scene.handoff, copy=scene.copies[1]).delete()
    html = tao.get(url(scene)).content.decode()
    assert "I have it" in html and "(1 copy)" in html
    assert "more" not in tao.get("/").content.decode().split(scene.copies[0].code)[1][:9]


def test_after_accepting_the_next_offer_is_one_link_away(scene: Scene) -> None:
    tao = scene.client("tao")
    mei = scene.client("mei")
    mei.post(reverse("handoff_new", args=[scene.project.id]), scene.offer_form())
    waits = m.Handoff.objects.latest("offered_at")
    assert "Next to accept" not in tao.get(url(scene)).content.decode(), "this one first"
    tao.post(url(scene), {"step": "accept"})
    html = tao.get(url(scene)).content.decode()
    assert f'href="/handoffs/{waits.id}/">Next to accept (1 left)<' in html
    assert "Next to accept" not in mei.get(url(scene)).content.decode()
    tao.post(f"/handoffs/{waits.id}/", {"step": "accept"})
    assert "Next to accept" not in tao.get(url(scene)).content.decode()
