"""What is asked back: requests as a table, those that a holder has not met, and those that a copy is in."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from custody import models as m
from custody import out

from .base import heads, signed_in
from .names import party_name
from .patterns import Fact, Link, Section, Table

RELATED = (
    "project__owner_party",
    "hop__from_party",
    "hop__to_party",
    "hop__project",
    "person",
    "system",
    "leaver",
)
MOST = 50


def table(user: m.User, rows: Any) -> Table:
    """Return requests for copies, each with how many of its copies this user sees still out."""
    shown = list(rows[:MOST])
    left = out.left(shown, user) if shown else {}
    body: list[Any] = [
        [
            Link(row.created_at, reverse("recall", args=[row.id])),
            row.project.code,
            what(row),
            row.due,
            left.get(row.id, 0),
            row.person.name,
            row.reason,
        ]
        for row in shown
    ]
    columns = heads(
        _("Asked"), _("Project"), _("What to do"), _("Due"), _("Still out"), _("Asked for by"), _("Reason")
    )
    return Table(columns, body)


def what(row: m.Recall) -> Any:
    """Return what ends a request."""
    if row.system:
        return _("Take off %(system)s") % {"system": row.system.name}
    if row.leaver:
        return _("Hand over from %(person)s to somebody else") % {"person": row.leaver.name}
    return [_("Give back to"), party_name(asker(row))]


def asker(row: m.Recall) -> m.Party:
    """Return the party to which copies are to be given back."""
    return row.hop.from_party if row.hop else row.project.owner_party


def to_give_back(request: HttpRequest) -> Section | None:
    """Return the requests for copies that one of the reader's parties has not met; None without any."""
    found = open_for(signed_in(request))
    return Section(_("Copies to give back"), table(signed_in(request), found)) if found else None


def open_for(user: m.User) -> list[m.Recall]:
    """Return the recalls that one of a user's parties was asked and has not met, the most urgent first."""
    mine = user.party_ids()
    rows = out.recalls_of(mine).visible_to(user).select_related(*RELATED)
    return list(rows.order_by("due", "-created_at", "-id")[:MOST])


def of_copy(request: HttpRequest, row: m.Copy) -> list[Fact]:
    """Return by whom a copy is asked back and until when, for each request that a reader may see."""
    rows = out.of_copy(row).visible_to(request.user).select_related(*RELATED)
    return [
        Fact(
            _("Asked back"),
            Link(
                _("by %(person)s, until %(day)s") % {"person": asked.person.name, "day": asked.due}
                if asked.due
                else _("by %(person)s") % {"person": asked.person.name},
                reverse("recall", args=[asked.id]),
            ),
            note=asked.reason,
        )
        for asked in rows[:MOST]
    ]
