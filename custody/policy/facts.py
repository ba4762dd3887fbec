"""What a rule may know: JSON groups, one dataclass per noun, strict both ways.

The rules of this file:

- A group is named by its noun, or by noun and id: ``act``, ``project``, ``installation``, ``party:<uuid>``,
  ``hop:<uuid>``, ``approval:<uuid>``, ``copy:<uuid>``, ``item:<uuid>``, ``person:<uuid>``, ``system:<uuid>``.
- Ids are lower-case uuid strings, days ``YYYY-MM-DD`` in the regime's time zone, decimals strings. No float,
  no name of a person or party: groups are stored in the ledger and shown to outsiders one by one.
- ``entry`` is the id of the ledger entry that set the group, or None when none did yet.
- An unknown, missing or ill-typed member is an error, never a default. What ``None`` means stands beside each
  field: *none* is knowledge, *not known* makes a rule that needs it answer "cannot tell".
- A member that a later schema brought names it (``since``): under an earlier schema it is absent, and reads
  as not known. A schema that was used never changes, so a stored decision runs again as it was taken.
- Whole hop paths are present from root to leaf, and the party group of everyone on the path, of the client
  and ultimate client, of sender and receiver, and of all their controllers up to the last.
- A hop on the path lists its siblings, and the group of each is there where the regime adds them up (HOP-04).
- With an item stand all that it was made from, back to the first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, TypeVar, cast

from custody.policy.strict import ID, Id, Sha256, from_json, to_json
from custody.policy.strict import FactsError as FactsError
from custody.policy.strict import Json as Json
from custody.policy.strict import word as word
from custody.terms import (
    ApprovalState,
    BasisKind,
    Channel,
    ConditionState,
    ConditionType,
    ConsentKind,
    ControlKind,
    CopyState,
    DelegationState,
    HopState,
    Marking,
    Network,
    PartyKind,
    PartyState,
    Provision,
    QualificationState,
    ReviewOutcome,
    Role,
    SystemKind,
    SystemState,
    Text,
    Verb,
    VettingClass,
    VoteChoice,
)

FACTS_SCHEMA = 3
"""The one that new decisions are taken under. 2 brought how copies travel and who accompanies them, and
of a system its number, country and whose it is; 3 of a person what lets them receive."""
SCHEMAS = (1, 2, 3)
"""All that stored decisions may name."""
_SINCE_2, _SINCE_3 = {"since": 2}, {"since": 3}


class Missing(Exception):
    """A rule needs a fact that is absent or not known; ``what`` names it for a person."""

    def __init__(self, what: Text, group: str) -> None:
        """Keep the name for people and the group the fact belongs to."""
        super().__init__(f"{group}: {what.en}")
        self.what = what
        self.group = group


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What is being attempted, by whom, on what."""

    verb: Annotated[str, Verb]
    today: date
    actor_person: Id | None  # None: Holdfast itself
    hop: Id | None  # the hop asked for, decided on, or used; None: none (a move inside the owner)
    approval: Id | None  # the request decided on by hop.approve; None otherwise
    handoff: Id | None  # the handoff accepted; None for a new offer
    sender_party: Id | None  # None: not a handoff
    receiver_party: Id | None  # None: not a handoff
    receiver_person: Id | None  # None: no person named, any member of the receiving party
    offered_by: Id | None  # person who offered the handoff being accepted; None otherwise
    system: Id | None  # destination computer, vault, medium or site; None: not known
    copies: tuple[Id, ...]
    level: str | None  # level of the item being registered; None otherwise
    due_back: date | None  # None: no return agreed
    has_purpose: bool
    channel: Annotated[str, Channel] | None = field(metadata=_SINCE_2)  # None: not a handoff
    second_carrier: Id | None = field(metadata=_SINCE_2)  # who accompanies; None: nobody named
    delegation: Id | None = field(default=None, metadata=_SINCE_3)  # by which is voted; None: in own right
    item: Id | None = field(default=None, metadata=_SINCE_3)  # registered or copied; None: neither
    entry: Id | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """The project and its contract."""

    id: Id
    regime: str
    owner_party: Id
    client_party: Id | None  # None: not known (the owner itself when the work is its own)
    ultimate_client_party: Id | None  # None: not known (the client itself when nobody stands behind it)
    level: str  # ceiling
    categories: tuple[str, ...]
    qualification_type: str | None  # None: not known
    qualification_grade: str | None  # grade that the contract asks of its holder; None: not known
    contract_value: Decimal | None  # None: not known
    currency: str | None  # ISO 4217, of every amount in the project; None: not known
    contract_signed: date | None  # None: not known
    entry: Id | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Controller:
    """A direct owner or controller; walk its own party group to go on."""

    party: Id
    kind: Annotated[str, ControlKind]
    share: Decimal | None  # per cent; None: not known
    entry: Id | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Qualification:
    """One certificate as recorded."""

    id: Id
    type: str
    grade: str | None  # None: not known
    categories: tuple[str, ...]
    valid_from: date | None  # None: not known
    valid_to: date | None  # last day; None: not known
    state: Annotated[str, QualificationState]
    recorded_by: Id | None  # person; None: not known
    verified_by: Id | None  # person; None: nobody yet
    verified_on: date | None  # None: not yet
    entry: Id | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """An organisation, government unit or individual, with its direct controllers and its certificates."""

    id: Id
    kind: Annotated[str, PartyKind]
    state: Annotated[str, PartyState]
    country: str | None  # ISO 3166-1 alpha-2; None: not known
    controllers: tuple[Controller, ...]
    qualifications: tuple[Qualification, ...]
    established_on: date | None = field(metadata=_SINCE_3)  # None: not known
    conditions_on: date | None = field(metadata=_SINCE_3)  # of its statement on them; None: none is recorded
    clean_record: bool | None = field(
        metadata=_SINCE_3
    )  # no leak or conviction in the year before; None: not stated
    prc_staff: bool | None = field(metadata=_SINCE_3)  # all staff for it are PRC nationals; None: not stated
    inspected_on: date | None = field(metadata=_SINCE_3)  # its last self-inspection; None: none is recorded
    entry: Id | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """A written consent to a subcontract as recorded; of several of one kind the latest."""

    kind: Annotated[str, ConsentKind]
    given_on: date
    document_sha256: Sha256 | None  # of the paper as a file; None: not recorded
    recorded_by: Id | None  # person; None: not known
    entry: Id | None  # None: comes in with the hop that is asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One subcontract link."""

    id: Id
    parent: Id | None  # None: stands at the root
    from_party: Id
    to_party: Id
    depth: int  # 1 at the root
    state: Annotated[str, HopState]
    level: str
    categories: tuple[str, ...]
    starts: date
    ends: date | None  # last day; None: no end agreed
    share: Decimal | None  # per cent of the parent's work; None: not known
    amount: Decimal | None  # None: not known
    keeps_core: bool | None  # the giving party keeps the core work; None: not known
    awarded_on: date | None  # None: not known
    reported_on: date | None  # to the authority; None: not reported
    subject_sha256: Sha256
    approval: Id | None  # None: none asked for
    changed: tuple[str, ...] | None = field(metadata=_SINCE_3)
    """Terms in which it differs from the subject that was approved last; empty: in none, or none was
    approved yet. None: not known, or still being put up."""
    business: tuple[str, ...] | None = field(metadata=_SINCE_3)  # of the pack's list; None: not known
    performer: Id | None = field(metadata=_SINCE_3)  # party that does the work; None: not known
    # Others that the same party was to pass on under the same parent, but for those refused or taken back
    # before they were decided; None: not known, as for a hop that is itself there only as a sibling.
    siblings: tuple[Id, ...] | None = field(metadata=_SINCE_3)
    consents: tuple[Consent, ...] | None = field(metadata=_SINCE_3)  # None: not known
    clauses: tuple[str, ...] | None = field(metadata=_SINCE_3)  # agreed with the receiver; None: not known
    giver_signed: date | None = field(metadata=_SINCE_3)  # the agreement with those clauses; None: not yet
    receiver_signed: date | None = field(metadata=_SINCE_3)  # None: not yet
    entry: Id | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """One officer's word; ``parties`` are the memberships held when voting or now, of whoever voted and of
    the officer in whose place that was."""

    person: Id
    parties: tuple[Id, ...]
    choice: Annotated[str, VoteChoice]
    on_behalf_of: Id | None = field(metadata=_SINCE_3)  # None: in own right
    entry: Id | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What an officer asked for with an approval; its words stand on the approval's page."""

    id: Id
    number: int  # within its approval
    type: Annotated[str, ConditionType]
    state: Annotated[str, ConditionState]
    set_on: date
    due: date | None  # last day on which it is met in time; None: none set
    entry: Id | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A request bound to the SHA-256 of its subject, with its votes."""

    id: Id
    state: Annotated[str, ApprovalState]
    subject_kind: str
    subject_id: Id
    subject_sha256: Sha256
    level: str
    starts: date | None  # None: from the day it was granted
    ends: date | None  # last day; None: no end set
    requested_by: Id | None  # person; None: not known
    needed: int
    votes: tuple[Vote, ...]
    conditions: tuple[Condition, ...] | None = field(metadata=_SINCE_3)  # None: not known
    entry: Id | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One numbered instance and its custodian of record."""

    id: Id
    number: str
    item: Id
    level: str
    custodian_party: Id | None  # None: not known
    custodian_person: Id | None  # None: held by the party as such
    state: Annotated[str, CopyState]
    offered_in: Id | None  # the open handoff; None: not offered
    registered: bool
    entry: Id | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A data item: how it is classified, and what it was made from. No schema before the third has any."""

    id: Id
    level: str
    basis_kind: Annotated[str, BasisKind] | None  # None: not known
    has_basis: bool  # a document or list item is named
    classified_by: Id | None  # party; None: not known
    issued_on: date | None  # None: not known
    until: date | None  # last day of the period; None: not known, or a condition ends it
    has_release_condition: bool
    marking: Annotated[str, Marking] | None  # None: not known
    sources: tuple[Id, ...] | None  # items it was made from, empty: from none; None: not known
    certificate_on: date | None  # day of the processing certificate; None: it has none
    registered_on: date | None  # None: being registered
    reviewed_on: date | None  # None: never reviewed
    review_outcome: Annotated[str, ReviewOutcome] | None  # None: never reviewed
    entry: Id | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A current membership; the party counts, whatever the role."""

    party: Id
    role: Annotated[str, Role]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegation:
    """An officer's right to vote in this person's hands; inclusive days."""

    id: Id
    party: Id  # whose officer it is
    delegator: Id
    project: Id | None  # None: all on which the officer may decide
    level: str  # highest level
    starts: date
    ends: date
    state: Annotated[str, DelegationState]
    entry: Id | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedToKnow:
    """A place on the need-to-know list of an item that has not ended."""

    item: Id
    entry: Id | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A human, with all current memberships.

    ``need_to_know`` tells of the items of the copies concerned only. Of what lets somebody receive, None
    means that nothing is recorded; a rule asks ``need_to_know`` first, where None means not known at all.
    """

    id: Id
    memberships: tuple[Membership, ...]
    citizenships: tuple[str, ...] | None  # ISO 3166-1 alpha-2; None: not known
    delegations: tuple[Delegation, ...] | None = field(metadata=_SINCE_3)
    """The one that the act is done by; empty: none is. None: not known."""
    vetting: Annotated[str, VettingClass] | None = field(metadata=_SINCE_3)  # None: none is recorded
    vetted_from: date | None = field(metadata=_SINCE_3)
    vetted_to: date | None = field(metadata=_SINCE_3)  # last day
    trained_on: date | None = field(metadata=_SINCE_3)  # None: no training is recorded
    undertaking_on: date | None = field(metadata=_SINCE_3)  # None: none signed, as far as recorded
    leaves_on: date | None = field(metadata=_SINCE_3)  # last day; None: no leaving is recorded
    need_to_know: tuple[NeedToKnow, ...] | None = field(metadata=_SINCE_3)  # None: not known
    entry: Id | None


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """A registered computer, vault, medium or site; the installation itself stands under ``installation``."""

    id: Id
    kind: Annotated[str, SystemKind]
    owner_party: Id | None  # None: not known
    level: str | None  # accredited up to; None: not accredited
    network: Annotated[str, Network]
    state: Annotated[str, SystemState]
    tested_on: date | None  # None: never tested
    is_installation: bool
    inventory_number: str | None = field(metadata=_SINCE_2)  # or seal; empty: it has none; None: not known
    country: str | None = field(metadata=_SINCE_2)  # where it stands, ISO 3166-1 alpha-2; None: not known
    provision: Annotated[str, Provision] | None = field(metadata=_SINCE_2)  # None: not known
    entry: Id | None


Group = Act | Project | Party | Hop | Approval | Copy | Item | Person | System
_NOUNS: dict[str, type[Group]] = {
    "act": Act, "project": Project, "installation": System, "party": Party, "hop": Hop, "approval": Approval,
    "copy": Copy, "item": Item, "person": Person, "system": System,
}  # fmt: skip
_NOUN_SINCE = {"item": 3}
"""The schema that brought a noun, where it was not the first."""
_SINGLE = frozenset({"act", "project", "installation"})
_LABELS = {
    "act": Text("what is being done", "本次操作"),
    "project": Text("the project", "项目"),
    "installation": Text("the level and network of this installation", "本系统的密级和网络情况"),
    "party": Text("a party concerned", "相关单位"),
    "hop": Text("a subcontract on the path", "分包链上的某一级分包"),
    "approval": Text("an approval", "审批记录"),
    "copy": Text("a copy", "副本"),
    "item": Text("an item, or one that it was made from", "某项成果或其来源"),
    "person": Text("a person concerned", "相关人员"),
    "system": Text("the destination system", "目的系统"),
}
T = TypeVar("T")
G = TypeVar("G", Act, Project, Party, Hop, Approval, Copy, Item, Person, System)


@dataclass(frozen=True)
class Facts:
    """All groups of one decision, as stored; groups are read and checked when a rule asks for them."""

    groups: Mapping[str, Mapping[str, Json]]
    schema: int = FACTS_SCHEMA
    _read: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse a schema that was never used. Raises FactsError."""
        if self.schema is True or self.schema not in SCHEMAS:
            raise FactsError(f"facts: schema {self.schema!r} is not known, expected one of {SCHEMAS}")

    @classmethod
    def of(cls, *groups: Group) -> Facts:
        """Build facts from groups. Raises FactsError for two groups under one name."""
        stored: dict[str, Mapping[str, Json]] = {}
        for group in groups:
            key = key_of(group)
            if key in stored:
                raise FactsError(f"{key}: given twice")
            stored[key] = stored_form(group)
        return cls(stored)

    @classmethod
    def from_json(cls, value: Json) -> Facts:
        """Read ``{"schema": 3, "groups": {...}}`` and check every group. Raises FactsError."""
        if not isinstance(value, dict) or set(value) != {"schema", "groups"}:
            raise FactsError("facts: expected the members schema and groups")
        schema, groups = value["schema"], value["groups"]
        if not isinstance(groups, dict):
            raise FactsError("facts: groups is not an object")
        for key, group in groups.items():
            if not isinstance(group, dict):
                raise FactsError(f"{key}: not an object")
        facts = cls(cast("dict[str, dict[str, Json]]", groups), cast(int, schema))
        for key in facts.groups:
            facts._get(key, _noun(key))
        return facts

    def to_json(self) -> dict[str, Json]:
        """Return the stored form, fit for RFC 8785 encoding."""
        return {"schema": self.schema, "groups": {key: dict(self.groups[key]) for key in sorted(self.groups)}}

    def _get(self, key: str, kind: type[G]) -> G:
        found = self._read.get(key)
        if found is None:
            if key not in self.groups:
                raise Missing(_LABELS[key.partition(":")[0]], key)
            if self.schema < _NOUN_SINCE.get(key.partition(":")[0], 1):
                raise FactsError(f"{key}: schema {self.schema} knows no such group")
            found = from_json(kind, dict(self.groups[key]), key, self.schema)
            if key_of(found) != key:
                raise FactsError(f"{key}: the group calls itself {key_of(found)}")
            self._read[key] = found
        return cast(G, found)

    @property
    def act(self) -> Act:
        """Return what is attempted. Raises Missing."""
        return self._get("act", Act)

    @property
    def project(self) -> Project:
        """Return the project. Raises Missing."""
        return self._get("project", Project)

    @property
    def installation(self) -> System:
        """Return the system Holdfast itself runs on. Raises Missing."""
        return self._get("installation", System)

    def party(self, id: str) -> Party:
        """Return a party. Raises Missing."""
        return self._get(f"party:{id}", Party)

    def hop(self, id: str) -> Hop:
        """Return a hop. Raises Missing."""
        return self._get(f"hop:{id}", Hop)

    def approval(self, id: str) -> Approval:
        """Return an approval. Raises Missing."""
        return self._get(f"approval:{id}", Approval)

    def copy(self, id: str) -> Copy:
        """Return a copy. Raises Missing."""
        return self._get(f"copy:{id}", Copy)

    def item(self, id: str) -> Item:
        """Return an item. Raises Missing."""
        return self._get(f"item:{id}", Item)

    def person(self, id: str) -> Person:
        """Return a person. Raises Missing."""
        return self._get(f"person:{id}", Person)

    def system(self, id: str) -> System:
        """Return a destination system, which may be the installation itself. Raises Missing."""
        if "installation" in self.groups and self.installation.id == id:
            return self.installation
        return self._get(f"system:{id}", System)

    def path(self, hop: str) -> tuple[Hop, ...]:
        """Return the hops from the root to ``hop``. Raises Missing, or FactsError when it is a circle."""
        chain: list[Hop] = []
        seen: set[str] = set()
        at: str | None = hop
        while at is not None:
            if at in seen:
                raise FactsError(f"hop:{at}: stands above itself")
            seen.add(at)
            chain.append(self.hop(at))
            at = chain[-1].parent
        return tuple(reversed(chain))


def stored_form(group: Group) -> dict[str, Json]:
    """Return a group as it is stored under the newest schema. Raises FactsError for an ill-typed member."""
    return to_json(group, FACTS_SCHEMA)


def known(value: T | None, en: str, zh: str, group: str = "") -> T:
    """Return ``value``, or raise Missing naming it when it is not known."""
    if value is None:
        raise Missing(Text(en, zh), group)
    return value


def key_of(group: Group) -> str:
    """Return the name a group is stored under."""
    if isinstance(group, Act):
        return "act"
    if isinstance(group, Project):
        return "project"
    if isinstance(group, System) and group.is_installation:
        return "installation"
    return f"{type(group).__name__.lower()}:{group.id}"


def _noun(key: str) -> Any:
    noun, colon, id = key.partition(":")
    if noun not in _NOUNS or (noun in _SINGLE) == bool(colon) or (colon and not ID.fullmatch(id)):
        raise FactsError(f"{key}: not the name of a group")
    return _NOUNS[noun]
