"""The start-up check: the walls in the database stand, or nobody is served.

A grant too many, a disabled trigger or a replaced function does not show in daily work; it shows on the day
somebody uses it. So every server process asks before it answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Warning
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.utils import CursorWrapper

from ledger.errors import WallsError

OWNER = "holdfast_owner"
TABLES = (
    "stream", "entry", "disclosure", "pending", "forgetting", "logindex", "logstate", "checkpoint",
    "cosignature", "witnessed", "witness",
)  # fmt: skip
_WRITES = ("INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
_COLUMN_WRITES = ("INSERT", "UPDATE", "REFERENCES")
_MAY_EXECUTE = {"ledger_append", "ledger_set_origin"}

# pg_trigger.tgtype: 2 before, 8 delete, 16 update, 32 truncate; 1 for each row.
_REFUSE_ALL, _REFUSE_DELETE, _REFUSE_UPDATE, _EACH_ROW = 2 | 8 | 16 | 32, 2 | 8 | 32, 2 | 16 | 32, 1 | 2 | 16
TRIGGERS = {
    ("entry", "ledger_refuse"): _REFUSE_ALL,
    ("logindex", "ledger_refuse"): _REFUSE_ALL,
    ("checkpoint", "ledger_refuse"): _REFUSE_ALL,
    ("cosignature", "ledger_refuse"): _REFUSE_ALL,
    ("witnessed", "ledger_refuse"): _REFUSE_ALL,
    ("witness", "ledger_refuse"): _REFUSE_DELETE,
    ("disclosure", "ledger_refuse"): _REFUSE_DELETE,
    ("stream", "ledger_refuse"): _REFUSE_DELETE,
    ("logstate", "ledger_refuse"): _REFUSE_DELETE,
    ("pending", "ledger_refuse"): _REFUSE_UPDATE,
    ("forgetting", "ledger_refuse"): _REFUSE_UPDATE,
    ("stream", "ledger_only_forward"): _EACH_ROW,
    ("logstate", "ledger_only_forward"): _EACH_ROW,
    ("disclosure", "ledger_only_erasure"): _EACH_ROW,
}

# What other roles than the application's may write, beside SELECT; columns after a dot.
_SEALER, _ERASER, _APP = "holdfast_sealer", "holdfast_eraser", "holdfast_app"
GRANTS = {
    *(
        (_SEALER, "INSERT", name)
        for name in ("logindex", "checkpoint", "cosignature", "witnessed", "witness")
    ),
    *((_SEALER, "UPDATE", f"logstate.{name}") for name in ("size", "root", "edge", "epoch", "frozen")),
    (_SEALER, "UPDATE", "witness"),
    (_SEALER, "DELETE", "pending"),
    (_SEALER, "DELETE", "forgetting"),
}
CALLS = {
    (_APP, "ledger_append"),
    (_ERASER, "ledger_append"),
    (_APP, "ledger_set_origin"),
    (_ERASER, "ledger_erase"),
}
UNIQUE = {
    "stream": {"id", "name"},
    "entry": {"id", "stream_id,seq"},
    "disclosure": {"entry_id,name"},
    "pending": {"position", "entry_id"},
    "logindex": {"idx", "entry_id"},
    "logstate": {"id"},
    "checkpoint": {"size"},
    "cosignature": {"size,vkey"},
    "witnessed": {"size"},
    "witness": {"vkey"},
    "forgetting": {"entry_id"},
}

# SHA-256 of each function's body, first 16 hex digits, and whether it runs as its owner.
FUNCTIONS = {
    "ledger_append": ("56184278f000b015", True),
    "ledger_erase": ("0314dac0fda931d2", True),
    "ledger_only_erasure": ("1e8aa8cc78f2b600", False),
    "ledger_only_forward": ("8e3e8198c8549c57", False),
    "ledger_refuse": ("43cedf4e3beca57f", False),
    "ledger_set_origin": ("6677edff7ca6e4dc", True),
}


def refuse_without_walls(using: str = DEFAULT_DB_ALIAS) -> None:
    """Raise WallsError unless the application's connection meets every wall. Call it when a server starts."""
    missing = missing_walls(using)
    if missing:
        raise WallsError(
            "the database does not protect the ledger",
            got="; ".join(missing),
            todo="Run `manage.py migrate --database owner`, and serve as holdfast_app.",
        )


