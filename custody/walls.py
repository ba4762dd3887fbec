"""What each database role may do with the custody tables, laid again after every migration.

The ledger lays its own walls in its migrations. Here: the application role reads and writes business state,
but only adds to decisions, votes and packs; the reader role reads. Triggers fire even for a session that
pretends to be a replica, so that a slip of the owner is stopped too; a superuser can still drop them, which
is what the ledger and its checks are for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connections
from django.db.backends.utils import CursorWrapper

from . import row_walls
from .scope import OUTSIDE_ROLE

APP_ROLE = "holdfast_app"
READER_ROLE = "holdfast_reader"
ERASER_ROLE = "holdfast_eraser"
_ERASES = {
    "custody_person": (
        "UPDATE (name, staff_number, citizenships, post, vetting, vetted_from, vetted_to, vetting_evidence, "
        "trained_on, training_evidence, undertaking_on, undertaking_evidence, leaves_on, "
        "leaving_evidence)"
    ),
    "custody_party": "UPDATE (name, other_name)",
    "custody_partyname": "UPDATE (name)",
    "custody_partyaddress": "UPDATE (address)",
    "custody_visit": "UPDATE (guests)",
    "custody_user": "UPDATE (username, password, email, is_active)",
    "custody_apikey": "UPDATE (name)",
    "custody_factor": "UPDATE (name)",
    "custody_identity": "UPDATE (subject)",
    "custody_counterpin": "UPDATE (digest)",
    "custody_report": "UPDATE (state, entry)",
    "custody_evidencefile": "UPDATE (erased, entry)",
    "custody_draft": "DELETE",
    "custody_notice": "DELETE",
    "custody_savedfilter": "DELETE",
    "custody_recipientset": "DELETE",
    "custody_mailwish": "DELETE",
    "custody_opensession": "DELETE",
    "mfa_authenticator": "DELETE",
    "axes_accessattempt": "DELETE",
    "axes_accesslog": "DELETE",
    "axes_accessfailurelog": "DELETE",
}
"""What the eraser may do with business tables, beside reading them."""
APPEND_ONLY = (
    "custody_decision",
    "custody_vote",
    "custody_opinion",
    "custody_referral",
    "custody_overridevote",
    "custody_signature",
    "custody_uselimit",
    "custody_consent",
    "custody_agreement",
    "custody_recall",
    "custody_correction",
    "custody_regimepack",
    "custody_barredlist",
    "custody_barredentry",
    "custody_zoneconsent",
    "custody_holding",
    "custody_hoptakenover",
    "custody_linecompared",
    "custody_registerprint",
    "custody_handoversignature",
    "custody_handoverline",
    "custody_look",
)

VIEWS = ("custody_withoutpaper", "custody_access")
"""Read by the application and written by nobody."""

_BODY = """
BEGIN
  RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
