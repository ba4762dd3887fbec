"""The folder of the log: what is written how, and what a crash leaves behind.

    checkpoint            newest signed note; replaced by rename
    checkpoint.witnessed  newest one with the cosignatures that meet the policy's quorum; replaced by rename
    evidence/             notes by our key that contradict this log, as a witness showed them
    tile/                 tiles and entry bundles (c2sp.org/tlog-tiles); made once, never changed
    journal/              encrypted disclosures, a file per batch (ledger.journal); rewritten by erasures only
    mark                  the newest (size, root) that was ever handed to the signer; replaced by rename
    mark.lock             locked by the process that signs

A file appears under its name only with all its bytes on disk. A crash leaves at most a ``.tmp`` file that
nobody reads. The mark is not in the database on purpose: restoring an old database must not take it back.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from ledger.errors import DisagreementError
from ledger.tlog.encoding import b64, decimal, unb64
from ledger.tlog.errors import FormatError
from ledger.tlog.merkle import HASH_BYTES

_MARK = "holdfast-mark/1"


@dataclass(frozen=True, slots=True)
class Mark:
    """What was signed last, or is just about to be."""

    origin: str
    size: int
    root: bytes
    epoch: int

    def text(self) -> str:
        """The file's content."""
        return f"{_MARK}\n{self.origin}\n{self.size}\n{b64(self.root)}\n{self.epoch}\n"

    @classmethod
    def parse(cls, text: str) -> Mark:
        """The mark that a file states. Raises DisagreementError, because a broken mark proves nothing."""
        try:
            head, origin, size, root, epoch = text.removesuffix("\n").split("\n")
            if head != _MARK:
                raise FormatError("mark", expected=_MARK, got=head)
            mark = cls(origin, decimal(size), unb64(root, HASH_BYTES), decimal(epoch))
            if mark.text() != text:
                raise FormatError("mark", expected="the one spelling of its lines", got="another")
            return mark
        except (FormatError, ValueError) as error:
            raise DisagreementError(
                "mark file", expected="a mark as the sealer writes it", got=str(error)
            ) from None


class Store:
    """A log folder. Methods that write return only when the bytes will survive a power cut."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, path: str) -> bytes:
        """The bytes of a file by its path in the folder. Raises FileNotFoundError."""
        return (self.folder / path).read_bytes()

    def create(self, path: str, data: bytes, mode: int = 0o644) -> bool:
        """Make a file that must not exist with other content; false when it is there already, equal.

        Raises DisagreementError for different content. Call `settle` before relying on the name.
        """
        target = self.folder / path
        make_folders(target.parent)
        try:
            there = target.read_bytes()
        except FileNotFoundError:
            temporary = write_temporary(target, data, mode)
            try:
                os.link(temporary, target)
            except FileExistsError:  # another sealer was faster; it must have written the same
                there = target.read_bytes()
            else:
                return True
            finally:
                temporary.unlink()
        if there != data:
            raise DisagreementError(
                f"file {path}",
                expected="the content that follows from the database",
                got="other content",
                todo="Compare with a monitor's copy before anything else is done.",
            )
        return False

    def settle(self, *paths: str) -> None:
        """Make the names of created files durable."""
        for folder in {(self.folder / path).parent for path in paths}:
            fsync_folder(folder)

    def replace(self, path: str, data: bytes, mode: int = 0o644) -> None:
        """Put a file in place of the one before, in one step."""
        target = self.folder / path
        make_folders(target.parent)
        temporary = write_temporary(target, data, mode)
        temporary.replace(target)
        fsync_folder(target.parent)

    def overwrite(self, path: str, data: bytes, mode: int = 0o600) -> None:
        """Put a file in place of the one before, in one step, and write zeros over the old one's bytes.

        The file system may keep older blocks all the same (journals, snapshots, flash): nobody can promise
        more from here. A kill in between leaves the old bytes without a name.
        """
        target = self.folder / path
        old = os.open(target, os.O_WRONLY | os.O_CLOEXEC)
        try:
            length = os.fstat(old).st_size
            self.replace(path, data, mode)
            _zero(old, length)
        finally:
            os.close(old)

    def sweep(self, folder: str) -> None:
        """Remove what interrupted writers left below a folder, its bytes too. Only where nobody writes.

        One that has a second name is the file that `create` had made, and its maker was stopped before the
        temporary name went: that name alone goes.
        """
        for path in (self.folder / folder).rglob(".*.tmp"):
            handle = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
            try:
                found = os.fstat(handle)
                if found.st_nlink == 1:
                    _zero(handle, found.st_size)
            finally:
                os.close(handle)
            path.unlink()

    def move(self, path: str, to: str) -> None:
        """Give a file another name in the folder, in one step."""
        target = self.folder / to
        make_folders(target.parent)
        (self.folder / path).rename(target)
        fsync_folder(target.parent)
        fsync_folder((self.folder / path).parent)

    def drop_partials(self, full: str) -> None:
        """Remove the partial forms of a tile or bundle that is full; readers fall back to the full one."""
        folder = self.folder / f"{full}.p"
        with suppress(FileNotFoundError):
            for partial in folder.iterdir():
                partial.unlink()
            folder.rmdir()

    def mark(self) -> Mark | None:
        """The mark, or None when there is none. Raises DisagreementError for a broken one."""
        try:
            return Mark.parse(self.read("mark").decode("utf-8", "replace"))
        except FileNotFoundError:
            return None

    def set_mark(self, mark: Mark) -> None:
        """Move the mark. Only under `locked`, and before the signature it stands for is made."""
        self.replace("mark", mark.text().encode(), 0o600)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock of the signer: one process on all hosts that share the folder.

        The lock is on a file of its own, because the mark is replaced by rename and a lock goes with the
        inode.
        """
        make_folders(self.folder)
        with locked_file(self.folder / "mark.lock"):
            yield


@contextmanager
def locked_file(path: Path) -> Iterator[None]:
    """Hold the one lock on a file, which is made when it is not there; waits for it."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _zero(handle: int, length: int) -> None:
    """Write zeros over an open file, on disk before this returns."""
    os.lseek(handle, 0, os.SEEK_SET)
    left = length
    while left > 0:
        left -= os.write(handle, bytes(min(left, 1 << 20)))
    os.fsync(handle)


def write_temporary(target: Path, data: bytes, mode: int) -> Path:
    """Write a fresh file beside `target`, its bytes on disk, and return its path."""
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(6)}.tmp")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def make_folders(folder: Path) -> None:
    """Make a folder and its parents, each name durable."""
    if folder.is_dir():
        return
    make_folders(folder.parent)
    folder.mkdir(exist_ok=True)
    fsync_folder(folder.parent)


def fsync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
