"""The page of a data item: what it is, how it is classified, its copies, and who may learn it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from custody import models as m
from custody.filters import ItemFilter
from custody.terms import ItemState, LapseNoun, Subject
from custody.transitions import ITEM

from . import classification, copies, copying, corrections, entries, item_proposals, lapses, recalls
from .base import actor_of, heads, screen, visible_or_404
from .listing import List, Listed, Shown
from .names import level_name, project_crumbs
from .patterns import Choice, Fact, Link, Table

LISTED = 200


class ItemTable(Listed):
    """Data items, by codename."""

    related = ("project", "classified_by", "determined_by")
    codename = Shown(_l("Codename"), lambda r: Link(r.codename, reverse("item", args=[r.id])), "codename")
    level = Shown(_l("Classification"), lambda r: level_name(r.level, r.project.regime), "level")
    state = Shown(_l("State"), lambda r: r.state, "state")
    subjects = Shown(_l("Sensitive subjects"), lambda r: [Subject(word).text for word in r.subjects])
    until = Shown(_l("Classified until"), lambda r: r.until or r.release_condition or None, "until")
    project = Shown(_l("Project"), lambda r: r.project.code, "project__code")
    determined = Shown(
        _l("Determined by"),
        lambda r: r.determined_by.name if r.determined_by else None,
        "determined_by__name",
        first=False,
    )
    day = Shown(_l("Determined on"), lambda r: r.determined_on, "determined_on", first=False)
    basis = Shown(_l("Basis of the classification"), lambda r: r.basis, "basis", first=False)
    reviewed = Shown(_l("Last reviewed on"), lambda r: r.reviewed_on, "reviewed_on", first=False)


ITEMS = List("items", _l("Items"), ItemFilter, ItemTable, _l("No item that you may see."))


@screen()
def index(request: HttpRequest) -> HttpResponse:
    """List the items that this reader may see."""
    return ITEMS.answer(request, m.Item.objects.visible_to(request.user))


@screen()
def detail(request: HttpRequest, item: UUID) -> HttpResponse:
    """Show an item to whoever sees it: how it is classified, what it was made from, its copies, and its
    need-to-know list as far as they may read it."""
    rows = m.Item.objects.select_related("project__owner_party", "classified_by", "determined_by")
    row = visible_or_404(rows, request, item)
    seen = m.Copy.objects.visible_to(request.user).filter(item=row)
    context = {
        "crumbs": project_crumbs(row.project),
        "heading": row.codename,
        "state": row.state,
        "entry_state": entries.state_of(row.entry),
        "facts": [
            Fact(
                _("Classification"),
                level_name(row.level, row.project.regime),
                note=_("Proposed, not determined") if row.state is ItemState.PROPOSED else "",
            ),
            *classification.facts(request, row),
            Fact(_("SHA-256 of the content"), row.sha256, mono=True),
        ],
        "sections": [
            *item_proposals.of_item(request, row),
            *recalls.beside(request, "item", row),
            *lapses.about(request, LapseNoun.ITEM, row.id),
            *copying.of_item(request, row),
        ],
        "needs": listed(request, row),
        "copies": copies.table(copies.told(request, seen)[:LISTED]),
        "choices": [
            *item_proposals.button(request, row),
            *_choices(request, row),
            *copying.button(request, row),
            *classification.choices(request, row),
        ],
        "correct": corrections.link(request, row),
        "history": corrections.history(request, row),
    }
    return render(request, "item/detail.html", context)


def _choices(request: HttpRequest, row: m.Item) -> list[Choice]:
    """Return what this reader may do with an item."""
    actor, owner = actor_of(request), row.project.owner_party_id
    found = [
        ("item.admit", "need_new", _("Put a person on the need-to-know list")),
        ("copy.mint", "copies_new", _("Number copies")),
    ]
    made = (row.state, "mint") in ITEM
    allowed = [
        (route, words)
        for verb, route, words in found
        if actor.can(verb, owner=owner) and (made or verb != "copy.mint")
    ]
    if m.Copy.objects.there().filter(item=row).exists():
        allowed.append(("labels", _("Print labels")))
    return [Choice("", words, href=reverse(route, args=[row.id])) for route, words in allowed]


def listed(request: HttpRequest, row: m.Item) -> Table:
    """Return the need-to-know list of an item as far as this reader may see it, who stands on it first."""
    may = actor_of(request).can("item.dismiss", owner=row.project.owner_party_id)
    rows = m.NeedToKnow.objects.visible_to(request.user).filter(item=row)
    ordered = rows.select_related("person", "decided_by").order_by("-ended_on", "person__name", "since")
    known = m.Person.objects.visible_to(request.user)
    people = set(known.filter(id__in=rows.values("person")).values_list("id", flat=True))
    body: list[Any] = [
        [
            Link(n.person.name, reverse("person", args=[n.person_id]))
            if n.person_id in people
            else n.person.name,
            n.person.staff_number,
            n.since,
            n.decided_by.name,
            n.basis,
            n.ended_on or (Link(_("Take off the list"), reverse("need_end", args=[n.id])) if may else None),
        ]
        for n in ordered[:LISTED]
    ]
    columns = heads(
        _("Name"), _("Staff number"), _("Since"), _("Decided by"), _("Written decision"), _("Last day")
    )
    return Table(columns, body, empty=_("Nobody is on it, as far as you may see."))


def of_person(request: HttpRequest, person: m.Person) -> Table:
    """Return the items on whose need-to-know lists a person stands, as far as this reader may see them."""
    rows = m.NeedToKnow.objects.visible_to(request.user).standing().filter(person=person)
    seen = set(
        m.Item.objects.visible_to(request.user)
        .filter(id__in=rows.values("item"))
        .values_list("id", flat=True)
    )
    body: list[Any] = [
        [
            Link(n.item.codename, reverse("item", args=[n.item_id]))
            if n.item_id in seen
            else n.item.codename,
            n.item.project.code,
            n.since,
            n.decided_by.name,
            n.basis,
        ]
        for n in rows.select_related("item__project", "decided_by").order_by("item__codename")[:LISTED]
    ]
    columns = heads(_("Item"), _("Project"), _("Since"), _("Decided by"), _("Written decision"))
    return Table(columns, body, empty=_("On no list that you may see."))
