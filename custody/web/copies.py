"""Numbered copies: the list, and the page that shows one copy's way."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from custody import models as m
from custody import silence, stock
from custody.actions.counting import on_paper_only
from custody.filters import CopyFilter
from custody.terms import CopyState, Counted, LapseNoun, ReportKind, Text

from . import (
    asked_back,
    carriers,
    copy_way,
    copying,
    corrections,
    counting,
    entries,
    holdings,
    incidents,
    lapses,
    opening,
    reports,
    stocktake_count,
    stocktakes,
)
from .base import screen, visible_or_404
from .listing import List, Listed, Shown
from .names import level_name, party_link, party_name, project_crumbs
from .patterns import Fact, Link, Table


def _holder(copy: m.Copy) -> list[Any]:
    person = copy.custodian_person
    return [party_name(copy.custodian_party), person.name if person else ""]


def _state(copy: m.Copy) -> Any:
    if stocktake := getattr(copy, "missing_in", None):  # what was not found is not shown as held
        return Link(Counted.MISSING, reverse("stocktake", args=[stocktake]))
    offered = copy.state in (CopyState.OFFERED, CopyState.DISPUTED) and copy.offered_in_id
    state = Link(copy.state, reverse("handoff", args=[copy.offered_in_id])) if offered else copy.state
    if on_paper_only(copy):
        return [state, opening.ON_PAPER] if offered else opening.ON_PAPER
    if copy.unconfirmed:  # that it is held is what nobody can be sure of
        return [state, IN_DOUBT] if offered else IN_DOUBT
    return state


IN_DOUBT = Text("Custody not confirmed", "保管情况未经确认")


def _heard(copy: Any) -> dt.date | None:
    """Return the day of the last entry on a copy; None where it is not for this reader to know."""
    return timezone.localdate(copy.last_event) if copy.last_event else None


def _days(last: dt.date | None) -> str:
    """Return for how many days nothing was heard of a copy."""
    if last is None:
        return ""
    days = max((timezone.localdate() - last).days, 0)
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}


class CopyTable(Listed):
    """Numbered copies and who holds them."""

    related = ("item__project", "custodian_party", "custodian_person", "system", "taken_over")
    code = Shown(_l("Copy"), lambda c: Link(c.code, reverse("copy", args=[c.id])), "code")
    item = Shown(_l("Item"), lambda c: f"{c.item.codename} / {c.number}", ("item__codename", "number"))
    level = Shown(
        _l("Classification"), lambda c: level_name(c.item.level, c.item.project.regime), "item__level"
    )
    holder = Shown(_l("Held by"), _holder, "custodian_party__name")
    system = Shown(_l("Kept in"), lambda c: c.system.name if c.system else None, "system__name")
    state = Shown(_l("State"), _state, "state")
    project = Shown(_l("Project"), lambda c: c.item.project.code, "item__project__code", first=False)
    heard = Shown(_l("Last heard of"), _heard, "last_event", first=False)
    silent = Shown(_l("Silent for"), lambda c: _days(_heard(c)), first=False)


COPIES = List("copies", _l("Copies"), CopyFilter, CopyTable, _l("No copy fits."))


def told(request: HttpRequest, rows: Any) -> Any:
    """Return copies with all that the table says of them to this reader."""
    return stock.told_missing(CopyTable.whole(rows), request.user)


def table(rows: Any) -> Table:
    """Return copies as a short table."""
    return CopyTable.short(rows, _("No copies are numbered yet."))


@screen()
def index(request: HttpRequest) -> HttpResponse:
    """List the copies that this reader may see."""
    return COPIES.answer(
        request, silence.told(told(request, m.Copy.objects.visible_to(request.user)), request.user)
    )


@screen()
def detail(request: HttpRequest, copy: UUID) -> HttpResponse:
    """Show one copy: what it is, who answers for it now, and its way as far as this reader may see it."""
    row = visible_or_404(told(request, m.Copy.objects.all()), request, copy)
    project = row.item.project
    person, party, gone = row.custodian_person, row.custodian_party, row.state is CopyState.DESTROYED
    known = m.Party.objects.visible_to(request.user).filter(id=party.id).exists()
    holder = party_link(party) if known else party_name(party)
    context = {
        "crumbs": project_crumbs(project),
        "heading": _("Copy %(code)s") % {"code": row.code},
        "state": Counted.MISSING if row.missing_in else row.state,
        "facts": [
            Fact(
                _("Item"),
                row.item.codename,
                href=reverse("item", args=[row.item_id]),
                note=_("copy %(n)s") % {"n": row.number},
            ),
            Fact(_("Classification"), level_name(row.item.level, project.regime)),
            Fact(_("Held last by") if gone else _("Held by"), holder, note=person.name if person else ""),
            Fact(_("Kept in"), row.system.name if row.system and not gone else None),
            *asked_back.of_copy(request, row),
            *opening.of_copy(request, row),
            *_batch(request, row),
            *carriers.facts(request, row),
            Fact(_("SHA-256 of the content"), row.item.sha256, mono=True),
            *([held] if (held := incidents.of_copy(request, row)) else []),
            *stocktakes.last_seen(request, row),
            *([] if gone else _last_heard(request, row)),
        ],
        "sections": lapses.about(request, LapseNoun.COPY, row.id),
        "doubt": opening.ON_PAPER if on_paper_only(row) else IN_DOUBT if row.unconfirmed else "",
        "on_paper": on_paper_only(row),
        "choices": [
            *counting.button(request, row),
            holdings.link(_("Who had it, and when"), copy=row.id),
            *carriers.button(request, row),
            *incidents.button(request, project, copy=str(row.id)),
            *reports.button(request, project, ReportKind.COPY, copy=row.code),
            *([] if gone else copying.button(request, row.item, row)),
        ],
        "counts": [] if gone else stocktake_count.under_way(request),
        "code": row.code,
        "picture": copy_way.drawn(request, row),
        "moments": copy_way.moments(request, row),
        "history": corrections.history(request, row),
        "entry_state": entries.state_of(row.entry),
    }
    return render(request, "copy/detail.html", context)


def _last_heard(request: HttpRequest, row: m.Copy) -> list[Fact]:
    """Return when something was recorded of a copy last, as far as this reader may know."""
    at = silence.of(row, request.user)
    if at is None:
        return []
    day = timezone.localdate(at)
    return [Fact(_("Last heard of"), day, note=_days(day) if day < timezone.localdate() else "")]


def _batch(request: HttpRequest, row: m.Copy) -> list[Fact]:
    """Return the batch by which a copy is to be destroyed or was, where this reader may see it."""
    if row.state not in (CopyState.MARKED, CopyState.DESTROYED):
        return []
    batches = m.Destruction.objects.visible_to(request.user).filter(copies__contains=[row.id])
    batch = batches.order_by("-created_at").first()
    if batch is None:
        return []
    return [Fact(_("Destruction"), Link(batch.state, reverse("destruction", args=[batch.id])))]
