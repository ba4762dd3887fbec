"""What lies outside the database, read and judged: checkpoint, mark, entry bundles, tiles, journal.

Together they hold every sealed entry whole: the bundles the leaves, the journal the names of the streams and
the disclosures. Nothing is believed before it agrees with the signed checkpoint, the mark, and the digests in
the leaves. A batch that was written to bundles and journal but not signed yet is taken too: it was committed,
and the sealer signs it next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from django.utils.translation import gettext as _

from ledger import journal, keys, trust
from ledger.agreement import check_edge
from ledger.batch import Row, check
from ledger.errors import DisagreementError, JournalError, KeyFileError, RestoreError
from ledger.journal import JournalDisclosure, JournalEntry
from ledger.store import Mark, Store
from ledger.tlog import disclosure, leaf, merkle, tiles
from ledger.tlog.checkpoint import Checkpoint
from ledger.tlog.checkpoint import parse as parse_checkpoint
from ledger.tlog.encoding import b64
from ledger.tlog.errors import LogError
from ledger.tlog.note import Verifier, open_note

Progress = Callable[[int], None]
"""Told how many entries were done since it was told last."""


@dataclass(slots=True)
class Chain:
    """A stream as far as it was read."""

    name: str
    next_seq: int = 0
    head: bytes | None = None
    last: Row | None = None


@dataclass(frozen=True, slots=True)
class Sealed:
    """One entry out of bundle and journal."""

    index: int
    row: Row
    disclosures: tuple[JournalDisclosure, ...]


@dataclass(slots=True)
class Outside:
    """A log folder whose parts agree. `size` may lie beyond the checkpoint: by a batch not signed yet."""

    store: Store
    journal_key: bytes
    note: str
    checkpoint: Checkpoint
    mark: Mark
    size: int
    batches: list[tuple[int, int]]
    erasures: dict[str, UUID] = field(default_factory=dict)
    """Digest -> the entry that orders its erasure; filled by `verify`."""
    streams: dict[UUID, Chain] = field(default_factory=dict)
    frontier: merkle.Frontier = field(default_factory=merkle.Frontier)

    def entries(self) -> Iterator[Sealed]:
        """Every entry in log order, without the texts whose erasure was ordered. Raises RestoreError."""
        for start, end in self.batches:
            try:
                kept = journal.read(self.store, self.journal_key, start, end)
            except (JournalError, OSError, ValueError) as error:
                raise RestoreError(
                    _("The journal of the entries %(first)d to %(last)d cannot be used: %(why)s")
                    % {"first": start, "last": end - 1, "why": error}
                ) from None
            if len(kept) != end - start:
                raise _contradicts(_("the journal from entry %(index)d on") % {"index": start})
            leaves = self._leaves(start, end)
            for index, (raw, beside) in enumerate(zip(leaves, kept, strict=True), start):
                yield Sealed(index, _row(index, raw, beside), self._unerased(beside.disclosures))

    def verify(self, progress: Progress = lambda _: None) -> None:
        """Read everything once: links, digests, times, tree, checkpoint, mark. Raises RestoreError."""
        frontier = merkle.Frontier()
        roots = {self.checkpoint.size: self.checkpoint.root, self.mark.size: self.mark.root}
        names: dict[str, UUID] = {}
        for found in self.entries():
            row = found.row
            chain = self.streams.setdefault(row.stream, Chain(row.stream_name))
            if chain.name != row.stream_name or names.setdefault(chain.name, row.stream) != row.stream:
                raise _contradicts(_("the name of the stream of entry %(id)s") % {"id": row.id})
            if row.seq != chain.next_seq or (chain.last is not None and row.at < chain.last.at):
                raise _contradicts(_("the place of entry %(id)s in its stream") % {"id": row.id})
            try:
                check(row, chain.head, found.disclosures)
            except DisagreementError as error:
                raise _contradicts(str(error)) from None
            chain.next_seq, chain.head, chain.last = row.seq + 1, row.leaf_hash, row
            self._note_erasures(found)
            frontier.append(row.leaf_hash)
            if frontier.size in roots and frontier.root() != roots[frontier.size]:
                raise _contradicts(_("the root of the first %(size)d entries") % {"size": frontier.size})
            progress(1)
        if frontier.size != self.size:
            raise _contradicts(_("the number of entries"))
        self.frontier = frontier
        for size in roots:
            try:
                check_edge(self.store, size, roots[size])
            except LogError as error:
                raise _contradicts(str(error)) from None

    def leftovers(self) -> list[str]:
        """What an interrupted sealer wrote beyond `size`, by paths in the folder."""
        return [path for path in _files(self.store) if _beyond(path, self.size)]

    def set_aside_leftovers(self) -> list[str]:
        """Move the leftovers away: they would stand in the next sealer's way."""
        moved = self.leftovers()
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        for path in moved:
            self.store.move(path, f"set-aside/{stamp}/{path}")
        return moved

    def _note_erasures(self, found: Sealed) -> None:
        for item in found.disclosures:
            if item.text is None:
                self.erasures.setdefault(item.digest, UUID(str(item.erased_by)))
            elif item.name == disclosure.ERASES and not item.personal:
                value = disclosure.parse(item.text).value
                for digest in value if isinstance(value, list) else ():
                    self.erasures.setdefault(str(digest), found.row.id)

    def _unerased(self, items: tuple[JournalDisclosure, ...]) -> tuple[JournalDisclosure, ...]:
        return tuple(
            JournalDisclosure(d.name, d.digest, None, True, str(self.erasures[d.digest]))
            if d.personal and d.digest in self.erasures
            else d
            for d in items
        )

    def _leaves(self, start: int, end: int) -> list[bytes]:
        leaves: list[bytes] = []
        for n in range(start // tiles.WIDTH, -(-end // tiles.WIDTH)):
            first = n * tiles.WIDTH
            bundle = read_bundle(self.store, n, min(tiles.WIDTH, self.size - first))
            leaves += bundle[max(start - first, 0) : end - first]
        return leaves


def look(store: Store, keys_folder: Path, trust_folder: Path) -> Outside:
    """Open the log folder: signature, mark, and what the journal covers. Raises RestoreError."""
    try:
        key = keys.journal_key(keys_folder)
        own = own_keys(trust_folder)
    except KeyFileError as error:
        raise RestoreError(_("The key of the journal is missing: %(why)s") % {"why": error}) from None
    try:
        note = store.read("checkpoint").decode()
        mark = store.mark()
    except FileNotFoundError:
        raise RestoreError(
            _(
                "The log folder has no checkpoint: nothing can be restored from it. Put its copy back first, "
                "or write it again from a database that is whole: --log-folder."
            )
        ) from None
    except (DisagreementError, UnicodeDecodeError) as error:
        raise _contradicts(str(error)) from None
    checkpoint = signed(note, own)
    if mark is None:
        raise RestoreError(
            _("The log folder has no mark, so nobody can tell what was signed last. Put its copy back first.")
        )
    if mark.origin != checkpoint.origin or mark.size < checkpoint.size:
        raise _contradicts(_("the mark and the checkpoint"))
    batches, size = _covered(store, key, mark.size)
    return Outside(store, key, note, checkpoint, mark, size, batches)


def own_keys(trust_folder: Path) -> list[Verifier]:
    """The keys under which this log signs and has signed, at least one. Raises RestoreError."""
    try:
        own = trust.own(trust_folder)
    except LogError as error:
        raise RestoreError(_("The checkpoint is not one of this log: %(why)s") % {"why": error}) from None
    if not own:
        raise RestoreError(_("The trust folder has no log.vkey, so no checkpoint can be believed."))
    return own


def signed(note: str, own: Sequence[Verifier]) -> Checkpoint:
    """The checkpoint of a note that a key of ours has signed. Raises RestoreError."""
    try:
        found = parse_checkpoint(open_note(note.encode(), own).text)
    except LogError as error:
        raise RestoreError(_("The checkpoint is not one of this log: %(why)s") % {"why": error}) from None
    if found.origin != own[0].name:
        raise RestoreError(_("The checkpoint is not one of this log: %(why)s") % {"why": found.origin})
    return found


def read_bundle(store: Store, n: int, width: int) -> list[bytes]:
    """The first `width` leaves of an entry bundle, from its full form or a partial one. Raises
    RestoreError."""
    for form in (None, width):
        try:
            found = tiles.decode_entries(store.read(tiles.entries_path(n, form)))
        except FileNotFoundError:
            continue
        except LogError as error:
            raise _contradicts(str(error)) from None
        if len(found) >= width:
            return found[:width]
    raise RestoreError(
        _("The file %(path)s of the log folder is missing. Put the newest copy of the folder back.")
        % {"path": tiles.entries_path(n, width)}
    )


def _files(store: Store) -> list[str]:
    """The tiles, bundles and journal files of a folder, by their paths in it."""
    found = [*(store.folder / "tile").rglob("*"), *(store.folder / "journal").rglob("*")]
    return sorted(str(path.relative_to(store.folder)) for path in found if path.is_file())


def _beyond(path: str, size: int) -> bool:
    """Whether a file holds something of the tree beyond `size`."""
    kind, _slash, rest = path.partition("/")
    if kind == "journal":
        end = path.rpartition("-")[2]
        return end.isdigit() and int(end) > size
    level_name, _slash, number = rest.partition("/")
    whole, _dot, width = number.partition(".p/")
    digits = whole.replace("x", "").replace("/", "")
    if not digits.isdigit() or not (width or str(tiles.WIDTH)).isdigit():
        return False
    level = 0 if level_name == "entries" else int(level_name)
    last = int(digits) * tiles.WIDTH + int(width or tiles.WIDTH)
    return last > size >> (tiles.HEIGHT * level)


def _covered(store: Store, key: bytes, size: int) -> tuple[list[tuple[int, int]], int]:
    """The journal files of the entries below `size`, and of one batch beyond that is there whole."""
    found: Mapping[int, int] = dict(journal.ranges(store))
    batches: list[tuple[int, int]] = []
    holes: list[tuple[int, int]] = []
    at = 0
    while at < size:
        if found.get(at, size + 1) <= size:
            batches.append((at, found[at]))
            at = found[at]
        else:
            after = min((start for start in found if at < start < size), default=size)
            holes.append((at, after))
            at = after
    if holes:
        raise RestoreError(
            _(
                "The journal has no file for these entries: %(holes)s. Put what is missing back from any "
                "copy of the folder `journal` (a file is named by its first entry and the one after its "
                "last), and leave what is there: what the entries say stands nowhere else in the log "
                "folder. If the newest database is not lost, --log-folder writes it again from there."
            )
            % {"holes": ", ".join(f"{first}-{after - 1}" for first, after in holes)}
        )
    if at in found and _whole(store, key, at, found[at]):
        batches.append((at, found[at]))
        at = found[at]
    return batches, at


def _whole(store: Store, key: bytes, start: int, end: int) -> bool:
    """Whether a batch that nobody signed yet lies complete in journal and bundles."""
    try:
        kept = journal.read(store, key, start, end)
        leaves = [
            raw
            for n in range(start // tiles.WIDTH, -(-end // tiles.WIDTH))
            for raw in read_bundle(store, n, min(tiles.WIDTH, end - n * tiles.WIDTH))
        ][start % tiles.WIDTH :]
    except (JournalError, RestoreError, OSError, ValueError):
        return False
    return [b64(merkle.leaf_hash(raw)) for raw in leaves] == [entry.leaf_hash for entry in kept]


def _row(index: int, raw: bytes, beside: JournalEntry) -> Row:
    try:
        read = leaf.parse(raw)
    except LogError as error:
        raise _contradicts(str(error)) from None
    leaf_hash = merkle.leaf_hash(raw)
    if beside.id != read.id or beside.leaf_hash != b64(leaf_hash):
        raise _contradicts(_("the journal at entry %(index)d") % {"index": index})
    return Row(UUID(read.id), UUID(read.stream), beside.stream_name, read.seq, read.time, raw, leaf_hash)


def _contradicts(what: str) -> RestoreError:
    return RestoreError(
        _(
            "The log folder contradicts itself: %(what)s. Nothing was changed. Compare it with another copy, "
            "such as a monitor's, before you go on."
        )
        % {"what": what}
    )
