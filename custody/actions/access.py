"""What was given is taken back: a role gets an earlier last day, leave to read a project ends, a sign-in is
closed and opened again.

What was there before stays beside the row, so that who might do what can be told for any past day.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal
from uuid import UUID

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from custody import models as m
from custody import record, regimes
from custody.applying.access import ended
from custody.events import access as events
from custody.record import SYSTEM_STREAM
from custody.terms import PinEnd, Role, SessionEnd, SigningKeyEnd, SlipEnd, Text

from . import keys, locking, pins, sessions, signing_keys, slips
from .base import Act, ActionError, Actor, Outcome, perform
from .correcting import keep_correction
from .entered import entered
from .grants import stream_of, told_of

_OVER = Text(en="It has ended already.", zh="已经终止。")
_LAST = Text(
    en="Nobody else administers this site then. Give the role to somebody who can sign in first.",
    zh="届时将没有其他系统管理员。请先将该角色授予另一名可登录的人员。",
)
_OWN = Text(
    en="This is your own sign-in. Another administrator must do it.",
    zh="这是您本人的账号，须由其他系统管理员办理。",
)


@entered(needed=("reason",))
def end_membership(actor: Actor, *, membership: UUID, reason: str, ends: dt.date | None = None) -> Outcome:
    """End a role: after its last day ``ends``, or at once where none is given. Object: the membership.

    Raises ActionError without a reason, for one that has ended, for a last day that is past or no earlier
    than the one it has, and for the role of the last administrator of the house.
    """
    row = m.Membership.objects.get(id=membership)
    actor.require("membership.end")

    def work(act: Act) -> Outcome:
        administers = row.role is Role.ADMINISTRATOR and row.party_id == actor.house
        if administers:
            locking.update("party", [row.party_id])
        locking.update("person", [row.person_id])
        current = m.Membership.objects.get(id=membership)
        act.unchanged(current)
        today = timezone.localdate(act.now)
        if current.ended_at or (current.ends and current.ends < today):
            raise ActionError(_OVER)
        last = max(current.starts, today) if ends is None else _last_day(current, ends, today)
        if administers:
            free = today if ends is None else last + dt.timedelta(days=1)
            if not _administrators(free).exclude(id=membership).exists():
                raise ActionError(_LAST, "ends")
        moment = act.now if ends is None else None
        told: dict[str, Any] = {
            "ends_before": current.ends.isoformat() if current.ends else None,
            "ends": last.isoformat(),
            "ended_at": record.time_text(moment) if moment else None,
        }
        event = events.MembershipEnded(
            membership=str(current.id),
            person=str(current.person_id),
            party=str(current.party_id),
            role=str(current.role),
            corrects=str(current.entry),
            reason=reason,
            **told,
        )
        return _ended(act, current, act.record(event, SYSTEM_STREAM), last, moment, told, reason)

    return perform(actor, work, verb="membership.end")


@entered(needed=("reason",))
def end_grant(actor: Actor, *, grant: UUID, reason: str) -> Outcome:
    """End a regulator's leave to read, at once. Object: the grant.

    Raises ActionError without a reason, and for one that has ended.
    """
    row = m.Grant.objects.select_related("project").get(id=grant)
    actor.require("grant.end")

    def work(act: Act) -> Outcome:
        locking.update("person", [row.person_id])
        current = m.Grant.objects.get(id=grant)
        act.unchanged(current)
        zone_of = row.project
        today = regimes.today(zone_of.regime, act.now) if zone_of else timezone.localdate(act.now)
        if current.ended_at or current.ends < today:
            raise ActionError(_OVER)
        last = max(current.starts, today)
        told = {
            "ends_before": current.ends.isoformat(),
            "ends": last.isoformat(),
            "ended_at": record.time_text(act.now),
        }
        event = events.GrantOfMoreEnded(
            grant=str(current.id),
            person=str(current.person_id),
            **told_of(current),
            corrects=str(current.entry),
            reason=reason,
            **told,
        )
        entry = act.record(event, stream_of(current))
        return _ended(act, current, entry, last, act.now, told, reason)

    return perform(actor, work, verb="grant.end")


@entered(needed=("reason",))
def close_sign_in(actor: Actor, *, person: UUID, reason: str) -> Outcome:
    """Close the sign-ins of a person, and end what is open by them: sessions, keys for programs, passkeys
    that sign, slips. Object: the last sign-in closed.

    Raises ActionError without a reason, for one's own, where none is open, and where nobody else who
    administers the house could come in.
    """
    actor.require("sign_in.close")
    _anothers(actor, person)

    def work(act: Act) -> Outcome:
        administers = _administrators(timezone.localdate(act.now))
        if actor.house and administers.filter(person=person).exists():
            locking.update("party", [actor.house])
            if not administers.exclude(person=person).exists():
                raise ActionError(_LAST)
        _locked(act, person)
        open_ones = list(m.User.objects.filter(person=person, is_active=True).order_by("id"))
        if not open_ones:
            raise ActionError(
                Text(en="This person has no sign-in that is open.", zh="该人员没有开放的登录账号。")
            )
        entry = act.id
        for row in open_ones:
            corrects = _set_by(row)
            event = events.SignInClosed(
                user=str(row.pk), person=str(person), corrects=str(corrects), reason=reason
            )
            entry = act.record(event, SYSTEM_STREAM)
            row.closed, row.is_active = entry, False
            row.save(update_fields=["closed", "is_active"])
            changes = {"closed": [None, str(entry)]}
            keep_correction(act, entry, row, corrects=corrects, changes=changes, reason=reason)
            shut(act, row.pk, "closed", reason)
        return Outcome("done", entry, open_ones[-1])

    return perform(actor, work, verb="sign_in.close")


@entered(needed=("reason",))
def open_sign_in(actor: Actor, *, person: UUID, reason: str) -> Outcome:
    """Open the sign-ins of a person that were closed. What had ended with them stays ended. Object: the last
    sign-in opened.

    Raises ActionError without a reason, for one's own, where none was closed, and for a person about whom
    everything was erased.
    """
    actor.require("sign_in.open")
    _anothers(actor, person)

    def work(act: Act) -> Outcome:
        _locked(act, person)
        closed = list(m.User.objects.filter(person=person, closed__isnull=False).order_by("id"))
        if not closed:
            raise ActionError(
                Text(en="This person has no sign-in that was closed.", zh="该人员没有已关闭的登录账号。")
            )
        if record.naming(str(person), ["person.erased/1"]):
            raise ActionError(
                Text(en="Everything about this person is erased.", zh="此人员的个人信息已全部删除。")
            )
        entry = act.id
        for row in closed:
            corrects = row.closed or act.id
            event = events.SignInOpened(
                user=str(row.pk), person=str(person), corrects=str(corrects), reason=reason
            )
            entry = act.record(event, SYSTEM_STREAM)
            row.closed, row.is_active = None, True
            row.save(update_fields=["closed", "is_active"])
            changes = {"closed": [str(corrects), None]}
            keep_correction(act, entry, row, corrects=corrects, changes=changes, reason=reason)
        return Outcome("done", entry, closed[-1])

    return perform(actor, work, verb="sign_in.open")


def shut(act: Act, user: UUID, why: Literal["closed", "leaver"], reason: str = "") -> None:
    """End all by which a sign-in acts, inside an act that holds its person: sessions, slips, passkeys that
    sign decisions, its PIN at counters, keys for programs."""
    sessions.end_in(act, user, SessionEnd(why), reason=reason)
    slips.end_open(act, user, SlipEnd(why))
    signing_keys.end_of(act, user, SigningKeyEnd(why))
    pins.end_of(act, user, PinEnd(why))
    keys.end_of(act, user)


def _anothers(actor: Actor, person: UUID) -> None:
    if actor.person == person:
        raise ActionError(_OWN)


def _locked(act: Act, person: UUID) -> None:
    locking.update("person", [person])
    row = m.Person.objects.filter(id=person).first()
    if row is None:
        raise ActionError(Text(en="There is no such person.", zh="没有此人员。"))
    act.unchanged(row)


def _last_day(row: m.Membership, ends: dt.date, today: dt.date) -> dt.date:
    """Return the last day as asked. Raises ActionError for one that ends nothing, or ended before now."""
    if ends < today:
        raise ActionError(
            Text(
                en="This day is past. Leave the day empty to end it at once.",
                zh="该日期已过。如需立即终止，请不填日期。",
            ),
            "ends",
        )
    if ends < row.starts:
        raise ActionError(
            Text(
                en="The role begins after this day. Leave the day empty, and it does not begin.",
                zh="该角色在此日期之后才开始。不填日期则不再开始。",
            ),
            "ends",
        )
    if row.ends and ends >= row.ends:
        raise ActionError(Text(en="It ends no later already.", zh="该角色原定终止日期不晚于此日期。"), "ends")
    return ends


def _administrators(on: dt.date) -> Any:
    """Return the roles of those who administer the house on a day and can come in."""
    linked = m.Identity.objects.live().filter(user=OuterRef("pk"))
    barred = Q(password__startswith=UNUSABLE_PASSWORD_PREFIX) | Q(password="")
    able = m.User.objects.filter(is_active=True).filter(~barred | Exists(linked))
    return m.Membership.objects.current(on).filter(
        Q(person__leaves_on__isnull=True) | Q(person__leaves_on__gte=on),
        party=m.Site.operator_id_or_none(),
        role=Role.ADMINISTRATOR,
        person__in=able.values("person"),
    )


def _ended(
    act: Act,
    row: m.Membership | m.Grant,
    entry: UUID,
    last: dt.date,
    moment: dt.datetime | None,
    told: dict[str, Any],
    reason: str,
) -> Outcome:
    changes = ended(told["ends_before"], told["ends"], told["ended_at"])
    keep_correction(act, entry, row, corrects=row.entry, changes=changes, reason=reason)
    row.ends, row.ended_at, row.entry = last, moment, entry
    row.save()
    return Outcome("done", entry, row)


def _set_by(row: m.User) -> UUID:
    """Return the entry that last opened a sign-in, or gave it; that of its person where none did."""
    before = m.Correction.objects.of(row).order_by("created_at").last()
    if before is not None:
        return before.entry
    given = record.naming(str(row.pk), ["sign_in.given/1", "sign_in.given/2"])
    return given[0].id if given else m.Person.objects.get(id=row.person_id).entry
