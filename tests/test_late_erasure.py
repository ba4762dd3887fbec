"""A backup from before an erasure is put back: what was erased stays erased, in rows, journal and files."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from axes.models import AccessAttempt
from django.core.management import call_command
from django.db import connections
from django.test import Client, override_settings
from django.urls import reverse

from custody import models as m
from custody.actions import checks, corrections, erasing, kept, registers, reports
from custody.actions.base import Actor
from custody.actions.digests import wish
from custody.apply import rebuild
from custody.compare import compare
from custody.reports import evidence, files
from custody.reports.attachments import attach
from custody.reports.build import EVIDENCE
from custody.stories import cast as people
from custody.terms import Channel, CheckVerdict, MailRhythm, ReportState, Role
from ledger import api, journal, keys
from ledger.checking import check_everything
from ledger.restore import look_outside
from ledger.store import Store
from ledger.tlog import disclosure
from ledger.tlog import policy as policies
from ledger.tlog.verify import verify_bundle
from tests.databases import Database, Databases, connected_to
from tests.erasures import CANARY, FREE_LEVEL, NUMBER, USER, WORDS, hand_over
from tests.ledger.scenes import seal
from tests.stages import FOLDERS, bring_folders

WHY = ("--really", "--reason", "the disk died", "--ordered-by", "Guo An")


def carrying(bundle: bytes) -> bytes:
    """A PDF of one empty page with an evidence file inside."""
    made, out = pikepdf.new(), io.BytesIO()
    made.add_blank_page()
    attach(made, {EVIDENCE: bundle}, dt.datetime.now(dt.UTC))
    made.save(out)
    return out.getvalue()


def somebody_works_here(cast: people.Cast, project: m.Project) -> None:
    """A recipient whose name stands nowhere else, in all that a site keeps of people."""
    setup = Actor.setup()
    person = registers.register_person(
        setup, name=CANARY + " senior", staff_number=NUMBER, citizenships=["CN"]
    ).object
    starts = cast.today - dt.timedelta(days=1)
    for role in (Role.RECIPIENT, Role.MANAGER):
        registers.give_membership(
            setup, person=person.id, party=cast.party("westgate"), role=role, starts=starts
        )
    corrections.correct_person(setup, person=person.id, name=CANARY, citizenships=["CN"], reason="Typo")
    registers.give_sign_in(setup, person=person.id, username=USER, password=people.PASSWORD)
    cast.people["tao"] = person
    hand_over(cast, project)
    user = m.User.objects.get(username=USER)
    kept.keep_draft(user, project=project.id, verb="handoff.offer", data={"purpose": CANARY}, submission=None)
    kept.save_set(
        cast.actor("mei"), cast.users["mei"], hop=m.Hop.objects.get().id, name=f"To {CANARY}",
        receiver_person=person.id, system=cast.systems["westgate_room"].id, channel=Channel.IN_PERSON,
        purpose="Scanning",
    )  # fmt: skip
    wish(user, rhythm=MailRhythm.DAILY, address=f"{USER}@example.org", language="en")
    Client().post(reverse("account_login"), {"login": USER, "password": "wrong"})
    assert AccessAttempt.objects.filter(username=USER).exists()


def a_report_that_names_them(cast: people.Cast, folder: Path, trust: Path) -> None:
    """A finished report with the evidence, in the folder of reports."""
    (project,) = m.Project.objects.all()
    row = reports.request(cast.actor("mei"), project=project.id, language="en").object
    seal()
    found = evidence.collect(row.entry, trust)
    pdf = carrying(found.raw)
    sha256 = hashlib.sha256(pdf).hexdigest()
    name = files.name_of(project.code, str(row.id), sha256)
    files.place(folder, name, pdf)
    reports.progress(row.id, 5, "sealing")
    reports.issue(row.id, sha256=sha256, length=len(pdf), log_size=found.size, file=name)
    seal()


@pytest.fixture(scope="module")
def before(
    databases: Databases, django_db_setup: Database, django_db_blocker: Any, tmp_path_factory: Any
) -> Iterator[Database]:
    """The backup: database and folders, sealed, from the day before the erasure."""
    folder = tmp_path_factory.mktemp("before")
    fast = {"PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"]}
    places = {setting: folder / name for setting, name in FOLDERS.items()}
    with django_db_blocker.unblock(), databases.fresh(folder) as made:
        with connected_to(made), override_settings(**fast, **places):
            cast = people.enter()
            somebody_works_here(cast, people.open_project(cast, "T-1", "Test", level=FREE_LEVEL))
            seal()
            a_report_that_names_them(cast, places["REPORTS_DIR"], places["TRUST_DIR"])
        yield made


@pytest.fixture
def order(before: Database, databases: Databases, database_committed: Database) -> Iterator[str]:
    """The person is erased on the site that goes on beside the backup; then its database is lost."""
    folder = database_committed.folder
    bring_folders(before.folder, folder)
    with databases.fresh(folder, before.name) as site, connected_to(site):
        person = m.Person.objects.get(staff_number=NUMBER)
        done = erasing.erase_person(person.id, really=True, reason="asked", ordered_by="Guo An")
        assert erasing.finish()[0] == 0
        people.open_project(people.load(), "T-2", "Opened after the erasure")
        while seal().taken:
            pass
    yield str(done.entry)


def put_back(before: Database, folder: Path, *names: str) -> None:
    """Lay the backup's files of these folders over those that stand."""
    for name in names:
        shutil.copytree(before.folder / name, folder / name, dirs_exist_ok=True)


