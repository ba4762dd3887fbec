"""Where rules on subcontracts, legs and who receives turn that no example shows, as in `test_edges`."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import partial

import pytest

from custody.policy.facts import Facts, Missing
from custody.policy.regime import Pack, Params
from custody.policy.rule import Answer, Registry, Rule, published, rule
from custody.policy.rules import hops, legs, payments, people
from custody.policy.rules.legs import SPARED, Spared
from custody.terms import Leg, Text, Verb, VettingClass
from tests.policy.examples import EXAMPLES, Example
from tests.policy.examples.hops import HOP1_KEY, HOP2_KEY
from tests.policy.examples.people import SHEN_KEY, at
from tests.policy.packs import pack
from tests.policy.test_edges import RANKS, inputs
from tests.policy.world import CLAUSES, TODAY, World

GENERAL, IMPORTANT, CORE = VettingClass


def asked(name: str, world: World, **params: object) -> Answer:
    """What a rule says where a house asks no more than this."""
    version, answer = published().named(name), Answer()
    version.body(world.facts(), pack("cn_surveying_zhejiang"), version.params.model_validate(params), answer)
    return answer


# --- subcontracts -----------------------------------------------------------------------------------------
def test_where_no_limit_of_depth_is_set_it_is_said_that_none_is() -> None:
    second = World(Verb.HANDOFF_OFFER, tier=2)
    answer = asked("HOP-02@2", second)
    assert answer.note is not None and "no limit" in answer.note.en and not answer.inputs
    assert asked("HOP-02@2", second, max_depth=1).problems


def test_core_work_that_one_of_two_passes_on_is_told_as_passed_on() -> None:
    assert inputs("HOP-03@1", "core work goes with the first of two")["keeps_core"] is False


def test_of_two_shares_the_larger_is_told() -> None:
    assert inputs("HOP-03@1", "too much of the first of two")["share"] == "41"


def test_work_that_was_not_passed_on_is_listed_by_its_name_in_both_languages() -> None:
    listed = hops._category_labels(pack("cn_surveying"), ["marine", "gis", "else"])
    assert listed == Text(
        "marine surveying, geographic information systems, else", "海洋测绘、地理信息系统工程、else"
    )


def test_at_the_request_the_clauses_that_lack_are_told_or_all_where_only_a_signature_does() -> None:
    told = asked("HOP-07@2", World(Verb.HOP_REQUEST).change(HOP1_KEY, clauses=CLAUSES[1:]))
    assert told.inputs["clauses"].value == [CLAUSES[0]]
    told = asked("HOP-07@2", World(Verb.HOP_REQUEST).change(HOP1_KEY, giver_signed=None))
    assert told.inputs["clauses"].value == list(CLAUSES)


def test_a_house_may_flag_more_means_of_payment_never_fewer() -> None:
    cash, both = ("cash",), ("cash", "crypto")
    assert [payments._more(cash, new, RANKS) for new in (cash, both)] == [True, True]
    assert [payments._more(both, new, RANKS) for new in (cash, ("crypto", "other"), ())] == [False] * 3


@pytest.mark.parametrize(("begins", "is_asked"), [("neibu", True), ("mimi", True), ("jimi", False)])
def test_who_pays_is_asked_from_the_level_that_the_house_names(begins: str, is_asked: bool) -> None:
    answer = asked("HOP-11@1", World(Verb.HOP_REQUEST), home=["KR"], from_level=begins)
    assert list(answer.problems) == (["abroad"] if is_asked else [])
    assert (answer.note is None) is is_asked


# --- which figure gives the share -------------------------------------------------------------------------
def test_a_share_by_the_amounts_is_told_with_both_in_both_languages() -> None:
    world = World(Verb.HOP_REQUEST).change(HOP1_KEY, amount=Decimal("450000.00"))
    told = asked("HOP-03@3", world, max_share_pct=40).inputs["share_by"]
    assert told.value == "by the amounts (450000.00 of 1000000.00), while 30 % was stated"
    assert told.shown == Text(str(told.value), "按金额计算，450000.00占1000000.00；填写的比例为30%")


def test_of_two_subcontracts_the_figure_of_the_larger_share_is_told() -> None:
    world = World(Verb.HOP_REQUEST, tier=2).change("project", contract_value=Decimal("1000000.00"))
    world.change(HOP1_KEY, amount=Decimal("300000.00"))
    world.change(HOP2_KEY, amount=Decimal("150000.00"))
    answer = asked("HOP-03@3", world)
    assert (answer.inputs["share"].value, answer.inputs["share_by"].value) == (
        "50.00",
        "by the amounts (150000.00 of 300000.00), while 20 % was stated",
    )


def test_just_the_share_that_is_allowed_is_allowed() -> None:
    assert not asked("HOP-03@3", World(Verb.HOP_REQUEST), max_share_pct=30).problems
    assert list(asked("HOP-03@3", World(Verb.HOP_REQUEST), max_share_pct=29).problems) == ["share"]


def test_core_work_that_one_of_two_passes_on_is_told_by_the_third_version_too() -> None:
    world = World(Verb.HANDOFF_OFFER, tier=2).change(HOP1_KEY, keeps_core=False)
    answer = asked("HOP-03@3", world, core_stays=True)
    assert (answer.inputs["keeps_core"].value, list(answer.problems)) == (False, ["core"])


def test_a_handoff_over_no_subcontract_is_not_asked_for_a_report() -> None:
    answer = asked("CTR-01@3", World(Verb.HANDOFF_OFFER).change("act", hop=None))
    assert answer.note is not None and answer.note.en == "No subcontract is used."


@pytest.mark.parametrize(("name", "leg", "spares"), [
    ("HND-04@2", Leg.INSPECTION, True),
    ("HND-04@2", Leg.RETURN, False),
    ("CLS-01@2", Leg.RETURN, True),
    ("CLS-01@2", Leg.INTERNAL, False),
])  # fmt: skip
def test_a_version_spares_its_own_legs(name: str, leg: Leg, spares: bool) -> None:
    facts = World(Verb.HANDOFF_OFFER).change("act", leg=leg.value).facts()
    assert (legs.spared(facts, name) is not None) is spares


# --- who receives, and where it is kept -------------------------------------------------------------------
def test_a_house_may_ask_for_a_higher_class_of_vetting_and_at_more_levels_never_less() -> None:
    old = {"inner": GENERAL, "secret": IMPORTANT}
    for new in (old, {"inner": IMPORTANT, "secret": CORE}, {**old, "open": GENERAL}):
        assert people.higher_class_each(old, new, RANKS) is True
    for new in ({"inner": GENERAL}, {**old, "secret": GENERAL}, {"inner": CORE, "secret": GENERAL}, {}):
        assert people.higher_class_each(old, new, RANKS) is False


@pytest.mark.parametrize(
    ("params", "problems"),
    [
        ({"trained_from": "mimi"}, ["training"]),
        ({"training_days": {"mimi": 30}}, ["training"]),
        ({"vetting": {"mimi": "general"}}, ["vetting"]),
    ],
    ids=lambda value: next(iter(value)),
)
def test_each_thing_that_a_house_asks_of_who_receives_is_asked_alone(
    params: dict[str, object], problems: list[str]
) -> None:
    world = World(Verb.HANDOFF_OFFER).change(SHEN_KEY, trained_on=None, vetting=None)
    answer = asked("HND-02@1", world, **params)
    assert list(answer.problems) == problems and answer.note is None
    public = asked("HND-02@1", at("gongkai")(world), **params)
    assert not public.problems and public.note is not None


def test_who_is_not_known_to_leave_is_told_so_and_who_leaves_with_the_day() -> None:
    stays = asked("HND-02@1", World(Verb.HANDOFF_OFFER), stays_from="mimi").inputs["leaves_on"]
    assert stays.text({}) == Text("no leaving recorded", "未登记离岗")
    leaving = World(Verb.HANDOFF_OFFER).change(SHEN_KEY, leaves_on=TODAY)
    leaves = asked("HND-02@1", leaving, stays_from="mimi").inputs["leaves_on"]
    assert leaves.text({}) == Text("2026-11-21", "2026年11月21日")


@pytest.mark.parametrize(
    ("params", "problems"),
    [
        ({"countries": ["DE"]}, []),
        ({"from_level": "mimi"}, []),
        ({"countries": ["DE"], "from_level": "jimi"}, []),
        ({"countries": ["DE"], "from_level": "mimi"}, ["outside"]),
    ],
    ids=str,
)
def test_copies_stay_in_a_country_where_both_countries_and_a_level_are_named(
    params: dict[str, object], problems: list[str]
) -> None:
    answer = asked("FOR-02@1", World(Verb.HANDOFF_OFFER), **params)
    assert list(answer.problems) == problems and (answer.note is None) is bool(problems)


# --- legs -------------------------------------------------------------------------------------------------
def published_anew(spared: Spared, monkeypatch: pytest.MonkeyPatch) -> tuple[Rule, Rule]:
    """The version before, and the one that spares legs as it is made of it."""
    own = Registry()
    for version in range(1, spared.version + 1):
        own.add(published().named(f"{spared.code}@{version}"))
    (before,) = own.newest()
    monkeypatch.setattr(legs, "rule", partial(rule, registry=own))
    legs._publish(spared)
    (now,) = own.newest()
    return before, now


def said(version: Rule, facts: Facts, used: Pack, params: Params) -> object:
    """All that a version says, or what it lacks."""
    answer = Answer()
    try:
        version.body(facts, used, params, answer)
    except Missing as missing:
        return missing.what
    return answer.note, answer.problems, answer.inputs


def each_way(base: str) -> list[Example]:
    """One example for each way in which a version answers."""
    return list({(e.outcome, e.problems): e for e in EXAMPLES if e.rule == base}.values())


@pytest.mark.parametrize("spared", SPARED, ids=lambda spared: spared.name)
def test_a_version_that_spares_legs_says_why_on_those_and_is_otherwise_the_one_before(
    spared: Spared, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, now = published_anew(spared, monkeypatch)
    assert now.name == spared.name == f"{before.code}@{before.version + 1}"
    assert replace(now, version=before.version, body=before.body, doc=before.doc) == before
    assert now.doc.startswith(before.doc.rstrip()) and all(why.en in now.doc for why in spared.legs.values())
    for example in each_way(before.name):
        used, facts = pack(example.regime), example.facts
        params = before.params.model_validate(used.rules[before.code].params)
        for stated in (None, *Leg):
            turned = facts.asked(replace(facts.act, leg=stated and stated.value))
            # Reading by a party's own people uses no subcontract: that too stays within the party.
            inside = Leg.INTERNAL if stated is Leg.INSPECTION and facts.act.hop is None else stated
            why = spared.legs.get(inside) or spared.legs.get(stated) if stated and inside else None
            if why is not None and facts.act.verb.startswith("handoff."):
                assert said(now, turned, used, params) == (why, {}, {})
            else:
                assert said(now, turned, used, params) == said(before, turned, used, params)


def test_legs_are_spared_of_rules_on_who_may_have_copies_never_of_those_on_who_signs() -> None:
    spared = {one.code: set(one.legs) for one in SPARED}
    assert spared["HOP-08"] == {Leg.RETURN} and spared["HND-04"] == {Leg.INSPECTION}
    assert not {"HND-01", "HND-02", "HND-03", "CPY-01", "FOR-02", "SYS-01", "SYS-02"} & set(spared)
