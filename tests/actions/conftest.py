"""The scene of the action tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from custody.stories.cast import Cast
    from tests.actions.scenes import Scene


@pytest.fixture
def scene(cast: Cast) -> Scene:
    """A project with owner, sender and receiver apart from the house; rolled back after the test."""
    from tests.actions import scenes

    return scenes.set_up(cast)
