"""Whatever override is among the facts, it covers nothing that its pack does not let be overridden."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.policy import changes, engine, overriding, shipped
from custody.policy import facts as f
from custody.policy.packfile import RegimeError
from custody.policy.regime import Overriding, Pack
from custody.policy.rule import Input
from custody.terms import FindingOutcome, Verb, Way
from tests.policy.packs import overlaid
from tests.policy.world import (
    APPROVAL1,
    BAIXI,
    CHECKER,
    CLERK,
    CLIENT,
    GUAN,
    HOLDING,
    HOP1,
    HOP2,
    LU,
    OWNER,
    QINGSHI,
    SHA1,
    SHA2,
    SHEN,
    TODAY,
    WEN,
    World,
    uid,
)  # fmt: skip

QUA_08 = Overriding(quorum=2, days=30)
VERBS = [Verb.HOP_REQUEST, Verb.HOP_APPROVE, Verb.HANDOFF_OFFER, Verb.HANDOFF_ACCEPT]


def agreed(*persons: str, party: str = OWNER) -> tuple[f.Agreed, ...]:
    return tuple(f.Agreed(person=p, parties=(party,), entry=uid(200 + n)) for n, p in enumerate(persons))


def override(**changes: Any) -> f.Override:
    sound = f.Override(
        id=uid(190),
        rule="QUA-08",
        problems=("age",),
        party=QINGSHI,
        hop=None,
        hop_sha256=None,
        until=TODAY + timedelta(days=10),
        state="active",
        requested_by=CLERK,
        agreed=agreed(WEN, GUAN),
        entry=uid(191),
    )
    return replace(sound, **changes)


def judged(
    *overrides: f.Override, verb: Verb = Verb.HANDOFF_OFFER, pack: Pack | None = None
) -> engine.Finding:
    """Return what QUA-08 says of Qingshi, founded three months ago."""
    world = World(verb).change(f"party:{QINGSHI}", established_on=date(2026, 8, 21)).add(*overrides)
    used = pack or shipped.pack("cn_surveying_zhejiang")
    found = engine.decide(verb, world.facts(), used)
    assert engine.replay(found, world.facts(), used).same
    assert engine.Decision.from_json(found.to_json()) == found
    return next(finding for finding in found.findings if finding.code == "QUA-08")


@pytest.mark.parametrize("verb", VERBS)
def test_a_sound_override_covers_the_finding_and_hides_nothing_of_it(verb: Verb) -> None:
    found, plain = judged(override(), verb=verb), judged(verb=verb)
    assert plain.outcome is FindingOutcome.BLOCK and plain.overridden is None
    assert found.outcome is FindingOutcome.OVERRIDDEN and not found.bars
    assert found.overridden == engine.Overridden(uid(190), uid(191), "2026-12-01")
    assert (found.problems, found.remedies, found.inputs) == (plain.problems, plain.remedies, plain.inputs)


@pytest.mark.parametrize(
    "changes",
    [
        {"rule": "QUA-07"},
        {"problems": ("record",)},
        {"problems": ()},
        {"party": BAIXI},
        {"hop": HOP2, "hop_sha256": SHA2},
        {"hop": HOP1, "hop_sha256": SHA2},
        {"until": TODAY - timedelta(days=1)},
        {"state": "requested"},
        {"state": "revoked"},
        {"state": "refused"},
        {"agreed": agreed(WEN)},
        {"agreed": agreed(WEN, WEN)},
        {"agreed": agreed(WEN, GUAN, party=QINGSHI)},
        {"agreed": agreed(WEN, SHEN)},
        {"agreed": agreed(WEN, LU)},
        {"requested_by": WEN},
        {"agreed": ()},
    ],
    ids=lambda changes: " ".join(changes),
)
def test_one_that_differs_in_anything_covers_nothing(changes: dict[str, Any]) -> None:
    assert judged(override(**changes)).outcome is FindingOutcome.BLOCK


def test_it_is_held_to_the_quorum_of_today() -> None:
    pack = shipped.pack("cn_surveying_zhejiang")
    rules = dict(pack.rules)
    rules["QUA-08"] = rules["QUA-08"].model_copy(update={"override": QUA_08.model_copy(update={"quorum": 3})})
    stricter = pack.model_copy(update={"rules": rules})
    assert judged(override(), pack=stricter).outcome is FindingOutcome.BLOCK
    assert (
        judged(override(agreed=agreed(WEN, GUAN, CHECKER)), pack=stricter).outcome
        is FindingOutcome.OVERRIDDEN
    )


def test_one_over_a_single_subcontract_covers_it_as_it_stands() -> None:
    assert judged(override(hop=HOP1, hop_sha256=SHA1)).outcome is FindingOutcome.OVERRIDDEN


PERSONS = st.sampled_from([WEN, GUAN, CHECKER, LU, SHEN, CLERK])
CODES = sorted(shipped.pack("cn_surveying_zhejiang").rules)
OVERRIDES = st.builds(
    f.Override,
    id=st.integers(300, 999).map(uid),
    rule=st.sampled_from(CODES),
    problems=st.lists(st.sampled_from(["age", "record", "staff", "stale", "none", "expired", "missing"])).map(
        tuple
    ),
    party=st.sampled_from([OWNER, CLIENT, QINGSHI, BAIXI, HOLDING]),
    hop=st.sampled_from([None, HOP1, HOP2]),
    hop_sha256=st.sampled_from([None, SHA1, SHA2]),
    until=st.dates(date(2026, 11, 1), date(2026, 12, 31)),
    state=st.sampled_from(["requested", "active", "refused", "revoked"]),
    requested_by=PERSONS,
    agreed=st.lists(PERSONS, max_size=4).map(lambda some: agreed(*some)),
    entry=st.just(uid(192)),
)
BROKEN: list[dict[str, Any]] = [
    {"established_on": date(2026, 8, 21)},
    {"qualifications": ()},
    {"clean_record": False, "prc_staff": False},
    {"country": "US"},
    {"kind": "individual"},
    {"state": "barred"},
]


@given(
    st.sampled_from(VERBS), st.sampled_from(BROKEN), st.lists(OVERRIDES, max_size=4, unique_by=lambda o: o.id)
)
def test_no_override_ever_moves_a_rule_that_the_pack_does_not_mark(
    verb: Verb, broken: dict[str, Any], overrides: list[f.Override]
) -> None:
    pack = shipped.pack("cn_surveying_zhejiang")
    marked = {code for code, setting in pack.rules.items() if setting.override}
    assert marked == {"QUA-08"}
    with_, without = (
        engine.decide(verb, World(verb).change(f"party:{QINGSHI}", **broken).add(*some).facts(), pack)
        for some in (overrides, [])
    )
    for now, was in zip(with_.findings, without.findings, strict=True):
        if now.code not in marked:
            assert engine.essence(now) == engine.essence(was)
        elif now.outcome is FindingOutcome.OVERRIDDEN:
            assert was.outcome is FindingOutcome.BLOCK
            assert now.overridden and now.overridden.override in {
                o.id for o in overrides if o.rule == now.code
            }
    unmarked = pack.model_copy(
        update={"rules": {c: s.model_copy(update={"override": None}) for c, s in pack.rules.items()}}
    )
    world = World(verb).change(f"party:{QINGSHI}", **broken).add(*overrides)
    free = engine.decide(verb, world.facts(), unmarked)
    assert all(finding.outcome is not FindingOutcome.OVERRIDDEN for finding in free.findings)


# --- what a pack may say of it ----------------------------------------------------------------------------


HOUSE = """
id: house_{n}
version: "1"
extends: {below}
label: {{en: House, zh: 本单位}}
jurisdiction: CN
effective: 2026-01-01
rules:
  {code}: {{override: {override}}}
