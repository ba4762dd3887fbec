"""Accounts at the house's sign-in provider: who comes in as whom, by the word of two people.

Nothing that a provider says of a person makes a sign-in here or finds one: not a mail address, not a user
name, which whoever keeps the provider can change. Only the pair of issuer and subject counts. That it is this
person's is proposed by an administrator and confirmed by somebody else, who is not that person either: alone,
whoever links could link an account of their own and come in as anybody. Each is an entry with their name.
"""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.conf import settings

from custody import models as m
from custody import record
from custody.events import identity as events
from custody.record import SYSTEM_STREAM
from custody.terms import IdentityDoubt, IdentityEnd, IdentityState, SessionEnd, Text
from custody.transitions import IDENTITY, move

from . import locking, second_person, sessions
from .base import Act, ActionError, Actor, Outcome, perform
from .entered import entered

TAKEN = Text(
    en="This account signs in somebody already, or is proposed to. End it there first.",
    zh="该账号已关联或已申请关联其他登录账号，请先在原处终止。",
)


NOBODY = Text(
    en="Nobody else could confirm it: that takes an officer or another administrator of the house who can "
    "sign in, and is not the person whose account it is. A password is the way in until there is one.",
    zh="没有可确认的人员：须由本单位可登录的审批人或其他系统管理员确认，且不得为账号本人。"
    "在此之前，请使用密码登录。",
)
OWN = Text(
    en="This account is to sign you in. Another officer or administrator must confirm it.",
    zh="该账号将用于您本人登录，须由其他审批人或系统管理员确认。",
)
PROPOSER = Text(
    en="You proposed it. Another officer or administrator must confirm it.",
    zh="您是申请人，须由其他审批人或系统管理员确认。",
)


@entered(m.Identity, needed=("subject",))
def propose(actor: Actor, *, user: UUID, subject: str) -> Outcome:
    """Ask that an account at the provider of this site signs a person in; an earlier proposal ends.

    It signs nobody in before another person has confirmed it. Raises ActionError where the site has no
    provider or nobody who could confirm, for a subject that no provider gives, and for one that signs in
    somebody already or is to.
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
        if not second_person.is_there(actor, row.person_id, "identity.confirm"):
            raise ActionError(NOBODY)
        if m.Identity.objects.open().filter(issuer=issuer, subject=subject).exists():
            raise ActionError(TAKEN, "subject")
        for old in m.Identity.objects.proposed().filter(issuer=issuer, user=user):
            _end(act, old, IdentityEnd.REPLACED)
        id, told = m.new_id(), {"issuer": issuer, "subject": subject}
        entry = act.record(
            events.IdentityProposed(identity=str(id), user=str(user), **told, proposed_by=str(actor.human())),
            SYSTEM_STREAM,
        )
        made = m.Identity.objects.create(
            id=id,
            entry=entry,
            user_id=user,
            **told,
            state=IdentityState.PROPOSED,
            proposed_by_id=actor.human(),
        )
        return Outcome("held", entry, made)

    return perform(actor, work, verb="identity.link")


@entered(m.Identity)
def confirm(actor: Actor, *, identity: UUID) -> Outcome:
    """Let a proposed account sign its person in from now on; it takes the place of the one before.

    Raises ActionError for whoever proposed it and whom it signs in, for a sign-in that is closed, and for one
    that was proposed while the site had another provider.
    """
    actor.require("identity.confirm")

    def work(act: Act) -> Outcome:
        row = _proposed(act, identity)
        if actor.human() == row.user.person_id:
            raise ActionError(OWN)
        if actor.human() == row.proposed_by_id:
            raise ActionError(PROPOSER)
        state = IdentityState(move(IDENTITY, row.state, "confirm"))
        if row.run_out:
            raise ActionError(
                Text(en="This has run out. It must be proposed anew.", zh="该申请已过期，须重新申请。")
            )
        if settings.OIDC is None or settings.OIDC.issuer != row.issuer:
            raise ActionError(
                Text(
                    en="The site has another sign-in provider since this was proposed. Refuse it.",
                    zh="申请之后本站的统一身份认证已变更，请拒绝该申请。",
                )
            )
        if _doubt(row.user, act.now) is not None:
            raise ActionError(
                Text(en="This sign-in is closed, or its person has left.", zh="该账号已关闭，或人员已离岗。")
            )
        for old in m.Identity.objects.live().filter(issuer=row.issuer, user=row.user_id):
            _end(act, old, IdentityEnd.REPLACED)
        row.state, row.confirmed_by_id = state, actor.human()
        row.entry = act.record(events.IdentityConfirmed(**_said(row)), SYSTEM_STREAM)
        row.save(update_fields=["state", "confirmed_by", "entry"])
        return Outcome("done", row.entry, row)

    return perform(actor, work, verb="identity.confirm")


@entered(m.Identity, needed=("reason",))
def refuse(actor: Actor, *, identity: UUID, reason: str) -> Outcome:
    """Refuse a proposed account, or withdraw one's own proposal. Raises ActionError without a reason."""
    actor.require("identity.refuse")
    reason = _reason(reason)

    def work(act: Act) -> Outcome:
        row = _proposed(act, identity)
        move(IDENTITY, row.state, "refuse")
        own = actor.human() == row.proposed_by_id
        how = IdentityEnd.WITHDRAWN if own else IdentityEnd.REFUSED
        return Outcome("done", _end(act, row, how, reason), row)

    return perform(actor, work, verb="identity.refuse")


