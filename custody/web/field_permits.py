"""Field permits: the list, the page of one, asking for one, and deciding."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from custody import models as m
from custody import regimes
from custody.actions import field_facts, zone_tries
from custody.actions import field_permits as actions
from custody.actions.base import ActionError, Actor, NotPermitted, Outcome, done_before
from custody.actions.field_work import zones_seen
from custody.filters import FieldPermitFilter
from custody.terms import HopState, PermitState, Text, Verb
from custody.transitions import PERMIT

from . import area_svg, entries, field_work, files, judged
from .base import actor_of, heads, screen, signed_in, token_of, told_in, visible_or_404
from .forms.amendment import SeenReason
from .forms.field import PermitForm
from .inputs import input_name
from .listing import List, Listed, Shown
from .names import party_link, party_name, project_crumbs
from .patterns import Check, Choice, Fact, Link, Section, Table

SHORT = 10


class PermitTable(Listed):
    """Field permits, the newest first."""

    related = ("project", "unit", "operator")
    purpose = Shown(_l("What for"), lambda r: Link(r.purpose[:80], reverse("field_permit", args=[r.id])))
    unit = Shown(_l("Unit"), lambda r: party_name(r.unit), "unit__name")
    starts = Shown(_l("First day"), lambda r: r.starts, "starts")
    ends = Shown(_l("Last day"), lambda r: r.ends, "ends")
    state = Shown(_l("State"), lambda r: r.standing(timezone.localdate()), "state")
    project = Shown(_l("Project"), lambda r: r.project.code, "project__code")
    km2 = Shown(_l("km²"), lambda r: f"{r.area_km2:.3f}", "area_km2", first=False)
    operator = Shown(_l("Operator"), lambda r: r.operator.name, "operator__name", first=False)


PERMITS = List(
    "field_permits",
    _l("Field permits"),
    FieldPermitFilter,
    PermitTable,
    _l("No field permit that you may see."),
)


@dataclass(frozen=True, slots=True)
class Step:
    """One verb on a permit: its words, what they mean, who is asked, and what does it."""

    label: str | Promise
    lead: str | Promise
    do: Callable[[Actor, m.FieldPermit, str], Outcome]
    sender: bool = False
    weight: Literal["primary", "plain", "danger"] = "primary"


def _approve(actor: Actor, row: m.FieldPermit, reason: str) -> Outcome:
    return actions.approve(actor, permit=row.id, reason=reason, subject_sha256=row.subject_sha256)


STEPS: dict[str, Step] = {
    "submit": Step(
        _l("Submit for approval"),
        _l("Then it can be changed no more, unless the officer sends it back."),
        lambda actor, row, reason: actions.submit(actor, permit=row.id),
        sender=True,
    ),
    "approve": Step(
        _l("Approve"),
        _l("You answer for exactly what stands here. Not for who asked, operates or belongs to the unit."),
        _approve,
    ),
    "return": Step(
        _l("Do not approve, send back"),
        _l("It is a draft again, with your reason."),
        lambda actor, row, reason: actions.send_back(actor, permit=row.id, reason=reason),
        weight="plain",
    ),
    "close": Step(
        _l("The field work is over"),
        _l("Nothing more may be collected under it. What was collected stays to be registered."),
        lambda actor, row, reason: actions.use_up(actor, permit=row.id, remark=reason),
        sender=True,
        weight="plain",
    ),
    "revoke": Step(
        _l("Revoke"),
        _l("Nothing more may be collected under it, from now on. This cannot be undone."),
        lambda actor, row, reason: actions.revoke(actor, permit=row.id, reason=reason),
        weight="danger",
    ),
}
UNTOLD = Text(
    "Whether the area meets a sensitive zone is looked at when it is submitted",
    "采集范围是否涉及敏感区域，在提交时核查",
)
_JUDGED = {"submit": Verb.PERMIT_SUBMIT, "approve": Verb.PERMIT_APPROVE}


@screen()
def index(request: HttpRequest) -> HttpResponse:
    """List the field permits that this reader may see."""
    return PERMITS.answer(
        request, m.FieldPermit.objects.visible_to(request.user), choices=field_work.ways(request)
    )


@screen()
def detail(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show a permit: what is asked, its outline, what the rules say, its collections."""
    return render(request, "field/permit.html", _context(request, _row(request, id)))


