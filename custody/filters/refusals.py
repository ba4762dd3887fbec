"""Which refused attempts."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from custody.terms import Verb

from .base import On, OneOf, Questions, Search, WordIs, party_columns, projects


class RefusalFilter(Questions):
    """By party, project or person, what was attempted, and when."""

    q = Search(
        "project__code", "attempted_by__name", *party_columns("to_party"), label=_("Party, project or person")
    )
    verb = WordIs(Verb, label=_("What"))
    recent = OneOf(
        [
            (
                "week",
                _("In the last 7 days"),
                lambda rows, user, today: rows.filter(attempted_at__gt=timezone.now() - dt.timedelta(days=7)),
            )
        ],
        label=_("When"),
    )
    since = On(field_name="attempted_at", lookup_expr="date__gte", label=_("First day"))
    until = On(field_name="attempted_at", lookup_expr="date__lte", label=_("Last day"))
    project = projects()
