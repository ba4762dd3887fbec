"""Roles, leave to read and sign-ins are taken back on the page of a person, which says before what stops."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from custody import models as m
from custody.stories.cast import PASSWORD
from tests.api.test_nouns import program, send
from tests.web.test_factors import token

from .scene import Scene
from .test_people import page
from .test_sessions import is_in


@pytest.fixture(autouse=True)
def own_address(settings: Any) -> None:
    settings.SITE_URL, settings.RP_ID = "http://localhost:8000", "localhost"
    settings.ALLOWED_HOSTS = ["testserver", "localhost"]


def told_by(client: Client, route: str, *args: Any) -> str:
    answer = client.get(reverse(route, args=args))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def sent(client: Client, route: str, id: Any, **form: Any) -> Any:
    return client.post(reverse(route, args=[id]), {**form, "submission": token()})


def test_a_role_ends_from_the_page_of_its_holder_and_the_page_says_what_waits(scene: Scene) -> None:
    tao, an = scene.cast.people["tao"], scene.client("an")
    row = m.Membership.objects.filter(person=tao).order_by("-starts", "-id")[0]
    there = reverse("membership_end", args=[row.id])
    assert f'href="{there}"' in page(scene, "an", "tao")
    for who in ("mei", "tao"):
        assert "/end" not in page(scene, who, "tao"), "who may not end it is not led there"
    html = told_by(an, "membership_end", row.id)
    assert "Handoffs offered to them</dt><dd>1" in html and "Wu Tao" in html
    assert "Other roles there" in html and "offers and requests stay open" in html
    chinese = scene.client("an", "zh-hans").get(there).content.decode()
    assert "终止角色" in chinese and "待其签收的交接" in chinese and "请先予处理" in chinese
    assert sent(an, "membership_end", row.id, ends="", reason="").status_code == 422
    past = (scene.cast.today - dt.timedelta(days=3)).isoformat()
    told = sent(an, "membership_end", row.id, ends=past, reason="Moved")
    assert told.status_code == 422 and "This day is past" in told.content.decode()
    soon = (scene.cast.today + dt.timedelta(days=9)).isoformat()
    assert sent(an, "membership_end", row.id, ends=soon, reason="Moved").url == reverse(
        "person", args=[tao.id]
    )
    html = page(scene, "an", "tao")
    assert soon in html and f'href="{there}"' in html
    sent(an, "membership_end", row.id, ends="", reason="At once")
    assert f'href="{there}"' not in page(scene, "an", "tao")
    again = sent(an, "membership_end", row.id, ends="", reason="Again")
    assert again.status_code == 422 and "It has ended already" in again.content.decode()


def test_an_officer_s_page_counts_the_requests_that_wait_for_their_vote(scene: Scene) -> None:
    row = m.Membership.objects.get(person=scene.cast.people["heng"])
    html = told_by(scene.client("an"), "membership_end", row.id)
    assert f'<a href="{reverse("approvals")}">1</a>' in html and "Requests that wait for their vote" in html
    other = m.Membership.objects.get(person=scene.cast.people["yu"])
    assert "Requests that wait" not in told_by(scene.client("an"), "membership_end", other.id)


def test_a_regulator_s_next_click_after_the_end_of_the_grant_finds_no_project(scene: Scene) -> None:
    jing, an = scene.client("jing"), scene.client("an")
    project = reverse("project", args=[scene.project.id])
    assert jing.get(project).status_code == 200
    grant = m.Grant.objects.get(person=scene.cast.people["jing"])
    there = reverse("grant_end", args=[grant.id])
    assert f'href="{there}"' in page(scene, "an", "jing")
    assert scene.project.code in page(scene, "jing", "jing") and there not in page(scene, "jing", "jing")
    assert scene.project.code in told_by(an, "grant_end", grant.id)
    assert sent(an, "grant_end", grant.id, reason="The audit is over").status_code == 302
    assert jing.get(project).status_code == 404
    assert f'href="{there}"' not in page(scene, "an", "jing")


def test_a_closed_sign_in_lets_nobody_in_until_it_is_opened(scene: Scene) -> None:
    tao, an = scene.cast.people["tao"].id, scene.client("an")
    browser, reads = scene.client("tao"), program(scene, "tao")
    assert is_in(browser) and reads.get("/api/v1/me/").status_code == 200
    html = told_by(an, "sign_in_close", tao)
    assert "Open sessions</dt><dd>1" in html and "Keys for programs</dt><dd>1" in html
    assert sent(an, "sign_in_close", tao, reason="Misused").status_code == 302
    assert not is_in(browser) and reads.get("/api/v1/me/").status_code == 401
    again = Client()
    again.post(reverse("account_login"), {"login": "tao", "password": PASSWORD})
    assert not is_in(again)
    html = page(scene, "an", "tao")
    assert "Closed sign-in" in html and reverse("sign_in_close", args=[tao]) not in html
    assert sent(an, "sign_in_open", tao, reason="Cleared up").status_code == 302
    again.post(reverse("account_login"), {"login": "tao", "password": PASSWORD})
    assert is_in(again) and reads.get("/api/v1/me/").status_code == 401, "the key stays ended"


def test_nobody_is_led_to_close_their_own(scene: Scene) -> None:
    own = scene.cast.people["an"].id
    assert reverse("sign_in_close", args=[own]) not in page(scene, "an", "an")
    answer = sent(scene.client("an"), "sign_in_close", own, reason="r")
    assert answer.status_code == 422 and "This is your own sign-in" in answer.content.decode()


def test_programs_take_back_the_same(scene: Scene) -> None:
    an = program(scene, "an", ("membership", "grant", "sign_in"))
    role = m.Membership.objects.filter(person=scene.cast.people["tao"])[0]
    path = f"memberships/{role.id}"
    stale = send(an, f"{path}/end", {"reason": "r"}, **{"If-Match": f'"{m.new_id()}"'})
    assert stale.status_code == 412
    ended = send(an, f"{path}/end", {"reason": "Moved"}, **{"If-Match": f'"{role.entry}"'})
    assert ended.status_code == 200 and ended.json()["ended_at"]
    assert send(an, f"{path}/end", {"reason": "Moved"}).status_code in (409, 422)
    grant = m.Grant.objects.get()
    assert send(an, f"grants/{grant.id}/end", {"reason": "Done"}).json()["ended_at"]
    tao = f"people/{scene.cast.people['tao'].id}"
    assert send(an, f"{tao}/close-sign-in", {"reason": "r"}).json()["is_active"] is False
    assert send(an, f"{tao}/open-sign-in", {"reason": "r"}).json()["is_active"] is True
    less = program(scene, "an", ("report",))
    assert send(less, f"{tao}/close-sign-in", {"reason": "r"}).status_code == 403