@screen("GET", "POST")
def new(request: HttpRequest, project: UUID) -> HttpResponse:
    """Ask for a permit in a project: saved as a draft first."""
    row = visible_or_404(m.Project.objects.select_related("owner_party"), request, project)
    return _edit(request, row, None)


@screen("GET", "POST")
def change(request: HttpRequest, id: UUID) -> HttpResponse:
    """Change a draft."""
    row = _row(request, id)
    return _edit(request, row.project, row)


@screen("GET", "POST")
def act(request: HttpRequest, id: UUID, verb: str) -> HttpResponse:
    """Submit, approve, send back, revoke or close a permit, on a page that shows all of it."""
    row, step, actor = _row(request, id), STEPS[verb], actor_of(request)
    name = f"permit.{verb}"
    actor.require(name, **_scope(row, sender=step.sender))
    form = SeenReason(request.POST if request.method == "POST" else None, row)
    if verb == "submit":
        del form.fields["reason"]
    elif verb == "close":
        form.fields["reason"].required = False
    token = token_of(request)
    if request.method == "POST" and token and (before := done_before(actor, token, name)):
        return _after(before, row)
    if form.is_bound and form.is_valid():
        with told_in(form):
            sure = replace(actor, expects=form.cleaned_data["seen"])
            return _after(step.do(sure, row, form.cleaned_data.get("reason", "")), row)
    checks = _checks(request, row, _JUDGED[verb]) if verb in _JUDGED else None
    blocked = any(check.blocks for check in checks or ())
    context = _context(request, row) | {
        "heading": step.label,
        "lead": step.lead,
        "form": form,
        "choices": _blocked(actor, row) if blocked else [Choice("do", step.label, step.weight, "step")],
        "blocked": blocked,
        "cancel": reverse("field_permit", args=[row.id]),
        "checks": checks,
        "sections": [],
        "attach": [],
    }
    return render(request, "field/act.html", context, status=422 if form.errors else 200)


def _blocked(actor: Actor, row: m.FieldPermit) -> list[Choice]:
    """Return what is left where the rules bar a step: to change the draft, or to have the attempt kept."""
    record = Choice("do", _("Record the refused attempt"), "plain", "step")
    may = (row.state, "change") in PERMIT and actor.can("permit.change", **_scope(row, sender=True))
    address = reverse("field_permit_change", args=[row.id])
    return [Choice("", _("Go back and change"), "primary", href=address), record] if may else [record]


def units(actor: Actor, user: m.User, project: m.Project) -> list[m.Hop | None]:
    """Return the subcontracts for whose party this reader may ask, None for the owner itself."""
    owner = project.owner_party_id
    found: list[m.Hop | None] = [None] if actor.can("permit.draft", owner=owner, sender=owner) else []
    hops = m.Hop.objects.visible_to(user).filter(project=project, state=HopState.ACTIVE)
    return found + [
        hop
        for hop in hops.select_related("to_party").order_by("path")
        if actor.can("permit.draft", owner=owner, sender=hop.to_party_id)
    ]


def _edit(request: HttpRequest, project: m.Project, row: m.FieldPermit | None) -> HttpResponse:
    actor, verb = actor_of(request), "permit.change" if row else "permit.draft"
    asked_for = units(actor, signed_in(request), project)
    if not asked_for or (row and not actor.can(verb, **_scope(row, sender=True))):
        raise NotPermitted(verb)
    try:
        field_facts.asked_for(project, regimes.today(project.regime, timezone.now()))
    except ActionError as error:
        raise NotPermitted(verb) from error
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = PermitForm(*sent, user=signed_in(request), project=project, units=asked_for, row=row)
    token = token_of(request)
    if request.method == "POST" and token and (before := done_before(actor, token, verb)):
        return redirect("field_permit", before.object.id)
    if form.is_bound and form.is_valid():
        with told_in(form):
            if row:
                actions.change(actor, permit=row.id, terms=form.terms())
                return redirect("field_permit", row.id)
            made = actions.draft(actor, project=project.id, terms=form.terms())
            return redirect("field_permit", made.object.id)
    context = {
        "crumbs": project_crumbs(project),
        "heading": _("Change the draft") if row else _("Ask for a field permit"),
        "lead": _("It is saved as a draft; the rules look at it on the next page."),
        "form": form,
        "submit": _("Save the draft"),
        "cancel": reverse("field_permit", args=[row.id]) if row else reverse("project", args=[project.id]),
    }
    return render(request, "form.html", context, status=422 if form.errors else 200)


