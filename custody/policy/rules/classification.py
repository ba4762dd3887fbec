"""CLS: an item is classified before its first copy, is no lower than what it was made from, and its level is
looked at again every year.

Who needs to know of an item is not asked here: that is a rule about persons.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, ClassVar

from pydantic import Field

from custody.policy import subject
from custody.policy.calendar import months_later
from custody.policy.facts import Facts, Item, known
from custody.policy.regime import Level, Pack, Params, lower, lower_each, lower_level
from custody.policy.rule import Answer, rule
from custody.terms import FindingOutcome, Marking, ReviewOutcome, Text, Verb

_COPIES = frozenset({Verb.COPY_MINT}) | subject.HANDOFFS
_YEARS = Annotated[int, Field(ge=1, le=200)]


class Asked(Params):
    """From which level an item has a basis, a period and a marking; and how long a period may be.

    ``max_years`` are the years from the day of issue that a level may last at most.
    """

    basis_from: str | None = None
    period_from: str | None = None
    marking_from: str | None = None
    max_years: Mapping[str, _YEARS] = {}
    tighten = {
        "basis_from": lower_level,
        "period_from": lower_level,
        "marking_from": lower_level,
        "max_years": lower_each,
    }
    names_levels: ClassVar[tuple[str, ...]] = ("basis_from", "period_from", "marking_from", "max_years")


_FIELDS = {
    "basis_kind": Text("whether it was classified first or by derivation", "原始定密或派生定密"),
    "basis": Text("the document or list item that classifies it", "定密依据"),
    "classified_by": Text("who classified it", "定密单位"),
    "period": Text("until when, or under which condition, it is classified", "保密期限或解密条件"),
    "issued_on": Text("the day of issue", "制发日期"),
    "marking": Text("that it is marked", "密级标志"),
}


@rule(
    "CLS-01",
    1,
    verbs=_COPIES,
    params=Asked,
    title=Text("The item is classified before its first copy", "制作首份副本前已完成定密"),
    remedies={
        "incomplete": Text(
            "Of {item} this is not set: {unset}. Set it before the first copy.",
            "{item}尚未登记：{unset}。请在制作首份副本前补全。",
        ),
        "too_long": Text(
            "{item} is classified until {classified_until}; at its level it may last until {longest} at "
            "most. Set a shorter period.",
            "{item}的保密期限至{classified_until}，该密级最长至{longest}。请缩短保密期限。",
        ),
    },
)
def cls_01(facts: Facts, pack: Pack, params: Asked, answer: Answer) -> None:
    """An item has a level of its regime and, from a level on, a basis, a period or a condition, a marking.

    A period is an inclusive last day; counted in years it ends with the same day of its last year, or with
    the last of the month where there is none. Who needs to know of it, HND-02 asks of whoever receives.
    """
    for item in _items(facts):
        level = pack.level(item.level)
        years = params.max_years.get(level.id)
        lacking = list(_lacking(item, level, pack, params, limited=years is not None))
        if lacking and "incomplete" not in answer.problems:
            answer.tell("item", item.id, refers="item", everyone=True)
            answer.tell("level", level.id, shown=level.label.text, everyone=True)
            answer.tell("unset", lacking, shown=_listed(_FIELDS[name] for name in lacking), everyone=True)
            answer.fail("incomplete")
        if years is None or item.until is None or item.issued_on is None:
            continue
        longest = months_later(item.issued_on, 12 * years)
        if item.until > longest and "too_long" not in answer.problems:
            answer.tell("item", item.id, refers="item", everyone=True)
            answer.tell("classified_until", item.until, everyone=True)
            answer.tell("longest", longest, everyone=True)
            answer.fail("too_long")


def _lacking(item: Item, level: Level, pack: Pack, params: Asked, *, limited: bool) -> Iterator[str]:
    """Yield what is asked of an item of this level and is not recorded, or is known to be wanting."""

    def asked(start: str | None) -> bool:
        return start is not None and level.rank >= pack.rank(start)

    if asked(params.basis_from):
        if item.basis_kind is None:
            yield "basis_kind"
        if not item.has_basis:
            yield "basis"
        if item.classified_by is None:
            yield "classified_by"
    if asked(params.period_from) and item.until is None and not item.has_release_condition:
        yield "period"
    if item.until is not None and item.issued_on is None and (limited or asked(params.period_from)):
        yield "issued_on"
    if asked(params.marking_from) and item.marking != Marking.MARKED.value:
        yield "marking"


@rule(
    "CLS-02",
    1,
    verbs=_COPIES | {Verb.ITEM_REGISTER},
    params=Params,
    title=Text("What is made from an item is no lower than it", "派生成果的密级不低于来源"),
    remedies={
        "below": Text(
            "{item} is {level} and was made from {source}, which is {source_level}. Raise its level, or "
            "record the certificate by which it was processed.",
            "{item}为{level}，其来源{source}为{source_level}。请提高密级，或登记保密技术处理证明。",
        ),
    },
)
def cls_02(facts: Facts, pack: Pack, params: Params, answer: Answer) -> None:
    """An item is at least as high as the highest item that it was made from, through all steps between.

    A processing certificate settles it from its day on, for the item that has one and for what is made from
    that. At the highest level there is nothing to ask. What an item was made from may still be unknown while
    it is registered, never when copies are numbered or handed over.
    """
    highest = max(level.rank for level in pack.levels)
    registering = facts.act.verb == Verb.ITEM_REGISTER.value
    for item in _items(facts):
        level = pack.level(item.level)
        if _processed(facts, item) or level.rank == highest:
            continue
        if registering and item.sources is None:
            answer.not_applicable(
                "What the item was made from is not recorded yet; it is asked before the first copy.",
                "尚未登记成果来源；制作首份副本前须补全。",
            )
            return
        above = _highest_source(facts, pack, item)
        if above is not None and above[0].rank > level.rank and "below" not in answer.problems:
            answer.tell("item", item.id, refers="item", everyone=True)
            answer.tell("level", level.id, shown=level.label.text, everyone=True)
            answer.tell("source", above[1], refers="item")
            answer.tell("source_level", above[0].id, shown=above[0].label.text, everyone=True)
            answer.fail("below")


def _highest_source(facts: Facts, pack: Pack, item: Item) -> tuple[Level, str] | None:
    """Return the highest level that an item was made from and the item that has it; None for an original.

    A source that was processed counts with its own level, another one with all that stands behind it too.
    Raises Missing where a source is not in the facts, or what it was made from is not known.
    """
    found: tuple[Level, str] | None = None
    ahead, seen = [item.id], {item.id}
    while ahead:
        at = facts.item(ahead.pop())
        sources = known(
            at.sources,
            "which items an item was made from, or that it was made from none",
            "成果的来源",
            "item",
        )
        for id in sorted(set(sources) - seen):
            seen.add(id)
            source = facts.item(id)
            level = pack.level(source.level)
            if found is None or level.rank > found[0].rank:
                found = level, id
            if not _processed(facts, source):
                ahead.append(id)
    return found


def _processed(facts: Facts, item: Item) -> bool:
    return item.certificate_on is not None and item.certificate_on <= facts.act.today


class Review(Params):
    """From which level on a level is looked at again, and after how many months."""

    from_level: str | None = None
    every_months: Annotated[int, Field(ge=1, le=240)] | None = None
    tighten = {"from_level": lower_level, "every_months": lower}
    names_levels: ClassVar[tuple[str, ...]] = ("from_level",)


@rule(
    "CLS-04",
    1,
    verbs=_COPIES,
    params=Review,
    severity=FindingOutcome.WARN,
    title=Text("The level was reviewed in time, and its period still runs", "密级按期审核，保密期限未满"),
    remedies={
        "overdue": Text(
            "The level of {item} was to be reviewed by {due}. Review it and record the result.",
            "{item}的密级应于{due}前审核。请审核并登记结果。",
        ),
        "ended": Text(
            "The period of {item} ended on {classified_until}. Review it: lower its level, or lengthen the "
            "period.",
            "{item}的保密期限已于{classified_until}届满。请审核：变更密级或延长保密期限。",
        ),
        "to_change": Text(
            "At its last review, on {reviewed_on}, the level of {item} was to be changed. Correct the "
            "level, then record a review that keeps it.",
            "{item}上次审核（{reviewed_on}）结论为应变更密级。请更正密级，再登记维持密级的审核结果。",
        ),
    },
)
def cls_04(facts: Facts, pack: Pack, params: Review, answer: Answer) -> None:
    """From a level on an item's level is reviewed every so often, and before its period ends.

    The first review is due so long after the day of issue, or after the day of registration where that is
    not known. The day on which it is due, and the last day of the period, are still in time.
    """
    start = params.from_level
    judged = False
    for item in _items(facts):
        if start is None or pack.rank(item.level) < pack.rank(start):
            continue
        judged = True
        answer.tell("item", item.id, refers="item", everyone=True)
        if params.every_months is not None:
            last = known(
                item.reviewed_on or item.issued_on or item.registered_on,
                "when an item was registered",
                "成果的登记日期",
                "item",
            )
            due = months_later(last, params.every_months)
            if facts.act.today > due:
                answer.tell("due", due, everyone=True)
                answer.warn("overdue")
        if item.until is not None and facts.act.today > item.until:
            answer.tell("classified_until", item.until, everyone=True)
            answer.warn("ended")
        if item.review_outcome == ReviewOutcome.TO_CHANGE.value:
            answer.tell("reviewed_on", item.reviewed_on, everyone=True)
            answer.warn("to_change")
        if answer.problems:
            return
    if not judged:
        answer.not_applicable("Levels as low as this are not reviewed.", "该密级无需定期审核。")


def _items(facts: Facts) -> tuple[Item, ...]:
    """Return the items concerned: the one registered or copied, or those of the copies handed over."""
    if subject.is_handoff(facts):
        return tuple(facts.item(id) for id in sorted({copy.item for copy in subject.copies(facts)}))
    return (facts.item(known(facts.act.item, "the item concerned", "所涉成果", "act")),)


def _listed(texts: Iterable[Text]) -> Text:
    found = list(texts)
    return Text("; ".join(t.en for t in found), "；".join(t.zh for t in found))
