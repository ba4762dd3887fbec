"""Appending: dense runs under concurrency, nothing left by a rollback, one leaf by two code paths."""

from __future__ import annotations

import json
import random
import threading
import time
from datetime import UTC, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction

from ledger import api, models
from ledger.tlog import disclosure, leaf, merkle
from tests.databases import Database
from tests.ledger.scenes import draft, parts, write

NASTY = [
    '"quotes" and \\ backslashes \\u0041',
    "line\nfeed\ttab\x01\x1f\x7f",
    "\u2028\u2029</script>",
    "国界测绘 ２０２６ 㐀𠀀",
    "🧭👩‍🚀",
    "\ue000\ufffd\U0010ffff",
    "é",
    "",
    " ",
    "%s %(name)s {} $1 $body$ '; DROP TABLE ledger_entry; --",
    {"é": [1, {"𐀀": None, "\ue000": True}], "a": "b", "": [[]]},
    [2**53 - 1, -(2**53 - 1), 0],
    None,
    True,
]


def rebuilt(id: Any) -> bytes:
    """The leaf of an entry by the Python path, from rows and disclosures."""
    row = models.Entry.objects.select_related("stream").get(id=id)
    prev = models.Entry.objects.filter(stream=row.stream, seq=row.seq - 1).first()
    return leaf.build(
        digests=[disclosure.digest_of(d.text or "") for d in row.disclosures.all()],
        at=row.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        id=row.id,
        prev=None if prev is None else merkle.leaf_hash(bytes(prev.leaf)),
        seq=row.seq,
        stream=row.stream_id,
        tags=leaf.parse(bytes(row.leaf)).tags,
    )


def check_run(stream: str, count: int) -> None:
    """A run must be dense, linked, and not go back in time."""
    run = api.run(stream)
    assert [entry.seq for entry in run] == list(range(count))
    prev, at = None, ""
    for entry in run:
        read = leaf.parse(entry.leaf)
        assert read.prev == prev
        assert read.at >= at
        prev, at = merkle.leaf_hash(entry.leaf), read.at
    head = api.head(stream)
    assert head is not None
    assert (head.seq, head.leaf_hash) == (count - 1, prev)


def in_threads(count: int, work: Any) -> list[BaseException]:
    """Run `work(number)` in threads that start together; return what they raised."""
    start = threading.Barrier(count)
    raised: list[BaseException] = []

    def body(number: int) -> None:
        try:
            start.wait()
            work(number)
        except BaseException as error:
            raised.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=body, args=[number]) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def test_an_entry_reads_back_as_it_was_written(db: None) -> None:
    fields = [api.Field("kind", "test/1"), api.Field("who", "张三", personal=True)]
    (recorded,) = api.append(api.Draft("a", fields, [bytes(16), bytes([255]) * 16]))
    entry = api.read(recorded.id)
    assert (entry.stream_name, entry.seq, entry.at) == ("a", 0, recorded.at)
    assert entry.values == {"kind": "test/1", "who": "张三"}
    assert merkle.leaf_hash(entry.leaf) == recorded.leaf_hash
    assert leaf.parse(entry.leaf).tags == (bytes(16), bytes([255]) * 16)
    assert set(map(disclosure.digest_of, entry.disclosures)) == set(leaf.parse(entry.leaf).digests)
    with pytest.raises(api.UnknownEntryError):
        api.read(recorded.stream)


@pytest.mark.parametrize("value", NASTY, ids=range(len(NASTY)))
def test_the_leaf_built_by_sql_is_the_leaf_built_by_python(db: None, value: Any) -> None:
    name = value if isinstance(value, str) and value else "value"
    for _ in range(2):
        (recorded,) = api.append(
            api.Draft("国界 \"'\\", [api.Field(name, value), api.Field("kind", value)], [b"0123456789abcdef"])
        )
        assert bytes(models.Entry.objects.get(id=recorded.id).leaf) == rebuilt(recorded.id)
        assert api.read(recorded.id).values == {name: value, "kind": value}


