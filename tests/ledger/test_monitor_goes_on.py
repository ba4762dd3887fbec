"""The monitor that visits again and again until it is stopped, and what it leaves as the log grows."""

from __future__ import annotations

import json
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ledger.monitor import Copy
from ledger.tlog import merkle, tiles
from tests.databases import PROJECT
from tests.ledger.independent import Independent
from tests.ledger.test_monitor import Served, alarm, forked, keep, served, visit
from tests.ledger.tlog.builders import LOG

__all__ = ["keep", "served"]


class Going:
    """`python -m ledger monitor --every`, with what it says line by line."""

    def __init__(self, source: object, keep: Path, trust: Path, every: str = "0.1") -> None:
        words = ("monitor", source, "--keep", keep, "--trust", trust, "--every", every, "--json")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "ledger", *map(str, words)],
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def until(self, **wanted: Any) -> dict[str, Any]:
        """Read on until a visit found this."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            found: dict[str, Any] = json.loads(line)
            if wanted.items() <= found.items():
                return found
        raise AssertionError(f"it ended: {self.process.communicate()[1]}")

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal; return the exit code. Nothing may be said of it."""
        self.process.send_signal(number)
        begun = time.monotonic()
        _, said = self.process.communicate(timeout=30)
        assert time.monotonic() - begun < 10
        assert said == ""
        return self.process.returncode


@pytest.fixture
def trust(tmp_path: Path) -> Path:
    folder = tmp_path / "trust"
    folder.mkdir()
    (folder / "policy").write_text(f"log {LOG.vkey}\nquorum none\n")
    return folder


@contextmanager
def going(*words: Any) -> Iterator[Going]:
    found = Going(*words)
    try:
        yield found
    finally:
        found.process.kill()
        found.process.wait()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda s: s.name)
def test_it_notices_growth_by_itself_and_ends_quietly_by_a_signal(
    served: Served, keep: Path, trust: Path, number: signal.Signals
) -> None:
    with going(served.folder, keep, trust) as monitor:
        assert monitor.until(verdict="good")["new"] == 300
        assert monitor.until(new=0)["size"] == 300, "it looked again, and nothing was new"
        for count in (1, 300):
            served.grow(count)
            grown = monitor.until(size=len(served.log.leaves))
            assert grown["verdict"] == "good"
        assert monitor.end(number) == 0
    assert visit(served, keep).new == 0, "the copy is whole and free"


def test_an_alarm_is_told_at_each_visit_and_remembered_in_the_exit_code(
    served: Served, keep: Path, trust: Path
) -> None:
    with going(served.folder, keep, trust) as monitor:
        monitor.until(verdict="good")
        honest = {path: path.read_bytes() for path in served.folder.rglob("*") if path.is_file()}
        forked(served)
        served.publish()
        evidence = monitor.until(verdict="fork")["evidence"]
        assert monitor.until(verdict="fork")["evidence"] == evidence, "the same evidence is kept once"
        for path, raw in honest.items():
            path.write_bytes(raw)
        monitor.until(verdict="good")
        served.folder.rename(served.folder.with_name("away"))
        monitor.until(verdict="unreachable")
        served.folder.with_name("away").rename(served.folder)
        monitor.until(verdict="good")
        assert monitor.end() == 1, "the worst that it saw"


def test_it_ends_also_while_a_log_keeps_it_waiting(keep: Path, trust: Path) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as hole,
        going(f"http://127.0.0.1:{hole.getsockname()[1]}", keep, trust) as monitor,
    ):
        hole.accept()
        assert monitor.end() == 2, "nothing was judged"


@pytest.mark.parametrize("every", ["0", "-1", "nan", "inf", "often"])
def test_what_is_no_span_of_time_is_refused(served: Served, keep: Path, trust: Path, every: str) -> None:
    with going(served.folder, keep, trust, every) as monitor:
        assert monitor.process.wait(30) == 2
    assert not keep.exists()


def test_a_copy_that_cannot_be_written_is_told_and_is_no_alarm(
    served: Served, keep: Path, trust: Path
) -> None:
    keep.mkdir()
    (keep / "tile").write_text("in the way")
    with going(served.folder, keep, trust) as monitor:
        assert monitor.process.stderr is not None
        assert "cannot be read or written" in monitor.process.stderr.readline()
        (keep / "tile").unlink()
        monitor.until(verdict="good", size=300)
        assert monitor.process.poll() is None


# --- what is left in the copy -----------------------------------------------------------------------------


