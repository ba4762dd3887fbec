"""One decide(): all rules run, all failures show, and what cannot be told bars the act."""

from __future__ import annotations

import json
import re
from dataclasses import FrozenInstanceError, replace
from decimal import Decimal
from typing import Any

import pytest

from custody.policy import engine
from custody.policy import rule as rules
from custody.policy.engine import Basis, Decision, Overridden, decide, replay
from custody.policy.facts import Facts
from custody.policy.regime import Label, Pack, Params
from custody.policy.rule import Answer, Registry, rule
from custody.terms import Audience, DecisionOutcome, FindingOutcome, Text, Verb
from tests.policy.examples import copying, destruction, field, visits
from tests.policy.packs import pack
from tests.policy.world import HOP1, HOP2, QINGSHI, World

OFFER = Verb.HANDOFF_OFFER
REGIMES = ("cn_surveying_zhejiang", "cn_surveying", "cn_surveying_beijing")

CONCERNED = {
    Verb.COPY_PERMIT_REQUEST: copying.asked,
    Verb.COPY_PERMIT_APPROVE: copying.asked,
    Verb.VISIT_REQUEST: visits.comes(visits.REGISTERED, visits.GUEST),
    Verb.PERMIT_SUBMIT: field.asked,
    Verb.PERMIT_APPROVE: field.asked,
    Verb.COLLECTION_RECORD: field.flown,
    Verb.DESTRUCTION_REQUEST: destruction.asked,
    Verb.DESTRUCTION_APPROVE: destruction.asked,
    Verb.DESTRUCTION_RECORD: destruction.done,
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


def test_no_step_is_urged_alone_where_another_rule_refuses_for_good() -> None:
    world = World(OFFER, tier=2).change(f"hop:{HOP2}", state="requested", approval=None)
    decision = decide(OFFER, world.facts(), pack("cn_surveying_zhejiang"))
    said = {f.code: f.remedy for f in decision.barring}
    assert {"HOP-02", "HOP-01", "APR-01"} <= said.keys()
    for code, remedy in said.items():
        assert remedy is not None
        first = "HOP-02 refuses it in any case" in remedy.en and "HOP-02在任何情况下均不允许" in remedy.zh
        assert first is (code != "HOP-02"), code
    lone = World(OFFER, "cn_surveying").change(f"party:{QINGSHI}", kind="individual", qualifications=())
    found = {f.code: f for f in decide(OFFER, lone.facts(), pack("cn_surveying")).barring}
    told = found["QUA-01"].remedy
    assert told is not None and told.en.endswith("HOP-05 refuses it in any case, so begin there.")
    mendable = (
        World(OFFER).change(f"party:{QINGSHI}", qualifications=()).change(f"hop:{HOP1}", share=Decimal(85))
    )
    for finding in decide(OFFER, mendable.facts(), pack("cn_surveying_zhejiang")).barring:
        assert "in any case" not in str(finding.remedy), "a smaller share can be asked for"


def test_what_a_warning_rule_does_not_know_bars_nothing_and_is_said_so() -> None:
    world = World(OFFER).change(f"hop:{HOP1}", payer=None)
    decision = decide(OFFER, world.facts(), pack("cn_surveying_zhejiang"))
    (paid,) = [f for f in decision.findings if f.code == "HOP-11"]
    assert decision.allowed and paid.outcome is FindingOutcome.CANNOT_TELL and paid.remedy is not None
    assert paid.remedy.en.startswith(
        "Holdfast does not know who pays, so this cannot be judged. It bars nothing"
    )
    assert "不影响操作" in paid.remedy.zh
    lacking = World(OFFER).change(f"party:{QINGSHI}", country=None)
    (home,) = decide(OFFER, lacking.facts(), pack("cn_surveying_zhejiang")).barring
    assert home.remedy is not None and home.remedy.en.endswith("Record it, then try again.")


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


def test_what_a_rule_rests_on_is_what_its_pack_cites_with_or_without_an_article(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engine, "_BASES", {})
    seen: list[Basis] = []
    for regime in (*REGIMES, "generic"):
        used = pack(regime)
        decision = decide(OFFER, World(OFFER, regime).facts(), used)
        for finding in decision.findings:
            if finding.outcome is FindingOutcome.PASS:
                cited = used.rules[finding.code].cite
                assert finding.basis == tuple(
                    Basis(c.source.text, c.article.text if c.article else None, c.status) for c in cited
                )
                seen += finding.basis
        assert decide(OFFER, World(OFFER, regime).facts(), used) == decision, "asked again it is the same"
    assert {basis.article is None for basis in seen} == {True, False}


def test_what_is_not_a_readers_to_see_is_gone_from_a_finding() -> None:
    decision = decide(OFFER, World(OFFER).facts(), pack("cn_surveying_zhejiang"))
    assert any(
        not given.visible(Audience.ALL, None) for f in decision.findings for given in f.inputs.values()
    )
    for party in (None, QINGSHI):
        for finding in decision.findings:
            left = finding.for_audience(Audience.ALL, party).inputs
            theirs = {name for name, given in finding.inputs.items() if given.visible(Audience.ALL, party)}
            assert set(left) == theirs, finding.code


def test_a_decision_round_trips_and_replays_the_same() -> None:
    world = World(OFFER).change(f"party:{QINGSHI}", qualifications=())
    facts, used = world.facts(), pack("cn_surveying_zhejiang")
    decision = decide(OFFER, facts, used)
    again = Decision.from_json(json.loads(json.dumps(decision.to_json())))
    assert again == decision
    stored_facts = Facts.from_json(json.loads(json.dumps(facts.to_json())))
    assert replay(again, stored_facts, Pack.from_text(used.text)).same is True
    assert replay(replace(again, pack_sha256="0" * 64), stored_facts, used).same is False


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


def test_what_is_decided_is_never_changed_afterwards() -> None:
    facts, used = World(OFFER).change(f"party:{QINGSHI}", country="DE").facts(), pack("cn_surveying_zhejiang")
    decision = decide(OFFER, facts, used)
    made = replay(replace(decision, pack_sha256="0" * 64), facts, used)
    (finding,) = decision.barring
    kept = Overridden("a", None, "2026-12-01")
    for one, member in (
        *((decision, "outcome"), (finding, "outcome"), (finding.basis[0], "status")),
        *((made, "differences"), (made.differences[0], "what"), (kept, "until")),
    ):
        with pytest.raises(FrozenInstanceError):
            setattr(one, member, None)


def stored_whole() -> Any:
    """A decision whose first finding has every part there is, as it is stored."""
    facts = World(OFFER).change(f"party:{QINGSHI}", country="DE").facts()
    decision = decide(OFFER, facts, pack("cn_surveying_zhejiang"))
    finding = replace(decision.barring[0], overridden=Overridden("a", None, "2026-12-01"))
    return json.loads(json.dumps(replace(decision, findings=(finding,)).to_json()))


def parts(stored: Any) -> dict[str, Any]:
    """Every part of a stored decision whose members are known."""
    (finding,) = stored["findings"]
    given = next(given for given in finding["inputs"].values() if given["shown"])
    return {"decision": stored, "finding": finding, "override": finding["overridden"],
            "title": finding["title"], "input": given, "shown": given["shown"]}  # fmt: skip


@pytest.mark.parametrize("part", ["decision", "finding", "override", "title", "input", "shown"])
def test_a_stored_decision_with_a_member_too_many_or_too_few_is_none(part: str) -> None:
    whole = stored_whole()
    assert Decision.from_json(whole).to_json() == whole
    parts(whole)[part]["more"] = 1
    with pytest.raises(ValueError, match=re.escape("unknown or missing members: ['more']")):
        Decision.from_json(whole)
    lacking = stored_whole()
    gone = min(set(parts(lacking)[part]) - {"overridden", "findings", "inputs", "title", "shown"})
    del parts(lacking)[part][gone]
    with pytest.raises(ValueError, match=re.escape(f"unknown or missing members: ['{gone}']")):
        Decision.from_json(lacking)


def test_a_replay_names_a_finding_that_was_put_in_or_taken_out() -> None:
    facts, used = World(OFFER).facts(), pack("cn_surveying_zhejiang")
    decision = decide(OFFER, facts, used)
    less = replay(replace(decision, findings=decision.findings[1:]), facts, used)
    first = decision.findings[0]
    assert {d.where for d in less.differences} == {f"{first.code}@{first.version}"}
    more = replace(decision, findings=(*decision.findings, replace(first, version=99)))
    assert {d.where for d in replay(more, facts, used).differences} == {f"{first.code}@99"}


def test_a_replay_names_an_override_that_came_or_went_and_nothing_that_is_the_same() -> None:
    facts = World(OFFER).change(f"party:{QINGSHI}", country="DE").facts()
    used = pack("cn_surveying_zhejiang")
    decision = decide(OFFER, facts, used)
    kept = Overridden("a", None, "2026-12-01")
    covered = replace(decision, findings=tuple(replace(f, overridden=kept) for f in decision.findings[:1]))
    found = replay(replace(covered, findings=covered.findings + decision.findings[1:]), facts, used)
    assert [(d.what, d.stored, d.now) for d in found.differences] == [
        ("overridden", ["a", None, "2026-12-01"], None)
    ]
    plain = replace(decision.findings[0], basis=())
    bare = replace(decision, findings=(plain, *decision.findings[1:]))
    assert {d.what for d in replay(bare, facts, used).differences} <= {"basis"}


def test_a_replay_of_facts_of_another_schema_or_another_act_says_so() -> None:
    facts, used = World(OFFER).facts(), pack("cn_surveying_zhejiang")
    decision = decide(OFFER, facts, used)
    older = replay(replace(decision, facts_schema=3), facts, used).differences
    assert [(d.where, d.what, d.stored, d.now) for d in older] == [("facts", "schema", 3, facts.schema)]
    other = replay(decision, World(Verb.HANDOFF_ACCEPT).facts(), used).differences
    assert [(d.where, d.what) for d in other] == [("rules", "run")]


def test_where_no_rule_has_anything_to_judge_nothing_is_allowed() -> None:
    facts, used = World(OFFER, "cn_surveying").facts(), pack("cn_surveying")
    none = decide(OFFER, facts, used, [])
    assert (none.outcome, none.findings) == (DecisionOutcome.REFUSE, ())
    depth = next(name for name in decide(OFFER, facts, used).rules if name.startswith("HOP-02"))
    (off,) = decide(OFFER, facts, used, [depth]).findings
    assert off.outcome is FindingOutcome.NOT_APPLICABLE
    assert decide(OFFER, facts, used, [depth]).outcome is DecisionOutcome.REFUSE


def test_an_act_that_cannot_be_read_is_refused_and_breaks_nothing_down() -> None:
    groups = World(OFFER).facts().groups
    facts = Facts({**groups, "act": {**groups["act"], "today": "soon"}})
    assert decide(OFFER, facts, pack("cn_surveying_zhejiang")).outcome is DecisionOutcome.REFUSE


def test_what_is_not_known_is_told_to_everybody() -> None:
    facts = World(OFFER).drop(f"party:{QINGSHI}").facts()
    decision = decide(OFFER, facts, pack("cn_surveying_zhejiang"))
    finding = next(f for f in decision.for_audience(Audience.ALL).findings if f.code == "QUA-01")
    told = finding.remedy_for(Audience.ALL)
    assert told is not None and "a party concerned" in told.en and "相关单位" in told.zh


def test_a_remedy_calls_parties_by_the_names_that_its_reader_knows() -> None:
    world = World(OFFER, "cn_surveying").change(f"hop:{HOP1}", siblings=(HOP2,))
    other = replace(world.facts().hop(HOP1), id=HOP2, siblings=None, share=Decimal(1))
    decision = decide(OFFER, world.add(other).facts(), pack("cn_surveying"))
    finding = next(f for f in decision.findings if f.code == "HOP-04")
    assert finding.problems == ("twice",)
    named, plain = finding.remedy_for(names={QINGSHI: "Qingshi Mapping"}), finding.remedy
    assert named is not None and named.en.startswith("Qingshi Mapping holds")
    assert plain is not None and plain.en.startswith("the party concerned holds")


def test_a_pack_may_word_a_remedy_its_own_way() -> None:
    used = pack("cn_surveying_zhejiang")
    own = Label(en="Ask the bureau.", zh="请询问主管部门。")
    setting = used.rules["QUA-01"].model_copy(update={"remedy": {"none": own}})
    worded = used.model_copy(update={"rules": {**used.rules, "QUA-01": setting}})
    facts = World(OFFER).change(f"party:{QINGSHI}", qualifications=()).facts()
    found = next(f for f in decide(OFFER, facts, worded).findings if f.code == "QUA-01")
    assert found.remedy == Text(own.en, own.zh)


def test_a_rule_that_only_warns_bars_nothing_whatever_it_says(registry: Registry) -> None:
    text = Text("Nothing goes. Ask.", "一律不行。请询问。")

    @rule("HND-01", 2, verbs=[OFFER], title=text, remedies={"no": text}, params=Params, severity=rules.WARN,
          registry=registry)  # fmt: skip
    def body(facts: Facts, pack: Pack, params: Params, answer: Answer) -> None:
        """Refuse, which is more than it may."""
        answer.fail("no")

    decision = decide(OFFER, World(OFFER).facts(), pack("cn_surveying_zhejiang"), ["HND-01@2"])
    assert [f.outcome for f in decision.findings] == [FindingOutcome.WARN] and decision.allowed
