"""Roles, leave to read and sign-ins as a person's page shows them, and what stops when one is taken back."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from custody import models as m
from custody import waiting
from custody.regions import name as region_name
from custody.terms import HandoffState, Role, Text

from .base import actor_of, heads, signed_in
from .names import party_name
from .patterns import Choice, Fact, Link, Section, Table


def of_its_person(row: Any, _outcome: Any) -> str:
    """Return the page of the person who had it."""
    return reverse("person", args=[row.person_id])


def roles(request: HttpRequest, row: m.Person) -> Table:
    """Return the roles of a person, the latest first, each with the way to its end for whoever may end it."""
    found = m.Membership.objects.visible_to(request.user).filter(person=row).select_related("party")
    may = actor_of(request).can("membership.end")
    body = [
        [party_name(r.party), r.role, r.starts, _last(r), *_end(r, may, "membership_end")]
        for r in found.order_by("-starts", "-id")
    ]
    return Table(
        heads(_("Party"), _("Role"), _("First day"), _("Last day"), *([_("End")] if may else [])),
        body,
        empty=_("No role was given yet."),
    )


def grants(request: HttpRequest, row: m.Person) -> list[Section]:
    """Return what a person may read as a regulator, or could."""
    found = m.Grant.objects.visible_to(request.user).filter(person=row).select_related("project", "party")
    may = actor_of(request).can("grant.end")
    body = [
        [
            what_is_read(g.project, g.party, g.region),
            g.starts,
            _last(g),
            *_end(g, may, "grant_end"),
        ]
        for g in found.order_by("-starts", "-id")
    ]
    if not body:
        return []
    columns = heads(_("What may be read"), _("First day"), _("Last day"), *([_("End")] if may else []))
    return [Section(_("Leave to read"), Table(columns, body))]


def what_is_read(project: m.Project | None, owner: m.Party | None, region: str) -> Any:
    """Return of what a leave to read is: a project, or all of a party or region; None for a project that the
    reader may not see."""
    if project:
        return Link(project.code, reverse("project", args=[project.id]))
    if owner:
        name = party_name(owner)
        return Text(f"All projects of {name.en}", f"{name.zh}的全部项目")
    if not region:
        return None
    name = region_name(region)
    return Text(f"All projects in {name.en}", f"{name.zh}的全部项目")


def readers(request: HttpRequest, project: m.Project) -> list[Section]:
    """Return by which leave regulators read a project, or will: for the house and for the owner's people."""
    user = signed_in(request)
    if not user.in_house and project.owner_party_id not in user.internal_party_ids():
        return []
    rows = (
        m.Grant.objects.visible_to(user)
        .covering(project)
        .filter(ended_at__isnull=True, ends__gte=_yesterday())
    )
    may = actor_of(request).can("grant.end")
    body = [
        [
            Link(g.person.name, reverse("person", args=[g.person_id])) if user.in_house else g.person.name,
            _("This project") if g.project_id else what_is_read(None, g.party, g.region),
            g.starts,
            g.ends,
            *_end(g, may, "grant_end"),
        ]
        for g in rows.select_related("person", "party").order_by("ends", "id")
    ]
    if not body:
        return []
    columns = heads(
        _("Regulator"), _("Leave to read"), _("First day"), _("Last day"), *([_("End")] if may else [])
    )
    return [Section(_("Who may read it as a regulator"), Table(columns, body))]


def buttons(request: HttpRequest, row: m.Person) -> list[Choice]:
    """Return how a sign-in is closed, or opened again; never one's own."""
    actor = actor_of(request)
    found: list[Choice] = []
    if actor.person == row.id:
        return found
    if actor.can("sign_in.close") and row.users.filter(is_active=True).exists():
        found.append(Choice("", _("Close the sign-in"), href=reverse("sign_in_close", args=[row.id])))
    if actor.can("sign_in.open") and row.users.filter(closed__isnull=False).exists():
        found.append(Choice("", _("Open the sign-in again"), href=reverse("sign_in_open", args=[row.id])))
    return found


