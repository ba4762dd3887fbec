"""What has a day on which it is due and is not settled: copies, certificates, yearly self-inspections."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import DateField, DurationField, Exists, ExpressionWrapper, F, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Coalesce

from custody import models as m
from custody import regimes
from custody.terms import PartyKind, QualificationState


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


def inspections(today: dt.date) -> Any:
    """Return the holders of certificates that inspect themselves every year, as rule QUA-09 has it, each with
    the day by which it must have done so as ``inspection_due``.

    Where several regimes ask, the shortest time counts. Parties of none of them are left out.
    """
    packs = [regimes.pack(name) for name in regimes.all_names()]
    asking = [(p, p.rules["QUA-09"]) for p in packs if "QUA-09" in p.rules and p.rules["QUA-09"].enabled]
    days = [setting.params.get("every_days") for _, setting in asking]
    if not any(days):
        return m.Party.objects.none()
    types = {kind.id for pack, _ in asking for kind in pack.qualification_types}
    holders = m.Qualification.objects.filter(
        party=OuterRef("pk"), type__in=types, state=QualificationState.VERIFIED,
        valid_from__lte=today, valid_to__gte=today,
    )  # fmt: skip
    since = Coalesce(F("inspected_on"), Subquery(holders.order_by("valid_from").values("valid_from")[:1]))
    within = Value(dt.timedelta(days=min(filter(None, days))), output_field=DurationField())
    due = Cast(ExpressionWrapper(since + within, output_field=DateField()), DateField())
    return (
        m.Party.objects.exclude(kind=PartyKind.INDIVIDUAL)
        .filter(Exists(holders))
        .annotate(inspection_due=due)
    )
