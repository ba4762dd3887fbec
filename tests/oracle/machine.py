"""A machine that plays the product by its real actions, in anybody's name, and holds each answer against the
oracle.

An act that went through must be one that the oracle does not forbid. A refusal must name every row that the
oracle finds broken, and nothing that the oracle finds in order. After each step subcontracts, approvals,
copies and handoffs stand in the product as they do in the oracle.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant

from custody import models as m
from custody.actions.base import ActionError, Actor, NotPermitted, Outcome
from custody.terms import Source
from custody.transitions import NotNow
from tests.oracle import law
from tests.oracle import stage as staging
from tests.oracle import world as w

DAY = dt.timedelta(days=1)
ANY = st.integers(0, 11)
BARRING = ("block", "cannot_tell")


def move(weight: int, **drawn: Any) -> Callable[[Any], Any]:
    """Mark a move of the machine: how often it is made, and what is drawn for it."""

    def mark(method: Any) -> Any:
        method.move = (weight, st.fixed_dictionaries(drawn))
        return method

    return mark


def moves(machine: type) -> list[str]:
    """Return the names of a machine's moves, each as often as it weighs: rules of their own would be switched
    off for whole plays."""
    found = {
        name: getattr(machine, name).move for name in dir(machine) if hasattr(getattr(machine, name), "move")
    }
    return [name for name, (weight, _) in sorted(found.items()) for _ in range(weight)]


def mostly(usual: Any, *other: Any) -> Any:
    """Draw what is in order six times out of seven."""
    return st.sampled_from([usual] * 6 * len(other) + [*other])


def who(*usual: str) -> Any:
    """Draw those whose business it is, or anybody of the cast."""
    anybody = ["mei", "heng", "qiao", "an", "yu", "tao", "lan", "bo", "shu"]
    return st.sampled_from(list(usual) * (36 // len(usual)) + anybody)


class Played(RuleBasedStateMachine):
    """What every machine needs: the stage, and the comparison of an answer with a verdict."""

    begin: Callable[[], staging.Stage]
    end: Callable[[], None]

    def __init__(self) -> None:
        super().__init__()
        self.stage = type(self).begin()
        self.world = self.stage.world

    def teardown(self) -> None:
        type(self).end()

    # --- helpers ---

    @property
    def today(self) -> dt.date:
        return self.stage.clock.today

    def actor(self, key: str) -> Actor:
        return self.stage.cast.actor(key, Source.PAPER)

    def id(self, name: str | None) -> UUID:
        assert name
        return self.stage.ids[name]

    def pick(self, things: Any, number: int) -> Any:
        found = list(things)
        return found[number % len(found)] if found else None

    def tried(self, what: str, act: Callable[[], Outcome]) -> Outcome | None:
        """Do an act to which no rule of section 3 speaks; None when it was turned away."""
        try:
            outcome = act()
        except (ActionError, NotNow) as error:
            self.stage.seen[f"{what}: {type(error).__name__}"] += 1
            return None
        self.stage.seen[f"{what}: {outcome.state}"] += 1
        return outcome

    def judged(
        self, what: str, verdict: law.Verdict, act: Callable[[], Outcome], *, permitted: bool = False
    ) -> Outcome | None:
        """Do an act that rules judge, and hold the answer against the verdict; None if it did not go on."""
        try:
            outcome = act()
        except NotPermitted:
            assert not permitted, f"{what} is this person's to do"
            self.stage.seen[f"{what}: NotPermitted"] += 1
            return None
        except (ActionError, NotNow) as error:
            self.stage.seen[f"{what}: {type(error).__name__}"] += 1
            return None
        self.stage.seen[f"{what}: {outcome.state}"] += 1
        if outcome.state != "refused":
            assert not verdict.forbidden, f"{what} went through: {verdict.forbidden}"
            return outcome
        found = {f["code"]: f for f in outcome.decision.findings if f["outcome"] in BARRING}
        self.stage.barred.update(list(found))
        unheard = {code: f for code, f in found.items() if code not in verdict.expected}
        assert not unheard, f"{what} is refused for what is in order: {unheard}"
        untold = {
            rows: why for rows, why in verdict.forbidden.items() if not set(rows.split("|")) & set(found)
        }
        assert not untold, f"{what} is refused by {sorted(found)}, which leaves out {untold}"
        return None

    # --- after every step ---

    @invariant()
    def both_say_the_same(self) -> None:
        """Nothing is active, granted or held in the product that is not so in the oracle."""
        world, ids = self.world, self.stage.ids
        product = {str(id): str(state) for model in (m.Hop, m.Approval, m.Handoff)
                   for id, state in model.objects.values_list("id", "state")}  # fmt: skip
        things: list[w.Hop | w.Handoff] = [*world.hops.values(), *world.handoffs.values()]
        oracle = {str(ids[x.id]): x.state for x in things}
        oracle |= {str(ids[a.id]): a.state for _, a in world.approvals()}
        differ = {id: (product.get(id), oracle.get(id)) for id in product.keys() | oracle.keys()}
        assert not {id: both for id, both in differ.items() if both[0] != both[1]}
        copies = {
            id: (str(state), self.stage.names[holder])
            for id, state, holder in m.Copy.objects.values_list("id", "state", "custodian_party_id")
        }
        assert copies == {ids[c.id]: (c.state, c.holder) for c in world.copies.values()}
