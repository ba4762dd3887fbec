"""Tiles: c2sp.org/tlog-tiles. The tree cut into files that never change once they are full.

A full tile holds 256 hashes of 32 bytes. Hash i of tile n at tile level l is the root of the 256^l leaves
that start at leaf (n * 256 + i) * 256^l. A tile that is not full yet carries its width in its name and is
never hashed into the level above. Entry bundles hold the entries themselves, 256 to a file.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from typing import NamedTuple

from ledger.tlog.errors import FormatError
from ledger.tlog.merkle import HASH_BYTES, Frontier, Read

WIDTH = 256
HEIGHT = 8
"""Levels of the tree that one tile spans: 2^8 = 256."""
MAX_LEVEL = 63
MAX_ENTRY_BYTES = 65_535

ReadFile = Callable[[str], bytes]
"""Gives the bytes of a file by its path below the log's prefix; raises FileNotFoundError without one."""


class Tile(NamedTuple):
    """A tile by tile level, number and width (256 when it is full)."""

    level: int
    n: int
    width: int

    @property
    def path(self) -> str:
        """Its path below the log's prefix."""
        return tile_path(self.level, self.n, self.width)


def tile_path(level: int, n: int, width: int | None = None) -> str:
    """`tile/<level>/<n>`, with `.p/<width>` unless the tile is full (width None or 256)."""
    if not 0 <= level <= MAX_LEVEL:
        raise FormatError("tile level", expected=f"0 to {MAX_LEVEL}", got=str(level))
    return f"tile/{level}/{_number(n)}{_partial(width)}"


def entries_path(n: int, width: int | None = None) -> str:
    """`tile/entries/<n>`, with `.p/<width>` unless the bundle is full (width None or 256)."""
    return f"tile/entries/{_number(n)}{_partial(width)}"


def needed_tiles(old_size: int, new_size: int) -> list[Tile]:
    """The tiles that a log writes when it grows from `old_size` to `new_size`, lower levels first.

    Those filled on the way come full, the last one of each level as wide as it is at `new_size`. A level
    that gained nothing is left out. Entry bundles go with the tiles of level 0, same number and width.
    """
    if not 0 <= old_size <= new_size:
        raise FormatError("tiles", expected=f"an old size up to {new_size}", got=str(old_size))
    tiles: list[Tile] = []
    level = 0
    while (new := new_size >> (HEIGHT * level)) > 0:
        old = old_size >> (HEIGHT * level)
        if new > old:
            tiles.extend(Tile(level, n, WIDTH) for n in range(old // WIDTH, new // WIDTH))
            if new % WIDTH:
                tiles.append(Tile(level, new // WIDTH, new % WIDTH))
        level += 1
    return tiles


def tile_bytes(tile: Tile, read: Read) -> bytes:
    """The content of a tile, its hashes taken from `read(level, index)` as in `ledger.tlog.merkle`."""
    first = tile.n * WIDTH
    return b"".join(read(HEIGHT * tile.level, index) for index in range(first, first + tile.width))


def encode_entries(entries: Sequence[bytes]) -> bytes:
    """An entry bundle: each entry after its length in two bytes. Raises FormatError."""
    if len(entries) > WIDTH:
        raise FormatError("entry bundle", expected=f"at most {WIDTH} entries", got=str(len(entries)))
    for entry in entries:
        if len(entry) > MAX_ENTRY_BYTES:
            raise FormatError("entry", expected=f"at most {MAX_ENTRY_BYTES:,} bytes", got=f"{len(entry):,}")
    return b"".join(struct.pack(">H", len(entry)) + entry for entry in entries)


def decode_entries(raw: bytes) -> list[bytes]:
    """The entries of a bundle that is read to its last byte. Raises FormatError."""
    entries: list[bytes] = []
    offset = 0
    while offset < len(raw):
        end = offset + 2 + int.from_bytes(raw[offset : offset + 2], "big")
        if end > len(raw):
            raise FormatError("entry bundle", expected=f"{end:,} bytes or more", got=f"{len(raw):,}")
        entries.append(raw[offset + 2 : end])
        offset = end
    if len(entries) > WIDTH:
        raise FormatError("entry bundle", expected=f"at most {WIDTH} entries", got=str(len(entries)))
    return entries


class TileReader:
    """The hashes of a tree of `size` leaves, out of its tiles.

    It does not check the tiles against a root: a proof made from wrong tiles fails when it is verified.
    A partial tile may have given way to the full one, which then is read and cut.
    """

    def __init__(self, read_file: ReadFile, size: int) -> None:
        self._read_file = read_file
        self.size = size
        self._tiles: dict[tuple[int, int], bytes] = {}

    def __call__(self, level: int, index: int) -> bytes:
        """The root of the 2^level leaves from index * 2^level. Raises FormatError, FileNotFoundError."""
        if not 0 <= index < self.size >> level:
            raise FormatError("subtree", expected=f"one within {self.size} leaves", got=f"{level}, {index}")
        tile_level, inner = divmod(level, HEIGHT)
        first = index << inner
        tile = self._tile(tile_level, first // WIDTH)
        start = first % WIDTH * HASH_BYTES
        return _perfect_root(tile[start : start + (HASH_BYTES << inner)])

    def root(self, size: int | None = None) -> bytes:
        """The root of the whole tree, or of its first `size` leaves."""
        size = self.size if size is None else size
        return Frontier.from_hashes(size, self.edge(size)).root()

    def edge(self, size: int | None = None) -> list[bytes]:
        """The right edge of the tree, or of its first `size` leaves, for `Frontier.from_hashes`."""
        size = self.size if size is None else size
        hashes = []
        start = 0
        for level in reversed(range(size.bit_length())):
            if size >> level & 1:
                hashes.append(self(level, start >> level))
                start += 1 << level
        return hashes

    def _tile(self, level: int, n: int) -> bytes:
        kept = self._tiles.get((level, n))
        if kept is not None:
            return kept
        width = min(WIDTH, (self.size >> (HEIGHT * level)) - n * WIDTH)
        try:
            raw = self._whole(tile_path(level, n, width), width)
        except FileNotFoundError:
            if width == WIDTH:
                raise
            raw = self._whole(tile_path(level, n), WIDTH)[: width * HASH_BYTES]
        self._tiles[level, n] = raw
        return raw

    def _whole(self, path: str, width: int) -> bytes:
        raw = self._read_file(path)
        if len(raw) != width * HASH_BYTES:
            raise FormatError(path, expected=f"{width * HASH_BYTES} bytes", got=f"{len(raw)}")
        return raw


def _perfect_root(hashes: bytes) -> bytes:
    frontier = Frontier()
    for start in range(0, len(hashes), HASH_BYTES):
        frontier.append(hashes[start : start + HASH_BYTES])
    return frontier.root()


def _number(n: int) -> str:
    """Groups of three digits, all but the last marked: 1234067 is x001/x234/067."""
    if n < 0:
        raise FormatError("tile number", expected="0 or more", got=str(n))
    digits = str(n)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    *marked, last = (digits[start : start + 3] for start in range(0, len(digits), 3))
    return "".join(f"x{group}/" for group in marked) + last


def _partial(width: int | None) -> str:
    if width is None or width == WIDTH:
        return ""
    if not 1 <= width < WIDTH:
        raise FormatError("tile width", expected=f"1 to {WIDTH}", got=str(width))
    return f".p/{width}"
