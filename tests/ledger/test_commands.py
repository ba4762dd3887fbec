"""The commands an operator types."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from ledger import api
from tests.databases import PROJECT, Database
from tests.ledger.scenes import write


def manage(database: Database, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run `manage.py` in a process of its own on the database of the test."""
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=PROJECT,
        env={**database.environ, **environ},
        capture_output=True,
        text=True,
        check=False,
    )


def test_keys_names_the_log_once(database_committed: Database, settings: Any, capsys: Any) -> None:
    for _ in range(2):
        call_command("ledger_keys")
    first, second = capsys.readouterr().out.split("origin")[1:]
    assert first == second
    (settings.KEYS_DIR / "log.pem").unlink()
    with pytest.raises(CommandError, match="Restore it"):
        call_command("ledger_keys")


def test_seal_once_seals_all_that_waits_and_ends(log: str, database_committed: Database) -> None:
    write("a", 3)
    done = manage(database_committed, "ledger_seal", "--once")
    assert (done.returncode, done.stdout) == (0, "")
    assert api.health().size == 3


def test_a_frozen_log_says_why(log: str, database_committed: Database, settings: Any) -> None:
    write("a")
    manage(database_committed, "ledger_seal", "--once")
    (settings.LEDGER_DIR / "mark").unlink()
    write("a")
    done = manage(database_committed, "ledger_seal", "--once")
    assert done.returncode == 1
    assert "mark file" in done.stderr
    assert api.health().size == 1


def test_a_command_speaks_the_language_of_the_terminal(database_committed: Database) -> None:
    """The commands that restore and erase had answered in English on every terminal."""
    for environ, said in (
        ({"LC_ALL": "zh_CN.UTF-8"}, "请用 --reason"),
        ({"LC_ALL": "C.UTF-8"}, "Say with --reason"),
    ):
        done = manage(database_committed, "ledger_restore", "--really", **environ)
        assert done.returncode == 1
        assert said in done.stderr, done.stderr


def test_the_web_application_does_not_load_without_a_wall(database_committed: Database) -> None:
    def load() -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", "import config.wsgi"]
        environ = {**database_committed.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}
        return subprocess.run(command, cwd=PROJECT, env=environ, capture_output=True, text=True, check=False)

    assert load().returncode == 0
    with database_committed.connect("superuser") as admin:
        admin.execute("ALTER TABLE ledger_entry DISABLE TRIGGER ledger_append_only")
    done = load()
    assert done.returncode != 0
    assert "ledger.E001" in done.stderr
