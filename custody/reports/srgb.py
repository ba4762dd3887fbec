"""The colour space of every page: sRGB as an ICC profile (IEC 61966-2-1; ICC.1:2004-10, version 4.2).

Written by rule instead of kept as a file: the same few numbers give the same bytes on every computer, which
a profile made by a library (with its version and today's date inside) does not.
"""

from __future__ import annotations

import struct
from functools import cache

NAME = "sRGB IEC61966-2.1"
_PCS = (0.9642, 1.0, 0.8249)
"""White of the profile connection space, D50."""
_COLUMNS = {
    b"rXYZ": (0.43607, 0.22249, 0.01392),
    b"gXYZ": (0.38515, 0.71687, 0.09708),
    b"bXYZ": (0.14307, 0.06061, 0.71410),
}
"""The primaries, adapted from D65 to D50 (Bradford)."""
_ADAPTED = (1.04788, 0.02292, -0.05022, 0.02959, 0.99048, -0.01707, -0.00925, 0.01508, 0.75168)
_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
"""Exponent, and the line near black: function type 3 of `para`."""


@cache
def profile() -> bytes:
    """Return the profile."""
    curve = b"para" + struct.pack(">4xHxx", 3) + _fixed(*_CURVE)
    parts = {
        b"desc": _text(NAME),
        b"cprt": _text("No rights reserved"),
        b"wtpt": _xyz(_PCS),
        b"chad": b"sf32" + bytes(4) + _fixed(*_ADAPTED),
        **{name: _xyz(place) for name, place in _COLUMNS.items()},
    }
    body, places = b"", []
    start = 128 + 4 + 12 * (len(parts) + 3)
    for name, part in parts.items():
        places.append((name, start + len(body), len(part)))
        body += part + bytes(-len(part) % 4)
    places += [(name, start + len(body), len(curve)) for name in (b"rTRC", b"gTRC", b"bTRC")]
    body += curve
    head = struct.pack(
        ">I4xI4s4s4s6H4s4xI4xI8xI12s4x44x",
        start + len(body),
        0x04200000,
        *(b"mntr", b"RGB ", b"XYZ "),
        *(2026, 1, 1, 0, 0, 0),
        *(b"acsp", 0, 0, 0, _fixed(*_PCS)),
    )
    table = b"".join(struct.pack(">4sII", *place) for place in places)
    return head + struct.pack(">I", len(places)) + table + body


def _fixed(*numbers: float) -> bytes:
    """Encode signed numbers with 16 bits after the point."""
    return b"".join(struct.pack(">i", round(number * 65536)) for number in numbers)


def _xyz(place: tuple[float, ...]) -> bytes:
    return b"XYZ " + bytes(4) + _fixed(*place)


def _text(words: str) -> bytes:
    raw = words.encode("utf-16-be")
    return b"mluc" + struct.pack(">4xII2s2sII", 1, 12, b"en", b"US", len(raw), 28) + raw
