"""Which verb moves which noun from which state to which: tables, not scattered ifs."""

from __future__ import annotations

from custody.terms import (
    ApprovalState,
    BlankState,
    CollectionState,
    ConditionState,
    CopyPermitState,
    CopyState,
    DelegationState,
    DestructionState,
    Difference,
    DiscrepancyState,
    HandoffState,
    HandoverState,
    HopState,
    IdentityState,
    IncidentState,
    ItemState,
    ObjectionState,
    OverrideState,
    PaperState,
    PartyState,
    PermitState,
    ProjectState,
    ProposalState,
    QualificationState,
    ReceiptSheetState,
    RegisterState,
    ReportState,
    SampleState,
    SigningKeyState,
    SlipState,
    StocktakeState,
    StrayState,
    SystemState,
    Text,
    VisitState,
    WebhookState,
    Word,
)

Table = dict[tuple[Word, str], Word]

PARTY: Table = {
    (was, verb): to
    for verb, to in (
        ("activate", PartyState.ACTIVE),
        ("watch", PartyState.WATCH),
        ("bar", PartyState.BARRED),
        ("close", PartyState.CLOSED),
    )
    for was in PartyState
    if was is not to
}
"""Any standing may follow any other; a party that was merged into another has none any more."""
QUALIFICATION: Table = {
    (QualificationState.SUBMITTED, "verify"): QualificationState.VERIFIED,
    (QualificationState.SUBMITTED, "reject"): QualificationState.REJECTED,
    (QualificationState.SUBMITTED, "correct"): QualificationState.SUBMITTED,
    (QualificationState.VERIFIED, "correct"): QualificationState.SUBMITTED,
    # Neither corrected nor suspended anew is what does not count: both would be a way around the end of it.
    (QualificationState.VERIFIED, "suspend"): QualificationState.SUSPENDED,
    (QualificationState.SUSPENDED, "reinstate"): QualificationState.VERIFIED,
    (QualificationState.VERIFIED, "downgrade"): QualificationState.DOWNGRADED,
    (QualificationState.SUSPENDED, "downgrade"): QualificationState.DOWNGRADED,
    (QualificationState.DOWNGRADED, "downgrade"): QualificationState.DOWNGRADED,
    (QualificationState.DOWNGRADED, "verify"): QualificationState.VERIFIED,
    (QualificationState.VERIFIED, "revoke"): QualificationState.REVOKED,
    (QualificationState.SUSPENDED, "revoke"): QualificationState.REVOKED,
    (QualificationState.DOWNGRADED, "revoke"): QualificationState.REVOKED,
}
SYSTEM: Table = {
    (SystemState.ACTIVE, "pass"): SystemState.ACTIVE,
    (SystemState.ACTIVE, "fail"): SystemState.FAILED,
    (SystemState.FAILED, "pass"): SystemState.ACTIVE,
    (SystemState.FAILED, "fail"): SystemState.FAILED,
    (SystemState.ACTIVE, "retire"): SystemState.RETIRED,
    (SystemState.FAILED, "retire"): SystemState.RETIRED,
}
HOP: Table = {
    (HopState.REQUESTED, "agree"): HopState.REQUESTED,
    (HopState.REQUESTED, "approve"): HopState.ACTIVE,
    (HopState.REQUESTED, "deny"): HopState.REJECTED,
    (HopState.REQUESTED, "withdraw"): HopState.WITHDRAWN,
    (HopState.ACTIVE, "revoke"): HopState.REVOKED,
    (HopState.ACTIVE, "suspend"): HopState.SUSPENDED,
    (HopState.SUSPENDED, "lift"): HopState.ACTIVE,
    (HopState.SUSPENDED, "revoke"): HopState.REVOKED,
    (HopState.ACTIVE, "report"): HopState.ACTIVE,
    # Amended it waits for a new decision; one that was refused may be put up again in other terms.
    (HopState.REQUESTED, "amend"): HopState.REQUESTED,
    (HopState.ACTIVE, "amend"): HopState.REQUESTED,
    (HopState.REJECTED, "amend"): HopState.REQUESTED,
    (HopState.REQUESTED, "describe"): HopState.REQUESTED,
    (HopState.ACTIVE, "describe"): HopState.ACTIVE,
    # Papers may come while a request waits, and late for what was approved before they were asked for.
    (HopState.REQUESTED, "record_paper"): HopState.REQUESTED,
    (HopState.ACTIVE, "record_paper"): HopState.ACTIVE,
    # The work is done: what was late may still be noted, and copies come back before it is closed.
    (HopState.ACTIVE, "complete"): HopState.COMPLETED,
    (HopState.SUSPENDED, "complete"): HopState.COMPLETED,
    (HopState.COMPLETED, "report"): HopState.COMPLETED,
    (HopState.CLOSING, "report"): HopState.CLOSING,
    (HopState.COMPLETED, "record_paper"): HopState.COMPLETED,
    (HopState.CLOSING, "record_paper"): HopState.CLOSING,
    (HopState.ACTIVE, "recall"): HopState.ACTIVE,
    (HopState.SUSPENDED, "recall"): HopState.SUSPENDED,
    (HopState.REVOKED, "recall"): HopState.REVOKED,
    (HopState.COMPLETED, "recall"): HopState.CLOSING,
    (HopState.CLOSING, "recall"): HopState.CLOSING,
    (HopState.COMPLETED, "close"): HopState.CLOSED,
    (HopState.CLOSING, "close"): HopState.CLOSED,
}
STRAY: Table = {
    (StrayState.OPEN, "report"): StrayState.REPORTED,
    **{
        (state, how): to
        for state in (StrayState.OPEN, StrayState.REPORTED)
        for how, to in (("remove", StrayState.REMOVED), ("allow", StrayState.ALLOWED))
    },
}
BLANK: Table = {
    (BlankState.PRINTED, "issue"): BlankState.ISSUED,
    (BlankState.PRINTED, "spoil"): BlankState.SPOILED,
    (BlankState.ISSUED, "spoil"): BlankState.SPOILED,
    (BlankState.ISSUED, "miss"): BlankState.MISSING,
    (BlankState.MISSING, "find"): BlankState.ISSUED,
    (BlankState.ISSUED, "use"): BlankState.USED,
    # What was entered from it was withdrawn or refused: the same paper is entered anew.
    (BlankState.USED, "use"): BlankState.USED,
}
RECEIPT_SHEET: Table = {
    (ReceiptSheetState.PRINTED, "use"): ReceiptSheetState.USED,
    (ReceiptSheetState.PRINTED, "replace"): ReceiptSheetState.VOID,
}
ON_PAPER: Table = {
    (PaperState.IN_ORDER, "bar"): PaperState.WITHOUT_LEAVE,
    (PaperState.WITHOUT_LEAVE, "settle"): PaperState.SETTLED,
}
REGISTER: Table = {
    (RegisterState.READ, "map"): RegisterState.READ,
    (RegisterState.READ, "withdraw"): RegisterState.WITHDRAWN,
    (RegisterState.READ, "enter"): RegisterState.ENTERED,
    (RegisterState.ENTERED, "confirm"): RegisterState.CONFIRMED,
    (RegisterState.ENTERED, "compare"): RegisterState.CONFIRMED,
    (RegisterState.CONFIRMED, "close"): RegisterState.CLOSED,
    # A copy that was missing may be found later, and two people count it then.
    (RegisterState.CONFIRMED, "confirm"): RegisterState.CONFIRMED,
    (RegisterState.CLOSED, "confirm"): RegisterState.CLOSED,
    # What differed may be looked at again.
    (RegisterState.CONFIRMED, "compare"): RegisterState.CONFIRMED,
    (RegisterState.CLOSED, "compare"): RegisterState.CLOSED,
}
VISIT: Table = {(VisitState.ALLOWED, "end"): VisitState.ENDED}
PROJECT: Table = {
    (ProjectState.OPEN, "close"): ProjectState.CLOSED,
    (ProjectState.OPEN, "recall"): ProjectState.OPEN,
}
APPROVAL: Table = {
    (ApprovalState.REQUESTED, "agree"): ApprovalState.REQUESTED,  # one vote of several
    (ApprovalState.REQUESTED, "approve"): ApprovalState.GRANTED,
    (ApprovalState.REQUESTED, "deny"): ApprovalState.DENIED,
    (ApprovalState.REQUESTED, "withdraw"): ApprovalState.WITHDRAWN,
    (ApprovalState.GRANTED, "revoke"): ApprovalState.REVOKED,
    (ApprovalState.REQUESTED, "amend"): ApprovalState.SUPERSEDED,
    (ApprovalState.GRANTED, "amend"): ApprovalState.SUPERSEDED,
    (ApprovalState.GRANTED, "suspend"): ApprovalState.SUSPENDED,
    (ApprovalState.SUSPENDED, "lift"): ApprovalState.GRANTED,
    (ApprovalState.SUSPENDED, "revoke"): ApprovalState.REVOKED,
}
CONDITION: Table = {
    (ConditionState.OPEN, "show"): ConditionState.EVIDENCED,
    (ConditionState.EVIDENCED, "show"): ConditionState.EVIDENCED,
    (ConditionState.EVIDENCED, "confirm"): ConditionState.MET,
    (ConditionState.EVIDENCED, "return"): ConditionState.OPEN,
    (ConditionState.OPEN, "waive"): ConditionState.WAIVED,
    (ConditionState.EVIDENCED, "waive"): ConditionState.WAIVED,
}
OVERRIDE: Table = {
    (OverrideState.REQUESTED, "agree"): OverrideState.REQUESTED,  # one vote of several
    (OverrideState.REQUESTED, "grant"): OverrideState.ACTIVE,
    (OverrideState.REQUESTED, "refuse"): OverrideState.REFUSED,
    (OverrideState.REQUESTED, "revoke"): OverrideState.REVOKED,
    (OverrideState.ACTIVE, "revoke"): OverrideState.REVOKED,
}
DELEGATION: Table = {
    (DelegationState.PROPOSED, "confirm"): DelegationState.ACTIVE,
    (DelegationState.PROPOSED, "revoke"): DelegationState.REVOKED,
    (DelegationState.ACTIVE, "revoke"): DelegationState.REVOKED,
}
IDENTITY: Table = {
    (IdentityState.PROPOSED, "confirm"): IdentityState.LINKED,
    (IdentityState.PROPOSED, "refuse"): IdentityState.ENDED,
    (IdentityState.PROPOSED, "end"): IdentityState.ENDED,
    (IdentityState.LINKED, "end"): IdentityState.ENDED,
}

