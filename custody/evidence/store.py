"""The folder of evidence files. Below two digits of its id each file has

    <id>.new      the sealed file as it came in; nothing may refer to it yet
    <id>.sealed   the same once the transaction that names it has committed
    <id>.key      its key, encrypted under the site's key (`evidence.key` in the folder of keys)
    <id>.p<n>l, <id>.p<n>s   page n as an image, large and small, sealed under the same key

Order: the sealed file and its key are written and fsynced before the transaction commits; `keep` renames
after it. So a crash leaves at most a `.new` that the sweeper either keeps (a row names it) or removes. A
`.sealed` is removed by an erasure alone: after a database was set back, no file is lost that its log still
names. An erasure removes the key first; what is left of the file then opens no more.
"""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

from . import sniff
from .frames import KEY_BYTES, SealedError, Sealing, opened, unwrap, wrap

SITE_KEY = "evidence.key"
FILE = "file"
ABANDONED_SECONDS = 3600.0
"""So long may pass between a file and the commit of what names it; no request lives longer."""


class NoFile(Exception):
    """There is no such file, or its key was deleted."""


class TooLarge(Exception):
    """More bytes came than a file may have."""


@dataclass(frozen=True, slots=True)
class Received:
    """A file that lies sealed in the folder and that nothing names yet."""

    id: uuid.UUID
    sha256: str
    length: int
    media_type: str


