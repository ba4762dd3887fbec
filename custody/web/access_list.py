"""Who may do what, on any day: roles and leave to read with the sign-ins behind them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from custody import access
from custody import models as m
from custody.filters import AccessFilter
from custody.terms import Text

from . import access as access_pages
from .base import screen
from .listing import List, Listed, Shown
from .names import party_name
from .patterns import Choice, Link


def _what(row: m.Access) -> Any:
    return row.role or _("Leave to read")


def _of(row: m.Access) -> Any:
    """Return what may be read; None for a role."""
    return None if row.role else access_pages.what_is_read(row.project, row.owner, row.region)


def _signs(row: m.Access) -> Any:
    found = access.signs(row) or []
    return [Text(f"{s.name} ({s.state.text.en})", f"{s.name}（{s.state.text.zh}）") for s in found] or None


class AccessTable(Listed):
    """Roles and leave to read, by the name of who has them."""

    related = ("person", "party", "project", "owner")
    person = Shown(
        _l("Person"), lambda a: Link(a.person.name, reverse("person", args=[a.person_id])), "person__name"
    )
    staff_number = Shown(_l("Staff number"), lambda a: a.person.staff_number, "person__staff_number")
    sign_in = Shown(_l("Sign-in then"), _signs)
    what = Shown(_l("Role or leave"), _what, "role")
    party = Shown(_l("Party"), lambda a: party_name(a.party) if a.party else None, "party__name")
    project = Shown(_l("What may be read"), _of, "project__code")
    starts = Shown(_l("First day"), lambda a: a.starts, "starts")
    last = Shown(_l("Last day"), lambda a: a.ended_then or a.ends_then)
    given_at = Shown(_l("Given"), lambda a: a.created_at, "created_at")
    ended_at = Shown(_l("End recorded"), lambda a: a.ended_on)
    given = Shown(_l("Given by entry"), lambda a: str(a.given), first=False)
    ended = Shown(_l("Ended by entry"), lambda a: str(a.ended_by) if a.ended_by else None, first=False)


ACCESS = List(
    "access",
    _l("Who may do what"),
    AccessFilter,
    AccessTable,
    _l("Nothing was in force, as far as you may see."),
)


@screen()
def index(request: HttpRequest) -> HttpResponse:
    """List roles and leave to read, as far as this reader may see."""
    return ACCESS.answer(request, m.Access.objects.visible_to(request.user))


def link() -> list[Choice]:
    """Return the way to the list."""
    return [Choice("", _("Who may do what"), "plain", href=reverse("access"))]
