"""What a party holds of others, on one page for its people: what waits for their signature, what goes back
when, their certificates and requests, and the ways to pass on, give back, destroy, or report."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db.models import Count, F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from custody import models as m
from custody.filters.base import mine
from custody.terms import ApprovalState, HandoffState, HopState, ProjectState

from . import approvals, destructions, handoffs, incidents, moves, qualifications
from .base import actor_of, heads, screen, signed_in
from .listing import first_rows
from .names import party_name
from .patterns import Choice, Link, Section, Table

SHORT = 12


@screen()
def page(request: HttpRequest) -> HttpResponse:
    """Show a person what their parties hold of others, and what they can do about it."""
    own = mine(signed_in(request))
    coming = m.Handoff.objects.visible_to(request.user).filter(
        receiver_party__in=own, state=HandoffState.OFFERED
    )
    papers = m.Qualification.objects.visible_to(request.user).filter(party__in=own)
    asked = m.Approval.objects.visible_to(request.user).filter(
        hop__from_party__in=own, state=ApprovalState.REQUESTED
    )
    sections = [
        first_rows(
            _("Waits for your signature"),
            handoffs.HANDOFFS,
            coming.order_by("offered_at"),
            _("Nothing waits for your signature."),
            most=SHORT,
            state=HandoffState.OFFERED.value,
            side="received",
        ),
        _held(request, own),
        first_rows(_("Certificates"), qualifications.QUALIFICATIONS, papers.order_by("valid_to"), most=SHORT),
        first_rows(
            _("Subcontracts that you asked for, not decided"),
            approvals.APPROVALS,
            asked.order_by("created_at"),
            most=SHORT,
            state=ApprovalState.REQUESTED.value,
        ),
    ]
    context = {
        "heading": _("What you hold"),
        "lead": _("Copies of others that are with you, the first to go back at the top."),
        "choices": _ways(request, own),
        "sections": [section for section in sections if section],
    }
    return render(request, "rule/page.html", context)


def _held(request: HttpRequest, own: list[Any]) -> Section:
    """Return the handoffs by which copies are with these parties still, with how many and until when."""
    lines = m.HandoffCopy.objects.open().filter(copy__custodian_party__in=own)
    rows = (
        m.Handoff.objects.visible_to(request.user)
        .filter(receiver_party__in=own)
        .still_out()
        .annotate(
            here=Count("lines", filter=Q(lines__in=lines)),
        )
        .filter(here__gt=0)
        .select_related("project", "sender_party")
        .order_by(F("due_back").asc(nulls_last=True), "answered_at", "id")
    )
    found = list(rows[: SHORT + 1])
    body = [
        [
            Link(row.number, reverse("handoff", args=[row.id])),
            party_name(row.sender_party),
            row.project.code,
            row.here,
            row.due_back,
            Link(_("Give copies back"), back) if (back := moves.give_back(request, row)) else None,
        ]
        for row in found[:SHORT]
    ]
    columns = heads(_("Handoff"), _("From"), _("Project"), _("Copies here"), _("Return by"), _("Give back"))
    table = Table(columns, body, empty=_("You hold no copy of others."))
    return Section(_("Held"), table, f"{reverse('copies')}?side=held", more=len(found) > SHORT)


def _ways(request: HttpRequest, own: list[Any]) -> list[Choice]:
    """Return what may be done with what is held: pass work on, have copies destroyed, report."""
    actor = actor_of(request)
    found: list[Choice] = []
    hops = m.Hop.objects.visible_to(request.user).filter(
        to_party__in=own, state=HopState.ACTIVE, project__state=ProjectState.OPEN
    )
    projects: dict[Any, m.Project] = {}
    for hop in hops.select_related("project__owner_party").order_by("-created_at")[:SHORT]:
        project = projects.setdefault(hop.project_id, hop.project)
        if actor.can("hop.request", owner=project.owner_party_id, sender=hop.to_party_id):
            href = reverse("hop_new", args=[project.id]) + f"?parent={hop.id}"
            label = _("Pass on work of %(code)s") % {"code": project.code}
            if all(choice.label != label for choice in found):
                found.append(Choice("", label, href=href))
    for project in projects.values():
        gone = _("Ask for the destruction of copies of %(code)s") % {"code": project.code}
        found += [replace(way, label=gone) for way in destructions.button(request, project)]
        label = _("Report an incident in %(code)s") % {"code": project.code}
        found += incidents.button(request, project, label)
    return found
