"""Which people, and which systems."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from custody.terms import Network, Role, SystemKind, SystemState

from .base import Among, Questions, Search, WordIs, party_columns


class PersonFilter(Questions):
    """By name or staff number, and party."""

    q = Search("name", "staff_number", label=_("Name or staff number"))


class MembershipFilter(Questions):
    """By person, party and role."""

    person = Among(field_name="person")
    party = Among(field_name="party", label=_("Party"))
    role = WordIs(Role)


class GrantFilter(Questions):
    """By person and project."""

    person = Among(field_name="person")
    project = Among(field_name="project", label=_("Project"))


class SystemFilter(Questions):
    """By name or owner, kind, network and state."""

    q = Search("name", *party_columns("owner_party"), label=_("Name or owner"))
    kind = WordIs(SystemKind, label=_("Kind"))
    network = WordIs(Network, label=_("Network"))
    state = WordIs(SystemState, label=_("State"))
    owner_party = Among(field_name="owner_party", label=_("Owner"))
