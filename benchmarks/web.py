"""Pages and API beside a plain REST endpoint, at a thousand and a hundred thousand handoffs.

python -m benchmarks.web [ROWS ...]     default: 1000 100000

Our server and the peer (benchmarks/peer: REST framework with django-simple-history) run under the same
gunicorn, on the same PostgreSQL, and take their requests in turn, so that a busy machine slows both. One
client, one request at a time. The handoffs that fill the tables are put in by SQL, without ledger entries;
those that are measured are real.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from benchmarks import site
from config import bootstrap

CREATED, CHANGED = "peer: the same row, plain", "peer: a change of it, plain"
PEERS = {"offer by API": CREATED, "accept by API": CHANGED}
ASKED = 120  # requests of each kind; the first tenth is not counted

FILL = """
INSERT INTO custody_handoff (id, created_at, entry, number, project_id, hop_id, sender_party_id,
  sender_person_id, receiver_party_id, receiver_person_id, purpose, channel, system_id, due_back,
  state, offered_at, answered_at, answer, offer_entry, submission)
SELECT gen_random_uuid(), now(), gen_random_uuid(), 'FILL-' || n, h.project_id, h.hop_id,
  h.sender_party_id, h.sender_person_id, h.receiver_party_id, h.receiver_person_id, h.purpose, h.channel,
  h.system_id, h.due_back, 'accepted', now() - n * interval '1 minute', now(), '', gen_random_uuid(),
  gen_random_uuid()
FROM generate_series(%(first)s::int, %(last)s::int) n,
  (SELECT * FROM custody_handoff WHERE state = 'accepted' ORDER BY offered_at LIMIT 1) h
"""
# What the demo needs for the offers: an approved hop, copies that its sender holds.
STAGE = """
import json
from custody import models as m
from custody.stories import cast, told
people = cast.load()
project = cast.open_project(people, "BENCH", "Bench")
hop = told.approved_hop(people, project, "westgate", "Bench")
copies = cast.make_copies(people, project, "BENCH-A", 200) + cast.make_copies(people, project, "BENCH-B", 200)
print(json.dumps({"project": str(project.id), "hop": str(hop.id), "copies": [str(c.id) for c in copies],
    "person": str(people.people["tao"].id), "system": str(people.systems["westgate_room"].id)}))
"""


class Client:
    """A browser that keeps its connection and its cookies."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("localhost", port, timeout=60)
        self.cookies: dict[str, str] = {}
        self.token = ""  # against forged requests; it stands in every page

    def ask(self, method: str, path: str, body: str | None = None, kind: str = "") -> tuple[int, str]:
        """Send one request and read the answer whole."""
        headers = {
            "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()),
            "Referer": "http://localhost/",
        }
        if body is not None:
            headers |= {"Content-Type": kind, "X-CSRFToken": self.token}
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        text = answer.read().decode()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        if token := re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text):
            self.token = token[1]
        return answer.status, text

    def sign_in(self, name: str) -> None:
        """Sign in on the page for it."""
        self.ask("GET", "/account/login/")
        form = {"csrfmiddlewaretoken": self.token, "login": name, "password": "holdfast-demo"}
        status, _ = self.ask(
            "POST", "/account/login/", urllib.parse.urlencode(form), "application/x-www-form-urlencoded"
        )
        assert status == 302, status
        self.ask("GET", "/")

    def post(self, path: str, body: dict[str, Any], wanted: int, method: str = "POST") -> dict[str, Any]:
        """Send JSON; any other answer than the one wanted ends the run."""
        status, text = self.ask(method, path, json.dumps(body), "application/json")
        assert status == wanted, (status, text[:500])
        return dict(json.loads(text))


