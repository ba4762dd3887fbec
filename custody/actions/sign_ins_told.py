"""Notices about sign-ins: a way to sign in that was added, and the slips that open one anew."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from custody import models as m
from custody.terms import NoticeKind, SlipState

from .telling import People, told_to, untold


def made(since: dt.datetime, people: People) -> Iterator[m.Notice]:
    """Yield the notices about sign-ins that were not made yet."""
    yield from _factors(since)
    yield from _pins(since)
    yield from _to_confirm(since, people)
    yield from _proposed(since, people)
    yield from _own_slips(since)


def _factors(since: dt.datetime) -> Iterator[m.Notice]:
    """Tell a user of each way to sign in that was added: whoever did not add it knows then."""
    added = NoticeKind.FACTOR_ADDED
    for noun, rows in (("factor", m.Factor.objects.all()), ("identity", m.Identity.objects.signing())):
        for row in untold(rows.filter(created_at__gte=since), added):
            yield from told_to([row.user_id], added, noun, row.id, str(row))


def _pins(since: dt.datetime) -> Iterator[m.Notice]:
    """Tell a user of each counter PIN that was set: whoever did not set it knows then."""
    kind = NoticeKind.PIN_SET
    for row in untold(m.CounterPin.objects.filter(created_at__gte=since), kind).select_related("user"):
        yield from told_to([row.user_id], kind, "counterpin", row.id, str(row.user))


def _to_confirm(since: dt.datetime, people: People) -> Iterator[m.Notice]:
    """Tell those who may confirm a slip, but who asked for it and whom it is for, that it waits."""
    kind = NoticeKind.SLIP_TO_CONFIRM
    rows = m.Slip.objects.live().filter(state=SlipState.ASKED, created_at__gte=since)
    columns = ("id", "sign_in", "sign_in__username", "asked_by")
    for id, own, name, asker in untold(rows, kind).values_list(*columns):
        users = people.who_may("slip.confirm", asker) - {own}
        yield from told_to(users, kind, "slip", id, name)


def _proposed(since: dt.datetime, people: People) -> Iterator[m.Notice]:
    """Tell whom an account at the sign-in provider is to sign in, and with it those who may confirm it but
    who proposed it."""
    kind = NoticeKind.IDENTITY_PROPOSED
    rows = m.Identity.objects.proposed().filter(created_at__gte=since)
    columns = ("id", "user", "user__username", "subject", "proposed_by")
    for id, own, name, subject, proposer in untold(rows, kind).values_list(*columns):
        yield from told_to([own], kind, "identity", id, subject)
        users = people.who_may("identity.confirm", proposer) - {own}
        yield from told_to(users, NoticeKind.IDENTITY_TO_CONFIRM, "proposed_identity", id, name)


def _own_slips(since: dt.datetime) -> Iterator[m.Notice]:
    """Tell a user that a slip was asked for their sign-in, and that one was used."""
    rows = m.Slip.objects.filter(created_at__gte=since)
    used = rows.filter(state=SlipState.USED)
    for kind, some in ((NoticeKind.SLIP_ASKED, rows), (NoticeKind.SLIP_USED, used)):
        for id, own, name in untold(some, kind).values_list("id", "sign_in", "sign_in__username"):
            yield from told_to([own], kind, "slip", id, name)
