"""Facts held against the entries that set them: every fact has its place, and none can be changed unseen."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from types import SimpleNamespace
from typing import Any, get_args, get_type_hints

import pytest

from custody.events import KINDS
from custody.policy import facts as policy
from custody.policy.regime import Pack
from custody.verify import verify_report
from custody.verify import wording as w
from custody.verify.acts import ACTED, DECIDED
from custody.verify.compared import COMPARED, DERIVED, STREAMS
from custody.verify.facts import FACTS, facts
from custody.verify.fold import Rows
from custody.verify.found import Part, kind_of
from custody.verify.labels import NOUNS, name_of, noun_of
from custody.verify.told import IN_USE, TELLS_NONE, TOLD, UNDER, Fixed, Follows, Sets
from ledger import trust
from ledger.tlog.verify import Entry, Verdict, verify_bundle
from tests.reports.made import Unit
from tests.scale import chance, tries


def groups() -> Iterator[type]:
    """Every group of facts, and what is listed in one."""
    waiting, seen = list(policy._NOUNS.values()), set[type]()
    while waiting:
        group = waiting.pop()
        if group not in seen:
            seen.add(group)
            yield group
            for hint in get_type_hints(group).values():
                waiting += [one for one in _within(hint) if is_dataclass(one)]  # type: ignore[misc]


def _within(hint: Any) -> Iterator[Any]:
    yield hint
    for one in get_args(hint):
        yield from _within(one)


@pytest.mark.parametrize("group", list(groups()), ids=lambda group: group.__name__)
def test_each_fact_is_compared_or_it_is_said_why_it_cannot_be(group: type) -> None:
    compared, derived = set(COMPARED[group]), set(DERIVED.get(group, {}))
    assert not compared & derived
    assert compared | derived == {field.name for field in fields(group)}


def test_the_tables_name_no_group_that_is_none() -> None:
    assert set(COMPARED) == set(groups()) >= set(DERIVED)
    assert set(NOUNS) | {"act"} == set(policy._NOUNS) >= set(STREAMS)
    assert all(reason for of in DERIVED.values() for reason in of.values())


def test_each_kind_of_entry_sets_records_or_is_said_to_set_none() -> None:
    names = {kind.name for kind in KINDS.values()}
    assert not TOLD.keys() & TELLS_NONE
    assert TOLD.keys() | TELLS_NONE == names
    assert set(IN_USE) <= names


def test_what_the_table_takes_from_an_entry_stands_in_a_version_of_its_kind() -> None:
    for name, several in TOLD.items():
        known = {f.name for kind in KINDS.values() if kind.name == name for f in fields(kind.schema)}
        for sets in several:
            assert _taken(sets) <= known, (name, _taken(sets) - known)
            if sets.laid:
                assert {"changed", "new"} <= known


def _taken(sets: Sets) -> set[str]:
    sources = [sets.id, *sets.fields.values()]
    named = {source.field if isinstance(source, Follows) else source for source in sources}
    own = {one for one in named if isinstance(one, str) and one.partition(".")[0] != "each"}
    assert sets.each or own == {one for one in named if not isinstance(one, Fixed)}
    return own | ({sets.each} if sets.each else set())


def test_what_is_said_of_acts_and_decisions_names_kinds_members_and_fields_that_there_are() -> None:
    for name in (*DECIDED, *ACTED):
        known = {f.name for kind in KINDS.values() if kind.name == name for f in fields(kind.schema)}
        assert known, name
        assert set(ACTED.get(name, {}).values()) <= known
        assert set(ACTED.get(name, {})) <= {f.name for f in fields(policy.Act)}


def test_what_a_record_stands_under_is_told_of_it() -> None:
    for noun, above in UNDER.items():
        told = {
            name for several in TOLD.values() for one in several if one.noun == noun for name in one.fields
        }
        assert set(above) <= told, noun


def test_facts_and_records_have_names_in_both_languages() -> None:
    for group, compared in COMPARED.items():
        for name in compared:
            assert name_of(f".{name}").zh != name, (group, name)
    id = "0193a2c4-0000-7000-8000-000000000001"
    for noun in NOUNS:
        named = noun_of(noun if noun in policy._SINGLE else f"{noun}:{id}")
        assert named.en != named.zh and (id in named.en) == (id in named.zh) == (noun not in policy._SINGLE)


def judged(unit: Unit) -> Verdict:
    return verify_bundle(unit.english.evidence, trust.load(unit.trust))


def found(verdict: Verdict) -> Part:
    part = Part("decisions", w.DECISIONS)
    packs = verdict.bundle.packs if verdict.bundle else {}
    facts(part, verdict, lambda sha256: Pack.from_text(packs[sha256]) if sha256 in packs else None)
    return part


def test_the_facts_of_a_report_are_those_that_its_entries_set(unit: Unit) -> None:
    verdict = verify_report(unit.english.pdf, unit.trust, unit.english.receipt)
    assert verdict.good
    (said,) = [line.text for line in verdict.lines if "were compared with the entries" in line.text.en]
    count, rest = (int(word) for word in said.en.split() if word.isdigit())
    assert count > 2 * rest > 1000
    assert f"{count} 项事实" in said.zh and f"{rest} 项" in said.zh


def _changed(value: Any, chosen: random.Random) -> Any:
    other: Any = chosen.choice(
        [None, True, 7, "", "forged", "2001-01-01", [], {}, ["forged"], [{"entry": None}]]
    )
    return other if json.dumps(other) != json.dumps(value) else "forged too"


def test_a_fact_changed_at_random_is_found_and_nothing_put_in_its_place_is_an_error(unit: Unit) -> None:
    chosen, verdict = chance("facts"), judged(unit)
    decided = [
        (place, name, member)
        for place, entry in enumerate(verdict.entries)
        if "decision" in entry.values and kind_of(entry) not in ("attempt.refused", "hop.amended")
        for name, group in entry.values.items()
        if name.startswith(FACTS) and isinstance(group, dict) and group.get("entry")
        for member in COMPARED[policy.noun_of(name.removeprefix(FACTS))]
        if member in group and member not in ("siblings", "entry")
    ]
    assert len(decided) > 2000
    for place, name, member in chosen.sample(decided, tries(60, 600)):
        entry = verdict.entries[place]
        group: Any = entry.values[name]
        other: dict[str, Any] = {**group, member: _changed(group[member], chosen)}
        part = found(with_entry(verdict, place, replace(entry, values={**entry.values, name: other})))
        told = [line for line in part.lines if line.state == "bad" and entry.leaf.id in line.text.en]
        assert told, (kind_of(entry), name, member, other[member])


def with_entry(verdict: Verdict, place: int, entry: Entry) -> Verdict:
    return replace(verdict, entries=(*verdict.entries[:place], entry, *verdict.entries[place + 1 :]))


@pytest.mark.parametrize("end", ["withdrawn/2", "lapsed/1", "lost/1"])
def test_what_has_ended_is_offered_no_more_so_that_a_receipt_for_it_would_not_agree(end: str) -> None:
    """A forged receipt would have to say that the copy is under that offer; the entries say it is not."""
    rows, copy, handoff = Rows(), "copy-1", "handoff-1"
    kinds = ("handoff.offered/4", "handoff.dispatched/1", f"handoff.{end}")
    for number, kind in enumerate(kinds):
        leaf = SimpleNamespace(id=f"entry-{number}", act=f"act-{number}")
        values = {"kind": kind, "handoff": handoff, "copies": [copy], "missing": []}
        rows.take(SimpleNamespace(leaf=leaf, values=values, at=None))  # type: ignore[arg-type]
        row = rows.get("copy", copy)
        assert row is not None
        over = number == len(kinds) - 1
        assert row.get("offered_in") == (None if over else handoff), kind
        assert row.get("state") == ("held" if over else "offered")
