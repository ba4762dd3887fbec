"""A stored decision can be run again, and an edited one is noticed."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from custody.models import Decision
from custody.policy.rule import published
from custody.replay import replay_all
from custody.stories import cast as people
from custody.stories import plays


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
