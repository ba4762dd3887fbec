"""A list of barred parties goes in once; one that a restore left without its lines gets them back."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from custody import models as m
from custody.stories.cast import Cast
from ledger.models import Entry
from tests.importers.made_up import as_csv, exclusion


def take_in(path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    call_command("import_sam_exclusions", str(path))
    return capsys.readouterr().out


def test_a_list_goes_in_once(
    signed_in_cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "barred.csv"
    raw = as_csv([exclusion(), exclusion(Name="OTHER SURVEYS LLC")])
    path.write_bytes(raw)

    def stand() -> tuple[Any, ...]:
        rows = m.BarredEntry.objects.order_by("line").values_list("line", "name", "name_key", "uei")
        return list(rows), m.BarredList.objects.count(), Entry.objects.count()

    take_in(path, capsys)
    before = stand()
    assert len(before[0]) == 2
    assert "imported before" in take_in(path, capsys)
    assert stand() == before


def test_a_list_that_a_restore_left_without_lines_gets_them_back_and_no_second_entry(
    signed_in_cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raw = as_csv([exclusion(), exclusion(Name="OTHER SURVEYS LLC")])
    path = tmp_path / "barred.csv"
    path.write_bytes(raw)
    restored = m.BarredList.objects.create(
        source="sam.gov/exclusions", file_name="barred.csv", sha256=hashlib.sha256(raw).hexdigest(), rows=2,
        rejected=0, entry=signed_in_cast.site.entry,
    )  # fmt: skip
    entries = Entry.objects.count()
    assert "imported before" not in take_in(path, capsys)
    assert restored.entries.count() == 2
    assert (m.BarredList.objects.count(), Entry.objects.count()) == (1, entries)
    assert "imported before" in take_in(path, capsys)
