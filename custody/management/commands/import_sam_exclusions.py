"""``manage.py import_sam_exclusions FILE``: the public extract of barred parties, as ZIP or CSV."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from tqdm import tqdm

from custody.actions.base import ActionError
from custody.actions.imports import import_exclusions
from custody.importers import ImportFileError, sam_exclusions
from custody.management.commands import import_sam_subawards
from custody.management.commands.import_sam_subawards import say
from custody.models import BarredEntry, Party


class Command(BaseCommand):
    """Shows a bar while reading; a row that cannot be taken is told with its line and reason."""

    help = "Import the SAM.gov exclusions public extract into the barred parties."

    def add_arguments(self, parser: CommandParser) -> None:
        """Name the file and who answers for the import."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--as", dest="user", help="user name of the administrator who answers for it")
        parser.add_argument("--dry-run", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, enter, print."""
        path: Path = options["file"]
        actor = import_sam_subawards.Command().actor(options["user"])
        try:
            content = path.read_bytes()
            with tqdm(total=None, unit="B", unit_scale=True, desc=path.name, disable=None) as bar:

                def progress(done: int, total: int) -> None:
                    bar.total = total
                    bar.update(done - bar.n)

                summary = import_exclusions(
                    actor,
                    sam_exclusions.read(content, progress),
                    file_name=path.name,
                    file_sha256=hashlib.sha256(content).hexdigest(),
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
            _("%(rows)d barred parties, %(repaired)d with repaired quotation marks, %(rejected)d left out")
            % {"rows": summary.rows, "repaired": summary.repaired, "rejected": len(summary.rejected)}
        )
        self._compare()

    def _compare(self) -> None:
        """Say which registered parties stand in the lists, by UEI or exact name."""
        listed = BarredEntry.objects.exclude(uei="").values("uei")
        by_uei = Party.objects.filter(identifiers__scheme="UEI", identifiers__value__in=listed)
        from custody.importers.names import fold

        keys = {fold(p.name): p for p in Party.objects.all()}
        named = set(
            BarredEntry.objects.filter(name_key__in=[k for k in keys if k]).values_list("name_key", flat=True)
        )
        found = {p.name for p in by_uei} | {keys[k].name for k in named}
        self.stdout.write(_("Registered parties found in the lists: %(count)d") % {"count": len(found)})
        for name in sorted(found):
            self.stdout.write(f"  {name}")
