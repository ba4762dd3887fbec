"""Copies are asked back: the page of a request, and the button for a system that is to be retired, for a
person who leaves and for an item that was withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from custody import models as m
from custody import out
from custody.actions import recalling
from custody.actions.base import Actor, Outcome

from . import asked_back, copies, entries, moves
from .base import actor_of, screen, signed_in, told_in, visible_or_404
from .forms.ending import RecallForm
from .names import party_link, party_name, project_crumbs
from .patterns import Choice, Fact, Link, Section
from .standing import section

ASK_BACK = _l("Ask all copies back")
LEAD = _l("Every holder is told, and sees on their own page which copies they have to give back.")


@dataclass(frozen=True, slots=True)
class Source:
    """What copies are asked of, beside subcontracts and projects: its rows, verb, column, words."""

    rows: Any
    verb: str
    column: str
    lead: str | Promise
    index: str
    heading: str | Promise
    do: Callable[[Actor, Any, Any], Outcome]
    scope: Callable[[Any], dict[str, UUID]] = lambda row: {}
    out: Callable[[Any], Any] | None = None
    """What is asked back, where it is not all that the column tells."""

    def copies(self, user: m.User, row: Any) -> Any:
        """Return what would be asked back, as far as a user sees it."""
        there = self.out(row) if self.out else m.Copy.objects.there().filter(**{self.column: row})
        return there.visible_to(user)


SOURCES = {
    "system": Source(
        m.System.objects,
        "system.recall",
        "system",
        _l("Every holder is told to take their copies off this system, and sees on their own page which."),
        "systems",
        _l("Systems"),
        lambda actor, row, given: recalling.off_system(actor, system=row.id, **given),
    ),
    "person": Source(
        m.Person.objects,
        "person.recall",
        "custodian_person",
        _l("The person and their unit are told to hand over what the person holds, and see on their own page "
           "which copies."),
        "people",
        _l("People"),
        lambda actor, row, given: recalling.from_person(actor, person=row.id, **given),
    ),
    "item": Source(
        m.Item.objects.select_related("project__owner_party"),
        "item.recall",
        "item",
        LEAD,
        "items",
        _l("Items"),
        lambda actor, row, given: recalling.of_item(actor, item=row.id, **given),
        lambda row: {"owner": row.project.owner_party_id},
        out.of_item,
    ),
}  # fmt: skip


def button(request: HttpRequest, noun: str, row: m.System | m.Person | m.Item) -> list[Choice]:
    """Return the button that asks back all copies on a system, with a person or of an item; nothing without
    any."""
    source = SOURCES[noun]
    there = source.copies(signed_in(request), row)
    if not actor_of(request).can(source.verb, **source.scope(row)) or not there.exists():
        return []
    return [Choice("", ASK_BACK, href=reverse(f"{noun}_recall", args=[row.id]))]


def beside(request: HttpRequest, noun: str, row: m.System | m.Person | m.Item) -> list[Section]:
    """Return what was asked of a system, person or item and has not been done; nothing where all is."""
    user = signed_in(request)
    if isinstance(row, m.Item):
        copies_of = list(row.copies.values_list("id", flat=True))
        asked = out.recalls().filter(project=row.project_id, copies__overlap=copies_of)
    else:
        asked = out.recalls().filter(**{{"system": "system", "person": "leaver"}[noun]: row})
    rows = asked.visible_to(user).select_related(*asked_back.RELATED)
    shown = asked_back.table(user, rows)
    return [Section(_("Copies asked back"), shown)] if shown.rows else []


@screen("GET", "POST")
def ask(request: HttpRequest, id: UUID, noun: str) -> HttpResponse:
    """Ask back all copies on a system, with a person or of an item: why, until when, and which they are."""
    source, user, page = SOURCES[noun], signed_in(request), reverse(noun, args=[id])
    row: Any = visible_or_404(source.rows, request, id)
    actor = actor_of(request)
    actor.require(source.verb, **source.scope(row))
    form: Any = RecallForm(request.POST if request.method == "POST" else None, row)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        with told_in(form):
            sure = replace(actor, expects=given["seen"])
            source.do(sure, row, {"reason": given["reason"], "due": given.get("due")})
            return redirect(page)
    there = source.copies(user, row)
    context = {
        "crumbs": [Link(source.heading, reverse(source.index)), Link(str(row), page)],
        "heading": ASK_BACK,
        "lead": source.lead,
        "form": form,
        "submit": ASK_BACK,
        "cancel": page,
        "sections": [
            section(
                _("Copies that are out, and who has each"),
                copies.told(request, there).order_by("code"),
                copies.table,
                reverse("copies"),
            )
        ],
    }
    return render(request, "recall/ask.html", context, status=422 if form.errors else 200)


@screen()
def detail(request: HttpRequest, recall: UUID) -> HttpResponse:
    """Show a request for copies: why, until when, and which of them are still out, with whom."""
    row = visible_or_404(m.Recall.objects.select_related(*asked_back.RELATED), request, recall)
    user = signed_in(request)
    left = copies.told(request, out.outstanding(row).visible_to(user)).order_by("code")
    here = [Link(party_name(row.hop.to_party), reverse("hop", args=[row.hop_id]))] if row.hop else []
    seen = row.hop and m.Hop.objects.visible_to(user).filter(id=row.hop_id).exists()
    holders = m.Party.objects.filter(id__in=row.holders).order_by("name")
    aim = (
        Fact(_("What to do"), asked_back.what(row))
        if row.system or row.leaver
        else Fact(_("Give back to"), party_link(asked_back.asker(row)))
    )
    context = {
        "crumbs": [*project_crumbs(row.project), *(here if seen else [])],
        "heading": _("Copies asked back"),
        "facts": [
            aim,
            Fact(_("Asked of"), [party_name(party) for party in holders]),
            Fact(_("By"), row.due),
            Fact(_("Reason"), row.reason),
            Fact(_("Asked for by"), row.person.name, note=row.created_at),
        ],
        "sections": [
            section(
                _("Still out, and who has each"),
                left,
                copies.table,
                reverse("copies") + f"?project={row.project_id}",
            )
        ],
        "choices": _ways_back(request, row),
        "entry_state": entries.state_of(row.entry),
    }
    return render(request, "hop/recall.html", context)


def _ways_back(request: HttpRequest, row: m.Recall) -> list[Choice]:
    """Return the ways to do what is asked with what the reader's parties hold; nothing where they hold
    none."""
    held = out.outstanding(row).filter(custodian_party__in=signed_in(request).party_ids()).exists()
    if not held:
        return []
    ways = moves.choices(request, row.project)
    return ways if row.system or row.leaver else ways[:1]
