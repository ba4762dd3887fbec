"""Words of receipts on paper: the blank forms, and the handoffs that were entered from them."""

from __future__ import annotations

from custody.word import Word


class BlankState(Word):
    """What became of a numbered blank receipt."""

    PRINTED = "printed", "Printed, not issued", "已印制，未领用"
    ISSUED = "issued", "Issued, not accounted for", "已领用，未核销"
    USED = "used", "Used", "已使用"
    SPOILED = "spoiled", "Spoiled", "已作废"
    MISSING = "missing", "Missing", "缺失"


class PaperState(Word):
    """Whether the rules allowed a handoff that took place on paper."""

    IN_ORDER = "in_order", "Within the rules", "符合规则"
    WITHOUT_LEAVE = "without_leave", "Done without leave", "未经许可"
    SETTLED = "settled", "Done without leave, settled", "未经许可，已处理"


class ReceiptSheetState(Word):
    """What became of a sheet on which a receiver without a sign-in signs by hand."""

    PRINTED = "printed", "Printed, not confirmed", "已印制，未确认"
    USED = "used", "Signed before a witness", "已见证签收"
    VOID = "void", "Replaced by a newer sheet", "已由新单替代"
