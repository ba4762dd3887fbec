"""One row rebuilt from the few entries that name it is the row that the whole ledger makes."""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import Any

import pytest
from django.db.models import Model

from custody import apply, single
from custody import models as m
from custody.apply import APPLIES, TABLES, rebuild
from custody.events import KINDS
from custody.stories import cast as people
from custody.stories import plays
from ledger import api as ledger
from ledger.models import Disclosure
from tests.actions.scenes import counted


@pytest.fixture
def played(signed_in_cast: people.Cast) -> people.Cast:
    project = people.open_project(signed_in_cast, "LH-1", "Lanhe")
    for story in plays.STORIES:
        story(signed_in_cast, project)
    return signed_in_cast


def named_by(code: Any, seen: set[int]) -> Iterator[str]:
    """Yield the tables that a function which applies a kind names, with those that it calls."""
    if isinstance(code, types.FunctionType) and id(code) not in seen:
        seen.add(id(code))
        for name in code.__code__.co_names:
            yield name
            yield from named_by(code.__globals__.get(name), seen)
        for held in code.__closure__ or ():
            yield from named_by(held.cell_contents, seen)
    elif isinstance(code, type):
        yield code.__name__


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_kind_is_told_for_every_table_whose_rows_it_sets(kind: str) -> None:
    names = {model.__name__: model for model in TABLES}
    sets = {names[name] for name in named_by(APPLIES[kind], set()) if name in names}
    assert {model for model, kinds in single.SET_BY.items() if kind in kinds} == sets


def test_every_table_is_told_or_is_set_by_any_kind() -> None:
    assert set(TABLES) - set(single.SET_BY) == {m.Decision}


def test_each_row_of_the_stories_rebuilt_alone_is_that_of_the_whole(played: people.Cast) -> None:
    whole = rebuild()
    tables = [model for model in TABLES if whole.rows[model]]
    assert len(tables) >= 18
    for model in tables:
        for id, row in list(whole.rows[model].items())[:12]:
            assert single.told(model, id) == row, (model, id)
            assert single.differing(model, id) == []


def test_a_row_alone_is_found_edited_added_and_gone(played: people.Cast) -> None:
    paper = m.Qualification.objects.all()[0]
    right, paper.number = paper.number, "FORGED-7"
    paper.save()
    (found,) = single.differing(m.Qualification, str(paper.id))
    assert (found.column, found.ledger, found.database) == ("number", right, "FORGED-7")
    m.Qualification.objects.filter(id=paper.id).delete()
    assert [d.column for d in single.differing(m.Qualification, str(paper.id))] == ["*"]
    added = m.new_id()
    m.Qualification.objects.create(id=added, **{**columns(paper), "number": "ADDED"})
    (found,) = single.differing(m.Qualification, str(added))
    assert (found.column, found.ledger, found.database) == ("*", False, True)


def columns(row: Model) -> dict[str, Any]:
    return {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if f.name != "id"}


def test_what_is_named_is_found_wherever_it_stands_in_a_value(played: people.Cast) -> None:
    hop = str(m.Hop.objects.all()[0].id)
    found = {entry.id for entry in ledger.naming(hop)}
    told = {e.id for name in ledger.streams() for e in ledger.run(name) if hop in str(dict(e.values))}
    assert found == told and len(told) > 2
    assert [entry.id for entry in ledger.naming(str(next(iter(told))))][:1]
    with pytest.raises(ValueError, match="too short"):
        ledger.naming("1")


def test_a_row_alone_is_read_from_its_own_entries(played: people.Cast) -> None:
    """Lakeside is named by half the ledger; only what can have set its row is read."""
    lakeside = str(played.party("lakeside"))
    entries = ledger.naming(lakeside, ("kind", single.SET_BY[m.Party]))
    kinds = ["party.registered/1", "party.conditions_stated/1", "party.inspected/1"]
    assert [e.values["kind"] for e in entries] == kinds
    assert len(ledger.naming(lakeside)) > 10
    with counted() as queries:
        single.told(m.Party, lakeside)
    assert len(queries) <= 3 and Disclosure._meta.db_table in queries[0]
    assert apply.rebuild(entries).rows[m.Party][lakeside] == single.told(m.Party, lakeside)
