"""What people sign in with beside a password: added, used, doubted, ended.

A factor counts while its row here is in force, and that row is what the ledger says. The secret of a code
app and the digests of recovery codes lie in the table of allauth, sealed or hashed, and count only beside
such a row. Whoever holds the database alone therefore adds no factor that the nightly check does not find.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings

from custody import at_rest, record
from custody import models as m
from custody.events import factor as events
from custody.permissions import NEED_A_FACTOR
from custody.record import SYSTEM_STREAM
from custody.terms import FactorDoubt, FactorEnd, FactorKind, Role, SessionEnd, Text

from . import locking, second_person, sessions, signing_keys
from .base import Act, ActionError, Actor, NotPermitted, Outcome, perform
from .entered import entered

CODES = 10
_SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that is read as another
_LENGTH = 16
STEP = 30
"""Seconds for which a code of an app counts (RFC 6238); the step before and after count too."""
_TYPES = {
    FactorKind.PASSKEY: Authenticator.Type.WEBAUTHN,
    FactorKind.TOTP: Authenticator.Type.TOTP,
    FactorKind.CODES: Authenticator.Type.RECOVERY_CODES,
}
SLIP_INSTEAD = Text(
    en="Nobody does this alone here. Ask for a slip for this person; an officer or another administrator "
    "confirms it.",
    zh="此事不得由一人单独办理。请为该人员申请凭条，由审批人或另一名系统管理员确认。",
)
GONE = Text(en="This way to sign in counts no more.", zh="该登录验证方式已失效。")


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey as a browser made it, judged already: id and COSE key in base64url, its count, and the whole
    answer, from which a sign-in is checked."""

    credential: str
    public_key: str
    counter: int
    answer: dict[str, Any]

    @property
    def fingerprint(self) -> str:
        """Return the SHA-256 of the COSE key, in hex."""
        return fingerprint(self.public_key)


def fingerprint(public_key: str) -> str:
    """Return the SHA-256 of a COSE key in base64url, in hex; nothing for nothing."""
    raw = base64.urlsafe_b64decode(public_key + "=" * (-len(public_key) % 4))
    return hashlib.sha256(raw).hexdigest() if public_key else ""


def must_have(roles: set[Role]) -> bool:
    """Return whether this site asks whoever has these roles for a factor."""
    return settings.SECOND_FACTOR == "required" and bool(roles & NEED_A_FACTOR)


def due(user: m.User) -> bool:
    """Return whether this user must add a factor before any other page is shown."""
    asked = must_have(user.roles()) or (settings.SECOND_FACTOR == "required" and user.is_superuser)
    return asked and not m.Factor.objects.filter(user=user).second().exists()


# --- added ------------------------------------------------------------------------------------------------


@entered(m.Factor, needed=("name",))
def enrol_passkey(actor: Actor, *, user: UUID, name: str, passkey: Passkey, keep: str = "") -> Outcome:
    """Let one's own sign-in be used with a passkey; sessions but that with the key ``keep`` end.

    Raises ActionError for one that is known already.
    """
    actor.require("factor.enrol", own=own(actor, user))

    def work(act: Act) -> Outcome:
        _keep_still(actor)
        if m.Factor.objects.live().filter(credential=passkey.credential).exists():
            raise ActionError(Text(en="This passkey is added already.", zh="该通行密钥已添加。"))
        row = _add(act, user, FactorKind.PASSKEY, name, passkey)
        data = {"name": name, "credential": passkey.answer, "factor": str(row.id)}
        Authenticator.objects.create(user_id=user, type=Authenticator.Type.WEBAUTHN, data=data)
        sessions.end_in(act, user, SessionEnd.FACTOR, keep=keep)
        return Outcome("done", row.entry, row)

    return perform(actor, work, verb="factor.enrol")


