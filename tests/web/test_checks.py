"""The state of the full checks at /health and on the administrator's home; frozen records and their page."""

from __future__ import annotations

import datetime as dt
import math

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from custody import apply, outbox
from custody import models as m
from custody.actions import checks
from custody.actions.base import Actor
from custody.stories import cast as people
from custody.stories import told
from custody.terms import CheckKind, CheckVerdict, Role
from ledger import api as ledger

from .scene import Scene


@pytest.fixture
def frozen(scene: Scene) -> m.FrozenObject:
    """Westgate's certificate, edited past the actions and found."""
    paper = m.Qualification.objects.filter(party=scene.cast.party("westgate"))[0]
    m.Qualification.objects.filter(id=paper.id).update(grade="Z")
    checks.check_custody()
    return m.FrozenObject.objects.get()


def test_health_tells_programs_how_the_site_stands(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ledger.health.LATE", math.inf)  # nobody seals here
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
    monkeypatch.setattr("ledger.health.LATE", math.inf)
    assert words not in scene.client("an", language).get("/").content.decode()
    monkeypatch.setattr("ledger.health.LATE", 0.0)  # what stands in the scene has waited for longer
    told = Client().get("/health").json()
    assert (told["status"], told["behind"], told["frozen"]) == ("short", True, None)
    for who in ("an", "tao"):
        page = scene.client(who, language).get("/").content.decode()
        assert words in page and 'role="status"' in page
    assert words.capitalize() in scene.client("an", language).get("/").content.decode()


@pytest.mark.parametrize(("language", "words"), [("en", "timer and broker run"), ("zh-hans", "消息代理")])
def test_health_and_the_administrators_home_tell_of_work_that_nobody_takes(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, language: str, words: str
) -> None:
    monkeypatch.setattr("ledger.health.LATE", math.inf)
    m.OutboxJob.objects.update(done_at=timezone.now())
    outbox.put("custody.build_report", {"report": str(m.new_id())})
    assert words not in scene.client("an", language).get("/").content.decode()
    assert Client().get("/health").json()["status"] == "ok"
    m.OutboxJob.objects.filter(done_at=None).update(due_at=timezone.now() - dt.timedelta(minutes=6))
    told = Client().get("/health").json()
    assert (told["status"], told["jobs"]["due"], told["jobs"]["late"]) == ("attention", 1, 1)
    assert words in scene.client("an", language).get("/").content.decode()


@pytest.mark.parametrize(("language", "words"), [("en", "DOUBTFUL"), ("zh-hans", "可疑")])
def test_health_and_the_administrators_home_tell_of_a_clock_that_is_wrong(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, language: str, words: str
) -> None:
    monkeypatch.setattr("ledger.health.LATE", math.inf)
    told = Client().get("/health").json()
    assert told["clock"]["doubtful"] is False and told["status"] == "ok"
    assert words not in scene.client("an", language).get("/").content.decode()
    wrong = ledger.Clock(process=0.2, entries=5400.0, witnesses={"north": -700.0, "south": 2.0})
    monkeypatch.setattr("ledger.api.clock", lambda: wrong)
    told = Client().get("/health").json()
    assert (told["status"], told["clock"]["entries"]) == ("attention", 5400.0)
    page = scene.client("an", language).get("/").content.decode()
    assert words in page and "5400" in page and "north" in page and "south" not in page
    assert words not in scene.client("tao", language).get("/").content.decode()


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


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("The ledger says", "The table says now", "Certificate", "Number (number)")),
        ("zh-hans", ("账本记载", "数据表现有", "资质证书", "证书号（number）")),
    ],
)
def test_the_page_of_a_frozen_record_shows_what_ledger_and_table_say(
    scene: Scene, renumbered: m.FrozenObject, language: str, words: tuple[str, ...]
) -> None:
    client, address = scene.client("an", language), reverse("frozen", args=[renumbered.id])
    right = apply.rebuild().rows[m.Qualification][renumbered.object]["number"]
    page = client.get(address).content.decode()
    for said in (*words, right, "FORGED-7", reverse("qualification", args=[renumbered.object])):
        assert said in page, said
    assert "Text(" not in page and f"{words[2]} FORGED-7 · " in page
    m.Qualification.objects.filter(id=renumbered.object).update(number="FORGED-8", issuer="Nobody")
    page = client.get(address).content.decode()
    assert "FORGED-7" in page and "FORGED-8" in page and "Nobody" in page
    assert "It says again" not in page
    told = apply.rebuild().rows[m.Qualification][renumbered.object]
    m.Qualification.objects.filter(id=renumbered.object).update(number=right, issuer=told["issuer"])
    page = client.get(address).content.decode()
    assert ("It says again" if language == "en" else "已与账本一致") in page and "FORGED-7" in page
    assert words[2] in client.get(reverse("checks")).content.decode()


