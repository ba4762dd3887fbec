"""Tables held against the ledger: an edited row is found, named, frozen and recorded, and what rests on it
is held until it is settled."""

from __future__ import annotations

import datetime as dt
import json
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import NAMESPACE_OID, uuid5

import psycopg
import pytest
from django.core.management import call_command
from django.utils import timezone
from psycopg import sql
from psycopg.types.json import Jsonb

from custody import apply, record
from custody import models as m
from custody.actions import checks, handoffs, registers
from custody.actions.base import ActionError, Actor, Frozen, NotPermitted, TooManyRefusals
from custody.compare import by_shares, compare
from custody.stories import cast as people
from custody.tasks import full_checks
from custody.terms import CheckKind, CheckVerdict, ControlKind, Role
from ledger import api as ledger
from ledger.sealer import Sealer, connect_directly, freeze
from tests.actions.scenes import Scene, everything, set_up
from tests.databases import Database
from tests.scale import FULL, chance

FLIPS = {
    "uuid": "translate({c}::text, '0123456789abcdef', '1032547698badcfe')::uuid",
    "jsonb": "jsonb_build_array({c}, 'x')",
    "bool": "NOT {c}",
    "int2": "{c} # 1::smallint",
    "int4": "{c} # 1",
    "int8": "{c} # 1",
    "numeric": "{c} + 1",
    "date": "{c} + 1",
    "timestamptz": "{c} + interval '1 second'",
    "varchar": "overlay({c} PLACING 'y' FROM 1 FOR 1)",
    "text": "overlay({c} PLACING 'y' FROM 1 FOR 1)",
    "_varchar": "array_append({c}, 'x')",
    "_text": "array_append({c}, 'x')",
}


def newest(kind: str) -> Any:
    found = [entry for entry in ledger.run("system") if entry.values["kind"] == kind]
    return found[-1]


def edit(scene: Scene, **columns: Any) -> m.Qualification:
    """Somebody edits Harbour's certificate past the actions."""
    paper = m.Qualification.objects.get(party=scene.cast.party("harbour"))
    m.Qualification.objects.filter(id=paper.id).update(**columns)
    return paper


def control(scene: Scene) -> m.PartyControl:
    found: m.PartyControl = registers.record_control(
        Actor.setup(),
        party=scene.cast.party("harbour"),
        controller=scene.cast.party("annex"),
        kind=ControlKind.OWNER,
        share=Decimal(51),
    ).object
    return found


def test_a_clean_site_is_good_and_the_run_is_kept(scene: Scene) -> None:
    compared = checks.check_custody()
    assert (compared.verdict, compared.differences, compared.unreadable) == (CheckVerdict.OK, [], "")
    assert compared.entries > 30
    run = checks.newest_run(CheckKind.CUSTODY)
    assert run is not None
    assert (run.verdict, run.faults, run.entry) == (CheckVerdict.OK, 0, None)
    assert not m.FrozenObject.objects.exists()


def test_an_edited_certificate_is_named_frozen_and_recorded(scene: Scene) -> None:
    paper = edit(scene, grade="A", valid_to="2099-01-01")
    compared = checks.check_custody()
    assert {(d.table, d.id, d.column) for d in compared.differences} == {
        ("custody_qualification", str(paper.id), "grade"),
        ("custody_qualification", str(paper.id), "valid_to"),
    }
    row = m.FrozenObject.objects.get()
    assert row.holds == sorted([str(paper.id), str(paper.party_id)])
    entry = newest("object.frozen/1")
    assert (entry.id, entry.values["object"]) == (row.entry, str(paper.id))
    assert json.loads(entry.values["database"]["grade"]) == "A"
    assert json.loads(entry.values["ledger"]["grade"]) == "B"
    assert newest("fsck.failed/1").values["count"] == 2
    again = checks.check_custody()
    assert (again.verdict, again.frozen) == (CheckVerdict.BAD, []), "found again, frozen once"


