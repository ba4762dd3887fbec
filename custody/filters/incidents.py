"""Which incidents."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from custody.terms import IncidentState

from .base import Among, OneOf, Questions, Search, WordIs, projects


def _open(rows: Any, user: Any, today: dt.date) -> Any:
    return rows.open()


def _to_notify(rows: Any, user: Any, today: dt.date) -> Any:
    return rows.to_notify()


def _overdue(rows: Any, user: Any, today: dt.date) -> Any:
    return rows.to_notify().filter(notify_by__lt=timezone.now())


def _notified(rows: Any, user: Any, today: dt.date) -> Any:
    return rows.open().filter(stop_entry__isnull=False)


class IncidentFilter(Questions):
    """By words, state, what is still to be done, project and party."""

    q = Search("number", "what", "project__code", label=_("Search"))
    state = WordIs(IncidentState, label=_("State"))
    still = OneOf(
        [
            ("open", _("Not ended"), _open),
            ("notify", _("Authority to be notified"), _to_notify),
            ("overdue", _("Past the time to notify"), _overdue),
            ("notified", _("Authority notified, not ended"), _notified),
        ],
        label=_("To do"),
    )
    project = projects()
    party = Among(field_name="party", label=_("Party"))
