"""A new site gets its tables in one step: they are those of a site that walked every step there was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.databases import Database, Databases, connected_to

ONE = ("custody", "0001_to_0056")
ASKED = {
    "columns": """
        SELECT table_name, column_name, data_type, udt_name, character_maximum_length, numeric_precision,
          numeric_scale, is_nullable, column_default, is_identity
        FROM information_schema.columns WHERE table_schema = 'public'""",
    "constraints": """
        SELECT conrelid::regclass::text, contype::text, condeferrable, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace""",
    "indexes": "SELECT tablename, regexp_replace(indexdef, 'INDEX \\S+', 'INDEX') FROM pg_indexes "
    "WHERE schemaname = 'public'",
    "views": "SELECT viewname, definition FROM pg_views WHERE schemaname = 'public'",
    "sequences": "SELECT sequencename, data_type::text, start_value FROM pg_sequences "
    "WHERE schemaname = 'public'",
    "triggers": """
        SELECT tgrelid::regclass::text, tgname, tgenabled::text, pg_get_triggerdef(oid) FROM pg_trigger
        WHERE NOT tgisinternal""",
    "functions": """
        SELECT proname, pg_get_functiondef(oid) FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace AND prokind IN ('f', 'p')""",
    "rights": """
        SELECT table_name, grantee, privilege_type FROM information_schema.role_table_grants
        WHERE table_schema = 'public'""",
}


def tables() -> dict[str, list[Any]]:
    """Return what the catalogue of the database says, without the order of columns."""
    from django.db import connections

    found = {}
    for what, asked in ASKED.items():
        with connections["owner"].cursor() as cursor:
            cursor.execute(asked)
            found[what] = sorted(map(repr, cursor.fetchall()))
    return found


@pytest.mark.nightly
@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_new_site_has_the_tables_of_one_that_walked_every_step(
    db: None, databases: Databases, tmp_path: Path
) -> None:
    from django.core.management import call_command
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor
    from django.db.migrations.loader import MigrationLoader

    connections.close_all()
    with databases.fresh(tmp_path, "template1") as new, connected_to(Database(new.name, tmp_path, new.var)):
        call_command("migrate", database="owner", verbosity=0, skip_checks=True)
        once = tables()
        connections.close_all()
    with databases.fresh(tmp_path, "template1") as old, connected_to(Database(old.name, tmp_path, old.var)):
        executor = MigrationExecutor(connections["owner"])
        executor.loader = MigrationLoader(connections["owner"], replace_migrations=False)
        leaves = [leaf for leaf in executor.loader.graph.leaf_nodes() if leaf != ONE]
        ours = [leaf for leaf in leaves if leaf[0] == "custody"]
        steps = [step.name for step, _ in executor.migration_plan(ours) if step.app_label == "custody"]
        assert ONE[1] not in steps and len(steps) > 50
        executor.migrate(ours)
        call_command("migrate", database="owner", verbosity=0, skip_checks=True)
        walked = tables()
        connections.close_all()
    for what in ASKED:
        assert once[what] == walked[what], what
        assert once[what], what