def test_acts_that_rest_on_a_frozen_row_are_held_and_others_go_on(scene: Scene) -> None:
    edit(scene, grade="A")
    checks.check_custody()
    before = m.Handoff.objects.count(), m.Refusal.objects.count(), len(ledger.run(scene.project.stream))
    manager = scene.as_(Role.MANAGER, "sender")
    with pytest.raises(Frozen, match="Full checks"):
        handoffs.offer(manager, scene.deal())
    receiver = scene.as_(Role.RECIPIENT, "receiver", "bo")
    with pytest.raises(Frozen):
        handoffs.accept(receiver, handoff=scene.handoff.id)
    after = m.Handoff.objects.count(), m.Refusal.objects.count(), len(ledger.run(scene.project.stream))
    assert after == before
    other = registers.register_person(Actor.setup(), name="Other", staff_number="N-1")
    assert other.state == "done"


def test_an_act_that_a_frozen_record_holds_leaves_an_entry_and_nothing_else(scene: Scene) -> None:
    paper = edit(scene, number="FORGED-7")
    checks.check_custody()
    row = m.FrozenObject.objects.get()
    before, told = everything(), set(ledger.streams())
    bo, token = scene.as_(Role.RECIPIENT, "receiver", "bo"), m.new_id()
    with pytest.raises(Frozen):
        handoffs.accept(bo, handoff=scene.handoff.id, submission=token)
    entry = newest("attempt.held/1")
    assert everything() == {**before, "entries": before["entries"] + 1} and set(ledger.streams()) == told
    said = entry.values
    assert (said["verb"], said["person"], said["frozen"]) == ("handoff.accept", str(bo.person), [str(row.id)])
    assert (said["kinds"], said["streams"]) == (["handoff.accepted/1"], [scene.project.stream])
    assert said["attempt"]["handoff"] == str(scene.handoff.id)
    assert said["attempt"]["copies"] == [str(scene.moved.id)]
    assert paper.number not in str(dict(said)), "no word of a form goes in"
    checks.repair(scene.cast.actor("an"), frozen=row.id, reason="Set back")
    again = handoffs.accept(bo, handoff=scene.handoff.id, submission=token)
    assert (again.state, again.again) == ("done", False), (
        "the form that was held counts once it may go through"
    )


