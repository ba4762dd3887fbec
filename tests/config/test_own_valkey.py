"""Each process that runs tests has a cache of its own: what one clears, another counts with."""

from __future__ import annotations

import os

from django.conf import settings


def test_cache_and_broker_are_those_of_this_process() -> None:
    assert settings.CACHES["default"]["LOCATION"] == settings.REDIS_URL == os.environ["REDIS_URL"]
