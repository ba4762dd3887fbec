"""FOR-02: copies stay in the countries in which they may be kept."""

from __future__ import annotations

from typing import ClassVar

from custody.policy import subject
from custody.policy.facts import Facts, known
from custody.policy.regime import Country, Pack, Params, fewer, lower_level
from custody.policy.rule import Answer, rule
from custody.terms import Text


class Places(Params):
    """From which level copies stay in which countries (ISO 3166-1 alpha-2); without one named, anywhere."""

    countries: tuple[Country, ...] = ()
    from_level: str | None = None
    tighten = {"countries": fewer, "from_level": lower_level}
    names_levels: ClassVar[tuple[str, ...]] = ("from_level",)


@rule(
    "FOR-02",
    1,
    verbs=subject.HANDOFFS,
    params=Places,
    title=Text("Copies stay in the country", "副本存放于允许的国家和地区"),
    remedies={
        "outside": Text(
            "The destination stands in {place}, which is outside. Keep {level} copies in {countries}.",
            "目的系统位于{place}，不在允许的国家和地区之内。{level}副本应存放于{countries}。",
        ),
    },
)
def for_02(facts: Facts, pack: Pack, params: Places, answer: Answer) -> None:
    """From a level on the destination stands in a country that the regime allows.

    Whether a system also computes elsewhere is not known; how fresh the screening of parties is, FOR-04 asks.
    An assessment that would allow an export cannot be recorded yet, so none helps.
    """
    level = subject.level(facts, pack)
    if params.from_level is None or not params.countries or level.rank < pack.rank(params.from_level):
        answer.not_applicable("At this level copies may be kept in any country.", "该密级不限制存放国家。")
        return
    answer.tell("level", level.id, shown=level.label.text, everyone=True)
    answer.tell("countries", params.countries, everyone=True)
    named = known(
        facts.act.system,
        "the system, vault or site where the copies will be kept",
        "副本的存放系统、库房或场所",
        "act",
    )
    system = facts.system(named)
    own = [subject.recipient(facts)]
    answer.tell("destination", system.id, refers="system", own=own)
    place = known(system.country, "the country in which the destination stands", "目的系统所在国家", "system")
    answer.tell("place", place, own=own)
    if place not in params.countries:
        answer.fail("outside")
