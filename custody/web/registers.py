"""Entering things into the registers: one page for each, all made alike; and the lists of people and
systems."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.debug import sensitive_post_parameters

from custody import models as m
from custody.actions import access as access_acts
from custody.actions import factors, holds, identities, need, projects, registers, results, sessions
from custody.actions import people as people_acts
from custody.actions.base import ActionError, Actor, Outcome, done_before
from custody.actions.deciding import Ruling
from custody.filters import PersonFilter, SystemFilter
from custody.terms import Audience, Text

from . import access, access_list, sweeps
from .base import actor_of, screen, signed_in, token_of, told_in, visible_or_404
from .findings import checks
from .forms import access as access_forms
from .forms import clearance
from .forms import need as need_forms
from .forms import registers as forms
from .forms import results as results_forms
from .listing import List, Listed, Shown
from .names import level_name, named, party_name
from .patterns import Choice, Fact, Link


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its words, its form, what it does, whose page it belongs to, where it leads."""

    heading: Any
    submit: Any
    form: type[forms.Register]
    verb: str
    act: Callable[[Actor, Any, Mapping[str, Any]], Outcome]
    leads: Callable[[Any, Outcome], str]
    of: type[Any] | None = None
    owner: Callable[[Any], UUID] | None = None
    lead: Any = ""
    stops: Callable[[HttpRequest, Any], list[Fact]] | None = None
    """What the reader is told before it is done."""
    judge: Callable[[Actor, Mapping[str, Any]], Ruling] | None = None
    """What the rules say before it is done: where they bar it, a second button has the attempt recorded."""


def _person_page(row: Any, _outcome: Outcome) -> str:
    return reverse("person", args=[row.id])


