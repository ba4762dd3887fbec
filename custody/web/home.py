"""The first page: what waits for this person, in short lists by role."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from custody import models as m
from custody.terms import HandoffState, QualificationState, Role
from ledger import api as ledger

from . import approvals, handoffs, projects
from .base import heads, screen, signed_in
from .names import party_name, qualification_name
from .patterns import Fact, Link, Table

SHORT = 6


@dataclass(frozen=True, slots=True)
class Section:
    """A short list with its heading, how many there are in all, and where all stand."""

    title: str
    table: Table | None = None
    count: int | None = None
    href: str = ""
    facts: list[Fact] | None = None


@screen()
def home(request: HttpRequest) -> HttpResponse:
    """Show what a person's roles ask for, what is urgent first."""
    roles = signed_in(request).roles()
    sections = [make(request) for make, for_roles in SECTIONS if roles & for_roles]
    context = {
        "heading": _("Hello, %(name)s") % {"name": signed_in(request).person.name},
        "sections": [s for s in sections if s],
    }
    return render(request, "home/home.html", context)


def _to_accept(request: HttpRequest) -> Section:
    mine = signed_in(request).party_ids()
    rows = m.Handoff.objects.visible_to(request.user).filter(
        receiver_party__in=mine, state=HandoffState.OFFERED
    )
    table = handoffs.table(rows.order_by("offered_at")[:SHORT], _("No offer waits for your answer."))
    return Section(_("Offers to answer"), table, rows.count(), reverse("handoffs"))


def _to_decide(request: HttpRequest) -> Section:
    rows = approvals.waiting(request)
    return Section(
        _("Waiting for your decision"), approvals.table(rows[:SHORT]), rows.count(), reverse("approvals")
    )


def _waiting(request: HttpRequest) -> Section:
    rows = approvals.waiting(request)
    table = approvals.table(rows[:SHORT], _("No subcontract waits for an officer."))
    return Section(_("Waiting for an officer"), table, rows.count(), reverse("approvals"))


def _projects(request: HttpRequest) -> Section:
    rows = m.Project.objects.visible_to(request.user).select_related("owner_party")
    return Section(_("Projects"), projects.table(rows[:SHORT]), rows.count(), reverse("projects"))


def _offered(request: HttpRequest) -> Section:
    mine = signed_in(request).party_ids()
    rows = m.Handoff.objects.visible_to(request.user).filter(
        sender_party__in=mine, state=HandoffState.OFFERED
    )
    table = handoffs.table(rows[:SHORT], _("Every offer was answered."))
    return Section(_("Offered, not answered yet"), table, rows.count(), reverse("handoffs"))


def _refused(request: HttpRequest) -> Section:
    rows = m.Refusal.objects.visible_to(request.user).select_related("decision", "to_party", "attempted_by")
    return Section(_("Recent refusals"), projects.refusals(rows[:SHORT]), rows.count())


def _reports(request: HttpRequest) -> Section:
    rows = m.Report.objects.visible_to(request.user).select_related("project", "requested_by")
    return Section(_("Reports"), projects.report_table(rows[:SHORT]), rows.count(), reverse("reports"))


def _papers(request: HttpRequest) -> Section:
    rows = m.Qualification.objects.filter(
        state=QualificationState.SUBMITTED, party__in=m.Party.objects.visible_to(request.user).values("id")
    ).select_related("party")
    columns = heads(_("Certificate"), _("Holder"), _("Valid until"), _("State"))
    body = [
        [
            Link(qualification_name(q.type, q.grade), reverse("qualification", args=[q.id])),
            party_name(q.party),
            q.valid_to,
            q.state,
        ]
        for q in rows[:SHORT]
    ]
    return Section(
        _("Certificates to verify"), Table(columns, body, empty=_("No certificate waits.")), rows.count()
    )


def _site(request: HttpRequest) -> Section:
    health = ledger.health()
    facts = [
        Fact(_("Ledger"), _("FROZEN") if health.frozen else _("Working"), note=health.frozen or ""),
        Fact(_("Sealed entries"), health.size),
        Fact(_("Waiting to be sealed"), health.pending),
        Fact(_("Last sealed"), health.sealed_at),
        Fact(_("Registered parties"), m.Party.objects.count(), href=reverse("parties")),
        Fact(_("Registered systems"), m.System.objects.count()),
        Fact(_("Sign-ins"), m.User.objects.filter(is_active=True).count()),
    ]
    return Section(_("This installation"), facts=facts)


# In the order in which they are urgent; the roles that a list is for.
SECTIONS: tuple[tuple[Callable[[HttpRequest], Any], set[Role]], ...] = (
    (_to_decide, {Role.OFFICER}),
    (_to_accept, {Role.RECIPIENT, Role.CUSTODIAN, Role.MANAGER}),
    (_papers, {Role.OFFICER, Role.ADMINISTRATOR}),
    (_site, {Role.ADMINISTRATOR}),
    (_waiting, {Role.MANAGER}),
    (_offered, {Role.MANAGER, Role.CUSTODIAN}),
    (_projects, set(Role)),
    (_refused, {Role.MANAGER, Role.OFFICER, Role.REGULATOR}),
    (_reports, {Role.REGULATOR, Role.OFFICER}),
)
