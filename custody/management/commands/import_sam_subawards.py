"""``manage.py import_sam_subawards FILE``: SAM.gov subaward reports into projects, parties and hops."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from custody.actions.base import ActionError, Actor
from custody.actions.imports import Summary, import_subawards
from custody.importers import ImportFileError, sam_subawards
from custody.models import User
from custody.terms import Source, Text


class Command(BaseCommand):
    """Prints what was created, merged and doubted, with totals; ``--dry-run`` changes nothing."""

    help = "Import SAM.gov acquisition subaward reports under the us_cui regime."

    def add_arguments(self, parser: CommandParser) -> None:
        """Name the file, who answers for the import, and what the contracts hold."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--as", dest="user", help="user name of the administrator who answers for it")
        parser.add_argument("--level", default="fci", help="fci (default: the file does not tell) or cui")
        parser.add_argument("--grade", default="", help="CMMC grade that the contracts ask of the prime")
        parser.add_argument("--dry-run", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Parse, enter, print."""
        path: Path = options["file"]
        try:
            content = path.read_bytes()
            parsed = sam_subawards.parse(content)
            summary = import_subawards(
                self.actor(options["user"]),
                parsed,
                file_name=path.name,
                file_sha256=hashlib.sha256(content).hexdigest(),
                level=options["level"],
                grade=options["grade"],
                dry_run=options["dry_run"],
                progress=lambda piid: self.stderr.write(f"  {piid}"),
            )
        except OSError as error:
            raise CommandError(_("The file cannot be read: %(error)s") % {"error": error}) from error
        except (ImportFileError, ActionError) as error:
            raise CommandError(say(error.text)) from error
        self.tell(summary, options["dry_run"])

    def actor(self, username: str | None) -> Actor:
        """Return the administrator named, or the only active one there is."""
        users = User.objects.filter(is_active=True)
        if username:
            users = users.filter(username=username)
        found = [u for u in users if Actor.of(u).can("import.subawards")]
        if len(found) != 1:
            raise CommandError(_("Say with --as which administrator answers for the import."))
        return Actor.of(found[0], Source.IMPORT)

    def tell(self, summary: Summary, dry_run: bool) -> None:
        """Print the table."""
        out, totals = self.stdout.write, summary.parsed.totals
        out(_("Would be entered:") if dry_run else _("Entered:"))
        rows = [
            (_("contracts as projects"), totals.contracts, summary.projects, summary.known_projects),
            (_("organisations as parties"), totals.parties, summary.parties, summary.known_parties),
            (_("subcontracts as hops"), totals.hops, summary.hops, summary.known_hops),
        ]
        out(f"  {'':<32}{_('in file'):>10}{_('created'):>10}{_('known'):>10}")
        for label, in_file, created, known in rows:
            out(f"  {label:<32}{in_file:>10}{created:>10}{known:>10}")
        out(
            _(
                "Records: %(records)d = %(hops)d hops + %(same)d exact duplicates"
                " + %(merged)d merged + %(bad)d rejected"
            )
            % {
                "records": totals.records,
                "hops": totals.hops,
                "same": totals.exact_duplicates,
                "merged": totals.merged,
                "bad": totals.rejected,
            }
        )
        for rejected in summary.parsed.rejected:
            out(
                "  "
                + _("record %(position)d left out:") % {"position": rejected.position}
                + " "
                + say(rejected.reason)
            )
        out("\n" + _("Doubts: %(count)d") % {"count": len(summary.parsed.doubts)})
        for code, count in Counter(str(d.code) for d in summary.parsed.doubts).items():
            out(f"  {code} ({count})")
            for doubt in summary.parsed.doubts:
                if str(doubt.code) == code:
                    out("    - " + say(doubt.sentence))
        if summary.judgements:
            self.tell_rules(summary)

    def tell_rules(self, summary: Summary) -> None:
        """Print which rules stand against the imported hops."""
        barred = [(hop, j) for hop, j in summary.judgements if not j.allowed]
        out = self.stdout.write
        out(
            "\n"
            + _("Rules: %(barred)d of %(all)d hops may not receive a handoff as they stand.")
            % {"barred": len(barred), "all": len(summary.judgements)}
        )
        counted = Counter(f.code for _hop, j in barred for f in j.barring)
        for code, count in sorted(counted.items()):
            finding = next(f for _hop, j in barred for f in j.barring if f.code == code)
            remedy = finding.remedy
            out(f"  {code}: {count}  {say(finding.title)}")
            if remedy:
                out(f"      {say(remedy)}")


def say(text: Text) -> str:
    """Return a text in the language of the command."""
    return text.get(get_language() or "en")
