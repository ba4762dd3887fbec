"""Labels are counted with the camera in the page, read by the browser or, where it cannot, by the site."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import segno

from custody import codes
from tests.browser.conftest import Stage
from tests.browser.person import PHONE, Person
from tests.chromium import FLAGS, program
from tests.config.test_run import Site, clean_environ
from tests.databases import PROJECT

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]
WIDE, HIGH, RATE = 640, 480, 10
OPENED = """
import json
from django.urls import reverse
from custody.actions import stocktaking
from custody.stories import cast
from custody.terms import SecondPerson
people = cast.load()
project = cast.open_project(people, "BR-CAMERA", "Counted 清点")
copies = cast.make_copies(people, project, "BR-SEEN", 3)
asked = stocktaking.Asked(people.party("northfield"), people.people["mei"].id, people.people["yu"].id,
    SecondPerson.COUNTER, project.id)
row = cast.must(stocktaking.open_stocktake(people.actor("mei"), asked=asked), "done").object
print(json.dumps([reverse("stocktake_count", args=[row.id]), *(copy.code for copy in copies)]))
"""
# A reader that says what the test shows it, for a browser that has one.
READER = """
window.shown = [];
window.BarcodeDetector = class {
    static async getSupportedFormats() { return ["code_128", "qr_code"]; }
    async detect() { return window.shown.map((rawValue) => ({ rawValue })); }
};
"""


@pytest.fixture(scope="module")
def counting(site: Site) -> list[str]:
    """The address where a stocktake is counted, and the codes of its copies."""
    made = subprocess.run(
        [sys.executable, "manage.py", "shell", "--verbosity=0", "--command", OPENED],
        cwd=PROJECT,
        env={**clean_environ(), "HOLDFAST_VAR": str(site.var)},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    found: list[str] = json.loads(made.stdout.splitlines()[-1])
    return found


def film(file: Path, shots: list[tuple[str, float]]) -> None:
    """Write what a camera sees: each text as a QR code on a grey table for so many seconds; nothing for none.

    YUV4MPEG2, 4:2:0: a plane of brightness, and two planes of a quarter of it for colour.
    """
    colour = bytes([128]) * (WIDE * HIGH // 2)
    with file.open("wb") as out:
        out.write(f"YUV4MPEG2 W{WIDE} H{HIGH} F{RATE}:1 Ip A1:1 C420mpeg2\n".encode())
        for text, seconds in shots:
            table = [bytearray([120]) * WIDE for _ in range(HIGH)]
            dots = segno.make_qr(text).matrix_iter(scale=6, border=4) if text else ()
            for y, line in enumerate(dots, 60):
                row = bytes(30 if dark else 225 for dark in line)
                table[y][180 : 180 + len(row)] = row
            out.write((b"FRAME\n" + b"".join(table) + colour) * int(seconds * RATE))


@pytest.fixture
def filming(site: Site, chromium: Any, tmp_path: Path) -> Iterator[Callable[..., Person]]:
    """Let somebody in with a camera that sees a film, over and over."""
    left: list[Callable[[], None]] = []

    def let_in(name: str, language: str, shots: list[tuple[str, float]], *more: str) -> Person:
        seen = tmp_path / "camera.y4m"
        film(seen, shots)
        camera = ["--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={seen}", *more]
        browser = chromium.browser_type.launch(executable_path=program(), args=[*FLAGS, *camera])
        person = Stage(site, browser, None).enter(name, language, width=PHONE)
        left.extend((person.leave, browser.close))
        person.sign_in()
        return person

    yield let_in
    for leave in left:
        leave()


def counted(person: Person) -> list[Any]:
    """Note every scan that goes out."""
    sent: list[Any] = []
    person.page.on(
        "request", lambda r: sent.append(r) if r.method == "POST" and r.url.endswith("/count") else 0
    )
    return sent


def label(person: Person, code: str) -> str:
    return f"{person.origin}/c/{code}"


def test_a_phone_counts_a_label_twice_seen_and_a_strangers_without_leaving_the_page(
    filming: Callable[..., Person], counting: list[str], site: Site
) -> None:
    address, first, *_rest = counting
    home = f"http://localhost:{site.port}"
    stranger = codes.copy_code(777_777)
    shots = [("", 0.5), (f"{home}/c/{first}", 2.5), ("", 2.5), (stranger, 2.5), ("", 2.5)]
    yu = filming("yu", "zh-hans", shots, "--use-fake-ui-for-media-stream")
    yu.go(address)
    frames: list[int] = []
    yu.page.on("request", lambda r: frames.append(len(r.post_data_buffer)) if "/read?" in r.url else 0)
    said = yu.page.locator("[data-said=scan]")
    yu.page.get_by_role("button", name=yu.word("Use the camera")).click()
    said.get_by_text(f"{first}: 已点到").wait_for()
    assert yu.page.locator("[data-said=scan] .ok").count() == 1 and "✓" in said.inner_text()
    yu.page.get_by_text("1 / 3").wait_for()
    said.get_by_text("未登记").first.wait_for()
    assert stranger in said.inner_text() and yu.page.locator("[data-said=scan] .ok").count() == 0
    said.get_by_text(f"{first}: 重复扫描").wait_for()
    assert yu.page.get_by_text("1 / 3").count() == 1, "it counts once"
    yu.judge("counting with the camera")
    yu.fingers("counting with the camera")
    yu.page.get_by_role("button", name=yu.word("Stop the camera")).click()
    assert yu.page.locator("video").evaluate("v => v.srcObject === null && v.hidden")
    assert set(frames) == {400 * 400}, "one byte a pixel, and nothing of the picture's edge"


def test_a_browser_that_reads_codes_sends_no_picture_and_a_code_in_view_goes_out_once(
    filming: Callable[..., Person], counting: list[str]
) -> None:
    address, _first, second, third = counting
    mei = filming("mei", "en", [("", 1)], "--use-fake-ui-for-media-stream")
    mei.context.add_init_script(READER)
    mei.go(address)
    frames: list[str] = []
    mei.page.on("request", lambda r: frames.append(r.url) if "/read?" in r.url else 0)
    said, sent = mei.page.locator("[data-said=scan]"), counted(mei)
    mei.page.get_by_role("button", name="Use the camera").click()
    mei.page.locator("video").wait_for()
    show = "codes => { window.shown = codes; }"
    mei.page.evaluate(show, [label(mei, second)])
    said.get_by_text(f"{second}: Counted").wait_for()
    mei.page.wait_for_timeout(2_000)
    assert len(sent) == 1, "it stays in view"
    mei.page.evaluate(show, [label(mei, second), label(mei, third)])
    said.get_by_text(f"{third}: Counted").wait_for()
    mei.page.evaluate(show, [])
    mei.page.wait_for_timeout(2_000)
    mei.page.evaluate(show, [label(mei, second)])
    said.get_by_text(f"{second}: Counted before").wait_for()
    assert (len(sent), frames) == (3, [])
    mei.fill(code=third)
    mei.press("Count it")
    mei.reads("Counted before")


def test_who_does_not_allow_the_camera_or_has_an_unsafe_address_is_told_why(
    filming: Callable[..., Person], counting: list[str]
) -> None:
    mei = filming("mei", "en", [("", 1)], "--deny-permission-prompts")
    mei.go(counting[0])
    mei.page.get_by_role("button", name="Use the camera").click()
    mei.reads("The camera is not allowed. Allow it for this page in the browser, then press again.")
    mei.context.add_init_script("Object.defineProperty(window, 'isSecureContext', {value: false})")
    mei.go(counting[0])
    mei.page.get_by_role("button", name="Use the camera").click()
    mei.page.get_by_text("The camera works at an address with https:// only.").wait_for()
    assert mei.page.locator("video").is_hidden()
