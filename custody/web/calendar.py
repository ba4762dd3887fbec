"""The calendar of all that ends: by month, as a page, a list for a spreadsheet, and a calendar file."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from custody.actions import endings
from custody.actions.endings import Asked, Ending, EndingKind
from custody.actions.endings_file import icalendar

from . import exports
from .base import heads, screen, signed_in, words
from .listing import address_with
from .names import party_name
from .patterns import Choice, Link, Table

MONTHS_IN_FILE = 12
_FIRST, _LAST = 1949, 2199
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")


class CalendarForm(forms.Form):
    """Which month, and of whom or what."""

    month = forms.CharField(
        label=_l("Month"),
        required=False,
        max_length=7,
        widget=forms.TextInput(attrs={"type": "month", "placeholder": "2026-12"}),
    )
    kind = forms.ChoiceField(label=_l("What"), required=False)
    q = forms.CharField(label=_l("Project or party"), required=False, max_length=100)
    project = forms.UUIDField(required=False, widget=forms.HiddenInput)
    party = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict, today: dt.date) -> None:
        """Take the question; without a month it is the one of today."""
        super().__init__(data)
        self.today = today
        kinds: Any = self.fields["kind"]
        kinds.choices = [("", "—"), *((str(kind), words(kind.text)) for kind in EndingKind)]

    def clean_month(self) -> dt.date:
        """Return the first day of the month."""
        asked = self.cleaned_data["month"]
        if not asked:
            return self.today.replace(day=1)
        found = _MONTH.fullmatch(asked)
        try:
            if found is None or not _FIRST <= int(found[1]) <= _LAST:
                raise ValueError
            return dt.date(int(found[1]), int(found[2]), 1)
        except ValueError:
            raise ValidationError(_("Give a month like 2026-12.")) from None


@screen()
def index(request: HttpRequest) -> HttpResponse:
    """Show what ends in a month, as far as this reader may see it; or give it as a file."""
    today = timezone.localdate()
    form = CalendarForm(request.GET, today)
    valid = form.is_valid()
    month = form.cleaned_data["month"] if valid else today.replace(day=1)
    kind = request.GET.get("export", "")
    found = _found(request, form.cleaned_data, month, later(month, 1)) if valid else []
    if valid and kind == "csv":
        return exports.answer(_table(found), kind, "calendar")
    if valid and kind == "ics":
        return _file(request, _found(request, form.cleaned_data, month, later(month, MONTHS_IN_FILE)))
    context = {
        "heading": _("What ends"),
        "lead": _("Each with its last day, or the day by which it must be done."),
        "narrow": [field for field in form if not field.is_hidden],
        "carried": [(name, str(request.GET[name])) for name in ("project", "party") if request.GET.get(name)],
        "month": f"{month:%Y-%m}",
        "table": _table(found),
        "count": len(found),
        "most": exports.MOST,
        "exports": [
            Link("CSV", address_with(request, export="csv")),
            Link(_("Calendar file, 12 months"), address_with(request, export="ics")),
        ],
        "choices": [
            Choice("", f"← {other:%Y-%m}" if step < 0 else f"{other:%Y-%m} →", href=_of_month(request, other))
            for step in (-1, 1)
            if _FIRST <= (other := later(month, step)).year <= _LAST
        ],
    }
    return render(request, "calendar/list.html", context, status=200 if valid else 422)


def later(month: dt.date, months: int) -> dt.date:
    """Return the first day of the month so many later."""
    count = month.year * 12 + month.month - 1 + months
    return dt.date(count // 12, count % 12 + 1, 1)


def _found(request: HttpRequest, given: dict[str, Any], first: dt.date, after: dt.date) -> list[Ending]:
    kind = EndingKind(given["kind"]) if given["kind"] else None
    asked = Asked(signed_in(request), first, after - dt.timedelta(days=1), kind=kind)
    found = endings.endings(replace(asked, project=given["project"], party=given["party"]))
    sought = given["q"].strip().casefold()
    return [e for e in found if sought in _whose(e).casefold()] if sought else found


def _of_month(request: HttpRequest, month: dt.date) -> str:
    query = request.GET.copy()
    query.pop("export", None)
    query["month"] = f"{month:%Y-%m}"
    return f"{reverse('calendar')}?{query.urlencode()}"


def _whose(ending: Ending) -> str:
    names = [ending.project.code] if ending.project else []
    if ending.party:
        names.append(words(party_name(ending.party)))
    return " · ".join(names)


def page_of(ending: Ending) -> str:
    """Return the address of the page of what ends."""
    listed: UUID | None = None if ending.noun == "delegations" else ending.object
    return reverse(ending.noun, args=[listed] if listed else [])


def _table(found: list[Ending]) -> Table:
    return Table(
        heads(_("Day"), _("What"), _("Which"), _("Project and party")),
        [[e.day, e.kind, Link(e.about, page_of(e)), _whose(e)] for e in found],
        empty=_("Nothing ends in this month, as far as you may see."),
    )


def _file(request: HttpRequest, found: list[Ending]) -> HttpResponse:
    events = [
        (e, " · ".join(filter(None, (words(e.kind.text), e.about, _whose(e)))),
         request.build_absolute_uri(page_of(e)))
        for e in found
    ]  # fmt: skip
    body = icalendar(events, timezone.now(), request.get_host().partition(":")[0])
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="holdfast-calendar.ics"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
