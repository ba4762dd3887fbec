"""What there is, as the oracle keeps it: plain lists and words, nothing of the product.

Words are those of the field notes, section 4. ``None`` stands for what nobody has recorded.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

Id = str
OFFICER = "officer"


@dataclass
class Party:
    """An organisation or somebody alone; ``controllers`` own or direct it."""

    id: Id
    individual: bool
    country: str
    state: str = "active"
    controllers: list[Id] = field(default_factory=list)
    established: dt.date | None = None
    clean: bool | None = None
    prc_staff: bool | None = None
    stated: dt.date | None = None
    legal_person: bool = True


@dataclass
class Person:
    """Somebody; ``roles`` are pairs of party and role."""

    id: Id
    citizenships: list[str] | None
    roles: list[tuple[Id, str]]
    vetting: str | None = None
    vetted_from: dt.date | None = None
    vetted_to: dt.date | None = None
    trained: dt.date | None = None
    undertaking: dt.date | None = None
    leaves: dt.date | None = None

    def of(self, party: Id) -> bool:
        return any(at == party for at, _ in self.roles)

    def is_(self, role: str, *parties: Id) -> bool:
        return any((at, role) in self.roles for at in parties)


@dataclass
class Paper:
    """A certificate: counts while verified, not by whom it was recorded, in its days."""

    id: Id
    party: Id
    type: str
    grade: str
    categories: set[str]
    starts: dt.date
    ends: dt.date
    state: str
    recorded_by: Id | None
    verified_on: dt.date | None = None


@dataclass
class System:
    """Where data is kept."""

    id: Id
    owner: Id
    level: str | None
    internet: bool
    number: str | None
    personal: bool | None
    country: str
    failed: bool = False
    retired: bool = False


@dataclass
class Project:
    """What is worked on, under a regime."""

    id: Id
    regime: str
    level: str
    owner: Id
    clients: list[Id]
    type: str
    grade: str
    categories: set[str]


@dataclass
class Condition:
    """Under which somebody approved."""

    id: Id
    before: bool
    due: dt.date | None
    state: str = "open"
    shown_by: Id | None = None


@dataclass
class Approval:
    """A question put to officers. ``votes``: who stands behind it and what they said."""

    id: Id
    requester: Id
    needed: int
    subject: tuple[object, ...]
    state: str = "requested"
    votes: list[tuple[frozenset[Id], str]] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)

    def heads(self) -> int:
        """Persons count once, in their own name or another's."""
        seen: set[Id] = set()
        count = 0
        for behind, choice in self.votes:
            if choice == "approve" and not behind & seen:
                count += 1
                seen |= behind
        return count


@dataclass
class Hop:
    """A subcontract from one party to the next, in the terms last put up."""

    id: Id
    project: Id
    parent: Id | None
    giver: Id
    taker: Id
    level: str
    categories: set[str]
    starts: dt.date
    ends: dt.date | None
    share: Decimal | None
    core: bool | None
    consent: bool
    agreed: bool
    state: str = "requested"
    approvals: list[Approval] = field(default_factory=list)
    performer: Id | None = None
    amount: Decimal | None = None

    @property
    def approval(self) -> Approval:
        return self.approvals[-1]

    def subject(self) -> tuple[object, ...]:
        terms = (self.level, sorted(self.categories), self.starts, self.ends, self.share, self.core)
        return (self.giver, self.taker, *map(str, terms))


@dataclass
class Copy:
    """A numbered copy of an item."""

    id: Id
    project: Id
    item: Id
    level: str
    holder: Id
    keeper: Id | None
    state: str = "held"
    offered_in: Id | None = None


@dataclass
class Handoff:
    """An offer of copies over a hop."""

    id: Id
    hop: Id
    copies: list[Id]
    sender: Id
    receiver: Id
    channel: str
    second: Id | None
    system: Id
    due_back: dt.date | None
    state: str = "offered"
    accepted: dt.date | None = None


@dataclass
class Delegation:
    """An officer's vote in another's hands."""

    id: Id
    party: Id
    officer: Id
    deputy: Id
    level: str
    starts: dt.date
    ends: dt.date
    project: Id | None
    state: str
    proposer: Id | None = None


@dataclass
class Hold:
    """A copy, or a party within a project, that an incident froze."""

    id: Id
    incident: Id
    project: Id
    copy: Id | None
    party: Id | None


@dataclass
class Item:
    """What copies are of; ``originator`` classified it."""

    id: Id
    project: Id
    level: str
    originator: Id


@dataclass
class Permit:
    """Leave for so many more copies of an item, until a day."""

    id: Id
    item: Id
    count: int
    until: dt.date
    requester: Id
    state: str = "requested"


@dataclass
class World:
    """All of it, and the day."""

    today: dt.date
    house: Id
    parties: dict[Id, Party] = field(default_factory=dict)
    people: dict[Id, Person] = field(default_factory=dict)
    papers: dict[Id, Paper] = field(default_factory=dict)
    systems: dict[Id, System] = field(default_factory=dict)
    projects: dict[Id, Project] = field(default_factory=dict)
    hops: dict[Id, Hop] = field(default_factory=dict)
    copies: dict[Id, Copy] = field(default_factory=dict)
    handoffs: dict[Id, Handoff] = field(default_factory=dict)
    delegations: dict[Id, Delegation] = field(default_factory=dict)
    need_to_know: dict[tuple[Id, Id], bool] = field(default_factory=dict)
    incidents: dict[Id, Id] = field(default_factory=dict)
    """Each with its project."""
    holds: list[Hold] = field(default_factory=list)
    items: dict[Id, Item] = field(default_factory=dict)
    permits: list[Permit] = field(default_factory=list)

    def path(self, hop: Hop) -> list[Hop]:
        """The hops from the root down to this one."""
        above = [*self.path(self.hops[hop.parent])] if hop.parent else []
        return [*above, hop]

    def approvals(self) -> list[tuple[Hop, Approval]]:
        return [(hop, approval) for hop in self.hops.values() for approval in hop.approvals]
