"""An outline of ground as a person gives it: read, refused with the reason, measured, held against others.

GeoJSON (RFC 7946): longitude before latitude, in degrees, a closed ring, edges straight in longitude and
latitude. WGS 84 and CGCS2000 differ by less than what an outline is drawn to and are both taken as they are;
which it was stays recorded. Offset coordinates (GCJ-02, BD-09) look like any others, so nobody can detect
them: the datum is asked, and an offset or unknown one is refused.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from custody.terms import Datum, Text

MOST_POINTS = 400
"""Corners of an outline that a permit is asked for."""
MOST_ZONES = 1000
MOST_ZONE_POINTS = 20_000
LONGEST = 2_000_000
"""Characters of GeoJSON that are read at all."""
SMALLEST = Decimal("0.000001")
"""Square kilometres: less is a point or a line, or a slip."""
_PLACES = Decimal("0.000001")  # of a degree, a tenth of a metre
_BOXES = {"CN": (73.0, 3.0, 136.0, 54.0)}
"""Country -> west, south, east, north: to notice longitude and latitude in the wrong order."""
_NAMED = {
    "urn:ogc:def:crs:ogc:1.3:crs84": Datum.WGS,
    "urn:ogc:def:crs:ogc::crs84": Datum.WGS,
    "urn:ogc:def:crs:epsg::4326": Datum.WGS,
    "epsg:4326": Datum.WGS,
    "urn:ogc:def:crs:epsg::4490": Datum.CGCS,
    "epsg:4490": Datum.CGCS,
}
# WGS 84 (NIMA TR8350.2): half the longer axis in kilometres, and the square of the eccentricity.
_AXIS, _SQUARE = 6378.137, 0.0066943799901413165
_ECCENTRICITY = math.sqrt(_SQUARE)

Ring = tuple[tuple[Decimal, Decimal], ...]


class GroundError(ValueError):
    """An outline that is not taken; ``text`` says why and what to do."""

    def __init__(self, en: str, zh: str) -> None:
        """Keep the reason in both languages."""
        self.text = Text(en, zh)
        super().__init__(en)


@dataclass(frozen=True, slots=True)
class Outline:
    """One outline that was taken, in its canonical form: six places of a degree, no blanks, members in
    order."""

    text: str
    points: int

    @property
    def sha256(self) -> str:
        """Return the digest of the canonical form, in hex."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def km2(self) -> Decimal:
        """Return the area in square kilometres, to six places."""
        return Decimal(f"{area(self.text):.6f}")


@dataclass(frozen=True, slots=True)
class Zone:
    """One sensitive zone as it was uploaded: what it is called, whose consent lifts it, its outline."""

    name: str
    authority: str
    outline: Outline


def read(text: str, datum: Datum, country: str = "") -> Outline:
    """Return the outline in a GeoJSON Polygon or MultiPolygon, alone or as a Feature.

    ``datum`` is what the giver says of it; ``country`` (ISO 3166-1) where the ground is meant to lie. Raises
    GroundError.
    """
    whole = _object(text)
    _datum(whole, datum)
    shape = _shape(whole)
    return _outline(shape, country, MOST_POINTS)


def read_zones(text: str, datum: Datum, country: str = "") -> list[Zone]:
    """Return the zones of a GeoJSON FeatureCollection; each has a ``name`` and may have an ``authority``.

    Raises GroundError, naming the feature by its place from 1.
    """
    whole = _object(text)
    _datum(whole, datum)
    features = whole.get("features")
    if whole.get("type") != "FeatureCollection" or not isinstance(features, list):
        raise GroundError(
            "Zones are a GeoJSON FeatureCollection, one feature each.",
            "敏感区域须为GeoJSON的FeatureCollection，每个区域为一个要素。",
        )
    if len(features) > MOST_ZONES:
        raise GroundError(
            f"There are {len(features)} zones, at most {MOST_ZONES} are taken.",
            f"共{len(features)}个区域，最多{MOST_ZONES}个。",
        )
    zones: list[Zone] = []
    for place, feature in enumerate(features, 1):
        try:
            zones.append(_zone(feature, country))
        except GroundError as error:
            raise GroundError(
                f"Zone {place}: {error.text.en}", f"第{place}个区域：{error.text.zh}"
            ) from error
    if sum(zone.outline.points for zone in zones) > MOST_ZONE_POINTS:
        raise GroundError(
            f"The zones have more than {MOST_ZONE_POINTS} corners in all. Draw them coarser.",
            f"全部区域的拐点超过{MOST_ZONE_POINTS}个，请简化边界。",
        )
    return zones


