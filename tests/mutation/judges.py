"""Who says whether a test notices a mutant: examples and golden vectors one by one, then the tests of
tests/policy, each asked about what it runs through."""

from __future__ import annotations

import functools
import gc
import importlib
import importlib.abc
import importlib.util
import json
import os
import sys
import time
import types
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.mutation.mutants import POLICY, Mutant

PROJECT = POLICY.parents[1]
ASKED_ONE_BY_ONE = (
    "test_the_rule_answers_as_the_example_says",
    "test_a_rule_version_replays_its_golden_vectors",
    "test_a_rule_version_is_asked_for_the_same_acts_and_tells_the_same_people",
)
"""The tests whose questions `quick_judges` asks."""
QUICK = tuple(
    f"test_{name}.py"
    for name in (
        *("calendar", "edges", "edges_ends", "edges_heaps", "edges_hops", "edges_parties"),
        *("edges_screened", "engine", "facts", "overriding", "rule", "shares", "subject"),
    )
)
"""Tests that take no time: they are asked before the others, and alone for work on rules."""
Judge = Callable[[], bool]
"""True when all is as it should be."""


def quick_judges() -> dict[str, Judge]:
    """Return what test_examples.py and test_vectors.py ask of what rules answer, one by one."""
    from custody.policy.engine import decide, essence
    from custody.policy.facts import Facts
    from custody.policy.rule import published
    from custody.terms import Verb
    from tests.policy import vectors
    from tests.policy.examples import EXAMPLES
    from tests.policy.packs import pack

    found: dict[str, Judge] = {}
    verbs = {verb.value: verb for verb in Verb}

    def answers(example: Any) -> bool:
        (finding,) = decide(example.verb, example.facts, pack(example.regime), [example.rule]).findings
        return (finding.outcome.value, finding.problems) == (example.outcome, example.problems)

    def replays(vector: Any, name: str) -> bool:
        used = vectors.pack_of(vector["pack"])
        made = decide(verbs[vector["verb"]], Facts.from_json(vector["facts"]), used, [name])
        return (essence(made.findings[0]), made.outcome.value) == (vector["finding"], vector["outcome"])

    for number, example in enumerate(EXAMPLES):
        found[f"example {number}"] = functools.partial(answers, example)

    told = vectors.told_before()

    def is_told(name: str) -> bool:
        return bool(vectors.told(name) == told[name])

    for rule in published().all():
        found[f"told {rule.name}"] = functools.partial(is_told, rule.name)
        for vector in json.loads(vectors.path(rule.name).read_text("utf-8")):
            found[f"vector {rule.name} {vector['name']}"] = functools.partial(replays, vector, rule.name)
    return found


@dataclass
class Reach:
    """Who runs through which function, and how long each takes."""

    files: frozenset[str]
    by_function: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    seconds: dict[str, float] = field(default_factory=dict)

    def watch(self, name: str, judge: Judge) -> bool:
        """Run a judge and note what it runs through."""
        codes: set[types.CodeType] = set()

        def note(frame: Any, _: str, __: Any) -> None:  # is asked at calls alone, as it wants no lines
            codes.add(frame.f_code)

        begun = time.process_time()
        sys.settrace(note)
        try:
            content = judge()
        finally:
            sys.settrace(None)
        self.seconds[name] = time.process_time() - begun
        for code in codes:
            if code.co_filename in self.files:
                top = code.co_qualname.partition(".<locals>")[0]
                self.by_function[code.co_filename, top].add(name)
        return content

    def of(self, mutant: Mutant) -> list[str]:
        """Return who runs through what is changed, the quickest first."""
        file = str(mutant.file)
        if mutant.code is not None:
            found = self.by_function.get((file, mutant.function), set())
        else:
            found = {name for (at, _), names in self.by_function.items() if at == file for name in names}
        return sorted(found, key=lambda name: self.seconds[name])


@dataclass
class Bench:
    """Tests of some files."""

    paths: list[Path] = field(default_factory=list)
    tests: dict[str, Judge] = field(default_factory=dict)


