"""The scene of the screens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from custody.stories.cast import Cast

    from .scene import Scene


@pytest.fixture
def scene(cast: Cast, settings: Any) -> Scene:
    """A project with a hop for each of two siblings, an offer and a request; rolled back after the test."""
    from . import scene as scenes

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast: guards nothing
    return scenes.set_up(cast)
