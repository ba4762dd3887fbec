"""Counting a stocktake: each scan is judged at once, one by one or thousands together in the same queries.

A scan is a code as it was typed, pasted, or read by a scanner that types. Where it carries a whole address (a
label's QR code may), the code in it counts. A code of ours whose check character does not fit is mistyped and
not recorded; any other text is a stranger's label and is kept, as is a code of ours that was never given out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from custody import codes, locks
from custody import models as m
from custody.events.stocktake import StocktakeCounted
from custody.terms import Counted, Scanned, StocktakeState, Text
from custody.transitions import STOCKTAKE, move

from .base import Act, ActionError, Actor, Outcome, perform
from .entered import entered
from .stock_list import by_stream
from .stocktaking import locked, scope

MOST = 5_000
"""Scans of one act."""
LONGEST = 40
"""Signs of a stranger's label that are kept."""
_OURS = re.compile(r"HF-?(\d{4,})-?([0-9A-Z])(?![0-9A-Z-])")
_SET_COUNTED = """
UPDATE custody_stocktakeline l
SET found = v.found, entry = v.entry, round = %s, place_id = %s, counted_by_id = %s
FROM unnest(%s::uuid[], %s::text[], %s::uuid[]) AS v(id, found, entry) WHERE l.id = v.id
"""


@dataclass(frozen=True, slots=True)
class Scan:
    """What is said of one scan. ``line`` is None where nothing stands in the list for it."""

    typed: str
    said: Scanned
    line: m.StocktakeLine | None = None

    @property
    def code(self) -> str:
        """Return the code that was read, or what was typed where it is none."""
        return self.line.code if self.line else self.typed


def code_of(typed: str) -> str | None:
    """Return what stands on a label: a copy's code in its one form, another text as it is.

    None for what can be no label: nothing, too long, or a code of ours with a wrong check character.

    >>> code_of("hf000123" + codes.check_character("HF000123"))[:9]
    'HF-000123'
    """
    plain = codes.normalise(typed)
    if ours := _OURS.search(plain):
        code = f"HF-{ours[1]}-{ours[2]}"
        return code if codes.is_valid(code) else None
    label = "".join(typed.upper().split())  # whole: another house's may have strokes in it
    return label if plain and len(label) <= LONGEST and not plain.startswith("HF") else None


@entered()
def count(
    actor: Actor,
    *,
    stocktake: UUID,
    codes: Sequence[str],
    damaged: bool = False,
    place: UUID | None = None,
) -> Outcome:
    """Count what was scanned, in its order. Object: the stocktake, with what is said of each scan.

    ``damaged`` holds for all of them, ``place`` is where they were seen; without it, the place of the
    stocktake if it has one. Raises ActionError for somebody who does not count here, and too many at once.
    """
    row = m.Stocktake.objects.select_related("project").get(id=stocktake)
    actor.require("stocktake.count", **scope(row))
    if not 1 <= len(codes) <= MOST:
        raise ActionError(
            Text(en=f"Scan 1 to {MOST:,} codes at a time.", zh=f"每次请扫描1至{MOST}个编号。"), "codes"
        )
    if place and not m.System.objects.filter(id=place, owner_party=row.party_id).exists():
        raise ActionError(
            Text(en="Choose a place of the party whose copies are counted.", zh="请选择被清点单位的存放处。"),
            "place",
        )

    def work(act: Act) -> Outcome:
        if not row.may_count(actor.human()):
            raise ActionError(
                Text(en="Only who is named as a counter counts.", zh="只有指定的清点人可以清点。"), "codes"
            )
        spoken = _as_numbered_here(row, codes)
        read = {code for typed in spoken if (code := code_of(typed))}
        current = locked(actor, row, m.Copy.objects.filter(code__in=read).values_list("id", flat=True))
        move(STOCKTAKE, current.state, "count")
        judge = _Judge(current, read, damaged, place or current.system_id)
        current.scans = [judge.say(typed) for typed in spoken]
        entry = _keep(act, actor, current, judge)
        return Outcome("done", entry, current)

    return perform(actor, work, verb="stocktake.count")


def _as_numbered_here(row: m.Stocktake, typed: Sequence[str]) -> list[str]:
    """Return what was typed, an old number as the code of the one copy on the list that has it: what came
    from paper bears no label of ours yet."""
    told = {text.strip() for text in typed if not _OURS.search(codes.normalise(text))}
    if not told:
        return list(typed)
    taken = m.TakenOver.objects.filter(number__in=told, copy__stocktake_lines__stocktake=row)
    found: dict[str, set[str]] = {}
    for number, code in taken.values_list("number", "copy__code"):
        found.setdefault(number, set()).add(code)
    known = {number: min(of) for number, of in found.items() if len(of) == 1}
    return [known.get(text.strip(), text) for text in typed]