@entered(m.Factor, needed=("name",))
def enrol_app(actor: Actor, *, user: UUID, name: str, secret: str, code: str, keep: str = "") -> Outcome:
    """Let one's own sign-in be used with a code app that holds ``secret`` (base32) and shows ``code`` now.

    It takes the place of the app before. Raises ActionError for a wrong code.
    """
    actor.require("factor.enrol", own=own(actor, user))

    def work(act: Act) -> Outcome:
        _keep_still(actor)
        step = _step_of(secret, code, after=0)
        if step is None:
            raise ActionError(
                Text(
                    en="This code is wrong. Type the one that the app shows now; the clock of the phone "
                    "must be right.",
                    zh="验证码错误。请输入应用当前显示的验证码，并确认手机时间准确。",
                ),
                "code",
            )
        for old in m.Factor.objects.live().filter(user=user, kind=FactorKind.TOTP):
            _end(act, old, FactorEnd.REPLACED)
        row = _add(act, user, FactorKind.TOTP, name, counter=step)
        data = {"secret": at_rest.seal(secret, _about(FactorKind.TOTP, user, row.id)), "factor": str(row.id)}
        Authenticator.objects.create(user_id=user, type=Authenticator.Type.TOTP, data=data)
        sessions.end_in(act, user, SessionEnd.FACTOR, keep=keep)
        return Outcome("done", row.entry, row)

    return perform(actor, work, verb="factor.enrol")


def new_codes(actor: Actor, *, user: UUID) -> tuple[Outcome, list[str]]:
    """Make ten recovery codes, each good for one sign-in, in place of those before. They are shown this once.

    Raises ActionError without a factor that they could stand in for.
    """
    actor.require("factor.enrol", own=own(actor, user))
    codes = ["".join(secrets.choice(_SIGNS) for _ in range(_LENGTH)) for _ in range(CODES)]

    def work(act: Act) -> Outcome:
        _keep_still(actor)
        if not m.Factor.objects.filter(user=user).second().exists():
            raise ActionError(
                Text(
                    en="Recovery codes stand in for a passkey or a code app. Add one of these first.",
                    zh="恢复码用于代替通行密钥或验证码应用，请先添加其中一种。",
                )
            )
        for old in m.Factor.objects.live().filter(user=user, kind=FactorKind.CODES):
            _end(act, old, FactorEnd.REPLACED)
        row = _add(act, user, FactorKind.CODES, "")
        data = {"codes": [_digest(code, row.id) for code in codes], "factor": str(row.id)}
        Authenticator.objects.create(user_id=user, type=Authenticator.Type.RECOVERY_CODES, data=data)
        return Outcome("done", row.entry, row)

    outcome = perform(actor, work, verb="factor.enrol")
    return outcome, [] if outcome.again else ["-".join(c[n : n + 4] for n in range(0, 16, 4)) for c in codes]


# --- ended ------------------------------------------------------------------------------------------------


def remove(actor: Actor, *, factor: UUID, keep: str = "") -> Outcome:
    """End one's own factor at once; recovery codes go with the last one that they stood in for.

    Raises NotPermitted for another's, ActionError for the last one of somebody who must have one.
    """
    row = m.Factor.objects.filter(id=factor, user__person=actor.human()).select_related("user").first()
    if row is None:
        raise NotPermitted("factor.remove")
    actor.require("factor.remove", own=own(actor, row.user_id))

    def work(act: Act) -> Outcome:
        _keep_still(actor)
        current = m.Factor.objects.get(id=factor)
        act.unchanged(current)
        if current.ended_at is not None:
            return Outcome("done", current.entry, current)
        left = m.Factor.objects.filter(user=row.user_id).second().exclude(id=factor).exists()
        if not left and current.kind is not FactorKind.CODES:
            if must_have({role for _, role in actor.memberships}):
                raise ActionError(
                    Text(
                        en="Your role needs a second factor, and this is your last one. Add another first.",
                        zh="您的角色必须使用第二验证方式，这是最后一种。请先添加另一种。",
                    )
                )
            for codes in m.Factor.objects.live().filter(user=row.user_id, kind=FactorKind.CODES):
                _end(act, codes, FactorEnd.REMOVED)
        entry = _end(act, current, FactorEnd.REMOVED)
        sessions.end_in(act, row.user_id, SessionEnd.FACTOR, keep=keep)
        return Outcome("done", entry, current)

    return perform(actor, work, verb="factor.remove")


