"""What is known about a human is given up on order, everywhere; and every proof still holds."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import os
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import translation

from custody import models as m
from custody.actions import checks, erasing, factors, holds, identities, pins, registers, reports, slips
from custody.actions.base import ActionError, Actor
from custody.actions.restore import restore
from custody.apply import rebuild
from custody.compare import compare
from custody.management import erasure
from custody.replay import replay_all
from custody.reports import evidence, files
from custody.reports.attachments import attach
from custody.reports.build import EVIDENCE
from custody.stories import cast as people
from custody.terms import CheckVerdict, ReportState, Role, SlipPurpose
from ledger import api, journal, keys
from ledger.checking import check_everything
from ledger.restore import look_outside
from ledger.sealer import Sealer
from ledger.store import Store
from ledger.tlog import disclosure
from ledger.tlog import policy as policies
from ledger.tlog.verify import verify_bundle
from tests.databases import Database, Databases, connected_to
from tests.erasures import CANARY, NUMBER, USER, WHY, WORDS, copied, played, told
from tests.house_provider import HouseProvider
from tests.ledger.scenes import seal


@pytest.fixture(scope="module")
def scene(
    databases: Databases, django_db_setup: Database, django_db_blocker: Any, tmp_path_factory: Any
) -> Iterator[Database]:
    with played(databases, django_db_blocker, tmp_path_factory.mktemp("erasing")) as made:
        yield made


@pytest.fixture
def here(scene: Database, databases: Databases, database_committed: Database) -> Iterator[Database]:
    with copied(scene, databases, database_committed) as copy:
        yield copy


@pytest.fixture
def person(here: Database) -> m.Person:
    """The person with the name that stands nowhere else."""
    found: m.Person = m.Person.objects.get(staff_number=NUMBER)
    return found


def carrying(bundle: bytes) -> bytes:
    """A PDF of one empty page with an evidence file inside."""
    made, out = pikepdf.new(), io.BytesIO()
    made.add_blank_page()
    attach(made, {EVIDENCE: bundle}, dt.datetime.now(dt.UTC))
    made.save(out)
    return out.getvalue()


def journal_text(settings: Any) -> str:
    """The plain text of the whole journal."""
    store, key = Store(settings.LEDGER_DIR), keys.journal_key(settings.KEYS_DIR)
    kept = [entry for a, b in journal.ranges(store) for entry in journal.read(store, key, a, b)]
    return "\n".join(str(disclosure.parse(d.text).value) for e in kept for d in e.disclosures if d.text)


def test_a_person_is_erased_from_tables_ledger_and_journal(
    person: m.Person, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert all(word in journal_text(settings) for word in WORDS)
    out = told(capsys, "erase_person", NUMBER, *WHY)
    assert "ERASED by entry" in out
    assert "and in the journal" in out
    assert "Backups" in out
    row = m.Person.objects.get(id=person.id)
    assert (row.name, row.citizenships) == ("[erased 已删除]", None)
    assert row.staff_number.startswith("ERASED-")
    assert (row.vetting, row.vetted_to, row.trained_on, row.undertaking_on) == (None,) * 4
    assert {row.post, row.vetting_evidence, row.training_evidence, row.undertaking_evidence} == {row.name}
    user = m.User.objects.get(person=person)
    assert not user.has_usable_password()
    assert not user.is_active
    assert list(compare(rebuild())) == []
    assert not any(word in journal_text(settings) for word in WORDS)
    seal()
    look_outside().verify()


def test_ways_to_sign_in_go_with_their_owner(
    person: m.Person, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    house = m.Site.objects.get().operator_id
    registers.give_membership(
        Actor.setup(), person=person.id, party=house, role=Role.CUSTODIAN, starts=dt.date(2026, 1, 1)
    )
    user, secret = m.User.objects.get(person=person), "A" * 32
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    factors.enrol_app(Actor.of(user), user=user.pk, name="Red telephone", secret=secret, code=code)
    seal()
    assert "Red telephone" in journal_text(settings) and Authenticator.objects.exists()
    told(capsys, "erase_person", NUMBER, *WHY)
    assert m.Factor.objects.get().name == "[erased 已删除]" and not Authenticator.objects.exists()
    assert "Red telephone" not in journal_text(settings)
    assert list(compare(rebuild())) == []


def test_a_counter_pin_goes_with_its_owner(person: m.Person, capsys: pytest.CaptureFixture[str]) -> None:
    house = m.Site.objects.get().operator_id
    registers.give_membership(
        Actor.setup(), person=person.id, party=house, role=Role.CUSTODIAN, starts=dt.date(2026, 1, 1)
    )
    user = m.User.objects.get(person=person)
    pins.set_own(Actor.of(user), user=user.pk, pin="271806")
    seal()
    assert pins.fits(user, "271806")
    told(capsys, "erase_person", NUMBER, *WHY)
    assert m.CounterPin.objects.get().digest == "" and not pins.fits(user, "271806")
    assert list(compare(rebuild())) == []


def two_makers() -> list[Actor]:
    """Register an administrator and an officer who can sign in: what lets others in takes two."""
    house, setup = m.Site.objects.get().operator_id, Actor.setup()
    makers = []
    for name, role in (("first", Role.ADMINISTRATOR), ("second", Role.OFFICER)):
        row = registers.register_person(setup, name=name, staff_number=name).object
        registers.give_membership(setup, person=row.id, party=house, role=role, starts=dt.date(2026, 1, 1))
        given = registers.give_sign_in(setup, person=row.id, username=name, password="a long one of theirs 4")
        makers.append(Actor.of(given.object))
    return makers


def test_accounts_at_the_sign_in_provider_go_with_their_owner(
    person: m.Person, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.OIDC = HouseProvider(1).settings()
    makers = two_makers()
    user = m.User.objects.get(person=person)
    for subject in ("first-subject", "second-subject"):
        row = identities.propose(makers[0], user=user.pk, subject=subject).object
        identities.confirm(makers[1], identity=row.id)
    identities.propose(makers[0], user=user.pk, subject="third-subject")
    m.User.objects.filter(pk=user.pk).update(is_active=False)
    assert identities.come("second-subject") == "inactive"
    seal()
    told(capsys, "erase_person", NUMBER, *WHY)
    assert not any("subject" in row.subject for row in m.Identity.objects.all())
    assert all(row.subject.startswith("ERASED-") for row in m.Identity.objects.all())
    assert not any(f"{n}-subject" in journal_text(settings) for n in ("first", "second", "third"))
    assert identities.come("second-subject") == "unknown"
    assert list(compare(rebuild())) == []


def test_a_slip_that_was_out_opens_nothing_for_an_erased_person(
    person: m.Person, capsys: pytest.CaptureFixture[str]
) -> None:
    makers = two_makers()
    user = m.User.objects.get(person=person)
    asked, first = slips.ask(makers[0], user=user.pk, purpose=SlipPurpose.PASSWORD, reason="At the counter")
    _, second = slips.confirm(makers[1], slip=asked.object.id)
    name = user.username
    seal()
    told(capsys, "erase_person", NUMBER, *WHY)
    user.refresh_from_db()
    for username in (name, user.username):
        outcome = slips.set_password(
            username=username, codes=(first, second), password="a long one of mine 5"
        )
        assert outcome is None or outcome.state == "refused"
    user.refresh_from_db()
    assert not user.has_usable_password() and not user.is_active
    assert list(compare(rebuild())) == []


def test_nothing_of_it_is_left_in_the_files_of_the_database(
    person: m.Person, here: Database, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    with here.connect("superuser", autocommit=True) as admin:
        folder = Path(admin.execute("SHOW data_directory").fetchone()[0])  # type: ignore[index]
        one = admin.execute("SELECT pg_relation_filepath('custody_person')").fetchone()
        assert one is not None
        base = (folder / one[0]).parent

        def files_with(word: str) -> list[Path]:
            admin.execute("CHECKPOINT")
            return [p for p in base.iterdir() if p.is_file() and word.encode() in p.read_bytes()]

        stored = [  # the ledger keeps salt, name and value together, in base64url
            text
            for (text,) in admin.execute("SELECT text FROM ledger_disclosure WHERE personal").fetchall()
            if any(word in str(disclosure.parse(text).value) for word in WORDS)
        ]
        assert len(stored) >= 5
        assert all(files_with(word) for word in [*WORDS, *stored])
        told(capsys, "erase_person", str(person.id), *WHY)
        connections.close_all()
        for _ in range(10):  # for a moment another one's view, such as the autovacuum's, may keep dead rows
            admin.execute("VACUUM FULL")
            if not (left := [word for word in [*WORDS, *stored] if files_with(word)]):
                break
            time.sleep(1)
        assert left == []
    outside = [p for p in here.folder.rglob("*") if p.is_file()]
    assert outside
    assert [p for p in outside if any(word.encode() in p.read_bytes() for word in WORDS)] == []


def test_a_dry_run_erases_nothing(
    person: m.Person, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    with translation.override("zh-hans"):
        assert "可以删除" in told(capsys, "erase_person", NUMBER)
    assert m.Person.objects.get(id=person.id).name == CANARY
    assert CANARY in journal_text(settings)
    assert not [e for e in api.run("system") if e.values["kind"] == "person.erased/1"]


def test_one_field_is_erased_and_the_others_stay(
    person: m.Person, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    (entry,) = [e for e in api.run("system") if e.values.get("username") == USER]
    with pytest.raises(CommandError, match="no personal value"):
        call_command("erase_field", str(entry.id), "kind", *WHY)
    told(capsys, "erase_field", str(entry.id), "username", *WHY)
    assert USER not in journal_text(settings)
    assert m.User.objects.get(person=person).username.startswith("ERASED-")
    assert m.Person.objects.get(id=person.id).name == CANARY
    assert list(compare(rebuild())) == []
    with pytest.raises(CommandError, match="no personal value"):
        call_command("erase_field", str(entry.id), "username", *WHY)


def test_a_legal_hold_refuses_and_the_refusal_is_recorded_until_it_is_lifted(
    person: m.Person, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    order = ("--reason", "A court asked", "--ordered-by", "Guo An")
    (sign_in,) = [e for e in api.run("system") if e.values.get("username") == USER]
    assert "HELD by entry" in told(capsys, "hold_person", NUMBER, *order)
    with pytest.raises(CommandError, match="under a hold already"):
        call_command("hold_person", NUMBER, *order)
    seal()
    for words in (["erase_person", NUMBER], ["erase_field", str(sign_in.id), "username"]):
        with pytest.raises(CommandError, match="legal hold stands"):
            call_command(*words)
        with pytest.raises(CommandError, match="legal hold stands"):
            call_command(*words, *WHY)
    refused = [e.values for e in api.run("system") if e.values["kind"] == "erasure.refused/1"]
    assert [(v["person"], v["names"]) for v in refused] == [
        (str(person.id), []),
        (str(person.id), ["username"]),
    ]
    assert m.Person.objects.get(id=person.id).name == CANARY
    assert m.User.objects.get(person=person).username == USER
    assert list(compare(rebuild())) == []
    m.Person.objects.filter(id=person.id).update(hold=None)
    with pytest.raises(CommandError, match="says something else"):  # a hold that was edited away still holds
        call_command("erase_person", NUMBER, *WHY)
    m.Person.objects.filter(id=person.id).update(hold=refused[0]["hold"])
    assert "LIFTED by entry" in told(capsys, "hold_person", NUMBER, "--lift", *order)
    with pytest.raises(CommandError, match="under no hold"):
        call_command("hold_person", NUMBER, "--lift", *order)
    assert "ERASED by entry" in told(capsys, "erase_person", NUMBER, *WHY)


def test_a_hold_that_comes_while_an_erasure_begins_undoes_it(
    person: m.Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = erasing._no_hold

    def late(ids: set[str]) -> list[str]:
        holds.hold(Actor.setup(), person=person.id, reason="A court asked", ordered_by="A court")
        return real(ids)

    monkeypatch.setattr(erasing, "_no_hold", late)
    with pytest.raises(CommandError, match="Nothing was erased"):
        call_command("erase_person", NUMBER, *WHY)
    assert m.Person.objects.get(id=person.id).name == CANARY
    assert not [e for e in api.run("system") if e.values["kind"] == "person.erased/1"]


def test_what_is_not_sealed_yet_is_not_erased(person: m.Person) -> None:
    fresh = registers.register_person(Actor.setup(), name="Late", staff_number="L-1").object
    with pytest.raises(ActionError, match="not sealed"):
        erasing.erase_person(fresh.id, really=True, reason="r", ordered_by="o")
    assert m.Person.objects.get(id=fresh.id).name == "Late"


def test_really_needs_a_reason_and_who_ordered_it(person: m.Person) -> None:
    with pytest.raises(CommandError, match="--reason"):
        call_command("erase_person", NUMBER, "--really")
    with pytest.raises(CommandError, match="no person"):
        call_command("erase_person", "X-1", *WHY)
    erasing.erase_person(person.id, really=True, reason="r", ordered_by="o")
    with pytest.raises(ActionError, match="already"):
        erasing.erase_person(person.id, really=True, reason="r", ordered_by="o")


def test_an_edited_table_stops_an_erasure(person: m.Person) -> None:
    m.Party.objects.filter(name="Lakeside Mapping Ltd").update(country="XB")
    with pytest.raises(ActionError, match="says something else"):
        erasing.erase_person(person.id, really=True, reason="r", ordered_by="o")
    assert m.Person.objects.get(id=person.id).name == CANARY


def test_killed_between_database_and_journal_the_next_run_finishes(person: m.Person, settings: Any) -> None:
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            erasing.erase_person(person.id, really=True, reason="r", ordered_by="o")
            os.kill(os.getpid(), signal.SIGKILL)
        finally:
            os._exit(0)
    assert os.WIFSIGNALED(os.waitpid(child, 0)[1])
    assert m.Person.objects.get(id=person.id).name != CANARY
    assert CANARY in journal_text(settings)
    assert erasing.finish() == (0, [])
    assert CANARY not in journal_text(settings)


def test_a_restore_does_not_bring_an_erased_person_back(
    person: m.Person, databases: Databases, here: Database, settings: Any, tmp_path: Path
) -> None:
    old = tmp_path / "journal-before"
    shutil.copytree(settings.LEDGER_DIR / "journal", old)
    erasing.erase_person(person.id, really=True, reason="r", ordered_by="o")
    seal()
    erasing.finish()
    for path in (p for p in old.rglob("*") if p.is_file()):  # an old journal, put back beside the new log
        shutil.copy2(path, settings.LEDGER_DIR / "journal" / path.relative_to(old))
    assert CANARY in journal_text(settings)
    with databases.fresh(here.folder) as empty, connected_to(empty):
        assert restore(really=True, reason="r", ordered_by="o").erased >= 0
        assert m.Person.objects.get(id=person.id).name == "[erased 已删除]"
        assert list(compare(rebuild())) == []
        with connections["owner"].cursor() as cursor:
            cursor.execute("SELECT count(*) FROM ledger_disclosure WHERE text IS NULL")
            assert cursor.fetchone()[0] >= 6


def test_evidence_and_checks_hold_and_a_decision_on_erased_facts_is_not_replayable(
    here: Database, settings: Any
) -> None:
    assert {r.verdict for r in replay_all()} == {"same"}
    cast = people.load()
    (project,) = m.Project.objects.all()
    asked = reports.request(cast.actor("mei"), project=project.id, language="en").entry
    seal()
    tao = m.Person.objects.get(staff_number="WG-001")
    entry = erasing.erase_person(tao.id, really=True, reason="r", ordered_by="o").entry
    assert erasing.finish() == (0, [])
    gone = [r for r in replay_all() if r.verdict == "not replayable"]
    assert gone
    assert all(str(entry) in r.why for r in gone)
    assert {r.verdict for r in replay_all()} == {"same", "not replayable"}
    with pytest.raises(evidence.OrderAheadError):  # a report of now waits for the seal of the order
        evidence.collect(asked, settings.TRUST_DIR)
    seal()
    policy = policies.parse((settings.TRUST_DIR / "policy").read_text())
    verdict = verify_bundle(api.bundle(["system", *api.streams()]), policy)
    assert verdict.state == "ok", [c for c in verdict.checks if c.state != "ok"]
    assert verdict.counts.erased > 3
    assert evidence.collect(asked, settings.TRUST_DIR).verdict.counts.erased > 3
    assert check_everything().found.faults == []
    found = checks.check_custody()
    assert (found.verdict, found.differences) == (CheckVerdict.OK, [])


def test_while_a_sealer_works_the_command_leaves_the_journal_to_it_and_says_so(
    person: m.Person, settings: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(erasure, "PATIENCE_SECONDS", 0)
    with Sealer.from_settings() as sealer:
        assert sealer.seal_once().leading
        with pytest.raises(CommandError, match="THE JOURNAL STILL HOLDS IT"):
            call_command("erase_person", NUMBER, *WHY)
        assert CANARY in journal_text(settings)
        assert m.Person.objects.get(id=person.id).name != CANARY
        sealer.seal_once()
    assert CANARY not in journal_text(settings)


def test_a_report_that_holds_the_name_is_withdrawn_and_its_file_removed(
    here: Database, settings: Any, client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    cast = people.load()
    (project,) = m.Project.objects.all()
    row = reports.request(cast.actor("mei"), project=project.id, language="en").object
    seal()
    found = evidence.collect(row.entry, settings.TRUST_DIR)
    pdf = carrying(found.raw)
    sha256 = hashlib.sha256(pdf).hexdigest()
    name = files.name_of(project.code, str(row.id), sha256)
    files.place(settings.REPORTS_DIR, name, pdf)
    reports.progress(row.id, 5, "sealing")
    with pytest.raises(CommandError, match="being built"):
        call_command("erase_person", "WG-001", *WHY)
    reports.issue(row.id, sha256=sha256, length=len(pdf), log_size=found.size, file=name)
    assert str(row.id) not in told(capsys, "erase_person", NUMBER)
    out = told(capsys, "erase_person", "WG-001", *WHY)
    assert f"withdrawn: 1.\n  {row.id}" in out
    assert not (settings.REPORTS_DIR / name).exists()
    reports.fail(row.id, "late")
    (built,) = m.Report.objects.all()
    assert built.state is ReportState.WITHDRAWN
    client.force_login(cast.users["mei"])
    page = client.get(reverse("report", args=[row.id])).content.decode()
    assert "It was withdrawn" in page
    assert client.get(reverse("report_file", args=[row.id, "pdf"])).status_code == 404
    assert list(compare(rebuild())) == []


def test_what_a_check_wrote_down_about_the_persons_row_goes_with_it(person: m.Person, settings: Any) -> None:
    m.Person.objects.filter(id=person.id).update(name="Somebody Else")
    (frozen,) = checks.check_custody().frozen
    seal()
    with pytest.raises(ActionError, match="says something else"):
        erasing.erase_person(person.id, really=True, reason="r", ordered_by="o")
    checks.repair(Actor.setup(), frozen=frozen, reason="edited")
    seal()
    assert any(CANARY in str(e.values) for e in api.run("system") if e.values["kind"] == "object.frozen/1")
    erasing.erase_person(person.id, really=True, reason="r", ordered_by="o")
    assert not any(CANARY in str(e.values) for e in api.run("system"))
