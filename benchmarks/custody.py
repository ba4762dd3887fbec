"""Handoffs at a steady rate on a whole site, and what the past costs to ask.

python -m benchmarks.custody [--seconds 60] [--rates 5,10,20,50] [--events 10000,100000]

Load: `bin/run` serves a demo as it would anywhere (web server, worker, timer, sealer, witnesses, PostgreSQL,
Valkey) and shares the machine with the clients. A handoff is offered by one program and accepted by another,
each with the session of a person. They are sent when their time has come, whether or not earlier ones were
answered, and waiting is counted from then on: a server that falls behind is not spared. At the end every
handoff that was answered 201 must stand in the tables as the log tells it, and no other.

The past: who had one copy, who had a project's on a day, and who had anything of it, with so many changes of
custody in the tables; those that fill them are put in by SQL.
"""

from __future__ import annotations

import argparse
import http.client
import json
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from benchmarks import site
from benchmarks.web import Client, p50, p95, serving
from config import bootstrap
from tests.config.test_run import Site, clean_environ

LIMIT = 300.0  # ms, of the 95th percentile
CLIENTS = 120
# What the load needs: an approved hop, and copies that Northfield holds.
STAGE = """
import json
from custody import models as m
from custody.stories import cast, told
people = cast.load()
project = cast.open_project(people, "LOAD", "Load")
hop = told.approved_hop(people, project, "westgate", "Load")
copies = []
for number in range({items}):
    copies += cast.make_copies(people, project, f"LOAD-{{number}}", 200)
    cast.admit(people, copies[-1].item_id, "tao")
print(json.dumps({{"hop": str(hop.id), "copies": [str(c.id) for c in copies],
    "person": str(people.people["tao"].id), "system": str(people.systems["westgate_room"].id)}}))
"""
COUNTED = """
import json, time
from custody import models as m
from ledger import api
begun = time.monotonic()
while (left := api.alarm().pending) and time.monotonic() - begun < 120:
    time.sleep(0.1)
rows = m.Handoff.objects.filter(project__code="LOAD")
print(json.dumps({"offered": rows.count(), "accepted": rows.filter(state="accepted").count(),
    "unsealed": left, "waited": round(time.monotonic() - begun, 1)}))
"""
FILL = """
INSERT INTO custody_holding (id, created_at, entry, project_id, copy_id, how, party_id, person_id, system_id)
SELECT gen_random_uuid(), now() - n * interval '1 minute', gen_random_uuid(), h.project_id, c.id, 'kept',
  h.party_id, h.person_id, h.system_id
FROM generate_series(%(first)s::int, %(last)s::int) n
JOIN (SELECT id, row_number() OVER (ORDER BY code) - 1 AS place, count(*) OVER () AS many
      FROM custody_copy WHERE item_id IN (SELECT id FROM custody_item WHERE codename LIKE 'PAST-%%')) c
  ON c.place = n %% c.many,
  (SELECT * FROM custody_holding WHERE how = 'kept' ORDER BY created_at DESC LIMIT 1) h
"""
PAST = """
import json
from custody import models as m
from custody.stories import cast
people = cast.load()
project = cast.open_project(people, "PAST", "Past")
copies = [c for n in range(5) for c in cast.make_copies(people, project, f"PAST-{n}", 200)]
print(json.dumps({"project": str(project.id), "copy": str(copies[7].id),
    "party": str(people.party("northfield"))}))
"""


@dataclass(slots=True)
class Seen:
    """What clients were answered, and how many milliseconds after a request's time had come."""

    offers: list[float] = field(default_factory=list)
    accepts: list[float] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)

    def all_of(self, *statuses: str) -> int:
        """Return how many requests were answered so."""
        return sum(self.answers[status] for status in statuses)


