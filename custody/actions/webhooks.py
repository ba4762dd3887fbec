"""Webhooks: added and ended by those who answer for a party, to hosts that the operator named.

The secret that signs what is sent is shown once and lies sealed; no entry tells it. Whoever may add one
chooses where on a listed host it goes and of which kinds of notices it tells, and nothing of what it says.
"""

from __future__ import annotations

import base64
import datetime as dt
import secrets
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.conf import settings

from custody import at_rest, record
from custody import models as m
from custody.events import webhook as events
from custody.record import SYSTEM_STREAM
from custody.terms import NoticeKind, Text, WebhookEnd, WebhookState
from custody.transitions import WEBHOOK, move
from custody.webhook_post import Host, listed

from . import locking
from .base import Act, ActionError, Actor, Outcome, perform
from .entered import entered

START = "whsec_"
MOST = 10
"""Webhooks of one party at a time."""
BOTH = dt.timedelta(days=1)
"""So long the secret of before signs too."""
_PERSONAL = {
    *(NoticeKind.FACTOR_ADDED, NoticeKind.IDENTITY_TO_CONFIRM, NoticeKind.IDENTITY_PROPOSED),
    *(NoticeKind.PIN_SET, NoticeKind.SLIP_TO_CONFIRM, NoticeKind.SLIP_ASKED, NoticeKind.SLIP_USED),
    NoticeKind.WEBHOOK_FAILED,
}
KINDS = tuple(kind for kind in NoticeKind if kind not in _PERSONAL)
"""What may be told: nothing of how a person signs in."""
NOT_ALLOWED = Text(
    en="The operator of this site has not listed this host, or the address has a name, a password or a # in "
    "it. Ask the operator to list it under WEBHOOKS.",
    zh="本站运维方未将该主机列入名单，或地址中含有用户名、密码或#。请联系运维方将其列入WEBHOOKS。",
)


def hosts_of(party: UUID) -> Sequence[Host]:
    """Return the hosts that a party may have told: those of the house's own nets are for the house alone."""
    house = party == m.Site.operator_id_or_none()
    return [host for host in settings.WEBHOOKS if house or not host.private]


@entered(m.Webhook, needed=("address",))
def add(actor: Actor, *, party: UUID, address: str, kinds: Iterable[NoticeKind]) -> tuple[Outcome, str]:
    """Have an address told of notices. Returns the outcome and the secret, which is shown this once.

    Raises ActionError where the operator has not listed the host, for no kind, and for one too many.
    """
    actor.require("webhook.add", own=party)
    if not settings.WEBHOOKS:
        raise ActionError(Text(en="This site sends no webhooks.", zh="本站未启用回调。"))
    if listed(address, hosts_of(party)) is None:
        raise ActionError(NOT_ALLOWED, "address")
    wanted = [kind for kind in KINDS if kind in set(kinds)]
    if not wanted:
        raise ActionError(Text(en="Choose at least one kind.", zh="请至少选择一类通知。"), "kinds")
    secret = _secret()

    def work(act: Act) -> Outcome:
        locking.update("party", [party])
        live = m.Webhook.objects.live().filter(party=party)
        if live.filter(address=address).exists():
            raise ActionError(Text(en="It is told already.", zh="该地址已设置回调。"), "address")
        if live.count() >= MOST:
            raise ActionError(
                Text(en=f"A party has {MOST} webhooks at most.", zh=f"一个单位最多设置{MOST}个回调。")
            )
        id = m.new_id()
        told = {"address": address, "kinds": [str(kind) for kind in wanted]}
        entry = act.record(events.WebhookAdded(webhook=str(id), party=str(party), **told), SYSTEM_STREAM)  # type: ignore[arg-type]
        row = m.Webhook.objects.create(
            id=id,
            entry=entry,
            party_id=party,
            state=WebhookState.IN_FORCE,
            secret=at_rest.seal(secret, _about(id)),
            **told,
        )
        return Outcome("done", entry, row)

    outcome = perform(actor, work, verb="webhook.add")
    return outcome, "" if outcome.again else secret


def rekey(actor: Actor, *, webhook: UUID) -> tuple[Outcome, str]:
    """Give a webhook another secret; the one of now signs too for a day. The new one is shown this once."""
    actor.require("webhook.rekey", own=m.Webhook.objects.get(id=webhook).party_id)
    secret = _secret()

    def work(act: Act) -> Outcome:
        row = _locked(act, webhook)
        if row.state is not WebhookState.IN_FORCE:
            raise ActionError(Text(en="It was ended.", zh="该回调已终止。"))
        row.entry = act.record(
            events.WebhookRekeyed(webhook=str(webhook), rekeyed_at=record.time_text(act.now)), SYSTEM_STREAM
        )
        row.secret_before, row.secret = row.secret, at_rest.seal(secret, _about(webhook))
        row.rekeyed_at = act.now
        row.save(update_fields=["entry", "secret", "secret_before", "rekeyed_at"])
        return Outcome("done", row.entry, row)

    outcome = perform(actor, work, verb="webhook.rekey")
    return outcome, "" if outcome.again else secret


@entered(m.Webhook, needed=("reason",))
def end(actor: Actor, *, webhook: UUID, reason: str) -> Outcome:
    """Send nothing more to a webhook, at once; what waits is given up. Raises ActionError with no reason."""
    actor.require("webhook.end", own=m.Webhook.objects.get(id=webhook).party_id)
    if not reason.strip():
        raise ActionError(Text(en="Say why.", zh="请填写原因。"), "reason")

    def work(act: Act) -> Outcome:
        row = _locked(act, webhook)
        return Outcome("done", _end(act, row, WebhookEnd.ENDED, reason.strip()), row)

    return perform(actor, work, verb="webhook.end")


def gone(webhook: UUID) -> None:
    """End a webhook whose receiver said that it is gone; one that has ended meanwhile stays as it is."""

    def work(act: Act) -> Outcome:
        row = _locked(act, webhook)
        if row.state is not WebhookState.IN_FORCE:
            return Outcome("done", row.entry, row)
        row.failed_at = act.now
        return Outcome("done", _end(act, row, WebhookEnd.GONE, ""), row)

    perform(Actor.setup(), work)


def secrets_of(row: m.Webhook, now: dt.datetime) -> list[str]:
    """Return what a message is signed with now, the newest first. Raises NotOpened where it is lost."""
    both = row.secret_before and row.rekeyed_at is not None and now - row.rekeyed_at < BOTH
    sealed = [row.secret, *([row.secret_before] if both else [])]
    return [at_rest.unseal(one, _about(row.id)) for one in sealed]


def _secret() -> str:
    """Return a new secret as the specification writes them; it asks for 24 to 64 random bytes."""
    return START + base64.b64encode(secrets.token_bytes(32)).decode()


def _about(webhook: UUID) -> str:
    return f"webhook {webhook}"


def _locked(act: Act, webhook: UUID) -> m.Webhook:
    party = m.Webhook.objects.values_list("party", flat=True).get(id=webhook)
    locking.update("party", [party])
    row = m.Webhook.objects.get(id=webhook)
    act.unchanged(row)
    return row


def _end(act: Act, row: m.Webhook, how: WebhookEnd, reason: str) -> UUID:
    row.state = WebhookState(move(WEBHOOK, row.state, "end"))
    row.entry = act.record(
        events.WebhookEnded(
            webhook=str(row.id), how=str(how), reason=reason, ended_at=record.time_text(act.now)
        ),
        SYSTEM_STREAM,
    )
    row.ended_at, row.ended_how, row.secret, row.secret_before = act.now, how, "", ""
    row.save()
    return row.entry
