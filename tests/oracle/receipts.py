"""What is asked of a signed receipt (HND-09): from a level that the regime sets, the receiver's own key, and
nothing in its place. Nothing here looks at the product."""

from __future__ import annotations

from collections.abc import Sequence

ORDER = ("gongkai", "mimi", "jimi", "juemi")
"""The levels of national law, the least first (SSL 14, and what is no secret)."""


def said(levels: Sequence[str], from_level: str | None, key: str | None, *, by_hand: bool) -> str:
    """What is wrong with the receipt of copies at some levels; empty: nothing."""
    asks = from_level is not None and any(level in ORDER[ORDER.index(from_level) :] for level in levels)
    if not asks:
        return ""
    if by_hand:
        return "by_hand"
    return "" if key in ("passkey", "certificate") else "unsigned"
