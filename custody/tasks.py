"""Background work. Each task takes an outbox row, may run twice or be killed anywhere, and is then done once.

A report that is being built is nothing yet: it becomes one when its sealed file lies under its name and the
entry `report.issued` with its SHA-256 is recorded. A worker killed before that leaves at most a file that
nobody refers to; killed after it, the next run writes the receipt that is missing.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from celery.signals import task_prerun
from django.conf import settings
from django.utils import timezone

from custody import outbox, regimes, zone
from custody.actions import (
    checks,
    digests,
    kept,
    notices,
    printing,
    rechecking,
    reports,
    screening,
    sessions,
    slips,
    stamping,
    webhook_sending,
)
from custody.actions import files as evidence_files
from custody.models import Report, Site
from custody.reports import build, evidence, files
from custody.reports.account import AccountError
from custody.reports.authority import SealKeyError, ensure_authority
from custody.reports.evidence import EvidenceError, OrderAheadError
from custody.reports.seal import seal
from custody.reports.sealer import sealer
from custody.reports.stamping import HttpTimeStamper
from custody.reports.timestamp import Stamp
from custody.stamp_terms import SealTime
from custody.terms import ReportState, ReportStep, Text

logger = logging.getLogger(__name__)

REPORT = "Custody report 监管链报告"
SEALED_WITHIN = 10.0
WITNESSED_WITHIN = 10.0  # beyond it a report is built all the same
TRY_AGAIN = 5.0
MOST_CRASHES = 3
BUILDING = timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT + 60)
"""No build runs longer than its time limit, so none is given out again while it runs."""
MAIL_AGAIN = 60.0
NOT_SEALED = Text(
    "The ledger was not sealed in time: the sealer does not run, or has frozen the log. "
    "Tell the administrator, then ask for the report again.",
    "账本未能及时固化：固化程序没有运行，或已冻结日志。请告知管理员，然后重新申请报告。",
)
BROKEN = Text(
    "The report could not be built. Tell the administrator; the reason is in the worker's log.",
    "报告未能生成。请告知管理员；原因见后台日志。",
)


class _NotSealed(Exception):
    """No checkpoint covers an entry yet; the job is taken up again a little later."""


@task_prerun.connect
def learn_packs(**_: object) -> None:
    """Learn which rule packs are published, before each job."""
    regimes.refresh()


@shared_task(name=reports.BUILD_TASK)
def build_report(job: str) -> None:
    """Build, seal and issue the report of an outbox row; harmless when it runs twice."""
    row = outbox.begin(UUID(job), BUILDING)
    if row is None:
        return
    report = UUID(row.payload["report"])
    try:
        _bring_about(report)
    except (_NotSealed, OrderAheadError):
        if row.attempts < outbox.MAX_ATTEMPTS:
            outbox.again(row.id, TRY_AGAIN)
            return
        _give_up(row.id, report, NOT_SEALED, "not sealed")
    except (EvidenceError, AccountError, SealKeyError) as error:
        logger.error("report %s: %s", report, error)
        _give_up(row.id, report, BROKEN, str(error))
    except Exception as error:
        logger.exception("report %s", report)
        if isinstance(error, SoftTimeLimitExceeded) or row.attempts >= MOST_CRASHES:
            _give_up(row.id, report, BROKEN, repr(error))
        else:
            outbox.again(row.id, TRY_AGAIN)
    else:
        outbox.finish(row.id)


@shared_task(name=printing.TASK)
def print_receipt(job: str) -> None:
    """Print and seal the receipt of a handoff, once its entry is sealed; harmless when it runs twice."""
    row = outbox.begin(UUID(job))
    if row is None:
        return
    try:
        printing.bring_about(UUID(row.payload["handoff"]), row.payload["language"], _stamped)
    except evidence.NotSealedError:
        if row.attempts < outbox.MAX_ATTEMPTS:
            outbox.again(row.id, TRY_AGAIN)
        else:
            outbox.finish(row.id, "not sealed")
    except Exception as error:
        logger.exception("receipt of handoff %s", row.payload["handoff"])
        if row.attempts < MOST_CRASHES:
            outbox.again(row.id, TRY_AGAIN)
        else:
            outbox.finish(row.id, repr(error))
    else:
        outbox.finish(row.id)


@shared_task(name="custody.relay")
def relay() -> None:
    """Publish again what the broker lost; beat calls it every few seconds."""
    outbox.relay()


@shared_task(name="custody.notices")
def tell() -> None:
    """Tell people what happened; beat calls it every minute."""
    with zone.of_the_site():
        notices.tell(timezone.now())
        webhook_sending.queue(timezone.now())


@shared_task(name="custody.reminders")
def remind() -> None:
    """Remind of what is due, and ask for the mails of the day; beat calls it every ten minutes."""
    with zone.of_the_site():
        notices.remind(timezone.localdate())
        digests.queue(timezone.now())


@shared_task(name=digests.TASK)
def mail_notices(job: str) -> None:
    """Send the mail of an outbox row; a server that does not take it is asked again, later each time."""
    row = outbox.begin(UUID(job))
    if row is None:
        return
    try:
        with zone.of_the_site():
            digests.send(row.id)
    except (OSError, ValueError) as error:  # smtplib's errors are OSErrors
        logger.warning("the mail server did not take a mail: %s", type(error).__name__)
        if row.attempts < outbox.MAX_ATTEMPTS:
            outbox.again(row.id, MAIL_AGAIN * row.attempts)
        else:
            outbox.finish(row.id, f"not taken: {type(error).__name__}")


@shared_task(name=webhook_sending.TASK)
def send_webhook(job: str) -> None:
    """Try once to send the message of an outbox row; the next try is a row of its own."""
    row = outbox.begin(UUID(job))
    if row is None:
        return
    delivery = UUID(row.payload["delivery"])
    try:
        with zone.of_the_site():
            webhook_sending.deliver(row.id, delivery)
    except Exception as error:
        logger.exception("webhook message %s", delivery)
        if row.attempts < MOST_CRASHES:
            outbox.again(row.id, TRY_AGAIN)
        else:
            webhook_sending.give_up(row.id, delivery, repr(error))


@shared_task(
    name="custody.full_checks",
    acks_late=False,  # given out again it would only find the lock taken
    soft_time_limit=checks.LONGEST.total_seconds() - 60,
    time_limit=checks.LONGEST.total_seconds(),
)
def full_checks() -> None:
    """Run the nightly full checks when they are due; beat asks often, so a night slept through is made up."""
    checks.run_due(timezone.now())


@shared_task(
    name="custody.recheck",
    acks_late=False,  # given out again it would only find another at it
    soft_time_limit=rechecking.LONGEST.total_seconds() - 60,
    time_limit=rechecking.LONGEST.total_seconds(),
)
def recheck() -> None:
    """Judge again what was allowed, once a night; beat asks often, so one that was killed is gone on with."""
    rechecking.run_due(timezone.now())
    sessions.end_leavers()
    slips.end_leavers()
    webhook_sending.tidy(timezone.now())


@shared_task(name="custody.screening")
def hold_against_lists() -> None:
    """Screen the parties that are due; beat calls it every minute, and most often there is nothing to do."""
    screening.run_due()


@shared_task(name=evidence_files.DRAW_TASK)
def draw_file(job: str) -> None:
    """Draw the page images of an evidence file; a file that cannot be drawn says why, and is done too."""
    row = outbox.begin(UUID(job))
    if row is None:
        return
    try:
        evidence_files.draw_pages(UUID(row.payload["file"]))
    except Exception as error:
        logger.exception("evidence file %s", row.payload["file"])
        if row.attempts < MOST_CRASHES:
            outbox.again(row.id, TRY_AGAIN)
        else:
            outbox.finish(row.id, repr(error))
    else:
        outbox.finish(row.id)


@shared_task(name="custody.sweep_files")
def sweep_files() -> None:
    """Settle what crashes left in the folder of evidence files, and remove receipts that were printed; beat
    calls it every hour."""
    evidence_files.sweep()
    printing.sweep()


@shared_task(name="custody.sweep_drafts")
def sweep_drafts() -> None:
    """Delete drafts that nobody has touched for long; beat calls it every hour."""
    kept.sweep_drafts()
    sessions.sweep()


def _give_up(job: UUID, report: UUID, why: Text, error: str) -> None:
    reports.fail(report, f"{why.en} {why.zh}")
    outbox.finish(job, error)


def _bring_about(report: UUID) -> None:
    """Take a report from where it stands to its receipt. Raises _NotSealed to be called again."""
    row = Report.objects.select_related("project").get(id=report)
    if row.state in (ReportState.FAILED, ReportState.WITHDRAWN):
        return
    folder = Path(settings.REPORTS_DIR)
    if row.state is not ReportState.READY:
        _build(row, folder)
        row.refresh_from_db()
    files.sweep(folder, str(report), row.file)
    if not (folder / files.receipt_name(row.file)).exists():
        _receipt(row)


def _build(row: Report, folder: Path) -> None:
    reports.progress(row.id, 5, str(ReportStep.SEALING))
    if not evidence.wait_sealed(row.requested_entry, SEALED_WITHIN):
        raise _NotSealed
    evidence.wait_witnessed(row.requested_entry, WITNESSED_WITHIN)  # else it says "sealed, not witnessed"
    reports.progress(row.id, 20, str(ReportStep.COLLECTING))
    found = evidence.collect(row.requested_entry, Path(settings.TRUST_DIR))
    reports.progress(row.id, 45, str(ReportStep.PRINTING))

    def pages(time: SealTime) -> bytes:
        body = build.body(found.verdict, found.raw, str(row.id), time)
        reports.progress(row.id, 75, str(ReportStep.SIGNING))
        return body

    sealed, time, stamp = _stamped(pages, REPORT)
    sha256 = hashlib.sha256(sealed).hexdigest()
    name = files.name_of(row.project.code, str(row.id), sha256)
    files.place(folder, name, sealed)
    reports.progress(row.id, 90, str(ReportStep.RECORDING))
    reports.issue(
        row.id,
        sha256=sha256,
        length=len(sealed),
        log_size=found.size,
        file=name,
        seal_time=time,
        stamp=stamp,
    )


def _stamped(pages: Callable[[SealTime], bytes], reason: str) -> tuple[bytes, SealTime, Stamp | None]:
    """Return pages sealed and, where an authority is asked and answers, stamped; they say beforehand whose
    word the time of the seal is."""
    there = stamping.authority()
    time = stamping.answers(there)
    if there is None or time is SealTime.SILENT:
        return _sealed(pages(time), reason), time, None
    try:
        return _sealed(pages(time), reason, there), time, there.last
    except stamping.NoStampError as error:  # it answered before the pages, which say so, and now it does not
        logger.warning("the time authority: %s", error)
        return _sealed(pages(SealTime.SILENT), reason), SealTime.SILENT, None


def _sealed(body: bytes, reason: str = REPORT, there: HttpTimeStamper | None = None) -> bytes:
    """Return a body sealed by the installation's key, which is made when there is none, and stamped by the
    time authority that is given."""
    now = datetime.now(UTC).replace(microsecond=0)
    name = Site.objects.values_list("name", flat=True).first() or "Holdfast"
    keys = ensure_authority(Path(settings.KEYS_DIR), Path(settings.TRUST_DIR), name=name, now=now)
    lists = stamping.lists(keys) if there is not None else None
    with sealer(keys) as signer:
        return seal(body, signer, at=now, reason=reason, timestamper=there, lists=lists)


@shared_task(name=stamping.TASK)
def stamp_report(job: str) -> None:
    """Get the time stamp of a report whose authority was silent, and write it into the receipt; harmless when
    it runs twice. After about five days the report stays as it is."""
    row = outbox.begin(UUID(job))
    if row is None:
        return
    try:
        report = stamping.bring_about(UUID(row.payload["report"]))
        if report is not None:
            _receipt(report)
    except _NotSealed:
        outbox.again(row.id, TRY_AGAIN)
    except stamping.NoStampError as error:
        logger.warning("the time authority: %s", error)
        if row.attempts < outbox.MAX_ATTEMPTS:
            outbox.again(row.id, stamping.delay(row.attempts))
        else:
            outbox.finish(row.id, f"no time stamp: {error}")
    except Exception as error:
        logger.exception("time stamp of report %s", row.payload["report"])
        if row.attempts < MOST_CRASHES:
            outbox.again(row.id, TRY_AGAIN)
        else:
            outbox.finish(row.id, repr(error))
    else:
        outbox.finish(row.id)


def _receipt(row: Report) -> None:
    """Write the receipt of a report's newest entry beside it. Raises _NotSealed to be called again."""
    if not evidence.wait_sealed(row.entry, SEALED_WITHIN):
        raise _NotSealed
    evidence.wait_witnessed(row.entry, WITNESSED_WITHIN)
    files.place(Path(settings.REPORTS_DIR), files.receipt_name(row.file), evidence.receipt_of(row.entry))
