"""Event -> rows for what was put right; :mod:`custody.apply` does it together with all other kinds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Model

from custody import models as m
from custody.applying.holdings import has
from custody.applying.rows import APPLIES, Apply, State, Told
from custody.terms import ApprovalState, CopyState, HandoffState, HopState, QualificationState


def _kept(state: State, t: Told, noun: str, changes: dict[str, Any]) -> None:
    """Tell the line that keeps old and new."""
    actor = t.values["actor"]
    state.set(
        m.Correction,
        t.entry,
        noun=noun,
        object=t.values[noun],
        changes=changes,
        person_id=None if actor == "system" else actor,
        **t.pick("reason", "corrects"),
    )


keep_line = _kept
"""For the nouns whose corrections stand in a file of their own."""


def _handoff(was: HandoffState, to: HandoffState, copies: Callable[[Told, str], dict[str, Any]]) -> Any:
    def body(state: State, t: Told) -> None:
        state.set(m.Handoff, t.values["handoff"], state=to, entry=t.entry)
        for copy in t.values["copies"]:
            state.set(m.Copy, copy, entry=t.entry, **copies(t, copy))
        _kept(state, t, "handoff", {"state": [str(was), str(to)]})

    return body


def _with_custody(apply: Apply) -> Apply:
    def body(state: State, t: Told) -> None:
        apply(state, t)
        for copy in t.values["copies"]:
            has(state, t, copy, _back(t, copy))

    return body


def _disputed(t: Told, copy: str) -> dict[str, Any]:
    return {"state": CopyState.DISPUTED, "offered_in_id": t.values["handoff"]}


def _free(t: Told, copy: str) -> dict[str, Any]:
    return {"state": CopyState.HELD, "offered_in_id": None}


def _back(t: Told, copy: str) -> dict[str, Any]:
    v = t.values
    return {
        **_free(t, copy),
        "custodian_party_id": v["custodian_party"],
        "custodian_person_id": v["custodian_person"],
        "system_id": v["systems"][copy],
    }


def _hop_withdrawn(state: State, t: Told) -> None:
    state.set(m.Hop, t.values["hop"], state=HopState.WITHDRAWN, entry=t.entry)
    state.set(m.Approval, t.values["approval"], state=ApprovalState.WITHDRAWN, entry=t.entry)
    _kept(state, t, "hop", {"state": [str(HopState.REQUESTED), str(HopState.WITHDRAWN)]})


def _record(model: type[Model], noun: str, **also: Any) -> Callable[[State, Told], None]:
    """Tell a corrected record; ``also`` is what every correction of it sets beside."""

    def body(state: State, t: Told) -> None:
        v = t.values
        new = {**v["new"], **v.get("new_personal", {})}
        state.set(model, v[noun], entry=t.entry, **{**new, **also})
        _kept(
            state, t, noun, {n: [v["old"][n], v["new"][n]] if n in v["new"] else None for n in v["changed"]}
        )

    return body


_party = _record(m.Party, "party")


def _merged(state: State, t: Told) -> None:
    _party(state, t)
    state.set(m.Party, t.values["party"], merged_into_id=t.values["into"])


CORRECTED: dict[str, Apply] = {
    "party.corrected/1": _party,
    "party.state_set/1": _party,
    "party.merged/1": _merged,
    **{
        f"{kind}/1": _record(m.Person, "person")
        for kind in (
            "person.corrected",
            "person.vetted",
            "person.trained",
            "undertaking.signed",
            "person.leaving",
        )
    },
    "copy.described/1": _record(m.Copy, "copy"),
    "system.corrected/1": _record(m.System, "system"),
    "system.tested/1": _record(m.System, "system"),
    "system.retired/1": _record(m.System, "system"),
    "qualification.corrected/1": _record(
        m.Qualification,
        "qualification",
        state=QualificationState.SUBMITTED,
        verified_by_id=None,
        verified_on=None,
        verified_how="",
    ),
    **{
        f"qualification.{state}/1": _record(m.Qualification, "qualification", state=state)
        for state in (QualificationState.SUSPENDED, QualificationState.DOWNGRADED, QualificationState.REVOKED)
    },
    "qualification.reinstated/1": _record(
        m.Qualification, "qualification", state=QualificationState.VERIFIED
    ),
    **{f"item.{done}/1": _record(m.Item, "item") for done in ("corrected", "classified", "reviewed")},
    "results.corrected/1": _record(m.Project, "project"),
    "handoff.corrected/1": _record(m.Handoff, "handoff"),
    "hop.withdrawn/1": _hop_withdrawn,
    "handoff.mistaken/1": _handoff(HandoffState.ACCEPTED, HandoffState.MISTAKEN, _disputed),
    "handoff.undone/1": _with_custody(_handoff(HandoffState.MISTAKEN, HandoffState.UNDONE, _back)),
    "handoff.upheld/1": _handoff(HandoffState.MISTAKEN, HandoffState.ACCEPTED, _free),
}
APPLIES.update(CORRECTED)
