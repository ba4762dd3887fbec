"""The page on which a stocktake is counted: made for a phone and for a scanner that types and sends Enter.

What is said of a scan stands above the field that takes the next one. Sent twice, by a reload or a shaky
line, a scan has one effect.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from custody import models as m
from custody.actions import scanning, stocktaking
from custody.actions.base import NotPermitted, done_before
from custody.actions.scanning import Scan
from custody.models.stocktake import UNDER_WAY
from custody.templatetags.holdfast import tone
from custody.terms import Counted, Scanned
from custody.transitions import NotNow

from . import camera
from .base import actor_of, heads, screen, token_of, told_in, visible_or_404, words
from .forms.stocktakes import ScanForm
from .names import party_name
from .patterns import Choice, Fact, Link, Table
from .stocktakes import counted

FEW = 5
TOLD = 200
"""Scans of one list that are told one by one."""


def _counted_here(request: HttpRequest, id: UUID) -> m.Stocktake:
    """Return the stocktake that this reader counts now. Raises NotPermitted, NotNow or Http404."""
    row: m.Stocktake = visible_or_404(m.Stocktake.objects.select_related("party", "project"), request, id)
    actor = actor_of(request)
    actor.require("stocktake.count", **stocktaking.scope(row))
    if not row.may_count(actor.person):
        raise NotPermitted("stocktake.count")
    if row.state not in UNDER_WAY:
        raise NotNow(row.state, "count")
    return row


@screen("POST")
def read(request: HttpRequest, id: UUID) -> HttpResponse:
    """Say what the codes in a frame of the camera say; counted is what the page then sends."""
    _counted_here(request, id)
    return camera.answer(request)


@camera.opened
@screen("GET", "POST")
def count(request: HttpRequest, id: UUID) -> HttpResponse:
    """Take scans and say at once what each is."""
    row = _counted_here(request, id)
    actor, page = actor_of(request), reverse("stocktake", args=[id])
    form = ScanForm(request.POST if request.method == "POST" else None, row)
    scans: list[Scan] = []
    before = False
    if form.is_bound and form.is_valid():
        token = token_of(request)
        before = bool(token and done_before(actor, token, "stocktake.count"))
        with told_in(form):
            if not before:
                said = form.cleaned_data
                made = scanning.count(
                    actor,
                    stocktake=row.id,
                    codes=form.typed,
                    damaged=said["damaged"],
                    place=said.get("place"),
                )
                scans = list(made.object.scans)
    place = form.cleaned_data.get("place") if form.is_bound and not form.errors else None
    failed = bool(form.errors)
    if not failed:
        form = ScanForm(None, row)
        form.initial["place"] = place
    found = counted(row)
    context = {
        "crumbs": [Link(_("Stocktakes"), reverse("stocktakes")), Link(words(party_name(row.party)), page)],
        "heading": _("Count"),
        "state": row.state,
        "notice": _notice(scans, before),
        "scans": _table(scans),
        "facts": [
            Fact(_("Seen"), f"{row.expected - found.get(Counted.NOT_SEEN, 0)} / {row.expected}"),
            *(Fact(how, found[how]) for how in stocktaking.DIFFER if how in found),
        ],
        "camera": reverse("stocktake_read", args=[id]),
        "form": form,
        "choices": [Choice("scan", _("Count it"), "primary", "step")],
        "cancel": page,
    }
    return render(request, "stocktake/count.html", context, status=422 if failed else 200)


def under_way(request: HttpRequest) -> list[m.Stocktake]:
    """Return the stocktakes that this reader is counting: the camera of a phone opens a copy's page by its
    label, and one tap there counts the copy."""
    user: Any = request.user
    rows = m.Stocktake.objects.visible_to(user).under_way().counted_by(user.person_id)
    return list(rows.order_by("-opened_on", "id")[:FEW])


def _notice(scans: list[Scan], before: bool) -> dict[str, Any] | None:
    if before:
        return {"tone": "ok", "title": _("This was counted when it was first sent.")}
    if len(scans) == 1:
        (scan,) = scans
        return {"tone": tone(scan.said), "title": f"{scan.code}: {words(scan.said.text)}", "text": _why(scan)}
    if not scans:
        return None
    fine = sum(scan.said in (Scanned.SEEN, Scanned.DAMAGED) for scan in scans)
    title = ngettext("%(fine)d of %(n)d number counted", "%(fine)d of %(n)d numbers counted", len(scans))
    return {
        "tone": "ok" if fine == len(scans) else "warn",
        "title": title % {"fine": fine, "n": len(scans)},
        "text": "",
    }


def _why(scan: Scan) -> str:
    """Return what to do about a scan, where something is to be done."""
    return {
        Scanned.AGAIN: _(
            "It counts once. If two copies bear this number, put both aside and tell your manager."
        ),
        Scanned.ELSEWHERE: _("By the record it is kept elsewhere or by another party. Put it aside."),
        Scanned.STRANGER: _("No copy has this number. Put it aside."),
        Scanned.MISTYPED: _("The last sign does not fit the number. Scan or type it again."),
        Scanned.CAME: _("It is rightly here, and was not on the list."),
    }.get(scan.said, "")


def _table(scans: list[Scan]) -> Table | None:
    """Return of a list of scans those that were not simply counted."""
    rest = [scan for scan in scans if scan.said is not Scanned.SEEN] if len(scans) > 1 else []
    body = [[scan.code[:60], scan.said, _why(scan)] for scan in rest[:TOLD]]
    return Table(heads(_("Number"), _("What it is"), _("What to do")), body) if body else None
