"""QUA-08 and QUA-09: what a party that does secret work is, and that it inspects itself every year.

Both rest on what is recorded of a party by an act of its own: its statement on the conditions of a
contractor, and its last self-inspection.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import ClassVar, Literal

from custody.policy import subject
from custody.policy.facts import Facts, Party, known
from custody.policy.regime import Pack, Params, lower, lower_level
from custody.policy.rule import WARN, Answer, rule
from custody.policy.rules.qualifications import independent, valid_on
from custody.terms import Text

Condition = Literal["age", "record", "staff"]


def _more(old: tuple[str, ...], new: tuple[str, ...], ranks: Mapping[str, int]) -> bool:
    """Allow conditions to be added, none to be dropped."""
    return set(old) <= set(new)


def _older(old: int | None, new: int | None, ranks: Mapping[str, int]) -> bool:
    """Allow a greater age; none (None) is the least."""
    return old is None or (new is not None and new >= old)


class Conditions(Params):
    """From which level which conditions are asked, how many years old a party must be, and for how many days
    a statement counts."""

    from_level: str | None = None
    conditions: tuple[Condition, ...] = ()
    min_years: int | None = None
    valid_days: int | None = None
    tighten = {"from_level": lower_level, "conditions": _more, "min_years": _older, "valid_days": lower}
    names_levels: ClassVar[tuple[str, ...]] = ("from_level",)


@rule(
    "QUA-08",
    1,
    verbs=subject.HOPS | subject.HANDOFFS,
    params=Conditions,
    title=Text("The recipient meets the conditions of a contractor", "接收方符合承接涉密业务的条件"),
    remedies={
        "age": Text(
            "Fails: established on {established_on}, less than {years} year(s) ago. It may be chosen from "
            "{old_enough} on; choose another until then.",
            "不符合条件：成立于{established_on}，不满{years}年，{old_enough}起方可承接。此前请更换接收方。",
        ),
        "record": Text(
            "Fails: the statement of {stated_on} says that there was a leak or a conviction within a year. "
            "Choose another recipient.",
            "不符合条件：{stated_on}的声明载明一年内有泄密或违法犯罪记录。请更换接收方。",
        ),
        "staff": Text(
            "Fails: the statement of {stated_on} says that not all staff are PRC nationals. Choose another "
            "recipient.",
            "不符合条件：{stated_on}的声明载明涉密人员并非均为中国公民。请更换接收方。",
        ),
        "stale": Text(
            "The statement on these conditions is of {stated_on} and counted until {counts_until}. Have it "
            "stated anew and record it.",
            "关于上述条件的声明为{stated_on}作出，有效至{counts_until}。请重新声明并登记。",
        ),
    },
)
def qua_08(facts: Facts, pack: Pack, params: Conditions, answer: Answer) -> None:
    """From a level on, a recipient is old enough, had no leak or conviction within a year, has PRC staff.

    A party is N years old on the day of that date N years on (29 February counts as the 28th). What was
    stated counts for some days from the day of the statement, that day included; what was not stated, this
    rule cannot tell.
    """
    if facts.act.hop is None:
        return answer.not_applicable("No subcontract is used.", "不涉及分包。")
    level = subject.level(facts, pack)
    if params.from_level is None or level.rank < pack.rank(params.from_level):
        return answer.not_applicable("At this level no conditions are set.", "该密级对接收方没有条件要求。")
    answer.tell("level", level.id, shown=level.label.text, everyone=True)
    party = facts.party(subject.recipient(facts))
    answer.tell("recipient", party.id, refers="party", everyone=True)
    answer.tell("today", facts.act.today, everyone=True)
    if "age" in params.conditions:
        _judge_age(party, facts.act.today, params, answer)
    stated = known(
        party.conditions_on, "the recipient's statement on the conditions", "接收方符合条件的声明", "party"
    )
    answer.tell("stated_on", stated, own=[party.id])
    if params.valid_days is not None:
        until = stated + timedelta(days=params.valid_days)
        answer.tell("counts_until", until, own=[party.id])
        if facts.act.today > until:
            answer.fail("stale")
    if "record" in params.conditions:
        clean = known(
            party.clean_record,
            "whether the recipient had a leak or a conviction",
            "接收方有无泄密或违法犯罪记录",
            "party",
        )
        answer.tell("clean_record", clean, own=[party.id])
        if not clean:
            answer.fail("record")
    if "staff" in params.conditions:
        own = known(
            party.prc_staff,
            "whether all its staff are PRC nationals",
            "接收方涉密人员是否均为中国公民",
            "party",
        )
        answer.tell("prc_staff", own, own=[party.id])
        if not own:
            answer.fail("staff")
    return None


def _judge_age(party: Party, today: date, params: Conditions, answer: Answer) -> None:
    since = known(party.established_on, "when the recipient was established", "接收方成立日期", "party")
    years = known(params.min_years, "how old a party must be", "成立年限要求", "pack")
    enough = _years_on(since, years)
    answer.tell("established_on", since, own=[party.id])
    answer.tell("years", years, everyone=True)
    answer.tell("old_enough", enough, own=[party.id])
    if today < enough:
        answer.fail("age")


def _years_on(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)


class Inspection(Params):
    """Within how many days a holder inspects itself again."""

    every_days: int | None = None
    tighten = {"every_days": lower}


@rule(
    "QUA-09",
    1,
    verbs=subject.HOPS | subject.HANDOFFS,
    params=Inspection,
    severity=WARN,
    title=Text("The holder has inspected itself within a year", "持证单位按年度开展自查"),
    remedies={
        "overdue": Text(
            "The recipient's yearly self-inspection was due by {due} (last: {inspected_on}). Ask for it, and "
            "record the day.",
            "接收方的年度自查应于{due}前完成（上次：{inspected_on}）。请督促自查并登记日期。",
        )
    },
)
def qua_09(facts: Facts, pack: Pack, params: Inspection, answer: Answer) -> None:
    """A party with an active certificate inspected itself not too long ago.

    The first inspection is due so long after the certificate began.

    It bars nothing. The same is watched for all holders at all times: who is overdue stands on the page of
    the party and on the first page of those who look after certificates, and they are reminded.
    """
    party, today = facts.party(subject.recipient(facts)), facts.act.today
    types = {kind.id for kind in pack.qualification_types}
    held = [q for q in independent(party.qualifications) if q.type in types and valid_on(q, today)]
    if not held:
        return answer.not_applicable("No certificate is active; see QUA-01.", "没有有效证书，见QUA-01。")
    days = known(params.every_days, "how often a holder inspects itself", "自查周期", "pack")
    first = min(known(q.valid_from, "the first day of the certificate", "证书起始日", "party") for q in held)
    due = (party.inspected_on or first) + timedelta(days=days)
    answer.tell("inspected_on", party.inspected_on, own=[party.id])
    answer.tell("due", due, own=[party.id])
    answer.tell("today", today, everyone=True)
    if today > due:
        answer.warn("overdue")
    return None
