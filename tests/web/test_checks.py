"""The state of the full checks at /health and on the administrator's home; frozen records and their page."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from custody import apply
from custody import models as m
from custody.actions import checks
from custody.terms import CheckKind, CheckVerdict

from .scene import Scene


@pytest.fixture
def frozen(scene: Scene) -> m.FrozenObject:
    """Westgate's certificate, edited past the actions and found."""
    paper = m.Qualification.objects.filter(party=scene.cast.party("westgate"))[0]
    m.Qualification.objects.filter(id=paper.id).update(grade="Z")
    checks.check_custody()
    return m.FrozenObject.objects.get()


def test_health_tells_programs_how_the_site_stands(scene: Scene) -> None:
    told = Client().get("/health").json()
    assert (told["status"], told["frozen"], told["frozen_records"]) == ("ok", None, 0)
    assert told["full_checks"]["custody"] == {
        "verdict": None, "finished_at": None, "faults": None, "missing": False,
    }  # fmt: skip
    checks.check_custody()
    m.CheckRun.objects.update(finished_at=timezone.now() - dt.timedelta(hours=37))
    told = Client().get("/health").json()
    assert told["status"] == "attention"
    assert told["full_checks"]["custody"]["missing"] is True
    assert Client().post("/health").status_code == 405


@pytest.mark.parametrize(("language", "words"), [("en", "behind with its seals"), ("zh-hans", "固化滞后")])
def test_health_and_every_page_say_that_the_sealer_is_behind(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, language: str, words: str
) -> None:
    assert words not in scene.client("an", language).get("/").content.decode()
    monkeypatch.setattr("ledger.health.LATE", 0.0)  # what stands in the scene has waited for longer
    told = Client().get("/health").json()
    assert (told["status"], told["behind"], told["frozen"]) == ("short", True, None)
    for who in ("an", "tao"):
        page = scene.client(who, language).get("/").content.decode()
        assert words in page and 'role="status"' in page
    assert words.capitalize() in scene.client("an", language).get("/").content.decode()


def test_before_the_first_check_nothing_is_said_to_agree(scene: Scene) -> None:
    page = scene.client("an").get(reverse("checks")).content.decode()
    assert "No record was checked yet." in page and "agreed" not in page


def test_health_says_that_something_is_frozen(frozen: m.FrozenObject) -> None:
    told = Client().get("/health").json()
    assert (told["status"], told["frozen_records"]) == ("attention", 1)
    assert (told["full_checks"]["custody"]["verdict"], told["full_checks"]["custody"]["faults"]) == ("bad", 1)
    assert frozen.object not in str(told), "no ids without signing in"


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Full check: The ledger itself"), ("zh-hans", "全面核对")]
)
def test_the_administrators_home_shows_the_last_runs_and_a_missing_one(
    scene: Scene, language: str, words: str
) -> None:
    m.CheckRun.objects.create(
        kind=CheckKind.LEDGER, verdict=CheckVerdict.OK, started_at=timezone.now(),
        finished_at=timezone.now() - dt.timedelta(days=3),
    )  # fmt: skip
    page = scene.client("an", language).get("/").content.decode()
    assert words in page
    assert ("MISSING" if language == "en" else "缺失") in page
    assert words not in scene.client("tao", language).get("/").content.decode()


def test_the_page_of_a_frozen_record_says_so_and_others_do_not(scene: Scene, frozen: m.FrozenObject) -> None:
    says = "does not agree with the ledger"
    client = scene.client("mei")
    assert says in client.get(reverse("qualification", args=[frozen.object])).content.decode()
    assert says in client.get(reverse("party", args=[scene.cast.party("westgate")])).content.decode()
    assert says not in client.get(reverse("party", args=[scene.cast.party("lakeside")])).content.decode()
    sent = client.post(reverse("handoff_new", args=[scene.project.id]), scene.offer_form())
    assert sent.status_code in (409, 422)
    assert "Full checks" in sent.content.decode()
    assert m.Handoff.objects.count() == 1


def test_an_administrator_settles_on_the_page(scene: Scene, frozen: m.FrozenObject) -> None:
    client, address = scene.client("an"), reverse("frozen", args=[frozen.id])
    assert frozen.object in client.get(reverse("checks")).content.decode()
    sent = client.post(address, {"reason": "Looked", "submission": str(m.new_id())})
    assert (sent.status_code, "still does not say" in sent.content.decode()) == (422, True)
    told = apply.rebuild().rows[m.Qualification][frozen.object]
    m.Qualification.objects.filter(id=frozen.object).update(grade=told["grade"])
    assert client.post(address, {"reason": "Put back", "submission": str(m.new_id())}).status_code == 302
    frozen.refresh_from_db()
    assert frozen.settled_entry is not None
    assert "Every record agreed" in client.get(reverse("checks")).content.decode()


@pytest.mark.parametrize("who", ["mei", "tao", "jing"])
def test_nobody_else_comes_to_these_pages(scene: Scene, frozen: m.FrozenObject, who: str) -> None:
    client = scene.client(who)
    for address in (reverse("checks"), reverse("frozen", args=[frozen.id])):
        assert client.get(address).status_code == 403
