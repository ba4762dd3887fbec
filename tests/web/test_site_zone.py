"""Pages show times in the zone that the site was set up with; a setting of its own wins."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

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
