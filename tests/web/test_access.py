"""Who comes to which page: a foreign id is answered like an unknown one, an act without the role is
forbidden."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from custody import models as m

from .scene import Scene

WHO = ["mei", "heng", "an", "yu", "tao", "lan", "bo", "jing"]


def places(scene: Scene) -> dict[str, str]:
    """Return the address of every page about something of the scene."""
    paper = m.Qualification.objects.filter(party=scene.cast.party("lakeside"))[0]
    return {
        "project": reverse("project", args=[scene.project.id]),
        "hop_new": reverse("hop_new", args=[scene.project.id]),
        "handoff_new": reverse("handoff_new", args=[scene.project.id]),
        "copies_confirm": reverse("copies_confirm", args=[scene.project.id]),
        "report_new": reverse("report_new", args=[scene.project.id]),
        "print_new": reverse("register_print_of_project", args=[scene.project.id]),
        "westgate": reverse("hop", args=[scene.westgate.id]),
        "lakeside": reverse("hop", args=[scene.lakeside.id]),
        "handoff": reverse("handoff", args=[scene.handoff.id]),
        "approval": reverse("approval", args=[scene.asked.id]),
        "party": reverse("party", args=[scene.cast.party("lakeside")]),
        "qualification": reverse("qualification", args=[paper.id]),
        "qualification_revoke": reverse("qualification_revoke", args=[paper.id]),
        "qualification_new": reverse("qualification_new", args=[scene.cast.party("lakeside")]),
        "hop_describe": reverse("hop_describe", args=[scene.westgate.id]),
        "party_conditions": reverse("party_conditions", args=[scene.cast.party("lakeside")]),
        "party_inspection": reverse("party_inspection", args=[scene.cast.party("lakeside")]),
        "decisions": reverse("decisions"),
        "packs": reverse("packs"),
        "pack": reverse("pack", args=[m.RegimePack.objects.filter(name="cn_surveying_zhejiang")[0].id]),
        "pack_new": reverse("pack_new"),
    }


# 200: shown, 403: seen but not allowed, 404: as if it were not there
TABLE = {
    #                    mei  heng an   yu   tao  lan  bo   jing
    "project":          [200, 200, 200, 200, 200, 200, 404, 200],
    "hop_new":          [200, 403, 403, 403, 403, 403, 404, 403],
    "handoff_new":      [200, 403, 403, 200, 403, 403, 404, 403],
    "copies_confirm":   [200, 403, 403, 200, 403, 403, 404, 403],
    "report_new":       [200, 200, 403, 403, 403, 403, 404, 200],
    "print_new":        [200, 200, 403, 200, 200, 200, 404, 403],
    "westgate":         [200, 200, 200, 200, 200, 404, 404, 200],
    "lakeside":         [200, 200, 200, 200, 404, 200, 404, 200],
    "handoff":          [200, 200, 200, 200, 200, 404, 404, 200],
    "approval":         [200, 200, 200, 200, 404, 200, 404, 200],
    "party":            [200, 200, 200, 200, 404, 200, 404, 200],
    "qualification":    [200, 200, 200, 200, 404, 200, 404, 200],
    "qualification_revoke": [403, 200, 200, 403, 404, 403, 404, 403],
    "qualification_new": [200, 200, 200, 403, 404, 403, 404, 403],
    "hop_describe":     [200, 200, 403, 403, 403, 404, 404, 403],
    "party_conditions": [200, 200, 200, 403, 404, 403, 404, 403],
    "party_inspection": [200, 200, 200, 403, 404, 403, 404, 403],
    "decisions":        [403, 200, 200, 403, 403, 403, 403, 200],
    "packs":            [403, 403, 200, 403, 403, 403, 403, 403],
    "pack":             [403, 403, 200, 403, 403, 403, 403, 403],
    "pack_new":         [403, 403, 200, 403, 403, 403, 403, 403],
}  # fmt: skip


@pytest.mark.parametrize("who", WHO)
def test_every_page_answers_each_person_as_the_table_says(scene: Scene, who: str) -> None:
    client, found = scene.client(who), {}
    for name, url in places(scene).items():
        found[name] = client.get(url).status_code
    assert found == {name: row[WHO.index(who)] for name, row in TABLE.items()}


@pytest.mark.parametrize("name", sorted(TABLE))
def test_nobody_comes_in_without_signing_in(scene: Scene, name: str) -> None:
    answer = Client().get(places(scene)[name])
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize(
    "route", ["project", "hop", "handoff", "refusal", "approval", "party", "qualification", "report"]
)
def test_an_unknown_id_is_not_found(scene: Scene, route: str) -> None:
    assert scene.client("mei").get(reverse(route, args=[uuid.uuid4()])).status_code == 404


@pytest.mark.parametrize(
    "path", ["projects/x/", "hops/1/", "handoffs/00000000/", "reports/-/", "approvals/%00/"]
)
def test_a_bad_id_is_not_found(scene: Scene, path: str) -> None:
    assert scene.client("mei").get(f"/{path}").status_code == 404


def test_a_regulator_without_a_grant_sees_no_project(scene: Scene) -> None:
    m.Grant.objects.update(starts="2020-01-01", ends="2020-12-31")
    client = scene.client("jing")
    for name in ("project", "westgate", "handoff", "approval", "report_new"):
        assert client.get(places(scene)[name]).status_code == 404, name
    assert scene.project.code not in client.get("/projects/").content.decode()
    assert scene.project.code not in client.get("/").content.decode()


def test_a_recipient_reads_neither_sibling_nor_its_name(scene: Scene) -> None:
    page = scene.client("tao").get(places(scene)["project"]).content.decode()
    assert "Westgate" in page
    assert "Lakeside" not in page


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/projects/",
        "/handoffs/",
        "/approvals/",
        "/parties/",
        "/reports/",
        "/verify",
        "/notices",
        "/notices/mail",
    ],
)
@pytest.mark.parametrize("who", WHO)
def test_lists_open_for_all_in_both_languages(scene: Scene, path: str, who: str) -> None:
    for language, tag in (("en", 'lang="en"'), ("zh-hans", 'lang="zh-Hans"')):
        answer = scene.client(who, language).get(path)
        assert answer.status_code == 200
        assert tag in answer.content.decode()


def test_a_page_is_not_kept_by_the_browser(scene: Scene) -> None:
    answer = scene.client("mei").get(places(scene)["project"])
    assert "no-store" in answer["Cache-Control"]


def test_who_lost_the_membership_sees_nothing(scene: Scene) -> None:
    m.Membership.objects.filter(person=scene.cast.people["tao"]).update(
        starts="2020-01-01", ends="2020-12-31"
    )
    client = scene.client("tao")
    assert client.get(places(scene)["handoff"]).status_code == 404
    assert client.get("/").status_code == 200
