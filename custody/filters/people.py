"""Which people, and which systems."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from custody.terms import Network, SystemKind, SystemState

from .base import Among, Questions, Search, WordIs, party_columns


class PersonFilter(Questions):
    """By name or staff number, and party."""

    q = Search("name", "staff_number", label=_("Name or staff number"))


class SystemFilter(Questions):
    """By name or owner, kind, network and state."""

    q = Search("name", *party_columns("owner_party"), label=_("Name or owner"))
    kind = WordIs(SystemKind, label=_("Kind"))
    network = WordIs(Network, label=_("Network"))
    state = WordIs(SystemState, label=_("State"))
    owner_party = Among(field_name="owner_party", label=_("Owner"))
