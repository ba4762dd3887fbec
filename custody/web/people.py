"""The page of a person: roles, what lets them receive, and what may be given or recorded."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from custody import models as m

from . import access, corrections, entries, files, handovers, items, owners, recalls, slips
from .base import actor_of, screen, signed_in, visible_or_404
from .patterns import Choice, Fact, Link
from .registers import button

CLEARANCE = (
    ("person.vet", "vetting_new", _l("Record a vetting")),
    ("person.train", "training_new", _l("Record a training")),
    ("person.undertake", "undertaking_new", _l("Record the undertaking")),
    ("person.leave", "leaving_new", _l("Record the last day")),
)
"""What lets a person receive: verb, page, words."""


@screen()
def detail(request: HttpRequest, person: UUID) -> HttpResponse:
    """Show a person: roles today and before, what lets them receive, sign-ins, and what may be given."""
    row = visible_or_404(m.Person.objects, request, person)
    open_to = row.clearance_shown_to(signed_in(request))
    context = {
        "crumbs": [Link(_("People"), reverse("people"))],
        "heading": row.name,
        "facts": [Fact(_("Staff number"), row.staff_number, mono=True), *_for_the_house(row, request)],
        "clearance": _clearance(row) if open_to else None,
        "roles": access.roles(request, row),
        "needs": items.of_person(request, row),
        "sections": [
            *access.grants(request, row),
            *owners.held_by_person(request, row),
            *recalls.beside(request, "person", row),
        ],
        "choices": _choices(request, row),
        "evidence": files.shown(request, files.of_person(row)) if open_to else [],
        "attach": files.attach_choices(request, files.of_person(row)),
        "history": corrections.history(request, row) if open_to else None,
    }
    return render(request, "person/detail.html", context)


def _choices(request: HttpRequest, row: m.Person) -> list[Choice]:
    """Return what this reader may do; what lets somebody receive, nobody records of themselves."""
    own = signed_in(request).person_id == row.id
    actor = actor_of(request)
    return [
        *button(request, "membership.give", "membership_new", _("Give a role"), row.id),
        *button(request, "sign_in.give", "sign_in_new", _("Give a sign-in"), row.id),
        *button(request, "grant.give", "grant_new", _("Let this person read as a regulator"), row.id),
        *(
            Choice("", words, href=reverse(route, args=[row.id]))
            for verb, route, words in CLEARANCE
            if not own and actor.can(verb)
        ),
        *_accounts(request, row),
        *slips.buttons(request, row),
        *_end_sessions(request, row),
        *access.buttons(request, row),
        *handovers.button(request, row),
        *recalls.button(request, "person", row),
        *(
            button(request, "person.lift_hold", "hold_lift", _("Lift the legal hold"), row.id)
            if row.hold
            else button(request, "person.hold", "hold_new", _("Put under a legal hold"), row.id)
        ),
    ]


def _accounts(request: HttpRequest, row: m.Person) -> list[Choice]:
    """Return the buttons for the account at the sign-in provider; without a provider none is linked."""
    here = [reverse(route, args=[row.id]) for route in ("identity_new", "identity_end")]
    actor = actor_of(request)
    found = []
    if settings.OIDC and actor.can("identity.link") and row.users.filter(is_active=True).exists():
        found.append(Choice("", _("Let an account at the sign-in provider sign in"), href=here[0]))
    if actor.can("identity.end") and m.Identity.objects.live().filter(user__person=row).exists():
        found.append(Choice("", _("End the account at the sign-in provider"), href=here[1]))
    if actor.can("identity.confirm"):
        found += [
            Choice(
                "",
                _("Proposed account at the sign-in provider"),
                href=reverse("proposed_identity", args=[account.id]),
            )
            for account in m.Identity.objects.proposed().filter(user__person=row)
        ]
    return found


def _end_sessions(request: HttpRequest, row: m.Person) -> list[Choice]:
    """Return the button that signs somebody out everywhere, where they are signed in."""
    if not actor_of(request).can("session.end_all"):
        return []
    if not m.OpenSession.objects.live().filter(user__person=row).exists():
        return []
    return [Choice("", _("End the sessions"), href=reverse("sessions_end", args=[row.id]))]


def _clearance(row: m.Person) -> list[Fact]:
    """Return what lets a person receive, each with what shows it."""
    until = _("until %(day)s") % {"day": row.vetted_to} if row.vetted_to else ""
    return [
        Fact(
            _("Vetted"), row.vetting, note=[part for part in (row.post, until, row.vetting_evidence) if part]
        ),
        Fact(_("Secrecy training taken on"), row.trained_on, note=row.training_evidence),
        Fact(_("Undertaking signed on"), row.undertaking_on, note=row.undertaking_evidence),
        Fact(_("Last day"), row.leaves_on or _("No leaving is recorded"), note=row.leaving_evidence),
    ]


def _for_the_house(row: m.Person, request: HttpRequest) -> list[Fact]:
    """Return what colleagues elsewhere need not know."""
    if not signed_in(request).in_house:
        return []
    users = list(row.users.order_by("username"))
    names = [user.username for user in users if user.is_active]
    closed = [user.username for user in users if user.closed]
    above = [user.username for user in users if user.is_superuser]
    return [
        *_hold(row, request),
        Fact(_("Citizenships"), ", ".join(row.citizenships or []) or None),
        Fact(_("User name"), names or None, mono=True),
        *([Fact(_("Closed sign-in"), closed, mono=True)] if closed else []),
        *([Fact(_("Reads all tables as a superuser"), above, mono=True)] if above else []),
        *_known_as(row, request),
    ]


def _known_as(row: m.Person, request: HttpRequest) -> list[Fact]:
    """Return since when there is a counter PIN, and the account that signs the person in, for whoever may end
    the account."""
    if not actor_of(request).can("identity.end"):
        return []
    pin = m.CounterPin.objects.live().filter(user__person=row).first()
    accounts = m.Identity.objects.live().filter(user__person=row)
    return [
        *([Fact(_("Counter PIN set"), pin.created_at)] if pin else []),
        *(
            Fact(_("Account at the sign-in provider"), account.subject, note=account.issuer, mono=True)
            for account in accounts
        ),
    ]


def _hold(row: m.Person, request: HttpRequest) -> list[Fact]:
    """Return the hold that stands; why, and on whose order, for whoever may lift it."""
    if not row.hold:
        return []
    stands = Fact(_("Legal hold"), _("Stands: nothing known about this person is erased."))
    if not actor_of(request).can("person.lift_hold"):
        return [stands]
    told, entered_by = entries.told(row.hold), entries.person_of(row.hold)
    values = told.values if told else {}
    return [
        stands,
        Fact(_("Held since"), told.at if told else None),
        Fact(_("Reason for the hold"), values.get("reason")),
        Fact(_("Held on whose order"), values.get("ordered_by")),
        Fact(_("Hold entered by"), entered_by.name if entered_by else None),
    ]
