"""``manage.py regimes`` as an administrator runs it, on a database of its own; and that every process learns
of an activation without being started anew."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from celery.signals import task_prerun
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from custody import models as m
from custody import regimes, tasks
from custody.policy import shipped
from custody.stories import cast as people
from tests.databases import PROJECT, Database
from tests.packs import SHIPPED, WHY, activate, house, zhejiang

ORDER = ("--reason", WHY["reason"], "--ordered-by", WHY["ordered_by"])
Manage = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def manage(database_committed: Database) -> Manage:
    """manage.py in another process, on the database of the test."""

    def run(*args: str, language: str = "") -> subprocess.CompletedProcess[str]:
        environ = {**database_committed.environ, "LC_ALL": language or "C.UTF-8"}
        return subprocess.run(
            [sys.executable, "manage.py", "regimes", *args],
            cwd=PROJECT, env=environ, capture_output=True, text=True, timeout=240,
        )  # fmt: skip

    return run


@pytest.fixture(autouse=True)
def in_english(settings: Any) -> None:
    """Commands in this process speak English, whatever the terminal says."""
    settings.TERMINAL_LANGUAGE = "en"


def written(folder: Path, raw: bytes, name: str = "house.yaml") -> str:
    path = folder / name
    path.write_bytes(raw)
    return str(path)


def said(capsys: pytest.CaptureFixture[str], *args: str) -> str:
    call_command("regimes", *args)
    return capsys.readouterr().out


def test_the_list_names_version_digest_entry_since_when_and_how_many_projects(
    cast: people.Cast, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    people.open_project(cast, "LH-1", "Lanhe")
    listed = said(capsys, "list")
    pack, row = shipped.pack(people.REGIME), m.RegimePack.objects.get(name=people.REGIME)
    part = listed.split(f"{people.REGIME} {pack.version}")[1].split("\n\n")[0]
    for told in (pack.sha256, str(row.entry), f"in force since {row.created_at.date()}", "1 project\n"):
        assert told in part
    assert listed.count("0 projects") == len(shipped.packs()) - 1
    activate(zhejiang("2026.12"))
    activate(house("1"))
    activate(zhejiang("2026.13"))
    activate(house("2", effective="2199-01-01"))
    listed = said(capsys, "list")
    assert "cn_surveying_zhejiang 2026.13" in listed
    assert "stands on cn_surveying_zhejiang 2026.12, while 2026.13 is in force" in listed
    assert "version 2 counts from 2199-01-01" in listed


def test_check_says_what_a_file_would_change_and_records_nothing(
    cast: people.Cast, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    before = m.RegimePack.objects.count()
    told = said(capsys, "check", written(tmp_path, zhejiang("2026.12", ('"40"', '"25"'))))
    assert "house.yaml: good. cn_surveying_zhejiang 2026.12, SHA-256 " in told
    assert f"Against cn_surveying_zhejiang {SHIPPED}, which is in force:" in told
    assert "HOP-03 The work is not passed on as a whole\n  max_share_pct: 40 -> 25 [Tighter]" in told
    told = said(capsys, "check", written(tmp_path, house()))
    assert f"Against cn_surveying_zhejiang {SHIPPED}" in told  # a new overlay is held against what is below
    assert m.RegimePack.objects.count() == before


def test_of_several_files_each_is_told_and_one_bad_one_fails_all(
    cast: people.Cast, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    good, bad = written(tmp_path, house()), written(tmp_path, house(share="50"), "bad.yaml")
    with pytest.raises(CommandError, match="1 file is not good"):
        call_command("regimes", "check", bad, good)
    told = capsys.readouterr()
    assert "house.yaml: good." in told.out
    assert "bad.yaml:7:21: rules.HOP-03.params.max_share_pct: 50 would loosen 40" in told.err


def test_two_files_or_packs_in_force_are_compared_rule_by_rule(
    cast: people.Cast, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    told = said(capsys, "diff", "cn_surveying_zhejiang", "cn_surveying_beijing")
    assert "  max_share_pct: 40 -> — [Looser]" in told
    assert "  core_stays: yes -> no [Looser]" in told
    assert "CTR-01" in told
    assert "Basis: — -> Beijing Surveying and Mapping Regulations, Art. 28 (verified) [Neither]" in told
    one, two = written(tmp_path, house("1", "30")), written(tmp_path, house("2", "20"), "two.yaml")
    assert said(capsys, "diff", one, two) == (
        "HOP-03 The work is not passed on as a whole\n  max_share_pct: 30 -> 20 [Tighter]\n"
    )
    assert said(capsys, "diff", one, one) == "No difference.\n"
    assert "[Tighter]" in said(capsys, "diff", "cn_surveying_zhejiang", one)


def test_activate_puts_a_file_in_force_and_says_by_which_entry(
    cast: people.Cast, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    told = said(capsys, "activate", written(tmp_path, house()), *ORDER)
    row = m.RegimePack.objects.get(name="house")
    assert f"ACTIVATED by entry {row.entry}. It counts from {row.effective}." in told
    assert "max_share_pct: 40 -> 30 [Tighter]" in told
    with pytest.raises(CommandError, match="published already, with this very content"):
        call_command("regimes", "activate", written(tmp_path, house()), *ORDER)


# --- other processes --------------------------------------------------------------------------------------


HOSTILE = {
    "alias.yaml": b"a: &a [1]\nb: [*a, *a]\n",
    "deep.yaml": b"a: " + b"[" * 200_000,
    "huge.yaml": b"x: " + b"y" * 10_485_760,
    "latin.yaml": "id: caf\u00e9".encode("latin-1"),
    "gb.yaml": "id: \u6d4b\u7ed8".encode("gb18030"),
    "nul.yaml": b"id: \0",
    "empty.yaml": b"",
    "tag.yaml": b"id: !!python/object/apply:os.system [id]\n",
    "twice.yaml": house().replace(b"version:", b"id: again\nversion:"),
    "merge.yaml": house() + b"<<: {id: x}\n",
    "day.yaml": house(effective="2026-02-30"),
    "loose.yaml": house(share="50"),
    "zone.yaml": house(extends="base"),
}


def test_hostile_files_end_with_status_1_and_a_sentence_in_either_language(
    manage: Manage, cast: people.Cast, tmp_path: Path
) -> None:
    files = [written(tmp_path, raw, name) for name, raw in HOSTILE.items()]
    for language in ("C.UTF-8", "zh_CN.UTF-8"):
        done = manage("check", *files, language=language)
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        for file in files:
            assert file + ":" in done.stderr, file
    assert "规则包不得超过" in done.stderr
    assert "比 40 宽松" in done.stderr
    for args in (("check", str(tmp_path / "none.yaml")), ("check", str(tmp_path)), ("diff", "x", "generic")):
        done = manage(*args)
        assert (done.returncode, "Traceback" in done.stderr) == (1, False)
        assert "cannot be read" in done.stderr


def test_a_process_that_runs_learns_of_an_activation_in_another(
    manage: Manage, cast: people.Cast, tmp_path: Path
) -> None:
    project = people.open_project(cast, "LH-1", "Lanhe")
    first = m.Decision.objects.get(project=project).pack_sha256
    assert first == shipped.pack(people.REGIME).sha256
    done = manage("activate", written(tmp_path, zhejiang("2026.12", ('"40"', '"25"'))), *ORDER)
    assert (done.returncode, done.stderr) == (0, "")
    assert "ACTIVATED" in done.stdout
    # This process was told nothing. Its next act asks.
    assert regimes.in_force(people.REGIME).sha256 == first  # type: ignore[union-attr]
    later = people.open_project(cast, "LH-2", "Lanhe again")
    new = m.RegimePack.objects.get(name=people.REGIME, version="2026.12").sha256
    assert m.Decision.objects.get(project=later).pack_sha256 == new
    assert manage("list").stdout.count(new) == 1


def test_a_page_learns_of_an_activation_in_another_process(
    manage: Manage, cast: people.Cast, tmp_path: Path
) -> None:
    regimes.refresh()
    assert manage("activate", written(tmp_path, house()), *ORDER).returncode == 0
    assert "house" not in regimes.all_names()
    Client().get("/accounts/login/")
    assert "house" in regimes.all_names()


def test_a_job_learns_before_it_runs(cast: people.Cast) -> None:
    regimes.refresh()
    stale = regimes._shelf
    activate(house())
    regimes._shelf = stale  # as a worker holds it that was told nothing
    assert "house" not in regimes.all_names()
    task_prerun.send(sender=tasks.relay)
    assert "house" in regimes.all_names()
