"""The full check reads what witnesses signed: one changed character of a stored line is found and named."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ledger import api
from ledger.fsck.faults import Found
from tests.databases import Database
from tests.ledger.scenes import seal, write
from tests.ledger.test_fsck import look
from tests.ledger.town import Town


@pytest.fixture
def town(log: str, settings: Any, tmp_path: Path) -> Iterator[Town]:
    """A log with two sizes, each cosigned by two witnesses and witnessed."""
    with Town(settings, tmp_path) as town:
        town.policy("two", 3)
        town.serve(0)
        town.serve(1)
        town.urls["w2"] = "http://127.0.0.1:9"
        for size in (3, 6):
            write("a", 3)
            seal()
            town.ask(lambda size=size: api.health().witnessed_size == size)  # type: ignore[misc]
        yield town


def after(database: Database, settings: Any, edit: str) -> Found:
    """What the check finds after an edit by somebody with full power, who keeps the triggers from firing."""
    with database.connect("superuser", autocommit=True) as admin:
        for table in ("cosignature", "witnessed", "checkpoint"):
            admin.execute(f"ALTER TABLE ledger_{table} DISABLE TRIGGER ALL")
        assert admin.execute(edit).rowcount > 0
    return look(settings)


def test_good_cosignatures_are_counted_and_good(town: Town, settings: Any) -> None:
    found = look(settings)
    assert (found.state, found.faults, found.checked["cosignatures"]) == ("ok", [], 4)
    town.policy("none", 0)
    assert look(settings).state == "ok", "they hold whatever the policy of today says"
    assert "cosignatures" not in look(settings, quick=True).checked


EDITS = {
    """UPDATE ledger_cosignature SET line = overlay(line PLACING 'B' FROM length(line) - 12 FOR 1)
        WHERE size = 3 AND line NOT LIKE '%B____________'""": "ledger_cosignature 3",
    "UPDATE ledger_cosignature SET line = '' WHERE size = 6": "ledger_cosignature 6",
    "UPDATE ledger_cosignature SET line = line || line WHERE size = 6": "ledger_cosignature 6",
    "UPDATE ledger_cosignature SET time = time + 1 WHERE size = 3": "time",
    "UPDATE ledger_cosignature SET size = 4 WHERE size = 3": "ledger_cosignature 4",
    """UPDATE ledger_cosignature SET vkey = 'witness.example/w0+00000000+AAAA'
        WHERE size = 6 AND vkey ~ 'w0'""": "ledger_cosignature 6",
    """UPDATE ledger_cosignature k SET vkey = (SELECT vkey FROM ledger_witness WHERE name = 'w2')
        WHERE size = 6 AND vkey ~ 'w0'""": "ledger_cosignature 6",
    """UPDATE ledger_cosignature k SET line = (SELECT o.line FROM ledger_cosignature o
                                                WHERE o.vkey = k.vkey AND o.size = 3)
        WHERE size = 6""": "ledger_cosignature 6",
    "DELETE FROM ledger_cosignature WHERE size = 3": "ledger_witnessed 3",
    "INSERT INTO ledger_witnessed VALUES (5, now())": "ledger_witnessed 5",
}
"""What is edited, and what the fault names."""


@pytest.mark.parametrize("edit", EDITS)
def test_what_was_edited_is_found_and_named(
    town: Town, database_committed: Database, settings: Any, edit: str
) -> None:
    found = after(database_committed, settings, edit)
    assert {fault.code for fault in found.faults} == {"cosignature"}
    assert any(EDITS[edit] in fault.where for fault in found.faults)
