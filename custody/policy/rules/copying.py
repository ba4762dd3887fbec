"""CPY-02: more copies of what is classified are made by leave alone."""

from __future__ import annotations

from typing import ClassVar

from custody.policy.facts import Facts, Item, known
from custody.policy.regime import Level, Pack, Params, lower_level
from custody.policy.rule import Answer, rule
from custody.terms import CopyPermitState, Text, Verb

_ASKED = frozenset({Verb.COPY_PERMIT_REQUEST, Verb.COPY_PERMIT_APPROVE})


class Copying(Params):
    """From which level on more copies need a permit, None: at none; and from which level on an officer of
    who classified the item approves it, None: never."""

    from_level: str | None = None
    originator_from: str | None = None
    tighten = {"from_level": lower_level, "originator_from": lower_level}
    names_levels: ClassVar[tuple[str, ...]] = ("from_level", "originator_from")


@rule(
    "CPY-02",
    1,
    verbs=_ASKED | {Verb.COPY_MINT},
    params=Copying,
    title=Text("More copies are made by leave alone", "复制副本须经批准"),
    remedies={
        "no_permit": Text(
            "Request a copy permit; it makes copy no. {n}.",
            "请申请复制许可；该副本将编为第{n}号。",
        ),
        "not_live": Text(
            "The copy permit is not approved, was used up, or ended on {permit_until}. Request a copy "
            "permit; it makes copy no. {n}.",
            "复制许可未获批准、已使用或已于{permit_until}到期。请申请复制许可；该副本将编为第{n}号。",
        ),
        "changed": Text(
            "What was approved is not what the permit says now. Request a copy permit; it makes copy no. "
            "{n}.",
            "许可内容与获批内容不一致。请申请复制许可；该副本将编为第{n}号。",
        ),
        "too_many": Text(
            "{count} copies are to be made, and the permit is for {permitted}. Make no more, or request "
            "another copy permit.",
            "拟复制{count}份，许可为{permitted}份。请减少份数，或另行申请复制许可。",
        ),
        "late": Text(
            "The last day, {permit_until}, is over. Request a copy permit until a later day.",
            "许可的最后日期{permit_until}已过。请申请更晚日期的复制许可。",
        ),
        "own_request": Text(
            "You asked for this copy permit. Another officer must decide.",
            "该复制许可由您申请，须由其他审批人决定。",
        ),
        "not_originator": Text(
            "What is {level} is copied by leave of who classified it, {originator}. One of its officers must "
            "approve.",
            "{level}成果须经定密单位{originator}批准方可复制，须由该单位审批人批准。",
        ),
    },
)
def cpy_02(facts: Facts, pack: Pack, params: Copying, answer: Answer) -> None:
    """From a level on, whoever makes more copies of an item has a permit for them: asked for by one, approved
    by another, in force on the day, for so many copies at least, and not used yet.

    The first copies are made when the item is registered, and need none. From a level on the permit is
    approved by an officer of who classified the item; where that is not known it cannot be told. An extract
    is an item of its own, which CLS-02 judges by what it was made from.
    """
    item = facts.item(known(facts.act.item, "the item concerned", "所涉成果", "act"))
    level = pack.level(item.level)
    if params.from_level is None or level.rank < pack.rank(params.from_level):
        answer.not_applicable("Copies of this level need no permit.", "该密级的复制无需许可。")
        return
    if facts.act.verb in {verb.value for verb in _ASKED}:
        _asked(facts, pack, params, item, level, answer)
        return
    numbered = known(item.numbered, "how many copies an item has", "成果已有副本数", f"item:{item.id}")
    if not numbered:
        answer.not_applicable(
            "The first copies are made when the item is registered.", "首批副本随成果登记制作，无需许可。"
        )
        return
    answer.tell("n", numbered + 1, everyone=True)
    if facts.act.copy_permit is None:
        answer.fail("no_permit")
        return
    permit = facts.copy_permit(facts.act.copy_permit)
    count = known(facts.act.count, "how many copies are made", "拟复制份数", "act")
    answer.tell("permit_until", permit.until, everyone=True)
    answer.tell("permitted", permit.count, everyone=True)
    answer.tell("count", count, everyone=True)
    approved = permit.state == CopyPermitState.APPROVED.value and permit.item == item.id
    if not approved or facts.act.today > permit.until:
        answer.fail("not_live")
    elif permit.approved_sha256 != permit.subject_sha256:
        answer.fail("changed")
    if count > permit.count:
        answer.fail("too_many")


def _asked(facts: Facts, pack: Pack, params: Copying, item: Item, level: Level, answer: Answer) -> None:
    """Judge the request for a permit, and its approval by whoever is to decide."""
    permit = facts.copy_permit(known(facts.act.copy_permit, "the copy permit", "复制许可", "act"))
    answer.tell("permit_until", permit.until, everyone=True)
    if facts.act.today > permit.until:
        answer.fail("late")
    start = params.originator_from
    by_originator = start is not None and level.rank >= pack.rank(start)
    originator = item.classified_by
    if by_originator:
        originator = known(originator, "who classified the item", "定密单位", f"item:{item.id}")
        answer.tell("originator", originator, refers="party", own=[originator])
        answer.tell("level", level.id, shown=level.label.text, everyone=True)
    if facts.act.verb == Verb.COPY_PERMIT_REQUEST.value:
        return
    person = facts.person(known(facts.act.actor_person, "who decides", "审批人", "act"))
    if person.id == permit.requested_by:
        answer.fail("own_request")
    if by_originator and originator not in {m.party for m in person.memberships}:
        answer.fail("not_originator")