class Load:
    """Programs that offer and accept copies, each request at its time."""

    def __init__(self, port: int, stage: dict[str, Any]) -> None:
        self.port, self.stage = port, stage
        self.copies: queue.SimpleQueue[str] = queue.SimpleQueue()
        for copy in stage["copies"]:
            self.copies.put(copy)
        self.clients = {name: self._signed_in(name) for name in ("mei", "tao")}

    def _signed_in(self, name: str) -> queue.SimpleQueue[Client]:
        pool: queue.SimpleQueue[Client] = queue.SimpleQueue()
        first = Client(self.port)
        first.sign_in(name)
        pool.put(first)
        for _ in range(CLIENTS - 1):  # one person at many desks
            other = Client(self.port)
            other.cookies, other.token = dict(first.cookies), first.token
            pool.put(other)
        return pool

    def run(self, rate: float, seconds: float) -> Seen:
        """Send handoffs at a rate for so long; return once all are answered."""
        seen, due, lock = Seen(), queue.SimpleQueue[float | None](), threading.Lock()
        threads = [threading.Thread(target=self._work, args=(due, seen, lock)) for _ in range(CLIENTS)]
        for thread in threads:
            thread.start()
        begun = time.perf_counter() + 0.5
        for number in range(int(rate * seconds)):
            at = begun + number / rate
            time.sleep(max(at - time.perf_counter(), 0))
            due.put(at)
        for _ in threads:
            due.put(None)
        for thread in threads:
            thread.join()
        return seen

    def _work(self, due: queue.SimpleQueue[float | None], seen: Seen, lock: threading.Lock) -> None:
        while (at := due.get()) is not None:
            offered = {
                "hop": self.stage["hop"], "copies": [self.copies.get()], "purpose": "Load",
                "receiver_person": self.stage["person"], "system": self.stage["system"],
                "channel": "in_person", "due_back": None,
            }  # fmt: skip
            status, text = self._ask("mei", "/api/v1/handoffs/", offered)
            took = (time.perf_counter() - at) * 1000
            with lock:
                seen.offers.append(took)
                seen.answers[f"offer {status}"] += 1
            if status != 201:
                continue
            began = time.perf_counter()
            status, _ = self._ask("tao", f"/api/v1/handoffs/{json.loads(text)['id']}/accept/", {"note": ""})
            with lock:
                seen.accepts.append((time.perf_counter() - began) * 1000)
                seen.answers[f"accept {status}"] += 1

    def _ask(self, name: str, path: str, body: dict[str, Any]) -> tuple[int, str]:
        client = self.clients[name].get()
        client.connection.close()  # the server hangs up on who keeps silent for long
        try:
            return client.ask("POST", path, json.dumps(body), "application/json")
        except (OSError, http.client.HTTPException) as error:  # hung up on
            return 0, str(error)
        finally:
            self.clients[name].put(client)


@contextmanager
def whole_site() -> Iterator[Site]:
    """Run a demo by `bin/run`, and take it away afterwards."""
    with tempfile.TemporaryDirectory(prefix="hfload") as folder:
        Path(folder).chmod(0o755)
        running = Site(Path(folder) / "var")
        try:
            running.start()
            yield running
        finally:
            if running.process is not None:
                running.process.terminate()
                running.process.wait(60)


