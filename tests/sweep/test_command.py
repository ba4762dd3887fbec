"""`python -m custody.sweep` on a real folder, on a computer that has nothing else of the product."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest

from custody.sweep.files import Listing, Result, keyed, looked_for
from tests.databases import PROJECT

ID, KEY = UUID("01a20dd9-7649-72c3-8cf5-c74b1e6894e5"), bytes(range(32))
SHEET, LARGE = b"sheet 1", b"large" * 1_000_000


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def alone(tmp_path: Path) -> Path:
    """A folder with the command and what it imports, and nothing else."""
    here = tmp_path / "program"
    shutil.copytree(PROJECT / "custody" / "sweep", here / "custody" / "sweep")
    for name in ("__init__.py", "word.py"):
        shutil.copy(PROJECT / "custody" / name, here / "custody")
    return here


@pytest.fixture
def listing(tmp_path: Path) -> Path:
    path = tmp_path / "sweep-list.json"
    path.write_bytes(Listing(ID, KEY, looked_for(KEY, map(sha256, (SHEET, LARGE, b"gone")))).written())
    return path


def run(alone: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    start = f"import sys, runpy; sys.path.insert(0, {str(alone)!r}); "
    start += "runpy.run_module('custody.sweep', run_name='__main__')"
    return subprocess.run(
        [sys.executable, "-I", "-c", start, *map(str, arguments)],
        capture_output=True, text=True, check=False, env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
    )  # fmt: skip


def test_it_finds_what_is_on_the_list_under_whatever_name(alone: Path, listing: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    for name, content in (
        ("holiday.jpg", SHEET), ("深/层/图幅 1.tif", LARGE), ("other.txt", b"other"), ("empty", b""),
    ):  # fmt: skip
        (disk / name).parent.mkdir(parents=True, exist_ok=True)
        (disk / name).write_bytes(content)
    (disk / os.fsdecode(b"bad\xff\nname")).write_bytes(SHEET)
    (disk / "link").symlink_to(disk / "holiday.jpg")
    (disk / "round").symlink_to(disk, target_is_directory=True)
    os.mkfifo(disk / "pipe")
    done = run(alone, disk, "--list", listing)
    assert done.returncode == 1, done.stderr
    result = Result.read(listing.with_suffix(".result").read_bytes(), KEY)
    assert {(f.path, f.size, f.digest) for f in result.found} == {
        ("holiday.jpg", 7, keyed(KEY, sha256(SHEET))),
        ("深/层/图幅 1.tif", len(LARGE), keyed(KEY, sha256(LARGE))),
        ("bad\\udcff\\u000aname", 7, keyed(KEY, sha256(SHEET))),
    }
    assert (result.files, result.links, result.list) == (5, 2, ID)
    assert result.size == 2 * len(SHEET) + len(LARGE) + len(b"other")
    assert [(u.path, u.why) for u in result.unread] == [("pipe", "no plain file")]
    assert "FOUND  holiday.jpg" in done.stdout and str(listing.with_suffix(".result")) in done.stdout


def test_nothing_found_is_0_and_something_unread_is_2(alone: Path, listing: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    (disk / "a").write_bytes(b"a")
    assert run(alone, disk, "--list", listing, "--result", tmp_path / "r1").returncode == 0
    os.mkfifo(disk / "pipe")
    assert run(alone, disk, "--list", listing, "--result", tmp_path / "r2").returncode == 2


def test_it_speaks_chinese(alone: Path, listing: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    (disk / "a").write_bytes(SHEET)
    assert "发现  a（7 字节）" in run(alone, disk, "--list", listing, "--language", "zh").stdout


def test_a_folder_that_is_not_there_or_a_result_that_is_already_is_told(
    alone: Path, listing: Path, tmp_path: Path
) -> None:
    gone = run(alone, tmp_path / "nowhere", "--list", listing)
    assert gone.returncode == 2 and "nowhere" in gone.stderr and "Traceback" not in gone.stderr
    kept = tmp_path / "kept"
    kept.write_text("mine")
    refused = run(alone, tmp_path, "--list", listing, "--result", kept)
    assert refused.returncode == 2 and kept.read_text() == "mine" and "Traceback" not in refused.stderr
    listing.write_text("{}")
    assert run(alone, tmp_path, "--list", listing).returncode == 2
