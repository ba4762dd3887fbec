"""A new key for the log, under its old name: the tree goes on, and verifiers are given both keys.

    prepare   KEYS_DIR/log.next.pem is made; TRUST_DIR/policy names it beside the keys of before
    (the caller records the change, so that the entry is under the first checkpoint of the new key)
    finish    TRUST_DIR/log.vkey says the new key; log.pem becomes log-<key ID>.pem, log.next.pem log.pem

No sealer works meanwhile: its lock is held. Killed anywhere, the same call takes up where it stopped; until
then a sealer signs with the old key, or says that a change was begun and signs nothing.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from ledger import keys, trust
from ledger.errors import DisagreementError, RestoreError
from ledger.sealer import LOCK, connect_directly
from ledger.store import Store, fsync_folder, write_temporary
from ledger.tlog import policy as policies
from ledger.tlog.errors import LogError
from ledger.tlog.note import parse_vkey

Step = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Change:
    """A change of key that was prepared. `begun`: an earlier call had made the new key already."""

    old: str
    new: str
    begun: bool


@contextmanager
def changing(step: Step = lambda _: None) -> Iterator[Change]:
    """Prepare a change, have the caller record it, finish it.

    Raises RestoreError, with nothing changed, while a sealer works, while the log is frozen, while something
    that was numbered is not published, and where log.pem, log.vkey and policy are not of one log.
    """
    with closing(connect_directly()) as db, Store(settings.LEDGER_DIR).locked():
        row = db.execute("SELECT pg_try_advisory_lock(%s, %s)", LOCK).fetchone()
        if row is None or not row[0]:
            raise RestoreError(_("A sealer is at work. Stop Holdfast (web, worker, sealer) first."))
        state = db.execute(
            """SELECT origin, frozen, size > (SELECT coalesce(max(size), 0) FROM public.ledger_checkpoint)
                 FROM public.ledger_logstate WHERE id = 1"""
        ).fetchone()
        if state is None or state[0] is None:
            raise RestoreError(_("This log has no name and no key yet."))
        if state[1] is not None:
            raise RestoreError(
                _("The log is frozen: %(why)s Find out why first; a new key changes nothing about it.")
                % {"why": state[1]}
            )
        if state[2]:
            raise RestoreError(_("Run manage.py ledger_seal --once first: a batch is not signed yet."))
        change = _prepare(settings.KEYS_DIR, settings.TRUST_DIR, state[0], step)
        yield change
        _finish(settings.KEYS_DIR, settings.TRUST_DIR, state[0], change, step)


def _prepare(folder: Path, trust_folder: Path, origin: str, step: Step) -> Change:
    begun = (folder / keys.NEXT_KEY).exists()
    try:
        old, told = keys.log_signer(folder, origin).vkey, keys.trusted_vkey(trust_folder)
        known = [log.verifier.vkey for log in trust.load(trust_folder).logs]
        if not begun:
            if old != told:
                raise DisagreementError("log key", expected=f"the key {told}", got=old)
            if (folder / _aside(old)).exists():
                raise DisagreementError("log key", expected="a key that was not changed before", got=old)
            step("key")
            keys.make_next(folder)
        new = keys.log_signer(folder, origin, keys.NEXT_KEY).vkey
        if told not in (old, new) or told not in known:
            raise DisagreementError("log key", expected=f"the key {told}", got=old)
    except LogError as error:
        raise RestoreError(_("The key is not changed: %(why)s") % {"why": error}) from None
    if new not in known:
        step("policy")
        _put(trust_folder / keys.POLICY, _with(new, (trust_folder / keys.POLICY).read_bytes()))
    return Change(old, new, begun)


def _finish(folder: Path, trust_folder: Path, origin: str, change: Change, step: Step) -> None:
    step("vkey")
    _put(trust_folder / keys.VKEY, f"{change.new}\n".encode())
    aside = folder / _aside(change.old)
    step("aside")
    if not aside.exists():
        os.link(folder / keys.LOG_KEY, aside)
        fsync_folder(folder)
    step("swap")
    (folder / keys.NEXT_KEY).replace(folder / keys.LOG_KEY)
    fsync_folder(folder)


def _aside(vkey: str) -> str:
    """What the private half of a key is called once another one signs."""
    return f"log-{parse_vkey(vkey).key_id.hex()}.pem"


def _with(vkey: str, raw: bytes) -> bytes:
    """A policy that names one more key of the log, before all else; every line of before stays."""
    changed = f"log {vkey}\n".encode() + raw
    policies.parse(changed)
    return changed


def _put(path: Path, data: bytes) -> None:
    write_temporary(path, data, 0o644).replace(path)
    fsync_folder(path.parent)