def _row(request: HttpRequest, id: UUID) -> m.FieldPermit:
    related = ("project__owner_party", "unit", "operator", "requested_by", "decided_by", "hop__to_party")
    row: m.FieldPermit = visible_or_404(m.FieldPermit.objects.select_related(*related), request, id)
    return row


def _scope(row: m.FieldPermit, *, sender: bool) -> dict[str, UUID]:
    scope = {"owner": row.project.owner_party_id}
    return scope | {"sender": row.unit_id} if sender else scope


def _after(outcome: Outcome, row: m.FieldPermit) -> HttpResponse:
    if outcome.state == "refused" and outcome.object is not None:
        return redirect("refusal", outcome.object.id)
    return redirect("field_permit", row.id)


def _context(request: HttpRequest, row: m.FieldPermit) -> dict[str, Any]:
    today = regimes.today(row.project.regime, timezone.now())
    judging = Verb.PERMIT_SUBMIT if row.state is PermitState.DRAFT else None
    if row.state is PermitState.SUBMITTED and actor_of(request).can(
        "permit.approve", **_scope(row, sender=False)
    ):
        judging = Verb.PERMIT_APPROVE
    return {
        "crumbs": [*project_crumbs(row.project), Link(_("Field permits"), reverse("field_permits"))],
        "heading": row.purpose[:80],
        "state": row.standing(today),
        "entry_state": entries.state_of(row.entry),
        "facts": _facts(request, row),
        "area": area_svg.picture(row.area),
        "checks": _checks(request, row, judging) if judging else None,
        "choices": _choices(request, row),
        "sections": _sections(request, row),
        "evidence": files.shown(request, [files.airspace(row)]),
        "attach": files.attach_choices(request, [files.airspace(row)]) if row.airspace_number else [],
    }


def _checks(request: HttpRequest, row: m.FieldPermit, verb: Verb) -> list[Check]:
    blind = not zone_tries.told(actor_of(request), row)
    ruling = actions.preview(actor_of(request), row, verb, timezone.now(), blind=blind)
    lines = judged.live(request, ruling, row.project, row.unit_id, opened=True)
    return [_untold(line) if blind and line.code == "FLD-02" else line for line in lines]


def _untold(line: Check) -> Check:
    """Return what a rule says, without what it would say of zones."""
    zones = {input_name(name) for name in ("zones_met", "zones_open")}
    return replace(line, note=UNTOLD, values=[fact for fact in line.values if fact.label not in zones])


def _choices(request: HttpRequest, row: m.FieldPermit) -> list[Choice]:
    actor, found = actor_of(request), []
    today = regimes.today(row.project.regime, timezone.now())
    for verb, step in STEPS.items():
        may = actor.can(f"permit.{verb}", **_scope(row, sender=step.sender))
        if (row.state, verb) in PERMIT and may:
            address = reverse(f"field_permit_{verb}", args=[row.id])
            found.append(Choice("", step.label, step.weight, href=address))
    if (row.state, "change") in PERMIT and actor.can("permit.change", **_scope(row, sender=True)):
        found.append(Choice("", _("Change the draft"), href=reverse("field_permit_change", args=[row.id])))
    live = row.standing(today) in (PermitState.APPROVED, PermitState.ACTIVE)
    if live and actor.can("collection.plan", **_scope(row, sender=True)):
        address = reverse("collection_plan", args=[row.id])
        found.insert(0, Choice("", _("Plan a collection"), "primary", href=address))
    if row.state in (PermitState.DRAFT, PermitState.SUBMITTED) and actor.can("zone.consent"):
        address = reverse("zone_consent", args=[row.id])
        found.append(Choice("", _("Record the consent of a zone's authority"), href=address))
    return found


