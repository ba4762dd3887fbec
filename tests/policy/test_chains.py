"""Long chains: whatever is wrong at whatever tier refuses, nothing that is wrong besides ever helps, order
says nothing, and many subcontracts beside the path cost little."""

from __future__ import annotations

import time
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from custody.policy import facts as f
from custody.policy.engine import Decision, decide
from custody.policy.facts import Facts
from custody.terms import Verb
from tests.policy.packs import pack
from tests.policy.world import (
    APPROVAL1,
    CLIENT,
    COPY1,
    COPY2,
    HOP1,
    LU,
    OWNER,
    SHEN,
    TODAY,
    VAULT,
    WEN,
    World,
    certificate,
    condition,
    party,
    person,
    uid,
    vote,
)
from tests.scale import DAY, FULL, tries

DEPTH, HOPS = 12, 500
TIERS = range(1, DEPTH + 1) if FULL else (1, 7, DEPTH)
VERBS = (Verb.HANDOFF_OFFER, Verb.HANDOFF_ACCEPT, Verb.HOP_APPROVE, Verb.HOP_REQUEST)
A_DAY = timedelta(days=1)


def tier_party(tier: int) -> str:
    return OWNER if tier == 0 else uid(1000 + tier)


def hop_id(tier: int) -> str:
    return uid(2000 + tier)


def approval_id(tier: int) -> str:
    return uid(3000 + tier)


def chain(verb: Verb = Verb.HANDOFF_OFFER, depth: int = DEPTH, hops: int = DEPTH) -> World:
    """Return facts in which everything is in order: a path of ``depth`` hops, and others beside it."""
    world = World(verb, "cn_surveying")
    usual, granted = (world._groups[key] for key in (f"hop:{HOP1}", f"approval:{APPROVAL1}"))
    assert isinstance(usual, f.Hop) and isinstance(granted, f.Approval)
    for key in [key for key in world._groups if key.partition(":")[0] in ("hop", "approval")]:
        world.drop(key)
    beside = max(hops - depth, 0) // depth
    for tier in range(1, depth + 1):
        asked = verb in (Verb.HOP_APPROVE, Verb.HOP_REQUEST) and tier == depth
        world.add(party(tier_party(tier), qualifications=(certificate(4000 + tier),)))
        siblings = tuple(uid(10_000 + tier * 100 + n) for n in range(beside))
        sha = f"{tier:064x}"
        own = replace(
            usual,
            id=hop_id(tier),
            parent=hop_id(tier - 1) if tier > 1 else None,
            from_party=tier_party(tier - 1),
            to_party=tier_party(tier),
            performer=tier_party(tier),
            depth=tier,
            state="requested" if asked else "active",
            subject_sha256=sha,
            approval=approval_id(tier),
            siblings=siblings,
        )
        world.add(own)
        for id in siblings:
            other = replace(own, id=id, share=Decimal("0.5"), siblings=None, approval=None)
            world.add(replace(other, to_party=uid(9000), performer=uid(9000), state="active"))
        world.add(
            replace(
                granted,
                id=approval_id(tier),
                state="requested" if asked else "granted",
                subject_id=hop_id(tier),
                subject_sha256=sha,
                votes=() if asked else (vote(WEN, OWNER),),
            )
        )
    handoff = verb in (Verb.HANDOFF_OFFER, Verb.HANDOFF_ACCEPT)
    last, giver = tier_party(depth), tier_party(depth - 1)
    world.change("act", hop=hop_id(depth), approval=approval_id(depth) if verb is Verb.HOP_APPROVE else None)
    world.add(person(SHEN, last))
    if handoff:
        world.change("act", sender_party=giver, receiver_party=last)
        world.change(f"system:{VAULT}", owner_party=last)
        for copy in (COPY1, COPY2):
            world.change(f"copy:{copy}", custodian_party=giver)
    return world


def judged(world: World) -> Decision:
    return decide(world.verb, world.facts(), pack("cn_surveying"))


# --- what can be wrong --------------------------------------------------------------------------------------

