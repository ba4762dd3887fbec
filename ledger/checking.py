"""The full check as the installation runs it: by command or by timer, freezing the log on a fault.

The ledger cannot record the finding: an entry says what it is about in words of the application. So every
run ends with the signal ``checked``, and whoever is above may append.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import psycopg
from django.conf import settings
from django.dispatch import Signal

from ledger.fsck.faults import Found
from ledger.fsck.run import Progress, check
from ledger.sealer import connect_directly, freeze
from ledger.store import Store

checked = Signal()
"""Sent after every full check, as `checked.send(None, result=Checked)`, outside any transaction."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of a full check. `quick` says that values and journal were left out."""

    found: Found
    started: dt.datetime
    finished: dt.datetime
    quick: bool = False


def check_everything(*, quick: bool = False, progress: Progress = lambda done, total: None) -> Checked:
    """Check database and log folder against each other; freeze the log when a fault is found.

    What keeps it from judging (a database or a disk that does not answer) is in the result, not raised.
    """
    started = dt.datetime.now(dt.UTC)
    try:
        found = check(
            connect_directly,
            Store(settings.LEDGER_DIR),
            settings.KEYS_DIR,
            settings.TRUST_DIR,
            quick=quick,
            progress=progress,
        )
    except (psycopg.Error, OSError) as error:
        found = Found(
            unknown=[f"the check could not be finished: {str(error).strip() or type(error).__name__}"]
        )
    if found.faults:
        try:
            freeze(connect_directly, found.reason())
        except psycopg.Error as error:
            found.notes.append(f"the log could not be frozen from here: {str(error).strip()}")
    result = Checked(found, started, dt.datetime.now(dt.UTC), quick)
    checked.send(None, result=result)
    return result
