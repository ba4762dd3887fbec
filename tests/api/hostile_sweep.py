"""A sweep that found a file where no copy is registered, for the tables of bad requests and forms."""

from __future__ import annotations

import hashlib

from custody import models as m
from custody.actions import sweeps
from custody.stories import cast as people
from custody.sweep.files import Found, Listing, Result, keyed

SHEET = hashlib.sha256(b"sheet").hexdigest()


def swept(cast: people.Cast, project: m.Project) -> bytes:
    """Return the result of a sweep that found a file of an item of a project."""
    if not m.Item.objects.filter(project=project, sha256=SHEET).exists():
        people.make_copies(cast, project, "SWEPT", 1, sha256=SHEET)
    made = sweeps.make_list(cast.actor("mei")).object
    listing: Listing = sweeps.listing(made)
    found = Found("maps/sheet.tif", 5, keyed(listing.key, SHEET))
    return Result(listing.id, "/srv", "2026-11-29", "2026-11-29", 1, 5, 0, (found,)).written(listing.key)


def strayed(cast: people.Cast, project: m.Project) -> m.Stray:
    """Return a file that was found on the office PC."""
    sweeps.bring_in(cast.actor("mei"), system=cast.systems["office_pc"].id, raw=swept(cast, project))
    found: m.Stray = m.Stray.objects.latest("created_at")
    return found
