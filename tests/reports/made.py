"""A site with its stories played, sealed, and reports built by the worker's own task."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any
from uuid import UUID

import pytest


def seal_all() -> None:
    """Seal what is pending, with the real sealer in this process."""
    from ledger.sealer import Sealer

    for _ in range(200):
        with Sealer.from_settings() as sealer:
            done = sealer.seal_once()
        if done.leading and not done.taken:
            return
        if not done.leading:
            time.sleep(0.02)


class Sealing:
    """A sealer that runs beside the test, as in a real installation."""

    def __init__(self) -> None:
        self._stop = Event()
        self._thread = Thread(target=self._run, daemon=True)

    def __enter__(self) -> Sealing:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._stop.set()
        self._thread.join(10)

    def _run(self) -> None:
        from django.db import connections

        from ledger.sealer import Sealer

        with Sealer.from_settings() as sealer:
            while not self._stop.is_set():
                sealer.seal_once()
                self._stop.wait(0.03)
        connections.close_all()


def play(cast: Any, code: str = "LH-2026-014", only: Callable[[Any, Any], Any] | None = None) -> Any:
    """Open a project and play all stories, or one, on it."""
    from custody.stories import cast as people
    from custody.stories import plays

    project = people.open_project(cast, code, "Lanhe 1:10 000 topographic revision 岚河1:10000地形图更新")
    around = {"starts": cast.today - timedelta(days=2), "ends": cast.today + timedelta(days=2)}
    from custody.actions import registers
    from custody.actions.base import Actor

    registers.give_grant(Actor.setup(), person=cast.people["jing"].id, project=project.id, **around)
    for story in [only] if only else plays.STORIES:
        story(cast, project)
    return project


def request(cast: Any, project: Any, language: str = "en", **about: Any) -> UUID:
    """Ask for a report as the regulator, of a kind and on what is said; return its id."""
    from custody.actions import reports

    outcome = reports.request(cast.actor("jing"), project=project.id, language=language, **about)
    return UUID(str(outcome.object.id))


def job_of(report: UUID) -> str:
    """Return the id of the outbox row that asks for a report."""
    from custody.models import OutboxJob

    return str(OutboxJob.objects.get(payload__report=str(report)).id)


def build(report: UUID) -> Path:
    """Run the worker's task to the end; return the sealed file."""
    from django.conf import settings

    from custody.models import Report
    from custody.tasks import build_report

    with Sealing():
        build_report(job_of(report))
    row = Report.objects.get(id=report)
    assert row.state == "ready", (row.state, row.step, row.failure)
    return Path(settings.REPORTS_DIR) / row.file


@dataclass(frozen=True)
class Delivered:
    """A report as a regulator gets it."""

    report: str
    pdf: bytes
    receipt: bytes

    @property
    def evidence(self) -> bytes:
        """The evidence file inside."""
        from custody.reports.attachments import read_attachments
        from custody.reports.build import EVIDENCE

        return read_attachments(self.pdf)[EVIDENCE]


@dataclass(frozen=True)
class Unit:
    """What came from one unit: two languages of one project, another project, and its trust folder."""

    english: Delivered
    chinese: Delivered
    other: Delivered
    trust: Path
    stories: str
    keys: Path
    """A copy of its keys, for whoever tries what a lying unit could do."""


_MADE: list[Unit] = []


@pytest.fixture
def unit(committed_cast: Any, tmp_path_factory: pytest.TempPathFactory) -> Unit:
    """Reports of a site with all stories played; made once per test process, then only read."""
    if not _MADE:
        _MADE.append(_make(committed_cast, tmp_path_factory.mktemp("unit")))
    return _MADE[0]


def _make(cast: Any, folder: Path) -> Unit:
    from django.conf import settings

    from custody.stories import plays

    project, small = play(cast), play(cast, "LH-OTHER", plays.in_order)
    english, chinese, other = (
        _deliver(cast, chosen, language)
        for chosen, language in ((project, "en"), (project, "zh-hans"), (small, "en"))
    )
    shutil.copytree(settings.TRUST_DIR, folder / "trust")
    shutil.copytree(settings.KEYS_DIR, folder / "keys")
    return Unit(english, chinese, other, folder / "trust", str(project.id), folder / "keys")


def _deliver(cast: Any, project: Any, language: str, **about: Any) -> Delivered:
    report = request(cast, project, language, **about)
    path = build(report)
    return Delivered(str(report), path.read_bytes(), path.with_name(path.name + ".receipt").read_bytes())
