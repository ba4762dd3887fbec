"""Slips that two people hand over: asking for one, confirming, the half that each is shown once, the list."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from custody import models as m
from custody.actions import second_person
from custody.actions import slips as actions
from custody.actions.base import Actor, NotPermitted, Outcome
from custody.filters import SlipFilter
from custody.reports import slips as paper
from custody.terms import SlipHalf, SlipPurpose, SlipState
from custody.transitions import SLIP

from . import entries, registers
from .base import actor_of, language, screen, signed_in, told_in, visible_or_404, words
from .forms.second import EndForm, SeenForm, own_password
from .forms.slips import AskForm, InviteForm
from .listing import List, Listed, Shown
from .patterns import Choice, Fact, Link


class SlipTable(Listed):
    """Slips, the newest first."""

    related = ("sign_in__person", "asked_by", "confirmed_by")
    person = Shown(
        _l("For"),
        lambda s: Link(s.sign_in.person.name, reverse("slip", args=[s.id])),
        "sign_in__person__name",
    )
    purpose = Shown(_l("What for"), lambda s: s.purpose, "purpose")
    state = Shown(_l("State"), lambda s: _("Has run out") if s.run_out else s.state, "state")
    asked = Shown(_l("Asked for"), lambda s: s.created_at, "created_at")
    asked_by = Shown(_l("Asked for by"), lambda s: s.asked_by.name, "asked_by__name")
    confirmed_by = Shown(_l("Confirmed by"), lambda s: s.confirmed_by.name if s.confirmed_by else None)
    expires = Shown(_l("Good until"), lambda s: s.expires_at, "expires_at", first=False)
    tries = Shown(_l("Wrong tries"), lambda s: s.tries, "tries", first=False)
    ended = Shown(_l("Used or ended"), lambda s: s.ended_at, "ended_at", first=False)


SLIPS = List("slips", _l("Slips for sign-ins"), SlipFilter, SlipTable, _l("No slip was asked for yet."))


@screen()
def index(request: HttpRequest) -> HttpResponse:
    """List the slips that this reader may see."""
    rows = m.Slip.objects.visible_to(request.user).order_by("-created_at")
    return SLIPS.answer(request, rows)


# --- made -------------------------------------------------------------------------------------------------


def buttons(request: HttpRequest, row: m.Person) -> list[Choice]:
    """Return how somebody's sign-in is opened anew: by a slip, or by one administrator where nobody else is;
    never for one's own."""
    actor = actor_of(request)
    if actor.person == row.id or not row.users.filter(is_active=True).exists():
        return []
    if second_person.is_there(actor, row.id):
        if not actor.can("slip.ask"):
            return []
        return [Choice("", _("Ask for a slip"), href=reverse("slip_new", args=[row.id]))]
    if not actor.can("factor.end") or not m.Factor.objects.live().filter(user__person=row).exists():
        return []
    return [Choice("", _("End the ways to sign in"), href=reverse("factors_end", args=[row.id]))]


@sensitive_post_parameters("password")
@screen("GET", "POST")
def give(request: HttpRequest, id: UUID) -> HttpResponse:
    """Give a sign-in: without a password and with a slip, or as before where nobody could confirm one."""
    row = visible_or_404(m.Person.objects, request, id)
    actor = actor_of(request)
    actor.require("sign_in.give")
    if not second_person.is_there(actor, row.id):
        answer: HttpResponse = registers.new(request, kind="sign_in", id=id)
        return answer
    form = InviteForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with told_in(form):
            return _half(request, *actions.invite(actor, person=row.id, **form.cleaned_data), SlipHalf.FIRST)
    lead = _(
        "Nobody sets another's password. You are shown one half of a slip, once; an officer or another "
        "administrator confirms and is shown the other. With both halves the person sets a password."
    )
    return _form(request, row, _("Give a sign-in"), lead, form, _("Give the sign-in and ask for the slip"))


@screen("GET", "POST")
def ask(request: HttpRequest, id: UUID) -> HttpResponse:
    """Ask for a slip for somebody's sign-in."""
    row = visible_or_404(m.Person.objects, request, id)
    actor = actor_of(request)
    actor.require("slip.ask")
    users = {str(user.pk): user for user in row.users.filter(is_active=True).order_by("username")}
    if not users:
        raise Http404
    form = AskForm(request.POST if request.method == "POST" else None, users, _fitting(users))
    if form.is_bound and form.is_valid():
        with told_in(form):
            return _half(request, *actions.ask(actor, **form.given()), SlipHalf.FIRST)
    lead = _(
        "For somebody who cannot come in. See first that it is they who ask. You are shown one half, once; "
        "an officer or another administrator confirms and is shown the other. One that is open ends."
    )
    return _form(request, row, _("Ask for a slip"), lead, form, _("Ask for it and show my half"))


