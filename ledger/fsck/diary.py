"""The journal against the database: every sealed entry once, with the values that the tables hold."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ledger import journal
from ledger.errors import JournalError
from ledger.fsck.faults import Found
from ledger.fsck.values import Value
from ledger.journal import JournalEntry
from ledger.store import Store
from ledger.tlog.encoding import b64

_NAME = re.compile(r"([0-9]{12})-([0-9]{12})", re.ASCII)
_TEMPORARY = re.compile(r"\..*\.tmp")


class Diary:
    """Reads the journal in log order beside the database. `published` is how far it must reach."""

    def __init__(self, store: Store, key: bytes, found: Found, published: int) -> None:
        self.store, self.key, self.found = store, key, found
        self._files = self._listed(published)
        self.ends = [end for _, end in self._files]
        self._start = self._end = 0
        self._entries: list[JournalEntry] = []

    def compare(
        self, index: int, id: str, leaf_hash: bytes, stream_name: str, values: Sequence[Value]
    ) -> None:
        """Compare one entry; the entries come in log order."""
        kept = self._entry(index)
        if kept is None:
            return
        self.found.checked["journal entries"] += 1
        where = f"journal, entry {index} ({id})"
        if kept.id != id or kept.leaf_hash != b64(leaf_hash):
            self.found.fault(
                "journal", where, f"{id} {b64(leaf_hash)[:12]}", f"{kept.id} {kept.leaf_hash[:12]}"
            )
        if kept.stream_name != stream_name:
            self.found.fault("journal", f"{where}, ledger_stream.name", kept.stream_name, stream_name)
        if len(kept.disclosures) == len(values) and all(
            d.text == v.text and d.name == v.name and d.digest == v.digest and d.personal == v.personal
            and d.erased_by == v.erased_by
            for d, v in zip(kept.disclosures, values, strict=True)
        ):  # fmt: skip
            return
        self._explain(where, kept, values)

    def _explain(self, where: str, kept: JournalEntry, values: Sequence[Value]) -> None:
        there = {d.name: Value(d.name, d.digest, d.text, d.personal, d.erased_by) for d in kept.disclosures}
        here = {value.name: value for value in values}
        for name in sorted(there.keys() | here.keys()):
            told, stored = there.get(name), here.get(name)
            if told is None or stored is None:
                got = "only in the database" if told is None else "only in the journal"
                self.found.fault("journal", f"{where}, {name}", "in both", got)
                continue
            if stored.text is None and told.text is not None and stored.erased_by is not None:
                # Erased in the database and not yet here: no contradiction, and nobody may overlook it.
                self.found.notes.append(f"{where}, {name}: erased in the database, still in the journal")
                continue
            for column in ("digest", "text", "personal", "erased_by"):
                said, has = getattr(told, column), getattr(stored, column)
                if said != has:
                    shown = ("the journal's", "another") if column == "text" else (said, has)
                    self.found.fault("journal", f"{where}, {name}, ledger_disclosure.{column}", *shown)

    def _entry(self, index: int) -> JournalEntry | None:
        while index >= self._end and self._files:
            self._start, self._end = self._files.pop(0)
            self._entries = self._read(self._start, self._end)
        place = index - self._start
        return self._entries[place] if 0 <= place < len(self._entries) else None

    def _read(self, start: int, end: int) -> list[JournalEntry]:
        path = journal.path_of(start, end)
        try:
            entries = journal.read(self.store, self.key, start, end)
        except FileNotFoundError:
            self.found.fault("missing", path)
            return []
        except (JournalError, ValueError, TypeError) as error:
            self.found.fault("journal", path, "a file that opens with the journal key", str(error))
            return []
        if len(entries) != end - start:
            self.found.fault("journal", path, f"{end - start} entries", str(len(entries)))
        return entries

    def _listed(self, published: int) -> list[tuple[int, int]]:
        """The files in log order. Gaps, overlaps and strangers are faults."""
        files = []
        base = self.store.folder / "journal"
        for path in sorted(base.glob("*/*")):
            match = _NAME.fullmatch(path.name)
            start, end = (int(match[1]), int(match[2])) if match else (0, 0)
            relative = path.relative_to(self.store.folder).as_posix()
            if start < end and relative == journal.path_of(start, end):
                files.append((start, end))
            elif not _TEMPORARY.fullmatch(path.name):
                self.found.fault("stray", relative)
        files.sort()
        reached = 0
        for start, end in files:
            if start > reached:
                self.found.fault("missing", "journal", f"entries {reached} to {start - 1}")
            elif start < reached:
                self.found.fault("stray", journal.path_of(start, end), f"one from entry {reached}")
            reached = max(reached, end)
        if reached < published:
            self.found.fault("missing", "journal", f"entries {reached} to {published - 1}")
        return files
