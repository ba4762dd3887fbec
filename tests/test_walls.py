"""The walls around the graph, by their effect: what the application role cannot do, and what a check says of
a gap."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from django.core import checks

from custody import models as m
from custody import walls
from custody.actions import (
    advising,
    ending,
    field_work,
    hops,
    imports,
    limiting,
    looking,
    mistakes,
    opening_compare,
    overriding,
    register_prints,
)
from custody.actions.base import Actor
from custody.importers.sam_exclusions import Exclusion
from custody.looks import Seen
from custody.stories import cast as people
from custody.stories import field, plays, told
from custody.terms import HandoffState, Looked, PaperMatch, PrintedKind, Role, Source, Stance, VoteChoice
from tests import old_subcontracts
from tests.actions import test_signing as signing
from tests.actions import test_signing_keys as signing_keys
from tests.actions import test_signing_overrides as signed_overrides
from tests.actions.old_registers import taken_over
from tests.actions.test_handing_over import Three
from tests.actions.test_overrides import asked as overridden
from tests.actions.test_overrides import young
from tests.authenticator import Key
from tests.cast import give_sign_ins
from tests.databases import Database

PROJECT = Path(__file__).resolve().parent.parent
ATTACKS = ("UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE")


BARRED = Exclusion(
    line=2,
    classification="Firm",
    name="Barred Ltd",
    country="USA",
    uei="",
    duns="",
    cage="",
    program="Reciprocal",
    agency="Agency",
    ct_code="",
    exclusion_type="Prohibition",
    active=None,
    terminates=None,
    cross_reference="",
    sam_number="S4MR00001",
    repaired=False,
)
DISARM = (
    "CREATE OR REPLACE FUNCTION custody_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    "'BEGIN RETURN coalesce(NEW, OLD); END'"
)
INSTEAD = (
    "CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; "
    "DROP TRIGGER append_only ON custody_vote; "
    "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON custody_vote FOR EACH ROW "
    "EXECUTE FUNCTION nothing(); ALTER TABLE custody_vote ENABLE ALWAYS TRIGGER append_only"
)


@pytest.fixture
def app(database_committed: Database) -> Iterator[psycopg.Connection[object]]:
    with database_committed.connect("app", autocommit=True) as connection:
        yield connection


def count(database: Database, table: str) -> int:
    with database.connect("superuser") as connection:
        row = connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()  # noqa: S608
    assert row is not None
    return int(row[0])


def check_errors() -> list[str]:
    found = checks.run_checks(databases=["default"])
    return [e.msg for e in found if e.id == "custody.E001"]


def said_of_a_request(cast: people.Cast, project: m.Project) -> None:
    """An opinion, a referral, and an approval that limits its use."""
    give_sign_ins(cast)  # who is referred to can sign in
    asked = told.ask(cast, project, "mei", "lakeside", "Advice 意见", **told.SMALL).decision.id
    heng, qiao = cast.actor("heng"), cast.actor("qiao")
    advising.advise(heng, approval=asked, stance=Stance.IN_FAVOUR, reason="In order")
    advising.refer(heng, approval=asked, to=cast.people["qiao"].id, reason="Above my post")
    once = limiting.Limit(uses=1)
    hops.vote(qiao, approval=asked, choice=VoteChoice.APPROVE, reason="In order", limit=once)


def consented(cast: people.Cast, project: m.Project) -> None:
    """The authority of a sensitive zone consents to a flight over it."""
    field.publish(cast)
    work = field.terms(cast, "northfield", "yu", field.drone(cast, "northfield", "W-1"))
    permit = field.draft(
        cast.actor("mei"), project.id, replace(work, area=field.outline(*field.OVER_THE_DEPOT))
    )
    field_work.record_consent(
        cast.actor("an"),
        permit=permit.id,
        zone=1,
        reference="No. 5",
        authority="Garrison office",
        given_on=cast.today,
    )


def handed_over(cast: people.Cast) -> None:
    """Have Yu hand over to Mei all that Yu keeps for Northfield, before Heng."""
    people.make_copies(cast, people.open_project(cast, "W-2", "Handed over"), "W-2-A", 2)
    three = Three(cast)
    row = three.begin()
    three.scan(row, *m.Copy.objects.filter(stocktake_lines__stocktake=row.stocktake))
    three.all_sign(row)


def compared_with_paper(cast: people.Cast, project: m.Project) -> None:
    """Take a subcontract over from an old register, and hold it beside the paper."""
    row = taken_over(cast, old_subcontracts.opened(cast, project, [old_subcontracts.line(1)]))
    lines = [opening_compare.Seen(one.id, PaperMatch.AGREES) for one in opening_compare.standing(row)]
    opening_compare.compare(cast.actor("mei"), register=row.id, lines=lines)


def signed_for(cast: people.Cast, row: m.Override) -> None:
    """An officer signs a vote on an override."""
    desk: Any = SimpleNamespace(cast=cast)
    key = Key()
    signing_keys.confirmed(desk, "heng", key)
    text = signed_overrides.text_of(desk, row, "heng")
    signed_overrides.done(signed_overrides.cast_vote(desk, row, "heng", text, signing.answer(key, text)))


@pytest.fixture
def played(committed_cast: people.Cast) -> people.Cast:
    """Rows in every table that is only added to."""
    cast, project = committed_cast, people.open_project(committed_cast, "W-1", "Walls")
    plays.in_order(cast, project)
    said_of_a_request(cast, project)
    ending.recall(cast.actor("mei"), project=project.id, reason="Count")
    young(cast)
    overriding.vote(
        cast.actor("qiao"), override=overridden(cast, project).id, choice=VoteChoice.APPROVE, reason="Seen"
    )
    signed_for(cast, m.Override.objects.get())
    accepted = m.Handoff.objects.filter(state=HandoffState.ACCEPTED).latest("offered_at")
    receiver = ((accepted.receiver_party_id, Role.RECIPIENT),)
    signer = Actor(accepted.receiver_person_id, receiver, Source.SCREEN, None)
    consented(cast, project)
    mistakes.accepted_by_mistake(signer, handoff=accepted.id, reason="Signed the wrong one")
    handed_over(cast)
    imports.import_exclusions(Actor.setup(), [BARRED], file_name="f", file_sha256="0" * 64)
    compared_with_paper(cast, project)
    asked = register_prints.Asked(PrintedKind.LOANS, project.id, None, cast.today, cast.today)
    register_prints.make(cast.actor("mei"), asked)
    looking.record(cast.actor("jing"), [Seen(Looked.PROJECT, project.id, project.id, None)])
    return committed_cast


@pytest.mark.parametrize("role", ["app", "owner"])
def test_rows_that_are_only_added_to_stay_as_they_are(
    played: people.Cast, database_committed: Database, role: str
) -> None:
    before = {table: count(database_committed, table) for table in walls.APPEND_ONLY}
    assert all(before.values()), before
    with database_committed.connect(role, autocommit=True) as connection:
        for table in walls.APPEND_ONLY:
            for attack in ATTACKS:
                with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.RestrictViolation)):
                    connection.execute(attack.format(table))
    assert {table: count(database_committed, table) for table in walls.APPEND_ONLY} == before


def test_not_even_a_session_that_calls_itself_a_replica_gets_through(
    played: people.Cast, database_committed: Database
) -> None:
    with database_committed.connect("superuser", autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        for attack in ATTACKS:
            with pytest.raises(psycopg.errors.RestrictViolation):
                connection.execute(attack.format("custody_vote"))


def test_the_application_cannot_give_itself_a_right(
    app: psycopg.Connection[object], database_committed: Database
) -> None:
    """A GRANT by somebody without the right only warns: the effect is what counts."""
    for attempt in (
        "GRANT ALL ON custody_vote TO holdfast_app",
        "GRANT holdfast_owner TO holdfast_app",
        "SET ROLE holdfast_owner",
        "ALTER TABLE custody_vote DISABLE TRIGGER ALL",
        "DROP TRIGGER append_only ON custody_vote",
        "ALTER ROLE holdfast_app SUPERUSER",
        "SET session_replication_role = replica",
        DISARM,
    ):
        try:
            app.execute(attempt)
        except psycopg.Error:
            app.rollback()
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute("UPDATE custody_vote SET reason = 'other'")
    assert walls.missing() == []


def test_the_reader_reads_and_nothing_more(database_committed: Database) -> None:
    with database_committed.connect("reader", autocommit=True) as connection:
        connection.execute("SELECT count(*) FROM custody_project")
        for table in ("custody_project", "custody_vote"):
            for attack in ("UPDATE {} SET id = id", "DELETE FROM {}", "INSERT INTO {} DEFAULT VALUES"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(attack.format(table))


def test_the_walls_stand_after_migration(db: None) -> None:
    assert walls.missing() == []
    assert check_errors() == []


GAPS = {
    "a trigger dropped": ("DROP TRIGGER append_only ON custody_decision", "append_only of custody_decision"),
    "a trigger for truncating dropped": (
        "DROP TRIGGER append_only_truncate ON custody_vote",
        "append_only_truncate of custody_vote",
    ),
    "a trigger switched off": (
        "ALTER TABLE custody_regimepack DISABLE TRIGGER append_only",
        "append_only of custody_regimepack",
    ),
    "a trigger that a replica would skip": (
        "ALTER TABLE custody_vote ENABLE TRIGGER append_only",
        "append_only of custody_vote",
    ),
    "a right too many": (
        "GRANT UPDATE ON custody_barredlist TO holdfast_app",
        "may UPDATE custody_barredlist",
    ),
    "a right to one column": (
        "GRANT UPDATE (reason) ON custody_vote TO holdfast_app",
        "may UPDATE custody_vote",
    ),
    "a right for everybody": ("GRANT DELETE ON custody_vote TO PUBLIC", "may DELETE custody_vote"),
    "a right through a role": ("GRANT holdfast_owner TO holdfast_app", "may take on the role holdfast_owner"),
    "a function that lets through": (DISARM, "custody_append_only"),
    "a trigger of another function": (INSTEAD, "append_only of custody_vote"),
}


@pytest.mark.parametrize("gap", GAPS)
def test_a_gap_in_a_wall_is_named_by_the_check(database_committed: Database, gap: str) -> None:
    attack, told = GAPS[gap]
    with database_committed.connect("superuser", autocommit=True) as connection:
        connection.execute(attack)
    try:
        assert any(told in message for message in check_errors()), check_errors()
    finally:
        with database_committed.connect("superuser", autocommit=True) as connection:
            connection.execute("REVOKE holdfast_owner FROM holdfast_app")


def test_a_server_without_its_walls_refuses_to_serve(database_committed: Database) -> None:
    """Every server process asks before it answers: the application object itself cannot be had."""
    with database_committed.connect("superuser", autocommit=True) as connection:
        connection.execute("DROP TRIGGER append_only ON custody_decision")

    def start() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", "import config.wsgi; print('served')"],
            cwd=PROJECT,
            env={**database_committed.environ, "PATH": os.environ["PATH"]},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    refused = start()
    assert refused.returncode != 0 and "served" not in refused.stdout
    assert "append_only of custody_decision" in refused.stderr
    from django.core.management import call_command

    call_command("migrate", database="owner", verbosity=0)
    assert "served" in start().stdout
