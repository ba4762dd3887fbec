"""What has a day on which it is due and is not settled: copies to come back, certificates that run out,
yearly self-inspections, levels to be reviewed, results to be submitted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import (
    Case,
    DateField,
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    OuterRef,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Cast, Coalesce, Least, TruncDate

from custody import models as m
from custody import regimes
from custody.policy.regime import Pack
from custody.terms import CollectionState, PartyKind, QualificationState


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
    packs = [pack for name in regimes.all_names() if (pack := _pack(name, today))]
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


def outputs(zone: ZoneInfo | None = None) -> Any:
    """Return the collections whose output is not registered, each with the day on which it is due as
    ``output_due``."""
    return m.Collection.objects.filter(state=CollectionState.DONE).annotate(
        output_due=TruncDate("due_at", tzinfo=zone)
    )


def reviews(today: dt.date) -> Iterator[Any]:
    """Yield, for each regime that wants levels reviewed (rule CLS-04), its items; their ``due`` is the day of
    the next review or of the end of the period, whichever is first."""
    for name in regimes.all_names():
        rows = _reviewed(name, today)
        if rows is not None:
            yield rows


def submissions(today: dt.date) -> Any:
    """Return the projects whose results were accepted and are not submitted yet, where their regime wants
    that (rule SUB-01); their ``due`` is the last day for it."""
    asked: list[When] = []
    for name in regimes.all_names():
        pack = _pack(name, today)
        setting = pack.rules.get("SUB-01") if pack else None
        months = setting.params.get("months") if setting and setting.enabled else None
        if months is not None:
            asked.append(When(regime=name, then=_months_on("accepted_on", months)))
    if not asked:
        return m.Project.objects.none()
    waiting = m.Project.objects.filter(accepted_on__isnull=False, submitted_on__isnull=True)
    return waiting.annotate(due=Case(*asked, output_field=DateField())).filter(due__isnull=False)


def submission_day(project: m.Project, today: dt.date) -> dt.date | None:
    """Return by when a project's results are to be submitted; None where they are not, or no more."""
    found: dt.date | None = submissions(today).filter(id=project.id).values_list("due", flat=True).first()
    return found


def _months_on(day: Any, months: int) -> Cast:
    """Return the same day some months on, or the last of that month where it has no such day."""
    later = Func(Value(months), template="make_interval(months => %(expressions)s)")
    return Cast(
        CombinedExpression(F(day) if isinstance(day, str) else day, "+", later, output_field=DateTimeField()),
        DateField(),
    )


def review_day(item: m.Item, today: dt.date) -> dt.date | None:
    """Return when an item's level is to be looked at again; None where its regime does not ask."""
    rows = _reviewed(item.project.regime, today)
    return None if rows is None else rows.filter(id=item.id).values_list("due", flat=True).first()


def _reviewed(regime: str, today: dt.date) -> Any:
    """Return the items of a regime that are reviewed, each with the day of that; None where none are.

    So where the text of its pack is gone, which other pages say.
    """
    pack = _pack(regime, today)
    setting = pack.rules.get("CLS-04") if pack else None
    if pack is None or setting is None or not setting.enabled or setting.params.get("from_level") is None:
        return None
    lowest = pack.rank(setting.params["from_level"])
    levels = [level.id for level in pack.levels if level.rank >= lowest]
    rows = m.Item.objects.settled().filter(project__regime=regime, level__in=levels)
    months = setting.params.get("every_months")
    if months is None:
        return rows.filter(until__isnull=False).annotate(due=F("until"))
    registered = TruncDate("created_at", tzinfo=ZoneInfo(pack.time_zone))
    last = Coalesce("reviewed_on", "issued_on", registered)
    return rows.annotate(due=Least(_months_on(last, months), "until", output_field=DateField()))


def _pack(regime: str, today: dt.date) -> Pack | None:
    """Return the pack of a regime; None where its text is gone, which other pages say."""
    try:
        return regimes.pack(regime, today)
    except (KeyError, ValueError):
        return None