def _facts(request: HttpRequest, row: m.FieldPermit) -> list[Fact]:
    seen = m.Party.objects.visible_to(request.user).filter(id=row.unit_id).exists()
    airspace = [row.airspace_number, row.airspace_authority]
    return [
        Fact(_("Unit"), party_link(row.unit) if seen else party_name(row.unit)),
        Fact(_("Subcontract"), field_work.under(request, row.hop)),
        Fact(_("Operator"), row.operator.name),
        Fact(_("What for"), row.purpose),
        Fact(_("First day"), row.starts),
        Fact(_("Last day"), row.ends),
        Fact(
            _("Area"),
            f"{row.area_km2:.3f} km²",
            note=_("On the ellipsoid of WGS 84, between edges straight in longitude and latitude."),
        ),
        Fact(_("Datum"), row.datum),
        Fact(_("Sensitive zones"), _zones(request, row), note=_tries(request, row)),
        Fact(_("Airspace approval"), " · ".join(filter(None, airspace)) or None),
        Fact(_("Airspace approved from"), row.airspace_from),
        Fact(_("Airspace approved until"), row.airspace_to),
        Fact(_("SHA-256 of that paper as a file"), row.airspace_sha256 or None, mono=True),
        Fact(_("Operator's licence"), row.operator_licence or None),
        Fact(_("Operating certificate of the unit"), row.operating_certificate or None),
        Fact(_("Surveying work permit of the operator"), row.work_permit or None),
        Fact(_("Data leave the equipment live"), row.uplink),
        Fact(_("How the work is paid"), row.payment),
        Fact(_("Asked by"), row.requested_by.name),
        Fact(_("Decided by"), row.decided_by.name if row.decided_by else None, note=row.decision_reason),
        Fact(_("SHA-256 of what is asked"), row.subject_sha256, mono=True),
    ]


def _zones(request: HttpRequest, row: m.FieldPermit) -> Any:
    return zone_words(row) if zone_tries.told(actor_of(request), row) else UNTOLD


def _tries(request: HttpRequest, row: m.FieldPermit) -> Any:
    """Return how often areas of the unit or the asker were refused lately, for who knows the zones."""
    if not actor_of(request).can("zone.read"):
        return ""
    n = zone_tries.refused(row, row.requested_by_id, timezone.now())
    return Text(f"{n} areas refused within 30 days", f"30天内{n}次范围被拒绝") if n > 1 else ""


def zone_words(row: m.FieldPermit) -> Text:
    """Return what everybody may read of zones: how many are met, and how many of those consented."""
    met, lifted = zones_seen(row)
    if met is None:
        return Text("No list of zones can be read", "没有可用的敏感区域清单")
    if not met:
        return Text("Meets none", "不涉及")
    noun = "zone" if met == 1 else "zones"
    return Text(
        f"Meets {met} sensitive {noun}; consents of their authorities: {lifted} of {met}",
        f"涉及{met}个敏感区域，已取得主管机关同意：{lifted}个",
    )


def of_project(request: HttpRequest, project: m.Project) -> list[Section]:
    """Return the field permits of a project and what was collected in it without leave, as far as a reader
    may see; nothing where there is none."""
    rows = m.FieldPermit.objects.visible_to(request.user).filter(project=project)
    found = list(PermitTable.whole(rows)[: SHORT + 1])
    listed = f"{reverse('field_permits')}?{urlencode({'project': project.id})}"
    permits = Section(_("Field permits"), PermitTable.short(found[:SHORT]), listed, more=len(found) > SHORT)
    return [*([permits] if found else []), *field_work.against(request, project=project)]


def _sections(request: HttpRequest, row: m.FieldPermit) -> list[Section]:
    equipment = m.Equipment.objects.filter(id__in=row.equipment).select_related("owner_party")
    body = [
        [str(e), e.kind, e.maker, e.country or None, _number(e), party_name(e.owner_party)] for e in equipment
    ]
    columns = heads(
        _("Equipment"),
        _("Kind"),
        _("Maker"),
        _("Country of the maker"),
        _("Real-name registration"),
        _("Owner"),
    )
    done = m.Collection.objects.visible_to(request.user).filter(permit=row)
    return [
        Section(_("Equipment"), Table(columns, body)),
        Section(_("Collections"), field_work.table(done, _("None yet."))),
        *_consents(request, row),
    ]


def _consents(request: HttpRequest, row: m.FieldPermit) -> list[Section]:
    """Return who consented to what: who is not cleared for the zones reads only how many have."""
    if not actor_of(request).can("zone.read"):
        return []
    rows = m.ZoneConsent.objects.visible_to(request.user).filter(permit=row).select_related("recorded_by")
    body = [[c.reference, c.authority, c.given_on, c.recorded_by.name] for c in rows]
    columns = heads(_("Number"), _("Authority"), _("Given on"), _("Recorded by"))
    return [Section(_("Consents of zone authorities"), Table(columns, body))] if body else []


def _number(row: m.Equipment) -> Any:
    return _("It has none") if row.registration == "" else row.registration
