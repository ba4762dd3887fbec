"""The witness over HTTP: statuses, limits, callers that dawdle, kills, and commands for carried files."""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest

from ledger import witness as service
from ledger.__main__ import main
from ledger.cosigning import Witness, load_key, make_key
from ledger.tlog import witness as messages
from ledger.tlog.cosignature import CosignVerifier
from ledger.tlog.note import Verifier, open_note
from tests.databases import PROJECT

from . import running
from .growing import GrowingLog
from .tlog.builders import LOG, ORIGIN, WITNESSES

log = GrowingLog()
fork = GrowingLog(fork=2)


class Served:
    """A witness on a port of its own, served by a thread."""

    def __init__(self, folder: Path) -> None:
        self.witness = Witness(WITNESSES[0], folder, [Verifier.from_vkey(LOG.vkey)])
        listener = socket.create_server(("127.0.0.1", 0))
        self.port = listener.getsockname()[1]
        self.server = service.Server(listener, self.witness)
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def call(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, bytes, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        found = answer.status, answer.read(), answer.headers["Content-Type"]
        connection.close()
        return found

    def post(self, body: bytes) -> tuple[int, bytes, str]:
        return self.call("POST", "/add-checkpoint", body)

    def raw(self, sent: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as connection:
            connection.sendall(sent)
            got = b""
            while more := connection.recv(4096):
                got += more
        return got


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    found = Served(tmp_path / "state")
    yield found
    found.server.shutdown()
    found.server.server_close()


def test_each_status_of_the_specification_goes_over_http(served: Served) -> None:
    assert served.call("GET", f"/{messages.log_path(ORIGIN)}")[0] == 404
    assert served.post(log.request(0, 5))[0] == 200
    assert served.post(b"what?\n\n")[0] == 400
    assert served.post(log.request(5, 7).replace(b"\n7\n", b"\n8\n"))[0] == 403
    assert served.post(b"old 0\n\n" + GrowingLog().note(7).replace(ORIGIN.encode(), b"x"))[0] == 404
    assert served.post(log.request(3, 7)) == (409, b"5\n", "text/x.tlog.size")
    assert served.post(fork.request(5, 7))[0] == 422
    status, note, kind = served.call("GET", f"/{messages.log_path(ORIGIN)}")
    assert (status, kind) == (200, "text/plain; charset=utf-8")
    assert open_note(note, [CosignVerifier.from_vkey(WITNESSES[0].vkey)]).text.split("\n")[1] == "5"
    assert served.call("HEAD", f"/{messages.log_path(ORIGIN)}")[:2] == (200, b"")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"POST /add-checkpoint HTTP/1.1\r\nHost: x\r\n\r\n", 411),
        (b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 411),
        (b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: 1e3\r\n\r\n", 411),
        (b"POST /add-checkpoint HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n0", 411),
        (b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: 262145\r\n\r\n", 413),
        (b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n", 413),
        (b"POST /other HTTP/1.1\r\nContent-Length: 0\r\n\r\n", 404),
        (b"GET /lock HTTP/1.1\r\n\r\n", 404),
        (b"GET /../lock HTTP/1.1\r\n\r\n", 404),
        (b"GET / HTTP/1.1\r\n\r\n", 404),
        (b"PUT /add-checkpoint HTTP/1.1\r\nContent-Length: 0\r\n\r\n", 501),
        (b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n", 414),
        (b"nonsense\r\n\r\n", 400),
    ],
)
def test_what_is_no_request_of_the_protocol_is_refused(served: Served, sent: bytes, status: int) -> None:
    got = served.raw(sent)
    assert f" {status} ".encode() in got.splitlines()[0] or f"Error code: {status}".encode() in got


def test_a_caller_that_dawdles_is_cut_off_and_the_others_are_served(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "SECONDS", 0.5)
    slow = socket.create_connection(("127.0.0.1", served.port), timeout=20)
    slow.sendall(b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: 1000\r\n\r\n")
    assert served.post(log.request(0, 5))[0] == 200

    def drip() -> None:  # one byte at a time never runs into a time-out between two bytes
        try:
            for _ in range(200):
                slow.sendall(b"x")
                time.sleep(0.05)
        except OSError:
            return

    threading.Thread(target=drip, daemon=True).start()
    answer = b""
    try:
        while more := slow.recv(4096):
            answer += more
    except ConnectionError:
        pass
    assert not answer.startswith(b"HTTP/1.1 200")
    slow.close()


def turned(served: Served) -> bytes:
    """The first line of an answer; empty when the connection was closed before it could be read."""
    try:
        return served.raw(b"GET / HTTP/1.1\r\n\r\n").partition(b"\r\n")[0]
    except ConnectionError:
        return b""


def test_more_callers_than_it_takes_are_turned_away_and_it_goes_on(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = [socket.create_connection(("127.0.0.1", served.port)) for _ in range(service.MAX_AT_ONCE)]
    answers = [turned(served) for _ in range(2)]
    assert set(answers) <= {b"HTTP/1.1 503 Busy", b""}
    for connection in held:
        connection.close()
    for _ in range(100):
        if turned(served).startswith(b"HTTP/1.1 404"):
            break
        time.sleep(0.05)
    assert served.post(log.request(0, 5))[0] == 200


def test_a_state_that_cannot_be_believed_or_kept_is_a_5xx(
    served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert served.post(log.request(0, 5))[0] == 200
    path = tmp_path / "state" / messages.log_path(ORIGIN)
    before = path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("ledger.store.write_temporary", full)
        assert served.post(log.request(5, 7))[0] == 503
    assert path.read_bytes() == before
    path.write_bytes(before[:-20])
    assert served.post(log.request(5, 7))[0] == 500
    path.write_bytes(before)
    assert served.post(log.request(5, 7))[0] == 200


# --- the commands -----------------------------------------------------------------------------------------


@dataclass
class Done:
    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    """The command in this process, which saves its start."""

    def run(*words: object) -> Done:
        status = main([*map(str, words), *(() if "--lang" in words else ("--lang", "en"))])
        return Done(status, *capsys.readouterr())

    return run


def test_a_request_carried_by_hand_is_cosigned_and_a_second_one_refused(
    tmp_path: Path, run: Callable[..., Done]
) -> None:
    key, state, request = tmp_path / "key", tmp_path / "state", tmp_path / "request"
    made = run("witness-key", "witness.example/hall", "--out", key)
    assert (made.returncode, made.stdout.splitlines()[-1]) == (0, load_key(key).vkey)
    assert run("witness-key", "witness.example/hall", "--out", key).returncode == 2
    request.write_bytes(log.request(0, 5))
    whom = ("--key", key, "--state", state, "--log", LOG.vkey)
    done = run("cosign", request, *whom)
    assert done.returncode == 0, done.stderr
    assert "5 entries" in done.stdout
    text = log.note(5).partition(b"\n\n")[0] + b"\n"
    answer = tmp_path / "request.answer"
    messages.cosignature_in(answer.read_bytes(), text, CosignVerifier.from_vkey(load_key(key).vkey))
    request.write_bytes(log.request(0, 7))
    done = run("cosign", request, *whom, "--lang", "zh")
    assert (done.returncode, answer.read_bytes()) == (1, b"5\n")
    assert "上次会签的规模为 5" in done.stderr and "申请不是从上次会签的规模开始的" in done.stderr
    request.write_bytes(fork.request(5, 7))
    done = run("cosign", request, *whom, "--out", tmp_path / "other")
    assert done.returncode == 1 and "contradicts" in done.stderr
    assert not (tmp_path / "other").exists()
    (tmp_path / "log.vkey").write_text(f"{LOG.vkey}\n")
    (tmp_path / "policy").write_text(f"log {LOG.vkey}\nquorum none\n")
    request.write_bytes(log.request(5, 7))
    assert run("cosign", request, *whom[:4], "--policy", tmp_path).returncode == 0
    assert run("cosign", request, *whom[:4], "--log", tmp_path / "log.vkey").returncode == 1
    assert run("cosign", tmp_path / "none", *whom).returncode == 2


def test_the_service_ends_at_sigterm_and_remembers_after_a_kill(tmp_path: Path) -> None:
    def hall() -> AbstractContextManager[running.Running]:
        return running.witness(tmp_path / "hall", "witness.example/hall", [LOG.vkey])

    with hall() as witness:
        assert witness.post(log.request(0, 5)).status == 200
        witness.process.kill()
    with hall() as witness:
        found = witness.post(fork.request(0, 5))
        assert (found.status, found.body) == (409, b"5\n")
        assert witness.post(log.request(5, 6)).status == 200
        witness.process.send_signal(signal.SIGTERM)
        assert witness.process.wait(20) == 0


def test_a_broken_state_is_said_at_the_start(tmp_path: Path, run: Callable[..., Done]) -> None:
    make_key(tmp_path / "key", "witness.example/hall")
    words = ("--key", tmp_path / "key", "--state", tmp_path / "state", "--log", LOG.vkey)
    path = tmp_path / "state" / messages.log_path(ORIGIN)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"")
    done = run("witness", *words, "--listen", "127.0.0.1:0")
    assert done.returncode == 2 and "newest copy" in done.stderr


def test_neither_django_nor_the_database_is_loaded() -> None:
    names = (
        "{m.partition('.')[0] for m in sys.modules} & {'django', 'psycopg', 'celery', 'custody', 'config'}"
    )
    program = f"import sys, ledger.__main__; print({names})"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "set()\n"
