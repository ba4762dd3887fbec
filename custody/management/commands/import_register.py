"""``manage.py import_register FILE --project CODE --name COVER``: an old register, as a dry run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from custody import models as m
from custody.actions import opening
from custody.actions.base import ActionError, Actor
from custody.management.commands.import_sam_subawards import say
from custody.terms import LineState, RegisterField, RegisterKind, Source, Text


class Command(BaseCommand):
    """Prints every line that could not be entered, by page, line, field, value and reason."""

    help = "Read an old register from an XLSX or CSV file as a dry run (see docs/opening-register.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Name the file, the project, what stands on the cover, and who answers for it."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--project", required=True, help="code of the project")
        parser.add_argument("--name", required=True, help="what stands on the cover of the register")
        parser.add_argument(
            "--kind", choices=[str(kind) for kind in RegisterKind], default=str(RegisterKind.COPIES),
            help="what the register tells of",
        )  # fmt: skip
        parser.add_argument("--as", dest="user", required=True, help="user name of who answers for it")
        parser.add_argument(
            "--column", action="append", default=[], metavar="FIELD=N",
            help="column of a field, counted from 1; guessed from the headings where none is given",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, judge, print."""
        user = m.User.objects.filter(username=options["user"], is_active=True).first()
        project = m.Project.objects.filter(code=options["project"]).first()
        if user is None:
            raise CommandError(_("There is no user %(name)s.") % {"name": options["user"]})
        if project is None:
            raise CommandError(_("There is no project %(code)s.") % {"code": options["project"]})
        path: Path = options["file"]
        try:
            outcome = opening.open_register(
                Actor.of(user, Source.IMPORT),
                project=project.id,
                kind=RegisterKind(options["kind"]),
                name=options["name"],
                content=path.read_bytes(),
                filename=path.name,
                mapping=_columns(options["column"]),
            )
        except OSError as error:
            raise CommandError(_("The file cannot be read: %(error)s") % {"error": error}) from error
        except ActionError as error:
            raise CommandError(say(error.text)) from error
        self._tell(outcome.object)

    def _tell(self, row: m.OpeningRegister) -> None:
        for line in row.lines.filter(state__in=(LineState.FAULTY, LineState.DOUBLE)).order_by("place"):
            where = _("page %(page)s, line %(line)s") % {"page": line.page or "-", "line": line.line}
            for problem in line.problems:
                field = say(RegisterField(problem["field"]).text)
                said = say(Text(problem["en"], problem["zh"]))
                self.stdout.write(f"{where}: {field} “{problem['value']}”: {said}")
        for state, count in opening.counts(row).items():
            self.stdout.write(f"{say(state.text)}: {count}")


def _columns(given: list[str]) -> dict[str, int] | None:
    found = {}
    for each in given:
        name, _equals, column = each.partition("=")
        if not column.isdecimal() or len(column) > 3 or int(column) < 1:
            raise CommandError(_("Write a column such as number=1, not %(given)s.") % {"given": each})
        found[name] = int(column) - 1
    return found or None
