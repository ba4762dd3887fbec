"""What the entries say last of items and of what carries each copy, with every correction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from custody.reports.account import Account

_PROPOSES = "item.proposed"


def items(account: Account) -> dict[str, dict[str, Any]]:
    """Return what is told of each item, by its id: level, marking and whatever else its entries name."""
    return _folded(account, "item", "item.", _PROPOSES)


def carriers(account: Account) -> dict[str, dict[str, Any]]:
    """Return what carries each copy, by its id, as far as it was said: medium, serial number, seal."""
    return _folded(account, "copy", "copy.described")


def _folded(account: Account, noun: str, kinds: str, but: str = "") -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for record in account.every:
        id = record.get(noun)
        if isinstance(id, str) and record.name.startswith(kinds) and record.name != but:
            new = record.get("new")
            said = (
                new
                if isinstance(new, Mapping)
                else record.values
                if record.name.endswith("registered")
                else {}
            )
            found.setdefault(id, {}).update(said)
    return found