class _Judge:
    """Says of each scan how it stands to the list, and remembers what changes by it."""

    def __init__(self, row: m.Stocktake, read: Iterable[str], damaged: bool, place: UUID | None) -> None:
        self.row, self.damaged, self.place = row, damaged, place
        found = m.Copy.objects.filter(code__in=read).select_related("item")
        self.copies = {copy.code: copy for copy in found}
        locks.check("copy", [copy.id for copy in self.copies.values()])
        self.lines = {line.code: line for line in row.lines.filter(code__in=read)}
        self.new: dict[UUID, m.StocktakeLine] = {}
        self.changed: dict[UUID, m.StocktakeLine] = {}

    def say(self, typed: str) -> Scan:
        """Judge one scan; what it changes stands in ``new`` and ``changed``."""
        code = code_of(typed)
        if code is None:
            return Scan(typed.strip(), Scanned.MISTYPED)
        line = self.lines.get(code)
        if line is not None and line.found is not Counted.NOT_SEEN:
            if not (self.damaged and line.found is Counted.SEEN):
                return Scan(typed, Scanned.AGAIN, line)
            line.found = Counted.DAMAGED
        elif line is not None:
            line.found = self._expected(self.copies[code])
        else:
            line = self._met(code, self.copies.get(code))
        if line.id not in self.new:
            self.changed[line.id] = line
        return Scan(typed, Scanned(str(line.found)), line)

    def _expected(self, copy: m.Copy) -> Counted:
        """Return how a copy on the list was found: one that left since is here against the record."""
        if not self.row.keeps(copy) or (self.place and copy.system_id != self.place):
            return Counted.ELSEWHERE
        return Counted.DAMAGED if self.damaged else Counted.SEEN

    def _met(self, code: str, copy: m.Copy | None) -> m.StocktakeLine:
        line = m.StocktakeLine(
            id=m.new_id(), stocktake=self.row, copy=copy, code=code, expected=False, found=Counted.STRANGER
        )
        if copy is not None:
            row, project = self.row, copy.item.project_id
            fits = (
                row.keeps(copy) and row.project_id in (None, project) and self.place in (None, copy.system_id)
            )
            line.found = Counted.CAME if fits else Counted.ELSEWHERE
        self.lines[code] = self.new[line.id] = line
        return line


def _keep(act: Act, actor: Actor, row: m.Stocktake, judge: _Judge) -> UUID:
    """Save and record what was counted; return its first entry, or the stocktake's where nothing was."""
    seen_in = 1 if row.state is StocktakeState.COUNTING else 2
    counted = [*judge.changed.values(), *judge.new.values()]
    first: UUID | None = None
    for stream, group in by_stream((line, _line_stream_of(judge, row, line)) for line in counted):
        known = [line.id in judge.changed for line in group]
        entry = act.record(
            StocktakeCounted(
                stocktake=str(row.id),
                party=str(row.party_id),
                round=seen_in,
                counted_by=str(actor.human()),
                place=str(judge.place) if judge.place else None,
                lines=[_told(line) for line, listed in zip(group, known, strict=True) if listed],
                met=[_told(line) for line, listed in zip(group, known, strict=True) if not listed],
            ),
            stream,
            on_behalf_of=row.party_id,
            copy_keys=[judge.copies[line.code].tag_key for line in group if line.code in judge.copies],
        )
        first = first or entry
        for line in group:
            line.entry, line.round = entry, seen_in
            line.place_id, line.counted_by_id = judge.place, actor.human()
    m.StocktakeLine.objects.bulk_create(judge.new.values(), batch_size=1000)
    if changed := list(judge.changed.values()):
        ids, found = [line.id for line in changed], [str(line.found) for line in changed]
        entries = [line.entry for line in changed]
        with connection.cursor() as cursor:
            cursor.execute(_SET_COUNTED, [seen_in, judge.place, actor.human(), ids, found, entries])
    return first or row.entry


def _line_stream_of(judge: _Judge, row: m.Stocktake, line: m.StocktakeLine) -> str:
    copy = judge.copies.get(line.code)
    return f"project:{copy.item.project_id}" if copy else row.stream


def _told(line: m.StocktakeLine) -> dict[str, str]:
    told = {"line": str(line.id), "code": line.code, "found": str(line.found)}
    return told | ({"copy": str(line.copy_id)} if line.copy_id else {})
