"""``manage.py erase_field``: give up single personal values of one entry, on order."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.core.management.base import CommandParser

from custody.actions.erasing import erase_fields
from custody.management.erasure import ErasureCommand


class Command(ErasureCommand):
    """By entry and names of fields."""

    help = "Erase personal values of an entry by name. Without --really nothing is changed."

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask for the entry and the fields."""
        parser.add_argument("entry", type=UUID)
        parser.add_argument("names", nargs="+", metavar="name")
        super().add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Erase, or try to."""
        self.run(partial(erase_fields, options["entry"], options["names"]), options)
