"""Our witness as an outsider runs it: a process of its own, spoken to over HTTP."""

from __future__ import annotations

import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ledger.cosigning import load_key, make_key
from tests.databases import PROJECT


@dataclass(frozen=True)
class Answered:
    """What came back over HTTP."""

    status: int
    body: bytes
    kind: str


def call(url: str, body: bytes | None = None) -> Answered:
    """POST a body, or GET without one."""
    try:
        with urllib.request.urlopen(url, body, timeout=30) as answer:  # noqa: S310
            return Answered(answer.status, answer.read(), answer.headers.get("Content-Type", ""))
    except urllib.error.HTTPError as error:
        return Answered(error.code, error.read(), error.headers.get("Content-Type", ""))


@dataclass(frozen=True)
class Running:
    """A witness that serves: its process, where it listens, its verifier key."""

    process: subprocess.Popen[str]
    url: str
    vkey: str

    def post(self, request: bytes) -> Answered:
        """Hand in a request for a cosignature."""
        return call(f"{self.url}/add-checkpoint", request)


@contextmanager
def witness(folder: Path, name: str, logs: Sequence[str]) -> Iterator[Running]:
    """`python -m ledger witness` with key and state in `folder`, for logs given by their verifier keys."""
    folder.mkdir(exist_ok=True)
    key = folder / "key"
    if not key.exists():
        make_key(key, name)
    command = [sys.executable, "-m", "ledger", "witness", f"--key={key}", f"--state={folder / 'state'}"]
    process = subprocess.Popen(
        [*command, *(f"--log={vkey}" for vkey in logs), "--listen=127.0.0.1:0"],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        port = re.search(r":(\d+)[.。]$", process.stdout.readline())
        assert port, "our witness does not start"
        yield Running(process, f"http://127.0.0.1:{port[1]}", load_key(key).vkey)
    finally:
        process.terminate()
        process.communicate(timeout=20)
