"""What witnesses signed and how they stand, behind the same walls: each attack is judged by its effect."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connections

from ledger import api, models
from tests.databases import Database
from tests.ledger.scenes import seal, write
from tests.ledger.test_walls import picture
from tests.ledger.town import Town

ON_WHAT_WAS_SIGNED = [
    "UPDATE ledger_cosignature SET line = ''",
    "UPDATE ledger_cosignature SET time = time + 1",
    "UPDATE ledger_cosignature SET vkey = vkey || 'x' WHERE false",
    "UPDATE ledger_cosignature SET size = 5 WHERE size = 3",
    "DELETE FROM ledger_cosignature",
    "DELETE FROM ledger_cosignature WHERE size < 3",
    "WITH gone AS (DELETE FROM ledger_cosignature RETURNING *) SELECT * FROM gone",
    "MERGE INTO ledger_cosignature c USING ledger_witness w ON c.vkey = w.vkey WHEN MATCHED THEN DELETE",
    "TRUNCATE ledger_cosignature",
    "UPDATE ledger_witnessed SET at = 'epoch'",
    "UPDATE ledger_witnessed SET size = 5",
    "DELETE FROM ledger_witnessed",
    "TRUNCATE ledger_witnessed, ledger_cosignature, ledger_witness",
    "TRUNCATE ledger_checkpoint CASCADE",
    "DELETE FROM ledger_checkpoint WHERE size = 3",
    "DELETE FROM ledger_witness",
    "TRUNCATE ledger_witness",
]
"""Refused to everybody, the owner of the tables and a superuser too."""

FORGERIES = [
    "INSERT INTO ledger_witnessed SELECT size, now() FROM ledger_checkpoint ON CONFLICT DO NOTHING",
    "INSERT INTO ledger_witnessed VALUES (5, now())",
    """INSERT INTO ledger_cosignature (size, vkey, line, time, at)
       SELECT 5, vkey, line, time, at FROM ledger_cosignature WHERE size = 3""",
    """INSERT INTO ledger_cosignature (size, vkey, line, time, at) SELECT size, vkey, '', 1, now()
       FROM ledger_cosignature ON CONFLICT (size, vkey) DO UPDATE SET line = ''""",
    "INSERT INTO ledger_cosignature DEFAULT VALUES",
    "COPY ledger_cosignature FROM PROGRAM 'true'",
    "COPY ledger_witness TO PROGRAM 'true'",
    "UPDATE ledger_witness SET silent_since = NULL, problem = ''",
    "UPDATE ledger_witness SET size = 9223372036854775807",
    "UPDATE ledger_witness SET listed = false",
    "UPDATE ledger_witness SET asked = false",
    "UPDATE ledger_witness SET name = 'other' WHERE name = 'w0'",
    """INSERT INTO ledger_witness (vkey, name, listed, asked, size, problem)
       VALUES ('k', 'mine', true, true, 5, '')""",
    "INSERT INTO ledger_witness SELECT * FROM ledger_witness ON CONFLICT (vkey) DO UPDATE SET listed = false",
    "SET ROLE holdfast_sealer; INSERT INTO ledger_witnessed VALUES (5, now())",
    "SET ROLE holdfast_owner; UPDATE ledger_witness SET silent_since = NULL",
    "SET SESSION AUTHORIZATION holdfast_sealer; UPDATE ledger_witness SET problem = ''",
]
"""Refused to all but the sealer, whose work they are, and the owner."""

WAITS = [
    "SELECT * FROM ledger_witness FOR UPDATE",
    "SELECT * FROM ledger_cosignature FOR KEY SHARE",
    "LOCK TABLE ledger_witness IN ACCESS EXCLUSIVE MODE",
    "LOCK TABLE ledger_witnessed IN SHARE MODE",
]
"""These would leave no trace, and keep the sealer waiting."""

DEFINITIONS = [
    "ALTER TABLE ledger_cosignature DISABLE TRIGGER ALL",
    "ALTER TABLE ledger_witnessed DISABLE TRIGGER ledger_append_only",
    "ALTER TABLE ledger_witness RENAME TO old_witness",
    "ALTER TABLE ledger_witness DROP COLUMN silent_since",
    "ALTER TABLE ledger_witness ALTER COLUMN problem SET DEFAULT ''",
    "ALTER TABLE ledger_cosignature OWNER TO holdfast_app",
    "ALTER TABLE ledger_cosignature DROP CONSTRAINT ledger_cosignature_pkey",
    "ALTER TABLE ledger_cosignature SET UNLOGGED",
    "DROP TABLE ledger_cosignature",
    "DROP TABLE ledger_witnessed CASCADE",
    "DROP TRIGGER ledger_append_only ON ledger_witness",
    "CREATE TRIGGER mine BEFORE INSERT ON ledger_cosignature EXECUTE FUNCTION ledger_refuse()",
    "CREATE RULE mine AS ON INSERT TO ledger_cosignature DO INSTEAD NOTHING",
    "CREATE POLICY mine ON ledger_witness USING (false)",
    "CREATE INDEX mine ON ledger_cosignature (line)",
    "GRANT ALL ON ledger_cosignature, ledger_witnessed, ledger_witness TO holdfast_app",
    "REVOKE INSERT ON ledger_cosignature FROM holdfast_sealer",
    "SET session_replication_role = replica; DELETE FROM ledger_cosignature",
    "VACUUM FULL ledger_cosignature",
    "COMMENT ON TABLE ledger_witness IS 'mine'",
]
"""Refused to all but the owner."""


@pytest.fixture
def town(log: str, settings: Any, tmp_path: Path) -> Iterator[Town]:
    """Witnessed up to 3 by w0; sealed up to 5 since it and w1, who never answered, are silent."""
    with Town(settings, tmp_path) as town:
        town.policy("w0", 2)
        town.serve(0)
        town.urls["w1"] = "http://127.0.0.1:9"
        write("a", 3)
        seal()
        town.ask(lambda: api.health().witnessed_size == 3)
        town.silence(0)
        write("a", 2)
        seal()
        town.ask(lambda: all(w.silent_since for w in api.health().witnesses))
        yield town


def told() -> tuple[Any, ...]:
    """What pages say: how far it is witnessed, who is silent, how far each entry has come."""
    health = api.health()
    entries = [entry.id for entry in api.run("a")]
    states = api.state_of(entries)
    return health.witnessed_size, health.witnesses, [states[id].state for id in entries]


@pytest.mark.parametrize("role", ["app", "reader", "eraser"])
def test_no_attack_on_what_witnesses_signed_has_any_effect(
    town: Town, database_committed: Database, role: str
) -> None:
    said = told()
    assert said[2] == ["witnessed"] * 3 + ["sealed"] * 2
    with database_committed.connect("superuser", autocommit=True) as admin:
        before = picture(admin)
        for attack in [*ON_WHAT_WAS_SIGNED, *FORGERIES, *DEFINITIONS]:
            with database_committed.connect(role, autocommit=True) as other:
                try:
                    other.execute(attack)
                except (psycopg.errors.SyntaxError, psycopg.errors.UndefinedColumn):
                    raise  # an attack that never reached the wall proves nothing
                except psycopg.Error:
                    pass
            after = picture(admin)
            assert {k: v for k, v in after.items() if before[k] != v} == {}, attack
        for attack in WAITS:
            with (
                database_committed.connect(role, autocommit=True) as other,
                pytest.raises(psycopg.errors.InsufficientPrivilege),
            ):
                other.execute(f"BEGIN; {attack}")
    connections.close_all()
    assert told() == said
    town.serve(0, port=int(town.urls["w0"].rpartition(":")[2]))
    town.ask(lambda: api.health().witnessed_size == 5)  # and witnessing goes on


@pytest.mark.parametrize("role", ["sealer", "owner", "superuser"])
@pytest.mark.parametrize("mode", ["origin", "replica"])
def test_what_was_signed_cannot_be_taken_back_by_those_who_write_it_either(
    town: Town, database_committed: Database, role: str, mode: str
) -> None:
    with database_committed.connect("superuser", autocommit=True) as admin:
        before = picture(admin)
        with database_committed.connect(role, autocommit=True) as other:
            if role == "superuser":
                other.execute(f"SET session_replication_role = {mode}")
            for attack in ON_WHAT_WAS_SIGNED:
                with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.DatabaseError)):
                    other.execute(attack)
        assert picture(admin) == before


def test_the_sealer_cannot_change_what_these_tables_are(town: Town, database_committed: Database) -> None:
    with database_committed.connect("superuser", autocommit=True) as admin:
        before = picture(admin)
        for attack in DEFINITIONS:
            with database_committed.connect("sealer", autocommit=True) as sealer, suppress(psycopg.Error):
                sealer.execute(attack)
            assert picture(admin) == before, attack


def test_what_witnesses_sign_takes_the_room_that_the_handbook_says(
    town: Town, database_committed: Database, record_property: Callable[[str, object], None]
) -> None:
    """docs/ledger.md, What stays of it: at most 500 bytes for each cosignature, with its index."""
    count = 3000
    line, vkey = models.Cosignature.objects.values_list("line", "vkey")[0]
    with database_committed.connect("sealer", autocommit=True) as sealer:
        sealer.execute(
            """INSERT INTO ledger_checkpoint (size, root, note, at)
               SELECT 100 + n, c.root, c.note, now() FROM generate_series(1, %s) n, ledger_checkpoint c
                WHERE c.size = 5""",
            [count],
        )
        sealer.execute(
            """INSERT INTO ledger_cosignature (size, vkey, line, time, at)
               SELECT 100 + n, %s || w, %s, 1795255200, now()
                 FROM generate_series(1, %s) n, generate_series(1, 3) w""",
            [vkey, line, count],
        )
    with database_committed.connect("superuser") as admin:
        row = admin.execute("SELECT pg_total_relation_size('ledger_cosignature')").fetchone()
    assert row is not None
    taken = row[0] / (3 * count)
    record_property("bytes for each cosignature", round(taken))
    assert 200 < taken < 500
