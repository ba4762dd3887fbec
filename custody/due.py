"""What has a day on which it is due and is not settled: copies to come back, certificates that run out."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef

from custody import models as m
from custody.terms import QualificationState


def returns() -> Any:
    """Return accepted handoffs with a day of return of which a copy is still with the receiver."""
    return m.Handoff.objects.still_out().filter(due_back__isnull=False)


def certificates() -> Any:
    """Return verified certificates that no later one of the same party, type and grade replaces.

    A later one that covers fewer categories of work replaces nothing.
    """
    later = m.Qualification.objects.filter(
        party=OuterRef("party"),
        type=OuterRef("type"),
        grade=OuterRef("grade"),
        state=QualificationState.VERIFIED,
        valid_to__gt=OuterRef("valid_to"),
        categories__contains=OuterRef("categories"),
    )
    return m.Qualification.objects.filter(~Exists(later), state=QualificationState.VERIFIED)
