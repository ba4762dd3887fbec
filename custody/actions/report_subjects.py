"""What a report of each kind is about, checked when it is asked for: it stands in the question, whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from custody import gather, scope, zone
from custody import models as m
from custody.record import SYSTEM_STREAM
from custody.reports.kinds import KINDS
from custody.reports.names import both
from custody.terms import ReportKind, Role, Text

from .base import ActionError
from .projects import commitment
from .register_prints import check_period
from .registers import party_stream

SHORT = 80
"""Signs of a reason by which a batch is known."""


def streams_of(row: m.Project) -> list[str]:
    """Return every stream that a report on a project relies on: the project, its parties, the system."""
    return [row.stream, *[party_stream(p) for p in parties_of(row)], SYSTEM_STREAM]


@dataclass(frozen=True, slots=True)
class About:
    """What a kind of report is about, as its entry says it, and the streams that answer it."""

    subject: Mapping[str, str]
    streams: Sequence[str]


def _project(row: m.Project, said: Mapping[str, Any]) -> About:
    return About({}, streams_of(row))


def _copy(row: m.Project, said: Mapping[str, Any]) -> About:
    """The number and the key's commitment stand in the question: the list of numbering names other copies."""
    copy = m.Copy.objects.filter(id=said["copy"], item__project=row).first()
    if copy is None:
        raise ActionError(Text("Choose a copy of this project.", "请选择本项目的副本。"), "copy")
    subject = {
        "copy": str(copy.id),
        "code": copy.code,
        "number": str(copy.number),
        "key_commitment": commitment(copy.tag_key),
    }
    return About(subject, [row.stream])


def officers_of(row: m.Project) -> set[UUID]:
    """Return who decides or ever decided in a project: officers of its owner and of the house, and voters."""
    parties = [p for p in (row.owner_party_id, m.Site.operator_id_or_none()) if p]
    with scope.whole():
        held = m.Membership.objects.filter(party__in=parties, role=Role.OFFICER)
        voted = m.Vote.objects.filter(approval__hop__project=row)
        return {*held.values_list("person", flat=True), *voted.values_list("person", flat=True)}


def _officer(row: m.Project, said: Mapping[str, Any]) -> About:
    if said["person"] not in officers_of(row):
        raise ActionError(Text("Choose an officer of this project.", "请选择本项目的审批人。"), "person")
    return About({"person": str(said["person"])}, streams_of(row))


def parties_of(row: m.Project) -> list[UUID]:
    """Return every party of a project, those to which something was attempted, and all who control them."""
    hops = m.Hop.objects.filter(project=row)
    refused = m.Refusal.objects.filter(project=row, to_party__isnull=False)
    drew = m.Sample.objects.filter(project=row).values_list("authority_id", flat=True)
    objected = m.Objection.objects.filter(project=row).values_list("authority_id", flat=True)
    beside = [*refused.values_list("to_party_id", flat=True), *drew, *objected]
    parties = gather.path_parties(row, hops, *beside)
    return gather.with_controllers(parties, row.created_at.date())


def _party(row: m.Project, said: Mapping[str, Any]) -> About:
    if said["party"] not in parties_of(row):
        raise ActionError(Text("Choose a party of this project.", "请选择本项目的单位。"), "party")
    return About({"party": str(said["party"])}, streams_of(row))


def _destruction(row: m.Project, said: Mapping[str, Any]) -> About:
    batch = m.Destruction.objects.filter(id=said["destruction"], project=row).first()
    if batch is None:
        raise ActionError(
            Text("Choose a destruction of this project.", "请选择本项目的销毁批次。"), "destruction"
        )
    return About({"destruction": str(batch.id)}, streams_of(row))


def stocktakes_of(row: m.Project) -> Any:
    """Return the stocktakes of a project, and those of all that a party holds that met copies of it."""
    met = m.StocktakeLine.objects.filter(stocktake=OuterRef("pk"), copy__item__project=row)
    return m.Stocktake.objects.filter(Q(project=row) | Q(project__isnull=True) & Exists(met))


