"""Subcontract hops: requesting one, and the page of one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from custody import models as m
from custody.actions import amending, deciders, delegating, hops, mistakes, papers
from custody.actions.base import ActionError, Actor, NotPermitted, Outcome
from custody.actions.deciding import Ruling
from custody.terms import ConsentKind, HopState, LapseNoun, ProjectState, Text, Verb
from custody.transitions import HOP

from . import (
    conditions,
    corrections,
    describing,
    ending,
    entries,
    field_work,
    files,
    handoffs,
    judged,
    lapses,
    opening_subcontracts,
    refusals,
)
from . import papers as paper_pages
from .base import UNKNOWN_STEP, actor_of, heads, screen, told_in, visible_or_404, words
from .forms.fields import ReasonForm
from .forms.hop import HopForm, ReportedForm
from .forms.papers import ConsentForm, TermsForm
from .guided import Guided
from .names import category_names, doubt_name, hop_state, level_name, party_link, party_name, project_crumbs
from .patterns import Check, Choice, Fact, Link, Table

ENDED = (HopState.COMPLETED, HopState.CLOSING, HopState.CLOSED)


class RequestGuide(Guided[HopForm]):
    """Requesting a subcontract, with the rules beside it."""

    folder = leads_to = "hop"
    verb = Verb.HOP_REQUEST.value
    do = gettext_lazy("Send the request")

    @cached_property
    def parent(self) -> m.Hop | None:
        """The hop under which the work is passed on; None at the root of the project."""
        asked = self.request.GET.get("parent", "")
        if not asked:
            return None
        try:
            id = UUID(asked)
        except ValueError:
            raise Http404 from None
        rows = m.Hop.objects.filter(project=self.project).select_related("to_party")
        return visible_or_404(rows, self.request, id)

    @property
    def giver(self) -> m.Party:
        """The party that passes work on."""
        return self.parent.to_party if self.parent else self.project.owner_party

    def form(self, data: QueryDict | None, files: Any = None) -> HopForm:
        """Return the request form."""
        return HopForm(data, user=self.request.user, project=self.project, giver=self.giver)

    def place(self) -> str:
        """Return the hop under which work is passed on."""
        return str(self.parent.id) if self.parent else ""

    def judge(self, form: HopForm) -> Ruling | None:
        """Run the rules once party, level and first day are known."""
        terms = form.terms()
        if terms is None or terms.to_party == self.giver.id:
            return None
        return hops.preview_request(
            actor_of(self.request), project=self.project, parent=self.parent, terms=terms, now=timezone.now()
        )

    def lines(self, form: HopForm, ruling: Ruling) -> list[Check]:
        """Name in the findings the party that was just typed."""
        typed = (form.party, form.doer, form.pays)
        known = {str(party.id): words(party_name(party)) for party in typed if party}
        return judged.live(self.request, ruling, self.project, self.giver.id, known=known)

    def submit(self, form: HopForm) -> Outcome:
        """Ask for the subcontract."""
        terms = form.terms()
        if terms is None:
            raise ActionError(UNKNOWN_STEP)
        return hops.request(
            actor_of(self.request),
            project=self.project.id,
            parent=self.parent.id if self.parent else None,
            terms=terms,
            decide_by=form.cleaned_data["decide_by"],
            submission=form.cleaned_data["submission"],
        )

    def context(self) -> dict[str, Any]:
        """Return crumbs and words."""
        lead = _("%(party)s passes work on.") % {"party": words(party_name(self.giver))}
        return {
            "crumbs": project_crumbs(self.project),
            "heading": _("Request a subcontract"),
            "lead": f"{lead} {self._undecidable()}".strip(),
            "cancel": reverse("project", args=[self.project.id]),
            "url": self.request.get_full_path(),
        }

    def _undecidable(self) -> str:
        """Say that the request could not be decided, before it is typed."""
        few = deciders.too_few(self.project)
        return (
            _(
                "Nobody could decide it yet: at the level of this project %(needed)d must approve, and the "
                "approval officers who can sign in are %(there)d. The administrator names more, under People."
            )
            % {"there": few[0], "needed": few[1]}
            if few
            else ""
        )


@screen("GET", "POST")
def new(request: HttpRequest, project: UUID) -> HttpResponse:
    """Request a subcontract at the root of a project or under ``?parent=``."""
    row = visible_or_404(m.Project.objects.select_related("owner_party"), request, project)
    guide = RequestGuide(request, row)
    if not actor_of(request).can("hop.request", owner=row.owner_party_id, sender=guide.giver.id):
        raise NotPermitted("hop.request")
    return guide.answer()


@screen("GET", "POST")
def detail(request: HttpRequest, hop: UUID) -> HttpResponse:
    """Show one hop: its place, terms, approvals, handoffs, refusals; notes its report to the authority."""
    row = visible_or_404(
        m.Hop.objects.select_related(
            "project", "from_party", "to_party", "performer", "requested_by", "parent"
        ),
        request,
        hop,
    )
    step = STEPS.get((request.POST if request.method == "POST" else request.GET).get("step", ""))
    if step is not None and request.method == "POST":
        filled = step.form(row, request.POST, request.FILES)
        if filled.is_valid():
            with told_in(filled):
                step.act(actor_of(request), row, filled)
                return redirect("hop", row.id)
        return _show(request, row, filled, step)
    if step is not None and step.may(request, row):
        return _show(request, row, step.form(row, None, None), step)
    form = ReportedForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with told_in(form):
            day = form.cleaned_data["reported_on"]
            hops.report_to_authority(actor_of(request), hop=row.id, reported_on=day)
            return redirect("hop", row.id)
    return _show(request, row, form)


def _may(verb: str, *states: HopState) -> Callable[[HttpRequest, m.Hop], bool]:
    """Return whether a reader may do a verb of the giver's while the hop is in one of some states."""

    def may(request: HttpRequest, row: m.Hop) -> bool:
        allowed = actor_of(request).can(verb, owner=row.project.owner_party_id, sender=row.from_party_id)
        return row.state in states and allowed

    return may


