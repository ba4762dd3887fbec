import functools

import pytest

from ledger.tlog import merkle, tiles
from ledger.tlog.errors import FormatError, ProofError
from ledger.tlog.merkle import Frontier
from ledger.tlog.tiles import Tile, TileReader

from .builders import MemoryTree


@functools.cache
def tree(size: int) -> MemoryTree:
    return MemoryTree([merkle.leaf_hash(number.to_bytes(4, "big")) for number in range(size)])


class Shelf:
    """Tile files by path."""

    def __init__(self, full: MemoryTree, *sizes: int) -> None:
        self.files: dict[str, bytes] = {}
        old = 0
        for new in sizes:
            for tile in tiles.needed_tiles(old, new):
                self.files[tile.path] = tiles.tile_bytes(tile, full)
            old = new

    def read(self, path: str) -> bytes:
        try:
            return self.files[path]
        except KeyError:
            raise FileNotFoundError(path) from None


@pytest.mark.parametrize(
    ("n", "path"),
    [
        (0, "000"),
        (7, "007"),
        (999, "999"),
        (1000, "x001/000"),
        (999_999, "x999/999"),
        (1_000_000, "x001/x000/000"),
        (1_234_067, "x001/x234/067"),
    ],
)
def test_numbers_are_written_in_groups_of_three(n, path):
    assert tiles.tile_path(0, n) == f"tile/0/{path}"
    assert tiles.tile_path(63, n, 255) == f"tile/63/{path}.p/255"
    assert tiles.tile_path(1, n, 256) == f"tile/1/{path}"
    assert tiles.entries_path(n) == f"tile/entries/{path}"
    assert tiles.entries_path(n, 1) == f"tile/entries/{path}.p/1"


@pytest.mark.parametrize(
    ("level", "n", "width"), [(64, 0, 1), (-1, 0, 1), (0, -1, 1), (0, 0, 0), (0, 0, 257)]
)
def test_a_tile_that_cannot_be_is_refused(level, n, width):
    with pytest.raises(FormatError):
        tiles.tile_path(level, n, width)


def test_seventy_thousand_leaves_make_the_tiles_that_the_specification_says():
    made = tiles.needed_tiles(0, 70_000)
    assert [tile for tile in made if tile.width < 256] == [Tile(0, 273, 112), Tile(1, 1, 17), Tile(2, 0, 1)]
    assert [sum(tile.level == level for tile in made) for level in range(4)] == [274, 2, 1, 0]


def test_a_width_of_zero_is_never_written():
    assert tiles.needed_tiles(0, 0) == []
    assert tiles.needed_tiles(0, 256) == [Tile(0, 0, 256), Tile(1, 0, 1)]
    assert tiles.needed_tiles(256, 257) == [Tile(0, 1, 1)]
    assert tiles.needed_tiles(255, 256) == [Tile(0, 0, 256), Tile(1, 0, 1)]
    assert tiles.needed_tiles(5, 5) == []


def test_a_log_that_shrinks_is_refused():
    with pytest.raises(FormatError):
        tiles.needed_tiles(5, 4)


def test_proofs_out_of_tiles_hold_at_every_written_size():
    full = tree(70_000)
    sizes = [1, 2, 3, 255, 256, 257, 600, 65_536, 70_000]
    shelf = Shelf(full, *sizes)
    at: dict[int, bytes] = {}
    for size in sizes:
        reader = TileReader(shelf.read, size)
        at[size] = reader.root()
        assert at[size] == merkle.root_of(full.levels[0][:size])
        for index in {0, size // 2, size - 1}:
            proof = merkle.inclusion_proof(index, size, reader)
            merkle.verify_inclusion(full.levels[0][index], index, size, proof, at[size])
        for old in at:
            merkle.verify_consistency(
                old, at[old], size, at[size], merkle.consistency_proof(old, size, reader)
            )


def test_growing_in_any_steps_leaves_all_that_a_reader_needs():
    full = tree(600)
    sizes = [1, 4, 100, 255, 256, 300, 511, 513, 600]
    shelf = Shelf(full, *sizes)
    for size in sizes:
        assert TileReader(shelf.read, size).root() == merkle.root_of(full.levels[0][:size])


def test_a_frontier_goes_on_from_tiles():
    full = tree(600)
    reader = TileReader(Shelf(full, 300).read, 300)
    frontier = Frontier.from_hashes(300, reader.edge())
    for value in full.levels[0][300:]:
        frontier.append(value)
    assert frontier.root() == merkle.root_of(full.levels[0])


def test_a_partial_tile_that_is_gone_is_cut_from_the_full_one():
    full = tree(600)
    shelf = Shelf(full, 300, 600)
    del shelf.files["tile/0/001.p/44"]
    reader = TileReader(shelf.read, 300)
    assert reader.root() == merkle.root_of(full.levels[0][:300])


def test_a_missing_tile_is_an_error():
    shelf = Shelf(tree(600), 600)
    del shelf.files["tile/0/001"]
    with pytest.raises(FileNotFoundError):
        merkle.inclusion_proof(300, 600, TileReader(shelf.read, 600))


@pytest.mark.parametrize(
    "change", [lambda raw: raw[:-1], lambda raw: raw + b"x", lambda raw: raw + raw[:32], lambda raw: b""]
)
def test_a_tile_of_another_length_is_refused(change):
    shelf = Shelf(tree(600), 600)
    path = "tile/0/002.p/88"
    shelf.files[path] = change(shelf.files[path])
    with pytest.raises(FormatError, match="bytes"):
        TileReader(shelf.read, 600).root()


@pytest.mark.parametrize("path", ["tile/0/000", "tile/0/002.p/88", "tile/1/000.p/2"])
def test_a_flipped_bit_in_a_tile_spoils_the_proof(path):
    shelf = Shelf(tree(600), 600)
    root = merkle.root_of(tree(600).levels[0])
    shelf.files[path] = bytes([shelf.files[path][0] ^ 1]) + shelf.files[path][1:]
    reader = TileReader(shelf.read, 600)
    with pytest.raises(ProofError):
        for index in (1, 513, 599):
            proof = merkle.inclusion_proof(index, 600, reader)
            merkle.verify_inclusion(tree(600).levels[0][index], index, 600, proof, root)


def test_a_subtree_outside_the_size_is_refused():
    reader = TileReader(Shelf(tree(600), 600).read, 600)
    for level, index in ((0, 600), (9, 1), (0, -1), (10, 0)):
        with pytest.raises(FormatError):
            reader(level, index)


def test_entries_come_out_of_a_bundle_as_they_went_in():
    entries = [b"", b"a", b"\x00" * 65_535, b"b"]
    assert tiles.decode_entries(tiles.encode_entries(entries)) == entries
    assert tiles.encode_entries([b"ab"]) == b"\x00\x02ab"
    assert tiles.decode_entries(b"") == []


def test_an_entry_too_long_or_one_too_many_is_refused():
    with pytest.raises(FormatError):
        tiles.encode_entries([b"\x00" * 65_536])
    with pytest.raises(FormatError):
        tiles.encode_entries([b""] * 257)
    with pytest.raises(FormatError):
        tiles.decode_entries(b"\x00\x00" * 257)


@pytest.mark.parametrize("raw", [b"\x00", b"\x00\x02a", b"\x00\x01ab", b"\x00\x01a\x00", b"\xff\xffa"])
def test_an_entry_bundle_with_loose_bytes_is_refused(raw):
    with pytest.raises(FormatError):
        tiles.decode_entries(raw)
