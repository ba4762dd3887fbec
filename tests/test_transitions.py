"""The tables of states: every move is between known words, and what is not in a table cannot be done."""

from __future__ import annotations

import pytest

from custody import transitions
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
    VisitState,
    WebhookState,
    Word,
)
from custody.transitions import NotNow, move

TABLES: dict[str, tuple[transitions.Table, type[Word], set[str]]] = {
    "qualification": (
        transitions.QUALIFICATION,
        QualificationState,
        {"verify", "reject", "correct", "suspend", "reinstate", "downgrade", "revoke"},
    ),
    "party": (transitions.PARTY, PartyState, {"activate", "watch", "bar", "close"}),
    "system": (transitions.SYSTEM, SystemState, {"pass", "fail", "retire"}),
    "hop": (
        transitions.HOP,
        HopState,
        {
            *("agree", "approve", "deny", "withdraw", "revoke", "report", "suspend", "lift", "amend"),
            *("describe", "record_paper", "complete", "recall", "close"),
        },
    ),
    "project": (transitions.PROJECT, ProjectState, {"recall", "close"}),
    "register": (
        transitions.REGISTER,
        RegisterState,
        {"map", "withdraw", "enter", "confirm", "compare", "close"},
    ),
    "blank": (transitions.BLANK, BlankState, {"issue", "spoil", "miss", "find", "use"}),
    "receipt_sheet": (transitions.RECEIPT_SHEET, ReceiptSheetState, {"use", "replace"}),
    "on_paper": (transitions.ON_PAPER, PaperState, {"bar", "settle"}),
    "stray": (transitions.STRAY, StrayState, {"report", "remove", "allow"}),
    "visit": (transitions.VISIT, VisitState, {"end"}),
    "approval": (
        transitions.APPROVAL,
        ApprovalState,
        {"agree", "approve", "deny", "withdraw", "revoke", "suspend", "lift", "amend"},
    ),
    "condition": (transitions.CONDITION, ConditionState, {"show", "confirm", "return", "waive"}),
    "override": (transitions.OVERRIDE, OverrideState, {"agree", "grant", "refuse", "revoke"}),
    "delegation": (transitions.DELEGATION, DelegationState, {"confirm", "revoke"}),
    "signing_key": (transitions.SIGNING_KEY, SigningKeyState, {"confirm", "end", "revoke"}),
    "identity": (transitions.IDENTITY, IdentityState, {"confirm", "refuse", "end"}),
    "webhook": (transitions.WEBHOOK, WebhookState, {"end"}),
    "slip": (transitions.SLIP, SlipState, {"confirm", "use", "end", "revoke"}),
    "handoff": (
        transitions.HANDOFF,
        HandoffState,
        {
            *("accept", "accept_part", "decline", "withdraw", "correct", "mistaken", "agree", "disagree"),
            *("dispatch", "lose", "lapse"),
        },
    ),
    "copy": (
        transitions.COPY,
        CopyState,
        {
            *("offer", "accept", "accept_part", "decline", "withdraw", "mistaken", "agree", "disagree"),
            *("mark", "unmark", "destroy", "lose", "lapse"),
        },
    ),
    "item": (
        transitions.ITEM,
        ItemState,
        {"classify", "reclassify", "declassify", "withdraw", "mint", "issue"},
    ),
    "proposal": (transitions.PROPOSAL, ProposalState, {"determine", "return", "take_back"}),
    "copy_permit": (
        transitions.COPY_PERMIT,
        CopyPermitState,
        {"approve", "refuse", "withdraw", "use"},
    ),
    "destruction": (
        transitions.DESTRUCTION,
        DestructionState,
        {"approve", "refuse", "withdraw", "fail", "record", "certify"},
    ),
    "objection": (transitions.OBJECTION, ObjectionState, {"answer", "accept", "send_back", "withdraw"}),
    "sample": (transitions.SAMPLE, SampleState, {"draw", "withdraw", "enter", "close"}),
    "stocktake": (transitions.STOCKTAKE, StocktakeState, {"count", "recount", "close", "cancel"}),
    "handover": (transitions.HANDOVER, HandoverState, {"sign", "complete", "abandon"}),
    "difference": (transitions.DIFFERENCE, Difference, {"find", "put_right", "destroy", "report"}),
    "discrepancy": (transitions.DISCREPANCY, DiscrepancyState, {"find", "replace", "report"}),
    "permit": (
        transitions.PERMIT,
        PermitState,
        {"change", "submit", "approve", "return", "begin", "revoke", "close"},
    ),
    "collection": (transitions.COLLECTION, CollectionState, {"record", "register", "review"}),
    "incident": (
        transitions.INCIDENT,
        IncidentState,
        {
            *("triage", "contain", "notify", "investigate", "close", "dismiss"),
            *("hold", "release", "correct"),
        },
    ),
    "report": (transitions.REPORT, ReportState, {"build", "issue", "fail"}),
}


def test_no_table_is_forgotten_here() -> None:
    tables = [t for name, t in vars(transitions).items() if name.isupper() and isinstance(t, dict)]
    assert sorted(map(id, tables)) == sorted(id(t) for t, _, _ in TABLES.values())


@pytest.mark.parametrize("noun", TABLES)
def test_every_move_is_between_states_of_its_noun_by_a_known_verb(noun: str) -> None:
    table, states, verbs = TABLES[noun]
    for (before, verb), after in table.items():
        assert isinstance(before, states) and isinstance(after, states)
        assert verb in verbs
    assert {verb for _, verb in table} == verbs


@pytest.mark.parametrize("noun", TABLES)
def test_what_is_not_in_the_table_is_not_now_in_both_languages(noun: str) -> None:
    table, states, verbs = TABLES[noun]
    for state in states:
        for verb in verbs:
            if (state, verb) in table:
                assert move(table, state, verb) is table[state, verb]
                continue
            with pytest.raises(NotNow) as told:
                move(table, state, verb)
            assert state.text.en in told.value.text.en and state.text.zh in told.value.text.zh


_OVER = {HandoffState.DECLINED, HandoffState.WITHDRAWN, HandoffState.UNDONE} | {
    HandoffState.LAPSED,
    HandoffState.LOST,
}


def test_an_ended_handoff_approval_or_report_has_no_way_on() -> None:
    for table, ended in (
        (transitions.HANDOFF, _OVER),
        (transitions.APPROVAL, {ApprovalState.DENIED, ApprovalState.WITHDRAWN, ApprovalState.REVOKED}),
        (transitions.CONDITION, {ConditionState.MET, ConditionState.WAIVED}),
        (transitions.DELEGATION, {DelegationState.REVOKED}),
        (transitions.SIGNING_KEY, {SigningKeyState.ENDED}),
        (transitions.WEBHOOK, {WebhookState.ENDED}),
        (transitions.IDENTITY, {IdentityState.ENDED}),
        (transitions.SLIP, {SlipState.USED, SlipState.ENDED}),
        (transitions.REPORT, {ReportState.READY, ReportState.FAILED}),
        (transitions.QUALIFICATION, {QualificationState.REJECTED, QualificationState.REVOKED}),
    ):
        assert not ended & {before for before, _ in table}
