"""Find: copies, handoffs, parties, projects, items and people by number or name, in both scripts.

What is typed is folded (Unicode NFKC, so full-width signs count like narrow ones); each word must stand
somewhere in a row's names, in any case. Any part of a name is found, two Chinese characters too. A full copy
or handoff number is found by itself; so is a party by its registered identifier.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django.db.models import Q

from custody import models as m
from custody.codes import copy_code, handoff_number, is_valid, normalise

LONGEST, WORDS = 100, 6
_CODE = re.compile(r"(HF|HO)-?([0-9]{1,12})(?:-?([0-9A-Z]))?")
# Noun -> its table, and the columns in which each word is looked for. In the order in which they are shown.
NAMED: dict[str, tuple[type[Any], tuple[str, ...]]] = {
    "party": (m.Party, ("name", "other_name", "names")),
    "project": (m.Project, ("code", "title", "contract_number")),
    "item": (m.Item, ("codename",)),
    "person": (m.Person, ("name", "staff_number")),
}


def codes(typed: str) -> tuple[list[str], list[str]]:
    """Return the copy and handoff numbers that this may mean, with or without dashes and check character.

    >>> codes("hf 1")[0]
    ['HF-000001-0']
    """
    found = _CODE.fullmatch(normalise(typed).replace(" ", ""))
    if not found:
        return [], []
    kind, digits, check = found.groups()
    make = copy_code if kind == "HF" else handoff_number
    meant = {f"{kind}-{int(digits):06d}-{check}"} if check else {make(int(digits))}
    if not check and len(digits) > 1:  # its last digit may be the check character
        meant.add(f"{kind}-{int(digits[:-1]):06d}-{digits[-1]}")
    valid = sorted(code for code in meant if is_valid(code))
    return (valid, []) if kind == "HF" else ([], valid)


def found(user: Any, asked: str) -> dict[str, Any]:
    """Return by noun the rows that this reader finds, exact numbers first; a noun may have none."""
    copies, numbers = codes(asked)
    rows: dict[str, Any] = {}
    if copies:
        rows["copy"] = m.Copy.objects.visible_to(user).filter(code__in=copies)
    if numbers:
        rows["handoff"] = m.Handoff.objects.visible_to(user).filter(number__in=numbers)
    for noun, (model, columns) in NAMED.items():
        rows[noun] = _named(model.objects.visible_to(user), columns, asked).order_by(columns[0], "id")
    identified = _identified(user, asked)
    return {**rows, "party": identified} if identified.exists() else rows


def _named(rows: Any, columns: tuple[str, ...], asked: str) -> Any:
    """Return the rows in which every word stands."""
    for word in unicodedata.normalize("NFKC", asked).split()[:WORDS]:
        anywhere = Q()
        for column in columns:
            anywhere |= _further(word) if column == "names" else Q(**{f"{column}__icontains": word})
        rows = rows.filter(anywhere)
    return rows


def _further(word: str) -> Q:
    """Return the condition that a further name of a party has this word: former ones, aliases."""
    return Q(id__in=m.PartyName.objects.filter(name__icontains=word).values("party"))


def _identified(user: Any, asked: str) -> Any:
    value = "".join(unicodedata.normalize("NFKC", asked).split())
    return m.Party.objects.visible_to(user).filter(identifiers__value__iexact=value).distinct()
