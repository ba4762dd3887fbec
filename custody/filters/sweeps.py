"""Which sweeps, and which files that they found."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from custody.terms import StrayState

from .base import Among, OneOf, Questions, Search, WordIs, projects


class SweepFilter(Questions):
    """By the system that was swept."""

    q = Search("system__name", "folder", label=_("System or folder"))
    system = Among(field_name="system", label=_("System"))


class StrayFilter(Questions):
    """By path, item or system, and whether it is settled."""

    q = Search("path", "item__codename", "system__name", label=_("Path, item or system"))
    state = WordIs(StrayState, label=_("State"))
    settled = OneOf(
        [("no", _("Not settled"), lambda rows, user, today: rows.unsettled())], label=_("Settled")
    )
    project = projects()
    sweep = Among(field_name="sweep", label=_("Sweep"))
    item = Among(field_name="item", label=_("Item"))
