"""Words of regulators' objections."""

from __future__ import annotations

from custody.word import Word


class ObjectionState(Word):
    """Life of an objection: answered by the owner's side by a day, and the answer accepted or sent back."""

    OPEN = "open", "To be answered", "待答复"
    ANSWERED = "answered", "Answered, to be judged", "已答复，待审核"
    RETURNED = "returned", "Sent back, to be answered again", "已退回，待重新答复"
    SETTLED = "settled", "Answer accepted", "答复已认可"
    WITHDRAWN = "withdrawn", "Withdrawn", "已撤回"
