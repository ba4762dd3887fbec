"""What the ledger costs: appending, sealing, waiting for the seal, verifying, growing.

python -m benchmarks.ledger [--seconds N] [--growth N] [--backlog N] [--paced N]

The full figures: --seconds 10 --growth 1000000 --backlog 200000 --paced 60. All writes are durable: fsync on
and synchronous_commit on in PostgreSQL, fsync of each file and folder of the log. Appending is compared with
the business insert alone and with two libraries in turn, in one run; everything else is ours alone.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import psycopg

from benchmarks import appending, site
from benchmarks.peer.writer import SOME, TAGS, VALUES
from config import bootstrap

STREAMS = 200
CHUNK = 200  # entries that one transaction appends where a log is filled
BLOCK = 10_000
PACE = 50  # events per second
FILL = """
SELECT count(*) FROM public.ledger_append((
  SELECT jsonb_agg(replace(replace(%(draft)s, %(salt)s, translate(rtrim(
           encode(sha256(convert_to(gen_random_uuid()::text, 'UTF8')), 'base64'), '='), '+/', '-_')),
           'STREAM', 'project:' || n %% %(streams)s)::jsonb || jsonb_build_object('id', gen_random_uuid()))
    FROM generate_series(%(first)s::int, %(last)s::int) n))
"""
WAITED = """
SELECT percentile_cont(ARRAY[0.5, 0.99]) WITHIN GROUP (ORDER BY extract(epoch FROM c.at - e.at)), count(*)
  FROM ledger_logindex i JOIN ledger_entry e ON e.id = i.entry_id
  JOIN LATERAL (SELECT at FROM ledger_checkpoint k WHERE k.size > i.idx ORDER BY k.size LIMIT 1) c ON true
 WHERE i.idx >= %s
