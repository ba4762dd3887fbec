"""CLS-03 and HLD-01: what one party has together may be more than its parts, or more than it needs.

What lies at one party is added up by items of which it has a copy, and by the areas that are recorded of
them. Areas are plain sums: no outline of an item is recorded, so nothing here says whether they touch or
overlap.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import Field

from custody.policy import subject
from custody.policy.facts import Copy, Facts, known
from custody.policy.regime import Pack, Params, lower, lower_level
from custody.policy.rule import Answer, rule
from custody.terms import FindingOutcome, Leg, Text

_COUNT = Annotated[int, Field(ge=1, le=1_000_000)]
_DAYS = Annotated[int, Field(ge=0, le=3660)]


class Heap(Params):
    """How many items of a project one party may have, and of how many square kilometres together, before
    their level is to be looked at again, None: any; items from which level on are added up, None: none
    are."""

    items: _COUNT | None = None
    area_km2: Annotated[Decimal, Field(gt=0, le=Decimal(1_000_000_000))] | None = None
    from_level: str | None = None
    tighten = {"items": lower, "area_km2": lower, "from_level": lower_level}
    names_levels: ClassVar[tuple[str, ...]] = ("from_level",)


@rule(
    "CLS-03",
    1,
    verbs=subject.HANDOFFS,
    params=Heap,
    severity=FindingOutcome.WARN,
    title=Text(
        "What the recipient has together asks for no higher level", "接收方所持成果汇聚后无须提高密级"
    ),
    remedies={
        "area": Text(
            "With these the recipient holds {heap_area} km² of this project, as recorded, over {most_area} "
            "km²; review the level. The areas are added up; whether they adjoin is not checked.",
            "加上本次移交，接收方持有本项目成果登记面积合计{heap_area}平方公里，超过{most_area}平方公里，请复核密级。"
            "面积为简单相加，未判断是否连续。",
        ),
        "items": Text(
            "With these the recipient holds {heap} items of this project, over {most_items}; review the "
            "level.",
            "加上本次移交，接收方持有本项目成果{heap}项，超过{most_items}项，请复核密级。",
        ),
    },
)
def cls_03(facts: Facts, pack: Pack, params: Heap, answer: Answer) -> None:
    """The items of a project of which the recipient has a copy, with those that it is about to get, are no
    more and cover no more ground than the regime says.

    Each item counts once, however many copies of it there are. Areas are those recorded of the items, added
    up: whether they adjoin or overlap is not checked, and an item without one counts as an item alone. The
    owner of the project has all of it; what goes back, is read on site or stays within one party adds
    nothing.
    """
    start, receiver = params.from_level, subject.recipient(facts)
    if subject.leg(facts) is Leg.RETURN or subject.inside(facts) or subject.leg(facts) is Leg.INSPECTION:
        answer.not_applicable("The recipient gets nothing that it did not have.", "接收方所持成果未增加。")
        return
    if receiver == facts.project.owner_party:
        answer.not_applicable("The owner of the project has all of it.", "项目单位持有本项目全部成果。")
        return
    if start is None or (params.items is None and params.area_km2 is None):
        answer.not_applicable("No limit is set.", "未设上限。")
        return
    party, at = facts.party(receiver), f"party:{receiver}"
    had = known(party.heap, "what the recipient has of this project", "接收方已持有的本项目成果", at)
    km2, without = party.heap_km2 or Decimal(0), party.heap_without_area or 0
    for id in sorted({copy.item for copy in subject.copies(facts)}):
        item = facts.item(id)
        if pack.rank(item.level) < pack.rank(start):
            continue
        if receiver in known(
            item.with_parties, "who has a copy of an item", "成果副本的持有方", f"item:{id}"
        ):
            continue
        had, km2 = had + 1, km2 + (item.area_km2 or 0)
        without += item.area_km2 is None
    answer.tell("heap", had, own=[receiver])
    answer.tell("heap_area", _plain(km2), own=[receiver])
    answer.tell("without_area", without, own=[receiver])
    if params.area_km2 is not None:
        answer.tell("most_area", _plain(params.area_km2), everyone=True)
        if km2 > params.area_km2:
            answer.warn("area")
    if params.items is not None:
        answer.tell("most_items", params.items, everyone=True)
        if had > params.items:
            answer.warn("items")


def _plain(number: Decimal) -> Decimal:
    """Return a number without zeros at its end: 25 and 25.00 read the same."""
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize()


class Hoard(Params):
    """For how many days a party may keep copies of a project in which no subcontract to it is in force any
    more; how many copies of one item for each that is; how many copies of the project one person may have.
    None: any. From which level on, None: at none."""

    late_days: _DAYS | None = None
    copies_each: _COUNT | None = None
    per_person: _COUNT | None = None
    from_level: str | None = None
    tighten = {"late_days": lower, "copies_each": lower, "per_person": lower, "from_level": lower_level}
    names_levels: ClassVar[tuple[str, ...]] = ("from_level",)


@rule(
    "HLD-01",
    1,
    verbs=subject.HANDOFFS,
    params=Hoard,
    severity=FindingOutcome.WARN,
    title=Text(
        "Nobody has more copies, or for longer, than the work needs", "持有副本的数量和时间不超出工作需要"
    ),
    remedies={
        "too_long": Text(
            "No subcontract of this project to the holder of copy {copy} has been in force for {days_over} "
            "days ({limit_days} are allowed; {too_long} copies in all). Have them given back or destroyed.",
            "副本{copy}的持有方已有{days_over}天没有本项目生效的分包（允许{limit_days}天，共{too_long}份）。请督促归还或销毁。",
        ),
        "too_many": Text(
            "The holder has {beside} copies of the item of copy {copy}, with {covered_by} subcontracts in "
            "force; {copies_each} for each are allowed. Have some given back.",
            "持有方有副本{copy}所属成果的副本{beside}份，生效分包{covered_by}个，每个分包允许{copies_each}份。请督促归还多余副本。",
        ),
        "one_person": Text(
            "The person who has copy {copy} has {person_has} copies of this project; {per_person} are "
            "allowed. Have some given back.",
            "副本{copy}的保管人持有本项目副本{person_has}份，允许{per_person}份。请督促归还多余副本。",
        ),
    },
)
def hld_01(facts: Facts, pack: Pack, params: Hoard, answer: Answer) -> None:
    """Whoever holds a copy, the owner of the project apart, has a subcontract of it in force, or had one some
    days ago at most; has no more copies of one item than such subcontracts justify; and no person has more
    copies of the project than the regime says.

    The days run from the last day of the last subcontract to the holder, or since it has the copy, whichever
    is later; the last of them is still in time. It warns whoever hands the copy over, and every night of each
    such copy; nothing is barred. A copy that goes back is not spoken of.
    """
    start, owner = params.from_level, facts.project.owner_party
    if subject.leg(facts) is Leg.RETURN:
        answer.not_applicable("The copies go back.", "副本正在归还。")
        return
    judged = False
    late: list[tuple[int, str, Copy, str]] = []
    many: list[tuple[int, str, Copy, str]] = []
    person: list[tuple[int, str, Copy, str]] = []
    for copy in subject.copies(facts):
        at = f"copy:{copy.id}"
        holder = known(copy.custodian_party, "the custodian of a copy", "副本的保管方", at)
        if start is None or holder == owner or pack.rank(copy.level) < pack.rank(start):
            continue
        judged = True
        covered = known(copy.covered_by, "the holder's subcontracts in force", "持有方的生效分包", at)
        if not covered and params.late_days is not None:
            over = (facts.act.today - _since(copy, at)).days
            if over > params.late_days:
                late.append((over, copy.number, copy, holder))
        beside = known(copy.beside, "how many copies the holder has", "持有方的副本数", at)
        if covered and params.copies_each is not None and beside > params.copies_each * covered:
            many.append((beside, copy.number, copy, holder))
        has = 0 if copy.person_has is None else copy.person_has
        if params.per_person is not None and has > params.per_person:
            person.append((has, copy.number, copy, holder))
    if not judged:
        answer.not_applicable("Nothing is set for such copies and holders.", "此类副本及持有方未设限制。")
        return
    for problem, found in (("one_person", person), ("too_many", many), ("too_long", late)):
        answer.tell(problem, len(found), own={holder for *_, holder in found})
        if found:
            figure, _, copy, holder = max(found, key=lambda one: (one[0], one[1]))
            answer.tell("copy", copy.id, refers="copy", own=[holder])
            _say(answer, problem, figure, copy, holder)
            answer.warn(problem)
    for name, value in (
        ("limit_days", params.late_days),
        ("copies_each", params.copies_each),
        ("per_person", params.per_person),
    ):
        if value is not None:
            answer.tell(name, value, everyone=True)


def _since(copy: Copy, at: str) -> date:
    """Return from when on a holder without a subcontract in force keeps a copy."""
    got = known(copy.held_since, "since when the holder has a copy", "持有方取得副本的日期", at)
    return max(got, copy.covered_until) if copy.covered_until else got


def _say(answer: Answer, problem: str, figure: int, copy: Copy, holder: str) -> None:
    name = {"too_long": "days_over", "too_many": "beside", "one_person": "person_has"}[problem]
    answer.tell(name, figure, own=[holder])
    if problem == "too_many":
        answer.tell("covered_by", copy.covered_by, own=[holder])