def test_random_drafts_give_the_same_leaf_on_both_paths(db: None) -> None:
    chance = random.Random(20261121)
    for _ in range(60):
        fields = [
            api.Field(f"f{number}", "".join(chr(chance.randrange(1, 0x300)) for _ in range(5)).encode().hex())
            for number in range(chance.randrange(0, 12))
        ]
        tags = [chance.randbytes(16) for _ in range(chance.choice([0, 1, 5, 200]))]
        (recorded,) = api.append(api.Draft(chance.choice("abc"), fields, tags))
        assert bytes(models.Entry.objects.get(id=recorded.id).leaf) == rebuilt(recorded.id)


def test_session_settings_do_not_reach_into_the_leaf(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL TimeZone = 'Asia/Shanghai'; SET LOCAL DateStyle = 'SQL, DMY'")
        cursor.execute("SET LOCAL bytea_output = 'escape'; SET LOCAL IntervalStyle = 'sql_standard'")
        cursor.execute("SET LOCAL standard_conforming_strings = off; SET LOCAL search_path = pg_temp")
        cursor.execute("SET LOCAL lc_time = 'C'; SET LOCAL quote_all_identifiers = on")
        document = {"id": str(api.Draft("a", []).id), "stream": "a", "tags": [], "disclosures": [
            parts("kind", "x")
        ]}  # fmt: skip
        cursor.execute("SELECT r_id FROM public.ledger_append(%s::jsonb)", [json.dumps([document])])
        (id,) = cursor.fetchone()
        cursor.execute(
            "SET LOCAL search_path = public; SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = ISO"
        )
        cursor.execute("SET LOCAL bytea_output = 'hex'")
    assert bytes(models.Entry.objects.get(id=id).leaf) == rebuilt(id)


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (1.5, "float"),
        ("a\0b", "U\\+0000"),
        ("\ud800", "surrogate"),
        ("e\u0301", "NFC"),
        (2**53, "integer"),
        ({1: "x"}, "member name"),
        (object(), "value"),
    ],
)
def test_a_value_without_one_form_is_refused_by_name(db: None, value: Any, says: str) -> None:
    with pytest.raises(api.DraftError, match=f"note.*{says}"):
        api.append(draft("a", value))
    assert api.head("a") is None


@pytest.mark.parametrize(
    "bad",
    [
        api.Draft("", []),
        api.Draft("a\0", []),
        api.Draft("x" * 201, []),
        api.Draft("a", [api.Field("", 1)]),
        api.Draft("a", [api.Field("_sd", 1)]),
        api.Draft("a", [api.Field("n", 1), api.Field("n", 2)]),
        api.Draft("a", [], [b"short"]),
        api.Draft("a", [], [bytes(16), bytes(16)]),
        api.Draft("a", [], [bytes([n]) * 16 for n in range(201)]),
        api.Draft("a", [api.Field(f"n{n}", 1) for n in range(1420)]),
    ],
    ids=lambda bad: bad.stream[:3],
)
def test_a_draft_beyond_the_limits_is_refused_before_the_database(db: None, bad: api.Draft) -> None:
    with pytest.raises(api.DraftError):
        api.append(draft("a"), bad)
    assert models.Stream.objects.count() == 0


def test_the_largest_entry_fits(db: None) -> None:
    fields = [api.Field(f"n{n}", n) for n in range(1300)]
    (recorded,) = api.append(api.Draft("a", fields, [bytes([n]) * 16 for n in range(200)]))
    assert len(api.read(recorded.id).leaf) <= leaf.MAX_BYTES
    assert bytes(models.Entry.objects.get(id=recorded.id).leaf) == rebuilt(recorded.id)


