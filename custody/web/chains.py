"""The chain of a project as one reader sees it: hops, and blocked attempts beside them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Count
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from custody import models as m
from custody.chain import NEVER, Node, Shape, with_copies
from custody.terms import DecisionOutcome, HopState

from . import judged
from .base import language
from .chain_svg import SvgChain, picture
from .names import hop_state, party_name

SHAPES = {
    HopState.ACTIVE: Shape.CHECK,
    HopState.REQUESTED: Shape.DOTS,
    HopState.SUSPENDED: Shape.BANG,
    HopState.REJECTED: Shape.CROSS,
    HopState.WITHDRAWN: Shape.DASH,
    HopState.REVOKED: Shape.BANG,
    HopState.COMPLETED: Shape.RETURN,
    HopState.CLOSING: Shape.RETURN,
    HopState.CLOSED: Shape.DASH,
}


def hops_of(request: HttpRequest, project: m.Project) -> list[m.Hop]:
    """Return the hops of a project that this reader may see, from the root down."""
    rows = m.Hop.objects.visible_to(request.user).filter(project=project)
    return list(rows.select_related("from_party", "to_party").order_by("path"))


def refusals_of(request: HttpRequest, project: m.Project) -> list[m.Refusal]:
    """Return the refused attempts in a project that this reader may see, the newest first."""
    rows = m.Refusal.objects.visible_to(request.user).filter(project=project)
    return list(rows.select_related("decision", "to_party", "attempted_by"))


def drawn(
    request: HttpRequest,
    project: m.Project,
    hops: Iterable[m.Hop],
    refusals: Iterable[m.Refusal],
    *,
    whole: bool,
) -> SvgChain:
    """Return the picture. Who sees the project whole sees its owner at the root."""
    lang = language()
    asked = request.GET.get("chain", "")
    form: Any = asked if asked in ("tidy", "outline") else None
    owner = str(project.owner_party_id)
    held, hops = _held(request, project), list(hops)
    at = {h.id: held.pop(h.to_party_id, 0) for h in sorted(hops, key=lambda h: h.state in NEVER)}
    nodes = [_hop(h, owner if whole else None, lang, at[h.id]) for h in hops]
    seen = {n.id for n in nodes}
    nodes += _blocked(refusals, seen, owner if whole else None, lang)
    if whole:
        name = party_name(project.owner_party).get(lang)
        own = with_copies(_("Owner of the project"), held.get(project.owner_party_id, 0), lang)
        nodes.insert(0, Node(owner, None, name, own, Shape.DASH))
    return picture(nodes, title=_("Chain of %(project)s") % {"project": project.code}, form=form)


def _held(request: HttpRequest, project: m.Project) -> dict[UUID, int]:
    """Return by party how many copies of a project it has, of those that this reader may see. A party with
    several subcontracts has them in the first one that ever was."""
    rows = m.Copy.objects.visible_to(request.user).there().filter(item__project=project)
    return dict(rows.order_by().values_list("custodian_party").annotate(n=Count("id")))


def _hop(hop: m.Hop, owner: str | None, lang: str, held: int) -> Node:
    return Node(
        id=str(hop.id),
        parent=str(hop.parent_id) if hop.parent_id else owner,
        label=party_name(hop.to_party).get(lang),
        state=with_copies(hop_state(hop).get(lang), held, lang),
        shape=SHAPES[hop.state],
        note=hop.scope.splitlines()[0][:80] if hop.scope else "",
        href=reverse("hop", args=[hop.id]),
    )


def _blocked(refusals: Iterable[m.Refusal], seen: set[str], owner: str | None, lang: str) -> list[Node]:
    """Return one box per place, so that refusals do not crowd the hops: the newest attempt, or how many."""
    places: dict[Any, list[m.Refusal]] = {}
    for row in refusals:
        if row.to_party is not None:
            places.setdefault(row.hop_id or row.parent_hop_id, []).append(row)
    return [_box(rows, str(place) if str(place) in seen else owner, lang) for place, rows in places.items()]


def _box(rows: list[m.Refusal], parent: str | None, lang: str) -> Node:
    """Return the box of attempts at one place; those of several kinds lead to their list."""
    newest = rows[0]
    label = party_name(newest.to_party).get(lang) if newest.to_party else ""
    times = f" ×{len(rows)}" if len(rows) > 1 else ""
    state = f"{DecisionOutcome.REFUSE.text.get(lang)}: {newest.verb.text.get(lang)}{times}"
    href = reverse("refusal", args=[newest.id])
    if len({(row.to_party_id, row.verb) for row in rows}) > 1:
        label, state = _("%(n)s refused attempts") % {"n": len(rows)}, label
        href = f"{reverse('refusals')}?{urlencode({'project': newest.project_id})}"
    return Node(
        id=str(newest.id),
        parent=parent,
        label=label,
        state=state,
        shape=Shape.CROSS,
        blocked=True,
        note=judged.codes(newest.decision),
        href=href,
    )
