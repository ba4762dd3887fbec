"""Accounts at the house's sign-in provider: who comes in as whom, by an administrator's word alone.

Nothing that a provider says of a person makes a sign-in here or finds one: not a mail address, not a user
name, which whoever keeps the provider can change. Only the pair of issuer and subject counts, and that it is
this person's is an entry with the name of whoever said so.
"""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.conf import settings

from custody import models as m
from custody import record
from custody.events import identity as events
from custody.record import SYSTEM_STREAM
from custody.terms import IdentityDoubt, IdentityEnd, SessionEnd, Text

from . import locking, sessions
from .base import Act, ActionError, Actor, Outcome, perform
from .entered import entered

TAKEN = Text(
    en="This account signs in somebody already. End it there first.",
    zh="该账号已关联其他登录账号，请先在原处终止。",
)


@entered(m.Identity, needed=("subject",))
def link(actor: Actor, *, user: UUID, subject: str) -> Outcome:
    """Let an account at the provider of this site sign a person in; it takes the place of the one before.

    Raises ActionError where the site has no provider, for a subject that no provider gives, and for one that
    signs in somebody already.
    """
    actor.require("identity.link")
    if settings.OIDC is None:
        raise ActionError(Text(en="This site has no sign-in provider.", zh="本站未配置统一身份认证。"))
    if not (subject.isascii() and subject.isprintable()):
        raise ActionError(
            Text(
                en="A subject consists of ASCII characters. Copy it from the provider, or from the page on "
                "which this person was refused.",
                zh="主体标识只含ASCII字符。请从认证平台复制，或从该人员被拒绝登录的页面复制。",
            ),
            "subject",
        )
    issuer = settings.OIDC.issuer

    def work(act: Act) -> Outcome:
        row = _locked(user)
        if row is None or not row.is_active:
            raise ActionError(Text(en="There is no such sign-in.", zh="没有此登录账号。"), "sign_in")
        own = m.Identity.objects.live().filter(issuer=issuer)
        if own.filter(subject=subject).exists():
            raise ActionError(TAKEN, "subject")
        for old in own.filter(user=user):
            _end(act, old, IdentityEnd.REPLACED)
        id = m.new_id()
        told = events.IdentityLinked(identity=str(id), user=str(user), issuer=issuer, subject=subject)
        entry = act.record(told, SYSTEM_STREAM)
        made = m.Identity.objects.create(id=id, entry=entry, user_id=user, issuer=issuer, subject=subject)
        return Outcome("done", entry, made)

    return perform(actor, work, verb="identity.link")


def end_all(actor: Actor, *, person: UUID, reason: str) -> Outcome:
    """End every account that signs a person in, of whichever provider, and the person's sessions.

    Raises ActionError without a reason, and where there is none.
    """
    actor.require("identity.end")
    reason = reason.strip()
    if not reason:
        raise ActionError(Text(en="Say why.", zh="请填写原因。"), "reason")

    def work(act: Act) -> Outcome:
        locking.update("person", [person])
        rows = list(m.Identity.objects.live().filter(user__person=person).order_by("id"))
        if not rows:
            raise ActionError(
                Text(en="No account signs this person in.", zh="该人员没有已关联的统一身份认证账号。")
            )
        entries = [_end(act, row, IdentityEnd.ENDED, reason) for row in rows]
        for user in sorted({row.user_id for row in rows}):
            sessions.end_in(act, user, SessionEnd.FACTOR)
        return Outcome("done", entries[-1], rows[-1])

    return perform(actor, work, verb="identity.end")


def come(subject: str) -> m.User | IdentityDoubt:
    """Return who comes in when the provider has shown that it is this account; else why nobody does.

    That somebody was not let in is recorded, and is no one's act.
    """
    issuer = settings.OIDC.issuer if settings.OIDC else ""
    found: list[m.User | IdentityDoubt] = []

    def work(act: Act) -> Outcome:
        row = m.Identity.objects.live().filter(issuer=issuer, subject=subject).first()
        user = m.User.objects.select_related("person").get(id=row.user_id) if row else None
        why = IdentityDoubt.UNTOLD if row and not _is_told(row) else _doubt(user, act.now)
        found[:] = [user if user is not None and why is None else why or IdentityDoubt.UNKNOWN]
        if why is None:
            return Outcome("done", act.id)
        told = events.IdentityRefused(
            user=str(user.pk) if user else None, issuer=issuer, subject=subject, why=str(why)
        )
        return Outcome("done", act.record(told, SYSTEM_STREAM))

    perform(Actor.setup(), work, despite_freeze=True)
    return found[0]


def _is_told(row: m.Identity) -> bool:
    """Return whether the ledger says what the row does: whoever holds the database alone makes no sign-in."""
    told = record.find(row.entry)
    said = told.values if told else {}
    rests_on = {
        "identity": str(row.id),
        "user": str(row.user_id),
        "issuer": row.issuer,
        "subject": row.subject,
    }
    return said.get("kind") == "identity.linked/1" and all(said.get(n) == v for n, v in rests_on.items())


def _doubt(user: m.User | None, now: dt.datetime) -> IdentityDoubt | None:
    if user is None:
        return IdentityDoubt.UNKNOWN
    if not user.is_active:
        return IdentityDoubt.INACTIVE
    return IdentityDoubt.LEFT if user.person.has_left(now) else None


def _locked(user: UUID) -> m.User | None:
    """Return a sign-in while no other act changes the accounts of its person."""
    row = m.User.objects.filter(id=user).first()
    if row is not None:
        locking.update("person", [row.person_id])
    return row


def _end(act: Act, row: m.Identity, how: IdentityEnd, reason: str = "") -> UUID:
    event = events.IdentityEnded(
        identity=str(row.id),
        user=str(row.user_id),
        how=str(how),
        reason=reason,
        ended_at=record.time_text(act.now),
    )
    row.entry = act.record(event, SYSTEM_STREAM)
    row.ended_at, row.ended_how = act.now, how
    row.save(update_fields=["entry", "ended_at", "ended_how"])
    return row.entry
