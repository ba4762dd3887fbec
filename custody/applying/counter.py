"""A receipt at a counter sets no row of its own: the acceptance beside it does."""

from __future__ import annotations

from custody.applying.rows import State, Told, applies


@applies("handoff.at_counter/1")
def _(state: State, t: Told) -> None:
    return None
