"""The scene of the screens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from custody.stories.cast import Cast

    from .scene import Scene


@pytest.fixture
def scene(cast: Cast) -> Scene:
    """A project with a hop for each of two siblings, an offer and a request; rolled back after the test."""
    from . import scene as scenes

    return scenes.set_up(cast)
