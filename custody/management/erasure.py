"""What the two commands that erase share: options, progress of the files, and what is said at the end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from custody import models as m
from custody.actions.base import ActionError
from custody.actions.erasing import Erasure, ErasureError, finish
from custody.management.commands.import_sam_subawards import say

PATIENCE_SECONDS = 30
"""So long a working sealer gets to take the texts out of the journal."""


def person_of(given: str) -> UUID:
    """Return a person's id, given as it is or as the staff number. Raises CommandError for an unknown one."""
    try:
        return UUID(given)
    except ValueError:
        row = m.Person.objects.filter(staff_number=given).first()
        if row is None:
            raise CommandError(_("There is no person with the staff number %(n)s.") % {"n": given}) from None
        return row.id


class ErasureCommand(BaseCommand):
    """Tries the erasure and undoes it, unless ``--really`` is given."""

    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask why and on whose order."""
        parser.add_argument("--really", action="store_true", help="do it; it cannot be undone")
        parser.add_argument("--reason", default="", help="why; it is recorded and stays")
        parser.add_argument("--ordered-by", default="", help="who ordered it; it is recorded")

    def run(self, work: Callable[..., Erasure], options: dict[str, Any]) -> None:
        """Erase, finish the files, and say what was done and what is beyond us."""
        really = options["really"]
        if really and not (options["reason"].strip() and options["ordered_by"].strip()):
            raise CommandError(_("Say with --reason and --ordered-by why this is done and who ordered it."))
        try:
            if really:
                finish()
            done = work(really=really, reason=options["reason"], ordered_by=options["ordered_by"])
        except ActionError as error:
            raise CommandError(say(error.text)) from error
        except (DatabaseError, ErasureError, OSError) as error:
            raise CommandError(_("Nothing was erased: %(error)s") % {"error": str(error).strip()}) from error
        self._tell(done)
        if really:
            self._finish(done)
        else:
            self.stdout.write("")
            self.stdout.write(
                _("CAN BE ERASED. Nothing was changed; say --really to do it. It cannot be undone.")
            )

    def _tell(self, done: Erasure) -> None:
        out = self.stdout.write
        count = len(done.values)
        out(ngettext("%(n)d personal value:", "%(n)d personal values:", count) % {"n": count})
        for target in done.values:
            out(f"  {target.entry} {target.name}")
        out(_("Rows of tables that get a marked blank: %(n)d.") % {"n": done.rows})
        out(_("Reports that hold a value and are withdrawn: %(n)d.") % {"n": len(done.reports)})
        for report in done.reports:
            out(f"  {report}")

    def _finish(self, done: Erasure) -> None:
        """What is committed stays; whether the files followed is said, and a status that is not 0 if not."""
        out = self.stdout.write
        try:
            left, removed = finish(PATIENCE_SECONDS)
        except (DatabaseError, ErasureError, OSError) as error:
            raise CommandError(
                _(
                    "ERASED IN THE DATABASE by entry %(entry)s, but not yet in all files: %(error)s. Put "
                    "that right; the sealer then finishes the journal, and manage.py erase_person or "
                    "erase_field the files of reports."
                )
                % {"entry": done.entry, "error": str(error).strip()}
            ) from error
        out(_("Report files removed: %(n)d.") % {"n": len(removed)})
        out("")
        out(_("Beyond this command:"))
        for line in _beyond():
            out(f"  {line}")
        out("")
        if left:
            raise CommandError(
                _(
                    "ERASED IN THE DATABASE by entry %(entry)s. THE JOURNAL STILL HOLDS IT: %(n)d entries "
                    "wait for the sealer, which takes them out in its next pass; while the log is frozen it "
                    "does not."
                )
                % {"entry": done.entry, "n": left}
            )
        out(
            _("ERASED by entry %(entry)s, in the database and in the journal. Every proof still holds.")
            % {"entry": done.entry}
        )


def _beyond() -> list[str]:
    return [
        _(
            "Backups, until they age out, files that a restore set aside, and its lists in var/restores. A "
            "restore from a log folder erases again what its entries order."
        ),
        _("Reports, evidence files and pages that somebody has downloaded, printed or copied."),
        _(
            "Old versions of rows in the database files until VACUUM FULL, and its write-ahead log until "
            "checkpoints have recycled it; freed blocks of the disk."
        ),
        _("Names that people typed into reasons, notes and purposes: these are kept."),
        _("Who is registered as a party too: erase_field on the entries of that party."),
    ]
