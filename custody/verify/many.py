"""A folder of reports judged into one table, each file with the trust files of its own unit."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from custody.terms import Text
from ledger.tlog.bundle import MAX_BYTES

from . import book as books
from .found import Part, Verdict, printable
from .report import judged_evidence, origin_of, verify_file
from .since import FORK, TITLE, Past, compare

SUFFIXES = (".pdf", ".json", ".receipt")
UNIT = Text("The unit", "单位")
NO_UNIT = Text(
    "The ledger from which this file says that it comes is of no unit in the trust book: {origin}.",
    "本文件自称出自的账本不属于信任名册中的任何单位：{origin}。",
)
NO_ORIGIN = Text(
    "The file does not say from which ledger it comes: it is no report, evidence file or receipt, or is "
    "damaged.",
    "文件未载明出自哪份账本：它不是报告、证据文件或凭证，或者已损坏。",
)
UNREADABLE = Text("The file cannot be read.", "无法读取文件。")
NONE = Text("{path} holds no report, evidence file or receipt.", "{path} 中没有报告、证据文件或凭证。")


@dataclass(frozen=True, slots=True)
class Trust:
    """Whom to believe: one trust folder, or a book of many."""

    folder: Path | None = None
    units: tuple[books.Unit, ...] = ()

    def of(self, raw: bytes) -> tuple[Path | None, str, Part | None]:
        """Return the trust folder for a file, the unit's name, and what is wrong with that."""
        if self.folder is not None:
            return self.folder, "", None
        part, origin = Part("unit", UNIT), origin_of(raw)
        unit = next((one for one in self.units if origin and origin in one.origins), None)
        if unit is not None and unit.fault is None:
            return unit.folder, unit.name, None
        if unit is not None:
            part.add("unknown", unit.fault or UNREADABLE)
            return None, unit.name, part
        if origin:
            part.add("unknown", NO_UNIT, origin=printable(origin))
        else:
            part.add("bad", NO_ORIGIN)
        return None, "", part


@dataclass(frozen=True, slots=True)
class Row:
    """One file of the folder: its path in it, its unit where a book told it, and what was found."""

    path: str
    unit: str
    verdict: Verdict


def files(folder: Path) -> list[Path]:
    """Return what is to be judged in a folder and below: a receipt beside its report goes with that."""
    found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())
    reports = {path for path in found if path.suffix.lower() != ".receipt"}
    return [path for path in found if path in reports or path.with_suffix("") not in reports]


def past(paths: Iterable[Path], trust: Trust) -> tuple[Past, list[Path]]:
    """Return what earlier files show, and those of them that cannot be relied on."""
    before, refused = Past(), []
    for path in paths:
        raw = _read(path)
        folder = trust.of(raw)[0] if raw is not None else None
        judged = judged_evidence(raw, folder) if raw is not None and folder is not None else None
        if judged is None or not before.take(judged):
            refused.append(path)
    return before, refused


def judge(
    path: Path, trust: Trust, before: Past | None = None, receipt: Path | None = None
) -> tuple[str, Verdict]:
    """Judge one file; return its unit's name and the verdict. Never raises for what files hold."""
    raw = _read(path)
    if raw is None:
        part = Part("file", UNIT)
        part.add("unknown", UNREADABLE)
        return "", Verdict((part,), "")
    folder, name, fault = trust.of(raw)
    if folder is None:
        return name, Verdict((fault,) if fault else (), hashlib.sha256(raw).hexdigest())
    verdict = verify_file(raw, folder, _read(receipt) if receipt is not None else None)
    if before is not None and (judged := judged_evidence(raw, folder)) is not None:
        verdict = replace(verdict, parts=(*verdict.parts, compare(judged, before)))
    return name, verdict


def judge_all(
    folder: Path, trust: Trust, before: Past | None = None, said: Callable[[int, int], None] | None = None
) -> list[Row]:
    """Judge every file of a folder, on all processors; ``said`` is told how many of how many are done.

    Beside each file alone: two files of one ledger and one size must rest on one root.
    """
    paths = files(folder)
    rows: list[Row] = []
    with ProcessPoolExecutor(max_workers=min(os.cpu_count() or 1, len(paths) or 1)) as pool:
        for row in pool.map(partial(_row, folder, trust, before), paths):
            rows.append(row)
            if said is not None:
                said(len(rows), len(paths))
    return _forked(rows)


def _row(folder: Path, trust: Trust, before: Past | None, path: Path) -> Row:
    beside = path.with_name(path.name + ".receipt")
    unit, verdict = judge(path, trust, before, beside if beside.is_file() else None)
    return Row(str(path.relative_to(folder)), unit, verdict)


def _forked(rows: Sequence[Row]) -> list[Row]:
    roots: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        about = row.verdict.about
        if about.get("root"):
            roots.setdefault((about["origin"], about["size"]), set()).add(about["root"])
    return list(_told(rows, {place for place, found in roots.items() if len(found) > 1}))


def _told(rows: Iterable[Row], forks: set[tuple[str, str]]) -> Iterator[Row]:
    for row in rows:
        place = (row.verdict.about.get("origin", ""), row.verdict.about.get("size", ""))
        if place in forks:
            part = Part("fork", TITLE)
            part.add("bad", FORK, size=place[1])
            row = replace(row, verdict=replace(row.verdict, parts=(*row.verdict.parts, part)))
        yield row


def _read(path: Path) -> bytes | None:
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError:
        return None
