"""Short ways to write to the log, to seal it, and to be killed on the way."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import psycopg

from ledger import api, models
from ledger.sealer import Sealed, Sealer
from ledger.tlog import disclosure
from ledger.tlog.encoding import unb64url
from tests.databases import Database


def draft(stream: str, value: Any = "x", *, name: str = "note", personal: bool = False) -> api.Draft:
    """A small entry to be."""
    return api.Draft(stream, [api.Field("kind", "test/1"), api.Field(name, value, personal)])


def parts(name: str, value: Any) -> dict[str, Any]:
    """A disclosure as `ledger_append` takes it."""
    return {"parts": unb64url(disclosure.make(name, value).text).decode(), "personal": False}


def write(stream: str, count: int = 1, value: Any = "x") -> list[api.Recorded]:
    """Record entries one by one."""
    return [api.append(draft(stream, value))[0] for _ in range(count)]


def erase(database: Database, target: UUID, name: str, ordered: Any = "as it is") -> UUID:
    """Erase a field as the eraser role, beside an entry that orders it (or orders what `ordered` says)."""
    order = api.Draft("system", [])
    digest = models.Disclosure.objects.get(entry_id=target, name=name).digest
    orders = [parts(disclosure.ERASES, [digest] if ordered == "as it is" else ordered)]
    document = {"id": str(order.id), "stream": "system", "tags": [], "disclosures": orders}
    if ordered is None:
        document["disclosures"] = []
    with database.connect("eraser") as eraser:
        eraser.execute("SELECT ledger_append(%s::jsonb)", [json.dumps([document])])
        eraser.execute("SELECT ledger_erase(%s, %s, %s)", [target, [name], order.id])
    return order.id


class Killed(BaseException):
    """What a step raises in place of a kill."""


class FragileSealer(Sealer):
    """Calls `at` before each step, and remembers which steps came."""

    at: Callable[[str], None] = staticmethod(lambda name: None)

    def step(self, name: str) -> None:
        self.__dict__.setdefault("steps", []).append(name)
        self.at(name)


def seal(**options: Any) -> Sealed:
    """One pass; waits for the lead, because the server takes a moment to notice a killed leader."""
    for _ in range(100):
        with Sealer.from_settings(**options) as sealer:
            done = sealer.seal_once()
        if done.leading:
            return done
        time.sleep(0.05)
    raise AssertionError("nobody lets go of the lead")


def seal_in_child(kill_at: int) -> bool:
    """One pass in a child process that is killed (SIGKILL) at its n-th step; true when it was killed."""
    child = os.fork()
    if child == 0:
        seen = 0

        def at(name: str) -> None:
            nonlocal seen
            seen += 1
            if seen == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)

        try:
            for _ in range(100):
                with FragileSealer.from_settings() as sealer:
                    sealer.at = at
                    if sealer.seal_once().leading:
                        break
                time.sleep(0.05)
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def cut_leaders(admin: psycopg.Connection[Any]) -> int:
    """Cut the connections of the sealers that lead in this database, and no other test's; say how many."""
    return admin.execute(
        """SELECT pg_terminate_backend(pid) FROM pg_locks
            WHERE locktype = 'advisory' AND granted
              AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"""
    ).rowcount
