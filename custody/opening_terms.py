"""Words of opening registers: what a firm had on paper before it began here."""

from __future__ import annotations

from custody.word import Word


class RegisterKind(Word):
    """What an old register tells of."""

    COPIES = "copies", "Copies, holders and loans", "副本、持有人及借阅"
    SUBCONTRACTS = "subcontracts", "Subcontracts and their approvals", "分包及其批准"


class RegisterState(Word):
    """Life of an old register that is taken over."""

    READ = "read", "Dry run: nothing entered yet", "试运行：尚未登记"
    ENTERED = "entered", "Taken over, not yet confirmed", "已接收，尚未确认"
    CONFIRMED = "confirmed", "Confirmed by two people", "已由两人确认"
    CLOSED = "closed", "Closed", "已结束"
    WITHDRAWN = "withdrawn", "Called off", "已取消"


class LineState(Word):
    """How a line of an old register stands."""

    READABLE = "readable", "Can be entered", "可登记"
    FAULTY = "faulty", "Cannot be read", "无法读取"
    DOUBLE = "double", "Taken over before", "此前已接收"
    ENTERED = "entered", "Entered", "已登记"


class RegisterField(Word):
    """What a column of an old register may tell."""

    NUMBER = "number", "Old number", "原编号"
    ITEM = "item", "Item", "成果名称"
    LEVEL = "level", "Classification", "密级"
    HOLDER = "holder", "Held by (party)", "持有单位"
    PERSON = "person", "Held by (person)", "持有人"
    PLACE = "place", "Kept in", "存放处"
    SINCE = "since", "Since", "登记日期"
    BACK = "back", "Due back", "归还期限"
    PAGE = "page", "Page", "页码"
    LINE = "line", "Line", "行号"
    REMARK = "remark", "Remark", "备注"
    ABOVE = "above", "Old number of the subcontract above", "上级分包原编号"
    GIVER = "giver", "Given by", "发包单位"
    RECEIVER = "receiver", "Receiving party", "承接单位"
    SCOPE = "scope", "Work", "分包内容"
    CATEGORIES = "categories", "Categories of work", "工作类别"
    STARTS = "starts", "First day", "起始日期"
    ENDS = "ends", "Last day", "终止日期"
    SHARE = "share", "Share of the contract", "占合同比例"
    AMOUNT = "amount", "Amount", "金额"
    CURRENCY = "currency", "Currency", "币种"
    PERFORMER = "performer", "Work performed by", "实际作业单位"
    PAYER = "payer", "Who pays", "付款单位"
    COUNTRY = "country", "Paid from (country)", "付款国家"
    PAYMENT = "payment", "Means of payment", "付款方式"
    CORE = "core", "Giver keeps the core", "主体部分自行完成"
    CONSENT = "consent", "Client consented in writing", "委托方书面同意"
    AWARDED = "awarded", "Awarded on", "签约日期"
    REPORTED = "reported", "Reported to the authority on", "报告日期"
    APPROVAL = "approval", "Approval number on paper", "纸质批准文号"
    APPROVER = "approver", "Approved on paper by", "纸质批准机关"
    APPROVED = "approved", "Approved on paper on", "纸质批准日期"
    SCAN = "scan", "SHA-256 of the scan", "扫描件SHA-256"


class PaperMatch(Word):
    """What somebody saw who held a taken-over line beside its paper."""

    AGREES = "agrees", "As on the paper", "与纸质一致"
    DIFFERS = "differs", "Differs from the paper", "与纸质不一致"


class Settled(Word):
    """Whether a finding of an old register is settled."""

    OPEN = "open", "To be settled", "待处理"
    SETTLED = "settled", "Settled", "已处理"