def _fitting(users: dict[str, m.User]) -> list[SlipPurpose]:
    """Return what a slip could be for with these sign-ins."""
    rows = list(users.values())
    factors = m.Factor.objects.live().filter(user__in=rows).exists()
    found = {
        SlipPurpose.INVITATION: not all(user.has_usable_password() for user in rows),
        SlipPurpose.PASSWORD: any(user.has_usable_password() for user in rows),
        SlipPurpose.FACTOR: factors,
    }
    return [purpose for purpose, fits in found.items() if fits]


def _form(
    request: HttpRequest, row: m.Person, heading: str, lead: str, form: forms.Form, submit: str
) -> HttpResponse:
    context = {
        "crumbs": [Link(_("People"), reverse("people")), Link(row.name, reverse("person", args=[row.id]))],
        "heading": heading,
        "lead": lead,
        "form": form,
        "submit": submit,
        "cancel": reverse("person", args=[row.id]),
    }
    return render(request, "form.html", context, status=422 if form.errors else 200)


@sensitive_variables("code")
def _half(request: HttpRequest, outcome: Outcome, code: str, half: SlipHalf) -> HttpResponse:
    """Show a half, this once; the file of it is asked for from this page alone."""
    row = outcome.object
    if not code:
        messages.warning(
            request, _("This was sent before. A half is shown once; if it is lost, ask for another slip.")
        )
        return redirect("slip", row.id)
    context = {
        "crumbs": _crumbs(request),
        "heading": _("%(half)s of the slip for %(person)s")
        % {"half": words(half.text), "person": row.sign_in.person.name},
        "code": actions.grouped(code),
        "facts": [
            Fact(_("User name"), row.sign_in.username, mono=True),
            Fact(_("What for"), row.purpose),
            Fact(_("Good until"), row.expires_at),
        ],
        "row": row,
        "waits": half is SlipHalf.FIRST,
    }
    return render(request, "slip/half.html", context)


@sensitive_post_parameters("code")
@screen("POST")
def printed(request: HttpRequest, slip: UUID) -> HttpResponse:
    """Give one's own half as a PDF, once."""
    row = visible_or_404(m.Slip.objects.select_related("sign_in__person", "asked_by"), request, slip)
    code = request.POST.get("code", "")[:100]
    outcome, half = actions.print_half(actor_of(request), slip=row.id, code=code)
    if outcome.again:
        messages.warning(request, _("Your half was printed already. If it is lost, ask for another slip."))
        return redirect("slip", row.id)
    body = paper.draw(
        paper.Half(
            first=half is SlipHalf.FIRST,
            code=actions.grouped(actions.fold(code)),
            username=row.sign_in.username,
            person=row.sign_in.person.name,
            purpose=row.purpose.text,
            lost_factor=row.purpose is SlipPurpose.FACTOR,
            until=timezone.localtime(row.expires_at).strftime("%Y-%m-%d %H:%M %z"),
            address=settings.SITE_URL.rstrip("/") + _address(row),
            maker=signed_in(request).person.name,
        ),
        site=m.Site.objects.get().name,
    )
    return entries.download(body, f"slip-{half}.pdf", "application/pdf")


def _address(row: m.Slip) -> str:
    return reverse("slip_use_factor" if row.purpose is SlipPurpose.FACTOR else "slip_use")


# --- one slip ---------------------------------------------------------------------------------------------


