"""Putting a version of a rule pack in force, by order of somebody."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.db import connection

from custody import drafting, regimes
from custody import models as m
from custody.drafting import Draft
from custody.events import site as events
from custody.policy.packfile import RegimeError
from custody.record import SYSTEM_STREAM
from custody.signoff import PACK, NotSigned
from custody.terms import KeyForm, SignOffDoubt

from . import locking, signing
from .base import Act, ActionError, Actor, Changed, Outcome, perform
from .entered import entered

LOCK = "SELECT pg_advisory_xact_lock(hashtext('custody.packs'))"
"""One at a time: two files may not both come after the same version."""


ACTIVATE = "activate"
"""The choice that the statement on a pack states."""


def members(drafted: Draft, pack: UUID, reason: str) -> dict[str, Any]:
    """Return what a statement says that puts a pack in force, beside who signs it and what makes it fresh."""
    return {
        "object": str(pack),
        "choice": ACTIVATE,
        "name": drafted.pack.id,
        "version": drafted.pack.version,
        "pack_sha256": drafted.pack.sha256,
        "effective": drafted.effective.isoformat(),
        "file_sha256": drafted.file_sha256,
        "reason": reason,
    }


def begin(
    actor: Actor, drafted: Draft, pack: UUID, reason: str, now: dt.datetime, form: KeyForm = KeyForm.PASSKEY
) -> str:
    """Return a new statement that puts a pack in force, under the id that it will have, for a person to sign
    with an own key. Records nothing."""
    return signing.begin(PACK, members(drafted, pack, reason), actor.human(), now, form)


@entered(needed=("reason", "ordered_by"))
def activate(
    actor: Actor,
    *,
    raw: bytes,
    file: str,
    reason: str,
    ordered_by: str,
    shown: str | None = None,
    pack: UUID | None = None,
    signed: signing.Signed | None = None,
) -> Outcome:
    """Publish the pack that a file makes; it counts from the file's ``effective`` day, at the earliest today.

    ``shown``: SHA-256 of the pack whose changes were read; Changed when the file would by now make another.
    ``signed``: with the administrator's own key, on a statement that names the id ``pack``; where the house
    demands signatures nobody does it without. Whoever owns the machine has no key: theirs is never signed.
    Raises ActionError for a file that may not be activated. Object: the published pack.
    """
    actor.require("pack.activate")
    pack_id = pack or m.new_id()

    def work(act: Act) -> Outcome:
        if actor.person is not None:
            locking.update("person", [actor.human()])
        with connection.cursor() as cursor:
            cursor.execute(LOCK)
        regimes.refresh()
        try:
            drafted = drafting.draft(raw, file)
        except RegimeError as error:
            raise ActionError(error.text, "file") from error
        made = drafted.pack
        if shown is not None and shown != made.sha256:
            raise Changed
        said = members(drafted, pack_id, reason)
        lacks = SignOffDoubt.UNSIGNED if actor.person is not None and signing.must_sign() else None
        try:
            held = signing.wanted(act, PACK, said, signed, lacks)
        except NotSigned as fault:
            return signing.refuse(act, PACK, said, signed, fault.why)
        entry = act.record(
            events.PackActivated(
                pack=str(pack_id),
                name=made.id,
                version=made.version,
                sha256=made.sha256,
                effective=drafted.effective.isoformat(),
                text=made.text,
                file_sha256=drafted.file_sha256,
                reason=reason,
                ordered_by=ordered_by,
            ),
            SYSTEM_STREAM,
        )
        row = m.RegimePack.objects.create(
            id=pack_id,
            entry=entry,
            name=made.id,
            version=made.version,
            sha256=made.sha256,
            body=made.text,
            effective=drafted.effective,
        )
        signing.give(act, PACK, said, held, entry, SYSTEM_STREAM)
        return Outcome("done", entry, row)

    done = perform(actor, work, verb="pack.activate")
    regimes.refresh()
    return done
