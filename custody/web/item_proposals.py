"""What is proposed of items: the list, the page of a proposal, and an officer's determination of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from custody import models as m
from custody.actions import classifying as actions
from custody.actions.base import Actor, Outcome, done_before
from custody.actions.correcting import plain
from custody.actions.items import COLUMNS
from custody.fields import FIELDS
from custody.filters import ItemProposalFilter
from custody.terms import ItemState, ProposalKind, ProposalState
from custody.transitions import PROPOSAL

from . import classification, corrections, entries, recalls
from .base import actor_of, heads, screen, token_of, told_in, visible_or_404, words
from .forms.amendment import SeenReason
from .listing import List, Listed, Shown
from .names import level_name, project_crumbs
from .patterns import Choice, Fact, Link, Section, Table

SHORT = 10


class ItemProposalTable(Listed):
    """Proposals about items, the newest first."""

    related = ("project", "item", "proposed_by", "decided_by")
    item = Shown(
        _l("Item"), lambda r: Link(r.item.codename, reverse("item_proposal", args=[r.id])), "item__codename"
    )
    kind = Shown(_l("What is proposed"), lambda r: r.kind, "kind")
    level = Shown(_l("Classification"), lambda r: level_name(r.level, r.project.regime), "level")
    state = Shown(_l("State"), lambda r: r.state, "state")
    proposed = Shown(_l("Proposed by"), lambda r: r.proposed_by.name, "proposed_by__name")
    decided = Shown(
        _l("Decided by"), lambda r: r.decided_by.name if r.decided_by else None, "decided_by__name"
    )
    day = Shown(_l("Decided on"), lambda r: r.decided_on, "decided_on")
    project = Shown(_l("Project"), lambda r: r.project.code, "project__code")
    basis = Shown(_l("What the change rests on"), lambda r: r.change_basis, "change_basis", first=False)
    effective = Shown(_l("Day of the change"), lambda r: r.effective_on, "effective_on", first=False)
    reason = Shown(_l("Reason"), lambda r: r.reason[:80])


PROPOSALS = List(
    "item_proposals",
    _l("Classification: proposed and determined"),
    ItemProposalFilter,
    ItemProposalTable,
    _l("No proposal that you may see."),
)


@dataclass(frozen=True, slots=True)
class Step:
    """One verb on a proposal: its words, what they mean, and what does it."""

    label: str | Promise
    lead: str | Promise
    do: Callable[[Actor, m.ItemProposal, str], Outcome]
    weight: Literal["primary", "plain", "danger"] = "primary"


STEPS: dict[str, Step] = {
    "determine": Step(
        _l("Determine"),
        _l("You answer for exactly what stands here; the item stands so at once. Not for who proposed it."),
        lambda actor, row, reason: actions.determine(
            actor, proposal=row.id, reason=reason, subject_sha256=row.subject_sha256
        ),
    ),
    "return": Step(
        _l("Send back"),
        _l("Nothing of the item changes. Say what is to be put right."),
        lambda actor, row, reason: actions.send_back(actor, proposal=row.id, reason=reason),
        "plain",
    ),
    "take_back": Step(
        _l("Take the proposal back"),
        _l("Nothing of the item changes. Another one may be made."),
        lambda actor, row, reason: actions.take_back(actor, proposal=row.id, reason=reason),
        "plain",
    ),
}


@screen()
def index(request: HttpRequest) -> HttpResponse:
    """List the proposals about items that this reader may see."""
    lead = _(
        "One proposes how an item is classified, on its page. An officer who did not propose it decides."
    )
    return PROPOSALS.answer(request, m.ItemProposal.objects.visible_to(request.user), lead=lead)


@screen()
def detail(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show a proposal: what would change, what it rests on, who proposed it and what came of it."""
    row = _row(request, id)
    context = _context(request, row) | {
        "entry_state": entries.state_of(row.entry),
        "choices": _choices(request, row),
    }
    return render(request, "item/proposal.html", context)


@screen("GET", "POST")
def act(request: HttpRequest, id: UUID, verb: str) -> HttpResponse:
    """Determine a proposal, send it back or take it back, on a page that shows all of it."""
    row, step, actor = _row(request, id), STEPS[verb], actor_of(request)
    name = f"item.{verb}"
    actor.require(name, **actions.scope_of(row))
    form = SeenReason(request.POST if request.method == "POST" else None, row)
    token = token_of(request)
    if form.is_bound and token and done_before(actor, token, name):
        return redirect("item_proposal", row.id)
    if form.is_bound and form.is_valid():
        with told_in(form):
            sure = replace(actor, expects=form.cleaned_data["seen"])
            step.do(sure, row, form.cleaned_data["reason"])
            return redirect("item_proposal", row.id)
    context = _context(request, row) | {
        "heading": step.label,
        "lead": step.lead,
        "form": form,
        "choices": [Choice("do", step.label, step.weight, "step")],
        "cancel": reverse("item_proposal", args=[row.id]),
    }
    return render(request, "item/proposal_act.html", context, status=422 if form.errors else 200)