@contextmanager
def serving(application: str, environ: dict[str, str]) -> Iterator[int]:
    """Run an application under gunicorn as `bin/run` does, one worker, and give its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "gunicorn", application, f"--bind=127.0.0.1:{port}", "--threads=4"]
    command += ["--keep-alive=600", "--no-control-socket", "--log-level=warning"]
    process = subprocess.Popen(command, cwd=bootstrap.PROJECT, env=environ)
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def timed(*acts: Callable[[int], object]) -> list[list[float]]:
    """Do each act in turn, ASKED times, and return the milliseconds of each."""
    taken: list[list[float]] = [[] for _ in acts]
    for number in range(ASKED):
        for place, act in enumerate(acts):
            began = time.perf_counter()
            act(number)
            taken[place].append((time.perf_counter() - began) * 1000)
    return [times[ASKED // 10 :] for times in taken]


def p50(times: list[float]) -> float:
    """Return the median."""
    return statistics.median(times)


def p95(times: list[float]) -> float:
    """Return the 95th percentile."""
    return statistics.quantiles(times, n=20)[-1]


def measure(ours: Client, receiver: Client, peer: Client, stage: dict[str, Any]) -> dict[str, list[float]]:
    """Return the milliseconds of each kind of request at the present size."""
    made: list[str] = []
    plainly: list[str] = []

    def offered() -> dict[str, Any]:
        return {
            "hop": stage["hop"],
            "copies": [stage["copies"].pop()],
            "receiver_person": stage["person"],
            "purpose": "Bench",
            "channel": "in_person",
            "system": stage["system"],
            "due_back": None,
        }

    def offer(_: int) -> None:
        made.append(ours.post("/api/v1/handoffs/", offered(), 201)["id"])

    def accept(_: int) -> None:
        receiver.post(f"/api/v1/handoffs/{made[-1]}/accept/", {"note": ""}, 200)

    plain = {**offered(), "copies": ["one"]}

    def create(_: int) -> None:
        plainly.append(peer.post("/handoffs/", plain, 201)["id"])

    def change(_: int) -> None:
        peer.post(f"/handoffs/{plainly[-1]}/", {"purpose": "Accepted"}, 200, method="PATCH")

    found: dict[str, list[float]] = {}
    times = timed(offer, create, accept, change)
    found |= dict(zip(("offer by API", CREATED, "accept by API", CHANGED), times, strict=True))
    pages = {
        "list of handoffs": "/handoffs/",
        "list of projects": "/projects/",
        "one handoff": f"/handoffs/{made[0]}/",
        "home": "/",
    }
    for name, path in pages.items():

        def look(_: int, path: str = path) -> None:
            status, _text = ours.ask("GET", path)
            assert status == 200, (path, status)

        (found[name],) = timed(look)
    return found


def main(arguments: list[str]) -> None:
    """Measure at each size and print a table."""
    sizes = [int(a) for a in arguments] or [1000, 100_000]
    columns: list[dict[str, list[float]]] = []
    with site.demo() as where:
        name = psycopg.conninfo.conninfo_to_dict(where.urls["DATABASE_OWNER_URL"])["dbname"]
        stage = json.loads(where.manage("shell", "--verbosity=0", "--command", STAGE).splitlines()[-1])
        with psycopg.connect(where.urls["DATABASE_OWNER_URL"], autocommit=True) as owner:
            owner.execute("CREATE SCHEMA peer")
        url = where.urls["DATABASE_OWNER_URL"]
        environ = {**os.environ, "PEER_DATABASE_URL": url, "PGOPTIONS": "-c search_path=peer"}
        environ |= {"DJANGO_SETTINGS_MODULE": "benchmarks.peer.settings"}
        for step in (["migrate", "auth"], ["migrate", "--run-syncdb"]):
            subprocess.run([sys.executable, "-m", "django", *step, "--verbosity=0"], env=environ, check=True)
        ours_environ = {**where.environ, "SITE_URL": "http://localhost"}
        with (
            serving("config.wsgi:application", ours_environ) as port,
            serving("django.core.wsgi:get_wsgi_application()", environ) as other,
        ):
            ours, receiver, peer = Client(port), Client(port), Client(other)
            ours.sign_in("mei")
            receiver.sign_in("tao")
            filled = 0
            for size in sizes:
                with psycopg.connect(url, autocommit=True) as owner:
                    owner.execute(FILL, {"first": filled + 1, "last": size})
                    owner.execute("ANALYZE")
                filled = size
                columns.append(measure(ours, receiver, peer, stage))
    print(f"## Pages and API ({site.machine()}; database {name})\n")
    print("| what | " + " | ".join(f"p50 ms at {s:,} | p95" for s in sizes) + " | ratio of p50 |")
    print("|---|" + "---:|---:|" * len(sizes) + "---:|")
    for what in columns[0]:
        cells = [f"{p50(c[what]):.1f} | {p95(c[what]):.1f}" for c in columns]
        if what in PEERS:
            ratio = (
                ", ".join(f"{p50(c[what]) / p50(c[PEERS[what]]):.1f}" for c in columns) + " times the peer"
            )
        elif what in PEERS.values():
            ratio = "1"
        else:
            ratio = f"{p50(columns[-1][what]) / p50(columns[0][what]):.1f} times the small"
        print(f"| {what} | " + " | ".join(cells) + f" | {ratio} |")


if __name__ == "__main__":
    main(sys.argv[1:])