@dataclass(frozen=True, slots=True)
class Step:
    """What is done on the page of a hop after it was asked for: its form, and the act that it leads to."""

    name: str
    title: Any
    do: Any
    may: Callable[[HttpRequest, m.Hop], bool]
    form: Callable[[m.Hop, QueryDict | None, Any], Any]
    act: Callable[[Actor, m.Hop, Any], Outcome]
    weight: Literal["plain", "danger"] = "plain"


def _terms_form(row: m.Hop, data: QueryDict | None, files: Any) -> TermsForm:
    last = m.Agreement.objects.filter(hop=row).last()
    names = ("clauses", "reference", "giver_signed_on", "receiver_signed_on", "document_sha256")
    initial = {name: getattr(last, name) for name in names} if last else None
    return TermsForm(data, files, regime=row.project.regime, initial=initial)


STEPS = {
    step.name: step
    for step in (
        Step(
            "consent",
            gettext_lazy("A written consent"),
            gettext_lazy("Record a written consent"),
            _may("hop.consent", HopState.REQUESTED, HopState.ACTIVE),
            lambda row, data, files: ConsentForm(data, files),
            lambda actor, row, form: papers.record_consent(
                actor, hop=row.id, paper=form.paper(), file=form.cleaned_data["evidence_file"]
            ),
        ),
        Step(
            "terms",
            gettext_lazy("What was agreed with the receiving party"),
            gettext_lazy("Record the terms"),
            _may("hop.agree_terms", HopState.REQUESTED, HopState.ACTIVE),
            _terms_form,
            lambda actor, row, form: papers.record_terms(
                actor, hop=row.id, agreed=form.agreed(), file=form.cleaned_data["evidence_file"]
            ),
        ),
        Step(
            "withdraw",
            gettext_lazy("Why do you withdraw the request?"),
            gettext_lazy("Withdraw the request"),
            _may("hop.withdraw", HopState.REQUESTED),
            lambda row, data, files: ReasonForm(data),
            lambda actor, row, form: mistakes.withdraw_request(
                actor, hop=row.id, reason=form.cleaned_data["reason"]
            ),
            "danger",
        ),
    )
}


