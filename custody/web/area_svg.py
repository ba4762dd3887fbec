"""An outline of ground as SVG: `field/_area.svg.html` writes what `picture` returns; there is no base map.

North is up. East-west distances are shortened by the cosine of the middle latitude, so that a short distance
is as long in either direction; the bar is true there.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from custody import ground

WIDTH, HEIGHT, EDGE, FOOT = 310.0, 250.0, 12.0, 34.0  # as wide as a phone leaves room
_DEGREE = 111_320.0  # metres in a degree of longitude at the equator


@dataclass(frozen=True, slots=True)
class Area:
    """An outline ready for the template; numbers are written out, because templates would localise them."""

    width: str
    height: str
    path: str
    bar: str
    bar_x: str
    bar_y: str
    bar_label: str
    north: str
    north_x: str
    north_y: str


def picture(outline: str) -> Area:
    """Return the drawing of a canonical outline."""
    rings = ground.rings(outline)
    xs = [x for ring in rings for x, _ in ring]
    ys = [y for ring in rings for _, y in ring]
    west, east, south, north = min(xs), max(xs), min(ys), max(ys)
    shrink = max(math.cos(math.radians((south + north) / 2)), 0.01)
    room_x, room_y = WIDTH - 2 * EDGE, HEIGHT - 2 * EDGE - FOOT
    scale = min(room_x / ((east - west) * shrink), room_y / (north - south))  # px per degree of latitude
    left = (WIDTH - (east - west) * shrink * scale) / 2
    top = EDGE + (room_y - (north - south) * scale) / 2

    def at(x: float, y: float) -> str:
        return f"{left + (x - west) * shrink * scale:.1f} {top + (north - y) * scale:.1f}"

    path = " ".join("M" + " L".join(at(x, y) for x, y in ring[:-1]) + " Z" for ring in rings)
    metres = bar_length(WIDTH / 3 / scale * _DEGREE)
    length = metres / _DEGREE * scale
    y = HEIGHT - 12
    x = WIDTH - EDGE
    return Area(
        width=f"{WIDTH:.0f}",
        height=f"{HEIGHT:.0f}",
        path=path,
        bar=f"M{EDGE:.1f} {y - 6:.1f} v6 h{length:.1f} v-6",
        bar_x=f"{EDGE + length + 8:.1f}",
        bar_y=f"{y:.1f}",
        bar_label=f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m",
        north=f"M{x:.1f} {y:.1f} v-24 m-5 8 l5 -8 l5 8",
        north_x=f"{x - 12:.1f}",
        north_y=f"{y:.1f}",
    )


def bar_length(most: float) -> float:
    """Return the longest round length, 1, 2 or 5 times a power of ten, that is no longer than ``most``.

    >>> [bar_length(m) for m in (7.0, 2300.0, 10000.0)]
    [5.0, 2000.0, 10000.0]
    """
    power = 10.0 ** math.floor(math.log10(most))
    return max(step * power for step in (1, 2, 5) if step * power <= most * (1 + 1e-9))
