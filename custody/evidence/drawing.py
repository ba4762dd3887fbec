"""Page images of a file, drawn by a process apart (`draw_worker.py`) that is trusted with nothing.

It gets the file in memory and no address, no environment and no open file of ours. What it writes is read as
a stranger's: bounded, each image a PNG of a size that was asked for.
"""

from __future__ import annotations

import json
import os
import signal
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from . import draw_worker, sniff

WORKER = Path(draw_worker.__file__)
SECONDS = 60.0
DRAWN = frozenset(("application/pdf", "image/png", "image/jpeg", "image/tiff"))
REASONS = frozenset(
    ("malformed", "password", "empty", "too_many_pixels", "too_slow", "too_much", "no_sandbox", "no_picture")
)
_PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


@dataclass(frozen=True, slots=True)
class Drawn:
    """The first pages of a file, each large and small; or why there are none."""

    pages: tuple[tuple[bytes, bytes], ...] = ()
    count: int = 0
    """How many pages the file has."""
    failure: str = ""
    walls: frozenset[str] = frozenset()
    codes: tuple[tuple[str, ...], ...] = ()
    """What the QR codes of each page say."""


def draw(chunks: Iterable[bytes], media_type: str, seconds: float = SECONDS) -> Drawn:
    """Draw the first pages of a file. Never raises for what the file contains, and never takes longer than
    ``seconds`` and a moment."""
    if media_type not in DRAWN or media_type == sniff.OTHER:
        return Drawn(failure="no_picture")
    with _memory("in") as given, _memory("out") as written:
        for chunk in chunks:
            given.write(chunk)
        given.flush()
        given.seek(0)
        program = subprocess.Popen(
            [sys.executable, "-I", "-B", str(WORKER), media_type],
            stdin=given,
            stdout=written,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={"LANG": "C.UTF-8"},
            start_new_session=True,
        )
        try:
            code = program.wait(seconds)
        except subprocess.TimeoutExpired:
            code = -signal.SIGXCPU
        finally:
            program.kill()
            program.wait()
        written.seek(0)
        return _read(written.read(draw_worker.OUTPUT_BYTES + 1), code)


def _read(raw: bytes, code: int) -> Drawn:
    """Return what the process said; pages of one that failed on the way are not shown as if they were all."""
    large: list[bytes] = []
    small: list[bytes] = []
    codes: list[tuple[str, ...]] = []
    count, failure, walls, place = 0, "", frozenset[str](), 0
    while place + 5 <= len(raw) and not failure:
        letter, (length,) = raw[place : place + 1], struct.unpack_from(">I", raw, place + 1)
        data = raw[place + 5 : place + 5 + length]
        place += 5 + length
        if len(data) != length:
            break
        if letter == b"F":
            failure = word if (word := data.decode("ascii", "replace")) in REASONS else "malformed"
        elif letter == b"W":
            walls = frozenset(data.decode("ascii", "replace").split())
        elif letter == b"N" and data.isdigit() and len(data) < 9:
            count = int(data)
        elif letter == b"Q" and (said := _said(data)) is not None:
            codes.append(said)
        elif letter in (b"L", b"S") and _fits(
            data, draw_worker.LARGE if letter == b"L" else draw_worker.SMALL
        ):
            (large if letter == b"L" else small).append(data)
        else:
            failure = "malformed"
    if not failure and code != 0:
        failure = (
            "too_slow" if code == -signal.SIGXCPU else "too_much" if code == -signal.SIGXFSZ else "malformed"
        )
    most = min(count, draw_worker.MOST_PAGES)
    if not failure and not (len(large) == len(small) == len(codes) == most > 0):
        failure = "malformed"
    if failure:
        return Drawn(failure=failure, walls=walls)
    return Drawn(tuple(zip(large, small, strict=True)), count, walls=walls, codes=tuple(codes))


def _said(data: bytes) -> tuple[str, ...] | None:
    """Return what QR codes say, as the process tells it; None for anything else."""
    try:
        told = json.loads(data) if len(data) < 100_000 else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, list) or len(told) > draw_worker.MOST_CODES:
        return None
    texts = tuple(one for one in told if isinstance(one, str) and len(one) <= draw_worker.LONGEST)
    return texts if len(texts) == len(told) else None


def _fits(data: bytes, box: tuple[int, int]) -> bool:
    """Return whether bytes begin as a PNG no larger than a box."""
    if not data.startswith(_PNG) or len(data) < len(_PNG) + 8:
        return False
    width, height = struct.unpack_from(">II", data, len(_PNG))
    return 0 < width <= box[0] and 0 < height <= box[1]


def _memory(name: str) -> IO[bytes]:
    """Return a file that lies in memory alone where the system has such files: no plain text on a disk."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create(f"evidence-{name}"), "w+b")
    return tempfile.TemporaryFile()