def shell(var: Path, command: str) -> Any:
    """Return what a command in the site's shell printed as JSON."""
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "--verbosity=0", "--command", command],
        cwd=bootstrap.PROJECT,
        env={**clean_environ(), "HOLDFAST_VAR": str(var), "PYTHONDONTWRITEBYTECODE": "1"},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def fsck(var: Path) -> str:
    """Return what holding every table against the ledger says."""
    done = subprocess.run(
        [sys.executable, "manage.py", "custody_fsck", "--quiet"],
        cwd=bootstrap.PROJECT,
        env={**clean_environ(), "HOLDFAST_VAR": str(var), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return "good" if done.returncode == 0 else f"BAD ({done.returncode}): {done.stdout[-500:]}"


def load(rates: Sequence[float], seconds: float) -> bool:
    """Measure each rate and print a table; whether nothing was lost, doubled or answered with a fault."""
    need = int(sum(rates) * seconds) // 200 + 2
    print(f"## Handoffs at a steady rate ({site.machine()}; {seconds:.0f} s each)\n", flush=True)
    print(
        "| handoffs/s | offered | accepted | told to come later | faults "
        "| offer p50 ms | p95 | accept p50 ms | p95 |"
    )
    print("|---:|---:|---:|---:|---:|---:|---:|---:|---:|", flush=True)
    sustained, made, taken, faults = 0.0, 0, 0, Counter[str]()
    with whole_site() as running:
        program = Load(running.port, shell(running.var, STAGE.format(items=need)))
        program.run(2, 5)  # what is loaded at first use is not what is measured
        already = shell(running.var, COUNTED)
        for rate in rates:
            seen = program.run(rate, seconds)
            offered, accepted = seen.all_of("offer 201"), seen.all_of("accept 200")
            later = seen.all_of(
                *(f"{what} {status}" for what in ("offer", "accept") for status in (429, 503))
            )
            others = seen.answers - Counter({"offer 201": offered, "accept 200": accepted})
            faulty = Counter({what: n for what, n in others.items() if what[-3:] not in ("429", "503")})
            wrong = faulty.total()
            worst = max(p95(seen.offers), p95(seen.accepts))
            if not wrong and not later and worst <= LIMIT:
                sustained = rate
            made, taken, faults = made + offered, taken + accepted, faults + faulty
            times = [f"{of(what):,.0f}" for what in (seen.offers, seen.accepts) for of in (p50, p95)]
            print(
                f"| {rate:g} | {offered} | {accepted} | {later} | {wrong} | " + " | ".join(times) + " |",
                flush=True,
            )
        after = shell(running.var, COUNTED)
        kept = after["offered"] - already["offered"], after["accepted"] - already["accepted"]
        agree = fsck(running.var)
    print(
        f"\nUp to {sustained:g}/s the 95th percentile stays within {LIMIT:.0f} ms and none is turned away. "
        f"Answered as done: {made} offers, {taken} acceptances; in the tables: {kept[0]}, {kept[1]}. "
        f"Tables against the ledger: {agree}; {after['unsealed']} entries without a seal after "
        f"{after['waited']} s more. Faults: {dict(faults) or 'none'}.\n",
        flush=True,
    )
    return not faults and kept == (made, taken) and agree == "good" and not after["unsealed"]


def past(sizes: Sequence[int]) -> None:
    """Ask for the past at each size and print a table."""
    columns: list[dict[str, list[float]]] = []
    with site.demo() as where:
        stage = json.loads(where.manage("shell", "--verbosity=0", "--command", PAST).splitlines()[-1])
        with serving("config.wsgi:application", {**where.environ, "SITE_URL": "http://localhost"}) as port:
            client, filled = Client(port), 0
            client.sign_in("mei")
            for size in sizes:
                with psycopg.connect(where.urls["DATABASE_OWNER_URL"], autocommit=True) as owner:
                    owner.execute(FILL, {"first": filled + 1, "last": size})
                    owner.execute("VACUUM ANALYZE")
                    (day,) = owner.execute("SELECT (now() - interval '5 days')::date::text").fetchone() or (
                        "",
                    )
                filled = size
                columns.append(_asked(client, stage, day))
    print(f"## What the past costs to ask ({site.machine()})\n")
    print("| question | " + " | ".join(f"p50 ms at {s:,} | p95" for s in sizes) + " | ratio of p50 |")
    print("|---|" + "---:|---:|" * len(sizes) + "---:|")
    for what in columns[0]:
        cells = [f"{p50(c[what]):.1f} | {p95(c[what]):.1f}" for c in columns]
        ratio = p50(columns[-1][what]) / p50(columns[0][what])
        print(f"| {what} | " + " | ".join(cells) + f" | {ratio:.1f} |")


def _asked(client: Client, stage: dict[str, Any], day: str) -> dict[str, list[float]]:
    questions = {
        "where one copy was on a day: page": f"/holdings/?copy={stage['copy']}&on={day}",
        "where one copy was on a day: API": f"/api/v1/holdings/?copy={stage['copy']}&on={day}",
        "who ever had one copy: page": f"/holdings/?copy={stage['copy']}",
        "who had a project's copies on a day: page": f"/holdings/?project={stage['project']}&on={day}",
        "who had a project's copies on a day: API": f"/api/v1/holdings/?project={stage['project']}&on={day}",
        "who ever held or read of a project: page": f"/holdings/?project={stage['project']}",
        "what a party ever had: page": f"/holdings/?party={stage['party']}",
        "a copy's own page": f"/copies/{stage['copy']}/",
    }
    found = {}
    for name, path in questions.items():

        def ask(path: str = path) -> float:
            began = time.perf_counter()
            status, text = client.ask("GET", path)
            assert status == 200, (path, status, text[:300])
            return (time.perf_counter() - began) * 1000

        found[name] = [ask() for _ in range(33)][3:]
    return found


def main(arguments: list[str]) -> int:
    """Measure both and print tables; 1 where something was lost, doubled, or answered with a fault."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.custody", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--rates", default="5,10,20,50", help="handoffs a second, in turn; empty: none")
    parser.add_argument("--events", default="10000,100000", help="changes of custody; empty: none")
    given = parser.parse_args(arguments)
    rates, sizes = ([float(x) for x in text.split(",") if x] for text in (given.rates, given.events))
    well = load(rates, given.seconds) if rates else True
    if sizes:
        past([int(size) for size in sizes])
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
