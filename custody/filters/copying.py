"""Which copy permits."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from custody.terms import CopyPermitState

from .base import Among, OneOf, Questions, Search, party_columns, projects


class CopyPermitFilter(Questions):
    """By words, state, project, item and the party that asks."""

    q = Search(
        "purpose",
        "item__codename",
        "project__code",
        *party_columns("asked_for"),
        label=_("Item, purpose, project or party"),
    )
    state = OneOf(
        [
            (
                CopyPermitState.REQUESTED.value,
                _("Awaiting approval"),
                lambda rows, user, today: rows.filter(state=CopyPermitState.REQUESTED),
            ),
            ("live", _("May be used today"), lambda rows, user, today: rows.live(today)),
            (
                CopyPermitState.USED.value,
                _("Copies made"),
                lambda rows, user, today: rows.filter(state=CopyPermitState.USED),
            ),
            (
                CopyPermitState.EXPIRED.value,
                _("Expired"),
                lambda rows, user, today: rows.filter(state=CopyPermitState.APPROVED, until__lt=today),
            ),
            (
                "ended",
                _("Not approved or withdrawn"),
                lambda rows, user, today: rows.filter(
                    state__in=[CopyPermitState.REFUSED, CopyPermitState.WITHDRAWN]
                ),
            ),
        ],
        label=_("State"),
    )
    project = projects()
    item = Among(field_name="item", label=_("Item"))
    asked_for = Among(field_name="asked_for", label=_("Party"))
