"""A vote that its officer signs with a passkey: the statement, and whether what came back counts.

The statement is made again from the facts of now, and only what makes it fresh (nonce, time, ledger head) is
taken from the one that was signed: so whatever has changed since makes another text, which nobody signed.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from custody import models as m
from custody import record, signoff
from custody.events import signing as events
from custody.evidence.words import EvidenceOf
from custody.policy.rules.approvals_delegated import delegation
from custody.record import SYSTEM_STREAM
from custody.signoff import Assertion, NotSigned, SigningKey
from custody.terms import SigningKeyState, SignOffDoubt, Text, VoteChoice, VoteMethod

from . import against
from .base import Act, ActionError, Outcome
from .conditioning import Asked
from .deciding import Ruling
from .limiting import Limit
from .signing_keys import own_origin

NONCE = 32


class Signed:
    """A statement as this site put it before its officer, and what the officer's passkey answered."""

    __slots__ = ("answer", "statement")

    def __init__(self, statement: str, answer: Any) -> None:
        self.statement = statement
        self.answer = answer


@dataclass(frozen=True, slots=True)
class Said:
    """What an officer says beside yes or no."""

    reason: str
    conditions: Sequence[Asked] = ()
    limit: Limit | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """How a vote is bound to its officer: the method, and of a signed one the statement, key and answer."""

    method: VoteMethod
    statement: str = ""
    key: m.SigningKey | None = None
    assertion: dict[str, str] | None = None

    @property
    def told(self) -> dict[str, Any]:
        """Return what the entry of the vote says of it."""
        return {
            "method": str(self.method),
            "key": str(self.key.id) if self.key else None,
            "key_entry": str(self.key.confirmed) if self.key else None,
            "assertion": self.assertion,
        }


def must_sign() -> bool:
    """Return whether approvals count here only when they are signed."""
    return settings.SIGN_OFF == "required"


def keys_of(person: UUID) -> list[m.SigningKey]:
    """Return the passkeys with which a person can sign here today."""
    rows = m.SigningKey.objects.in_force().filter(person=person, origin=own_origin(), rp_id=settings.RP_ID)
    return list(rows.order_by("created_at"))


def begin(
    approval: m.Approval, ruling: Ruling, choice: VoteChoice, person: UUID, said: Said, now: dt.datetime
) -> str:
    """Return a new statement for an officer to sign within five minutes. Records nothing."""
    origin, size, root = record.log_head()
    return statement(
        approval, ruling, choice, person, said,
        nonce=secrets.token_hex(NONCE),
        issued_at=signoff.moment_text(now),
        expires_at=signoff.moment_text(now + signoff.LASTS),
        ledger={"origin": origin, "size": size, "root": root},
    )  # fmt: skip


def statement(
    approval: m.Approval, ruling: Ruling, choice: VoteChoice, person: UUID, said: Said, **fresh: Any
) -> str:
    """Return the exact text that is signed; ``fresh`` is what sets it apart from every other."""
    judgement, hop = ruling.judgement, approval.hop
    by, limit = delegation(ruling.facts), said.limit
    narrowed = limit is not None and limit != Limit()
    return signoff.write(
        approval=str(approval.id),
        hop=str(hop.id),
        project=str(hop.project_id),
        from_party=str(hop.from_party_id),
        to_party=str(hop.to_party_id),
        level=approval.level,
        choice=str(choice),
        person=str(person),
        reason=said.reason,
        against=against.against(approval, judgement) if choice is VoteChoice.AGAINST else [],
        conditions=[
            {"type": str(one.type), "text": one.text, "due": one.due.isoformat() if one.due else None}
            for one in said.conditions
        ],
        limit={"uses": limit.uses, "until": limit.until.isoformat() if limit.until else None}
        if limit is not None and narrowed
        else None,
        delegation=by.id if by else None,
        on_behalf_of=by.delegator if by else None,
        subject_sha256=approval.subject_sha256,
        findings_sha256=record.digest([finding.to_json() for finding in judgement.findings]),
        facts_sha256=record.digest(ruling.facts.to_json()),
        pack_sha256=judgement.pack_sha256,
        evidence=evidence(approval),
        origin=own_origin(),
        rp_id=settings.RP_ID,
        **fresh,
    )


def evidence(approval: m.Approval) -> list[str]:
    """Return the SHA-256 of every file that shows a paper of a request: consents, agreements, conditions, and
    the certificates of whoever receives or does the work."""
    hop = approval.hop
    holders = {hop.to_party_id, hop.performer_id} - {None}
    papers = {
        EvidenceOf.CONSENT: m.Consent.objects.filter(hop=hop),
        EvidenceOf.AGREEMENT: m.Agreement.objects.filter(hop=hop),
        EvidenceOf.CONDITION: approval.conditions.all(),
        EvidenceOf.QUALIFICATION: m.Qualification.objects.filter(party__in=holders),
    }
    shown = Q()
    for what, rows in papers.items():
        shown |= Q(what=what, subject__in=rows.values("id"))
    files = m.EvidenceFile.objects.filter(shown, erased=False)
    return sorted(set(files.values_list("sha256", flat=True)))