class Court:
    """All judges of a pytest session on tests/policy, and what they run through."""

    def __init__(self, session: pytest.Session, files: Iterable[Path]) -> None:
        """Run everybody once who is quick: all must be content before anything is broken."""
        self.reach = Reach(frozenset(map(str, files)))
        self.quick = quick_judges()
        self.light, self.heavy = Bench(), Bench()
        for item in session.items:
            bench = self.light if item.path.name in QUICK else self.heavy
            bench.paths.append(item.path)
            if not item.name.startswith(ASKED_ONE_BY_ONE):
                bench.tests[item.nodeid] = functools.partial(passes, item)
        self._meet({**self.quick, **self.light.tests})
        self.functions = {
            (found.__code__.co_filename, found.__qualname__): found
            for found in gc.get_objects()
            if isinstance(found, types.FunctionType) and found.__code__.co_filename in self.reach.files
        }

    def _meet(self, judges: Mapping[str, Judge]) -> None:
        for name, judge in judges.items():
            if name not in self.reach.seconds and not self.reach.watch(name, judge):
                raise SystemExit(f"{name} fails before anything is broken")

    def call_all(self) -> None:
        """Run those too that take their time: they are needed only where the others notice nothing."""
        self._meet(self.heavy.tests)

    def settle(self) -> None:
        """Keep what is loaded out of the way of the collector: the processes split off share it."""
        gc.collect()
        gc.freeze()

    def can_try(self, mutant: Mutant) -> bool:
        """Whether the function is loaded and can be given the changed code."""
        if mutant.code is None:
            return True
        function = self.functions.get((str(mutant.file), mutant.function))
        return function is not None and mutant.code.co_freevars in ((), function.__code__.co_freevars)

    def is_content(self) -> bool:
        """Whether a process of its own finds all as it should be where nothing is broken."""
        forget()
        return all(judge() for judge in self.quick.values())

    def notices_quickly(self, mutant: Mutant) -> bool:
        """Whether an example or a vector is answered otherwise; in a process of its own."""
        quick = self._broken(mutant)
        return any(not quick[name]() for name in self._asked(mutant, quick))

    def notices_lightly(self, mutant: Mutant) -> bool:
        """Whether a test fails that takes no time; in a process of its own."""
        return self._notices(mutant, self.light)

    def notices(self, mutant: Mutant) -> bool:
        """Whether one of the others fails; in a process of its own."""
        return self._notices(mutant, self.heavy)

    def _notices(self, mutant: Mutant, bench: Bench) -> bool:
        self._broken(mutant)
        if mutant.code is None:
            # Tests hold on to what they imported: they are collected anew.
            for name in [n for n in sys.modules if n.startswith("tests.policy")]:
                del sys.modules[name]
            return pytest.main(arguments(dict.fromkeys(bench.paths))) != 0
        return any(not bench.tests[name]() for name in self._asked(mutant, bench.tests))

    def _asked(self, mutant: Mutant, judges: dict[str, Judge]) -> list[str]:
        reached = [name for name in self.reach.of(mutant) if name in judges]
        return reached or (list(judges) if mutant.code is None else [])

    def _broken(self, mutant: Mutant) -> dict[str, Judge]:
        """Put the mutant in the place of what it was made of; return the judges of it."""
        forget()
        if mutant.code is not None:
            function = self.functions[str(mutant.file), mutant.function]
            # What asks for super() no more is still given its class, or would be no code of this function.
            function.__code__ = mutant.code.replace(co_freevars=function.__code__.co_freevars)
            return self.quick
        if mutant.file.parent.name == "rules":
            self._publish_anew(mutant)
            return self.quick
        for name in [n for n in sys.modules if n.startswith(("custody.policy", "tests.policy"))]:
            del sys.modules[name]
        sys.meta_path.insert(0, _Instead(mutant))
        return quick_judges()

    def _publish_anew(self, mutant: Mutant) -> None:
        """Run a file of rules again in its own module, over rules that it had published."""
        from custody.policy.rule import REGISTRY

        module = sys.modules[f"custody.policy.rules.{mutant.file.stem}"]
        for code, versions in REGISTRY._rules.items():
            own = [v for v, rule in versions.items() if rule.body.__module__ == module.__name__]
            if own:
                before = {v: rule for v, rule in versions.items() if v < min(own)}
                later = {v: rule for v, rule in versions.items() if v not in own and v > min(own)}
                REGISTRY._rules[code] = _Versions(before, later)
        exec(compile(mutant.source, str(mutant.file), "exec"), module.__dict__)  # noqa: S102 - that is the aim


class _Versions(dict[int, Any]):
    """Versions of a rule into which those of one file come again, below those of other files."""

    def __init__(self, before: dict[int, Any], later: dict[int, Any]) -> None:
        super().__init__(before)
        self.later = later

    def __setitem__(self, version: int, rule: Any) -> None:
        super().__setitem__(version, rule)
        while (following := len(self) + 1) in self.later:
            super().__setitem__(following, self.later.pop(following))


class _Instead(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives the mutant where the file is imported that it was made of."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant
        self.name = f"custody.policy.{mutant.file.stem}"

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        """Return where the mutated module is."""
        return importlib.util.spec_from_loader(name, self) if name == self.name else None

    def exec_module(self, module: types.ModuleType) -> None:
        """Run it."""
        module.__file__ = str(self.mutant.file)
        exec(compile(self.mutant.source, str(self.mutant.file), "exec"), module.__dict__)  # noqa: S102


def passes(item: pytest.Item) -> bool:
    """Whether a collected test passes."""
    from _pytest.runner import runtestprotocol

    return not any(report.failed for report in runtestprotocol(item, log=False, nextitem=None))


def arguments(what: Iterable[Path]) -> list[str]:
    """Return how pytest runs tests of the policy: they need no server."""
    plain = "-q -x -s --noconftest -p no:cacheprovider -p no:django -p no:xdist --import-mode=importlib"
    return [*plain.split(), "-c", os.devnull, f"--rootdir={PROJECT}", *map(str, what)]


def forget() -> None:
    """Drop what was worked out before, so that the changed code is asked."""
    from custody.policy import engine, rule

    engine._PARAMS.clear()
    engine._BASES.clear()
    rule.published.cache_clear()
