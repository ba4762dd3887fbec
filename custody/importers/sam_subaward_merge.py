"""Several records of one report become one; nothing is decided by the order of the file."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from custody.importers.sam_subaward_record import Report

CONTRACT_FIELDS: Final = frozenset({"primecontractkey", "uniqueawardkey", "piid", "agencyid"})
"""The fields that name the contract, case folded, under every name they come by."""


@dataclass(frozen=True, slots=True)
class Copy:
    """One record of the file: where it stands, what it says and how it was written."""

    position: int
    report: Report
    written: Mapping[str, object]

    @property
    def text(self) -> str:
        """Two records are exact duplicates when these are equal."""
        return json.dumps(self.written, sort_keys=True)


@dataclass(frozen=True, slots=True)
class Filed:
    """One report with all the records that carry its number, in file order."""

    report: Report
    copies: tuple[Copy, ...]

    @property
    def positions(self) -> tuple[int, ...]:
        """Record numbers, from 1."""
        return tuple(copy.position for copy in self.copies)

    @property
    def distinct(self) -> int:
        """How many differently written copies there are."""
        return len({copy.text for copy in self.copies})

    @property
    def agree(self) -> bool:
        """Whether the copies say the same once field names are read."""
        return len({copy.report for copy in self.copies}) == 1

    def differing_fields(self) -> list[str]:
        """Name the top-level fields, as written, that are not alike in all copies (an absent one differs)."""
        names = {name for copy in self.copies for name in copy.written}
        return sorted(
            name
            for name in names
            if len(
                {json.dumps([name in c.written, c.written.get(name)], sort_keys=True) for c in self.copies}
            )
            > 1
        )


def merge(copies: Iterable[Copy]) -> list[Filed]:
    """Bring records of the same report number together, sorted by that number.

    Where the copies say different things, the one filed last counts, then the one that most copies agree on,
    then the smallest text: a rule that gives the same whatever the order of the file.
    """
    groups: dict[str, list[Copy]] = defaultdict(list)
    for copy in copies:
        groups[copy.report.report_number].append(copy)
    merged = []
    for _, group in sorted(groups.items()):
        said = Counter(copy.report for copy in group)
        filed_last = max((report.submitted, times) for report, times in said.items())
        chosen = min(report for report, times in said.items() if (report.submitted, times) == filed_last)
        merged.append(Filed(chosen, tuple(sorted(group, key=lambda copy: copy.position))))
    return merged
