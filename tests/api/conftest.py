"""The scene of the screens, for programs."""

from tests.web.conftest import scene

__all__ = ["scene"]
