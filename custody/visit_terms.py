"""Words of visits."""

from __future__ import annotations

from custody.word import Word


class VisitKind(Word):
    """What brings outsiders to see data of a project."""

    VISIT = "visit", "Visit", "来访"
    EXCHANGE = "exchange", "Exchange", "交流"
    RESEARCH = "research", "Joint research", "合作研究"


class VisitState(Word):
    """Life of a visit: rules allowed it when it was asked for; else there is a refusal in its place."""

    ALLOWED = "allowed", "Allowed", "已允许"
    ENDED = "ended", "Ended", "已结束"
