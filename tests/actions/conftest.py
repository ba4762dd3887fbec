"""The scene of the action tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.actions.scenes import Scene


@pytest.fixture
def scene(acts_stage: Scene) -> Scene:
    """A project with owner, sender and receiver apart from the house; rolled back after the test."""
    return acts_stage
