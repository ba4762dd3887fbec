"""Every event kind: its fields, its words, its way through the ledger, and that a published one is never
edited.

`python -m tests.events.test_kinds` enters the schema of kinds that are new; it never rewrites one.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
import re
import string
import unicodedata
import uuid
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from custody import events
from custody.events import EventError, Kind
from custody.events.kind import RESERVED, event, keep
from custody.terms import Audience, Text
from tests.scale import DAY, tries

PUBLISHED = Path(__file__).parents[1] / "vectors" / "events.json"
KINDS = sorted(events.KINDS.values(), key=lambda kind: kind.id)
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def named(kind: Kind) -> str:
    return kind.id


def schema(kind: Kind) -> dict[str, Any]:
    """What may not change once a kind is published; its sentence may be reworded."""
    return {
        "audience": str(kind.audience),
        "fields": [[f.name, str(f.type), f.metadata["personal"]] for f in dataclasses.fields(kind.schema)],
    }


def digest(kind: Kind) -> str:
    return hashlib.sha256(json.dumps(schema(kind), sort_keys=True).encode()).hexdigest()


def published() -> dict[str, str]:
    table: dict[str, str] = json.loads(PUBLISHED.read_text("utf-8")) if PUBLISHED.exists() else {}
    return table


def _plain(hint: Any) -> st.SearchStrategy[Any]:
    words = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20).map(_nfc)
    origin = getattr(hint, "__origin__", None)
    args: tuple[Any, ...] = getattr(hint, "__args__", ())
    if origin is list:
        return st.lists(_plain(args[0]), max_size=3)
    if origin is dict:
        return st.dictionaries(words, _plain(args[1]), max_size=3)
    if args:
        return st.one_of(*map(_plain, args))
    if hint is type(None):
        return st.none()
    if hint is bool:
        return st.booleans()
    return st.integers(-(2**53) + 1, 2**53 - 1) if hint is int else words


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _sample(hint: Any) -> Any:
    origin = getattr(hint, "__origin__", None)
    args: tuple[Any, ...] = getattr(hint, "__args__", ())
    if origin is list:
        return [_sample(args[0])] * 2
    if origin is dict:
        return {"键 key": _sample(args[1])}
    if args:
        return _sample(args[0])
    return {str: "北原 Northfield", int: 7, bool: True, Any: "任何 any"}[hint]


def sample(kind: Kind) -> Any:
    hints = get_type_hints(kind.schema)
    return kind.schema(**{f.name: _sample(hints[f.name]) for f in dataclasses.fields(kind.schema)})


def instances(kind: Kind) -> st.SearchStrategy[Any]:
    hints = get_type_hints(kind.schema)
    fields = {f.name: _plain(hints[f.name]) for f in dataclasses.fields(kind.schema)}
    return st.fixed_dictionaries(fields).map(lambda values: kind.schema(**values))


@pytest.mark.parametrize("kind", KINDS, ids=named)
def test_every_field_is_kept_or_personal_and_none_hides_an_envelope_field(kind: Kind) -> None:
    for field in dataclasses.fields(kind.schema):
        assert field.metadata["personal"] in (True, False)
        assert field.name not in RESERVED and not field.name.startswith("facts/")
        assert field.default is dataclasses.MISSING, "an old entry would gain a value that nobody recorded"


@pytest.mark.parametrize("kind", KINDS, ids=named)
def test_a_sentence_speaks_both_languages_and_names_only_kept_fields(kind: Kind) -> None:
    fields = {f.name for f in dataclasses.fields(kind.schema)}
    used = []
    for text in (kind.sentence.en, kind.sentence.zh):
        names = {name for _, name, _, _ in string.Formatter().parse(text) if name}
        assert names <= fields
        used.append(names)
    assert used[0] == used[1]
    assert CHINESE.search(kind.sentence.zh) and not CHINESE.search(kind.sentence.en)
    assert kind.sentence.en.endswith(".") and kind.sentence.zh.endswith("。")
    assert (kind.schema.__doc__ or "").strip() and isinstance(kind.audience, Audience)
    assert not used[0] & kind.personal, "an erased field would leave a hole in the sentence"


@pytest.mark.parametrize("kind", KINDS, ids=named)
@seed(DAY)
@settings(max_examples=tries(12, 100), deadline=None)
@given(data=st.data())
def test_a_kind_round_trips_through_its_values(kind: Kind, data: st.DataObject) -> None:
    instance = data.draw(instances(kind))
    values = json.loads(json.dumps(events.values(instance)))
    assert events.restore(kind.id, values) == instance


@pytest.mark.parametrize("kind", KINDS, ids=named)
def test_a_value_that_does_not_fit_is_refused_both_ways(kind: Kind) -> None:
    good = events.values(sample(kind))
    for name in good:
        for bad in (1.5, object(), {"a": 1.5}, [[]]):
            with pytest.raises(EventError, match=name):
                events.restore(kind.id, {**good, name: bad})
            with pytest.raises(EventError, match=name):
                events.values(kind.schema(**{**good, name: bad}))
    with pytest.raises(EventError, match="unknown or missing"):
        events.restore(kind.id, {**good, "more": "x"})


def test_every_kind_goes_through_a_real_entry_of_the_ledger(db: None) -> None:
    from custody import record
    from custody.models import new_id
    from custody.terms import Source
    from ledger import api as ledger

    record.open_log("example.org")
    now = dt.datetime(2026, 11, 21, 10, tzinfo=dt.UTC)
    drafts, made = [], {}
    for kind in KINDS:
        instance = sample(kind)
        entry = new_id()
        made[entry] = (kind, instance)
        drafts.append(
            record.draft(
                instance,
                entry=entry,
                act=uuid.uuid4(),
                about="system",
                actor=None,
                on_behalf_of=None,
                source=Source.SYSTEM,
                took_place_at=now,
            )
        )
    record.append(drafts)
    for entry, (kind, instance) in made.items():
        stored = dict(ledger.read(entry).values)
        assert stored["kind"] == kind.id and stored["took_place_at"] == "2026-11-21T10:00:00.000000Z"
        fields = {f.name: stored[f.name] for f in dataclasses.fields(kind.schema)}
        assert events.restore(kind.id, fields) == instance
        assert set(stored) == set(fields) | (RESERVED - {"decision"})


def test_a_kind_that_is_not_published_is_refused() -> None:
    with pytest.raises(EventError, match="not a published event kind"):
        events.restore("handoff.forged/1", {})
    with pytest.raises(EventError, match="not a published event kind"):
        events.values(object())


def test_an_id_is_published_once_and_envelope_names_are_taken() -> None:
    text = Text("A.", "甲。")
    with pytest.raises(EventError, match="published twice"):

        @event("handoff.offered", 1, text)
        class Again:
            name: str = keep()

    with pytest.raises(EventError, match="reserved"):

        @event("test.reserved", 1, text)
        class Reserved:
            actor: str = keep()

    with pytest.raises(EventError, match="neither keep nor personal"):

        @event("test.bare", 1, text)
        class Bare:
            name: str

    assert not {"test.reserved/1", "test.bare/1"} & set(events.KINDS)


def test_a_published_kind_was_not_edited() -> None:
    assert {kind.id: digest(kind) for kind in KINDS} == published(), (
        "a published kind is never edited: publish the next version beside it; "
        "for a new kind run python -m tests.events.test_kinds"
    )


if __name__ == "__main__":
    table = {kind.id: digest(kind) for kind in KINDS} | published()
    PUBLISHED.write_text(json.dumps(table, indent=1, sort_keys=True) + "\n", "utf-8")
