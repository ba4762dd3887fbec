"""The tables as they lie: for superusers alone, read-only, without secrets, behind every wall."""

from __future__ import annotations

import importlib
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test import Client
from django.urls import clear_url_caches, reverse, set_urlconf

from config import urls
from custody import models as m
from custody import record
from custody.actions import keys, superusers
from custody.actions.base import Actor, NotPermitted
from custody.apply import rebuild
from custody.compare import compare
from custody.single import differing
from custody.stories import cast as people

from .scene import Scene


@pytest.fixture
def switched_on(settings: Any) -> Iterator[None]:
    """Start the site with the admin."""
    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "django.contrib.admin.apps.SimpleAdminConfig"]
    settings.DJANGO_ADMIN = True
    _again()
    yield
    settings.DJANGO_ADMIN = False
    _again()


def _again() -> None:
    importlib.reload(urls)
    clear_url_caches()
    set_urlconf(None)


def named(scene: Scene, who: str = "an") -> Client:
    """Make somebody a superuser and sign them in."""
    scene.user(who)
    call_command("name_superuser", who, "--reason", "A fault to find")
    scene.user(who).refresh_from_db()
    return scene.client(who)


def pages() -> list[str]:
    from custody.web.superusers import shown

    return [reverse(f"admin:{x._meta.app_label}_{x._meta.model_name}_changelist") for x in shown()]


def test_without_the_setting_there_is_no_such_address(scene: Scene) -> None:
    client = named(scene)
    assert client.get("/admin/").status_code == 404
    assert "django.contrib.admin" not in {app.name for app in apps.get_app_configs()}


@pytest.mark.usefixtures("switched_on")
def test_for_anybody_but_a_superuser_it_is_not_there(scene: Scene) -> None:
    m.User.objects.filter(pk=scene.user("an").pk).update(is_staff=True)
    for who in ("an", "mei", "heng", "tao", "jing"):
        client = scene.client(who)
        for path in ("/admin/", *pages()[:3], "/admin/custody/", "/admin/login/", "/admin/custody/user/add/"):
            assert client.get(path).status_code == 404, (who, path)
    answer = Client().get("/admin/custody/user/")
    assert answer.status_code == 302 and answer["Location"].startswith(reverse("account_login"))


@pytest.mark.usefixtures("switched_on")
def test_every_table_is_listed_or_left_out_for_a_reason_and_every_page_opens(scene: Scene) -> None:
    from custody.web.superusers import LEFT_OUT, shown

    client = named(scene)
    index = client.get("/admin/")
    assert index.status_code == 200 and "Decision of the rules" in index.content.decode()
    every = {x._meta.label for n in ("custody", "ledger") for x in apps.get_app_config(n).get_models(True)}
    assert {x._meta.label for x in shown()} | LEFT_OUT.keys() == every
    assert {"custody.Decision", "custody.Vote", "ledger.Entry", "ledger.Checkpoint"}.isdisjoint(LEFT_OUT)
    rows = 0
    for model, path in zip(shown(), pages(), strict=True):
        listed = client.get(path)
        assert listed.status_code == 200, path
        one = model._default_manager.order_by("pk").first()
        if one is not None:
            rows += 1
            page = client.get(f"{path}{one.pk}/change/")
            assert page.status_code == 200, page.content
            told = page.content.decode()
            assert "<textarea" not in told and 'type="submit"' not in told and "deletelink" not in told
    assert rows > 25


@pytest.mark.usefixtures("switched_on")
def test_nothing_can_be_added_changed_deleted_or_done_in_bulk(scene: Scene) -> None:
    client = named(scene)
    from custody.web.superusers import shown

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), max(xmin::text::bigint) FROM custody_decision")
        before = cursor.fetchone()
    for model, path in zip(shown(), pages(), strict=True):
        one = model._default_manager.order_by("pk").first()
        pk = one.pk if one is not None else "x"
        for action in ("add/", f"{pk}/delete/", f"{pk}/history/", f"{pk}/password/", "import/"):
            for answer in (client.get(path + action), client.post(path + action, {"post": "yes"})):
                assert answer.status_code == 404, path + action
        sent = {"action": "delete_selected", "_selected_action": [str(pk)], "post": "yes", "_save": "Save"}
        for where in (path, f"{path}{pk}/change/"):
            for method in (client.post, client.put, client.patch, client.delete):
                assert method(where, sent if method == client.post else "").status_code == 405, where
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), max(xmin::text::bigint) FROM custody_decision")
        assert cursor.fetchone() == before
    assert list(compare(rebuild())) == []


