"""What stands before a test begins is of the day on which the test runs."""

from __future__ import annotations

import datetime as dt
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from custody.stories import cast
from tests.stages import Stages


def test_a_stage_is_made_once_a_day_for_what_lasts_until_its_end_is_over_then(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made: list[tuple[str, dt.date]] = []

    def make(_self: Any, name: str, day: dt.date) -> object:
        made.append((name, day))
        return object()

    monkeypatch.setattr(Stages, "_make", make)
    databases: Any = None
    stages, day = Stages(databases, tmp_path, ExitStack()), dt.date(2026, 11, 30)
    monkeypatch.setattr(cast, "today", lambda: day)
    first = stages.get("screens")
    assert stages.get("screens") is first
    day += dt.timedelta(days=1)
    assert stages.get("screens") is not first
    assert made == [("screens", dt.date(2026, 11, 30)), ("screens", dt.date(2026, 12, 1))]
