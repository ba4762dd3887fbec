"""Pages show times in the zone that the site was set up with; a setting of its own wins."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from custody import models as m

from .scene import Scene


@pytest.mark.parametrize(
    ("zone", "given", "offset"),
    [
        ("Asia/Kathmandu", False, "+05:45"),
        ("Asia/Kathmandu", True, "+08:00"),
        ("", False, "+08:00"),
        ("Asia/Gone", False, "+08:00"),
    ],
)
def test_a_time_is_shown_in_the_zone_of_the_site(
    scene: Scene, settings: Any, zone: str, given: bool, offset: str
) -> None:
    settings.TIME_ZONE_GIVEN = given
    m.Site.objects.update(time_zone=zone)
    html = scene.client("mei").get(f"/handoffs/{scene.handoff.id}/").content.decode()
    assert offset in html


def test_the_zone_is_asked_for_once_in_a_process(scene: Scene) -> None:
    client = scene.client("mei")
    client.get("/verify")
    with CaptureQueriesContext(connection) as asked:
        client.get("/verify")
    assert not [q for q in asked.captured_queries if q["sql"].startswith('SELECT "custody_site"."time_zone"')]


# 25 hours apart: at any hour one of them has another day than the zone of this process.
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_a_role_holds_from_its_first_day_as_the_site_reckons_days(
    scene: Scene, settings: Any, zone: str
) -> None:
    settings.TIME_ZONE_GIVEN = False
    m.Site.objects.update(time_zone=zone)
    today = timezone.localdate(timezone=ZoneInfo(zone))
    roles = m.Membership.objects.filter(person=scene.cast.people["mei"])
    for first, status in ((today, 200), (today + dt.timedelta(days=1), 404)):
        roles.update(starts=first)
        client = scene.client("mei")
        assert client.get(f"/handoffs/{scene.handoff.id}/").status_code == status, first
