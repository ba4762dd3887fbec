"""What an account of a project is made of: entries as records, and what they say of hops, copies, parties."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from custody.events import KINDS, Kind
from custody.policy import engine
from custody.policy.facts import FactsError
from custody.terms import (
    ApprovalState,
    ConditionState,
    CopyState,
    HopState,
    QualificationState,
)

FACTS = "facts/"


class AccountError(ValueError):
    """The evidence does not hold what a report needs; the message says what."""


@dataclass(frozen=True)
class Record:
    """One entry: its place, its recorded time and what it discloses. `run` is the place of its stream."""

    id: str
    run: int
    seq: int
    at: datetime
    values: Mapping[str, Any]
    whole: bool  # every value of the entry is disclosed

    @property
    def name(self) -> str:
        """Return the kind without its version, such as ``handoff.offered``; empty when withheld."""
        return str(self.values.get("kind") or "").partition("/")[0]

    @property
    def kind(self) -> Kind | None:
        """Return the published kind, None for one that this version does not know."""
        return KINDS.get(str(self.values.get("kind")))

    def get(self, field_name: str) -> Any:
        """Return a disclosed value; None when it is withheld, erased or not of this kind."""
        return self.values.get(field_name)

    @property
    def about(self) -> str:
        """Return the stream's name as the entry says it."""
        return str(self.values.get("about") or "")

    @cached_property
    def decision(self) -> engine.Decision | None:
        """Return the decision that the entry carries; None when there is none that can be read."""
        stored = self.values.get("decision")
        if not isinstance(stored, dict):
            return None
        try:
            return engine.Decision.from_json({k: v for k, v in stored.items() if k != "id"})
        except (FactsError, KeyError, TypeError, ValueError, AttributeError):
            return None

    @property
    def facts(self) -> dict[str, Any]:
        """Return the facts it was decided on, by group."""
        return {n.removeprefix(FACTS): v for n, v in self.values.items() if n.startswith(FACTS)}


@dataclass(slots=True)
class Hop:
    """A subcontract as the entries tell it."""

    asked: Record
    state: HopState = HopState.REQUESTED
    approval: ApprovalState = ApprovalState.REQUESTED
    votes: list[Record] = field(default_factory=list)
    advice: list[Record] = field(default_factory=list)
    """Opinions that officers gave, referrals, and limits of use, in their order."""
    revoked: Record | None = None
    stopped: list[Record] = field(default_factory=list)
    """Suspensions of its approval, their ends, and amendments."""
    ended: list[Record] = field(default_factory=list)
    """That its work was done, and that it was closed."""
    conditions: dict[str, tuple[Record, ConditionState]] = field(default_factory=dict)
    """Conditions of its approvals as they were set, and how each stands."""
    reported_on: str | None = None
    performer: str | None = None
    """Who performs the work, as far as it was said."""
    on_paper: Mapping[str, Any] | None = None
    """Where it stood in an old register, and which approval the paper names; None: asked for here first."""
    compared: dict[str, Record] = field(default_factory=dict)
    """By person, the newest entry by which somebody held it beside the paper."""

    def get(self, name: str) -> Any:
        """Return a term of the request."""
        return self.asked.get(name)


@dataclass(slots=True)
class Copy:
    """A numbered copy: who holds it, since which entry, and where it is kept."""

    id: str
    code: str
    number: int
    item: str
    holder_party: str | None
    holder_person: str | None
    system: str | None
    since: Record
    state: CopyState = CopyState.HELD
    offered: Record | None = None
    unconfirmed: Record | None = None
    moves: int = 0


@dataclass(slots=True)
class Qualification:
    """A certificate of a party."""

    recorded: Record
    state: QualificationState = QualificationState.SUBMITTED
    judged: Record | None = None


@dataclass(slots=True)
class Party:
    """A party with what its stream tells."""

    id: str
    registered: Record | None = None
    qualifications: list[Qualification] = field(default_factory=list)
    controls: list[Record] = field(default_factory=list)
    ended: dict[str, str] = field(default_factory=dict)
    """Controls that ended, with their last day."""
    addresses: list[Record] = field(default_factory=list)
    renames: list[Record] = field(default_factory=list)
    names: list[Record] = field(default_factory=list)
    numbers: list[Record] = field(default_factory=list)
