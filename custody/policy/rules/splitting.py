"""HOP-04: what one party passes on is added up, so that a limit is not passed in parts."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from custody.policy import subject
from custody.policy.facts import Facts, Hop, Project, known
from custody.policy.regime import Pack, Params, lower
from custody.policy.rule import Answer, rule
from custody.policy.rules.hops import ROOT, VERBS
from custody.policy.shares import WHOLE, base_of, share_of
from custody.terms import HopState, Text


class Together(Params):
    """The most that one party may pass on altogether, in per cent of its work, and when to warn.

    Without ``max_sum_pct`` the whole is the limit, which is not reached. ``near_pct``: per cent of the limit.
    """

    max_sum_pct: Decimal | None = None
    near_pct: Decimal = Decimal(80)
    tighten = {"max_sum_pct": lower, "near_pct": lower}


@rule(
    "HOP-04",
    1,
    verbs=VERBS,
    params=Together,
    title=Text(
        "All that one party passes on stays within the limit together, and nobody takes two parts of it",
        "发包单位累计分包未超过上限，且无单位重复承接",
    ),
    remedies={
        "sum": Text(
            "With {others} other subcontracts of the same giving party, {sum} % of its work is passed on; at "
            "most {limit} % is allowed altogether. Reduce the scope, or end a request that is not "
            "needed.",
            "连同发包方的其他{others}项分包，累计分包比例为{sum}%，累计上限为{limit}%。"
            "请缩小分包范围，或撤回不需要的申请。",
        ),
        "whole": Text(
            "With {others} other subcontracts of the same giving party, {sum} % of its work is passed on: "
            "that is a transfer of the whole in parts. The giving party must keep work of its own.",
            "连同发包方的其他{others}项分包，累计分包比例为{sum}%，属于拆分后的整体转包。"
            "发包方须自行承担部分工作。",
        ),
        "near": Text(
            "With {others} other subcontracts of the same giving party, {sum} % of its work is passed on; "
            "the limit of {limit} % is near.",
            "连同发包方的其他{others}项分包，累计分包比例为{sum}%，已接近上限{limit}%。",
        ),
        "revoked": Text(
            "With subcontracts whose approval was revoked, {with_revoked} % was passed on, which is beyond "
            "the limit. Make sure that no work was done under them.",
            "计入批准已被撤销的分包，累计分包比例为{with_revoked}%，超过上限。请核实其未实际作业。",
        ),
        "twice": Text(
            "{party} holds another subcontract of the same giving party already. Look whether one job was "
            "split.",
            "{party}已承接同一发包方的另一项分包。请核对是否为同一工作的拆分。",
        ),
    },
)
def hop_04(facts: Facts, pack: Pack, params: Together, answer: Answer) -> None:
    """Each hop of the path is within the limit together with its siblings, asked for or approved.

    Siblings have the same parent, whoever takes them and whenever; one whose last day has passed counts. The
    share is as for HOP-03. Those whose approval was revoked, and a party that stands twice, only warn.
    """
    path = subject.path(facts)
    if not path:
        return answer.not_applicable(*ROOT)
    limit = WHOLE if params.max_sum_pct is None else params.max_sum_pct
    answer.tell("limit", limit, everyone=True)
    above: Hop | Project = facts.project
    largest = Decimal(-1)
    for hop in path:
        ids = known(hop.siblings, "the other subcontracts of the giving party", "发包方的其他分包", "hop")
        siblings, giver, base = [facts.hop(id) for id in ids], hop.from_party, base_of(above)
        counted = [s for s in siblings if s.state != HopState.REVOKED.value]
        # One that stands alone is what HOP-03 judges; its share is asked only where there is one to add to.
        total = sum((share_of(each, base) for each in (hop, *counted) if siblings), Decimal(0))
        if total > largest:
            largest = total
            answer.tell("others", len(counted), own=[giver])
            answer.tell("sum", total, own=[giver])
        over = _over(total, params)
        if counted and over:
            answer.fail("whole" if total >= WHOLE else "sum")
        elif counted and total * WHOLE >= limit * params.near_pct:
            answer.warn("near")
        elif len(counted) < len(siblings) and not over:
            _with_revoked(total, siblings, base, params, giver, answer)
        if hop.to_party in {s.to_party for s in counted}:
            answer.tell("party", hop.to_party, refers="party", own=[giver, hop.to_party])
            answer.warn("twice")
        above = hop
    return None


def _over(total: Decimal, params: Together) -> bool:
    return total >= WHOLE or (params.max_sum_pct is not None and total > params.max_sum_pct)


def _with_revoked(
    total: Decimal,
    siblings: Iterable[Hop],
    base: Decimal | None,
    params: Together,
    giver: str,
    answer: Answer,
) -> None:
    # What was revoked may have been done in part before; nobody knows, so it warns and does not bar. A share
    # that is not known counts as the whole.
    for sibling in siblings:
        if sibling.state == HopState.REVOKED.value:
            total += share_of(sibling, base) if sibling.share is not None else WHOLE
    if _over(total, params):
        answer.tell("with_revoked", total, own=[giver])
        answer.warn("revoked")