def partial(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*.p/*"))


def whole(folder: Path, size: int) -> bytes:
    """The root that the tiles of a folder give, from their first hash on; checks every tile and bundle."""
    hashes: list[bytes] = []
    for n in range(-(-size // tiles.WIDTH)):
        width = min(tiles.WIDTH, size - n * tiles.WIDTH)
        raw = (folder / tiles.tile_path(0, n, width)).read_bytes()
        entries = tiles.decode_entries((folder / tiles.entries_path(n, width)).read_bytes())
        assert raw == b"".join(map(merkle.leaf_hash, entries)) and len(entries) == width
        hashes += [raw[i : i + 32] for i in range(0, len(raw), 32)]
    root = merkle.root_of(hashes)
    assert tiles.TileReader(lambda path: (folder / path).read_bytes(), size).root() == root
    return root


def test_partial_tiles_go_once_the_full_one_is_kept_and_the_copy_still_verifies(
    served: Served, keep: Path, tmp_path: Path
) -> None:
    visit(served, keep)
    follower = tmp_path / "follower"
    for count in (20, 30, 100):  # 320, 350, 450: all within the second tile
        served.grow(count)
        visit(served, keep)
    assert visit(Served(keep), follower).size == 450
    assert {path.rpartition("/")[0] for path in partial(keep)} == {
        "tile/0/001.p", "tile/1/000.p", "tile/entries/001.p",
    }  # fmt: skip
    assert len([path for path in partial(keep) if path.startswith("tile/0/")]) == 4

    served.grow(100)  # 550: the second tile is full, and a third has begun
    visit(served, keep)
    assert partial(keep) == [
        "tile/0/002.p/38", "tile/1/000.p/1", "tile/1/000.p/2", "tile/entries/002.p/38",
    ]  # fmt: skip
    assert whole(keep, 550) == whole(served.folder, 550)
    assert visit(Served(keep), follower).new == 100, "who follows the copy goes on"
    assert visit(Served(keep), tmp_path / "late").size == 550, "and so does who comes new"
    assert visit(served, keep).new == 0
    served.log.leaves[300] = served.log.leaves[300].replace(b'"at":"2024', b'"at":"2023', 1)
    served.grow(70)
    assert alarm(served, keep).code in ("fork", "stream", "tile"), "a rewritten history still shows"


def test_a_log_that_grows_by_ones_leaves_few_files(tmp_path: Path, keep: Path) -> None:
    log = Served(tmp_path / "served")
    for size in (1, 2, 3, 250, 255, 256):
        log.grow(size - len(log.log.leaves))
        visit(log, keep)
    assert partial(keep) == ["tile/1/000.p/1"]
    assert whole(keep, 256) == whole(log.folder, 256)


def test_tiles_that_an_older_monitor_left_go_as_well(served: Served, keep: Path) -> None:
    visit(served, keep)
    (keep / "tile" / "0" / "000.p").mkdir()
    (keep / "tile" / "0" / "000.p" / "17").write_bytes(b"x")
    state = json.loads((keep / "state.json").read_text())
    del state["pruned"]
    (keep / "state.json").write_text(json.dumps(state))
    served.grow(1)
    visit(served, keep)
    assert not (keep / "tile" / "0" / "000.p").exists()
    assert json.loads((keep / "state.json").read_text())["pruned"] == 301


class Killed(BaseException):
    pass


def test_a_kill_while_they_are_taken_away_is_made_good_by_the_next_visit(
    served: Served, keep: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit(served, keep)
    served.grow(300)
    drop, kills = Copy.drop, 0
    while True:
        left = kills = kills + 1

        def fragile(self: Copy, path: str) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                raise Killed
            drop(self, path)

        trial = tmp_path / f"trial{kills}"
        shutil.copytree(keep, trial)
        with monkeypatch.context() as patch:
            patch.setattr(Copy, "drop", fragile)
            try:
                visit(served, trial)
                break
            except Killed:
                assert any("/001.p/" in path for path in partial(trial))
        assert visit(served, trial).size == 600
        assert not any("/001.p/" in path for path in partial(trial))
        assert whole(trial, 600) == whole(served.folder, 600)
    assert kills > 2


AUDIT = """
import sys
from aics_tlog import FileSystemTileReader, audit_tiles, parse_checkpoint, parse_note, parse_vkey, verify_note
signed = parse_note(open(sys.argv[1] + "/checkpoint", "rb").read())
assert verify_note(signed, [parse_vkey(sys.argv[2])])
at = parse_checkpoint(signed.text)
print(audit_tiles(FileSystemTileReader(sys.argv[1]), at.size, at.root).size)
"""


@pytest.mark.independent
def test_an_auditor_that_others_wrote_accepts_the_pruned_copy(
    served: Served, keep: Path, independent: Independent
) -> None:
    visit(served, keep)
    served.grow(300)
    visit(served, keep)
    assert not (keep / "tile" / "0" / "001.p").exists()
    assert independent.python(AUDIT, keep, LOG.vkey).strip() == "600"
