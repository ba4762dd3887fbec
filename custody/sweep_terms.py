"""Words of sweeps."""

from __future__ import annotations

from custody.word import Word


class StrayState(Word):
    """Life of a file that a sweep found where no copy is registered."""

    OPEN = "open", "Open", "待处理"
    REPORTED = "reported", "Reported to the security officer", "已上报保密负责人"
    REMOVED = "removed", "Removed from there", "已清除"
    ALLOWED = "allowed", "Rightly there", "确认可存放"
