"""``manage.py name_superuser``: let a sign-in read the tables as they lie, or end that."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from custody.actions import superusers
from custody.actions.base import ActionError, Actor
from custody.management.commands.import_sam_subawards import say


class Command(BaseCommand):
    """By user name."""

    help = (
        "Make a sign-in a superuser's, who reads all tables at /admin/ (DJANGO_ADMIN); --end takes it back."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask for the sign-in and why."""
        parser.add_argument("username", help="user name")
        parser.add_argument("--end", action="store_true", help="it is a superuser's no more")
        parser.add_argument("--reason", required=True, help="why; it is recorded and stays")

    def handle(self, *args: Any, **options: Any) -> None:
        """Name or end."""
        try:
            done = superusers.name(
                Actor.setup(),
                username=options["username"],
                superuser=not options["end"],
                reason=options["reason"],
            )
        except ActionError as error:
            raise CommandError(say(error.text)) from error
        said = _("ENDED by entry %(entry)s.") if options["end"] else _("NAMED by entry %(entry)s.")
        self.stdout.write(said % {"entry": done.entry})
