"""The zone in which people of this site reckon their days."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from custody.models import Site

log = logging.getLogger(__name__)


def settled() -> ZoneInfo | None:
    """Return the zone that the site was set up with.

    None before set-up, while the database is away, and where TIME_ZONE says another: then Django's holds.
    """
    if settings.TIME_ZONE_GIVEN:
        return None
    try:
        name = Site.objects.values_list("time_zone", flat=True).first()
        return ZoneInfo(name) if name else None
    except (DatabaseError, ZoneInfoNotFoundError):
        log.warning("the site's time zone could not be read", exc_info=True)
        return None


@contextmanager
def of_the_site() -> Iterator[None]:
    """Reckon days and hours in the site's zone; for what no request stands behind."""
    zone = settled()
    if zone is None:
        yield
        return
    with timezone.override(zone):
        yield
