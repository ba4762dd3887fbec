"""A refused attempt: every rule that said no, what it saw, what to do, and the person's own words."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from custody import models as m
from custody.actions import refusals
from custody.filters import RefusalFilter
from custody.policy.engine import Finding
from custody.terms import Audience, Channel, Leg, Verb

from . import entries, judged, offers
from .base import actor_of, screen, signed_in, told_in, visible_or_404, words
from .findings import checks
from .forms.fields import ReasonForm
from .listing import List, Listed, Shown
from .names import level_name, named, party_link, party_name, project_crumbs
from .patterns import Fact, Link, Section, Table

SHORT = 20


class RefusalTable(Listed):
    """Refused attempts, the newest first."""

    related = ("decision", "to_party", "attempted_by", "project")
    verb = Shown(_l("What"), lambda r: _what(r), "verb")
    to_party = Shown(_l("Party"), lambda r: party_name(r.to_party) if r.to_party else None, "to_party__name")
    rules = Shown(_l("Rules not met"), lambda r: judged.why(r.decision))
    by = Shown(_l("Tried by"), lambda r: r.attempted_by.name, "attempted_by__name")
    at = Shown(_l("When"), lambda r: r.attempted_at, "attempted_at")
    project = Shown(
        _l("Project"), lambda r: r.project.code if r.project else None, "project__code", first=False
    )
    reason = Shown(_l("What the person said"), lambda r: r.reason)


REFUSALS = List("refusals", _l("Refused attempts"), RefusalFilter, RefusalTable, _l("Nothing was refused."))


_ASKED = (Verb.PERMIT_SUBMIT, Verb.PERMIT_APPROVE, Verb.COPY_PERMIT_REQUEST, Verb.COPY_PERMIT_APPROVE)


def _what(row: m.Refusal) -> Any:
    """Return what was attempted; a project that was not opened has no more than its code."""
    link = Link(row.verb, reverse("refusal", args=[row.id]))
    return [link, row.attempt["code"]] if row.attempt.get("code") else link


def before_opening(request: HttpRequest, project: m.Project) -> list[Section]:
    """Return the refused attempts to open a project under this code, for who may see them; nothing without
    any."""
    rows = m.Refusal.objects.visible_to(request.user).filter(
        project__isnull=True, verb=Verb.PROJECT_OPEN, attempt__code=project.code
    )
    found = list(RefusalTable.whole(rows)[:SHORT])
    return [Section(_("Refused attempts to open it"), table(found))] if found else []


def table(rows: Any) -> Table:
    """Return refused attempts as a short table."""
    return RefusalTable.short(rows, _("Nothing was refused."))


@screen()
def index(request: HttpRequest) -> HttpResponse:
    """List the refused attempts that this reader may see."""
    return REFUSALS.answer(request, m.Refusal.objects.visible_to(request.user))


@screen("GET", "POST")
def detail(request: HttpRequest, refusal: UUID) -> HttpResponse:
    """Show a refusal; the person refused may add a reason once, within 24 hours."""
    row = visible_or_404(
        m.Refusal.objects.select_related(
            "decision",
            "project__client_party",
            "project__ultimate_client_party",
            "hop",
            "parent_hop",
            "to_party",
            "attempted_by",
        ),
        request,
        refusal,
    )
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with told_in(form):
            refusals.explain(actor_of(request), refusal=row.id, reason=form.cleaned_data["reason"])
            return redirect("refusal", row.id)
    may_say = (
        row.attempted_by_id == signed_in(request).person_id
        and not row.reason
        and timezone.now() - row.attempted_at < refusals.WINDOW
    )
    context = {
        "crumbs": _crumbs(row),
        "heading": _("Refused: %(what)s") % {"what": words(row.verb.text)},
        "state": row.decision.outcome,
        "row": row,
        "checks": _checks(request, row),
        "facts": _attempt(request, row),
        "entry_state": entries.state_of(row.decision.entry),
        "form": form,
        "may_say": may_say,
        "correct": offers.corrected(request, row),
        "choices": None,
    }
    return render(request, "refusal/detail.html", context, status=422 if form.errors else 200)


def _crumbs(row: m.Refusal) -> list[Link]:
    return project_crumbs(row.project) if row.project else [Link(_("Refused attempts"), reverse("refusals"))]


def _checks(request: HttpRequest, row: m.Refusal) -> Any:
    parties = [row.to_party_id] if row.to_party_id else []
    if row.project:
        return judged.stored(request, row.decision, row.project, *parties)
    # Outside any project only the person who tried, the house, and who sees the project whole that the same
    # owner opened under this code later come here; all may read it all.
    findings = [Finding.from_json(f) for f in row.decision.findings]
    return checks(findings, Audience.INTERNAL, None, named(request, findings))


def _attempt(request: HttpRequest, row: m.Refusal) -> list[Fact]:
    """Return what was attempted, with names for ids that this reader may know."""
    given = row.attempt
    facts = [
        Fact(_("Attempted by"), row.attempted_by.name),
        Fact(_("When"), row.attempted_at),
    ]
    if row.project:
        facts.append(Fact(_("Project"), Link(row.project.code, reverse("project", args=[row.project_id]))))
    if row.to_party and row.verb is not Verb.PROJECT_OPEN:
        # An attempt may name a party that whoever made it may not read about.
        readable = m.Party.objects.visible_to(request.user).filter(id=row.to_party_id).exists()
        label = _("Asking party") if row.verb in _ASKED else _("To")
        facts.append(Fact(label, party_link(row.to_party) if readable else party_name(row.to_party)))
    if row.hop_id and m.Hop.objects.visible_to(request.user).filter(id=row.hop_id).exists():
        facts.append(
            Fact(_("Subcontract"), Link(_("Open the subcontract"), reverse("hop", args=[row.hop_id])))
        )
    if (item := _named(request, row, m.Item, "item")) is not None:
        facts.append(Fact(_("Item"), Link(item.codename, reverse("item", args=[item.id]))))
    if given.get("count"):
        facts.append(Fact(_("How many copies"), given["count"]))
    copies = m.Copy.objects.visible_to(request.user).filter(id__in=given.get("copies") or [])
    if copies:
        facts.append(Fact(_("Copies"), [c.code for c in copies], mono=True))
    if given.get("purpose"):
        facts.append(Fact(_("What they are for"), given["purpose"]))
    if given.get("scope"):
        facts.append(Fact(_("Work"), given["scope"]))
    facts += _clients(request, row)
    if given.get("share"):
        facts.append(Fact(_("Share of the contract"), f"{given['share']} %"))
    if given.get("level"):
        regime = row.project.regime if row.project else given.get("regime", "")
        facts.append(Fact(_("Classification"), level_name(given["level"], regime)))
    if given.get("channel"):
        facts.append(Fact(_("Travel"), Channel(given["channel"])))
    # As with the receiving party: what the reader may not read about is left out.
    if (second := _named(request, row, m.Person, "second_carrier")) is not None:
        facts.append(Fact(_("Accompanied by"), second.name))
    if (system := _named(request, row, m.System, "system")) is not None:
        facts.append(Fact(_("To be kept in"), system.name))
    if given.get("leg"):
        facts.append(Fact(_("Kind of handoff"), Leg(given["leg"])))
    if row.verb is Verb.HANDOFF_OFFER and given.get("leg") != Leg.RETURN:
        due = given.get("due_back")
        facts.append(Fact(_("Return by"), dt.date.fromisoformat(due) if due else _("No return date")))
    if given.get("code"):
        facts.append(Fact(_("Project code"), given["code"]))
    if row.reason:
        facts.append(Fact(_("What the person said"), row.reason))
    return facts


def _clients(request: HttpRequest, row: m.Refusal) -> list[Fact]:
    """Return for whom the work is done in the end, of what was to be opened or passed on."""
    client = _named(request, row, m.Party, "client_party")
    last = _named(request, row, m.Party, "ultimate_client_party")
    if row.project and m.Project.objects.whole_for(request.user).filter(id=row.project_id).exists():
        client, last = row.project.client_party, row.project.ultimate_client_party
    facts = [Fact(_("Client"), party_name(client))] if client else []
    return [*facts, *([Fact(_("Ultimate client"), party_name(last))] if last and last != client else [])]


def _named(request: HttpRequest, row: m.Refusal, model: Any, member: str) -> Any:
    """Return the person or system that an attempt names, for whoever tried and for whoever may see it."""
    rows = model.objects.filter(id=row.attempt.get(member))
    own = row.attempted_by_id == signed_in(request).person_id
    return (rows if own else rows.visible_to(request.user)).first()
