"""``manage.py import_barred_list FILE --source NAME``: a list of barred parties in the form of the manual."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from custody.actions.base import ActionError
from custody.actions.imports import EXCLUSIONS, import_exclusions
from custody.importers import ImportFileError, barred_csv
from custody.management.commands import import_sam_subawards
from custody.management.commands.import_sam_subawards import say

_SOURCE = re.compile(r"[a-z0-9][a-z0-9./-]{0,59}")


class Command(BaseCommand):
    """A row that cannot be taken is told with its line and reason; the worker screens the parties."""

    help = "Import a list of barred parties from a CSV file (see docs/screening.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Name the file, whose list it is, and who answers for the import."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--source", required=True, help="whose list it is; the newest of each counts")
        parser.add_argument("--as", dest="user", help="user name of the administrator who answers for it")
        parser.add_argument("--dry-run", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, enter, print."""
        path, source = options["file"], options["source"]
        if not _SOURCE.fullmatch(source) or source == EXCLUSIONS:
            raise CommandError(
                _("Name the source in small letters, such as city.gov/barred, and not %(taken)s.")
                % {"taken": EXCLUSIONS}
            )
        actor = import_sam_subawards.Command().actor(options["user"])
        try:
            content = path.read_bytes()
            summary = import_exclusions(
                actor,
                barred_csv.read(content),
                file_name=path.name[:200],
                file_sha256=hashlib.sha256(content).hexdigest(),
                source=source,
                dry_run=options["dry_run"],
            )
        except OSError as error:
            raise CommandError(_("The file cannot be read: %(error)s") % {"error": error}) from error
        except (ImportFileError, ActionError) as error:
            raise CommandError(say(error.text)) from error
        for rejected in summary.rejected:
            self.stdout.write(
                _("line %(line)d left out:") % {"line": rejected.line} + " " + say(rejected.reason)
            )
        if summary.known:
            self.stdout.write(_("This file was imported before; nothing was changed."))
        self.stdout.write(
            _("%(rows)d barred parties, %(rejected)d left out")
            % {"rows": summary.rows, "rejected": len(summary.rejected)}
        )