def _stocktake(row: m.Project, said: Mapping[str, Any]) -> About:
    """Of a count of all that a party holds the opening stands in the stream of that party."""
    found = stocktakes_of(row).filter(id=said["stocktake"]).first()
    if found is None:
        raise ActionError(
            Text("Choose a stocktake of this project.", "请选择涉及本项目的清点。"), "stocktake"
        )
    streams = dict.fromkeys([*streams_of(row), party_stream(found.party_id)])
    return About({"stocktake": str(found.id)}, list(streams))


def _period(row: m.Project, said: Mapping[str, Any]) -> About:
    """Days are those of the site; the question says their moments, so that no reader needs its zone."""
    where = zone.settled() or timezone.get_default_timezone()
    key = str(getattr(where, "key", "UTC"))
    starts, ends = said["starts"], said["ends"]
    check_period(starts, ends, timezone.now().astimezone(ZoneInfo(key)).date())
    subject = {
        "starts": starts.isoformat(),
        "ends": ends.isoformat(),
        "zone": key,
        "begins": _midnight(starts, key),
        "before": _midnight(ends + dt.timedelta(days=1), key),
    }
    return About(subject, streams_of(row))


def _midnight(day: dt.date, key: str) -> str:
    return dt.datetime.combine(day, dt.time(), ZoneInfo(key)).astimezone(dt.UTC).isoformat()


ABOUT: Mapping[ReportKind, Callable[[m.Project, Mapping[str, Any]], About]] = {
    ReportKind.PROJECT: _project,
    ReportKind.COPY: _copy,
    ReportKind.OFFICER: _officer,
    ReportKind.REFUSALS: _period,
    ReportKind.PARTY: _party,
    ReportKind.INSPECTION: _project,
    ReportKind.DESTRUCTION: _destruction,
    ReportKind.STOCKTAKE: _stocktake,
}
_MISSING: Mapping[str, Text] = {
    "copy": Text("Choose the copy.", "请选择副本。"),
    "person": Text("Choose the officer.", "请选择审批人。"),
    "party": Text("Choose the party.", "请选择单位。"),
    "destruction": Text("Choose the destruction.", "请选择销毁批次。"),
    "stocktake": Text("Choose the stocktake.", "请选择清点。"),
    "starts": Text("Enter the first day.", "请填写首日。"),
    "ends": Text("Enter the last day.", "请填写末日。"),
}


def about_of(row: m.Project, kind: ReportKind, said: Mapping[str, Any]) -> About:
    """Return what a report is about. Raises ActionError for what its kind asks for and is not said, and for
    what is said and not asked for."""
    for name, value in said.items():
        if value is None and name in KINDS[kind].asks:
            raise ActionError(_MISSING[name], name)
        if value is not None and name not in KINDS[kind].asks:
            raise ActionError(Text("A report of this kind is not about that.", "此类报告不涉及该项。"), name)
    return ABOUT[kind](row, said)


def named(row: m.Report) -> Text:
    """Return what a report is about in a few words; nothing where that is its project."""
    told = row.subject
    if "code" in told:
        return Text(told["code"], told["code"])
    if "starts" in told:
        days = f"{told['starts']} – {told['ends']}"
        return Text(days, days)
    if "person" in told:
        name = m.Person.objects.values_list("name", flat=True).filter(id=told["person"]).first() or ""
        return Text(name, name)
    if "party" in told:
        party = m.Party.objects.filter(id=told["party"]).first()
        return both(party.name, party.other_name) if party else Text("", "")
    if "destruction" in told:
        reason = m.Destruction.objects.values_list("reason", flat=True).filter(id=told["destruction"]).first()
        return Text((reason or "")[:SHORT], (reason or "")[:SHORT])
    if "stocktake" in told:
        stock = m.Stocktake.objects.select_related("party").filter(id=told["stocktake"]).first()
        return of_stocktake(stock) if stock else Text("", "")
    return Text("", "")


def of_stocktake(row: m.Stocktake) -> Text:
    """Return a stocktake in a few words: when its list was frozen, and of whom."""
    whose, on = both(row.party.name, row.party.other_name), row.opened_on.isoformat()
    return Text(f"{on} · {whose.en}", f"{on} · {whose.zh}")
