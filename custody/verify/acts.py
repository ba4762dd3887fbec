"""What a decision must be about: the act that its own entry tells, under all rules that its pack sets for it.

A decision that follows from its facts proves little where it is a decision on something else, leaves a rule
out, or is not there at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from custody.policy.regime import Pack
from custody.policy.rule import published
from custody.terms import Text, Verb
from ledger.tlog.verify import Entry

from . import wording as w
from .found import State, kind_of

FACTS = "facts/"
DECIDED: Mapping[str, Verb] = {
    "approval.voted": Verb.HOP_APPROVE,
    "handoff.accepted": Verb.HANDOFF_ACCEPT,
    "handoff.offered": Verb.HANDOFF_OFFER,
    "handoff.read": Verb.HANDOFF_ACCEPT,
    "hop.amended": Verb.HOP_REQUEST,
    "hop.requested": Verb.HOP_REQUEST,
    "visit.allowed": Verb.VISIT_REQUEST,
}
"""Kinds that no act writes without a decision -> what is decided."""
ACTED: Mapping[str, Mapping[str, str]] = {
    "approval.voted": {"approval": "approval", "hop": "hop", "delegation": "delegation"},
    "collection.recorded": {"collection": "collection", "permit": "permit", "hop": "hop"},
    "copies.minted": {"item": "item"},
    "copy_permit.approved": {"copy_permit": "permit"},
    "copy_permit.requested": {"copy_permit": "permit", "item": "item", "count": "count"},
    "destruction.approved": {"destruction": "destruction"},
    "destruction.recorded": {"destruction": "destruction", "copies": "copies"},
    "destruction.requested": {"destruction": "destruction", "copies": "copies"},
    "handoff.accepted": {
        "handoff": "handoff", "system": "system", "receiver_party": "custodian_party",
        "receiver_person": "custodian_person",
    },
    "handoff.offered": {
        name: name
        for name in (
            "channel", "copies", "due_back", "hop", "leg", "receiver_party", "receiver_person",
            "second_carrier", "sender_party", "system",
        )
    },
    "handoff.read": {"handoff": "handoff"},
    "hop.amended": {"hop": "hop"},
    "hop.requested": {"hop": "hop"},
    "item.registered": {"item": "item", "level": "level"},
    "permit.approved": {"permit": "permit"},
    "permit.submitted": {"permit": "permit"},
    "visit.allowed": {"visit": "visit", "hop": "hop"},
}  # fmt: skip
"""Kind -> member of the act that was decided on -> what the entry calls it."""
_CHOOSES = "recheck.found"
"""What was allowed before is judged again by some rules, which are chosen for it."""


def undecided(entry: Entry, *, whole: bool, of_report: bool) -> tuple[State, Text, str] | None:
    """Return what to say of an entry without a decision; None where it needs none, or may withhold it."""
    if kind_of(entry) not in DECIDED:
        return None
    if whole:
        return "bad", w.UNDECIDED, str(entry.values.get("kind"))
    return ("unknown", w.PARTLY, "decision") if of_report else None


def of_another_act(entry: Entry, verb: str) -> tuple[State, Text, str] | None:
    """Return how the act that was decided on is another one than the entry tells; None where it is not."""
    kind, act = kind_of(entry), entry.values.get(FACTS + "act")
    told: dict[str, Any] = {"verb": DECIDED[kind]} if kind in DECIDED else {}
    if kind == "attempt.refused":
        told["verb"] = entry.values.get("verb")
    if "verb" in told and told["verb"] != verb:
        return "bad", w.OTHER_ACT, f"verb: {verb!r}, not {told['verb']!r}"
    if not isinstance(act, dict):
        return None
    for name, field in ACTED.get(kind, {}).items():
        if name in act and field in entry.values and not _same(act[name], entry.values[field]):
            detail = f"{name}: {act[name]!r}, not {entry.values[field]!r}"
            return "bad", w.OTHER_ACT, detail
    return None


def _same(acted: Any, told: Any) -> bool:
    if isinstance(acted, list) and isinstance(told, list):
        return sorted(map(repr, acted)) == sorted(map(repr, told))
    return bool(acted == told)


def rules_left_out(entry: Entry, verb: str, rules: tuple[str, ...], pack: Pack) -> Iterator[str]:
    """Yield the codes of rules that a pack sets for an act and that the decision did not run.

    A rule that was not for this act in one of its versions may rightly be missing from an old decision.
    """
    if kind_of(entry) == _CHOOSES:
        return
    ran = {name.partition("@")[0] for name in rules}
    for code, setting in sorted(pack.rules.items()):
        if setting.enabled and code not in ran and _always_for(code, verb):
            yield code


@cache
def _always_for(code: str, verb: str) -> bool:
    versions = [rule for rule in published().all() if rule.code == code]
    return bool(versions) and all(verb in {str(one) for one in rule.verbs} for rule in versions)
