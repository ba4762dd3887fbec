"""What is sent to webhooks: that there is a notice of a kind about an object, and where to read on.

A webhook of a party is told only of notices that somebody got who acts for this party and no other, and only
of what that person may see when the message is made. It says no name, number, level, reason or project: who
receives it must sign in to know more. A try is an outbox row first; one that does not arrive is made again
after each of the waits of the specification, and then given up, of which the party is told.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from custody import at_rest, outbox, scope, webhook_post
from custody import models as m
from custody.terms import DeliveryFault, DeliveryState, NoticeKind, Role, Text, WebhookState
from custody.webhook_post import Message, NotSent

from . import webhooks
from .base import ActionError, Actor
from .telling import People, told_to

TASK = "custody.send_webhook"
WAITS = tuple(
    dt.timedelta(seconds=seconds)
    for seconds in (5, 300, 1800, *(hours * 3600 for hours in (2, 5, 10, 14, 20, 24)))
)
"""How long after a try that failed the next one is made; after the last of them it is given up."""
KEPT = dt.timedelta(days=90)
AT_ONCE = 1000
OLDEST = dt.timedelta(days=2)
"""Notices older than this are told to no webhook: a site that was down tells what is new."""


def queue(now: dt.datetime) -> int:
    """Make the messages of new notices and ask for their sending, in one transaction; return how many."""
    live = m.Webhook.objects.live()
    if not settings.WEBHOOKS or not live.exists():
        return 0
    with transaction.atomic():
        fresh = m.Notice.objects.select_for_update(skip_locked=True).filter(
            hooked_at__isnull=True, created_at__gte=now - OLDEST
        )
        notices = list(fresh.order_by("id")[:AT_ONCE])
        made = list(_made(notices, list(live.order_by("id"))))
        m.WebhookDelivery.objects.bulk_create(made)
        m.Notice.objects.filter(id__in=[notice.id for notice in notices]).update(hooked_at=now)
        for row in made:
            outbox.put(TASK, {"delivery": str(row.id)})
    return len(made)


def _made(notices: list[m.Notice], live: list[m.Webhook]) -> Iterator[m.WebhookDelivery]:
    """Yield one message for each webhook, kind, object and stage, however many people were told."""
    users = {user.pk: user for user in m.User.objects.filter(id__in={n.user_id for n in notices})}
    party = {id: _stands_for(user) for id, user in users.items()}
    seen = _seen(notices, users)
    done = set()
    for notice in notices:
        for hook in live:
            mine = party[notice.user_id] == hook.party_id and str(notice.kind) in hook.kinds
            key = (hook.id, notice.kind, notice.object, notice.stage)
            if not mine or key in done or notice.created_at < hook.created_at:
                continue
            if (notice.user_id, notice.object) in seen:
                done.add(key)
                yield m.WebhookDelivery(
                    webhook=hook, kind=notice.kind, noun=notice.noun, object=notice.object
                )


def _stands_for(user: m.User) -> UUID | None:
    """Return the one party that somebody acts for; None where it cannot be told for whom they were told."""
    parties = user.party_ids()
    only = len(parties) == 1 and not any(user.granted)
    return parties[0] if only and user.is_active else None


def _seen(notices: list[m.Notice], users: dict[Any, m.User]) -> set[tuple[Any, UUID]]:
    """Return which user may see which object today."""
    asked: dict[tuple[Any, str], set[UUID]] = defaultdict(set)
    for notice in notices:
        if notice.kind in webhooks.KINDS:
            asked[notice.user_id, notice.noun].add(notice.object)
    found = set()
    for (user, noun), ids in asked.items():
        rows = apps.get_model("custody", noun.replace("_", ""))._default_manager
        visible = rows.visible_to(users[user]).filter(id__in=ids)
        found |= {(user, id) for id in visible.values_list("id", flat=True)}
    return found


# --- by hand ----------------------------------------------------------------------------------------------


def test(actor: Actor, *, webhook: UUID) -> m.WebhookDelivery:
    """Send a message that tells of nothing, once. Raises ActionError for a webhook that was ended."""
    row = _own(actor, webhook)
    with transaction.atomic(), scope.whole():
        made: m.WebhookDelivery = m.WebhookDelivery.objects.create(webhook=row)
        outbox.put(TASK, {"delivery": str(made.id)})
    return made


def again(actor: Actor, *, webhook: UUID, delivery: UUID) -> None:
    """Send once more what arrived or was given up, with all its tries. Raises ActionError for what waits."""
    _own(actor, webhook)
    with transaction.atomic(), scope.whole():
        rows = m.WebhookDelivery.objects.select_for_update().filter(webhook=webhook, id=delivery)
        row = rows.exclude(state=DeliveryState.WAITING).first()
        if row is None:
            raise ActionError(Text(en="It waits to be sent already.", zh="该消息已在等待发送。"))
        row.state, row.tries, row.next_at, row.fault = DeliveryState.WAITING, 0, None, None
        row.save()
        outbox.put(TASK, {"delivery": str(delivery)})


def _own(actor: Actor, webhook: UUID) -> m.Webhook:
    row: m.Webhook = m.Webhook.objects.get(id=webhook)
    actor.require("webhook.add", own=row.party_id)
    if row.state is not WebhookState.IN_FORCE:
        raise ActionError(Text(en="It was ended.", zh="该回调已终止。"))
    return row


# --- sent -------------------------------------------------------------------------------------------------


def deliver(job: UUID, delivery: UUID) -> None:
    """Try once to send a message, and end the job that asked for it: with what came of it, and the next try.

    A worker that is killed before the end leaves the job open: it is given out again, and the message comes
    twice, under the same id.
    """
    now = timezone.now()
    row = _begun(delivery, now)
    if row is None:
        outbox.finish(job)
        return
    status: int | None
    fault: DeliveryFault | None
    try:
        signed_with = webhooks.secrets_of(row.webhook, now)
        hosts = webhooks.hosts_of(row.webhook.party_id)
        status = webhook_post.send(
            row.webhook.address, message(row), signed_with, hosts, now, settings.WEBHOOKS_CA_FILE
        )
        fault = None
    except at_rest.NotOpened:
        status, fault = None, DeliveryFault.SECRET
    except NotSent as error:
        status, fault = error.status, error.fault
    if fault is DeliveryFault.GONE and row.kind is not None:
        webhooks.gone(row.webhook_id)
    with transaction.atomic():
        _settle(delivery, status, fault, now)
        outbox.finish(job, str(fault or ""))


def give_up(job: UUID, delivery: UUID, error: str) -> None:
    """End a job that fails by an error of ours, and its message with it."""
    with transaction.atomic():
        rows = m.WebhookDelivery.objects.filter(id=delivery, state=DeliveryState.WAITING)
        rows.update(state=DeliveryState.GIVEN_UP, fault=DeliveryFault.OURS)
        outbox.finish(job, error)


def tidy(now: dt.datetime) -> int:
    """Remove messages that have been settled for long; return how many."""
    with transaction.atomic():
        old = m.WebhookDelivery.objects.filter(created_at__lt=now - KEPT)
        return int(old.exclude(state=DeliveryState.WAITING).delete()[0])


def message(row: m.WebhookDelivery) -> Message:
    """Return what is sent: kind, moment, ids and a link, the same in every try."""
    at = row.created_at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    data = {"party": str(row.webhook.party_id)}
    if row.kind is not None:
        data |= {
            "noun": row.noun,
            "id": str(row.object),
            "link": settings.SITE_URL + reverse(row.noun, args=[row.object]),
        }
    kind = f"notice.{row.kind}" if row.kind else "webhook.test"
    body = json.dumps({"type": kind, "timestamp": at, "data": data}, separators=(",", ":"))
    return Message(f"msg_{row.id.hex}", body)


def _begun(delivery: UUID, now: dt.datetime) -> m.WebhookDelivery | None:
    """Count a try and return its message; None where nothing is to be sent any more."""
    with transaction.atomic():
        rows = m.WebhookDelivery.objects.select_for_update(of=("self",)).select_related("webhook")
        row: m.WebhookDelivery | None = rows.filter(id=delivery, state=DeliveryState.WAITING).first()
        if row is None:
            return None
        row.tries, row.tried_at, row.next_at = row.tries + 1, now, None
        if row.webhook.state is not WebhookState.IN_FORCE:
            row.state, row.fault = DeliveryState.GIVEN_UP, DeliveryFault.ENDED
        row.save()
        old = Q(rekeyed_at__lt=now - webhooks.BOTH)
        m.Webhook.objects.filter(old, id=row.webhook_id).exclude(secret_before="").update(secret_before="")
        return row if row.state is DeliveryState.WAITING else None


def _settle(delivery: UUID, status: int | None, fault: DeliveryFault | None, now: dt.datetime) -> None:
    """Note what came of a try, and ask for the next one where there is one."""
    row = m.WebhookDelivery.objects.select_for_update().get(id=delivery)
    if row.state is not DeliveryState.WAITING:
        return  # another worker was given the same job, and was faster
    row.status, row.fault = status, fault
    hook = m.Webhook.objects.filter(id=row.webhook_id)
    if fault is None:
        row.state = DeliveryState.ARRIVED
        hook.update(failed_at=None)
    elif fault is DeliveryFault.GONE or row.kind is None or row.tries > len(WAITS):
        row.state = DeliveryState.GIVEN_UP
        if row.kind is not None:
            hook.update(failed_at=now)
    else:
        wait = WAITS[row.tries - 1]
        row.next_at = now + wait
        outbox.put(TASK, {"delivery": str(delivery)}, after=wait)
    row.save()


def made(since: dt.datetime, people: People) -> Iterator[m.Notice]:
    """Yield the notices that a webhook does not arrive any more: each time anew, in place of the last one."""
    kind = NoticeKind.WEBHOOK_FAILED
    told = m.Notice.objects.filter(kind=kind, object=OuterRef("pk"), created_at__gte=OuterRef("failed_at"))
    rows = m.Webhook.objects.filter(~Exists(told), failed_at__gte=since)
    for id, address, party in rows.values_list("id", "address", "party"):
        m.Notice.objects.filter(kind=kind, object=id).delete()
        users = people.holding((Role.MANAGER, Role.ADMINISTRATOR), {party})
        yield from told_to(users, kind, "webhook", id, address)
