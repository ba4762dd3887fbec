"""`manage.py ledger_witness ask`: a process of its own asks, beside a sealer that asks nobody."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ledger import api
from tests.databases import PROJECT, Database
from tests.ledger.scenes import seal, write
from tests.ledger.test_witnessing import size, stands
from tests.ledger.town import Town


@pytest.fixture
def town(log: str, settings: Any, tmp_path: Path) -> Iterator[Town]:
    with Town(settings, tmp_path) as town:
        town.policy("two")
        for number in range(2):
            town.serve(number)
        yield town


@contextmanager
def command(database: Database, town: Town, *words: str) -> Iterator[subprocess.Popen[str]]:
    """`manage.py` with these words, told where the witnesses are; unless killed it must end well."""
    urls = ",".join(f"{name}={url}" for name, url in town.urls.items())
    environ = {**database.environ, "HOLDFAST_WITNESSES": urls}
    process = subprocess.Popen(
        [sys.executable, "manage.py", *words], cwd=PROJECT, env=environ, stderr=subprocess.PIPE, text=True
    )
    try:
        yield process
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=30)
        assert process.returncode in (0, -signal.SIGKILL), said
        assert "Traceback" not in said
    finally:
        process.kill()
        process.wait()


def eventually(true: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"did not come: {api.health()}"
        time.sleep(0.05)


def test_it_asks_beside_a_sealer_that_asks_none_and_ends_when_told(
    town: Town, database_committed: Database
) -> None:
    with command(database_committed, town, "ledger_seal", "--without-witnesses"):
        write("a", 3)
        eventually(lambda: api.health().size == 3)
        time.sleep(1)
        assert (size(), api.health().witnesses) == (0, ()), "the sealer alone asks nobody"
        with command(database_committed, town, "ledger_witness", "ask"):
            eventually(lambda: size() == 3)
            write("a", 2)
            eventually(lambda: size() == 5)
            town.silence(1)
            write("a")
            eventually(lambda: stands("w1").silent_since is not None)
            assert (stands("w0").size, size()) == (6, 5), "one of two is not the quorum"
        write("a")
        eventually(lambda: api.health().size == 7)
        time.sleep(1)
        assert stands("w0").size == 6, "it has ended, and nobody asks any more"


def test_of_two_that_ask_the_second_takes_over_when_the_first_is_killed(
    town: Town, database_committed: Database
) -> None:
    words = ("ledger_witness", "ask")
    write("a")
    seal()
    with command(database_committed, town, *words) as first:
        eventually(lambda: size() == 1)
        with command(database_committed, town, *words):
            first.kill()
            first.wait()
            write("a")
            seal()
            eventually(lambda: size() == 2)


def test_a_policy_that_cannot_be_read_is_said_and_once_mended_it_goes_on(
    town: Town, database_committed: Database
) -> None:
    write("a")
    seal()
    policy = Path(town.settings.TRUST_DIR) / "policy"
    good = policy.read_text()
    policy.write_text(f"{good}quorum nobody\n")
    with command(database_committed, town, "ledger_witness", "ask") as process:
        assert process.stderr is not None
        assert "cannot ask the witnesses" in process.stderr.readline()
        policy.write_text(good)
        eventually(lambda: size() == 1)
