"""One decide(): all rules run, all failures show, and what cannot be told bars the act."""

from __future__ import annotations

import json

import pytest

from custody.policy import rule as rules
from custody.policy.engine import Decision, decide, replay
from custody.policy.facts import Facts
from custody.policy.regime import Pack, Params
from custody.policy.rule import Answer, Registry, rule
from custody.terms import DecisionOutcome, FindingOutcome, Text, Verb
from tests.policy.examples import field, visits
from tests.policy.packs import pack
from tests.policy.world import HOP1, QINGSHI, World

OFFER = Verb.HANDOFF_OFFER
REGIMES = ("cn_surveying_zhejiang", "cn_surveying", "cn_surveying_beijing")

CONCERNED = {
    Verb.VISIT_REQUEST: visits.comes(visits.REGISTERED, visits.GUEST),
    Verb.PERMIT_SUBMIT: field.asked,
    Verb.PERMIT_APPROVE: field.asked,
    Verb.COLLECTION_RECORD: field.flown,
}
"""What such an act is about, in order."""


@pytest.mark.parametrize("regime", REGIMES)
@pytest.mark.parametrize("verb", list(Verb), ids=str)
def test_an_act_with_everything_in_order_is_allowed(regime: str, verb: Verb) -> None:
    world = World(verb, regime)
    if verb in {Verb.HOP_COMPLETE, Verb.HOP_CLOSE, Verb.PROJECT_CLOSE}:
        world.change("act", copies_out=0, offers_open=0, below_open=0, requests_open=0)
    elif verb in CONCERNED:
        CONCERNED[verb](world)
    decision = decide(verb, world.facts(), pack(regime))
    assert decision.allowed, [(f.code, f.remedy) for f in decision.barring]


def test_all_that_is_wrong_is_listed_not_only_the_first() -> None:
    world = World(OFFER).change(f"party:{QINGSHI}", kind="individual", qualifications=(), country="DE")
    world.change(f"hop:{HOP1}", approval=None, state="requested")
    decision = decide(OFFER, world.facts(), pack("cn_surveying_zhejiang"))
    assert {f.code for f in decision.barring} == {"QUA-01", "HOP-01", "HOP-05", "APR-01", "FOR-01"}
    assert decision.outcome is DecisionOutcome.REFUSE


def test_a_warning_does_not_refuse() -> None:
    world = World(OFFER).change(f"hop:{HOP1}", reported_on=None)
    decision = decide(OFFER, world.facts(), pack("cn_surveying_zhejiang"))
    assert decision.allowed
    assert [f.code for f in decision.findings if f.outcome is FindingOutcome.WARN] == ["CTR-01"]


def test_not_being_able_to_tell_bars_only_where_the_rule_bars() -> None:
    world = World(OFFER, "house_strict").change(f"hop:{HOP1}", awarded_on=None)
    decision = decide(OFFER, world.facts(), pack("house_strict"))
    unsure = [f for f in decision.findings if f.outcome is FindingOutcome.CANNOT_TELL]
    assert [f.code for f in unsure] == ["CTR-01"] and decision.allowed
    nobody = decide(OFFER, Facts({}), pack("generic"))
    assert nobody.outcome is DecisionOutcome.REFUSE


def test_a_rule_that_is_off_is_listed_with_the_reason_and_no_article() -> None:
    decision = decide(OFFER, World(OFFER, "cn_surveying").facts(), pack("cn_surveying"))
    depth = next(f for f in decision.findings if f.code == "HOP-02")
    assert depth.outcome is FindingOutcome.NOT_APPLICABLE
    assert depth.note is not None and "provinces" in depth.note.en
    assert depth.basis == ()


def test_an_article_stands_only_where_it_applies() -> None:
    whole = World(OFFER).change(f"hop:{HOP1}", share=__import__("decimal").Decimal(100))
    finding = next(
        f for f in decide(OFFER, whole.facts(), pack("cn_surveying_zhejiang")).findings if f.code == "HOP-03"
    )
    assert finding.problems == ("whole",)
    assert all("Zhejiang" not in basis.source.en for basis in finding.basis)
    national = decide(OFFER, World(OFFER, "cn_surveying").facts(), pack("cn_surveying"))
    assert "Zhejiang" not in json.dumps(national.to_json()) and "Beijing" not in json.dumps(
        national.to_json()
    )


