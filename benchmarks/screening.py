"""Screening: 1,000 parties against a list of 10,000 entries, as the worker does it; limit 30 s.

`python -m benchmarks.screening [--entries N] [--parties N]`. Names are made up from a seed; one party in
fifty is a listed name written otherwise, and each must be found. The peer is the plain way: `fuzz.ratio` of
rapidfuzz for each pair of folded names in a Python loop, at the same cut-off. Exit code 1 when the limit is
missed, or a party that was planted.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable, Iterator

from rapidfuzz import fuzz

from custody.importers.names import fold
from custody.screening.likeness import CUT_OFF, Named, hits
from custody.screening.names import form_of

LIMIT = 30.0
_SYLLABLES = [
    "ba",
    "be",
    "cor",
    "da",
    "del",
    "for",
    "gra",
    "ha",
    "in",
    "jo",
    "ka",
    "lan",
    "mar",
    "nor",
    "os",
    "pel",
    "qua",
    "ri",
    "sun",
    "tor",
    "ul",
    "ver",
    "wes",
    "yar",
]
_TRADES = [
    "Survey",
    "Mapping",
    "Geodata",
    "Aerial",
    "Marine",
    "Cadastral",
    "Imaging",
    "Terrain",
    "Hydrographic",
]
_FORMS = ("Ltd", "LLC", "Inc.", "GmbH", "Co., Ltd.", "S.A.", "")
_PLACES, _WORK = "岚河东港西关北原湖畔南桥云山石门", "测绘地理信息遥感航测勘察数据"


def names(count: int, seed: int) -> list[str]:
    """Return made-up names of firms, a fifth of them Chinese."""
    chance = random.Random(seed)

    def word() -> str:
        return "".join(chance.choices(_SYLLABLES, k=chance.randint(2, 3))).capitalize()

    def one() -> str:
        if chance.random() < 0.2:
            place, work = chance.choices(_PLACES, k=4), chance.choices(_WORK, k=chance.randint(3, 6))
            return "".join(place + work) + chance.choice(("有限公司", "股份有限公司", "院"))
        words = [word() for _ in range(chance.randint(1, 3))]
        return " ".join([*words, chance.choice(_TRADES), chance.choice(_FORMS)]).strip()

    return [one() for _ in range(count)]


def planted(listed: list[str], parties: list[str]) -> dict[int, int]:
    """Write some listed names otherwise in place of parties; return party -> entry."""
    found = {}
    for at in range(0, len(parties), 50):
        entry = at * 7 % len(listed)
        parties[at] = listed[entry].upper().replace(" ", "  ")
        found[at] = entry
    return found


def ours(listed: list[str], parties: list[str]) -> Iterator[tuple[int, int]]:
    """Yield party and entry as the worker screens them."""
    among = [Named(str(n), {"name": name}, {}) for n, name in enumerate(listed)]
    who = [Named(f"p{n}", {"name": name}, {}) for n, name in enumerate(parties)]
    for hit in hits(who, among):
        yield int(hit.key[1:]), int(hit.other)


def plain(listed: list[str], parties: list[str]) -> Iterator[tuple[int, int]]:
    """Yield party and entry as a loop over all pairs finds them."""
    among = [fold(name) for name in listed]
    for at, party in enumerate(map(fold, parties)):
        for entry, name in enumerate(among):
            if fuzz.ratio(party, name) >= CUT_OFF:
                yield at, entry


def main() -> int:
    """Print the table; return the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--entries", type=int, default=10_000)
    parser.add_argument("--parties", type=int, default=1_000)
    given = parser.parse_args()
    listed, parties = names(given.entries, 1), names(given.parties, 2)
    known = planted(listed, parties)

    def run(
        way: Callable[[list[str], list[str]], Iterator[tuple[int, int]]],
    ) -> tuple[float, float, int, int]:
        form_of.cache_clear()
        begun, worked = time.perf_counter(), time.process_time()
        found = set(way(listed, parties))
        spent = time.process_time() - worked
        return time.perf_counter() - begun, spent, len(found), len(known.items() & found)

    print(f"## Screening: {given.parties:,} parties against {given.entries:,} entries\n")
    print("| way | s | of them on the processor | pairs shown | of planted |\n|---|---:|---:|---:|---:|")
    figures = {}
    for label, way in (("Holdfast", ours), ("fuzz.ratio in a loop over all pairs", plain)):
        figures[label] = seconds, spent, shown, right = run(way)
        print(f"| {label} | {seconds:.1f} | {spent:.1f} | {shown} | {right} of {len(known)} |")
    seconds, _spent, _shown, right = figures["Holdfast"]
    good = seconds <= LIMIT and right == len(known)
    print(f"\nlimit {LIMIT:.0f} s: {'kept' if good else 'MISSED'}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
