"""What the notes say of what an incident froze (section 4): it "freezes copies/party until released".

The clock of an incident only warns.
"""

from __future__ import annotations

from collections.abc import Iterable

from tests.oracle.verdict import Verdict
from tests.oracle.world import Hop, Id, World


def ends(world: World, hop: Hop, said: Verdict) -> None:
    """INC-01: nothing is passed to or by a party that is frozen in the project."""
    frozen = {hold.party for hold in world.holds if hold.project == hop.project and hold.party}
    if frozen & {hop.giver, hop.taker}:
        said.no("INC-01", f"{sorted(frozen)} frozen by an incident")
    elif frozen & {party for link in world.path(hop) for party in (link.giver, link.taker)}:
        said.silent("INC-01")  # further up: the notes do not say


def named(world: World, copies: Iterable[Id], said: Verdict) -> None:
    """INC-01: nor is a copy that is."""
    frozen = {hold.copy for hold in world.holds if hold.copy}
    if frozen & set(copies):
        said.no("INC-01", f"{sorted(frozen)} frozen by an incident")
