"""Reports on disk: a file carries its name only when it is whole, and its name tells its content apart.

    <project code>-<report id>-<start of SHA-256>.pdf            the sealed report
    <project code>-<report id>-<start of SHA-256>.pdf.receipt    that it was issued

The content is in the name, so that two workers at the same report never write over each other; the one whose
file was recorded as issued wins, and what others left is swept away.
"""

from __future__ import annotations

import os
import re
import tempfile
from contextlib import suppress
from pathlib import Path

RECEIPT = ".receipt"


def name_of(code: str, report: str, sha256: str) -> str:
    """Return the file name of a sealed report."""
    plain = re.sub(r"[^A-Za-z0-9]+", "-", code).strip("-")[:60] or "report"
    return f"{plain}-{report}-{sha256[:12]}.pdf"


def receipt_name(file: str) -> str:
    """Return the name of the receipt beside a report."""
    return file + RECEIPT


def built(folder: Path, name: str, *, receipt: bool = False) -> Path | None:
    """Return the file of an issued report, or its receipt; None for one that is not there or leads
    elsewhere."""
    folder = folder.resolve()
    path = (folder / (receipt_name(name) if receipt else name)).resolve()
    return path if name and path.is_relative_to(folder) and path.is_file() else None


def place(folder: Path, name: str, content: bytes) -> Path:
    """Write a file durably; a crash leaves it whole or not at all."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(dir=folder, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        Path(part).replace(folder / name)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(part).unlink()
        raise
    directory = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
    return folder / name


def sweep(folder: Path, report: str, keep: str) -> None:
    """Remove what other runs left of a report; `keep` is the file that was issued, its receipt stays too."""
    for path in folder.glob(f"*-{report}-*"):
        if path.name not in (keep, receipt_name(keep)):
            path.unlink(missing_ok=True)
