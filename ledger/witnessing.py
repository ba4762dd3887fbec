"""T4, beside the sealer and apart from it: ask the witnesses, publish what they cosigned.

    witnesses     those that the policy in the trust folder names. Their addresses stand there too, or in
                  HOLDFAST_WITNESSES, which wins; one without an address is served by files.
    one round     the newest checkpoint goes to each, in a thread of its own. What comes back is verified and
                  stored; once the policy's quorum is met it is published (ledger.cosigned).
    silence       a witness that does not answer, or answers wrongly, is written down with the reason and
                  asked again after 1, 2, 4 ... 60 seconds. Nothing waits for it, least of all the sealer.
    contradiction a witness that shows a checkpoint *signed by our own key* which this log does not contain
                  proves that the log was rolled back or runs twice: the log freezes. A witness that only
                  says so proves nothing, else any witness could stop us.

One process leads, by an advisory lock of its own; others stand by. Everything here can be done again.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import psycopg
from django.conf import settings

from ledger import asking, trust
from ledger.cosigned import Newest, Records, consistency
from ledger.errors import FrozenError
from ledger.sealer import Connection, connect_directly
from ledger.store import Store
from ledger.tlog.errors import LogError, PolicyError
from ledger.tlog.policy import Policy, Witness

logger = logging.getLogger("ledger.witnessing")

POLL = 0.1
PACE = 0.3  # seconds between two checkpoints that are asked about
PATIENCE = 2.0  # how long a round waits for the slow
FIRST_ROUND = 5.0  # how long the sealer's start waits for the witnesses at most
IDLE_CHECK = 600.0  # a witness of an idle log is asked again after this, so that its silence shows
LONGEST_PAUSE = 60.0
_STANDBY = 1.0
_RETRY = 2.0
_STOPPED = 5.0
_LOCK = (0x484F4C44, 2)  # "HOLD": advisory lock of the leading witness loop


@dataclass(eq=False)
class Asked:
    """One witness that is asked over HTTP. `size` is what it cosigned last, as far as we know."""

    witness: Witness
    url: str
    size: int
    busy: bool = False
    tried: bool = False
    due: float = 0.0
    pause: float = 0.0

    def wants(self, target: Newest, now: float) -> bool:
        """Say whether it is to be asked now."""
        behind = not self.tried or self.size < target.size or self.pause > 0 or now >= self.due + IDLE_CHECK
        return not self.busy and now >= self.due and behind


class Witnessing:
    """The loop. `step` does what can be done now; `run` calls it until told to stop."""

    def __init__(
        self, connect: Callable[[], Connection], store: Store, trust_folder: Path, urls: Mapping[str, str]
    ) -> None:
        self._connect = connect
        self._store = store
        self._trust = trust_folder
        self._urls = urls
        self._connection: Connection | None = None
        self._policy: Policy | None = None
        self._policy_bytes: list[bytes | None] = []
        self._asked: list[Asked] = []
        self._target: Newest | None = None
        self._since = 0.0
        self._results: queue.SimpleQueue[tuple[Asked, asking.Result]] = queue.SimpleQueue()
        self.met = threading.Event()
        """Set once every witness was tried, or when it is not for us to try them."""

    @classmethod
    def from_settings(cls) -> Self:
        """The loop of this installation."""
        return cls(
            connect_directly, Store(settings.LEDGER_DIR), settings.TRUST_DIR, settings.LEDGER_WITNESSES
        )

    def run(self, stopping: threading.Event) -> None:
        """Go on until told to stop; whatever goes wrong is said and tried again."""
        said = ""
        while not stopping.is_set():
            word = ""
            try:
                wait = self.step()
            except FrozenError:
                wait = _STOPPED
                self.met.set()
            except Exception as error:  # whatever it is, the sealer beside us must go on
                self.close()
                self.met.set()
                wait, word = _RETRY, f"cannot ask the witnesses, trying again: {error}"
                if not isinstance(error, OSError | psycopg.Error | LogError):
                    logger.exception("unexpected")
            if word and word != said:
                logger.warning(word)
            said = word
            stopping.wait(wait)
        self.close()

    def close(self) -> None:
        """Give up the lead."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._asked, self._policy_bytes, self._target = [], [], None

    def step(self) -> float:
        """Take what came back, ask who is to be asked, and return the seconds to wait.

        Raises FrozenError when the log is frozen or has just been; errors of disk, database and policy.
        """
        if self._connection is None and not self._take_lead():
            self.met.set()
            return _STANDBY
        records = self._records()
        if records is None:
            self.met.set()
            return _STANDBY
        found = records.look()
        if found.frozen is not None:
            raise FrozenError("the log is frozen", got=found.frozen)
        if found.origin is None or found.newest is None:
            self.met.set()
            return POLL
        while not self._results.empty():
            self._handle(records, found.origin, *self._results.get())
        self._ask(found.newest)
        if all(asked.tried for asked in self._asked):
            self.met.set()
        return POLL / 4 if any(asked.busy for asked in self._asked) else POLL

    def records(self) -> Records:
        """The tables in the light of the policy, for one command; takes no lead. Raises PolicyError."""
        self._connection = self._connect()
        self._policy = trust.load(self._trust)
        records = Records(self._connection, self._store, self._policy)
        records.list_witnesses()
        return records

    def witness(self, name: str) -> Witness:
        """The witness that the policy calls `name`. Raises PolicyError."""
        witnesses = self._policy.witnesses if self._policy else {}
        if name not in witnesses:
            raise PolicyError(
                "witness",
                expected="a name that the policy has: " + (", ".join(witnesses) or "there is none"),
                got=name,
                todo="Add it to the policy in the trust folder first.",
            )
        return witnesses[name]

    def _take_lead(self) -> bool:
        connection = self._connect()
        row = connection.execute("SELECT pg_try_advisory_lock(%s, %s)", _LOCK).fetchone()
        if not row or not row[0]:
            connection.close()
            return False
        self._connection = connection
        return True

    def _records(self) -> Records | None:
        """The tables; reads the policy again when its files have changed. None where there is no policy."""
        assert self._connection is not None  # noqa: S101
        files = [_bytes(self._trust / name) for name in (trust.POLICY_FILE, trust.LOG_KEY_FILE)]
        if files[0] is None:
            return None
        fresh = files != self._policy_bytes
        if fresh or self._policy is None:
            self._policy = trust.load(self._trust)
        records = Records(self._connection, self._store, self._policy)
        if fresh:
            urls = addresses(self._policy, self._urls)
            sizes = records.list_witnesses(urls)
            self._asked = [Asked(self._policy.witnesses[n], url, sizes[n]) for n, url in urls.items()]
            records.settle_newest()
            self._policy_bytes = files
        return records

    def _ask(self, newest: Newest) -> None:
        now = time.monotonic()
        target, waited = self._target, now - self._since
        if target is None or (
            # All are asked about one checkpoint, else a busy log would get cosignatures and never a quorum.
            newest.size > target.size
            and waited >= PACE
            and (waited >= PATIENCE or not any(a.busy for a in self._asked))
        ):
            self._target = target = newest
            self._since = now
        for asked in self._asked:
            if asked.wants(target, now):
                asked.busy = True
                threading.Thread(target=self._call, args=(asked, target), daemon=True).start()

    def _call(self, asked: Asked, target: Newest) -> None:
        """In a thread of its own: no database, and always a result."""
        try:
            result: asking.Result = asking.ask(
                asked.url,
                asked.witness.verifier,
                target.note,
                target.size,
                min(asked.size, target.size),
                lambda old: consistency(self._store, old, target.size),
            )
        except Exception as error:  # the loop would wait for ever for a thread that ends without a word
            result = asking.Failed(f"could not be asked: {error}")
        self._results.put((asked, result))

    def _handle(self, records: Records, origin: str, asked: Asked, result: asking.Result) -> None:
        asked.busy, asked.tried = False, True
        if asked not in self._asked:
            return  # the policy has changed meanwhile
        if isinstance(result, asking.Cosigned):
            records.cosigned(asked.witness, result)
            asked.size, asked.pause, asked.due = result.size, 0.0, time.monotonic()
            return
        if isinstance(result, asking.Contradicted):
            reason = records.contradiction(origin, result)
            if reason is not None:
                records.freeze(reason)
                raise FrozenError("the log is frozen", got=reason)
            result = asking.Failed(
                f"claims to have cosigned another log (size {result.size}), and shows none"
            )
        records.failed(asked.witness, result.reason)
        if not asked.pause:
            logger.warning("witness %s: %s", asked.witness.name, result.reason)
        asked.pause = min(asked.pause * 2, LONGEST_PAUSE) if asked.pause else 1.0
        asked.due = time.monotonic() + asked.pause


def addresses(policy: Policy, urls: Mapping[str, str]) -> dict[str, str]:
    """Where each witness of the policy is reached, by name; those without an address are left out.

    Raises FormatError for an address that is none, PolicyError for one of a witness that is not listed.
    """
    for name in urls:
        if name not in policy.witnesses:
            raise PolicyError("HOLDFAST_WITNESSES", expected="names of the policy", got=name)
    found = {name: urls.get(name) or witness.url for name, witness in policy.witnesses.items()}
    return {name: asking.check_url(url) for name, url in found.items() if url}


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
