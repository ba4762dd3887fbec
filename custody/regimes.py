"""The rule packs this installation works under: the newest version of each that is published and in force.

A published pack never changes, so each process reads a pack once, by its SHA-256. Which versions there are it
asks anew with every request, background job and act (:func:`learn`), so an activation counts everywhere at
once and nothing is restarted. Before set-up, and for a name that was never published, the files that ship
with Holdfast hold.
"""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.apps import apps
from django.db import DatabaseError, connection

from custody.policy import shipped
from custody.policy.changes import order
from custody.policy.regime import Pack, QualificationType

log = logging.getLogger(__name__)

MARKER = "(SELECT count(*) || ' ' || coalesce(max(id::text), '') FROM custody_regimepack)"
"""SQL for what differs whenever a pack was published: rows are only ever added."""


class PackLost(KeyError):
    """The text of the pack in force is not in the database, or is not the one that was published."""


@dataclass(frozen=True, slots=True)
class Published:
    """One version of a pack that was published. ``effective``: the first day it counts; None: at once."""

    id: Any
    name: str
    version: str
    sha256: str
    effective: dt.date | None

    def pack(self) -> Pack:
        """Return the pack, read once per process. Raises PackLost."""
        return _read(self.sha256, self.name)

    def counts(self, day: dt.date | None) -> bool:
        """Return whether it counts on a day, by default today, in its own time zone."""
        if self.effective is None:
            return True
        if day is None:
            now = dt.datetime.now(dt.UTC)
            try:
                day = _day(self.pack(), now)
            except PackLost:  # told to whoever wants to be judged by it
                day = now.date()
        return self.effective <= day


@dataclass(frozen=True, slots=True)
class _Shelf:
    """What is published as one process knows it; replaced as a whole, never changed."""

    marker: str
    packs: dict[str, tuple[Published, ...]] = field(default_factory=dict)
    """By name, the newest first."""


_shelf: _Shelf | None = None


def learn(marker: str) -> None:
    """Read again what is published, unless it is what this process knows. ``marker``: as MARKER says now."""
    global _shelf
    if _shelf is None or _shelf.marker != marker:
        _shelf = _Shelf(marker, _published())


def refresh() -> None:
    """Ask whether something was published, and read it. One query, as a rule."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {MARKER}")
        learn(cursor.fetchone()[0])


def forget() -> None:
    """Know nothing of what is published; the next question reads it. For another database."""
    global _shelf
    _shelf = None


def _published() -> dict[str, tuple[Published, ...]]:
    rows = apps.get_model("custody", "RegimePack")._default_manager.order_by("created_at", "id")
    found: dict[str, list[Published]] = {}
    for row in rows.values_list("id", "name", "version", "sha256", "effective"):
        found.setdefault(row[1], []).append(Published(*row))
    # The sort is stable: of one version with two contents, as upgrades may make, the later one comes first.
    return {name: tuple(sorted(packs, key=lambda p: order(p.version))[::-1]) for name, packs in found.items()}


def versions(name: str) -> tuple[Published, ...]:
    """Return the published versions of a pack, the newest first; none of an unknown one."""
    if _shelf is None:
        try:
            refresh()
        except DatabaseError:  # before it is migrated, or while it is away: then nothing is done either
            log.warning("the published packs could not be read", exc_info=True)
            return ()
    return _shelf.packs.get(name, ()) if _shelf else ()


def in_force(name: str, day: dt.date | None = None) -> Published | None:
    """Return the published version that counts on a day, by default today; None where none does."""
    return next((one for one in versions(name) if one.counts(day)), None)


def pack(name: str, day: dt.date | None = None) -> Pack:
    """Return the pack in force on a day, by default today.

    Raises KeyError for an unknown one, PackLost when its text is gone, RegimeError for a faulty file.
    """
    found = in_force(name, day)
    if found is not None:
        return found.pack()
    if versions(name):
        raise KeyError(f"{name} does not count yet")
    return shipped.pack(name)


def published_pack(name: str, sha256: str) -> Pack:
    """Return a pack as it was published under a digest, in force or not. Raises PackLost."""
    return _read(sha256, name)


def all_names() -> list[str]:
    """Return the names of all packs in force, in order."""
    names = set(shipped.packs())
    versions("")  # reads them, if nobody has
    return sorted(names | {name for name in (_shelf.packs if _shelf else ()) if in_force(name)})


def family(name: str) -> str:
    """Return the national regime that an overlay belongs to; systems are accredited for its levels."""
    return family_of(pack(name))


def family_of(pack: Pack) -> str:
    """Return the national regime that a pack belongs to."""
    chain = [part.partition("@")[0] for part in pack.chain]
    return next(part for part in chain if part != "base")


def qualification_type(id: str) -> QualificationType | None:
    """Return a type of certificate that some pack of this site knows; None for one that none does."""
    kinds = (kind for name in all_names() for kind in pack(name).qualification_types)
    return next((kind for kind in kinds if kind.id == id), None)


def today(name: str, moment: dt.datetime) -> dt.date:
    """Return the calendar day of a moment in a regime's time zone."""
    return _day(pack(name), moment)


def _day(pack: Pack, moment: dt.datetime) -> dt.date:
    return moment.astimezone(ZoneInfo(pack.time_zone)).date()


@lru_cache(maxsize=256)
def _read(sha256: str, name: str) -> Pack:
    """Return a published pack by its digest; what the database holds must have that digest."""
    here = shipped.packs().get(name)
    if here is not None and here.sha256 == sha256:
        return here
    rows = apps.get_model("custody", "RegimePack")._default_manager.filter(sha256=sha256)
    try:
        found = Pack.from_text(rows.values_list("body", flat=True)[0])
    except (IndexError, ValueError) as error:
        raise PackLost(f"{name}, SHA-256 {sha256}: {error}") from error
    if found.sha256 != sha256:
        raise PackLost(f"{name}: the text in the database is not the one published as {sha256}")
    return found
