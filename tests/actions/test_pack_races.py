"""Two administrators at once, and two processes that run: one version is published once, and a process that
was told nothing decides its next act by what another has put in force."""

from __future__ import annotations

from functools import partial
from typing import Any

from custody import models as m
from custody.actions.base import Outcome
from custody.stories import cast as people
from tests.actions.racing import Failed, pair
from tests.databases import Database
from tests.packs import activate, house, zhejiang

ROUNDS = 10


def test_of_two_contents_of_one_version_one_is_published(
    cast: people.Cast, database_committed: Database
) -> None:
    with pair(database_committed.environ) as two:
        for n in range(1, ROUNDS + 1):
            answers = two.both(partial(activate, house(str(n), "30")), partial(activate, house(str(n), "29")))
            done = [a for a in answers if isinstance(a, Outcome)]
            failed = [a for a in answers if isinstance(a, Failed)]
            assert (len(done), len(failed)) == (1, 1), answers
            assert failed[0].kind == "ActionError"
            assert "is published already with another content" in failed[0].words
    assert m.RegimePack.objects.filter(name="house").count() == ROUNDS


def judged(cast: people.Cast, code: str) -> Any:
    """Open a project and return the pack by which that was decided."""
    project = people.open_project(cast, code, "In another process")
    return m.Decision.objects.get(project=project).pack_sha256


def test_a_process_that_runs_decides_its_next_act_by_what_another_put_in_force(
    cast: people.Cast, database_committed: Database
) -> None:
    with pair(database_committed.environ) as two:
        before, _ = two.both(partial(judged, cast, "LH-1"), partial(judged, cast, "LH-2"))
        for n, share in enumerate(("39", "38", "37"), 1):
            activated, _ = two.both(
                partial(activate, zhejiang(f"2099.{n}", ('"40"', f'"{share}"'))), partial(int, 0)
            )
            _, now = two.both(partial(int, 0), partial(judged, cast, f"LH-{n + 2}"))
            assert now == activated.object.sha256 != before