WEBHOOK: Table = {(WebhookState.IN_FORCE, "end"): WebhookState.ENDED}

SIGNING_KEY: Table = {
    (SigningKeyState.ASKED, "confirm"): SigningKeyState.CONFIRMED,
    (SigningKeyState.ASKED, "end"): SigningKeyState.ENDED,
    (SigningKeyState.ASKED, "revoke"): SigningKeyState.ENDED,
    (SigningKeyState.CONFIRMED, "end"): SigningKeyState.ENDED,
    (SigningKeyState.CONFIRMED, "revoke"): SigningKeyState.ENDED,
}
SLIP: Table = {
    (SlipState.ASKED, "confirm"): SlipState.CONFIRMED,
    (SlipState.CONFIRMED, "use"): SlipState.USED,
    (SlipState.ASKED, "end"): SlipState.ENDED,
    (SlipState.CONFIRMED, "end"): SlipState.ENDED,
    (SlipState.ASKED, "revoke"): SlipState.ENDED,
    (SlipState.CONFIRMED, "revoke"): SlipState.ENDED,
}
"""It is used by whoever holds both halves, without signing in."""
HANDOFF: Table = {
    (HandoffState.OFFERED, "accept"): HandoffState.ACCEPTED,
    (HandoffState.OFFERED, "accept_part"): HandoffState.PARTLY,
    (HandoffState.PARTLY, "correct"): HandoffState.PARTLY,
    (HandoffState.OFFERED, "decline"): HandoffState.DECLINED,
    (HandoffState.OFFERED, "withdraw"): HandoffState.WITHDRAWN,
    (HandoffState.OFFERED, "correct"): HandoffState.OFFERED,
    # Sent off it stays an offer: only the receiver moves custody.
    (HandoffState.OFFERED, "dispatch"): HandoffState.OFFERED,
    (HandoffState.OFFERED, "lose"): HandoffState.LOST,
    (HandoffState.OFFERED, "lapse"): HandoffState.LAPSED,
    (HandoffState.ACCEPTED, "correct"): HandoffState.ACCEPTED,
    (HandoffState.ACCEPTED, "mistaken"): HandoffState.MISTAKEN,
    (HandoffState.MISTAKEN, "agree"): HandoffState.UNDONE,
    (HandoffState.MISTAKEN, "disagree"): HandoffState.ACCEPTED,
}
COPY: Table = {
    (CopyState.HELD, "offer"): CopyState.OFFERED,
    (CopyState.OFFERED, "accept"): CopyState.HELD,
    (CopyState.OFFERED, "accept_part"): CopyState.HELD,
    (CopyState.OFFERED, "decline"): CopyState.HELD,
    (CopyState.OFFERED, "withdraw"): CopyState.HELD,
    # Lost on the way it is missing, as a discrepancy tells; who has custody of it does not change.
    (CopyState.OFFERED, "lose"): CopyState.HELD,
    (CopyState.OFFERED, "lapse"): CopyState.HELD,
    (CopyState.HELD, "mistaken"): CopyState.DISPUTED,
    (CopyState.DISPUTED, "agree"): CopyState.HELD,
    (CopyState.DISPUTED, "disagree"): CopyState.HELD,
    (CopyState.HELD, "mark"): CopyState.MARKED,
    (CopyState.MARKED, "unmark"): CopyState.HELD,
    (CopyState.MARKED, "destroy"): CopyState.DESTROYED,
}
_CLASSIFIED = (ItemState.REGISTERED, ItemState.RECLASSIFIED, ItemState.DECLASSIFIED)
ITEM: Table = {
    # What was only proposed stands as registered once it is determined; details of the rest may be put right.
    (ItemState.PROPOSED, "classify"): ItemState.REGISTERED,
    **{(state, "classify"): state for state in _CLASSIFIED},
    **{(state, "reclassify"): ItemState.RECLASSIFIED for state in _CLASSIFIED},
    (ItemState.REGISTERED, "declassify"): ItemState.DECLASSIFIED,
    (ItemState.RECLASSIFIED, "declassify"): ItemState.DECLASSIFIED,
    **{(state, "withdraw"): ItemState.WITHDRAWN for state in (ItemState.PROPOSED, *_CLASSIFIED)},
    # New copies, and what gives copies to somebody for use.
    **{(state, verb): state for state in _CLASSIFIED for verb in ("mint", "issue")},
}
PROPOSAL: Table = {
    (ProposalState.PROPOSED, "determine"): ProposalState.DETERMINED,
    (ProposalState.PROPOSED, "return"): ProposalState.RETURNED,
    (ProposalState.PROPOSED, "take_back"): ProposalState.TAKEN_BACK,
}
COPY_PERMIT: Table = {
    (CopyPermitState.REQUESTED, "approve"): CopyPermitState.APPROVED,
    (CopyPermitState.REQUESTED, "refuse"): CopyPermitState.REFUSED,
    (CopyPermitState.REQUESTED, "withdraw"): CopyPermitState.WITHDRAWN,
    (CopyPermitState.APPROVED, "withdraw"): CopyPermitState.WITHDRAWN,
    (CopyPermitState.APPROVED, "use"): CopyPermitState.USED,
}
DESTRUCTION: Table = {
    (DestructionState.REQUESTED, "approve"): DestructionState.APPROVED,
    (DestructionState.REQUESTED, "refuse"): DestructionState.REFUSED,
    (DestructionState.REQUESTED, "withdraw"): DestructionState.WITHDRAWN,
    (DestructionState.APPROVED, "withdraw"): DestructionState.WITHDRAWN,
    (DestructionState.APPROVED, "fail"): DestructionState.FAILED,
    (DestructionState.APPROVED, "record"): DestructionState.DESTROYED,
    (DestructionState.DESTROYED, "certify"): DestructionState.CERTIFIED,
}
PERMIT: Table = {
    (PermitState.DRAFT, "change"): PermitState.DRAFT,
    (PermitState.DRAFT, "submit"): PermitState.SUBMITTED,
    (PermitState.SUBMITTED, "approve"): PermitState.APPROVED,
    (PermitState.SUBMITTED, "return"): PermitState.DRAFT,
    (PermitState.APPROVED, "begin"): PermitState.ACTIVE,
    (PermitState.APPROVED, "revoke"): PermitState.REVOKED,
    (PermitState.ACTIVE, "revoke"): PermitState.REVOKED,
    (PermitState.APPROVED, "close"): PermitState.USED,
    (PermitState.ACTIVE, "close"): PermitState.USED,
}
COLLECTION: Table = {
    (CollectionState.PLANNED, "record"): CollectionState.DONE,
    (CollectionState.DONE, "register"): CollectionState.REGISTERED,
    (CollectionState.REGISTERED, "review"): CollectionState.REVIEWED,
}
DISCREPANCY: Table = {
    (was, verb): to
    for verb, to in (
        ("find", DiscrepancyState.FOUND),
        ("replace", DiscrepancyState.REPLACED),
        ("report", DiscrepancyState.REPORTED),
    )
    for was in (DiscrepancyState.OPEN, DiscrepancyState.REPORTED)
    if was is not to
}
"""What was reported may still turn up, or be put right."""
_OPEN = tuple(s for s in IncidentState if s not in (IncidentState.CLOSED, IncidentState.FALSE_ALARM))
INCIDENT: Table = {
    (IncidentState.REPORTED, "triage"): IncidentState.TRIAGE,
    (IncidentState.TRIAGE, "contain"): IncidentState.CONTAINED,
    # What was done and who was told is added to as often as need be, and the clock waits for no other step.
    **{
        (state, "contain"): state
        for state in (IncidentState.CONTAINED, IncidentState.NOTIFIED, IncidentState.INVESTIGATING)
    },
    **{(state, "notify"): IncidentState.NOTIFIED for state in _OPEN},
    (IncidentState.INVESTIGATING, "notify"): IncidentState.INVESTIGATING,
    (IncidentState.CONTAINED, "investigate"): IncidentState.INVESTIGATING,
    (IncidentState.NOTIFIED, "investigate"): IncidentState.INVESTIGATING,
    (IncidentState.INVESTIGATING, "close"): IncidentState.CLOSED,
    **{(state, "dismiss"): IncidentState.FALSE_ALARM for state in _OPEN},
    **{(state, verb): state for state in _OPEN for verb in ("hold", "release")},
    **{(state, "correct"): state for state in IncidentState},
}
STOCKTAKE: Table = {
    (StocktakeState.COUNTING, "count"): StocktakeState.COUNTING,
    (StocktakeState.COUNTING, "recount"): StocktakeState.RECOUNT,
    (StocktakeState.RECOUNT, "count"): StocktakeState.RECOUNT,
    # Out of the first count only where nothing is left to be looked for.
    (StocktakeState.COUNTING, "close"): StocktakeState.CLOSED,
    (StocktakeState.RECOUNT, "close"): StocktakeState.CLOSED,
    (StocktakeState.COUNTING, "cancel"): StocktakeState.CANCELLED,
    (StocktakeState.RECOUNT, "cancel"): StocktakeState.CANCELLED,
}
DIFFERENCE: Table = {
    (was, verb): to
    for verb, to in (
        ("find", Difference.FOUND),
        ("put_right", Difference.PUT_RIGHT),
        ("destroy", Difference.DESTROYED),
        ("report", Difference.INCIDENT),
    )
    for was in (Difference.OPEN, Difference.INCIDENT)
    if was is not to
}
"""What was reported as an incident may still be cleared up."""
HANDOVER: Table = {
    # The first signature ends the count, the third completes all at once.
    (HandoverState.COUNTING, "sign"): HandoverState.SIGNING,
    (HandoverState.SIGNING, "sign"): HandoverState.SIGNING,
    (HandoverState.SIGNING, "complete"): HandoverState.DONE,
    (HandoverState.COUNTING, "abandon"): HandoverState.ABANDONED,
    (HandoverState.SIGNING, "abandon"): HandoverState.ABANDONED,
}
SAMPLE: Table = {
    (SampleState.ASKED, "draw"): SampleState.DRAWN,
    (SampleState.ASKED, "withdraw"): SampleState.WITHDRAWN,
    (SampleState.DRAWN, "enter"): SampleState.DRAWN,
    (SampleState.DRAWN, "close"): SampleState.CLOSED,
}
OBJECTION: Table = {
    (ObjectionState.OPEN, "answer"): ObjectionState.ANSWERED,
    (ObjectionState.RETURNED, "answer"): ObjectionState.ANSWERED,
    (ObjectionState.ANSWERED, "accept"): ObjectionState.SETTLED,
    (ObjectionState.ANSWERED, "send_back"): ObjectionState.RETURNED,
    **{
        (state, "withdraw"): ObjectionState.WITHDRAWN
        for state in (ObjectionState.OPEN, ObjectionState.ANSWERED, ObjectionState.RETURNED)
    },
}
REPORT: Table = {
    (ReportState.REQUESTED, "build"): ReportState.BUILDING,
    (ReportState.BUILDING, "build"): ReportState.BUILDING,
    (ReportState.BUILDING, "issue"): ReportState.READY,
    (ReportState.REQUESTED, "fail"): ReportState.FAILED,
    (ReportState.BUILDING, "fail"): ReportState.FAILED,
}


class NotNow(Exception):
    """The verb does not fit the state the thing is in; nothing was changed."""

    def __init__(self, state: Word, verb: str) -> None:
        """Keep the state for the message that a person reads."""
        self.state, self.verb = state, verb
        super().__init__(self.text.en)

    @property
    def text(self) -> Text:
        """Return what a person reads: what the state is and what to do."""
        return Text(
            en=f"This can no longer be done: the state is now “{self.state.text.en}”. "
            "Reload the page to see what has happened since.",
            zh=f"此操作已不能进行：当前状态为“{self.state.text.zh}”。请刷新页面查看最新情况。",
        )


def move(table: Table, state: Word, verb: str) -> Word:
    """Return the state after ``verb``. Raises NotNow when the table has no such move."""
    try:
        return table[state, verb]
    except KeyError:
        raise NotNow(state, verb) from None
