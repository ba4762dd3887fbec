"""A stored decision can be run again, and an edited one is noticed."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from custody import gather, regimes
from custody.actions import deciding, handoffs
from custody.models import Decision
from custody.policy.engine import decide
from custody.policy.facts import FACTS_SCHEMA, Facts
from custody.policy.rule import published
from custody.replay import replay_all
from custody.stories import cast as people
from custody.stories import plays, told
from custody.terms import Verb


@pytest.fixture
def played(cast: people.Cast) -> people.Cast:
    project = people.open_project(cast, "LH-1", "Lanhe")
    for story in plays.STORIES:
        story(cast, project)
    return cast


def test_every_decision_of_the_six_stories_comes_out_the_same(
    played: people.Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    assert {r.verdict for r in replay_all()} == {"same"}
    call_command("decisions", "replay")
    assert f"{Decision.objects.count()} same, 0 differ" in capsys.readouterr().out


def test_a_decision_edited_in_memory_is_said_to_differ(played: people.Cast) -> None:
    from custody import regimes
    from custody.replay import replay

    refused = Decision.objects.filter(outcome="refuse").first()
    assert refused is not None
    refused.findings = refused.findings[1:]
    assert replay(refused, regimes.pack("cn_surveying_zhejiang")).verdict == "differs"


def ruled_before_channels(verb: Verb, question: gather.Question) -> deciding.Ruling:
    """Rule as Holdfast did when facts said nothing of channels, and there was no rule on them."""
    now = deciding.rule(verb, question)
    groups = {**now.facts.groups, "act": dict(now.facts.groups["act"])}
    for member in ("channel", "second_carrier"):
        del groups["act"][member]  # type: ignore[attr-defined]
    facts = Facts(groups, 1)
    rules = [name for name in now.judgement.rules if name != "HND-04@1"]
    return deciding.Ruling(verb, facts, decide(verb, facts, regimes.pack(question.project.regime), rules))


def test_a_decision_taken_on_facts_of_the_first_schema_still_comes_out_the_same(
    cast: people.Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = people.open_project(cast, "LH-1", "Lanhe")
    hop = told.approved_hop(cast, project, "westgate", "Scanning")
    copies = people.make_copies(cast, project, "SHEETS", 2)
    with monkeypatch.context() as before:
        before.setattr(handoffs, "rule", ruled_before_channels)
        told.offer(cast, hop, copies[:1], "tao", "westgate_room")
    told.offer(cast, hop, copies[1:], "tao", "westgate_room")
    offers = Decision.objects.filter(verb="handoff.offer")
    assert sorted(offers.values_list("facts_schema", flat=True)) == [1, FACTS_SCHEMA]
    assert {r.verdict for r in replay_all()} == {"same"}


def test_a_decision_whose_rule_gets_a_new_version_still_replays(
    played: people.Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    import dataclasses

    registry = published()
    old = next(rule for rule in registry.newest() if rule.code == "QUA-01")

    def bars_everything(facts: object, pack: object, params: object, answer: object) -> None:
        answer.fail(next(iter(old.remedies)))  # type: ignore[attr-defined]

    newer = dataclasses.replace(old, version=old.version + 1, body=bars_everything)
    monkeypatch.setattr(
        registry, "_rules", {code: dict(versions) for code, versions in registry._rules.items()}
    )
    registry.add(newer)
    assert newer in registry.newest()
    assert {r.verdict for r in replay_all()} == {"same"}
