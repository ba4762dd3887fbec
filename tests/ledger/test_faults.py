"""Faults: whatever fails below the sealer, nothing recorded is lost, no second tree is signed, it recovers.

Every file-system call of a pass, and every message to PostgreSQL, fails or is the process's last, once each.
After each fault another sealer takes over, and the database, the files and all that was ever signed are
compared.
"""

from __future__ import annotations

import dataclasses
import os
import random
import shutil
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connections

from ledger import api, journal, keys, models
from ledger.agreement import published
from ledger.fsck.run import check
from ledger.sealer import LostLeadError, Sealer, connect_directly
from ledger.store import Store
from ledger.tlog import merkle, tiles
from tests.databases import Database, Databases, connected_to
from tests.ledger import faulty
from tests.ledger.scenes import FragileSealer, cut_leaders, draft, erase, seal, write
from tests.ledger.test_sealer import check_log
from tests.scale import FULL, tries

Record = Callable[[str, object], None]
needs_strace = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
SAMPLE = 2  # faults of each kind in the ordinary run


@pytest.fixture
def folder(log: str, settings: Any) -> Path:
    """The log folder of a named log."""
    return Path(settings.LEDGER_DIR)


class Watch:
    """Keeps every head that was ever signed or was about to be, and compares all of them in the end."""

    def __init__(self, folder: Path, trust: Path, key_folder: Path) -> None:
        self.folder, self.trust, self.keys = folder, trust, key_folder
        self.heads: dict[int, bytes] = {0: merkle.EMPTY_ROOT}
        self.recorded = 0

    def record(self, count: int) -> None:
        """Record entries, in three streams."""
        api.append(*(draft(f"s{n % 3}") for n in range(count)))
        self.recorded += count

    def look(self) -> None:
        """Remember what stands signed now. Two roots of one size are a fork."""
        store = Store(self.folder)
        note = published(store, keys.log_signer(self.keys, models.LogState.objects.get().origin or ""))
        signed = [(note.size, note.root)] if note else []
        mark = store.mark()
        marked = [(mark.size, mark.root)] if mark else []
        for size, root in signed + marked:
            assert self.heads.setdefault(size, root) == root, f"a fork at {size}"

    def recover(self) -> None:
        """Let another sealer take over, and compare everything."""
        connections.close_all()
        while seal().taken:
            pass
        self.look()
        assert api.health().frozen is None
        check_log(self.folder, self.trust, self.recorded)
        read = tiles.TileReader(Store(self.folder).read, self.recorded)
        root = read.root()
        for size, old in self.heads.items():
            proof = merkle.consistency_proof(size, self.recorded, read)
            merkle.verify_consistency(size, old, self.recorded, root, proof)

    def check(self) -> None:
        """Nothing at all is wrong, by the full check that an operator runs."""
        store = Store(self.folder)
        found = check(connect_directly, store, self.keys, self.trust)
        assert (found.faults, found.unknown) == ([], []), found.reason()


@pytest.fixture
def watch(folder: Path, settings: Any) -> Watch:
    """A log of which every signed head is remembered."""
    return Watch(folder, settings.TRUST_DIR, settings.KEYS_DIR)


def faults(what: str, calls: Counter[str], kinds: tuple[str, ...]) -> list[faulty.Fault]:
    """All faults of a kind, one for each call of a pass; in the ordinary run a seeded sample."""
    every = [faulty.Fault(call, n, what) for call in kinds for n in range(1, calls[call] + 1)]
    return every if FULL else random.Random(f"holdfast {what}").sample(every, min(SAMPLE, len(every)))


ALLOWED = {"EIO": {"error"}, "ENOSPC": {"error"}, "ECONNRESET": {"error"}, "KILL": {"killed"}}


@needs_strace
@pytest.mark.timeout(3600)
@pytest.mark.parametrize(
    ("what", "kinds"),
    [
        ("EIO", faulty.ON_DISK + faulty.READ),
        ("ENOSPC", faulty.ON_DISK),
        ("KILL", faulty.ON_DISK + faulty.READ + faulty.ON_THE_WIRE),
        # Only where something is read: a socket that takes nothing and stays open is no fault of this world.
        ("ECONNRESET", ("recvfrom",)),
    ],
)
def test_every_system_call_of_the_sealer_may_fail_or_be_its_last(
    watch: Watch, tmp_path: Path, record_property: Record, what: str, kinds: tuple[str, ...]
) -> None:
    # So that each pass fills a tile, begins one, and drops the partial ones.
    try_each(watch, tmp_path, record_property, what, kinds, lambda: watch.record(256))


