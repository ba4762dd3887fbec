"""The scene of the screens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .scene import Scene


@pytest.fixture
def scene(screens_stage: Scene, settings: Any) -> Scene:
    """A project with a hop for each of two siblings, an offer and a request; rolled back after the test."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast: guards nothing
    return screens_stage
