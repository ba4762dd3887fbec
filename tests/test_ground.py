"""Outlines of ground: what is taken, what is refused and why, how large they are, and what they meet."""

from __future__ import annotations

import json
import math
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from custody import ground
from custody.ground import GroundError
from custody.terms import Datum


def polygon(*rings: list[list[float]]) -> str:
    return json.dumps({"type": "Polygon", "coordinates": list(rings)})


def box(west: float, south: float, east: float, north: float) -> list[list[float]]:
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def refused(text: str, datum: Datum = Datum.WGS, country: str = "CN") -> str:
    with pytest.raises(GroundError) as caught:
        ground.read(text, datum, country)
    assert caught.value.text.zh != caught.value.text.en
    return caught.value.text.en


def taken(text: str, datum: Datum = Datum.WGS, country: str = "CN") -> ground.Outline:
    return ground.read(text, datum, country)


YARD = box(116.3, 39.9, 116.4, 40.0)


def test_an_outline_is_kept_in_one_form_whatever_program_wrote_it() -> None:
    plain = taken(polygon(YARD))
    loose = json.dumps(
        {
            "type": "Feature",
            "properties": {"a": 1},
            "geometry": {
                "coordinates": [[[x + 1e-9, y, 31.5] for x, y in YARD]],
                "type": "Polygon",
            },
        },
        indent=2,
    )
    assert taken(loose) == plain
    assert plain.text.startswith('{"coordinates":[[[116.3,39.9],[116.4,39.9]')
    assert taken(plain.text) == plain and len(plain.sha256) == 64


def test_both_datums_in_use_are_taken_and_a_file_must_name_the_one_that_its_giver_names() -> None:
    file = {"crs": {"type": "name", "properties": {"name": "EPSG:4490"}}, **json.loads(polygon(YARD))}
    assert taken(json.dumps(file), Datum.CGCS) == taken(polygon(YARD), Datum.WGS)
    assert "EPSG:4490" in refused(json.dumps(file), Datum.WGS)
    file["crs"]["properties"]["name"] = "EPSG:3857"
    assert "EPSG:3857" in refused(json.dumps(file), Datum.WGS)


@pytest.mark.parametrize("datum", [Datum.GCJ, Datum.BD, Datum.OTHER])
def test_offset_and_unknown_datums_are_refused(datum: Datum) -> None:
    assert "WGS 84 or CGCS2000" in refused(polygon(YARD), datum)


