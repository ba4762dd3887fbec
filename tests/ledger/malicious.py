"""A log that lies with its genuine key: what it shows to whom, as files, over HTTP and as evidence.

The honest history is `history(count)`; every trick starts from it. Two histories have the very same leaves as
far as they are alike. `published` lays a log out as c2sp.org/tlog-tiles wants it, `served` puts such a folder
on the network, `evidence` makes the file that a verifier is given.

    forked view       history(n, forged=i): another entry at i, later links made to fit, signed by one key
    forked stream     fork_stream(log): two entries under one number of a stream, each linked to the last
    wrong origin      signed(log, WRONG_ORIGIN): a checkpoint of another log
    swapped key       signed(log, SWAPPED_KEY): the log's name, another key
    short tiles       shorten(folder): files that end too early
    stale checkpoint  signed(log, size=k): an older state than what is shown beside it
"""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ledger.tlog import bundle, merkle, tiles
from ledger.tlog.checkpoint import Checkpoint
from ledger.tlog.cosignature import CosignSigner
from ledger.tlog.note import Signer, sign_note

from .tlog.builders import LOG, ORIGIN, WITNESS_TIME, MemoryTree, SampleLog, key, uuid

STREAMS = [uuid(number) for number in (1, 2, 3)]
WRONG_ORIGIN = Signer("other.example/ledger/8899aabbccddeeff", key(21))
SWAPPED_KEY = Signer(ORIGIN, key(22))


def history(count: int, forged: int | None = None) -> SampleLog:
    """A log of `count` entries in three streams; at index `forged` it differs from the honest one."""
    log = SampleLog()
    for number in range(count):
        said = "forged" if number == forged else number
        log.append(
            STREAMS[number % 3], {"kind": "test/1", "said": said}, at=f"2026-11-21T10:00:00.{number:06}Z"
        )
    return log


def fork_stream(log: SampleLog, stream: str = STREAMS[0]) -> tuple[int, int]:
    """Append an entry under the number of the stream's last one; returns the places of the two in the log.

    The tree only grows, so neither consistency nor any single proof shows it: a reader of all entries does.
    """
    run = log.streams[stream]
    first, before, seq = run[-1], log.leaves[run[-2]], len(run) - 1
    log.append(
        stream, {"kind": "test/1", "said": "other"}, seq=seq, prev=merkle.leaf_hash(before),
        at=f"2026-11-21T10:00:01.{len(log.leaves):06}Z",
    )  # fmt: skip
    return first, run.pop()


def signed(log: SampleLog, signer: Signer = LOG, *witnesses: CosignSigner, size: int | None = None) -> str:
    """The checkpoint of the first `size` entries under the signer's name, and cosigned."""
    size = len(log.leaves) if size is None else size
    text = Checkpoint(signer.name, size, merkle.root_of(log.hashes[:size])).text()
    return sign_note(text, signer) + "".join(witness.sign(text, WITNESS_TIME) for witness in witnesses)


def published(log: SampleLog, folder: Path, checkpoint: str | None = None) -> Path:
    """Write the log's files as at its size now, over those that stand there; returns the folder."""
    tree = MemoryTree(log.hashes)
    for tile in tiles.needed_tiles(0, len(log.leaves)):
        _write(folder / tile.path, tiles.tile_bytes(tile, tree))
        if tile.level == 0:
            first = tile.n * tiles.WIDTH
            entries = tiles.encode_entries(log.leaves[first : first + tile.width])
            _write(folder / tiles.entries_path(tile.n, tile.width), entries)
    _write(folder / "checkpoint", (checkpoint or signed(log)).encode())
    return folder


def shorten(folder: Path) -> list[str]:
    """Cut every tile and entry bundle by its last hash or entry; returns their paths."""
    cut = []
    for path in sorted(path for path in (folder / "tile").rglob("*") if path.is_file()):
        raw = path.read_bytes()
        if path.relative_to(folder).parts[1] == "entries":
            path.write_bytes(tiles.encode_entries(tiles.decode_entries(raw)[:-1]))
        else:
            path.write_bytes(raw[:-32])
        cut.append(path.relative_to(folder).as_posix())
    return cut


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The folder over HTTP on this machine; gives its address, ending in a slash."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()


def evidence(
    log: SampleLog, checkpoint: str, size: int | None = None, streams: list[str] | None = None
) -> bytes:
    """An evidence file of whole streams, proven in the tree of the log's first `size` entries."""
    size = len(log.leaves) if size is None else size
    tree = MemoryTree(log.hashes[:size])
    runs = {stream: [i for i in log.streams[stream] if i < size] for stream in streams or list(log.streams)}
    return bundle.build(
        checkpoint=checkpoint,
        entries=[log.leaves[index] for run in runs.values() for index in run],
        runs=[bundle.Run(stream, 0, len(run) - 1) for stream, run in runs.items()],
        proofs=[
            bundle.Proof(run[-1], log.hashes[run[-1]], tuple(merkle.inclusion_proof(run[-1], size, tree)))
            for run in runs.values()
        ],
        disclosures={},
    )


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


def _write(path: Path, raw: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(raw)
