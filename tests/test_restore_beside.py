"""What a restore finds beside the entries: files half written, texts of old rule packs, files of lists."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from custody import models as m
from custody.actions import reports, site
from custody.apply import rebuild
from custody.compare import compare
from custody.policy import shipped
from custody.policy.regime import Pack
from custody.replay import replay_all
from custody.reports import evidence
from custody.stories import cast as people
from custody.stories import plays
from ledger import api
from ledger.checking import check_everything
from ledger.models import Entry
from tests.databases import Database, Databases, connected_to
from tests.importers.made_up import as_csv, exclusion
from tests.ledger.scenes import FragileSealer, Killed, seal
from tests.packs import activate, house

WHY = ("--really", "--reason", "the disk died", "--ordered-by", "Guo An")


@pytest.fixture(autouse=True)
def var(empty: Database, settings: Any) -> Path:
    """Where the lists of restores go."""
    settings.VAR = empty.folder
    return empty.folder


def told(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    capsys.readouterr()
    call_command(*words)
    return capsys.readouterr().out


# --- files that an interrupted sealer left ---


def half_written(step: str) -> None:
    """Let a sealer die before a step."""

    def at(name: str) -> None:
        if name == step:
            raise Killed

    with FragileSealer.from_settings() as sealer:
        sealer.at = at
        with pytest.raises(Killed):
            sealer.seal_once()


def test_what_a_sealer_left_half_written_is_set_aside_and_named(
    played: people.Cast, empty: Database, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = settings.LEDGER_DIR
    before = {path for path in folder.rglob("*") if path.is_file()}
    people.open_project(played, "LH-LOST", "Never sealed")
    half_written("journal")
    left = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and path not in before}
    assert len(left) >= 2
    with connected_to(empty):
        assert f"Half written by an interrupted sealer: {len(left)} files" in told(capsys, "ledger_restore")
        assert {path: path.read_bytes() for path in left} == left
        assert not (folder / "set-aside").exists()
        with translation.override("zh-hans"):
            assert "set-aside/" in told(capsys, "ledger_restore")
        assert f"interrupted sealer: {len(left)} files" in told(capsys, "ledger_restore", *WHY)
        (stamp,) = (folder / "set-aside").iterdir()
        for path, raw in left.items():
            assert not path.exists()
            assert (stamp / path.relative_to(folder)).read_bytes() == raw
        seal()
        people.open_project(people.load(), "LH-NEW", "In the places of what was lost")
        assert seal().taken
        assert check_everything().found.faults == []
        assert "interrupted" not in told(capsys, "ledger_restore", "--old-database")


# --- texts of rule packs that no longer ship ---


@pytest.fixture
def under_an_old_pack(played: people.Cast, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pack]:
    """A project was judged by a version of the rules that a software in between has shipped."""
    now = shipped.pack(people.REGIME)
    old = Pack.from_text(now.text.replace(f'"version":"{now.version}"', '"version":"2999-01"'))
    assert old.sha256 != now.sha256
    monkeypatch.setitem(shipped._BUILT, people.REGIME, old)
    site.publish_packs()
    plays.in_order(played, people.open_project(played, "LH-2019", "Under the rules of then"))
    monkeypatch.setitem(shipped._BUILT, people.REGIME, now)
    seal()
    assert m.Decision.objects.filter(pack_sha256=old.sha256).count() >= 3
    yield old


def verdicts() -> set[str]:
    return {r.verdict for r in replay_all()}


def test_without_its_text_a_pack_is_named_and_its_decisions_cannot_be_replayed(
    under_an_old_pack: Pack, empty: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    with connected_to(empty):
        out = told(capsys, "ledger_restore", *WHY)
        assert f"{people.REGIME} 2999-01, SHA-256 {under_an_old_pack.sha256}" in out
        assert verdicts() == {"same", "not replayable"}
        assert list(compare(rebuild())) == []


@pytest.mark.parametrize("kept_as", ["text", "evidence"])
def test_with_its_text_in_a_folder_a_pack_comes_back_and_decisions_are_replayed(
    kept_as: str,
    under_an_old_pack: Pack,
    empty: Database,
    tmp_path_factory: Any,
    settings: Any,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = tmp_path_factory.mktemp("packs")
    if kept_as == "text":
        (folder / "then.json").write_text(under_an_old_pack.text, "utf-8")
    else:
        project = m.Project.objects.get(code="LH-2019")
        asked = reports.request(people.load().actor("mei"), project=project.id, language="en").entry
        seal()
        found = evidence.collect(asked, settings.TRUST_DIR)
        (folder / "evidence.json").write_bytes(found.raw)
    (folder / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    (folder / "list.json").write_text("[1]")
    (folder / "changed.json").write_text(under_an_old_pack.text.replace("2999-01", "2999-02"), "utf-8")
    (folder / "more").mkdir()
    with connected_to(empty):
        out = told(capsys, "ledger_restore", "--packs", str(folder), *WHY)
        assert under_an_old_pack.sha256 not in out
        assert m.RegimePack.objects.get(sha256=under_an_old_pack.sha256).body == under_an_old_pack.text
        assert not m.RegimePack.objects.filter(body="").exists()
        assert verdicts() == {"same"}
        assert list(compare(rebuild())) == []


def test_a_pack_that_the_site_put_in_force_comes_back_out_of_its_entry(
    played: people.Cast, empty: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    made = activate(house()).object
    people.open_project(played, "LH-HOUSE", "Under house rules", regime="house")
    seal()
    with connected_to(empty):
        assert made.sha256 not in told(capsys, "ledger_restore", *WHY)
        row = m.RegimePack.objects.get(name="house")
        assert (row.body, row.effective, row.entry) == (made.body, made.effective, made.entry)
        assert verdicts() == {"same"}
        assert list(compare(rebuild())) == []


def test_a_folder_of_packs_that_is_not_there_is_told_before_anything_is_done(empty: Database) -> None:
    with pytest.raises(CommandError, match=r"nothing was changed: .*no-such-folder"):
        call_command("ledger_restore", "--packs", "no-such-folder", *WHY)
    assert not m.Site.objects.exists()


# --- lines of lists of barred parties ---


@pytest.fixture
def list_file(played: people.Cast, var: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A list of barred parties that was imported and sealed."""
    path = var / "barred.csv"
    path.write_bytes(as_csv([exclusion(), exclusion(Name="OTHER SURVEYS LLC")]))
    told(capsys, "import_sam_exclusions", str(path))
    seal()
    return path


