"""Typed, pasted, scanned numbers: which line says what, what is wrong with it, which lines repeat others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from custody.codes import is_valid, normalise

SHOWN = 20
_SPLIT = re.compile(r"[\s,;，；、]+")


@dataclass(frozen=True, slots=True)
class Typed:
    """A number and the line that it stands in, counted from 1."""

    line: int
    code: str


def read(text: str) -> list[Typed]:
    """Return the numbers of a text line by line, folded as numbers are."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    folded = (" ".join(normalise(part) for part in line.split()) for line in lines)
    return [Typed(n, code) for n, line in enumerate(folded, 1) for code in _SPLIT.split(line) if code]


def faults(typed: Iterable[Typed], known: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each number that is mistyped or not among the known ones."""
    found = []
    for one in typed:
        words = {"line": one.line, "code": one.code[:40]}
        if not is_valid(one.code):
            found.append(
                _("Line %(line)s, %(code)s: the last character is wrong; compare with the label.") % words
            )
        elif one.code not in known:
            found.append(_("Line %(line)s: %(code)s is not a copy of this project that you can see.") % words)
    return shortened(found)


def repeats(typed: Iterable[Typed]) -> list[str]:
    """Return a sentence for each number that an earlier line has already."""
    first: dict[str, int] = {}
    found = []
    for one in typed:
        if one.code in first:
            words = {"line": one.line, "code": one.code, "first": first[one.code]}
            found.append(_("Line %(line)s repeats %(code)s of line %(first)s; it counts once.") % words)
        else:
            first[one.code] = one.line
    return shortened(found)


def shortened(sentences: Sequence[str]) -> list[str]:
    """Return the first twenty sentences and how many are left."""
    more = len(sentences) - SHOWN
    left = [_("and %(n)s more") % {"n": more}] if more > 0 else []
    return [*sentences[:SHOWN], *left]
