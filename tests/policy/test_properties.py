"""What must hold for any facts: order says nothing, and lacking a fact never helps anybody."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from custody.policy.engine import decide
from custody.policy.facts import Facts
from tests.policy.examples import EXAMPLES, Example
from tests.policy.packs import pack
from tests.scale import DAY, share, tries

REFUSED = [e for e in EXAMPLES if not decide(e.verb, e.facts, pack(e.regime)).allowed]
# One for each way in which each rule can refuse: the exhaustive test walks some 150 removals for each.
EACH_WAY = {(e.rule, e.outcome, e.problems): e for e in REFUSED}.values()
TODAY = [
    e
    for rule in dict.fromkeys(e.rule for e in EACH_WAY)
    for e in share([e for e in EACH_WAY if e.rule == rule], 24)
]
"""One in twelve of the ways of each rule by day, at least one."""

# Members whose None means "not known". The others' None is knowledge: no end agreed, nobody named.
# `amount` and `contract_value` are left out: they can only contradict a stated share, and what is not known
# contradicts nothing.
NOT_KNOWN = {
    "act": {
        *("actor_person", "hop", "handoff", "approval", "sender_party", "receiver_party", "offered_by"),
        *("system", "level", "copy_permit", "count"),
    },
    # A project without a type asks for the main one of its regime: that is no gap.
    "project": {"client_party", "ultimate_client_party", "qualification_grade"},
    "party": {"country", "held_by", "incidents_late"},
    "hop": {
        "parent",
        "share",
        "keeps_core",
        "awarded_on",
        "reported_on",
        "approval",
        "siblings",
        "consents",
        "clauses",
        "giver_signed",
        "receiver_signed",
    },
    "approval": {"requested_by"},
    "copy": {"custodian_party", "held_by"},
    "item": {"basis_kind", "classified_by", "issued_on", "marking", "sources", "registered_on", "numbered"},
    "person": {"citizenships"},
    "system": {"owner_party", "level", "tested_on"},
    "installation": {"level"},
    "permit": {"airspace_from", "airspace_to", "uplink", "payment", "approved_sha256", "zones_met"},
    "equipment": {"country", "registration"},
    "collection": {"permit", "uplink", "payment"},
    "copypermit": {"approved_sha256"},
    "visit": {"approved_on"},
    "destruction": {
        *("approved_sha256", "approved_on", "done_unit", "done_method", "destroyed_on", "counted"),
        "witnesses",
    },
}
OF_CERTIFICATES = {"grade", "valid_from", "valid_to", "recorded_by", "verified_by", "verified_on"}
Stored = dict[str, dict[str, Any]]


def stored(example: Example) -> Stored:
    return deepcopy({key: dict(group) for key, group in example.facts.groups.items()})


def removals(groups: Stored) -> Iterator[tuple[str, Stored]]:
    """Yield every way to lack one fact: a group, a member, or the knowledge of a member."""
    for key in groups:
        yield key, {k: g for k, g in groups.items() if k != key}
        for member in groups[key]:
            yield f"{key}.{member}", {**groups, key: {m: v for m, v in groups[key].items() if m != member}}
        for member in NOT_KNOWN[key.partition(":")[0]]:
            verb = groups.get("act", {}).get("verb")
            if member == "sources" and verb == "item.register":
                continue  # they may still be told until the first copy
            if member in ("hop", "parent") and verb == "visit.request":
                continue  # without one it takes place at the owner, or at a party directly below
            yield f"{key}.{member}=None", {**groups, key: {**groups[key], member: None}}
        for n, certificate in enumerate(groups[key].get("qualifications", ())):
            for member in OF_CERTIFICATES:
                certificates = list(groups[key]["qualifications"])
                certificates[n] = {**certificate, member: None}
                yield (
                    f"{key}.{n}.{member}=None",
                    {**groups, key: {**groups[key], "qualifications": certificates}},
                )


def allowed(example: Example, groups: Stored) -> bool:
    return decide(example.verb, Facts(groups), pack(example.regime)).allowed


@pytest.mark.parametrize("example", TODAY, ids=lambda e: f"{e.rule}: {e.name}")
def test_lacking_one_fact_never_turns_a_refusal_into_permission(example: Example) -> None:
    helped = [what for what, groups in removals(stored(example)) if allowed(example, groups)]
    assert helped == []


@seed(DAY)
@settings(max_examples=tries(30, 400), deadline=None)
@given(st.data())
def test_lacking_several_facts_never_turns_a_refusal_into_permission(data: st.DataObject) -> None:
    example = data.draw(st.sampled_from(REFUSED))
    groups = stored(example)
    for _ in range(data.draw(st.integers(2, 5))):
        _, groups = data.draw(st.sampled_from(list(removals(groups))))
        if not groups:
            break
    assert not allowed(example, groups)


@seed(DAY)
@settings(max_examples=tries(30, 400), deadline=None)
@given(st.data())
def test_the_order_of_groups_never_matters(data: st.DataObject) -> None:
    example = data.draw(st.sampled_from(EXAMPLES))
    groups = example.facts.groups
    order = data.draw(st.permutations(list(groups)))
    shuffled = Facts({key: groups[key] for key in order})
    used = pack(example.regime)
    assert (
        decide(example.verb, shuffled, used).to_json() == decide(example.verb, example.facts, used).to_json()
    )


@seed(DAY)
@settings(max_examples=tries(30, 400), deadline=None)
@given(st.data())
def test_the_order_inside_a_group_never_changes_the_outcome(data: st.DataObject) -> None:
    example = data.draw(st.sampled_from(EXAMPLES))
    groups = stored(example)
    for group in groups.values():
        for member, value in group.items():
            if isinstance(value, list):
                group[member] = data.draw(st.permutations(value))
    used = pack(example.regime)
    now, before = decide(example.verb, Facts(groups), used), decide(example.verb, example.facts, used)
    assert [(f.outcome, set(f.problems)) for f in now.findings] == [
        (f.outcome, set(f.problems)) for f in before.findings
    ]
