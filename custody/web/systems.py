"""A registered system: what it is, and which copies are on it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from custody import models as m

from . import corrections, entries
from .base import heads, screen, visible_or_404
from .names import level_name, party_link, party_name
from .patterns import Fact, Link, Table

LISTED = 200


@screen()
def detail(request: HttpRequest, system: UUID) -> HttpResponse:
    """Show a system to its owner, to regulators and to the house."""
    row = visible_or_404(m.System.objects.select_related("owner_party"), request, system)
    context = {
        "crumbs": [Link(_("Systems"), reverse("systems"))],
        "heading": row.name,
        "state": row.state,
        "entry_state": entries.state_of(row.entry),
        "facts": facts(request, row),
        "copies": copies(request, row),
        "correct": corrections.link(request, row),
        "corrections": corrections.history(request, row),
    }
    return render(request, "system/detail.html", context)


def facts(request: HttpRequest, row: m.System) -> list[Fact]:
    """Return what is recorded of a system."""
    seen = m.Party.objects.visible_to(request.user).filter(id=row.owner_party_id).exists()
    number = row.inventory_number
    return [
        Fact(_("Kind"), row.kind),
        Fact(_("Owner"), party_link(row.owner_party) if seen else party_name(row.owner_party)),
        Fact(_("Whose device"), row.provision),
        Fact(
            _("Inventory or seal number"),
            _("It has none") if number == "" else number,
            mono=bool(number),
        ),
        Fact(_("Accredited for"), [level_name(v, k) for k, v in sorted(row.levels.items())] or None),
        Fact(_("Accreditation paper"), row.accreditation or None, mono=True),
        Fact(_("Network"), row.network),
        Fact(_("Country in which it stands"), row.country or None),
        Fact(_("Last tested on"), row.tested_on),
    ]


def copies(request: HttpRequest, row: m.System) -> Table:
    """Return the copies on a system that this reader may see."""
    rows = m.Copy.objects.visible_to(request.user).filter(system=row).order_by("code")
    body: list[Any] = [
        [Link(c.code, reverse("copy", args=[c.id])), c.item.codename, party_name(c.custodian_party), c.state]
        for c in rows.select_related("item", "custodian_party")[:LISTED]
    ]
    columns = heads(_("Copy"), _("Item"), _("Held by"), _("State"))
    return Table(columns, body, empty=_("No copy that you may see is on it."))