"""


def written(override: str, *, code: str = "QUA-08", n: int = 1, below: str = "cn_surveying") -> str:
    return HOUSE.format(override=override, code=code, n=n, below=below)


@pytest.mark.parametrize(
    "override",
    [
        "{quorum: 3, roles: [officer], days: 92}",
        "{quorum: 2, roles: [officer], days: 30}",
        "{quorum: 2, roles: [officer], days: 92}",
    ],
)
def test_an_overlay_may_demand_more_for_an_override(override: str) -> None:
    pack = overlaid(written(override))
    setting = pack.rules["QUA-08"]
    assert setting.enabled and setting.params["min_years"] == 1 and setting.override
    assert Pack.from_text(pack.text) == pack and pack.text.count('"override"') == 1


def test_an_overlay_may_take_it_away_and_none_above_brings_it_back() -> None:
    none = written("null")
    pack = overlaid(none)
    assert pack.rules["QUA-08"].override is None and '"override"' not in pack.text
    again = written("{quorum: 2, roles: [officer], days: 92}", n=2, below="house_1")
    with pytest.raises(RegimeError, match="may only be narrowed"):
        overlaid(none, again)


@pytest.mark.parametrize(
    ("code", "override"),
    [
        ("QUA-08", "{quorum: 2, roles: [officer], days: 93}"),
        ("QUA-08", "{quorum: 2, roles: [officer, administrator], days: 30}"),
        ("QUA-08", "{quorum: 3, roles: [administrator], days: 30}"),
        ("QUA-01", "{quorum: 9, roles: [officer], days: 1}"),
        ("APR-01", "{quorum: 9, roles: [officer], days: 1}"),
    ],
)
def test_an_overlay_never_widens_who_may_override_what(code: str, override: str) -> None:
    with pytest.raises(RegimeError, match="may only be narrowed") as caught:
        overlaid(written(override, code=code))
    assert caught.value.line


@pytest.mark.parametrize(
    "override",
    [
        *("{quorum: 1, days: 9}", "{quorum: 2, days: 0}", "{days: 9}", "yes"),
        *("{quorum: 2, days: 9, roles: []}", "{quorum: 2, days: 9, roles: [manager]}"),
    ],
)
def test_one_alone_without_end_or_by_others_is_no_override(override: str) -> None:
    with pytest.raises(RegimeError):
        overlaid(written(override))


def test_what_changes_of_it_between_two_versions_is_told_with_its_way() -> None:
    now, tighter = shipped.pack("cn_surveying"), overlaid(written("{quorum: 3, roles: [officer], days: 30}"))
    none = overlaid(written("null"))
    for old, new, way in ((now, tighter, Way.TIGHTER), (tighter, now, Way.LOOSER), (none, now, Way.LOOSER)):
        (change,) = [c for c in changes.changes(old, new, shipped.known_rules()) if c.what == "override"]
        assert (change.rule, change.way) == ("QUA-08", way)


# --- whose agreement counts, and which of two ------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "changes"),
    [
        (f"approval:{APPROVAL1}", {"requested_by": GUAN}),
        ("act", {"receiver_person": GUAN}),
        ("act", {"offered_by": GUAN}),
        ("act", {"actor_person": GUAN}),
    ],
    ids=["who asked for the subcontract", "who receives", "who offered", "who acts"],
)
@pytest.mark.parametrize("verb", [Verb.HANDOFF_OFFER, Verb.HANDOFF_ACCEPT])
def test_nobody_concerned_in_the_act_has_agreed(verb: Verb, key: str, changes: dict[str, Any]) -> None:
    free = World(verb).facts()
    assert overriding._independent(override(), free) == {WEN, GUAN}
    assert overriding._independent(override(), World(verb).change(key, **changes).facts()) == {WEN}


def test_who_decides_on_a_request_may_have_agreed_before() -> None:
    facts = World(Verb.HOP_APPROVE).change("act", actor_person=GUAN).facts()
    assert overriding._independent(override(), facts) == {WEN, GUAN}
    facts = World(Verb.HOP_REQUEST).change("act", actor_person=GUAN).facts()
    assert overriding._independent(override(), facts) == {WEN}


def test_a_subcontract_that_nobody_asked_for_yet_has_nobody_who_asked() -> None:
    facts = World(Verb.HANDOFF_OFFER).change(f"hop:{HOP1}", approval=None).facts()
    assert overriding._independent(override(), facts) == {WEN, GUAN}


@pytest.mark.parametrize(
    ("tier", "hop", "counts"),
    [
        (1, {}, {OWNER, BAIXI, CLIENT}),
        (2, {}, {OWNER, CLIENT}),
        (2, {"to_party": QINGSHI}, {OWNER, CLIENT, BAIXI}),
        (2, {"to_party": HOLDING}, {OWNER, CLIENT, BAIXI}),
    ],
    ids=["owner gives", "Qingshi gives", "Qingshi gives to itself", "Qingshi gives to the holding"],
)
def test_nobody_of_a_party_to_the_subcontract_counts_but_of_the_owner(
    tier: int, hop: dict[str, str], counts: set[str]
) -> None:
    world = World(Verb.HANDOFF_OFFER, tier=tier).change(f"hop:{(HOP1, HOP2)[tier - 1]}", **hop)
    for party in (OWNER, CLIENT, QINGSHI, BAIXI):
        one = override(agreed=agreed(WEN, party=party), party=CHECKER)
        assert bool(overriding._independent(one, world.facts())) is (party in counts), party


def test_none_of_the_party_that_it_is_for_counts() -> None:
    one = override(party=CLIENT, agreed=agreed(WEN, party=CLIENT))
    assert overriding._independent(one, World(Verb.HANDOFF_OFFER).facts()) == set()


def test_of_several_the_one_that_lasts_longest_is_named_and_of_those_the_last() -> None:
    short, long = override(until=TODAY), override(id=uid(189), until=TODAY + timedelta(days=1))
    twin = override(id=uid(192), until=TODAY)
    for some, named in (((short,), uid(190)), ((short, long), uid(189)), ((short, twin), uid(192))):
        by = judged(*some).overridden
        assert by is not None and by.override == named


def test_what_names_no_recipient_is_covered_by_nothing() -> None:
    setting = shipped.pack("cn_surveying_zhejiang").rules["QUA-08"]
    facts = World(Verb.HANDOFF_OFFER).add(override()).facts()
    told = {"recipient": Input(QINGSHI)}
    assert overriding.covering("QUA-08", ("age",), told, facts, setting) == override()
    assert overriding.covering("QUA-08", ("age",), {}, facts, setting) is None
    none = setting.model_copy(update={"override": None})
    assert overriding.covering("QUA-08", ("age",), told, facts, none) is None


def test_one_that_cannot_be_read_or_weighed_covers_nothing() -> None:
    setting = shipped.pack("cn_surveying_zhejiang").rules["QUA-08"]
    told = {"recipient": Input(QINGSHI)}
    sound = World(Verb.HANDOFF_OFFER).add(override()).facts()
    key = f"override:{uid(190)}"
    unread = f.Facts({**sound.groups, key: {**sound.groups[key], "until": "soon"}})
    lacking = f.Facts({k: group for k, group in sound.groups.items() if k != f"approval:{APPROVAL1}"})
    for facts in (unread, lacking):
        assert overriding.covering("QUA-08", ("age",), told, facts, setting) is None
