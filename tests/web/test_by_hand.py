"""A receiver without a sign-in at the counter: the sheet is printed, signed, and confirmed by a witness."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from custody import models as m
from custody import record
from custody.apply import rebuild
from custody.compare import compare
from custody.stories import cast as people
from custody.terms import HandoffState, ReceiptSheetState
from tests.api.test_nouns import program
from tests.evidence.made import pdf

from .scene import Scene, hidden
from .test_factors import app_of, code_of
from .test_on_paper import texts


def url(scene: Scene, name: str = "handoff_by_hand", *more: str) -> str:
    return reverse(name, args=[scene.handoff.id, *more])


def printed(scene: Scene, client: Client) -> m.ReceiptSheet:
    assert client.post(url(scene, "handoff_sheet"), {"step": "do"}).status_code == 302
    return m.ReceiptSheet.objects.get(handoff=scene.handoff, state="printed")


def form(scene: Scene, client: Client, **changes: Any) -> dict[str, Any]:
    page = client.get(url(scene)).content.decode()
    return {
        "username": "heng", "pin": people.PIN, "note": "", "page": hidden(page, "page"),
        "evidence_file": SimpleUploadedFile("scan.pdf", pdf()), **changes,
    }  # fmt: skip


def state(scene: Scene) -> HandoffState:
    return m.Handoff.objects.get(id=scene.handoff.id).state


@pytest.fixture
def counter(scene: Scene) -> Client:
    """Yu's counter; Heng has a sign-in, and Tao, who receives, has none any more."""
    scene.pin("heng")
    m.User.objects.filter(person=scene.cast.people["tao"]).update(is_active=False)
    return scene.client("yu")


def test_from_the_offer_to_a_receipt_that_says_how_it_was_signed(scene: Scene, counter: Client) -> None:
    here = reverse("handoff", args=[scene.handoff.id])
    assert url(scene) in counter.get(here).content.decode()
    first = counter.get(url(scene))
    assert first["Location"] == url(scene, "handoff_sheet")
    assert "has no sign-in" in counter.get(first["Location"]).content.decode()
    sheet = printed(scene, counter)
    page = counter.get(url(scene)).content.decode()
    assert sheet.number in page and url(scene, "handoff_sheet_pdf", "both") in page
    paper: Any = counter.get(url(scene, "handoff_sheet_pdf", "both"))
    (drawn,) = texts(b"".join(paper.streaming_content) if paper.streaming else paper.content)
    codes = list(m.Copy.objects.filter(lines__handoff=scene.handoff).values_list("code", flat=True))
    assert sheet.number in drawn and all(code in drawn for code in codes) and "见证人" in drawn
    key = counter.session.session_key
    assert counter.post(url(scene), form(scene, counter)).status_code == 302
    assert counter.session.session_key == key and counter.get("/").wsgi_request.user.username == "yu"
    assert state(scene) is HandoffState.ACCEPTED
    tao = scene.cast.people["tao"]
    assert {c.custodian_person_id for c in m.Copy.objects.filter(code__in=codes)} == {tao.id}
    for who, language, words in (
        ("yu", "en", ("Signed on paper before a witness", "Weaker than a receipt", tao.name, "Zhao Heng")),
        ("mei", "zh-hans", ("见证人面前纸质签收", "赵衡")),
    ):
        after = scene.client(who, language).get(here).content.decode()
        assert all(word in after for word in (*words, sheet.number)), (who, language)
    english = counter.get(here).content.decode()
    assert english.count("Weaker than a receipt with an own sign-in") == 2, "in the printed card too"
    scan = m.EvidenceFile.objects.get(subject=sheet.id)
    assert reverse("file", args=[scan.id]) in counter.get(here).content.decode()
    assert counter.get(reverse("file", args=[scan.id])).status_code == 200
    told = program(scene, "mei").get(f"/api/v1/handoffs/{scene.handoff.id}/").json()
    assert told["witness"] == str(scene.cast.people["heng"].id)
    found = compare(rebuild())
    assert [d for d in found if d.table != "custody_user"] == []


