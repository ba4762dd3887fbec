"""Where the real records are; they are no part of the project."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def real_file() -> Callable[[str], Path]:
    """Find a real file by its name, or skip the test by that name."""
    folder = Path(os.environ.get("HOLDFAST_DATA") or Path(__file__).parents[3] / "shared" / "data")

    def find(name: str) -> Path:
        if not (folder / name).is_file():
            pytest.skip(f"real data not here: {name} (HOLDFAST_DATA names the folder)")
        return folder / name

    return find
