"""Signing for copies with an own key, on the pages: only where it is asked for, or wanted."""

from __future__ import annotations

import pytest
from django.urls import reverse

from custody import models as m
from custody import record
from custody.stories import cast as people
from custody.stories import told
from custody.terms import HandoffState, KeyForm
from tests.actions.test_signing_receipts import regime
from tests.api.test_nouns import program
from tests.packs import activate

from .scene import Scene, hidden
from .test_factors import client_of, own_address, token
from .test_signing import refusals, shown, signer, signs

__all__ = ["own_address"]

MUST, OWN = "counts only when it is signed", "Sign it with an own key"


@pytest.fixture
def offer(scene: Scene) -> m.Handoff:
    """Two copies under a regime that has every receipt signed from mimi on."""
    activate(regime())
    project = people.open_project(scene.cast, "SIGNED", "Signed receipts", regime="house")
    hop = told.approved_hop(scene.cast, project, "westgate", "Scanning")
    copies = people.make_copies(scene.cast, project, "SIGNED", 2)
    row: m.Handoff = told.offer(scene.cast, hop, copies, "tao", "westgate_room").object
    return row


def page_of(row: m.Handoff) -> str:
    return reverse("handoff", args=[row.id])


def state(row: m.Handoff) -> HandoffState:
    return m.Handoff.objects.get(id=row.id).state


def test_who_has_no_key_is_told_where_to_ask_for_one_and_cannot_sign(scene: Scene, offer: m.Handoff) -> None:
    client = scene.client("tao")
    page = client.get(page_of(offer)).content.decode()
    assert MUST in page and reverse("factors") in page
    assert 'value="accept"' not in page and 'value="sign_' not in page and "Something is wrong" in page
    chinese = scene.client("tao", "zh-hans").get(page_of(offer)).content.decode()
    assert "须用本人通行密钥或智能卡签署" in chinese
    tried = client.post(page_of(offer), {"step": "accept", "submission": token()}, follow=True)
    assert "HND-09" in tried.content.decode() and state(offer) is HandoffState.OFFERED


def test_what_is_read_is_signed_and_both_sides_see_it_with_the_proof_for_the_signer(
    scene: Scene, offer: m.Handoff
) -> None:
    key, client = signer(scene, "tao"), client_of(scene, "tao")
    page = client.get(page_of(offer)).content.decode()
    assert 'value="sign_passkey"' in page and 'value="accept"' not in page and MUST not in page
    url = client.post(page_of(offer), {"step": "sign_passkey", "submission": token()}).headers["Location"]
    whole = client.get(url).content.decode()
    assert "Sign the receipt with your key" in whole and offer.number in whole
    text = shown(client, url)
    assert all(code in text for code in offer.lines.values_list("copy__code", flat=True))
    assert signs(client, url, key).url == page_of(offer)
    assert state(offer) is HandoffState.ACCEPTED
    given = m.Signature.objects.get()
    for who in ("tao", "mei"):
        seen = scene.client(who).get(page_of(offer)).content.decode()
        assert "Signed with a passkey" in seen and given.key.fingerprint in seen, who
        assert (reverse("handoff_signed_proof", args=[offer.id]) in seen) is (who == "tao")
    assert scene.client("mei").get(reverse("handoff_signed_proof", args=[offer.id])).status_code == 404
    assert "used already" in client.get(url, follow=True).content.decode()
    told = program(scene, "mei").get(f"/api/v1/handoffs/{offer.id}/").json()
    assert (told["signature"]["key"], told["signature"]["entry"]) == (str(given.key_id), str(given.entry))
    assert program(scene, "mei").get(f"/api/v1/handoffs/{scene.handoff.id}/").json()["signature"] is None


def test_a_lie_moves_nothing_is_told_and_is_an_entry(scene: Scene, offer: m.Handoff) -> None:
    key, client = signer(scene, "tao"), client_of(scene, "tao")
    url = client.post(page_of(offer), {"step": "sign_passkey", "submission": token()}).headers["Location"]
    signs(client, url, key, origin="http://evil.example")
    assert "nothing was decided" in client.get(page_of(offer)).content.decode()
    assert refusals() == ["site"] and state(offer) is HandoffState.OFFERED


def test_of_a_part_the_rest_is_signed_for_too(scene: Scene, offer: m.Handoff) -> None:
    key, client = signer(scene, "tao"), client_of(scene, "tao")
    part = reverse("handoff_part", args=[offer.id])
    torn = offer.lines.order_by("copy_id").values_list("copy_id", flat=True)[0]
    ticked = {"copies": [str(torn)], "step": "mark"}
    page = client.post(part, ticked).content.decode()
    assert 'name="way" value="passkey"' in page and 'value="session"' not in page
    sent = {**ticked, "step": "sign", f"found_{torn}": "damaged", "submission": hidden(page, "submission")}
    assert client.post(part, {**sent, "way": "session"}).status_code == 422
    url = client.post(part, {**sent, "way": "passkey"}).headers["Location"]
    assert "Damaged" in client.get(url).content.decode()
    assert signs(client, url, key).url == page_of(offer)
    assert state(offer) is HandoffState.PARTLY


def test_files_that_agree_are_signed_for_with_the_key(scene: Scene) -> None:
    activate(regime())
    project = people.open_project(scene.cast, "SIGNED", "Signed receipts", regime="house")
    hop = told.approved_hop(scene.cast, project, "westgate", "Scanning")
    copies = people.make_copies(scene.cast, project, "SIGNED", 2, sha256="a" * 64)
    row = told.offer(scene.cast, hop, copies, "tao", "westgate_room").object
    key, client = signer(scene, "tao"), client_of(scene, "tao")
    files = reverse("handoff_files", args=[row.id])
    sent = {str(copies[0].id): "a" * 64, str(copies[1].id): "b" * 64, "submission": token()}
    page = client.post(files, {**sent, "step": "check"}).content.decode()
    assert 'value="sign_passkey"' in page and 'value="sign"' not in page
    url = client.post(files, {**sent, "step": "sign_passkey"}).headers["Location"]
    assert signs(client, url, key).url == page_of(row)
    assert state(row) is HandoffState.PARTLY


def test_below_the_level_nothing_is_asked_and_who_has_a_key_may_use_it(scene: Scene) -> None:
    plain = scene.client("tao").get(page_of(scene.handoff)).content.decode()
    assert 'value="accept"' in plain and OWN not in plain and MUST not in plain
    key, client = signer(scene, "tao"), client_of(scene, "tao")
    page = client.get(page_of(scene.handoff)).content.decode()
    assert 'value="accept"' in page and OWN in page
    url = client.post(page_of(scene.handoff), {"step": "sign_passkey", "submission": token()}).headers[
        "Location"
    ]
    assert signs(client, url, key).url == page_of(scene.handoff)
    assert state(scene.handoff) is HandoffState.ACCEPTED and m.Signature.objects.count() == 1


def test_only_who_may_receive_comes_to_a_statement(scene: Scene, offer: m.Handoff) -> None:
    for form in KeyForm:
        sent = {"step": f"sign_{form}", "submission": token()}
        assert scene.client("mei").post(page_of(offer), sent).status_code == 403
    assert state(offer) is HandoffState.OFFERED and not [
        e for e in record.history() if e.values["kind"] == "signing.refused/2"
    ]
