"""``manage.py custody_recheck``: judge again what was allowed, as the timer does every night."""

from __future__ import annotations

import os
import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from custody.actions import rechecking
from custody.terms import LapseNoun


class Command(BaseCommand):
    """Prints how much was judged and what changed. Exit codes: 0 done, 2 another run is at it."""

    help = "Judge subcontracts, open offers, certificates and items again on the facts of today."

    def add_arguments(self, parser: CommandParser) -> None:
        """Offer silence."""
        parser.add_argument("--quiet", action="store_true", help="no progress on the error stream")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it, or go on with a run that was cut off."""
        locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
        with translation.override("zh-hans" if locale.lower().startswith("zh") else "en"):
            ran = rechecking.run(timezone.now(), _Line(options["quiet"]))
            if ran is None:
                self.stdout.write(_("Another re-check is running. See its result on the first page."))
                sys.exit(2)
            self.stdout.write(
                _("%(judged)s judged, %(found)d findings, %(ended)d ended.")
                % {"judged": f"{ran.judged:,}", "found": ran.found, "ended": ran.ended}
            )


class _Line:
    """How far it is, on the error stream: written over on a terminal, else every ten seconds."""

    def __init__(self, quiet: bool) -> None:
        self.quiet, self.live, self.last = quiet, sys.stderr.isatty(), 0.0

    def __call__(self, noun: LapseNoun, done: int, total: int) -> None:
        now = time.monotonic()
        if self.quiet or (done < total and now - self.last < (0.2 if self.live else 10)):
            return
        self.last = now
        label = noun.text.get(translation.get_language() or "en")
        text = f"{label}: {done:,} / {total:,}"
        sys.stderr.write(f"\r{text}   " if self.live else f"{text}\n")
