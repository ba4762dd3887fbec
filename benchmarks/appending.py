"""What an append costs a business transaction: one row, and what is kept about it, per commit.

Twice. With pgbench as the client, so that no Python stands in the way and the figure is that of the database;
and through Django's ORM, a process per writer, as an application would do it, beside the two libraries that
are used for such a purpose. The entry says in nine disclosures what the row says, with two tags.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median

import psycopg

from benchmarks.peer.writer import SOME, TAGS, VALUES
from config.embedded import _programs
from ledger.log import Draft, Field, _document
from ledger.tlog.canonical import encode

MANY = 16
ROUNDS = 3
NAMES = {
    "bare": "business insert alone",
    "ledger": "with our append",
    "history": "with django-simple-history",
    "auditlog": "with django-auditlog",
}
# Rows are given by name of column; ids are made by the server in both, so that both make one.
INSERT = f"""BEGIN;
INSERT INTO peer.peer_bare (id, hop, receiver_person, copies, purpose, channel, system, due_back)
VALUES (gen_random_uuid(), '{SOME}', '{SOME}', '["{SOME}", "{SOME}"]', '{VALUES["purpose"]}', 'in_person',
 '{SOME}', '{VALUES["due_back"]}');
"""  # noqa: S608
COMMIT = "COMMIT;\n"


def append_statement(stream: str) -> str:
    """Return the SQL that records the entry; its id is made by the server, its salts are always the same."""
    said = {k: v if isinstance(v, list) else str(v) for k, v in VALUES.items()}
    fields = [Field(k, v) for k, v in {"kind": "bench/1", "row": str(SOME), **said}.items()]
    document = encode([_document(Draft("STREAM", fields, TAGS, SOME))]).decode()
    document = document.replace("'", "''").replace(f'"id":"{SOME}"', '"id":"\' || gen_random_uuid() || \'"')
    document = document.replace(":false", ": false")  # else pgbench takes it for a variable
    return f"SELECT FROM public.ledger_append(('{document.replace('STREAM', stream)}')::jsonb);\n"


def by_pgbench(url: str, script: str, writers: int, seconds: float, folder: Path) -> float:
    """Return the transactions per second of `writers` connections; a failed one ends the run."""
    file = folder / "script.sql"
    file.write_text(script, encoding="utf-8")
    where = psycopg.conninfo.conninfo_to_dict(url)
    names = {"host": "PGHOST", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}
    environ = {**os.environ, **{names[k]: str(v) for k, v in where.items() if k in names}}
    command = [str(_programs()[0] / "pgbench"), "--no-vacuum", "--protocol=prepared", f"--file={file}"]
    command += [f"--client={writers}", f"--jobs={min(writers, 2)}", f"--time={max(1, round(seconds))}"]
    done = subprocess.run(command, env=environ, check=False, capture_output=True, text=True)
    found = re.search(r"^tps = ([0-9.]+)", done.stdout, re.MULTILINE)
    assert done.returncode == 0, done.stderr
    assert found, done.stdout
    return float(found[1])


@contextmanager
def orm_writers(environ: dict[str, str], writers: int) -> Iterator[Callable[[str, float], float]]:
    """Start processes, each with its own stream; give a function that has them write and says how fast."""
    command = [sys.executable, "-m", "benchmarks.peer.writer"]
    pipe = subprocess.PIPE
    running = [
        subprocess.Popen([*command, f"orm:{n}"], stdin=pipe, stdout=pipe, text=True, env=environ)
        for n in range(writers)
    ]

    def said() -> list[str]:
        return [process.stdout.readline() for process in running if process.stdout]

    def run(kind: str, seconds: float) -> float:
        for process in running:
            assert process.stdin
            process.stdin.write(f"{kind} {seconds}\n")
            process.stdin.flush()
        return sum(map(int, said())) / seconds

    try:
        assert said() == ["ready\n"] * writers
        yield run
    finally:
        for process in running:
            if process.stdin:
                process.stdin.close()
            process.wait(30)


def in_turn(*measures: Callable[[], float]) -> list[float]:
    """Take each measure ROUNDS times, in turn, and return the medians: a busy machine slows all alike."""
    taken = [[measure() for measure in measures] for _ in range(ROUNDS)]
    return [median(values) for values in zip(*taken, strict=True)]


def table(url: str, seconds: float) -> str:
    """Measure, `seconds` for each round of each line, and return the lines of the table."""
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute("CREATE SCHEMA peer")
    environ = {**os.environ, "PEER_DATABASE_URL": url, "PGOPTIONS": "-c search_path=peer"}
    environ |= {"DJANGO_SETTINGS_MODULE": "benchmarks.peer.settings"}
    for step in (["migrate", "auth"], ["migrate", "--run-syncdb"]):
        subprocess.run([sys.executable, "-m", "django", *step, "--verbosity=0"], env=environ, check=True)
    lines = ["| one transaction | client | writers | per second | ratio |", "|---|---|---:|---:|---:|"]
    own = INSERT + append_statement("own:' || :client_id::int || '") + COMMIT
    hot = INSERT + append_statement("hot") + COMMIT
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)

        def sql(script: str, writers: int) -> Callable[[], float]:
            return lambda: by_pgbench(url, script, writers, seconds, folder)

        for writers in (1, MANY):
            alone, ours = in_turn(sql(INSERT + COMMIT, writers), sql(own, writers))
            lines.append(f"| {NAMES['bare']} | pgbench | {writers} | {alone:,.0f} | 1 |")
            lines.append(f"| {NAMES['ledger']} | pgbench | {writers} | {ours:,.0f} | {ours / alone:.2f} |")
        (stream,) = in_turn(sql(hot, MANY))
        lines.append(f"| {NAMES['ledger']}, one hot stream | pgbench | {MANY} | {stream:,.0f} | |")
    for writers in (1, MANY):
        with orm_writers(environ, writers) as run:
            rates = in_turn(*(partial(run, kind, seconds) for kind in NAMES))
        for (_kind, name), rate in zip(NAMES.items(), rates, strict=True):
            lines.append(f"| {name} | Django | {writers} | {rate:,.0f} | {rate / rates[0]:.2f} |")
    return "\n".join(lines)
