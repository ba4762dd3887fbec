"""Evidence files with their entries: what a crash leaves, what a full check names, what an erasure takes."""

from __future__ import annotations

import threading
import uuid
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from custody import models as m
from custody.actions import checks, erasing, files
from custody.actions.base import ActionError
from custody.actions.restore import restore
from custody.apply import rebuild
from custody.compare import compare
from custody.evidence.store import ABANDONED_SECONDS, NoFile, Received
from custody.evidence.words import EvidenceOf
from custody.tasks import draw_file
from custody.terms import CheckVerdict
from tests.databases import Database
from tests.evidence.made import pdf

PDF = pdf(2)


def received(data: bytes = PDF) -> Received:
    incoming = files.begin()
    incoming.write(data)
    return incoming.finish()


def attached(cast: Any, what: EvidenceOf, subject: uuid.UUID, data: bytes = PDF, who: str = "mei") -> Any:
    got = received(data)
    return files.attach(cast.actor(who), what=what, subject_id=subject, file=got).object


def of_lakeside(cast: Any) -> m.Qualification:
    row: m.Qualification = m.Qualification.objects.filter(party=cast.party("lakeside"))[0]
    return row


def test_a_committed_file_is_kept_and_its_pages_drawn_by_the_worker(committed_cast: Any) -> None:
    row = attached(committed_cast, EvidenceOf.QUALIFICATION, of_lakeside(committed_cast).id)
    assert [path.name for path in files.store().folder.glob("*/*.sealed")] == [f"{row.id}.sealed"]
    job = m.OutboxJob.objects.get(task=files.DRAW_TASK)
    draw_file(str(job.id))
    draw_file(str(job.id))
    row.refresh_from_db()
    job.refresh_from_db()
    assert (row.pages, row.drawn, row.failure) == (2, 2, "") and job.done_at
    assert files.page_image(row, 2, "s").startswith(b"\x89PNG")
    assert list(compare(rebuild())) == []


def test_an_act_that_fails_takes_its_file_away(committed_cast: Any) -> None:
    row = attached(committed_cast, EvidenceOf.QUALIFICATION, of_lakeside(committed_cast).id)
    with pytest.raises(ActionError, match="attached already"):
        attached(committed_cast, EvidenceOf.QUALIFICATION, row.subject)
    assert len(list(files.store().folder.glob("*/*.key"))) == 1


def test_two_who_attach_the_same_file_at_once_attach_it_once(committed_cast: Any) -> None:
    from django.db import connections

    subject, told = of_lakeside(committed_cast).id, []

    def attach(who: str) -> None:
        try:
            told.append(attached(committed_cast, EvidenceOf.QUALIFICATION, subject, who=who))
        except ActionError as error:
            told.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=attach, args=[who]) for who in ("mei", "heng") for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(isinstance(each, m.EvidenceFile) for each in told) == 1
    assert len(list(files.store().folder.glob("*/*.key"))) == 1


def test_what_a_crash_left_is_settled_by_the_sweeper(committed_cast: Any) -> None:
    row = attached(committed_cast, EvidenceOf.QUALIFICATION, of_lakeside(committed_cast).id)
    orphan = received()
    store = files.store()
    (path,) = store.folder.glob(f"*/{row.id}.sealed")
    path.rename(path.with_suffix(".new"))  # killed between commit and rename
    assert files.sweep() == []
    import os
    import time

    for each in store.folder.glob("*/*.new"):
        os.utime(each, (time.time() - ABANDONED_SECONDS - 60,) * 2)
    assert files.sweep() == [f"{orphan.id}.new"]
    assert b"".join(files.content(row)) == PDF and path.exists()


def test_a_full_check_names_a_file_that_is_missing_or_changed(committed_cast: Any) -> None:
    subject = of_lakeside(committed_cast).id
    good, lost, changed, keyless = (
        attached(committed_cast, EvidenceOf.QUALIFICATION, subject, PDF + bytes([n])) for n in range(4)
    )
    assert checks.check_custody().verdict is CheckVerdict.OK
    folder = files.store().folder
    next(folder.glob(f"*/{lost.id}.sealed")).unlink()
    path = next(folder.glob(f"*/{changed.id}.sealed"))
    path.write_bytes(path.read_bytes()[:-20])
    next(folder.glob(f"*/{keyless.id}.key")).unlink()
    found = checks.check_custody()
    assert found.verdict is CheckVerdict.BAD and found.count == 0
    told = "\n".join(found.files)
    assert str(good.id) not in told and all(str(row.id) in told for row in (lost, changed, keyless))
    out = StringIO()
    with pytest.raises(SystemExit) as left:
        call_command("custody_fsck", "--quiet", stdout=out)
    assert left.value.code == 1 and "Evidence files are missing" in out.getvalue()
    assert str(lost.id) in checks.newest_run(checks.CheckKind.CUSTODY).summary  # type: ignore[union-attr]


def test_a_file_about_a_person_goes_when_they_are_erased(committed_cast: Any) -> None:
    from tests.ledger.scenes import seal

    cast = committed_cast
    about = cast.people["tao"].id
    row = attached(cast, EvidenceOf.VETTING, about, who="an")
    other = attached(cast, EvidenceOf.QUALIFICATION, of_lakeside(cast).id)
    seal()
    erasing.erase_person(about, really=False, reason="x", ordered_by="y")
    assert b"".join(files.content(row)) == PDF
    erasing.erase_person(about, really=True, reason="They asked", ordered_by="Court")
    erasing.finish()
    row.refresh_from_db()
    assert row.erased
    with pytest.raises(NoFile):
        files.store().read(row.id)
    assert list(files.store().folder.glob(f"*/{row.id}*")) == []
    with pytest.raises(ActionError, match="erased"):
        files.content(row)
    assert b"".join(files.content(other)) == PDF
    assert list(compare(rebuild())) == []
    assert checks.check_custody().verdict is CheckVerdict.OK


def test_a_key_that_came_back_with_a_backup_is_named_and_deleted_again(committed_cast: Any) -> None:
    row = attached(committed_cast, EvidenceOf.VETTING, committed_cast.people["tao"].id, who="an")
    m.EvidenceFile.objects.filter(id=row.id).update(erased=True)
    assert any("its key is still there" in line for line in checks.check_custody().files)
    assert files.sweep() == [str(row.id)]


def test_a_restore_brings_the_rows_back_and_names_the_files_that_are_gone(
    committed_cast: Any, databases: Any, database_committed: Database
) -> None:
    from tests.databases import connected_to
    from tests.ledger.scenes import seal

    subject = of_lakeside(committed_cast).id
    kept = attached(committed_cast, EvidenceOf.QUALIFICATION, subject)
    lost = attached(committed_cast, EvidenceOf.QUALIFICATION, subject, PDF + b"!")
    seal()
    next(files.store().folder.glob(f"*/{lost.id}.sealed")).unlink()
    with databases.fresh(database_committed.folder) as empty, connected_to(empty):
        done = restore(really=True, reason="the disk died", ordered_by="Guo An", all_was_sealed=True)
        assert done.lost["evidence_files"] == [f"{lost.id}, SHA-256 {lost.sha256}"]
        assert b"".join(files.content(m.EvidenceFile.objects.get(id=kept.id))) == PDF
        files.draw_pages(kept.id)
        assert m.EvidenceFile.objects.get(id=kept.id).drawn == 2
