"""HOP-03, third version: it says from which figure a share comes, the one stated or the amounts."""

from __future__ import annotations

from decimal import Decimal

from custody.policy import subject
from custody.policy.facts import Facts, Hop, Project, known
from custody.policy.regime import Pack
from custody.policy.rule import REGISTRY, Answer, rule
from custody.policy.rules import hops
from custody.policy.rules.legs import spared
from custody.policy.shares import WHOLE, base_of, share_of
from custody.terms import Text


@rule(
    "HOP-03",
    3,
    verbs=hops.VERBS,
    params=hops.Share,
    title=REGISTRY.named("HOP-03@2").title,
    remedies={
        "whole": Text(
            "{share} % of the work is passed on, {share_by}: that is a transfer of the whole. Keep the "
            "project and pass on a part only, or put the figures right.",
            "分包比例为{share}%（{share_by}），属于整体转包。承包方须自行承担项目，只能分包其中一部分；"
            "数字有误的，请更正。",
        ),
        "share": Text(
            "{share} % of the work is passed on, {share_by}; at most {max_share_pct} % is allowed. Reduce "
            "the scope, or put the figures right.",
            "分包比例为{share}%（{share_by}），上限为{max_share_pct}%。请缩小分包范围；数字有误的，请更正。",
        ),
        "core": REGISTRY.named("HOP-03@2").remedies["core"],
    },
)
def hop_03_3(facts: Facts, pack: Pack, params: hops.Share, answer: Answer) -> None:
    """Each hop of the path passes on less than the whole, within the limit; core work stays where demanded.

    The share is the one stated, or what the amounts give if that is larger; which of them counts is said. Not
    asked of copies that go back or stay within one party.
    """
    why = spared(facts, "HOP-03@2")
    if why is not None:
        return answer.not_applicable(why.en, why.zh)
    path = subject.path(facts)
    if not path:
        return answer.not_applicable(*hops.ROOT)
    above: Hop | Project = facts.project
    shares: list[tuple[Decimal, Hop, Decimal | None]] = []
    for hop in path:
        base = base_of(above)
        shares.append((share_of(hop, base), hop, base))
        above = hop
    largest = max(share for share, _, _ in shares)
    first = next(one for one in shares if one[0] == largest)
    own = [p for share, hop, _ in shares if share == largest for p in (hop.from_party, hop.to_party)]
    answer.tell("share", largest, own=own)
    by = _by(*first)
    answer.tell("share_by", by.en, shown=by, own=own)
    if params.max_share_pct is not None:
        answer.tell("max_share_pct", params.max_share_pct, everyone=True)
    if largest >= WHOLE:
        answer.fail("whole")
    elif params.max_share_pct is not None and largest > params.max_share_pct:
        answer.fail("share")
    if params.core_stays:
        what = "whether core work stays with the giving party", "关键性工作是否自行完成"
        kept = [known(h.keeps_core, *what, "hop") for h in path]
        answer.tell("keeps_core", all(kept), everyone=True)
        if not all(kept):
            answer.fail("core")
    return None


def _by(share: Decimal, hop: Hop, base: Decimal | None) -> Text:
    """Return which figure gives the share: the one that was stated, or the amounts."""
    if base is None or share == hop.share:
        return Text("as stated", "按填写的比例")
    amounts = f"{hop.amount:f}", f"{base:f}"
    return Text(
        f"by the amounts ({amounts[0]} of {amounts[1]}), while {hop.share} % was stated",
        f"按金额计算，{amounts[0]}占{amounts[1]}；填写的比例为{hop.share}%",
    )
