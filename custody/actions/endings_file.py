"""Endings as an iCalendar file (RFC 5545): one event of a whole day for each.

Only what the standard demands is written. There is no alarm: whoever takes the file into a calendar of theirs
sets their own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from .endings import Ending

_LONGEST = 75
"""Octets of a line without its end (RFC 5545, section 3.1)."""


def icalendar(endings: Iterable[tuple[Ending, str, str]], stamp: dt.datetime, host: str) -> bytes:
    """Return the file. With each ending its title and address; ``stamp``: when it was asked for."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Holdfast//Endings//EN", "CALSCALE:GREGORIAN"]
    for ending, title, address in endings:
        lines += _event(ending, title, address, stamp, host)
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


def _event(ending: Ending, title: str, address: str, stamp: dt.datetime, host: str) -> list[str]:
    after = ending.day + dt.timedelta(days=1)
    return [
        "BEGIN:VEVENT",
        f"UID:{ending.uid}-{ending.day:%Y%m%d}@{host}",
        f"DTSTAMP:{stamp.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{ending.day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{after:%Y%m%d}",
        f"SUMMARY:{escaped(title)}",
        f"URL:{address}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def escaped(text: str) -> str:
    r"""Return text as a TEXT value (RFC 5545, section 3.3.11).

    >>> escaped("a, b; c\\d")
    'a\\, b\\; c\\\\d'
    """
    kept = "".join(" " if ord(char) < 32 and char != "\n" else char for char in text)
    for char in ("\\", ";", ","):
        kept = kept.replace(char, f"\\{char}")
    return kept.replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """Return a line of at most 75 octets, its rest on lines that begin with a space; no character is cut."""
    return b"\r\n ".join(_pieces(line)) + b"\r\n"


def _pieces(line: str) -> Iterator[bytes]:
    piece, room = b"", _LONGEST
    for char in line:
        octets = char.encode()
        if len(piece) + len(octets) > room:
            yield piece
            piece, room = b"", _LONGEST - 1  # the space counts
        piece += octets
    yield piece
