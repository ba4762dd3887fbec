"""The monitor beside an honest log and a malicious one, as a folder, over HTTP and as a command."""

from __future__ import annotations

import functools
import http.server
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.monitor import Alarm, Copy, Monitor, Visit
from ledger.source import Folder, Web
from ledger.tlog import checkpoint, merkle, policy, tiles
from ledger.tlog.note import Signer, sign_note
from tests.ledger.test_command import run
from tests.ledger.tlog.builders import (
    LOG,
    ORIGIN,
    WITNESS_TIME,
    WITNESSES,
    SampleLog,
    policy_text,
    uuid,
)
from tests.scale import tries

NOW = 1_733_000_000.0  # after the entries of the sample
HOUR = 3600.0


class Served:
    """A log in a folder; what it serves can be made false."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.log = folder, SampleLog()

    def grow(self, count: int, streams: int = 3) -> None:
        for _ in range(count):
            number = len(self.log.leaves)
            self.log.append(uuid(1 + number % streams), {"kind": f"k{number}"}, at=when(number))
        self.publish()

    def publish(self, signer: Signer = LOG, size: int | None = None) -> None:
        leaves = self.log.leaves[:size]
        hashes = [merkle.leaf_hash(raw) for raw in leaves]
        level: list[list[bytes]] = [hashes]
        for tile in tiles.needed_tiles(0, len(leaves)):
            while len(level) <= tile.level:
                below = level[-1]
                level.append([merkle.root_of(below[i : i + 256]) for i in range(0, len(below) - 255, 256)])
            data = b"".join(level[tile.level][tile.n * 256 : tile.n * 256 + tile.width])
            self.write(tile.path, data)
            if tile.level == 0:
                part = leaves[tile.n * 256 : tile.n * 256 + tile.width]
                self.write(tiles.entries_path(tile.n, tile.width), tiles.encode_entries(part))
        text = checkpoint.Checkpoint(ORIGIN, len(leaves), merkle.root_of(hashes)).text()
        self.write("checkpoint", sign_note(text, signer).encode())

    def write(self, path: str, raw: bytes) -> None:
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_bytes(raw)


def when(number: int) -> str:
    return f"2024-11-21T10:{number // 60 % 60:02}:{number % 60:02}.{number // 3600:06}Z"


@pytest.fixture
def served(tmp_path: Path) -> Served:
    log = Served(tmp_path / "served")
    log.grow(300)
    return log


@pytest.fixture
def keep(tmp_path: Path) -> Path:
    return tmp_path / "keep"


def visit(served: Served, keep: Path, now: float = NOW, text: str = "") -> Visit:
    rules = policy.parse(text or f"log {LOG.vkey}\nquorum none\n")
    return Monitor(Folder(served.folder), Copy(keep), rules, 72 * HOUR, lambda: now).visit()


def alarm(served: Served, keep: Path, **options: Any) -> Alarm:
    with pytest.raises(Alarm) as raised:
        visit(served, keep, **options)
    return raised.value


def test_an_honest_log_is_followed_and_its_copy_is_a_log_that_can_be_followed(
    served: Served, keep: Path, tmp_path: Path
) -> None:
    assert (visit(served, keep).new, visit(served, keep).new) == (300, 0)
    for count in (1, 211, 1, 300):
        served.grow(count)
        assert visit(served, keep).new == count
    copy = Served(keep)
    assert visit(copy, tmp_path / "second").size == 813
    kept = list((keep / "checkpoints").iterdir())
    assert len(kept) == 5


def test_a_log_of_one_entry_and_an_empty_one_are_followed(tmp_path: Path, keep: Path) -> None:
    log = Served(tmp_path / "served")
    log.publish()
    assert visit(log, keep).size == 0
    log.grow(1)
    assert visit(log, keep).new == 1


# --- a malicious log ---


def forked(served: Served) -> None:
    served.log.leaves[-1] = served.log.leaves[-1].replace(b"T10:", b"T11:")


def test_another_root_at_the_same_size_is_a_fork_with_both_checkpoints_kept(
    served: Served, keep: Path
) -> None:
    visit(served, keep)
    before = (served.folder / "checkpoint").read_bytes()
    forked(served)
    served.publish()
    told = alarm(served, keep)
    assert told.code == "fork"
    assert told.evidence is not None
    assert (told.evidence / "checkpoint.kept").read_bytes() == before
    assert (told.evidence / "checkpoint.new").read_bytes() == (served.folder / "checkpoint").read_bytes()
    assert (keep / "checkpoint").read_bytes() == before, "the copy stays with what it had"
    assert alarm(served, keep).evidence == told.evidence


@pytest.mark.parametrize("old", [0, 100, 255, 256, 299])
def test_a_rewritten_history_that_grew_is_a_fork(served: Served, keep: Path, old: int) -> None:
    visit(served, keep)
    served.log.leaves[old] = served.log.leaves[old].replace(b'"at":"2024', b'"at":"2023', 1)
    served.grow(70)
    assert alarm(served, keep).code in ("fork", "stream")
    shutil.rmtree(served.folder)
    assert alarm(served, keep).code == "unreachable"


def test_honest_entries_under_a_signature_of_another_tree_are_a_fork(served: Served, keep: Path) -> None:
    visit(served, keep)
    served.grow(10)
    text = checkpoint.Checkpoint(ORIGIN, 310, b"\1" * 32).text()
    served.write("checkpoint", sign_note(text, LOG).encode())
    assert alarm(served, keep).code == "fork"


def test_each_other_lie_is_named(served: Served, keep: Path) -> None:
    visit(served, keep)
    good = {path: path.read_bytes() for path in served.folder.rglob("*") if path.is_file()}

    def back() -> None:
        shutil.rmtree(served.folder)
        for path, raw in good.items():
            served.write(str(path.relative_to(served.folder)), raw)

    served.publish(size=299)
    assert alarm(served, keep).code == "shrunk"
    back()
    other = Signer(ORIGIN, Ed25519PrivateKey.generate())
    served.publish(signer=other)
    assert alarm(served, keep).code == "key"
    text = checkpoint.Checkpoint("else.where/ledger", 300, b"\1" * 32).text()
    served.write("checkpoint", sign_note(text, Signer("else.where/ledger", LOG.key)).encode())
    assert alarm(served, keep).code == "origin"
    served.write("checkpoint", b"hello")
    assert alarm(served, keep).code in ("form", "origin")
    back()
    assert visit(served, keep).new == 0

    served.grow(5)
    path = served.folder / tiles.tile_path(0, 1, 49)
    path.write_bytes(path.read_bytes()[:-32])
    assert alarm(served, keep).code == "short"
    path.write_bytes(b"\2" * 49 * 32)
    assert alarm(served, keep).code == "tile"
    path.unlink()
    assert alarm(served, keep).code == "missing"
    served.publish()
    path = served.folder / tiles.entries_path(1, 49)
    whole = path.read_bytes()
    path.write_bytes(whole[:-3])
    assert alarm(served, keep).code == "short"
    path.write_bytes(tiles.encode_entries(tiles.decode_entries(whole)[:48]))
    assert alarm(served, keep).code == "short"
    path.write_bytes(whole)
    assert visit(served, keep).new == 5


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"seq": 99}, "stream"),
        ({"seq": 101}, "stream"),
        ({"prev": b"\3" * 32}, "stream"),
        ({"at": "2020-01-01T00:00:00.000000Z"}, "time"),
        ({"at": "2099-01-01T00:00:00.000000Z"}, "time"),
    ],
)
def test_a_false_entry_under_a_good_signature_is_named(
    served: Served, keep: Path, changes: dict[str, Any], code: str
) -> None:
    visit(served, keep)
    served.log.append(uuid(1), {"kind": "x"}, **({"at": when(400)} | changes))
    served.publish()
    assert alarm(served, keep).code == code


def test_an_entry_in_another_layout_is_named(served: Served, keep: Path) -> None:
    visit(served, keep)
    served.log.leaves.append(b'{"v":2}')
    served.publish()
    assert alarm(served, keep).code == "entry"


def test_silence_is_unreachable_at_first_and_an_alarm_when_it_lasts(served: Served, keep: Path) -> None:
    visit(served, keep)
    assert visit(served, keep, now=NOW + 71 * HOUR).unchanged_for == 71 * HOUR
    assert alarm(served, keep, now=NOW + 73 * HOUR).code == "stale"
    served.grow(1)
    assert visit(served, keep, now=NOW + 74 * HOUR).new == 1
    served.folder.rename(served.folder.with_name("gone"))
    assert alarm(served, keep, now=NOW + 75 * HOUR).code == "unreachable"
    assert alarm(served, keep, now=NOW + 150 * HOUR).code == "stopped"


def test_a_copy_that_was_changed_is_said_to_be_damaged(served: Served, keep: Path) -> None:
    visit(served, keep)
    state = json.loads((keep / "state.json").read_text())
    (keep / "state.json").write_text(json.dumps(state | {"size": 299}))
    assert alarm(served, keep).code == "copy"


def test_too_few_witnesses_are_told_and_no_alarm(served: Served, keep: Path) -> None:
    assert not visit(served, keep, text=policy_text("two")).quorum_met


def witnessed(served: Served, signer: Signer = LOG, size: int | None = None, forged: bool = False) -> None:
    """Publish what two witnesses cosigned, at this size; forged: of another history."""
    hashes = [merkle.leaf_hash(raw) for raw in served.log.leaves[:size]]
    root = merkle.root_of([*hashes[:-1], merkle.leaf_hash(b"x")] if forged else hashes)
    text = checkpoint.Checkpoint(ORIGIN, len(hashes), root).text()
    note = sign_note(text, signer) + "".join(witness.sign(text, WITNESS_TIME) for witness in WITNESSES[:2])
    served.write("checkpoint.witnessed", note.encode())


def test_what_was_witnessed_is_told_with_its_size(served: Served, keep: Path) -> None:
    witnessed(served, size=290)
    found = visit(served, keep, text=policy_text("two"))
    assert (found.size, found.witnessed, found.witnesses, found.quorum_met) == (300, 290, 2, True)


@pytest.mark.parametrize(
    ("change", "code"), [("another history", "fork"), ("newer than shown", "shrunk"), ("another key", "key")]
)
def test_a_witnessed_checkpoint_that_contradicts_is_an_alarm(
    served: Served, keep: Path, change: str, code: str
) -> None:
    if change == "newer than shown":
        witnessed(served)
        served.publish(size=290)
    else:
        other = Signer(ORIGIN, Ed25519PrivateKey.generate())
        witnessed(served, other if change == "another key" else LOG, 290, forged=change == "another history")
    found = alarm(served, keep, text=policy_text("two"))
    assert found.code == code
    assert found.evidence is not None and any(keep.glob("checkpoints/*"))


# --- kills ---


class Killed(BaseException):
    pass


def test_a_kill_at_any_write_leaves_a_copy_that_goes_on(
    served: Served,
    keep: Path,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Callable[[str, object], None],
) -> None:
    visit(served, keep)
    served.grow(300)
    put, writes = Copy.put, 0
    while True:
        writes += 1
        left = writes

        def fragile(self: Copy, path: str, raw: bytes) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                raise Killed
            put(self, path, raw)

        trial = keep.with_name("trial")
        shutil.rmtree(trial, ignore_errors=True)
        shutil.copytree(keep, trial)
        with monkeypatch.context() as patch:
            patch.setattr(Copy, "put", fragile)
            try:
                visit(served, trial)
                break
            except Killed:
                pass
        assert visit(served, trial).size == 600
        assert visit(Served(trial), keep.with_name(f"again{writes}")).size == 600
    assert writes > 8
    record_property("kills survived", writes - 1)


def test_a_killed_process_leaves_a_copy_that_goes_on(served: Served, keep: Path, tmp_path: Path) -> None:
    trust = tmp_path / "trust"
    trust.mkdir()
    (trust / "policy").write_text(f"log {LOG.vkey}\nquorum none\n")
    chance = random.Random(3)
    for _ in range(tries(3, 60)):
        served.grow(40)
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "ledger",
                "monitor",
                str(served.folder),
                "--keep",
                str(keep),
                "--trust",
                str(trust),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            process.wait(chance.random() * 0.8)
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
    assert visit(served, keep).size == len(served.log.leaves)


# --- over HTTP, and as a command without Django ---


class Quiet(http.server.SimpleHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.headers["Authorization"] != "Bearer sesame":
            self.send_error(401)
        elif self.path.endswith("/moved"):
            self.send_response(302)
            self.send_header("Location", "/checkpoint")
            self.end_headers()
        else:
            super().do_GET()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def address(served: Served) -> Iterator[str]:
    handler = functools.partial(Quiet, directory=str(served.folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_the_command_follows_a_log_over_http_and_shouts_when_it_forks(
    served: Served, keep: Path, address: str, tmp_path: Path
) -> None:
    trust, token = tmp_path / "trust", tmp_path / "token"
    trust.mkdir()
    (trust / "policy").write_text(f"log {LOG.vkey}\nquorum none\n")
    token.write_text("sesame\n")
    told = ["monitor", address, "--keep", keep, "--trust", trust]
    refused = run(*told)
    assert (refused.returncode, "401" in refused.stderr) == (2, True)
    good = run(*told, "--token-file", token)
    assert (good.returncode, good.stdout[:5]) == (0, "GOOD."), good.stderr
    forked(served)
    served.publish()
    bad = run(*told, "--token-file", token, LANG="zh_CN.UTF-8")
    assert (bad.returncode, bad.stdout) == (1, "")
    assert "日志分叉" in bad.stderr
    assert "证据" in bad.stderr
    told_json = json.loads(run(*told, "--token-file", token, "--json").stdout)
    assert told_json["verdict"] == "fork"
    assert run("monitor", "ftp://x/y", "--keep", keep, "--trust", trust).returncode == 2
    assert run("monitor", address, "--keep", keep).returncode == 2


def test_a_redirect_is_not_followed_with_our_token(address: str) -> None:
    from ledger.source import UnreachableError

    with pytest.raises(UnreachableError, match="302"):
        Web(address, "sesame").read("moved", 1000)
    with pytest.raises(UnreachableError, match="longer"):
        Web(address, "sesame").read("checkpoint", 10)