def end_all(actor: Actor, *, person: UUID, reason: str) -> Outcome:
    """End every account that signs a person in or is to, of whichever provider, and the person's sessions.

    Raises ActionError without a reason, and where none signs the person in.
    """
    actor.require("identity.end")
    reason = _reason(reason)

    def work(act: Act) -> Outcome:
        locking.update("person", [person])
        rows = list(m.Identity.objects.open().filter(user__person=person).order_by("id"))
        if all(row.state is IdentityState.PROPOSED for row in rows):
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
    """Return whether the ledger says what the row does: whoever holds the database alone makes no sign-in.

    What one administrator said before two were asked for stands.
    """
    told = record.find(row.entry)
    said = told.values if told else {}
    if row.proposed_by_id is None:
        rests_on = {"kind": "identity.linked/1", **_account(row)}
    else:
        rests_on = {"kind": "identity.linked/2", "actor": str(row.confirmed_by_id), **_said(row)}
    return all(said.get(name) == value for name, value in rests_on.items())


def _account(row: m.Identity) -> dict[str, str]:
    return {
        "identity": str(row.id),
        "user": str(row.user_id),
        "issuer": row.issuer,
        "subject": row.subject,
    }


def _said(row: m.Identity) -> dict[str, str]:
    people = {"proposed_by": str(row.proposed_by_id), "confirmed_by": str(row.confirmed_by_id)}
    return _account(row) | people


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


def _proposed(act: Act, identity: UUID) -> m.Identity:
    """Return an account as it stands, while no other act changes those of its person."""
    person = m.Identity.objects.values_list("user__person", flat=True).get(id=identity)
    locking.update("person", [person])
    row = m.Identity.objects.select_related("user__person").get(id=identity)
    act.unchanged(row)
    return row


def _reason(given: str) -> str:
    if not given.strip():
        raise ActionError(Text(en="Say why.", zh="请填写原因。"), "reason")
    return given.strip()


def _end(act: Act, row: m.Identity, how: IdentityEnd, reason: str = "") -> UUID:
    refused = how in (IdentityEnd.REFUSED, IdentityEnd.WITHDRAWN)
    row.state = IdentityState(move(IDENTITY, row.state, "refuse" if refused else "end"))
    event = events.IdentityEnded(
        identity=str(row.id),
        user=str(row.user_id),
        how=str(how),
        reason=reason,
        ended_at=record.time_text(act.now),
    )
    row.entry = act.record(event, SYSTEM_STREAM)
    row.ended_at, row.ended_how = act.now, how
    row.save(update_fields=["entry", "state", "ended_at", "ended_how"])
    return row.entry
