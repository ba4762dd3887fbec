"""Keeping periods: whom they bind, and the first day on which nothing need be kept."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.policy import shipped
from custody.policy.keeping import binding, first_free_day
from custody.policy.regime import Keeping


def years(count: int | None) -> Keeping:
    kept = shipped.pack("us_cui").keeping
    assert kept is not None
    return kept.model_copy(update={"years": count})


@pytest.mark.parametrize(
    ("count", "last", "free"),
    [
        (5, date(2026, 11, 28), date(2031, 11, 29)),
        (1, date(2024, 2, 29), date(2025, 3, 1)),  # there is no 29 February 2025: its month ends on the 28th
        (4, date(2024, 2, 29), date(2028, 3, 1)),
        (1, date(2026, 12, 31), date(2028, 1, 1)),
        (None, date(2026, 11, 28), None),
    ],
)
def test_the_period_ends_with_the_same_day_of_its_last_year(
    count: int | None, last: date, free: date | None
) -> None:
    assert first_free_day(years(count), last) == free


@given(st.dates(date(1, 1, 1), date(9700, 1, 1)), st.integers(1, 200))
def test_a_later_record_never_frees_earlier(last: date, count: int) -> None:
    free, later = first_free_day(years(count), last), first_free_day(years(count), last + timedelta(days=1))
    assert free is not None
    assert later is not None
    assert last < free <= later


@pytest.mark.parametrize(
    ("regime", "level", "bound"),
    [
        ("us_cui", "cui", True),
        ("us_cui", "fci", False),
        ("us_cui", "a level of nobody", True),  # who cannot tell keeps
        ("cn_surveying_zhejiang", "mimi", True),
        ("cn_surveying_zhejiang", "juemi", True),
        ("cn_surveying_zhejiang", "neibu", False),
        ("generic", "confidential", False),
    ],
)
def test_it_binds_projects_from_its_level_on(regime: str, level: str, bound: bool) -> None:
    pack = shipped.pack(regime)
    assert (binding(pack, level) is not None) is bound