@needs_strace
@pytest.mark.timeout(3600)
@pytest.mark.parametrize(
    ("what", "kinds"),
    [
        ("EIO", faulty.ON_DISK + faulty.READ),
        ("ENOSPC", ("openat", "write", "fsync", "rename")),
        ("KILL", faulty.ON_DISK + faulty.READ),
    ],
)
def test_every_system_call_of_a_pass_that_erases_may_fail_or_be_its_last(
    watch: Watch,
    tmp_path: Path,
    record_property: Record,
    database_committed: Database,
    what: str,
    kinds: tuple[str, ...],
) -> None:
    """What is erased leaves the journal in the end, whatever failed on the way, and the log stays whole."""
    watch.record(2)
    (kept,) = api.append(draft("s0", "张三 " * 9, personal=True))
    watch.recorded += 1

    def order() -> None:
        nonlocal kept
        old = kept
        (kept,) = api.append(draft("s0", "李四 " * 9, personal=True))
        erase(database_committed, old.id, "note")
        watch.recorded += 2

    try_each(watch, tmp_path, record_property, what, kinds, order, demanded=("openat", "write", "rename"))
    secret = keys.journal_key(watch.keys)
    told = [
        item.text
        for start, end in journal.ranges(Store(watch.folder))
        for entry in journal.read(Store(watch.folder), secret, start, end)
        for item in entry.disclosures
        if item.personal and item.text is not None
    ]
    assert len(told) == 1, "of all that was personal the last one alone was not erased"


def try_each(
    watch: Watch,
    tmp_path: Path,
    record_property: Record,
    what: str,
    kinds: tuple[str, ...],
    prepare: Callable[[], None],
    demanded: tuple[str, ...] | None = None,
) -> None:
    """Have each call of a pass fail once, after something new was prepared for that pass to do."""
    watch.record(300)
    seal()
    prepare()
    counted = faulty.seal_under(tmp_path)
    assert counted.how == "done", counted.said
    assert all(counted.calls[call] for call in demanded or kinds), counted.calls
    watch.recover()
    met: Counter[str] = Counter()
    for chosen in faults(what, counted.calls, kinds):
        # A later pass may make a call or two less; then the fault is not met, and the call before it fails.
        for number in range(chosen.number, max(chosen.number - 4, 0), -1):
            fault = dataclasses.replace(chosen, number=number)
            prepare()
            ended = faulty.seal_under(tmp_path, fault)
            assert ended.how in ALLOWED[what] | {"done"}, (fault, ended.said)
            connections.close_all()
            watch.look()
            watch.recover()
            if ended.how != "done":
                break
        met[ended.how] += 1
    watch.check()
    tried = sum(met.values())
    record_property("points", f"{tried - met['done']} of {tried}, 0 lost, 0 forks, 0 not recovered")
    assert tried - met["done"] >= 0.8 * tried


@pytest.mark.timeout(1800)
def test_a_leader_that_was_cut_off_goes_on_writing_and_signs_nothing_new(
    watch: Watch, database_committed: Database, record_property: Record
) -> None:
    watch.record(300)
    with FragileSealer.from_settings() as first:
        first.seal_once()
        watch.record(256)
        first.steps = []  # type: ignore[attr-defined]
        first.seal_once()
        names = list(first.steps)  # type: ignore[attr-defined]
    places = list(range(len(names)))
    if not FULL:
        places = sorted(
            {*random.Random("cut").sample(places, 3), *map(names.index, ("commit", "mark", "sign"))}
        )
    refused = 0
    for place in places:
        watch.record(256)
        refused += cut_at(place, watch, database_committed)
        watch.recover()
    watch.check()
    record_property("points", f"{len(places)}, {refused} times the old leader was stopped")
    assert refused >= len(places) - 1  # cut after the last statement, it has nothing left to ask


def seal_elsewhere() -> None:
    """One pass in a thread of its own."""
    seal()
    connections.close_all()


def cut_at(place: int, watch: Watch, database: Database) -> bool:
    """Cut the leader before its n-th step and let another seal; true when the old one failed as it should."""
    other = threading.Thread(target=seal_elsewhere)
    seen = 0
    standing = b""

    def cut(name: str) -> None:
        nonlocal seen, standing
        seen += 1
        if seen == place + 1:
            with database.connect("superuser", autocommit=True) as admin:
                cut_leaders(admin)
            other.start()
            other.join(2)  # where the old leader holds the lock of the mark, the new one waits for it
            if not other.is_alive():
                standing = (watch.folder / "checkpoint").read_bytes()

    with FragileSealer.from_settings() as old:
        old.at = cut
        try:
            old.seal_once()
            failed = False
        except (psycopg.OperationalError, LostLeadError):
            failed = True
    if standing:
        assert (watch.folder / "checkpoint").read_bytes() == standing
    if other.ident is not None:
        other.join()
    watch.look()
    return failed


