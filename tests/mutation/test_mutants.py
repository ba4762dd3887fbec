"""What the mutation run breaks, and what it leaves alone."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.operator import Operator

from tests.mutation import mutants as made
from tests.mutation.__main__ import Trial, reasons
from tests.mutation.judges import Court
from tests.mutation.operators import OWN, operators

RULE = '''
LIMIT: int = 3

class Cask:
    def full(self, litres: int | None = 5) -> bool | None:
        """At most 9."""
        return litres is not None and litres >= LIMIT

def kept(casks, ids: list[str] | None):
    for cask in casks:
        if cask.full():
            return [id for id in ids if id in casks]
    raise LookupError("none")
'''


@pytest.mark.parametrize("operator", OWN, ids=lambda operator: operator.__name__)
def test_an_operator_does_what_its_examples_say(operator: type[Operator]) -> None:
    for example in operator.examples():
        assert mutate_code(example.pre_mutation_code, operator(), 0) == example.post_mutation_code


def test_each_thing_is_changed_once_and_types_and_words_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(made, "POLICY", tmp_path)
    file = tmp_path / "cellar.py"
    file.write_text(RULE, "utf-8")
    found = {(m.function, m.now) for m in made.mutants(file)}
    assert found == {
        ("-", "LIMIT: int = 4"),
        ("-", "LIMIT: int = 2"),
        ("-", "def full(self, litres: int | None = 6) -> bool | None:"),
        ("-", "def full(self, litres: int | None = 4) -> bool | None:"),
        ("Cask.full", "return litres is None and litres >= LIMIT"),
        ("Cask.full", "return litres is not None and litres < LIMIT"),
        ("Cask.full", "return litres is not None and litres <= LIMIT"),
        ("Cask.full", "return litres is not None and litres > LIMIT"),
        ("Cask.full", "return litres is not None or litres >= LIMIT"),
        ("Cask.full", "return None"),
        ("kept", "for cask in []:"),
        ("kept", "if not cask.full():"),
        ("kept", "return [id for id in ids]"),
        ("kept", "return [id for id in ids if id not in casks]"),
        ("kept", "return None"),
        ("kept", "pass"),
    }
    assert [m.line for m in made.mutants(file) if m.now == "pass"] == [13]


def test_rules_and_engine_are_all_broken() -> None:
    files = {file.name for file in made.targets()}
    assert {"engine.py", "facts.py", "overriding.py", "hops.py", "qualifications.py"} <= files
    assert "__init__.py" not in files and len(operators()) > 50


def test_every_survivor_is_one_of_a_file_that_is_there_and_says_why() -> None:
    files = {str(file.relative_to(made.POLICY)) for file in made.targets()}
    for name, why in reasons().items():
        assert name.partition(" ")[0] in files and len(why) > 20, name


def test_what_computes_without_end_is_ended_and_what_waits_for_a_busy_machine_is_not() -> None:
    def spins() -> bool:
        while True:
            pass

    def waits() -> bool:
        time.sleep(1.5)
        return False

    assert Trial(spins, 1).awaited() == "by time"
    assert Trial(waits, 1).awaited() == "alive"
    assert Trial(lambda: True, 1).awaited() == "noticed"


def test_a_mutant_that_only_grows_is_noticed_before_it_takes_the_memory_of_the_machine() -> None:
    def grows() -> bool:
        kept: list[bytes] = []
        while len(kept) < 1_000:
            kept.append(bytes(1 << 24))
        return False

    assert Trial(grows, 60).awaited() == "noticed"


def test_a_call_of_super_that_is_not_made_is_tried_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(made, "POLICY", tmp_path)
    file = tmp_path / "cask.py"
    file.write_text("class Cask(list):\n    def __init__(self):\n        super().__init__([1])\n", "utf-8")
    (dropped,) = (m for m in made.mutants(file) if m.now == "pass")
    space: dict[str, Any] = {}
    exec(compile(file.read_text("utf-8"), str(file), "exec"), space)  # noqa: S102 - it stands above
    court = Court.__new__(Court)
    court.quick, court.functions = {}, {(str(file), "Cask.__init__"): space["Cask"].__init__}
    assert space["Cask"]() == [1] and court.can_try(dropped)
    court._broken(dropped)
    assert space["Cask"]() == []
