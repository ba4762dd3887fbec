"""The groups of facts, one dataclass per noun; :mod:`custody.policy.facts` has the rules that they keep."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Annotated

from custody.policy.strict import Id, Sha256
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
    KeyForm,
    Leg,
    Marking,
    Network,
    OverrideState,
    PartyKind,
    PartyState,
    PaymentMeans,
    ProjectState,
    Provision,
    QualificationState,
    ReviewOutcome,
    Role,
    SystemKind,
    SystemState,
    Verb,
    VettingClass,
    VoteChoice,
)

_SINCE_2, _SINCE_3, _SINCE_4, _SINCE_5 = {"since": 2}, {"since": 3}, {"since": 4}, {"since": 5}
_SINCE_6, _SINCE_7, _SINCE_8, _SINCE_9 = {"since": 6}, {"since": 7}, {"since": 8}, {"since": 9}


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
    permit: Id | None = field(default=None, metadata=_SINCE_4)  # asked for, or collected under; None: none
    collection: Id | None = field(default=None, metadata=_SINCE_4)  # recorded; None: none is
    item: Id | None = field(default=None, metadata=_SINCE_3)  # registered or copied; None: neither
    leg: Annotated[str, Leg] | None = field(default=None, metadata=_SINCE_4)  # None: not stated, goes down
    # Before whom the receiver signed by hand, at whose counter; None: with the own sign-in, or no receipt.
    witness: Id | None = field(default=None, metadata=_SINCE_6)
    at_counter_of: Id | None = field(default=None, metadata=_SINCE_6)  # person; None: not at a counter
    # With what the receiver signs a receipt, the signature being judged before; None: with no own key.
    signed_with: Annotated[str, KeyForm] | None = field(default=None, metadata=_SINCE_9)
    # Of the subcontract or project that is ended, with all below it; None: none is. ``copies`` names the
    # first of those that are out.
    copies_out: int | None = field(default=None, metadata=_SINCE_4)  # that lie with a receiving party
    offers_open: int | None = field(default=None, metadata=_SINCE_4)
    below_open: int | None = field(default=None, metadata=_SINCE_4)  # subcontracts not ended as it is to be
    requests_open: int | None = field(default=None, metadata=_SINCE_4)  # that wait for a decision
    visit: Id | None = field(default=None, metadata=_SINCE_4)  # that is asked for; None: none is
    copy_permit: Id | None = field(default=None, metadata=_SINCE_5)  # asked for, or copied under; None: none
    count: int | None = field(default=None, metadata=_SINCE_5)  # of copies to be made; None: none are
    destruction: Id | None = field(
        default=None, metadata=_SINCE_4
    )  # batch that is asked for, decided or done
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
    state: Annotated[str, ProjectState] | None = field(metadata=_SINCE_4)  # None: not known
    # Of the results as a whole, and to an authority; None: not recorded.
    accepted_on: date | None = field(default=None, metadata=_SINCE_8)
    submitted_on: date | None = field(default=None, metadata=_SINCE_8)
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
    # Copies that it holds past their day of return, and the earliest such day; None: not known, as for
    # whoever does not receive.
    overdue: int | None = field(default=None, metadata=_SINCE_4)
    overdue_since: date | None = field(default=None, metadata=_SINCE_4)
    # Incidents of the project that hold it, and how many that it reported or that are about it are past the
    # time to notify an authority; None: not known.
    held_by: tuple[Id, ...] | None = field(default=None, metadata=_SINCE_4)
    incidents_late: int | None = field(default=None, metadata=_SINCE_4)
    # Its copies of the project and when it counted them last; open differences. None: not known, or never.
    holds: bool | None = field(default=None, metadata=_SINCE_4)
    held_since: date | None = field(default=None, metadata=_SINCE_4)
    counted_on: date | None = field(default=None, metadata=_SINCE_4)
    differences: int | None = field(default=None, metadata=_SINCE_4)
    differences_since: date | None = field(default=None, metadata=_SINCE_4)
    # Items of the project of which it has a copy, from the level on at which the regime adds them up, what
    # of their area is recorded, added up, and of how many none is; None: not known, or not added up.
    heap: int | None = field(default=None, metadata=_SINCE_6)
    heap_km2: Decimal | None = field(default=None, metadata=_SINCE_6)
    heap_without_area: int | None = field(default=None, metadata=_SINCE_6)
    # Of how many sources a list of barred parties is kept, and against those of how many it was never held;
    # of the others when that lies back farthest, and when the oldest list it was held against came in (None:
    # against none); likenesses that nobody has judged. None: not known.
    lists: int | None = field(default=None, metadata=_SINCE_7)
    unscreened: int | None = field(default=None, metadata=_SINCE_7)
    screened_on: date | None = field(default=None, metadata=_SINCE_7)
    listed_on: date | None = field(default=None, metadata=_SINCE_7)
    hits_open: int | None = field(default=None, metadata=_SINCE_7)
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
    payer: Id | None = field(default=None, metadata=_SINCE_4)  # party that pays; None: not known
    payer_country: str | None = field(default=None, metadata=_SINCE_4)  # from where; None: not known
    payment: Annotated[str, PaymentMeans] | None = field(default=None, metadata=_SINCE_4)  # None: not known
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
class Referral:
    """An officer passed the decision on to another one."""

    by: Id  # person
    on_behalf_of: Id | None  # None: in own right
    to: Id  # person, without whom it is not granted
    entry: Id | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UseLimit:
    """What an officer limited an approval to."""

    uses: int | None  # handoffs over its subcontract; None: any number
    until: date | None  # last day on which it is used; None: none set
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
    referrals: tuple[Referral, ...] | None = field(metadata=_SINCE_4)  # the latest last; None: not known
    limits: tuple[UseLimit, ...] | None = field(metadata=_SINCE_4)  # empty: none is set; None: not known
    used: int | None = field(metadata=_SINCE_4)
    """Handoffs over its subcontract but the one accepted now, and those that came to nothing; None: not
    known."""
    decided_on: date | None = field(default=None, metadata=_SINCE_7)  # None: not yet, or not known
    entry: Id | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """One person's agreement to an override; ``parties`` are the memberships of today."""

    person: Id
    parties: tuple[Id, ...]
    entry: Id | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """An override that is in force for one of the parties concerned. No schema before the fourth has any."""

    id: Id
    rule: str  # code, such as QUA-08
    problems: tuple[str, ...]  # those that were put up
    party: Id  # the recipient that the rule judges
    hop: Id | None  # None: all subcontracts of the project to that party
    hop_sha256: Sha256 | None  # subject of that hop when it was put up; None: for no single hop
    until: date  # last day
    state: Annotated[str, OverrideState]
    requested_by: Id  # person
    agreed: tuple[Agreed, ...]
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
    # The hop over which its holder was given it last; None: over none, or not known.
    came_over: Id | None = field(default=None, metadata=_SINCE_4)
    held_by: tuple[Id, ...] | None = field(default=None, metadata=_SINCE_4)  # incidents; None: not known
    # Day of the last entry on it alone; None: not known.
    last_event_on: date | None = field(default=None, metadata=_SINCE_5)
    # Copies of its item that its holder has, itself among them; subcontracts of the project in force today
    # that name the holder; the last day on which one was (None: none ever was, or one is); since when its
    # holder has it; copies of the project that its person has (None: no person). None: not known.
    beside: int | None = field(default=None, metadata=_SINCE_6)
    covered_by: int | None = field(default=None, metadata=_SINCE_6)
    covered_until: date | None = field(default=None, metadata=_SINCE_6)
    held_since: date | None = field(default=None, metadata=_SINCE_6)
    person_has: int | None = field(default=None, metadata=_SINCE_6)
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
    # The highest number that a copy of it has; None: not known.
    numbered: int | None = field(default=None, metadata=_SINCE_5)
    area_km2: Decimal | None = field(default=None, metadata=_SINCE_6)  # of what it shows; None: not recorded
    # Receivers of handoffs who have a copy of it already; None: not known.
    with_parties: tuple[Id, ...] | None = field(default=None, metadata=_SINCE_6)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Somebody who comes: a registered person, whose group says more, or a guest with what is stated here."""

    person: Id | None  # None: a guest, not registered
    citizenships: tuple[str, ...] | None  # of a guest; None: not known, or a registered person
    party: Id | None  # for which they come; None: for none that is registered


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A visit, exchange or joint research that is asked for. No schema before the fourth has any."""

    id: Id
    hop: Id | None  # at whose party it takes place; None: at the owner
    host: Id
    level: str  # highest of what is seen
    starts: date
    ends: date
    approved_on: date | None  # in writing, by the authority; None: no approval is recorded
    visitors: tuple[Visitor, ...]
    entry: Id | None
