"""What each database role may do with the custody tables, laid again after every migration.

The ledger lays its own walls in its migrations. Here: the application role reads and writes business state,
but only adds to decisions, votes and packs; the reader role reads. Triggers fire even for a session that
pretends to be a replica, so that a slip of the owner is stopped too; a superuser can still drop them, which
is what the ledger and its checks are for.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import connections

APP_ROLE = "holdfast_app"
READER_ROLE = "holdfast_reader"
APPEND_ONLY = (
    "custody_decision",
    "custody_vote",
    "custody_regimepack",
    "custody_barredlist",
    "custody_barredentry",
)

_FUNCTION = """
CREATE OR REPLACE FUNCTION custody_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$
"""


def tables() -> list[str]:
    """Return every table that is not the ledger's, in name order."""
    names = {
        m._meta.db_table for m in apps.get_models(include_auto_created=True) if m._meta.app_label != "ledger"
    }
    return sorted(names | {"django_migrations"})


def lay(using: str = "default", app_config: Any = None, **_: Any) -> None:
    """Grant and revoke so that the roles stand as written above. Runs as the owner; safe to repeat."""
    if app_config is not None and app_config.name != "custody":
        return
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT rolname FROM pg_roles WHERE rolname IN (%s, %s)", [APP_ROLE, READER_ROLE])
        roles = {name for (name,) in cursor.fetchall()}
        existing = set(connections[using].introspection.table_names(cursor))
        if "custody_decision" not in existing:
            return
        for table in tables():
            if table not in existing:
                continue
            if APP_ROLE in roles:
                cursor.execute(f'REVOKE ALL ON "{table}" FROM {APP_ROLE}')
                rights = _app_rights(table)
                cursor.execute(f'GRANT {rights} ON "{table}" TO {APP_ROLE}')
            if READER_ROLE in roles:
                cursor.execute(f'GRANT SELECT ON "{table}" TO {READER_ROLE}')
        if APP_ROLE in roles:
            cursor.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {APP_ROLE}")
        cursor.execute(_FUNCTION)
        for table in APPEND_ONLY:
            cursor.execute(f'DROP TRIGGER IF EXISTS append_only ON "{table}"')
            cursor.execute(f'DROP TRIGGER IF EXISTS append_only_truncate ON "{table}"')
            cursor.execute(
                f'CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "{table}" '
                "FOR EACH ROW EXECUTE FUNCTION custody_append_only()"
            )
            cursor.execute(
                f'CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON "{table}" '
                "FOR EACH STATEMENT EXECUTE FUNCTION custody_append_only()"
            )
            cursor.execute(f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER append_only')
            cursor.execute(f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER append_only_truncate')


def _app_rights(table: str) -> str:
    if table == "django_migrations":
        return "SELECT"
    return "SELECT, INSERT" if table in APPEND_ONLY else "SELECT, INSERT, UPDATE, DELETE"


def missing(using: str = "default") -> list[str]:
    """Return a plain sentence for each custody wall that does not stand."""
    faults = []
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE t.tgenabled = 'A' AND t.tgname IN ('append_only', 'append_only_truncate')"
        )
        standing = set(cursor.fetchall())
        cursor.execute("SELECT current_user, usesuper FROM pg_user WHERE usename = current_user")
        row = cursor.fetchone()
        for table in APPEND_ONLY:
            faults += [
                f"the trigger {trigger} of {table} is missing or not ENABLE ALWAYS"
                for trigger in ("append_only", "append_only_truncate")
                if (table, trigger) not in standing
            ]
            for right in ("UPDATE", "DELETE", "TRUNCATE"):
                cursor.execute("SELECT has_table_privilege(current_user, %s, %s)", [table, right])
                if cursor.fetchone()[0]:
                    faults.append(f"the application role may {right} {table}")
        if row and row[1]:
            faults.append(f"the application connects as superuser {row[0]}")
    return faults
