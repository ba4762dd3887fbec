"""``manage.py ledger_seal``: run the sealer until told to stop."""

from __future__ import annotations

import logging
import signal
import threading
from typing import Any

import psycopg
from django.core.management.base import BaseCommand, CommandError, CommandParser

from ledger.errors import FrozenError, KeyFileError
from ledger.sealer import POLL_SECONDS, LostLeadError, Sealer
from ledger.witnessing import FIRST_ROUND, Witnessing

logger = logging.getLogger("ledger.sealer")

_STANDBY_SECONDS = 1.0
_RETRY_SECONDS = 2.0
_FROZEN_SECONDS = 5.0


class _Stop(Exception):
    """SIGTERM or SIGINT came; raised between two steps, never inside one."""


class StoppableSealer(Sealer):
    """Ends between steps once `stopping` is set."""

    stopping: threading.Event

    def step(self, name: str) -> None:
        """End here if a stop was asked for."""
        if self.stopping.is_set():
            raise _Stop


class Command(BaseCommand):
    help = "Number, sign and publish recorded entries until SIGTERM; have the witnesses cosign beside it."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="seal what is pending, then stop")
        parser.add_argument(
            "--without-witnesses",
            action="store_true",
            help="ask no witness from this process; `ledger_witness ask` does, on a host with a network",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
        if not options["once"] and not options["without_witnesses"]:
            witnessing = Witnessing.from_settings()
            threading.Thread(target=witnessing.run, args=(stopping,), daemon=True).start()
            # A witness may know that we were put back to an old state: it is heard before anything is signed.
            witnessing.met.wait(FIRST_ROUND)
        with StoppableSealer.from_settings() as sealer:
            sealer.stopping = stopping
            said = ""
            while not stopping.is_set():
                wait, word = self._pass(sealer)
                if word and word != said and not options["once"]:
                    logger.warning(word)
                said = word
                if options["once"] and wait > 0:
                    if word:
                        raise CommandError(word)
                    break
                stopping.wait(wait)

    def _pass(self, sealer: Sealer) -> tuple[float, str]:
        """Make one pass; return how long to wait for the next, and what stands in the way."""
        try:
            done = sealer.seal_once()
        except _Stop:
            return 0, ""
        except FrozenError as error:
            return _FROZEN_SECONDS, str(error)
        except LostLeadError as error:
            return _STANDBY_SECONDS, f"another sealer took over ({error})"
        except (KeyFileError, OSError, psycopg.Error) as error:
            return _RETRY_SECONDS, f"cannot seal, trying again: {error}"
        if not done.leading:
            return _STANDBY_SECONDS, "another sealer leads; this one stands by"
        return (0 if done.taken else POLL_SECONDS), ""
