"""Servers, databases and folders for tests.

`db` is rolled back; `transactional_db` commits, in a database of its own. `database` is the test's database,
with `url(role)`, `connect(role)` and `environ` for other processes; `database_committed` is the same for
tests that commit. `valkey` is an emptied Valkey database of this worker.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import redis

from config.embedded import Engine
from tests.databases import PROJECT, TEMPLATE, Database, Databases, connected_to, let_go, remove, start_engine
from tests.scale import DAY, FULL, MANY, TURNS, of_today, turn_of_today
from tests.stages import FIXTURES, FOLDERS, Stage, lay_out

pytest_plugins = [
    "tests.backups",
    "tests.cast",
    "tests.chromium",
    "tests.reports.made",
    "tests.reports.kinds_made",
]
ONE_SITE = {f"tests/browser/test_{name}.py" for name in ("every_page", "hashing", "keyboard", "whole_job")}
_engine = pytest.StashKey[Engine]()
# A slow machine is no fault of what is tested.
hypothesis.settings.register_profile("patient", hypothesis.settings(deadline=None))
hypothesis.settings.load_profile("patient")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Start the engine in the first process and tell Django's settings where it is, before they are read."""
    if not hasattr(config, "workerinput"):
        for name in [n for n in os.environ if n.startswith("DATABASE_") or n in {"REDIS_URL", "SITE_URL"}]:
            del os.environ[name]
        engine = config.stash[_engine] = start_engine()
        config.option.basetemp = config.option.basetemp or str(engine.var / "tmp")  # all stays in var/
        os.environ["HOLDFAST_VAR"] = str(engine.var)
        os.environ["HOLDFAST_DAY"] = str(DAY)  # midnight may come before the last worker
        os.environ["HOLDFAST_TEST_SOCKETS"] = str(engine.socket_folder("pg"))
        os.environ["HOLDFAST_TEST_VALKEY"] = engine.urls()["REDIS_URL"].partition("?")[0]
    number = int("".join(filter(str.isdigit, os.environ.get("PYTEST_XDIST_WORKER", "0"))) or 0)
    os.environ["REDIS_URL"] = f"{os.environ['HOLDFAST_TEST_VALKEY']}?db={number % 16}"
    os.environ.setdefault("HOLDFAST_DEMO", "1")
    os.environ.setdefault("REQUESTS_A_MINUTE", "0")  # a test asks more in a minute than any person
    os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(PROJECT / "var" / "cache" / "hypothesis"))
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    django.setup()
    if getattr(config.option, "numprocesses", None):
        # Workers inherit this: pytest-django would read the settings in them before their own address of
        # Valkey stands above, and all of them would share one database, counters and locks too.
        del os.environ["DJANGO_SETTINGS_MODULE"]


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the engine and leave nothing behind."""
    if _engine in config.stash:
        engine = config.stash[_engine]
        engine.stop()
        remove(engine.var)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say with a failure which samples were tried."""
    if not FULL and (terminalreporter.stats.get("failed") or terminalreporter.stats.get("error")):
        terminalreporter.write_line(f"HOLDFAST_DAY={DAY} tries the same samples again")


def of_many_cases(items: list[pytest.Item]) -> dict[pytest.Item, tuple[str, int]]:
    """Return the cases of tests that try many on a database, each with the test's name and its own number."""
    found: dict[str, list[pytest.Item]] = {}
    for item in items:
        if getattr(item, "callspec", None) and (
            {"_django_db_helper", "database", "database_committed"} & set(getattr(item, "fixturenames", ()))
            or item.get_closest_marker("django_db")
        ):
            found.setdefault(item.nodeid.partition("[")[0], []).append(item)
    return {
        item: (name, number)
        for name, cases in found.items()
        if len(cases) > MANY
        for number, item in enumerate(cases)
    }


