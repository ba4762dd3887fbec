"""How strongly each kind of sign-off is bound to the person whose name stands under it."""

from __future__ import annotations

from collections.abc import Mapping

from custody.reports.account import Account, Record
from custody.reports.wording import fill, joined, label
from custody.terms import SIGNED, Text, VoteMethod

PASSWORD = Text("Confirmed by password alone, not signed", "仅凭密码确认，未经签名")
CODE = Text("Confirmed by password and one-time code, not signed", "凭密码和一次性验证码确认，未经签名")
IN_SESSION = Text(
    "Confirmed in the own session, no password asked, not signed", "在本人会话中确认，未再输密码，未经签名"
)
AT_COUNTER = {
    str(VoteMethod.PIN): Text(
        "Confirmed by PIN at the sender's counter, not signed", "在移交方柜台凭PIN码确认，未经签名"
    ),
    str(VoteMethod.PIN_CODE): Text(
        "Confirmed by PIN and one-time code at the sender's counter, not signed",
        "在移交方柜台凭PIN码和一次性验证码确认，未经签名",
    ),
}
BY_HAND = {
    str(VoteMethod.PIN): Text(
        "Signed on paper before a witness, who confirmed it by PIN",
        "在见证人面前纸质签字，由见证人凭PIN码确认",
    ),
    str(VoteMethod.PIN_CODE): Text(
        "Signed on paper before a witness, who confirmed it by PIN and one-time code",
        "在见证人面前纸质签字，由见证人凭PIN码和一次性验证码确认",
    ),
}
_METHODS = {str(VoteMethod.PASSWORD): PASSWORD, str(VoteMethod.CODE): CODE}

_RECEIPT = Text("receipts of handoffs", "移交签收")
KINDS: Mapping[str, Text] = {
    "approval.voted": Text("votes on subcontracts", "分包表决"),
    "override.voted": Text("votes on overrides", "特批表决"),
    "destruction.approved": Text("decisions on destruction", "销毁审批"),
    "destruction.refused": Text("decisions on destruction", "销毁审批"),
    "copy_permit.approved": Text("decisions on copying", "复制审批"),
    "copy_permit.refused": Text("decisions on copying", "复制审批"),
    "item.determined": Text("determinations of classification", "密级确定"),
    "item.sent_back": Text("determinations of classification", "密级确定"),
    "permit.approved": Text("decisions on field permits", "外业许可审批"),
    "stocktake.closed": Text("results of stocktakes", "清点结果"),
    "handover.signed": Text("signatures of handovers", "保管人交接签字"),
    "handoff.accepted": _RECEIPT,
    "handoff.read": _RECEIPT,
}
"""Kind of entry -> what was signed off with it. Where an entry names no method, none was asked for."""
_WITH_METHOD = ("approval.voted", "override.voted", "stocktake.closed", "handover.signed")


def unsigned(account: Account) -> dict[Text, dict[Text, int]]:
    """Return how sign-offs without a signature were given -> what of -> how many."""
    at_counter = {
        r.get("handoff"): r.get("method") for r in account.records if r.name == "handoff.at_counter"
    }
    # What passed with a handover was signed for by its three people, not once more for each project.
    passed = {id for r in account.records if r.name == "handover.passed" for id in r.get("handoffs") or ()}
    found: dict[Text, dict[Text, int]] = {}
    for record in account.records:
        bare = record.get("handoff") not in passed and record.id not in account.signatures
        kind = KINDS.get(record.name) if bare else None
        how = _how(record, at_counter) if kind else None
        if kind and how:
            counted = found.setdefault(how, {})
            counted[kind] = counted.get(kind, 0) + 1
    return found


def _how(record: Record, at_counter: Mapping[object, object]) -> Text | None:
    """Return how a sign-off was given; None where it bears a signature."""
    method, words = record.get("method"), _METHODS
    if record.name in _WITH_METHOD and method in SIGNED:
        return None
    if record.get("witness"):
        words = BY_HAND
    elif record.name not in _WITH_METHOD:
        method, words = at_counter.get(record.get("handoff")), AT_COUNTER
        if method is None:
            return IN_SESSION
    return words.get(str(method), label(VoteMethod, method))


def counted(kinds: Mapping[Text, int]) -> Text:
    """Return how many of each kind, as one list."""
    template = Text("{kind} {count}", "{kind} {count}")
    return joined(fill(template, kind=kind, count=str(count)) for kind, count in kinds.items())