PAGES: dict[str, Page] = {
    "party": Page(
        _l("Register a party"), _l("Register"), forms.PartyForm, "party.register",
        lambda actor, row, given: registers.register_party(actor, **given),
        lambda row, outcome: reverse("party", args=[outcome.object.id]),
    ),
    "person": Page(
        _l("Register a person"), _l("Register"), forms.PersonForm, "person.register",
        lambda actor, row, given: registers.register_person(actor, **given),
        lambda row, outcome: reverse("person", args=[outcome.object.id]),
    ),
    "membership": Page(
        _l("Give a role"), _l("Give the role"), forms.MembershipForm, "membership.give",
        lambda actor, row, given: registers.give_membership(actor, person=row.id, **given),
        _person_page, m.Person,
    ),
    "sign_in": Page(
        _l("Give a sign-in"), _l("Give the sign-in"), forms.SignInForm, "sign_in.give",
        lambda actor, row, given: registers.give_sign_in(actor, person=row.id, **given),
        _person_page, m.Person,
        lead=_l(
            "Nobody else here could confirm a slip. So you will know this person's first password, which is "
            "weaker, and recorded as such: have it changed at once."
        ),
    ),
    "grant": Page(
        _l("Let a regulator read"), _l("Give the leave"), forms.GrantForm, "grant.give",
        lambda actor, row, given: registers.give_grant(actor, person=row.id, **given),
        _person_page, m.Person,
        lead=_l("It holds while the person is a regulator, and ends by itself."),
    ),
    "membership_end": Page(
        _l("End a role"), _l("End the role"), access_forms.EndMembershipForm, "membership.end",
        lambda actor, row, given: access_acts.end_membership(actor, membership=row.id, **given),
        access.of_its_person, m.Membership, stops=access.of_role,
        lead=_l(
            "Copies stay with whoever keeps them, and offers and requests stay open: see to these first."
        ),
    ),
    "grant_end": Page(
        _l("End the leave to read"), _l("End the leave"), access_forms.EndForm, "grant.end",
        lambda actor, row, given: access_acts.end_grant(actor, grant=row.id, **given),
        access.of_its_person, m.Grant, stops=access.of_grant,
        lead=_l("From this moment on the person sees nothing by it."),
    ),
    "sign_in_close": Page(
        _l("Close the sign-in"), _l("Close the sign-in"), access_forms.EndForm, "sign_in.close",
        lambda actor, row, given: access_acts.close_sign_in(actor, person=row.id, **given),
        _person_page, m.Person, stops=access.of_sign_in,
        lead=_l("Nobody comes in as this person any more, and all by which they act ends at once."),
    ),
    "sign_in_open": Page(
        _l("Open the sign-in again"), _l("Open the sign-in again"), access_forms.EndForm, "sign_in.open",
        lambda actor, row, given: access_acts.open_sign_in(actor, person=row.id, **given),
        _person_page, m.Person,
        lead=_l(
            "The person comes in as before. Keys for programs, passkeys that signed decisions and slips that "
            "ended when it was closed stay ended."
        ),
    ),
    "hold": Page(
        _l("Put under a legal hold"), _l("Put under a legal hold"), forms.HoldForm, "person.hold",
        lambda actor, row, given: holds.hold(actor, person=row.id, **given),
        _person_page, m.Person,
        lead=_l("While it stands, nothing known about this person is erased."),
    ),
    "lift": Page(
        _l("Lift the legal hold"), _l("Lift the legal hold"), forms.HoldForm, "person.lift_hold",
        lambda actor, row, given: holds.lift(actor, person=row.id, **given),
        _person_page, m.Person,
        lead=_l("What is known about this person may then be erased again. That there was a hold stays."),
    ),
    "factors": Page(
        _l("End the ways to sign in"), _l("End them"), forms.EndFactorsForm, "factor.end",
        lambda actor, row, given: factors.end_all(actor, person=row.id, **given),
        _person_page, m.Person,
        lead=_l(
            "For somebody who lost phone or key, where nobody could confirm a slip. Passkeys, code app and "
            "recovery codes of this person count no more at once; the password alone lets them in, until "
            "they add another. That one administrator does it alone is weaker, and recorded as such."
        ),
    ),
    "sessions": Page(
        _l("End the sessions"), _l("End them"), forms.EndSessionsForm, "session.end_all",
        lambda actor, row, given: sessions.end_of(actor, person=row.id, **given),
        _person_page, m.Person,
        lead=_l("Wherever this person is signed in, the next click asks for a sign-in again."),
    ),
    "identity": Page(
        _l("Let an account at the sign-in provider sign in"), _l("Propose it"), forms.IdentityForm,
        "identity.link", lambda actor, row, given: identities.propose(
            actor, user=UUID(given["sign_in"]), subject=given["subject"]
        ), lambda row, outcome: reverse("proposed_identity", args=[outcome.object.id]), m.Person,
        lead=_l(
            "Whoever holds this account comes in as this person. Make sure that it is theirs; they are told. "
            "An officer or another administrator must confirm it first. Then it takes the place of the "
            "account before."
        ),
    ),
    "identity_end": Page(
        _l("End the account at the sign-in provider"), _l("End it"), forms.EndIdentityForm, "identity.end",
        lambda actor, row, given: identities.end_all(actor, person=row.id, **given),
        _person_page, m.Person,
        lead=_l("It signs nobody in any more, and the person is signed out everywhere at once."),
    ),
    "vetting": Page(
        _l("Record a vetting"), _l("Record it"), clearance.VettingForm, "person.vet",
        lambda actor, row, given: people_acts.record_vetting(actor, person=row.id, **given),
        _person_page, m.Person,
        lead=_l("One that ended early is recorded again, with its new last day."),
    ),
    "training": Page(
        _l("Record a training"), _l("Record it"), clearance.TrainingForm, "person.train",
        lambda actor, row, given: people_acts.record_training(actor, person=row.id, **given),
        _person_page, m.Person,
        lead=_l("The last secrecy training that the person took."),
    ),
    "undertaking": Page(
        _l("Record the undertaking"), _l("Record it"), clearance.UndertakingForm, "person.undertake",
        lambda actor, row, given: people_acts.record_undertaking(actor, person=row.id, **given),
        _person_page, m.Person,
        lead=_l("The paper on which the person undertook to keep secrets."),
    ),
    "leaving": Page(
        _l("Record the last day"), _l("Record it"), clearance.LeavingForm, "person.leave",
        lambda actor, row, given: people_acts.record_leaving(actor, person=row.id, **given),
        _person_page, m.Person,
        lead=_l("Nobody is handed what they could not give back before they leave."),
    ),
    "system": Page(
        _l("Register a system"), _l("Register"), forms.SystemForm, "system.register",
        lambda actor, row, given: registers.register_system(actor, **given),
        lambda row, outcome: reverse("system", args=[outcome.object.id]),
        lead=_l("Where copies are kept: a computer, vault, storage medium or site."),
    ),
    "project": Page(
        _l("Open a project"), _l("Open the project"), forms.ProjectForm, "project.open",
        lambda actor, row, given: projects.open_project(actor, **given),
        lambda row, outcome: reverse("project", args=[outcome.object.id]),
        judge=lambda actor, given: projects.preview(actor, **given),
    ),
    "region": Page(
        _l("Record the region"), _l("Record it"), forms.RegionForm, "project.locate",
        lambda actor, row, given: projects.locate(actor, project=row.id, **given),
        lambda row, outcome: reverse("project", args=[row.id]),
        m.Project,
        lead=_l(
            "Where the work is done. From then on it is read by regulators whose leave is for that region, "
            "and no more by those of the region before."
        ),
    ),
    "results_accepted": Page(
        _l("Record the acceptance of results"), _l("Record it"), results_forms.AcceptedForm,
        "project.accept_results",
        lambda actor, row, given: results.accept(actor, project=row.id, **given),
        lambda row, outcome: reverse("project", args=[row.id]),
        m.Project, lambda row: row.owner_party_id,
        lead=_l("From that day on runs the time in which they are to be submitted to the authority."),
    ),
    "results_submitted": Page(
        _l("Record the submission of results"), _l("Record it"), results_forms.SubmittedForm,
        "project.submit_results",
        lambda actor, row, given: results.submit(actor, project=row.id, **given),
        lambda row, outcome: reverse("project", args=[row.id]),
        m.Project, lambda row: row.owner_party_id,
        lead=_l("The results of the project as a whole, handed in at the authority."),
    ),
    "item": Page(
        _l("Register an item"), _l("Register"), forms.ItemForm, "item.register",
        lambda actor, row, given: projects.register_item(actor, project=row.id, **given),
        lambda row, outcome: reverse("item", args=[outcome.object.id]),
        m.Project, lambda row: row.owner_party_id,
        lead=_l("How it is classified is proposed with it. Another person determines it."),
    ),
    "need": Page(
        _l("Put a person on the need-to-know list"), _l("Put on the list"), need_forms.NeedForm, "item.admit",
        lambda actor, row, given: need.admit(actor, item=row.id, **given),
        lambda row, outcome: reverse("item", args=[row.id]),
        m.Item, lambda row: row.project.owner_party_id,
        lead=_l("From some level on copies go only to those who are on it."),
    ),
    "need_end": Page(
        _l("Take off the need-to-know list"), _l("Take off the list"), need_forms.DismissForm, "item.dismiss",
        lambda actor, row, given: need.dismiss(actor, listing=row.id, **given),
        lambda row, outcome: reverse("item", args=[row.item_id]),
        m.NeedToKnow, lambda row: row.item.project.owner_party_id,
        lead=_l("Copies that the person holds stay where they are until they are handed back."),
    ),
    "copies": Page(
        _l("Number copies"), _l("Number the copies"), forms.CopiesForm, "copy.mint",
        lambda actor, row, given: projects.mint_copies(actor, item=row.id, **given),
        lambda row, outcome: reverse("project", args=[row.project_id]),
        m.Item, lambda row: row.project.owner_party_id,
        lead=_l("Each copy gets its own number with a check character, and you answer for it."),
    ),
}  # fmt: skip


