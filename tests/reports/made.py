"""A site with its stories played, sealed, and reports built by the worker's own task."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any
from uuid import UUID


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

        while not self._stop.is_set():
            seal_all()
            self._stop.wait(0.05)
        connections.close_all()


def play(cast: Any, code: str = "LH-2026-014", only: Callable[[Any, Any], Any] | None = None) -> Any:
    """Open a project and play all stories, or one, on it."""
    from custody.stories import cast as people
    from custody.stories import plays

    project = people.open_project(cast, code, "Lanhe 1:10 000 topographic revision 岚河1:10000地形图更新")
    for story in [only] if only else plays.STORIES:
        story(cast, project)
    return project


def request(cast: Any, project: Any, language: str = "en") -> UUID:
    """Ask for a report as the regulator; return its id."""
    from custody.actions import registers, reports
    from custody.actions.base import Actor

    jing = cast.people["jing"].id
    around = {"starts": cast.today - timedelta(days=2), "ends": cast.today + timedelta(days=2)}
    registers.give_grant(Actor.setup(), person=jing, project=project.id, **around)
    outcome = reports.request(cast.actor("jing"), project=project.id, language=language)
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
