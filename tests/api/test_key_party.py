"""A key is bound to one party: it acts and reads for it alone, and is refused when its owner leaves it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from custody import models as m
from custody import record
from custody.actions import access, keys
from custody.actions.base import ActionError, Actor
from custody.apply import rebuild
from custody.compare import compare
from custody.single import differing
from custody.terms import Role
from tests.web.scene import Scene

from .test_nouns import offered, send


def both(scene: Scene) -> m.User:
    """Let mei, a manager of the house, stand for Westgate as a recipient too."""
    m.Membership.objects.create(
        entry=scene.asked.entry, person=scene.cast.people["mei"], party_id=scene.cast.party("westgate"),
        role=Role.RECIPIENT, starts=scene.cast.today,
    )  # fmt: skip
    return m.User.objects.get(person=scene.cast.people["mei"])


def key_for(scene: Scene, user: m.User, party: str) -> tuple[m.ApiKey, Client]:
    user = m.User.objects.get(pk=user.pk)
    outcome, text = keys.issue(
        Actor.of(user), user=user.pk, name=party, scopes=keys.SCOPES, days=1, party=scene.cast.party(party)
    )
    return outcome.object, Client(headers={"authorization": f"Bearer {text}"})


def codes(client: Client, noun: str) -> set[str]:
    return {row["id"] for row in client.get(f"/api/v1/{noun}/").json()["results"]}


def test_a_key_acts_for_its_party_alone_whatever_else_its_owner_may_do(scene: Scene) -> None:
    user = both(scene)
    _, house = key_for(scene, user, "northfield")
    _, below = key_for(scene, user, "westgate")
    told = below.get("/api/v1/me/").json()
    assert [r["party"] for r in told["roles"]] == [told["only_for"]] == [str(scene.cast.party("westgate"))]
    assert {r["party"] for r in house.get("/api/v1/me/").json()["roles"]} == {
        str(scene.cast.party("northfield"))
    }
    assert str(scene.lakeside.id) in codes(house, "hops")
    assert codes(below, "hops") == {str(scene.westgate.id)}, "never the sibling that the house sees"
    assert below.get(f"/api/v1/hops/{scene.lakeside.id}/").status_code == 404
    held = {str(c.id) for c in scene.copies}
    assert held <= codes(house, "copies") and held - codes(below, "copies"), (
        "copies of the house are not there"
    )
    refused = send(below, "handoffs", offered(scene))
    assert refused.status_code in (403, 422), "the house's manager offers, not Westgate's recipient"
    assert send(below, "projects", {"code": "X"}).status_code in (400, 403, 422)
    assert send(house, "handoffs", offered(scene)).status_code == 201


def test_the_walls_hold_for_the_party_of_the_key(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    user = both(scene)
    _, below = key_for(scene, user, "westgate")
    monkeypatch.setattr(m.VisibleQuerySet, "visible_to", lambda self, user: self)
    assert str(scene.lakeside.id) not in codes(below, "hops"), "a query that nobody narrowed"
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone()[0] != "holdfast_outside"


def test_a_regulators_grants_are_not_in_the_reach_of_a_key_for_another_party(scene: Scene) -> None:
    person = scene.cast.people["jing"]
    m.Membership.objects.create(
        entry=scene.asked.entry, person=person, party_id=scene.cast.party("annex"), role=Role.RECIPIENT,
        starts=scene.cast.today,
    )  # fmt: skip
    user = scene.user("jing")
    _, office = key_for(scene, user, "office")
    _, annex = key_for(scene, user, "annex")
    assert str(scene.project.id) in codes(office, "projects")
    assert codes(annex, "projects") == set()
    assert annex.get(f"/api/v1/projects/{scene.project.id}/").status_code == 404
    assert send(annex, "reports", {"project": str(scene.project.id), "language": "en"}).status_code in (
        403,
        422,
    )


def test_a_key_is_refused_when_its_owner_leaves_its_party(scene: Scene) -> None:
    user = both(scene)
    key, below = key_for(scene, user, "westgate")
    _, house = key_for(scene, user, "northfield")
    assert below.get("/api/v1/hops/").status_code == 200
    role = m.Membership.objects.get(person=user.person_id, party=scene.cast.party("westgate"))
    access.end_membership(scene.cast.actor("an"), membership=role.id, reason="Moved")
    for answer in (below.get("/api/v1/hops/"), send(below, "handoffs", offered(scene))):
        assert answer.status_code == 401 and "WWW-Authenticate" in answer
        assert "party" in answer.json()["title"] + answer.json().get("detail", "")
    assert house.get("/api/v1/hops/").status_code == 200, "the other party's goes on"
    page = scene.client("mei").get(reverse("keys")).content.decode()
    assert "Refused: you do not act for this party any more" in page
    row = page[page.index(key.start) :]
    assert "Revoke" in row, "it can still be ended for good"
    chinese = below.get("/api/v1/hops/", headers={"accept-language": "zh-hans"})
    assert "单位" in chinese.content.decode()


def test_a_key_whose_day_at_the_party_is_over_is_refused_too(scene: Scene) -> None:
    user = both(scene)
    _, below = key_for(scene, user, "westgate")
    m.Membership.objects.filter(person=user.person_id, party=scene.cast.party("westgate")).update(
        starts=scene.cast.today - dt.timedelta(days=9), ends=scene.cast.today - dt.timedelta(days=2)
    )
    assert below.get("/api/v1/hops/").status_code == 401


def test_who_stands_for_several_names_one_and_it_is_one_of_theirs(scene: Scene) -> None:
    user = both(scene)
    asked: dict[str, Any] = {"user": user.pk, "name": "n", "scopes": [], "days": 1}
    for party in (None, scene.cast.party("lakeside"), m.new_id()):
        with pytest.raises(ActionError) as error:
            keys.issue(Actor.of(user), party=party, **asked)
        assert error.value.about == "party"
    assert m.ApiKey.objects.count() == 0
    page = scene.client("mei").get(reverse("keys")).content.decode()
    assert "For which party?" in page and "Lakeside" not in page
    form = {"name": "n", "scopes": [], "days": "1"}
    mei = scene.client("mei")
    assert mei.post(reverse("keys"), form).status_code == 422
    assert mei.post(reverse("keys"), {**form, "party": str(scene.cast.party("lakeside"))}).status_code == 422
    made = mei.post(reverse("keys"), {**form, "party": str(scene.cast.party("westgate"))})
    assert made.status_code == 200 and m.ApiKey.objects.get().party_id == scene.cast.party("westgate")
    assert "Westgate" in mei.get(reverse("keys")).content.decode()
    said = [dict(e.values) for e in record.history() if e.values["kind"] == "key.issued/2"][-1]
    assert said["party"] == str(scene.cast.party("westgate"))
    assert not differing(m.ApiKey, str(m.ApiKey.objects.get().pk))
    assert [d for d in compare(rebuild()) if d.table == "custody_apikey"] == []


def test_who_stands_for_one_party_is_not_asked(scene: Scene) -> None:
    tao = scene.client("tao")
    assert "For which party?" not in tao.get(reverse("keys")).content.decode()
    assert tao.post(reverse("keys"), {"name": "n", "scopes": [], "days": "1"}).status_code == 200
    assert m.ApiKey.objects.get().party_id == scene.cast.party("westgate")


def test_a_key_of_before_keys_were_bound_acts_for_all_and_is_listed_so(scene: Scene) -> None:
    user = both(scene)
    key, client = key_for(scene, user, "westgate")
    m.ApiKey.objects.filter(pk=key.pk).update(party=None)
    assert str(scene.lakeside.id) in codes(client, "hops")
    page = scene.client("mei").get(reverse("keys")).content.decode()
    assert "made before keys were bound" in page
