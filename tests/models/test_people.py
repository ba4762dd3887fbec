"""Who stands for whom today: a day is the day of the site, not of Greenwich."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from custody import models as m
from custody.actions import site
from custody.stories import cast as people
from custody.terms import Role

LATE = dt.datetime(2031, 5, 9, 23, 30, tzinfo=dt.UTC)  # the 10th in Shanghai, the 9th in Denver


@pytest.mark.parametrize(
    ("zone", "on", "stands"),
    [
        ("Asia/Shanghai", dt.date(2031, 5, 10), True),
        ("Asia/Shanghai", dt.date(2031, 5, 9), False),
        ("America/Denver", dt.date(2031, 5, 9), True),
        ("America/Denver", dt.date(2031, 5, 10), False),
    ],
)
def test_a_membership_of_one_day_stands_on_that_day_where_the_site_is(
    cast: people.Cast, zone: str, on: dt.date, stands: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: LATE)
    lan = cast.people["lan"]
    m.Membership.objects.filter(person=lan).delete()
    m.Membership.objects.create(
        person=lan, party=cast.parties["lakeside"], role=Role.MANAGER, starts=on, ends=on, entry=m.new_id()
    )
    with timezone.override(ZoneInfo(zone)):
        assert m.Membership.objects.current().filter(person=lan).exists() is stands


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Asia/Shanghai", dt.date(2031, 5, 10)),
        ("America/Denver", dt.date(2031, 5, 9)),
        ("", dt.date(2031, 5, 10)),
    ],
)
def test_the_first_administrators_stand_from_the_day_of_the_site(
    zone: str, day: dt.date, settings: Any
) -> None:
    settings.TIME_ZONE = "Asia/Shanghai"
    assert site.first_day(LATE, zone) == day
