"""A custodian puts down on its page what carries a copy, and a receiver reads it beside the copy's number."""

from __future__ import annotations

import pytest
from django.urls import reverse

from custody import models as m
from custody.terms import Medium

from .scene import Scene

ANSWERS = {
    "medium": "usb", "medium_serial": "K-0815", "seal_number": "S 44 017", "sha256": "1" * 64, "home": "",
    "reason": "Put on a drive",
}  # fmt: skip


def test_a_carrier_is_put_down_and_read_by_who_sees_the_copy(scene: Scene) -> None:
    copy, yu = scene.copies[0], scene.client("yu")
    copy.refresh_from_db()
    page = yu.get(reverse("copy", args=[copy.id])).content.decode()
    where = reverse("copy_carrier", args=[copy.id])
    assert f'href="{where}"' in page and "K-0815" not in page
    asked = yu.get(where).content.decode()
    assert (
        'src="/static/hash' in asked and "the file is not sent" in asked and 'data-hash="id_sha256"' in asked
    )
    assert yu.post(where, {**ANSWERS, "seen": str(copy.entry)}).status_code == 302
    copy.refresh_from_db()
    assert (copy.medium, copy.seal_number) == (Medium.USB, "S 44 017")
    for language, words in (
        ("en", "USB drive K-0815 seal S 44 017"),
        ("zh-hans", "U盘 K-0815 封签 S 44 017"),
    ):
        client = scene.client("mei", language)
        assert words in client.get(reverse("copy", args=[copy.id])).content.decode()
    page = yu.get(reverse("copy", args=[copy.id])).content.decode()
    assert "History" in page and "Put on a drive" in page and "Seal number" in page
    again = yu.get(where).content.decode()
    assert 'value="K-0815"' in again and 'value="usb" selected' in again


def test_what_cannot_be_so_is_told_beside_its_field(scene: Scene) -> None:
    copy, yu = scene.copies[0], scene.client("yu")
    copy.refresh_from_db()
    where = reverse("copy_carrier", args=[copy.id])
    for wrong, words in (
        ({"sha256": "xyz"}, "64 lower-case hexadecimal digits"),
        ({"medium": "paper"}, "Paper and film have no hash"),
        ({"medium": ""}, "Say what carries the copy that has this number"),
        ({"reason": ""}, "Give the reason"),
        ({"home": str(m.new_id())}, "Select a valid choice"),
    ):
        answer = yu.post(where, {**ANSWERS, "seen": str(copy.entry), **wrong})
        assert answer.status_code == 422 and words in answer.content.decode(), wrong
    late = yu.post(where, {**ANSWERS, "seen": str(m.new_id())})
    assert late.status_code == 422 and "This has changed since you read it" in late.content.decode()
    copy.refresh_from_db()
    assert copy.medium is None


@pytest.mark.parametrize("who", ["heng", "an", "tao", "jing"])
def test_who_may_not_is_led_to_no_form(scene: Scene, who: str) -> None:
    copy, client = scene.copies[0], scene.client(who)
    where = reverse("copy_carrier", args=[copy.id])
    assert client.get(where).status_code in (403, 404)
    assert where not in client.get(reverse("copy", args=[copy.id])).content.decode()


def test_the_home_of_a_copy_is_not_named_to_who_does_not_know_the_system(scene: Scene) -> None:
    copy = scene.copies[0]
    home = scene.cast.systems["office_pc"]
    lakeside, lan = scene.cast.party("lakeside"), scene.cast.people["lan"]
    m.Copy.objects.filter(id=copy.id).update(home=home, custodian_party=lakeside, custodian_person=lan)
    page = scene.client("lan").get(reverse("copy_carrier", args=[copy.id])).content.decode()
    assert "As recorded: of another party" in page and home.name not in page