def end_all(actor: Actor, *, person: UUID, reason: str) -> Outcome:
    """End every factor of somebody who lost theirs: their password alone lets them in until they add another.

    Only where nobody could confirm a slip. Raises ActionError without a reason, for oneself, where there is
    none in force, and where a slip can be made.
    """
    actor.require("factor.end")
    reason = reason.strip()
    if not reason:
        raise ActionError(Text(en="Say why.", zh="请填写原因。"), "reason")
    if actor.person == person:
        raise ActionError(
            Text(
                en="These are your own. Another administrator must end them, or remove them yourself.",
                zh="不能终止本人的验证方式。请由其他系统管理员办理，或由本人移除。",
            )
        )

    def work(act: Act) -> Outcome:
        locking.update("person", [person])
        if actor.person and second_person.is_there(actor, person):
            raise ActionError(SLIP_INSTEAD)
        rows = list(m.Factor.objects.live().filter(user__person=person).order_by("id"))
        if not rows:
            raise ActionError(
                Text(en="This person has no way to sign in to end.", zh="该人员没有可终止的验证方式。")
            )
        entries = [_end(act, row, FactorEnd.ALONE, reason) for row in rows]
        for user in sorted({row.user_id for row in rows}):
            sessions.end_in(act, user, SessionEnd.FACTOR)
        return Outcome("done", entries[-1], rows[-1])

    return perform(actor, work, verb="factor.end")


def end_in(act: Act, user: UUID, how: FactorEnd) -> None:
    """End every factor of a sign-in, inside an act that holds its person."""
    for row in m.Factor.objects.live().filter(user=user).order_by("id"):
        _end(act, row, how)


# --- used -------------------------------------------------------------------------------------------------


def check_code(user: m.User, code: str, *, recovery: bool = True) -> Authenticator | None:
    """Return what a typed code belongs to, an app's or a recovery code; it counts this once. None: no code.

    Two at once with one code: one of them gets in. Without ``recovery`` an app's code alone counts.
    """
    actor = Actor.of(user)
    typed = code.strip().upper().replace("-", "").replace(" ", "")
    found: list[Authenticator] = []

    def work(act: Act) -> Outcome:
        _keep_still(actor)
        hit = _app(act, user, typed) or (_recovery(act, user, typed) if recovery else None)
        found[:] = [hit] if hit else []
        return Outcome("done", act.id)

    perform(actor, work)
    return found[0] if found else None


def check_passkey(user: m.User, credential: str, public_key: str, counter: int) -> bool:
    """Return whether an answer that was judged to be signed comes from a passkey in force.

    Its count must have gone up, unless it counts nothing (WebAuthn level 3, 6.1.1): else somebody may have
    copied it. That is refused and recorded.
    """
    actor = Actor.of(user)
    good: list[bool] = []

    def work(act: Act) -> Outcome:
        _keep_still(actor)
        row = m.Factor.objects.live().filter(user=user, credential=credential).first()
        known = row is not None and row.public_key == public_key
        fresh = known and row is not None and (counter > row.counter or counter == row.counter == 0)
        if row is not None and known and not fresh:
            act.record(_refused(user, FactorDoubt.COUNTER, row.id), SYSTEM_STREAM)
        if row is not None and fresh:
            m.Factor.objects.filter(id=row.id).update(counter=counter, last_used_at=act.now)
        good[:] = [bool(fresh)]
        return Outcome("done", act.id)

    perform(actor, work)
    return good[0]


def refuse_guesses(user: m.User) -> None:
    """Record that somebody who knows the password typed too many wrong codes."""

    def work(act: Act) -> Outcome:
        return Outcome("done", act.record(_refused(user, FactorDoubt.GUESSED, None), SYSTEM_STREAM))

    perform(Actor.setup(), work)


def _refused(user: m.User, why: FactorDoubt, factor: UUID | None) -> events.FactorRefused:
    return events.FactorRefused(user=str(user.pk), factor=str(factor) if factor else None, why=str(why))