@pytest.mark.timeout(1800)
def test_two_sealers_started_at_once_seal_each_entry_once(watch: Watch, record_property: Record) -> None:
    rounds = tries(5, 100)
    for number in range(rounds):
        watch.record(3 + number % 5)
        connections.close_all()
        children, let_go = started_together(2)
        let_go()
        statuses = [os.waitpid(child, 0)[1] for child in children]
        assert statuses == [0, 0], (number, statuses)
        watch.look()
    watch.recover()
    watch.check()
    record_property("rounds", f"{rounds} of two sealers, each entry sealed once")


def started_together(count: int) -> tuple[list[int], Callable[[], None]]:
    """Fork children that race once they are let go; return their ids and what lets them go."""
    barrier, start = os.pipe()
    children: list[int] = []
    for _ in range(count):
        child = os.fork()
        if child == 0:
            os.close(start)
            os.read(barrier, 1)  # ends when nobody holds the other end any more
            os._exit(race())
        children.append(child)

    def let_go() -> None:
        os.close(barrier)
        os.close(start)

    return children, let_go


def race() -> int:
    """A child's part: seal until nothing waits. Returns its exit status."""
    try:
        for _ in range(200):
            with Sealer.from_settings(batch=2) as sealer:
                while sealer.seal_once().taken:
                    pass
            if not models.Pending.objects.exists():
                return 0
            time.sleep(0.01)
    except BaseException:
        return 1
    return 2


def test_a_log_key_copied_to_a_second_deployment_signs_nothing_there(
    watch: Watch, settings: Any, databases: Databases, tmp_path: Path
) -> None:
    watch.record(5)
    seal()
    connections.close_all()
    copied = (settings.KEYS_DIR / "log.pem").read_bytes()
    with databases.fresh(tmp_path / "second") as second, connected_to(second):
        for setting in ("LEDGER_DIR", "KEYS_DIR", "TRUST_DIR"):
            setattr(settings, setting, tmp_path / "second" / setting)
            getattr(settings, setting).mkdir(parents=True)
        api.ensure_log("localhost")
        write("theirs", 3)
        (settings.KEYS_DIR / "log.pem").write_bytes(copied)
        with pytest.raises(api.FrozenError, match="log key"):
            seal()
        assert not (settings.LEDGER_DIR / "checkpoint").exists()
        assert "log key" in (api.health().frozen or "")
        assert len(write("theirs")) == 1


def test_a_wiped_journal_stops_nothing_and_the_full_check_tells(watch: Watch, settings: Any) -> None:
    watch.record(20)
    seal()
    shutil.rmtree(watch.folder / "journal")
    watch.record(4)
    watch.recover()
    kept = journal.read(Store(watch.folder), keys.journal_key(settings.KEYS_DIR), 20, 24)
    assert len(kept) == 4
    found = check(connect_directly, Store(watch.folder), settings.KEYS_DIR, settings.TRUST_DIR)
    assert {fault.code for fault in found.faults} == {"missing"}
    assert "journal" in found.reason()


def test_wiped_tiles_freeze_and_entries_are_still_recorded(watch: Watch) -> None:
    watch.record(300)
    seal()
    shutil.rmtree(watch.folder / "tile")
    watch.record(1)
    before = (watch.folder / "checkpoint").read_bytes()
    with pytest.raises(api.FrozenError, match="no file"):
        seal()
    assert (watch.folder / "checkpoint").read_bytes() == before
    watch.record(2)
    assert (api.health().pending, models.Entry.objects.count()) == (3, 303)


def test_a_clock_set_back_does_not_set_a_stream_back(watch: Watch, database_committed: Database) -> None:
    """The function that appends runs as it is; the `clock_timestamp()` that it calls is one that we set."""
    with database_committed.connect("superuser", autocommit=True) as admin:
        admin.execute("CREATE SCHEMA tower; GRANT USAGE ON SCHEMA tower TO PUBLIC")
        admin.execute("CREATE TABLE tower.shift (by interval); GRANT SELECT ON tower.shift TO PUBLIC")
        admin.execute("INSERT INTO tower.shift VALUES ('0')")
        admin.execute(
            """CREATE FUNCTION tower.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS
               'SELECT pg_catalog.clock_timestamp() + s.by FROM tower.shift s'"""
        )
        admin.execute("ALTER FUNCTION ledger_append SET search_path = tower, pg_catalog, pg_temp")

        def told(stream: str, shift: str) -> Any:
            admin.execute("UPDATE tower.shift SET by = %s", [shift])
            return write(stream)[0].at

        times = [told("hot", shift) for shift in ("0", "1 day", "0", "-2 days", "2 days")]
        assert times == sorted(times)
        assert times[1] == times[2] == times[3] < times[4]  # it stands still until the clock has caught up
        assert told("other", "-2 days") < times[0]  # a stream of its own has nothing that it could contradict
    watch.recorded = 6
    watch.recover()
    assert [entry.at for entry in api.run("hot")] == times
