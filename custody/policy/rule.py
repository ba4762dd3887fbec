"""The registry of rules, and what a rule may say.

A rule is a pure function ``(facts, pack, params, answer)``. It tells the inputs it looked at, names what is
wrong by a problem key that has a remedy, and asks facts through accessors that raise Missing, which the
engine turns into "cannot tell". A published version is never edited: change a rule by adding
``@rule("HND-01", 2, ...)``.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar, cast

from custody.policy.facts import Facts, Json
from custody.policy.regime import PLACEHOLDER, Pack, Params
from custody.terms import Audience, FindingOutcome, Text, Verb

BLOCK = FindingOutcome.BLOCK
WARN = FindingOutcome.WARN

HIDDEN = Text("(not shown to you)", "（不向您显示）")
_NOUNS = {
    "party": Text("the party concerned", "相关单位"),
    "person": Text("the person concerned", "相关人员"),
    "system": Text("the system concerned", "相关系统"),
    "hop": Text("the subcontract concerned", "相关分包"),
    "copy": Text("the copy concerned", "相关副本"),
    "item": Text("the item concerned", "相关成果"),
}


@dataclass(frozen=True, slots=True)
class Input:
    """One thing a rule looked at.

    ``shown`` is how people read it, ``refers`` the noun when the value is an id that a screen may name.
    An internal input is seen by the project's side and by those whose own facts it is (``owners``).
    """

    value: Json
    shown: Text | None = None
    refers: str = ""
    audience: Audience = Audience.INTERNAL
    owners: tuple[str, ...] = ()

    def visible(self, audience: Audience, party: str | None) -> bool:
        """Return whether a reader may see it; ``party`` is an outside reader's own."""
        return audience is Audience.INTERNAL or self.audience is Audience.ALL or party in self.owners

    def text(self, names: Mapping[str, str]) -> Text:
        """Return what people read; an id without a name becomes its noun, never a bare identifier."""
        if self.refers:
            name = names.get(str(self.value))
            return Text(name, name) if name else _NOUNS[self.refers]
        if self.shown:
            return self.shown
        if isinstance(self.value, list):
            return Text(", ".join(map(str, self.value)), "、".join(map(str, self.value)))
        return Text(str(self.value), str(self.value))


Value = bool | int | str | Decimal | date | Iterable[str] | None


class Answer:
    """What a rule says while it runs; with nothing wrong said, the rule has passed."""

    def __init__(self) -> None:
        """Start with nothing told."""
        self.inputs: dict[str, Input] = {}
        self.problems: dict[str, FindingOutcome] = {}
        self.note: Text | None = None

    def tell(
        self,
        name: str,
        value: Value,
        *,
        shown: Text | None = None,
        refers: str = "",
        everyone: bool = False,
        own: Iterable[str | None] = (),
    ) -> None:
        """Name an input: for everyone, for the parties whose ``own`` it is, or for the project's side."""
        plain, text = _plain(value)
        audience = Audience.ALL if everyone else Audience.INTERNAL
        owners = tuple(sorted({party for party in own if party})) if own else ()
        self.inputs[name] = Input(plain, shown or text, refers, audience, owners)

    def fail(self, problem: str) -> None:
        """Say that the rule is broken in this way."""
        self.problems[problem] = BLOCK

    def warn(self, problem: str) -> None:
        """Say that something should be mended, though nothing is barred."""
        self.problems.setdefault(problem, WARN)

    def not_applicable(self, en: str, zh: str) -> None:
        """Say why the rule has nothing to judge here."""
        self.note = Text(en, zh)


def day_text(day: date) -> Text:
    """Return a day as people read it: ISO in English, 2026年11月21日 in Chinese."""
    return Text(day.isoformat(), f"{day.year}年{day.month}月{day.day}日")


