"""A session that sees only what somebody outside the house may see."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from custody import scope


@contextmanager
def narrowed(theirs: scope.Scope) -> Iterator[None]:
    """Narrow this test's database session within."""
    scope.narrow(theirs)
    try:
        yield
    finally:
        scope.widen()
