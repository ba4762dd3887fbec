"""One way to show a list: asked by its address, sorted, with the columns one likes, saved under a name, taken
away as a file.

A noun declares its table (what each column shows, how it is sorted) and its questions
(:mod:`custody.filters`); the rest is here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import django_tables2 as tables
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise

from custody import models as m
from custody.filters.base import Questions
from custody.terms import Looked

from . import exports
from .base import ROWS, address_with, noticed
from .patterns import Column, Link, Section, Table, answers

COUNTED = 1000
NOT_KEPT = ("page", "export", "csrfmiddlewaretoken")
LISTS: dict[str, List] = {}
"""Every list page by its route; a list enters itself."""


class Shown(tables.Column):
    """A column: what it shows of a row, by which columns of the database it is sorted, whether it stands at
    first."""

    def __init__(
        self,
        label: str | Promise,
        value: Callable[[Any], Any],
        order: str | Sequence[str] = (),
        *,
        first: bool = True,
    ) -> None:
        """Take the words of the head, a function from a row to a value that pages know how to show."""
        fields = (order,) if isinstance(order, str) else tuple(order)
        super().__init__(
            verbose_name=label,
            accessor="pk",
            order_by=(*fields, "pk") if fields else None,  # a tie must not fall on two pages
            orderable=bool(fields),
            empty_values=(),
        )
        self.value_of, self.first = value, first

    def render(self, record: Any) -> Any:
        """Return the value for a row."""
        return self.value_of(record)


class Listed(tables.Table):
    """The table of a noun. ``related`` names what its columns read, so that a page is one query."""

    related: Sequence[str] = ()

    class Meta:
        template_name = "patterns/tables2.html"

    @classmethod
    def whole(cls, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return rows with all that the columns read."""
        return rows.select_related(*cls.related)

    @classmethod
    def short(cls, rows: Any, empty: Any = "") -> Table:
        """Return rows with the columns that stand at first, for a page that shows more than a list."""
        rows = cls.whole(rows) if isinstance(rows, QuerySet) else rows
        table = cls(rows, orderable=False, exclude=hidden(cls, ()))
        return Table(
            [Column(column.header) for column in table.columns], cells(table), empty=empty or table.empty_text
        )


@dataclass(frozen=True, slots=True)
class List:
    """One list page: its route, its words, its rows, its questions, its table."""

    route: str
    heading: Any
    questions: type[Questions]
    table: type[Listed]
    empty: Any

    def __post_init__(self) -> None:
        """Enter the list among those that can be kept."""
        LISTS[self.route] = self

    def answer(self, request: HttpRequest, rows: Any, **context: Any) -> HttpResponse:
        """Return the page that the address asks for, or the file of ``?export=``."""
        asked = self.questions(request.GET, queryset=rows, request=request)
        chosen = [name for name in request.GET.getlist("column") if name in self.table.base_columns]
        table = self.table(
            self.table.whole(asked.qs),
            exclude=hidden(self.table, chosen),
            order_by=[n for n in request.GET.getlist("sort")[:1] if n.lstrip("-") in self.table.base_columns],
            empty_text=self.empty,
        )
        table.paginator = Paginator(table.rows, ROWS)  # first: a table that has none counts by reading all
        table.page = table.paginator.get_page(request.GET.get("page"))
        count = table.paginator.count
        kind = request.GET.get("export", "")
        faults = asked.form.errors
        if kind in exports.KINDS and count <= exports.MOST and not faults:
            noticed(request, [row.record for row in table.rows], Looked.FILE)
            return exports.answer(self._whole(table), kind, self.route)
        noticed(request, [row.record for row in table.page.object_list], Looked.ROWS)
        shown = {column.name for column in table.columns}
        context |= {
            "heading": self.heading,
            "form": asked.form,
            "narrow": [field for field in asked.form if not field.is_hidden],
            "narrowed": [] if faults else [a for a in answers(asked.form) if a.value not in (None, "", [])],
            "table": table,
            "count": count,
            "most": exports.MOST,
            "exports": [Link(kind.upper(), address_with(request, export=kind)) for kind in exports.KINDS],
            "columns": [
                (name, column.verbose_name, name in shown) for name, column in self.table.base_columns.items()
            ],
            "carried": carried(request.GET, "column"),
            "carried_filter": carried(request.GET, *(f.name for f in asked.form if not f.is_hidden)),
            "saved": self._saved(request),
            "route": self.route,
            "query": kept_query(request.GET.urlencode()),
        }
        return render(request, "list.html", context, status=422 if faults else 200)

    def _whole(self, table: Listed) -> Table:
        return Table([Column(column.header) for column in table.columns], cells(table))

    def _saved(self, request: HttpRequest) -> list[tuple[Link, str]]:
        here = kept_query(request.GET.urlencode())
        return [
            (Link(f.name, f"{reverse(self.route)}?{f.query}"), str(f.id) if f.query == here else "")
            for f in m.SavedFilter.objects.visible_to(request.user).filter(list=self.route)
        ]


def hidden(table: type[Listed], chosen: Sequence[str]) -> list[str]:
    """Return the columns that are not shown: all but the chosen, or those that do not stand at first."""
    columns = table.base_columns
    return [n for n, c in columns.items() if (n not in chosen if chosen else not c.first)]


def cells(table: tables.Table) -> list[list[Any]]:
    """Return the values of a table, row by row."""
    return [[value for _column, value in row.items()] for row in table.rows]


def carried(query: QueryDict, *names: str) -> list[tuple[str, str]]:
    """Return what a form on the page must carry on so that the other questions stay as they are."""
    return [(n, v) for n, values in query.lists() for v in values if v and n not in (*names, *NOT_KEPT)]


def kept_query(query: str) -> str:
    """Return a query string with what a saved list keeps: no page, no file, nothing empty.

    >>> kept_query("state=offered&q=&page=3&export=csv")
    'state=offered'
    """
    kept = QueryDict(mutable=True)
    for name, value in carried(QueryDict(query)):
        kept.appendlist(name, value)
    return kept.urlencode()


def counted(rows: Any) -> tuple[int, bool]:
    """Return how many rows there are, and whether there are more than are counted one by one."""
    count = rows.order_by()[: COUNTED + 1].count()
    return min(count, COUNTED), count > COUNTED


def first_rows(
    title: Any, listed: List, rows: Any, empty: Any = "", *, most: int, **asked: str
) -> Section | None:
    """Return the first rows of a list, leading to all that these questions ask for; nothing where there are
    none and nothing is to be said."""
    found = list(listed.table.whole(rows)[: most + 1])
    if not found and not empty:
        return None
    href = f"{reverse(listed.route)}?{urlencode(asked)}"
    return Section(title, listed.table.short(found[:most], empty), href, more=len(found) > most)