def _plain(value: Value) -> tuple[Json, Text | None]:
    kind = type(value)
    if kind is str or kind is int:  # what most are
        return cast(Json, value), None
    if isinstance(value, Decimal):
        return format(value, "f"), None
    if isinstance(value, date):
        return value.isoformat(), day_text(value)
    if value is None:
        return None, Text("not recorded", "未登记")
    if isinstance(value, bool):
        return value, Text("yes" if value else "no", "是" if value else "否")
    if isinstance(value, int):
        return value, None
    if isinstance(value, str):
        return str(value), None
    return [str(item) for item in value], None


def rendered(template: Text, inputs: Mapping[str, Input], audience: Audience, party: str | None,
             names: Mapping[str, str]) -> Text:  # fmt: skip
    """Fill a template's placeholders with what this reader may see."""
    texts = {
        name: given.text(names) if given.visible(audience, party) else HIDDEN
        for name, given in inputs.items()
    }

    def fill(text: str, language: str) -> str:
        return PLACEHOLDER.sub(lambda m: texts.get(m[1], HIDDEN).get(language), text)

    return Text(fill(template.en, "en"), fill(template.zh, "zh"))


P = TypeVar("P", bound=Params)
Body = Callable[[Facts, Pack, Any, Answer], None]


@dataclass(frozen=True, slots=True)
class Rule:
    """One version of a rule."""

    code: str
    version: int
    severity: FindingOutcome
    verbs: frozenset[Verb]
    title: Text
    remedies: Mapping[str, Text]
    params: type[Params]
    body: Body
    doc: str

    @property
    def name(self) -> str:
        """Return the name a decision lists, such as ``HND-01@1``."""
        return f"{self.code}@{self.version}"


class Registry:
    """All versions of all rules."""

    def __init__(self) -> None:
        """Start empty."""
        self._rules: dict[str, dict[int, Rule]] = {}

    def add(self, rule: Rule) -> None:
        """Add a version. Raises ValueError for a version that is already there or leaves a gap."""
        versions = self._rules.setdefault(rule.code, {})
        if rule.version != len(versions) + 1:
            raise ValueError(f"{rule.name}: expected version {len(versions) + 1}")
        versions[rule.version] = rule

    def all(self) -> tuple[Rule, ...]:
        """Return every version of every rule, by code and version."""
        return tuple(self._rules[code][v] for code in sorted(self._rules) for v in sorted(self._rules[code]))

    def newest(self) -> tuple[Rule, ...]:
        """Return the newest version of every rule, by code: the ones new decisions are taken with."""
        return tuple(versions[max(versions)] for _, versions in sorted(self._rules.items()))

    def named(self, name: str) -> Rule:
        """Return the version called ``HND-01@1``. Raises KeyError when it was never published."""
        code, _, version = name.partition("@")
        for rule in self._rules.get(code, {}).values():
            if str(rule.version) == version:
                return rule
        raise KeyError(name)


REGISTRY = Registry()


def rule(
    code: str,
    version: int,
    *,
    verbs: Iterable[Verb],
    title: Text,
    remedies: Mapping[str, Text],
    params: type[P],
    severity: FindingOutcome = BLOCK,
    registry: Registry | None = None,
) -> Callable[[Callable[[Facts, Pack, P, Answer], None]], Callable[[Facts, Pack, P, Answer], None]]:
    """Publish a rule version. ``severity``: whether breaking it, or not being able to tell, bars the act."""

    def publish(body: Callable[[Facts, Pack, P, Answer], None]) -> Callable[[Facts, Pack, P, Answer], None]:
        (REGISTRY if registry is None else registry).add(
            Rule(
                code,
                version,
                severity,
                frozenset(verbs),
                title,
                dict(remedies),
                params,
                body,
                body.__doc__ or "",
            )
        )
        return body

    return publish


@cache
def published() -> Registry:
    """Return the registry with every file of ``rules/`` loaded, once."""
    from custody.policy import rules  # rules import this file

    for module in pkgutil.iter_modules(rules.__path__):
        importlib.import_module(f"{rules.__name__}.{module.name}")
    return REGISTRY