def _show(request: HttpRequest, row: m.Hop, form: Any, step: Step | None = None) -> HttpResponse:
    moved = m.Handoff.objects.visible_to(request.user).filter(hop=row)
    refused = m.Refusal.objects.visible_to(request.user).filter(hop=row)
    context = {
        "crumbs": project_crumbs(row.project),
        "heading": _("Subcontract to %(party)s") % {"party": words(party_name(row.to_party))},
        "state": row.state,
        "said": hop_state(row),
        "row": row,
        "path": path(request, row),
        "facts": facts(row),
        "entry_state": entries.state_of(row.entry),
        "approvals": _approvals(request, row),
        "conditions": _conditions(request, row),
        "handoffs": handoffs.table(moved, _("No copies were handed over here.")),
        "refusals": refusals.table(refused),
        "sections": [
            *opening_subcontracts.about(request, row),
            *lapses.about(request, LapseNoun.HOP, row.id),
            *ending.beside(request, row),
            *field_work.against(request, hop=row),
        ],
        "doubts": [
            (doubt_name(d.code), Text(d.text_en, d.text_zh))
            for d in m.Doubt.objects.visible_to(request.user).filter(hop=row)
        ],
        "buttons": [] if step else _choices(request, row),
        "step": step,
        "choices": [Choice(step.name, step.do, step.weight, "step")] if step else [],
        "cancel": reverse("hop", args=[row.id]) if step else "",
        **paper_pages.beside(request, row),
        **_evidence(request, row),
        "corrections": corrections.history(request, row),
        "form": form,
        "may_report": step is None
        and (row.state, "report") in HOP
        and row.reported_on is None
        and actor_of(request).can("hop.report", owner=row.project.owner_party_id),
    }
    return render(request, "hop/detail.html", context, status=422 if form.errors else 200)


def _evidence(request: HttpRequest, row: m.Hop) -> dict[str, Any]:
    """Return the files of its papers, and where more are attached."""
    found = files.papers_of_hop(row)
    return {"evidence": files.shown(request, found), "attach": files.attach_choices(request, found)}


def path(request: HttpRequest, row: m.Hop) -> list[Any]:
    """Return the parties from the owner to this hop; what this reader may not see is left out."""
    ids = row.path_ids()
    seen = (
        m.Hop.objects.visible_to(request.user).filter(id__in=ids).select_related("to_party").order_by("depth")
    )
    places: list[Any] = [
        party_name(h.to_party)
        if h.id == row.id
        else Link(party_name(h.to_party), reverse("hop", args=[h.id]))
        for h in seen
    ]
    if len(places) == len(ids):
        return [party_name(row.project.owner_party), *places]
    return [party_name(row.from_party), *places] if len(places) == 1 else places


