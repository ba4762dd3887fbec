"""Old registers of a project: read, entered, counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from custody import models as m
from custody import record
from custody.actions import opening, opening_enter, scanning, stocktaking
from custody.stories import cast as people
from custody.terms import SecondPerson
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


def taken_over(cast: people.Cast, row: m.OpeningRegister) -> m.OpeningRegister:
    """Enter what can be read of a register; findings are due in ninety days."""
    outcome = opening_enter.enter(cast.actor("mei"), register=row.id, due=cast.today + dt.timedelta(days=90))
    assert outcome.state == "done"
    found: m.OpeningRegister = outcome.object
    return found


def counted(
    cast: people.Cast,
    project: m.Project,
    *,
    unseen: Sequence[str] = (),
    party: str = "northfield",
    pair: tuple[str, str] = ("mei", "yu"),
    second_as: SecondPerson = SecondPerson.COUNTER,
) -> m.Stocktake:
    """Count what a party holds of a project, by the old numbers, all but ``unseen``; and sign it."""
    first, second = (cast.people[who].id for who in pair)
    asked = stocktaking.Asked(cast.party(party), first, second, second_as, project=project.id)
    row = stocktaking.open_stocktake(cast.actor("mei"), asked=asked).object
    copies = m.Copy.objects.filter(stocktake_lines__stocktake=row).select_related("taken_over")
    marks = [c.taken_over.number if hasattr(c, "taken_over") else c.code for c in copies]
    there = sorted(mark for mark in marks if mark not in unseen)
    half = len(there) // 2
    for who, codes in zip(pair, (there[:half], there[half:]), strict=True):
        if codes and (who == pair[0] or second_as is SecondPerson.COUNTER):
            scanning.count(cast.actor(who), stocktake=row.id, codes=codes)
    if second_as is not SecondPerson.COUNTER and there[half:]:
        scanning.count(cast.actor(pair[0]), stocktake=row.id, codes=there[half:])
    row.refresh_from_db()
    if unseen:
        row = stocktaking.recount(cast.actor("mei"), stocktake=row.id).object
    statement = stocktaking.statement(row, stocktaking.result(row))
    closed: m.Stocktake = stocktaking.close(
        cast.actor("mei"), stocktake=row.id, statement_sha256=record.digest_of_text(statement)
    ).object
    return closed
