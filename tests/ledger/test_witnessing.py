"""T4: cosignatures are asked for beside the sealing, shown at the quorum; lies and silence stop nothing."""

from __future__ import annotations

import http.server
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from psycopg import sql

from ledger import api, models, trust, witnessing
from ledger.cosigning import Witness
from ledger.store import Store
from ledger.tlog import bundle as bundles
from ledger.tlog import receipt
from ledger.tlog.note import Verifier
from ledger.tlog.verify import verify_bundle
from tests.databases import PROJECT, Database, Databases
from tests.ledger.scenes import seal, write
from tests.ledger.tlog.builders import WITNESSES
from tests.ledger.town import Town


@pytest.fixture
def town(log: str, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    monkeypatch.setattr(witnessing, "PACE", 0.01)
    with Town(settings, tmp_path) as town:
        settings.LEDGER_WITNESSES = town.urls
        yield town


def size() -> int:
    return api.health().witnessed_size


def stands(name: str) -> api.WitnessHealth:
    return {w.name: w for w in api.health().witnesses}[name]


def test_with_a_quorum_an_entry_is_recorded_sealed_witnessed(town: Town) -> None:
    town.policy("two")
    for number in range(2):
        town.serve(number)
    first = write("a", 3)[0].id
    assert api.state_of([first])[first].state == "recorded"
    seal()
    assert api.state_of([first])[first] == api.EntryState("sealed", 0, 3)
    assert not api.wait_witnessed(first, 0)
    town.ask(lambda: size() == 3)
    assert api.state_of([first])[first] == api.EntryState("witnessed", 0, 3)
    assert api.wait_witnessed(first, 0) and api.wait_sealed(first, 0)
    at = api.checkpoint()
    assert at is not None and (at.size, at.witnesses, at.witnessed) == (3, 2, True)
    later = write("a")[0].id
    seal()
    assert api.state_of([first, later])[later].state == "sealed"
    town.ask(lambda: size() == 4)
    policy = trust.load(town.settings.TRUST_DIR)
    opened = policy.open(town.file().read_bytes())
    assert (opened.checkpoint.size, opened.quorum_met) == (4, True)


def test_what_is_handed_out_carries_the_cosignatures_of_the_newest_witnessed_size(town: Town) -> None:
    town.policy("two")
    town.serve(0)
    town.serve(1)
    first = write("a", 3)[0].id
    seal()
    town.ask(lambda: size() == 3)
    town.silence(0)
    late = write("a")[0].id
    seal()
    policy = trust.load(town.settings.TRUST_DIR)
    judged = verify_bundle(api.bundle(["a"]), policy)
    assert judged.state == "ok" and judged.trusted is not None
    assert (judged.trusted.checkpoint.size, len(judged.trusted.witnesses)) == (3, 2)
    found = api.read(first)
    kept = receipt.build(found.leaf, list(found.disclosures), api.proof_file(first))
    assert receipt.verify_receipt(kept, policy).state == "ok"
    # An entry that is sealed and not witnessed has a proof too, and it does not look like more than that.
    town.ask(lambda: stands("w0").silent_since is not None and stands("w1").size == 4)
    found = api.read(late)
    kept = receipt.build(found.leaf, list(found.disclosures), api.proof_file(late))
    assert receipt.verify_receipt(kept, policy).state == "bad"
    assert bundles.parse(api.bundle(["a"], size=4)).checkpoint.count("\u2014") == 1


def test_a_policy_without_quorum_makes_nothing_witnessed(town: Town) -> None:
    town.policy("none")
    town.serve(0)
    first = write("a")[0].id
    seal()
    town.ask(lambda: stands("w0").size == 1)
    assert (size(), town.file().exists()) == (0, False)
    assert api.state_of([first])[first].state == "sealed"
    assert not api.wait_witnessed(first, 30), "it does not wait for what never comes"
    assert api.health().unwitnessed_seconds is None


def test_a_silent_witness_is_named_and_neither_stops_sealing_nor_the_others(town: Town) -> None:
    town.policy("two")
    for number in range(3):
        town.serve(number)
    write("a")
    seal()
    town.ask(lambda: size() == 1)
    town.silence(2)
    write("a")
    seal()
    town.ask(lambda: size() == 2 and stands("w2").silent_since is not None)
    since = stands("w2").silent_since
    assert stands("w2").problem.startswith("no answer")
    assert [stands(n).silent_since for n in ("w0", "w1")] == [None, None]
    town.ask(lambda: stands("w2").silent_since is not None)
    assert stands("w2").silent_since == since, "it is told since when, not when it was tried last"
    port = int(town.urls["w2"].rpartition(":")[2])
    town.serve(2, port=port)
    town.ask(lambda: stands("w2").silent_since is None)
    assert (stands("w2").size, stands("w2").problem) == (2, "")


def test_below_the_quorum_nothing_is_witnessed_and_the_shortfall_shows(town: Town) -> None:
    town.policy("two", 2)
    town.serve(0)
    town.urls["w1"] = "http://127.0.0.1:9"
    entry = write("a")[0].id
    seal()
    town.ask(lambda: stands("w0").size == 1 and stands("w1").silent_since is not None)
    write("a")
    seal()
    health = api.health()
    assert (health.size, health.witnessed_size, health.quorum, health.frozen) == (2, 0, "two", None)
    assert health.unwitnessed_seconds is not None
    assert api.state_of([entry])[entry].state == "sealed"
    assert not town.file().exists()
    assert bundles.parse(api.bundle(["a"])).checkpoint.count("\u2014") == 1, "one cosignature is not a quorum"
    town.policy("w0", 2)  # a policy that asks for less is met by what is there
    town.ask(lambda: size() == 2)


class Liar(http.server.ThreadingHTTPServer):
    """Answers as it was told, whatever is asked."""

    daemon_threads = True

    def __init__(self, listener: socket.socket, answers: dict[str, tuple[int, bytes]]) -> None:
        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", "0")))
                status, body = answers[self.command]
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET = answer  # noqa: N815

            def log_message(self, *_: Any) -> None:
                pass

        super().__init__(listener.getsockname(), Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listener


OTHER_TEXT = "elsewhere.example/log\n3\n" + "A" * 43 + "=\n"
LIES: dict[str, dict[str, tuple[int, bytes]]] = {
    "a cosignature over another text": {"POST": (200, WITNESSES[0].sign(OTHER_TEXT, 1).encode())},
    "a cosignature by another key": {"POST": (200, WITNESSES[1].sign(OTHER_TEXT, 1).encode())},
    "no signature line": {"POST": (200, b"ok\n")},
    "an empty answer": {"POST": (200, b"")},
    "more than it may": {"POST": (200, b"x" * 400_000)},
    "another status": {"POST": (500, b"\x1b[2J\xff")},
    "a redirect": {"POST": (307, b"")},
    "a size that is none": {"POST": (409, b"many\n")},
    "the same size for ever": {"POST": (409, b"1\n")},
    "a larger size and nothing to show": {"POST": (409, b"99\n"), "GET": (404, b"")},
    "a larger size signed by a stranger": {
        "POST": (409, b"99\n"),
        "GET": (200, (OTHER_TEXT + "\n" + WITNESSES[0].sign(OTHER_TEXT, 1)).encode()),
    },
    "another root and nothing to show": {"POST": (422, b"no\n"), "GET": (404, b"")},
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lying_witness_is_written_down_and_stops_nothing(town: Town, lie: str) -> None:
    town.policy("w1", 2)
    answers = {"GET": (404, b""), **LIES[lie]}
    town.serve(0, lambda listener: Liar(listener, answers))
    town.serve(1)
    write("a", 3)
    seal()
    town.ask(lambda: size() == 3 and stands("w0").silent_since is not None)
    assert stands("w0").problem.isascii() and stands("w0").problem.isprintable()
    assert models.Cosignature.objects.filter(vkey=WITNESSES[0].vkey).count() == 0
    write("a")
    seal()
    assert (api.health().size, api.health().frozen) == (4, None)


def test_a_witness_that_never_ends_its_answer_keeps_nobody_waiting(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(witnessing, "PATIENCE", 0.2)
    town.policy("w1", 2)
    hole = socket.create_server(("127.0.0.1", 0))  # takes the call and never says a word
    town.urls["w0"] = f"http://127.0.0.1:{hole.getsockname()[1]}"
    town.serve(1)
    loop = town.loop()
    for count in range(1, 4):
        write("a")
        seal()
        end = time.monotonic() + 20
        while size() < count and time.monotonic() < end:
            loop.step()
            time.sleep(0.02)
        assert size() == count
    loop.close()
    hole.close()


# --- rolled back, copied ----------------------------------------------------------------------------------


def roll_back(databases: Databases, database: Database, folder: Path, act: Callable[[], None]) -> None:
    """Do something, then put database *and* log folder back to what they were before it."""
    name, old = (sql.Identifier(database.name + tail) for tail in ("", "_old"))
    connections.close_all()
    databases.admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(old, name))
    shutil.copytree(folder, folder.with_name("old"))
    act()
    connections.close_all()
    databases.admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
    databases.admin.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(old, name))
    shutil.rmtree(folder)
    folder.with_name("old").rename(folder)


@pytest.mark.parametrize("grown", [0, 1, 2, 3])
def test_database_and_folder_put_back_together_freeze_once_a_witness_is_asked(
    town: Town, databases: Databases, database_committed: Database, grown: int
) -> None:
    """Put back to size 3 while the witness saw 5; `grown` entries are then sealed before it is asked."""
    town.policy("w0", 1)
    town.serve(0)
    write("a", 3)
    seal()
    town.ask(lambda: size() == 3)

    def go_on() -> None:
        write("a", 2)
        seal()
        town.ask(lambda: size() == 5)

    roll_back(databases, database_committed, Path(town.settings.LEDGER_DIR), go_on)
    if grown:
        write("other", grown)
        seal()
    with pytest.raises(api.FrozenError, match="signed by this log's key"):
        town.ask(lambda: False)
    assert "signed by this log's key" in (api.health().frozen or "")
    write("a")
    with pytest.raises(api.FrozenError):
        seal()
    (kept,) = (Path(town.settings.LEDGER_DIR) / "evidence").iterdir()
    assert b"\n5\n" in kept.read_bytes()


def test_the_sealer_hears_the_witnesses_before_it_signs_on(
    town: Town, databases: Databases, database_committed: Database
) -> None:
    """The command freezes the log that was put back, although entries wait that it could seal."""
    town.policy("w0", 1)
    town.serve(0)
    write("a", 3)
    seal()
    town.ask(lambda: size() == 3)

    def go_on() -> None:
        write("a", 2)
        seal()
        town.ask(lambda: size() == 5)

    roll_back(databases, database_committed, Path(town.settings.LEDGER_DIR), go_on)
    write("other", 4)
    environ = {**database_committed.environ, "HOLDFAST_WITNESSES": f"w0={town.urls['w0']}"}
    command = [sys.executable, str(PROJECT / "manage.py"), "ledger_seal"]
    process = subprocess.Popen(command, cwd=PROJECT, env=environ)
    try:
        end = time.monotonic() + 60
        while api.frozen() is None and time.monotonic() < end:
            time.sleep(0.05)
    finally:
        process.terminate()
        process.wait(20)
    assert "size 5" in (api.frozen() or "")
    assert api.health().size == 3, "nothing was signed on the old copy"


# --- crashes, two loops, by hand --------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["replace", "row"])
def test_a_crash_between_cosignature_and_publishing_is_made_good(
    town: Town, step: str, database_committed: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.policy("w0", 1)
    town.serve(0)
    write("a")
    seal()
    with monkeypatch.context() as patch:
        if step == "replace":
            genuine = Store.replace

            def failing(self: Store, path: str, *rest: Any) -> None:
                if path == "checkpoint.witnessed":
                    raise OSError(5, "I/O error")
                genuine(self, path, *rest)

            patch.setattr(Store, "replace", failing)
        else:
            with database_committed.connect("superuser", autocommit=True) as admin:
                admin.execute("REVOKE INSERT ON ledger_witnessed FROM holdfast_sealer")
        with pytest.raises((OSError, psycopg.Error)):
            town.ask(lambda: size() == 1)
    if step == "row":
        with database_committed.connect("superuser", autocommit=True) as admin:
            admin.execute("GRANT INSERT ON ledger_witnessed TO holdfast_sealer")
    assert (size(), models.Cosignature.objects.count()) == (0, 1)
    town.silence(0)
    town.ask(lambda: size() == 1)
    assert town.file().exists()


def test_of_two_loops_one_asks(town: Town) -> None:
    town.policy("w0", 1)
    town.serve(0)
    write("a")
    seal()
    first, second = town.loop(), town.loop()
    first.step()
    second.step()
    assert second.met.is_set() and not second._asked
    first.close()
    second.step()
    assert len(second._asked) == 1
    second.close()


def test_a_witness_without_a_network_is_served_by_files(town: Town, tmp_path: Path, capsys: Any) -> None:
    town.policy("w0", 1)
    by_hand = Witness(WITNESSES[0], tmp_path / "w0", [Verifier.from_vkey(town.log_vkey)])
    request, answer = tmp_path / "request", tmp_path / "answer"

    def carry() -> None:
        call_command("ledger_witness", "request", "w0", "--out", str(request))
        answer.write_bytes(by_hand.add_checkpoint(request.read_bytes(), 1_795_255_200).body)
        call_command("ledger_witness", "accept", "w0", str(answer))

    with pytest.raises(CommandError, match="signed checkpoint"):
        carry()
    for count in (1, 2, 3):
        write("a", 100)
        seal()
        carry()
        assert size() == count * 100
    assert "witnessed up to 300" in capsys.readouterr().out
    assert not stands("w0").asked
    with pytest.raises(CommandError, match="none that holds"):
        answer.write_bytes(WITNESSES[0].sign(OTHER_TEXT, 1).encode())
        call_command("ledger_witness", "accept", "w0", str(answer))
    with pytest.raises(CommandError, match="policy has: w0"):
        call_command("ledger_witness", "request", "w7", "--out", str(request))
    call_command("ledger_witness", "status")
    assert "w0: asked by files carried by hand; 300 entries cosigned" in capsys.readouterr().out


def test_a_site_that_forgot_what_was_carried_hears_the_size_from_the_answer(
    town: Town, tmp_path: Path, database_committed: Database
) -> None:
    town.policy("w0", 1)
    by_hand = Witness(WITNESSES[0], tmp_path / "w0", [Verifier.from_vkey(town.log_vkey)])
    request, answer = tmp_path / "request", tmp_path / "answer"
    write("a", 2)
    seal()
    call_command("ledger_witness", "request", "w0", "--out", str(request))
    by_hand.add_checkpoint(request.read_bytes(), 1_795_255_200)  # the answer is lost on its way
    write("a", 2)
    seal()
    for status in (1, 0):
        call_command("ledger_witness", "request", "w0", "--out", str(request))
        answer.write_bytes(by_hand.add_checkpoint(request.read_bytes(), 1_795_255_201).body)
        if status:
            with pytest.raises(SystemExit):
                call_command("ledger_witness", "accept", "w0", str(answer))
        else:
            call_command("ledger_witness", "accept", "w0", str(answer))
    assert size() == 4


@pytest.mark.parametrize(
    "url",
    ["ftp://127.0.0.1/", "http://", "127.0.0.1:80", "http://a:b@127.0.0.1", "http://x?y", "http://x:99999"],
)
def test_an_address_that_is_none_is_named(town: Town, url: str) -> None:
    town.policy("w0", 1)
    town.urls["w0"] = url
    with pytest.raises(Exception, match="address of a witness"):
        town.loop().step()


def test_no_witness_is_called_that_the_policy_does_not_list(town: Town) -> None:
    town.policy("none", 1)
    town.serve(1)
    with pytest.raises(Exception, match="names of the policy"):
        town.loop().step()


@pytest.mark.parametrize(("seconds", "word"), [(3600, "ahead"), (-3600, "behind")])
def test_a_witness_whose_clock_is_another_speaks_against_ours_by_name(
    town: Town, database_committed: Database, monkeypatch: pytest.MonkeyPatch, seconds: int, word: str
) -> None:
    town.policy("two")
    town.serve(0)
    town.serve(1)
    assert (api.clock().witnesses, api.clock().doubtful) == ({}, False)
    write("a", 3)
    seal()
    town.ask(lambda: size() == 3)
    told = api.clock()
    assert set(told.witnesses) == {"w0", "w1"} and not told.doubtful, told
    monkeypatch.setattr("ledger.witness.time", SimpleNamespace(time=lambda: time.time() + seconds))
    write("a")
    seal()
    town.ask(lambda: size() == 4)
    told = api.clock()
    assert told.doubtful and all(abs(ahead - seconds) < 20 for ahead in told.witnesses.values()), told
    assert [reason.split(" has")[0] for reason in told.reasons()] == ["Witness w0", "Witness w1"]
    assert all(word in reason for reason in told.reasons())
    with database_committed.connect("superuser") as admin:
        admin.execute("UPDATE ledger_witness SET asked = false")  # answers are carried, and old on arrival
    assert api.clock().doubtful == (seconds > 0), "only what lies ahead of us says something then"
    with database_committed.connect("superuser") as admin:
        admin.execute("UPDATE ledger_witness SET listed = false")
    assert not api.clock().doubtful, "what the policy names no more says nothing"