@sensitive_post_parameters("password")
@screen("GET", "POST")
def detail(request: HttpRequest, slip: UUID) -> HttpResponse:
    """Show a slip; confirm it, or end it."""
    rows = m.Slip.objects.select_related("sign_in__person", "asked_by", "confirmed_by")
    row = visible_or_404(rows, request, slip)
    actor = actor_of(request)
    may = _may(actor, row)
    sent = request.POST.get("step", "") if request.method == "POST" else ""
    confirming = SeenForm(request.POST if sent == "confirm" else None, row)
    ending = EndForm(request.POST if sent == "end" else None, auto_id="end_%s")
    if request.method == "POST" and sent == "confirm" and not actor.can("slip.confirm"):
        raise NotPermitted("slip.confirm")
    if request.method == "POST" and sent not in (*may, "confirm"):
        raise NotPermitted(f"slip.{'end' if sent == 'end' else 'confirm'}")
    form = confirming if sent == "confirm" else ending
    if form.is_bound and form.is_valid() and own_password(request, form):
        if sent == "confirm" and "confirm" not in may:  # no form is there to tell it in; it is recorded
            actions.confirm(actor, slip=row.id)
        with told_in(form):
            if sent == "confirm":
                seen = replace(actor, expects=form.cleaned_data["seen"])
                return _half(request, *actions.confirm(seen, slip=row.id), SlipHalf.SECOND)
            actions.end(actor, slip=row.id, reason=form.cleaned_data["reason"])
            messages.success(request, _("Ended. Its halves open nothing any more."))
            return redirect("slip", row.id)
    context = {
        "crumbs": _crumbs(request),
        "heading": _("Slip for the sign-in of %(person)s") % {"person": row.sign_in.person.name},
        "state": row.state,
        "facts": _facts(row),
        "run_out": row.run_out,
        "confirming": confirming if "confirm" in may else None,
        "confirm_choices": [Choice("confirm", _("Confirm and show my half"), "primary", "step")],
        "waits_for_another": row.state is SlipState.ASKED and not row.run_out and "confirm" not in may,
        "ending": ending if "end" in may else None,
        "end_choices": [Choice("end", _("End it now"), "danger", "step")],
    }
    faults = confirming.errors or ending.errors
    return render(request, "slip/one.html", context, status=422 if faults else 200)


def _may(actor: Actor, row: m.Slip) -> set[str]:
    """Return what this reader may do with a slip as it stands."""
    found = set()
    mine = actor.person == row.sign_in.person_id
    waits = (row.state, "confirm") in SLIP and not row.run_out
    if waits and actor.can("slip.confirm") and actor.person not in (row.asked_by_id, row.sign_in.person_id):
        found.add("confirm")
    own = actor.memberships[0][0] if actor.memberships else None
    if (row.state, "end") in SLIP and (actor.can("slip.end", own=own) if mine else actor.can("slip.revoke")):
        found.add("end")
    return found


def _facts(row: m.Slip) -> list[Fact]:
    used = row.state is SlipState.USED
    prints = [half.text for half, entry in _prints(row) if entry]
    return [
        Fact(_("User name"), row.sign_in.username, mono=True),
        Fact(_("What for"), row.purpose, note=row.reason),
        Fact(_("Asked for by"), row.asked_by.name, note=row.created_at),
        Fact(_("Confirmed by"), row.confirmed_by.name if row.confirmed_by else None),
        Fact(_("Good until"), row.expires_at, note=_("Has run out") if row.run_out else ""),
        Fact(_("Printed"), prints or None),
        *([Fact(_("Wrong tries"), row.tries)] if row.tries else []),
        *(
            [Fact(_("Used") if used else _("Ended"), row.ended_at, note=row.ended_how or "")]
            if row.ended_at
            else []
        ),
    ]


def _prints(row: m.Slip) -> list[tuple[SlipHalf, UUID | None]]:
    return [(SlipHalf.FIRST, row.first_printed), (SlipHalf.SECOND, row.second_printed)]


def _crumbs(request: HttpRequest) -> list[Link]:
    if signed_in(request).in_house:
        return [Link(_("Slips for sign-ins"), reverse("slips"))]
    return [Link(_("How you sign in"), reverse("factors"))]


# --- told -------------------------------------------------------------------------------------------------


@receiver(user_logged_in, dispatch_uid="custody.slips.told")
def _tell(sender: Any, request: HttpRequest, user: m.User, **_more: Any) -> None:
    """Tell at the next sign-in that a slip was used for it, and who made that."""
    for row in actions.tell_used(user):
        messages.warning(
            request,
            _(
                "A slip was used for your sign-in on %(at)s (%(purpose)s). It was asked for by %(asker)s and "
                "confirmed by %(confirmer)s. If it was not you, tell an officer at once."
            )
            % {
                "at": timezone.localtime(row.ended_at).strftime("%Y-%m-%d %H:%M"),
                "purpose": row.purpose.text.get(language()),
                "asker": row.asked_by.name,
                "confirmer": row.confirmed_by.name if row.confirmed_by else "",
            },
            fail_silently=True,
        )
