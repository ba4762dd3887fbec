"""Old registers of a project, as far as their dry run."""

from __future__ import annotations

from collections.abc import Sequence

from custody import models as m
from custody.actions import opening
from custody.stories import cast as people
from tests.old_register import Row, csv, line


def opened(
    cast: people.Cast,
    project: m.Project,
    rows: Sequence[Row] = (),
    name: str = "Book 3 第3册",
    who: str = "mei",
) -> m.OpeningRegister:
    """Return a register of a project in its dry run."""
    raw = csv(rows or [line(1), line(2)])
    outcome = opening.open_register(
        cast.actor(who), project=project.id, name=name, content=raw, filename="old.csv"
    )
    assert outcome.state == "done"
    found: m.OpeningRegister = outcome.object
    return found
