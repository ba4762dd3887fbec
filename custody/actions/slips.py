"""Slips: what opens a sign-in anew, asked for by one person, confirmed by another, and used once by a third.

Each of the two who make a slip is shown one code of 80 random bits, once. Neither can use it alone, so
neither can act as the person whose sign-in it is for; both hand their half to that person. Of a code only a
digest is kept, and it stands in the entry: whoever holds the database alone changes none that the nightly
check does not find.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from custody import models as m
from custody import passwords, record, scope
from custody.events import slip as events
from custody.models.people import gone_before
from custody.record import SYSTEM_STREAM
from custody.terms import (
    FactorEnd,
    FirstPassword,
    PinEnd,
    SessionEnd,
    SlipDoubt,
    SlipEnd,
    SlipHalf,
    SlipPurpose,
    SlipState,
    Source,
    Text,
)
from custody.transitions import SLIP, move

from . import factors, locking, pins, registers, second_person, sessions
from .base import Act, ActionError, Actor, NotPermitted, Outcome, perform
from .entered import entered

SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""None that is read as another."""
LENGTH = 16
TRIES = 5
"""Wrong tries that end a slip."""
_NOBODY = Text(
    en="Nobody else could confirm it: that takes an officer or administrator of the house who can sign in, "
    "and is neither you nor the person whom it is for.",
    zh="没有可确认的人员：须由本单位可登录的另一名审批人或系统管理员确认，且不得为申请人或账号本人。",
)
_OWN = Text(
    en="This is for your own sign-in. Two others must make the slip.",
    zh="这是您本人的账号，凭条须由另外两人经办。",
)


def fold(typed: str) -> str:
    """Return a code as it was made, whatever blanks and dashes were typed; empty for what cannot be one."""
    plain = "".join(c for c in unicodedata.normalize("NFKC", typed).upper() if c not in " -–—\t")
    return plain if len(plain) == LENGTH and set(plain) <= set(SIGNS) else ""


def grouped(code: str) -> str:
    """Return a code as it is printed and read out."""
    return "-".join(code[n : n + 4] for n in range(0, len(code), 4))


# --- made -------------------------------------------------------------------------------------------------


@entered(m.User, m.Slip, needed=("username", "reason"))
def invite(actor: Actor, *, person: UUID, username: str, reason: str) -> tuple[Outcome, str]:
    """Give a sign-in without a password, and ask for the slip that opens it. Object: the slip; with it the
    first half, empty where the form was sent before.

    Raises ActionError for oneself, and where nobody could confirm.
    """
    actor.require("sign_in.give")

    def made(act: Act) -> m.User:
        found = m.Person.objects.filter(id=person).first()
        if found is None:
            raise ActionError(Text(en="There is no such person.", zh="没有此人员。"))
        return registers.add_sign_in(act, found, username, None, FirstPassword.SLIP)[0]

    return _ask(actor, person, made, SlipPurpose.INVITATION, reason)


@entered(m.Slip, needed=("reason",))
def ask(actor: Actor, *, user: UUID, purpose: SlipPurpose, reason: str) -> tuple[Outcome, str]:
    """Ask for a slip for a sign-in that is there; one that was open ends. As for :func:`invite`.

    Raises ActionError for a purpose that does not fit the sign-in.
    """
    row = m.User.objects.filter(id=user).first()
    if row is None:
        raise ActionError(Text(en="There is no such sign-in.", zh="没有此账号。"), "user")
    return _ask(actor, row.person_id, lambda act: m.User.objects.get(id=user), purpose, reason)


def _ask(
    actor: Actor, person: UUID, whose: Callable[[Act], m.User], purpose: SlipPurpose, reason: str
) -> tuple[Outcome, str]:
    actor.require("slip.ask")
    code = _code()

    def work(act: Act) -> Outcome:
        locking.update("person", [person])
        if person == actor.human():
            raise ActionError(_OWN)
        if not second_person.is_there(actor, person):
            raise ActionError(_NOBODY)
        user = whose(act)
        _must_fit(act, user, purpose)
        end_open(act, user.pk, SlipEnd.REPLACED)
        id = m.new_id()
        expires = act.now + dt.timedelta(hours=settings.SLIP_HOURS)
        told = {"purpose": purpose, "reason": reason.strip()}
        entry = act.record(
            events.SlipAsked(
                slip=str(id),
                user=str(user.pk),
                purpose=str(purpose),
                reason=told["reason"],
                asked_by=str(actor.human()),
                half_sha256=_digest(id, SlipHalf.FIRST, code),
                expires_at=record.time_text(expires),
            ),
            SYSTEM_STREAM,
        )
        row = m.Slip.objects.create(
            id=id,
            entry=entry,
            sign_in=user,
            asked_by_id=actor.human(),
            first_sha256=_digest(id, SlipHalf.FIRST, code),
            expires_at=expires,
            state=SlipState.ASKED,
            **told,
        )
        return Outcome("held", entry, row)

    outcome = perform(actor, work, verb="slip.ask")
    return outcome, "" if outcome.again else code


