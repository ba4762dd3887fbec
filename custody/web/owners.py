"""Who stands behind a party, drawn and as a list; and what the party is to whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from custody import models as m
from custody import siblings
from custody.chain import Node, Shape
from custody.terms import HopState, Text

from . import copies
from .base import heads, language, signed_in, words
from .chain_svg import SvgChain, picture
from .names import hop_state, party_link, party_name
from .patterns import Fact, Link, Section, Table

MOST = 60
"""Owners and controllers that are drawn; a circle among them ends where it closes."""
SHORT = 10


@dataclass(frozen=True, slots=True)
class Owner:
    """One owner or controller as it stands above a party; ``path`` tells where, for one may stand twice."""

    path: str
    above: str
    of: m.Party
    row: m.PartyControl
    level: int


def may_see(request: HttpRequest, party: m.Party) -> bool:
    """Return whether a reader may see who stands behind a party: the own one, or any for who reads all."""
    user = signed_in(request)
    return user.sees_all_parties or party.id in user.party_ids()


def names(party: m.Party) -> list[Link | None] | None:
    """Return the direct owners and controllers by name, for readers who see no more of them."""
    rows = party.controls.filter(ends=None).select_related("controller")
    return [party_link(row.controller) for row in rows] or None


def owners(party: m.Party) -> list[Owner]:
    """Return all who own or control a party today, and who stands behind them, in reading order; at most 60.

    One query for each step up.
    """
    today, above = timezone.localdate(), defaultdict(list)
    asked, seen = {party.id}, {party.id}
    while asked and len(seen) <= MOST:
        rows = m.PartyControl.objects.filter(Q(ends=None) | Q(ends__gte=today), party__in=asked)
        for row in rows.select_related("party", "controller").order_by("-share", "id"):
            above[row.party_id].append(row)
        asked = {row.controller_id for id in asked for row in above[id]} - seen
        seen |= asked
    found: list[Owner] = []
    _climb(party, str(party.id), {party.id}, above, found, 1)
    return found[:MOST]


def _climb(
    of: m.Party, path: str, seen: set[UUID], above: dict[UUID, list[m.PartyControl]], found: list[Owner],
    level: int,
) -> None:  # fmt: skip
    for row in above[of.id]:
        if len(found) >= MOST:
            return
        here = f"{path}/{row.id}"
        found.append(Owner(here, path, of, row, level))
        if row.controller_id not in seen:
            _climb(row.controller, here, seen | {row.controller_id}, above, found, level + 1)


def home() -> str:
    """Return the country of the unit that runs the installation; empty when it is not known."""
    operator = m.Site.objects.values_list("operator__country", flat=True)
    return operator.first() or ""


def _where(country: str, at_home: str) -> Text:
    """Return whether a party is at home or foreign, in words that need no colour."""
    if not country or not at_home:
        return Text("Country not known", "国别未知")
    if country == at_home:
        return Text(f"{country}, home", f"{country}，境内")
    return Text(f"{country}, FOREIGN", f"{country}，境外")


def _shape(country: str, at_home: str) -> Shape:
    if not country or not at_home:
        return Shape.DOTS
    return Shape.CHECK if country == at_home else Shape.BANG


def _held(row: m.PartyControl) -> str:
    share = f" {row.share.normalize():f} %" if row.share is not None else ""
    return f"{words(row.kind.text)}{share}"


def drawn(party: m.Party, found: list[Owner]) -> SvgChain | None:
    """Return the picture of who stands behind a party; None where nobody is recorded."""
    if not found:
        return None
    lang, at_home = language(), home()
    nodes = [_node(str(party.id), None, party, _("This party"), at_home, lang)]
    nodes += [_node(o.path, o.above, o.row.controller, _held(o.row), at_home, lang) for o in found]
    # One row each: in the boxes of a tree shares and countries would be cut.
    return picture(nodes, title=_("Who stands behind it"), form="outline")


def _node(id: str, parent: str | None, party: m.Party, state: str, at_home: str, lang: str) -> Node:
    return Node(
        id=id,
        parent=parent,
        label=party_name(party).get(lang),
        state=state,
        shape=_shape(party.country, at_home),
        note=_where(party.country, at_home).get(lang),
        href=reverse("party", args=[party.id]) if parent else "",
    )


def table(found: list[Owner]) -> Table:
    """Return what the picture shows as a list."""
    at_home = home()
    body = [
        [
            party_link(o.row.controller),
            o.row.kind,
            None if o.row.share is None else f"{o.row.share.normalize():f} %",
            party_name(o.of),
            _where(o.row.controller.country, at_home),
            o.row.controller.state,
        ]
        for o in found
    ]
    columns = heads(_("Who"), _("As"), _("Share"), _("Of"), _("Country"), _("State"))
    return Table(columns, body, caption=_("The same as a list"))


def sections(request: HttpRequest, party: m.Party) -> list[Section]:
    """Return what a party is to whom, what it holds, and its shares beside those of others."""
    found = (standing(request, party), holdings(request, party), shares(request, party))
    return [section for section in found if section]


def standing(request: HttpRequest, party: m.Party) -> Section | None:
    """Return what a party is to whom, in numbers that lead to the rows; None where it is nothing yet."""
    user = request.user
    projects = m.Project.objects.visible_to(user)
    hops = m.Hop.objects.visible_to(user).filter(state=HopState.ACTIVE)
    counted: list[tuple[Any, Any]] = [
        (_("Owner of projects"), projects.filter(owner_party=party)),
        (_("Client of projects"), projects.filter(client_party=party)),
        (_("Ultimate client of projects"), projects.filter(ultimate_client_party=party)),
        (_("Receives under approved subcontracts"), hops.filter(to_party=party)),
        (_("Gives out under approved subcontracts"), hops.filter(from_party=party)),
        (
            _("Performs work that another party received"),
            hops.filter(performer=party).exclude(to_party=party),
        ),
    ]
    facts = [Fact(label, _named(rows)) for label, rows in counted]
    owned = m.PartyControl.objects.filter(controller=party, ends=None).select_related("party")
    if signed_in(request).in_house or signed_in(request).sees_all_parties:
        facts.append(Fact(_("Owns or controls"), [party_link(row.party) for row in owned[:MOST]] or None))
    facts = [fact for fact in facts if fact.value]
    return Section(_("What this party is to whom"), facts=facts) if facts else None


def _named(rows: Any) -> list[Link] | None:
    """Return the first ten rows as links to their projects or subcontracts."""
    found: list[Link] = []
    if rows.model is m.Hop:
        rows = rows.select_related("project", "from_party", "to_party")
    for row in rows[:SHORT]:
        if isinstance(row, m.Project):
            found.append(Link(row.code, reverse("project", args=[row.id])))
        else:
            ends = Text(
                f"{row.project.code}: {party_name(row.from_party).en} → {party_name(row.to_party).en}",
                f"{row.project.code}：{party_name(row.from_party).zh} → {party_name(row.to_party).zh}",
            )
            found.append(Link(ends, reverse("hop", args=[row.id])))
    return found or None


def holdings(request: HttpRequest, party: m.Party) -> Section:
    """Return the copies that a party holds now, under their number."""
    rows = m.Copy.objects.there().visible_to(request.user).filter(custodian_party=party)
    return _counted(
        _("Copies that it holds now"),
        copies.told(request, rows).order_by("code"),
        copies.table,
        f"{reverse('copies')}?custodian_party={party.id}",
    )


def held_by_person(request: HttpRequest, person: m.Person) -> list[Section]:
    """Return the copies that a person holds now, under their number; nothing for who holds none."""
    rows = m.Copy.objects.there().visible_to(request.user).filter(custodian_person=person)
    rows = copies.told(request, rows).order_by("code")
    return [_counted(_("Copies that this person holds now"), rows, copies.table, "")] if rows else []


def _counted(title: str, rows: Any, shown: Callable[[Any], Table], href: str) -> Section:
    count = rows.count()
    return Section(f"{title} ({count})", shown(rows[:SHORT]), href, more=bool(href) and count > SHORT)


def shares(request: HttpRequest, party: m.Party) -> Section | None:
    """Return, for what a party receives, what its giver passes on altogether; None for who may not know."""
    rows = m.Hop.objects.visible_to(request.user).filter(to_party=party)
    rows = rows.exclude(state__in=[HopState.REJECTED, HopState.WITHDRAWN])
    body = []
    for hop in rows.select_related("project", "from_party").order_by("-created_at")[:SHORT]:
        if not siblings.may_see(request.user, hop):
            continue
        others = list(siblings.of(hop))
        total = siblings.total(hop, others)
        body.append(
            [
                Link(hop.project.code, reverse("hop", args=[hop.id])),
                party_name(hop.from_party),
                hop_state(hop),
                _percent(hop.share),
                len(others),
                _percent(total),
            ]
        )
    if not body:
        return None
    columns = heads(
        _("Subcontract"), _("From"), _("State"), _("Its share"), _("Others of the giver"), _("Together")
    )
    return Section(_("Shares beside what the giver passes on besides"), Table(columns, body))


def _percent(share: Any) -> str | Text:
    return Text("Not known", "未知") if share is None else f"{share.normalize():f} %"
