"""The enumerated words of checks: of the nightly re-check and of full checks; all are had from
:mod:`custody.terms`."""

from __future__ import annotations

from custody.word import Word


class LapseNoun(Word):
    """What the nightly re-check judges again."""

    HOP = "hop", "Subcontract", "分包"
    HANDOFF = "handoff", "Offer not answered yet", "尚未答复的移交"
    QUALIFICATION = "qualification", "Certificate", "资质证书"
    ITEM = "item", "Item", "成果"
    COPY = "copy", "Copy", "副本"
    PROJECT = "project", "Project", "项目"


class LapseEnd(Word):
    """How a lapse ended."""

    MENDED = "mended", "In order again", "已恢复符合"
    CHANGED = "changed", "Became another", "情况有变"
    GONE = "gone", "Not judged any more", "不再复核"


class CheckKind(Word):
    """What a full check looks at."""

    LEDGER = "ledger", "The ledger itself", "账本本身"
    CUSTODY = "custody", "Records against the ledger", "业务记录与账本"


class CheckVerdict(Word):
    """What came of a full check."""

    OK = "ok", "Good", "通过"
    BAD = "bad", "BAD", "不通过"
    UNKNOWN = "unknown", "Could not tell", "无法判断"
