"""A computer is swept: what lies where a copy is registered is in order, the rest is settled by somebody."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from custody import models as m
from custody.actions import carriers, sweeps
from custody.actions.base import ActionError, Actor, NotPermitted
from custody.actions.carriers import Carrier
from custody.apply import rebuild
from custody.compare import compare
from custody.stories import cast as people
from custody.stories.destruction import destroyed
from custody.sweep.files import Listing, keyed
from custody.sweep.looking import sweep
from custody.terms import Medium, Source, StrayState
from custody.transitions import NotNow
from ledger import api as ledger
from tests.actions.scenes import done

SHEET, MARKS = b"sheet", b"survey marks"


def item(cast: people.Cast, project: m.Project, name: str, content: bytes) -> m.Item:
    (copy,) = people.make_copies(cast, project, name, 1, sha256=hashlib.sha256(content).hexdigest())
    row: m.Item = m.Item.objects.get(id=copy.item_id)
    return row


class Office:
    """Northfield's workstation, where a copy of the sheet is registered, and an office PC where none is."""

    def __init__(self, cast: people.Cast, folder: Path) -> None:
        self.cast, self.folder = cast, folder
        self.project = people.open_project(cast, "SWEEP-1", "Sweep 检查")
        self.other = people.open_project(cast, "SWEEP-2", "Sweep 检查")
        self.sheet = item(cast, self.project, "SHEET", SHEET)
        self.marks = item(cast, self.other, "MARKS", MARKS)
        self.mei: Actor = cast.actor("mei")
        self.list: m.SweepList = done(sweeps.make_list(self.mei))

    def result(self, **files: bytes) -> bytes:
        self.folder.mkdir(exist_ok=True)
        for name, content in files.items():
            (self.folder / name).write_bytes(content)
        listing = Listing.read(sweeps.listing(self.list).written())
        return sweep(self.folder, listing).written(listing.key)

    def bring_in(self, system: str, raw: bytes) -> m.Sweep:
        row: m.Sweep = done(sweeps.bring_in(self.mei, system=self.cast.systems[system].id, raw=raw))
        return row


@pytest.fixture
def office(cast: people.Cast, tmp_path: Path) -> Office:
    return Office(cast, tmp_path / "disk")


def test_a_file_of_an_item_without_a_copy_there_is_a_stray_of_its_project(office: Office) -> None:
    row = office.bring_in("office_pc", office.result(a=SHEET, b=MARKS, c=b"other"))
    assert (row.files, row.registered, row.unknown, row.unread_count) == (3, 0, 0, 0)
    found = {(s.project_id, s.item_id, s.path, s.state) for s in m.Stray.objects.filter(sweep=row)}
    assert found == {
        (office.project.id, office.sheet.id, "a", StrayState.OPEN),
        (office.other.id, office.marks.id, "b", StrayState.OPEN),
    }
    for stray in m.Stray.objects.all():
        entry = ledger.read(stray.entry)
        told: Any = entry.values
        assert (told["kind"], entry.stream_name) == ("sweep.found/1", stray.project.stream)
        assert [one["stray"] for one in told["strays"]] == [str(stray.id)], "no project learns of another"
    assert list(compare(rebuild())) == []


def test_a_file_where_its_copy_is_registered_is_in_order(office: Office) -> None:
    row = office.bring_in("workstation", office.result(a=SHEET, b=SHEET))
    assert row.registered == 2 and not m.Stray.objects.exists()


def test_a_file_that_one_copy_alone_has_is_found_too(office: Office) -> None:
    """With a watermark of its own it is not the item's file, and its copy is on the workstation."""
    (copy,) = m.Copy.objects.filter(item=office.sheet)
    own = Carrier(Medium.FILE, sha256=hashlib.sha256(b"marked sheet").hexdigest())
    done(carriers.describe(office.mei, copy=copy.id, carrier=own, reason="Marked"))
    assert office.bring_in("workstation", office.result(a=b"marked sheet")).registered == 1
    office.list = done(sweeps.make_list(office.mei))
    office.bring_in("office_pc", office.result(a=b"marked sheet"))
    assert m.Stray.objects.get().item_id == office.sheet.id