def _app(act: Act, user: m.User, code: str) -> Authenticator | None:
    row = m.Factor.objects.live().filter(user=user, kind=FactorKind.TOTP).first()
    kept = _kept(row)
    if row is None or kept is None:
        return None
    try:
        secret = at_rest.unseal(str(kept.data.get("secret")), _about(FactorKind.TOTP, user.pk, row.id))
    except at_rest.NotOpened:
        return None
    step = _step_of(secret, code, after=row.counter)
    if step is None:
        return None
    m.Factor.objects.filter(id=row.id).update(counter=step, last_used_at=act.now)
    return kept


def _recovery(act: Act, user: m.User, code: str) -> Authenticator | None:
    row = m.Factor.objects.live().filter(user=user, kind=FactorKind.CODES).first()
    kept = _kept(row)
    if row is None or kept is None or not m.Factor.objects.filter(user=user).second().exists():
        return None
    typed, left = _digest(code, row.id), list(kept.data.get("codes", []))
    if typed not in left:
        return None
    left.remove(typed)
    kept.data["codes"] = left
    kept.save(update_fields=["data"])
    m.Factor.objects.filter(id=row.id).update(last_used_at=act.now)
    event = events.FactorRecovered(user=str(user.pk), factor=str(row.id), left=len(left))
    act.record(event, SYSTEM_STREAM)
    return kept


def codes_left(row: m.Factor) -> int:
    """Return how many recovery codes of a set were not used yet."""
    kept = _kept(row)
    return len(kept.data.get("codes", [])) if kept else 0


def _step_of(secret: str, code: str, after: int) -> int | None:
    """Return the step whose code this is, of those around now that come after the last one used."""
    now = int(time.time()) // STEP
    for step in (now - 1, now, now + 1):
        if step > after and compare_user_code(
            actual=code, expected=format_hotp_value(hotp_value(secret, step))
        ):
            return step
    return None


# --- rows -------------------------------------------------------------------------------------------------


def own(actor: Actor, user: UUID) -> UUID | None:
    """Return a party of the actor's where this is their own sign-in, used by a person and not by a key."""
    mine = actor.scopes is None and m.User.objects.filter(id=user, person=actor.human()).exists()
    return actor.memberships[0][0] if actor.memberships and mine else None


def _keep_still(actor: Actor) -> None:
    """Let no other act change the factors of this person meanwhile."""
    locking.update("person", [actor.human()])


def _kept(row: m.Factor | None) -> Authenticator | None:
    """Return what is kept beside a factor; None where it was lost."""
    if row is None:
        return None
    return Authenticator.objects.filter(
        user_id=row.user_id, type=_TYPES[row.kind], data__factor=str(row.id)
    ).first()


def _add(
    act: Act, user: UUID, kind: FactorKind, name: str, passkey: Passkey | None = None, counter: int = 0
) -> m.Factor:
    id = m.new_id()
    credential, public_key = (passkey.credential, passkey.public_key) if passkey else ("", "")
    entry = act.record(
        events.FactorEnrolled(
            factor=str(id),
            user=str(user),
            means=str(kind),
            name=name,
            credential=credential,
            public_key=public_key,
            fingerprint=passkey.fingerprint if passkey else "",
        ),
        SYSTEM_STREAM,
    )
    return m.Factor.objects.create(
        id=id,
        entry=entry,
        user_id=user,
        kind=kind,
        name=name,
        credential=credential,
        public_key=public_key,
        counter=passkey.counter if passkey else counter,
    )


def _end(act: Act, row: m.Factor, how: FactorEnd, reason: str = "") -> UUID:
    kept = _kept(row)
    event = events.FactorRemoved(
        factor=str(row.id),
        user=str(row.user_id),
        how=str(how),
        reason=reason,
        ended_at=record.time_text(act.now),
    )
    row.entry = act.record(event, SYSTEM_STREAM)
    row.ended_at, row.ended_how = act.now, how
    row.save(update_fields=["entry", "ended_at", "ended_how"])
    if kept is not None:
        kept.delete()
    signing_keys.end_with(act, row)
    return row.entry


def _about(kind: FactorKind, user: UUID, factor: UUID) -> str:
    return f"{kind}:{user}:{factor}"


def _digest(code: str, factor: UUID) -> str:
    """Return what is kept of a recovery code; it has 80 random bits, so a plain hash is not guessed back."""
    return hashlib.sha256(f"{factor}:{code}".encode()).hexdigest()