class Store:
    """The folder of evidence files and the site's key to it."""

    def __init__(self, folder: Path, keys: Path, limit: int) -> None:
        self.folder, self.keys, self.limit = folder, keys, limit

    # --- coming in ---

    def begin(self, id: uuid.UUID) -> Incoming:
        """Open a place for a new file. Raises SealedError when the site's key is lost."""
        return Incoming(self, id)

    def keep(self, id: uuid.UUID) -> None:
        """Mark that a committed row names the file; harmless when done before."""
        place = self._path(id, ".new")
        with suppress(FileNotFoundError):
            place.rename(self._path(id, ".sealed"))
            _sync(place.parent)

    # --- going out ---

    def read(self, id: uuid.UUID) -> Iterator[bytes]:
        """Yield the plain bytes of a file. Raises NoFile at once, SealedError on the way."""
        key, source = self._key(id), self._source(id)

        def chunks() -> Iterator[bytes]:
            with source:
                yield from opened(source, key, f"{id}/{FILE}")

        return chunks()

    def check(self, id: uuid.UUID, sha256: str, length: int) -> None:
        """Read a whole file. Raises NoFile, or SealedError when it is not the one with this SHA-256."""
        found, size = hashlib.sha256(), 0
        for chunk in self.read(id):
            found.update(chunk)
            size += len(chunk)
        if (found.hexdigest(), size) != (sha256, length):
            raise SealedError("the file is another one than was recorded")

    # --- page images ---

    def put_page(self, id: uuid.UUID, number: int, size: str, image: bytes) -> None:
        """Keep a page image, in the place of an earlier one."""
        name = f".p{number}{size}"
        with tempfile.NamedTemporaryFile(dir=self._path(id, "").parent, prefix=".part-", delete=False) as out:
            _seal(out, self._key(id), f"{id}/{name}", image)
        Path(out.name).replace(self._path(id, name))

    def page(self, id: uuid.UUID, number: int, size: str) -> bytes:
        """Return a page image. Raises NoFile, SealedError."""
        name = f".p{number}{size}"
        key = self._key(id)
        try:
            source = self._path(id, name).open("rb")
        except FileNotFoundError:
            raise NoFile(str(id)) from None
        with source:
            return b"".join(opened(source, key, f"{id}/{name}"))

    # --- going away ---

    def forget(self, id: uuid.UUID) -> bool:
        """Delete the key of a file and then what it opened; return whether anything was there."""
        folder, there = self._path(id, "").parent, False
        for path in [self._path(id, ".key"), *sorted(folder.glob(f"{id}.*"))]:
            with suppress(FileNotFoundError):
                if path.suffix == ".key":
                    _overwrite(path)
                path.unlink()
                there = True
        if there:
            _sync(folder)
        return there

    def sweep(self, named: Callable[[uuid.UUID], bool], now: float | None = None) -> list[str]:
        """Settle what a crash left: a `.new` that a row names is kept, one that none names is removed.

        ``named`` tells whether a committed row names a file. Return the names of what was removed.
        """
        before = (time.time() if now is None else now) - ABANDONED_SECONDS
        removed = []
        for path in sorted(self.folder.glob("*/*.new")):
            if path.stat().st_mtime > before:
                continue
            id = uuid.UUID(path.stem)
            if named(id):
                self.keep(id)
            else:
                self.forget(id)
                removed.append(path.name)
        for path in sorted(self.folder.glob("*/.part-*")):
            with suppress(FileNotFoundError):
                if path.stat().st_mtime <= before:
                    path.unlink()
                    removed.append(path.name)
        return removed

    # --- inside ---

    def site_key(self) -> bytes:
        """Return the key under which the keys of files lie; made with the first file.

        Raises SealedError when it is gone and files are there: a new one would open none of them.
        """
        path = self.keys / SITE_KEY
        try:
            return _key_of(path)
        except FileNotFoundError:
            if next(self.folder.glob("*/*.key"), None) is not None:
                raise SealedError(f"{SITE_KEY} is missing, and evidence files are there") from None
        self.keys.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, fresh = tempfile.mkstemp(dir=self.keys)  # readable by us alone
        with os.fdopen(handle, "wb") as out:
            out.write(base64.b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n")
            out.flush()
            os.fsync(out.fileno())
        with suppress(FileExistsError):  # two first files at once: the first key wins, both read it
            os.link(fresh, path)
        Path(fresh).unlink()
        _sync(self.keys)
        return _key_of(path)

    def _key(self, id: uuid.UUID) -> bytes:
        try:
            wrapped = self._path(id, ".key").read_bytes()
        except FileNotFoundError:
            raise NoFile(str(id)) from None
        return unwrap(wrapped, self.site_key(), str(id))

    def _source(self, id: uuid.UUID) -> BinaryIO:
        for suffix in (".sealed", ".new", ".sealed"):  # it may be renamed between two looks
            with suppress(FileNotFoundError):
                return self._path(id, suffix).open("rb")
        raise NoFile(str(id))

    def _path(self, id: uuid.UUID, suffix: str) -> Path:
        return self.folder / str(id)[-2:] / f"{id}{suffix}"


class Incoming:
    """A file that is coming in: sealed as it comes, counted and hashed on the way."""

    def __init__(self, store: Store, id: uuid.UUID) -> None:
        self._store, self.id = store, id
        self._site_key = store.site_key()
        self._place = store._path(id, ".new")
        self._place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._key = secrets.token_bytes(KEY_BYTES)
        handle, self._part = tempfile.mkstemp(dir=self._place.parent, prefix=".part-")
        self._out: BinaryIO = os.fdopen(handle, "wb")
        self._sealing = Sealing(self._out, self._key, f"{id}/{FILE}")
        self._sha256, self._length, self._head = hashlib.sha256(), 0, b""

    def write(self, data: bytes) -> None:
        """Take more bytes. Raises TooLarge, and the file is gone, beyond the limit."""
        self._length += len(data)
        if self._length > self._store.limit:
            self.discard()
            raise TooLarge(self._store.limit)
        if len(self._head) < sniff.HEAD_BYTES:
            self._head += data[: sniff.HEAD_BYTES]
        self._sha256.update(data)
        self._sealing.write(data)

    def finish(self) -> Received:
        """Write the end, make file and key durable, and say what came."""
        try:
            self._sealing.finish()
            self._out.flush()
            os.fsync(self._out.fileno())
            self._out.close()
            handle = os.open(self._place.with_suffix(".key"), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as out:
                out.write(wrap(self._key, self._site_key, str(self.id)))
                out.flush()
                os.fsync(out.fileno())
            Path(self._part).rename(self._place)
            _sync(self._place.parent)
            _sync(self._store.folder)
        except BaseException:
            self.discard()
            raise
        return Received(self.id, self._sha256.hexdigest(), self._length, sniff.media_type(self._head))

    def discard(self) -> None:
        """Take away what has come so far; harmless when done before."""
        with suppress(OSError):
            self._out.close()
        with suppress(FileNotFoundError):
            Path(self._part).unlink()
        self._store.forget(self.id)


def _seal(out: IO[bytes], key: bytes, name: str, data: bytes) -> None:
    sealing = Sealing(out, key, name)
    sealing.write(data)
    sealing.finish()


def _key_of(path: Path) -> bytes:
    try:
        key = base64.b64decode(path.read_bytes().strip(), validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise SealedError(f"{path.name} is no key")
    return key


def _overwrite(path: Path) -> None:
    """Write over a key before it is unlinked: best effort, a disk may keep old blocks."""
    with suppress(OSError), path.open("r+b") as out:
        out.write(bytes(path.stat().st_size))
        out.flush()
        os.fsync(out.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
