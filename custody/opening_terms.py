"""Words of opening registers: what a firm had on paper before it began here."""

from __future__ import annotations

from custody.word import Word


class RegisterState(Word):
    """Life of an old register that is taken over."""

    READ = "read", "Dry run: nothing entered yet", "试运行：尚未登记"
    ENTERED = "entered", "Taken over, not yet confirmed", "已接收，尚未清点确认"
    CONFIRMED = "confirmed", "Confirmed by an opening stocktake", "已经启用清点确认"
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


class Settled(Word):
    """Whether a finding of an old register is settled."""

    OPEN = "open", "To be settled", "待处理"
    SETTLED = "settled", "Settled", "已处理"
