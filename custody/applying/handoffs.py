"""Event -> rows for handoffs and what becomes of their copies."""

from __future__ import annotations

from collections.abc import Mapping

from custody import models as m
from custody.applying.holdings import has
from custody.applying.rows import Apply, State, Told, applies
from custody.terms import CopyState, DiscrepancyState, Had, HandoffState, ReceiptSheetState


@applies("handoff.offered/1", "handoff.offered/2", "handoff.offered/3", "handoff.offered/4")
def _(state: State, t: Told) -> None:
    v = t.values
    parties = (
        "sender_party",
        "sender_person",
        "receiver_party",
        "receiver_person",
        "project",
        "hop",
        "system",
    )
    row = t.pick("number", "purpose", "channel", "due_back", **{f"{name}_id": name for name in parties})
    state.set(
        m.Handoff,
        v["handoff"],
        state=HandoffState.OFFERED,
        answer="",
        offer_entry=t.entry,
        answer_entry=None,
        second_carrier_id=v.get("second_carrier"),
        leg=v.get("leg"),
        statement=v.get("statement", ""),
        answer_by=v.get("answer_by"),
        **row,
    )
    for copy in v["copies"]:
        state.set(m.Copy, copy, state=CopyState.OFFERED, offered_in_id=v["handoff"], entry=t.entry)


def _accepted(state: State, t: Told) -> None:
    v = t.values
    wrong = v.get("wrong", ())
    state.set(
        m.Handoff,
        v["handoff"],
        state=HandoffState.PARTLY if wrong else HandoffState.ACCEPTED,
        answer=v["note"],
        answer_entry=t.entry,
        entry=t.entry,
    )
    row = t.pick(
        custodian_party_id="custodian_party", custodian_person_id="custodian_person", system_id="system"
    )
    for copy in v["copies"]:
        state.set(m.Copy, copy, state=CopyState.HELD, offered_in_id=None, unconfirmed=None, **row)
        has(state, t, copy, row)
    for one in wrong:
        state.set(m.Copy, one["copy"], state=CopyState.HELD, offered_in_id=None, entry=t.entry)
        _not_in_order(state, t, one, DiscrepancyState.OPEN)


def _not_in_order(state: State, t: Told, one: Mapping[str, str], how: DiscrepancyState) -> None:
    state.set(
        m.Discrepancy,
        one["discrepancy"],
        handoff_id=t.values["handoff"],
        copy_id=one["copy"],
        found=one["found"],
        note=one["note"],
        state=how,
        resolution="",
        settled_by_id=None,
        entry=t.entry,
    )


applies("handoff.accepted/1", "handoff.accepted/2")(_accepted)


@applies("handoff.accepted/3")
def _(state: State, t: Told) -> None:
    _accepted(state, t)
    used = t.pick(witness_id="witness", custodian_id="at_counter_of")
    state.set(m.ReceiptSheet, t.values["sheet"], state=ReceiptSheetState.USED, **used)


@applies("discrepancy.settled/1")
def _(state: State, t: Told) -> None:
    row = t.pick("state", "resolution", settled_by_id="person")
    state.set(m.Discrepancy, t.values["discrepancy"], **row)


@applies("handoff.read/1")
def _(state: State, t: Told) -> None:
    v = t.values
    told = {"answer": v["note"], "answer_entry": t.entry, "entry": t.entry}
    state.set(m.Handoff, v["handoff"], state=HandoffState.ACCEPTED, **told)
    reader = {"custodian_party_id": v["reader_party"], "custodian_person_id": v["reader"], "system_id": None}
    for copy in v["copies"]:
        state.set(m.Copy, copy, state=CopyState.HELD, offered_in_id=None, entry=t.entry)
        has(state, t, copy, reader, Had.READ)


def _offer_ended(to: HandoffState) -> Apply:
    def body(state: State, t: Told) -> None:
        state.set(
            m.Handoff,
            t.values["handoff"],
            state=to,
            answer=t.values.get("reason", ""),
            answer_entry=t.entry,
            entry=t.entry,
        )
        for copy in t.values["copies"]:
            state.set(m.Copy, copy, state=CopyState.HELD, offered_in_id=None, entry=t.entry)

    return body


applies("handoff.declined/1")(_offer_ended(HandoffState.DECLINED))
_withdrawn = _offer_ended(HandoffState.WITHDRAWN)
applies("handoff.withdrawn/1")(_withdrawn)


@applies("handoff.withdrawn/2")
def _(state: State, t: Told) -> None:
    _withdrawn(state, t)
    state.set(m.Dispatch, t.values["dispatch"], **t.pick("came_back_on", "condition"))


applies("handoff.lapsed/1")(_offer_ended(HandoffState.LAPSED))
_lost = _offer_ended(HandoffState.LOST)


@applies("handoff.lost/1")
def _(state: State, t: Told) -> None:
    _lost(state, t)
    for one in t.values["missing"]:
        _not_in_order(state, t, one, DiscrepancyState.REPORTED)


@applies("handoff.overdue/1")
def _(state: State, t: Told) -> None:
    state.set(m.Dispatch, t.values["dispatch"], **t.pick(late_since="on"))
    state.set(m.Handoff, t.values["handoff"], entry=t.entry)


@applies("handoff.dispatched/1")
def _(state: State, t: Told) -> None:
    said = ("left_on", "carrier", "carriers", "waybill", "packages", "seals", "expected_on")
    state.set(m.Dispatch, t.values["dispatch"], late_since=None, **t.pick(*said, handoff_id="handoff"))
    state.set(m.Handoff, t.values["handoff"], entry=t.entry)


@applies("copies.unconfirmed/1")
def _(state: State, t: Told) -> None:
    for copy in t.values["copies"]:
        state.set(m.Copy, copy, unconfirmed=t.entry, entry=t.entry)


@applies("copies.confirmed/1")
def _(state: State, t: Told) -> None:
    for copy in t.values["copies"]:
        state.set(m.Copy, copy, unconfirmed=None, entry=t.entry)
