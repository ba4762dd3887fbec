"""``manage.py ledger_witness``: how the witnesses stand; ask them; requests and answers as files."""

from __future__ import annotations

import signal
import sys
import threading
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _

from ledger import api
from ledger.store import write_temporary
from ledger.tlog.errors import LogError
from ledger.tlog.witness import MAX_REQUEST
from ledger.witnessing import Witnessing


class Command(BaseCommand):
    help = "Show how the witnesses stand, ask them, or exchange requests and answers with them as files."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        does = parser.add_subparsers(dest="does", required=True)
        does.add_parser("status", help="how far the log is witnessed, and who is silent")
        does.add_parser("ask", help="ask until SIGTERM, beside a `ledger_seal --without-witnesses`")
        request = does.add_parser("request", help="write the request file for one witness")
        request.add_argument("name", help="the witness, as the policy calls it")
        request.add_argument("--out", type=Path, required=True, metavar="FILE")
        accept = does.add_parser("accept", help="take in the answer file of one witness")
        accept.add_argument("name", help="the witness, as the policy calls it")
        accept.add_argument("answer", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(settings.TERMINAL_LANGUAGE):
            witnessing = Witnessing.from_settings()
            try:
                getattr(self, options["does"])(witnessing, options)
            except (LogError, OSError, psycopg.Error) as error:
                raise CommandError(str(error)) from error
            finally:
                witnessing.close()

    def status(self, witnessing: Witnessing, options: dict[str, Any]) -> None:
        """Print a line for the log and one for each witness."""
        health = api.health()
        self.stdout.write(
            _("Sealed up to %(size)d, witnessed up to %(witnessed)d; the policy demands: %(quorum)s")
            % {"size": health.size, "witnessed": health.witnessed_size, "quorum": health.quorum}
        )
        for witness in health.witnesses:
            self.stdout.write(f"{witness.name}: {witness.sentence()}")

    def ask(self, witnessing: Witnessing, options: dict[str, Any]) -> None:
        """Run the loop in the foreground."""
        stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
        witnessing.run(stopping)

    def request(self, witnessing: Witnessing, options: dict[str, Any]) -> None:
        """Write a request for the newest checkpoint."""
        records = witnessing.records()
        witness = witnessing.witness(options["name"])
        raw = records.request(records.size_of(witness))
        write_temporary(options["out"], raw, 0o644).replace(options["out"])
        self.stdout.write(
            _("The request stands in %(file)s. Have the witness run `python -m ledger cosign` on it.")
            % {"file": options["out"]}
        )

    def accept(self, witnessing: Witnessing, options: dict[str, Any]) -> None:
        """Take in an answer."""
        records = witnessing.records()
        witness = witnessing.witness(options["name"])
        with options["answer"].open("rb") as file:
            size = records.take(witness, file.read(MAX_REQUEST + 1))
        if size < 0:
            self.stdout.write(
                _("The witness cosigned another size last; that is noted now. Write a new request.")
            )
            sys.exit(1)
        witnessed = api.health().witnessed_size
        self.stdout.write(
            _("The cosignature at size %(size)d holds. The log is witnessed up to %(witnessed)d.")
            % {"size": size, "witnessed": witnessed}
        )