@pytest.mark.parametrize(
    ("coordinates", "why"),
    [
        ([YARD[:-1]], "Close it"),
        ([[[0, 0], [1, 1], [0, 0]]], "Close it"),
        ([[[116, 39], [117, 40], [117, 39], [116, 40], [116, 39]]], "crosses itself"),
        ([YARD, box(10, 10, 11, 11)], "not sound"),
        ([[[1, 1], [2, 2], [3, 3], [1, 1]]], "crosses itself"),
        ([box(39.9, 116.3, 40.0, 116.4)], "wrong order"),
        ([box(43.8, 87.5, 43.9, 87.6)], "wrong order"),
        ([box(500000, 4400000, 500100, 4400100)], "projected"),
        ([box(-170, 10, 170, 20)], "180th meridian"),
        ([[[116, 39], [117], [117, 40], [116, 39]]], "longitude, latitude"),
        ([[[116, 39], ["117", 39], [117, 40], [116, 39]]], "number in degrees"),
        ([[[116, 39], [True, 39], [117, 40], [116, 39]]], "number in degrees"),
        ([[[116, 39], [116, 39], [116, 39], [116, 39]]], "not sound"),
        ([], "empty"),
        (None, "not those of a polygon"),
        ("abc", "not those of a polygon"),
    ],
)
def test_what_is_no_sound_outline_is_refused_with_the_reason(coordinates: Any, why: str) -> None:
    assert why in refused(json.dumps({"type": "Polygon", "coordinates": coordinates}))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ("[]", "no GeoJSON object"),
        ('{"type":"Point","coordinates":[116,39]}', "enclose no ground"),
        ('{"type":"FeatureCollection","features":[]}', "Give one outline"),
        ('{"type":"Polygon","coordinates":[[[NaN,0],[1,1],[1,0],[NaN,0]]]}', "no JSON"),
        ('{"type":"Polygon","coordinates":[[[1e999999999,0],[1,1],[1,0],[1,0]]]}', "projected"),
        ('{"type":"Polygon","coordinates":[[[1e-999999999,0],[1,1],[1,0],[0,0]]]', "no JSON"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(text: str, why: str) -> None:
    assert why in refused(text)


def test_a_swapped_outline_in_the_far_west_is_noticed_where_the_country_is_known() -> None:
    text = polygon(box(43.8, 87.5, 43.9, 87.6))
    assert taken(text, country="").points == 5
    assert "wrong order" in refused(text, country="CN")


def test_too_many_corners_are_refused() -> None:
    count = ground.MOST_POINTS + 1
    ring = [
        [116 + math.cos(2 * math.pi * n / count), 39 + math.sin(2 * math.pi * n / count)]
        for n in range(count)
    ]
    assert f"{count + 1} corners" in refused(polygon([*ring, ring[0]]))


degrees = st.decimals(-179, 178, places=3).map(float)
latitudes = st.decimals(-89, 88, places=3).map(float)
widths = st.decimals(Decimal("0.01"), 1, places=3).map(float)


@given(degrees, latitudes, widths, widths)
@example(116.3, 39.9, 0.1, 0.1)
def test_the_area_between_meridians_and_parallels_is_the_closed_form(
    west: float, south: float, width: float, height: float
) -> None:
    found = float(taken(polygon(box(west, south, west + width, south + height)), country="").km2)
    band = ground._to_equator(south + height) - ground._to_equator(south)
    assert found == pytest.approx(math.radians(width) * band, rel=1e-4, abs=2e-6)


def test_all_bands_together_are_the_surface_of_the_ellipsoid() -> None:
    whole = 2 * math.pi * (ground._to_equator(90) - ground._to_equator(-90))
    assert whole == pytest.approx(510_065_621.724, rel=1e-9)  # km2: NIMA TR8350.2, table 3.3


@given(degrees, latitudes, widths, st.floats(0.1, 0.9))
def test_two_halves_are_as_large_as_the_whole(west: float, south: float, size: float, at: float) -> None:
    """Cut slantwise: the common edge is counted once from either side."""
    assume(south + size < 89)
    east, north, cut = west + size, south + size, round(west + size * at, 6)
    whole = taken(polygon(box(west, south, east, north)), country="").km2
    left = [[west, south], [cut, south], [cut + (east - cut) / 2, north], [west, north], [west, south]]
    right = [[cut, south], [east, south], [east, north], [cut + (east - cut) / 2, north], [cut, south]]
    parts = sum(taken(polygon(ring), country="").km2 for ring in (left, right))
    assert float(parts) == pytest.approx(float(whole), rel=1e-3)


def test_a_hole_is_not_counted_and_direction_does_not_matter() -> None:
    outer, inner = box(116, 39, 117, 40), box(116.4, 39.4, 116.6, 39.6)
    whole, hole = taken(polygon(outer)).km2, taken(polygon(inner)).km2
    assert taken(polygon(outer, inner)).km2 == pytest.approx(whole - hole, abs=Decimal("0.001"))
    assert taken(polygon(outer[::-1])).km2 == whole


def zones(*rings: list[list[float]]) -> list[ground.Zone]:
    features = [
        {"type": "Feature", "properties": {"name": f"Zone {n}"}, "geometry": json.loads(polygon(ring))}
        for n, ring in enumerate(rings, 1)
    ]
    return ground.read_zones(json.dumps({"type": "FeatureCollection", "features": features}), Datum.WGS)


def test_a_zone_is_met_by_overlap_by_a_common_edge_and_from_inside_and_not_from_afar() -> None:
    inside, around = box(116.34, 39.94, 116.36, 39.96), box(116, 39, 117, 41)
    beside, afar = box(116.4, 39.9, 116.5, 40.0), box(117, 39, 118, 40)
    found = zones(inside, afar, around, beside)
    assert ground.met(taken(polygon(YARD)).text, found) == [1, 3, 4]


@given(degrees, latitudes, widths, degrees, latitudes, widths)
def test_boxes_meet_as_their_bounds_do(
    w1: float, s1: float, d1: float, w2: float, s2: float, d2: float
) -> None:
    one, two = (w1, s1, round(w1 + d1, 3), round(s1 + d1, 3)), (w2, s2, round(w2 + d2, 3), round(s2 + d2, 3))
    expected = one[0] <= two[2] and two[0] <= one[2] and one[1] <= two[3] and two[1] <= one[3]
    found = ground.met(taken(polygon(box(*one)), country="").text, zones(box(*two)))
    assert bool(found) is expected


def test_zones_come_back_as_they_were_written() -> None:
    found = zones(YARD, box(117, 39, 118, 40))
    assert ground.read_zones(ground.written_zones(found), Datum.WGS) == found


@pytest.mark.parametrize(
    ("feature", "why"),
    [
        ({"type": "Feature", "properties": {}, "geometry": json.loads(polygon(YARD))}, "no name"),
        ({"type": "Feature", "properties": {"name": "A"}, "geometry": None}, "enclose no ground"),
        ({"type": "Feature", "properties": {"name": "A\u0000"}, "geometry": None}, "cannot be recorded"),
        ([], "no GeoJSON Feature"),
    ],
)
def test_a_zone_that_is_not_whole_is_named_by_its_place(feature: Any, why: str) -> None:
    with pytest.raises(GroundError) as caught:
        ground.read_zones(json.dumps({"type": "FeatureCollection", "features": [feature]}), Datum.WGS)
    assert caught.value.text.en.startswith("Zone 1: ") and why in caught.value.text.en
