"""Putting a version of a rule pack in force, by order of somebody."""

from __future__ import annotations

from django.db import connection

from custody import drafting, regimes
from custody import models as m
from custody.events import site as events
from custody.policy.packfile import RegimeError
from custody.record import SYSTEM_STREAM

from .base import Act, ActionError, Actor, Changed, Outcome, perform
from .entered import entered

LOCK = "SELECT pg_advisory_xact_lock(hashtext('custody.packs'))"
"""One at a time: two files may not both come after the same version."""


@entered(needed=("reason", "ordered_by"))
def activate(
    actor: Actor, *, raw: bytes, file: str, reason: str, ordered_by: str, shown: str | None = None
) -> Outcome:
    """Publish the pack that a file makes; it counts from the file's ``effective`` day, at the earliest today.

    ``shown``: SHA-256 of the pack whose changes were read; Changed when the file would by now make another.
    Raises ActionError for a file that may not be activated. Object: the published pack.
    """
    actor.require("pack.activate")

    def work(act: Act) -> Outcome:
        with connection.cursor() as cursor:
            cursor.execute(LOCK)
        regimes.refresh()
        try:
            drafted = drafting.draft(raw, file)
        except RegimeError as error:
            raise ActionError(error.text, "file") from error
        pack = drafted.pack
        if shown is not None and shown != pack.sha256:
            raise Changed
        pack_id = m.new_id()
        entry = act.record(
            events.PackActivated(
                pack=str(pack_id),
                name=pack.id,
                version=pack.version,
                sha256=pack.sha256,
                effective=drafted.effective.isoformat(),
                text=pack.text,
                file_sha256=drafted.file_sha256,
                reason=reason,
                ordered_by=ordered_by,
            ),
            SYSTEM_STREAM,
        )
        row = m.RegimePack.objects.create(
            id=pack_id,
            entry=entry,
            name=pack.id,
            version=pack.version,
            sha256=pack.sha256,
            body=pack.text,
            effective=drafted.effective,
        )
        return Outcome("done", entry, row)

    done = perform(actor, work, verb="pack.activate")
    regimes.refresh()
    return done
