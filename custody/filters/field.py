"""Which field permits, equipment and collections."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from custody.terms import CollectionState, EquipmentKind, PermitState

from .base import Among, OneOf, Questions, Search, WordIs, projects


class FieldPermitFilter(Questions):
    """By state, words, project and unit."""

    q = Search("purpose", "unit__name", "unit__other_name", "project__code", label=_("Search"))
    state = WordIs(PermitState, label=_("State"))
    project = projects()
    unit = Among(field_name="unit", label=_("Party"))


class EquipmentFilter(Questions):
    """By kind, words and owner."""

    q = Search("name", "serial", "maker", "registration", label=_("Search"))
    kind = WordIs(EquipmentKind, label=_("Kind"))
    owner_party = Among(field_name="owner_party", label=_("Party"))


def _overdue(rows: Any, user: Any, today: Any) -> Any:
    return rows.overdue(timezone.now())


class CollectionFilter(Questions):
    """By state, what is wrong, project, unit and permit."""

    state = WordIs(CollectionState, label=_("State"))
    wrong = OneOf(
        [
            ("finding", _("Recorded as a finding"), lambda rows, user, today: rows.against_rules()),
            ("overdue", _("Output overdue"), _overdue),
        ],
        label=_("What is wrong"),
    )
    project = projects()
    unit = Among(field_name="unit", label=_("Party"))
    permit = Among(field_name="permit", label=_("Permit"))
