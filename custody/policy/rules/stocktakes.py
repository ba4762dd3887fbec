"""INV-01: what the receiver holds was counted in time, and what a count found to differ is settled."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, ClassVar

from pydantic import Field

from custody.policy import subject
from custody.policy.calendar import months_later
from custody.policy.facts import Facts, Party, known
from custody.policy.regime import Pack, Params, lower, lower_level
from custody.policy.rule import Answer, rule
from custody.terms import Leg, Text


class Counting(Params):
    """Every how many months all that a party holds in a project is counted, None: not asked; for how many
    days a count may be overdue, or a difference open, before its holder gets nothing more, None: only a
    warning; from which level both people of a stocktake count, None: one may supervise."""

    every_months: Annotated[int, Field(ge=1, le=240)] | None = None
    late_days: Annotated[int, Field(ge=0, le=3660)] | None = None
    two_count_from: str | None = None
    tighten = {"every_months": lower, "late_days": lower, "two_count_from": lower_level}
    names_levels: ClassVar[tuple[str, ...]] = ("two_count_from",)


@rule(
    "INV-01",
    1,
    verbs=subject.HANDOFFS,
    params=Counting,
    title=Text(
        "What the recipient holds was counted in time, and differences are settled",
        "接收方所持副本按期清点，差异已处理",
    ),
    remedies={
        "overdue": Text(
            "The recipient was to count its copies of this project by {count_due}. Hold the stocktake.",
            "接收方应于{count_due}前清点本项目副本。请督促清点。",
        ),
        "long_overdue": Text(
            "The recipient was to count its copies of this project by {count_due}, more than {late_days} "
            "days ago. Until they are counted it gets nothing more.",
            "接收方应于{count_due}前清点本项目副本，已超过{late_days}天。清点之前，不得再向其移交。",
        ),
        "differences": Text(
            "{differences} differences of the recipient's stocktakes are not settled, the first since "
            "{differences_since}. Have them settled.",
            "接收方清点发现的{differences}项差异尚未处理，最早自{differences_since}起。请督促处理。",
        ),
        "long_open": Text(
            "{differences} differences of the recipient's stocktakes are not settled, the first since "
            "{differences_since}, for more than {late_days} days. Until they are it gets nothing more.",
            "接收方清点发现的{differences}项差异尚未处理，最早自{differences_since}起，已超过{late_days}天。"
            "处理之前，不得再向其移交。",
        ),
    },
)
def inv_01(facts: Facts, pack: Pack, params: Counting, answer: Answer) -> None:
    """What the receiver holds of the project was counted so many months ago at most, and no difference is
    open; both warn first, and bar after some days.

    The first count is due so long after the receiver got its first copy that it still has. What goes back, to
    be destroyed, or stays within one party is never barred by this.
    """
    if subject.leg(facts) in (Leg.RETURN, Leg.DESTRUCTION) or subject.inside(facts):
        answer.not_applicable(
            "Copies go back, to be destroyed, or stay within one party.",
            "副本退回、送交销毁或仍在同一单位内，不适用本规则。",
        )
        return
    party = facts.party(subject.recipient(facts))
    holds = known(
        party.holds, "whether the recipient holds copies of the project", "接收方是否持有本项目副本", "party"
    )
    open_ = known(
        party.differences, "how many differences of its stocktakes are open", "清点差异未处理的项数", "party"
    )
    answer.tell("late_days", params.late_days, everyone=True)
    if holds and params.every_months is not None:
        _counted(facts, params.every_months, params.late_days, party, answer)
    answer.tell("differences", open_, own=[party.id])
    if open_:
        since = known(party.differences_since, "since when they are open", "差异最早发现日期", "party")
        answer.tell("differences_since", since, own=[party.id])
        if params.late_days is not None and facts.act.today > since + timedelta(days=params.late_days):
            answer.fail("long_open")
        else:
            answer.warn("differences")


def _counted(facts: Facts, months: int, late: int | None, party: Party, answer: Answer) -> None:
    since = known(party.held_since, "since when the recipient holds copies", "接收方最早持有日期", "party")
    last = max(since, party.counted_on) if party.counted_on else since
    due = months_later(last, months)
    answer.tell("counted_on", party.counted_on, own=[party.id])
    answer.tell("count_due", due, own=[party.id])
    if late is not None and facts.act.today > due + timedelta(days=late):
        answer.fail("long_overdue")
    elif facts.act.today > due:
        answer.warn("overdue")
