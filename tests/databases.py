"""The servers and databases of a test run.

One engine per run, in a folder of its own under `var/test`. One template database, migrated once as the
owner. A test that only needs rows runs in a transaction that is rolled back; a test that commits gets a
database copied from the template (0.06 s), because append-only tables cannot be emptied. Both run as the
application role.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from config.embedded import ROLES, ROLES_SQL, SUPERUSER, Engine
from config.env import postgres as parse_url

PROJECT = Path(__file__).resolve().parent.parent
TEMPLATE = "holdfast_template"
MEMORY = "memory"
BYTE_CODE = {name: os.environ[name] for name in ("PYTHONPYCACHEPREFIX",) if name in os.environ}
"""What a process needs that is given no other setting of ours, or it compiles all that it loads."""
_OPEN = sql.SQL(
    "REVOKE ALL ON DATABASE {0} FROM PUBLIC; GRANT CONNECT ON DATABASE {0} TO " + ", ".join(ROLES)
)
ROLE_OF_ALIAS = {
    "default": "holdfast_app",
    "owner": "holdfast_owner",
    "eraser": "holdfast_eraser",
    "sealer": "holdfast_sealer",
}


def start_engine() -> Engine:
    """Start the servers of this run; folders that killed runs left are removed first."""
    home = Path(os.environ.get("HOLDFAST_VAR", "") or PROJECT / "var") / "test"
    home.mkdir(parents=True, exist_ok=True)
    for old in home.iterdir():
        if not _in_use(old):
            remove(old)
    engine = Engine(Path(tempfile.mkdtemp(dir=home, prefix="r")), durable=False)
    engine.start()
    _take_memory(engine)
    return engine


def _take_memory(engine: Engine) -> None:
    """Have the databases in memory where there is enough of it.

    A database is some 900 files, and ext4 passes by each inode that was deleted within the last minutes when
    it looks for a free one: to make a database after another was dropped took half a second of the processor.
    """
    place = Path("/dev/shm")
    if not place.is_dir() or shutil.disk_usage(place).free < 2 << 30:
        return
    folder = Path(tempfile.mkdtemp(prefix="holdfast-test-", dir=place))
    (engine.var / MEMORY).symlink_to(folder)
    if engine.owner:
        os.chown(folder, *engine.owner)
    with psycopg.connect(engine.url(SUPERUSER, "postgres"), autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE TABLESPACE {} LOCATION {}").format(
                sql.Identifier(MEMORY), sql.Literal(str(folder))
            )
        )


def remove(run: Path) -> None:
    """Take away what a run that has ended leaves, in memory too."""
    if (run / MEMORY).is_symlink():
        shutil.rmtree((run / MEMORY).readlink(), ignore_errors=True)
    shutil.rmtree(run, ignore_errors=True)


def _in_use(folder: Path) -> bool:
    lock = folder / "run" / "lock"
    if not lock.exists():
        return False
    with lock.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


@dataclass(frozen=True)
class Database:
    """A database of this run and the folders that go with it; roles are named without `holdfast_`."""

    name: str
    folder: Path
    var: Path = field(repr=False)

    def url(self, role: str) -> str:
        """Return the address for `app`, `owner`, `sealer`, `reader`, `eraser` or `superuser`."""
        user = SUPERUSER if role == "superuser" else f"holdfast_{role}"
        secret = (self.var / "secrets" / user).read_text(encoding="ascii").strip()
        host = os.environ["HOLDFAST_TEST_SOCKETS"]
        return f"postgresql://{user}:{secret}@/{self.name}?host={host}"

    def connect(self, role: str, **options: Any) -> psycopg.Connection[Any]:
        """Open a plain connection; the caller closes it."""
        return psycopg.connect(self.url(role), **options)

    @property
    def environ(self) -> dict[str, str]:
        """Return the environment under which another process (`manage.py ...`) works on this database."""
        urls = {variable: self.url(role.removeprefix("holdfast_")) for role, variable in ROLES.items()}
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("DATABASE_", "HOLDFAST_"))}
        return {
            **kept,
            **urls,
            "HOLDFAST_VAR": str(self.folder),
            "SECRET_KEY": "k" * 60,
            "FACTOR_KEY": "f" * 60,
        }


class Databases:
    """The databases of one test process."""

    def __init__(self, var: Path, worker: str) -> None:
        self.var = var
        self.worker = worker
        self.made = 0
        admin = Database("postgres", var, var)
        self.admin = psycopg.connect(admin.url("superuser"), autocommit=True)
        self.place = MEMORY if (var / MEMORY).is_symlink() else "pg_default"

    def make_template(self) -> None:
        """Migrate the template once per run, whichever process comes first."""
        with (self.var / "template.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if (self.var / "template.made").exists():
                return
            from django.core.management import call_command
            from django.db import connections

            self._create(TEMPLATE, "template1")
            with connected_to(Database(TEMPLATE, self.var, self.var)):
                call_command("migrate", database="owner", verbosity=0, skip_checks=True)
                connections.close_all()
            (self.var / "template.made").touch()

    def _create(self, name: str, template: str) -> None:
        self.admin.execute(
            sql.SQL(
                "CREATE DATABASE {} OWNER holdfast_owner TEMPLATE {} STRATEGY wal_log TABLESPACE {}"
            ).format(sql.Identifier(name), sql.Identifier(template), sql.Identifier(self.place))
        )
        if template != "template1":
            # All else in roles.sql belongs to the cluster, or came with the copy.
            self.admin.execute(_OPEN.format(sql.Identifier(name)))
            return
        connect = Database(name, self.var, self.var).connect
        with (self.var / "roles.lock").open("w") as lock, connect("superuser") as connection:
            fcntl.flock(
                lock, fcntl.LOCK_EX
            )  # roles belong to all databases: two workers may not alter one at once
            connection.execute(ROLES_SQL.read_bytes())

    @contextmanager
    def fresh(self, folder: Path, template: str = TEMPLATE) -> Iterator[Database]:
        """Give a copy of the template, and take it away again whoever is still connected.

        Another database may be the `template`, as a backup of it; nobody may be connected to it then.
        """
        self.made += 1
        database = Database(f"holdfast_{self.worker}_{self.made}", folder, self.var)
        self._create(database.name, template)
        try:
            yield database
        finally:
            self.admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database.name)))


@contextmanager
def connected_to(
    database: Database, aliases: tuple[str, ...] = tuple(ROLE_OF_ALIAS), *, keep: bool = False
) -> Iterator[Database]:
    """Point Django's connections, in every thread, at `database`; aliases left out cannot connect at all.

    To `keep` is to leave the default one open for the next who keeps it in the same database: a server
    process knows no table when it begins, and looking them up takes longer than many a test does. Only who
    rolls back may.
    """
    from django.db import connections

    if not keep or _kept() != database.name:
        connections.close_all()
    before = {alias: dict(connections.settings[alias]) for alias in ROLE_OF_ALIAS}
    for alias, role in ROLE_OF_ALIAS.items():
        place = parse_url("URL", database.url(role.removeprefix("holdfast_")))
        place.pop("OPTIONS")
        if alias not in aliases:
            place["NAME"] = "a rolled-back test sees only the default connection"
        connections.settings[alias].update(place)
    try:
        yield database
    finally:
        if not keep or _kept() != database.name:
            connections.close_all()
        for alias, settings in before.items():
            connections.settings[alias].update(settings)


def _kept() -> str:
    """Return the database that the default connection is in and could go on with; empty without one."""
    from django.db import connections

    default = connections["default"]
    if default.connection is None or default.in_atomic_block:
        return ""
    try:
        default.connection.execute("SELECT pg_advisory_unlock_all()")  # all else went with the rollback
    except psycopg.Error:
        return ""
    return str(default.connection.info.dbname)


def let_go() -> None:
    """Close what was kept: a database that somebody is connected to cannot be copied."""
    from django.db import connections

    connections.close_all()