def written_zones(zones: Iterable[Zone]) -> str:
    """Return zones in their canonical form, which :func:`read_zones` reads again."""
    features = ",".join(
        f'{{"geometry":{zone.outline.text},"properties":{{"authority":{_quoted(zone.authority)},'
        f'"name":{_quoted(zone.name)}}},"type":"Feature"}}'
        for zone in zones
    )
    return f'{{"features":[{features}],"type":"FeatureCollection"}}'


def met(outline: str, zones: Sequence[Zone]) -> list[int]:
    """Return the places, from 1, of the zones that an outline meets; a common edge or corner is enough."""
    import shapely

    ground = _polygon(outline)
    shapely.prepare(ground)
    return [n for n, zone in enumerate(zones, 1) if ground.intersects(_polygon(zone.outline.text))]


def area(outline: str) -> float:
    """Return the area of a canonical outline in square kilometres.

    On the ellipsoid of WGS 84, between edges that are straight in longitude and latitude: the integral of the
    area below each edge, by Simpson's rule on parts of a hundredth of a degree at most.
    """
    total = 0.0
    for polygon in _polygons(json.loads(outline)):
        for n, ring in enumerate(polygon):
            size = abs(sum(_below(a, b) for a, b in itertools.pairwise(ring)))
            total += size if n == 0 else -size
    return total


def rings(outline: str) -> list[list[tuple[float, float]]]:
    """Return all rings of a canonical outline as (longitude, latitude), outer ones and holes."""
    found = _polygons(json.loads(outline))
    return [[(float(x), float(y)) for x, y in ring] for polygon in found for ring in polygon]


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _zone(feature: Any, country: str) -> Zone:
    if not isinstance(feature, Mapping) or feature.get("type") != "Feature":
        raise GroundError("This is no GeoJSON Feature.", "不是GeoJSON要素（Feature）。")
    said = feature.get("properties") or {}
    name, authority = (_word(said, member) for member in ("name", "authority"))
    if not name:
        raise GroundError("It has no name.", "缺少名称（name）。")
    return Zone(name, authority, _outline(_shape(feature), country, MOST_ZONE_POINTS))


def _word(said: Any, member: str) -> str:
    value = said.get(member, "") if isinstance(said, Mapping) else ""
    text = value.strip() if isinstance(value, str) else ""
    if len(text) > 200 or not text.isprintable():
        raise GroundError(f"Its {member} cannot be recorded.", f"{member}无法登记。")
    return text


def _object(text: str) -> dict[str, Any]:
    if len(text) > LONGEST:
        raise GroundError("This is too long to be read.", "内容过长，无法读取。")
    try:
        found = json.loads(text, parse_float=Decimal, parse_int=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError, InvalidOperation) as error:
        raise GroundError(
            "This is no JSON. Paste the GeoJSON as your program wrote it.",
            "不是JSON格式，请原样粘贴软件导出的GeoJSON。",
        ) from error
    if not isinstance(found, dict):
        raise GroundError("This is no GeoJSON object.", "不是GeoJSON对象。")
    return found


def _no_number(word: str) -> Decimal:
    raise ValueError(word)


