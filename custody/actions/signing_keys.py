"""Keys that sign decisions: asked for by their owner, confirmed by somebody else, ended by either.

A key is a passkey or, where those are barred, a smart card with a certificate. A passkey that somebody added
signs them in; it signs a decision only once another person, who has compared its fingerprint with the owner,
has put its public key on record as that person's. Whoever holds an officer's session and password can
therefore add a passkey, and sign nothing with it.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from custody import certificates, record, signoff
from custody import models as m
from custody.events import signing as events
from custody.permissions import PERMISSIONS
from custody.record import SYSTEM_STREAM
from custody.signoff import KEY, NotSigned
from custody.terms import FactorKind, KeyForm, SigningKeyEnd, SigningKeyState, SignOffDoubt, Text
from custody.transitions import SIGNING_KEY, move

from . import locking, signing
from .base import Act, ActionError, Actor, NotPermitted, Outcome, perform
from .entered import entered
from .signing import NONCE
from .signing import own_origin as own_origin


@entered(m.SigningKey)
def ask(actor: Actor, *, factor: UUID) -> Outcome:
    """Ask that one's own passkey may sign decisions. It signs none before another person has confirmed it.

    Raises NotPermitted for another's, ActionError for one that is ended, is no passkey, or was asked for.
    """
    row = m.Factor.objects.filter(id=factor, user__person=actor.human()).first()
    if row is None:
        raise NotPermitted("signing_key.ask")
    actor.require("signing_key.ask", own=_own(actor))

    def work(act: Act) -> Outcome:
        locking.update("person", [actor.human()])
        current = m.Factor.objects.get(id=factor)
        if current.ended_at is not None or current.kind is not FactorKind.PASSKEY:
            raise ActionError(
                Text(
                    en="Only a passkey in force can sign decisions.", zh="只有有效的通行密钥可用于签署决定。"
                )
            )
        if m.SigningKey.objects.live().filter(credential=current.credential).exists():
            raise ActionError(
                Text(en="This passkey was named for signing already.", zh="该通行密钥已申请用于签署。")
            )
        if not signoff.can_sign(current.public_key):
            raise ActionError(
                Text(
                    en="This passkey is of a kind that cannot sign decisions. Use another.",
                    zh="该通行密钥的类型不能用于签署决定，请使用其他通行密钥。",
                )
            )
        return _asked(act, KeyForm.PASSKEY, current.credential, current.public_key, factor=factor)

    return perform(actor, work, verb="signing_key.ask")


def begin_claim(actor: Actor, now: dt.datetime) -> str:
    """Return the text that somebody signs with an own card to name it for signing. Records nothing."""
    nonce = secrets.token_hex(NONCE)
    return certificates.claim(str(actor.human()), own_origin(), settings.RP_ID, nonce, now)


@entered(m.SigningKey)
def ask_for_card(actor: Actor, *, statement: str, signed: bytes) -> Outcome:
    """Ask that the card that signed a claim of one's own may sign decisions; ``signed`` is a CMS file of its.

    Raises ActionError for a signature that is not of this claim, a claim that is another's or too old, a
    certificate that is not in force, and a card that was named already.
    """
    actor.require("signing_key.ask", own=_own(actor))
    with told_to("file"):
        card, answer = certificates.opened(signed)
        told = certificates.read_claim(statement)
        certificates.verify_file(certificates.claim_file(statement), answer, card.public_key)
        if told["person"] != str(actor.human()):
            raise NotSigned(SignOffDoubt.PERSON)
        if (told["origin"], told["rp_id"]) != (own_origin(), settings.RP_ID):
            raise NotSigned(SignOffDoubt.SITE)

    def work(act: Act) -> Outcome:
        locking.update("person", [actor.human()])
        with told_to("file"):
            if not signoff.in_time(told, act.now):
                raise NotSigned(SignOffDoubt.EXPIRED)
            card.check(act.now)
        if m.SigningKey.objects.live().filter(credential=answer.credential).exists():
            raise ActionError(
                Text(en="This card was named for signing already.", zh="该智能卡已申请用于签署。"), "file"
            )
        return _asked(
            act,
            KeyForm.CERTIFICATE,
            answer.credential,
            card.public_key,
            statement=statement,
            proof=answer.to_json(),
        )

    return perform(actor, work, verb="signing_key.ask")


@contextmanager
def told_to(field: str) -> Iterator[None]:
    """Tell whoever uploaded a signature why it does not count, at its field."""
    try:
        yield
    except NotSigned as error:
        raise ActionError(error.why.text, field) from None


def _asked(
    act: Act,
    form: KeyForm,
    credential: str,
    public_key: str,
    *,
    factor: UUID | None = None,
    statement: str | None = None,
    proof: dict[str, str] | None = None,
) -> Outcome:
    id, person = m.new_id(), act.actor.human()
    told = {
        "credential": credential,
        "public_key": public_key,
        "fingerprint": signoff.fingerprint(public_key),
        "origin": own_origin(),
        "rp_id": settings.RP_ID,
    }
    event = events.SigningKeyOfAFormAsked(
        key=str(id),
        form=str(form),
        factor=str(factor) if factor else None,
        person=str(person),
        statement=statement,
        proof=proof,
        **told,
    )
    entry = act.record(event, SYSTEM_STREAM)
    made = m.SigningKey.objects.create(
        id=id,
        entry=entry,
        form=form,
        factor_id=factor,
        person_id=person,
        state=SigningKeyState.ASKED,
        **told,
    )
    return Outcome("held", entry, made)


def _own(actor: Actor) -> UUID | None:
    return actor.memberships[0][0] if actor.memberships and actor.scopes is None else None


CONFIRM = "confirm"
"""The choice that the statement on a key states."""


def members(row: m.SigningKey) -> dict[str, Any]:
    """Return what a statement says that confirms a key, beside who signs it and what makes it fresh."""
    told = {"owner": str(row.person_id), "form": str(row.form), "fingerprint": row.fingerprint}
    return {"object": str(row.id), "choice": CONFIRM, **told}


def begin(actor: Actor, row: m.SigningKey, now: dt.datetime, form: KeyForm = KeyForm.PASSKEY) -> str:
    """Return a new statement that confirms a key, for a person to sign with an own one. Records nothing."""
    return signing.begin(KEY, members(row), actor.human(), now, form)


def unsigned(confirmer: UUID, owner: UUID) -> SignOffDoubt | None:
    """Return why a key is not to be confirmed without a signature here; None: the confirmer may.

    Whoever has a key that signs, signs with it. Where the house demands signatures nobody confirms without,
    once there is one beside the owner who could sign: the first key of a site nobody can sign for.
    """
    if signing.keys_of(confirmer):
        return SignOffDoubt.OWN_KEY
    return SignOffDoubt.UNSIGNED if signing.must_sign() and _another_signs(owner) else None


def _another_signs(owner: UUID) -> bool:
    """Return whether somebody other than the owner may confirm keys and has one that signs."""
    keys = m.SigningKey.objects.in_force().filter(origin=own_origin(), rp_id=settings.RP_ID)
    held = set(keys.exclude(person=owner).values_list("person", flat=True))
    permit = PERMISSIONS["signing_key.confirm"]
    house = m.Site.operator_id_or_none()
    standing = m.Membership.objects.current().filter(person__in=held, party=house, role__in=permit.roles)
    return standing.exists()


@entered(m.SigningKey)
def confirm(actor: Actor, *, key: UUID, signed: signing.Signed | None = None) -> Outcome:
    """Put on record that a key is its owner's: from now on it signs decisions. ``signed``: with the
    confirmer's own key; a signature that does not count, or lacks, is recorded.

    Raises ActionError for one's own, and for one that was asked for at another address of the site.
    """
    row = m.SigningKey.objects.get(id=key)
    actor.require("signing_key.confirm")

    def work(act: Act) -> Outcome:
        current = _locked(act, row, [actor.human()])
        if current.person_id == actor.human():
            raise ActionError(
                Text(
                    en="This is your own. Another officer or administrator must confirm it.",
                    zh="不能确认本人的密钥，须由其他审批人或系统管理员确认。",
                )
            )
        state = move(SIGNING_KEY, current.state, "confirm")
        if (current.origin, current.rp_id) != (own_origin(), settings.RP_ID):
            raise ActionError(
                Text(
                    en="The site has another address since this was asked for. End it; its owner asks again.",
                    zh="申请之后本站地址已变更。请终止该申请，由本人重新申请。",
                )
            )
        said = members(current)
        lacks = None if signed else unsigned(actor.human(), current.person_id)
        try:
            held = signing.wanted(act, KEY, said, signed, lacks)
        except NotSigned as fault:
            return signing.refuse(act, KEY, said, signed, fault.why)
        entry = act.record(
            events.SigningKeyOfAFormConfirmed(
                key=str(key),
                form=str(current.form),
                person=str(current.person_id),
                credential=current.credential,
                public_key=current.public_key,
                fingerprint=current.fingerprint,
                origin=current.origin,
                rp_id=current.rp_id,
                confirmed_by=str(actor.human()),
            ),
            SYSTEM_STREAM,
        )
        current.state, current.entry = SigningKeyState(state), entry
        current.confirmed, current.confirmed_by_id = entry, actor.human()
        current.save()
        signing.give(act, KEY, said, held, entry, SYSTEM_STREAM)
        return Outcome("done", entry, current)

    return perform(actor, work, verb="signing_key.confirm")


@entered(m.SigningKey, needed=("reason",))
def end(actor: Actor, *, key: UUID, reason: str) -> Outcome:
    """End that a key signs decisions, at once: one's own, or as officer or administrator anybody's.

    What it has signed before stands.
    """
    row = m.SigningKey.objects.get(id=key)
    owner = row.person_id == actor.human()
    if owner:
        actor.require("signing_key.end", own=_own(actor))
    else:
        actor.require("signing_key.revoke")

    def work(act: Act) -> Outcome:
        current = _locked(act, row)
        how = SigningKeyEnd.OWNER if owner else SigningKeyEnd.REVOKED
        return Outcome("done", _end(act, current, how, reason), current)

    return perform(actor, work, verb="signing_key.end" if owner else "signing_key.revoke")


def end_with(act: Act, factor: m.Factor) -> None:
    """End what a passkey signs together with the passkey, inside an act that holds its owner."""
    for row in m.SigningKey.objects.live().filter(factor=factor).order_by("id"):
        _end(act, row, SigningKeyEnd.FACTOR, "")


def end_of(act: Act, user: UUID, how: SigningKeyEnd) -> None:
    """End all that signs for a sign-in, inside an act that holds its owner."""
    person = m.User.objects.values("person").get(pk=user)["person"]
    owned = Q(factor__user=user) | Q(factor__isnull=True, person=person)
    for row in m.SigningKey.objects.live().filter(owned).order_by("id"):
        _end(act, row, how, "")


def _locked(act: Act, row: m.SigningKey, others: Iterable[UUID] = ()) -> m.SigningKey:
    locking.update("person", {row.person_id, *others})
    current = m.SigningKey.objects.get(id=row.id)
    act.unchanged(current)
    return current


def _end(act: Act, row: m.SigningKey, how: SigningKeyEnd, reason: str) -> UUID:
    verb = "revoke" if how is SigningKeyEnd.REVOKED else "end"
    row.state = SigningKeyState(move(SIGNING_KEY, row.state, verb))
    event = events.SigningKeyEnded(
        key=str(row.id),
        person=str(row.person_id),
        how=str(how),
        reason=reason,
        ended_at=record.time_text(act.now),
    )
    row.entry = act.record(event, SYSTEM_STREAM)
    row.ended_at, row.ended_how = act.now, how
    row.save()
    return row.entry
