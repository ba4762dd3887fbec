"""A published rule version says for ever what it said: golden vectors, guarded by a table of digests."""

from __future__ import annotations

import json

import pytest

from custody.policy.engine import decide, essence
from custody.policy.facts import Facts
from custody.policy.rule import published
from custody.terms import Verb
from tests.policy import vectors

NAMES = [rule.name for rule in published().all()]


def test_the_table_lists_every_rule_version_and_none_has_vanished() -> None:
    assert sorted(vectors.table()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_published_vector_was_not_edited(name: str) -> None:
    assert vectors.digest(name) == vectors.table()[name], "add a new version of the rule instead"


@pytest.mark.parametrize("name", NAMES)
def test_a_rule_version_replays_its_golden_vectors(name: str) -> None:
    stored = json.loads(vectors.path(name).read_text("utf-8"))
    assert {"pass", "cannot_tell"} <= {vector["finding"]["outcome"] for vector in stored}
    for vector in stored:
        pack = vectors.pack_of(vector["pack"])
        assert pack.sha256 == vector["pack"]
        verb = next(v for v in Verb if v.value == vector["verb"])
        decision = decide(verb, Facts.from_json(vector["facts"]), pack, [name])
        assert essence(decision.findings[0]) == vector["finding"], vector["name"]
        assert decision.outcome.value == vector["outcome"], vector["name"]


@pytest.mark.parametrize("name", NAMES)
def test_a_rule_version_is_asked_for_the_same_acts_and_tells_the_same_people(name: str) -> None:
    assert vectors.told(name) == vectors.told_before()[name]
