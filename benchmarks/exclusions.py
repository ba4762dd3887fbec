"""How long the list of barred parties takes to go in, beside the least that its rows cost.

python -m benchmarks.exclusions [FILE]    FILE: a public extract, ZIP or CSV; else 10,000 made-up rows

The peer reads the same file with Python's csv module and puts the bare cells into a table of text by COPY,
in one commit: no checks, no entry, no names folded.
"""

from __future__ import annotations

import csv
import io
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import psycopg

from benchmarks import site
from tests.importers.made_up import as_csv, exclusion

ROWS, RUNS = 10_000, 3


def cells(file: Path) -> list[list[str]]:
    """Return the rows of the file as Python's csv module reads them."""
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as packed:
            raw = packed.read(packed.namelist()[0])
    else:
        raw = file.read_bytes()
    return list(csv.reader(io.StringIO(raw.decode("utf-8", errors="replace"), newline="")))


def peer(file: Path, url: str) -> float:
    """Return the seconds for reading and COPY."""
    began = time.perf_counter()
    rows = cells(file)
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE bare (n bigint, cells text[])")
        with connection.cursor().copy("COPY bare FROM STDIN") as copy:
            for number, row in enumerate(rows):
                copy.write_row((number, row))
    taken = time.perf_counter() - began
    with psycopg.connect(url) as connection:
        connection.execute("DROP TABLE bare")
    return taken


def ours(file: Path, where: site.Site, run: int, folder: Path) -> tuple[float, str]:
    """Return the seconds for the whole command, process start included, and its last line but one."""
    # Another name and a space at the end make it another file: the same one would not be entered again.
    copied = folder / f"run{run}-{file.name}"
    copied.write_bytes(file.read_bytes() + (b"" if zipfile.is_zipfile(file) else b"\n" * run))
    if zipfile.is_zipfile(copied):
        with zipfile.ZipFile(copied, "a") as packed:
            packed.comment = str(run).encode()
    began = time.perf_counter()
    said = where.manage("import_sam_exclusions", str(copied))
    return time.perf_counter() - began, next(line for line in said.splitlines() if "barred" in line)


def main(arguments: list[str]) -> None:
    """Measure in turn, and print the medians."""
    with tempfile.TemporaryDirectory() as name, site.demo() as where:
        folder = Path(name)
        file = Path(arguments[0]) if arguments else folder / "made-up.csv"
        if not arguments:
            rows = (
                exclusion(Name=f"BARRED SURVEYS {n} LLC", SAM_Number=f"S4MRT{n:05d}") for n in range(ROWS)
            )
            file.write_bytes(as_csv(rows))
        pairs = []
        for run in range(RUNS):
            bare = peer(file, where.urls["DATABASE_OWNER_URL"])
            seconds, said = ours(file, where, run, folder)
            pairs.append((seconds, bare))
    seconds, bare = sorted(pairs)[RUNS // 2]
    print(f"## The list of barred parties ({site.machine()})\n")
    print("| what | seconds | ratio |\n|---|---:|---:|")
    print(f"| `import_sam_exclusions`, {said} | {seconds:.1f} | {seconds / bare:.1f} |")
    print(f"| csv module and COPY, same rows | {bare:.2f} | 1 |")


if __name__ == "__main__":
    main(sys.argv[1:])