def _last(row: m.Membership | m.Grant) -> Any:
    return row.ended_at or row.ends


def _end(row: m.Membership | m.Grant, may: bool, route: str) -> list[Any]:
    """Return the cell with the way to the end; none for who may not, an empty one for what is over."""
    if not may:
        return []
    over = row.ended_at or (row.ends and row.ends < _yesterday())
    return [None if over else Link(_("End it"), reverse(route, args=[row.id]))]


def _yesterday() -> dt.date:
    return timezone.localdate() - dt.timedelta(days=1)


# --- what stops -------------------------------------------------------------------------------------------


def of_role(request: HttpRequest, row: m.Membership) -> list[Fact]:
    """Return what a role is, what else its holder is at that party, and what waits for them there."""
    others = m.Membership.objects.current().filter(person=row.person_id, party=row.party_id)
    rest = [r.role for r in others.exclude(id=row.id).order_by("role")]
    return [
        Fact(_("Person"), row.person.name),
        Fact(_("Party"), party_name(row.party)),
        Fact(_("Role"), row.role),
        Fact(_("First day"), row.starts),
        Fact(_("Last day"), _last(row) or _("None is set")),
        Fact(_("Other roles there"), rest or _("None: the person does not act for this party any more")),
        *(_votes(request, row.person_id) if row.role is Role.OFFICER else []),
        *_in_hand(request, row.person_id, row.party_id),
    ]


def of_grant(_request: HttpRequest, row: m.Grant) -> list[Fact]:
    """Return who reads what, and until when."""
    return [
        Fact(_("Person"), row.person.name),
        Fact(_("What may be read"), what_is_read(row.project, row.party, row.region)),
        Fact(_("First day"), row.starts),
        Fact(_("Last day"), _last(row)),
    ]


def of_sign_in(request: HttpRequest, row: m.Person) -> list[Fact]:
    """Return by what a person acts, all of which ends, and what waits for them."""
    now, users = timezone.now(), row.users.filter(is_active=True)
    programs = m.ApiKey.objects.filter(user__in=users, revoked_at__isnull=True, expires_at__gt=now)
    return [
        Fact(_("Person"), row.name),
        Fact(_("User name"), [user.username for user in users.order_by("username")] or None, mono=True),
        Fact(_("Open sessions"), m.OpenSession.objects.live().filter(user__in=users).count()),
        Fact(_("Keys for programs"), programs.count()),
        Fact(_("Passkeys that sign"), m.SigningKey.objects.live().filter(factor__user__in=users).count()),
        Fact(_("Open slips"), m.Slip.objects.open().filter(sign_in__in=users).count()),
        *_votes(request, row.id),
        *_in_hand(request, row.id),
    ]


def _votes(request: HttpRequest, person: UUID) -> list[Fact]:
    """Return how many requests wait for a vote that somebody may cast; of those first in the queue."""
    found, more = waiting.queue(signed_in(request))
    mine = sum(any(one.id == person for one in each.standing.can) for each in found)
    first = _("Of the first %(count)s that wait") % {"count": waiting.MOST} if more else ""
    return [Fact(_("Requests that wait for their vote"), mine, href=reverse("approvals"), note=first)]


def _in_hand(request: HttpRequest, person: UUID, party: UUID | None = None) -> list[Fact]:
    """Return what waits for somebody's receipt, and what they keep; for one party or for all."""
    offers = m.Handoff.objects.visible_to(request.user).filter(
        state=HandoffState.OFFERED, receiver_person=person
    )
    kept = m.Copy.objects.visible_to(request.user).there().filter(custodian_person=person)
    if party:
        offers, kept = offers.filter(receiver_party=party), kept.filter(custodian_party=party)
    return [
        Fact(_("Handoffs offered to them"), offers.count()),
        Fact(_("Copies that they keep"), kept.count()),
    ]
