"""Each rule against its examples: what it answers, and that what it says can be acted on."""

from __future__ import annotations

import re

import pytest

from custody.policy.engine import Finding, decide
from custody.policy.rule import HIDDEN, Rule, published
from custody.terms import Audience, Verb
from tests.policy.examples import EXAMPLES, Example
from tests.policy.packs import pack

RULES = published().all()
FAILING = [e for e in EXAMPLES if e.problems]
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def named(value: object) -> str:
    return f"{value.rule}: {value.name}" if isinstance(value, Example) else getattr(value, "name", str(value))


def finding_of(example: Example) -> Finding:
    """What the version says that the example is of; an older one is asked no more, only replayed."""
    (finding,) = decide(example.verb, example.facts, pack(example.regime), [example.rule]).findings
    return finding


@pytest.mark.parametrize("example", EXAMPLES, ids=named)
def test_the_rule_answers_as_the_example_says(example: Example) -> None:
    finding = finding_of(example)
    assert (finding.outcome.value, finding.problems) == (example.outcome, example.problems)
    assert bool(finding.remedies) == (example.outcome in {"block", "warn", "cannot_tell"})


@pytest.mark.parametrize("rule", RULES, ids=named)
def test_every_rule_version_has_passing_failing_and_lacking_examples(rule: Rule) -> None:
    own = [e for e in EXAMPLES if e.rule == rule.name]
    assert {"pass", "cannot_tell"} <= {e.outcome for e in own}
    assert {problem for e in own for problem in e.problems} == set(rule.remedies), (
        "a way to fail has no example"
    )


@pytest.mark.parametrize("example", FAILING, ids=named)
def test_a_remedy_is_whole_in_both_languages_for_the_project_side(example: Example) -> None:
    remedy = finding_of(example).remedy
    assert remedy is not None
    for text, hidden in ((remedy.en, HIDDEN.en), (remedy.zh, HIDDEN.zh)):
        assert "{" not in text and hidden not in text and "None" not in text
        assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-", text), "an id is nothing a person can use"
    assert CHINESE.search(remedy.zh) and not CHINESE.search(remedy.en)
    assert remedy.en.endswith(".") and remedy.zh.endswith("。")


@pytest.mark.parametrize("rule", RULES, ids=named)
def test_a_rule_explains_itself_in_both_languages(rule: Rule) -> None:
    assert rule.doc.strip() and rule.verbs
    for text in (rule.title, *rule.remedies.values()):
        assert CHINESE.search(text.zh) and not CHINESE.search(text.en)
        assert set(re.findall(r"\{\w+\}", text.en)) == set(re.findall(r"\{\w+\}", text.zh))


@pytest.mark.parametrize("verb", list(Verb), ids=str)
def test_every_verb_is_judged_by_a_barring_rule(verb: Verb) -> None:
    assert any(verb in rule.verbs and rule.severity.value == "block" for rule in published().newest())


def test_a_lacking_fact_is_named_in_both_languages() -> None:
    lacking = [e for e in EXAMPLES if e.outcome == "cannot_tell"]
    for example in lacking:
        remedy = finding_of(example).remedy_for(Audience.ALL)
        assert remedy is not None and "{" not in remedy.en + remedy.zh
        assert remedy.en.startswith("Holdfast does not know "), f"{example.rule} {example.name} broke down"
        assert CHINESE.search(remedy.zh) and HIDDEN.zh not in remedy.zh


def test_a_contractor_sees_its_own_facts_and_nobody_elses() -> None:
    from tests.policy.world import BAIXI, QINGSHI

    example = next(e for e in EXAMPLES if (e.rule, e.name) == ("QUA-02@1", "grade B where A is asked"))
    finding = finding_of(example)
    theirs = finding.for_audience(Audience.ALL, QINGSHI)
    others = finding.for_audience(Audience.ALL, BAIXI)
    assert theirs.inputs["held"].value == ["B"]
    assert "held" not in others.inputs and "grade B" not in str(others.remedy)
    assert "grade A" in str(others.remedy), "what is asked is for everyone"
    assert (others.code, others.outcome) == ("QUA-02", finding.outcome)


def test_a_foreign_client_is_not_shown_to_a_contractor() -> None:
    from tests.policy.world import QINGSHI

    example = next(e for e in EXAMPLES if (e.rule, e.name) == ("FOR-01@1", "ultimate client from abroad"))
    finding = finding_of(example)
    assert "US" in str(finding.remedy) and "ultimate client" in str(finding.remedy)
    seen = finding.for_audience(Audience.ALL, QINGSHI)
    assert not {"party", "country", "via"} & set(seen.inputs)
    assert HIDDEN.en in str(seen.remedy) and "US" not in str(seen.remedy)


def test_a_name_is_put_to_an_id_only_for_the_reader_it_is_given_to() -> None:
    from tests.policy.world import QINGSHI

    example = next(e for e in EXAMPLES if (e.rule, e.name) == ("FOR-01@1", "recipient from abroad"))
    finding = finding_of(example)
    assert "the party concerned is of DE" in str(finding.remedy)
    named_remedy = finding.remedy_for(names={QINGSHI: "Qingshi Mapping"})
    assert named_remedy is not None and named_remedy.zh.startswith("Qingshi Mapping属于DE")