def button(request: HttpRequest, item: m.Item) -> list[Choice]:
    """Return the way to what waits of an item, first; and of one that was withdrawn the way to ask its copies
    back."""
    found = []
    for row in m.ItemProposal.objects.visible_to(request.user).open().filter(item=item)[:1]:
        href = reverse("item_proposal", args=[row.id])
        found.append(Choice("", _("See what is proposed"), "primary", href=href))
    if item.state is ItemState.WITHDRAWN:
        found += recalls.button(request, "item", item)
    return found


def of_item(request: HttpRequest, item: m.Item) -> list[Section]:
    """Return what was proposed of an item and what came of it, as far as this reader sees it."""
    rows = m.ItemProposal.objects.visible_to(request.user).filter(item=item)
    found = list(ItemProposalTable.whole(rows)[: SHORT + 1])
    listed = f"{reverse('item_proposals')}?{urlencode({'item': item.id})}"
    table = ItemProposalTable.short(found[:SHORT])
    title = _("Classification: proposed and determined")
    return [Section(title, table, listed, more=len(found) > SHORT)] if found else []


def _row(request: HttpRequest, id: UUID) -> m.ItemProposal:
    related = ("project__owner_party", "item__project", "proposed_by", "decided_by")
    row: m.ItemProposal = visible_or_404(m.ItemProposal.objects.select_related(*related), request, id)
    return row


def _choices(request: HttpRequest, row: m.ItemProposal) -> list[Choice]:
    """Return what this reader may do with a proposal; who made it does not determine it."""
    actor = actor_of(request)
    return [
        Choice("", step.label, step.weight, href=reverse(f"item_proposal_{verb}", args=[row.id]))
        for verb, step in STEPS.items()
        if (row.state, verb) in PROPOSAL
        and actor.can(f"item.{verb}", **actions.scope_of(row))
        and not (verb == "determine" and actor.person == row.proposed_by_id)
    ]


def _context(request: HttpRequest, row: m.ItemProposal) -> dict[str, Any]:
    seen = m.Item.objects.visible_to(request.user).filter(id=row.item_id).exists()
    page = [Link(row.item.codename, reverse("item", args=[row.item_id]))] if seen else []
    listed = Link(_("Classification: proposed and determined"), reverse("item_proposals"))
    return {
        "crumbs": [*project_crumbs(row.project), *page, listed],
        "heading": f"{row.item.codename}: {words(row.kind.text)}",
        "state": row.state,
        "facts": _facts(row),
        "sections": [
            Section(_("What is proposed, field by field"), _changes(request, row)),
            *_below(request, row),
        ],
    }


def _facts(row: m.ItemProposal) -> list[Fact]:
    facts = [
        Fact(_("What is proposed"), row.kind),
        Fact(_("Proposed by"), row.proposed_by.name, note=row.created_at),
        Fact(_("Reason"), row.reason or None),
        Fact(
            _("Decided by"),
            row.decided_by.name if row.decided_by else None,
            note=f"{row.decided_on}: {row.decision_reason}" if row.decided_by else "",
        ),
        Fact(_("SHA-256 of what is proposed"), row.subject_sha256, mono=True),
    ]
    if row.effective_on:
        facts[1:1] = [
            Fact(_("Day of the change"), row.effective_on),
            Fact(_("What the change rests on"), row.change_basis),
        ]
    return facts


def _changes(request: HttpRequest, row: m.ItemProposal) -> Table:
    """Return each field with what stood before and what is proposed; what is empty on both sides is left
    out."""
    values: dict[str, Any] = {"level": row.level, **row.values}
    body = []
    for name in ("level", *COLUMNS.values()):
        value = values.get(name)
        before = _before(row, name, value)
        if before in (None, "", []) and value in (None, "", []):
            continue
        changed = before != value
        told = _told(request, row, name, value)
        body.append([FIELDS[name], _told(request, row, name, before) if changed else _("as before"), told])
    return Table(heads(_("Field"), _("Before"), _("Proposed")), body)


def _before(row: m.ItemProposal, name: str, value: Any) -> Any:
    """Return what stood of a field before a proposal, as an event carries it."""
    if row.state is ProposalState.DETERMINED:
        return row.was.get(name, value)
    return plain(getattr(row.item, name))


def _told(request: HttpRequest, row: m.ItemProposal, name: str, value: Any) -> Any:
    if name == "sources":
        return classification.sources(request, value) or "—"
    return corrections.shown(row.item, name, value)


def _below(request: HttpRequest, row: m.ItemProposal) -> list[Section]:
    """Return the copies that would stand where their item may not at its new level, for who decides."""
    decides = actor_of(request).can("item.determine", **actions.scope_of(row))
    if row.state is not ProposalState.PROPOSED or row.kind is not ProposalKind.RECLASSIFY or not decides:
        return []
    table = corrections.below(row.item, row.level)
    return (
        [Section(_("Copies that would stand where they must not: have them handed back or moved"), table)]
        if table
        else []
    )