def test_held_and_refused_attempts_count_together_and_then_one_entry_stands_for_the_rest(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custody.actions.attempts.PER_HOUR", 4)
    lan = scene.as_(Role.MANAGER, "owner", "lan")
    barred = scene.deal(copies=[scene.kept.id], system=scene.cast.systems["office_pc"].id)
    for _ in range(2):
        assert handoffs.offer(lan, barred).state == "refused"
    edit(scene, number="FORGED-7")
    checks.check_custody()
    for _ in range(2):
        with pytest.raises(Frozen):
            handoffs.offer(lan, scene.deal())
    before = everything()["entries"]
    for _ in range(3):
        with pytest.raises(TooManyRefusals):
            handoffs.offer(lan, scene.deal())
    assert everything()["entries"] == before + 1
    assert newest("refusals.throttled/1").values["person"] == str(lan.person)
    assert m.RefusalPause.objects.get().attempts == 3
    m.FrozenObject.objects.update(settled_entry=m.new_id())
    with pytest.raises(TooManyRefusals):
        handoffs.offer(lan, barred)
    assert handoffs.offer(scene.as_(Role.MANAGER, "owner", "mei"), barred).state == "refused"


def test_background_work_that_is_held_over_and_over_is_listed_no_more_than_so_often(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custody.actions.attempts.PER_HOUR", 3)
    edit(scene, number="FORGED-7")
    checks.check_custody()
    before = everything()
    for _ in range(5):
        with pytest.raises(Frozen):
            control(scene)
    assert everything() == {**before, "entries": before["entries"] + 3}
    assert newest("attempt.held/1").values["person"] is None


@pytest.mark.parametrize(
    "model", [m.Membership, m.Person, m.Copy, m.Hop, m.Project, m.System, m.Item, m.Site]
)
def test_each_kind_of_row_holds_the_offer_that_rests_on_it(scene: Scene, model: type[Any]) -> None:
    handoffs.withdraw(scene.as_(Role.MANAGER, "sender"), handoff=scene.handoff.id, reason="Again")
    rows = {
        m.Membership: m.Membership.objects.filter(person=scene.cast.people["bo"]),
        m.Person: m.Person.objects.filter(id=scene.cast.people["bo"].id),
        m.Copy: m.Copy.objects.filter(id=scene.moved.id),
        m.Hop: m.Hop.objects.filter(id=scene.second.id),
        m.Project: m.Project.objects.filter(id=scene.project.id),
        m.System: m.System.objects.filter(id=scene.room.id),
        m.Item: m.Item.objects.filter(id=scene.item.id),
        m.Site: m.Site.objects.all(),
    }[model]
    assert rows.exists()
    rows.update(entry=m.new_id())
    assert checks.check_custody().frozen
    with pytest.raises(Frozen):
        handoffs.offer(scene.as_(Role.MANAGER, "sender"), scene.deal())


def test_an_added_and_a_deleted_row_are_frozen_too(scene: Scene) -> None:
    jing = scene.cast.people["jing"]
    grant = m.Grant.objects.create(
        person=jing, project=scene.project, starts="2026-01-01", ends="2030-01-01", entry=m.new_id()
    )
    control(scene).delete()
    checks.check_custody()
    frozen = {row.table: row for row in m.FrozenObject.objects.all()}
    assert set(frozen) == {"custody_grant", "custody_partycontrol"}
    assert frozen["custody_grant"].holds == sorted([str(grant.id), str(jing.id)])
    assert len(frozen["custody_partycontrol"].holds) == 3


def test_a_freeze_that_is_deleted_is_itself_a_difference(scene: Scene) -> None:
    edit(scene, grade="A")
    checks.check_custody()
    m.FrozenObject.objects.all().delete()
    assert "custody_frozenobject" in {d.table for d in checks.check_custody().differences}


def test_a_word_that_nobody_knows_is_a_difference_and_no_crash(scene: Scene) -> None:
    paper = edit(scene, entry=m.new_id())
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("UPDATE custody_qualification SET state = 'blessed' WHERE id = %s", [paper.id])
    compared = checks.check_custody()
    assert {d.column: d.database for d in compared.differences}["state"] == "blessed"


def test_an_administrator_settles_only_what_agrees_again(scene: Scene) -> None:
    paper = edit(scene, grade="A")
    checks.check_custody()
    row = m.FrozenObject.objects.get()
    administrator = scene.cast.actor("an")
    with pytest.raises(NotPermitted):
        checks.settle(scene.cast.actor("mei"), frozen=row.id, reason="I say so")
    with pytest.raises(ActionError, match="reason"):
        checks.settle(administrator, frozen=row.id, reason=" ")
    with pytest.raises(ActionError, match=r"still does not say.*grade"):
        checks.settle(administrator, frozen=row.id, reason="Looked at it")
    m.Qualification.objects.filter(id=paper.id).update(grade="B")
    checks.settle(administrator, frozen=row.id, reason="Put back from the paper 已按原件恢复")
    row.refresh_from_db()
    assert row.settled_entry == newest("object.settled/1").id
    assert checks.check_custody().verdict is CheckVerdict.OK
    assert (
        handoffs.accept(scene.as_(Role.RECIPIENT, "receiver", "bo"), handoff=scene.handoff.id).state == "done"
    )


@pytest.mark.parametrize("how", ["agrees", "repaired"])
def test_settling_one_record_does_not_read_the_whole_ledger(
    scene: Scene, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = edit(scene, grade="A")
    checks.check_custody()
    row = m.FrozenObject.objects.get()

    def whole(*_: Any) -> Any:
        raise AssertionError("the whole ledger is read inside a request")

    monkeypatch.setattr("custody.record.history", whole)
    if how == "agrees":
        m.Qualification.objects.filter(id=paper.id).update(grade="B")
        checks.settle(scene.cast.actor("an"), frozen=row.id, reason="Put back")
    else:
        checks.repair(scene.cast.actor("an"), frozen=row.id, reason="Set back")
    paper.refresh_from_db()
    assert (paper.grade, newest("object.settled/1").values["how"]) == ("B", how)


def test_a_repair_sets_rows_back_to_what_the_ledger_says(scene: Scene) -> None:
    paper = edit(scene, grade="A", categories=["everything"], valid_to="2099-01-01")
    m.Grant.objects.create(
        person=scene.cast.people["jing"], project=scene.project, starts="2026-01-01", ends="2030-01-01",
        entry=m.new_id(),
    )  # fmt: skip
    gone = control(scene)
    m.PartyControl.objects.filter(id=gone.id).delete()
    said = StringIO()
    with pytest.raises(SystemExit, match="1"):
        call_command("custody_fsck", "--quiet", stdout=said)
    assert "custody_qualification" in said.getvalue()
    with pytest.raises(SystemExit, match="0"):
        call_command("custody_fsck", "--quiet", "--repair", "--reason", "Set back", stdout=said)
    paper.refresh_from_db()
    assert paper.grade == "B"
    assert m.PartyControl.objects.get(id=gone.id).controller_id == gone.controller_id
    assert not m.FrozenObject.objects.filter(settled_entry__isnull=True).exists()
    assert newest("object.settled/1").values["how"] == "repaired"


# --- a site of any size ---


def test_a_check_holds_no_more_rows_at_a_time_than_it_may_and_finds_the_same(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = apply.rebuild().rows
    shares = list(by_shares(record.history, 15))
    assert len(shares) > 4 and all(sum(map(len, share.rows.values())) <= 15 for share in shares)
    for model in apply.TABLES:
        found = [item for share in shares for item in share.rows[model].items()]
        assert len(found) == len(whole[model]) and dict(found) == whole[model]
    monkeypatch.setattr(checks, "ROWS", 15)
    assert checks.check_custody().verdict is CheckVerdict.OK
    paper = edit(scene, grade="A", valid_to="2099-01-01")
    gone = control(scene)
    m.PartyControl.objects.filter(id=gone.id).delete()
    grant = m.Grant.objects.create(
        person=scene.cast.people["jing"], project=scene.project, starts="2026-01-01", ends="2030-01-01",
        entry=m.new_id(),
    )  # fmt: skip
    entries = sum(1 for _ in record.history())
    compared = checks.check_custody()
    assert {(d.id, d.column) for d in compared.differences} == {
        (str(paper.id), "grade"), (str(paper.id), "valid_to"), (str(gone.id), "*"), (str(grant.id), "*"),
    }  # fmt: skip
    assert compared.entries == entries, "however often they are read"
    assert m.FrozenObject.objects.count() == 3


def made_up(count: int) -> Iterator[Any]:
    """Yield entries that register so many people whom nobody recorded."""
    for number in range(count):
        id = uuid5(NAMESPACE_OID, str(number))
        values = {
            "kind": "person.registered/1", "person": str(id), "name": f"Person {number} " + "x" * 80,
            "staff_number": f"N-{number}", "citizenships": ["XA"],
        }  # fmt: skip
        yield SimpleNamespace(id=id, values=values, erased={}, at=None, stream_name="system")


@pytest.mark.nightly
def test_ten_thousand_rows_take_no_more_memory_than_a_share_of_them(cast: people.Cast) -> None:
    def peak(most: int) -> tuple[int, int]:
        tracemalloc.start()
        missing = 0
        for share in by_shares(lambda: made_up(10_000), most):
            missing += sum(1 for d in compare(share) if d.table == "custody_person" and d.ledger)
        try:
            return missing, tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    (found, little), (all_found, much) = peak(1000), peak(10_000)
    assert found == all_found == 10_000
    assert little < much / 4, (little, much)


def test_where_very_many_rows_differ_some_are_frozen_one_by_one_and_every_act_is_held(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "DIFFERING", 2)
    m.Qualification.objects.update(issuer="Nobody")
    many = m.Qualification.objects.count()
    assert many > 3
    compared = checks.check_custody()
    assert (compared.count, len(compared.differences), compared.more) == (many, 2, many - 2)
    rows = m.FrozenObject.objects.all()
    assert [row.holds for row in rows] == [["*"], ["*"]]
    with pytest.raises(Frozen):
        registers.register_person(Actor.setup(), name="Other", staff_number="N-1")
    said = StringIO()
    with pytest.raises(SystemExit, match="1"):
        call_command("custody_fsck", "--quiet", stdout=said)
    assert f"{many - 4} more, not listed" in said.getvalue(), "two that are frozen, two that are new"
    assert m.FrozenObject.objects.count() == 4, "the next check goes on with others"


# --- by the clock ---


def test_full_checks_run_once_a_night_and_what_was_missed_is_made_up(
    committed_cast: people.Cast, settings: Any
) -> None:
    noon = timezone.now().replace(hour=12, minute=0)
    assert {s.late for s in checks.standing(noon).values()} == {False}
    assert {s.late for s in checks.standing(noon + dt.timedelta(days=2)).values()} == {True}
    assert checks.run_due(noon) == [CheckKind.LEDGER, CheckKind.CUSTODY]
    assert {s.run.verdict for s in checks.standing(noon).values() if s.run} == {CheckVerdict.OK}
    m.CheckRun.objects.update(started_at=noon, finished_at=noon)
    assert checks.run_due(noon + dt.timedelta(hours=2)) == []
    m.Site.objects.update(time_zone="UTC")
    assert checks.run_due(noon + dt.timedelta(hours=10)) == []
    assert checks.run_due(noon + dt.timedelta(hours=21)) == []
    assert checks.run_due(noon + dt.timedelta(hours=31)) == list(CheckKind)
    night = (noon + dt.timedelta(days=1)).replace(hour=3)
    m.CheckRun.objects.update(started_at=night - dt.timedelta(hours=24), finished_at=noon)
    assert checks.run_due(night) == list(CheckKind)


def test_a_faulty_ledger_is_frozen_by_the_timer_and_its_faults_are_an_entry(
    committed_cast: people.Cast, settings: Any
) -> None:
    with Sealer.from_settings() as sealer:
        sealer.seal_once()
    path = next(p for p in (Path(settings.LEDGER_DIR) / "tile/entries").rglob("*") if p.is_file())
    path.write_bytes(path.read_bytes().replace(b'"v":1', b'"v":2', 1))
    full_checks()
    run = checks.newest_run(CheckKind.LEDGER)
    assert run is not None
    assert run.verdict is CheckVerdict.BAD
    assert "tile/entries" in (ledger.health().frozen or "")
    entry = newest("fsck.failed/1")
    assert (entry.id, entry.values["check"]) == (run.entry, "ledger")
    assert "tile/entries" in entry.values["faults"][0]


@pytest.mark.parametrize("why", ["frozen", "behind"])
def test_no_act_is_refused_because_the_ledger_is_frozen_or_behind(
    committed_cast: people.Cast, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    with Sealer.from_settings() as sealer:
        sealer.seal_once()
    if why == "frozen":
        freeze(connect_directly, "two records contradict each other")
    else:
        monkeypatch.setattr("ledger.health.MANY", 0)
    before = ledger.health().pending
    project = people.open_project(committed_cast, "HELD-1", "Held")
    copies = people.make_copies(committed_cast, project, "HELD-A", 2)
    after = ledger.health()
    assert (len(copies), after.frozen is not None, after.behind) == (2, why == "frozen", why == "behind")
    assert after.pending > before
    alarm = ledger.alarm()
    assert (alarm.frozen, alarm.behind) == (after.frozen, after.behind)


# --- as somebody with full power over the database does it ---


@contextmanager
def superuser(database: Database) -> Iterator[psycopg.Connection[Any]]:
    with database.connect("superuser", autocommit=True) as admin:
        for model in apply.TABLES:
            admin.execute(
                sql.SQL("ALTER TABLE {} DISABLE TRIGGER ALL").format(sql.Identifier(model._meta.db_table))
            )
        yield admin


def test_a_superuser_edits_one_certificate_and_the_command_finds_freezes_and_records_it(
    committed_cast: people.Cast, database_committed: Database
) -> None:
    with superuser(database_committed) as admin:
        changed = admin.execute(
            "UPDATE custody_qualification SET grade = 'A' WHERE id = (SELECT max(id::text)::uuid "
            "FROM custody_qualification WHERE grade = 'B') RETURNING id::text"
        ).fetchone()
    assert changed is not None
    said = StringIO()
    with pytest.raises(SystemExit, match="1"):
        call_command("custody_fsck", "--quiet", "--json", stdout=said)
    told = json.loads(said.getvalue())
    (difference,) = told["differences"]
    assert difference == {
        "table": "custody_qualification", "id": changed[0], "column": "grade", "ledger": "B", "database": "A",
    }  # fmt: skip
    assert (told["verdict"], len(told["newly_frozen"])) == ("bad", 1)
    assert newest("object.frozen/1").values["object"] == changed[0]


def test_every_column_that_the_ledger_tells_is_guarded(
    committed_cast: people.Cast, database_committed: Database, record_property: Callable[[str, object], None]
) -> None:
    set_up(committed_cast)
    state = apply.rebuild()
    assert list(compare(state)) == []
    told = [
        (model, column)
        for model in apply.TABLES
        for column in sorted({name for row in state.rows[model].values() for name in row})
        if model._default_manager.exists()
    ]
    chosen = told if FULL else chance("columns").sample(told, 25)
    flips = 0
    with superuser(database_committed) as admin:
        for model, column in chosen:
            flips += flip(admin, model, column, state)
    assert list(compare(state)) == [], "the test put everything back"
    assert flips > len(chosen) * 0.8
    record_property("edited columns found", flips)


def flip(admin: psycopg.Connection[Any], model: type[Any], column: str, state: apply.State) -> int:
    """Edit one row's column, compare, put it back; 0 where no row has a value there."""
    field = next(f for f in model._meta.concrete_fields if column in (f.name, f.attname))
    table, col = sql.Identifier(model._meta.db_table), sql.Identifier(field.column)
    key = sql.Identifier(model._meta.pk.column)
    row = admin.execute(
        sql.SQL(
            "SELECT {k}::text, {c}, pg_typeof({c})::oid::regtype::oid FROM {t} WHERE {c} IS NOT NULL LIMIT 1"
        ).format(k=key, c=col, t=table)
    ).fetchone()
    if row is None:
        return 0
    (kind,) = admin.execute("SELECT typname FROM pg_type WHERE oid = %s", [row[2]]).fetchone() or ("",)
    if kind in ("varchar", "text") and row[1] == "":
        change: sql.Composable = sql.SQL("'y'")
    else:
        change = sql.SQL(FLIPS[kind]).format(c=col)
    for check in model._meta.constraints:
        admin.execute(
            sql.SQL("ALTER TABLE {} DROP CONSTRAINT IF EXISTS {} CASCADE").format(
                table, sql.Identifier(check.name)
            )
        )
        admin.execute(sql.SQL("DROP INDEX IF EXISTS {}").format(sql.Identifier(check.name)))
    admin.execute(
        sql.SQL("UPDATE {} SET {} = {} WHERE {}::text = %s").format(table, col, change, key), [row[0]]
    )
    found = {(d.table, d.id, d.column) for d in compare(state)}
    assert found == {(model._meta.db_table, row[0], column)}, (model, column)
    value = Jsonb(row[1]) if kind == "jsonb" else row[1]
    admin.execute(
        sql.SQL("UPDATE {} SET {} = %s WHERE {}::text = %s").format(table, col, key), [value, row[0]]
    )
    return 1
