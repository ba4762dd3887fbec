"""Adding to a subcontract what its request had left open: who performs it, which listed business it is."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from custody import models as m
from custody import regimes
from custody.actions import describing
from custody.transitions import HOP

from .base import actor_of, screen, told_in, visible_or_404
from .forms.describing import DescribeForm
from .forms.hop import listed_businesses
from .names import party_name, project_crumbs
from .patterns import Link


def may(request: HttpRequest, row: m.Hop) -> bool:
    """Return whether something of a hop is open, and this reader may add it now."""
    unsaid = row.performer_id is None or (
        row.business is None and bool(listed_businesses(regimes.pack(row.project.regime)))
    )
    permitted = actor_of(request).can("hop.describe", owner=row.project.owner_party_id)
    return unsaid and permitted and (row.state, "describe") in HOP


@screen("GET", "POST")
def describe(request: HttpRequest, hop: UUID) -> HttpResponse:
    """Ask for what a subcontract does not say yet, and record it."""
    rows = m.Hop.objects.select_related("project", "from_party", "to_party")
    row = visible_or_404(rows, request, hop)
    actor = actor_of(request)
    actor.require("hop.describe", owner=row.project.owner_party_id)
    form = DescribeForm(request.POST if request.method == "POST" else None, user=request.user, row=row)
    page = reverse("hop", args=[row.id])
    if form.is_bound and form.is_valid():
        with told_in(form):
            describing.describe(actor, hop=row.id, **form.said())
            return redirect(page)
    context: dict[str, Any] = {
        "crumbs": [*project_crumbs(row.project), Link(party_name(row.to_party), page)],
        "heading": _("Add what is not known of a subcontract"),
        "lead": _("What is recorded here cannot be changed afterwards."),
        "form": form,
        "submit": _("Record"),
        "cancel": page,
    }
    return render(request, "form.html", context, status=422 if form.errors else 200)
