"""Which requests for copies."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from custody import out

from .base import Among, OneOf, Questions, projects


class RecallFilter(Questions):
    """By project, subcontract, system and person; whether it was met."""

    state = OneOf(
        [
            ("open", _("Not all back"), lambda rows, user, _: rows.filter(id__in=out.recalls().values("id"))),
            (
                "overdue",
                _("Overdue"),
                lambda rows, user, today: rows.filter(
                    id__in=out.recalls("AND q.due < %s", today).values("id")
                ),
            ),
        ],
        label=_("State"),
    )
    project = projects()
    hop = Among(field_name="hop")
    system = Among(field_name="system")
    leaver = Among(field_name="leaver")