def test_a_file_of_a_copy_that_was_destroyed_is_a_stray(office: Office) -> None:
    """The disc was burned, and its content still lies on the workstation."""
    destroyed(office.cast, office.project, list(m.Copy.objects.filter(item=office.sheet)))
    row = office.bring_in("workstation", office.result(a=SHEET))
    assert row.registered == 0 and m.Stray.objects.get().item_id == office.sheet.id


def test_a_stray_is_reported_removed_or_rightly_there(office: Office) -> None:
    office.bring_in("office_pc", office.result(a=SHEET))
    stray = m.Stray.objects.get()
    with pytest.raises(NotPermitted):
        sweeps.settle(office.cast.actor("tao"), stray=stray.id, how="remove", resolution="x")
    with pytest.raises(ActionError):
        sweeps.settle(office.mei, stray=stray.id, how="remove", resolution=" ")
    reported = done(sweeps.settle(office.mei, stray=stray.id, how="report", resolution="Told Heng"))
    assert reported.state is StrayState.REPORTED
    removed = done(sweeps.settle(office.mei, stray=stray.id, how="remove", resolution="Wiped 已擦除"))
    assert (removed.state, removed.settled_by_id) == (StrayState.REMOVED, office.cast.people["mei"].id)
    with pytest.raises(NotNow):
        sweeps.settle(office.mei, stray=stray.id, how="report", resolution="Again")
    assert list(compare(rebuild())) == []


def test_a_result_is_brought_in_once_and_only_of_a_list_made_here(office: Office) -> None:
    raw = office.result(a=SHEET)
    office.bring_in("office_pc", raw)
    here = {"system": office.cast.systems["office_pc"].id}
    with pytest.raises(ActionError, match="before"):
        sweeps.bring_in(office.mei, raw=raw, **here)
    strange = json.loads(raw) | {"list": str(m.new_id())}
    with pytest.raises(ActionError, match="not made here"):
        sweeps.bring_in(office.mei, raw=json.dumps(strange).encode(), **here)
    changed = json.loads(raw) | {"files": 2}
    for wrong in (json.dumps(changed).encode(), raw[:-20], b"", b"\0"):
        with pytest.raises(ActionError, match="whole, unchanged"):
            sweeps.bring_in(office.mei, raw=wrong, **here)
    assert m.Sweep.objects.count() == 1
    with pytest.raises(ActionError, match="no such system"):
        sweeps.bring_in(office.mei, raw=office.result(b=b"b"), system=m.new_id())


def test_a_list_names_the_items_of_its_day_and_no_later_one(office: Office) -> None:
    before = sweeps.listing(office.list).digests
    assert before == {keyed(bytes.fromhex(office.list.key), i.sha256) for i in (office.sheet, office.marks)}
    assert office.list.items == 2
    item(office.cast, office.project, "LATER", b"later")
    assert sweeps.listing(office.list).digests == before
    assert done(sweeps.make_list(office.mei)).items == 3


def test_a_file_whose_item_has_another_hash_now_is_counted(office: Office) -> None:
    raw = office.result(a=SHEET)
    m.Item.objects.filter(id=office.sheet.id).update(sha256="0" * 64)
    row = office.bring_in("office_pc", raw)
    assert row.unknown == 1 and not m.Stray.objects.exists()


def test_only_the_house_makes_lists_and_brings_results_in(office: Office) -> None:
    raw = office.result(a=SHEET)
    for who in ("tao", "lan", "jing"):
        with pytest.raises(NotPermitted):
            sweeps.make_list(office.cast.actor(who, Source.SCREEN))
        with pytest.raises(NotPermitted):
            sweeps.bring_in(office.cast.actor(who), system=office.cast.systems["office_pc"].id, raw=raw)
