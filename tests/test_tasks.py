"""A report job: done once however often it runs, and finished after a worker was killed anywhere."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from tests.config.test_run import eventually
from tests.reports import made

pytestmark = pytest.mark.django_db(transaction=True)


class Killed(BaseException):
    """Ends a task as a kill would: nothing catches it."""


@pytest.fixture
def asked(committed_cast: Any) -> Any:
    """A report that was asked for on a small project."""
    from custody.stories import plays

    return made.request(committed_cast, made.play(committed_cast, "LH-1", plays.in_order))


def files(settings: Any) -> list[str]:
    return sorted(path.name for path in Path(settings.REPORTS_DIR).iterdir())


def test_a_report_is_issued_with_its_hash_and_its_receipt_beside_it(asked: Any, settings: Any) -> None:
    from custody.models import OutboxJob, Report
    from custody.verify import verify_report

    path = made.build(asked)
    row = Report.objects.get(id=asked)
    assert (row.sha256, row.length) == (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_size)
    assert (row.progress, str(row.step)) == (100, "issued")
    assert row.log_size is not None
    assert files(settings) == [row.file, row.file + ".receipt"]
    assert OutboxJob.objects.get(id=made.job_of(asked)).done_at is not None
    receipt = path.with_name(path.name + ".receipt").read_bytes()
    assert verify_report(path.read_bytes(), settings.TRUST_DIR, receipt).good


def test_a_task_that_runs_twice_gives_one_report(asked: Any, settings: Any) -> None:
    from custody.models import OutboxJob, Report
    from custody.tasks import build_report

    first = made.build(asked).read_bytes()
    OutboxJob.objects.filter(id=made.job_of(asked)).update(done_at=None)
    with made.Sealing():
        build_report(made.job_of(asked))
        build_report(made.job_of(asked))
    row = Report.objects.get(id=asked)
    assert (Path(settings.REPORTS_DIR) / row.file).read_bytes() == first
    assert files(settings) == [row.file, row.file + ".receipt"]
    assert issued_entries(row.project.stream) == 1


def issued_entries(stream: str) -> int:
    from ledger import api

    return sum(e.values["kind"] == "report.issued/2" for e in api.run(stream))


@pytest.mark.parametrize("place", ["before the file", "before the issue", "before the receipt"])
def test_a_worker_killed_anywhere_leaves_a_whole_report_or_none_and_the_job_is_finished_later(
    asked: Any, settings: Any, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    from custody import tasks
    from custody.models import Report
    from custody.reports import evidence

    real = {"place": tasks.files.place, "issue": tasks.reports.issue, "receipt": evidence.receipt_of}

    def killed(*args: Any, **more: Any) -> None:
        raise Killed

    target, name = {
        "before the file": (tasks.files, "place"),
        "before the issue": (tasks.reports, "issue"),
        "before the receipt": (tasks.evidence, "receipt_of"),
    }[place]
    monkeypatch.setattr(target, name, killed)
    with made.Sealing(), pytest.raises(Killed):
        tasks.build_report(made.job_of(asked))
    assert (Report.objects.get(id=asked).state == "ready") == (place == "before the receipt")
    monkeypatch.undo()
    assert real["place"] is tasks.files.place
    path = made.build(asked)
    assert files(settings) == [path.name, path.name + ".receipt"]
    assert issued_entries(Report.objects.get(id=asked).project.stream) == 1


def test_while_the_ledger_is_not_sealed_the_job_is_given_back_and_the_step_says_so(
    asked: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from custody import tasks
    from custody.models import OutboxJob, Report
    from custody.terms import ReportStep

    monkeypatch.setattr(tasks, "SEALED_WITHIN", 0.1)
    tasks.build_report(made.job_of(asked))
    row, job = Report.objects.get(id=asked), OutboxJob.objects.get(id=made.job_of(asked))
    assert (row.state, row.step) == ("building", ReportStep.SEALING)
    assert job.done_at is None
    assert files(settings) == []


def test_a_sealer_that_never_answers_fails_the_report_with_what_to_do(
    asked: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from custody import outbox, tasks
    from custody.models import OutboxJob, Report

    monkeypatch.setattr(tasks, "SEALED_WITHIN", 0.0)
    OutboxJob.objects.filter(id=made.job_of(asked)).update(attempts=outbox.MAX_ATTEMPTS)
    tasks.build_report(made.job_of(asked))
    row = Report.objects.get(id=asked)
    assert row.state == "failed"
    assert "Tell the administrator" in row.failure
    assert "请告知管理员" in row.failure
    assert OutboxJob.objects.get(id=made.job_of(asked)).error == "not sealed"


def test_a_key_folder_that_is_not_whole_fails_the_report_and_leaves_no_file(
    asked: Any, settings: Any
) -> None:
    from custody.models import Report
    from custody.tasks import build_report

    (settings.KEYS_DIR / "seal.p12").write_bytes(b"half")
    with made.Sealing():
        build_report(made.job_of(asked))
    assert Report.objects.get(id=asked).state == "failed"
    assert files(settings) == []


def test_a_build_that_runs_is_not_given_out_beside_itself_however_long_its_time_limit(
    asked: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import timedelta

    from custody import outbox, tasks

    published: list[Any] = []
    monkeypatch.setattr(outbox, "publish", published.append)
    begun = timezone.now()
    looked: list[int] = []

    def building(row: Any, folder: Path) -> None:
        for seconds in (301, settings.CELERY_TASK_TIME_LIMIT + 5):
            monkeypatch.setattr(outbox.timezone, "now", lambda at=begun + timedelta(seconds=seconds): at)
            looked.append(outbox.relay())
        raise Killed

    monkeypatch.setattr(tasks, "_build", building)
    with pytest.raises(Killed):
        tasks.build_report(made.job_of(asked))
    assert (looked, published) == ([0, 0], [])
    late = begun + timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT + 120)
    monkeypatch.setattr(outbox.timezone, "now", lambda: late)
    assert outbox.relay() == 1, "after that the worker was killed, and another takes it up"


def test_an_unknown_or_finished_job_is_left_alone() -> None:
    from uuid import uuid4

    from custody.tasks import build_report

    build_report(str(uuid4()))


@pytest.mark.parametrize("name", ["Pacific/Kiritimati", "Etc/GMT+12"])  # never on the same day
@pytest.mark.django_db
def test_reminders_and_mails_reckon_in_the_zone_of_the_site(
    signed_in_cast: object, settings: Any, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    from custody import tasks
    from custody.models import Site

    days: list[object] = []
    monkeypatch.setattr(tasks.notices, "remind", days.append)
    monkeypatch.setattr(tasks.digests, "queue", lambda now: days.append(timezone.localtime(now).date()))
    settings.TIME_ZONE_GIVEN = False
    Site.objects.update(time_zone=name)
    before = datetime.now(ZoneInfo(name)).date()
    tasks.remind()
    assert days in ([before] * 2, [datetime.now(ZoneInfo(name)).date()] * 2)
    assert timezone.get_current_timezone_name() == settings.TIME_ZONE


def test_celery_knows_the_tasks_and_beat_calls_those_that_recur() -> None:
    from config.celery import app

    app.loader.import_default_modules()
    recurring = {"custody.relay", "custody.sweep_drafts", "custody.sweep_files", "custody.notices"}
    recurring |= {"custody.reminders", "custody.full_checks", "custody.recheck", "custody.screening"}
    assert {"custody.build_report", *recurring} <= set(app.tasks)
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} == recurring


@pytest.mark.parametrize("answers", [True, False])
def test_a_report_rests_on_the_witnessed_size_or_says_that_it_does_not(
    asked: Any, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answers: bool
) -> None:
    """With a witness it satisfies a policy with a quorum; with a silent one it is built, and says so."""
    from custody import tasks
    from custody.reports.account import Account
    from custody.reports.attachments import read_attachments
    from custody.reports.build import EVIDENCE
    from custody.reports.sections.proof import witnessing
    from custody.verify import verify_report
    from ledger import trust
    from ledger.tlog.verify import verify_bundle
    from tests.ledger.town import Town

    monkeypatch.setattr(tasks, "WITNESSED_WITHIN", 20.0 if answers else 0.1)
    settings.LEDGER_WITNESSES = {}
    with Town(settings, tmp_path) as town:
        town.policy("w0", 1)
        town.serve(0)
        if not answers:
            town.silence(0)
        with town.asking():
            path = made.build(asked)
    receipt = path.with_name(path.name + ".receipt").read_bytes()
    assert verify_report(path.read_bytes(), settings.TRUST_DIR, receipt).good is answers
    judged = verify_bundle(read_attachments(path.read_bytes())[EVIDENCE], trust.load(settings.TRUST_DIR))
    said = witnessing(Account.of(judged, str(asked))).en
    assert said.startswith("State: witnessed." if answers else "State: sealed, not witnessed.")
    assert (WITNESS in said) is answers
    (settings.TRUST_DIR / "policy").write_text(f"log {town.log_vkey}\nquorum none\n")
    assert verify_report(path.read_bytes(), settings.TRUST_DIR, receipt).good, "the rest holds either way"


WITNESS = "witness.example/w0"


def test_a_broker_that_is_wiped_twice_delays_a_job_and_loses_and_doubles_nothing(
    asked: Any, settings: Any, valkey: Any
) -> None:
    """Once before a worker is there, and once under the feet of one that waits for messages."""
    from celery.contrib.testing.worker import start_worker

    from config.celery import app
    from custody import outbox
    from custody.models import OutboxJob, Report
    from ledger import api

    job, stream = made.job_of(asked), Report.objects.get(id=asked).project.stream
    assert valkey.llen("celery") == 1, "the message lies in the broker"
    entries = len(list(api.run(stream)))
    valkey.flushdb()
    assert OutboxJob.objects.filter(id=job, done_at=None).exists()
    assert len(list(api.run(stream))) == entries, "the ledger never lay there"
    with made.Sealing(), start_worker(app, pool="solo", perform_ping_check=False, shutdown_timeout=60):
        valkey.flushdb()
        assert outbox.relay() == 0, "its lease holds still"
        OutboxJob.objects.filter(id=job).update(publish_after=timezone.now())
        assert outbox.relay() == 1
        assert eventually(lambda: Report.objects.get(id=asked).state == "ready", 60)
    name = Report.objects.get(id=asked).file
    assert (issued_entries(stream), files(settings)) == (1, [name, f"{name}.receipt"])
    assert outbox.standing(timezone.now() + outbox.LATE).due == 0


def test_a_job_that_nobody_takes_is_late_however_often_it_is_published_again(asked: Any) -> None:
    from custody import outbox
    from custody.models import OutboxJob

    now = timezone.now()
    assert outbox.standing(now).due == 1 and not outbox.standing(now).late
    for minutes in (2, 4, 6):
        OutboxJob.objects.update(publish_after=timezone.now())
        assert outbox.relay() == 1
        told = outbox.standing(now + timedelta(minutes=minutes))
        assert (told.due, told.late) == (1, int(minutes > 5))
    row = outbox.begin(OutboxJob.objects.get().id)
    assert row is not None and outbox.standing(now + timedelta(minutes=11)).late == 1, "its lease ran out"
    outbox.again(row.id, 3600)
    assert outbox.standing(now + timedelta(minutes=59)).due == 0, "it is put off, not late"
    outbox.finish(row.id)
    assert outbox.standing(now + timedelta(days=1)) == outbox.Standing(0, 0, None)
