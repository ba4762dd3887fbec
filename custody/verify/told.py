"""What each kind of entry sets of which record, as data; :mod:`custody.verify.fold` lays it all together.

The server has the same knowledge beside its tables (`custody.applying`). It is written here a second time, on
purpose: whoever checks a unit does not run the unit's own code for it. Only what facts are made of is here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from custody.terms import (
    ApprovalState,
    ConditionState,
    CopyPermitState,
    CopyState,
    DelegationState,
    DestructionState,
    HopState,
    OverrideState,
    PermitState,
    ProjectState,
    QualificationState,
    SystemState,
    Word,
)


class Fixed(NamedTuple):
    """What a kind sets without saying it."""

    value: Any


class Follows(NamedTuple):
    """A value that follows from another one of the entry."""

    field: str
    of: Mapping[str, str]


Source = str | Fixed | Follows


class Sets(NamedTuple):
    """One record that an entry makes or changes, or each of a list of them.

    `fields`: of the record -> of the entry; with `each.` before it, of the member of the list named `each`.
    `id` names the record; "each" is the member itself. An id that is None names none.
    """

    noun: str
    id: str
    fields: Mapping[str, Source] = {}
    each: str = ""
    laid: bool = False
    """The new values of a correction are laid over the record."""
    given: bool = False
    """What is None is left as it was."""
    there: bool = False
    """A record that no entry made is not made by this one."""


def _sets(noun: str, id: str, *same: str, each: str = "", **fields: Source) -> Sets:
    return Sets(noun, id, {**{name: name for name in same}, **fields}, each)


def _fixed(word: Word | None) -> Fixed:
    return Fixed(None if word is None else str(word))


def _corrects(noun: str, id: str, **fields: Source) -> tuple[Sets, ...]:
    return (Sets(noun, id, fields, laid=True),)


def _copies(state: CopyState, each: str = "copies", id: str = "each", **fields: Source) -> Sets:
    return _sets("copy", id, each=each, state=_fixed(state), **fields)


def _approval(approval: ApprovalState, hop: HopState) -> tuple[Sets, ...]:
    return (
        _sets("approval", "approval", state=_fixed(approval)),
        _sets("hop", "hop", state=_fixed(hop)),
    )


def _condition(state: ConditionState) -> tuple[Sets, ...]:
    return (_sets("condition", "condition", state=_fixed(state)),)


_NONE = Fixed(None)
_TO = {"custodian_party": "custodian_party", "custodian_person": "custodian_person"}
_HOP_OF = {
    str(ApprovalState.REQUESTED): str(HopState.REQUESTED),
    str(ApprovalState.GRANTED): str(HopState.ACTIVE),
    str(ApprovalState.DENIED): str(HopState.REJECTED),
}
_ASKED = ("level", "starts", "ends", "subject_sha256", "requested_by", "needed")
_PERMIT = (
    "hop", "unit", "operator", "equipment", "starts", "ends", "airspace_number", "airspace_authority",
    "airspace_from", "airspace_to", "operator_licence", "operating_certificate", "work_permit", "uplink",
    "payment", "subject_sha256", "requested_by",
)  # fmt: skip
_PERMITTED = _sets("permit", "permit", *_PERMIT, state=_fixed(PermitState.DRAFT), approved_sha256=_NONE)
_COLLECTED = ("permit", "unit", "operator", "equipment", "collected_on")
_DELEGATED = ("party", "delegator", "delegate", "project", "level", "starts", "ends")

TOLD: Mapping[str, tuple[Sets, ...]] = {
    # --- parties, who controls them, their certificates ---
    "party.registered": (
        _sets(
            "party", "party", "country", "state", kind="party_kind", established_on=_NONE,
            conditions_on=_NONE, clean_record=_NONE, prc_staff=_NONE, inspected_on=_NONE,
        ),
    ),
    "party.corrected": _corrects("party", "party"),
    "party.renamed": _corrects("party", "party"),
    "party.state_set": _corrects("party", "party"),
    "party.merged": _corrects("party", "party"),
    "party.conditions_stated": (
        _sets("party", "party", "established_on", "clean_record", "prc_staff", conditions_on="stated_on"),
    ),
    "party.inspected": (_sets("party", "party", "inspected_on"),),
    "party.control_recorded": (
        _sets("control", "control", "party", "controller", "share", kind="control_kind", ends=_NONE),
    ),
    "party.control_ended": (_sets("control", "control", "ends"),),
    "qualification.recorded": (
        _sets(
            "certificate", "qualification", "party", "type", "grade", "categories", "valid_from", "valid_to",
            "recorded_by", state=_fixed(QualificationState.SUBMITTED), verified_by=_NONE, verified_on=_NONE,
        ),
    ),
    "qualification.verified": (
        _sets(
            "certificate", "qualification", "verified_by", "verified_on",
            state=_fixed(QualificationState.VERIFIED),
        ),
    ),
    "qualification.rejected": (
        _sets("certificate", "qualification", state=_fixed(QualificationState.REJECTED)),
    ),
    "qualification.corrected": _corrects(
        "certificate", "qualification", state=_fixed(QualificationState.SUBMITTED), verified_by=_NONE,
        verified_on=_NONE,
    ),
    "qualification.suspended": _corrects(
        "certificate", "qualification", state=_fixed(QualificationState.SUSPENDED)
    ),
    "qualification.downgraded": _corrects(
        "certificate", "qualification", state=_fixed(QualificationState.DOWNGRADED)
    ),
    "qualification.revoked": _corrects(
        "certificate", "qualification", state=_fixed(QualificationState.REVOKED)
    ),
    "qualification.reinstated": _corrects(
        "certificate", "qualification", state=_fixed(QualificationState.VERIFIED)
    ),
    # --- projects, items, copies ---
    "project.opened": (
        _sets(
            "project", "project", "regime", "owner_party", "client_party", "ultimate_client_party", "level",
            "categories", "qualification_type", "qualification_grade", "contract_value", "currency",
            "contract_signed", state=_fixed(ProjectState.OPEN), accepted_on=_NONE, submitted_on=_NONE,
        ),
    ),
    "project.located": (_sets("project", "project"),),
    "results.accepted": (_sets("project", "project", "accepted_on"),),
    "results.submitted": (_sets("project", "project", "submitted_on"),),
    "results.corrected": _corrects("project", "project"),
    "project.closed": (_sets("project", "project", state=_fixed(ProjectState.CLOSED)),),
    "item.registered": (
        _sets(
            "item", "item", "project", "level", "basis_kind", "basis", "classified_by", "issued_on", "until",
            "release_condition", "marking", "sources", "certificate_on", "area_km2", reviewed_on=_NONE,
            review_outcome=_NONE,
        ),
    ),
    "item.corrected": _corrects("item", "item"),
    "item.classified": _corrects("item", "item"),
    "item.reviewed": _corrects("item", "item"),
    "item.determined": _corrects("item", "item"),
    "copies.minted": (
        _copies(
            CopyState.HELD, id="each.copy", number="each.code", serial="each.number", item="item",
            offered_in=_NONE, **_TO,
        ),
    ),
    "copies.taken_over": (
        _copies(
            CopyState.HELD, id="each.copy", number="each.code", serial="each.number", item="each.item",
            custodian_party="each.custodian_party", custodian_person="each.custodian_person",
            offered_in=_NONE,
        ),
    ),
    "copies.unconfirmed": (_sets("copy", "each", each="copies"),),
    "copy.described": _corrects("copy", "copy"),
    "copies.confirmed": (_sets("copy", "each", each="copies"),),
    # --- what moves copies ---
    "handoff.offered": (_copies(CopyState.OFFERED, offered_in="handoff"),),
    "handoff.accepted": (
        _copies(CopyState.HELD, offered_in=_NONE, **_TO),
        _copies(CopyState.HELD, each="wrong", id="each.copy", offered_in=_NONE),
    ),
    "handoff.read": (_copies(CopyState.HELD, offered_in=_NONE),),
    "handoff.declined": (_copies(CopyState.HELD, offered_in=_NONE),),
    "handoff.withdrawn": (_copies(CopyState.HELD, offered_in=_NONE),),
    "handoff.lapsed": (_copies(CopyState.HELD, offered_in=_NONE),),
    "handoff.lost": (_copies(CopyState.HELD, offered_in=_NONE),),
    "handoff.mistaken": (_copies(CopyState.DISPUTED, offered_in="handoff"),),
    "handoff.upheld": (_copies(CopyState.HELD, offered_in=_NONE),),
    "handoff.undone": (_copies(CopyState.HELD, offered_in=_NONE, **_TO),),
    "destruction.requested": (
        _copies(CopyState.MARKED),
        _sets(
            "destruction", "destruction", "holder", "unit", "copies", "count", "method", "subject_sha256",
            "requested_by", state=_fixed(DestructionState.REQUESTED), approved_sha256=_NONE, decided_on=_NONE,
        ),
    ),
    "destruction.approved": (
        _sets(
            "destruction", "destruction", "decided_on", approved_sha256="subject_sha256",
            state=_fixed(DestructionState.APPROVED),
        ),
    ),
    "destruction.refused": (
        _copies(CopyState.HELD),
        _sets("destruction", "destruction", "decided_on", state=_fixed(DestructionState.REFUSED)),
    ),
    "destruction.withdrawn": (
        _copies(CopyState.HELD),
        _sets("destruction", "destruction", state=_fixed(DestructionState.WITHDRAWN)),
    ),
    "destruction.failed": (
        _copies(CopyState.HELD),
        _sets("destruction", "destruction", state=_fixed(DestructionState.FAILED)),
    ),
    "destruction.recorded": (
        _copies(CopyState.DESTROYED),
        _sets("destruction", "destruction", state=_fixed(DestructionState.DESTROYED)),
    ),
    "destruction.certified": (
        _sets("destruction", "destruction", state=_fixed(DestructionState.CERTIFIED)),
    ),
    "incident.held": (
        _sets("hold", "each.hold", each="holds", copy="each.copy", party="each.party", incident="incident",
              project="project", released=Fixed(False)),
    ),
    "incident.released": (_sets("hold", "each", each="holds", released=Fixed(True)),),
    # --- subcontracts and what is decided on them ---
    "hop.requested": (
        _sets(
            "hop", "hop", "project", "parent", "from_party", "to_party", "depth", "level", "categories",
            "starts", "ends", "share", "amount", "keeps_core", "awarded_on", "reported_on", "subject_sha256",
            "business", "performer", "payer", "payer_country", "payment", state=_fixed(HopState.REQUESTED),
        ),
        _sets("approval", "approval", "hop", *_ASKED, state=_fixed(ApprovalState.REQUESTED)),
    ),
    "hop.amended": (
        Sets(
            "hop", "hop",
            {
                "share": "share", "amount": "amount", "subject_sha256": "subject_sha256",
                "state": _fixed(HopState.REQUESTED),
            },
            laid=True,
        ),
        _sets("approval", "superseded", state=_fixed(ApprovalState.SUPERSEDED)),
        _sets("approval", "approval", "hop", *_ASKED, state=_fixed(ApprovalState.REQUESTED)),
    ),
    "hop.described": (
        Sets("hop", "hop", {"business": "business", "performer": "performer"}, given=True),
    ),
    "hop.reported": (_sets("hop", "hop", "reported_on"),),
    "hop.withdrawn": _approval(ApprovalState.WITHDRAWN, HopState.WITHDRAWN),
    "hop.completed": (_sets("hop", "hop", state=_fixed(HopState.COMPLETED)),),
    "hop.closed": (_sets("hop", "hop", state=_fixed(HopState.CLOSED)),),
    "copies.recalled": (_sets("hop", "hop", "state"),),
    "hop.consented": (
        _sets("consent", "consent", "hop", "given_on", "document_sha256", "recorded_by", kind="consent_of"),
    ),
    "hop.terms_agreed": (
        _sets(
            "agreement", "agreement", "hop", "clauses", giver_signed="giver_signed_on",
            receiver_signed="receiver_signed_on",
        ),
    ),
    "approval.voted": (
        _sets("vote", "vote", "approval", "person", "choice", on_behalf_of="behalf"),
        _sets("approval", "approval", "state"),
        _sets("hop", "hop", state=Follows("state", _HOP_OF)),
    ),
    "approval.revoked": _approval(ApprovalState.REVOKED, HopState.REVOKED),
    "approval.suspended": _approval(ApprovalState.SUSPENDED, HopState.SUSPENDED),
    "approval.lifted": _approval(ApprovalState.GRANTED, HopState.ACTIVE),
    "approval.advised": (_sets("approval", "approval"),),
    "approval.referred": (
        _sets("referral", "referral", "approval", "to", by="person", on_behalf_of="behalf"),
        _sets("approval", "approval"),
    ),
    "approval.limited": (_sets("limit", "limit", "approval", "uses", "until"),),
    "condition.set": (
        _sets(
            "condition", "condition", "approval", "number", "type", "due", "set_on",
            state=_fixed(ConditionState.OPEN),
        ),
    ),
    "condition.evidenced": _condition(ConditionState.EVIDENCED),
    "condition.met": _condition(ConditionState.MET),
    "condition.returned": _condition(ConditionState.OPEN),
    "condition.waived": _condition(ConditionState.WAIVED),
    "override.asked": (
        _sets(
            "override", "override", "project", "rule", "problems", "party", "hop", "hop_sha256", "until",
            requested_by="person", state=_fixed(OverrideState.REQUESTED),
        ),
    ),
    "override.voted": (
        _sets("agreed", "vote", "override", "person", "choice"),
        _sets("override", "override", "state"),
    ),
    "override.revoked": (_sets("override", "override", state=_fixed(OverrideState.REVOKED)),),
    # --- people ---
    "person.registered": (
        _sets(
            "person", "person", "citizenships", vetting=_NONE, vetted_from=_NONE, vetted_to=_NONE,
            trained_on=_NONE, undertaking_on=_NONE, leaves_on=_NONE,
        ),
    ),
    "person.corrected": _corrects("person", "person"),
    "person.vetted": _corrects("person", "person"),
    "person.trained": _corrects("person", "person"),
    "undertaking.signed": _corrects("person", "person"),
    "person.leaving": _corrects("person", "person"),
    "person.held": (_sets("person", "person"),),
    "person.hold_lifted": (_sets("person", "person"),),
    "membership.given": (
        _sets("membership", "membership", "person", "party", "role", "starts", "ends", ended_at=_NONE),
    ),
    "membership.ended": (
        Sets("membership", "membership", {"ends": "ends", "ended_at": "ended_at"}, there=True),
    ),
    "delegation.given": (
        _sets("delegation", "delegation", *_DELEGATED, state=_fixed(DelegationState.ACTIVE)),
    ),
    "deputy.proposed": (
        _sets("delegation", "delegation", *_DELEGATED, state=_fixed(DelegationState.PROPOSED)),
    ),
    "deputy.confirmed": (_sets("delegation", "delegation", state=_fixed(DelegationState.ACTIVE)),),
    "delegation.revoked": (_sets("delegation", "delegation", state=_fixed(DelegationState.REVOKED)),),
    "need_to_know.added": (_sets("listing", "listing", "item", "person", ended_on=_NONE),),
    "need_to_know.ended": (_sets("listing", "listing", "ended_on"),),
    # --- systems, equipment, permits, visits ---
    "system.registered": (
        _sets(
            "system", "system", "owner_party", "levels", "network", "tested_on", "is_installation",
            "inventory_number", "country", "provision", kind="system_kind", state=_fixed(SystemState.ACTIVE),
        ),
    ),
    "system.corrected": _corrects("system", "system"),
    "system.tested": _corrects("system", "system"),
    "system.retired": _corrects("system", "system"),
    "equipment.registered": (
        _sets("equipment", "equipment", "owner_party", "country", "registration", kind="equipment_kind"),
    ),
    "permit.drafted": (_PERMITTED,),
    "permit.changed": (_PERMITTED,),
    "permit.submitted": (_sets("permit", "permit", state=_fixed(PermitState.SUBMITTED)),),
    "permit.approved": (
        _sets("permit", "permit", approved_sha256="subject_sha256", state=_fixed(PermitState.APPROVED)),
    ),
    "permit.returned": (_sets("permit", "permit", state=_fixed(PermitState.DRAFT)),),
    "permit.revoked": (_sets("permit", "permit", state=_fixed(PermitState.REVOKED)),),
    "permit.used": (_sets("permit", "permit", state=_fixed(PermitState.USED)),),
    "copy_permit.requested": (
        _sets(
            "copypermit", "permit", "item", "asked_for", "count", "until", "subject_sha256", "requested_by",
            state=_fixed(CopyPermitState.REQUESTED), approved_sha256=_NONE,
        ),
    ),
    "copy_permit.approved": (
        _sets(
            "copypermit", "permit", approved_sha256="subject_sha256", state=_fixed(CopyPermitState.APPROVED)
        ),
    ),
    "copy_permit.refused": (_sets("copypermit", "permit", state=_fixed(CopyPermitState.REFUSED)),),
    "copy_permit.withdrawn": (_sets("copypermit", "permit", state=_fixed(CopyPermitState.WITHDRAWN)),),
    "copy_permit.used": (_sets("copypermit", "permit", state=_fixed(CopyPermitState.USED)),),
    "collection.planned": (_sets("collection", "collection", *_COLLECTED, uplink=_NONE, payment=_NONE),),
    "collection.recorded": (_sets("collection", "collection", *_COLLECTED, "uplink", "payment"),),
    "visit.allowed": (
        _sets("visit", "visit", "hop", "host", "level", "starts", "ends", "approved_on", "people", "guests"),
    ),
}  # fmt: skip
"""Kind of entry, in every version -> the records that it makes or changes."""

IN_USE = ("collection.planned", "collection.recorded")
"""The first collection under an approved permit makes it one in use."""

TELLS_NONE = frozenset({
    "attempt.held", "attempt.refused", "barred_list.imported", "blank.found", "blank.missing",
    "blank.spoiled", "blanks.issued", "blanks.printed", "collection.output_registered", "collection.reviewed",
    "discrepancy.settled", "doubts.noted", "erasure.refused", "erasure.too_early", "factor.enrolled",
    "factor.recovered", "factor.refused", "factor.removed", "fields.erased", "file.attached", "file.erased",
    "file.read", "fsck.failed", "grant.ended", "grant.given", "handoff.at_counter", "handoff.corrected",
    "handoff.dispatched", "handoff.leave_settled", "handoff.on_paper", "handoff.overdue",
    "handoff.sheet_printed",
    "handoff.without_leave",
    "handover.abandoned", "handover.completed", "handover.opened", "handover.passed", "handover.signed",
    "hops.taken_over", "identity.ended", "identity.linked", "identity.proposed", "identity.refused",
    "incident.closed",
    "incident.contained", "incident.corrected", "incident.dismissed", "incident.investigating",
    "incident.notified", "incident.reported", "incident.triaged", "item.determination_barred",
    "item.proposed", "item.sent_back", "item.taken_back",
    "key.issued", "key.revoked",
    "ledger.restored", "log.key_changed", "log.opened", "log_folder.rewritten", "object.frozen",
    "object.looked", "object.settled", "pack.published",
    "objection.accepted", "objection.answered", "objection.lodged", "objection.sent_back",
    "objection.withdrawn", "party.identified", "party.located", "party.named",
    "party.screened", "person.erased", "pin.ended", "pin.set",
    "recheck.cleared", "recheck.found", "refusal.explained",
    "refusals.throttled", "sample.asked", "sample.closed", "sample.drawn", "sample.entered",
    "sample.withdrawn", "register.assigned", "register.closed", "register.compared", "register.confirmed",
    "register.entered", "register.found", "register.mapped", "register.opened", "register.settled",
    "register.withdrawn", "register_print.made", "report.issued", "report.requested",
    "report.stamped", "screening.judged", "seal_key.changed",
    "session.ended", "sign_in.closed", "sign_in.given", "sign_in.lowered", "sign_in.opened",
    "sign_in.raised", "signature.given",
    "signing.refused",
    "signing_key.asked", "signing_key.confirmed", "signing_key.ended", "site.configured", "slip.asked",
    "slip.confirmed", "slip.ended", "slip.printed", "slip.refused", "slip.used", "stocktake.cancelled",
    "stocktake.closed", "stocktake.concluded", "stocktake.counted", "stocktake.listed", "stocktake.opened",
    "stocktake.recount", "stocktake.settled", "stray.settled", "subawards.imported", "sweep.found",
    "sweep.imported", "sweep.listed", "visit.ended", "webhook.added", "webhook.ended",
    "webhook.rekeyed", "zone.consented", "zones.published",
})  # fmt: skip
"""Kinds that set nothing of which a fact is made that is compared."""

UNDER: Mapping[str, tuple[str, ...]] = {
    "control": ("party",),
    "certificate": ("party",),
    "hold": ("copy", "party"),
    "copy": ("item",),
    "hop": ("parent",),
    "approval": ("hop",),
    "consent": ("hop",),
    "agreement": ("hop",),
    "vote": ("approval",),
    "condition": ("approval",),
    "referral": ("approval",),
    "limit": ("approval",),
    "agreed": ("override",),
    "membership": ("person",),
    "listing": ("person",),
    "delegation": ("delegate",),
}
"""Noun -> the fields that name what its records stand under."""
