"""Old registers of subcontracts as a survey office kept them, made up: typed off into CSV."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from custody import models as m
from custody.actions import opening, registers
from custody.actions.base import Actor
from custody.stories import cast as people
from custody.terms import PartyKind, RegisterKind

HEADINGS = [
    *("序号", "合同编号", "上级合同编号", "发包单位", "承接单位", "分包内容", "密级", "工作类别", "起始日期"),
    *("终止日期", "比例", "金额", "币种", "作业单位", "付款单位", "付款国家", "付款方式"),
    *("主体部分自行完成", "委托方同意", "签约日期", "报告日期"),
    *("批准文号", "批准机关", "批准日期", "扫描件", "页码", "备注"),
]
OWNER = "北原测绘院"
WESTGATE, LAKESIDE = "西关数据处理有限公司", "湖畔测绘有限公司"
CONTRACTORS = 44
LINES = 220


def line(n: int, **changed: Any) -> list[Any]:
    """Return a line in order: Northfield passes scanning on to Westgate, approved by the bureau on paper."""
    told = {
        "序号": n, "合同编号": f"分-{n:03d}", "上级合同编号": "", "发包单位": OWNER, "承接单位": WESTGATE,
        "分包内容": f"扫描第{n}批", "密级": "秘密", "工作类别": "engineering", "起始日期": "2024年3月5日",
        "终止日期": "", "比例": "2%", "金额": "", "币种": "", "作业单位": "", "付款单位": "", "付款国家": "",
        "付款方式": "", "主体部分自行完成": "是", "委托方同意": "是",
        "签约日期": "2024-03-01", "报告日期": "", "批准文号": f"测密批〔2024〕{n}号", "批准机关": "省测绘局",
        "批准日期": "二〇二四年二月二十日", "扫描件": "", "页码": str((n - 1) // 25 + 1), "备注": "",
    }  # fmt: skip
    assert changed.keys() <= told.keys()
    told |= changed
    return [told[heading] for heading in HEADINGS]


def csv(rows: Sequence[Sequence[Any]], encoding: str = "utf-8") -> bytes:
    """Return a file of headings and rows."""
    lines = [",".join(str(cell) for cell in row) for row in (HEADINGS, *rows)]
    return ("\r\n".join(lines) + "\r\n").encode(encoding)


def opened(
    cast: people.Cast,
    project: m.Project,
    rows: Sequence[Sequence[Any]] = (),
    *,
    name: str = "Contracts 1 合同第1册",
    who: str = "mei",
    encoding: str = "utf-8",
) -> m.OpeningRegister:
    """Return a register of subcontracts in its dry run."""
    raw = csv(rows or [line(1), below(2)], encoding)
    outcome = opening.open_register(
        cast.actor(who),
        project=project.id,
        name=name,
        content=raw,
        filename="合同.csv",
        kind=RegisterKind.SUBCONTRACTS,
    )
    assert outcome.state == "done"
    found: m.OpeningRegister = outcome.object
    return found


def below(n: int, above: str = "分-001", **changed: Any) -> list[Any]:
    """Return a line below another: Westgate passes vectorising on to Lakeside."""
    told = {"上级合同编号": above, "发包单位": WESTGATE, "承接单位": LAKESIDE, "分包内容": f"矢量化第{n}批"}
    return line(n, **{**told, **changed})


PLANTED: list[tuple[dict[str, Any], tuple[str, str]]] = [
    ({"合同编号": ""}, ("number", "missing")),
    ({"合同编号": "分-001"}, ("number", "number_twice")),
    ({"合同编号": "分" * 101}, ("number", "too_long")),
    ({"合同编号": "#REF!"}, ("number", "failed_cell")),
    ({"上级合同编号": "分-999"}, ("above", "unknown_above")),
    ({"上级合同编号": "#N/A"}, ("above", "failed_cell")),
    ({"发包单位": "无此单位"}, ("giver", "unknown_party")),
    ({"发包单位": OWNER}, ("giver", "other_giver")),
    ({"承接单位": ""}, ("receiver", "missing")),
    ({"承接单位": "无此单位"}, ("receiver", "unknown_party")),
    ({"承接单位": OWNER}, ("receiver", "own_ancestor")),
    ({"分包内容": ""}, ("scope", "missing")),
    ({"分包内容": "测" * 501}, ("scope", "too_long")),
    ({"分包内容": "测\x07绘"}, ("scope", "unusable_text")),
    ({"密级": ""}, ("level", "missing")),
    ({"密级": "很秘密"}, ("level", "unknown_level")),
    ({"工作类别": "占卜"}, ("categories", "unknown_category")),
    ({"起始日期": ""}, ("starts", "missing")),
    ({"起始日期": "2024年2月30日"}, ("starts", "no_such_day")),
    ({"起始日期": "很久以前"}, ("starts", "bad_day")),
    ({"终止日期": "2023-12-31"}, ("ends", "before")),
    ({"终止日期": "2024-13-01"}, ("ends", "no_such_day")),
    ({"比例": "0.35"}, ("share", "unclear_share")),
    ({"比例": "120%"}, ("share", "over_whole")),
    ({"比例": "三成"}, ("share", "bad_share")),
    ({"比例": "12.345%"}, ("share", "too_fine")),
    ({"比例": "95%"}, ("share", "over_whole_together")),
    ({"金额": "很多"}, ("amount", "bad_amount")),
    ({"金额": "120万元", "币种": "USD"}, ("currency", "two_currencies")),
    ({"金额": "120", "币种": "元宝"}, ("currency", "bad_currency")),
    ({"作业单位": "无此单位"}, ("performer", "unknown_party")),
    ({"付款单位": "无此单位"}, ("payer", "unknown_party")),
    ({"付款国家": "天朝"}, ("country", "bad_country")),
    ({"付款方式": "以物易物"}, ("payment", "bad_payment")),
    ({"主体部分自行完成": "也许"}, ("core", "neither")),
    ({"委托方同意": "?"}, ("consent", "neither")),
    ({"签约日期": "2099-01-01"}, ("awarded", "ahead")),
    ({"报告日期": "2024-02-01"}, ("reported", "before")),
    ({"批准文号": "批" * 101}, ("approval", "too_long")),
    ({"批准机关": "省\x1b局"}, ("approver", "unusable_text")),
    ({"批准日期": "2099年1月1日"}, ("approved", "ahead")),
    ({"扫描件": "见附件"}, ("scan", "bad_digest")),
    ({"页码": "9" * 41}, ("page", "too_long")),
    ({"备注": "备" * 501}, ("remark", "too_long")),
]
"""Kinds of fault, each with the field and the code by which it must be told."""
_DAYS = ["2024年3月5日", "2024-03-05", "2024/3/5", "二〇二四年三月五日", "45356", "20240305"]


def contractor(k: int) -> str:
    """Return the name of a made-up contractor."""
    return f"承包单位{k % CONTRACTORS:02d}"


def register_contractors() -> None:
    """Register the contractors of the long register."""
    for k in range(CONTRACTORS):
        registers.register_party(Actor.setup(), kind=PartyKind.ORGANISATION, name=contractor(k), country="CN")


def many_contracts() -> tuple[list[list[Any]], dict[int, tuple[str, str]]]:
    """Return a made-up register, and by line what is planted in it: a fault in the last line of each
    contractor, who got work from Northfield and passes it on in four parts."""
    rows: list[list[Any]] = []
    planted = {}
    for k in range(CONTRACTORS):
        n = len(rows) + 1
        above = f"分-{n:03d}"
        rows.append(line(n, 承接单位=contractor(k), 起始日期=_DAYS[k % len(_DAYS)]))
        for part in range(1, 5):
            told = {"发包单位": contractor(k), "承接单位": contractor(k + part), "比例": "10%"}
            if part == 4:
                changed, planted[n + part] = PLANTED[k]
                told |= changed
            rows.append(below(n + part, **{"上级合同编号": above, **told}))
    return rows, planted
