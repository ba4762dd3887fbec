"""FOR-03: who comes to see data on a visit, in an exchange or in joint research, is of the home country."""

from __future__ import annotations

from typing import ClassVar

from custody.policy.facts import Facts, Visit, known
from custody.policy.regime import Country, Pack, Params, fewer, lower_level, switched_off
from custody.policy.rule import Answer, rule
from custody.terms import Text, Verb


class Visitors(Params):
    """Countries that are not foreign, the level this is asked from, and whether a written approval by the
    authority lets foreign persons see it."""

    home: tuple[Country, ...] = ()
    from_level: str | None = None
    approval: bool = True
    tighten = {"home": fewer, "from_level": lower_level, "approval": switched_off}
    names_levels: ClassVar[tuple[str, ...]] = ("from_level",)


@rule(
    "FOR-03",
    1,
    verbs={Verb.VISIT_REQUEST},
    params=Visitors,
    title=Text(
        "No foreign person sees it without the authority's approval", "未经主管部门批准，境外人员不得接触"
    ),
    remedies={
        "foreign": Text(
            "{foreign} of {visitors} visitors are of {countries} or come from there. Record the authority's "
            "written approval, show data of a lower level, or leave them out.",
            "{visitors}名来访人员中有{foreign}名涉及境外（{countries}）。请登记主管部门的书面批准、"
            "降低所示数据的密级，或不安排其参加。",
        ),
        "late": Text(
            "The authority's approval of {approved_on} comes after the first day. Begin later.",
            "主管部门的批准日期为{approved_on}，晚于首日。请推迟开始日期。",
        ),
        "nobody": Text("Nobody is named. Name everyone who comes.", "未列明人员。请列明全部来访人员。"),
    },
)
def for_03(facts: Facts, pack: Pack, params: Visitors, answer: Answer) -> None:
    """All citizenships of everyone who comes, and the country of the party for which they come, are of the
    home country; else the authority has approved in writing, by the first day. Somebody without a
    citizenship on record cannot be judged."""
    visit = facts.visit(known(facts.act.visit, "the visit concerned", "所涉来访", "act"))
    level = pack.level(visit.level)
    start = known(
        params.from_level, "the level from which foreign persons are barred", "境外人员限制的起始密级", "pack"
    )
    if level.rank < pack.rank(start):
        answer.not_applicable("What is seen at this level may go abroad.", "该密级数据不受此限。")
        return
    answer.tell("level", level.id, shown=level.label.text, everyone=True)
    answer.tell("visitors", len(visit.visitors))
    if not visit.visitors:
        answer.fail("nobody")
    found = _foreign(facts, visit, params)
    answer.tell("foreign", len(found))
    if not found:
        return
    answer.tell("countries", sorted(set().union(*found)))
    answer.tell("approved_on", visit.approved_on)
    if visit.approved_on is None or not params.approval:
        answer.fail("foreign")
    elif visit.approved_on > visit.starts:
        answer.fail("late")


def _foreign(facts: Facts, visit: Visit, params: Visitors) -> list[set[str]]:
    """Return, for each visitor who is foreign, the countries that make them so. Raises Missing."""
    found = []
    for visitor in visit.visitors:
        held = visitor.citizenships
        if visitor.person is not None:
            held = facts.person(visitor.person).citizenships
        countries = set(known(held or None, "the citizenships of a visitor", "来访人员的国籍", "visit"))
        if visitor.party is not None:
            party = facts.party(visitor.party)
            countries.add(known(party.country, "the country of a visitor's party", "来访单位的国家", "visit"))
        if abroad := countries - set(params.home):
            found.append(abroad)
    return found