def held(
    act: Act,
    approval: m.Approval,
    ruling: Ruling,
    choice: VoteChoice,
    said: Said,
    signed: Signed | None,
    *,
    coded: bool,
) -> Held:
    """Judge how a vote is bound to its officer, inside its act, which holds the officer's row.

    Raises NotSigned for a signature that does not count, and for an approval without one where the house
    demands it; ActionError where the facts have changed since the statement was made.
    """
    if signed is None:
        if choice.approves and must_sign():
            raise NotSigned(SignOffDoubt.UNSIGNED)
        return Held(VoteMethod.CODE if coded else VoteMethod.PASSWORD)
    officer = act.actor.human()
    answer = Assertion.of(signed.answer)
    key = _key(officer, answer.credential)
    public = SigningKey(str(officer), key.credential, key.public_key, key.origin, key.rp_id)
    counter = signoff.verify(signed.statement, answer, public)
    told = signoff.read(signed.statement)
    if (told["approval"], told["choice"]) != (str(approval.id), str(choice)):
        raise NotSigned(SignOffDoubt.CHALLENGE)
    if not signoff.in_time(told, act.now):
        raise NotSigned(SignOffDoubt.EXPIRED)
    if m.Vote.objects.filter(key__isnull=False, statement_sha256=_digest(signed.statement)).exists():
        raise NotSigned(SignOffDoubt.USED)
    if _signed_by_another(approval, officer, key):
        raise NotSigned(SignOffDoubt.SAME_KEY)
    _count(act, key, counter)
    fresh = {name: told[name] for name in ("nonce", "issued_at", "expires_at", "ledger")}
    if statement(approval, ruling, choice, officer, said, **fresh) != signed.statement:
        raise ActionError(CHANGED)
    return Held(VoteMethod.PASSKEY, signed.statement, key, answer.to_json())


CHANGED = Text(
    en="The facts have changed since this page was shown. Read them again, then decide.",
    zh="页面显示之后事实已有变化。请重新阅读后再作决定。",
)


def refuse(
    act: Act, approval: m.Approval, choice: VoteChoice, signed: Signed | None, why: SignOffDoubt
) -> Outcome:
    """Record that a signature did not count; the vote has no effect, and the officer is told why."""
    officer = act.actor.human()
    try:
        credential = Assertion.of(signed.answer).credential if signed else None
    except NotSigned:  # nonsense names no key
        credential = None
    key = m.SigningKey.objects.filter(person=officer, credential=credential).first() if credential else None
    event = events.SigningRefused(
        person=str(officer),
        approval=str(approval.id),
        key=str(key.id) if key else None,
        choice=str(choice),
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


def _key(officer: UUID, credential: str) -> m.SigningKey:
    """Return the officer's key of this id, the one in force first. Raises NotSigned."""
    rows = list(m.SigningKey.objects.filter(person=officer, credential=credential).order_by("created_at"))
    states = {row.state: row for row in rows}
    if SigningKeyState.CONFIRMED in states:
        return states[SigningKeyState.CONFIRMED]
    if SigningKeyState.ENDED in states:
        raise NotSigned(SignOffDoubt.REVOKED)
    known = m.Factor.objects.live().filter(user__person=officer, credential=credential).exists()
    raise NotSigned(SignOffDoubt.NOT_CONFIRMED if rows or known else SignOffDoubt.KEY)


def _signed_by_another(approval: m.Approval, officer: UUID, key: m.SigningKey) -> bool:
    """Return whether this very passkey has signed the request for somebody else: it counts for one person."""
    same = Q(key__credential=key.credential) | Q(key__fingerprint=key.fingerprint)
    return approval.votes.filter(same).exclude(person=officer).exists()


def _count(act: Act, key: m.SigningKey, counter: int) -> None:
    """Keep the count of a passkey, which must have gone up unless it counts nothing. Raises NotSigned."""
    factor = m.Factor.objects.live().filter(id=key.factor_id).first()
    if factor is None:
        raise NotSigned(SignOffDoubt.REVOKED)
    if not (counter > factor.counter or counter == factor.counter == 0):
        raise NotSigned(SignOffDoubt.COUNTER)
    m.Factor.objects.filter(id=factor.id).update(counter=counter, last_used_at=act.now)


def _digest(text: str) -> str:
    return record.digest_of_text(text)
