"""HOP: work and data travel only along approved subcontracts, within what was passed on from above."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from custody.policy import subject
from custody.policy.facts import Facts, Hop, Project, known, word
from custody.policy.regime import Pack, Params, lower, switched_on
from custody.policy.rule import Answer, rule
from custody.policy.shares import WHOLE, base_of, share_of
from custody.terms import HopState, PartyKind, PartyState, Text, Verb

VERBS = subject.HOPS | subject.HANDOFFS
ROOT = (
    "No subcontract is used: the owner's own people pass copies on.",
    "不涉及分包：项目承担单位内部交接。",
)


@rule(
    "HOP-01",
    1,
    verbs=VERBS,
    params=Params,
    title=Text(
        "The recipient stands on an approved path from the project's root", "接收方在经批准的分包链上"
    ),
    remedies={
        "no_hop": Text(
            "No approved subcontract leads from sender to recipient. Request the subcontract first and "
            "wait for "
            "its approval.",
            "移交方与接收方之间没有经批准的分包。请先申请分包并等待批准。",
        ),
        "not_approved": Text(
            "A subcontract at tier {tier} of the path is not approved ({state}). Have it approved first.",
            "分包链第{tier}级尚未批准（{state}）。请先完成该级审批。",
        ),
        "dates": Text(
            "The subcontract at tier {tier} runs from {starts} to {ends}; today is outside. Amend its "
            "dates first.",
            "分包链第{tier}级的期限为{starts}至{ends}，今天不在期限内。请先变更期限。",
        ),
        "broken": Text(
            "The path does not join up at tier {tier}. Have the administrator check the subcontracts "
            "recorded.",
            "分包链在第{tier}级不衔接。请由管理员核对已登记的分包。",
        ),
        "circle": Text(
            "A party would stand twice on one path. A party cannot be its own subcontractor; choose another.",
            "同一单位在一条分包链上出现两次。单位不能成为自己的分包方，请更换。",
        ),
        "barred": Text(
            "A party on the path is {party_state}. Nothing may be passed along this path; choose another "
            "party.",
            "分包链上有单位的状态为“{party_state}”，不得沿此链移交。请更换单位。",
        ),
    },
)
def hop_01(facts: Facts, pack: Pack, params: Params, answer: Answer) -> None:
    """All hops from the root down are approved and run today, join up, and no party on them is barred."""
    owner, path = facts.project.owner_party, subject.path(facts)
    parties = [owner, *(hop.to_party for hop in path)]
    if subject.is_handoff(facts):
        sender, receiver = subject.sender(facts), subject.recipient(facts)
        parties += [sender, receiver]
        links = [(path[-1].from_party, path[-1].to_party)] if path else []
        if (sender, receiver) not in [*links, (parties[len(path)], parties[len(path)])]:
            answer.fail("no_hop")
    answer.tell("depth", len(path), everyone=True)
    for tier, hop in enumerate(path, 1):
        if (hop.from_party, hop.depth) != (parties[tier - 1], tier):
            answer.tell("tier", tier)
            answer.fail("broken")
    if len(set(parties[: len(path) + 1])) <= len(path):
        answer.fail("circle")
    _all_approved(facts, answer)
    for id in dict.fromkeys(parties):
        state = facts.party(id).state
        if state in {PartyState.BARRED.value, PartyState.CLOSED.value}:
            answer.tell("party_state", state, shown=word(PartyState, state).text, own=[id])
            answer.fail("barred")


def _all_approved(facts: Facts, answer: Answer) -> None:
    today = facts.act.today
    for tier, hop in enumerate(subject.approved_part(facts), 1):
        own = [hop.from_party, hop.to_party]
        if hop.state != HopState.ACTIVE.value:
            answer.tell("tier", tier, own=own)
            answer.tell("state", hop.state, shown=word(HopState, hop.state).text, own=own)
            answer.fail("not_approved")
        elif today < hop.starts or (hop.ends is not None and today > hop.ends):
            answer.tell("tier", tier, own=own)
            answer.tell("starts", hop.starts, own=own)
            answer.tell("ends", hop.ends, own=own)
            answer.fail("dates")


class Depth(Params):
    """The deepest tier allowed; None for no limit."""

    max_depth: int | None = None
    tighten = {"max_depth": lower}


@rule(
    "HOP-02",
    1,
    verbs=VERBS,
    params=Depth,
    title=Text("The chain is no deeper than the regime allows", "分包层级不超过规定"),
    remedies={
        "too_deep": Text(
            "This would be tier {depth}; at most {max_depth} is allowed. The client must contract this party "
            "directly, or the party above must do the work itself.",
            "这将是第{depth}级分包，最多允许{max_depth}级。应由委托方直接与该单位签约，或由上级承包方自行完成。",
        )
    },
)
def hop_02(facts: Facts, pack: Pack, params: Depth, answer: Answer) -> None:
    """The number of hops from the root is within the limit."""
    depth = len(subject.path(facts))
    if params.max_depth is None:
        return answer.not_applicable("This regime sets no limit of depth.", "本规则包不限制分包层级。")
    answer.tell("depth", depth, everyone=True)
    answer.tell("max_depth", params.max_depth, everyone=True)
    if depth > params.max_depth:
        answer.fail("too_deep")
    return None


class Share(Params):
    """The largest share that may be passed on, in per cent, and whether core work must stay."""

    max_share_pct: Decimal | None = None
    core_stays: bool = False
    tighten = {"max_share_pct": lower, "core_stays": switched_on}


@rule(
    "HOP-03",
    1,
    verbs=VERBS,
    params=Share,
    title=Text("The work is not passed on as a whole", "未将项目整体转包"),
    remedies={
        "whole": Text(
            "{share} % of the work is passed on: that is a transfer of the whole. Keep the project and "
            "pass on "
            "a part only.",
            "分包比例为{share}%，属于整体转包。承包方须自行承担项目，只能分包其中一部分。",
        ),
        "share": Text(
            "{share} % of the work is passed on; at most {max_share_pct} % is allowed. Reduce the scope.",
            "分包比例为{share}%，上限为{max_share_pct}%。请缩小分包范围。",
        ),
        "core": Text(
            "Core work is passed on. Keep the core work and pass on other parts only.",
            "关键性工作被分包。关键性工作须自行完成，只能分包非关键性工作。",
        ),
    },
)
def hop_03(facts: Facts, pack: Pack, params: Share, answer: Answer) -> None:
    """Each hop of the path passes on less than the whole, within the limit; core work stays where demanded.

    The share is the one stated, or what the amounts give if that is larger.
    """
    path = subject.path(facts)
    if not path:
        return answer.not_applicable(*ROOT)
    above: Hop | Project = facts.project
    shares: list[Decimal] = []
    for hop in path:
        shares.append(share_of(hop, base_of(above)))
        above = hop
    largest = max(shares)
    own = [
        party
        for hop in path
        if shares[path.index(hop)] == largest
        for party in (hop.from_party, hop.to_party)
    ]
    answer.tell("share", largest, own=own)
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


@rule(
    "HOP-05",
    1,
    verbs=VERBS,
    params=Params,
    title=Text("The recipient is a legal person, not an individual", "接收方是法人单位，不是个人"),
    remedies={
        "individual": Text(
            "An individual cannot hold a subcontract or copies. Employ and vet the person, or use a "
            "qualified "
            "organisation.",
            "个人不得承接分包或持有副本。请聘用并审查该人员，或委托有资质的单位。",
        )
    },
)
def hop_05(facts: Facts, pack: Pack, params: Params, answer: Answer) -> None:
    """The receiving party is an organisation or a government unit."""
    party = facts.party(subject.recipient(facts))
    kind = word(PartyKind, party.kind)
    answer.tell("kind", party.kind, shown=kind.text, everyone=True)
    if kind is PartyKind.INDIVIDUAL:
        answer.fail("individual")


@rule(
    "HOP-08",
    1,
    verbs=VERBS | {Verb.ITEM_REGISTER},
    params=Params,
    title=Text(
        "Level, work and dates stay within what was passed on from above", "密级、作业和期限不超出上级范围"
    ),
    remedies={
        "level": Text(
            "{level} goes beyond {ceiling}, the level allowed there. Lower the level, or have the level "
            "above "
            "amended first.",
            "{level}超出上级允许的{ceiling}。请降低密级，或先变更上级。",
        ),
        "categories": Text(
            "The work includes {categories}, which was not passed on from above. Take it out, or amend the "
            "subcontract above first.",
            "作业内容包括上级未分包的{categories}。请去除，或先变更上级分包。",
        ),
        "dates": Text(
            "The dates go beyond those above ({above_starts} to {above_ends}). Shorten them, or amend the "
            "subcontract above first.",
            "期限超出上级期限（{above_starts}至{above_ends}）。请缩短，或先变更上级分包。",
        ),
        "due_back": Text(
            "The copies are due back on {due_back}, after the subcontract ends on {ends}. Agree an "
            "earlier day.",
            "副本归还日{due_back}晚于分包截止日{ends}。请提前归还日。",
        ),
    },
)
def hop_08(facts: Facts, pack: Pack, params: Params, answer: Answer) -> None:
    """Each hop is within its parent, a root hop within the project, copies and loans within the hop used."""
    path, project = subject.path(facts), facts.project
    if facts.act.verb == Verb.ITEM_REGISTER.value:
        level = subject.level(facts, pack).id
        return _within_level(level, project.level, pack, answer)
    above: Hop | Project = project
    for hop in path:
        _within_level(hop.level, above.level, pack, answer)
        extra = [c for c in hop.categories if c not in above.categories]
        if extra:
            answer.tell("categories", extra, shown=_category_labels(pack, extra), everyone=True)
            answer.fail("categories")
        if isinstance(above, Hop) and (hop.starts < above.starts or _later(hop.ends, above.ends)):
            own = [above.from_party, above.to_party]
            answer.tell("above_starts", above.starts, own=own)
            answer.tell("above_ends", above.ends, own=own)
            answer.fail("dates")
        above = hop
    if subject.is_handoff(facts):
        _within_level(subject.level(facts, pack).id, above.level, pack, answer)
        due = facts.act.due_back
        if due is not None and isinstance(above, Hop) and _later(due, above.ends):
            answer.tell("due_back", due, everyone=True)
            answer.tell("ends", above.ends, own=[above.from_party, above.to_party])
            answer.fail("due_back")
    return None


def _within_level(level: str, ceiling: str, pack: Pack, answer: Answer) -> None:
    # The first pair that goes beyond is the one shown; the last pair when none does.
    if "level" in answer.problems:
        return
    answer.tell("level", level, shown=pack.level(level).label.text, everyone=True)
    answer.tell("ceiling", ceiling, shown=pack.level(ceiling).label.text, everyone=True)
    if pack.rank(level) > pack.rank(ceiling):
        answer.fail("level")


def _later(day: date | None, limit: date | None) -> bool:
    """No end is later than any end."""
    return limit is not None and (day is None or day > limit)


def _category_labels(pack: Pack, ids: list[str]) -> Text:
    names = {c.id: c.label for kind in pack.qualification_types for c in kind.categories}
    return Text(
        ", ".join(names[c].en if c in names else c for c in ids),
        "、".join(names[c].zh if c in names else c for c in ids),
    )