_WITH: dict[Any, tuple[str, ...]] = {
    m.Item: ("project",),
    m.Project: ("owner_party",),
    m.NeedToKnow: ("item__project", "person"),
    m.Membership: ("person", "party"),
    m.Grant: ("person", "project", "party"),
}


@sensitive_post_parameters("password")
@screen("GET", "POST")
def new(request: HttpRequest, kind: str, id: UUID | None = None) -> HttpResponse:
    """Show the form of one register and enter what was typed."""
    page = PAGES[kind]
    rows = page.of.objects.select_related(*_WITH.get(page.of, ())) if page.of else None
    row = visible_or_404(rows, request, id) if rows is not None and id else None
    actor = actor_of(request)
    actor.require(page.verb, owner=page.owner(row) if page.owner else None)
    typed, came = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = page.form(typed, came, user=signed_in(request), row=row)
    token = token_of(request)
    if token and done_before(actor, token, page.verb):
        form.fields.pop("sure", None)  # sent a second time, it looks like what it has entered itself
    if form.is_bound and form.is_valid():
        with told_in(form):
            barred, record = _barred(page, actor, form), request.POST.get("step") == "record"
            if record and barred is None and page.judge is not None:
                raise ActionError(ALLOWED_NOW)
            if barred is not None and not record:
                return _blocked(request, page, form, barred)
            outcome = page.act(actor, row, form.given())
            if outcome.state == "refused":
                return redirect("refusal", outcome.object.id)
            return redirect(page.leads(row, outcome))
    context = {"heading": page.heading, "lead": page.lead, "form": form, "submit": page.submit}
    if kind == "copies" and row is not None:
        context["heading"] = _("Number copies of %(item)s") % {"item": row.codename}
        context["cancel"] = reverse("project", args=[row.project_id])
    elif row is not None:
        context["crumbs"] = [_home(row)]
    if page.stops is not None:
        context["facts"] = page.stops(request, row)
        return render(request, "person/ending.html", context, status=422 if form.errors else 200)
    return render(request, "form.html", context, status=422 if form.errors else 200)


