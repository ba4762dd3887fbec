"""What a rule tells: who may see it, how people read it, and which versions there are."""

from __future__ import annotations

import dataclasses
import enum
import importlib
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from custody.policy import rules
from custody.policy.regime import Params
from custody.policy.rule import (
    BLOCK,
    HIDDEN,
    REGISTRY,
    WARN,
    Answer,
    Input,
    Registry,
    day_text,
    published,
    rendered,
    rule,
)
from custody.terms import Audience, Text, Verb
from tests.policy.world import BAIXI, QINGSHI


class Sheets(enum.IntEnum):
    """Numbers that are more than numbers."""

    THREE = 3


ALL, INTERNAL = Audience.ALL, Audience.INTERNAL
NOUN = Text("the party concerned", "相关单位")


@pytest.mark.parametrize(
    ("of", "owners", "reader", "party", "seen"),
    [
        (INTERNAL, (), INTERNAL, None, True),
        (INTERNAL, (QINGSHI,), INTERNAL, BAIXI, True),
        (INTERNAL, (QINGSHI,), ALL, QINGSHI, True),
        (INTERNAL, (QINGSHI,), ALL, BAIXI, False),
        (INTERNAL, (), ALL, QINGSHI, False),
        (INTERNAL, (), ALL, None, False),
        (ALL, (), ALL, BAIXI, True),
        (ALL, (QINGSHI,), ALL, BAIXI, True),
    ],
)
def test_what_is_internal_is_seen_by_the_project_and_by_those_whose_own_it_is(
    of: Audience, owners: tuple[str, ...], reader: Audience, party: str | None, seen: bool
) -> None:
    given = Input(1, audience=of, owners=owners)
    assert given.visible(reader, party) is seen
    said = rendered(Text("It is {n}.", "为{n}。"), {"n": given}, reader, party, {})
    assert said == (Text("It is 1.", "为1。") if seen else Text(f"It is {HIDDEN.en}.", f"为{HIDDEN.zh}。"))


def test_what_was_not_told_is_not_filled_in() -> None:
    assert rendered(Text("{n}", "{n}"), {}, INTERNAL, None, {}) == HIDDEN


def test_an_id_is_read_by_its_name_or_its_noun_and_never_as_it_stands() -> None:
    given = Input(QINGSHI, Text("x", "x"), refers="party")
    assert given.text({QINGSHI: "Qingshi"}) == Text("Qingshi", "Qingshi")
    assert given.text({}) == NOUN and given.text({QINGSHI: ""}) == NOUN


@pytest.mark.parametrize(
    ("value", "stored", "text"),
    [
        (Decimal("1.50"), "1.50", Text("1.50", "1.50")),
        (Decimal("1E+2"), "100", Text("100", "100")),
        (date(2026, 1, 2), "2026-01-02", Text("2026-01-02", "2026年1月2日")),
        (None, None, Text("not recorded", "未登记")),
        (True, True, Text("yes", "是")),
        (False, False, Text("no", "否")),
        (3, 3, Text("3", "3")),
        ("gis", "gis", Text("gis", "gis")),
        (Verb.COPY_MINT, "copy.mint", Text("copy.mint", "copy.mint")),
        (Sheets.THREE, Sheets.THREE, Text("3", "3")),
        (("gis", "map"), ["gis", "map"], Text("gis, map", "gis、map")),
    ],
    ids=str,
)
def test_what_is_told_is_stored_plainly_and_read_in_both_languages(
    value: object, stored: object, text: Text
) -> None:
    answer = Answer()
    answer.tell("it", value)  # type: ignore[arg-type]
    assert answer.inputs["it"].value == stored and type(answer.inputs["it"].value) is type(stored)
    assert answer.inputs["it"].text({}) == text
    answer.tell("it", value, shown=NOUN)  # type: ignore[arg-type]
    assert answer.inputs["it"].text({}) == NOUN


def test_what_is_told_is_for_the_project_and_for_its_owners_unless_it_is_for_everyone() -> None:
    answer = Answer()
    answer.tell("plain", 1)
    answer.tell("own", 1, own=(QINGSHI, None, BAIXI, QINGSHI))
    answer.tell("all", 1, everyone=True)
    seen = {name: (given.audience, given.owners) for name, given in answer.inputs.items()}
    assert seen == {
        "plain": (INTERNAL, ()),
        "own": (INTERNAL, tuple(sorted((BAIXI, QINGSHI)))),
        "all": (ALL, ()),
    }


def test_a_warning_never_takes_back_that_something_is_barred() -> None:
    answer = Answer()
    answer.fail("both")
    answer.warn("both")
    answer.warn("later")
    answer.fail("later")
    answer.warn("only")
    assert answer.problems == {"both": BLOCK, "later": BLOCK, "only": WARN}


def test_a_day_is_read_in_both_languages() -> None:
    assert day_text(date(2026, 11, 2)) == Text("2026-11-02", "2026年11月2日")


def test_an_input_and_a_rule_never_change_once_they_are_made() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Input(1).value = 2  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        published().all()[0].version = 2  # type: ignore[misc]


def test_versions_follow_one_another_and_each_is_found_by_its_name() -> None:
    own, text = Registry(), Text("One. Two.", "一。二。")

    def publish(code: str, version: int) -> object:
        def body(*_: object) -> None:
            pass

        given = rule(
            code,
            version,
            verbs=[Verb.COPY_MINT],
            title=text,
            remedies={"no": text},
            params=Params,
            registry=own,
        )(body)
        assert given is body
        return body

    bodies = [publish("B-01", 1), publish("A-01", 1), publish("B-01", 2)]
    assert [r.name for r in own.all()] == ["A-01@1", "B-01@1", "B-01@2"]
    assert [r.name for r in own.newest()] == ["A-01@1", "B-01@2"]
    assert [own.named(name).body for name in ("B-01@1", "A-01@1", "B-01@2")] == bodies
    assert own.named("A-01@1").doc == "" and own.named("A-01@1").verbs == {Verb.COPY_MINT}
    for name in ("B-01@3", "C-01@1", "B-01"):
        with pytest.raises(KeyError, match=name):
            own.named(name)
    for version in (1, 2, 4):
        with pytest.raises(ValueError, match=f"B-01@{version}: expected version 3"):
            publish("B-01", version)
    assert published() is published() and not {"A-01", "B-01"} & {r.code for r in published().all()}


def test_every_file_of_rules_is_loaded_before_the_first_question(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[str] = []
    monkeypatch.setattr(importlib, "import_module", loaded.append)
    published.cache_clear()
    assert published() is REGISTRY
    there = sorted(path.stem for path in Path(rules.__path__[0]).glob("*.py") if path.stem != "__init__")
    assert sorted(loaded) == [f"custody.policy.rules.{name}" for name in there] and len(there) > 20
