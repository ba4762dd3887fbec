"""``manage.py ledger_fsck``: check every entry, value, tile, checkpoint and journal file."""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ledger.__main__ import language
from ledger.api import check_everything
from ledger.fsck.faults import Found

EXIT_CODES = {"ok": 0, "bad": 1, "unknown": 2}


class Command(BaseCommand):
    """Prints a verdict and every fault by name. Exit codes: 0 good, 1 bad, 2 could not tell."""

    help = "Check the whole ledger: rows against leaves, files against rows. A fault freezes the log."
    # A wall that is missing is one more reason to look, not one to refuse.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Offer the forms of output."""
        parser.add_argument("--json", action="store_true", help="print the findings as JSON")
        parser.add_argument("--quiet", action="store_true", help="no progress on the error stream")
        parser.add_argument(
            "--quick",
            action="store_true",
            help="leave out the values beside the log, the journal and the cosignatures",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Check; leave with the exit code."""
        with translation.override("zh-hans" if language(os.environ) == "zh" else "en"):
            self._run(options)

    def _run(self, options: dict[str, Any]) -> None:
        bar = Bar(options["quiet"])
        result = check_everything(quick=options["quick"], progress=bar)
        bar.end()
        if options["json"]:
            document = {
                **result.found.as_json(),
                "started": result.started.isoformat(),
                "finished": result.finished.isoformat(),
                "quick": result.quick,
            }
            self.stdout.write(json.dumps(document, indent=1, ensure_ascii=True))
        else:
            self._say(result.found, result.quick)
        sys.exit(EXIT_CODES[result.found.state])

    def _say(self, found: Found, quick: bool) -> None:
        lang = (get_language() or "en")[:2]
        self.stdout.write(
            {
                "ok": _("GOOD. The ledger is whole: rows, files, signatures and streams tell one story."),
                "bad": _(
                    "BAD. The ledger contradicts itself. Signing has stopped until somebody has looked."
                ),
                "unknown": _("CANNOT TELL. Nothing wrong was found, but not everything could be judged."),
            }[found.state]
        )
        for fault in found.faults:
            self.stdout.write(f"  - {fault.text(lang)}")
        if found.total > len(found.faults):
            self.stdout.write("  " + _("%(count)d more.") % {"count": found.total - len(found.faults)})
        for line in (*found.unknown, *found.notes):
            self.stdout.write(f"  ? {line}")
        counts = ", ".join(f"{count:,} {what}" for what, count in sorted(found.checked.items()))
        self.stdout.write(_("Checked: %(counts)s") % {"counts": counts})
        if quick:
            self.stdout.write(
                _("Quick check: values beside the log, the journal and cosignatures were left out.")
            )


class Bar:
    """Progress on the error stream: a line that is written over on a terminal, else one every ten seconds."""

    def __init__(self, quiet: bool) -> None:
        """Begin; `quiet` says nothing."""
        self.quiet, self.live = quiet, sys.stderr.isatty()
        self._last, self._said = time.monotonic(), False

    def __call__(self, done: int, total: int) -> None:
        """Say how far it is."""
        now = time.monotonic()
        if self.quiet or now - self._last < (0.2 if self.live else 10):
            return
        self._last, self._said = now, True
        text = _("%(done)s of %(total)s entries") % {"done": f"{done:,}", "total": f"{total:,}"}
        sys.stderr.write(f"\r{text} " if self.live else f"{text}\n")
        sys.stderr.flush()

    def end(self) -> None:
        """Leave the line."""
        if self._said and self.live:
            sys.stderr.write("\n")
