"""The hash of a file is worked out in the browser a piece at a time, and the file is never sent."""

from __future__ import annotations

import hashlib
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.person import PHONE, Person
from tests.config.test_run import Site, clean_environ
from tests.databases import PROJECT

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]
PIECE = 1 << 22
# Around the ends of a block, of its padding and of a piece.
SIZES = [0, 3, 55, 56, 63, 64, 65, 119, 120, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE + 57]


def test_a_custodian_takes_the_hash_from_a_file_that_stays_on_the_computer(
    enter: Callable[..., Person], tmp_path: Path
) -> None:
    yu = enter("yu", "zh-hans")
    yu.sign_in()
    yu.go("/copies/")
    yu.page.locator("main tbody a").first.click()
    yu.follow(yu.word("Describe the carrier"))
    sent: list[int] = []
    yu.page.on("request", lambda request: sent.append(len(request.post_data_buffer or b"")))
    box, choose = yu.page.locator("[name=sha256]"), yu.page.locator("[data-hash] input")
    for size in SIZES:
        content = random.Random(size).randbytes(size)
        file = tmp_path / f"{size}.bin"
        file.write_bytes(content)
        choose.set_input_files(file)
        wanted = hashlib.sha256(content).hexdigest()
        yu.page.wait_for_function("([box, value]) => box.value === value", arg=[box.element_handle(), wanted])
    assert sent == [], "no request was made"
    yu.fill(medium="硬盘", medium_serial="D-1", reason="分发")
    yu.press("Record it")
    yu.reads("Carrier")
    assert wanted in yu.text.replace("\n", "")
    assert max(sent) < PIECE, "of the file nothing went out"


OFFERED = """
from django.urls import reverse
from custody.stories import cast, told
people = cast.load()
project = cast.open_project(people, "BR-FILES", "Files 文件")
hop = told.approved_hop(people, project, "westgate", "Files 文件")
copies = cast.make_copies(people, project, "BR-FILED", 2, sha256="HASH")
row = told.offer(people, hop, copies, "tao", "westgate_room").object
print(reverse("handoff", args=[row.id]))
"""


def test_a_receiver_checks_the_files_that_came_before_signing(
    site: Site, enter: Callable[..., Person], tmp_path: Path
) -> None:
    sheet, other = tmp_path / "sheet.tif", tmp_path / "other.tif"
    sheet.write_bytes(b"sheet" * 10_000)
    other.write_bytes(b"other")
    wanted = hashlib.sha256(sheet.read_bytes()).hexdigest()
    made = subprocess.run(
        [sys.executable, "manage.py", "shell", "--verbosity=0", "--command", OFFERED.replace("HASH", wanted)],
        cwd=PROJECT,
        env={**clean_environ(), "HOLDFAST_VAR": str(site.var)},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    tao = enter("tao", "en", width=PHONE)
    tao.sign_in()
    tao.go(made.stdout.splitlines()[-1])
    tao.follow("Check the files first")
    for place, file in zip(tao.page.locator("[data-hash]").all(), (sheet, other), strict=True):
        place.locator("input").set_input_files(file)
        box = tao.page.locator(f"#{place.get_attribute('data-hash')}")
        tao.page.wait_for_function("box => box.value.length === 64", arg=box.element_handle())
    tao.press("Compare")
    tao.reads("Agrees")
    tao.reads("Differs")
    tao.press("Sign for the other 1 copy")
    tao.reads("Accepted in part")
