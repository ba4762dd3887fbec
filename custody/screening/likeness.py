"""How like two parties are, in whole hundredths, and which of many are like which others.

A registration number of one scheme is the same or it is not: the same gives 100, whatever the names. Names
are compared in both forms of :mod:`custody.screening.names` with the normalised Indel similarity of rapidfuzz
(`fuzz.ratio`: 100 for equal, 0 for nothing in common), and the better counts. Names that are equal but for
their legal form get 97, for they may be two firms: "Acme LLC" and "Acme Inc".

Nothing below `CUT_OFF` is shown to anybody. At 88 a name of eight signs with one wrong is left out and one of
nine is shown; what that finds and misses stands, name by name, in `docs/screening.md`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from .names import Form, form_of

CUT_OFF = 88
OTHER_FORM = 97
"""The most that names get whose legal forms are of different kinds."""
MOST = 50
"""Hits of one party in one list that are kept, the best first."""


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody to compare: any key, its names by what they are called, its numbers by scheme."""

    key: str
    names: Mapping[str, str]
    identifiers: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Hit:
    """Somebody that is like somebody else, by which of its names or which scheme, and how much."""

    key: str
    other: str
    by: str
    """A scheme, or what the name is called under which it was found."""
    score: int


def likeness(one: str, other: str) -> int:
    """Return how like two names are, 0 to 100.

    >>> likeness("Acme Maps Ltd", "MAPS, ACME LIMITED"), likeness("Acme LLC", "Acme Inc.")
    (100, 97)
    """
    a, b = form_of(one), form_of(other)
    if not a.plain or not b.plain:
        return 0
    best = max(fuzz.ratio(a.plain, b.plain), fuzz.ratio(a.ordered, b.ordered))
    return _whole(best, a, b)


def hits(who: Iterable[Named], among: Sequence[Named], cut_off: int = CUT_OFF) -> Iterator[Hit]:
    """Yield who is like whom of many; for each the best of each pair, best first."""
    book = Book(among)
    for one in who:
        yield from book.like(one, cut_off)


class Book:
    """Everybody among whom is looked, with what is compared made ready once."""

    def __init__(self, among: Iterable[Named]) -> None:
        """Take everybody; what cannot be compared is in nobody's way."""
        self.by_number: dict[tuple[str, str], list[str]] = defaultdict(list)
        self.count = 0
        rows: list[tuple[str, Form]] = []
        for other in among:
            self.count += 1
            for scheme, values in other.identifiers.items():
                for value in values:
                    self.by_number[scheme, value.upper()].append(other.key)
            forms = {form_of(name) for name in other.names.values()}
            rows += [(other.key, form) for form in forms if form.plain]
        rows.sort(key=lambda row: len(row[1].plain))
        self.lengths = [len(form.plain) for _key, form in rows]
        self.keys = [key for key, _form in rows]
        self.forms = [form for _key, form in rows]
        self.plain = [form.plain for form in self.forms]
        # Where neither name has words to put in order, the second look would see what the first saw.
        self.ordered = [form.ordered if form.ordered != form.plain else None for form in self.forms]
        self.all_ordered = [form.ordered for form in self.forms]

    def like(self, one: Named, cut_off: int = CUT_OFF) -> list[Hit]:
        """Return who is like somebody, the best of each pair, best first; nobody is like itself."""
        found: dict[str, Hit] = {}
        for hit in self._find(one, cut_off):
            held = found.get(hit.other)
            if held is None or hit.score > held.score:
                found[hit.other] = hit
        return sorted(found.values(), key=lambda h: (-h.score, h.other))[:MOST]

    def _find(self, one: Named, cut_off: int) -> Iterator[Hit]:
        for scheme, values in sorted(one.identifiers.items()):
            for value in values:
                for key in self.by_number.get((scheme, value.upper()), ()):
                    if key != one.key:
                        yield Hit(one.key, key, scheme, 100)
        for called, name in one.names.items():
            form = form_of(name)
            if not form.plain:
                continue
            least, first, end = self._as_long_as(form, cut_off)
            second = self.ordered if form.ordered == form.plain else self.all_ordered
            for query, choices in ((form.plain, self.plain[first:end]), (form.ordered, second[first:end])):
                like = process.extract(
                    query, choices, scorer=fuzz.ratio, processor=None, limit=None, score_cutoff=least
                )
                for _text, score, place in like:
                    at = first + place
                    whole = _whole(score, form, self.forms[at])
                    if whole >= cut_off and self.keys[at] != one.key:
                        yield Hit(one.key, self.keys[at], called, whole)

    def _as_long_as(self, form: Form, cut_off: int) -> tuple[float, int, int]:
        """Return the least score that is rounded up to the cut-off, and the range of names that can reach it:
        two names share at most the signs of the shorter one, so a ratio bounds their lengths."""
        least, length = cut_off - 0.5, len(form.plain)
        other = length * (200 - least) / least
        return least, bisect_left(self.lengths, length * length / other), bisect_right(self.lengths, other)


def _whole(score: float, a: Form, b: Form) -> int:
    """Return a score as a whole number: 100 for equal alone, less where the legal forms are of two kinds."""
    best = round(score) if score == 100 else min(round(score), 99)
    return min(best, OTHER_FORM) if a.legal and b.legal and a.legal != b.legal else best
