"""Equipment, sensitive zones and collections: the lists, the page of a collection, and acts on them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from custody import models as m
from custody import record
from custody.actions import field_facts
from custody.actions import field_permits as permit_actions
from custody.actions import field_work as actions
from custody.actions.base import ActionError, Actor, NotPermitted, done_before
from custody.filters import CollectionFilter, EquipmentFilter
from custody.terms import CollectionState, ProjectState
from custody.transitions import COLLECTION

from . import entries, incidents, judged
from .base import actor_of, heads, screen, signed_in, token_of, told_in, visible_or_404
from .forms.field import (
    DoneForm,
    EquipmentForm,
    OutputForm,
    PlanForm,
    ReviewForm,
    ZoneConsentForm,
    ZonesForm,
    hop_name,
)
from .listing import List, Listed, Shown
from .names import party_link, party_name, project_crumbs
from .patterns import Choice, Fact, Link, Section, Table

LISTED = 200


class EquipmentTable(Listed):
    """Registered field equipment."""

    related = ("owner_party",)
    name = Shown(_l("Model"), lambda r: r.name, "name")
    serial = Shown(_l("Serial number"), lambda r: r.serial, "serial")
    kind = Shown(_l("Kind"), lambda r: r.kind, "kind")
    maker = Shown(_l("Maker"), lambda r: r.maker, "maker")
    country = Shown(_l("Country of the maker"), lambda r: r.country or None, "country")
    registration = Shown(
        _l("Real-name registration"), lambda r: _("It has none") if r.registration == "" else r.registration
    )
    owner = Shown(_l("Owner"), lambda r: party_name(r.owner_party), "owner_party__name")


class CollectionTable(Listed):
    """Collections, the newest first."""

    related = ("unit", "operator", "equipment", "project")
    collected_on = Shown(
        _l("Day"), lambda r: Link(r.collected_on, reverse("collection", args=[r.id])), "collected_on"
    )
    unit = Shown(_l("Unit"), lambda r: party_name(r.unit), "unit__name")
    equipment = Shown(_l("Equipment"), lambda r: str(r.equipment))
    findings = Shown(_l("Against rules"), lambda r: ", ".join(r.findings) or None)
    state = Shown(_l("State"), lambda r: r.state, "state")
    due_at = Shown(
        _l("Output due"), lambda r: r.due_at if r.state is CollectionState.DONE else None, "due_at"
    )
    project = Shown(_l("Project"), lambda r: r.project.code, "project__code", first=False)
    operator = Shown(_l("Operator"), lambda r: r.operator.name, "operator__name", first=False)


EQUIPMENT = List(
    "equipment", _l("Field equipment"), EquipmentFilter, EquipmentTable, _l("No equipment that you may see.")
)
COLLECTIONS = List(
    "collections", _l("Collections"), CollectionFilter, CollectionTable, _l("No collection that you may see.")
)


def table(rows: Any, empty: Any) -> Table:
    """Return collections as a short table."""
    return CollectionTable.short(rows[:LISTED], empty)


def against(request: HttpRequest, **of: Any) -> list[Section]:
    """Return what was collected without leave, by a unit or under a subcontract, as far as a reader may
    see."""
    rows = m.Collection.objects.visible_to(request.user).against_rules().filter(**of)
    found = list(CollectionTable.whole(rows)[: LISTED + 1])
    return [Section(_("Collected without leave"), table(found, ""))] if found else []


def under(request: HttpRequest, hop: m.Hop | None) -> Any:
    """Return the subcontract under which field work is done, with its page for who may see it."""
    if hop is None:
        return _("None")
    name = hop_name(hop)
    seen = m.Hop.objects.visible_to(request.user).filter(id=hop.id).exists()
    return Link(name, reverse("hop", args=[hop.id])) if seen else name


def ways(request: HttpRequest) -> list[Choice]:
    """Return what a reader may begin, and the lists beside this one."""
    actor = actor_of(request)
    found = []
    rows = m.Project.objects.visible_to(request.user).filter(state=ProjectState.OPEN)
    for project in rows.order_by("-created_at")[:LISTED]:
        owner = project.owner_party_id
        mine = any(actor.can("permit.draft", owner=owner, sender=p) for p, _role in actor.memberships)
        if mine and _asked_for(project):
            address = reverse("field_permit_new", args=[project.id])
            found.append(Choice("", _("Ask for a permit in %(code)s") % {"code": project.code}, href=address))
        if len(found) == 3:
            break
    return [
        *found,
        Choice("", _("Collections"), href=reverse("collections")),
        Choice("", _("Equipment"), href=reverse("equipment")),
        *([Choice("", _("Sensitive zones"), href=reverse("zones"))] if actor.can("zone.read") else []),
    ]


def _asked_for(project: m.Project) -> bool:
    try:
        field_facts.asked_for(project, timezone.localdate())
    except (ActionError, KeyError, ValueError):
        return False
    return True


@screen()
def equipment(request: HttpRequest) -> HttpResponse:
    """List the equipment that this reader may see."""
    choices = []
    if _registering(actor_of(request)):
        label = _("Register equipment")
        choices.append(Choice("", label, "primary", href=reverse("equipment_new")))
    return EQUIPMENT.answer(request, m.Equipment.objects.visible_to(request.user), choices=choices)


def _registering(actor: Actor) -> list[UUID]:
    """Return the own parties for which a reader may register equipment."""
    return [p for p, _role in actor.memberships if actor.can("equipment.register", owner=p)]


@screen("GET", "POST")
def equipment_new(request: HttpRequest) -> HttpResponse:
    """Register a piece of equipment."""
    actor = actor_of(request)
    own = _registering(actor)
    if not own:
        raise NotPermitted("equipment.register")
    parties = m.Party.objects.visible_to(request.user)
    if not actor.can("equipment.register"):
        parties = parties.filter(id__in=own)
    form = EquipmentForm(request.POST if request.method == "POST" else None, parties=parties)
    if _sent_before(request, actor, "equipment.register"):
        return redirect("equipment")
    if form.is_bound and form.is_valid():
        with told_in(form):
            permit_actions.register_equipment(actor, **form.given())
            return redirect("equipment")
    return _form(request, form, _("Register equipment"), reverse("equipment"))


@screen()
def zones(request: HttpRequest) -> HttpResponse:
    """Show the list of sensitive zones: to the cleared what is in it, to the house how many there are."""
    actor = actor_of(request)
    row = m.ZoneList.objects.visible_to(request.user).order_by("-version").first()
    if row is None and not actor.can("zone.read"):
        raise NotPermitted("zone.read")
    found = actions.read_zones(actor) if actor.can("zone.read") else None
    body = [
        [str(n), zone.name, zone.authority or None, f"{zone.outline.km2:.3f}"]
        for n, zone in enumerate(found or (), 1)
    ]
    facts = [Fact(_("Sensitive zones"), row.zones if row else 0)]
    if row:
        facts += [
            Fact(_("Version"), row.version),
            Fact(_("Comes from"), row.note),
            Fact(_("Datum"), row.datum),
            Fact(_("SHA-256"), row.sha256, mono=True),
            Fact(_("Published"), row.created_at),
        ]
    if row and actor.can("zone.read") and found is None:
        lost = _("Its text is lost or was changed. Upload the same zones again.")
        facts.append(Fact(_("Text"), lost))
    choices = []
    if actor.can("zone.publish"):
        choices.append(Choice("", _("Publish a new list"), "primary", href=reverse("zones_new")))
    context = {
        "heading": _("Sensitive zones"),
        "lead": _("Who is not cleared reads only how many zones an area meets."),
        "facts": facts,
        "choices": choices,
        "zones": Table(heads(_("No."), _("Zone"), _("Authority"), _("km²")), body) if body else None,
    }
    return render(request, "field/zones.html", context)


@screen("GET", "POST")
def zones_new(request: HttpRequest) -> HttpResponse:
    """Publish a new list of all sensitive zones."""
    actor = actor_of(request)
    actor.require("zone.publish")
    form = ZonesForm(*((request.POST, request.FILES) if request.method == "POST" else (None, None)))
    if _sent_before(request, actor, "zone.publish"):
        return redirect("zones")
    if form.is_bound and form.is_valid():
        with told_in(form):
            actions.publish_zones(actor, **form.cleaned_data)
            return redirect("zones")
    return _form(request, form, _("Publish a new list"), reverse("zones"))


@screen("GET", "POST")
def zone_consent(request: HttpRequest, id: UUID) -> HttpResponse:
    """Record the consent of the authority of a zone that a permit's area meets."""
    actor = actor_of(request)
    row = visible_or_404(m.FieldPermit.objects.select_related("project"), request, id)
    actor.require("zone.consent")
    found = actions.read_zones(actor) or []
    met = (field_facts.zones_met(row) or []) if found else []
    named = [(n, f"{n}. {found[n - 1].name}") for n in met]
    form = ZoneConsentForm(request.POST if request.method == "POST" else None, zones=named)
    if _sent_before(request, actor, "zone.consent"):
        return redirect("field_permit", row.id)
    if form.is_bound and form.is_valid():
        with told_in(form):
            actions.record_consent(actor, permit=row.id, **form.cleaned_data)
            return redirect("field_permit", row.id)
    back = reverse("field_permit", args=[row.id])
    return _form(request, form, _("Record the consent of a zone's authority"), back, row.project)


