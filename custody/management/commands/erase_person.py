"""``manage.py erase_person``: give up what is recorded about a human, on order."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.core.management.base import CommandParser

from custody.actions.erasing import erase_person
from custody.management.erasure import ErasureCommand, person_of


class Command(ErasureCommand):
    """By id or staff number."""

    help = "Erase the personal values of a person. Without --really nothing is changed."

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask for the person."""
        parser.add_argument("person", help="id or staff number")
        super().add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Erase, or try to."""
        self.run(partial(erase_person, person_of(options["person"])), options)