def _datum(whole: Mapping[str, Any], said: Datum) -> None:
    """Refuse coordinates of another datum, and a file that says another one than its giver."""
    if said in (Datum.GCJ, Datum.BD):
        raise GroundError(
            "These coordinates are offset (GCJ-02 or BD-09). Give those of WGS 84 or CGCS2000.",
            "坐标经过偏移（GCJ-02或BD-09）。请提供WGS 84或CGCS2000坐标。",
        )
    if said is Datum.OTHER:
        raise GroundError(
            "Convert the outline to WGS 84 or CGCS2000 in degrees first: projected coordinates and older "
            "datums are not taken.",
            "请先转换为WGS 84或CGCS2000经纬度：不接受投影坐标和其他坐标系。",
        )
    crs = whole.get("crs")
    if crs is None:
        return
    properties = crs.get("properties") if isinstance(crs, Mapping) else None
    name = str(properties.get("name", "")) if isinstance(properties, Mapping) else ""
    if _NAMED.get(name.strip().lower()) is not said:
        raise GroundError(
            f"The file says that it is in “{name[:60]}”, which is not {said.text.en}.",
            f"文件注明坐标系为“{name[:60]}”，与所选“{said.text.zh}”不符。",
        )


def _shape(whole: Mapping[str, Any]) -> dict[str, Any]:
    if whole.get("type") == "FeatureCollection":
        features = whole.get("features")
        if not isinstance(features, list) or len(features) != 1 or not isinstance(features[0], dict):
            raise GroundError(
                "Give one outline: this collection has none, or several.",
                "请提供一个范围：该集合没有要素或有多个要素。",
            )
        whole = features[0]
    shape = whole.get("geometry") if whole.get("type") == "Feature" else whole
    if not isinstance(shape, dict) or shape.get("type") not in ("Polygon", "MultiPolygon"):
        raise GroundError(
            "Give a Polygon or MultiPolygon; points and lines enclose no ground.",
            "请提供多边形（Polygon或MultiPolygon）；点和线不构成范围。",
        )
    return shape


def _outline(shape: Mapping[str, Any], country: str, most: int) -> Outline:
    parts = shape.get("coordinates")
    several = shape["type"] == "MultiPolygon"
    polygons = [_rings(part) for part in (_list(parts) if several else [parts])]
    if not polygons:
        raise GroundError("The outline is empty.", "范围为空。")
    points = sum(len(ring) for polygon in polygons for ring in polygon)
    if points > most:
        raise GroundError(
            f"The outline has {points} corners, at most {most} are taken. Draw it coarser.",
            f"范围有{points}个拐点，最多{most}个，请简化边界。",
        )
    _in_range([corner for polygon in polygons for ring in polygon for corner in ring], country)
    written = [f"[{','.join(_written(ring) for ring in polygon)}]" for polygon in polygons]
    coordinates = f"[{','.join(written)}]" if several else written[0]
    text = f'{{"coordinates":{coordinates},"type":"{shape["type"]}"}}'
    _sound(text)
    if area(text) < SMALLEST:
        raise GroundError("The outline encloses no ground.", "范围没有面积。")
    return Outline(text, points)


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise GroundError("The coordinates are not those of a polygon.", "坐标不构成多边形。")
    return value


def _rings(polygon: Any) -> list[Ring]:
    rings = [_ring(ring) for ring in _list(polygon)]
    if not rings:
        raise GroundError("The outline is empty.", "范围为空。")
    return rings


def _ring(ring: Any) -> Ring:
    corners = tuple(_corner(corner) for corner in _list(ring))
    if len(corners) < 4 or corners[0] != corners[-1]:
        raise GroundError(
            "A ring has four positions or more, and its last is its first. Close it.",
            "边界环至少有四个坐标，且首尾相同。请闭合边界。",
        )
    return corners


def _corner(corner: Any) -> tuple[Decimal, Decimal]:
    if not isinstance(corner, list) or not 2 <= len(corner) <= 3:
        raise GroundError("A position is [longitude, latitude].", "坐标须为[经度, 纬度]。")
    if not all(isinstance(value, Decimal) and value.is_finite() for value in corner):
        raise GroundError("A coordinate is a number in degrees.", "坐标须为以度为单位的数字。")
    if not all(-(10**9) < value < 10**9 for value in corner):
        raise _far()
    x, y = (Decimal(0) + value.quantize(_PLACES).normalize() for value in corner[:2])
    return x, y


