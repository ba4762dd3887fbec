"""What is known of a party beyond its name: further names, numbers, screening, likenesses; and acts on it.

Screening is for the house and for regulators; a party does not read what it was suspected of.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from custody import models as m
from custody.actions import parties, party_time, registers, screening
from custody.actions.base import Actor
from custody.models.handoff import SIGNED
from custody.screening.identifiers import is_checked
from custody.terms import HitState, Role, Text

from . import field_work, without_paper
from .base import actor_of, heads, screen, signed_in, told_in, visible_or_404, words
from .forms import dossier as forms
from .forms import party_time as timed
from .names import party_link, party_name
from .patterns import Choice, Fact, Link, Section, Table

LISTED = 100
_Act = tuple[str, Any, Any, type[forms.About], Callable[[Actor, Any, dict[str, Any]], Any]]


def _set_state(actor: Actor, row: m.Party, given: dict[str, Any]) -> Any:
    return parties.set_state(actor, party=row.id, **given)


ACTS: dict[str, _Act] = {
    "name": (
        "party.name",
        _l("Add a name"),
        _l("A former name, an alias, or the name in another script. It is searched and screened too."),
        forms.NameForm,
        lambda actor, row, given: parties.add_name(actor, party=row.id, **given),
    ),
    "rename": (
        "party.rename",
        _l("Record a renaming"),
        _l(
            "The name of before becomes a former name. To put a wrong name right, correct the record instead."
        ),
        timed.RenameForm,
        lambda actor, row, given: party_time.rename(actor, party=row.id, **given),
    ),
    "address": (
        "party.locate",
        _l("Record an address"),
        _l("The address of that kind of before ends with the day before."),
        timed.AddressForm,
        lambda actor, row, given: party_time.locate(actor, party=row.id, **given),
    ),
    "control": (
        "party.record_control",
        _l("Record who owns or controls it"),
        _l("The rules on foreign parties look at all owners and controllers, up to the last."),
        timed.ControlForm,
        lambda actor, row, given: registers.record_control(
            actor, party=row.id, **{**given, "controller": UUID(given["controller"])}
        ),
    ),
    "control_end": (
        "party.end_control",
        _l("End a control"),
        _l("Who owned or controlled it counts up to the last day."),
        timed.ControlEndForm,
        lambda actor, row, given: party_time.end_control(
            actor, **{**given, "control": UUID(given["control"])}
        ),
    ),
    "number": (
        "party.identify",
        _l("Add a registration number"),
        _l("A number names one party for good."),
        forms.NumberForm,
        lambda actor, row, given: parties.add_identifier(actor, party=row.id, **given),
    ),
    "screen": (
        "party.screen",
        _l("Screen now"),
        _l("Its names and numbers are held against the newest list of each source."),
        forms.ScreenForm,
        lambda actor, row, given: screening.screen(actor, parties=[row.id]),
    ),
    "state": (
        "party.set_state",
        _l("Change its state"),
        _l("Nothing can be handed over to a party that is barred or closed, nor through it."),
        forms.StateForm,
        _set_state,
    ),
    "merge": (
        "party.merge",
        _l("Merge a duplicate"),
        _l("This record is closed and points to the one that stays. Each keeps its history; nothing moves."),
        forms.MergeForm,
        lambda actor, row, given: parties.merge(
            actor, party=row.id, into=UUID(given["into"]), reason=given["reason"]
        ),
    ),
}


def choices(request: HttpRequest, row: m.Party) -> list[Choice]:
    """Return what this reader may do with a party now; nothing with one that was merged."""
    if row.merged_into_id:
        return []
    actor, user = actor_of(request), signed_in(request)
    listed = {Role.MANAGER, Role.OFFICER, Role.ADMINISTRATOR, Role.REGULATOR} & user.roles()
    return [
        *(
            Choice("", label, "plain", href=reverse(f"party_{act}", args=[row.id]))
            for act, (verb, label, *_more) in ACTS.items()
            if actor.can(verb) and (act != "control_end" or row.controls.filter(ends=None).exists())
        ),
        *([without_paper.link(_("Received without valid paper"), party=row.id)] if listed else []),
    ]


def facts(row: m.Party) -> list[Fact]:
    """Return the registration numbers of a party, and where it was merged into."""
    merged = [Fact(_("Merged into"), party_link(row.merged_into))] if row.merged_into else []
    return [
        *merged,
        *(
            Fact(i.scheme, i.value, mono=True, note=_("check digits proved") if is_checked(i.scheme) else "")
            for i in row.identifiers.order_by("scheme", "value")
        ),
    ]


def sections(request: HttpRequest, row: m.Party) -> list[Section]:
    """Return further names, screening and likenesses, as far as this reader may see them."""
    found = []
    names = list(m.PartyName.objects.visible_to(request.user).filter(party=row))
    if names:
        body = [[n.name, n.kind, n.language, n.starts, n.ends] for n in names]
        columns = heads(_("Name"), _("Kind"), _("Language and script"), _("First day"), _("Last day"))
        found.append(Section(_("Further names"), Table(columns, body)))
    where = list(m.PartyAddress.objects.visible_to(request.user).filter(party=row))
    if where:
        body = [[a.address, a.kind, a.country, a.starts, a.ends] for a in where]
        columns = heads(_("Address"), _("Kind"), _("Country"), _("First day"), _("Last day"))
        found.append(Section(_("Addresses"), Table(columns, body)))
    controls = list(row.controls.exclude(ends=None).select_related("controller"))
    if controls:
        body = [[party_link(c.controller), c.kind, c.share, c.ends] for c in controls]
        columns = heads(_("Party"), _("Kind"), _("Per cent"), _("Last day"))
        found.append(Section(_("Controlled by formerly"), Table(columns, body)))
    merged = list(m.Party.objects.visible_to(request.user).filter(merged_into=row))
    if merged:
        body = [[party_link(p), p.country] for p in merged]
        found.append(Section(_("Merged into this party"), Table(heads(_("Party"), _("Country")), body)))
    found += field_work.against(request, unit=row)
    user = signed_in(request)
    if user.in_house or user.sees_all_parties:
        found += [*_screened(request, row), *_hits(request, row)]
    if actor_of(request).can("party.merge") and not row.merged_into_id:
        found += _alike(request, row)
    return found


def _screened(request: HttpRequest, row: m.Party) -> list[Section]:
    last = {s.source: s for s in m.Screening.objects.visible_to(request.user).filter(party=row)}
    lists = {barred.source: barred for barred in screening.newest()}
    body = [
        [
            source,
            last[source].barred_list.file_name if source in last else None,
            last[source].screened_on if source in last else None,
            _standing(last.get(source), lists.get(source)),
        ]
        for source in sorted({*last, *lists})
    ]
    columns = heads(_("List"), _("File"), _("Screened on"), _("Standing"))
    nothing = _("No list of barred parties was imported; nothing was screened.")
    return [Section(_("Screening against barred parties"), Table(columns, body, empty=nothing))]


def _standing(last: m.Screening | None, barred: m.BarredList | None) -> Text:
    if last is None:
        return Text("Not screened yet", "尚未筛查")
    if barred is not None and last.barred_list_id != barred.id:
        return Text("Stale: there is a newer list", "已过时：有更新的名单")
    if last.screened_at < timezone.now() - screening.FRESH:
        return Text("Stale: too long ago", "已过时：筛查时间过久")
    return Text("Fresh", "有效")


def _hits(request: HttpRequest, row: m.Party) -> list[Section]:
    rows = list(
        m.ScreeningHit.objects.visible_to(request.user).filter(party=row).select_related("barred_list")
    )
    if not rows:
        return []
    lines = screening.listed_names(rows)
    body = [
        [
            Link(_listed(h, lines.get(h.id)), reverse("hit", args=[h.id])),
            by(row, h.by),
            h.score,
            f"{h.barred_list.file_name}:{h.line}",
            h.state,
        ]
        for h in rows[:LISTED]
    ]
    columns = heads(_("On the list"), _("Alike by"), _("Score"), _("Line"), _("Verdict"))
    return [Section(_("Looks like"), Table(columns, body))]


def _listed(hit: m.ScreeningHit, line: m.BarredEntry | None) -> str:
    """Return the name on the list; its lines may have been lost in a restore."""
    return line.name if line else _("Line %(line)d; import the list again to read it") % {"line": hit.line}


def by(row: m.Party, what: str) -> Any:
    """Return in words which name or number of a party was alike."""
    fixed = {"name": Text("Name", "名称"), "other_name": Text("Other name", "其他名称")}
    if what in fixed:
        return fixed[what]
    further = next((n for n in row.names.all() if str(n.id) == what), None)
    return further.name if further else what


def _alike(request: HttpRequest, row: m.Party) -> list[Section]:
    [who] = parties.named(m.Party.objects.filter(id=row.id))
    like = parties.alike(who, m.Party.objects.visible_to(request.user))
    if not like:
        return []
    body = [[party_link(a.party), by(row, a.by), a.score, a.party.state] for a in like]
    columns = heads(_("Party"), _("Alike by"), _("Score"), _("State"))
    return [Section(_("May be registered twice"), Table(columns, body))]


@screen("GET", "POST")
def act(request: HttpRequest, party: UUID, act: str) -> HttpResponse:
    """Add to what is known of a party, change its standing, or merge it, on a page of its own."""
    verb, label, lead, form_of, do = ACTS[act]
    row = visible_or_404(m.Party.objects, request, party)
    actor = actor_of(request)
    actor.require(verb)
    form = form_of(request.POST if request.method == "POST" else None, user=signed_in(request), row=row)
    if form.is_bound and form.is_valid():
        with told_in(form):
            do(actor, row, form.cleaned_data)
            return redirect("party", row.id)
    context = {
        "crumbs": [Link(party_name(row), reverse("party", args=[row.id]))],
        "heading": label,
        "lead": lead,
        "form": form,
        "choices": [Choice("do", label, "danger" if act == "merge" else "primary", "step")],
        "cancel": reverse("party", args=[row.id]),
        "sections": [*_kept(request, row), *_alike(request, row)] if act == "merge" else [],
    }
    return render(request, "party/act.html", context, status=422 if form.errors else 200)


def _kept(request: HttpRequest, row: m.Party) -> list[Section]:
    """Return what a record holds that will stay with it when it is merged, and what is in the way."""
    user = request.user
    handoffs = m.Handoff.objects.visible_to(user)
    open_ones = handoffs.filter(state__in=parties.OPEN)
    return [
        Section(
            _("What stays with this record"),
            facts=[
                Fact(_("Roles of persons"), m.Membership.objects.visible_to(user).filter(party=row).count()),
                Fact(_("Certificates"), row.qualifications.count()),
                Fact(_("Subcontracts"), m.Hop.objects.visible_to(user).filter(to_party=row).count()),
                Fact(
                    _("Copies"), m.Copy.objects.there().visible_to(user).filter(custodian_party=row).count()
                ),
                Fact(
                    _("Open handoffs, which bar the merge"),
                    (open_ones.filter(sender_party=row) | open_ones.filter(receiver_party=row)).count(),
                ),
                Fact(
                    _("Handoffs received"),
                    handoffs.filter(receiver_party=row, state__in=SIGNED).count(),
                ),
            ],
        )
    ]


@screen("GET", "POST")
def hit(request: HttpRequest, hit: UUID) -> HttpResponse:
    """Show a likeness beside what the list says, and take the verdict of whoever may judge."""
    row = visible_or_404(
        m.ScreeningHit.objects.select_related("party", "barred_list", "judged_by"), request, hit
    )
    actor, posted = actor_of(request), request.method == "POST"
    if posted:
        actor.require("party.judge")
    form = forms.VerdictForm(request.POST if posted else None, user=signed_in(request), row=row)
    if form.is_bound and form.is_valid():
        with told_in(form):
            screening.judge(actor, hit=row.id, **form.cleaned_data)
            return redirect("party", row.party_id)
    line = screening.listed_names([row]).get(row.id)
    context = {
        "crumbs": [Link(party_name(row.party), reverse("party", args=[row.party_id]))],
        "heading": _("Looks like a barred party"),
        "lead": words(row.state.text),
        "sections": [
            Section(
                _("On the list"),
                facts=[
                    Fact(_("Name"), _listed(row, line), note=f"{row.barred_list.file_name}:{row.line}"),
                    *_of_line(line),
                    Fact(_("List"), row.source, note=row.barred_list.sha256),
                ],
            ),
            Section(
                _("In the register"),
                facts=[
                    Fact(_("Party"), party_link(row.party)),
                    Fact(_("Country"), row.party.country),
                    *facts(row.party),
                    Fact(_("Alike by"), by(row.party, row.by)),
                    Fact(_("Score"), row.score),
                    *_verdict(row),
                ],
            ),
        ],
        "form": form if actor.can("party.judge") else None,
        "choices": [Choice("do", _("Record the verdict"), "primary", "step")],
        "cancel": reverse("party", args=[row.party_id]),
    }
    return render(request, "party/act.html", context, status=422 if form.errors else 200)


def _of_line(line: m.BarredEntry | None) -> list[Fact]:
    if line is None:
        return []
    numbers = {"UEI": line.uei, "DUNS": line.duns, "CAGE": line.cage, **line.identifiers}
    return [
        Fact(_("Other name"), line.aliases or None),
        Fact(_("Country"), line.country),
        *(Fact(scheme, value, mono=True) for scheme, value in numbers.items() if value),
        Fact(_("Barred from"), line.active_on),
        Fact(_("Barred until"), line.ends_on),
    ]


def _verdict(row: m.ScreeningHit) -> list[Fact]:
    if row.state is HitState.OPEN or row.judged_by is None:
        return []
    return [
        Fact(_("Verdict"), row.state, note=row.judged_on),
        Fact(_("Judged by"), row.judged_by.name),
        Fact(_("Reason"), row.reason),
    ]
