"""Find: one box for copies, handoffs, parties, projects, items and people, in both scripts.

What is typed is folded (Unicode NFKC, so full-width signs count like narrow ones); each word must stand
somewhere in a row's names, in any case. Any part of a name is found, two Chinese characters too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from custody import models as m
from custody.codes import copy_code, handoff_number, is_valid, normalise

from .base import heads, screen
from .forms.fields import Line
from .names import level_name, party_link, party_name
from .patterns import Link, Table

LONGEST, WORDS, SHOWN = 100, 6, 20
_CODE = re.compile(r"(HF|HO)-?([0-9]{1,12})(?:-?([0-9A-Z]))?")


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one kind; ``more`` when not all of it is shown."""

    title: Any
    table: Table
    more: bool


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of thing that can be found: rows for a reader, names to look in, a line of its table."""

    title: Any
    columns: tuple[Any, ...]
    rows: Callable[[Any], Any]
    fields: tuple[str, ...]
    line: Callable[[Any], list[Any]]

    def group(self, rows: Any) -> Group | None:
        """Return the first of these rows as a table; None when there are none."""
        found = list(rows[: SHOWN + 1])
        if not found:
            return None
        table = Table(heads(*self.columns), [self.line(row) for row in found[:SHOWN]])
        return Group(self.title, table, len(found) > SHOWN)


def _project(project: m.Project) -> Link:
    return Link(project.code, reverse("project", args=[project.id]))


COPIES = Kind(
    gettext_lazy("Copies"),
    (gettext_lazy("Copy"), gettext_lazy("Item"), gettext_lazy("Held by"), gettext_lazy("State")),
    lambda user: m.Copy.objects.visible_to(user).select_related("item__project", "custodian_party"),
    ("item__codename",),
    lambda c: [
        Link(c.code, reverse("project", args=[c.item.project_id])),
        f"{c.item.project.code} · {c.item.codename} / {c.number}",
        party_name(c.custodian_party),
        c.state,
    ],
)
HANDOFFS = Kind(
    gettext_lazy("Handoffs"),
    (gettext_lazy("Handoff"), gettext_lazy("From"), gettext_lazy("To"), gettext_lazy("State")),
    lambda user: m.Handoff.objects.visible_to(user).select_related("sender_party", "receiver_party"),
    (),
    lambda h: [
        Link(h.number, reverse("handoff", args=[h.id])),
        party_name(h.sender_party),
        party_name(h.receiver_party),
        h.state,
    ],
)
# In the order in which they are shown.
KINDS = (
    Kind(
        gettext_lazy("Parties"),
        (gettext_lazy("Party"), gettext_lazy("Kind"), gettext_lazy("Country"), gettext_lazy("State")),
        lambda user: m.Party.objects.visible_to(user).order_by("name"),
        ("name", "other_name"),
        lambda p: [party_link(p), p.kind, p.country, p.state],
    ),
    Kind(
        gettext_lazy("Projects"),
        (gettext_lazy("Project"), gettext_lazy("Title"), gettext_lazy("Owner"), gettext_lazy("State")),
        lambda user: m.Project.objects.visible_to(user).select_related("owner_party").order_by("code"),
        ("code", "title", "contract_number"),
        lambda p: [_project(p), p.title, party_name(p.owner_party), p.state],
    ),
    Kind(
        gettext_lazy("Items"),
        (gettext_lazy("Item"), gettext_lazy("Project"), gettext_lazy("Classification")),
        lambda user: m.Item.objects.visible_to(user).select_related("project"),
        ("codename",),
        lambda i: [i.codename, _project(i.project), level_name(i.level, i.project.regime)],
    ),
    Kind(
        gettext_lazy("People"),
        (gettext_lazy("Name"), gettext_lazy("Staff number")),
        lambda user: m.Person.objects.visible_to(user).order_by("name"),
        ("name", "staff_number"),
        lambda p: [p.name, p.staff_number],
    ),
)


def codes(typed: str) -> tuple[list[str], list[str]]:
    """Return the copy and handoff numbers that this may mean, with or without dashes and check character.

    >>> codes("hf 1")[0]
    ['HF-000001-0']
    """
    found = _CODE.fullmatch(normalise(typed).replace(" ", ""))
    if not found:
        return [], []
    kind, digits, check = found.groups()
    make = copy_code if kind == "HF" else handoff_number
    meant = {f"{kind}-{int(digits):06d}-{check}"} if check else {make(int(digits))}
    if not check and len(digits) > 1:  # its last digit may be the check character
        meant.add(f"{kind}-{int(digits[:-1]):06d}-{digits[-1]}")
    valid = sorted(code for code in meant if is_valid(code))
    return (valid, []) if kind == "HF" else ([], valid)


def matching(kind: Kind, user: Any, asked: str) -> Any:
    """Return the rows of a kind in which every word stands."""
    rows = kind.rows(user)
    for word in unicodedata.normalize("NFKC", asked).split()[:WORDS]:
        anywhere = Q()
        for field in kind.fields:
            anywhere |= Q(**{f"{field}__icontains": word})
        rows = rows.filter(anywhere)
    return rows


def _by_identifier(user: Any, asked: str) -> Any:
    value = "".join(unicodedata.normalize("NFKC", asked).split())
    return m.Party.objects.visible_to(user).filter(identifiers__value__iexact=value).distinct()


def groups(user: Any, asked: str) -> list[Group]:
    """Return what this reader finds, exact numbers first."""
    copies, numbers = codes(asked)
    found = [
        COPIES.group(COPIES.rows(user).filter(code__in=copies)) if copies else None,
        HANDOFFS.group(HANDOFFS.rows(user).filter(number__in=numbers)) if numbers else None,
    ]
    for kind in KINDS:
        rows = matching(kind, user, asked)
        if "other_name" in kind.fields:
            known = _by_identifier(user, asked)
            rows = known or rows
        found.append(kind.group(rows))
    return [group for group in found if group]


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