def _far() -> GroundError:
    return GroundError(
        "Coordinates lie beyond 180 degrees of longitude or 90 of latitude: they are projected (in metres), "
        "or wrong. Convert them to degrees.",
        "坐标超出经度180度或纬度90度：可能为投影坐标（以米为单位）或有误。请转换为经纬度。",
    )


def _in_range(corners: Sequence[tuple[Decimal, Decimal]], country: str) -> None:
    xs, ys = [float(x) for x, _ in corners], [float(y) for _, y in corners]
    west, south, east, north = min(xs), min(ys), max(xs), max(ys)
    swapped = GroundError(
        "Longitude and latitude stand in the wrong order. GeoJSON has longitude first.",
        "经度和纬度的顺序颠倒。GeoJSON须先写经度，再写纬度。",
    )
    if max(abs(south), abs(north)) > 90:
        lies = max(abs(south), abs(north)) <= 180 and max(abs(west), abs(east)) <= 90
        raise swapped if lies else _far()
    if max(abs(west), abs(east)) > 180:
        raise _far()
    box = _BOXES.get(country)
    if box and not _inside((west, south, east, north), box) and _inside((south, west, north, east), box):
        raise swapped
    if east - west > 180:
        raise GroundError(
            "The outline is wider than 180 degrees. Where it crosses the 180th meridian, split it there.",
            "范围宽度超过180度。跨越180度经线时请在该处拆分。",
        )


def _inside(bounds: Sequence[float], box: Sequence[float]) -> bool:
    return box[0] <= bounds[0] and box[1] <= bounds[1] and bounds[2] <= box[2] and bounds[3] <= box[3]


def _sound(text: str) -> None:
    """Refuse an outline that crosses or touches itself, or whose holes lie elsewhere."""
    from shapely.validation import explain_validity

    reason = explain_validity(_polygon(text))
    if reason == "Valid Geometry":
        return
    where = reason[reason.find("[") :] if "[" in reason else ""
    if "elf-intersection" in reason:
        raise GroundError(f"The outline crosses itself at {where}.", f"范围边界在{where}处自相交。")
    raise GroundError(
        f"The outline is not sound: {reason[:80]}. Draw it anew.", f"范围无效：{reason[:80]}。请重新绘制。"
    )


def _polygon(text: str) -> Any:
    # Imported where it is used: a process that reads no ground does not load a library of 60 MB.
    from shapely.geometry import shape

    return shape(json.loads(text))


def _polygons(shape: Mapping[str, Any]) -> list[Any]:
    found: list[Any] = shape["coordinates"]
    return found if shape["type"] == "MultiPolygon" else [found]


def _written(ring: Ring) -> str:
    return f"[{','.join(f'[{x:f},{y:f}]' for x, y in ring)}]"


def _below(a: Sequence[float], b: Sequence[float]) -> float:
    """Return the signed area between an edge and the equator."""
    (x1, y1), (x2, y2) = a[:2], b[:2]
    parts = 2 * max(1, math.ceil(abs(y2 - y1) / 0.02))
    step = (y2 - y1) / parts
    weights = [1, *(4 if n % 2 else 2 for n in range(1, parts)), 1]
    total = sum(w * _to_equator(y1 + n * step) for n, w in enumerate(weights))
    return math.radians(x2 - x1) * total / (3 * parts)


def _to_equator(latitude: float) -> float:
    """Return the area from the equator to a parallel, over one radian of longitude (Snyder 1987, 3-12)."""
    sine = math.sin(math.radians(latitude))
    e = _ECCENTRICITY
    ratio = sine / (1 - _SQUARE * sine * sine) + math.atanh(e * sine) / e
    return _AXIS * _AXIS * (1 - _SQUARE) / 2 * ratio
