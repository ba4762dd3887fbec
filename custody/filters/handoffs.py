"""Which handoffs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from custody.terms import HandoffState, Leg

from .base import On, OneOf, Questions, Rows, Search, WordIs, mine, party_columns, projects


def _due(days: int) -> Callable[[Rows, Any, dt.date], Rows]:
    """Return what keeps the handoffs that are due within some days and have not moved on."""
    return lambda rows, user, today: rows.still_out().filter(
        due_back__gte=today, due_back__lte=today + dt.timedelta(days=days)
    )


def _sent(rows: Rows) -> Rows:
    """Return the handoffs of which copies were sent off and neither arrived nor came back."""
    return rows.filter(state=HandoffState.OFFERED, dispatch__isnull=False)


class HandoffFilter(Questions):
    """By number or party, state, what is due, and whose."""

    q = Search("number", *party_columns("sender_party", "receiver_party"), label=_("Number or party"))
    state = WordIs(HandoffState, label=_("State"))
    leg = WordIs(Leg, label=_("Kind of handoff"))
    due = OneOf(
        [
            ("overdue", _("Overdue"), lambda rows, user, today: rows.still_out().filter(due_back__lt=today)),
            ("week", _("Due within 7 days"), _due(7)),
            ("month", _("Due within 30 days"), _due(30)),
        ],
        label=_("Return"),
    )
    way = OneOf(
        [
            ("on", _("On the way"), lambda rows, user, today: _sent(rows)),
            (
                "late",
                _("Late"),
                lambda rows, user, today: _sent(rows).filter(dispatch__expected_on__lt=today),
            ),
        ],
        label=_("On the way"),
    )
    side = OneOf(
        [
            (
                "received",
                _("Received by us"),
                lambda rows, user, _: rows.filter(receiver_party__in=mine(user)),
            ),
            ("sent", _("Sent by us"), lambda rows, user, _: rows.filter(sender_party__in=mine(user))),
            (
                "ours",
                _("Sent or received by us"),
                lambda rows, user, _: rows.filter(
                    Q(sender_party__in=mine(user)) | Q(receiver_party__in=mine(user))
                ),
            ),
        ],
        label=_("Whose"),
    )
    since = On(field_name="offered_at", lookup_expr="date__gte", label=_("Offered from"))
    until = On(field_name="offered_at", lookup_expr="date__lte", label=_("Offered until"))
    project = projects()
