"""The administrator reads the rule packs, brings a file, reads what it would change, and puts it in force."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from custody import drafting, regimes
from custody import models as m
from custody.policy import shipped
from ledger import api
from tests.actions.test_packs import edited
from tests.packs import SHIPPED, WHY, activate, house, zhejiang

from .scene import Scene
from .test_factors import client_of, own_address
from .test_signing import shown, signer, signs

__all__ = ["own_address"]


def upload(raw: bytes, name: str = "house.yaml") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, raw, "application/yaml")


def check(scene: Scene, raw: bytes, language: str = "en", **more: Any) -> Any:
    form = {"file": upload(raw), "step": "check", **WHY, **more}
    return scene.client("an", language).post(reverse("pack_new"), form)


def carried(page: str) -> dict[str, str]:
    """What the page of the answers sends on."""
    found = re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"', page)
    textareas = re.findall(r'<textarea name="([a-z_]+)"[^>]*>\s*([^<]*)</textarea>', page)
    return {name: html.unescape(value) for name, value in found + textareas}


def body(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def test_a_file_is_brought_checked_and_put_in_force_once(scene: Scene) -> None:
    answer = check(scene, zhejiang("2026.12", ('"40"', '"25"')))
    page = body(answer)
    assert answer.status_code == 200
    for told in (
        f"cn_surveying_zhejiang {SHIPPED}",
        "HOP-03",
        "max_share_pct",
        "40",
        "25",
        "Tighter",
        *WHY.values(),
    ):
        assert told in page
    assert m.RegimePack.objects.filter(version="2026.12").count() == 0
    form = {**carried(answer.content.decode()), "step": "do"}
    client = scene.client("an")
    first = client.post(reverse("pack_new"), form)
    row = m.RegimePack.objects.get(version="2026.12")
    assert (first.status_code, first["location"]) == (302, reverse("pack", args=[row.id]))
    again = client.post(reverse("pack_new"), form)
    assert again["location"] == first["location"]
    assert m.RegimePack.objects.filter(version="2026.12").count() == 1
    entry = api.read(row.entry).values
    assert entry["actor"] == str(scene.cast.people["an"].id)
    assert {name: entry[name] for name in WHY} == WHY
    detail = body(client.get(first["location"]))
    for word in (
        *WHY.values(),
        row.sha256,
        f"What it changed against cn_surveying_zhejiang {SHIPPED}",
        "Tighter",
    ):
        assert word in detail


@pytest.mark.parametrize(
    ("raw", "en", "zh"),
    [
        (house(share="50"), "house.yaml:7:21: rules.HOP-03.params.max_share_pct: 50 would", "50 比 40 宽松"),
        (house() + b"colour: red\n", "house.yaml:8:1: colour: unknown key", "未知的键"),
        (b"\xff\xfe", "house.yaml:1:1: not UTF-8", "不是 UTF-8 编码"),
        (b"a: &a [*a]", "no anchors or aliases", "不得使用锚点或别名"),
        (b"x: " + b"y" * 300_000, "a pack has at most 262144 bytes", "不得超过 262144 字节"),
        (b"", "expected a mapping", "应为键值结构"),
        (zhejiang("2026.1"), f"2026.1 does not come after {SHIPPED}, which is published", "不晚于已发布的"),
    ],
)  # fmt: skip
def test_a_bad_file_is_told_beside_the_file_in_either_language(
    scene: Scene, raw: bytes, en: str, zh: str
) -> None:
    for language, told in (("en", en), ("zh-hans", zh)):
        answer = check(scene, raw, language)
        assert answer.status_code == 422
        assert told in body(answer)
    assert not m.RegimePack.objects.filter(name="house").exists()


def test_without_file_reason_or_order_the_form_asks_for_them(scene: Scene) -> None:
    answer = scene.client("an").post(reverse("pack_new"), {"step": "check"})
    page = body(answer)
    assert answer.status_code == 422
    assert all(text in page for text in ("Choose the pack file", "Give the reason", "Say who ordered it"))


def test_answers_are_changed_without_bringing_the_file_again(scene: Scene) -> None:
    form = carried(check(scene, house()).content.decode())
    client = scene.client("an")
    back = client.post(reverse("pack_new"), {**form, "step": "change"})
    assert "The file house.yaml is kept" in body(back)
    kept = {**carried(back.content.decode()), "reason": "Another reason", "ordered_by": WHY["ordered_by"]}
    answer = client.post(reverse("pack_new"), {**kept, "step": "check"})
    assert "Another reason" in body(answer)
    assert (
        client.post(reverse("pack_new"), {**carried(answer.content.decode()), "step": "do"}).status_code
        == 302
    )
    assert regimes.pack("house").rules["HOP-03"].params["max_share_pct"] == "30"


def test_what_was_read_must_be_what_is_put_in_force(scene: Scene) -> None:
    form = carried(check(scene, house()).content.decode())
    activate(zhejiang("2026.12"))  # by a colleague, in between: the file would now stand on another pack
    answer = scene.client("an").post(reverse("pack_new"), {**form, "step": "do"})
    assert answer.status_code in (412, 422)
    assert not m.RegimePack.objects.filter(name="house").exists()


def test_the_list_names_each_pack_and_what_waits_for_its_day(scene: Scene) -> None:
    activate(house("1"))
    activate(house("2", effective="2199-01-01"))
    page = body(scene.client("an").get(reverse("packs")))
    for name in (*shipped.packs(), "house"):
        assert name in page
    assert "version 2 counts from 2199-01-01" in page
    chinese = body(scene.client("an", "zh-hans").get(reverse("packs")))
    assert all(text in chinese for text in ("规则包", "本单位规则", "中国测绘（浙江）", "启用规则包"))


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_page_shows_rules_parameters_basis_and_every_version(scene: Scene, language: str) -> None:
    activate(zhejiang("2026.12", ('"40"', '"25"')))
    rows = m.RegimePack.objects.filter(name="cn_surveying_zhejiang")
    for row in rows:
        page = body(scene.client("an", language).get(reverse("pack", args=[row.id])))
        assert all(one.version in page and reverse("pack", args=[one.id]) in page for one in rows)
        told = {"en": ("(verified)", "house policy"), "zh-hans": ("（已核对原文）", "内部制度")}[language]
        assert all(text in page for text in ("HOP-03", "max_share_pct: ", *told))


def test_only_the_administrator_sees_the_menu_row(scene: Scene) -> None:
    for who, sees in (("an", True), ("mei", False), ("heng", False), ("jing", False)):
        page = scene.client(who).get(reverse("home")).content.decode()
        assert (f'href="{reverse("packs")}"' in page) is sees


def test_while_a_text_is_gone_pages_say_so_and_the_list_still_opens(scene: Scene) -> None:
    edited("cn_surveying_zhejiang")
    for language, told in (("en", "nothing can be decided"), ("zh-hans", "无法作出判定")):
        client = scene.client("mei", language)
        for answer in (
            client.get(reverse("hop_new", args=[scene.project.id])),
            client.post(reverse("handoff_new", args=[scene.project.id]), scene.offer_form(step="check")),
            client.post(reverse("handoff_new", args=[scene.project.id]), scene.offer_form(step="do")),
        ):
            assert answer.status_code == 503
            assert told in body(answer)
        listed = scene.client("an", language).get(reverse("packs"))
        assert listed.status_code == 200
        assert told in body(listed)
        row = m.RegimePack.objects.get(version="2999")
        shown = scene.client("an", language).get(reverse("pack", args=[row.id]))
        assert shown.status_code == 200
    answer = scene.client("heng").get(f"/api/v1/approvals/{scene.asked.id}/statements/")
    assert (answer.status_code, answer["content-type"]) == (503, "application/problem+json")


def test_an_administrator_with_a_key_signs_what_was_read(scene: Scene) -> None:
    key, client = signer(scene, "an", by="heng"), client_of(scene, "an")
    form = {"file": upload(house()), "step": "check", **WHY}
    answer = client.post(reverse("pack_new"), form)
    page = answer.content.decode()
    assert 'value="sign_passkey"' in page and 'value="do"' in page
    sent = {**carried(page), "step": "sign_passkey"}
    url = client.post(reverse("pack_new"), sent).headers["Location"]
    text = shown(client, url)
    assert '"name":"house"' in text and WHY["ordered_by"] not in text
    assert "Sign that the pack is put in force" in client.get(url).content.decode()
    there = signs(client, url, key).headers["Location"]
    row = m.RegimePack.objects.get(name="house")
    assert there == reverse("pack", args=[row.id])
    assert "Signed with a passkey" in client.get(there).content.decode()
    assert client.get(url, follow=True).redirect_chain[-1][0] == reverse("pack_new")
    assert client_of(scene, "mei").get(url).status_code == 403


def test_where_signatures_are_demanded_the_button_without_one_is_gone(scene: Scene, settings: Any) -> None:
    settings.SIGN_OFF = "required"
    page = body(check(scene, house()))
    assert 'value="do"' not in page and "only with a signature" in page
    said = check(scene, house(), step="do", seen=drafting.draft(house(), "h.yaml").pack.sha256)
    assert "signed approvals only" in body(said) and not m.RegimePack.objects.filter(name="house").exists()
    activate(house())
    row = m.RegimePack.objects.get(name="house")
    shown_ = body(scene.client("an").get(reverse("pack", args=[row.id])))
    assert "By whoever owns the machine, not signed" in shown_
