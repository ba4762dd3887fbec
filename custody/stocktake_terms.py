"""Words of stocktakes."""

from __future__ import annotations

from custody.word import Word


class StocktakeState(Word):
    """Life of a stocktake; what was not seen is counted once more before it can be closed."""

    COUNTING = "counting", "Being counted", "清点中"
    RECOUNT = "recount", "Second count", "复点中"
    CLOSED = "closed", "Closed and signed", "已签字结束"
    CANCELLED = "cancelled", "Called off", "已取消"


class SecondPerson(Word):
    """What the second of the two people of a stocktake does."""

    COUNTER = "counter", "Counts too", "共同清点"
    SUPERVISOR = "supervisor", "Supervises", "现场监督"


class Counted(Word):
    """How a copy stands in a stocktake. ``moved`` and ``came`` are no differences: custody of such a copy
    changed after its list was frozen."""

    NOT_SEEN = "not_seen", "Not seen yet", "尚未见到"
    SEEN = "seen", "Seen", "已见"
    DAMAGED = "damaged", "Seen, damaged", "已见，有破损"
    ELSEWHERE = "elsewhere", "Seen where it does not belong", "出现在不应在的地方"
    STRANGER = "stranger", "Not a registered copy", "未登记的载体"
    CAME = "came", "Came after the list was frozen", "清单锁定后收到"
    MOVED = "moved", "Left after the list was frozen", "清单锁定后移出"
    MISSING = "missing", "Missing", "缺失"


class Scanned(Word):
    """What is said of one scan, at once."""

    SEEN = "seen", "Counted", "已点到"
    DAMAGED = "damaged", "Counted, damaged", "已点到，有破损"
    AGAIN = "again", "Counted before", "重复扫描"
    ELSEWHERE = "elsewhere", "Does not belong here", "不应在此处"
    CAME = "came", "Came after the list was frozen", "清单锁定后收到"
    STRANGER = "stranger", "Not a registered copy", "未登记的载体"
    MISTYPED = "mistyped", "Mistyped: nothing was recorded", "编号有误，未记录"


class Difference(Word):
    """Life of a difference that a stocktake found. A missing copy cannot be offered before it is found or put
    right."""

    OPEN = "open", "To be settled", "待处理"
    FOUND = "found", "Found in order", "已找到且完好"
    PUT_RIGHT = "put_right", "Put right", "已更正"
    DESTROYED = "destroyed", "Destroyed earlier", "此前已销毁"
    INCIDENT = "incident", "Reported as an incident", "已作为事件上报"