def test_the_page_of_a_frozen_record_lists_who_met_it(scene: Scene, renumbered: m.FrozenObject) -> None:
    client, address = scene.client("an"), reverse("frozen", args=[renumbered.id])
    assert "No act has met it." in client.get(address).content.decode()
    sent = scene.client("mei").post(reverse("handoff_new", args=[scene.project.id]), scene.offer_form())
    assert sent.status_code == 422 and "Nothing was saved but that you tried" in sent.content.decode()
    page = client.get(address).content.decode()
    assert scene.cast.people["mei"].name in page and scene.project.code in page and "No act" not in page


def test_no_secret_is_shown_of_a_row_that_was_added_and_a_missing_one_is_said_so(scene: Scene) -> None:
    added = m.User.objects.create(
        username="intruder", password="md5$salt$5ecre7", person=scene.cast.people["tao"]
    )
    gone = m.Grant.objects.all()[0]
    m.Grant.objects.filter(id=gone.id).delete()
    checks.check_custody()
    client = scene.client("an")
    page = client.get(reverse("frozen", args=[frozen_one(added).id])).content.decode()
    assert "intruder" in page and "No such row" in page and "Hidden" in page
    assert "5ecre7" not in page
    page = client.get(reverse("frozen", args=[frozen_one(gone).id])).content.decode()
    assert "No such row" in page and str(gone.person_id) in page


def frozen_one(row: m.User | m.Grant) -> m.FrozenObject:
    return m.FrozenObject.objects.get(object=str(row.pk))


@pytest.mark.parametrize(
    ("table", "object"),
    [
        ("custody_party", "7"),
        ("custody_party", "\u5b57"),
        ("no_such_table", "x" * 40),
        ("custody_site", "-9"),
    ],
)
def test_a_note_that_was_put_in_past_the_ledger_is_shown_found_and_taken_out(
    scene: Scene, table: str, object: str
) -> None:
    forged = m.FrozenObject.objects.create(
        entry=m.new_id(), created_at=timezone.now(), table=table, object=object, holds=["*"], columns=["*"]
    )
    client, page = scene.client("an"), reverse("frozen", args=[forged.id])
    assert client.get(page).status_code == client.get(reverse("checks")).status_code == 200
    refused = client.post(page, {"reason": "Looked at"})
    assert refused.status_code == 422 and "stands in no entry" in refused.content.decode()
    assert scene.client("mei").get(reverse("handoff_new", args=[scene.project.id])).status_code == 200
    checks.check_custody()
    found = m.FrozenObject.objects.get(object=str(forged.id))
    assert client.get(reverse("frozen", args=[found.id])).status_code == 200
    assert checks.repair(Actor.setup(), frozen=found.id, reason="Forged").state == "done"
    assert not m.FrozenObject.objects.filter(id=forged.id).exists()


@pytest.mark.parametrize("who", ["mei", "tao", "jing"])
def test_nobody_else_comes_to_these_pages(scene: Scene, frozen: m.FrozenObject, who: str) -> None:
    client = scene.client(who)
    for address in (reverse("checks"), reverse("frozen", args=[frozen.id])):
        assert client.get(address).status_code == 403


# --- what a person sees of an act that a frozen record will hold ---


