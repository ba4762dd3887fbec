"""The test databases keep what conftest promises: rolled back or of one's own, never the owner's rights."""

from __future__ import annotations

import subprocess
import sys
import threading

import psycopg
import pytest
from django.db import connection, connections, transaction

from tests.databases import PROJECT, Database

NAME = "holdfast.example"


def sessions() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_session")
        return int(cursor.fetchone()[0])


def write_session() -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO django_session VALUES ('k', '', now())")


@pytest.mark.parametrize("turn", [1, 2])
def test_a_plain_test_is_rolled_back(db: None, turn: int) -> None:
    assert sessions() == 0
    with transaction.atomic(durable=True):
        write_session()
    assert sessions() == 1


@pytest.mark.parametrize("turn", [1, 2])
def test_a_committing_test_has_a_database_of_its_own(database_committed: Database, turn: int) -> None:
    assert sessions() == 0
    write_session()
    with database_committed.connect("owner") as other:
        assert other.execute("SELECT count(*) FROM django_session").fetchone() == (1,)
    seen: list[int] = []

    def look() -> None:
        seen.append(sessions())
        connections.close_all()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [1]


@pytest.mark.django_db(transaction=True)
def test_the_mark_of_pytest_django_means_the_same(database: Database) -> None:
    assert connection.settings_dict["NAME"] == database.name
    write_session()
    with connections["sealer"].cursor() as cursor:
        cursor.execute("SELECT current_user, current_database()")
        assert cursor.fetchone() == ("holdfast_sealer", database.name)


def test_tests_run_as_the_application_role(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, rolsuper FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == ("holdfast_app", False)


def test_a_rolled_back_test_cannot_write_past_its_transaction(db: None) -> None:
    with pytest.raises(Exception, match="sees only the default connection"):
        connections["owner"].cursor()


def test_another_process_reaches_the_database_of_the_test(database_committed: Database) -> None:
    write_session()
    program = (
        "import django; django.setup(); from django.contrib.sessions.models import Session;"
        "print(Session.objects.count())"
    )
    environ = {**database_committed.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT, env=environ, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "1"


def test_the_reader_role_writes_nothing(database_committed: Database) -> None:
    with database_committed.connect("reader") as reader, pytest.raises(psycopg.errors.InsufficientPrivilege):
        reader.execute("INSERT INTO django_session VALUES ('k', '', now())")