@entered(m.Slip)
def confirm(actor: Actor, *, slip: UUID) -> tuple[Outcome, str]:
    """Agree that a slip opens a sign-in. Object: the slip; with it the second half, shown this once.

    That its asker or the person whom it is for wanted to confirm it is recorded, and then an ActionError.
    """
    actor.require("slip.confirm")
    code = _code()

    def work(act: Act) -> Outcome:
        row = _locked(act, slip)
        person = row.sign_in.person_id
        if actor.human() in (row.asked_by_id, person):
            own = actor.human() == person
            why = SlipDoubt.OWN if own else SlipDoubt.ASKER
            act.turned_away = ActionError(
                _OWN
                if own
                else Text(
                    en="You asked for it. Another officer or administrator must confirm it.",
                    zh="您是申请人，须由其他审批人或系统管理员确认。",
                )
            )
            return Outcome("refused", _refused(act, row, why), row)
        state = move(SLIP, row.state, "confirm")
        if row.expires_at <= act.now:
            raise ActionError(
                Text(en="This has run out. It must be asked for anew.", zh="该凭条已过期，须重新申请。")
            )
        _must_fit(act, row.sign_in, row.purpose)
        digest = _digest(row.id, SlipHalf.SECOND, code)
        entry = act.record(
            events.SlipConfirmed(
                slip=str(row.id),
                user=str(row.sign_in_id),
                confirmed_by=str(actor.human()),
                half_sha256=digest,
            ),
            SYSTEM_STREAM,
        )
        row.state, row.entry, row.second_sha256 = SlipState(state), entry, digest
        row.confirmed_by_id = actor.human()
        row.save()
        return Outcome("done", entry, row)

    outcome = perform(actor, work, verb="slip.confirm")
    return outcome, "" if outcome.again else code


def print_half(actor: Actor, *, slip: UUID, code: str) -> tuple[Outcome, SlipHalf]:
    """Note that one's own half is being printed, once; ``code`` is what its maker was shown.

    Raises NotPermitted for whoever made no half of it, ActionError for another code and the second time.
    """
    actor.require("slip.print")
    found: list[SlipHalf] = []

    def work(act: Act) -> Outcome:
        row = _locked(act, slip)
        makers = {row.asked_by_id: SlipHalf.FIRST, row.confirmed_by_id: SlipHalf.SECOND}
        half = makers.get(actor.human())
        if half is None:
            raise NotPermitted("slip.print")
        found[:] = [half]
        column = "first_printed" if half is SlipHalf.FIRST else "second_printed"
        digest = row.first_sha256 if half is SlipHalf.FIRST else row.second_sha256
        if not hmac.compare_digest(digest, _digest(row.id, half, fold(code))):
            raise ActionError(Text(en="This is not the code of your half.", zh="这不是您所持一联的代码。"))
        if row.ended_at is not None or row.expires_at <= act.now:
            raise ActionError(Text(en="This slip opens nothing any more.", zh="该凭条已失效。"))
        if getattr(row, column) is not None:
            raise ActionError(
                Text(
                    en="Your half was printed already. Where the paper is lost, ask for another slip.",
                    zh="您所持一联已打印过。纸件遗失的，请重新申请凭条。",
                )
            )
        entry = act.record(
            events.SlipPrinted(slip=str(row.id), user=str(row.sign_in_id), half=str(half)), SYSTEM_STREAM
        )
        row.entry = entry
        setattr(row, column, entry)
        row.save()
        return Outcome("done", entry, row)

    outcome = perform(actor, work, verb="slip.print")
    return outcome, found[0] if found else SlipHalf.FIRST


