"""The embedded engine comes up behind its walls, whatever the last run left, and takes all down again."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from config.embedded import Engine
from config.folders import SOCKET_NAME_LIMIT, AlreadyRunning, EngineError
from config.process import living_in
from tests.databases import PROJECT
from tests.scale import share

AS_ROOT = os.geteuid() == 0
ORDINARY = "nobody"
SERVERS = {"postgres", "valkey-server"}


def small(var: Path) -> Engine:
    """Return an engine without fsync, which only a loss of power could tell."""
    return Engine(var, durable=False, say=lambda line: None)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short folder that other users may pass through, as /srv or /home are."""
    made = Path(tempfile.mkdtemp(prefix="hf"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


@pytest.fixture
def engine(folder: Path) -> Iterator[Engine]:
    """An engine to start and ill-treat."""
    engine = small(folder / "var")
    yield engine
    engine.stop()


@pytest.fixture(scope="module")
def standing() -> Iterator[Engine]:
    """One engine as `bin/run` starts it, for those who only look."""
    made = Path(tempfile.mkdtemp(prefix="hf"))
    made.chmod(0o755)
    with Engine(made / "var", say=lambda line: None) as engine:
        yield engine
    shutil.rmtree(made)


def serving(urls: dict[str, str]) -> bool:
    with psycopg.connect(urls["DATABASE_URL"]) as connection:
        answered = connection.execute("SELECT 1").fetchone() == (1,)
    client = redis.Redis.from_url(urls["REDIS_URL"])
    alive = bool(client.ping())
    client.close()
    return answered and alive


def servers_in(var: Path) -> list[psutil.Process]:
    return living_in(var / "pg", SERVERS) + living_in(var / "valkey", SERVERS)


def write_mark(urls: dict[str, str], text: str) -> None:
    with psycopg.connect(urls["DATABASE_OWNER_URL"]) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS mark (text text)")
        connection.execute("INSERT INTO mark VALUES (%s)", [text])


def marks(urls: dict[str, str]) -> list[str]:
    with psycopg.connect(urls["DATABASE_OWNER_URL"]) as connection:
        return [text for (text,) in connection.execute("SELECT text FROM mark ORDER BY 1").fetchall()]


# --- starting, again and again ------------------------------------------------------------------------------


def test_it_serves_twice_in_a_row_and_keeps_what_was_written(folder: Path) -> None:
    engine = Engine(folder / "var", say=lambda line: None)
    urls = engine.start()
    assert serving(urls)
    write_mark(urls, "first")
    redis.Redis.from_url(urls["REDIS_URL"]).set("mark", "kept")
    engine.stop()
    assert servers_in(engine.var) == []
    urls = engine.start()
    assert marks(urls) == ["first"]
    assert redis.Redis.from_url(urls["REDIS_URL"]).get("mark") == b"kept"
    engine.stop()


def test_stopping_leaves_no_process_socket_or_address(engine: Engine) -> None:
    engine.start()
    engine.stop()
    assert servers_in(engine.var) == []
    assert [p.name for p in (engine.var / "run").rglob("*")] == ["lock"]


def test_a_killed_postmaster_costs_nothing_that_was_committed(engine: Engine) -> None:
    urls = engine.start()
    write_mark(urls, "committed")
    assert engine.postgres is not None
    engine.postgres.kill()
    engine.postgres.wait()
    assert (engine.var / "pg" / "postmaster.pid").exists()
    engine.start_postgres()
    assert marks(engine.urls()) == ["committed"]


@pytest.mark.parametrize("pid", ["999999", str(os.getpid()), "1"], ids=["nobody", "a stranger", "init"])
def test_a_stale_pid_file_does_not_hinder_the_start(engine: Engine, pid: str) -> None:
    engine.start()
    engine.stop()
    stale = engine.var / "pg" / "postmaster.pid"
    stale.write_text(f"{pid}\n{engine.var}/pg\n1700000000\n5432\n{engine.var}/run/pg\n\n  1 1\nready\n")
    assert serving(engine.start())


def test_a_half_made_cluster_is_made_anew(engine: Engine) -> None:
    half_made = engine.var / "pg.new"
    half_made.mkdir(parents=True)
    (half_made / "PG_VERSION").write_text("18\n")
    assert serving(engine.start())
    assert not half_made.exists()


def test_two_checkouts_run_beside_each_other(folder: Path) -> None:
    with small(folder / "one") as one, small(folder / "two") as two:
        write_mark(one.urls(), "one")
        write_mark(two.urls(), "two")
        assert (marks(one.urls()), marks(two.urls())) == (["one"], ["two"])


def test_a_second_start_on_the_same_folder_is_refused_in_words(engine: Engine) -> None:
    engine.start()
    with pytest.raises(AlreadyRunning, match="already runs on"):
        Engine(engine.var).start()
    assert serving(engine.urls())


def parent_of_servers(var: Path) -> subprocess.Popen[bytes]:
    """Start a process that starts the engine, says so, and sleeps."""
    program = (
        "import sys, time; from config.embedded import *;"
        "Engine(Path(sys.argv[1]), durable=False).start(); print(1, flush=True); time.sleep(60)"
    )
    return subprocess.Popen([sys.executable, "-c", program, var], cwd=PROJECT, stdout=subprocess.PIPE)


@pytest.mark.parametrize("moment", share([0.0, 0.1, 0.2, 0.3, 0.5, 3.0], 3))
def test_the_next_start_serves_after_the_parent_was_killed(folder: Path, moment: float) -> None:
    var = folder / "var"
    parent = parent_of_servers(var)
    while not servers_in(var) and parent.poll() is None:
        time.sleep(0.01)
    time.sleep(moment)
    parent.kill()
    parent.communicate()
    with small(var) as engine:  # at once, while the old servers may still be closing
        assert serving(engine.urls())
    assert servers_in(var) == []


def test_servers_end_by_themselves_when_the_parent_is_killed(folder: Path) -> None:
    var = folder / "var"
    parent = parent_of_servers(var)
    assert parent.stdout is not None
    parent.stdout.readline()
    running = servers_in(var)
    assert len(running) >= 2
    parent.kill()
    parent.communicate()
    _, alive = psutil.wait_procs(running, timeout=20)
    assert alive == []


def test_a_long_path_gets_a_short_private_socket_folder_that_is_removed(folder: Path) -> None:
    var = folder / ("long" * 20) / ("位" * 10) / "with a space"
    engine = small(var)
    urls = engine.start()
    elsewhere = engine.socket_folder("pg")
    assert len(os.fsencode(var / "run" / "pg")) > SOCKET_NAME_LIMIT - 30
    assert not elsewhere.is_relative_to(var)
    assert elsewhere.stat().st_mode & 0o777 == 0o700
    assert serving(urls)
    engine.stop()
    assert not elsewhere.exists()


def test_a_short_socket_folder_left_by_a_crash_is_removed_by_the_next_start(folder: Path) -> None:
    var = folder / ("long" * 25)
    engine = small(var)
    engine.start()
    left = engine.socket_folder("pg")
    assert engine.postgres is not None
    assert engine.valkey is not None
    for server in (engine.postgres, engine.valkey):
        server.kill()
        server.wait()
    engine._lock.close()  # type: ignore[union-attr]  # the crash: nothing was tidied up
    with small(var) as again:
        assert serving(again.urls())
        assert not left.exists()


def test_a_folder_with_a_space_and_chinese_letters_works(folder: Path) -> None:
    with small(folder / "我的 var") as engine:
        assert serving(engine.urls())


def test_lost_passwords_are_named_as_the_reason(engine: Engine) -> None:
    engine.start()
    engine.stop()
    shutil.rmtree(engine.var / "secrets")
    with pytest.raises(EngineError, match="belong together"):
        engine.start()
    assert servers_in(engine.var) == []


# --- walls --------------------------------------------------------------------------------------------------


def test_nothing_listens_on_tcp(standing: Engine) -> None:
    for process in servers_in(standing.var):
        assert [c for c in process.net_connections("inet") if c.status == psutil.CONN_LISTEN] == []


def test_no_line_of_the_cluster_trusts_anyone(standing: Engine) -> None:
    lines = (standing.var / "pg" / "pg_hba.conf").read_text().splitlines()
    rules = [line.split() for line in lines if line.strip() and not line.startswith("#")]
    assert rules == [["local", "all", "all", "scram-sha-256"]]


@pytest.mark.parametrize("role", ["postgres", "holdfast_owner", "holdfast_app"])
def test_no_role_comes_in_without_its_password(standing: Engine, role: str) -> None:
    host = str(standing.socket_folder("pg"))
    for password in ("", "wrong", role):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(host=host, user=role, dbname="holdfast", password=password)


def test_valkey_asks_for_its_password(standing: Engine) -> None:
    client = redis.Redis(unix_socket_path=str(standing.socket_folder("valkey") / "valkey.sock"))
    with pytest.raises(redis.AuthenticationError):
        client.ping()


def test_secrets_and_addresses_are_readable_by_their_owner_alone(standing: Engine) -> None:
    private = [*(standing.var / "secrets").iterdir(), standing.var / "run" / "urls.json"]
    assert len(private) >= 7
    assert {path.stat().st_mode & 0o077 for path in private} == {0}
    for name in ("pg", "valkey", "secrets", "log", "run/pg", "run/valkey"):
        assert (standing.var / name).stat().st_mode & 0o077 == 0, name


def test_no_password_stands_in_a_command_line(standing: Engine) -> None:
    secrets = [path.read_text() for path in (standing.var / "secrets").iterdir()]
    spoken = " ".join(" ".join(p.cmdline()) for p in servers_in(standing.var))
    assert not [secret for secret in secrets if secret in spoken]


def test_writes_are_durable(standing: Engine) -> None:
    urls = standing.urls()
    with psycopg.connect(urls["DATABASE_URL"]) as connection:
        settings = [connection.execute(f"SHOW {name}").fetchone() for name in ("fsync", "synchronous_commit")]
    assert settings == [("on",), ("on",)]
    client = redis.Redis.from_url(urls["REDIS_URL"])
    assert client.config_get("appendonly") == {"appendonly": "yes"}


def test_the_application_role_has_no_power_over_the_server(standing: Engine) -> None:
    urls = standing.urls()
    attempts = [
        "CREATE TABLE t (i int)",
        "CREATE TEMPORARY TABLE t (i int)",
        "CREATE ROLE friend",
        "ALTER ROLE holdfast_app SUPERUSER",
        "SET ROLE holdfast_owner",
        "COPY (SELECT 1) TO PROGRAM 'id'",
        "SELECT pg_read_file('/etc/passwd')",
        "CREATE DATABASE other",
        "CREATE EXTENSION vector",
    ]
    with psycopg.connect(urls["DATABASE_URL"], autocommit=True) as connection:
        for attempt in attempts:
            with pytest.raises(psycopg.Error):
                connection.execute(attempt)
        row = connection.execute(
            "SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls FROM pg_roles "
            "WHERE rolname LIKE 'holdfast_%'"
        ).fetchall()
    assert set(row) == {(False,) * 5}
    assert len(row) == 6
    for other in ("postgres", "template1"):
        with pytest.raises(psycopg.OperationalError, match="permission denied"):
            psycopg.connect(standing.url("holdfast_app", other))


# --- other users of the machine -----------------------------------------------------------------------------


def as_ordinary_user(act: Callable[[], list[str]]) -> list[str]:
    """Return what `act` returns when `nobody` runs it, in a fork: that user need not reach our Python."""
    entry = pwd.getpwnam(ORDINARY)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(entry.pw_gid)
            os.setuid(entry.pw_uid)
            os.chdir("/")
            answer = act()
        except BaseException:
            answer = [traceback.format_exc()]
        os.write(writing, json.dumps(answer).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answers:
        answer = json.load(answers)
    os.waitpid(child, 0)
    return list(answer)


@pytest.mark.skipif(not AS_ROOT, reason="needs root to become another user")
def test_another_user_of_the_machine_cannot_connect_even_with_the_passwords(standing: Engine) -> None:
    urls = standing.urls()
    names = [standing.socket_folder("pg") / ".s.PGSQL.5432", standing.socket_folder("valkey") / "valkey.sock"]

    def attempt() -> list[str]:
        answers = []
        for name in names:
            with socket.socket(socket.AF_UNIX) as door:
                answers.append(os.strerror(door.connect_ex(str(name))))
        for reach in (
            lambda: psycopg.connect(urls["DATABASE_URL"]),
            lambda: redis.Redis.from_url(urls["REDIS_URL"]).ping(),
            lambda: (standing.var / "run" / "urls.json").read_text(),
            lambda: (standing.var / "secrets" / "postgres").read_text(),
        ):
            try:
                reach()
                answers.append("entered")
            except (psycopg.OperationalError, redis.ConnectionError, OSError) as error:
                answers.append("Permission denied" if "Permission denied" in str(error) else str(error))
        return answers

    assert as_ordinary_user(attempt) == ["Permission denied"] * 6


@pytest.mark.skipif(not AS_ROOT, reason="needs root to become another user")
def test_it_works_as_an_ordinary_user_who_keeps_it_to_himself(folder: Path) -> None:
    entry = pwd.getpwnam(ORDINARY)
    home = folder / "home"
    home.mkdir()
    os.chown(home, entry.pw_uid, entry.pw_gid)

    def start_twice() -> list[str]:
        answers: list[str] = []
        for _ in range(2):
            engine = Engine(home / "var", durable=False, say=answers.append)
            urls = engine.start()
            answers.append(str(serving(urls)))
            answers.append(oct((home / "var").stat().st_mode & 0o777))
            engine.stop()
        return answers

    assert as_ordinary_user(start_twice) == ["True", "0o700"] * 2
    assert {path.lstat().st_uid for path in home.rglob("*")} == {entry.pw_uid}


@pytest.mark.skipif(not AS_ROOT, reason="needs root")
def test_started_by_root_the_servers_run_as_a_user_without_rights(standing: Engine) -> None:
    users = {process.uids().real for process in servers_in(standing.var)}
    assert 0 not in users
    assert users == {pwd.getpwnam("holdfast-db").pw_uid}


@pytest.mark.skipif(not AS_ROOT, reason="needs root")
def test_a_closed_folder_above_is_opened_for_passing_only_and_named(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    said: list[str] = []
    with Engine(closed / "var", durable=False, say=said.append) as engine:
        assert serving(engine.urls())
    assert closed.stat().st_mode & 0o777 == 0o701
    assert any(str(closed) in line and "HOLDFAST_VAR" in line for line in said)


def test_the_engine_alone_runs_until_it_is_asked_to_end(folder: Path) -> None:
    environ = {**os.environ, "HOLDFAST_VAR": str(folder / "var")}
    process = subprocess.Popen(
        [sys.executable, "-m", "config.embedded"], cwd=PROJECT, env=environ, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    process.stdout.readline()
    assert (folder / "var" / "run" / "urls.json").exists()
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    assert servers_in(folder / "var") == []


def test_the_socket_limit_is_the_kernels(folder: Path) -> None:
    with socket.socket(socket.AF_UNIX) as longest:
        longest.bind("\0" + "x" * (SOCKET_NAME_LIMIT - 1))
    with socket.socket(socket.AF_UNIX) as longer, pytest.raises(OSError, match="path too long"):
        longer.bind(str(folder) + "/" + "x" * (SOCKET_NAME_LIMIT - len(str(folder))))
