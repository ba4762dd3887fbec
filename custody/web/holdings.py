"""Who had which copy from when until when, at any past time."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _l

from custody import models as m
from custody.filters import HoldingFilter

from .base import screen
from .listing import List, Listed, Shown
from .names import party_name
from .patterns import Choice, Link


def _holder(row: m.Holding) -> list[Any]:
    return [party_name(row.party), row.person.name if row.person else ""]


class HoldingTable(Listed):
    """Changes of custody and readings, the newest first."""

    related = ("copy__item", "project", "party", "person", "system")
    copy = Shown(_l("Copy"), lambda h: Link(h.copy.code, reverse("copy", args=[h.copy_id])), "copy__code")
    item = Shown(_l("Item"), lambda h: f"{h.copy.item.codename} / {h.copy.number}", "copy__item__codename")
    holder = Shown(_l("Held or read by"), _holder, "party__name")
    how = Shown(_l("Held or read"), lambda h: h.how, "how")
    system = Shown(_l("Kept in"), lambda h: h.system.name if h.system else None, "system__name")
    since = Shown(_l("Since"), lambda h: h.created_at, "created_at")
    until = Shown(_l("Until"), lambda h: h.until, "until")
    project = Shown(_l("Project"), lambda h: h.project.code, "project__code", first=False)


HOLDINGS = List(
    "holdings", _l("Who had which copy"), HoldingFilter, HoldingTable, _l("Nobody, as far as you may see.")
)


@screen()
def index(request: HttpRequest) -> HttpResponse:
    """List who had copies, as far as this reader may see."""
    return HOLDINGS.answer(request, m.Holding.objects.visible_to(request.user).with_until())


def link(words: str, **about: Any) -> Choice:
    """Return the way to who had a copy, or the copies of a project, party or person."""
    return Choice("", words, "plain", href=f"{reverse('holdings')}?{urlencode(about)}")