@entered(m.Slip)
def end(actor: Actor, *, slip: UUID, reason: str = "") -> Outcome:
    """End a slip at once: one's own that one did not want, or as officer or administrator anybody's."""
    row = m.Slip.objects.select_related("sign_in").get(id=slip)
    owner = row.sign_in.person_id == actor.human()
    if owner:
        own = actor.memberships[0][0] if actor.memberships and actor.scopes is None else None
        actor.require("slip.end", own=own)
    else:
        actor.require("slip.revoke")
    if not reason.strip():
        raise ActionError(Text(en="Say why.", zh="请填写原因。"), "reason")

    def work(act: Act) -> Outcome:
        current = _locked(act, slip)
        how = SlipEnd.OWNER if owner else SlipEnd.REVOKED
        return Outcome("done", _end(act, current, how, reason.strip()), current)

    return perform(actor, work, verb="slip.end" if owner else "slip.revoke")


def end_open(act: Act, user: UUID, how: SlipEnd) -> None:
    """End what is open for a sign-in, inside an act that holds its person."""
    for row in m.Slip.objects.open().filter(sign_in=user):
        _end(act, row, how)


def end_leavers() -> int:
    """End what is open for people whose last day is over everywhere on Earth; return for how many."""
    rows = m.Slip.objects.live().filter(sign_in__person__leaves_on__lt=gone_before(timezone.now()))
    found = sorted(set(rows.values_list("sign_in", "sign_in__person")))
    for user, person in found:

        def work(act: Act, user: UUID = user, person: UUID = person) -> Outcome:
            locking.update("person", [person])
            end_open(act, user, SlipEnd.LEAVER)
            return Outcome("done", act.id)

        perform(Actor.setup(), work)
    return len(found)


# --- used -------------------------------------------------------------------------------------------------


def set_password(*, username: str, codes: tuple[str, str], password: str) -> Outcome | None:
    """Give a sign-in the password that its owner chose, for both halves of a slip. None: no such slip.

    All sessions of it end. Raises ActionError for a weak password, before anything is looked up.
    """
    if weak := passwords.fault(password, username):
        raise ActionError(weak, "password")

    def effect(act: Act, user: m.User) -> None:
        user.set_password(password)
        user.save(update_fields=["password"])

    return _use(username, codes, (SlipPurpose.INVITATION, SlipPurpose.PASSWORD), effect)


def end_factors(*, user: m.User, codes: tuple[str, str]) -> Outcome | None:
    """End every factor of somebody who has just given their password, for both halves of a slip.

    All sessions of it end. None: no such slip.
    """

    def effect(act: Act, user: m.User) -> None:
        factors.end_in(act, user.pk, FactorEnd.SLIP)

    return _use(user.username, codes, (SlipPurpose.FACTOR,), effect)


def _use(
    username: str,
    codes: tuple[str, str],
    purposes: tuple[SlipPurpose, ...],
    effect: Callable[[Act, m.User], None],
) -> Outcome | None:
    with scope.whole():  # whoever asks is not signed in
        user = m.User.objects.filter(username=username).first()
        row = m.Slip.objects.filter(sign_in__username=username).order_by("-id").first()
    if user is None or row is None:
        return None
    typed = (fold(codes[0]), fold(codes[1]))

    def work(act: Act) -> Outcome:
        locking.update("person", [user.person_id])
        current = m.Slip.objects.select_related("sign_in__person").get(id=row.id)
        doubt = _doubt(act, current, typed, purposes)
        if doubt is not None:
            act.actor = Actor.setup()  # who tried is not known
            return Outcome("refused", _wrong(act, current, doubt), current)
        current.state = SlipState(move(SLIP, current.state, "use"))
        current.ended_at = act.now
        current.entry = act.record(
            events.SlipUsed(
                slip=str(current.id),
                user=str(user.pk),
                purpose=str(current.purpose),
                used_at=record.time_text(act.now),
            ),
            SYSTEM_STREAM,
        )
        current.save()
        effect(act, current.sign_in)
        pins.end_of(act, user.pk, PinEnd.SLIP)
        sessions.end_in(act, user.pk, SessionEnd.SLIP)
        return Outcome("done", current.entry, current)

    return perform(Actor.of(user, Source.SCREEN), work)