@screen()
def collections(request: HttpRequest) -> HttpResponse:
    """List the collections that this reader may see."""
    actor, choices = actor_of(request), []
    rows = m.Project.objects.visible_to(request.user).filter(state=ProjectState.OPEN)
    for project in rows.order_by("-created_at")[:LISTED]:
        if _recording(actor, project) and _asked_for(project):
            address = reverse("collection_new", args=[project.id])
            label = _("Record a collection in %(code)s") % {"code": project.code}
            choices.append(Choice("", label, href=address))
        if len(choices) == 3:
            break
    return COLLECTIONS.answer(request, m.Collection.objects.visible_to(request.user), choices=choices)


def _recording(actor: Actor, project: m.Project) -> bool:
    owner = project.owner_party_id
    return any(actor.can("collection.record", owner=owner, sender=p) for p, _role in actor.memberships)


@screen("GET", "POST")
def collection_new(request: HttpRequest, project: UUID) -> HttpResponse:
    """Record what was collected, with or without a permit."""
    row = visible_or_404(m.Project.objects.all(), request, project)
    actor = actor_of(request)
    if not _recording(actor, row) or not _asked_for(row):
        raise NotPermitted("collection.record")
    form = DoneForm(request.POST if request.method == "POST" else None, user=signed_in(request), project=row)
    return _record(request, actor, form, row, None)


