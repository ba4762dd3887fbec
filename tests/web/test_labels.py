"""Labels of an item's copies: asked for on a page, read by a phone, and the address opens the copy's page."""

from __future__ import annotations

from typing import Any

import pypdfium2
import pytest
import zxingcpp
from django.test import Client
from django.urls import reverse

from custody import codes
from custody import models as m
from tests.reports.reading import text_of

from .scene import Scene


def page(scene: Scene) -> str:
    return reverse("labels", args=[scene.copies[0].item_id])


def asked(scene: Scene, **changes: Any) -> dict[str, Any]:
    return {"copies": [str(c.id) for c in scene.copies[:2]], "stock": "roll-62x29", "first": "1", **changes}


def read(pdf: bytes) -> list[str]:
    images = [p.render(scale=300 / 72).to_pil().convert("L") for p in pypdfium2.PdfDocument(pdf)]
    return [zxingcpp.read_barcodes(image)[0].text for image in images]


def test_a_manager_prints_labels_and_a_phone_that_scans_one_opens_the_copy(
    scene: Scene, settings: Any
) -> None:
    mei = scene.client("mei")
    there = reverse("item", args=[scene.copies[0].item_id])
    assert page(scene) in mei.get(there).content.decode()
    shown = mei.get(page(scene)).content.decode()
    assert scene.copies[0].code in shown and "A4 sheet, 21 labels" in shown
    answer = mei.post(page(scene), asked(scene))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert "attachment" in answer["Content-Disposition"]
    found = read(answer.content)
    assert found == [f"{settings.SITE_URL}/c/{copy.code}" for copy in scene.copies[:2]]
    assert f"Copy 1 of {scene.copies[0].item.copies.count()}" in text_of(answer.content)
    opened = mei.get(found[0].removeprefix(settings.SITE_URL))
    assert opened["Location"] == reverse("copy", args=[scene.copies[0].id])


def test_labels_are_in_the_language_of_the_page(scene: Scene) -> None:
    answer = scene.client("mei", "zh-hans").post(page(scene), asked(scene))
    assert "第1份" in text_of(answer.content)


def test_who_finds_a_label_learns_nothing_from_its_address(scene: Scene) -> None:
    there = reverse("copy_scanned", args=[scene.copies[0].code])
    asks = Client().get(there)
    assert asks.status_code == 302 and "next=" in asks["Location"]
    unknown = reverse("copy_scanned", args=[codes.copy_code(999_999)])
    for code in (there, unknown):
        assert scene.client("lan").get(code).status_code == 404
    assert scene.client("lan").get(page(scene)).status_code == 404


def test_a_copy_that_was_destroyed_gets_no_label(scene: Scene) -> None:
    gone, left = scene.copies[2], scene.copies[3]
    m.Copy.objects.filter(id=gone.id).update(state="destroyed")
    html = scene.client("mei").get(page(scene)).content.decode()
    assert str(left.id) in html and str(gone.id) not in html
    assert scene.client("mei").post(page(scene), asked(scene, copies=[str(gone.id)])).status_code == 422


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"copies": []}, "Choose at least one copy"),
        ({"copies": ["x"]}, "x"),
        ({"stock": ""}, "Choose the paper"),
        ({"stock": "a4-99"}, "a4-99"),
        ({"stock": "a4-21", "first": "22"}, "This paper has 21 labels"),
        ({"first": "0"}, "1"),
        ({"first": "x"}, "first"),
    ],
    ids=str,
)
def test_what_cannot_be_printed_is_told_beside_its_field(
    scene: Scene, change: dict[str, Any], told: str
) -> None:
    answer = scene.client("mei").post(page(scene), asked(scene, **change))
    assert answer.status_code == 422 and told in answer.content.decode()


def test_a_scanner_may_type_the_whole_address_where_a_code_is_asked_for(scene: Scene, settings: Any) -> None:
    copy: m.Copy = scene.copies[0]
    typed = f"{settings.SITE_URL}/c/{copy.code}"
    assert codes.normalise(typed) == copy.code
    found = scene.client("mei").get(reverse("find"), {"q": typed}).content.decode()
    assert reverse("copy", args=[copy.id]) in found
