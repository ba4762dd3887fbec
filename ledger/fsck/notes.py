"""Signed notes, the mark and the published files against the tree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ledger import keys, trust
from ledger.errors import DisagreementError, KeyFileError
from ledger.fsck.faults import Found, brief
from ledger.store import Mark, Store
from ledger.tlog.checkpoint import Checkpoint
from ledger.tlog.errors import LogError, PolicyError
from ledger.tlog.note import Verifier
from ledger.tlog.policy import Log, Policy, Trusted

WITNESSED = "checkpoint.witnessed"


@dataclass(frozen=True, slots=True)
class Published:
    """What stands in the log folder at one moment."""

    mark: Mark | None
    notes: dict[str, bytes]

    @classmethod
    def read(cls, store: Store, found: Found) -> Published:
        """Read it; a broken mark is a fault."""
        mark = None
        try:
            mark = store.mark()
        except DisagreementError as error:
            found.fault("mark", "mark", error.expected, error.got)
        notes = {}
        for name in ("checkpoint", WITNESSED):
            try:
                notes[name] = store.read(name)
            except FileNotFoundError:
                continue
        return cls(mark, notes)


def believed(found: Found, trust_folder: Path, keys_folder: Path, origin: str | None) -> Policy | None:
    """Whose signatures count: the trust folder, else our own key; None (and told) with neither."""
    try:
        return trust.load(trust_folder)
    except PolicyError as error:
        reason = str(error)
    try:
        return Policy((Log(Verifier.from_vkey(keys.log_signer(keys_folder, origin or "unnamed").vkey)),))
    except (KeyFileError, LogError):
        found.unknown.append(f"signatures were not checked: {reason}")
        return None


class Notes:
    """Opens notes; remembers the sizes whose root is still to be compared with the tree."""

    def __init__(self, found: Found, policy: Policy | None, origin: str | None, size: int) -> None:
        self.found, self.policy, self.origin, self.size = found, policy, origin, size
        self._roots: dict[int, list[tuple[str, bytes]]] = {}
        self._at = ""

    def row(self, size: int, root: bytes, note: str, at: str, now: str) -> None:
        """Check one row of ``ledger_checkpoint``; rows come by size."""
        where = f"ledger_checkpoint {size}"
        self.found.checked["checkpoints"] += 1
        opened = self.open(where, note.encode("utf-8", "surrogatepass"))
        if opened is not None and (opened.size, opened.root) != (size, root):
            self.found.fault(
                "checkpoint",
                f"{where}, size or root",
                f"{size} {root.hex()[:16]}",
                f"{opened.size} {opened.root.hex()[:16]}",
            )
        if not self._at <= at <= now:
            # No hash covers this moment, and a clock set back gives the same picture: told, no fault.
            self.found.notes.append(f"{where}, at: {brief(at)} is before the one before it, or in the future")
        self._at = max(self._at, at)
        self.root(where, size, root)

    def root(self, where: str, size: int, root: bytes) -> None:
        """Have a root compared once the tree has that size."""
        if size > self.size:
            self.found.fault("checkpoint", where, f"size {self.size} or less, as numbered", f"size {size}")
        else:
            self._roots.setdefault(size, []).append((where, root))

    def sizes(self) -> Iterator[int]:
        """The sizes asked for, ascending."""
        return iter(sorted(self._roots))

    def compare(self, size: int, true: bytes) -> None:
        """Compare all that was said of one size."""
        for where, root in self._roots.pop(size, []):
            if root != true:
                self.found.fault("checkpoint", f"{where}, root at {size}", true, root)

    def open(self, where: str, raw: bytes) -> Checkpoint | None:
        """The checkpoint of a note, its signatures verified; None when that failed, or nobody is known."""
        if self.policy is None:
            return None
        try:
            trusted: Trusted = self.policy.open(raw)
        except LogError as error:
            self.found.fault("checkpoint", f"{where}, note", error.expected, f"{error.what}: {error.got}")
            return None
        if trusted.checkpoint.origin != self.origin:
            self.found.fault("checkpoint", f"{where}, origin", self.origin, trusted.checkpoint.origin)
        return trusted.checkpoint

    def published(
        self, before: Published, after: Published, newest: tuple[int, str] | None, epoch: int
    ) -> None:
        """Compare mark and published notes, read before and after the snapshot, with the newest row."""
        found, size = self.found, newest[0] if newest else None
        for moment in (before, after):
            for name, raw in moment.notes.items():
                at = self.open(f"file {name}", raw)
                # What was read after the snapshot may be newer than it; the next check takes it.
                if at is not None and (moment is before or at.size <= self.size):
                    self.root(f"file {name}", at.size, at.root)
                if (
                    at is not None
                    and newest
                    and at.size == size
                    and name == "checkpoint"
                    and raw != newest[1].encode()
                ):
                    found.fault(
                        "checkpoint", f"file {name}", f"the note of ledger_checkpoint {size}", "other bytes"
                    )
                if moment is after and name == "checkpoint" and at is not None and at.size < (size or 0):
                    found.fault("checkpoint", f"file {name}", f"size {size} or more", f"size {at.size}")
        if size is not None and "checkpoint" not in after.notes:
            found.fault("missing", "checkpoint")
        self._mark(before.mark, after.mark, size, epoch, bool(after.notes))

    def _mark(
        self, before: Mark | None, after: Mark | None, size: int | None, epoch: int, published: bool
    ) -> None:
        found = self.found
        if after is None:
            if (size is not None or published) and not found.counts["mark"]:
                found.fault("missing", "mark")
            return
        if after.origin != self.origin:
            found.fault("mark", "mark, origin", self.origin, after.origin)
        if after.size < (size or 0):
            found.fault("mark", "mark, size", f"{size} or more", after.size)
        if before is not None:
            if before.size > self.size:
                found.fault("mark", "mark, size", f"{self.size} or less", before.size)
            else:
                self.root("file mark", before.size, before.root)
            if before.epoch > epoch:
                found.fault("mark", "mark, epoch", f"{epoch} or less", before.epoch)
        if after.size <= self.size:
            self.root("file mark", after.size, after.root)
