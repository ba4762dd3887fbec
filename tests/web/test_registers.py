"""From an empty register to the first handoff by the pages alone; each page for those who may, each fault
beside its field."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from django.test import Client

from custody import models as m
from custody.stories import cast as people
from custody.terms import HandoffState
from custody.web.registers import PAGES

from .hostile_forms import listed
from .scene import Scene, classified_form


def enter(client: Client, path: str, **asked: Any) -> str:
    """Fill in a register's form and return where it leads."""
    shown = client.get(path)
    assert shown.status_code == 200, path
    token = re.search(r'name="submission" value="([^"]+)"', shown.content.decode())
    answer = client.post(path, {**asked, "submission": token[1] if token else ""})
    assert answer.status_code == 302, re.findall(
        r'id="error-summary".*?</ul>', answer.content.decode(), re.DOTALL
    )
    return str(answer["Location"])


def id_in(address: str) -> uuid.UUID:
    noun, id = address.strip("/").split("/")[:2]
    refused = m.Refusal.objects.filter(id=id).first() if noun == "refusals" else None
    assert refused is None, refused and refused.decision.findings
    return uuid.UUID(id)


def test_all_that_a_first_handoff_needs_is_entered_by_pages(scene: Scene) -> None:
    an, mei = scene.client("an"), scene.client("mei")
    today = scene.cast.today.isoformat()
    party = id_in(
        enter(an, "/parties/new", kind="organisation", name="Quay Mapping", other_name="码头测绘",
              country="CN", scheme="uscc", number="91310000MA1FL0XX09")
    )  # fmt: skip
    assert m.PartyIdentifier.objects.get(party=party).scheme == "USCC"
    person = id_in(enter(an, "/people/new", name="Qian Yi", staff_number="Q-1", citizenships="CN"))
    enter(an, f"/people/{person}/roles/new", party=party, role="recipient", starts="2026-01-01")
    given = {"username": "qian", "reason": "New at the quay", "submission": str(uuid.uuid4())}
    assert an.post(f"/people/{person}/sign-in/new", given).status_code == 200, "with half of a slip on it"
    family = scene.project.regime.split("-")[0]
    system = enter(an, "/systems/new", name="QUAY-VAULT", kind="vault", owner_party=party, network="none",
                   provision="issued", inventory_number="Q-V-1", country="CN",
                   **{f"level_{family}": scene.project.level})  # fmt: skip
    assert m.System.objects.get(id=id_in(system)).inventory_number == "Q-V-1"
    owner, ceiling = str(scene.project.owner_party_id), f"{scene.project.regime}|{scene.project.level}"
    asked = {
        "code": "QUAY-1",
        "title": "码头修测",
        "owner_party": owner,
        "ceiling": ceiling,
        "qualification": "survey|B",
    }
    asked |= {
        "client_party": str(scene.cast.party("bureau")),
        "ultimate_client_party": str(scene.cast.party("bureau")),
    }
    project = id_in(enter(mei, "/projects/new", **asked))
    known = classified_form(scene)
    item = id_in(
        enter(mei, f"/projects/{project}/items/new", codename="QUAY-A", level=scene.project.level, **known)
    )
    people.determined(scene.cast, m.Item.objects.get(id=item))
    enter(mei, f"/items/{item}/copies/new", count="2")
    assert m.Copy.objects.filter(item=item).count() == 2
    enter(an, f"/people/{scene.cast.people['jing'].id}/grants/new", project=project, starts=today, ends=today)
    assert not m.User.objects.get(username="qian").has_usable_password()
    assert m.Slip.objects.get().sign_in.username == "qian"


def test_a_project_names_the_categories_of_the_qualification_that_it_asks_for(scene: Scene) -> None:
    mei, site = scene.client("mei"), scene.project
    page = mei.get("/projects/new").content.decode()
    assert "engineering surveying" in page
    asked = {
        "code": "CAT-1",
        "title": "Quay",
        "ceiling": f"{site.regime}|{site.level}",
        "owner_party": str(site.owner_party_id),
        "client_party": str(scene.cast.party("bureau")),
        "ultimate_client_party": str(scene.cast.party("bureau")),
        "categories": ["engineering", "gis"],
    }
    answer = mei.post("/projects/new", {**asked, "submission": str(uuid.uuid4())})
    assert answer.status_code == 422
    assert "Choose the qualification that these categories belong to" in answer.content.decode()
    enter(mei, "/projects/new", **asked, qualification="survey|B")
    assert m.Project.objects.get(code="CAT-1").categories == ["engineering", "gis"]


def test_a_form_sent_twice_enters_one(scene: Scene) -> None:
    form = {"kind": "organisation", "name": "Twice", "country": "CN", "submission": str(uuid.uuid4())}
    first, again = (scene.client("an").post("/parties/new", form) for _ in range(2))
    assert first["Location"] == again["Location"]
    assert m.Party.objects.filter(name="Twice").count() == 1


@pytest.mark.parametrize("password", ["1", "holdfast", "twice-twice-1"])
def test_a_weak_first_password_is_told_beside_its_field_in_both_languages(
    scene: Scene, password: str
) -> None:
    path = f"/people/{scene.cast.people['tao'].id}/sign-in/new"
    m.User.objects.filter(username__in=["heng", "qiao"]).update(is_active=False)  # nobody confirms a slip
    for language, words in (("en", "password"), ("zh-hans", "密码")):
        answer = scene.client("an", language).post(path, {"username": "twice-twice-1", "password": password})
        assert answer.status_code == 422 and words in answer.content.decode()
    assert not m.User.objects.filter(username="twice-twice-1").exists()


