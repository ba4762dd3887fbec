"""The menu as one table: which pages it names, and for whom.

A row whose route does not exist yet is left out, so that a new screen only has to add its route. The order is
that of how often a page is wanted: what a wide screen has no room for stands behind *More*.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from custody.terms import Role

SHOWN = 7
"""Lines beside name and tools in one row of 1280 pixels, in either language."""
EVERYONE = frozenset(Role)
HOUSE = frozenset({Role.MANAGER, Role.OFFICER, Role.CUSTODIAN, Role.ADMINISTRATOR})


@dataclass(frozen=True, slots=True)
class MenuRow:
    """A menu line: route name, words, who sees it; ``public`` shows it without signing in too."""

    route: str
    label: str | Promise
    roles: frozenset[Role]
    public: bool = False


MENU: tuple[MenuRow, ...] = (
    MenuRow("home", _("Home"), EVERYONE),
    MenuRow("projects", _("Projects"), EVERYONE),
    MenuRow("handoffs", _("Handoffs"), EVERYONE - {Role.REGULATOR}),
    MenuRow("copies", _("Copies"), EVERYONE),
    MenuRow("own_desk", _("What you hold"), frozenset({Role.RECIPIENT})),
    MenuRow("approvals", _("Approvals"), frozenset({Role.OFFICER, Role.MANAGER})),
    MenuRow("parties", _("Parties"), HOUSE | {Role.REGULATOR}),
    MenuRow("people", _("People"), frozenset({Role.ADMINISTRATOR})),
    MenuRow("systems", _("Systems"), frozenset({Role.ADMINISTRATOR})),
    MenuRow("reports", _("Reports"), frozenset({Role.REGULATOR, Role.OFFICER, Role.MANAGER})),
    MenuRow("items", _("Items"), frozenset({Role.OFFICER, Role.MANAGER, Role.CUSTODIAN, Role.REGULATOR})),
    MenuRow(
        "decisions",
        _("Decisions"),
        frozenset({Role.OFFICER, Role.ADMINISTRATOR, Role.REGULATOR}),
    ),
    MenuRow("packs", _("Rule packs"), frozenset({Role.ADMINISTRATOR})),
    MenuRow("qualifications", _("Certificates"), frozenset({Role.REGULATOR})),
    MenuRow("holdings", _("Who had which copy"), frozenset({Role.REGULATOR})),
    MenuRow("without_paper", _("Without valid paper"), frozenset({Role.REGULATOR})),
    MenuRow("refusals", _("Refusals"), frozenset({Role.REGULATOR})),
    MenuRow("stocktakes", _("Stocktakes"), EVERYONE - {Role.ADMINISTRATOR}),
    MenuRow("objections", _("Objections"), frozenset({Role.REGULATOR, Role.MANAGER, Role.OFFICER})),
    MenuRow(
        "samples",
        _("Random samples"),
        frozenset({Role.REGULATOR, Role.MANAGER, Role.OFFICER, Role.CUSTODIAN}),
    ),
    MenuRow("handovers", _("Handovers"), EVERYONE - {Role.REGULATOR}),
    MenuRow("incidents", _("Incidents"), EVERYONE),
    MenuRow("destructions", _("Destruction"), EVERYONE),
    MenuRow("register_prints", _("Printed registers"), EVERYONE - {Role.ADMINISTRATOR}),
    MenuRow("field_permits", _("Field work"), EVERYONE),
    MenuRow("calendar", _("Calendar"), frozenset({Role.OFFICER, Role.MANAGER})),
    MenuRow("overrides", _("Override log"), frozenset({Role.OFFICER, Role.ADMINISTRATOR, Role.REGULATOR})),
    MenuRow("delegations", _("Delegations"), frozenset({Role.OFFICER, Role.ADMINISTRATOR})),
    MenuRow("signing_keys", _("Signing keys"), frozenset({Role.OFFICER, Role.ADMINISTRATOR})),
    MenuRow("looks", _("Looks"), frozenset({Role.ADMINISTRATOR})),
    MenuRow("slips", _("Slips"), frozenset({Role.OFFICER, Role.ADMINISTRATOR})),
    MenuRow("rules", _("Rules"), HOUSE | {Role.REGULATOR}),
    MenuRow("verify", _("Verify"), EVERYONE, public=True),
)


@dataclass(frozen=True, slots=True)
class MenuLink:
    """A menu line as one person sees it."""

    href: str
    label: str | Promise
    current: bool


def menu(roles: Iterable[Role], path: str, *, signed_in: bool) -> list[MenuLink]:
    """Return the lines for these roles, the one that ``path`` lies under marked as current."""
    held = frozenset(roles)
    found: list[tuple[str, MenuRow]] = []
    for row in MENU:
        if row.public or (signed_in and row.roles & held):
            try:
                found.append((reverse(row.route), row))
            except NoReverseMatch:
                continue
    current = max((href for href, _row in found if _under(path, href)), key=len, default=None)
    return [MenuLink(href, row.label, href == current) for href, row in found]


def split(links: list[MenuLink]) -> tuple[list[MenuLink], list[MenuLink]]:
    """Return the lines that a wide screen shows, the current one always among them, and the rest."""
    far = any(link.current for link in links[SHOWN:])  # it takes the last two places: its words may be long
    shown = [link for n, link in enumerate(links) if n < SHOWN - 2 * far or link.current]
    return shown, [link for link in links if link not in shown]


def _under(path: str, href: str) -> bool:
    """Tell whether ``path`` is ``href`` or below it; the front page has nothing below it."""
    return path == href or (href.rstrip("/") != "" and path.startswith(href.rstrip("/") + "/"))
