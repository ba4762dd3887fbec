"""Leave to read by party and by region: what it covers, and that nothing else is seen, on any way."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.urls import reverse

from custody import models as m
from custody import record, row_walls
from custody.actions import access, projects, registers, reports
from custody.actions.base import ActionError, Actor
from custody.apply import rebuild
from custody.compare import compare
from custody.looks import PLACES
from custody.single import differing
from custody.stories import cast as people
from custody.stories import told
from custody.web.access import what_is_read
from tests.api.test_nouns import program, send
from tests.narrowed import narrowed

from .scene import Scene

HERE, THERE = "CN-ZJ", "CN-JS"


def grant(scene: Scene, **of: Any) -> m.Grant:
    """Let jing read this and nothing else."""
    m.Grant.objects.all().delete()
    return give(scene, **of)


def give(scene: Scene, who: str = "jing", **of: Any) -> m.Grant:
    dates = {"starts": scene.cast.today, "ends": scene.cast.today} | {
        n: of.pop(n) for n in ("starts", "ends") if n in of
    }
    given: m.Grant = registers.give_grant(
        scene.cast.actor("an"), person=scene.cast.people[who].id, **of, **dates
    ).object
    return given


def jing(scene: Scene) -> m.User:
    return m.User.objects.get(person=scene.cast.people["jing"])


def codes(user: m.User) -> set[str]:
    return set(m.Project.objects.visible_to(user).values_list("code", flat=True))


def another(scene: Scene, region: str, owner: UUID | None = None) -> m.Project:
    """Open a project with a subcontract, copies, an offer, a refusal and a report of its own."""
    cast = scene.cast
    project = people.open_project(cast, f"R-{region}", "Elsewhere", region=region)
    hop = told.approved_hop(cast, project, "westgate", "Scanning")
    copies = people.make_copies(cast, project, f"SHEET-{region}", 2)
    told.offer(cast, hop, copies[:1], "tao", "westgate_room")
    told.offer(cast, hop, copies[:1], "tao", "westgate_room")  # is on its way: refused
    reports.request(cast.actor("mei"), project=project.id, language="en")
    if owner:  # what was built there is of another than the house
        project.owner_party_id = owner
        project.save()
    return project


def located(scene: Scene, region: str) -> None:
    projects.locate(scene.cast.actor("an"), project=scene.project.id, region=region, reason="Surveyed there")


def rows_of_project(project: UUID) -> dict[type[Any], set[Any]]:
    """Return the rows of each table that comes to a project."""
    return {
        model: set(model._base_manager.filter(**{place.project: project}).values_list("pk", flat=True))
        for model, place in PLACES.items()
        if place.project and hasattr(model._default_manager, "visible_to")
    }


def test_a_regulator_of_one_region_sees_nothing_of_another_in_any_table(scene: Scene) -> None:
    located(scene, HERE)
    far, none = another(scene, THERE), another(scene, "")
    grant(scene, region=HERE)
    user = jing(scene)
    assert codes(user) == {scene.project.code}
    others = [rows_of_project(far.id), rows_of_project(none.id)]
    assert sum(map(bool, others[0].values())) > 8, "there is something to see"
    own = rows_of_project(scene.project.id)
    for model in own:
        seen = set(model.objects.visible_to(user).values_list("pk", flat=True))
        assert not seen & (others[0][model] | others[1][model]), model.__name__
        if model in (m.Hop, m.Handoff, m.Copy, m.Item, m.Decision, m.Approval):
            assert own[model] <= seen and own[model], model.__name__


def test_the_walls_in_the_database_let_no_row_of_another_region_or_party_through(scene: Scene) -> None:
    located(scene, HERE)
    bureau = scene.cast.party("bureau")
    far, theirs = another(scene, THERE), another(scene, "US-VA", bureau)
    for of, whole, shut in (
        ({"region": HERE}, scene.project, (far, theirs)),
        ({"party": bureau}, theirs, (far, scene.project)),
        ({"project": far.id}, far, (theirs, scene.project)),
    ):
        grant(scene, **of)
        narrow = jing(scene).scope()
        assert narrow is not None
        walled = {m_ for m_ in rows_of_project(far.id) if m_._meta.db_table in row_walls.WALLED}
        own, foreign = rows_of_project(whole.id), [rows_of_project(p.id) for p in shut]
        with narrowed(narrow):
            for model in walled:
                with connection.cursor() as cursor:
                    cursor.execute(f"SELECT {model._meta.pk.column} FROM {model._meta.db_table}")  # noqa: S608
                    seen = {pk for (pk,) in cursor.fetchall()}
                assert not seen & (foreign[0][model] | foreign[1][model]), (of, model.__name__)
                if model in (m.Project, m.Hop, m.Handoff, m.Copy, m.Report):
                    assert own[model] <= seen, (of, model.__name__)


def test_pages_and_programs_answer_a_regulator_by_region(scene: Scene) -> None:
    located(scene, HERE)
    far = another(scene, THERE)
    grant(scene, region=HERE)
    browser, key = scene.client("jing"), program(scene, "jing")
    listed = browser.get(reverse("projects")).content.decode()
    assert scene.project.code in listed and far.code not in listed
    found = key.get("/api/v1/projects/").json()["results"]
    assert [row["code"] for row in found] == [scene.project.code]
    hop = m.Hop.objects.get(project=far)
    for path in (reverse("project", args=[far.id]), reverse("hop", args=[hop.id])):
        assert browser.get(path).status_code == 404, path
    for noun, model in (
        ("projects", m.Project),
        ("hops", m.Hop),
        ("handoffs", m.Handoff),
        ("copies", m.Copy),
    ):
        for pk in rows_of_project(far.id)[model]:
            assert key.get(f"/api/v1/{noun}/{pk}/").status_code == 404, noun
    asked = {"language": "en"}
    assert send(key, "reports", {"project": str(far.id), **asked}).status_code in (400, 403, 404, 422)
    assert send(key, "reports", {"project": str(scene.project.id), **asked}).status_code == 201
    decided = browser.get(reverse("decisions")).content.decode()
    assert scene.project.code in decided and far.code not in decided
    assert m.Look.objects.filter(person=scene.cast.people["jing"], project=scene.project).exists()
    assert not m.Look.objects.filter(person=scene.cast.people["jing"], project=far).exists()


def test_a_party_covers_what_it_owns_and_not_where_it_is_a_subcontractor(scene: Scene) -> None:
    cast = scene.cast
    grant(scene, party=cast.party("westgate"))
    assert codes(jing(scene)) == set(), "westgate owns nothing, and has a subcontract of the scene's project"
    theirs = another(scene, THERE, cast.party("bureau"))
    grant(scene, party=cast.party("bureau"))
    assert codes(jing(scene)) == {theirs.code}
    later = people.open_project(cast, "R-LATER", "Later", owner_party=cast.party("bureau"))
    assert codes(jing(scene)) == {theirs.code, later.code}, "what comes is covered too"
    assert reports.may_request(Actor.of(jing(scene)), later)
    assert not reports.may_request(Actor.of(jing(scene)), scene.project)


def test_a_region_that_is_put_right_moves_who_reads(scene: Scene) -> None:
    access.end_grant(scene.cast.actor("an"), grant=m.Grant.objects.get().id, reason="Over")
    give(scene, region=HERE)
    assert codes(jing(scene)) == set(), "no region is recorded"
    located(scene, HERE)
    assert codes(jing(scene)) == {scene.project.code}
    located(scene, THERE)
    assert codes(jing(scene)) == set()
    said = [dict(e.values) for e in record.history() if e.values["kind"] == "project.located/1"]
    assert [(s["region_before"], s["region"]) for s in said] == [(None, HERE), (HERE, THERE)]
    with pytest.raises(ActionError, match="what is recorded"):
        located(scene, THERE)
    assert list(compare(rebuild())) == []
    assert not differing(m.Project, str(scene.project.id))


@pytest.mark.parametrize(
    ("starts", "ends", "live"), [(0, 0, True), (-9, 9, True), (-9, -2, False), (2, 9, False)]
)
def test_it_counts_on_its_days(scene: Scene, starts: int, ends: int, live: bool) -> None:
    located(scene, HERE)
    today = scene.cast.today
    days = {"starts": today + dt.timedelta(days=starts), "ends": today + dt.timedelta(days=ends)}
    for of in ({"region": HERE}, {"party": scene.project.owner_party_id}):
        grant(scene, **of, **days)
        assert (codes(jing(scene)) == {scene.project.code}) is live


def test_its_end_shuts_all_at_once_and_the_tables_say_what_the_ledger_says(scene: Scene) -> None:
    located(scene, HERE)
    an = scene.cast.actor("an")
    for of in ({"region": HERE}, {"party": scene.project.owner_party_id}):
        given = grant(scene, **of)
        assert jing(scene).sees_all_parties
        access.end_grant(an, grant=given.id, reason="The audit is over")
        assert codes(jing(scene)) == set() and not jing(scene).sees_all_parties
        told_now = jing(scene).scope()
        assert told_now is not None and not (told_now.inner or told_now.granted or told_now.regions)
        assert not differing(m.Grant, str(given.id))
        with pytest.raises(ActionError, match="already"):
            access.end_grant(an, grant=given.id, reason="Again")
    kinds = [str(e.values["kind"]) for e in record.history()]
    assert kinds.count("grant.ended/2") == 2


def test_it_is_of_exactly_one_thing(scene: Scene) -> None:
    both = {"project": scene.project.id, "party": scene.cast.party("bureau")}
    for of in ({}, both, {**both, "region": HERE}, {"party": both["party"], "region": HERE}):
        with pytest.raises(ActionError):
            give(scene, **of)
    for code in ("CN", "cn-zj", "CN-ZJ1X", "Zhejiang", "' OR 1=1 --"):
        with pytest.raises(ActionError):
            give(scene, region=code)
    an, person = scene.client("an"), scene.cast.people["jing"].id
    day = scene.cast.today.isoformat()
    for form in ({}, {"project": str(scene.project.id), "region": HERE}, {"region": "XX-1"}):
        sent = an.post(f"/people/{person}/grants/new", {**form, "starts": day, "ends": day})
        assert sent.status_code == 422, form
    assert m.Grant.objects.count() == 1, "the scene's own"


def test_the_page_of_a_project_lists_by_which_leave_it_is_read(scene: Scene) -> None:
    located(scene, HERE)
    owner = scene.project.owner_party_id
    given = [give(scene, region=HERE), give(scene, party=owner)]
    give(scene, region=THERE)
    give(scene, party=scene.cast.party("bureau"))
    shown = scene.client("mei").get(reverse("project", args=[scene.project.id])).content.decode()
    part = shown[shown.index("Who may read it as a regulator") :]
    part = part[: part.index("</table>")]
    assert "This project" in part and "All projects in Zhejiang (CN-ZJ)" in part
    assert "Jiangsu" not in part and part.count("<tr") == 4
    assert (
        "Who may read it"
        not in scene.client("tao").get(reverse("project", args=[scene.project.id])).content.decode()
    )
    assert (
        "Who may read it"
        not in scene.client("jing").get(reverse("project", args=[scene.project.id])).content.decode()
    )
    chinese = scene.client("mei").get(
        reverse("project", args=[scene.project.id]), headers={"accept-language": "zh-hans"}
    )
    assert "浙江（CN-ZJ）的全部项目" in chinese.content.decode()
    for one in given:
        access.end_grant(scene.cast.actor("an"), grant=one.id, reason="Over")
    after = scene.client("mei").get(reverse("project", args=[scene.project.id])).content.decode()
    assert "All projects in Zhejiang" not in after


def test_an_owner_outside_the_house_sees_who_may_read_its_projects_and_no_other_leave(scene: Scene) -> None:
    bureau = scene.cast.party("bureau")
    another(scene, THERE, bureau)
    theirs = {give(scene, party=bureau).id, give(scene, region=THERE).id}
    give(scene, region=HERE)
    person = m.Person.objects.create(entry=m.new_id(), name="Owner", staff_number="OW-1", citizenships=["CN"])
    m.Membership.objects.create(
        entry=m.new_id(), person=person, party_id=bureau, role="manager", starts=scene.cast.today
    )
    user = m.User.objects.create_user("owner", None, person)
    assert set(m.Grant.objects.visible_to(user).values_list("id", flat=True)) == theirs
    seen = m.Access.objects.visible_to(user).filter(role=None)
    assert set(seen.values_list("id", flat=True)) == theirs
    narrow = user.scope()
    assert narrow is not None
    with narrowed(narrow):
        assert set(m.Grant.objects.values_list("id", flat=True)) == theirs


def test_the_list_of_who_may_do_what_says_of_what_a_leave_was_on_any_day(scene: Scene) -> None:
    bureau = scene.cast.party("bureau")
    grant(scene, region=HERE)
    give(scene, party=bureau)
    listed = program(scene, "an").get(f"/api/v1/access/?person={scene.cast.people['jing'].id}").json()
    leaves = [row for row in listed["results"] if row["role"] is None]
    assert {(row["region"], row["owner"]) for row in leaves} == {(HERE, None), ("", str(bureau))}
    page = scene.client("mei").get("/access/?q=CN-ZJ", follow=True).content.decode()
    assert "All projects in Zhejiang" in page
    assert what_is_read(None, None, "") is None