@screen("GET", "POST")
def collection_done(request: HttpRequest, id: UUID) -> HttpResponse:
    """Record that a plan was carried out."""
    row, actor = _row(request, id), actor_of(request)
    actor.require("collection.record", **_scope(row))
    data = request.POST if request.method == "POST" else None
    form = DoneForm(data, user=signed_in(request), project=row.project, row=row)
    return _record(request, actor, form, row.project, row)


def _record(
    request: HttpRequest, actor: Actor, form: DoneForm, project: m.Project, row: m.Collection | None
) -> HttpResponse:
    token = token_of(request)
    if request.method == "POST" and token and (before := done_before(actor, token, "collection.record")):
        return redirect("collection", before.object.id)
    if form.is_bound and form.is_valid():
        with told_in(form):
            made = actions.record_done(
                actor, project=project.id, done=form.done(), planned=row.id if row else None
            )
            return redirect("collection", made.object.id)
    lead = _("What was done without leave is recorded too; the rules make a finding of it.")
    return _form(request, form, _("Record a collection"), reverse("collections"), project, lead)


@screen("GET", "POST")
def collection_plan(request: HttpRequest, id: UUID) -> HttpResponse:
    """Plan a flight or field day under a permit."""
    row = visible_or_404(m.FieldPermit.objects.select_related("project"), request, id)
    actor = actor_of(request)
    actor.require("collection.plan", owner=row.project.owner_party_id, sender=row.unit_id)
    form = PlanForm(request.POST if request.method == "POST" else None, row=row)
    token = token_of(request)
    if request.method == "POST" and token and (before := done_before(actor, token, "collection.plan")):
        return redirect("collection", before.object.id)
    if form.is_bound and form.is_valid():
        with told_in(form):
            said = form.cleaned_data
            made = actions.plan(actor, permit=row.id, **{**said, "equipment": UUID(said["equipment"])})
            return redirect("collection", made.object.id)
    back = reverse("field_permit", args=[row.id])
    return _form(request, form, _("Plan a collection"), back, row.project)


@screen("GET", "POST")
def collection_output(request: HttpRequest, id: UUID) -> HttpResponse:
    """Name the items that came of a collection."""
    row, actor = _row(request, id), actor_of(request)
    actor.require("collection.register", **_scope(row))
    data = request.POST if request.method == "POST" else None
    form = OutputForm(data, user=signed_in(request), row=row)
    back = reverse("collection", args=[row.id])
    if _sent_before(request, actor, "collection.register"):
        return redirect(back)
    if form.is_bound and form.is_valid():
        with told_in(form):
            ids = [UUID(id) for id in form.cleaned_data["outputs"]]
            actions.register_output(actor, collection=row.id, outputs=ids)
            return redirect(back)
    return _form(request, form, _("Register the output"), back, row.project)


