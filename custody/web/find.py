"""The find box: what :mod:`custody.finding` finds, a table for each kind of thing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from custody import models as m
from custody.finding import LONGEST, codes, found

from .base import heads, screen
from .forms.fields import Line
from .names import level_name, party_link, party_name
from .patterns import Link, Table

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one kind; ``more`` when not all of it is shown."""

    title: Any
    table: Table
    more: bool


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of thing is shown: title, columns, a line of its table, and the rows read with each."""

    title: Any
    columns: tuple[Any, ...]
    line: Callable[[Any], list[Any]]
    related: tuple[str, ...] = ()

    def group(self, rows: Any) -> Group | None:
        """Return the first of these rows as a table; None when there are none."""
        if self.related:
            rows = rows.select_related(*self.related)
        first = list(rows[: SHOWN + 1])
        if not first:
            return None
        table = Table(heads(*self.columns), [self.line(row) for row in first[:SHOWN]])
        return Group(self.title, table, len(first) > SHOWN)


def _project(project: m.Project) -> Link:
    return Link(project.code, reverse("project", args=[project.id]))


KINDS = {
    "copy": Kind(
        gettext_lazy("Copies"),
        (gettext_lazy("Copy"), gettext_lazy("Item"), gettext_lazy("Held by"), gettext_lazy("State")),
        lambda c: [
            Link(c.code, reverse("copy", args=[c.id])),
            f"{c.item.project.code} · {c.item.codename} / {c.number}",
            party_name(c.custodian_party),
            c.state,
        ],
        ("item__project", "custodian_party"),
    ),
    "handoff": Kind(
        gettext_lazy("Handoffs"),
        (gettext_lazy("Handoff"), gettext_lazy("From"), gettext_lazy("To"), gettext_lazy("State")),
        lambda h: [
            Link(h.number, reverse("handoff", args=[h.id])),
            party_name(h.sender_party),
            party_name(h.receiver_party),
            h.state,
        ],
        ("sender_party", "receiver_party"),
    ),
    "party": Kind(
        gettext_lazy("Parties"),
        (gettext_lazy("Party"), gettext_lazy("Kind"), gettext_lazy("Country"), gettext_lazy("State")),
        lambda p: [party_link(p), p.kind, p.country, p.state],
    ),
    "project": Kind(
        gettext_lazy("Projects"),
        (gettext_lazy("Project"), gettext_lazy("Title"), gettext_lazy("Owner"), gettext_lazy("State")),
        lambda p: [_project(p), p.title, party_name(p.owner_party), p.state],
        ("owner_party",),
    ),
    "item": Kind(
        gettext_lazy("Items"),
        (gettext_lazy("Item"), gettext_lazy("Project"), gettext_lazy("Classification")),
        lambda i: [
            Link(i.codename, reverse("item", args=[i.id])),
            _project(i.project),
            level_name(i.level, i.project.regime),
        ],
        ("project",),
    ),
    "person": Kind(
        gettext_lazy("People"),
        (gettext_lazy("Name"), gettext_lazy("Staff number")),
        lambda p: [p.name, p.staff_number],
    ),
}


def groups(user: Any, asked: str) -> list[Group]:
    """Return what this reader finds, exact numbers first."""
    shown = (KINDS[noun].group(rows) for noun, rows in found(user, asked).items())
    return [group for group in shown if group]


class FindForm(forms.Form):
    """What is looked for."""

    q = Line(
        label=gettext_lazy("Number or name"),
        help_text=gettext_lazy("A copy or handoff number, or part of a name, code or staff number."),
        max_length=LONGEST,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )


@screen()
def page(request: HttpRequest) -> HttpResponse:
    """Show what ``?q=`` finds; a handoff named by its number is opened at once."""
    form = FindForm(request.GET if "q" in request.GET else None)
    asked = form.cleaned_data["q"] if form.is_bound and form.is_valid() else ""
    numbers = codes(asked)[1]
    if numbers:
        named = list(m.Handoff.objects.visible_to(request.user).filter(number__in=numbers)[:2])
        if len(named) == 1:
            return redirect("handoff", named[0].id)
    context = {
        "heading": _("Find"),
        "form": form,
        "asked": asked,
        "groups": groups(request.user, asked) if asked else [],
        "shown": SHOWN,
    }
    return render(request, "find/page.html", context, status=422 if form.errors else 200)
