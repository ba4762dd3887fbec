"""``manage.py ledger_restore``: the database out of the log folder, or the log folder out of the database."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext
from tqdm import tqdm

from custody.actions.base import ActionError
from custody.actions.restore import Refilled, Restoration, RestoreError, restore, rewrite_log_folder
from custody.management.commands.import_sam_subawards import say

STEPS = {"verify": _l("checking"), "write": _l("writing"), "rows": _l("rebuilding tables")}
LOST = {
    "passwords": _l("Passwords. Set each anew with manage.py changepassword:"),
    "api_keys": _l("Keys for programs. They work no more; issue new ones:"),
    "factors": _l(
        "Ways to sign in. What they share with the site is gone; end them, and have new ones added:"
    ),
    "counter_pins": _l("Counter PINs. They work no more; their owners set new ones:"),
    "copy_keys": _l(
        "Tag keys of copies. Evidence files say nothing about entries that leave these copies out:"
    ),
    "pack_texts": _l(
        "Texts of old rule packs. They can be given in this very restore alone, with --packs; without them "
        "decisions cannot be replayed:"
    ),
    "barred_lines": _l("Lines of lists of barred parties. Import these files again:"),
    "zone_texts": _l("Texts of lists of sensitive zones. Upload the newest list again:"),
    "approval_subjects": _l("Subjects of approvals; the hash that was approved is kept:"),
    "report_files": _l("Files of reports. Ask those who hold a copy, or have them made again:"),
    "evidence_files": _l("Evidence files. Bring back the folder of files and evidence.key from a backup:"),
    "unfinished_reports": _l("Reports that were asked for and not finished. Ask again:"),
}
SHOWN = 20
NO_TABLE = "42P01"
"""SQLSTATE of a table that is not there."""


class Command(BaseCommand):
    """Tries everything and undoes it, unless ``--really`` is given; ends with a plain verdict."""

    help = "Restore a lost or old database from the log folder. Without --really nothing is changed."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Name what is lost and what the operator knows."""
        parser.add_argument("--really", action="store_true", help="do it; without it all is tried and undone")
        parser.add_argument(
            "--old-database", action="store_true", help="the database is an older copy: add what it lacks"
        )
        parser.add_argument(
            "--all-was-sealed",
            action="store_true",
            help="nothing was recorded after the last seal (say in --reason how that is known): then no copy "
            "is put in doubt",
        )
        parser.add_argument("--reason", default="", help="why, and what happened; it is recorded")
        parser.add_argument("--ordered-by", default="", help="who ordered it; it is recorded")
        parser.add_argument(
            "--log-folder",
            action="store_true",
            help="the other way round: write what the log folder lacks from the database",
        )
        parser.add_argument(
            "--mark-lost",
            action="store_true",
            help="with --log-folder: there is no copy of the mark anywhere",
        )
        parser.add_argument(
            "--seen",
            type=Path,
            action="append",
            default=[],
            help="with --log-folder: file of a checkpoint that others have; may be repeated",
        )
        parser.add_argument(
            "--packs",
            type=Path,
            help="folder with texts of rule packs that no longer ship, or evidence files that carry them",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore, or try to; say what came of it."""
        really = options["really"]
        if really and not (options["reason"].strip() and options["ordered_by"].strip()):
            raise CommandError(_("Say with --reason and --ordered-by why this is done and who ordered it."))
        bars: dict[str, Any] = {}

        def progress(step: str, done: int, total: int) -> None:
            if step not in bars:
                bars[step] = tqdm(total=total or None, desc=str(STEPS[step]), unit="", disable=None)
            bars[step].update(done - bars[step].n)

        try:
            if options["log_folder"]:
                self._tell_folder(_rewrite(options, progress), really)
                return
            done = restore(
                really=really,
                old_database=options["old_database"],
                all_was_sealed=options["all_was_sealed"],
                reason=options["reason"],
                ordered_by=options["ordered_by"],
                packs=options["packs"],
                progress=progress,
            )
        except RestoreError as error:
            raise CommandError(str(error)) from error
        except ActionError as error:
            raise CommandError(say(error.text)) from error
        except (DatabaseError, psycopg.Error, OSError) as error:
            if NO_TABLE in (getattr(e, "sqlstate", None) for e in (error, error.__cause__)):
                raise CommandError(
                    _("The database has no tables yet. Run manage.py migrate, then this again.")
                ) from error
            raise CommandError(
                _("The restore stopped, and nothing was changed: %(error)s") % {"error": error}
            ) from error
        finally:
            for bar in bars.values():
                bar.close()
        self._tell(done, really, options["all_was_sealed"])

    def _tell_folder(self, done: Refilled, really: bool) -> None:
        self.stdout.write(
            _("The database leads to the signed checkpoint at %(size)d entries.") % {"size": done.size}
        )
        if not done.files:
            self.stdout.write(_("GOOD: the log folder lacks nothing."))
            return
        for path in done.files[:SHOWN]:
            self.stdout.write(f"  {path}")
        if len(done.files) > SHOWN:
            self.stdout.write("  …")
        self.stdout.write("")
        counted = {"n": len(done.files)}
        if not really:
            self.stdout.write(
                _("CAN BE REWRITTEN: %(n)d files are missing. Nothing was changed; say --really to do it.")
                % counted
            )
            return
        self.stdout.write(
            _("REWRITTEN: %(n)d files. Start Holdfast; the sealer goes on from here.") % counted
        )

    def _tell(self, done: Restoration, really: bool, all_was_sealed: bool) -> None:
        lines = [*_account(done, all_was_sealed), *_lost(done)]
        for line in [*_account(done, all_was_sealed), *_lost(done, SHOWN)]:
            self.stdout.write(line)
        if really and done.entry:
            self.stdout.write(_("All of this stands in %(file)s.") % {"file": _keep(lines)})
        self.stdout.write("")
        self.stdout.write(_verdict(done, really))


def _rewrite(options: dict[str, Any], progress: Any) -> Refilled:
    return rewrite_log_folder(
        really=options["really"],
        mark_lost=options["mark_lost"],
        seen=[path.read_text(encoding="utf-8", errors="replace") for path in options["seen"]],
        reason=options["reason"],
        ordered_by=options["ordered_by"],
        progress=progress,
    )


def _account(done: Restoration, all_was_sealed: bool) -> list[str]:
    last = done.last_sealed_at.isoformat(timespec="seconds") if done.last_sealed_at else "-"
    lines = [
        _(
            "Sealed entries: %(size)d, the last of %(time)s. "
            "All agree with the signed checkpoint and the mark."
        )
        % {"size": done.size, "time": last},
        _("Brought back: entries %(entries)d, rows of tables %(rows)d.")
        % {"entries": done.entries, "rows": done.rows},
    ]
    if done.erased:
        lines.append(
            ngettext("Erased again: %(n)d value.", "Erased again: %(n)d values.", done.erased)
            % {"n": done.erased}
        )
    if done.unsealed:
        lines.append(
            _("Kept from the old database, recorded and not sealed yet: %(n)d entries.")
            % {"n": done.unsealed}
        )
    if done.set_aside:
        lines.append(
            ngettext(
                "Half written by an interrupted sealer: %(n)d file. Its place is set-aside/ in the log "
                "folder; it may hold personal data.",
                "Half written by an interrupted sealer: %(n)d files. Their place is set-aside/ in the log "
                "folder; they may hold personal data.",
                len(done.set_aside),
            )
            % {"n": len(done.set_aside)}
        )
    if done.entry and not all_was_sealed:
        lines.append(
            _(
                "What was recorded after %(time)s and not sealed is not here, "
                "and nobody can say how much it was."
            )
            % {"time": last}
        )
        lines.append(
            _(
                "Custody of %(n)d copies is therefore not confirmed: "
                "each must be counted before it is passed on."
            )
            % {"n": done.unconfirmed}
        )
    return lines


def _lost(done: Restoration, shown: int | None = None) -> list[str]:
    """Name what could not be brought back; `shown` names of each, all if not given."""
    if not done.entry:
        return []
    lines = ["", _("Could not be brought back:")]
    for what, names in done.lost.items():
        lines.append(f"  {LOST[what]} {len(names)}")
        lines += [f"    {name}" for name in names[:shown]]
        if shown is not None and len(names) > shown:
            lines.append("    …")
    lines.append(
        "  "
        + _(
            "What only served convenience: sessions, drafts, saved lists and recipients, notices, wishes for "
            "mail, tokens of forms, queued jobs."
        )
    )
    return lines


def _keep(lines: list[str]) -> Path:
    folder = settings.VAR / "restores"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%SZ}.txt"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    path.chmod(0o600)
    return path


def _verdict(done: Restoration, really: bool) -> str:
    if not done.entry:
        return _("GOOD: nothing is missing; database and log folder say the same.")
    if not really:
        return _("CAN BE RESTORED. Nothing was changed; say --really to do it.")
    return _(
        "RESTORED: entries, tables and the signed log agree. Start Holdfast; the sealer goes on from here."
    )
