"""Two people at once: two threads with connections of their own, let go at the same moment, round after
round."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from django.db import connection, connections

Act = Callable[[], Any]


class Pair:
    """Two runners; each round runs one act in each."""

    def __init__(self, pool: ThreadPoolExecutor, seed: int) -> None:
        self.pool = pool
        self.gate = threading.Barrier(2)
        self.chance = random.Random(seed)

    def both(self, one: Act, other: Act) -> tuple[Any, Any]:
        """Run two acts at once, one of them a little late by chance; give what each returned or raised."""
        late = self.chance.uniform(-0.012, 0.012)
        first = self.pool.submit(self._run, one, max(late, 0.0))
        second = self.pool.submit(self._run, other, max(-late, 0.0))
        return first.result(timeout=60), second.result(timeout=60)

    def _run(self, act: Act, wait: float) -> Any:
        self.gate.wait(timeout=30)
        time.sleep(wait)
        try:
            return act()
        except Exception as error:
            return error


@contextmanager
def pair(seed: int = 20261121) -> Iterator[Pair]:
    """Give two runners and close their connections afterwards."""
    with ThreadPoolExecutor(2) as pool:
        two = Pair(pool, seed)
        yield two
        two.both(connections.close_all, connections.close_all)


def deadlocks() -> int:
    """Return how many deadlocks the server has broken in this database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])
