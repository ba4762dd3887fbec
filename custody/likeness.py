"""Work that looks like work seen before in the same project: a job repackaged under another name or parent.

A likeness proves nothing, so it is shown to whoever decides and bars nothing. Texts are compared in both
scripts, each by itself as well, for a scope may be given in one language here and in two there.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from rapidfuzz import fuzz

from custody import models as m
from custody.terms import HopState, Text

MOST = 2000
"""Subcontracts of a project that are looked at, the newest first."""
ALIKE = 88.0
"""Per cent of likeness of two texts from which they are pointed out."""
_SHORTEST = {"han": 4, "other": 8}
"""Characters of one script below which it says too little by itself."""


@dataclass(frozen=True, slots=True)
class Like:
    """A subcontract that another looks like, and why."""

    hop: m.Hop
    why: Text


def normalised(text: str) -> str:
    """Return a text with its letters, digits and characters alone, in one width and case.

    >>> normalised("ＳＨＥＥＴ-scanning（图幅 扫描）")
    'sheet scanning 图幅 扫描'
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join("".join(c if c.isalnum() else " " for c in folded).split())


def likeness(one: str, other: str) -> float:
    """Return how alike two texts are, in per cent: as a whole, or in one of their scripts.

    >>> likeness("Scanning of sheets 图幅扫描", "图幅 扫描") >= ALIKE
    True
    >>> likeness("Field survey 外业测量", "Printing 印刷") < ALIKE
    True
    """
    first, second = normalised(one), normalised(other)
    found = [_of(first, second)]
    for script, shortest in _SHORTEST.items():
        parts = [_part(text, script) for text in (first, second)]
        if min(len(part) for part in parts) >= shortest:
            found.append(_of(*parts))
    return max(found)


def alike(hop: m.Hop) -> list[Like]:
    """Return the subcontracts of the project that a hop looks like, refused ones too, the likest first."""
    rows = m.Hop.objects.filter(project=hop.project_id).exclude(id=hop.id).select_related("to_party")
    others = [row for row in rows.order_by("-created_at")[:MOST] if not _same_again(row, hop)]
    items = _items(hop, others)
    found: list[tuple[float, Like]] = []
    for row in others:
        close = likeness(hop.scope, row.scope)
        if close >= ALIKE:
            per_cent = f"{close:.0f}"
            text = Text(
                f"The work is described alike ({per_cent} %).", f"作业内容的描述相近（{per_cent}%）。"
            )
            found.append((close, Like(row, text)))
        elif set(row.categories) == set(hop.categories) and items[hop.id] and items[row.id] == items[hop.id]:
            codes = sorted(items[hop.id])
            text = Text(
                f"The same categories of work on the same items: {', '.join(codes)}.",
                f"作业类别和成果相同：{'、'.join(codes)}。",
            )
            found.append((0.0, Like(row, text)))
    return [like for _, like in sorted(found, key=lambda pair: -pair[0])]


def _same_again(row: m.Hop, hop: m.Hop) -> bool:
    """Return whether a request was taken back and made anew: the same party under the same parent."""
    again = (row.parent_id, row.to_party_id) == (hop.parent_id, hop.to_party_id)
    return again and row.state is HopState.WITHDRAWN


def _items(hop: m.Hop, others: Iterable[m.Hop]) -> dict[UUID, set[str]]:
    """Return by hop the codenames of items that its scope names or that were handed over along it."""
    names = {
        n: normalised(n)
        for n in m.Item.objects.filter(project=hop.project_id).values_list("codename", flat=True)
    }
    found: dict[UUID, set[str]] = defaultdict(set)
    for row in (hop, *others):
        words = f" {normalised(row.scope)} "
        found[row.id] |= {name for name, plain in names.items() if plain and f" {plain} " in words}
    lines = m.HandoffCopy.objects.filter(handoff__hop__project=hop.project_id)
    for id, name in lines.values_list("handoff__hop", "copy__item__codename").distinct():
        found[id].add(name)
    return found


def _of(one: str, other: str) -> float:
    joined = fuzz.ratio(one.replace(" ", ""), other.replace(" ", ""))
    return max(joined, fuzz.token_sort_ratio(one, other))


def _part(text: str, script: str) -> str:
    """Return what of a text is Chinese characters, or what is not."""
    han = script == "han"
    return " ".join("".join(c if ("\u3400" <= c <= "\u9fff") is han else " " for c in text).split())
