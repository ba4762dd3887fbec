"""``manage.py erase_person``: give up what is recorded about a human, on order."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from custody import models as m
from custody.actions.erasing import erase_person
from custody.management.erasure import ErasureCommand


class Command(ErasureCommand):
    """By id or staff number."""

    help = "Erase the personal values of a person. Without --really nothing is changed."

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask for the person."""
        parser.add_argument("person", help="id or staff number")
        super().add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Erase, or try to."""
        given = options["person"]
        try:
            person = UUID(given)
        except ValueError:
            row = m.Person.objects.filter(staff_number=given).first()
            if row is None:
                raise CommandError(
                    _("There is no person with the staff number %(n)s.") % {"n": given}
                ) from None
            person = row.id
        self.run(partial(erase_person, person), options)
