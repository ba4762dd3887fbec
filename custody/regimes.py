"""The rule packs this installation works under, read once per process from the files that ship with it."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from custody.policy import shipped
from custody.policy.regime import Pack, QualificationType


def pack(name: str) -> Pack:
    """Return a merged pack by name. Raises KeyError for an unknown one, RegimeError for a faulty file."""
    return shipped.pack(name)


def all_names() -> list[str]:
    """Return the names of all packs that ship, in order."""
    return list(shipped.packs())


def family(name: str) -> str:
    """Return the national regime that an overlay belongs to; systems are accredited for its levels."""
    chain = [part.partition("@")[0] for part in pack(name).chain]
    return next(part for part in chain if part != "base")


def qualification_type(id: str) -> QualificationType | None:
    """Return a type of certificate that some pack of this site knows; None for one that none does."""
    kinds = (kind for name in all_names() for kind in pack(name).qualification_types)
    return next((kind for kind in kinds if kind.id == id), None)


def today(name: str, moment: dt.datetime) -> dt.date:
    """Return the calendar day of a moment in a regime's time zone."""
    return moment.astimezone(ZoneInfo(pack(name).time_zone)).date()
