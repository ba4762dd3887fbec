"""Events of screening against lists of barred parties: what was found, and what a person judged."""

from custody.terms import Audience, Text

from .kind import event, keep


@event(
    "party.screened",
    1,
    Text(
        en="The party was held against {rows} lines of barred parties: {found} to be looked at or judged.",
        zh="已将该单位与禁入名单{rows}条比对，命中{found}条。",
    ),
    Audience.INTERNAL,
)
class PartyScreened:
    """A party was held against a list. Each hit names a line of the list, whose hash stands in its entry;
    what the line says is not repeated. ``fresh`` are the hits that no earlier list of the source had."""

    screening: str = keep()
    party: str = keep()
    barred_list: str = keep()
    list_source: str = keep()
    screened_on: str = keep()
    rows: int = keep()
    cut_off: int = keep()
    found: int = keep()
    hits: list[dict[str, str]] = keep()
    fresh: list[str] = keep()


@event(
    "screening.judged",
    1,
    Text(en="A likeness to a barred party was judged.", zh="对与禁入名单的相似命中作出判定。"),
    Audience.INTERNAL,
)
class ScreeningJudged:
    """A person says whether the party is the one on the list, and why."""

    hit: str = keep()
    party: str = keep()
    verdict: str = keep()
    reason: str = keep()
    judged_by: str = keep()
    judged_on: str = keep()
