"""How an item is classified, what it was made from and what from it, and the reviews of its level."""

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
from custody.actions import items
from custody.actions.base import Actor

from .base import actor_of, screen, signed_in, told_in, visible_or_404
from .forms.items import ClassifyForm, ReviewForm
from .names import party_link, party_name, project_crumbs
from .patterns import Choice, Fact, Link

LISTED = 100
_Life = tuple[str, Any, Any, Callable[..., Any], Callable[..., Any]]


def _classify(actor: Actor, row: m.Item, form: Any) -> None:
    items.classify(actor, item=row.id, given=form.classification(), reason=form.cleaned_data["reason"])


def _review(actor: Actor, row: m.Item, form: Any) -> None:
    given = {name: value for name, value in form.cleaned_data.items() if name != "seen"}
    items.review(actor, item=row.id, **given)


LIFE: dict[str, _Life] = {
    "classify": (
        "item.classify",
        _l("Record the classification"),
        _l("What is left empty is not known. Copies are held back until all that the rules ask is recorded."),
        ClassifyForm,
        _classify,
    ),
    "review": (
        "item.review",
        _l("Record a review"),
        _l("Say whether the level is still right. To change it, correct the item."),
        ReviewForm,
        _review,
    ),
}


def choices(request: HttpRequest, row: m.Item) -> list[Choice]:
    """Return the buttons for what this reader may record of an item."""
    actor, owner = actor_of(request), row.project.owner_party_id
    return [
        Choice("", words, href=reverse(f"item_{act}", args=[row.id]))
        for act, (verb, words, *_more) in LIFE.items()
        if actor.can(verb, owner=owner)
    ]


@screen("GET", "POST")
def act(request: HttpRequest, item: UUID, act: str) -> HttpResponse:
    """Record how an item is classified, or a review of its level, on a page of its own."""
    verb, words, lead, form_of, do = LIFE[act]
    row = visible_or_404(m.Item.objects.select_related("project"), request, item)
    actor = actor_of(request)
    actor.require(verb, owner=row.project.owner_party_id)
    form = form_of(request.POST if request.method == "POST" else None, signed_in(request), row)
    if form.is_bound and form.is_valid():
        with told_in(form):
            do(replace(actor, expects=form.cleaned_data["seen"]), row, form)
            return redirect("item", row.id)
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
    seen = by and m.Party.objects.visible_to(request.user).filter(id=by.id).exists()
    found = [
        Fact(_("How it was classified"), row.basis_kind, note=row.basis),
        Fact(_("Classified by"), (party_link(by) if seen else party_name(by)) if by else None),
        Fact(_("Day of issue"), row.issued_on),
        Fact(_("Classified until"), row.until or row.release_condition or None),
        Fact(_("Marking"), row.marking, note=row.marking_how),
        Fact(_("Made from"), _sources(request, row)),
        Fact(_("Made from it"), _derived(request, row)),
        Fact(_("Last reviewed on"), row.reviewed_on, note=row.review_outcome or ""),
    ]
    if row.area_km2 is not None:
        found.insert(7, Fact(_("Area in km²"), f"{row.area_km2.normalize():f}"))
    if row.until and row.release_condition:
        found.insert(4, Fact(_("Or until"), row.release_condition))
    if row.certificate_number:
        note = f"{row.certificate_on}, {row.certificate_authority}"
        found.append(Fact(_("Processing certificate"), row.certificate_number, note=note, mono=True))
    if (day := due.review_day(row, timezone.localdate())) is not None:
        found.append(Fact(_("Review its level by"), day))
    return found


def _sources(request: HttpRequest, row: m.Item) -> Any:
    if row.sources is None:
        return None
    if not row.sources:
        return _("No other item")
    rows = m.Item.objects.visible_to(request.user).filter(id__in=row.sources)
    found: list[Any] = _links(rows)
    if hidden := len(row.sources) - len(found):
        said = ngettext("%(n)d item not shown to you", "%(n)d items not shown to you", hidden)
        found.append(said % {"n": hidden})
    return found


def _derived(request: HttpRequest, row: m.Item) -> list[Any] | None:
    rows = m.Item.objects.visible_to(request.user).filter(sources__contains=[str(row.id)])
    return _links(rows[:LISTED]) or None


def _links(rows: Any) -> list[Any]:
    return [Link(i.codename, reverse("item", args=[i.id])) for i in rows]