def missing_walls(using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Say what is missing between this connection's role and the ledger; nothing if all stands."""
    with connections[using].cursor() as cursor:
        if not _tables_there(cursor):
            return ["the ledger's tables are not there"]
        looks = (_role, _privileges, _grants, _triggers, _strangers, _keys, _functions)
        return [sentence for look in looks for sentence in look(cursor)]


def walls_check(*, databases: Sequence[str] | None = None, **options: Any) -> list[CheckMessage]:
    """Django system check `ledger.E001`: the walls of the application's own database."""
    if DEFAULT_DB_ALIAS not in (databases or ()):
        return []
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        if not _tables_there(cursor):
            return [Warning("The ledger's tables are not there.", hint="Run migrate.", id="ledger.W001")]
    hint = "Run `manage.py migrate --database owner`, and connect as holdfast_app."
    return [Error(f"Wall missing: {text}.", hint=hint, id="ledger.E001") for text in missing_walls()]


def _tables_there(cursor: CursorWrapper) -> bool:
    names = [f"public.ledger_{name}" for name in TABLES]
    cursor.execute("SELECT count(to_regclass(t)) FROM unnest(%s::text[]) t", [names])
    return bool(cursor.fetchone()[0] == len(TABLES))


def _role(cursor: CursorWrapper) -> Iterator[str]:
    """The role has no power of its own over the database, and no way to become one that has."""
    cursor.execute(
        """SELECT r.rolname FROM pg_catalog.pg_roles r
            WHERE (r.rolsuper OR r.rolcreaterole OR r.rolreplication OR r.rolbypassrls OR r.rolname = %s
                   OR r.rolname IN ('holdfast_sealer', 'holdfast_eraser')
                   OR r.oid = (SELECT datdba FROM pg_catalog.pg_database WHERE datname = current_database())
                   OR r.rolname LIKE 'pg\\_%%')
              AND pg_has_role(session_user, r.oid, 'MEMBER')
            ORDER BY 1""",
        [OWNER],
    )
    for (name,) in cursor.fetchall():
        yield f"the application's role can act as {name}"
    cursor.execute("SELECT has_schema_privilege('public', 'CREATE')")
    if cursor.fetchone()[0]:
        yield "the application's role may create objects in the schema public"
    cursor.execute("SHOW session_replication_role")
    if cursor.fetchone()[0] != "origin":
        yield "the application's session does not fire ordinary triggers"


def _privileges(cursor: CursorWrapper) -> Iterator[str]:
    cursor.execute(
        """SELECT t.name, p.name FROM unnest(%s::text[]) AS t(name), unnest(%s::text[]) AS p(name)
            WHERE has_table_privilege('public.ledger_' || t.name, p.name)
           UNION
           SELECT t.name, p.name FROM unnest(%s::text[]) AS t(name), unnest(%s::text[]) AS p(name)
            WHERE has_any_column_privilege('public.ledger_' || t.name, p.name)
            ORDER BY 1, 2""",
        [list(TABLES), list(_WRITES), list(TABLES), list(_COLUMN_WRITES)],
    )
    for table, privilege in cursor.fetchall():
        yield f"the application's role has {privilege} on ledger_{table}"
    cursor.execute(
        """SELECT c.relname, pg_get_userbyid(c.relowner) FROM pg_catalog.pg_class c
            WHERE c.relname = ANY (SELECT 'ledger_' || t FROM unnest(%s::text[]) t)
              AND c.relnamespace = 'public'::regnamespace AND pg_get_userbyid(c.relowner) <> %s ORDER BY 1""",
        [list(TABLES), OWNER],
    )
    for table, owner in cursor.fetchall():
        yield f"{table} belongs to {owner}, not to {OWNER}"


def _grants(cursor: CursorWrapper) -> Iterator[str]:
    """No other role, known or not, can do more than its work; the tables' owner and superusers can."""
    cursor.execute(
        """SELECT pg_get_userbyid(a.grantee), a.privilege_type, substr(c.relname, 8) || t.col
             FROM pg_catalog.pg_class c
            CROSS JOIN LATERAL (
                   SELECT c.relacl AS acl, '' AS col
                    UNION ALL
                   SELECT x.attacl, '.' || x.attname FROM pg_catalog.pg_attribute x
                    WHERE x.attrelid = c.oid AND NOT x.attisdropped
                 ) t
            CROSS JOIN LATERAL aclexplode(t.acl) a
            WHERE c.relname = ANY (SELECT 'ledger_' || n FROM unnest(%s::text[]) n)
              AND c.relnamespace = 'public'::regnamespace AND a.grantee NOT IN (0, c.relowner)
              AND pg_get_userbyid(a.grantee) <> %s AND a.privilege_type = ANY (%s) ORDER BY 1, 2, 3""",
        [list(TABLES), _APP, list(_WRITES)],
    )
    for grant in cursor.fetchall():
        if grant not in GRANTS:
            yield "{} has {} on ledger_{}".format(*grant)
    cursor.execute(
        """SELECT pg_get_userbyid(a.grantee), p.proname
             FROM pg_catalog.pg_proc p
            CROSS JOIN LATERAL aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
            WHERE p.pronamespace = 'public'::regnamespace AND p.proname LIKE 'ledger\\_%%'
              AND a.grantee NOT IN (0, p.proowner) AND pg_get_userbyid(a.grantee) <> %s ORDER BY 1, 2""",
        [_APP],
    )
    for call in cursor.fetchall():
        if call not in CALLS:
            yield "{} may call {}".format(*call)


def _triggers(cursor: CursorWrapper) -> Iterator[str]:
    cursor.execute(
        """SELECT substr(c.relname, 8), p.proname, t.tgtype::int
             FROM pg_catalog.pg_trigger t
             JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid AND c.relnamespace = 'public'::regnamespace
             JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid AND p.pronamespace = 'public'::regnamespace
            WHERE t.tgenabled = 'A' AND t.tgqual IS NULL AND t.tgattr = ''::int2vector"""
    )
    found = {(table, function): kind for table, function, kind in cursor.fetchall()}
    for (table, function), kind in TRIGGERS.items():
        if found.get((table, function)) != kind:
            yield f"the trigger {function} on ledger_{table} is missing, disabled or weaker"


def _strangers(cursor: CursorWrapper) -> Iterator[str]:
    """Nothing of somebody else's hangs on the tables: it could change, swallow or hide rows."""
    cursor.execute(
        """WITH ours AS (
             SELECT c.* FROM pg_catalog.pg_class c
              WHERE c.relname = ANY (SELECT 'ledger_' || n FROM unnest(%s::text[]) n)
                AND c.relnamespace = 'public'::regnamespace)
           SELECT substr(c.relname, 8), 'trigger', t.tgname, p.proname
             FROM ours c JOIN pg_catalog.pg_trigger t ON t.tgrelid = c.oid
             JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid WHERE NOT t.tgisinternal
           UNION ALL
           SELECT substr(c.relname, 8), 'disabled constraint', coalesce(k.conname, t.tgname), ''
             FROM ours c JOIN pg_catalog.pg_trigger t ON t.tgrelid = c.oid
             LEFT JOIN pg_catalog.pg_constraint k ON k.oid = t.tgconstraint
            WHERE t.tgisinternal AND t.tgenabled = 'D'
           UNION ALL
           SELECT substr(c.relname, 8), 'rule', r.rulename, ''
             FROM ours c JOIN pg_catalog.pg_rewrite r ON r.ev_class = c.oid
           UNION ALL
           SELECT substr(c.relname, 8), 'row security', 'rows may be hidden', ''
             FROM ours c WHERE c.relrowsecurity
           UNION ALL
           SELECT substr(c.relname, 8), 'heir or parent', i.inhrelid::regclass::text, ''
             FROM ours c JOIN pg_catalog.pg_inherits i ON c.oid IN (i.inhparent, i.inhrelid)
           UNION ALL
           SELECT substr(c.relname, 8), 'kind of table', c.relkind::text || c.relpersistence::text, ''
             FROM ours c WHERE c.relkind <> 'r' OR c.relpersistence <> 'p'
            ORDER BY 1, 2, 3""",
        [list(TABLES)],
    )
    for table, what, name, function in cursor.fetchall():
        if what != "trigger" or (table, function) not in TRIGGERS:
            yield f"a strange {what} stands on ledger_{table}: {name}"


def _keys(cursor: CursorWrapper) -> Iterator[str]:
    """Each place in a stream, in the log and in the queue is taken once."""
    cursor.execute(
        """SELECT substr(c.relname, 8), string_agg(a.attname, ',' ORDER BY k.place)
             FROM pg_catalog.pg_index i
             JOIN pg_catalog.pg_class c ON c.oid = i.indrelid AND c.relnamespace = 'public'::regnamespace
            CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, place)
             JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
            WHERE c.relname LIKE 'ledger\\_%%' AND i.indisunique AND i.indisvalid AND i.indpred IS NULL
              AND i.indexprs IS NULL
            GROUP BY c.relname, i.indexrelid""",
        [],
    )
    found = set(cursor.fetchall())
    for table, keys in UNIQUE.items():
        for key in sorted(keys):
            if (table, key) not in found:
                yield f"nothing keeps {key} of ledger_{table} unique"


def _functions(cursor: CursorWrapper) -> Iterator[str]:
    cursor.execute(
        """SELECT p.proname, encode(sha256(convert_to(p.prosrc, 'UTF8')), 'hex'), p.prosecdef,
                  pg_get_userbyid(p.proowner), coalesce(array_to_string(p.proconfig, ';'), ''),
                  has_function_privilege(p.oid, 'EXECUTE')
             FROM pg_catalog.pg_proc p
            WHERE p.pronamespace = 'public'::regnamespace AND p.proname LIKE 'ledger\\_%%' ORDER BY 1""",
        [],
    )
    rows = cursor.fetchall()
    names = [row[0] for row in rows]
    for name in FUNCTIONS:
        if names.count(name) != 1:
            yield f"the function {name} stands {names.count(name)} times, not once"
    for name, digest, definer, owner, config, may in rows:
        body, as_owner = FUNCTIONS.get(name, ("", False))
        if not digest.startswith(body or "-"):
            yield f"the function {name} is not the one of the migrations"
        if definer != as_owner or owner != OWNER or config != "search_path=pg_catalog, pg_temp":
            yield f"the function {name} does not run as it must"
        if may != (name in _MAY_EXECUTE):
            yield f"the application's role {'may' if may else 'may not'} call {name}"
