"""Field collection: permits and what became of them, and every collection, those without leave first."""

from __future__ import annotations

from collections.abc import Sequence

from custody.chain import Shape
from custody.reports.account import Account, Record
from custody.reports.blocks import Block, Code, Column, Flag, Heading, Lines, Paragraph, Table, Value, Words
from custody.reports.sections import section
from custody.reports.wording import fill, label
from custody.terms import Payment, Text

_STEPS = {
    "permit.submitted": (Shape.DOTS, Text("Submitted", "已提交")),
    "permit.approved": (Shape.CHECK, Text("Approved by {name}", "{name} 批准")),
    "permit.returned": (Shape.RETURN, Text("Sent back by {name}", "{name} 退回")),
    "permit.revoked": (Shape.BANG, Text("Revoked by {name}", "{name} 撤销")),
    "permit.used": (Shape.DASH, Text("Used up", "使用完毕")),
}
_DONE = {
    "collection.output_registered": Text("output registered", "成果已登记"),
    "collection.reviewed": Text("output reviewed", "成果已审查"),
}


@section(78, Text("Field collection", "外业采集"))
def field(account: Account) -> Sequence[Block]:
    """Nothing where nothing was asked and nothing collected."""
    permits, collections = _of(account, "permit"), _of(account, "collection")
    if not permits and not collections:
        return []
    blocks: list[Block] = [
        Paragraph(
            Text(
                "A permit is approved by the SHA-256 of all that was asked; its area stands there as "
                "GeoJSON. Areas are computed on the ellipsoid of WGS 84, between edges straight in "
                "longitude "
                "and latitude. What was collected without leave is recorded as a finding.",
                "许可按申请全部内容的 SHA-256 批准，其中含GeoJSON格式的范围。"
                "面积按WGS 84椭球面、以经纬度直线边计算。"
                "未经许可的采集作为问题记录在案。",
            ),
            quiet=True,
        )
    ]
    if permits:
        blocks.append(Heading(Text("Permits", "许可"), 2))
        blocks.append(
            Table(
                (
                    Column(Text("Unit, operator", "单位、操作人员"), 3),
                    Column(Text("Area", "范围"), 2.4),
                    Column(Text("Days", "日期"), 2),
                    Column(Text("What became of it", "办理情况"), 4),
                ),
                [_permit(account, records) for records in permits],
            )
        )
    if collections:
        ordered = sorted(collections, key=lambda records: not _last(records).get("findings"))
        blocks.append(Heading(Text("Collections", "采集"), 2))
        blocks.append(
            Table(
                (
                    Column(Text("Day", "日期"), 1.6),
                    Column(Text("Unit, operator", "单位、操作人员"), 3),
                    Column(Text("Leave", "许可情况"), 3),
                    Column(Text("Output", "成果"), 3),
                ),
                [_collection(account, records) for records in ordered],
            )
        )
    return blocks


def without_leave(account: Account) -> list[Record]:
    """Return what was done, as told last, of every collection that the rules barred."""
    told = [_last(records) for records in _of(account, "collection")]
    return [record for record in told if record.get("findings")]


def _of(account: Account, noun: str) -> list[list[Record]]:
    """Return the entries of each permit or collection, in the order in which the first came."""
    found: dict[str, list[Record]] = {}
    for record in account.records:
        if record.name.startswith(f"{noun}.") and record.get(noun):
            found.setdefault(str(record.get(noun)), []).append(record)
    return list(found.values())


def _last(records: list[Record]) -> Record:
    """Return the newest entry that says all: of a permit its terms, of a collection what was done."""
    whole = {"permit.drafted", "permit.changed", "collection.planned", "collection.recorded"}
    return [record for record in records if record.name in whole or record is records[0]][-1]


def _who(account: Account, record: Record) -> Lines:
    unit, operator = record.get("unit"), record.get("operator")
    return Lines((account.names.of(unit, record.at), account.names.of(operator, record.at)))


def _permit(account: Account, records: list[Record]) -> tuple[Value, ...]:
    terms = _last(records)
    steps: list[Words | Flag | Code] = []
    for record in records:
        if record.name in _STEPS:
            shape, said = _STEPS[record.name]
            steps.append(Flag(shape, fill(said, name=account.names.of(record.get("person"), record.at))))
            steps.append(record.at)
            if record.get("reason"):
                steps.append(str(record.get("reason")))
    return (
        _who(account, terms),
        Lines((f"{terms.get('area_km2')} km²", Code(str(terms.get("subject_sha256"))))),
        f"{terms.get('starts')} – {terms.get('ends')}",
        Lines(tuple(steps)) if steps else Text("draft", "草稿"),
    )


def _collection(account: Account, records: list[Record]) -> tuple[Value, ...]:
    told = _last(records)
    findings = told.get("findings") or []
    leave: list[Words | Flag | Code] = [
        Flag(
            Shape.BANG,
            fill(Text("FINDING: {codes}", "问题：{codes}"), codes=", ".join(map(str, findings))),
        )
        if findings
        else Flag(Shape.CHECK, Text("in order", "符合要求"))
    ]
    if told.name == "collection.planned":
        leave = [Flag(Shape.DOTS, Text("planned", "已计划"))]
    if told.get("uplink"):
        leave.append(Text("data were sent live", "数据实时外传"))
    if told.get("payment") in (Payment.ABROAD.value, Payment.CRYPTO.value):
        leave.append(label(Payment, told.get("payment")))
    output: list[Words] = []
    for record in records:
        if record.name in _DONE:
            output.append(_DONE[record.name])
            output.append(record.at)
            if record.get("late"):
                output.append(Text("late", "逾期"))
    return (
        str(told.get("collected_on")),
        _who(account, told),
        Lines(tuple(leave)),
        Lines(tuple(output)) if output else Text("none yet", "尚无"),
    )