@screen("GET", "POST")
def collection_review(request: HttpRequest, id: UUID) -> HttpResponse:
    """Say what a review of the output came to."""
    row, actor = _row(request, id), actor_of(request)
    actor.require("collection.review", owner=row.project.owner_party_id)
    form = ReviewForm(request.POST if request.method == "POST" else None)
    back = reverse("collection", args=[row.id])
    if _sent_before(request, actor, "collection.review"):
        return redirect(back)
    if form.is_bound and form.is_valid():
        with told_in(form):
            actions.review(actor, collection=row.id, **form.cleaned_data)
            return redirect(back)
    return _form(request, form, _("Review the output"), back, row.project)


@screen()
def collection(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show a collection: what was done, what the rules said, its output."""
    row = _row(request, id)
    decision = m.Decision.objects.filter(entry=row.entry).first() or _decided(row)
    context = {
        "crumbs": [*project_crumbs(row.project), Link(_("Collections"), reverse("collections"))],
        "heading": _("Collection on %(day)s") % {"day": row.collected_on.isoformat()},
        "state": row.state,
        "entry_state": entries.state_of(row.entry),
        "against": bool(row.findings),
        "facts": _facts(request, row),
        "checks": judged.stored(request, decision, row.project, row.unit_id) if decision else None,
        "choices": _choices(request, row),
    }
    return render(request, "field/collection.html", context)


def _decided(row: m.Collection) -> m.Decision | None:
    """Return the decision of its record, which a later act has overwritten as the entry of the row."""
    for entry in record.naming(str(row.id), ("collection.recorded/1",)):
        return m.Decision.objects.filter(entry=entry.id).first()
    return None


def _row(request: HttpRequest, id: UUID) -> m.Collection:
    related = (
        *("project", "unit", "operator", "equipment", "permit", "recorded_by", "reviewed_by"),
        "hop__to_party",
    )
    row: m.Collection = visible_or_404(m.Collection.objects.select_related(*related), request, id)
    return row


def _scope(row: m.Collection) -> dict[str, UUID]:
    return {"owner": row.project.owner_party_id, "sender": row.unit_id}


def _facts(request: HttpRequest, row: m.Collection) -> list[Fact]:
    seen = m.Party.objects.visible_to(request.user).filter(id=row.unit_id).exists()
    items = m.Item.objects.visible_to(request.user).filter(id__in=row.outputs)
    permit = (
        Link(row.permit.purpose[:80], reverse("field_permit", args=[row.permit_id])) if row.permit else None
    )
    return [
        Fact(_("Unit"), party_link(row.unit) if seen else party_name(row.unit)),
        Fact(_("Subcontract"), under(request, row.hop)),
        Fact(_("Operator"), row.operator.name),
        Fact(_("Equipment"), str(row.equipment)),
        Fact(_("Permit"), permit or _("None")),
        Fact(_("Day"), row.collected_on),
        Fact(_("Data left the equipment live"), row.uplink),
        Fact(_("How the work is paid"), row.payment),
        Fact(_("Against rules"), ", ".join(row.findings) or None),
        Fact(_("Output due"), row.due_at),
        Fact(
            _("Output"),
            [Link(i.codename, reverse("item", args=[i.id])) for i in items] or None,
            note=_("Registered late") if row.late else "",
        ),
        Fact(_("Recorded by"), row.recorded_by.name),
        Fact(_("Review"), row.review or None, note=row.reviewed_by.name if row.reviewed_by else ""),
        Fact(_("Remark"), row.remark or None),
    ]


def _choices(request: HttpRequest, row: m.Collection) -> list[Choice]:
    actor = actor_of(request)
    found = [
        ("record", "collection_done", _("Record that it was done"), _scope(row)),
        ("register", "collection_output", _("Register the output"), _scope(row)),
        ("review", "collection_review", _("Review the output"), {"owner": row.project.owner_party_id}),
    ]
    first = incidents.button(request, row.project, "", "primary", collection=str(row.id))
    first = first if row.findings else []
    return first + [
        Choice("", label, "plain" if first else "primary", href=reverse(route, args=[row.id]))
        for verb, route, label, scope in found
        if (row.state, verb) in COLLECTION and actor.can(f"collection.{verb}", **scope)
    ]


def _sent_before(request: HttpRequest, actor: Actor, verb: str) -> bool:
    token = token_of(request)
    return request.method == "POST" and token is not None and done_before(actor, token, verb) is not None


def _form(
    request: HttpRequest, form: forms.Form, words: Any, back: str, project: Any = None, lead: Any = ""
) -> HttpResponse:
    context = {
        "crumbs": project_crumbs(project) if project else [],
        "heading": words,
        "lead": lead,
        "form": form,
        "submit": words,
        "cancel": back,
    }
    return render(request, "form.html", context, status=422 if form.errors else 200)
