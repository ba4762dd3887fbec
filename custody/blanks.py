"""What stands in a row where the ledger has given up a personal value: a blank that is marked as one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

ERASED = "[erased 已删除]"
_HOLDERS = ("user", "person", "party", "key")
_UNIQUE = ("staff_number", "username", "subject")
_NOTHING = frozenset(
    {
        "citizenships",
        "vetting",
        "vetted_from",
        "vetted_to",
        "trained_on",
        "undertaking_on",
        "leaves_on",
        "guests",
    }
)
"""Columns that hold no text: what was said there is not known any more."""


def blanks(values: Mapping[str, Any], erased: Iterable[str]) -> dict[str, Any]:
    """Return the blanks for the erased fields of an entry, by field.

    >>> blanks({"person": "00000000-0000-0000-0000-000000000abc"}, ["staff_number", "citizenships"])
    {'staff_number': 'ERASED-000000000abc', 'citizenships': None}
    """
    holder = next((str(values[name]) for name in _HOLDERS if values.get(name)), "")
    found: dict[str, Any] = {}
    for name in erased:
        if name in ("old_personal", "new_personal"):
            kept = values.get(name.removesuffix("_personal")) or {}
            found[name] = {n: _blank(n, holder) for n in values.get("changed") or () if n not in kept}
        else:
            found[name] = _blank(name, holder)
    return found


def _blank(name: str, holder: str) -> Any:
    if name in _NOTHING:
        return None
    if name in _UNIQUE:
        return f"ERASED-{holder[-12:]}"
    return "" if name.endswith("other_name") else ERASED