def test_sql_refuses_what_python_would_never_send(db: None) -> None:
    good = parts("kind", "x")
    for change in (
        {"parts": "x"},
        {"parts": "[]"},
        {"parts": '["salt"]'},
        {"parts": '["salt",""]'},
        {"parts": '{"1":"kind"}'},
        {"parts": None},
        {"personal": None},
    ):
        document = [
            {"id": str(api.Draft("a", []).id), "stream": "a", "tags": [], "disclosures": [good | change]}
        ]
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT * FROM ledger_append(%s::jsonb)", [json.dumps(document)])
    for tags in (["A" * 22] * 2, ["A" * 21], ["A" * 21 + "B"], ['A"]' + "A" * 19]):
        document = [{"id": str(api.Draft("a", []).id), "stream": "a", "tags": tags, "disclosures": [good]}]
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT * FROM ledger_append(%s::jsonb)", [json.dumps(document)])
    nothings: tuple[object, ...] = ([], {}, None, "x")
    for nothing in nothings:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT * FROM ledger_append(%s::jsonb)", [json.dumps(nothing)])
    assert models.Entry.objects.count() == 0


def test_an_id_is_used_once(db: None) -> None:
    first = draft("a")
    api.append(first)
    with pytest.raises(DatabaseError), transaction.atomic():
        api.append(first)
    check_run("a", 1)


def test_a_rollback_leaves_nothing(database_committed: Database) -> None:
    write("a")
    with pytest.raises(RuntimeError), transaction.atomic(durable=True):
        api.append(draft("a"), draft("new"))
        raise RuntimeError
    assert api.head("new") is None
    write("a")
    check_run("a", 2)
    assert models.Pending.objects.count() == 2
    assert models.Disclosure.objects.count() == 4


def test_writers_on_one_stream_make_one_dense_run(database_committed: Database) -> None:
    assert in_threads(8, lambda number: write("hot", 15)) == []
    check_run("hot", 120)


def test_writers_that_open_the_same_streams_in_any_order_do_not_block_each_other(
    database_committed: Database,
) -> None:
    names = [f"s{number}" for number in range(6)]

    def work(number: int) -> None:
        for _ in range(10):
            chosen = random.Random(number).sample(names, 4)
            with transaction.atomic():
                api.append(*map(draft, chosen))

    assert in_threads(8, work) == []
    for name in names:
        check_run(name, len(api.run(name)))
    assert models.Entry.objects.count() == 8 * 10 * 4


def test_two_entries_of_one_call_follow_each_other(db: None) -> None:
    recorded = api.append(draft("a"), draft("b"), draft("a"))
    assert [item.seq for item in recorded] == [0, 0, 1]
    check_run("a", 2)
    assert len(api.run("a", upto=0)) == 1


def test_time_does_not_go_back_when_the_clock_does(database_committed: Database) -> None:
    write("a")
    ahead = models.Stream.objects.get(name="a").last_at
    assert ahead is not None
    ahead += timedelta(hours=1)
    with database_committed.connect("superuser") as admin:
        admin.execute("ALTER TABLE ledger_stream DISABLE TRIGGER ALL")
        admin.execute("UPDATE ledger_stream SET last_at = %s", [ahead])
        admin.execute("ALTER TABLE ledger_stream ENABLE ALWAYS TRIGGER ledger_only_forward")
    assert [recorded.at for recorded in write("a", 2)] == [ahead, ahead]
    told = api.clock()
    assert told.doubtful and 3500 < told.entries < 3601
    assert told.reasons()[0].startswith("It was set back")


def test_a_web_server_with_another_clock_than_the_database_is_told(
    log: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert abs(api.clock().process) < 5 and not api.clock().doubtful
    real = time.time
    for seconds in (-40, 40):
        monkeypatch.setattr("ledger.health.time", SimpleNamespace(time=lambda by=seconds: real() + by))
        told = api.clock()
        assert told.doubtful and abs(told.process - seconds) < 5
        assert "differ by" in told.reasons()[0]
