"""By which sign-ins a person could come in on a day, as it was known at its end."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from custody import record
from custody.terms import SignInThen


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign-in and how it stood."""

    name: str
    state: SignInThen


def signs(row: Any) -> list[Sign] | None:
    """Return the sign-ins of the holder of a row of :class:`custody.models.Access`; None for a reader who
    may not know."""
    found = getattr(row, "signs", None)
    if found is None:
        return None
    left = bool(found) and _left(row)
    return [Sign(one["name"], _state(one, left)) for one in found]


def _state(one: dict[str, Any], left: bool) -> SignInThen:
    if not one["active"] and one["closed"] is None:
        return SignInThen.ERASED
    if one["shut"] is not None:
        return SignInThen.CLOSED
    return SignInThen.LEFT if left else SignInThen.OPEN


def _left(row: Any) -> bool:
    """Return whether the last day of the holder was over on the day, by what was recorded by its end."""
    if row.left_before is None:
        return False
    if row.left_since is None:
        day = row.person.leaves_on
    else:  # it was changed since: what stood then is in its entry alone, where it can be erased
        told = record.find(row.left_before)
        said: Any = told.values.get("new_personal") if told else None
        text = said.get("leaves_on") if said else None
        day = dt.date.fromisoformat(text) if text else None
    return day is not None and day < row.day
