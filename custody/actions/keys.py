"""Keys with which a program acts for a person: shown once, kept as a hash, revoked at once."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable
from uuid import UUID

from custody import models as m
from custody import record
from custody.events import people as events
from custody.permissions import PERMISSIONS
from custody.record import SYSTEM_STREAM
from custody.terms import Text

from . import locking
from .base import Act, ActionError, Actor, NotPermitted, Outcome, perform
from .entered import entered

START = "hf_"
LONGEST = dt.timedelta(days=366)
_BY_HAND = (
    "import.",
    "object.",
    "factor.",
    "identity.",
    "pin.",
    "session.",
    "signing_key.",
    "slip.",
    "webhook.",
)  # what the API has no address for
SCOPES = tuple(dict.fromkeys(verb.split(".")[0] for verb in PERMISSIONS if not verb.startswith(_BY_HAND)))
"""Nouns that a key may be made to act on. Reading needs no scope."""


def digest(text: str | bytes) -> str:
    """Return the SHA-256 of a key, in hex. It has 256 random bits: a plain hash cannot be guessed back."""
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()


@entered(m.ApiKey, needed=("name",))
def issue(
    actor: Actor, *, user: UUID, name: str, scopes: Iterable[str], days: int, party: UUID | None = None
) -> tuple[Outcome, str]:
    """Make a key for one's own sign-in and one ``party`` that one stands for; the only one where none is
    named. Returns the outcome and the key's text, which is shown this once.

    Raises ActionError for a party that one does not stand for, unknown scopes, or a life of less than a day
    or more than a year, NotPermitted for a caller that is itself a key: else one that may little would make
    one that may all.
    """
    if actor.scopes is not None:
        raise NotPermitted("key.issue")
    owner = m.User.objects.filter(id=user, person=actor.human()).first()
    actor.require("key.issue", own=actor.memberships[0][0] if actor.memberships and owner else None)
    mine = {party for party, _ in actor.memberships}
    bound = party or (next(iter(mine)) if len(mine) == 1 else None)
    if bound not in mine:
        raise ActionError(Text("Choose a party that you act for.", "请选择您所代表的单位。"), "party")
    wanted = sorted(set(scopes))
    if unknown := [s for s in wanted if s not in SCOPES]:
        raise ActionError(
            Text(f"There is no scope {', '.join(unknown)}.", f"没有此权限范围：{'、'.join(unknown)}。"),
            "scopes",
        )
    if not 1 <= days <= LONGEST.days:
        raise ActionError(Text("A key lives for 1 to 366 days.", "密钥有效期为1至366天。"), "days")
    text = START + secrets.token_urlsafe(32)

    def work(act: Act) -> Outcome:
        key_id, expires = m.new_id(), act.now + dt.timedelta(days=days)
        entry = act.record(
            events.KeyIssuedForAParty(
                key=str(key_id),
                user=str(user),
                party=str(bound),
                name=name,
                scopes=wanted,
                expires_at=record.time_text(expires),
            ),
            SYSTEM_STREAM,
        )
        row = m.ApiKey.objects.create(
            id=key_id,
            entry=entry,
            user_id=user,
            party_id=bound,
            name=name,
            start=text[:8],
            sha256=digest(text),
            scopes=wanted,
            expires_at=expires,
        )
        return Outcome("done", entry, row)

    return perform(actor, work, verb="key.issue"), text


def revoke(actor: Actor, *, key: UUID) -> Outcome:
    """End one's own key at once; one that has ended stays ended. Raises NotPermitted for another's."""
    row = m.ApiKey.objects.filter(id=key, user__person=actor.human()).first()
    actor.require("key.revoke", own=actor.memberships[0][0] if actor.memberships and row else None)

    def work(act: Act) -> Outcome:
        locking.update("key", [key])
        current = m.ApiKey.objects.get(id=key)
        act.unchanged(current)
        if current.revoked_at is not None:
            return Outcome("done", current.entry, current)
        return Outcome("done", _revoke(act, current), current)

    return perform(actor, work, verb="key.revoke")


def end_of(act: Act, user: UUID) -> None:
    """End all keys of a sign-in, inside an act that holds its owner."""
    rows = m.ApiKey.objects.filter(user=user, revoked_at__isnull=True, expires_at__gt=act.now)
    locking.update("key", rows.order_by("id").values_list("id", flat=True))
    for row in rows.order_by("id"):
        _revoke(act, row)


def _revoke(act: Act, row: m.ApiKey) -> UUID:
    event = events.KeyRevoked(key=str(row.id), user=str(row.user_id), revoked_at=record.time_text(act.now))
    row.revoked_at, row.entry = act.now, act.record(event, SYSTEM_STREAM)
    row.save()
    return row.entry
