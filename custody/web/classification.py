"""How an item is classified, what it was made from and what from it, what is proposed of it, and the reviews
of its level."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from custody import due
from custody import models as m
from custody.actions import classifying, items
from custody.actions.base import Actor
from custody.terms import ItemState, ProposalKind, Subject
from custody.transitions import ITEM

from .base import actor_of, screen, signed_in, told_in, visible_or_404
from .forms.items import ChangeForm, ClassifyForm, ReclassifyForm, ReviewForm
from .names import party_link, party_name, project_crumbs
from .patterns import Choice, Fact, Link

LISTED = 100
_Life = tuple[str, Any, Any, Callable[..., Any], Callable[..., str]]


def _propose(kind: ProposalKind) -> Callable[[Actor, m.Item, Any], str]:
    def body(actor: Actor, row: m.Item, form: Any) -> str:
        made = classifying.propose(actor, item=row.id, proposed=form.proposed(kind))
        return reverse("item_proposal", args=[made.object.id])

    return body


def _review(actor: Actor, row: m.Item, form: Any) -> str:
    given = {name: value for name, value in form.cleaned_data.items() if name != "seen"}
    items.review(actor, item=row.id, **given)
    return reverse("item", args=[row.id])


LIFE: dict[str, _Life] = {
    "classify": (
        "item.propose",
        _l("Propose the classification"),
        _l(
            "Another person determines it: an officer of the house or of who classifies it. What is left "
            "empty is not known. Copies are held back until all that the rules ask is determined."
        ),
        ClassifyForm,
        _propose(ProposalKind.CLASSIFY),
    ),
    "reclassify": (
        "item.propose",
        _l("Propose another level"),
        _l("Another person determines it. Then whoever holds a copy is told."),
        ReclassifyForm,
        _propose(ProposalKind.RECLASSIFY),
    ),
    "declassify": (
        "item.propose",
        _l("Propose to declassify it"),
        _l(
            "It gets the lowest level of its regime once another person has determined it. Then whoever "
            "holds a copy is told."
        ),
        ChangeForm,
        _propose(ProposalKind.DECLASSIFY),
    ),
    "withdraw": (
        "item.propose",
        _l("Propose to withdraw it"),
        _l(
            "Once another person has determined it no copy is made or given out any more, and that is not "
            "undone. What is out may come back and be destroyed. Then whoever holds a copy is told."
        ),
        ChangeForm,
        _propose(ProposalKind.WITHDRAW),
    ),
    "review": (
        "item.review",
        _l("Record a review"),
        _l("Say whether the level is still right. To change it, propose another level."),
        ReviewForm,
        _review,
    ),
}


def choices(request: HttpRequest, row: m.Item) -> list[Choice]:
    """Return the buttons for what this reader may record of an item."""
    actor, owner = actor_of(request), row.project.owner_party_id
    waits = row.proposals.open().exists()
    return [
        Choice("", words, href=reverse(f"item_{act}", args=[row.id]))
        for act, (verb, words, *_more) in LIFE.items()
        if actor.can(verb, owner=owner) and _fits(row, act, waits)
    ]


def _fits(row: m.Item, act: str, waits: bool) -> bool:
    """Return whether something may be recorded of an item as it stands."""
    if act == "review":
        return row.state not in (ItemState.PROPOSED, ItemState.WITHDRAWN)
    return (row.state, act) in ITEM and not waits


@screen("GET", "POST")
def act(request: HttpRequest, item: UUID, act: str) -> HttpResponse:
    """Propose something of an item, or record a review of its level, on a page of its own."""
    verb, words, lead, form_of, do = LIFE[act]
    row = visible_or_404(m.Item.objects.select_related("project"), request, item)
    actor = actor_of(request)
    actor.require(verb, owner=row.project.owner_party_id)
    form = form_of(request.POST if request.method == "POST" else None, signed_in(request), row)
    if form.is_bound and form.is_valid():
        with told_in(form):
            return redirect(do(replace(actor, expects=form.cleaned_data["seen"]), row, form))
    context = {
        "crumbs": [*project_crumbs(row.project), Link(row.codename, reverse("item", args=[row.id]))],
        "heading": words,
        "lead": lead,
        "form": form,
        "submit": words,
        "cancel": reverse("item", args=[row.id]),
    }
    return render(request, "form.html", context, status=422 if form.errors else 200)


def facts(request: HttpRequest, row: m.Item) -> list[Fact]:
    """Return what is recorded of an item, lineage as far as this reader sees the items."""
    by = row.classified_by
    determined, day = _determined(row)
    seen = by and m.Party.objects.visible_to(request.user).filter(id=by.id).exists()
    found = [
        Fact(_("How it was classified"), row.basis_kind, note=row.basis),
        Fact(_("Classified by"), (party_link(by) if seen else party_name(by)) if by else None),
        Fact(_("Determined by"), determined, note=day),
        Fact(_("Day of issue"), row.issued_on),
        Fact(_("Classified until"), row.until or row.release_condition or None),
        Fact(_("Marking"), row.marking, note=row.marking_how),
        Fact(_("Sensitive subjects"), [Subject(word).text for word in row.subjects] or None),
        Fact(_("Made from"), sources(request, row.sources)),
        Fact(_("Made from it"), _derived(request, row)),
        Fact(_("Last reviewed on"), row.reviewed_on, note=row.review_outcome or ""),
    ]
    if row.area_km2 is not None:
        found.insert(9, Fact(_("Area in km²"), f"{row.area_km2.normalize():f}"))
    if row.until and row.release_condition:
        found.insert(5, Fact(_("Or until"), row.release_condition))
    if row.certificate_number:
        note = f"{row.certificate_on}, {row.certificate_authority}"
        found.append(Fact(_("Processing certificate"), row.certificate_number, note=note, mono=True))
    if (day := due.review_day(row, timezone.localdate())) is not None:
        found.append(Fact(_("Review its level by"), day))
    return found


def _determined(row: m.Item) -> tuple[Any, Any]:
    """Return who determined the classification of an item, and when; of one of before, what is known."""
    if row.determined_by:
        return row.determined_by.name, row.determined_on or ""
    if row.state is ItemState.PROPOSED:
        return _("Nobody yet: it is only proposed"), ""
    if m.TakenOver.objects.filter(copy__item=row).exists():
        return _("Not known who determined it"), ""
    return _("Determined by one person"), _("Recorded before another person was asked for it.")


def sources(request: HttpRequest, ids: list[str] | None) -> Any:
    """Return items that one was made from, as far as this reader sees them."""
    if ids is None:
        return None
    if not ids:
        return _("No other item")
    rows = m.Item.objects.visible_to(request.user).filter(id__in=ids)
    found: list[Any] = _links(rows)
    if hidden := len(ids) - len(found):
        said = ngettext("%(n)d item not shown to you", "%(n)d items not shown to you", hidden)
        found.append(said % {"n": hidden})
    return found


def _derived(request: HttpRequest, row: m.Item) -> list[Any] | None:
    rows = m.Item.objects.visible_to(request.user).filter(sources__contains=[str(row.id)])
    return _links(rows[:LISTED]) or None


def _links(rows: Any) -> list[Any]:
    return [Link(i.codename, reverse("item", args=[i.id])) for i in rows]