@pytest.fixture
def renumbered(scene: Scene) -> m.FrozenObject:
    """Westgate's certificate with another number than the ledger's: no rule minds, and it is found."""
    paper = m.Qualification.objects.filter(party=scene.cast.party("westgate"))[0]
    m.Qualification.objects.filter(id=paper.id).update(number="FORGED-7")
    checks.check_custody()
    return m.FrozenObject.objects.get()


@pytest.mark.parametrize(
    ("language", "says", "fine"),
    [("en", "This is held", "Nothing blocks this"), ("zh-hans", "已暂停办理", "无阻止项")],
)
def test_the_panel_of_an_offer_says_which_record_holds_it(
    scene: Scene, renumbered: m.FrozenObject, language: str, says: str, fine: str
) -> None:
    client, address = scene.client("mei", language), reverse("handoff_new", args=[scene.project.id])
    for step in ("panel", "check"):
        page = client.post(address, scene.offer_form(step=step)).content.decode()
        assert says in page and fine not in page, step
        assert reverse("qualification", args=[renumbered.object]) in page
        assert timezone.localtime(renumbered.created_at).strftime("%H:%M") in page
        assert 'value="do"' not in page
    assert client.post(address, scene.offer_form()).status_code == 422
    # In the same project the sibling's subcontract is read too (HOP-04), and it names the party.
    project = people.open_project(scene.cast, "T-2", "Without Westgate")
    hop = told.approved_hop(scene.cast, project, "lakeside", "Drawing")
    copies = people.make_copies(scene.cast, project, "ELSEWHERE", 1)
    other = scene.offer_form(
        hop=str(hop.id),
        copies=[str(copies[0].id)],
        receiver_person=str(scene.cast.people["lan"].id),
        system=str(scene.cast.systems["lakeside_room"].id),
        step="panel",
    )
    address = reverse("handoff_new", args=[project.id])
    page = client.post(address, other).content.decode()
    assert says not in page and fine in page


def test_who_settles_it_is_led_to_the_frozen_record_and_a_stranger_to_nothing(
    scene: Scene, renumbered: m.FrozenObject
) -> None:
    own = m.Membership.objects.create(
        person=scene.cast.people["an"], party_id=scene.cast.party("northfield"), role=Role.MANAGER,
        starts="2026-01-01", entry=m.new_id(),
    )  # fmt: skip
    address = reverse("handoff_new", args=[scene.project.id])
    page = scene.client("an").post(address, scene.offer_form(step="panel")).content.decode()
    assert reverse("frozen", args=[renumbered.id]) in page
    own.delete()
    m.FrozenObject.objects.update(table="custody_person", object=str(scene.cast.people["an"].id))
    page = scene.client("tao").get(reverse("handoff", args=[scene.handoff.id])).content.decode()
    assert "A record that you may not read" in page
    assert str(scene.cast.people["an"].id) not in page and scene.cast.people["an"].name not in page


def test_the_receiver_is_told_before_signing_and_the_button_is_not_there(
    scene: Scene, renumbered: m.FrozenObject
) -> None:
    client, address = scene.client("tao"), reverse("handoff", args=[scene.handoff.id])
    page = client.get(address).content.decode()
    assert "This is held" in page and 'value="accept"' not in page
    m.FrozenObject.objects.update(settled_entry=m.new_id())
    page = client.get(address).content.decode()
    assert "This is held" not in page and 'value="accept"' in page


def test_an_officer_is_told_before_deciding_and_before_taking_an_approval_back(
    scene: Scene, renumbered: m.FrozenObject
) -> None:
    asked = scene.asked.hop
    m.FrozenObject.objects.update(holds=[str(asked.id), str(scene.westgate.id)])
    granted = m.Approval.objects.get(hop=scene.westgate)
    client = scene.client("heng")
    for approval, button in ((scene.asked, 'value="approve'), (granted, 'value="revoke"')):
        page = client.get(reverse("approval", args=[approval.id])).content.decode()
        assert "This is held" in page and button not in page
        assert "Nothing blocks this" not in page
    m.FrozenObject.objects.update(settled_entry=m.new_id())
    for approval, button in ((scene.asked, 'value="approve'), (granted, 'value="revoke"')):
        page = client.get(reverse("approval", args=[approval.id])).content.decode()
        assert "This is held" not in page and button in page
