"""Copy permits: the list, asking for one from the page of an item or a copy, its page, and deciding."""

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
from custody.actions import copying as actions
from custody.actions.base import Actor, NotPermitted, Outcome, done_before
from custody.filters import CopyPermitFilter
from custody.terms import CopyPermitState, ItemState, Verb
from custody.transitions import COPY_PERMIT

from . import entries, judged
from .base import actor_of, screen, token_of, told_in, visible_or_404
from .forms.amendment import SeenReason
from .forms.copying import CopyPermitForm
from .listing import List, Listed, Shown
from .names import level_name, party_link, party_name, project_crumbs
from .patterns import Check, Choice, Fact, Link, Section

SHORT = 10


class CopyPermitTable(Listed):
    """Copy permits, the newest first."""

    related = ("project", "item", "asked_for", "requested_by")
    purpose = Shown(_l("What for"), lambda r: Link(r.purpose[:80], reverse("copy_permit", args=[r.id])))
    item = Shown(_l("Item"), lambda r: r.item.codename, "item__codename")
    count = Shown(_l("Copies"), lambda r: r.count, "count")
    asked_for = Shown(_l("Asking party"), lambda r: party_name(r.asked_for), "asked_for__name")
    until = Shown(_l("Last day"), lambda r: r.until, "until")
    state = Shown(_l("State"), lambda r: r.standing(timezone.localdate()), "state")
    project = Shown(_l("Project"), lambda r: r.project.code, "project__code")
    asked = Shown(_l("Asked by"), lambda r: r.requested_by.name, "requested_by__name", first=False)


PERMITS = List(
    "copy_permits",
    _l("Copy permits"),
    CopyPermitFilter,
    CopyPermitTable,
    _l("No copy permit that you may see."),
)


@dataclass(frozen=True, slots=True)
class Step:
    """One verb on a permit: its words, what they mean, and what does it."""

    label: str | Promise
    lead: str | Promise
    do: Callable[[Actor, m.CopyPermit, str], Outcome]
    weight: Literal["primary", "plain", "danger"] = "primary"


STEPS: dict[str, Step] = {
    "approve": Step(
        _l("Approve"),
        _l("You answer for exactly what stands here. Not for who asked."),
        lambda actor, row, reason: actions.approve(
            actor, permit=row.id, reason=reason, subject_sha256=row.subject_sha256
        ),
    ),
    "refuse": Step(
        _l("Do not approve"),
        _l("No copy may be made under it."),
        lambda actor, row, reason: actions.refuse_permit(actor, permit=row.id, reason=reason),
        "plain",
    ),
    "withdraw": Step(
        _l("Withdraw"),
        _l("No copy may be made under it, from now on."),
        lambda actor, row, reason: actions.withdraw(actor, permit=row.id, reason=reason),
        "plain",
    ),
}


@screen()
def index(request: HttpRequest) -> HttpResponse:
    """List the copy permits that this reader may see."""
    return PERMITS.answer(request, m.CopyPermit.objects.visible_to(request.user))


@screen("GET", "POST")
def new(request: HttpRequest, item: UUID) -> HttpResponse:
    """Ask for leave to make more copies of an item; the rules let it wait for an officer, or refuse it."""
    rows = m.Item.objects.select_related("project__owner_party")
    row: m.Item = visible_or_404(rows, request, item)
    actor = actor_of(request)
    original, copies = _may_ask(request, row)
    if not original and not copies:
        raise NotPermitted("copy_permit.request")
    sent = request.POST if request.method == "POST" else None
    first = request.GET.get("copy", "")
    form = CopyPermitForm(sent, item=row, copies=copies, original=original, first=first)
    token = token_of(request)
    if form.is_bound and token and (done := done_before(actor, token, "copy_permit.request")):
        return _after(done)
    if form.is_bound and form.is_valid():
        with told_in(form):
            return _after(actions.request(actor, item=row.id, asked=form.asked(), submission=token))
    context = {
        "crumbs": [*project_crumbs(row.project), Link(row.codename, reverse("item", args=[row.id]))],
        "heading": _("Ask for a copy permit"),
        "lead": _("Another person decides. The copies are then numbered by the owner, once, and lie there."),
        "form": form,
        "submit": _("Send the request"),
        "cancel": reverse("item", args=[row.id]),
    }
    return render(request, "form.html", context, status=422 if form.errors else 200)


