"""For every rule version: examples that pass, that fail in each way it can, and that lack a fact.

`vectors.py` keeps them with their outcomes in `tests/vectors/policy/`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from custody.policy import facts as f
from custody.policy.facts import Facts
from custody.terms import Verb
from tests.policy.world import (
    APPROVAL1,
    CLIENT,
    COPY1,
    COPY2,
    HOLDING,
    HOP1,
    HOP2,
    OWNER,
    QINGSHI,
    VAULT,
    World,
    certificate,
)

ZHEJIANG, NATIONAL, CUI, STRICT = "cn_surveying_zhejiang", "cn_surveying", "us_cui", "house_strict"
SCREENING, KEYS = "house_screening", "house_keys"
OFFER, ACCEPT, APPROVE, REQUEST = (
    Verb.HANDOFF_OFFER,
    Verb.HANDOFF_ACCEPT,
    Verb.HOP_APPROVE,
    Verb.HOP_REQUEST,
)
QINGSHI_KEY, HOP1_KEY, HOP2_KEY = f"party:{QINGSHI}", f"hop:{HOP1}", f"hop:{HOP2}"
COPY_KEYS = f"copy:{COPY1}", f"copy:{COPY2}"
APPROVAL1_KEY, COPY1_KEY, VAULT_KEY = f"approval:{APPROVAL1}", f"copy:{COPY1}", f"system:{VAULT}"


@dataclass(frozen=True)
class Example:
    rule: str
    name: str
    outcome: str
    problems: tuple[str, ...]
    regime: str
    verb: Verb
    build: Callable[[], World]

    @property
    def facts(self) -> Facts:
        return self.build().facts()


EXAMPLES: list[Example] = []
Change = Callable[[World], World]


def add(
    rule: str,
    name: str,
    outcome: str,
    change: Change,
    *problems: str,
    verb: Verb = OFFER,
    regime: str = ZHEJIANG,
    tier: int = 1,
) -> None:
    EXAMPLES.append(
        Example(rule, name, outcome, problems, regime, verb, lambda: change(World(verb, regime, tier)))
    )


def held(*certificates: f.Qualification) -> Change:
    return lambda w: w.change(QINGSHI_KEY, qualifications=certificates)


def changed(key: str, **changes: object) -> Change:
    return lambda w: w.change(key, **changes)


def both(*changes: Change) -> Change:
    def run(world: World) -> World:
        for change in changes:
            world = change(world)
        return world

    return run


def sound(world: World) -> World:
    return world


def cmmc(prime: str | None, held_grade: str, level: str = "cui") -> Change:
    """The same chain under us_cui, at one level, with one certificate."""

    def run(w: World) -> World:
        w.change("project", level="cui", categories=(), qualification_type="cmmc", qualification_grade=prime)
        w.change(HOP1_KEY, level=level, categories=())
        w.change(APPROVAL1_KEY, level=level)
        w.change("installation", level="cui").change(VAULT_KEY, level="cui")
        for key in COPY_KEYS:
            w.change(key, level=level)
        for id in (OWNER, CLIENT, QINGSHI, HOLDING):
            w.change(f"party:{id}", country="US")
        return held(certificate(60, type="cmmc", grade=held_grade, categories=()))(w)

    return run
