"""Looking through the files of a folder."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from .files import LONGEST_PATH, Found, Listing, Result, Unread, keyed, one_line

CHUNK = 1024 * 1024
"""Bytes of a file that are held at a time."""


def sweep(
    folder: Path, listing: Listing, tell: Callable[[int, int], None] = lambda files, size: None
) -> Result:
    """Hash every file below a folder and return which are on the list.

    Links are counted and not followed: what they lead to is looked at where it lies, or lies elsewhere.
    ``tell`` hears after each file how many files and bytes were read. Raises OSError where the folder itself
    cannot be read.
    """
    next(folder.iterdir(), None)  # else an unreadable folder would be an empty one
    began, files, size, links = _now(), 0, 0, 0
    found: list[Found] = []
    unread: list[Unread] = []
    for path, mode, fault in _below(folder):
        name = _name(path, folder)
        if fault or not stat.S_ISREG(mode):
            if stat.S_ISLNK(mode):
                links += 1
            else:
                unread.append(Unread(name, fault or "no plain file"))
            continue
        try:
            length, digest = _digest(path)
        except OSError as error:
            unread.append(Unread(name, _why(error)))
            continue
        files, size = files + 1, size + length
        if (mark := keyed(listing.key, digest)) in listing.digests:
            found.append(Found(name, length, mark))
        tell(files, size)
    return Result(
        listing.id, one_line(str(folder)), began, _now(), files, size, links, tuple(found), tuple(unread)
    )


def _below(folder: Path) -> Iterator[tuple[Path, int, str]]:
    """Yield (path, mode, fault) of all that lies below a folder and is no folder that was entered."""
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        try:
            with os.scandir(here) as entries:
                names = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            yield here, 0, _why(error)
            continue
        for entry in names:
            try:
                mode = entry.stat(follow_symlinks=False).st_mode
            except OSError as error:
                yield Path(entry.path), 0, _why(error)
                continue
            if stat.S_ISDIR(mode):
                waiting.append(Path(entry.path))
            else:
                yield Path(entry.path), mode, ""


def _digest(path: Path) -> tuple[int, str]:
    """Return the length and SHA-256 of a file."""
    made, length = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            made.update(chunk)
            length += len(chunk)
    return length, made.hexdigest()


def _name(path: Path, folder: Path) -> str:
    """Return a path below the folder as it can be written down; of a very long one the end."""
    return one_line(path.relative_to(folder).as_posix())[-LONGEST_PATH:]


def _why(error: OSError) -> str:
    return one_line(error.strerror or type(error).__name__)[:300]


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
