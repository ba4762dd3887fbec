"""What carries a copy: shown on its page and where it is handed over, put down on a page of its own."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from custody import models as m
from custody.actions import carriers
from custody.terms import CopyState

from .base import actor_of, screen, signed_in, told_in, visible_or_404, words
from .forms.carriers import CarrierForm
from .names import project_crumbs
from .patterns import Choice, Fact, Link


def told(row: m.Copy) -> str:
    """Return the carrier of a copy in one line, empty where nothing is recorded: what a receiver holds what
    is in the hand against."""
    parts = [words(row.medium.text) if row.medium else "", row.medium_serial]
    if row.seal_number:
        parts.append(_("seal %(number)s") % {"number": row.seal_number})
    return " ".join(part for part in parts if part)


def facts(request: HttpRequest, row: m.Copy) -> list[Fact]:
    """Return what is recorded of the carrier of a copy; its home where this reader may know the system."""
    carrier = told(row)
    seen = m.System.objects.visible_to(request.user)
    home = seen.filter(id=row.home_id).first() if row.home_id else None
    return [
        *([Fact(_("Carrier"), carrier)] if carrier else []),
        *([Fact(_("SHA-256 of its own file"), row.sha256, mono=True)] if row.sha256 else []),
        *([Fact(_("Belongs in"), home.name)] if home else []),
    ]


def button(request: HttpRequest, row: m.Copy) -> list[Choice]:
    """Return the button for who may put it down."""
    owner = row.item.project.owner_party_id
    if row.state is CopyState.DESTROYED or not actor_of(request).can(
        "copy.describe", owner=owner, holder=row.custodian_party_id
    ):
        return []
    return [Choice("", _("Describe the carrier"), href=reverse("copy_carrier", args=[row.id]))]


@screen("GET", "POST")
def describe(request: HttpRequest, copy: UUID) -> HttpResponse:
    """Ask what carries a copy, and record it."""
    rows = m.Copy.objects.select_related("item__project__owner_party", "home")
    row = visible_or_404(rows, request, copy)
    actor = actor_of(request)
    actor.require("copy.describe", owner=row.item.project.owner_party_id, holder=row.custodian_party_id)
    form = CarrierForm(request.POST if request.method == "POST" else None, signed_in(request), row)
    if form.is_bound and form.is_valid():
        with told_in(form):
            carriers.describe(
                replace(actor, expects=form.cleaned_data["seen"]),
                copy=row.id,
                carrier=form.carrier(),
                reason=form.cleaned_data["reason"],
            )
            return redirect("copy", copy=row.id)
    context = {
        "crumbs": [*project_crumbs(row.item.project), Link(row.code, reverse("copy", args=[row.id]))],
        "heading": _("Describe the carrier"),
        "lead": _("Copy %(code)s. What is left empty is not recorded.") % {"code": row.code},
        "form": form,
        "submit": _("Record it"),
        "cancel": reverse("copy", args=[row.id]),
    }
    return render(request, "form.html", context, status=422 if form.errors else 200)
