"""``manage.py custody_fsck``: hold every table against the ledger; freeze what differs, or set it back."""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _

from custody import frozen
from custody.actions import checks
from custody.actions.base import ActionError, Actor
from custody.actions.checks import Compared
from custody.terms import CheckVerdict, Text

EXIT_CODES = {CheckVerdict.OK: 0, CheckVerdict.BAD: 1, CheckVerdict.UNKNOWN: 2}


class Command(BaseCommand):
    """Prints a verdict and every difference by table, id and column. Exit codes: 0 good, 1 bad, 2 could not
    tell."""

    help = "Compare present rows with the ledger's entries; acts on a row that differs are held."

    def add_arguments(self, parser: CommandParser) -> None:
        """Offer the forms of output, and setting rows back."""
        parser.add_argument("--json", action="store_true", help="print the differences as JSON")
        parser.add_argument("--quiet", action="store_true", help="no progress on the error stream")
        parser.add_argument(
            "--repair",
            action="store_true",
            help="set frozen rows back to what the ledger says, and free them",
        )
        parser.add_argument("--reason", default="", help="why, for the ledger; needed with --repair")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, or set back what is frozen; leave with the exit code."""
        locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
        with translation.override("zh-hans" if locale.lower().startswith("zh") else "en"):
            if options["repair"]:
                self._repair(options["reason"])
            compared = checks.check_custody(_Line(options["quiet"]))
            if options["json"]:
                self.stdout.write(json.dumps(_as_json(compared), indent=1, ensure_ascii=True))
            else:
                self._say(compared)
        sys.exit(EXIT_CODES[compared.verdict])

    def _repair(self, reason: str) -> None:
        if not reason.strip():
            raise CommandError(_("Say why with --reason; it is kept in the ledger."))
        for row in frozen.open_ones():
            try:
                checks.repair(Actor.setup(), frozen=row.id, reason=reason)
            except ActionError as error:
                self.stderr.write(f"{row.table} {row.object}: {_words(error.text)}")
            else:
                self.stderr.write(_("%(row)s was set back.") % {"row": f"{row.table} {row.object}"})

    def _say(self, compared: Compared) -> None:
        self.stdout.write(
            {
                CheckVerdict.OK: _("GOOD. Every row says what the ledger says."),
                CheckVerdict.BAD: _(
                    "BAD. Rows were changed without an entry. Acts that rest on them are held until that is "
                    "settled."
                )
                if compared.count
                else _("BAD. Evidence files are missing or were changed."),
                CheckVerdict.UNKNOWN: _("CANNOT TELL. The entries or the tables cannot be read."),
            }[compared.verdict]
        )
        for difference in compared.differences:
            self.stdout.write(f"  - {checks.told(difference)}")
        if unlisted := compared.count - len(compared.differences):
            self.stdout.write("  - " + _("%(count)d more, not listed") % {"count": unlisted})
        for line in compared.files:
            self.stdout.write(f"  - {line}")
        if compared.unreadable:
            self.stdout.write(f"  ? {compared.unreadable}")
        self.stdout.write(
            _("%(entries)s entries read, %(count)d differences, %(frozen)d rows newly frozen.")
            % {
                "entries": f"{compared.entries:,}",
                "count": compared.count,
                "frozen": len(compared.frozen),
            }
        )


def _as_json(compared: Compared) -> dict[str, Any]:
    return {
        "verdict": {"ok": "good"}.get(str(compared.verdict), str(compared.verdict)),
        "entries": compared.entries,
        "count": compared.count,
        "differences": [
            {"table": d.table, "id": d.id, "column": d.column, "ledger": d.ledger, "database": d.database}
            for d in compared.differences
        ],
        "files": compared.files,
        "newly_frozen": [str(id) for id in compared.frozen],
        "unreadable": compared.unreadable,
    }


def _words(text: Text) -> str:
    return text.get(translation.get_language() or "en")


class _Line:
    """How many entries were read, on the error stream: written over on a terminal, else every ten seconds."""

    def __init__(self, quiet: bool) -> None:
        self.quiet, self.live, self.last = quiet, sys.stderr.isatty(), time.monotonic()

    def __call__(self, entries: int) -> None:
        now = time.monotonic()
        if not self.quiet and now - self.last > (0.2 if self.live else 10):
            self.last = now
            text = _("%(entries)s entries read") % {"entries": f"{entries:,}"}
            sys.stderr.write(f"\r{text} " if self.live else f"{text}\n")