def _doubt(
    act: Act, row: m.Slip, typed: tuple[str, str], purposes: tuple[SlipPurpose, ...]
) -> SlipDoubt | None:
    """Return why both codes do not count, in the order in which it says least; None: they do."""
    one, other = typed
    if not (_fits(row, one, other) | _fits(row, other, one)):
        return SlipDoubt.WRONG
    if row.state is SlipState.USED:
        return SlipDoubt.USED
    if row.state is not SlipState.CONFIRMED:
        return SlipDoubt.ENDED
    if row.expires_at <= act.now:
        return SlipDoubt.EXPIRED
    if not row.sign_in.is_active or row.sign_in.person.has_left(act.now):
        return SlipDoubt.GONE
    return None if row.purpose in purposes else SlipDoubt.PURPOSE


def _fits(row: m.Slip, first: str, second: str) -> bool:
    """Return whether these are the two codes of a slip; as long for a wrong one as for a right one."""
    one = hmac.compare_digest(row.first_sha256, _digest(row.id, SlipHalf.FIRST, first))
    other = hmac.compare_digest(row.second_sha256, _digest(row.id, SlipHalf.SECOND, second))
    return bool(first and second) and one & other


def _wrong(act: Act, row: m.Slip, why: SlipDoubt) -> UUID:
    """Count a wrong try, as an entry as long as there are few; the last one ends the slip."""
    dead = row.ended_at is not None
    if row.tries >= TRIES or (dead and why is SlipDoubt.WRONG):
        return act.id  # nothing is behind it any more
    row.tries += 1
    entry = _refused(act, row, why)
    if not dead and row.tries >= TRIES:
        return _end(act, row, SlipEnd.GUESSED)
    return entry


def tell_used(user: m.User) -> list[m.Slip]:
    """Return the slips whose use was not told to their owner yet; they are told now."""
    rows = m.Slip.objects.filter(sign_in=user, state=SlipState.USED, told_at__isnull=True)
    with scope.whole():  # the request began as nobody's
        found = list(rows.select_related("asked_by", "confirmed_by").order_by("id"))
        if found:
            m.Slip.objects.filter(id__in=[row.id for row in found]).update(told_at=timezone.now())
    return found


# --- rows -------------------------------------------------------------------------------------------------


def _must_fit(act: Act, user: m.User, purpose: SlipPurpose) -> None:
    """Raise ActionError where a sign-in does not need what a slip would do."""
    if not user.is_active or user.person.has_left(act.now):
        raise ActionError(
            Text(en="This sign-in is shut, or its person has left.", zh="该账号已关闭，或人员已离岗。")
        )
    if user.has_usable_password() is (purpose is SlipPurpose.INVITATION):
        raise ActionError(
            Text(
                en="An invitation is for a sign-in that never had a password; all else for one that has.",
                zh="“初始密码”仅用于未设密码的账号，其他用途仅用于已设密码的账号。",
            ),
            "purpose",
        )
    if purpose is SlipPurpose.FACTOR and not m.Factor.objects.live().filter(user=user).exists():
        raise ActionError(
            Text(
                en="This sign-in has no second factor to end.",
                zh="该账号没有可终止的第二验证方式。",
            ),
            "purpose",
        )


def _locked(act: Act, slip: UUID) -> m.Slip:
    person = m.Slip.objects.values_list("sign_in__person", flat=True).get(id=slip)
    locking.update("person", [person])
    row = m.Slip.objects.select_related("sign_in__person").get(id=slip)
    act.unchanged(row)
    return row


def _refused(act: Act, row: m.Slip, why: SlipDoubt) -> UUID:
    row.entry = act.record(
        events.SlipRefused(slip=str(row.id), user=str(row.sign_in_id), why=str(why), tries=row.tries),
        SYSTEM_STREAM,
    )
    row.save()
    return row.entry


def _end(act: Act, row: m.Slip, how: SlipEnd, reason: str = "") -> UUID:
    verb = "revoke" if how is SlipEnd.REVOKED else "end"
    row.state = SlipState(move(SLIP, row.state, verb))
    event = events.SlipEnded(
        slip=str(row.id),
        user=str(row.sign_in_id),
        how=str(how),
        reason=reason,
        ended_at=record.time_text(act.now),
    )
    row.entry = act.record(event, SYSTEM_STREAM)
    row.ended_at, row.ended_how = act.now, how
    row.save()
    return row.entry


def _code() -> str:
    return "".join(secrets.choice(SIGNS) for _ in range(LENGTH))


def _digest(slip: UUID, half: SlipHalf, code: str) -> str:
    """Return what is kept of a code; it has 80 random bits, so a plain hash is not guessed back."""
    return hashlib.sha256(f"{slip}:{half}:{code}".encode()).hexdigest()
