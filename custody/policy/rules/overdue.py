"""HND-05: a handoff says what for and until when, and whoever keeps loans too long gets nothing more."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from custody.policy import subject
from custody.policy.facts import Facts, known
from custody.policy.regime import Pack, Params, lower, lower_level
from custody.policy.rule import Answer, rule
from custody.terms import Leg, Text


class Terms(Params):
    """From which level an issue has a day of return too, and for how many days a loan may be overdue before
    its holder gets nothing more; None: only a warning."""

    due_from: str | None = None
    overdue_days: int | None = None
    tighten = {"due_from": lower_level, "overdue_days": lower}
    names_levels: ClassVar[tuple[str, ...]] = ("due_from",)


@rule(
    "HND-05",
    1,
    verbs=subject.HANDOFFS,
    params=Terms,
    title=Text(
        "Purpose and day of return are set, and nothing is long overdue", "写明用途和归还期限，且无长期逾期"
    ),
    remedies={
        "purpose": Text("It is not said what the copies are for. Say it.", "未写明用途。请填写。"),
        "day": Text(
            "{level} copies that are lent or issued have a day of return. Set it, or choose another kind of "
            "handoff.",
            "借用或发放{level}副本须有归还期限。请填写，或改选其他种类。",
        ),
        "overdue": Text(
            "{overdue} copies with the recipient are overdue, the first since {overdue_since}. Have them "
            "returned.",
            "接收方有{overdue}份副本逾期未还，最早应于{overdue_since}归还。请督促归还。",
        ),
        "long_overdue": Text(
            "{overdue} copies with the recipient are overdue, the first since {overdue_since}, for more than "
            "{overdue_days} days. Until they are returned it gets nothing more.",
            "接收方有{overdue}份副本逾期未还，最早应于{overdue_since}归还，已超过{overdue_days}天。"
            "归还之前，不得再向其移交。",
        ),
    },
)
def hnd_05(facts: Facts, pack: Pack, params: Terms, answer: Answer) -> None:
    """A purpose is stated; a loan has a day of return, and from a level on an issue too; what the receiver
    holds past its day warns, and after some days bars.

    A handoff of before legs were stated is judged by its purpose and what is overdue. A return is asked
    nothing, nor is what stays within one party.
    """
    leg = subject.leg(facts)
    if leg is Leg.RETURN or subject.inside(facts):
        answer.not_applicable(
            "Copies go back, or stay within one party.", "副本退回或仍在同一单位内，不适用本规则。"
        )
        return
    act = facts.act
    answer.tell("has_purpose", act.has_purpose, everyone=True)
    if not act.has_purpose:
        answer.fail("purpose")
    level = subject.level(facts, pack)
    answer.tell("level", level.id, shown=level.label.text, everyone=True)
    answer.tell("due_back", act.due_back, everyone=True)
    from_level = params.due_from is not None and level.rank >= pack.rank(params.due_from)
    asked = leg is Leg.LOAN or (leg is Leg.ISSUE and from_level)
    if asked and act.due_back is None:
        answer.fail("day")
    party = facts.party(subject.recipient(facts))
    overdue = known(
        party.overdue, "how many copies are overdue with the recipient", "接收方逾期未还的副本数", "party"
    )
    own = [party.id]
    answer.tell("overdue", overdue, own=own)
    if not overdue:
        return
    since = known(party.overdue_since, "since when they are overdue", "最早逾期日期", "party")
    answer.tell("overdue_since", since, own=own)
    answer.tell("overdue_days", params.overdue_days, everyone=True)
    if params.overdue_days is not None and act.today > since + timedelta(days=params.overdue_days):
        answer.fail("long_overdue")
    else:
        answer.warn("overdue")