def journal_text(settings: Any) -> str:
    store, key = Store(settings.LEDGER_DIR), keys.journal_key(settings.KEYS_DIR)
    held = [entry for a, b in journal.ranges(store) for entry in journal.read(store, key, a, b)]
    return "\n".join(str(disclosure.parse(d.text).value) for e in held for d in e.disclosures if d.text)


def left_in_files_of(database: Database, words: list[str]) -> list[tuple[str, str]]:
    """Where these words stand in what PostgreSQL keeps of a database, or in the folders of its site."""
    connections.close_all()
    with database.connect("superuser", autocommit=True) as admin:
        admin.execute("VACUUM FULL")
        admin.execute("CHECKPOINT")
        row = admin.execute(
            "SELECT current_setting('data_directory'), pg_relation_filepath('custody_person')"
        ).fetchone()
    assert row is not None
    held = [*Path(*row).parent.iterdir(), *database.folder.rglob("*")]
    return [
        (word, path.name)
        for path in held
        if path.is_file()
        for raw in [path.read_bytes()]
        for word in words
        if word.encode() in raw
    ]


def texts_of(database: Database) -> list[str]:
    """The canary's disclosures as the ledger stores them: salt, name and value together, in base64url."""
    with database.connect("superuser") as admin:
        found = admin.execute("SELECT text FROM ledger_disclosure WHERE personal AND text IS NOT NULL")
        return [t for (t,) in found if any(word in str(disclosure.parse(t).value) for word in WORDS)]


def nothing_is_left(database: Database, before: Database, settings: Any, order: str) -> None:
    """The words are nowhere, the order stands, and everything that can be verified verifies."""
    while seal().taken:
        pass
    assert erasing.finish() == (0, [])
    assert not any(word in journal_text(settings) for word in WORDS)
    (row,) = [e for e in api.run("system") if e.values["kind"] == "person.erased/1"]
    assert str(row.id) == order
    assert list(compare(rebuild())) == []
    look_outside().verify()
    policy = policies.parse((settings.TRUST_DIR / "policy").read_text())
    verdict = verify_bundle(api.bundle(["system", *api.streams()]), policy)
    assert verdict.state == "ok", [c for c in verdict.checks if c.state != "ok"]
    assert check_everything().found.faults == []
    assert checks.check_custody().verdict is CheckVerdict.OK
    stored = texts_of(before)
    assert len(stored) >= 5
    assert left_in_files_of(before, [*WORDS, *stored])
    assert left_in_files_of(database, [*WORDS, *stored]) == []


def test_an_old_database_forgets_whom_the_log_has_erased_since(
    order: str,
    before: Database,
    databases: Databases,
    database_committed: Database,
    settings: Any,
    capsys: pytest.CaptureFixture[str],
) -> None:
    put_back(before, database_committed.folder, "reports")
    (report,) = (path for path in settings.REPORTS_DIR.iterdir() if path.suffix == ".pdf")
    settings.VAR = database_committed.folder
    with databases.fresh(database_committed.folder, before.name) as old, connected_to(old):
        person = m.Person.objects.get(staff_number=NUMBER)
        users = m.User.objects.filter(person=person)
        call_command("ledger_restore", "--old-database")
        assert "CAN BE RESTORED" in capsys.readouterr().out
        assert report.exists()
        assert users.filter(username=USER, is_active=True).exists()

        call_command("ledger_restore", "--old-database", *WHY)
        out = capsys.readouterr().out
        assert "Erased again" in out
        assert not any(word in out for word in WORDS)
        person.refresh_from_db()
        assert person.name == "[erased 已删除]"
        assert users.count() == 1
        for user in users:
            assert not user.is_active
            assert not user.has_usable_password()
        assert not m.Draft.objects.filter(user__in=users).exists()
        assert not m.MailWish.objects.filter(user__in=users).exists()
        assert not m.RecipientSet.objects.filter(receiver_person=person).exists()
        assert not AccessAttempt.objects.filter(username=USER).exists()
        assert m.Report.objects.get().state is ReportState.WITHDRAWN
        assert not report.exists()
        assert m.User.objects.get(username="mei").has_usable_password()
        nothing_is_left(old, before, settings, order)


def test_an_empty_database_knows_nothing_of_whom_the_log_has_erased(
    order: str,
    before: Database,
    databases: Databases,
    database_committed: Database,
    settings: Any,
    capsys: pytest.CaptureFixture[str],
) -> None:
    put_back(before, database_committed.folder, "reports", "ledger/journal")
    settings.VAR = database_committed.folder
    assert CANARY in journal_text(settings)
    with databases.fresh(database_committed.folder) as empty, connected_to(empty):
        call_command("ledger_restore", *WHY)
        users = m.User.objects.filter(person__name="[erased 已删除]")
        assert users.count() == 1
        assert not users.filter(is_active=True).exists()
        assert "ERASED-" not in capsys.readouterr().out  # nobody is told to give them a password
        assert m.Report.objects.get().state is ReportState.WITHDRAWN
        assert [path for path in settings.REPORTS_DIR.iterdir() if path.suffix == ".pdf"] == []
        nothing_is_left(empty, before, settings, order)
