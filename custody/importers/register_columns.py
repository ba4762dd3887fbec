"""Which column of an old register tells what, guessed from its headings; whoever opens it has the last word.

A register of a survey office is headed in Chinese as a rule, in many wordings. A heading is compared without
blanks, brackets and case.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from custody.importers.register_sheet import SheetRow
from custody.terms import RegisterField, RegisterKind

F = RegisterField
NEEDED: dict[RegisterKind, tuple[RegisterField, ...]] = {
    RegisterKind.COPIES: (F.NUMBER, F.ITEM, F.LEVEL),
    RegisterKind.SUBCONTRACTS: (F.NUMBER, F.RECEIVER, F.SCOPE, F.LEVEL, F.STARTS),
}
MOST_ABOVE = 10
"""Lines among which the headings are looked for: above them stand a title, and who kept the register."""
_COPIES: dict[RegisterField, str] = {
    RegisterField.NUMBER: "编号 原编号 副本编号 载体编号 登记号 登记编号 份号 number oldnumber no copyno",
    RegisterField.ITEM: "名称 成果名称 载体名称 资料名称 图名 代号 item title codename name",
    RegisterField.LEVEL: "密级 等级 涉密等级 level classification",
    RegisterField.HOLDER: "持有单位 使用单位 领用单位 保管单位 单位 holder party organisation heldby",
    RegisterField.PERSON: "持有人 保管人 领用人 使用人 责任人 经办人 person keeper custodian",
    RegisterField.PLACE: "存放处 存放地点 存放位置 保管地点 place keptin system location",
    RegisterField.SINCE: "登记日期 领用日期 接收日期 日期 since date received",
    RegisterField.BACK: "归还期限 应还日期 归还日期 借阅期限 due dueback returnby back",
    RegisterField.PAGE: "页 页码 页号 page",
    RegisterField.LINE: "行 行号 序号 line row",
    RegisterField.REMARK: "备注 说明 remark remarks note",
}
_SUBCONTRACTS: dict[RegisterField, str] = {
    F.NUMBER: "编号 原编号 登记号 登记编号 合同编号 分包编号 分包合同编号 number oldnumber no contractno "
    "subcontractno",
    F.ABOVE: "上级编号 上级合同编号 上级分包编号 上级分包 上级合同 above parent parentno parentnumber under",
    F.GIVER: "发包单位 上级单位 发包方 甲方 委托单位 转包单位 from giver givenby client prime",
    F.RECEIVER: "承接单位 承包单位 承包方 分包单位 接收单位 受托单位 乙方 to receiver receivingparty "
    "subcontractor",
    F.SCOPE: "内容 分包内容 工作内容 项目内容 合同内容 任务 scope work description",
    F.LEVEL: "密级 等级 涉密等级 level classification",
    F.CATEGORIES: "工作类别 业务类别 专业类别 categories categoriesofwork category",
    F.STARTS: "起始日期 开始日期 开工日期 生效日期 起 start starts firstday begins",
    F.ENDS: "终止日期 结束日期 截止日期 完工日期 到期日期 止 end ends lastday until",
    F.SHARE: "比例 占合同比例 分包比例 占比 share percent shareofthecontract",
    F.AMOUNT: "金额 合同金额 分包金额 合同价 amount price value",
    F.CURRENCY: "币种 货币 currency",
    F.PERFORMER: "实际作业单位 作业单位 performer performedby workperformedby",
    F.PAYER: "付款单位 付款方 payer paidby whopays",
    F.COUNTRY: "付款国家 付款地 paidfrom payercountry",
    F.PAYMENT: "付款方式 支付方式 payment meansofpayment",
    F.CORE: "主体部分自行完成 主体自行完成 保留主体 core giverkeepsthecore keepscore",
    F.CONSENT: "委托方同意 委托方书面同意 甲方同意 业主同意 consent clientconsented clientconsentedinwriting",
    F.AWARDED: "签约日期 签订日期 合同日期 awarded awardedon signed signedon",
    F.REPORTED: "报告日期 备案日期 reported reportedon reportedtotheauthorityon",
    F.APPROVAL: "批准文号 批准编号 批文号 审批编号 批件号 approval approvalno approvalnumber",
    F.APPROVER: "批准机关 批准单位 审批机关 审批单位 批准人 approver approvedby authority",
    F.APPROVED: "批准日期 审批日期 批复日期 approved approvedon dateofapproval",
    F.SCAN: "扫描件sha256 扫描件 sha256 scan sha256ofthescan",
    F.PAGE: _COPIES[F.PAGE],
    F.LINE: _COPIES[F.LINE],
    F.REMARK: _COPIES[F.REMARK],
}
WORDS = {RegisterKind.COPIES: _COPIES, RegisterKind.SUBCONTRACTS: _SUBCONTRACTS}
FIELDS: dict[RegisterKind, tuple[RegisterField, ...]] = {kind: tuple(told) for kind, told in WORDS.items()}
"""What the columns of a register may tell, by what it tells of."""
_MEANS = {
    kind: {word: field for field, words in told.items() for word in words.split()}
    for kind, told in WORDS.items()
}
_BETWEEN = re.compile(r"[\s()\[\]【】:.．。、/_-]+")
_BRACKETED = re.compile(r"[(（\[【].*?[)）\]】]")


def meant(heading: str, kind: RegisterKind = RegisterKind.COPIES) -> RegisterField | None:
    """Return what a heading says, if it says one of the fields of such a register.

    >>> meant("编 号") is RegisterField.NUMBER
    True
    """
    plain = unicodedata.normalize("NFKC", heading).casefold()
    for told in (plain, _BRACKETED.sub("", plain)):
        if found := _MEANS[kind].get(_BETWEEN.sub("", told)):
            return found
    return None


def headings_at(rows: Sequence[SheetRow], kind: RegisterKind = RegisterKind.COPIES) -> int:
    """Return the place of the line of headings among ``rows``: the one that says most fields, else the
    first."""
    says = [len({meant(cell, kind) for cell in row.cells} - {None}) for row in rows[:MOST_ABOVE]]
    return says.index(max(says)) if says and max(says) > 1 else 0


def guessed(headings: Sequence[str], kind: RegisterKind = RegisterKind.COPIES) -> dict[str, int]:
    """Return by field the column that seems to tell it, counted from 0; the first where two do."""
    found: dict[str, int] = {}
    for column, heading in enumerate(headings):
        if field := meant(heading, kind):
            found.setdefault(str(field), column)
    return found


def lacking(mapping: Mapping[str, int], kind: RegisterKind = RegisterKind.COPIES) -> list[RegisterField]:
    """Return the fields that no column tells and that no line can do without."""
    return [field for field in NEEDED[kind] if str(field) not in mapping]
