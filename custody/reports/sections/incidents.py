"""Incidents of the project: what was reported, whether an authority was notified in time, what was held, how
it ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from custody.chain import Shape
from custody.clock import Clock
from custody.policy.regime import Pack
from custody.reports.account import Account, Record
from custody.reports.blocks import Block, Code, Column, Flag, Lines, Paragraph, Table, Value, Words
from custody.reports.sections import section
from custody.reports.wording import fill, label, quoted
from custody.terms import BasisStatus, IncidentState, Text

_STATES = {
    "incident.reported": IncidentState.REPORTED,
    "incident.triaged": IncidentState.TRIAGE,
    "incident.investigating": IncidentState.INVESTIGATING,
    "incident.closed": IncidentState.CLOSED,
    "incident.dismissed": IncidentState.FALSE_ALARM,
}
UNKNOWN = Text("not known", "尚不清楚")


@section(74, Text("Incidents", "事件"))
def incidents(account: Account) -> Sequence[Block]:
    """One row for each; nothing where none was reported."""
    found: dict[str, list[Record]] = {}
    for record in account.project_records:
        if record.name.startswith("incident.") and record.get("incident"):
            found.setdefault(str(record.get("incident")), []).append(record)
    rows = [_row(account, records) for records in found.values() if records[0].name == "incident.reported"]
    if not rows:
        return []
    return [
        Paragraph(
            Text(
                "The clock of an incident starts with the ledger entry of its report and stops with the "
                "entry that an authority was notified. Times at which people say that something was noticed "
                "or told stand beside it and move nothing. What was late stays late.",
                "事件时限自报告记入账本之时起算，至登记已向主管部门报告之时止。"
                "当事人陈述的发现或报告时间仅作附注，不影响时限。超时记录不因后续处理而消除。",
            ),
            quiet=True,
        ),
        Table(
            (
                Column(Text("Incident", "事件"), 3.6),
                Column(Text("Notified in time?", "是否按时报告"), 3.4),
                Column(Text("Held", "管控"), 2.6),
                Column(Text("What became of it", "处置情况"), 3.4),
            ),
            rows,
        ),
    ]


def not_ended(account: Account) -> int:
    """Return how many incidents are neither closed nor were a false alarm."""
    there = {r.get("incident") for r in account.project_records if r.name == "incident.reported"}
    over = ("incident.closed", "incident.dismissed")
    return len(there - {r.get("incident") for r in account.project_records if r.name in over})


def held_now(account: Account) -> int:
    """Return how many holds on copies and parties still stand."""
    there: set[str] = set()
    for record in account.project_records:
        if record.name == "incident.held":
            there |= {str(one.get("hold")) for one in record.get("holds") or ()}
        elif record.name == "incident.released":
            there -= set(map(str, record.get("holds") or ()))
    return len(there)


def _row(account: Account, records: list[Record]) -> tuple[Value, ...]:
    return (
        _told(account, records),
        _clock(account, records),
        _held(account, records),
        _became(account, records),
    )


def _told(account: Account, records: list[Record]) -> Lines:
    """Return what was reported, as it was put right last."""
    first, names = records[0], account.names
    told = dict(first.values)
    lines: list[Words | Flag | Code] = [str(first.get("number"))]
    for record in records:
        if record.name == "incident.corrected":
            new = record.get("new") or {}
            told |= {name.removesuffix("_id"): value for name, value in new.items()}
    about = [
        *(names.of(str(copy), first.at) for copy in told.get("copies") or ()),
        *(names.of(str(told[noun]), first.at) for noun in ("party", "person") if told.get(noun)),
    ]
    lines.append(quoted(told.get("what")))
    lines += about or [UNKNOWN]
    lines.append(
        fill(Text("noticed {at} (as stated)", "发现于{at}（陈述）"), at=_moment(told.get("noticed_at")))
    )
    lines.append(
        fill(
            Text("reported by {person} for {party}", "报告人{person}，代表{party}"),
            person=names.of(first.get("reported_by"), first.at),
            party=names.of(first.get("reported_for"), first.at),
        )
    )
    if any(record.name == "incident.corrected" for record in records):
        lines.append(Flag(Shape.RETURN, Text("corrected since", "此后已更正")))
    return Lines(tuple(lines))


def _clock(account: Account, records: list[Record]) -> Value:
    """Return whether an authority was notified in time, by the times of the entries alone."""
    first = records[0]
    hours = first.get("hours")
    if not isinstance(hours, int) or isinstance(hours, bool):
        return Text("no clock in this regime", "该制度未规定时限")
    stop = next(
        (r for r in records if r.name in ("incident.notified", "incident.dismissed") and r.get("stops")), None
    )
    clock = Clock(first.at, hours, stop.at if stop else None)
    late = clock.late(account.requested.at)
    lines: list[Words | Flag | Code] = []
    if late:
        lines.append(Flag(Shape.BANG, Text("LATE", "超时")))
    elif stop is None:
        lines.append(Flag(Shape.DOTS, Text("runs", "计时中")))
    else:
        lines.append(Flag(Shape.CHECK, Text("in time", "按时")))
    lines.append(
        fill(
            Text("{hours} h from {start} to {end}", "自{start}起{hours}小时，至{end}止"),
            hours=str(hours),
            start=_text(clock.started),
            end=_text(clock.deadline),
        )
    )
    if stop is None:
        lines.append(Text("no authority notified yet", "尚未向主管部门报告"))
    else:
        lines.append(fill(Text("stopped {at}", "停止于{at}"), at=_text(stop.at)))
    lines += [_authority(record) for record in records if record.name == "incident.notified"]
    lines += _basis(account.packs.get(str(first.get("pack_sha256"))))
    return Lines(tuple(lines))


def _authority(record: Record) -> Text:
    """Return which authority was notified, under which number, and when as claimed."""
    return fill(
        Text(
            "{authority}, {reference}, told {at} (as stated)", "{authority}，{reference}，报告于{at}（陈述）"
        ),
        authority=str(record.get("authority")),
        reference=str(record.get("reference")),
        at=_moment(record.get("notified_at")),
    )


def _basis(pack: Pack | None) -> list[Words]:
    """Return where the clock rests, and how far that was checked; nothing where the pack is not there."""
    setting = pack.rules.get("INC-01") if pack else None
    return [
        Text(
            f"{c.source.en}{' ' + c.article.en if c.article else ''} ({label(BasisStatus, c.status).en})",
            f"{c.source.zh}{c.article.zh if c.article else ''}（{label(BasisStatus, c.status).zh}）",
        )
        for c in (setting.cite if setting else ())
        if not c.problems or "late" in c.problems
    ]


def _held(account: Account, records: list[Record]) -> Value:
    """Return each copy and party that was held, and whether it still is."""
    live: dict[str, tuple[str, datetime]] = {}
    let: dict[str, datetime] = {}
    for record in records:
        if record.name == "incident.held":
            for one in record.get("holds") or ():
                live[str(one.get("hold"))] = (str(one.get("copy") or one.get("party")), record.at)
        elif record.name == "incident.released":
            let |= {str(hold): record.at for hold in record.get("holds") or ()}
    if not live:
        return Text("nothing", "无")
    lines: list[Words | Flag | Code] = []
    for hold, (id, since) in live.items():
        lines.append(account.names.of(id, since))
        if hold in let:
            lines.append(
                fill(
                    Text("{since} – {until}", "{since}至{until}"), since=_text(since), until=_text(let[hold])
                )
            )
        else:
            lines.append(Flag(Shape.BANG, fill(Text("since {since}", "自{since}起"), since=_text(since))))
    return Lines(tuple(lines))


def _became(account: Account, records: list[Record]) -> Lines:
    """Return the state it is in, and what was said at each step."""
    state = IncidentState.REPORTED
    lines: list[Words | Flag | Code] = []
    for record in records:
        told = record.get("state")
        state = _STATES.get(record.name) or (IncidentState(told) if _known(told) else state)
        if record.name not in ("incident.held", "incident.released"):
            said = ("note", "findings", "sanctions", "reason")
            lines += [quoted(record.get(name)) for name in said if record.get(name)]
    return Lines((state.text, *lines))


def _known(value: object) -> bool:
    return isinstance(value, str) and value in {str(state) for state in IncidentState}


def _text(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _moment(value: object) -> str:
    """Return a claimed moment as it is printed; what is none stands as it is."""
    try:
        return _text(datetime.fromisoformat(str(value)))
    except ValueError:
        return str(value)
