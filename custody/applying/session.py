"""Sessions have no rows that entries tell."""

from __future__ import annotations

from custody.applying.rows import State, Told, applies


@applies("session.ended/1", "session.ended/2")
def _(state: State, t: Told) -> None:
    """What was open is no fact of custody."""