ALLOWED_NOW = Text("The rules allow this now. Nothing was recorded.", "规则现已允许，未作任何记录。")


def _barred(page: Page, actor: Actor, form: forms.Register) -> Ruling | None:
    """Return what the rules say against what is filled in; None where they allow it or are not asked."""
    ruling = page.judge(actor, form.given()) if page.judge else None
    return None if ruling is None or ruling.allowed else ruling


def _blocked(request: HttpRequest, page: Page, form: forms.Register, ruling: Ruling) -> HttpResponse:
    """Show why it cannot be done, then the form again, with a button that has the attempt recorded."""
    findings = ruling.judgement.findings
    context = {
        "heading": page.heading,
        "form": form,
        "checks": checks(findings, Audience.INTERNAL, None, named(request, findings)),
        "choices": [
            Choice("do", page.submit, "primary", "step"),
            Choice("record", _("Record the refused attempt"), "plain", "step"),
        ],
    }
    return render(request, "project/blocked.html", context)


def _home(row: Any) -> Link:
    """Return the page of the thing that a form is about."""
    thing = row.item if isinstance(row, m.NeedToKnow) else row
    thing = row.person if isinstance(row, m.Membership | m.Grant) else thing
    return Link(str(thing), reverse(str(thing._meta.model_name), args=[thing.id]))


class PersonTable(Listed):
    """People, by name."""

    name = Shown(_l("Name"), lambda p: Link(p.name, reverse("person", args=[p.id])), "name")
    staff_number = Shown(_l("Staff number"), lambda p: p.staff_number, "staff_number")


class SystemTable(Listed):
    """Systems, by name."""

    related = ("owner_party",)
    name = Shown(_l("System"), lambda s: Link(s.name, reverse("system", args=[s.id])), "name")
    kind = Shown(_l("Kind"), lambda s: s.kind, "kind")
    owner = Shown(_l("Owner"), lambda s: party_name(s.owner_party), "owner_party__name")
    levels = Shown(_l("Accredited for"), lambda s: [level_name(v, k) for k, v in sorted(s.levels.items())])
    network = Shown(_l("Network"), lambda s: s.network, "network")
    tested_on = Shown(_l("Last tested on"), lambda s: s.tested_on, "tested_on")
    inventory_number = Shown(
        _l("Inventory or seal number"), lambda s: s.inventory_number, "inventory_number", first=False
    )
    provision = Shown(_l("Whose device"), lambda s: s.provision, "provision", first=False)
    state = Shown(_l("State"), lambda s: s.state, "state", first=False)


PEOPLE = List("people", _l("People"), PersonFilter, PersonTable, _l("No person fits."))
SYSTEMS = List("systems", _l("Systems"), SystemFilter, SystemTable, _l("No system fits."))


@screen()
def people(request: HttpRequest) -> HttpResponse:
    """List the people that this reader may see."""
    new_one = button(request, "person.register", "person_new", _("Register a person"))
    choices = [*new_one, *access_list.link()]
    return PEOPLE.answer(request, m.Person.objects.visible_to(request.user), choices=choices)


@screen()
def systems(request: HttpRequest) -> HttpResponse:
    """List the systems that this reader may see."""
    new_one = button(request, "system.register", "system_new", _("Register a system"))
    choices = [*new_one, *sweeps.button(request)]
    return SYSTEMS.answer(request, m.System.objects.visible_to(request.user), choices=choices)


def button(
    request: HttpRequest, verb: str, route: str, label: str, *args: Any, **scope: UUID
) -> list[Choice]:
    """Return the button to a register's page for whoever may use it."""
    if not actor_of(request).can(verb, **scope):
        return []
    return [Choice("", label, "primary", href=reverse(route, args=args))]
