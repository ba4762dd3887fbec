"""The find box: exact numbers first, names in both scripts, and never more than the reader may see."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from custody.actions import registers
from custody.actions.base import Actor
from custody.codes import copy_code
from custody.finding import codes
from custody.terms import PartyKind

from .scene import Scene


def find(scene: Scene, who: str, asked: str, language: str = "en") -> str:
    answer = scene.client(who, language).get("/find", {"q": asked})
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode().split("<main")[1].split("<footer")[0])


def wide(text: str) -> str:
    """Write digits and letters as an input method in full-width mode does."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


@pytest.mark.parametrize("form", ["as printed", "lower case", "no dashes", "full width", "serial alone"])
def test_a_copy_is_found_by_its_number_however_it_is_typed(scene: Scene, form: str) -> None:
    code = scene.copies[0].code
    typed = {
        "as printed": code,
        "lower case": f" {code.lower()} ",
        "no dashes": code.replace("-", ""),
        "full width": wide(code),
        "serial alone": f"HF {int(code[3:9])}",
    }[form]
    html = find(scene, "mei", typed)
    assert code in html and "Northfield" in html
    assert scene.copies[1].code not in html


def test_a_mistyped_number_finds_nothing_rather_than_a_neighbour(scene: Scene) -> None:
    code = scene.copies[0].code
    html = find(scene, "mei", code[:-1] + ("A" if code[-1] != "A" else "B"))
    assert "Nothing that you may see fits." in html


def test_a_handoff_is_opened_by_its_number(scene: Scene) -> None:
    answer = scene.client("tao").get("/find", {"q": scene.handoff.number.lower()})
    assert answer["Location"] == reverse("handoff", args=[scene.handoff.id])
    assert "Nothing that you may see fits." in find(scene, "lan", scene.handoff.number)


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("westgate", "Westgate Data Processing"),
        ("DATA westg", "Westgate Data Processing"),
        ("西关", "Westgate Data Processing"),
        ("湖畔测绘", "Lakeside Mapping"),
        ("吴涛", "Wu Tao"),
        ("wg-001", "Wu Tao"),
        ("Ｔ－１", "Test revision"),
        ("revision", "T-1"),
        ("sheet", "SHEET"),
    ],
)
def test_names_are_found_in_both_scripts_in_part_and_in_any_case(scene: Scene, asked: str, name: str) -> None:
    assert name in find(scene, "mei", asked)


def test_a_registration_number_finds_its_party_alone(scene: Scene) -> None:
    registers.register_party(
        Actor.setup(),
        kind=PartyKind.ORGANISATION,
        name="Numbered Mapping",
        identifiers={"USCC": "91330000TEAT00001C"},
    )
    html = find(scene, "mei", " ９１３３００００teat00001c ")
    assert "Numbered Mapping" in html and "Westgate" not in html


def test_nobody_finds_what_is_not_theirs_to_see(scene: Scene) -> None:
    assert "Nothing that you may see fits." in find(scene, "tao", "lakeside")
    assert "Nothing that you may see fits." in find(scene, "tao", "湖畔")
    assert "Nothing that you may see fits." in find(scene, "tao", scene.copies[3].code)
    assert scene.copies[0].code in find(scene, "tao", scene.copies[0].code), "offered to Westgate"
    assert "Nothing that you may see fits." in find(scene, "bo", "T-1")
    assert "Nothing that you may see fits." in find(scene, "bo", "SHEET")
    assert Client().get("/find", {"q": "x"}).status_code == 302


def test_many_are_cut_and_it_is_said(scene: Scene) -> None:
    from custody.stories import cast as people

    for number in range(25):
        people.make_copies(scene.cast, scene.project, f"MANY-{number:02}", 1)
    html = find(scene, "mei", "many")
    assert html.count("MANY-") == 20
    assert "Only the first 20 are shown." in html


@pytest.mark.parametrize(
    "asked", ["%", "_", "\\", "' OR 1=1 --", "<script>", "HF-", "HF-999999999999", "((("]
)
def test_signs_with_a_meaning_elsewhere_are_only_signs(scene: Scene, asked: str) -> None:
    html = find(scene, "mei", asked)
    assert "<script>" not in html
    assert "Nothing that you may see fits." in html


def test_what_cannot_be_looked_for_is_told_and_nothing_is_asked_for_nothing(scene: Scene) -> None:
    mei = scene.client("mei", "zh-hans")
    for asked in ("x" * 101, "a\0b", "a\u202eb"):
        assert mei.get("/find", {"q": asked}).status_code == 422
    page = mei.get("/find").content.decode()
    assert "查找" in page and "没有您可查看的结果" not in page


def test_numbers_are_read_with_and_without_their_check_character() -> None:
    code = copy_code(10)
    assert codes(code) == ([code], [])
    assert codes("hf10")[0] == [copy_code(1), code], "10, or 1 with its check character 0"
    assert codes("HO 7")[1][0].startswith("HO-000007-")
    assert codes("H-50-27-5") == codes("") == codes("HF-12345678901234567890") == ([], [])
