"""Open a CSV that comes bare or alone in a ZIP: nothing is unpacked to disk, no stated size is trusted."""

from __future__ import annotations

import codecs
import io
import os
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from custody.importers.problem import ImportFileError

MAX_PACKED: Final = 64 * 1024 * 1024
MAX_UNPACKED: Final = 512 * 1024 * 1024
"""Largest CSV taken; the whole list with individuals has some 80 MB."""
MAX_RATIO: Final = 100
"""Most that a ZIP may grow; real extracts grow seven times."""
_BLOCK: Final = 1 << 16
_BROKEN: Final = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError)


@dataclass(frozen=True, slots=True)
class ExtractFile:
    """A CSV that was read through once: it is whole, within the limits, and in this encoding."""

    source: bytes | Path
    member: zipfile.ZipInfo | None  # None: the file is the CSV
    size: int  # bytes of the CSV
    encoding: str

    @contextmanager
    def text(self) -> Iterator[IO[str]]:
        """Open the CSV from its first line; line ends stay as they are."""
        with _open(self.source, self.member) as raw:
            yield io.TextIOWrapper(raw, encoding=self.encoding, newline="")


def open_extract(source: bytes | str | os.PathLike[str]) -> ExtractFile:
    """Read a file through once, given as its bytes or path; the second reading is then safe from surprises.

    Raises `ImportFileError` when it cannot be opened, is a ZIP that holds anything but one CSV, is damaged,
    encrypted or too large, or is no text.
    """
    kept = source if isinstance(source, bytes) else Path(source)
    try:
        member = _only_csv(kept)
        encoding, size = _read_through(kept, member)
    except _BROKEN as error:
        raise ImportFileError(
            f"The ZIP is damaged: {error}. Fetch it again.", f"ZIP 文件已损坏：{error}。"
        ) from error
    except (OSError, ValueError) as error:
        raise ImportFileError(f"The file cannot be opened: {error}", f"无法打开文件：{error}") from error
    return ExtractFile(kept, member, size, encoding)


def _only_csv(source: bytes | Path) -> zipfile.ZipInfo | None:
    with _file(source) as file:
        if file.read(2) != b"PK":
            return None
        if file.seek(0, os.SEEK_END) > MAX_PACKED:
            raise _too_large("ZIP", MAX_PACKED)
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
    if len(members) != 1 or not members[0].filename.lower().endswith(".csv"):
        raise ImportFileError(
            f"The ZIP must hold exactly one CSV file; it holds {len(members)} file(s).",
            f"ZIP 中应有且仅有一个 CSV 文件，实有 {len(members)} 个文件。",
        )
    member = members[0]
    if member.flag_bits & 1:
        raise ImportFileError("The CSV in the ZIP is encrypted.", "ZIP 中的 CSV 已加密。")
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ImportFileError(
            "The ZIP uses a packing method other than deflate.", "ZIP 使用了 deflate 以外的压缩方法。"
        )
    if member.file_size > MAX_RATIO * max(member.compress_size, 1024):
        raise ImportFileError(
            f"The ZIP would grow more than {MAX_RATIO} times when unpacked, as no real extract does.",
            f"ZIP 解压后将膨胀超过 {MAX_RATIO} 倍，不是正常的名单文件。",
        )
    return member


def _read_through(source: bytes | Path, member: zipfile.ZipInfo | None) -> tuple[str, int]:
    """Return encoding and size; a damaged or oversized member is found out here."""
    size = 0
    decoders = {
        "utf-8-sig": codecs.getincrementaldecoder("utf-8")(),
        "cp1252": codecs.getincrementaldecoder("cp1252")(),
    }
    with _open(source, member) as file:
        while True:
            block = file.read(_BLOCK)
            size += len(block)
            if size > MAX_UNPACKED:
                raise _too_large("CSV", MAX_UNPACKED)
            for name, decoder in list(decoders.items()):
                try:
                    decoder.decode(block, final=not block)
                except UnicodeDecodeError:
                    del decoders[name]
            if not decoders:
                raise ImportFileError(
                    "The CSV is neither UTF-8 nor Windows-1252 text.",
                    "CSV 既不是 UTF-8 也不是 Windows-1252 文本。",
                )
            if not block:
                return next(iter(decoders)), size


def _too_large(what: str, limit: int) -> ImportFileError:
    size = limit // 1024 // 1024
    return ImportFileError(f"The {what} is larger than {size} MB.", f"{what} 超过 {size} MB。")


def _file(source: bytes | Path) -> IO[bytes]:
    return io.BytesIO(source) if isinstance(source, bytes) else source.open("rb")


@contextmanager
def _open(source: bytes | Path, member: zipfile.ZipInfo | None) -> Iterator[IO[bytes]]:
    with _file(source) as file:
        if member is None:
            yield file
            return
        with zipfile.ZipFile(file) as archive, archive.open(member) as unpacked:
            yield unpacked