def test_a_decision_round_trips_and_replays_the_same() -> None:
    world = World(OFFER).change(f"party:{QINGSHI}", qualifications=())
    facts, used = world.facts(), pack("cn_surveying_zhejiang")
    decision = decide(OFFER, facts, used)
    again = Decision.from_json(json.loads(json.dumps(decision.to_json())))
    assert again == decision
    stored_facts = Facts.from_json(json.loads(json.dumps(facts.to_json())))
    assert replay(again, stored_facts, Pack.from_text(used.text)).same


def test_a_replay_names_what_differs() -> None:
    facts, used = World(OFFER).facts(), pack("cn_surveying_zhejiang")
    decision = decide(OFFER, facts, used)
    altered = World(OFFER).change(f"party:{QINGSHI}", country="DE").facts()
    found = replay(decision, altered, used).differences
    assert {(d.where, d.what) for d in found} >= {("outcome", "outcome"), ("FOR-01@2", "outcome")}
    other = replay(decision, facts, pack("cn_surveying_beijing")).differences
    assert ("pack", "sha256") in {(d.where, d.what) for d in other}


def test_a_replay_of_a_version_never_published_says_so() -> None:
    facts, used = World(OFFER).facts(), pack("cn_surveying_zhejiang")
    stored = decide(OFFER, facts, used).to_json()
    stored["rules"] = ["HND-01@99"]
    assert [d.where for d in replay(Decision.from_json(stored), facts, used).differences] == ["rules"]


def test_facts_of_another_verb_or_regime_are_refused() -> None:
    with pytest.raises(ValueError, match="the facts are about"):
        decide(Verb.HANDOFF_ACCEPT, World(OFFER).facts(), pack("cn_surveying_zhejiang"))
    with pytest.raises(ValueError, match="under cn_surveying_zhejiang"):
        decide(OFFER, World(OFFER).facts(), pack("us_cui"))


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Registry:
    """The registry of a future release: HND-01 has a second version, which forgives nothing."""
    future = Registry()
    for known in rules.published().all():
        future.add(known)
    monkeypatch.setattr("custody.policy.engine.published", lambda: future)
    return future


def publish(registry: Registry, code: str, version: int, *, crash: bool = False) -> None:
    text = Text("Nothing goes. Ask.", "一律不行。请询问。")

    @rule(code, version, verbs=[OFFER], title=text, remedies={"no": text}, params=Params, registry=registry)
    def body(facts: Facts, pack: Pack, params: Params, answer: Answer) -> None:
        """Refuse, or break down."""
        if crash:
            raise ZeroDivisionError
        answer.fail("no")


def test_a_decision_replays_with_its_old_rule_version_when_a_new_one_exists(registry: Registry) -> None:
    facts, used = World(OFFER).facts(), pack("cn_surveying_zhejiang")
    before = decide(OFFER, facts, used)
    publish(registry, "HND-01", 2)
    now = decide(OFFER, facts, used)
    assert before.allowed and not now.allowed
    assert "HND-01@2" in now.rules and "HND-01@1" not in now.rules
    assert replay(before, facts, used).same and replay(now, facts, used).same


def test_a_rule_that_breaks_down_bars_the_act(registry: Registry) -> None:
    publish(registry, "HND-01", 2, crash=True)
    decision = decide(OFFER, World(OFFER).facts(), pack("cn_surveying_zhejiang"))
    broken = decision.barring
    assert [(f.code, f.outcome) for f in broken] == [("HND-01", FindingOutcome.CANNOT_TELL)]
    assert broken[0].remedy is not None and "administrator" in broken[0].remedy.en


def test_a_rule_that_the_pack_does_not_know_fails_closed(registry: Registry) -> None:
    publish(registry, "NEW-01", 1)
    decision = decide(OFFER, World(OFFER).facts(), pack("cn_surveying_zhejiang"))
    assert [f.code for f in decision.barring] == ["NEW-01"]


def test_a_rule_version_cannot_be_published_twice_or_with_a_gap(registry: Registry) -> None:
    for version in (1, 3):
        with pytest.raises(ValueError, match="expected version 2"):
            publish(registry, "HND-01", version)