"""
_FUNCTION = (
    "CREATE OR REPLACE FUNCTION custody_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    f"$body${_BODY}$body$"
)
# pg_trigger.tgtype: 1 for each row, 2 before, 8 delete, 16 update, 32 truncate.
_TRIGGERS = {"append_only": 1 | 2 | 8 | 16, "append_only_truncate": 2 | 32}


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
        cursor.execute(
            "SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)",
            [[APP_ROLE, READER_ROLE, ERASER_ROLE, OUTSIDE_ROLE]],
        )
        roles = {name for (name,) in cursor.fetchall()}
        existing = set(connections[using].introspection.table_names(cursor, include_views=True))
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
            if ERASER_ROLE in roles and (table in _ERASES or table.startswith("custody_")):
                cursor.execute(f'REVOKE ALL ON "{table}" FROM {ERASER_ROLE}')
                rights = ", ".join(filter(None, ("SELECT", _ERASES.get(table))))
                cursor.execute(f'GRANT {rights} ON "{table}" TO {ERASER_ROLE}')
            if OUTSIDE_ROLE in roles:
                cursor.execute(f'REVOKE ALL ON "{table}" FROM {OUTSIDE_ROLE}')
                cursor.execute(f'GRANT {_outside_rights(table)} ON "{table}" TO {OUTSIDE_ROLE}')
        if OUTSIDE_ROLE in roles:
            cursor.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {OUTSIDE_ROLE}")
            _like_the_application(cursor)
            row_walls.lay(cursor, existing, (roles - {OUTSIDE_ROLE}) & {APP_ROLE, READER_ROLE, ERASER_ROLE})
            for view in VIEWS:
                cursor.execute(f'ALTER VIEW "{view}" SET (security_invoker = true)')
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
    if table == "django_migrations" or table in VIEWS:
        return "SELECT"
    return "SELECT, INSERT" if table in APPEND_ONLY else "SELECT, INSERT, UPDATE, DELETE"


def _outside_rights(table: str) -> str:
    """What a session writes that works for somebody who is not of the house: no table that acts write."""
    written = table in row_walls.WRITTEN or not table.startswith("custody_")
    return _app_rights(table) if written else "SELECT"


def _like_the_application(cursor: CursorWrapper) -> None:
    """Let the walled role read what the application reads of the ledger: pages show an entry's state."""
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' "
        "AND relname LIKE 'ledger\\_%%' AND has_table_privilege(%s, oid, 'SELECT')",
        [APP_ROLE],
    )
    for (table,) in cursor.fetchall():
        cursor.execute(f'GRANT SELECT ON "{table}" TO {OUTSIDE_ROLE}')


def missing(using: str = "default") -> list[str]:
    """Return a plain sentence for each custody wall that does not stand."""
    with connections[using].cursor() as cursor:
        return [*_weak_triggers(cursor), *_rights_too_many(cursor), *row_walls.missing(cursor)]


def _weak_triggers(cursor: CursorWrapper) -> Iterator[str]:
    cursor.execute(
        "SELECT c.relname, t.tgname, t.tgtype::int FROM pg_trigger t "
        "JOIN pg_class c ON c.oid = t.tgrelid AND c.relnamespace = 'public'::regnamespace "
        "JOIN pg_proc p ON p.oid = t.tgfoid AND p.pronamespace = 'public'::regnamespace "
        "WHERE t.tgenabled = 'A' AND t.tgqual IS NULL AND t.tgattr = ''::int2vector "
        "AND p.proname = 'custody_append_only'"
    )
    standing = set(cursor.fetchall())
    for table in APPEND_ONLY:
        for trigger, kind in _TRIGGERS.items():
            if (table, trigger, kind) not in standing:
                yield f"the trigger {trigger} of {table} is missing, weaker, or not ENABLE ALWAYS"
    cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'custody_append_only'")
    if [body for (body,) in cursor.fetchall()] != [_BODY]:
        yield "the function custody_append_only is not the one that the walls were laid with"


def _rights_too_many(cursor: CursorWrapper) -> Iterator[str]:
    cursor.execute("SELECT current_user, usesuper FROM pg_user WHERE usename = current_user")
    row = cursor.fetchone()
    if row and row[1]:
        yield f"the application connects as superuser {row[0]}"
    cursor.execute(
        "SELECT rolname FROM pg_roles WHERE pg_has_role(current_user, oid, 'MEMBER') "
        "AND rolname <> ALL(ARRAY[current_user, %s])",
        [OUTSIDE_ROLE],
    )
    for (role,) in cursor.fetchall():
        yield f"the application may take on the role {role}"
    for table in APPEND_ONLY:
        for right in ("UPDATE", "DELETE", "TRUNCATE"):
            cursor.execute("SELECT has_table_privilege(current_user, %s, %s)", [table, right])
            may = cursor.fetchone()[0]
            if not may and right == "UPDATE":
                cursor.execute("SELECT has_any_column_privilege(current_user, %s, 'UPDATE')", [table])
                may = cursor.fetchone()[0]
            if may:
                yield f"the application role may {right} {table}"