def has_its_turn(item: pytest.Item) -> bool:
    """Say whether a test that is not tried every day is tried today."""
    days = TURNS.get(item.nodeid.partition("[")[0])
    return days is None or turn_of_today(item.nodeid, days)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave to the night what is marked so and what is not of today's share. Begin with the files that take
    longest, so that no process is left alone with one at the end."""
    many = of_many_cases(items)
    if os.environ.get("HOLDFAST_CASES") == "1":
        left = {item for item in items if item not in many}
    else:
        left = {item for item in items if not FULL and item.get_closest_marker("nightly")}
        left |= {item for item, (name, number) in many.items() if not of_today(name, number)}
        left |= {item for item in items if not has_its_turn(item)}
    if left:
        items[:] = [item for item in items if item not in left]
        config.hook.pytest_deselected(items=list(left))
    marks = [{mark.name for mark in item.iter_markers()} & {"browser", "slow"} for item in items]
    longest: dict[Path, int] = {}
    for item, found in zip(items, marks, strict=True):
        longest[item.path] = max(longest.get(item.path, 0), len(found))
    items.sort(key=lambda item: -longest[item.path])


@pytest.fixture(scope="session", autouse=True)
def _static_files_are_found_once() -> Iterator[None]:
    """Each client of a test loads the middleware anew, which asks the disk about a hundred files."""
    from whitenoise.middleware import WhiteNoiseMiddleware

    find = WhiteNoiseMiddleware.add_files_from_finders
    found: dict[str, Any] = {}

    def find_once(self: WhiteNoiseMiddleware) -> None:
        if not found:
            find(self)
            found.update(self.files)
        self.files = dict(found)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", find_once)
        yield


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Keep a file in one process, and in one all files of the site that a browser visits: each process with
    some of them would start a site of its own."""
    if config.getvalue("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class Together(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file: str = super()._split_scope(nodeid)
            return "one site" if file in ONE_SITE else file

    return Together(config, log)


@pytest.fixture(autouse=True)
def language() -> Iterator[None]:
    """A request leaves its language behind in the thread; the next test begins in English."""
    from django.utils import translation

    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def no_sealer(monkeypatch: pytest.MonkeyPatch) -> None:
    """No sealer runs beside a test: what a register has to print is not waited for."""
    from custody.actions import register_prints

    monkeypatch.setattr(register_prints, "SEALED_WITHIN", 0.0)


@pytest.fixture(scope="session", autouse=True)
def sign_ins_are_noted() -> None:
    """What notes a session is loaded before anybody signs in, as a site does it."""
    from custody.web import sessions  # noqa: F401


@pytest.fixture(scope="session")
def databases(worker_id: str) -> Databases:
    """The databases of this process, with the template made."""
    return Databases(Path(os.environ["HOLDFAST_VAR"]), worker_id)


@pytest.fixture(scope="session")
def django_db_setup(
    databases: Databases, django_test_environment: None, django_db_blocker: Any, tmp_path_factory: Any
) -> Iterator[Database]:
    """Make the template, and the one database that rolled-back tests of this process share."""
    with django_db_blocker.unblock():
        databases.make_template()
        with databases.fresh(tmp_path_factory.mktemp("shared")) as shared:
            yield shared


@pytest.fixture
def _django_db_helper(
    request: pytest.FixtureRequest,
    django_db_setup: Database,
    databases: Databases,
    django_db_blocker: Any,
    tmp_path: Path,
    settings: Any,
    valkey: redis.Redis,
) -> Iterator[Database]:
    """Take the place of pytest-django's fixture behind `db`, `transactional_db` and the `django_db` mark."""
    mark = request.node.get_closest_marker("django_db")
    commits = bool(mark and mark.kwargs.get("transaction")) or bool(
        {"transactional_db", "live_server", "database_committed"} & set(request.fixturenames)
    )
    from custody import regimes

    asked = [stage for fixture, stage in FIXTURES.items() if fixture in request.fixturenames]
    stage: Stage | None = None
    with django_db_blocker.unblock():
        if asked:
            stage = request.getfixturevalue("stages").get(asked[0])
        regimes.forget()  # what another database had published
        lay_out(tmp_path, stage)
        for setting, name in FOLDERS.items():
            setattr(settings, setting, tmp_path / name)
        begins = stage.database if stage else django_db_setup
        if commits:
            template = begins.name if stage else TEMPLATE
            let_go()
            with databases.fresh(tmp_path, template) as own, connected_to(own):
                yield own
        else:
            shared = Database(begins.name, tmp_path, begins.var)
            with connected_to(shared, ("default",), keep=True):
                yield from _rolled_back(shared)


def _rolled_back(shared: Database) -> Iterator[Database]:
    """One transaction around the test, marked like TestCase's: `atomic(durable=True)` may stand inside."""
    from django.db import connection, transaction

    atomic = transaction.atomic()
    atomic._from_testcase = True  # type: ignore[attr-defined]
    atomic.__enter__()
    try:
        yield shared
        if connection.is_usable() and not connection.needs_rollback:
            connection.check_constraints()
    finally:
        transaction.set_rollback(True)
        atomic.__exit__(None, None, None)


@pytest.fixture
def database(_django_db_helper: Database) -> Database:
    """The database of this test."""
    return _django_db_helper


@pytest.fixture
def database_committed(_django_db_helper: Database) -> Database:
    """The database of this test, of its own: what it writes is committed, other processes see it."""
    return _django_db_helper


@pytest.fixture
def valkey() -> Iterator[redis.Redis]:
    """An empty Valkey database, the one that cache and Celery of this worker use."""
    client = redis.Redis.from_url(os.environ["REDIS_URL"])
    client.flushdb()
    yield client
    client.close()
