"""The product played against a naive second reading of the rules: neither lets through what the other
forbids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.actions.scenes import Scene
from tests.oracle import stage
from tests.oracle.registers import Play
from tests.scale import DAY, FULL, tries

Record = Callable[[str, object], None]
PLAYS, STEPS = tries(12, 400), 40
ACTS = (
    "request: held",
    "request: refused",
    "approve: done",
    "offer: done",
    "offer: refused",
    "accept: done",
    "freeze: done",
    "release: done",
    "give leave: done",
    "copy: done",
    "copy: refused",
)
"""What a night must have seen; the plays of a day may leave one out."""


@pytest.fixture
def scene(acts_stage: Scene) -> Scene:
    """A project with owner, sender and receiver apart from the house; rolled back after the test."""
    return acts_stage


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_nothing_passes_that_the_notes_forbid_and_nothing_else_is_stopped(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, record_property: Record
) -> None:
    seen: Counter[str] = Counter()
    barred: Counter[str] = Counter()
    open_: list[transaction.Atomic] = []
    begun = timezone.now()
    clock = stage.Clock(begun).set_by(monkeypatch)

    def begin() -> stage.Stage:
        clock.moment = begun
        atomic = transaction.atomic()
        atomic._from_testcase = True  # type: ignore[attr-defined]
        atomic.__enter__()
        open_.append(atomic)
        try:
            return stage.set_up(scene, clock, seen, barred)
        except BaseException:
            end()
            raise

    def end() -> None:
        transaction.set_rollback(True)
        open_.pop().__exit__(None, None, None)
        assert connection.is_usable()

    Play.begin, Play.end = staticmethod(begin), staticmethod(end)
    # Other plays each day; HOLDFAST_DAY, which a failed run names, plays the same again.
    run_state_machine_as_test(
        seed(DAY)(Play),
        settings=settings(
            max_examples=PLAYS,
            stateful_step_count=STEPS,
            deadline=None,
            print_blob=True,
            database=None,
            phases=[Phase.generate, Phase.shrink] if FULL else [Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert sum(seen.values()) > 10 * PLAYS, f"hardly played: {seen}"
    missed = [act for act in ACTS if not seen[act]]
    assert not (FULL and missed), f"never {missed}: {seen}"
    assert not FULL or {"CPY-02", "INC-01", "HND-01", "QUA-01", "FOR-01", "SYS-01"} <= set(barred), barred
    record_property("refused by", ", ".join(f"{code} {count}" for code, count in sorted(barred.items())))
    record_property("plays", f"{PLAYS} of up to {STEPS} steps: {sum(seen.values())} acts")
