"""What stands against a request when an officer votes: warnings of the rules, and opinions of other officers.

It bars nothing by itself. But whoever approves all the same does so against advice, with a reason that names
each of them by its code: so nobody can say that it was overlooked.
"""

from __future__ import annotations

import re

from custody import models as m
from custody.policy.engine import Decision
from custody.terms import FindingOutcome, Stance, Text, VoteChoice

from .base import ActionError


def opinions(approval: m.Approval) -> list[m.Opinion]:
    """Return the latest opinion of each officer on a request, by number."""
    latest = {row.person_id: row for row in sorted(approval.opinions.all(), key=lambda row: row.number)}
    return sorted(latest.values(), key=lambda row: row.number)


def against(approval: m.Approval, judgement: Decision) -> list[str]:
    """Return the codes of what stands against a request: of rules that warn or are overridden, then of
    opinions."""
    speak = (FindingOutcome.WARN, FindingOutcome.OVERRIDDEN)
    warnings = [f.code for f in judgement.findings if f.outcome in speak]
    return [*warnings, *(row.code for row in opinions(approval) if row.stance is not Stance.IN_FAVOUR)]


def fits(choice: VoteChoice, judgement: Decision, codes: list[str]) -> bool:
    """Return whether a choice can be made now: plainly only where nothing stands against it."""
    if choice is VoteChoice.DENY:
        return True
    return judgement.allowed and bool(codes) is (choice is VoteChoice.AGAINST)


def check(choice: VoteChoice, reason: str, codes: list[str]) -> None:
    """Raise ActionError for an approval that passes over what stands against it."""
    listed = Text(", ".join(codes), "、".join(codes))
    if choice is VoteChoice.APPROVE and codes:
        raise ActionError(
            Text(
                f"Warnings or opinions stand against this: {listed.en}. Approve it against advice, with a "
                "reason that names them, or refuse it.",
                f"本申请存在警告或反对意见：{listed.zh}。请选择“知悉警告与异议，仍予批准”并在理由中逐一写明，"
                "或者不予批准。",
            ),
            "choice",
        )
    if choice is VoteChoice.AGAINST and not codes:
        raise ActionError(
            Text("Nothing stands against this. Approve it plainly.", "没有警告或反对意见，请直接批准。"),
            "choice",
        )
    missing = [code for code in codes if choice is VoteChoice.AGAINST and not _named(code, reason)]
    if missing:
        raise ActionError(
            Text(
                f"Say in your reason why you approve in spite of: {', '.join(missing)}. Name each by "
                f"its code.",
                f"请在理由中说明为何不采纳以下各项，并写明其编号：{'、'.join(missing)}。",
            ),
            "reason",
        )


def _named(code: str, reason: str) -> bool:
    return re.search(rf"(?<![A-Za-z0-9-]){re.escape(code)}(?![0-9])", reason) is not None
