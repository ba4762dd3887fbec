"""Words of random samples that a regulator draws."""

from __future__ import annotations

from custody.word import Word


class SampleState(Word):
    """Life of a random sample: asked for under a sealed word, drawn once a checkpoint covers that, looked at
    on site and closed."""

    ASKED = "asked", "Asked for, not drawn", "已提出，未抽取"
    DRAWN = "drawn", "Drawn, being looked at", "已抽取，查验中"
    CLOSED = "closed", "Closed", "已结束"
    WITHDRAWN = "withdrawn", "Withdrawn before it was drawn", "抽取前撤回"


class SampleFound(Word):
    """How a regulator found a copy that was drawn."""

    OPEN = "open", "Not entered yet", "尚未填写"
    SEEN = "seen", "Seen in its place", "在位，已见"
    ELSEWHERE = "elsewhere", "Seen in another place, or with somebody else", "在别处或他人处见到"
    ABSENT = "absent", "Not there", "未见"
    SEAL_BROKEN = "seal_broken", "Seen, seal broken", "已见，封签破损"
    DIFFERS = "differs", "Seen, differs otherwise", "已见，另有不符"
