import hashlib
from collections.abc import Mapping
from typing import Any

import pytest
import rfc8785

from ledger.tlog import bundle
from ledger.tlog.canonical import Json
from ledger.tlog.errors import BundleError, CanonicalError, FormatError, LogError

from .builders import WITNESSES, members_of, sample_log, uuid

DIGEST = "A" * 43


def sample(**changes: Any) -> bytes:
    parts: dict[str, Any] = {**sample_log().parts(WITNESSES[0]), **changes}
    return bundle.build(**parts)


def rehashed(members: Mapping[str, Json]) -> bytes:
    """The members with a fitting `#sha256`, as a forger would write them; an independent writer."""
    rest = {name: value for name, value in members.items() if name != "#sha256"}
    return rfc8785.dumps({"#sha256": hashlib.sha256(rfc8785.dumps(rest)).hexdigest(), **rest})


def test_a_bundle_says_what_was_put_in():
    parts = sample_log().parts()
    pack = "regime: generic\n"
    extra: dict[str, Any] = {
        "erased": {DIGEST: uuid(9)},
        "packs": {hashlib.sha256(pack.encode()).hexdigest(): pack},
        "tag_keys": {"copy-1": b"k" * 32},
    }
    read = bundle.parse(sample(**extra))
    assert list(read.entries) == parts["entries"]
    assert list(read.runs) == parts["runs"]
    assert list(read.proofs) == parts["proofs"]
    assert read.disclosures == parts["disclosures"]
    assert (read.erased, read.packs, read.tag_keys) == tuple(extra.values())


def test_the_hash_is_the_first_member_and_covers_the_rest():
    raw = sample()
    members = members_of(raw)
    assert next(iter(members)) == "#sha256"
    assert rehashed(members) == raw
    assert bundle.parse(raw).sha256 == members["#sha256"]


def test_every_changed_byte_is_refused():
    raw = sample()
    for place in range(len(raw)):
        for change in (1, 32, 128):
            changed = bytearray(raw)
            changed[place] ^= change
            with pytest.raises(LogError):
                bundle.parse(bytes(changed))


def test_every_missing_and_added_byte_is_refused():
    raw = sample()
    for place in range(len(raw) + 1):
        with pytest.raises(LogError):
            bundle.parse(raw[:place] + b" " + raw[place:])
        if place < len(raw):
            with pytest.raises(LogError):
                bundle.parse(raw[:place] + raw[place + 1 :])
            with pytest.raises(LogError):
                bundle.parse(raw[:place])


def test_a_bundle_that_was_re_saved_is_refused():
    with pytest.raises(CanonicalError, match="Do not re-save"):
        bundle.parse(sample() + b"\n")


def changed(**changes: Json) -> bytes:
    return rehashed(members_of(sample()) | changes)


def without(name: str) -> bytes:
    members = members_of(sample())
    del members[name]
    return rehashed(members)


MEMBERS = [name for name in members_of(sample()) if name != "#sha256"]


@pytest.mark.parametrize("name", MEMBERS)
def test_a_missing_member_is_refused(name):
    with pytest.raises(BundleError) as caught:
        bundle.parse(without(name))
    assert caught.value.code == "form"


@pytest.mark.parametrize("name", MEMBERS)
@pytest.mark.parametrize("value", [None, 1, True, [1], {"a": 1}, [{"a": "b"}]])
def test_a_member_of_another_shape_is_refused(name, value):
    with pytest.raises(BundleError) as caught:
        bundle.parse(changed(**{name: value}))
    assert caught.value.code == "form"


def run(**changes: Json) -> dict[str, Json]:
    return {"from": 0, "stream": uuid(1), "to": 2, **changes}


@pytest.mark.parametrize(
    "changes",
    [
        {"note": "x"},
        {"format": "holdfast-bundle/2"},
        {"entries": []},
        {"entries": ["a"] * 4},
        {"entries": ["é"] * 5},
        {"runs": []},
        {"runs": [run()]},
        {"runs": [run(), run(stream=uuid(2), to=1, more=1)]},
        {"runs": [run(), run(stream=uuid(2), to=-1)]},
        {"runs": [run(), run(stream=uuid(2), to=True)]},
        {"runs": [run(), run(stream="project", to=1)]},
        {"runs": [run(), run(stream=uuid(0xAB).upper(), to=1)]},
        {"runs": [run(**{"from": 3}), run(stream=uuid(2), to=1)]},
        {"proofs": []},
        {"proofs": [{"hashes": [], "index": 0, "leaf": "A" * 43 + "="}]},
        {"proofs": [{"hashes": [], "index": 0, "leaf": "AAAA"}] * 2},
        {"proofs": [{"hashes": ["AAAA"], "index": 0, "leaf": "A" * 43 + "="}] * 2},
        {"proofs": [{"hashes": ["A" * 42 + "B="], "index": 0, "leaf": "A" * 43 + "="}] * 2},
        {"proofs": [{"hashes": [], "index": "0", "leaf": "A" * 43 + "="}] * 2},
        {"erased": {DIGEST: "somebody"}},
        {"packs": {"name": "text"}},
        {"tag_keys": {"copy": "AAAA"}},
        {"tag_keys": {"copy": "A" * 43 + "="}},
    ],
)
def test_a_bundle_that_breaks_a_rule_of_form_is_refused(changes):
    with pytest.raises(BundleError) as caught:
        bundle.parse(changed(**changes))
    assert caught.value.code == "form"


def test_a_hash_that_does_not_fit_is_told_apart():
    members = members_of(sample())
    for wrong in ("0" * 64, "F" * 64, "", "not a hash"):
        with pytest.raises(BundleError) as caught:
            bundle.parse(rfc8785.dumps(members | {"#sha256": wrong}))
        assert caught.value.code == "hash"


def test_a_bundle_is_not_built_from_what_a_reader_would_refuse():
    with pytest.raises(BundleError):
        sample(runs=[])
    with pytest.raises(FormatError):
        sample(checkpoint="e\u0301")