def routes(scene: Scene) -> dict[str, str]:
    person, project = scene.cast.people["tao"].id, scene.project.id
    item = m.Item.objects.filter(project=project).first()
    assert item is not None
    return {
        "party": "/parties/new",
        "person": "/people/new",
        "membership": f"/people/{person}/roles/new",
        "sign_in": f"/people/{person}/sign-in/new",
        "grant": f"/people/{person}/grants/new",
        "membership_end": f"/roles/{m.Membership.objects.filter(person=person)[0].id}/end",
        "grant_end": f"/grants/{m.Grant.objects.get(project=project).id}/end",
        "sign_in_close": f"/people/{person}/sign-in/close",
        "sign_in_open": f"/people/{person}/sign-in/open",
        "hold": f"/people/{person}/hold",
        "lift": f"/people/{person}/hold/lift",
        "system": "/systems/new",
        "project": "/projects/new",
        "region": f"/projects/{project}/region",
        **{f"results_{did}": f"/projects/{project}/results/{did}" for did in ("accepted", "submitted")},
        "item": f"/projects/{project}/items/new",
        "copies": f"/items/{item.id}/copies/new",
        **{kind: f"/people/{person}/{kind}/new" for kind in ("vetting", "training", "undertaking")},
        "leaving": f"/people/{person}/leaving/new",
        **{kind: f"/people/{person}/{kind}/end" for kind in ("factors", "sessions")},
        "identity": f"/people/{person}/account/new",
        "identity_end": f"/people/{person}/account/end",
        "need": f"/items/{item.id}/need-to-know/new",
        "need_end": f"/need-to-know/{(m.NeedToKnow.objects.first() or listed(scene)).id}/end",
    }


def test_every_page_is_for_those_who_may_alone(scene: Scene) -> None:
    assert set(routes(scene)) == set(PAGES)
    for kind, path in routes(scene).items():
        for who in ("tao", "lan", "jing"):
            assert scene.client(who).get(path).status_code in (403, 404), (kind, who)
            assert scene.client(who).post(path, {}).status_code in (403, 404), (kind, who)
        assert Client().get(path).status_code == 302, kind


@pytest.mark.parametrize("kind", sorted(PAGES))
def test_an_empty_form_names_each_fault_and_enters_nothing(scene: Scene, kind: str) -> None:
    path, before = routes(scene)[kind], m.Submission.objects.count()
    who = (
        "an"
        if PAGES[kind].verb.split(".")[0]
        in ("person", "membership", "sign_in", "grant", "system", "factor", "session", "identity")
        or kind == "region"
        else "mei"
    )
    for language in ("en", "zh-hans"):
        answer = scene.client(who, language).post(path, {})
        html = answer.content.decode()
        assert answer.status_code == 422 and "error-summary" in html
        assert "This field is required" not in html and "必填项" not in html, "each field says what it wants"
    assert m.Submission.objects.count() == before


@pytest.mark.parametrize(
    "bad",
    [
        {"name": "a\0b"},
        {"name": "x" * 301},
        {"country": "cn"},
        {"country": "China"},
        {"kind": "firm"},
        {"scheme": "USCC"},
        {"number": "1"},
        {"name": "\u202eevil"},
    ],
    ids=str,
)
def test_a_party_that_cannot_be_is_told_beside_its_field(scene: Scene, bad: dict[str, str]) -> None:
    good = {"kind": "organisation", "name": "Quay", "country": "CN"}
    before = m.Party.objects.count()
    answer = scene.client("an").post("/parties/new", {**good, **bad})
    assert answer.status_code == 422 and m.Party.objects.count() == before


def test_a_number_that_is_taken_and_a_weak_password_are_told(scene: Scene) -> None:
    an = scene.client("an")
    good = {"kind": "organisation", "name": "Quay", "country": "CN", "scheme": "LEI"}
    good["number"] = "213800KUD8LAJWSQ9D15"
    assert an.post("/parties/new", good).status_code == 302
    assert an.post("/parties/new", {**good, "name": "Other"}).status_code == 422
    person = scene.cast.people["tao"].id
    answer = an.post(f"/people/{person}/sign-in/new", {"username": "tao9", "password": ""})
    assert answer.status_code == 422 and not m.User.objects.filter(username="tao9").exists()


def test_a_project_above_the_installation_is_refused_and_recorded(scene: Scene) -> None:
    form = {
        "code": "TOP-1", "title": "Top", "owner_party": str(scene.project.owner_party_id),
        "ceiling": "cn-surveying|top-secret",
    }  # fmt: skip
    answer = scene.client("mei").post("/projects/new", form)
    assert answer.status_code in (302, 422)
    assert not m.Project.objects.filter(code="TOP-1").exists()


def test_a_first_handoff_is_offered_where_the_pages_lead(scene: Scene) -> None:
    assert scene.handoff.state is HandoffState.OFFERED
    html = scene.client("mei").get(f"/projects/{scene.project.id}/").content.decode()
    assert f"/projects/{scene.project.id}/items/new" in html
    person = scene.client("an").get(f"/people/{scene.cast.people['tao'].id}/").content.decode()
    assert "/roles/new" in person and "/sign-in/new" in person and people.PASSWORD not in person
    assert scene.client("an").get(f"/people/{uuid.uuid4()}/").status_code == 404
