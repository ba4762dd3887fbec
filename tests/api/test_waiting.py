"""`?wait=`: an act is answered once its entry is sealed or witnessed, and after a while in any case.

The two witnesses of a demonstration and the sealer are processes of their own here, as `bin/run` starts them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from config import witnesses
from custody import models as m
from custody.api import base
from ledger import api as ledger
from tests.api.test_nouns import offered, program
from tests.databases import PROJECT, Database
from tests.web.scene import Scene


@pytest.fixture
def scene(committed_screens_stage: Scene, settings: Any) -> Scene:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return committed_screens_stage


class Beside:
    """The sealer, and the witnesses by name."""

    def __init__(self, database: Database, trust: Path) -> None:
        self.database, self.witnesses = database, witnesses.appointed(database.folder, trust, sys.executable)
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        for one in self.witnesses:
            self.begin(one.name)
        urls = ",".join(f"{one.name}={one.url}" for one in self.witnesses)
        environ = {**database.environ, "HOLDFAST_WITNESSES": urls}
        command = [sys.executable, "manage.py", "ledger_seal"]
        self.running["sealer"] = subprocess.Popen(command, cwd=PROJECT, env=environ)

    def begin(self, name: str) -> None:
        (one,) = (one for one in self.witnesses if one.name == name)
        self.running[name] = subprocess.Popen(
            one.argv, cwd=PROJECT, pass_fds=(one.socket,), stderr=subprocess.DEVNULL
        )

    def end(self, *names: str) -> None:
        for name in names:
            self.running[name].terminate()
        for name in names:
            self.running.pop(name).wait(30)

    def close(self) -> None:
        self.end(*self.running)
        for one in self.witnesses:
            os.close(one.socket)


@pytest.fixture
def beside(scene: Scene, database_committed: Database, settings: Any) -> Iterator[Beside]:
    """A demonstration at work, all of its entries witnessed so far."""
    witnesses.appoint(database_committed.folder, settings.TRUST_DIR, fresh=True)
    beside = Beside(database_committed, settings.TRUST_DIR)
    try:
        assert within(60, lambda: ledger.health().witnessed_size == ledger.health().size > 0)
        yield beside
    finally:
        beside.close()


def within(seconds: float, true: Any) -> bool:
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def timed(client: Any, scene: Scene, wait: str, copy: int) -> tuple[Any, float]:
    """Offer a copy; return the answer and how many seconds it took."""
    begun = time.monotonic()
    answer = client.post(
        f"/api/v1/handoffs/?wait={wait}",
        offered(scene, copies=[str(scene.copies[copy].id)]),
        content_type="application/json",
    )
    return answer, time.monotonic() - begun


def state(client: Any, answer: Any) -> str:
    return str(client.get(f"/api/v1/entries/{answer['Entry']}/").json()["state"])


def test_an_act_waits_for_the_witnesses_and_is_answered_without_them_when_the_time_is_over(
    scene: Scene, beside: Beside, monkeypatch: pytest.MonkeyPatch
) -> None:
    mei = program(scene, "mei")
    answer, _ = timed(mei, scene, "witnessed", 2)
    assert (answer.status_code, answer["Entry-State"]) == (201, "witnessed"), answer.content
    assert state(mei, answer) == "witnessed"

    beside.end("north")
    refused, _ = timed(mei, scene, "witnessed", 2)  # offered already: a refusal is an entry too
    assert (refused.status_code, refused["Entry-State"]) == (409, "witnessed"), "either witness is enough"

    beside.end("south")
    monkeypatch.setattr(base, "ENOUGH", 3.0)
    answer, seconds = timed(mei, scene, "witnessed", 3)
    assert (answer.status_code, answer["Entry-State"]) == (201, "sealed"), answer.content
    assert 3 <= seconds < 9
    assert m.Handoff.objects.filter(pk=answer.json()["id"]).exists(), "the act stands"
    beside.begin("south")
    assert within(60, lambda: state(mei, answer) == "witnessed")


def test_without_a_sealer_it_is_answered_as_recorded(
    scene: Scene, beside: Beside, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside.end("sealer")
    monkeypatch.setattr(base, "ENOUGH", 0.5)
    for wait, copy in (("witnessed", 2), ("sealed", 3)):
        answer, seconds = timed(program(scene, "mei"), scene, wait, copy)
        assert (answer.status_code, answer["Entry-State"]) == (201, "recorded")
        assert 0.5 <= seconds < 5


def test_where_no_witness_is_demanded_it_waits_for_the_seal(
    scene: Scene, database_committed: Database, settings: Any
) -> None:
    sealer = Beside(database_committed, settings.TRUST_DIR)
    try:
        assert within(60, lambda: ledger.health().size > 0)
        answer, _ = timed(program(scene, "mei"), scene, "witnessed", 2)
        assert answer["Entry-State"] == "sealed"
    finally:
        sealer.close()


@pytest.mark.parametrize("wait", ["", "recorded", "Witnessed", "sealed,witnessed"])
def test_what_cannot_be_waited_for_is_refused_before_anything_is_done(scene: Scene, wait: str) -> None:
    before = m.Handoff.objects.count()
    answer, _ = timed(program(scene, "mei"), scene, wait, 2)
    assert answer.status_code == 422, answer.content
    assert answer.json()["errors"][0]["field"] == "wait"
    assert m.Handoff.objects.count() == before
