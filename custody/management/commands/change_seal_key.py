"""``manage.py change_seal_key``: another key seals reports from now on."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _

from custody.actions import seal_key
from custody.actions.base import ActionError
from custody.management.commands.import_sam_subawards import say
from custody.reports.authority import SealKeyError


class Command(BaseCommand):
    """What was sealed before stays good: the former root stays in the trust folder."""

    help = (
        "Give the seal of reports another key: one that is made now, or the one in keys/next-seal. Stop the "
        "worker first. It is an entry of the ledger."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask why, and on whose order."""
        parser.add_argument("--reason", required=True, help="why; it is recorded and stays")
        parser.add_argument("--ordered-by", required=True, help="who ordered it; it is recorded")

    def handle(self, *args: Any, **options: Any) -> None:
        """Change the key, and say what is left to do."""
        with translation.override(settings.TERMINAL_LANGUAGE):
            try:
                done = seal_key.change(reason=options["reason"], ordered_by=options["ordered_by"])
            except ActionError as error:
                raise CommandError(say(error.text)) from error
            except (SealKeyError, OSError) as error:
                raise CommandError(str(error)) from error
            self.stdout.write(
                _(
                    "CHANGED. Reports are sealed with the new key from now on.\n"
                    "Old certificate (SHA-256) %(old)s\nNew certificate (SHA-256) %(new)s\n"
                    "New root (SHA-256) %(root)s"
                )
                % {"old": done.old, "new": done.new, "root": done.root}
            )
            self.stdout.write(
                _(
                    "Now give the new ca.pem to verifiers by a channel that they trust, back up the folders "
                    "of keys and trust, and destroy the former key."
                )
            )
