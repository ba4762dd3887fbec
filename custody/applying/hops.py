"""Event -> rows for subcontracts, their approvals, and refusals."""

from __future__ import annotations

from typing import Any

from custody import models as m
from custody.applying.rows import State, Told, applies
from custody.terms import ApprovalState, HopState, SignedType
from custody.transitions import APPROVAL, HOP, move


@applies("hop.requested/1", "hop.requested/2", "hop.requested/3")
def _(state: State, t: Told) -> None:
    v = t.values
    names = ("path", "depth", "scope", "level", "categories", "starts", "ends", "share", "amount", "currency")
    more = ("keeps_core", "client_consent", "awarded_on", "reported_on", "subject_sha256", "source_key")
    ids = {f"{name}_id": name for name in ("project", "parent", "from_party", "to_party", "requested_by")}
    later = {"business": v.get("business"), "performer_id": v.get("performer")}
    later |= {"payer_id": v.get("payer"), "payer_country": v.get("payer_country")}
    later["payment"] = v.get("payment")
    state.set(m.Hop, v["hop"], state=HopState.REQUESTED, **later, **t.pick(*names, *more, **ids))
    row = t.pick("level", "starts", "ends", "subject_sha256", "decide_by", "needed")
    row |= {"hop_id": v["hop"], "requested_by_id": v["requested_by"]}
    state.set(m.Approval, v["approval"], state=ApprovalState.REQUESTED, **row)


@applies("approval.voted/1", "approval.voted/2", "approval.voted/3")
def _voted(state: State, t: Told) -> None:
    v = t.values
    names = ("choice", "reason", "method", "statement", "statement_sha256")
    behalf: dict[str, Any] = {"delegation_id": v["delegation"]} if "delegation" in v else {}
    behalf["against"] = v.get("against", [])
    behalf |= {"key_id": v.get("key"), "assertion": v.get("assertion")}
    state.set(m.Vote, v["vote"], **behalf, **t.pick(*names, approval_id="approval", person_id="person"))
    became = ApprovalState(v["state"])
    verb = {ApprovalState.GRANTED: "approve", ApprovalState.DENIED: "deny"}.get(became, "agree")
    state.set(m.Approval, v["approval"], state=became, entry=t.entry)
    state.set(m.Hop, v["hop"], state=move(HOP, HopState.REQUESTED, verb), entry=t.entry)


@applies("approval.voted/4")
def _(state: State, t: Told) -> None:
    _voted(state, t)
    if t.values["key"]:
        signed = t.pick("statement_sha256", object="approval", person_id="person", key_id="key")
        row = {"type": SignedType.APPROVAL, "decision_entry": t.entry}
        state.set(m.Signature, t.values["vote"], **row, **signed)


@applies("approval.revoked/1")
def _(state: State, t: Told) -> None:
    state.set(
        m.Approval, t.values["approval"], state=move(APPROVAL, ApprovalState.GRANTED, "revoke"), entry=t.entry
    )
    state.set(m.Hop, t.values["hop"], state=move(HOP, HopState.ACTIVE, "revoke"), entry=t.entry)


@applies("hop.described/1")
def _(state: State, t: Told) -> None:
    said = {"business": t.values["business"], "performer_id": t.values["performer"]}
    given = {column: value for column, value in said.items() if value is not None}
    state.set(m.Hop, t.values["hop"], entry=t.entry, **given)


@applies("hop.reported/1")
def _(state: State, t: Told) -> None:
    state.set(m.Hop, t.values["hop"], **t.pick("reported_on"))


@applies("attempt.refused/1")
def _(state: State, t: Told) -> None:
    attempt = t.values["attempt"]
    row = t.pick("verb", "attempt", attempted_by_id="person")
    columns = {
        "hop_id": attempt.get("hop"),
        "parent_hop_id": attempt.get("parent"),
        "to_party_id": attempt.get("to_party"),
    }
    decision = t.values["decision"]["id"]
    state.set(
        m.Refusal,
        t.values["refusal"],
        project_id=t.project,
        decision_id=decision,
        reason="",
        **row,
        **columns,
    )


@applies("refusal.explained/1")
def _(state: State, t: Told) -> None:
    state.set(m.Refusal, t.values["refusal"], **t.pick("reason"))
