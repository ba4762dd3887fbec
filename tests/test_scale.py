"""What a day tries of a test with many cases: within some days all."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests import scale
from tests.databases import PROJECT

TEST = "tests/web/test_access.py::test_lists_open_for_all_in_both_languages"


def test_each_case_is_tried_on_one_day_of_some(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scale, "BY_HAND", False)
    monkeypatch.setattr(scale, "FULL", False)
    tried: list[int] = []
    for day in range(scale.EVERY_OTHER):
        monkeypatch.setattr(scale, "DAY", day)
        tried += [number for number in range(20) if scale.of_today("a test", number)]
    assert sorted(tried) == list(range(20))


@pytest.mark.parametrize("every", [2, 3, 4, 12])
@pytest.mark.parametrize("days", [2, 3])
def test_each_share_of_a_test_that_takes_turns_is_tried_on_some_day(
    monkeypatch: pytest.MonkeyPatch, days: int, every: int
) -> None:
    monkeypatch.setattr(scale, "BY_HAND", False)
    monkeypatch.setattr(scale, "FULL", False)
    tried: set[int] = set()
    for day in range(12 * days):
        monkeypatch.setattr(scale, "DAY", day)
        if scale.turn_of_today("a test", days):
            tried.update(scale.share(range(every), every))
    assert tried == set(range(every))


def test_what_takes_turns_is_a_test_that_there_is() -> None:
    gone = [
        test
        for path, _, name in (test.partition("::") for test in scale.TURNS)
        if f"def {name}(" not in (PROJECT / path).read_text()
        for test in [f"{path}::{name}"]
    ]
    assert not gone


@pytest.mark.slow
def test_a_run_by_day_leaves_the_rest_to_other_days() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", TEST],
        cwd=PROJECT,
        env={**os.environ, "CI": "true", "HOLDFAST_FULL": "", "HOLDFAST_DAY": "1"},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    told = ran.stdout.splitlines()[-1].split()[0]  # as 24/72
    chosen, of = map(int, told.split("/"))
    assert of > scale.MANY
    assert chosen - of // scale.EVERY_OTHER in {0, 1}
