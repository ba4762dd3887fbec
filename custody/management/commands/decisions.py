"""``manage.py decisions replay``: every stored decision is run again and must come out the same."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from custody.replay import replay_all


class Command(BaseCommand):
    """Prints a line for each decision that is not the same, and a count of all."""

    help = "Run every stored decision again from the ledger's facts."

    def add_arguments(self, parser: CommandParser) -> None:
        """Name what is to be done."""
        parser.add_argument("what", choices=["replay"])

    def handle(self, *args: Any, **options: Any) -> None:
        """Replay all; fails when one differs."""
        counted: Counter[str] = Counter()
        for done in replay_all():
            counted[done.verdict] += 1
            if done.verdict != "same":
                self.stdout.write(f"{done.decision.id} {done.decision.verb}: {done.verdict}: {done.why}")
        self.stdout.write(
            _("%(same)d same, %(differs)d differ, %(lost)d not replayable")
            % {"same": counted["same"], "differs": counted["differs"], "lost": counted["not replayable"]}
        )
        if counted["differs"]:
            raise CommandError(_("At least one decision differs; see above."))
