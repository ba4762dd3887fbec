"""`python -m ledger monitor SOURCE --keep DIR`: follow a log from outside, and keep a copy of it.

SOURCE is an address (``https://host/ledger``) or a folder (a disc carried by hand). Each visit

1. opens the checkpoint under the trust folder and compares it with the last one kept: same origin, not
   smaller, not another root at the same size; and so the one published as witnessed, which must be of the
   same tree and not ahead of it;
2. fetches the entry bundles that are new, makes every tile again from the entries, and holds the tiles served
   against them. So the entries themselves show that the old tree is the beginning of the new one, which is
   more than a consistency proof shows;
3. checks each new entry: the fixed layout, (stream, seq) dense and once, the link to the one before, times
   not going back in a stream nor lying in the future;
4. moves on: the new files first, the state last, each by rename after its bytes are on disk. A kill leaves
   files that the next visit makes again;
5. takes away the partial tiles and bundles of which the full one is kept by now: the same hashes stand there.

The folder of the copy:

    checkpoint            the newest good checkpoint
    tile/...              tiles and entry bundles as a log serves them: others can follow the copy as a log
    checkpoints/          every checkpoint seen, good or bad: <size>-<first 16 hex digits of its SHA-256>
    streams.json          the newest entry of each stream, for a log of the size in it
    state.json            origin, size, root (hex), first_seen, looked (POSIX seconds), pruned (the size up to
                          which no partial tile is left of a full one); written last
    alarms/               evidence, a folder each: old and new checkpoint as they were, and what was found
    lock                  held while a monitor works in the folder

A fork is evidence against the log: keep the folder, and show both checkpoints to others.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from ledger.source import Source, UnreachableError
from ledger.store import fsync_folder, make_folders, write_temporary
from ledger.tlog import leaf as leaves
from ledger.tlog import merkle, tiles
from ledger.tlog.checkpoint import Checkpoint
from ledger.tlog.encoding import b64url, unb64url
from ledger.tlog.errors import FormatError, LogError, PolicyError, SignatureError
from ledger.tlog.policy import Policy

FUTURE = 600
"""Seconds that an entry's time may lie ahead of our clock."""
_MOST = 1_000_000  # bytes of a checkpoint


class Alarm(Exception):
    """What is told loudly. `code` is one of `ledger.monitoring.ALARMS`."""

    def __init__(self, code: str, detail: str = "") -> None:
        self.code, self.detail = code, detail
        self.evidence: Path | None = None
        super().__init__(f"{code}: {detail}")


@dataclass(slots=True)
class Kept:
    """What the last visit left."""

    origin: str = ""
    size: int = 0
    root: bytes = merkle.EMPTY_ROOT
    first_seen: int = 0
    looked: int = 0
    pruned: int = 0


@dataclass(frozen=True, slots=True)
class Visit:
    """What a visit found, when all is well. `witnesses` have cosigned the tree of `witnessed`; 0 is none."""

    size: int
    new: int
    witnessed: int
    witnesses: int
    quorum_met: bool
    unchanged_for: int


