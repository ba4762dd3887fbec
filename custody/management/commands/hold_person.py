"""``manage.py hold_person``: keep what is known about a human from being erased, or allow it again."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from custody.actions.base import ActionError, Actor
from custody.actions.holds import hold, lift
from custody.management.commands.import_sam_subawards import say
from custody.management.erasure import person_of


class Command(BaseCommand):
    """By id or staff number."""

    help = "Put a person under a legal hold, which refuses every erasure; --lift ends it. Both are recorded."

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask for the person, why, and on whose order."""
        parser.add_argument("person", help="id or staff number")
        parser.add_argument("--lift", action="store_true", help="end the hold")
        parser.add_argument("--reason", required=True, help="why; it is recorded and stays")
        parser.add_argument("--ordered-by", required=True, help="who ordered it; it is recorded")

    def handle(self, *args: Any, **options: Any) -> None:
        """Hold or lift."""
        act = lift if options["lift"] else hold
        try:
            done = act(
                Actor.setup(),
                person=person_of(options["person"]),
                reason=options["reason"],
                ordered_by=options["ordered_by"],
            )
        except ActionError as error:
            raise CommandError(say(error.text)) from error
        said = _("LIFTED by entry %(entry)s.") if options["lift"] else _("HELD by entry %(entry)s.")
        self.stdout.write(said % {"entry": done.entry})
