"""Which people, and which systems."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from custody.terms import Network, Role, SystemKind, SystemState

from .base import Among, OneOf, Questions, Search, WordIs, party_columns


def _cleared(**asked: int) -> Callable[[Any, Any, dt.date], Any]:
    """Return what keeps people by days from today; for who may know how people are vetted."""

    def keep(rows: Any, user: Any, today: dt.date) -> Any:
        if not getattr(user, "sees_all_parties", False):
            return rows.none()
        return rows.filter(**{column: today + dt.timedelta(days=days) for column, days in asked.items()})

    return keep


class PersonFilter(Questions):
    """By name or staff number, and by what lets them receive."""

    q = Search("name", "staff_number", label=_("Name or staff number"))
    clearance = OneOf(
        [
            ("month", _("Vetting ends within 30 days"), _cleared(vetted_to__gte=0, vetted_to__lte=30)),
            ("ended", _("Vetting has ended"), _cleared(vetted_to__lt=0)),
            ("leaving", _("Leaves within 30 days"), _cleared(leaves_on__gte=0, leaves_on__lte=30)),
        ],
        label=_("What lets them receive"),
    )


class MembershipFilter(Questions):
    """By person, party and role."""

    person = Among(field_name="person")
    party = Among(field_name="party", label=_("Party"))
    role = WordIs(Role)


class GrantFilter(Questions):
    """By person, and by project, party or region."""

    person = Among(field_name="person")
    project = Among(field_name="project", label=_("Project"))
    party = Among(field_name="party", label=_("Party"))
    region = filters.CharFilter(field_name="region", label=_("Region"))


class SystemFilter(Questions):
    """By name or owner, kind, network and state."""

    q = Search("name", *party_columns("owner_party"), label=_("Name or owner"))
    kind = WordIs(SystemKind, label=_("Kind"))
    network = WordIs(Network, label=_("Network"))
    state = WordIs(SystemState, label=_("State"))
    owner_party = Among(field_name="owner_party", label=_("Owner"))