"""


class Log:
    """The log of the site, filled by SQL and sealed in this process."""

    def __init__(self, where: site.Site) -> None:
        from django.conf import settings

        from ledger.log import Draft, Field, _document
        from ledger.store import Store
        from ledger.tlog.canonical import encode

        self.where = where
        self.store = Store(settings.LEDGER_DIR)
        self.owner = psycopg.connect(where.urls["DATABASE_OWNER_URL"], autocommit=True)
        said = {k: v if isinstance(v, list) else str(v) for k, v in VALUES.items()}
        fields = [Field(k, v) for k, v in {"kind": "bench/1", "row": str(SOME), **said}.items()]
        document = _document(Draft("STREAM", fields, TAGS, SOME))
        salts = [item["parts"][2:45] for item in document["disclosures"]]
        draft = encode(document).decode()
        for salt in salts[1:]:
            draft = draft.replace(salt, salts[0])
        self.fill = {"draft": draft, "salt": salts[0], "streams": STREAMS}

    def one(self, query: str, *values: Any) -> Any:
        """Return the first column of the one row."""
        row = self.owner.execute(query, values).fetchone()
        assert row is not None
        return row[0]

    def append(self, count: int) -> float:
        """Append so many entries in transactions of CHUNK; return the seconds."""
        began = time.perf_counter()
        for first in range(0, count, CHUNK):
            self.owner.execute(FILL, {**self.fill, "first": first, "last": min(first + CHUNK, count) - 1})
        return time.perf_counter() - began

    def seal(self) -> float:
        """Seal all that waits; return the seconds, taking the lead included."""
        from ledger.sealer import Sealer

        began = time.perf_counter()
        with Sealer.from_settings() as sealer:
            while sealer.seal_once().taken:
                pass
        return time.perf_counter() - began

    @property
    def size(self) -> int:
        """How many entries are numbered."""
        return int(self.one("SELECT size FROM ledger_logstate"))

    def bytes(self) -> tuple[int, int]:
        """Return what the tables with their indexes take, and what the files take."""
        tables = "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relname LIKE 'ledger\\_%%'"
        files = sum(path.stat().st_size for path in self.store.folder.rglob("*") if path.is_file())
        return int(self.one(tables + " AND relkind = 'r'")), files


def growth(log: Log, upto: int) -> Iterator[str]:
    """Yield the lines of a table with a row for each tenfold size, the last BLOCK before it measured."""
    yield "| entries | append s per 10,000 | seal s per 10,000 | bytes per entry, tables | files |"
    yield "|---:|---:|---:|---:|---:|"
    for size in sorted({*(s for s in (10_000, 100_000, 1_000_000) if s <= upto), upto}):
        log.append(max(0, size - BLOCK - log.size))
        log.seal()
        appended, sealed = log.append(BLOCK), log.seal()
        tables, files = log.bytes()
        yield (
            f"| {log.size:,} | {appended:.2f} | {sealed:.2f} | {tables / log.size:,.0f} "
            f"| {files / log.size:,.0f} |"
        )


def paced(log: Log, seconds: float) -> tuple[float, float, int]:
    """Append PACE entries a second while `ledger_seal` runs; return p50, p99 in seconds and the count.

    The wait is that from the entry's recorded time to the time at which the checkpoint's row, the last step,
    was written.
    """
    start = log.size
    command = [sys.executable, "manage.py", "ledger_seal"]
    sealer = subprocess.Popen(command, cwd=bootstrap.PROJECT, env=log.where.environ)
    try:
        log.append(1)
        while log.one("SELECT coalesce(max(size), 0) FROM ledger_checkpoint") <= start:
            time.sleep(0.05)
        start += 1
        began = time.perf_counter()
        for number in range(round(seconds * PACE)):
            time.sleep(max(0.0, began + number / PACE - time.perf_counter()))
            log.owner.execute(FILL, {**log.fill, "first": number, "last": number})
        while log.one("SELECT count(*) FROM ledger_pending"):
            time.sleep(0.1)
        time.sleep(1)
    finally:
        sealer.terminate()
        sealer.wait(30)
    row = log.owner.execute(WAITED, [start]).fetchone()
    assert row is not None
    return row[0][0], row[0][1], row[1]


def verify(log: Log) -> tuple[int, list[float]]:
    """Verify the whole log from its files; return its size and the seconds for tree, links, disclosures.

    Tree: bundles read, leaves hashed, the root compared with the checkpoint's. Links: each leaf read, its
    number and predecessor compared. Disclosures: each fits a digest of its leaf and is read. Decrypting the
    journal, which an outsider has not, is not counted.
    """
    from django.conf import settings

    from ledger import journal, keys
    from ledger.tlog import checkpoint, disclosure, leaf, merkle, note, tiles

    key = keys.journal_key(settings.KEYS_DIR)
    vkey = note.Verifier.from_vkey((settings.TRUST_DIR / "log.vkey").read_text().strip())
    signed = checkpoint.parse(note.open_note(log.store.read("checkpoint"), [vkey]).text)
    frontier = merkle.Frontier()
    heads: dict[str, tuple[int, bytes]] = {}
    taken = [0.0, 0.0, 0.0]
    kept: list[bytes] = []
    read = 0
    for file in sorted(p for p in (log.store.folder / "journal").rglob("*") if p.is_file()):
        start, end = map(int, file.name.split("-"))
        said = journal.read(log.store, key, start, end)
        times = [time.perf_counter()]
        while len(kept) < end - start:
            width = min(tiles.WIDTH, signed.size - read)
            kept += tiles.decode_entries(log.store.read(tiles.entries_path(read // tiles.WIDTH, width)))
            read += width
        raws, kept = kept[: end - start], kept[end - start :]
        hashes = [merkle.leaf_hash(raw) for raw in raws]
        for value in hashes:
            frontier.append(value)
        times.append(time.perf_counter())
        leaves = [leaf.parse(raw) for raw in raws]
        for one, value in zip(leaves, hashes, strict=True):
            assert heads.get(one.stream, (-1, None)) == (one.seq - 1, one.prev)
            heads[one.stream] = one.seq, value
        times.append(time.perf_counter())
        for one, entry in zip(leaves, said, strict=True):
            texts = [d.text for d in entry.disclosures if d.text is not None]
            assert sorted(map(disclosure.digest_of, texts)) == list(one.digests)
            names = {disclosure.parse(text).name for text in texts}
            assert len(names) == len(texts)
        times.append(time.perf_counter())
        taken = [t + b - a for t, a, b in zip(taken, times, times[1:], strict=False)]
    assert (frontier.size, frontier.root()) == (signed.size, signed.root)
    return signed.size, taken


def evidence(log: Log) -> tuple[int, float]:
    """Judge an evidence file with the runs of all streams; return its entries and the seconds."""
    from django.conf import settings

    from ledger import api
    from ledger.tlog import policy, verify

    raw = api.bundle([name for name in api.streams() if name.startswith("project:")][: STREAMS // 10])
    trust = policy.parse((settings.TRUST_DIR / "policy").read_bytes())
    began = time.perf_counter()
    verdict = verify.verify_bundle(raw, trust)
    taken = time.perf_counter() - began
    assert verdict.state == "ok", verdict.checks
    return verdict.counts.entries, taken


def aim(rate: float, wanted: int) -> str:
    """Return an aim and how much of it was met."""
    return f"{wanted:,} ({rate / wanted:.2f} of it)"


def main(arguments: list[str]) -> None:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seconds", type=float, default=1, help="of each round of appending (3 rounds)")
    parser.add_argument("--growth", type=int, default=20_000, help="entries to grow to, 10,000 at least")
    parser.add_argument("--backlog", type=int, default=20_000, help="entries that wait to be sealed")
    parser.add_argument("--paced", type=float, default=20, help=f"seconds at {PACE} events a second")
    options = parser.parse_args(arguments)
    with site.bare() as where:
        os.environ.update(where.environ)
        import django

        django.setup()
        where.manage("ledger_keys")
        log = Log(where)
        print(f"## The ledger ({site.machine()}; fsync of each file of the log)\n")
        print(*growth(log, max(options.growth, BLOCK)), sep="\n", flush=True)
        log.append(options.backlog)
        rate = options.backlog / log.seal()
        print("\n| what | found | aim |\n|---|---:|---:|")
        print(f"| sealing a backlog of {options.backlog:,} | {rate:,.0f}/s | {aim(rate, 40_000)} |")
        p50, p99, count = paced(log, options.paced)
        print(f"| recorded to sealed, {count:,} entries at {PACE}/s, p50 | {p50 * 1000:,.0f} ms | |")
        print(f"| the same, p99 | {p99 * 1000:,.0f} ms | 1,000 ms |", flush=True)
        size, taken = verify(log)
        wanted = {"tree": 150_000, "with links": 80_000, "with disclosures": 15_000}
        for place, (name, least) in enumerate(wanted.items(), 1):
            rate = size / sum(taken[:place])
            print(f"| verifying {size:,} entries, {name} | {rate:,.0f}/s | {aim(rate, least)} |")
        count, seconds = evidence(log)
        print(f"| judging an evidence file of {count:,} entries | {count / seconds:,.0f}/s | |\n", flush=True)
        print(appending.table(where.urls["DATABASE_OWNER_URL"], options.seconds))


if __name__ == "__main__":
    main(sys.argv[1:])
