"""The hash of a file is worked out in the browser a piece at a time, and the file is never sent."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.person import Person

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