Bad = tuple[str, str, dict[str, Any]]
"""What to call it, the group, and what becomes of its members."""
_CERTIFICATES: dict[str, dict[str, Any]] = {
    "suspended certificate": {"state": "suspended"},
    "revoked certificate": {"state": "revoked"},
    "unverified certificate": {"state": "submitted", "verified_by": None, "verified_on": None},
    "self-verified certificate": {"verified_by": uid(15), "recorded_by": uid(15)},
    "certificate of other work": {"categories": ("marine",)},
    "certificate that ended yesterday": {"valid_to": TODAY - A_DAY},
    "certificate that begins tomorrow": {"valid_from": TODAY + A_DAY},
    "another certificate": {"type": "secrecy"},
}
_QUALIFIED: dict[str, dict[str, Any]] = {
    "no certificate": {"qualifications": ()},
    **{n: {"qualifications": (certificate(4999, **c),)} for n, c in _CERTIFICATES.items()},
    "too young": {"established_on": TODAY - 200 * A_DAY},
    "a leak": {"clean_record": False},
    "foreign staff": {"prc_staff": False},
    "nothing known of its conditions": {"conditions_on": None, "clean_record": None},
}
AT_ANY_TIER: dict[str, dict[str, Any]] = {
    "foreign": {"country": "US"},
    "of no known country": {"country": None},
    "foreign owner": {"controllers": (f.Controller(party=uid(9001), kind="owner", share=None, entry=None),)},
}
_ABOVE: dict[str, Any] = {"level": "juemi"}
OF_A_HOP: dict[str, dict[str, Any]] = {
    "suspended hop": {"state": "suspended"},
    "revoked hop": {"state": "revoked"},
    "above what was passed on": _ABOVE,
    "other subject": {"subject_sha256": "f" * 64, "changed": ("scope",)},
}
OF_A_HOP_ASKED: dict[str, dict[str, Any]] = {
    "above what was passed on": _ABOVE,
    "whole transfer": {"share": Decimal(100)},
    "work of another": {"performer": uid(9002)},
}
OF_AN_APPROVAL: dict[str, dict[str, Any]] = {
    "suspended": {"state": "suspended"},
    "revoked": {"state": "revoked"},
    "no vote": {"votes": ()},
    "a denial": {"votes": (vote(WEN, OWNER), vote(uid(17), OWNER, choice="deny"))},
    "ended yesterday": {"ends": TODAY - A_DAY},
    "begins tomorrow": {"starts": TODAY + A_DAY},
    "of lower level": {"level": "neibu"},
}
OF_AN_APPROVAL_USED: dict[str, dict[str, Any]] = {
    "voted by who asked": {"votes": (vote(LU, OWNER),)},
    "open precondition": {"conditions": (condition(1, state="open"),)},
    "overdue condition": {"conditions": (condition(1, type="running", state="open", due=TODAY - A_DAY),)},
}
"""What stops copies, but nobody from asking for what is below."""
OF_THE_HANDOVER: list[Bad] = [
    ("post", "act", {"channel": "post"}),
    ("no system", "act", {"system": None}),
    ("somebody else's copy", f"copy:{COPY1}", {"custodian_party": CLIENT}),
    ("unregistered copy", f"copy:{COPY2}", {"registered": False}),
    ("copy above the level", f"copy:{COPY1}", {"level": "juemi"}),
    ("not vetted", f"person:{SHEN}", {"vetting": None}),
    ("vetting over", f"person:{SHEN}", {"vetted_to": TODAY - A_DAY}),
    ("not trained", f"person:{SHEN}", {"trained_on": None}),
    ("no undertaking", f"person:{SHEN}", {"undertaking_on": None}),
    ("a foreigner", f"person:{SHEN}", {"citizenships": ("US",)}),
    ("on the internet", f"system:{VAULT}", {"network": "internet"}),
    ("not accredited", f"system:{VAULT}", {"level": None}),
    ("failed", f"system:{VAULT}", {"state": "failed"}),
    ("somebody's own", f"system:{VAULT}", {"provision": "personal"}),
    ("unnumbered", f"system:{VAULT}", {"inventory_number": ""}),
    ("abroad", f"system:{VAULT}", {"country": "US"}),
]


