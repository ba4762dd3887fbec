"""The walls around rows: what a session for somebody outside the house reads and writes, however it asks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.core import checks
from django.db import DatabaseError, ProgrammingError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from custody import models as m
from custody import outbox, row_walls, scope
from custody.actions import handoffs, hops, keys
from custody.actions.base import Actor, Busy
from custody.stories import cast as people
from custody.stories.told import terms
from custody.terms import Role, VoteChoice
from custody.web.middleware import SeesWhatIsTheirs
from tests.actions.scenes import Scene, done
from tests.cast import give_sign_ins
from tests.databases import Database
from tests.narrowed import narrowed

ROWS = (
    "Project",
    "Hop",
    "Approval",
    "Vote",
    "Handoff",
    "HandoffCopy",
    "Copy",
    "Holding",
    "Item",
    "Refusal",
    "Decision",
)


WIDER = (
    "CREATE OR REPLACE FUNCTION custody_seen_hops() RETURNS SETOF uuid LANGUAGE sql "
    "AS 'SELECT id FROM public.custody_hop'"
)


@pytest.fixture
def scene(acts_stage: Scene) -> Scene:
    """Lakeside owns; Westgate below it, Harbour below Westgate; the annex beside Westgate; and a project of
    others, with a subcontract of its own."""
    found, cast = acts_stage, acts_stage.cast
    people.qualify(cast, cast.party("annex"), "B", "ROWS-ANNEX")
    lan = found.as_(Role.MANAGER, "owner", "lan")
    beside = terms(cast, "annex", "Beside 旁支", amount=None, payer=found.project.owner_party_id)
    held = hops.request(lan, project=found.project.id, parent=None, terms=beside)
    done(hops.vote(cast.actor("heng"), approval=held.decision.id, choice=VoteChoice.APPROVE, reason="Good"))
    handoffs.offer(lan, found.deal(system=cast.systems["office_pc"].id))  # refused
    other = people.open_project(cast, "ROWS-2", "Of others 他人")
    hops.request(
        cast.actor("mei"),
        project=other.id,
        parent=None,
        terms=terms(cast, "annex", "Elsewhere 别处", amount=None),
    )
    give_sign_ins(cast)
    return found


def user(scene: Scene, key: str) -> m.User:
    return m.User.objects.get(username=key)


def rows(model: str) -> set[Any]:
    return set(apps.get_model("custody", model)._base_manager.values_list("pk", flat=True))


def as_(scene: Scene, key: str) -> scope.Scope:
    found = user(scene, key).scope()
    assert found is not None
    return found


def test_every_table_is_walled_or_says_why_not(db: None) -> None:
    tables = {
        model._meta.db_table
        for model in apps.get_app_config("custody").get_models(include_auto_created=True)
        if model._meta.managed
    }
    assert row_walls.WALLED.keys() | row_walls.OPEN.keys() == tables
    assert not row_walls.WALLED.keys() & row_walls.OPEN.keys()
    assert set(row_walls.WRITTEN) <= tables


def test_a_query_that_nobody_narrowed_gives_a_contractor_own_hops_and_what_lies_above_and_below(
    scene: Scene,
) -> None:
    beside = m.Hop.objects.get(to_party=scene.cast.party("annex"), project=scene.project)
    with narrowed(as_(scene, "tao")):
        assert rows("Hop") == {scene.first.id, scene.second.id}
        assert rows("Project") == {scene.project.id}
        assert rows("Copy") == {scene.moved.id}
        assert (
            m.Approval.objects.filter(hop=beside).count()
            == m.Vote.objects.filter(approval__hop=beside).count()
            == 0
        )
    with narrowed(as_(scene, "bo")):
        assert {scene.first.id, scene.second.id} <= rows("Hop"), "its own, and whom it has it from"
        assert beside.id not in rows("Hop")
    with narrowed(as_(scene, "shu")):
        assert beside.id in rows("Hop") and not rows("Hop") & {scene.first.id, scene.second.id}
        assert not rows("Copy") and not rows("Handoff")


def test_whoever_owns_a_project_reads_it_whole_and_no_other(scene: Scene) -> None:
    whole = {
        model: {pk for pk in rows(model) if _project_of(model, pk) == scene.project.id} for model in ROWS
    }
    with narrowed(as_(scene, "lan")):
        seen = {model: rows(model) for model in ROWS}
    for model in ROWS:
        assert whole[model] <= seen[model], model
        assert {_project_of(model, pk) for pk in seen[model]} <= {scene.project.id, None}, model


def test_nobody_reads_anything_of_a_project_who_is_not_signed_in_or_has_no_part_in_one(scene: Scene) -> None:
    with narrowed(scope.NOBODY):
        for model in ROWS:
            assert {_project_of(model, pk) for pk in rows(model)} <= {None}, model
    with narrowed(as_(scene, "jing")):
        assert rows("Project") == rows("Hop") == rows("Handoff") == rows("Copy") == set(), "no grant"
    hops_of_it = set(m.Hop.objects.filter(project=scene.project).values_list("pk", flat=True))
    m.Grant.objects.create(
        entry=m.new_id(), person=scene.cast.people["jing"], project=scene.project,
        starts=scene.cast.today, ends=scene.cast.today,
    )  # fmt: skip
    with narrowed(as_(scene, "jing")):
        assert rows("Project") == {scene.project.id} and rows("Hop") == hops_of_it


@pytest.mark.parametrize("path", ["/projects/", "/handoffs/", "/api/v1/handoffs/", "/api/v1/projects/"])
def test_a_page_whose_query_forgot_whom_it_is_for_still_shows_no_row_of_others(
    scene: Scene, client: Client, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(m.VisibleQuerySet, "visible_to", lambda self, user: self)
    mine, others = scene.project.code, m.Project.objects.get(code="ROWS-2").code
    client.force_login(user(scene, "tao"))
    shown = client.get(path, follow=True).content.decode()
    assert others not in shown
    client.force_login(user(scene, "mei"))
    if "projects" in path:
        assert others in client.get(path, follow=True).content.decode(), "the house sees every project"
        assert mine in shown


def test_a_program_reads_as_its_owner(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(m.VisibleQuerySet, "visible_to", lambda self, user: self)
    seen = {}
    for key in ("tao", "mei"):
        token = _key(scene, key)
        answer = Client().get("/api/v1/projects/", headers={"Authorization": f"Bearer {token}"})
        seen[key] = {row["code"] for row in answer.json()["results"]}
    assert "ROWS-2" not in seen["tao"] and "ROWS-2" in seen["mei"]
    assert not scope.is_narrow()


def test_a_walled_session_writes_to_no_table_that_acts_write(scene: Scene) -> None:
    tables = sorted((row_walls.WALLED.keys() | row_walls.OPEN.keys()) - set(row_walls.WRITTEN))
    with narrowed(as_(scene, "tao")), connection.cursor() as cursor:
        for table in tables:
            for statement in ("UPDATE {} SET id = id", "DELETE FROM {}", "INSERT INTO {} DEFAULT VALUES"):
                with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                    cursor.execute(statement.format(table))
        for call in ("SELECT ledger_append('{}')", "SELECT ledger_erase(NULL, NULL, NULL)"):
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                cursor.execute(call)


def test_what_a_user_keeps_is_not_in_the_reach_of_another(scene: Scene) -> None:
    for key in ("tao", "bo"):
        m.Notice.objects.create(
            user=user(scene, key), kind="offer_to_answer", noun="handoff", object=scene.handoff.id, about="x"
        )
    with narrowed(as_(scene, "tao")):
        assert m.Notice.objects.update(about="y") == 1
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            m.Notice.objects.create(
                user=user(scene, "bo"),
                kind="offer_to_answer",
                noun="handoff",
                object=scene.handoff.id,
                about="z",
            )
    assert m.Notice.objects.get(user=user(scene, "bo")).about == "x"


def test_within_whole_all_is_seen_and_after_it_the_session_is_narrow_again(scene: Scene) -> None:
    everything = rows("Hop")
    with narrowed(as_(scene, "tao")):
        with scope.whole():
            assert rows("Hop") == everything
            with scope.whole():
                assert rows("Hop") == everything
        assert len(rows("Hop")) == 2
        with pytest.raises(DatabaseError), transaction.atomic(), scope.whole(), connection.cursor() as cursor:
            cursor.execute("SELECT 1/0")
        assert scope.is_narrow() and len(rows("Hop")) == 2
        with pytest.raises(KeyError), scope.whole():
            raise KeyError
        assert scope.is_narrow() and len(rows("Hop")) == 2
    assert rows("Hop") == everything


def test_an_act_judges_nothing_by_a_session_that_was_narrowed_for_another(scene: Scene) -> None:
    lan, before = scene.as_(Role.MANAGER, "owner", "lan"), m.Handoff.objects.count()
    with narrowed(as_(scene, "tao")):
        connection.holdfast_narrow = False  # type: ignore[attr-defined]  # as a pool by transaction would mix them up
        with pytest.raises(Busy):
            handoffs.offer(lan, scene.deal())
        connection.holdfast_narrow = True  # type: ignore[attr-defined]
    assert m.Handoff.objects.count() == before


def test_who_is_walled_may_still_have_a_paper_printed(scene: Scene) -> None:
    with narrowed(as_(scene, "tao")), transaction.atomic():
        job = outbox.put("custody.nothing", {"handoff": str(scene.handoff.id)})
    assert m.OutboxJob.objects.filter(id=job.id).exists()


def test_after_a_request_that_failed_the_session_is_whole_again(scene: Scene, rf: RequestFactory) -> None:
    everything = rows("Hop")

    def fails(request: HttpRequest) -> HttpResponse:
        assert len(rows("Hop")) == 2
        raise RuntimeError

    request = rf.get("/")
    request.user = user(scene, "tao")
    with pytest.raises(RuntimeError):
        SeesWhatIsTheirs(fails)(request)
    assert not scope.is_narrow() and rows("Hop") == everything


def test_a_session_that_is_lost_in_the_middle_of_a_request_is_narrow_again_when_it_comes_back(
    transactional_db: None, committed_cast: people.Cast
) -> None:
    people.open_project(committed_cast, "ROWS-4", "Lost and found")
    with narrowed(scope.NOBODY):
        assert rows("Project") == set()
        connection.close()
        assert rows("Project") == set()
    connection.close()
    assert len(rows("Project")) == 1


@pytest.fixture
def owner(database_committed: Database) -> Iterator[psycopg.Connection[Any]]:
    with database_committed.connect("owner", autocommit=True) as connected:
        yield connected


@pytest.mark.parametrize(
    ("gap", "told"),
    [
        ("ALTER TABLE custody_hop DISABLE ROW LEVEL SECURITY", "custody_hop is off, or not forced"),
        ("ALTER TABLE custody_hop NO FORCE ROW LEVEL SECURITY", "custody_hop is off, or not forced"),
        ("DROP POLICY what_is_theirs ON custody_vote", "what_is_theirs of custody_vote is missing"),
        ("ALTER POLICY what_is_theirs ON custody_copy USING (true)", "what_is_theirs of custody_copy"),
        ("ALTER POLICY what_is_theirs ON custody_copy TO holdfast_reader", "what_is_theirs of custody_copy"),
        ("ALTER POLICY everything ON custody_item TO PUBLIC", "everything of custody_item lets everybody"),
        (
            "CREATE POLICY more ON custody_item USING (true)",
            "custody_item has a policy that nobody laid: more",
        ),
        (
            WIDER,
            "the function custody_seen_hops is not the one",
        ),
    ],
)
def test_a_gap_in_these_walls_is_named_and_the_next_migration_closes_it(
    transactional_db: None, owner: psycopg.Connection[Any], gap: str, told: str
) -> None:
    from custody import walls

    assert _faults() == []
    owner.execute(gap)
    assert any(told in fault for fault in _faults())
    walls.lay(using="owner")
    left = [] if "more" not in gap else ["custody_item has a policy that nobody laid: more"]
    assert _faults() == left


def test_a_role_that_is_given_a_table_later_sees_no_row_of_it(
    transactional_db: None, committed_cast: people.Cast, database_committed: Database
) -> None:
    people.open_project(committed_cast, "ROWS-3", "One")
    with database_committed.connect("owner", autocommit=True) as owner:
        owner.execute("GRANT SELECT ON custody_project TO holdfast_sealer")
        assert owner.execute("SELECT count(*) FROM custody_project").fetchone() == (1,)
    with database_committed.connect("sealer", autocommit=True) as sealer:
        assert sealer.execute("SELECT count(*) FROM custody_project").fetchone() == (0,)


def _faults() -> list[str]:
    return [e.msg for e in checks.run_checks(databases=["default"]) if e.id == "custody.E001"]


def _key(scene: Scene, key: str) -> str:
    owner = user(scene, key)
    return keys.issue(Actor.of(owner), user=owner.id, name="Reads", scopes=["project"], days=1)[1]


def _project_of(model: str, pk: Any) -> Any:
    paths = {
        "Project": "id", "Hop": "project_id",
        "Approval": "hop__project_id", "Vote": "approval__hop__project_id",
        "Handoff": "project_id", "HandoffCopy": "handoff__project_id", "Copy": "item__project_id",
        "Holding": "project_id", "Item": "project_id", "Refusal": "project_id", "Decision": "project_id",
    }  # fmt: skip
    with scope.whole():
        return apps.get_model("custody", model)._base_manager.values_list(paths[model], flat=True).get(pk=pk)