def lines() -> list[Any]:
    columns = [f.attname for f in m.BarredEntry._meta.fields if f.name not in ("id", "created_at")]
    return list(m.BarredEntry.objects.order_by("line").values_list(*columns))


@pytest.mark.parametrize("into", ["an empty database", "an older copy"])
def test_a_barred_list_gets_its_lines_back_when_its_file_is_imported_again(
    into: str,
    stories: Database,
    list_file: Path,
    empty: Database,
    databases: Databases,
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = lines()
    assert len(before) == 2
    old = ["--old-database"] if into == "an older copy" else []
    with ExitStack() as stack:
        other = stack.enter_context(databases.fresh(empty.folder, stories.name)) if old else empty
        stack.enter_context(connected_to(other))
        out = told(capsys, "ledger_restore", *old, *WHY)
        assert "Import these files again: 1\n    barred.csv, SHA-256 " in out
        assert lines() == []
        seal()
        entries, kept = Entry.objects.count(), list(m.BarredList.objects.values())
        renamed = shutil.copy(list_file, list_file.with_name("from the archive.csv"))
        assert "imported before" not in told(capsys, "import_sam_exclusions", str(renamed))
        assert lines() == before
        assert list(m.BarredList.objects.values()) == kept
        assert Entry.objects.count() == entries
        assert "imported before" in told(capsys, "import_sam_exclusions", str(list_file))
        assert lines() == before
        assert list(compare(rebuild())) == []
        assert api.health().frozen is None


def test_another_file_is_another_list_and_leaves_the_lost_one_without_lines(
    list_file: Path, empty: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    with connected_to(empty):
        told(capsys, "ledger_restore", *WHY)
        list_file.write_bytes(as_csv([exclusion()]))
        told(capsys, "import_sam_exclusions", str(list_file))
        assert sorted(row.entries.count() for row in m.BarredList.objects.all()) == [0, 1]
