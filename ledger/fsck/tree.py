"""The tree rebuilt from the leaves, and every tile and bundle on disk against it, byte for byte."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from ledger.fsck.faults import Found
from ledger.store import Store
from ledger.tlog import tiles
from ledger.tlog.errors import FormatError
from ledger.tlog.merkle import HASH_BYTES, Frontier, leaf_hash, node_hash

_PARTIAL = re.compile(r"[1-9][0-9]{0,2}", re.ASCII)
_TILE = re.compile(r"tile/(entries|[0-9]{1,2})/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", re.ASCII)
_TEMPORARY = re.compile(r"\..*\.tmp")


class Tree:
    """Takes leaves in order. `published` is the size that the files must reach."""

    def __init__(self, store: Store, found: Found, published: int) -> None:
        self.store, self.found, self.published = store, found, published
        self.size = 0
        self._open: list[list[bytes]] = [[]]
        self._done: list[int] = [0]
        self._leaves: list[bytes | None] = []
        self._full = Frontier()  # over the roots of full tiles of level 0

    def append(self, value: bytes, leaf: bytes | None) -> None:
        """Add the next leaf; None for its bytes when the database has lost them."""
        self._open[0].append(value)
        self._leaves.append(leaf)
        self.size += 1
        if len(self._leaves) == tiles.WIDTH:
            self._bundle()
            self._tile(0)

    def edge(self) -> list[bytes]:
        """The right edge, as ``ledger_logstate`` keeps it."""
        rest = Frontier()
        for value in self._open[0]:
            rest.append(value)
        return self._full.hashes + rest.hashes

    def root(self) -> bytes:
        """The root at the present size."""
        return Frontier.from_hashes(self.size, self.edge()).root()

    def finish(self) -> None:
        """Check what is not full."""
        if self._leaves:
            self._bundle()
        for level, values in enumerate(self._open):
            if values:
                self._compare(level, self._done[level], b"".join(values))

    # --- tiles ---

    def _tile(self, level: int) -> None:
        """A tile is full: compare it, and hand its root to the level above."""
        values = self._open[level]
        self._compare(level, self._done[level], b"".join(values))
        self._open[level] = []
        self._done[level] += 1
        while len(values) > 1:
            values = [node_hash(values[i], values[i + 1]) for i in range(0, len(values), 2)]
        if level == 0:
            self._full.append(values[0])
        if level + 1 == len(self._open):
            self._open.append([])
            self._done.append(0)
        self._open[level + 1].append(values[0])
        if len(self._open[level + 1]) == tiles.WIDTH:
            self._tile(level + 1)

    def _compare(self, level: int, n: int, data: bytes) -> None:
        span = tiles.WIDTH**level
        published = min(tiles.WIDTH, max(0, self.published // span - n * tiles.WIDTH))
        held = len(data) // HASH_BYTES
        for width, raw in self._files(tiles.tile_path(level, n), held, published, _first_hashes):
            self.found.checked["tiles"] += 1
            if raw != data[: width * HASH_BYTES]:
                path = tiles.tile_path(level, n, width)
                at = next((i for i in range(width) if _hash(raw, i) != _hash(data, i)), width)
                if len(raw) != width * HASH_BYTES:
                    self.found.fault("tile", path, f"{width * HASH_BYTES} bytes", f"{len(raw)}")
                else:
                    self.found.fault("tile", f"{path}, hash {at}", _hash(data, at), _hash(raw, at))

    # --- bundles ---

    def _bundle(self) -> None:
        n = (self.size - 1) // tiles.WIDTH
        leaves, self._leaves = self._leaves, []
        published = min(tiles.WIDTH, max(0, self.published - n * tiles.WIDTH))
        whole = [leaf for leaf in leaves if leaf is not None]
        for width, raw in self._files(tiles.entries_path(n), len(leaves), published, _first_entries):
            self.found.checked["bundles"] += 1
            try:
                same = len(whole) == len(leaves) and raw == tiles.encode_entries(whole[:width])
            except FormatError:
                same = False
            if not same:
                self._explain(n, width, raw, leaves)

    def _explain(self, n: int, width: int, raw: bytes, leaves: list[bytes | None]) -> None:
        path = tiles.entries_path(n, width)
        try:
            there = tiles.decode_entries(raw)
        except FormatError as error:
            self.found.fault("bundle", path, error.expected, error.got)
            return
        if len(there) != width:
            self.found.fault("bundle", path, f"{width} entries", str(len(there)))
        hashes = self._open[0]
        for place, (file, row) in enumerate(zip(there, leaves, strict=False)):
            if file != row:
                true = leaf_hash(file) == hashes[place]
                got = "the database has another leaf" if true else "another leaf in the file"
                where = f"{path}, entry {n * tiles.WIDTH + place}"
                self.found.fault("bundle", where, f"leaf hash {hashes[place].hex()[:16]}…", got)

    # --- files ---

    def _files(
        self, full: str, held: int, published: int, first: Callable[[bytes, int], bytes]
    ) -> Iterator[tuple[int, bytes]]:
        """Each form of a tile or bundle that is there, up to the width that the database has.

        The one that the newest checkpoint needs must be there, as itself or within the full one, of which
        `first` cuts off what is newer than this check.
        """
        there: set[int] = set()
        with suppress(FileNotFoundError):
            raw = self.store.read(full)
            yield held, raw if held == tiles.WIDTH else first(raw, held)
            there.add(tiles.WIDTH)
        for width in self._partials(full):
            if width > held:
                continue  # the sealer was faster than this check; what is beyond its state is told as stray
            try:
                raw = self.store.read(f"{full}.p/{width}")
            except (FileNotFoundError, NotADirectoryError):
                continue  # dropped just now, since the full one stands
            there.add(width)
            yield width, raw
        if published and not there & {published, tiles.WIDTH}:
            self.found.fault("missing", full if published == tiles.WIDTH else f"{full}.p/{published}")

    def _partials(self, full: str) -> list[int]:
        try:
            names = [path.name for path in (self.store.folder / f"{full}.p").iterdir()]
        except (FileNotFoundError, NotADirectoryError):
            return []
        return sorted(int(name) for name in names if _PARTIAL.fullmatch(name) and int(name) < tiles.WIDTH)


def files_of(store: Store) -> list[str]:
    """Return every file below ``tile/`` that is not in the making."""
    return [
        (Path(folder) / name).relative_to(store.folder).as_posix()
        for folder, _, names in os.walk(store.folder / "tile")
        for name in names
        if not _TEMPORARY.fullmatch(name)
    ]


def check_stray(found: Found, files: Iterable[str], size: int) -> None:
    """Tell every file that a log of `size` entries cannot have."""
    for path in files:
        if not _belongs(path, size):
            found.fault("stray", path, f"none beyond {size} entries", "a file")


def _belongs(path: str, size: int) -> bool:
    match = _TILE.fullmatch(path)
    if match is None:
        return False
    kind, number, partial = match.groups()
    n = int(number.replace("x", "").replace("/", ""))
    level = 0 if kind == "entries" else int(kind)
    width = int(partial) if partial else tiles.WIDTH
    if level > tiles.MAX_LEVEL or (partial and width >= tiles.WIDTH):
        return False
    made = tiles.entries_path(n, width) if kind == "entries" else tiles.tile_path(level, n, width)
    return path == made and n * tiles.WIDTH + width <= size >> (tiles.HEIGHT * level)


def _hash(data: bytes, place: int) -> bytes:
    return data[place * HASH_BYTES : (place + 1) * HASH_BYTES]


def _first_hashes(raw: bytes, count: int) -> bytes:
    return raw[: count * HASH_BYTES]


def _first_entries(raw: bytes, count: int) -> bytes:
    try:
        return tiles.encode_entries(tiles.decode_entries(raw)[:count])
    except FormatError:
        return raw
