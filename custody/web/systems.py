"""A registered system: what it is, which copies are on it, and its life: tested again, retired."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from custody import models as m
from custody.actions import systems
from custody.actions.base import Actor
from custody.terms import SystemState

from . import corrections, entries, recalls
from .base import actor_of, heads, screen, told_in, visible_or_404
from .forms.devices import SystemTestForm
from .forms.fields import ReasonForm
from .names import level_name, party_link, party_name
from .patterns import Choice, Fact, Link, Table

LISTED = 200
_Life = tuple[str, Any, Any, type[forms.Form], Callable[..., Any]]


def _test(actor: Actor, row: m.System, given: dict[str, Any]) -> None:
    systems.record_test(actor, system=row.id, **given)


def _retire(actor: Actor, row: m.System, given: dict[str, Any]) -> None:
    systems.retire(actor, system=row.id, reason=given["reason"])


LIFE: dict[str, _Life] = {
    "test": (
        "system.test",
        _l("Record a test"),
        _l("One that failed takes no copies until it has passed again."),
        SystemTestForm,
        _test,
    ),
    "retire": (
        "system.retire",
        _l("Retire the system"),
        _l("It can be named no more; this cannot be undone. No copy may be on it."),
        ReasonForm,
        _retire,
    ),
}

_KINDS: dict[str, Any] = {"test": "primary", "retire": "danger"}


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
        "choices": _choices(request, row),
        "sections": recalls.beside(request, "system", row),
        "correct": corrections.link(request, row),
        "history": corrections.history(request, row),
    }
    return render(request, "system/detail.html", context)


def _choices(request: HttpRequest, row: m.System) -> list[Choice]:
    """Return what this reader may do with a system now."""
    if row.state is SystemState.RETIRED:
        return []
    actor = actor_of(request)
    return [
        *(
            Choice("", words, _KINDS[act], href=reverse(f"system_{act}", args=[row.id]))
            for act, (verb, words, *_more) in LIFE.items()
            if actor.can(verb) and not (act == "retire" and row.is_installation)
        ),
        *recalls.button(request, "system", row),
    ]


@screen("GET", "POST")
def act(request: HttpRequest, system: UUID, act: str) -> HttpResponse:
    """Record a test of a system, or retire it, on a page of its own."""
    verb, words, lead, form_of, do = LIFE[act]
    row = visible_or_404(m.System.objects.select_related("owner_party"), request, system)
    actor = actor_of(request)
    actor.require(verb)
    form = form_of(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with told_in(form):
            do(actor, row, form.cleaned_data)
            return redirect("system", row.id)
    there = copies(request, row)
    context = {
        "crumbs": [
            Link(_("Systems"), reverse("systems")),
            Link(row.name, reverse("system", args=[row.id])),
        ],
        "heading": words,
        "lead": lead,
        "row": row,
        "form": form,
        "submit": words,
        "cancel": reverse("system", args=[row.id]),
        "copies": there if act == "retire" and there.rows else None,
        "ask_back": recalls.button(request, "system", row) if act == "retire" else [],
    }
    return render(request, "system/act.html", context, status=422 if form.errors else 200)


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
        Fact(_("Last tested on"), row.tested_on, note=row.tested_by),
    ]


def copies(request: HttpRequest, row: m.System) -> Table:
    """Return the copies on a system that this reader may see."""
    rows = m.Copy.objects.there().visible_to(request.user).filter(system=row).order_by("code")
    body: list[Any] = [
        [Link(c.code, reverse("copy", args=[c.id])), c.item.codename, party_name(c.custodian_party), c.state]
        for c in rows.select_related("item", "custodian_party")[:LISTED]
    ]
    columns = heads(_("Copy"), _("Item"), _("Held by"), _("State"))
    return Table(columns, body, empty=_("No copy that you may see is on it."))