class Copy:
    """The folder of the copy. One monitor works in it at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        make_folders(folder)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other monitors out of the folder."""
        handle = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def state(self) -> Kept | None:
        """What the last visit left, or None. Raises Alarm for a folder that was tampered with."""
        raw = self.read("state.json")
        if raw is None:
            return None
        try:
            told = json.loads(raw)
            kept = Kept(
                told["origin"],
                told["size"],
                bytes.fromhex(told["root"]),
                told["first_seen"],
                told["looked"],
                int(told.get("pruned", 0)),
            )
            if tiles.TileReader(self._must, kept.size).root() != kept.root:
                raise FormatError("tiles", expected="the root kept", got="another")
        except (ValueError, KeyError, TypeError, LogError, OSError) as error:
            raise Alarm("copy", str(error)) from None
        return kept

    def keep_state(self, kept: Kept) -> None:
        """Move on to a new state: the last thing that a visit writes."""
        told = {
            "origin": kept.origin,
            "size": kept.size,
            "root": kept.root.hex(),
            "first_seen": kept.first_seen,
            "looked": kept.looked,
            "pruned": kept.pruned,
        }
        self.put("state.json", json.dumps(told, indent=1).encode())

    def prune(self, kept: Kept) -> None:
        """Take away what is partial of the tiles that are full in a state that is kept already.

        Noted only when all are gone, so that a kill on the way leaves it to the next visit.
        """
        level = 0
        while full := kept.size >> tiles.HEIGHT * (level + 1):
            for n in range(kept.pruned >> tiles.HEIGHT * (level + 1), full):
                self.drop(f"{tiles.tile_path(level, n)}.p")
                if level == 0:
                    self.drop(f"{tiles.entries_path(n)}.p")
            level += 1
        if kept.pruned >> tiles.HEIGHT < kept.size >> tiles.HEIGHT:
            kept.pruned = kept.size
            self.keep_state(kept)

    def heads(self, kept: Kept) -> dict[str, tuple[int, bytes, str]]:
        """Number, hash and time of the newest entry of each stream. Made again when it does not fit."""
        raw = self.read("streams.json")
        if raw is not None:
            told = json.loads(raw)
            if told["size"] == kept.size and told["root"] == kept.root.hex():
                return {s: (seq, unb64url(value), at) for s, (seq, value, at) in told["streams"].items()}
        heads: dict[str, tuple[int, bytes, str]] = {}
        for n in range(-(-kept.size // tiles.WIDTH)):
            for raw_leaf in tiles.decode_entries(self._bundle(n, kept.size)):
                found = leaves.parse(raw_leaf)
                heads[found.stream] = (found.seq, merkle.leaf_hash(raw_leaf), found.at)
        return heads

    def keep_heads(self, size: int, root: bytes, heads: dict[str, tuple[int, bytes, str]]) -> None:
        """Keep the heads that go with a size."""
        streams = {s: [seq, b64url(value), at] for s, (seq, value, at) in heads.items()}
        self.put("streams.json", json.dumps({"size": size, "root": root.hex(), "streams": streams}).encode())

    def keep_checkpoint(self, size: int, raw: bytes) -> None:
        """Keep a checkpoint that was seen, whatever it is."""
        path = f"checkpoints/{size}-{sha256(raw).hexdigest()[:16]}"
        if not (self.folder / path).exists():
            self.put(path, raw)

    def alarm(self, alarm: Alarm, moment: int, files: dict[str, bytes]) -> Path:
        """Keep the evidence of an alarm; return its folder. The same evidence is kept once."""
        told = json.dumps({"code": alarm.code, "detail": alarm.detail}, indent=1).encode()
        digest = sha256(told + b"".join(files.values())).hexdigest()[:8]
        there = sorted((self.folder / "alarms").glob(f"*-{alarm.code}-{digest}"))
        name = there[0].name if there else f"{moment}-{alarm.code}-{digest}"
        for file, raw in {"alarm.json": told, **files}.items():
            self.put(f"alarms/{name}/{file}", raw)
        return self.folder / "alarms" / name

    def put(self, path: str, raw: bytes) -> None:
        """Put a file in place in one step, durable."""
        target = self.folder / path
        make_folders(target.parent)
        write_temporary(target, raw, 0o644).replace(target)
        fsync_folder(target.parent)

    def drop(self, path: str) -> None:
        """Take away a folder of partial tiles, if it is there."""
        with suppress(FileNotFoundError):
            shutil.rmtree(self.folder / path)

    def read(self, path: str) -> bytes | None:
        """The bytes of a file, or None."""
        try:
            return (self.folder / path).read_bytes()
        except FileNotFoundError:
            return None

    def _must(self, path: str) -> bytes:
        return (self.folder / path).read_bytes()

    def _bundle(self, n: int, size: int) -> bytes:
        width = min(tiles.WIDTH, size - n * tiles.WIDTH)
        raw = self.read(tiles.entries_path(n, width)) or self.read(tiles.entries_path(n))
        if raw is None:
            raise Alarm("copy", f"{tiles.entries_path(n, width)} is missing")
        return raw


class Monitor:
    """Follows one log. `now` gives POSIX seconds."""

    def __init__(
        self, source: Source, copy: Copy, policy: Policy, stale: float, now: Any = time.time
    ) -> None:
        self.source, self.copy, self.policy, self.stale, self.now = source, copy, policy, stale, now

    def visit(self) -> Visit:
        """Make one visit. Raises Alarm; its evidence is kept by then."""
        with self.copy.locked():
            moment, raw, kept = int(self.now()), b"", None
            try:
                kept = self.copy.state()
                witnessed = self._cosigned()  # first: it must not be ahead of what is read after it
                raw = self.source.read("checkpoint", _MOST)
                return self._follow(raw, witnessed, kept or Kept(), moment)
            except FileNotFoundError:
                raise self._told(Alarm("missing", "checkpoint"), moment, raw) from None
            except UnreachableError as error:
                raise self._told(self._silent(str(error), kept, moment), moment, raw) from None
            except Alarm as alarm:
                raise self._told(alarm, moment, raw) from None

    def _silent(self, reason: str, kept: Kept | None, moment: int) -> Alarm:
        since = moment - kept.looked if kept and kept.looked else 0
        return Alarm(
            "stopped" if since > self.stale else "unreachable", f"{reason}; last answer {since // 3600} h ago"
        )

    def _told(self, alarm: Alarm, moment: int, raw: bytes) -> Alarm:
        files = {"checkpoint.new": raw} if raw else {}
        old = self.copy.read("checkpoint")
        if old is not None:
            files["checkpoint.kept"] = old
        if alarm.code not in ("unreachable", "stopped", "stale"):
            alarm.evidence = self.copy.alarm(alarm, moment, files)
        return alarm

    def _cosigned(self) -> bytes | None:
        """The checkpoint that the log publishes as witnessed, as it stands; None where it publishes none."""
        try:
            return self.source.read("checkpoint.witnessed", _MOST)
        except FileNotFoundError:
            return None

    def _witnessed(self, raw: bytes | None, at: Checkpoint, own: tuple[int, bool]) -> tuple[int, int, bool]:
        """How far the tree is witnessed, by how many, and whether that meets the policy. Raises Alarm.

        `own` is what stands under the newest checkpoint itself.
        """
        if raw is None or own[1]:
            return (at.size if own[0] else 0, *own)
        found, witnesses, quorum = self._opened(raw, Kept(at.origin))
        if found.size > at.size:
            raise Alarm("shrunk", f"{found.size} entries were witnessed, {at.size} are shown")
        if tiles.TileReader(self.copy._must, at.size).root(found.size) != found.root:
            raise Alarm("fork", f"another root at {found.size} entries was witnessed")
        return found.size, witnesses, quorum

    def _follow(self, raw: bytes, cosigned: bytes | None, kept: Kept, moment: int) -> Visit:
        at, count, met = self._opened(raw, kept)
        if at.size < kept.size:
            raise Alarm("shrunk", f"{kept.size} entries before, {at.size} now")
        if at.size == kept.size:
            if at.root != kept.root:
                raise Alarm("fork", f"two roots at {at.size} entries")
            if not kept.origin:
                kept.first_seen = moment
        else:
            self._grow(at, kept, moment)
            kept.first_seen = moment
        new, kept.origin, kept.size, kept.root, kept.looked = (
            at.size - kept.size,
            at.origin,
            at.size,
            at.root,
            moment,
        )
        witnessed = self._witnessed(cosigned, at, (count, met))
        self.copy.put("checkpoint", raw)
        self.copy.keep_state(kept)
        self.copy.prune(kept)
        unchanged = moment - kept.first_seen
        if unchanged > self.stale:
            raise Alarm(
                "stale",
                f"{at.size} entries since {datetime.fromtimestamp(kept.first_seen, UTC):%Y-%m-%d %H:%M} UTC",
            )
        return Visit(at.size, new, *witnessed, unchanged)

    def _opened(self, raw: bytes, kept: Kept) -> tuple[Checkpoint, int, bool]:
        try:
            trusted = self.policy.open(raw)
        except (SignatureError, FormatError, PolicyError) as error:
            self.copy.keep_checkpoint(0, raw)
            line = raw.split(b"\n", 1)[0].decode("utf-8", "replace")
            known = [log.verifier.name for log in self.policy.logs]
            code = (
                "key"
                if line in known and isinstance(error, SignatureError)
                else "origin"
                if line not in known
                else "form"
            )
            raise Alarm(code, str(error)) from None
        at = trusted.checkpoint
        self.copy.keep_checkpoint(at.size, raw)
        if kept.origin and at.origin != kept.origin:
            raise Alarm("origin", f"{kept.origin} before, {at.origin} now")
        return at, len(trusted.witnesses), trusted.quorum_met

    # --- growing ---

    def _grow(self, at: Checkpoint, kept: Kept, moment: int) -> None:
        """Fetch and check what is new; write the files, and leave the state to the caller."""
        heads = self.copy.heads(kept)
        limit = datetime.fromtimestamp(moment + FUTURE, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        old = tiles.TileReader(self.copy._must, kept.size)
        frontier = merkle.Frontier.from_hashes(kept.size, old.edge())
        first = kept.size // tiles.WIDTH
        fresh: list[bytes] = []
        for n in range(first, -(-at.size // tiles.WIDTH)):
            width = min(tiles.WIDTH, at.size - n * tiles.WIDTH)
            raw, entries = self._entries(n, width)
            known = max(0, kept.size - n * tiles.WIDTH)
            if known and tiles.encode_entries(entries[:known]) != tiles.encode_entries(
                tiles.decode_entries(self.copy._bundle(n, kept.size))[:known]
            ):
                raise Alarm("fork", f"entries before {kept.size} are others than those kept")
            for place, entry in enumerate(entries[known:], n * tiles.WIDTH + known):
                self._entry(place, entry, heads, limit)
                value = merkle.leaf_hash(entry)
                fresh.append(value)
                frontier.append(value)
            # Ahead of the state: it counts only once the state has moved, and after an alarm it is evidence.
            self.copy.put(tiles.entries_path(n, width), raw)
        if frontier.root() != at.root:
            raise Alarm("fork", f"the entries served do not lead to the signed root at {at.size}")
        self._write(kept, at, old, fresh)
        self.copy.keep_heads(at.size, at.root, heads)

    def _entries(self, n: int, width: int) -> tuple[bytes, list[bytes]]:
        """A bundle cut to a width, and its entries."""
        raw = self._fetch(
            tiles.entries_path(n, width), tiles.entries_path(n), tiles.WIDTH * (leaves.MAX_BYTES + 2)
        )
        try:
            entries = tiles.decode_entries(raw)
        except FormatError as error:
            raise Alarm("short", f"{tiles.entries_path(n, width)}: {error}") from None
        if len(entries) < width:
            raise Alarm("short", f"{tiles.entries_path(n, width)}: {len(entries)} entries of {width}")
        return tiles.encode_entries(entries[:width]), entries[:width]

    def _fetch(self, path: str, full: str, most: int) -> bytes:
        for name in dict.fromkeys((path, full)):
            try:
                return self.source.read(name, most)
            except FileNotFoundError:
                continue
        raise Alarm("missing", path)

    def _entry(self, place: int, raw: bytes, heads: dict[str, tuple[int, bytes, str]], limit: str) -> None:
        try:
            entry = leaves.parse(raw)
        except FormatError as error:
            raise Alarm("entry", f"entry {place}: {error}") from None
        seq, value, at = heads.get(entry.stream, (-1, None, ""))
        if entry.seq != seq + 1:
            raise Alarm(
                "stream", f"entry {place}: number {entry.seq} of stream {entry.stream}, expected {seq + 1}"
            )
        if entry.prev != value:
            raise Alarm("stream", f"entry {place}: does not name entry {seq} of stream {entry.stream}")
        if entry.at < at:
            raise Alarm("time", f"entry {place}: {entry.at} after {at}")
        if entry.at > limit:
            raise Alarm("time", f"entry {place}: {entry.at} lies in the future")
        heads[entry.stream] = (entry.seq, merkle.leaf_hash(raw), entry.at)

    def _write(self, kept: Kept, at: Checkpoint, old: tiles.TileReader, fresh: list[bytes]) -> None:
        """Make the tiles from the entries, hold those served against them, write them."""
        made: dict[tuple[int, int], bytes] = {(0, kept.size + i): value for i, value in enumerate(fresh)}

        def read(level: int, index: int) -> bytes:
            known = made.get((level // tiles.HEIGHT, index))
            return old(level, index) if known is None else known

        for tile in tiles.needed_tiles(kept.size, at.size):
            data = tiles.tile_bytes(tile, read)
            if tile.width == tiles.WIDTH:
                hashes = [data[i : i + merkle.HASH_BYTES] for i in range(0, len(data), merkle.HASH_BYTES)]
                made[tile.level + 1, tile.n] = merkle.root_of(hashes)
            served = self._fetch(
                tile.path, tiles.tile_path(tile.level, tile.n), tiles.WIDTH * merkle.HASH_BYTES
            )
            if len(served) < len(data):
                raise Alarm("short", f"{tile.path}: {len(served)} bytes of {len(data)}")
            if served[: len(data)] != data:
                raise Alarm("tile", f"{tile.path}: not what the entries give")
            self.copy.put(tile.path, data)
