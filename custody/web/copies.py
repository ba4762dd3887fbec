"""Numbered copies: the list, and the page that shows one copy's way."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from custody import models as m
from custody.filters import CopyFilter
from custody.terms import CopyState, HandoffState, Text

from . import counting, entries
from .base import screen, visible_or_404
from .listing import List, Listed, Shown
from .names import level_name, party_link, party_name, project_crumbs
from .patterns import Fact, Link, Moment, Table


def _holder(copy: m.Copy) -> list[Any]:
    person = copy.custodian_person
    return [party_name(copy.custodian_party), person.name if person else ""]


def _state(copy: m.Copy) -> Any:
    offered = copy.state in (CopyState.OFFERED, CopyState.DISPUTED) and copy.offered_in_id
    state = Link(copy.state, reverse("handoff", args=[copy.offered_in_id])) if offered else copy.state
    return [state, IN_DOUBT] if copy.unconfirmed else state


IN_DOUBT = Text("Custody not confirmed", "保管情况未经确认")


class CopyTable(Listed):
    """Numbered copies and who holds them."""

    related = ("item__project", "custodian_party", "custodian_person", "system")
    code = Shown(_l("Copy"), lambda c: Link(c.code, reverse("copy", args=[c.id])), "code")
    item = Shown(_l("Item"), lambda c: f"{c.item.codename} / {c.number}", ("item__codename", "number"))
    level = Shown(
        _l("Classification"), lambda c: level_name(c.item.level, c.item.project.regime), "item__level"
    )
    holder = Shown(_l("Held by"), _holder, "custodian_party__name")
    system = Shown(_l("Kept in"), lambda c: c.system.name if c.system else None, "system__name")
    state = Shown(_l("State"), _state, "state")
    project = Shown(_l("Project"), lambda c: c.item.project.code, "item__project__code", first=False)


COPIES = List("copies", _l("Copies"), CopyFilter, CopyTable, _l("No copy fits."))


def table(rows: Any) -> Table:
    """Return copies as a short table."""
    return CopyTable.short(rows, _("No copies are numbered yet."))


@screen()
def index(request: HttpRequest) -> HttpResponse:
    """List the copies that this reader may see."""
    return COPIES.answer(request, m.Copy.objects.visible_to(request.user))


@screen()
def detail(request: HttpRequest, copy: UUID) -> HttpResponse:
    """Show one copy: what it is, who answers for it now, and its way as far as this reader may see it."""
    rows = m.Copy.objects.select_related(*CopyTable.related)
    row = visible_or_404(rows, request, copy)
    project = row.item.project
    person, party = row.custodian_person, row.custodian_party
    known = m.Party.objects.visible_to(request.user).filter(id=party.id).exists()
    holder = party_link(party) if known else party_name(party)
    context = {
        "crumbs": project_crumbs(project),
        "heading": _("Copy %(code)s") % {"code": row.code},
        "state": row.state,
        "facts": [
            Fact(_("Item"), row.item.codename, note=_("copy %(n)s") % {"n": row.number}),
            Fact(_("Classification"), level_name(row.item.level, project.regime)),
            Fact(_("Held by"), holder, note=person.name if person else ""),
            Fact(_("Kept in"), row.system.name if row.system else None),
            Fact(_("SHA-256 of the content"), row.item.sha256, mono=True),
        ],
        "doubt": row.unconfirmed is not None,
        "choices": counting.button(request, row),
        "moments": _way(request, row),
        "entry_state": entries.state_of(row.entry),
    }
    return render(request, "copy/detail.html", context)


def _way(request: HttpRequest, row: m.Copy) -> list[Moment]:
    """Return the offers and answers that moved this copy, oldest first."""
    seen = m.Handoff.objects.visible_to(request.user).filter(lines__copy=row).order_by("offered_at")
    found: list[Moment] = []
    if row.item.project_id in set(m.Project.objects.whole_for(request.user).values_list("id", flat=True)):
        found.append(Moment(row.created_at, Text("The copy was numbered.", "副本已编号。")))
    for handoff in seen.select_related("sender_party", "receiver_party", "sender_person", "receiver_person"):
        sender, receiver = party_name(handoff.sender_party), party_name(handoff.receiver_party)
        href = reverse("handoff", args=[handoff.id])
        offered = Text(
            f"Offered to {receiver.en}, {handoff.number}", f"移交给{receiver.zh}，{handoff.number}"
        )
        found.append(Moment(handoff.offered_at, offered, f"{handoff.sender_person.name}", "wait", href=href))
        if handoff.answered_at:
            found.append(
                Moment(
                    handoff.answered_at,
                    _answered(handoff.state, sender, receiver),
                    tone="ok" if handoff.state is HandoffState.ACCEPTED else "bad",
                    href=href,
                    detail=handoff.answer,
                )
            )
    return found


def _answered(state: HandoffState, sender: Text, receiver: Text) -> Text:
    """Return what an answer meant for custody."""
    if state is HandoffState.ACCEPTED:
        return Text(
            f"Accepted: custody moved from {sender.en} to {receiver.en}",
            f"已签收：保管责任由{sender.zh}转至{receiver.zh}",
        )
    return Text(
        f"{state.text.en}: custody stayed with {sender.en}", f"{state.text.zh}：保管责任仍在{sender.zh}"
    )