@pytest.mark.usefixtures("switched_on")
def test_no_secret_stands_on_any_page_and_none_is_guessed_by_a_filter(scene: Scene) -> None:
    from allauth.mfa.models import Authenticator

    client, user = named(scene), scene.user("heng")
    _, text = keys.issue(Actor.of(user), user=user.pk, name="canary", scopes=(), days=1)
    Authenticator.objects.create(user=user, type="totp", data={"secret": "CANARYTOTPSECRET"})
    key = m.ApiKey.objects.get()
    secrets = [
        text, key.sha256, user.password.rpartition("$")[2], user.password, "CANARYTOTPSECRET",
        *(bytes(c.tag_key).hex() for c in m.Copy.objects.all()),
        *m.OpenSession.objects.values_list("session_key", flat=True),
    ]  # fmt: skip
    from custody.web.superusers import shown

    assert len(secrets) > 7
    for model, path in zip(shown(), pages(), strict=True):
        for row in [None, *model._default_manager.order_by("pk")[:20]]:
            page = client.get(path if row is None else f"{path}{row.pk}/change/").content.decode()
            assert not [one for one in secrets if one and one in page], path
    for table, asked in (
        ("user", {"password__startswith": user.password[:4]}), ("user", {"password": user.password}),
        ("apikey", {"sha256__startswith": key.sha256[0]}), ("apikey", {"user__password__contains": "$"}),
        ("person", {"users__password__contains": "$"}), ("user", {"id__exact": str(user.pk)}),
    ):  # fmt: skip
        answer = client.get(f"/admin/custody/{table}/", asked)
        assert answer.status_code in (302, 400), (table, asked)
    assert client.get("/admin/custody/user/", {"_to_field": "password"}).status_code == 400


@pytest.mark.usefixtures("switched_on")
def test_row_walls_hold_for_a_superuser_who_is_not_of_the_house(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = named(scene, "tao")

    def ids(table: str) -> str:
        return str(client.get(f"/admin/custody/{table}/").content.decode())

    assert str(scene.westgate.id) in ids("hop") and str(scene.lakeside.id) not in ids("hop")
    gone = client.get(f"/admin/custody/hop/{scene.lakeside.id}/change/")
    assert gone.status_code in (302, 404) and str(scene.lakeside.scope) not in gone.content.decode()
    assert "0 " in ids("user") and scene.user("mei").username not in ids("user"), "the house's alone"
    assert client.get("/admin/ledger/entry/").content.decode().count("/change/") == 0
    monkeypatch.setattr(m.VisibleQuerySet, "visible_to", lambda self, user: self)
    assert str(scene.lakeside.id) not in ids("hop"), "the wall in the database"


@pytest.mark.usefixtures("switched_on")
def test_a_second_factor_is_asked_of_a_superuser_whatever_the_role(scene: Scene, settings: Any) -> None:
    settings.SECOND_FACTOR = "required"
    client = named(scene, "mei")
    for path in ("/admin/", "/admin/custody/decision/", reverse("projects")):
        answer = client.get(path)
        assert answer.status_code == 302 and answer["Location"] == reverse("factors"), path
    call_command("name_superuser", "mei", "--end", "--reason", "Found")
    assert scene.client("mei").get(reverse("projects")).status_code == 200


@pytest.mark.usefixtures("switched_on")
def test_looks_at_what_is_anothers_are_entries_and_each_page_is_a_line(
    scene: Scene, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = people.open_project(scene.cast, "L-1", "Of others")
    m.Project.objects.filter(pk=theirs.pk).update(owner_party=scene.cast.party("bureau"))
    monkeypatch.setattr(logging.getLogger("holdfast.security"), "propagate", True)
    caplog.set_level(logging.INFO, "holdfast.security")
    client = named(scene)
    assert client.get(f"/admin/custody/project/{theirs.pk}/change/").status_code == 200
    assert client.get("/admin/custody/project/").status_code == 200
    looks = m.Look.objects.filter(person=scene.cast.people["an"], project=theirs)
    assert {str(look.noun) for look in looks} == {"project", "rows"}
    said = [json.loads(r.getMessage()) for r in caplog.records if r.name == "holdfast.security"]
    assert [s for s in said if s["event"] == "signed_in"][-1]["superuser"] is True
    assert any(s.get("kind") == "sign_in.raised/1" for s in said)
    paths = [s["path"] for s in said if s["event"] == "superuser_looked"]
    paths = list(dict.fromkeys(paths))  # each line is caught by two handlers of the test
    assert paths == [f"/admin/custody/project/{theirs.pk}/change/", "/admin/custody/project/"]


def test_a_superuser_is_named_by_the_owner_of_the_machine_alone_and_it_is_an_entry(scene: Scene) -> None:
    with pytest.raises(NotPermitted):
        superusers.name(scene.cast.actor("an"), username="an", superuser=True, reason="Me")
    for wrong in (["nobody"], ["an", "--end"]):
        with pytest.raises(CommandError):
            call_command("name_superuser", *wrong, "--reason", "r")
    named(scene)
    with pytest.raises(CommandError):
        call_command("name_superuser", "an", "--reason", "again")
    user = m.User.objects.get(username="an")
    assert user.is_superuser and not user.is_staff
    assert "superuser" in scene.client("mei").get(reverse("person", args=[user.person_id])).content.decode()
    kinds = [str(e.values["kind"]) for e in record.history()]
    assert kinds.count("sign_in.raised/1") == 1
    assert list(compare(rebuild())) == []
    call_command("name_superuser", "an", "--end", "--reason", "Found")
    assert not m.User.objects.get(username="an").is_superuser
    assert not differing(m.User, str(user.pk))
    m.User.objects.filter(pk=user.pk).update(is_superuser=True)
    assert [d.column for d in differing(m.User, str(user.pk))] == ["is_superuser"], "put in past the ledger"
