"""Who may do what."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from custody.terms import Role

from .base import Among, On, Questions, Rows, Search, WordIs, can_be, party_columns, projects


class _Day(On):
    """The day, by the calendar of the site, as at whose end all is told; today where none is given."""

    def filter(self, qs: Rows, value: dt.date | None) -> Rows:
        """Return what was in force on the day, as it was known at its end."""
        day = value or timezone.localdate()
        if not can_be(day):
            return qs.none()
        user = self.parent.person()
        return qs.on(day).known(day, sign_ins=bool(getattr(user, "in_house", False)))


class AccessFilter(Questions):
    """By person or party, day and role."""

    q = Search(
        "person__name",
        "person__staff_number",
        *party_columns("party"),
        "project__code",
        *party_columns("owner"),
        "region",
        label=_("Person, party, project or region"),
    )
    on = _Day(label=_("In force on this day"))
    role = WordIs(Role, label=_("Role"))
    person = Among(field_name="person", label=_("Person"))
    party = Among(field_name="party", label=_("Party"))
    project = projects()