@screen()
def detail(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show a permit: what is asked, what the rules say to whoever decides, what came of it."""
    row = _row(request, id)
    decides = actor_of(request).can("copy_permit.approve", **actions.scope_of(row))
    context = _context(request, row) | {
        "entry_state": entries.state_of(row.entry),
        "choices": _choices(request, row),
        "checks": _checks(request, row) if decides and row.state is CopyPermitState.REQUESTED else None,
    }
    return render(request, "copy/permit.html", context)


@screen("GET", "POST")
def act(request: HttpRequest, id: UUID, verb: str) -> HttpResponse:
    """Approve, refuse or withdraw a permit, on a page that shows all of it."""
    row, step, actor = _row(request, id), STEPS[verb], actor_of(request)
    name = f"copy_permit.{verb}"
    actor.require(name, **actions.scope_of(row))
    form = SeenReason(request.POST if request.method == "POST" else None, row)
    token = token_of(request)
    if form.is_bound and token and (before := done_before(actor, token, name)):
        return _after(before)
    if form.is_bound and form.is_valid():
        with told_in(form):
            sure = replace(actor, expects=form.cleaned_data["seen"])
            return _after(step.do(sure, row, form.cleaned_data["reason"]))
    context = _context(request, row) | {
        "heading": step.label,
        "lead": step.lead,
        "form": form,
        "choices": [Choice("do", step.label, step.weight, "step")],
        "cancel": reverse("copy_permit", args=[row.id]),
        "checks": _checks(request, row) if verb == "approve" else None,
    }
    return render(request, "copy/permit_act.html", context, status=422 if form.errors else 200)


def button(request: HttpRequest, item: m.Item, copy: m.Copy | None = None) -> list[Choice]:
    """Return the way to ask for more copies of an item, or of one copy, where this reader may and the regime
    asks for leave."""
    if not _asked_for(item) or item.state is ItemState.WITHDRAWN:
        return []
    original, copies = _may_ask(request, item)
    if copy is None and (original or copies):
        return [Choice("", _("Ask for a copy permit"), href=reverse("copy_permit_new", args=[item.id]))]
    if copy is not None and copy in copies:
        href = f"{reverse('copy_permit_new', args=[item.id])}?{urlencode({'copy': copy.id})}"
        return [Choice("", _("Ask for a copy permit"), href=href)]
    return []


def of_item(request: HttpRequest, item: m.Item) -> list[Section]:
    """Return the permits of an item that this reader may see; nothing where there is none."""
    rows = m.CopyPermit.objects.visible_to(request.user).filter(item=item)
    found = list(CopyPermitTable.whole(rows)[: SHORT + 1])
    listed = f"{reverse('copy_permits')}?{urlencode({'item': item.id})}"
    table = CopyPermitTable.short(found[:SHORT])
    return [Section(_("Copy permits"), table, listed, more=len(found) > SHORT)] if found else []


def _asked_for(item: m.Item) -> bool:
    """Return whether leave is needed; where the text of the pack is gone, which other pages say, nothing."""
    try:
        return actions.asked_for_it(item)
    except (KeyError, ValueError):
        return False


def _may_ask(request: HttpRequest, item: m.Item) -> tuple[bool, list[m.Copy]]:
    """Return whether this reader may ask from the original, and from which copies."""
    actor, owner = actor_of(request), item.project.owner_party_id
    seen = m.Copy.objects.visible_to(request.user).there().filter(item=item).select_related("item")
    rows = seen.order_by("number")
    may = [c for c in rows if actor.can("copy_permit.request", owner=owner, holder=c.custodian_party_id)]
    return actor.can("copy_permit.request", owner=owner), may


def _row(request: HttpRequest, id: UUID) -> m.CopyPermit:
    related = ("project__owner_party", "item", "asked_for", "copy", "requested_by", "decided_by")
    row: m.CopyPermit = visible_or_404(m.CopyPermit.objects.select_related(*related), request, id)
    return row


def _after(outcome: Outcome) -> HttpResponse:
    return redirect("refusal" if outcome.state == "refused" else "copy_permit", outcome.object.id)


def _context(request: HttpRequest, row: m.CopyPermit) -> dict[str, Any]:
    return {
        "crumbs": [*project_crumbs(row.project), Link(_("Copy permits"), reverse("copy_permits"))],
        "heading": row.purpose[:80],
        "state": row.standing(regimes.today(row.project.regime, timezone.now())),
        "facts": _facts(request, row),
    }


def _choices(request: HttpRequest, row: m.CopyPermit) -> list[Choice]:
    actor, owner = actor_of(request), row.project.owner_party_id
    found = [
        Choice("", step.label, step.weight, href=reverse(f"copy_permit_{verb}", args=[row.id]))
        for verb, step in STEPS.items()
        if (row.state, verb) in COPY_PERMIT and actor.can(f"copy_permit.{verb}", **actions.scope_of(row))
    ]
    live = row.standing(regimes.today(row.project.regime, timezone.now())) is CopyPermitState.APPROVED
    if live and actor.can("copy.mint", owner=owner):
        href = reverse("copies_new", args=[row.item_id])
        found.insert(0, Choice("", _("Number the copies"), "primary", href=href))
    return found


def _checks(request: HttpRequest, row: m.CopyPermit) -> list[Check]:
    ruling = actions.preview(actor_of(request), row, Verb.COPY_PERMIT_APPROVE, timezone.now())
    return judged.live(request, ruling, row.project, row.asked_for_id, opened=True)


def _facts(request: HttpRequest, row: m.CopyPermit) -> list[Fact]:
    user: Any = request.user
    parties = m.Party.objects.visible_to(user).filter(id=row.asked_for_id).exists()
    items = m.Item.objects.visible_to(user).filter(id=row.item_id).exists()
    copies = m.Copy.objects.visible_to(user)
    source = copies.filter(id=row.copy_id).first() if row.copy_id else None
    made = copies.filter(id__in=row.made).order_by("number")
    return [
        Fact(_("Item"), Link(row.item.codename, reverse("item", args=[row.item_id])) if items else "—"),
        Fact(_("Classification"), level_name(row.item.level, row.project.regime)),
        Fact(_("How many copies"), row.count),
        Fact(_("From which copy"), _source(row, source)),
        Fact(_("Where they are made"), row.place or None),
        Fact(_("What for"), row.purpose),
        Fact(_("Last day"), row.until),
        Fact(_("Asking party"), party_link(row.asked_for) if parties else party_name(row.asked_for)),
        Fact(_("Asked by"), row.requested_by.name),
        Fact(_("Decided by"), row.decided_by.name if row.decided_by else None, note=row.reason),
        *(
            [Fact(_("Copies made"), [Link(c.code, reverse("copy", args=[c.id])) for c in made])]
            if made
            else []
        ),
        Fact(_("SHA-256 of what is asked"), row.subject_sha256, mono=True),
    ]


def _source(row: m.CopyPermit, seen: m.Copy | None) -> Any:
    if row.copy_id is None:
        return _("The original")
    return Link(seen.code, reverse("copy", args=[seen.id])) if seen else "—"
