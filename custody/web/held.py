"""What a reader is told of frozen records: which one an act rests on, since when, and where it is looked at.

A record is named only to who may see it. Its page under Full checks is the administrator's; others are led to
the record's own page, which carries the band.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from custody import frozen, single
from custody import models as m
from custody.actions.checks import BY_TABLE
from custody.actions.deciding import Ruling
from custody.terms import Text

from .base import actor_of, signed_in
from .names import party_name
from .patterns import Link

UNSEEN = Text("A record that you may not read", "一条您无权查看的记录")
WORDS: dict[type[Any], Text] = {
    m.Site: Text("The installation", "本系统设置"),
    m.RegimePack: Text("Rule pack", "规则包"),
    m.System: Text("System", "系统"),
    m.Equipment: Text("Field equipment", "外业设备"),
    m.FieldPermit: Text("Field permit", "外业采集许可"),
    m.ZoneList: Text("List of sensitive zones", "敏感区域清单"),
    m.ZoneConsent: Text("Consent of a zone's authority", "敏感区域主管机关的同意"),
    m.Collection: Text("Field collection", "外业采集"),
    m.CopyPermit: Text("Copy permit", "复制许可"),
    m.Destruction: Text("Destruction batch", "销毁批次"),
    m.Incident: Text("Incident", "事件"),
    m.IncidentHold: Text("Hold of an incident", "事件管控"),
    m.BarredList: Text("List of barred parties", "禁入名单"),
    m.Person: Text("Person", "人员"),
    m.User: Text("Sign-in", "登录账号"),
    m.ApiKey: Text("API key", "接口密钥"),
    m.Factor: Text("Second factor", "第二验证方式"),
    m.CounterPin: Text("Counter PIN", "柜台PIN码"),
    m.Webhook: Text("Webhook", "回调"),
    m.Identity: Text("Account at the sign-in provider", "统一身份认证账号"),
    m.Membership: Text("Role of a person", "人员角色"),
    m.Grant: Text("Grant to a regulator", "监管授权"),
    m.Party: Text("Party", "单位"),
    m.PartyName: Text("Further name of a party", "单位其他名称"),
    m.PartyAddress: Text("Address of a party", "单位地址"),
    m.PartyIdentifier: Text("Registration number of a party", "单位登记编号"),
    m.PartyControl: Text("Control of a party", "单位控制关系"),
    m.Screening: Text("Screening of a party", "单位禁入筛查"),
    m.ScreeningHit: Text("Likeness to a barred party", "禁入名单命中"),
    m.Qualification: Text("Certificate", "资质证书"),
    m.Project: Text("Project", "项目"),
    m.Item: Text("Item", "成果"),
    m.ItemProposal: Text("Proposal about an item", "成果拟办意见"),
    m.NeedToKnow: Text("Place on a need-to-know list", "知悉范围"),
    m.Copy: Text("Copy", "副本"),
    m.Doubt: Text("Doubt of an import", "导入疑点"),
    m.Hop: Text("Subcontract", "分包"),
    m.Consent: Text("Written consent to a subcontract", "分包书面同意"),
    m.Agreement: Text("Terms of a subcontract", "分包条款"),
    m.Approval: Text("Request for approval", "审批申请"),
    m.Recall: Text("Request to give copies back", "归还副本的要求"),
    m.Visit: Text("Visit", "来访"),
    m.Condition: Text("Condition of an approval", "审批条件"),
    m.UseLimit: Text("Limit of an approval", "批准的使用限制"),
    m.EvidenceFile: Text("Evidence file", "佐证文件"),
    m.Delegation: Text("Delegation of an officer", "表决委托"),
    m.Vote: Text("Vote of an officer", "审批表决"),
    m.Referral: Text("Referral of a request", "审批转交"),
    m.Opinion: Text("Opinion of an officer", "审批意见"),
    m.Override: Text("Override of a rule", "规则特批"),
    m.OverrideVote: Text("Vote on an override", "特批表决"),
    m.Refusal: Text("Refused attempt", "被拒操作"),
    m.Handoff: Text("Handoff", "移交"),
    m.Holding: Text("Who had a copy from when", "副本由谁保管"),
    m.OpeningRegister: Text("Old register", "旧登记簿"),
    m.OpeningFinding: Text("Finding of an old register", "旧登记簿问题"),
    m.HopTakenOver: Text("Where a subcontract stood on paper", "分包在旧登记簿中的位置"),
    m.LineCompared: Text("Comparison with the paper", "与纸质的核对"),
    m.TakenOver: Text("Where a copy stood on paper", "副本在旧登记簿中的位置"),
    m.RegisterPrint: Text("Printed register", "打印的登记簿"),
    m.BlankReceipt: Text("Blank receipt", "空白回执"),
    m.PaperHandoff: Text("Handoff on paper", "纸质移交"),
    m.ReceiptSheet: Text("Sheet signed before a witness", "见证签收单"),
    m.SweepList: Text("Sweep list", "检查清单"),
    m.Sweep: Text("Sweep of a computer", "计算机检查"),
    m.Stray: Text("File where no copy is registered", "未登记副本处的文件"),
    m.Discrepancy: Text("Copy that was not in order", "异常副本"),
    m.Stocktake: Text("Stocktake", "清点"),
    m.StocktakeLine: Text("Line of a stocktake", "清点记录"),
    m.Objection: Text("Objection of a regulator", "监管整改要求"),
    m.Sample: Text("Random sample", "随机抽样"),
    m.SampleLine: Text("Copy of a random sample", "随机抽样的副本"),
    m.Handover: Text("Custodian handover", "保管人交接"),
    m.HandoverSignature: Text("Signature of a handover", "保管人交接签字"),
    m.HandoverLine: Text("Line of a handover", "保管人交接记录"),
    m.Report: Text("Report", "报告"),
    m.Lapse: Text("Finding of the re-check", "复核发现的问题"),
    m.Decision: Text("Decision of the rules", "规则判定"),
    m.Correction: Text("Correction", "更正"),
    m.FrozenObject: Text("Note of a frozen record", "冻结记录"),
}
_ROUTES: dict[type[Any], str] = {
    model: str(model._meta.model_name)
    for model in (m.Party, m.Qualification, m.Project, m.Hop, m.Handoff, m.Copy, m.Approval, m.Report)
}
_NAMES: dict[type[Any], str] = {
    m.System: "name",
    m.Person: "name",
    m.Project: "code",
    m.Item: "codename",
    m.Copy: "code",
    m.Handoff: "number",
}


@dataclass(frozen=True, slots=True)
class Held:
    """A frozen record as one reader may have it."""

    what: Link | Text
    since: dt.datetime


def of(request: HttpRequest, ruling: Ruling | None) -> list[Held]:
    """Return the frozen records that an act would rest on which is being looked at."""
    return told(request, frozen.rested_on(ruling.facts.groups)) if ruling else []


def told(request: HttpRequest, rows: Iterable[m.FrozenObject]) -> list[Held]:
    """Return frozen records as this reader may have them."""
    return [Held(_what(request, row), row.created_at) for row in rows]


def name_of(row: m.FrozenObject) -> Text:
    """Return what a frozen record is, with its name while it stands in its table; for who may see it all."""
    model = BY_TABLE.get(row.table)
    return _called(model, single.stored(model, row.object).first()) if model else WORDS[m.FrozenObject]


def page_of(row: m.FrozenObject) -> str:
    """Return the page of the frozen record itself; empty for what has none, or is not there."""
    model = BY_TABLE.get(row.table)
    there = model and model in _ROUTES and single.stored(model, row.object).exists()
    return reverse(_ROUTES[model], args=[row.object]) if model and there else ""


def _what(request: HttpRequest, row: m.FrozenObject) -> Link | Text:
    if actor_of(request).can("object.settle"):
        return Link(name_of(row), reverse("frozen", args=[row.id]))
    model = BY_TABLE.get(row.table)
    rows: Any = single.stored(model, row.object) if model else None
    thing = rows.visible_to(signed_in(request)).first() if hasattr(rows, "visible_to") else None
    if model is None or thing is None:
        return UNSEEN
    words = _called(model, thing)
    return Link(words, reverse(_ROUTES[model], args=[thing.pk])) if model in _ROUTES else words


def _called(model: type[Any], thing: Any) -> Text:
    kind, name = WORDS[model], getattr(thing, _NAMES.get(model, ""), "")
    if isinstance(thing, m.Party):
        name = party_name(thing)
    elif isinstance(thing, (m.Membership, m.Grant, m.NeedToKnow, m.User)):
        name = thing.person.name
    elif isinstance(thing, m.Qualification):
        holder = party_name(thing.party)
        name = Text(f"{thing.number} · {holder.en}", f"{thing.number} · {holder.zh}")
    if not name:
        return kind
    named = name if isinstance(name, Text) else Text(name, name)
    return Text(f"{kind.en} {named.en}", f"{kind.zh} {named.zh}")
