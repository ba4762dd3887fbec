"""What holds of custody.importers.sam_subawards for any input."""

from __future__ import annotations

import contextlib
import json
import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from custody.importers import ImportFileError
from custody.importers.sam_subawards import Parsed, parse
from tests.importers.made_up import OTHER_SUB, PRIME, SUB, as_file, numbered, record

_leaf = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.sampled_from([PRIME, SUB])
)
_keys = st.one_of(st.sampled_from([*record(), "data", "results", "PIID", "totalPages"]), st.text())
_json = st.recursive(_leaf, lambda inner: st.lists(inner) | st.dictionaries(_keys, inner), max_leaves=30)
_changed = st.dictionaries(st.sampled_from(list(record())), _json, max_size=3).map(
    lambda c: {**record(), **c}
)

_report = st.builds(
    numbered,
    st.integers(1, 4),
    subAwardAmount=st.sampled_from(["1", "40000", "200000"]),
    submittedDate=st.sampled_from(["2024-02-19", "2024-03-15", "2025-01-01"]),
    subEntityUei=st.sampled_from([SUB, OTHER_SUB, PRIME]),
    subEntityLegalBusinessName=st.sampled_from(["BRAVO MAPS LLC", "BRAVO MAPS, LLC", "CHARLIE INC"]),
    subEntityDoingBusinessAsName=st.sampled_from([None, "ALPHA", "Alpha", "CHARLIE"]),
    primeContractKey=st.sampled_from(["KEY1", "KEY2"]),
    piid=st.sampled_from(["TEST24F0001", "TEST24F0002"]),
    totalContractValue=st.sampled_from([None, "100000.0", "50000"]),
    baseAwardDateSigned=st.sampled_from([None, "2024-01-10", "2024-02-21"]),
    subParentUei=st.sampled_from([None, SUB, OTHER_SUB]),
    country=st.sampled_from([None, "USA", "KOR", "KR", "??"]),
    status=st.sampled_from([None, "Deleted"]),
    agencyId=st.sampled_from(["9700", None]),
)


def adds_up(found: Parsed) -> None:
    t = found.totals
    assert t.records == t.hops + t.exact_duplicates + t.merged + t.rejected
    assert (t.contracts, t.parties, t.hops) == (len(found.contracts), len(found.parties), len(found.hops))
    assert {hop.contract_key for hop in found.hops} == {contract.key for contract in found.contracts}
    assert {u for hop in found.hops for u in (hop.prime_uei, hop.sub_uei)} == {p.uei for p in found.parties}
    assert len({(doubt.code, doubt.subject) for doubt in found.doubts}) == len(found.doubts)
    json.dumps([doubt.values for doubt in found.doubts])


@given(st.one_of(_json, st.lists(_changed), st.fixed_dictionaries({"data": st.lists(_changed | _json)})))
@settings(max_examples=150, deadline=None)
def test_any_json_is_read_or_refused(value: Any) -> None:
    try:
        adds_up(parse(as_file(value)))
    except ImportFileError as error:
        assert error.text.en and error.text.zh


@given(st.one_of(st.binary(), st.text().map(lambda t: t.encode(errors="surrogatepass"))))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_read_or_refused(source: bytes) -> None:
    for whole in (source, b"[" + source + b"]", b'{"data":[' + source + b"]}"):
        try:
            adds_up(parse(whole))
        except ImportFileError as error:
            assert error.text.en and error.text.zh


@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=4), st.booleans())
@settings(max_examples=300, deadline=None)
def test_a_damaged_answer_is_read_or_refused(at: int, noise: bytes, insert: bool) -> None:
    whole = as_file([numbered(1), numbered(2), record()])
    at %= len(whole)
    damaged = whole[:at] + noise + whole[at + (0 if insert else len(noise)) :]
    with contextlib.suppress(ImportFileError):
        adds_up(parse(damaged))


@given(st.lists(_report, max_size=8), st.randoms(use_true_random=False))
@settings(max_examples=200, deadline=None)
def test_the_order_of_the_records_changes_nothing_that_is_created(
    reports: list[dict[str, Any]], chance: random.Random
) -> None:
    found = parse(as_file(reports))
    adds_up(found)
    shuffled = reports[:]
    chance.shuffle(shuffled)
    other = parse(as_file(shuffled))
    assert (other.contracts, other.parties, other.hops) == (found.contracts, found.parties, found.hops)
    assert other.totals == found.totals
    told = {(d.code, d.about, d.subject): d.values for d in found.doubts}
    assert {(d.code, d.about, d.subject): d.values for d in other.doubts} == told


@given(st.lists(_report, max_size=5))
@settings(max_examples=100, deadline=None)
def test_reading_a_file_twice_over_creates_what_reading_it_once_does(reports: list[dict[str, Any]]) -> None:
    once, twice = parse(as_file(reports)), parse(as_file(reports * 2))
    assert (twice.contracts, twice.hops) == (once.contracts, once.hops)
    assert twice.parties == once.parties
