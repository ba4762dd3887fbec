"""``manage.py change_log_key``: a new key signs the ledger from the next entry on."""

from __future__ import annotations

from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _

from custody.actions.base import ActionError
from custody.actions.rekeying import RestoreError, change_log_key
from custody.management.commands.import_sam_subawards import say


class Command(BaseCommand):
    """The name of the log and its tree stay; what was signed before stays signed by the key of before."""

    help = "Give the ledger a new key. Stop web, worker and sealer first. It is an entry of the ledger."

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask why, and on whose order."""
        parser.add_argument("--reason", required=True, help="why; it is recorded and stays")
        parser.add_argument("--ordered-by", required=True, help="who ordered it; it is recorded")

    def handle(self, *args: Any, **options: Any) -> None:
        """Change the key, and say what is left to do."""
        with translation.override(settings.TERMINAL_LANGUAGE):
            try:
                change = change_log_key(reason=options["reason"], ordered_by=options["ordered_by"])
            except ActionError as error:
                raise CommandError(say(error.text)) from error
            except (RestoreError, OSError, psycopg.Error) as error:
                raise CommandError(str(error)) from error
            self.stdout.write(
                _(
                    "CHANGED. The ledger is signed with the new key from its next entry on.\n"
                    "Old key %(old)s\nNew key %(new)s"
                )
                % {"old": change.old, "new": change.new}
            )
            self.stdout.write(
                _(
                    "Now give the new log.vkey and policy to witnesses, monitors and verifiers by a "
                    "channel that they trust, back up the folders of keys and trust, and destroy the "
                    "file of the old key."
                )
            )
