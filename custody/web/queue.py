"""The officer's queue: what waits for whom, how many votes are missing, which conditions are overdue, and who
votes in whose place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from custody import models as m
from custody import waiting
from custody.actions.base import NotPermitted
from custody.terms import CopyPermitState, DelegationState, DestructionState, PermitState, Role, Text
from custody.waiting import Waiting

from . import copying, destructions, field_permits, item_proposals
from .base import heads, screen, signed_in
from .listing import List
from .names import level_name, party_name
from .patterns import Choice, Link, Section, Table

SHORT = 20


@screen()
def page(request: HttpRequest) -> HttpResponse:
    """Show what waits for the reader first, then what waits for others."""
    user = signed_in(request)
    found, more = waiting.queue(user)
    if Role.OFFICER not in user.roles() and not any(one.mine for one in found):
        raise NotPermitted("hop.approve")
    mine, others = [one for one in found if one.mine], [one for one in found if not one.mine]
    href = f"{reverse('approvals')}?state=requested"
    sections = [
        Section(_("Waits for your vote"), _requests(mine, _("Nothing waits for your vote."))),
        Section(_("Waits for others"), _requests(others, _("Nothing waits for others.")), href, more=more),
        *_other_requests(request),
        *_conditions(request),
        _delegations(request),
    ]
    context = {
        "crumbs": [Link(_("Approvals"), reverse("approvals"))],
        "heading": _("What waits for decision"),
        "lead": _("The nearest deadline first, then the highest classification."),
        "choices": [Choice("", _("Register of decisions"), href=reverse("decisions"))],
        "sections": [section for section in sections if section],
    }
    return render(request, "rule/page.html", context)


def _other_requests(request: HttpRequest) -> list[Section]:
    """Return what else waits for an officer: field permits, classification, copying and destruction; nothing
    without any."""
    kinds: tuple[tuple[str, List, Any], ...] = (
        (_("Field permits that wait for a decision"), field_permits.PERMITS,
         m.FieldPermit.objects.filter(state=PermitState.SUBMITTED)),
        (_("Classifications that wait to be determined"), item_proposals.PROPOSALS,
         m.ItemProposal.objects.open()),
        (_("Copy permits that wait for a decision"), copying.PERMITS,
         m.CopyPermit.objects.filter(state=CopyPermitState.REQUESTED)),
        (_("Destructions that wait for a decision"), destructions.DESTRUCTIONS,
         m.Destruction.objects.filter(state=DestructionState.REQUESTED)),
    )  # fmt: skip
    found = []
    for title, listed, rows in kinds:
        some = list(listed.table.whole(rows.visible_to(request.user))[: SHORT + 1])
        if some:
            href = f"{reverse(listed.route)}?state={some[0].state}"
            table = listed.table.short(some[:SHORT])
            found.append(Section(title, table, href, more=len(some) > SHORT))
    return found


def _requests(found: Iterable[Waiting], empty: str) -> Table:
    body = [
        [
            Link(party_name(one.row.hop.to_party), reverse("approval", args=[one.row.id])),
            one.row.hop.project.code,
            level_name(one.row.level, one.row.hop.project.regime),
            _deadline(one.row),
            _missing(one),
            [person.name for person in one.standing.can] or _("Nobody"),
        ]
        for one in found
    ]
    columns = heads(
        _("Receiving party"),
        _("Project"),
        _("Classification"),
        _("Decide by"),
        _("Votes"),
        _("Can still decide"),
    )
    return Table(columns, body, empty=empty)


def _deadline(row: m.Approval) -> Any:
    if row.decide_by is None or row.decide_by >= timezone.localdate():
        return row.decide_by
    day = row.decide_by.isoformat()
    return Text(f"{day} (passed)", f"{day}（已过期）")


def _missing(one: Waiting) -> Text:
    have, needed = one.standing.have, one.standing.needed
    en, zh = f"{have} of {needed}, {one.missing} missing", f"{have}/{needed}，尚需{one.missing}人同意"
    if one.standing.stuck:
        return Text(f"{en}; too few officers are left", f"{zh}；可审批的人员不足")
    return Text(en, zh)


def _conditions(request: HttpRequest) -> list[Section]:
    late, shown = waiting.conditions(request.user, timezone.localdate())
    found = []
    for title, rows in ((_("Conditions overdue"), late), (_("Conditions to confirm"), shown)):
        some = list(rows[: SHORT + 1])
        if some:
            found.append(
                Section(
                    title,
                    _condition_table(some[:SHORT]),
                    f"{reverse('approvals')}?conditions=open",
                    more=len(some) > SHORT,
                )
            )
    return found


def _condition_table(rows: Iterable[m.Condition]) -> Table:
    body = [
        [
            Link(row.text, reverse("approval", args=[row.approval_id])),
            row.approval.hop.project.code,
            party_name(row.approval.hop.to_party),
            row.due,
            row.state,
        ]
        for row in rows
    ]
    columns = heads(_("Condition"), _("Project"), _("Receiving party"), _("To be met by"), _("State"))
    return Table(columns, body)


def _delegations(request: HttpRequest) -> Section | None:
    """Return who votes in whose place today, and what waits to be confirmed."""
    today = timezone.localdate()
    rows = m.Delegation.objects.visible_to(request.user).filter(ends__gte=today)
    rows = rows.exclude(state=DelegationState.REVOKED).select_related("delegator", "delegate", "project")
    some = list(rows[: SHORT + 1])
    if not some:
        return None
    body = [
        [row.delegator.name, row.delegate.name, row.project.code if row.project else _("All"), row.starts,
         row.ends, row.state]
        for row in some[:SHORT]
    ]  # fmt: skip
    columns = heads(
        _("Officer"),
        _("Votes in the officer's place"),
        _("Project"),
        _("First day"),
        _("Last day"),
        _("State"),
    )
    return Section(_("Votes in other hands"), Table(columns, body), reverse("delegations"), more=True)
