"""A further name of an individual is given up on order, in its table, ledger and journal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from custody import models as m
from custody.actions import parties, registers
from custody.actions.base import Actor
from custody.apply import rebuild
from custody.blanks import ERASED
from custody.compare import compare
from custody.stories import cast as people
from custody.terms import NameKind, PartyKind
from ledger import api
from tests.databases import Database, Databases
from tests.erasures import WHY, copied, played, told

NAME = "Snippeldorf Quantel"


def _individual(cast: people.Cast) -> None:
    party = registers.register_party(Actor.setup(), kind=PartyKind.INDIVIDUAL, name="Q. Snip").object
    parties.add_name(Actor.setup(), party=party.id, kind=NameKind.ALIAS, name=NAME)


@pytest.fixture(scope="module")
def scene(
    databases: Databases, django_db_setup: Database, django_db_blocker: Any, tmp_path_factory: Any
) -> Iterator[Database]:
    with played(databases, django_db_blocker, tmp_path_factory.mktemp("names"), _individual) as made:
        yield made


@pytest.fixture
def here(scene: Database, databases: Databases, database_committed: Database) -> Iterator[Database]:
    with copied(scene, databases, database_committed) as copy:
        yield copy


def test_a_further_name_is_erased_and_the_party_keeps_its_own(
    here: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    row = m.PartyName.objects.get(name=NAME)
    told(capsys, "erase_field", str(row.entry), "individual_name", *WHY)
    row.refresh_from_db()
    assert (row.name, row.party.name) == (ERASED, "Q. Snip")
    assert all(e.values.get("individual_name") != NAME for e in api.run(f"party:{row.party_id}"))
    assert list(compare(rebuild())) == []
