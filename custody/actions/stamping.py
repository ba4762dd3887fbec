"""The time authority that a site asks: for the seal of a report, and again where it did not answer then.

A seal is one revision of a file whose hash the ledger holds, so nothing is put into it later. What an
authority gives afterwards is of the whole file, by its SHA-256; it is kept in an entry of its own,
`report.stamped`, whose receipt takes the place of that of the issue.
"""

from __future__ import annotations

import base64
import logging
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from asn1crypto import pem, x509
from django.conf import settings
from pyhanko.sign.timestamps.common_utils import TimestampRequestError

from custody import models as m
from custody import outbox
from custody.events.report import ReportStamped
from custody.reports import files
from custody.reports.authority import SealFiles
from custody.reports.seal import Lists, crls_of
from custody.reports.stamping import HttpTimeStamper, stamp_of
from custody.stamp_terms import SealTime
from custody.terms import ReportState

from . import locking
from .base import Act, Actor, Outcome, perform

logger = logging.getLogger(__name__)

TASK = "custody.stamp_report"
FIRST_AGAIN, LONGEST_AGAIN = 60.0, 12 * 3600.0
"""Seconds until a silent authority is asked again; twice as many each time, for about five days in all."""
TSA_FILE = "tsa.pem"

NoStampError = TimestampRequestError


def authority() -> HttpTimeStamper | None:
    """Return the authority of the settings, ready to be asked, and publish its roots for verifiers; None
    where there is none."""
    there = settings.TIME_AUTHORITY
    if there is None:
        return None
    published = Path(settings.TRUST_DIR) / TSA_FILE
    if there.trust and not published.exists():
        files.place(published.parent, TSA_FILE, there.trust)
        published.chmod(0o644)
    return HttpTimeStamper(there, certificates(there.trust))


def certificates(raw: bytes) -> tuple[x509.Certificate, ...]:
    """Return the certificates in a PEM file."""
    found = pem.unarmor(raw, multiple=True) if raw else ()
    return tuple(x509.Certificate.load(der) for kind, _, der in found if kind == "CERTIFICATE")


def answers(there: HttpTimeStamper | None) -> SealTime:
    """Return whose word the time of a seal will be: the pages say it before there is a seal.

    The authority is asked for a stamp of nothing, which also tells who it is.
    """
    if there is None:
        return SealTime.UNIT
    try:
        stamp_of(there, bytes(32))
    except NoStampError as error:
        logger.warning("the time authority: %s", error)
        return SealTime.SILENT
    return SealTime.DEMO if settings.DEMO else SealTime.OUTSIDE


def lists(keys: SealFiles) -> Lists | None:
    """Return what says that nothing was revoked, for the seal and the authority; None where it lacks."""
    there = settings.TIME_AUTHORITY
    if there is None or not there.trust or not keys.crl.exists():
        return None
    roots = (*certificates(keys.ca.read_bytes()), *certificates(there.trust))
    try:
        own = [one for raw in (keys.crl.read_bytes(), *map(_read, there.crl_files)) for one in crls_of(raw)]
    except (OSError, ValueError) as error:
        logger.warning("a list of revoked certificates cannot be read: %s", error)
        return None
    return Lists(roots, tuple(own))


def _read(path: str) -> bytes:
    return Path(path).read_bytes()  # anew each time: the owner puts fresh ones in their place


def delay(attempts: int) -> float:
    """Return after how many seconds an authority is asked again."""
    return min(FIRST_AGAIN * 2.0**attempts, LONGEST_AGAIN)


def queue(report: UUID) -> None:
    """Ask for a stamp later, inside the transaction that issues a report without one."""
    outbox.put(TASK, {"report": str(report)}, after=timedelta(seconds=delay(0)))


def bring_about(report: UUID) -> m.Report | None:
    """Get the stamp of a report that was issued without one, and record it; return the report, or None where
    there is nothing to stamp any more. Raises NoStampError while the authority gives none.

    A kill between answer and entry costs one more question; nobody else hears of the stamp before its entry.
    """
    row = m.Report.objects.get(id=report)
    if row.state is not ReportState.READY or row.seal_time is SealTime.LATER:
        return row if row.state is ReportState.READY else None
    there = authority()
    if there is None:
        raise NoStampError("no authority is configured any more")
    token, found = stamp_of(there, bytes.fromhex(row.sha256))
    recorded = _record(report, token, found.by or "", found.at)
    return m.Report.objects.get(id=recorded.object.id) if recorded.object else None


def _record(report: UUID, token: bytes, by: str, at: Any) -> Outcome:
    def work(act: Act) -> Outcome:
        locking.update("report", [report])
        row = m.Report.objects.select_related("project").get(id=report)
        if row.state is not ReportState.READY or row.seal_time is not SealTime.SILENT:
            return Outcome("done", row.entry, row if row.state is ReportState.READY else None)
        entry = act.record(
            ReportStamped(
                report=str(report),
                project=str(row.project_id),
                sha256=row.sha256,
                length=row.length or 0,
                token=base64.b64encode(token).decode(),
                stamped_by=by,
                stamped_at=at.isoformat(),
            ),
            row.project.stream,
        )
        row.seal_time, row.stamped_by, row.stamped_at, row.entry = SealTime.LATER, by, at, entry
        row.save()
        return Outcome("done", entry, row)

    return perform(Actor.setup(), work)
