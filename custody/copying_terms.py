"""The enumerated word of copy permits; it too is had from :mod:`custody.terms`."""

from __future__ import annotations

from custody.word import Word


class CopyPermitState(Word):
    """Life of a copy permit; one that was approved also ends by its last day, without an entry."""

    REQUESTED = "requested", "Awaiting approval", "待审批"
    APPROVED = "approved", "Approved, copies to be made", "已批准，待复制"
    USED = "used", "Copies made", "已复制"
    REFUSED = "refused", "Not approved", "未批准"
    WITHDRAWN = "withdrawn", "Withdrawn", "已撤回"
    EXPIRED = "expired", "Expired", "已过期"
