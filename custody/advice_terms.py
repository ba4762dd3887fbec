"""The enumerated words of what stands beside a vote: advice, conditions, overrides, votes in other hands; all
are had from :mod:`custody.terms`."""

from __future__ import annotations

from custody.word import Word


class Stance(Word):
    """Which way an officer advises who does not vote."""

    IN_FAVOUR = "in_favour", "In favour", "赞成"
    AGAINST = "against", "Against", "反对"
    CHANGES = "changes", "Asks for changes or papers first", "要求先行补正"


class ConditionType(Word):
    """When a condition of an approval must be met: before anything passes, or by its day."""

    PRECONDITION = "precondition", "Before anything is handed over", "移交前须落实"
    RUNNING = "running", "While the subcontract runs", "执行期间落实"


class ConditionState(Word):
    """Life of a condition; it counts as met only once an officer has confirmed what was shown."""

    OPEN = "open", "Open", "未落实"
    EVIDENCED = "evidenced", "Shown, to be confirmed", "已提交材料，待确认"
    MET = "met", "Met", "已落实"
    WAIVED = "waived", "Waived", "已豁免"


class OverrideState(Word):
    """Life of an override of a rule; it also ends by its last day."""

    REQUESTED = "requested", "Awaiting agreement", "待表决"
    ACTIVE = "active", "In force", "有效"
    REFUSED = "refused", "Refused", "未获同意"
    REVOKED = "revoked", "Revoked", "已撤销"


class DelegationState(Word):
    """Life of a delegation; it also ends by its last day."""

    PROPOSED = "proposed", "To be confirmed", "已提名，待确认"
    ACTIVE = "active", "In force", "有效"
    REVOKED = "revoked", "Revoked", "已撤销"
