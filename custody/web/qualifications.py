"""Parties and their certificates: recorded by one person, verified by another."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from custody import decided, recall
from custody import models as m
from custody.actions import registers
from custody.actions.base import ActionError
from custody.actions.correcting import writers
from custody.filters import PartyFilter, QualificationFilter
from custody.terms import LapseNoun, QualificationState
from custody.transitions import QUALIFICATION

from . import contractors, corrections, dossier, entries, files, incidents, lapses, owners, standing
from .base import UNKNOWN_STEP, actor_of, heads, screen, signed_in, told_in, visible_or_404, words
from .forms.party import QualificationForm, VerifyForm
from .listing import List, Listed, Shown
from .names import category_names, party_link, party_name, qualification_name
from .patterns import Choice, Fact, Link, Table


class PartyTable(Listed):
    """Parties, by name."""

    party = Shown(_l("Party"), party_link, "name")
    kind = Shown(_l("Kind"), lambda p: p.kind, "kind")
    country = Shown(_l("Country"), lambda p: p.country, "country")
    state = Shown(_l("State"), lambda p: p.state, "state")


class QualificationTable(Listed):
    """Certificates, by holder."""

    related = ("party", "recorded_by", "verified_by")
    type = Shown(
        _l("Certificate"),
        lambda q: Link(qualification_name(q.type, q.grade), reverse("qualification", args=[q.id])),
        ("type", "grade"),
    )
    party = Shown(_l("Holder"), lambda q: party_name(q.party), "party__name")
    number = Shown(_l("Number"), lambda q: q.number, "number")
    valid_to = Shown(_l("Valid until"), lambda q: q.valid_to, "valid_to")
    state = Shown(_l("State"), lambda q: q.state, "state")
    valid_from = Shown(_l("Valid from"), lambda q: q.valid_from, "valid_from", first=False)
    issuer = Shown(_l("Issued by"), lambda q: q.issuer, "issuer", first=False)
    recorded_by = Shown(_l("Recorded by"), lambda q: q.recorded_by.name, first=False)


PARTIES = List("parties", _l("Parties"), PartyFilter, PartyTable, _l("No party fits."))
QUALIFICATIONS = List(
    "qualifications", _l("Certificates"), QualificationFilter, QualificationTable, _l("No certificate fits.")
)


@screen()
def index(request: HttpRequest) -> HttpResponse:
    """List the parties that this reader may see."""
    may = actor_of(request).can("party.register")
    choices = [Choice("", _("Register a party"), "primary", href=reverse("party_new"))] if may else []
    choices.append(Choice("", _("Certificates"), href=reverse("qualifications")))
    return PARTIES.answer(request, m.Party.objects.visible_to(request.user), choices=choices)


@screen()
def qualifications(request: HttpRequest) -> HttpResponse:
    """List the certificates of the parties that this reader may see."""
    return QUALIFICATIONS.answer(request, m.Qualification.objects.visible_to(request.user))


@screen()
def detail(request: HttpRequest, party: UUID) -> HttpResponse:
    """Show a party: who it is, its certificates, its hops."""
    row = visible_or_404(m.Party.objects, request, party)
    name = party_name(row)
    hops = m.Hop.objects.visible_to(request.user).filter(Q(to_party=row) | Q(from_party=row))
    behind = owners.owners(row) if owners.may_see(request, row) else []
    other = row.other_name if words(name) == row.name else row.name
    context = {
        "crumbs": [Link(_("Parties"), reverse("parties"))],
        "heading": words(name),
        "state": row.state,
        "row": row,
        "facts": [
            Fact(_("Other name"), other),
            Fact(_("Kind"), row.kind),
            Fact(_("Country"), row.country),
            *dossier.facts(row),
            *([] if behind else [Fact(_("Controlled by"), owners.names(row))]),
            *contractors.facts(row),
        ],
        "qualifications": QualificationTable.short(
            row.qualifications.all(),
            _("No certificate is recorded. Handoffs to this party are blocked until one is verified."),
        ),
        "hops": _hops(hops[:100]),
        "sections": [
            *owners.sections(request, row),
            *incidents.of_party(request, row),
            *dossier.sections(request, row),
        ],
        "picture": owners.drawn(row, behind),
        "behind": owners.table(behind) if behind else None,
        "decisions": _decisions(request, row),
        "correct": corrections.link(request, row),
        "corrections": corrections.history(request, row),
        "overdue": contractors.overdue(row),
        "evidence": files.shown(request, files.of_party(row)),
        "attach": files.attach_choices(request, files.of_party(row)),
        "choices": [*contractors.choices(request, row), *dossier.choices(request, row)],
        "may_record": actor_of(request).can("qualification.record"),
    }
    return render(request, "party/detail.html", context)


def _decisions(request: HttpRequest, row: m.Party) -> str:
    """Return where the decisions on subcontracts to a party stand, for who has the register."""
    readable = decided.may_read(signed_in(request))
    return f"{reverse('decisions')}?party={row.id}" if readable else ""


def _hops(rows: Any) -> Table:
    columns = heads(_("Subcontract"), _("Project"), _("From"), _("State"))
    body = [
        [
            Link(party_name(h.to_party), reverse("hop", args=[h.id])),
            h.project.code,
            party_name(h.from_party),
            h.state,
        ]
        for h in rows.select_related("project", "from_party", "to_party")
    ]
    return Table(columns, body, empty=_("This party stands in no subcontract that you may see."))


@screen("GET", "POST")
def new(request: HttpRequest, party: UUID) -> HttpResponse:
    """Record a certificate of a party."""
    row = visible_or_404(m.Party.objects, request, party)
    actor = actor_of(request)
    actor.require("qualification.record")
    form = QualificationForm(*((request.POST, request.FILES) if request.method == "POST" else (None, None)))
    if form.is_bound and form.is_valid():
        with told_in(form):
            done = registers.record_qualification(actor, party=row.id, **form.recorded())
            return redirect("qualification", done.object.id)
    context = {
        "crumbs": [
            Link(_("Parties"), reverse("parties")),
            Link(party_name(row), reverse("party", args=[row.id])),
        ],
        "heading": _("Record a certificate"),
        "lead": _("It counts once somebody else has verified it with its issuer."),
        "form": form,
        "submit": _("Record"),
        "cancel": reverse("party", args=[row.id]),
    }
    return render(request, "form.html", context, status=422 if form.errors else 200)


@screen("GET", "POST")
def qualification(request: HttpRequest, qualification: UUID) -> HttpResponse:
    """Show a certificate; a person other than the one who recorded it verifies or rejects it here."""
    rows = m.Qualification.objects.select_related(*QualificationTable.related)
    row = visible_or_404(rows, request, qualification)
    actor = actor_of(request)
    form = VerifyForm(
        request.POST if request.method == "POST" else None, initial={"on": timezone.localdate()}
    )
    if request.method == "POST":
        step = request.POST.get("step", "")
        if step not in ("verify", "reject"):
            raise ActionError(UNKNOWN_STEP)
        actor.require("qualification.verify")
        if form.is_valid():
            on, how = form.cleaned_data["on"], form.cleaned_data["how"]
            with told_in(form):
                if step == "verify":
                    registers.verify_qualification(actor, qualification=row.id, on=on, how=how)
                else:
                    registers.reject_qualification(actor, qualification=row.id, reason=how)
                return redirect("qualification", row.id)
    own = signed_in(request).person_id in writers(row)
    waits = (row.state, "verify") in QUALIFICATION and actor.can("qualification.verify")
    cut, stopped = row.state is QualificationState.DOWNGRADED, row.state in recall.STOPPED
    context = {
        "crumbs": [
            Link(_("Parties"), reverse("parties")),
            Link(party_name(row.party), reverse("party", args=[row.party_id])),
        ],
        "heading": words(qualification_name(row.type, row.grade)),
        "state": row.state,
        "facts": [
            Fact(_("Holder"), party_link(row.party)),
            Fact(_("Categories of work"), category_names(row.categories, row.type)),
            Fact(_("Number"), row.number, mono=True),
            Fact(_("Issued by"), row.issuer),
            Fact(_("Valid from"), row.valid_from),
            Fact(_("Valid until"), row.valid_to),
            Fact(_("Recorded by"), row.recorded_by.name, note=row.created_at),
            Fact(
                _("Verified by"),
                row.verified_by.name if row.verified_by else None,
                note=row.verified_on or "",
            ),
            Fact(_("How it was checked"), row.verified_how),
            *standing.stands(row),
        ],
        "stopped": stopped,
        "sections": [
            *lapses.about(request, LapseNoun.QUALIFICATION, row.id),
            *(standing.resting(request, row) if stopped else []),
        ],
        "buttons": standing.choices(request, row),
        "evidence": files.shown(request, [files.certificate(row)]),
        "attach": files.attach_choices(request, [files.certificate(row)]),
        "entry_state": entries.state_of(row.entry),
        "correct": corrections.link(request, row),
        "corrections": corrections.history(request, row),
        "form": form,
        "own": own and waits,
        "waits": waits and not own,
        "choices": [
            Choice("verify", _("Verified"), "primary", "step"),
            *([] if cut else [Choice("reject", _("Did not stand up"), "danger", "step")]),
        ],
        "question": _("Does it stand up to the check at its lower grade?") if cut else "",
    }
    return render(request, "party/qualification.html", context, status=422 if form.errors else 200)