def facts(row: m.Hop) -> list[Fact]:
    """Return what a subcontract is about."""
    regime = row.project.regime
    money = f"{row.amount:,.2f} {row.currency}" if row.amount is not None else None
    stated = _("As stated; no paper is behind this answer itself")
    papers = paper_pages.facts(row)
    written = m.Consent.objects.filter(hop=row, kind=ConsentKind.CLIENT).exists()
    consented = _("As stated; the paper is named below") if written else stated
    return [
        Fact(
            _("Project"),
            Link(row.project.code, reverse("project", args=[row.project_id])),
            note=row.project.title,
        ),
        Fact(_("Given by"), party_link(row.from_party)),
        Fact(_("Receiving party"), party_link(row.to_party)),
        Fact(_("Work performed by"), _performer(row)),
        Fact(_("Work"), row.scope),
        Fact(_("Highest classification"), level_name(row.level, regime)),
        Fact(_("Categories of work"), category_names(row.categories)),
        Fact(_("Work that needs a secrecy licence"), business_names(row.business), note=stated),
        Fact(_("First day"), row.starts),
        Fact(_("Last day"), row.ends),
        Fact(_("Share of the contract"), None if row.share is None else f"{row.share} %"),
        Fact(_("Amount"), money),
        Fact(_("Who pays"), party_link(row.payer) if row.payer else None),
        Fact(_("Paid from"), row.payer_country),
        Fact(_("Means of payment"), row.payment),
        Fact(_("Giver keeps the core"), row.keeps_core, note=stated),
        Fact(_("Client consented in writing"), row.client_consent, note=consented),
        *papers,
        Fact(_("Awarded on"), row.awarded_on),
        Fact(_("Reported to the authority"), row.reported_on),
        Fact(_("Requested by"), row.requested_by.name),
    ]


def _performer(row: m.Hop) -> Any:
    """Return who does the work; nothing where that is not known."""
    if row.performer is None:
        return None
    return (
        _("The receiving party itself") if row.performer_id == row.to_party_id else party_link(row.performer)
    )


def business_names(business: list[str] | None) -> Any:
    """Return listed businesses in words; nothing where it is not known."""
    if business is None:
        return None
    return category_names(business) or _("Not on that list")


def _approvals(request: HttpRequest, row: m.Hop) -> Table:
    rows = m.Approval.objects.visible_to(request.user).filter(hop=row)
    columns = heads(_("Request"), _("Decide by"), _("Decided"), _("State"))
    body = [
        [Link(a.created_at, reverse("approval", args=[a.id])), a.decide_by, a.decided_at, a.state]
        for a in rows
    ]
    return Table(columns, body, empty=_("No approval was asked for."))


def _conditions(request: HttpRequest, row: m.Hop) -> Table | None:
    """Return the conditions of the approval that counts, else of the request that waits."""
    there = m.Approval.objects.visible_to(request.user).filter(hop=row).select_related("hop__project")
    last = there.order_by("-created_at").first()
    return conditions.table(request, last) if last else None


def _choices(request: HttpRequest, row: m.Hop) -> list[Choice]:
    actor, owner = actor_of(request), row.project.owner_party_id
    found = []
    waiting = m.Approval.objects.filter(hop=row, state="requested").first()
    if waiting and delegating.may_decide(actor, row.project):
        found.append(Choice("", _("Decide"), "primary", href=reverse("approval", args=[waiting.id])))
    going = row.state not in ENDED and row.project.state is ProjectState.OPEN
    if going and actor.can("handoff.offer", owner=owner, sender=row.from_party_id):
        href = reverse("handoff_new", args=[row.project_id]) + f"?hop={row.id}"
        first = row.state is HopState.ACTIVE and not found  # before, the rules stop it: nobody is urged to
        found.append(Choice("", _("Offer a handoff"), "primary" if first else "plain", href=href))
    if row.state is HopState.ACTIVE and actor.can("hop.request", owner=owner, sender=row.to_party_id):
        href = reverse("hop_new", args=[row.project_id]) + f"?parent={row.id}"
        found.append(Choice("", _("Pass work on to another party"), href=href))
    if amending.may_amend(actor, row):
        found.append(Choice("", _("Amend"), href=reverse("hop_amend", args=[row.id])))
    if describing.may(request, row):
        found.append(Choice("", _("Add what is not known"), href=reverse("hop_describe", args=[row.id])))
    here = reverse("hop", args=[row.id])
    found += [
        Choice("", step.do, step.weight, href=f"{here}?step={step.name}")
        for step in STEPS.values()
        if step.may(request, row)
    ]
    return [*found, *ending.choices(request, row)]
