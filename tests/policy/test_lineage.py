"""Whatever was made from whatever: no copy of an item below what stands behind it, unless processed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custody.policy.calendar import months_later
from custody.policy.engine import decide
from custody.policy.facts import Item
from custody.terms import FindingOutcome, Verb
from tests.policy.packs import pack
from tests.policy.world import ITEM, SOURCE, TODAY, World, item, uid

LEVELS = ("gongkai", "neibu", "mimi", "jimi", "juemi")
IDS = (ITEM, SOURCE, *(uid(n) for n in range(201, 206)))


@st.composite
def lineages(draw: st.DrawFn) -> dict[str, Item]:
    """Draw some items, each made from any of the others, or from nobody knows what; circles included."""
    found = {}
    for id in IDS:
        others = [other for other in IDS if other != id]
        sources = draw(st.none() | st.lists(st.sampled_from(others), unique=True, max_size=3).map(tuple))
        paper = draw(st.sampled_from((None, None, None, TODAY, date(2027, 1, 1))))
        level = draw(st.sampled_from(LEVELS))
        found[id] = item(id, level=level, sources=sources, certificate_on=paper)
    return found


def processed(item: Item) -> bool:
    return item.certificate_on is not None and item.certificate_on <= TODAY


def behind(items: Mapping[str, Item], id: str) -> set[str] | None:
    """Return all that an item rests on, up to what was processed; None where that is not known."""
    found: set[str] = set()
    ahead = {id}
    while ahead:
        at = items[ahead.pop()]
        if at.sources is None:
            return None
        new = set(at.sources) - found - {id}
        found |= new
        ahead |= {source for source in new if not processed(items[source])}
    return found


@settings(max_examples=150, deadline=None, derandomize=True)
@given(lineages(), st.sampled_from((Verb.COPY_MINT, Verb.HANDOFF_OFFER, Verb.HANDOFF_ACCEPT)))
def test_an_item_below_what_it_was_made_from_is_never_copied_or_handed_over(
    items: dict[str, Item], verb: Verb
) -> None:
    facts = World(verb, "cn_surveying").add(*items.values()).facts()
    (finding,) = decide(verb, facts, pack("cn_surveying"), ["CLS-02@1"]).findings
    own, rests_on = items[ITEM], behind(items, ITEM)
    rank = LEVELS.index(own.level)
    if processed(own) or own.level == "juemi":
        assert finding.outcome is FindingOutcome.PASS
    elif rests_on is None:
        assert finding.outcome is FindingOutcome.CANNOT_TELL
    else:
        below = any(LEVELS.index(items[id].level) > rank for id in rests_on)
        assert finding.outcome is (FindingOutcome.BLOCK if below else FindingOutcome.PASS)


@pytest.mark.parametrize(
    ("day", "months", "ends"),
    [
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
        (date(2026, 11, 21), 360, date(2056, 11, 21)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
    ],
)
def test_a_period_ends_with_the_same_day_or_the_last_of_the_month(day: date, months: int, ends: date) -> None:
    assert months_later(day, months) == ends
