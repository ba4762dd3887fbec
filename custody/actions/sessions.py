"""Sessions: noted when they begin, ended by their owner, by an administrator, or by what makes them unsafe.

Ending one takes it out of the table that the browser's cookie is looked up in: its next request is that of
a guest.
"""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.contrib.sessions.models import Session
from django.utils import timezone

from custody import models as m
from custody.events.session import SessionEndedOf
from custody.models.people import gone_before
from custody.record import SYSTEM_STREAM
from custody.terms import SessionEnd, SignInMeans, Text

from . import locking
from .base import Act, ActionError, Actor, NotPermitted, Outcome, perform

KEPT = dt.timedelta(days=30)
"""How long the row of a session stays after its last request."""
_LONGEST = 200


def note(
    user: m.User, session_key: str, browser: str, address: str | None, means: SignInMeans | None = None
) -> UUID:
    """Note that somebody signed in, and with what; return the id of the row."""
    row = m.OpenSession.objects.create(
        user=user,
        session_key=session_key,
        browser=browser[:_LONGEST].replace("\0", ""),
        address=address,
        means=means,
    )
    return row.id


def seen(session: UUID) -> None:
    """Note that a session is in use."""
    m.OpenSession.objects.filter(id=session, ended_at__isnull=True).update(last_seen_at=timezone.now())


def rekeyed(session: UUID, session_key: str) -> None:
    """Note the new key of a session whose cookie was changed."""
    rows = m.OpenSession.objects.filter(id=session, ended_at__isnull=True)
    rows.update(session_key=session_key)


def left(session: UUID, how: SessionEnd) -> None:
    """Note that a session ended by itself: its owner signed out, or it ran out."""
    rows = m.OpenSession.objects.filter(id=session, ended_at__isnull=True)
    rows.update(ended_at=timezone.now(), ended_how=how, session_key="")


def end(actor: Actor, *, session: UUID) -> Outcome:
    """End one of one's own sessions at once. Raises NotPermitted for another's."""
    row = m.OpenSession.objects.filter(id=session, user__person=actor.human()).first()
    if row is None:
        raise NotPermitted("session.end")
    actor.require("session.end", own=_own(actor, row.user_id))

    def work(act: Act) -> Outcome:
        locking.update("person", [actor.human()])
        ended = end_in(act, row.user_id, SessionEnd.OWNER, only=row.id)
        return Outcome("done", ended or act.id, None)

    return perform(actor, work, verb="session.end")


def end_others(actor: Actor, *, user: UUID, keep: str, how: SessionEnd = SessionEnd.OWNER) -> Outcome:
    """End all of one's own sessions but the one with the key ``keep``."""
    actor.require("session.end", own=_own(actor, user))

    def work(act: Act) -> Outcome:
        locking.update("person", [actor.human()])
        return Outcome("done", end_in(act, user, how, keep=keep) or act.id, None)

    return perform(actor, work, verb="session.end")


def end_of(actor: Actor, *, person: UUID, reason: str) -> Outcome:
    """End every session of another person. Raises ActionError without a reason, or where none is open."""
    actor.require("session.end_all")
    if not reason.strip():
        raise ActionError(Text(en="Say why.", zh="请填写原因。"), "reason")

    def work(act: Act) -> Outcome:
        locking.update("person", [person])
        users = m.User.objects.filter(person=person).order_by("id").values_list("id", flat=True)
        entries = [end_in(act, user, SessionEnd.ADMINISTRATOR, reason=reason.strip()) for user in users]
        if found := [entry for entry in entries if entry]:
            return Outcome("done", found[-1], None)
        raise ActionError(Text(en="This person is signed in nowhere.", zh="该人员当前未登录。"))

    return perform(actor, work, verb="session.end_all")


def end_leavers() -> int:
    """End what is open of people whose last day is over everywhere on Earth; return of how many sign-ins."""
    rows = m.OpenSession.objects.live().filter(user__person__leaves_on__lt=gone_before(timezone.now()))
    users = sorted(set(rows.values_list("user_id", "user__person_id")))
    for user, person in users:

        def work(act: Act, user: UUID = user, person: UUID = person) -> Outcome:
            locking.update("person", [person])
            return Outcome("done", end_in(act, user, SessionEnd.LEAVER) or act.id, None)

        perform(Actor.setup(), work)
    return len(users)


def end_in(
    act: Act,
    user: UUID,
    how: SessionEnd,
    *,
    keep: str = "",
    only: UUID | None = None,
    reason: str = "",
) -> UUID | None:
    """End open sessions of a sign-in inside an act; return the entry, None where there was none to end."""
    rows = m.OpenSession.objects.filter(user=user, ended_at__isnull=True).exclude(session_key=keep or "-")
    if only:
        rows = rows.filter(id=only)
    found = list(rows.order_by("id").values_list("id", "session_key", "means"))
    if not found:
        return None
    Session.objects.filter(session_key__in=[key for _, key, _means in found if key]).delete()
    ids = [id for id, _, _ in found]
    rows.filter(id__in=ids).update(ended_at=act.now, ended_how=how, session_key="")
    told = SessionEndedOf(
        user=str(user),
        sessions=[str(id) for id in ids],
        means=[str(means or "") for _, _, means in found],
        how=str(how),
        reason=reason,
    )
    return act.record(told, SYSTEM_STREAM)


def sweep() -> int:
    """Delete the rows of sessions that were not used for long; return how many."""
    return m.OpenSession.objects.filter(last_seen_at__lt=timezone.now() - KEPT).delete()[0]


def _own(actor: Actor, user: UUID) -> UUID | None:
    mine = actor.scopes is None and m.User.objects.filter(id=user, person=actor.human()).exists()
    return actor.memberships[0][0] if actor.memberships and mine else None
