"""What a person signs with a passkey or smart card: the statement, and whether what came back counts.

The statement is made again from the facts of now, and only what makes it fresh (nonce, time, ledger head) is
taken from the one that was signed: so whatever has changed since makes another text, which nobody signed.
What a kind of sign-off says beside that, its own act knows.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from custody import certificates, record, signoff
from custody import models as m
from custody.events import signing as events
from custody.record import SYSTEM_STREAM
from custody.signoff import Kind, NotSigned, SigningKey
from custody.terms import KeyForm, SignedType, SigningKeyState, SignOffDoubt, Text, VoteChoice, VoteMethod

from .base import Act, ActionError, Outcome

NONCE = 32
LASTS = {KeyForm.PASSKEY: signoff.LASTS, KeyForm.CERTIFICATE: signoff.LASTS_AWAY}
Members = Mapping[str, Any]
"""What a kind of sign-off says in a statement of its own, reason and choice among it."""


class Signed:
    """A statement as this site put it before a person, and what the person's key answered."""

    __slots__ = ("answer", "statement")

    def __init__(self, statement: str, answer: Any) -> None:
        self.statement = statement
        self.answer = answer


def form_of(signed: Signed) -> KeyForm:
    """Return with what an answer says that it was signed; whether it was, :func:`judged` tells."""
    with_card = isinstance(signed.answer, Mapping) and "signed_attributes" in signed.answer
    return KeyForm.CERTIFICATE if with_card else KeyForm.PASSKEY


@dataclass(frozen=True, slots=True)
class Held:
    """How a decision is bound to a person: the method, and of a signed one the statement, key and answer."""

    method: VoteMethod
    statement: str = ""
    key: m.SigningKey | None = None
    assertion: dict[str, str] | None = None

    @property
    def told(self) -> dict[str, Any]:
        """Return what an entry says of it."""
        return {
            "method": str(self.method),
            "key": str(self.key.id) if self.key else None,
            "key_entry": str(self.key.confirmed) if self.key else None,
            "assertion": self.assertion,
        }


def own_origin() -> str:
    """Return the one origin whose answers count: that of SITE_URL."""
    parts = urlsplit(settings.SITE_URL)
    return f"{parts.scheme}://{parts.netloc}"


def must_sign() -> bool:
    """Return whether approvals count here only when they are signed."""
    return settings.SIGN_OFF == "required"


def keys_of(person: UUID) -> list[m.SigningKey]:
    """Return the keys with which a person can sign here today."""
    rows = m.SigningKey.objects.in_force().filter(person=person, origin=own_origin(), rp_id=settings.RP_ID)
    return list(rows.order_by("created_at"))


def begin(
    kind: Kind, members: Members, person: UUID, now: dt.datetime, form: KeyForm = KeyForm.PASSKEY
) -> str:
    """Return a new statement for a person to sign with a key of a form: within five minutes, or thirty where
    it is taken away to be signed with a card. Records nothing."""
    origin, size, root = record.log_head()
    return _statement(
        kind, members, person,
        nonce=secrets.token_hex(NONCE),
        issued_at=signoff.moment_text(now),
        expires_at=signoff.moment_text(now + LASTS[form]),
        ledger={"origin": origin, "size": size, "root": root},
    )  # fmt: skip


def _statement(kind: Kind, members: Members, person: UUID, **fresh: Any) -> str:
    """Return the exact text that is signed; ``fresh`` is what sets it apart from every other."""
    return signoff.write(
        kind.type, **members, person=str(person), origin=own_origin(), rp_id=settings.RP_ID, **fresh
    )


def held(act: Act, kind: Kind, members: Members, signed: Signed | None, *, coded: bool) -> Held:
    """Judge how a decision is bound to a person, inside its act, which holds the person's row.

    Raises NotSigned for a signature that does not count, and for an approval without one where the house
    demands it; ActionError where the facts have changed since the statement was made.
    """
    if signed is not None:
        return judged(act, kind, members, signed)
    if VoteChoice(members["choice"]).approves and must_sign():
        raise NotSigned(SignOffDoubt.UNSIGNED)
    return Held(VoteMethod.CODE if coded else VoteMethod.PASSWORD)


def wanted(
    act: Act, kind: Kind, members: Members, signed: Signed | None, lacks: SignOffDoubt | None = None
) -> Held | None:
    """Judge the signature on what may be done without one too; None: it bears none.

    ``lacks``: why none will not do here. Raises NotSigned and ActionError as :func:`judged`.
    """
    if signed is not None:
        return judged(act, kind, members, signed)
    if lacks is not None:
        raise NotSigned(lacks)
    return None


