"""The graph: fields, constraints, and what a user may see of it."""

from .access import Access
from .advice import Opinion, Referral
from .base import Row, VisibleQuerySet, WordField, new_id
from .blank import BlankReceipt, PaperHandoff
from .check import CheckRun, FrozenObject
from .condition import Condition
from .copying import CopyPermit
from .correction import Correction
from .decision import Decision, Refusal, RegimePack
from .delegation import Delegation, DelegationQuerySet
from .destruction import Destruction
from .discrepancy import Discrepancy
from .dispatch import Dispatch
from .factor import Factor
from .field import Collection, Equipment, FieldPermit, ZoneConsent, ZoneList
from .file import ABOUT_A_PARTY, ABOUT_A_PERSON, EvidenceFile
from .handoff import Handoff, HandoffCopy
from .handover import Handover, HandoverLine, HandoverSignature
from .holding import Holding, holding_id
from .hop import Approval, Hop, Vote
from .identity import Identity
from .imports import BarredEntry, BarredList, Doubt
from .incident import Incident, IncidentHold
from .item import Copy, Item, ItemQuerySet, System
from .item_proposal import ItemProposal, ItemProposalQuerySet
from .kept import Draft, RecipientSet, SavedFilter
from .key import ApiKey
from .lapse import Lapse, RecheckRun
from .limit import UseLimit, used
from .look import Look
from .need import NeedToKnow
from .notice import MailWish, Notice
from .objection import Objection
from .opening import HopTakenOver, LineCompared, OpeningFinding, OpeningLine, OpeningRegister, TakenOver
from .override import Override, OverrideVote
from .papers import Agreement, Consent
from .party import (
    Party,
    PartyAddress,
    PartyControl,
    PartyIdentifier,
    PartyName,
    Qualification,
    identifier_id,
)
from .people import Membership, Person, User
from .pin import CounterPin
from .project import Grant, Project
from .recall import Recall
from .register_print import RegisterPrint
from .report import OutboxJob, Report
from .sample import Sample, SampleLine
from .screening import Screening, ScreeningHit
from .session import OpenSession
from .sheet import ReceiptSheet
from .signing import Signature, SigningKey
from .site import Site
from .slip import Slip
from .stocktake import Stocktake, StocktakeLine
from .submission import RefusalPause, Submission
from .sweep import Stray, Sweep, SweepList
from .visit import Visit
from .webhook import Webhook, WebhookDelivery
from .without_paper import WithoutPaper

__all__ = [
    "ABOUT_A_PARTY",
    "ABOUT_A_PERSON",
    "Access",
    "Agreement",
    "ApiKey",
    "Approval",
    "BarredEntry",
    "BarredList",
    "BlankReceipt",
    "CheckRun",
    "Collection",
    "Condition",
    "Consent",
    "Copy",
    "CopyPermit",
    "Correction",
    "CounterPin",
    "Decision",
    "Delegation",
    "DelegationQuerySet",
    "Destruction",
    "Discrepancy",
    "Dispatch",
    "Doubt",
    "Draft",
    "Equipment",
    "EvidenceFile",
    "Factor",
    "FieldPermit",
    "FrozenObject",
    "Grant",
    "Handoff",
    "HandoffCopy",
    "Handover",
    "HandoverLine",
    "HandoverSignature",
    "Holding",
    "Hop",
    "HopTakenOver",
    "Identity",
    "Incident",
    "IncidentHold",
    "Item",
    "ItemProposal",
    "ItemProposalQuerySet",
    "ItemQuerySet",
    "Lapse",
    "LineCompared",
    "Look",
    "MailWish",
    "Membership",
    "NeedToKnow",
    "Notice",
    "Objection",
    "OpenSession",
    "OpeningFinding",
    "OpeningLine",
    "OpeningRegister",
    "Opinion",
    "OutboxJob",
    "Override",
    "OverrideVote",
    "PaperHandoff",
    "Party",
    "PartyAddress",
    "PartyControl",
    "PartyIdentifier",
    "PartyName",
    "Person",
    "Project",
    "Qualification",
    "Recall",
    "ReceiptSheet",
    "RecheckRun",
    "RecipientSet",
    "Referral",
    "Refusal",
    "RefusalPause",
    "RegimePack",
    "RegisterPrint",
    "Report",
    "Row",
    "Sample",
    "SampleLine",
    "SavedFilter",
    "Screening",
    "ScreeningHit",
    "Signature",
    "SigningKey",
    "Site",
    "Slip",
    "Stocktake",
    "StocktakeLine",
    "Stray",
    "Submission",
    "Sweep",
    "SweepList",
    "System",
    "TakenOver",
    "UseLimit",
    "User",
    "VisibleQuerySet",
    "Visit",
    "Vote",
    "Webhook",
    "WebhookDelivery",
    "WithoutPaper",
    "WordField",
    "ZoneConsent",
    "ZoneList",
    "holding_id",
    "identifier_id",
    "new_id",
    "used",
]
