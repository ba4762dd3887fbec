"""What became of every act that the rules refused: stopped, denied, taken over, found later, or done anyway.

Each refused decision is of exactly one kind, so that the counts on page one add up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from custody.reports.account import Account, Record
from custody.terms import DecisionOutcome, Source, Text, VoteChoice

STOPPED = Text("stopped", "已被阻止")
DENIED = Text("denied by an officer too", "审批人亦未批准")
TAKEN_OVER = Text("imported or taken over from a register", "导入或由登记簿接收")
FOUND_LATER = Text("found by the nightly re-check", "夜间复核发现")
WITHOUT_LEAVE = Text("went ahead without leave", "未经许可而实施")
_OLD = (Source.IMPORT, Source.REGISTER)


@dataclass(frozen=True, slots=True)
class Outcomes:
    """The decisions of a project by how they came out; the refused ones by what became of them."""

    allowed: int = 0
    unread: int = 0
    refused: Mapping[Text, list[Record]] = field(default_factory=dict)

    @property
    def all(self) -> int:
        """How many decisions there are."""
        return self.allowed + self.unread + self.refusals

    @property
    def refusals(self) -> int:
        """How many of them refused."""
        return sum(map(len, self.refused.values()))


def outcomes(account: Account) -> Outcomes:
    """Return what the rules decided in a project, and what became of what they refused."""
    allowed = unread = 0
    kinds = (WITHOUT_LEAVE, STOPPED, DENIED, TAKEN_OVER, FOUND_LATER)
    refused: dict[Text, list[Record]] = {kind: [] for kind in kinds}
    for record in account.decisions:
        if record.decision is None:
            unread += 1
        elif record.decision.outcome is not DecisionOutcome.REFUSE:
            allowed += 1
        else:
            refused[_became(record)].append(record)
    return Outcomes(allowed, unread, refused)


def _became(record: Record) -> Text:
    if record.name == "attempt.refused":
        return STOPPED
    if record.name == "recheck.found":
        return FOUND_LATER
    if record.name == "approval.voted" and record.get("choice") == VoteChoice.DENY:
        return DENIED
    return TAKEN_OVER if record.get("source") in _OLD else WITHOUT_LEAVE


def codes(records: Iterable[Record]) -> str:
    """Return the rules that barred, the most frequent first, each with how often."""
    found = Counter(f.code for r in records if r.decision for f in r.decision.barring)
    return ", ".join(f"{code} ×{count}" for code, count in found.most_common())