def test_the_sheet_that_was_used_is_printed_and_confirmed_no_more(scene: Scene, counter: Client) -> None:
    printed(scene, counter)
    sent = form(scene, counter)
    counter.post(url(scene), sent)
    entries = len(list(record.history()))
    for answer in (
        counter.get(url(scene)),
        counter.post(url(scene), {**sent, "evidence_file": SimpleUploadedFile("scan.pdf", pdf())}),
        counter.post(url(scene, "handoff_sheet"), {"step": "do"}),
    ):
        assert answer.status_code == 409
    assert counter.get(url(scene, "handoff_sheet_pdf", "en")).status_code == 404
    assert len(list(record.history())) == entries


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"pin": "314592"}, "User name or counter PIN is wrong"),
        ({"username": "nobody"}, "User name or counter PIN is wrong"),
        ({"username": "lan"}, "must stand for the party that hands over"),
        ({"evidence_file": ""}, "Choose a file"),
        ({"evidence_file": SimpleUploadedFile("scan.pdf", b"")}, "file is empty"),
        ({"page": "x"}, "This page has expired"),
        ({"page": ""}, ""),
        ({"note": "x" * 1001}, ""),
    ],
)
def test_what_is_wrong_is_said_on_the_page_and_has_no_effect(
    scene: Scene, counter: Client, changes: dict[str, Any], words: str
) -> None:
    scene.pin("lan")
    printed(scene, counter)
    before = len(list(record.history()))
    answer = counter.post(url(scene), form(scene, counter, **changes))
    page = answer.content.decode()
    assert answer.status_code == 422 and words in page
    assert people.PIN not in page
    assert state(scene) is HandoffState.OFFERED and not m.EvidenceFile.objects.exists()
    assert len(list(record.history())) == before


def test_the_custodian_is_no_witness_and_the_attempt_is_recorded(scene: Scene, counter: Client) -> None:
    scene.pin("yu")
    printed(scene, counter)
    answer = counter.post(url(scene), form(scene, counter, username="yu"), follow=True)
    assert "The rules do not let it be received now" in answer.content.decode()
    refusal = m.Refusal.objects.order_by("-attempted_at")[0]
    assert refusal.attempted_by_id == scene.cast.people["yu"].id
    assert state(scene) is HandoffState.OFFERED
    seen = scene.client("mei").get(reverse("refusal", args=[refusal.id])).content.decode()
    assert "HND-06" in seen


def test_a_page_of_another_session_or_sheet_counts_for_nothing(scene: Scene, counter: Client) -> None:
    printed(scene, counter)
    sent = form(scene, counter)
    again = {**sent, "evidence_file": SimpleUploadedFile("scan.pdf", pdf())}
    assert scene.client("mei").post(url(scene), again).status_code == 422
    printed(scene, counter)
    again = {**sent, "evidence_file": SimpleUploadedFile("scan.pdf", pdf())}
    assert counter.post(url(scene), again).status_code == 422
    assert state(scene) is HandoffState.OFFERED


@pytest.mark.parametrize(("who", "status"), [("heng", 403), ("bo", 404), ("jing", 403)])
def test_the_pages_are_for_managers_and_custodians_of_the_sender(
    scene: Scene, counter: Client, who: str, status: int
) -> None:
    printed(scene, counter)
    other = scene.client(who)
    for name, more in (("handoff_by_hand", ()), ("handoff_sheet", ()), ("handoff_sheet_pdf", ("en",))):
        assert other.get(url(scene, name, *more)).status_code in (status, 403, 404)
        assert other.get(url(scene, name, *more)).status_code != 200
    assert url(scene) not in other.get(reverse("handoff", args=[scene.handoff.id])).content.decode()


def test_who_has_a_sign_in_is_not_offered_the_paper(scene: Scene, counter: Client) -> None:
    m.User.objects.filter(person=scene.cast.people["tao"]).update(is_active=True)
    assert scene.user("tao").is_active
    assert url(scene) not in counter.get(reverse("handoff", args=[scene.handoff.id])).content.decode()
    answer = counter.post(url(scene, "handoff_sheet"), {"step": "do"})
    assert answer.status_code in (409, 422) and not m.ReceiptSheet.objects.exists()
    assert m.ReceiptSheet.objects.filter(state=ReceiptSheetState.PRINTED).count() == 0


def test_a_witness_who_has_a_code_app_types_its_code_and_the_receipt_says_so(
    scene: Scene, counter: Client
) -> None:
    secret = app_of(scene, "heng")
    printed(scene, counter)
    for code in ("", "000000"):
        answer = counter.post(url(scene), form(scene, counter, code=code))
        assert answer.status_code == 422 and state(scene) is HandoffState.OFFERED
    answer = counter.post(url(scene), form(scene, counter, code=code_of(secret)))
    assert answer.status_code == 302 and state(scene) is HandoffState.ACCEPTED
    (told,) = (e for e in record.history() if str(e.values["kind"]) == "handoff.accepted/3")
    assert told.values["method"] == "pin_code"
    assert "Counter PIN and one-time code" in counter.get(answer["Location"]).content.decode()