def bads(verb: Verb, depth: int = DEPTH) -> list[Bad]:
    """Everything that must refuse, wherever it stands."""
    handoff = verb in (Verb.HANDOFF_OFFER, Verb.HANDOFF_ACCEPT)
    found: list[Bad] = [(n, f"party:{tier_party(depth)}", c) for n, c in _QUALIFIED.items()]
    for tier in TIERS:
        own = tier == depth and not handoff
        of_hop = OF_A_HOP_ASKED if own else OF_A_HOP
        found += [(f"{n}, tier {tier}", f"party:{tier_party(tier)}", c) for n, c in AT_ANY_TIER.items()]
        found += [(f"{n}, tier {tier}", f"hop:{hop_id(tier)}", c) for n, c in of_hop.items()]
        approval = {} if own else OF_AN_APPROVAL | (OF_AN_APPROVAL_USED if handoff else {})
        found += [(f"{n}, tier {tier}", f"approval:{approval_id(tier)}", c) for n, c in approval.items()]
    found += [
        ("foreign client", f"party:{CLIENT}", {"country": "US"}),
        ("client of the client not known", "project", {"ultimate_client_party": None}),
    ]
    return found + (OF_THE_HANDOVER if handoff else [])


def spoilt(world: World, *wrong: Bad) -> World:
    world.add(party(uid(9001), country="US"))
    for _, key, changes in wrong:
        world.change(key, **changes)
    return world


@pytest.mark.parametrize("verb", VERBS, ids=str)
def test_a_chain_of_twelve_in_order_is_allowed(verb: Verb) -> None:
    assert [(x.code, x.problems) for x in judged(chain(verb)).barring] == []


@pytest.mark.parametrize("verb", VERBS, ids=str)
def test_whatever_is_wrong_at_whatever_tier_refuses(verb: Verb) -> None:
    let_through = [bad[0] for bad in bads(verb) if judged(spoilt(chain(verb), bad)).allowed]
    assert let_through == []


@seed(DAY)
@settings(max_examples=tries(40, 3000), deadline=None)
@given(st.data())
def test_nothing_wrong_besides_ever_helps(data: st.DataObject) -> None:
    verb = data.draw(st.sampled_from(VERBS))
    several = data.draw(st.lists(st.sampled_from(bads(verb)), min_size=2, max_size=5))
    assert not judged(spoilt(chain(verb), *several)).allowed, [bad[0] for bad in several]


@seed(DAY)
@settings(max_examples=tries(25, 1500), deadline=None)
@given(st.data())
def test_order_says_nothing_in_a_long_chain(data: st.DataObject) -> None:
    verb = data.draw(st.sampled_from(VERBS))
    several = data.draw(st.lists(st.sampled_from(bads(verb)), max_size=3))
    facts = spoilt(chain(verb, hops=40), *several).facts()
    groups = {
        key: deepcopy(dict(facts.groups[key])) for key in data.draw(st.permutations(list(facts.groups)))
    }
    for group in groups.values():
        for member, value in group.items():
            if isinstance(value, list):
                group[member] = data.draw(st.permutations(value))
    used = pack("cn_surveying")
    before, now = decide(verb, facts, used), decide(verb, Facts(groups), used)
    assert [(x.code, x.outcome, set(x.problems)) for x in now.findings] == [
        (x.code, x.outcome, set(x.problems)) for x in before.findings
    ]


def test_five_hundred_subcontracts_are_judged_within_a_second_of_work() -> None:
    """Work grows with what there is, not with its square: twelve hops among 500, and the same among 250."""
    taken = []
    for hops in (250, HOPS):
        facts = chain(hops=hops).facts()
        assert sum(key.startswith("hop:") for key in facts.groups) > hops - DEPTH
        begun = time.process_time()
        assert decide(Verb.HANDOFF_OFFER, facts, pack("cn_surveying")).allowed
        taken.append(time.process_time() - begun)
    assert taken[1] < 1.0, taken