def judged(act: Act, kind: Kind, members: Members, signed: Signed) -> Held:
    """Judge a signature inside its act, which holds the person's row.

    Raises NotSigned for one that does not count, ActionError where the facts have changed since the statement
    was made.
    """
    person = act.actor.human()
    key = _key(person, certificates.credential_of(signed.answer))
    public = SigningKey(str(person), key.credential, key.public_key, key.origin, key.rp_id, str(key.form))
    counter = certificates.judge(signed.statement, signed.answer, public)
    told = signoff.read(signed.statement)
    if any(told.get(name) != members[name] for name in (kind.object, "choice")) or told["type"] != kind.type:
        raise NotSigned(SignOffDoubt.CHALLENGE)
    if not signoff.in_time(told, act.now):
        raise NotSigned(SignOffDoubt.EXPIRED)
    if m.Signature.objects.filter(statement_sha256=record.digest_of_text(signed.statement)).exists():
        raise NotSigned(SignOffDoubt.USED)
    if _signed_for_another(person, key):
        raise NotSigned(SignOffDoubt.SAME_KEY)
    if key.form is KeyForm.PASSKEY:
        _count(act, key, counter)
    fresh = {name: told[name] for name in ("nonce", "issued_at", "expires_at", "ledger")}
    if _statement(kind, members, person, **fresh) != signed.statement:
        raise ActionError(CHANGED)
    return Held(VoteMethod(str(key.form)), signed.statement, key, dict(signed.answer))


CHANGED = Text(
    en="The facts have changed since this page was shown. Read them again, then decide.",
    zh="页面显示之后事实已有变化。请重新阅读后再作决定。",
)


def give(act: Act, kind: Kind, members: Members, held: Held | None, decision: UUID, stream: str) -> None:
    """Record the signature on a decision, in the same act, beside the entry of the decision itself; nothing
    where it bears none."""
    if held is None or held.key is None:
        return
    id, person = m.new_id(), act.actor.human()
    event = events.SignatureGiven(
        signature=str(id),
        type=kind.type,
        object=members[kind.object],
        decision_entry=str(decision),
        person=str(person),
        **held.told,
        statement=held.statement,
        statement_sha256=record.digest_of_text(held.statement),
    )
    keep(id, act.record(event, stream), kind, UUID(members[kind.object]), held, person, decision)


def keep(id: UUID, entry: UUID, kind: Kind, object: UUID, held: Held, person: UUID, decision: UUID) -> None:
    """Keep that a statement was signed, and for whom: no statement is signed twice, and no passkey signs for
    two people, whatever they sign. Nothing where it was not signed."""
    if held.key is None:
        return
    m.Signature.objects.create(
        id=id,
        entry=entry,
        type=SignedType(kind.type),
        object=object,
        decision_entry=decision,
        person_id=person,
        key=held.key,
        statement_sha256=record.digest_of_text(held.statement),
    )


def refuse(act: Act, kind: Kind, members: Members, signed: Signed | None, why: SignOffDoubt) -> Outcome:
    """Record that a signature did not count; the decision has no effect, and the person is told why."""
    person = act.actor.human()
    try:
        credential = certificates.credential_of(signed.answer) if signed else None
    except NotSigned:  # nonsense names no key
        credential = None
    key = m.SigningKey.objects.filter(person=person, credential=credential).first() if credential else None
    event = events.SigningRefused(
        person=str(person),
        type=kind.type,
        object=members[kind.object],
        key=str(key.id) if key else None,
        choice=members["choice"],
        why=str(why),
    )
    entry = act.record(event, SYSTEM_STREAM)
    act.turned_away = ActionError(
        Text(
            en=f"Not signed, so nothing was decided: {why.text.en}.",
            zh=f"未签署，决定未生效：{why.text.zh}。",
        )
    )
    return Outcome("refused", entry)


def _key(person: UUID, credential: str) -> m.SigningKey:
    """Return the person's key of this name, the one in force first. Raises NotSigned."""
    rows = list(m.SigningKey.objects.filter(person=person, credential=credential).order_by("created_at"))
    states = {row.state: row for row in rows}
    if SigningKeyState.CONFIRMED in states:
        return states[SigningKeyState.CONFIRMED]
    if SigningKeyState.ENDED in states:
        raise NotSigned(SignOffDoubt.REVOKED)
    known = m.Factor.objects.live().filter(user__person=person, credential=credential).exists()
    raise NotSigned(SignOffDoubt.NOT_CONFIRMED if rows or known else SignOffDoubt.KEY)


def _signed_for_another(person: UUID, key: m.SigningKey) -> bool:
    """Return whether this very key has ever signed for somebody else, whatever it signed."""
    same = Q(key__credential=key.credential) | Q(key__fingerprint=key.fingerprint)
    return m.Signature.objects.filter(same).exclude(person=person).exists()


def _count(act: Act, key: m.SigningKey, counter: int) -> None:
    """Keep the count of a passkey, which must have gone up unless it counts nothing. Raises NotSigned."""
    factor = m.Factor.objects.live().filter(id=key.factor_id).first()
    if factor is None:
        raise NotSigned(SignOffDoubt.REVOKED)
    if not (counter > factor.counter or counter == factor.counter == 0):
        raise NotSigned(SignOffDoubt.COUNTER)
    m.Factor.objects.filter(id=factor.id).update(counter=counter, last_used_at=act.now)
