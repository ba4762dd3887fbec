"""SIL-01: of every copy something was heard within so many days."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from custody.policy import subject
from custody.policy.facts import Facts, known
from custody.policy.regime import Pack, Params, lower, lower_level
from custody.policy.rule import Answer, rule
from custody.terms import FindingOutcome, Text

_DAYS = Annotated[int, Field(ge=1, le=3660)]


class Silence(Params):
    """After how many days without an entry a copy is silent, with others and with the owner of the project
    itself, None: never; from which level on, None: at none."""

    days: _DAYS | None = None
    owner_days: _DAYS | None = None
    from_level: str | None = None
    tighten = {"days": lower, "owner_days": lower, "from_level": lower_level}
    names_levels: ClassVar[tuple[str, ...]] = ("from_level",)


@rule(
    "SIL-01",
    1,
    verbs=subject.HANDOFFS,
    params=Silence,
    severity=FindingOutcome.WARN,
    title=Text("Something was heard of every copy in time", "每份副本在期限内均有动静"),
    remedies={
        "silent": Text(
            "Nothing was heard of copy {copy} since {last_event}, for {silent_days} days ({silent} copies "
            "in all). Have it looked for: count it, or have its holder give it back.",
            "副本{copy}自{last_event}起已{silent_days}天无任何记录（共{silent}份）。请查找：清点，或请保管方归还。",
        ),
    },
)
def sil_01(facts: Facts, pack: Pack, params: Silence, answer: Answer) -> None:
    """Of each copy there is an entry of its own, be it an offer, a receipt, a reading on site, a count, a
    return or a correction, that is no more than so many days old.

    The last of those days is still in time. What lies with the owner of the project may have days of its own.
    It warns whoever hands the copy over, and every night of each copy that has turned silent; nothing is
    barred.
    """
    start, owner = params.from_level, facts.project.owner_party
    judged, silent = False, []
    for copy in subject.copies(facts):
        holder = known(copy.custodian_party, "the custodian of a copy", "副本的保管方", f"copy:{copy.id}")
        limit = params.owner_days if holder == owner else params.days
        if limit is None or start is None or pack.rank(copy.level) < pack.rank(start):
            continue
        judged = True
        last = known(
            copy.last_event_on, "when something was recorded of a copy last", "副本最近一次记录的日期",
            f"copy:{copy.id}",
        )  # fmt: skip
        if (facts.act.today - last).days > limit:
            silent.append((last, copy.number, copy.id, holder))
    if not judged:
        answer.not_applicable("For copies such as these no time is set.", "此类副本未设期限。")
        return
    answer.tell("silent", len(silent), own={holder for *_, holder in silent})
    if silent:
        last, _, copy_id, holder = min(silent)
        answer.tell("copy", copy_id, refers="copy", own=[holder])
        answer.tell("last_event", last, own=[holder])
        answer.tell("silent_days", (facts.act.today - last).days, own=[holder])
        answer.warn("silent")
