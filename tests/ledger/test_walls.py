"""The walls, by their effect: after every attack the ledger must be what it was before."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import psycopg
import pytest
from django.core.checks import run_checks
from django.db import connection, connections
from psycopg import sql

from ledger import api, checks
from ledger.tlog import disclosure, leaf, merkle
from ledger.tlog.encoding import b64url
from tests.databases import Database
from tests.ledger.scenes import draft, parts, seal, write

TABLES = [f"ledger_{name}" for name in checks.TABLES]

ATTACKS = [
    "UPDATE ledger_entry SET at = now()",
    "UPDATE ledger_entry SET leaf = leaf WHERE false",
    "DELETE FROM ledger_entry",
    "TRUNCATE ledger_entry CASCADE",
    "INSERT INTO ledger_entry SELECT gen_random_uuid(), 99, at, leaf, leaf_hash, stream_id FROM ledger_entry",
    "INSERT INTO ledger_entry DEFAULT VALUES ON CONFLICT DO NOTHING",
    "UPDATE ledger_disclosure SET text = NULL, erased_by = entry_id",
    "DELETE FROM ledger_disclosure",
    "UPDATE ledger_stream SET next_seq = 0, head = NULL, last_at = NULL",
    "INSERT INTO ledger_stream (id, name, next_seq) VALUES (gen_random_uuid(), 'fork', 0)",
    "DELETE FROM ledger_pending",
    "INSERT INTO ledger_pending (entry_id) SELECT id FROM ledger_entry",
    "SELECT setval('ledger_pending_position_seq', 1)",
    "UPDATE ledger_logindex SET idx = idx + 1000",
    "DELETE FROM ledger_logindex",
    "UPDATE ledger_logstate SET size = 0",
    "UPDATE ledger_logstate SET frozen = 'no'",
    "DELETE FROM ledger_checkpoint",
    "TRUNCATE ledger_checkpoint, ledger_logindex, ledger_pending, ledger_disclosure, ledger_entry",
    "SELECT * FROM ledger_entry FOR UPDATE",
    "LOCK TABLE ledger_entry IN ACCESS EXCLUSIVE MODE",
    "ALTER TABLE ledger_entry DISABLE TRIGGER ALL",
    "ALTER TABLE ledger_entry DISABLE TRIGGER ledger_append_only",
    "ALTER TABLE ledger_entry RENAME TO old_entry",
    "ALTER TABLE ledger_entry OWNER TO holdfast_app",
    "ALTER TABLE ledger_entry ADD COLUMN more text",
    "DROP TABLE ledger_entry CASCADE",
    "DROP TRIGGER ledger_append_only ON ledger_entry",
    "CREATE TRIGGER mine BEFORE INSERT ON ledger_entry EXECUTE FUNCTION ledger_refuse()",
    "CREATE RULE mine AS ON INSERT TO ledger_entry DO INSTEAD NOTHING",
    "CREATE POLICY mine ON ledger_entry USING (false)",
    "DROP FUNCTION ledger_append(jsonb)",
    "ALTER FUNCTION ledger_append(jsonb) SECURITY INVOKER",
    "ALTER FUNCTION ledger_append(jsonb) RESET ALL",
    "CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE sql AS ''",
    "CREATE FUNCTION public.sha256(bytea) RETURNS bytea LANGUAGE sql AS $$SELECT ''::bytea$$",
    "CREATE TABLE public.mine (x int)",
    "CREATE SCHEMA mine",
    "CREATE EVENT TRIGGER mine ON ddl_command_start EXECUTE FUNCTION ledger_refuse()",
    "SET session_replication_role = replica; DELETE FROM ledger_entry",
    "SET ROLE holdfast_owner; DELETE FROM ledger_entry",
    "SET ROLE holdfast_sealer; DELETE FROM ledger_pending",
    "SET SESSION AUTHORIZATION postgres; DELETE FROM ledger_entry",
    "GRANT ALL ON ledger_entry TO holdfast_app; DELETE FROM ledger_entry",
    "GRANT holdfast_owner TO holdfast_app; SET ROLE holdfast_owner; DELETE FROM ledger_entry",
    "GRANT EXECUTE ON FUNCTION ledger_erase(uuid, text[], uuid) TO holdfast_app",
    "ALTER ROLE holdfast_app SUPERUSER",
    "ALTER DEFAULT PRIVILEGES FOR ROLE holdfast_owner GRANT ALL ON TABLES TO holdfast_app",
    "SELECT ledger_erase(id, ARRAY['note'], id) FROM ledger_entry",
    "SELECT ledger_set_origin('other.example/ledger/0123456789abcdef')",
    "COPY ledger_entry FROM PROGRAM 'true'",
    "COPY ledger_entry (id) TO '/dev/null'",
    "COPY ledger_entry TO PROGRAM 'true'",
    "VACUUM FULL ledger_entry",
    "CLUSTER ledger_entry USING ledger_entry_pkey",
    "REASSIGN OWNED BY holdfast_owner TO holdfast_app",
    "COMMENT ON TABLE ledger_entry IS 'mine'",
    "SECURITY LABEL ON TABLE ledger_entry IS 'mine'",
    "CREATE PUBLICATION mine FOR TABLE ledger_entry",
    "SELECT pg_read_file('pg_hba.conf')",
]


def picture(admin: psycopg.Connection[Any]) -> dict[str, Any]:
    """All that an attack could change: rows, columns, triggers, functions, grants, roles."""
    found: dict[str, Any] = {}
    for table in TABLES:
        found[table] = admin.execute(
            sql.SQL("SELECT md5(string_agg(t::text, '|' ORDER BY t::text)), count(*) FROM {} t").format(
                sql.Identifier(table)
            )
        ).fetchone()
    for name, query in {
        "classes": """SELECT relname, relkind, relowner, relacl::text, relrowsecurity, relhasrules,
                             relfilenode FROM pg_class WHERE relnamespace = 'public'::regnamespace""",
        "columns": """SELECT attrelid, attname, attacl::text FROM pg_attribute a
                       JOIN pg_class c ON c.oid = attrelid WHERE relnamespace = 'public'::regnamespace""",
        "triggers": "SELECT tgrelid, tgname, tgfoid, tgenabled, tgtype FROM pg_trigger",
        "functions": """SELECT proname, prosrc, prosecdef, proowner, proacl::text, proconfig
                          FROM pg_proc WHERE pronamespace = 'public'::regnamespace""",
        "roles": "SELECT rolname, rolsuper, rolcreaterole, rolbypassrls FROM pg_roles",
        "members": "SELECT roleid, member FROM pg_auth_members",
        "defaults": "SELECT defaclrole, defaclobjtype, defaclacl::text FROM pg_default_acl",
        "schemas": "SELECT nspname, nspacl::text FROM pg_namespace WHERE nspname !~ '^pg_'",
        "sequence": "SELECT last_value FROM ledger_pending_position_seq",
        "policies": "SELECT polname FROM pg_policy",
        "comments": "SELECT count(*) FROM pg_description WHERE objoid = 'ledger_entry'::regclass",
        "large objects": "SELECT count(*) FROM pg_largeobject_metadata",
        "event triggers": "SELECT evtname FROM pg_event_trigger",
    }.items():
        found[name] = sorted(map(str, admin.execute(query).fetchall()))
    return found


def test_no_attack_of_the_application_role_has_any_effect(log: str, database_committed: Database) -> None:
    write("a", 3)
    seal()
    write("a", 2)
    with database_committed.connect("superuser", autocommit=True) as admin:
        before = picture(admin)
        for attack in ATTACKS:
            with database_committed.connect("app", autocommit=True) as app:
                try:
                    app.execute(attack)
                except psycopg.errors.SyntaxError:
                    raise  # an attack that never reached the wall proves nothing
                except psycopg.Error:
                    pass
            after = picture(admin)
            assert {k: v for k, v in after.items() if before[k] != v} == {}, attack
    connections.close_all()
    write("a")
    assert [entry.seq for entry in api.run("a")] == list(range(6))


def test_objects_of_the_callers_own_do_not_reach_into_the_function(
    log: str, database_committed: Database
) -> None:
    disclosed = parts("kind", "x")
    document = [{"id": str(api.Draft("a", []).id), "stream": "a", "tags": [], "disclosures": [disclosed]}]
    with database_committed.connect("superuser") as admin:  # even where temporary objects are allowed
        admin.execute(f"GRANT TEMPORARY ON DATABASE {database_committed.name} TO holdfast_app")
    with database_committed.connect("app", autocommit=True) as app:
        app.execute("CREATE TEMP TABLE ledger_entry (LIKE public.ledger_entry)")
        app.execute("CREATE TEMP TABLE ledger_stream (LIKE public.ledger_stream)")
        app.execute(
            "CREATE FUNCTION pg_temp.sha256(bytea) RETURNS bytea LANGUAGE sql AS $$SELECT '\\x00'::bytea$$"
        )
        app.execute(
            """CREATE FUNCTION pg_temp.clock_timestamp() RETURNS timestamptz LANGUAGE sql
               AS $$SELECT 'epoch'::timestamptz$$"""
        )
        app.execute("SET search_path = pg_temp, public, pg_catalog")
        app.execute("SELECT * FROM public.ledger_append(%s::jsonb)", [json.dumps(document)])
    (entry,) = api.run("a")
    read = leaf.parse(entry.leaf)
    assert read.digests == (disclosure.digest_of(b64url(str(disclosed["parts"]).encode())),)
    assert read.at > "2026"
    head = api.head("a")
    assert head is not None
    assert head.leaf_hash == merkle.leaf_hash(entry.leaf)


@pytest.mark.parametrize("role", ["owner", "superuser"])
@pytest.mark.parametrize("mode", ["origin", "replica"])
def test_triggers_refuse_owner_and_superuser_too(
    log: str, database_committed: Database, role: str, mode: str
) -> None:
    write("a", 2)
    seal()
    write("a")
    with database_committed.connect("superuser", autocommit=True) as admin:
        before = picture(admin)
        with database_committed.connect(role, autocommit=True) as other:
            if role == "superuser":
                other.execute(f"SET session_replication_role = {mode}")
            for attack in ATTACKS[:4] + ATTACKS[6:9] + ATTACKS[13:16] + ATTACKS[17:19]:
                with pytest.raises(psycopg.Error):
                    other.execute(attack)
        assert picture(admin) == before


@pytest.mark.parametrize("role", ["reader", "eraser", "sealer"])
def test_other_roles_cannot_write_entries(log: str, database_committed: Database, role: str) -> None:
    write("a", 2)
    seal()
    with database_committed.connect("superuser", autocommit=True) as admin:
        before = picture(admin)
        for attack in ATTACKS[:10]:
            with database_committed.connect(role, autocommit=True) as other, suppress(psycopg.Error):
                other.execute(attack)
            assert picture(admin) == before, attack


def test_the_reader_sees_no_disclosure(log: str, database_committed: Database) -> None:
    write("a")
    with database_committed.connect("reader") as reader:
        assert reader.execute("SELECT count(*) FROM ledger_entry").fetchone() == (1,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            reader.execute("SELECT * FROM ledger_disclosure")


def test_an_erasure_needs_its_entry_in_the_same_transaction(log: str, database_committed: Database) -> None:
    (target,) = api.append(draft("a", "张三", personal=True))
    (other,) = api.append(draft("system"))
    own = api.Draft("system", [])
    document = [
        {"id": str(own.id), "stream": "system", "tags": [], "disclosures": [parts("kind", "erased/1")]}
    ]
    erase = "SELECT ledger_erase(%s, ARRAY['note'], %s)"
    with database_committed.connect("eraser") as eraser:
        for wrong in (other.id, target.stream):
            with pytest.raises(psycopg.Error, match="same transaction"), eraser.transaction():
                eraser.execute(erase, [target.id, wrong])
        with pytest.raises(psycopg.Error, match="personal"), eraser.transaction():
            eraser.execute("SELECT ledger_append(%s::jsonb)", [json.dumps(document)])
            eraser.execute("SELECT ledger_erase(%s, ARRAY['kind'], %s)", [target.id, own.id])
        eraser.execute("SAVEPOINT inner_one")
        eraser.execute("SELECT ledger_append(%s::jsonb)", [json.dumps(document)])
        eraser.execute("RELEASE inner_one")
        assert eraser.execute(erase, [target.id, own.id]).fetchone() == (1,)
    entry = api.read(target.id)
    assert entry.values == {"kind": "test/1"}
    assert entry.erased == {"note": own.id}
    assert seal().size == 3


# --- the start-up check ---


def test_the_walls_stand_after_migration(db: None) -> None:
    assert checks.missing_walls() == []
    checks.refuse_without_walls()
    assert [
        m for m in run_checks(tags=["database"], databases=["default"]) if (m.id or "").startswith("ledger.")
    ] == []


def test_the_body_of_each_function_is_known_to_the_check(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT proname, left(encode(sha256(convert_to(prosrc, 'UTF8')), 'hex'), 16)
                 FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname LIKE 'ledger\\_%'"""
        )
        assert dict(cursor.fetchall()) == {name: body for name, (body, _) in checks.FUNCTIONS.items()}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            "ALTER TABLE ledger_entry DISABLE TRIGGER ledger_append_only",
            "trigger ledger_refuse on ledger_entry",
        ),
        (
            "ALTER TABLE ledger_entry ENABLE TRIGGER ledger_append_only",
            "trigger ledger_refuse on ledger_entry",
        ),
        ("DROP TRIGGER ledger_only_forward ON ledger_stream", "ledger_only_forward on ledger_stream"),
        ("GRANT INSERT ON ledger_entry TO holdfast_app", "INSERT on ledger_entry"),
        ("GRANT UPDATE (text) ON ledger_disclosure TO holdfast_app", "UPDATE on ledger_disclosure"),
        ("GRANT DELETE ON ledger_pending TO PUBLIC", "DELETE on ledger_pending"),
        ("ALTER TABLE ledger_entry OWNER TO postgres", "belongs to postgres"),
        ("ALTER FUNCTION ledger_append(jsonb) SECURITY INVOKER", "ledger_append does not run as it must"),
        ("ALTER FUNCTION ledger_append(jsonb) RESET search_path", "ledger_append does not run as it must"),
        ("REVOKE EXECUTE ON FUNCTION ledger_append(jsonb) FROM holdfast_app", "may not call ledger_append"),
        ("GRANT EXECUTE ON FUNCTION ledger_erase TO holdfast_app", "may call ledger_erase"),
        ("GRANT CREATE ON SCHEMA public TO holdfast_app", "create objects"),
        (
            """CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql
               SET search_path = pg_catalog, pg_temp AS 'BEGIN RETURN NULL; END'""",
            "ledger_refuse is not the one",
        ),
        ("CREATE FUNCTION ledger_append(text) RETURNS int LANGUAGE sql AS 'SELECT 1'", "stands 2 times"),
        ("DROP TABLE ledger_pending CASCADE", "tables are not there"),
        ("GRANT INSERT ON ledger_entry TO holdfast_reader", "holdfast_reader has INSERT on ledger_entry"),
        (
            "GRANT UPDATE ON ledger_logstate TO holdfast_sealer",
            "holdfast_sealer has UPDATE on ledger_logstate",
        ),
        ("GRANT UPDATE (origin) ON ledger_logstate TO holdfast_sealer", "UPDATE on ledger_logstate.origin"),
        ("GRANT TRIGGER ON ledger_stream TO holdfast_eraser", "holdfast_eraser has TRIGGER on ledger_stream"),
        (
            "GRANT EXECUTE ON FUNCTION ledger_erase TO holdfast_sealer",
            "holdfast_sealer may call ledger_erase",
        ),
        (
            """CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
               CREATE TRIGGER a BEFORE INSERT ON ledger_pending FOR EACH ROW EXECUTE FUNCTION swallow()""",
            "a strange trigger stands on ledger_pending: a",
        ),
        ("CREATE RULE r AS ON INSERT TO ledger_pending DO INSTEAD NOTHING", "a strange rule stands on"),
        ("ALTER TABLE ledger_entry ENABLE ROW LEVEL SECURITY", "row security stands on ledger_entry"),
        ("CREATE TABLE heir () INHERITS (ledger_entry)", "heir or parent stands on ledger_entry: heir"),
        ("ALTER TABLE ledger_pending DISABLE TRIGGER ALL", "disabled constraint stands on ledger_pending"),
        ("ALTER TABLE ledger_cosignature SET UNLOGGED", "kind of table stands on ledger_cosignature"),
        (
            "ALTER TABLE ledger_entry DROP CONSTRAINT ledger_entry_stream_seq",
            "nothing keeps stream_id,seq of ledger_entry unique",
        ),
    ],
)
def test_a_missing_or_strange_wall_refuses_to_serve(
    database_committed: Database, change: str, says: str
) -> None:
    with database_committed.connect("superuser", autocommit=True) as admin:
        admin.execute(change)
    with pytest.raises(api.WallsError, match=says):
        checks.refuse_without_walls()


def test_every_table_of_the_ledger_is_behind_the_walls(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relname LIKE 'ledger\\_%' AND relkind = 'r'")
        assert {name for (name,) in cursor.fetchall()} == {f"ledger_{table}" for table in checks.TABLES}
    assert {table for table, _ in checks.TRIGGERS} == set(checks.TABLES) == set(checks.UNIQUE)


@pytest.mark.parametrize("alias", ["owner", "sealer"])
def test_serving_under_another_role_is_refused(database_committed: Database, alias: str) -> None:
    with pytest.raises(api.WallsError, match=f"can act as holdfast_{alias}"):
        checks.refuse_without_walls(alias)
