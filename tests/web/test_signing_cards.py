"""An officer without phone or passkey takes the text away, signs it with a card and brings the signature
back."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from custody import certificates
from custody import models as m
from custody.actions import signing_keys
from custody.actions.base import database_now
from custody.stories.cast import PASSWORD
from custody.terms import ApprovalState, KeyForm, SigningKeyState, VoteMethod
from tests.cards import Card

from .scene import Scene
from .test_decision import state
from .test_factors import client_of, own_address, token
from .test_signing import begun, page_of, refusals

__all__ = ["own_address"]

NAME = "/sign-in/card"


def upload(data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("statement.p7s", data, "application/pkcs7-signature")


def send(client: Any, url: str, data: bytes | None, **more: Any) -> Any:
    return client.post(
        url, {"submission": token(), **({"file": upload(data)} if data is not None else {}), **more}
    )


def confirmed(scene: Scene, who: str, card: Card) -> None:
    """Somebody with a card that another person has confirmed."""
    actor = scene.cast.actor(who)
    text = signing_keys.begin_claim(actor, database_now())
    signed = card.sign(certificates.claim_file(text))
    named = signing_keys.ask_for_card(actor, statement=text, signed=signed).object
    signing_keys.confirm(scene.cast.actor("an"), key=named.id)


def file_of(client: Any, url: str) -> bytes:
    """What the page lets be saved; it is what the page shows."""
    page = client.get(url).content.decode()
    link = re.search(r'href="(\?(?:file|statement)=[^"]*)" download', page)
    assert link
    answer = client.get(url + html.unescape(link[1]))
    assert "attachment" in answer["Content-Disposition"]
    assert html.escape(answer.content.decode(), quote=True).replace("&#x27;", "&#39;") in page
    return bytes(answer.content)


def names(client: Any, content: bytes, data: bytes | None, password: str = PASSWORD) -> Any:
    return send(client, NAME, data, password=password, statement=content.decode().partition("\n")[2])


def test_a_card_is_named_confirmed_and_signs_a_vote(scene: Scene) -> None:
    card, client = Card(2048), client_of(scene, "heng")
    assert NAME in client.get("/sign-in/").content.decode()
    content = file_of(client, NAME)
    named = names(client, content, card.sign(content))
    row = m.SigningKey.objects.get()
    assert named.status_code == 302 and (row.form, row.state) == (KeyForm.CERTIFICATE, SigningKeyState.ASKED)
    assert "Smart card or token" in client.get(named.url).content.decode()
    other = client_of(scene, "an")
    seen = {"step": "confirm", "seen": str(row.entry), "password": PASSWORD, "submission": token()}
    assert other.post(named.url, seen).status_code == 302
    url = begun(scene, client, way="certificate")
    content = file_of(client, url)
    assert content.startswith(b"holdfast/approval-statement/v1\n{")
    assert send(client, url, card.sign(content)).url == page_of(scene)
    assert state(scene)[0] is ApprovalState.GRANTED
    decided = client.get(page_of(scene)).content.decode()
    assert "Signed with a smart card" in decided and row.fingerprint in decided
    chinese = client.get(page_of(scene), headers={"accept-language": "zh-hans"}).content.decode()
    assert "已用智能卡签名" in chinese
    assert row.fingerprint[:16] in client.get("/sign-in/").content.decode()


def test_a_file_that_is_no_signature_is_told_and_the_statement_goes_on_waiting(scene: Scene) -> None:
    card, client = Card(), client_of(scene, "heng")
    confirmed(scene, "heng", card)
    url = begun(scene, client, way="certificate")
    content = file_of(client, url)
    bad = [b"", b"nonsense", card.sign(content, certificate=False), b"0" * 70_000, None]
    for data in [*bad, Card(ends=-1, begins=-3).sign(content)]:
        answer = send(client, url, data)
        assert answer.status_code == 422 and 'role="alert"' in answer.content.decode()
    assert not refusals() and state(scene)[0] is ApprovalState.REQUESTED
    assert send(client, url, card.sign(content)).status_code == 302
    assert m.Vote.objects.get(approval=scene.asked).method is VoteMethod.CERTIFICATE


def test_the_signature_of_another_card_or_file_decides_nothing_and_is_an_entry(scene: Scene) -> None:
    card, client = Card(), client_of(scene, "heng")
    confirmed(scene, "heng", card)
    for signed, why in ((lambda c: Card().sign(c), "key"), (lambda c: card.sign(c + b"\n"), "challenge")):
        url = begun(scene, client, way="certificate")
        assert send(client, url, signed(file_of(client, url))).url == page_of(scene)
        assert refusals()[-1] == why
        assert "nothing was decided" in client.get(page_of(scene)).content.decode()
    assert state(scene)[0] is ApprovalState.REQUESTED


def test_what_waits_for_a_card_takes_no_passkey_and_is_used_once(scene: Scene) -> None:
    card, client = Card(), client_of(scene, "heng")
    confirmed(scene, "heng", card)
    url = begun(scene, client, way="certificate")
    assert client.post(url, {"credential": "{}", "submission": token()}).status_code == 422
    content = file_of(client, url)
    assert send(client, url, card.sign(content)).status_code == 302
    again = client.post(url, {"file": upload(card.sign(content)), "submission": token()}, follow=True)
    assert again.status_code == 200 and m.Vote.objects.filter(approval=scene.asked).count() == 1
    assert client.get(url + "?file=1").status_code == 302


def test_naming_a_card_needs_the_password_and_writes_nothing_before(scene: Scene) -> None:
    card, client = Card(), client_of(scene, "heng")
    content = file_of(client, NAME)
    assert file_of(client, NAME) != content
    assert names(client, content, card.sign(content), "not it").status_code == 422
    for data in (b"nonsense", card.sign(b"another file"), None):
        answer = names(client, content, data)
        assert answer.status_code == 422 and re.search(r'role="alert"', answer.content.decode())
    of_qiao = file_of(client_of(scene, "qiao"), NAME)
    assert names(client, of_qiao, card.sign(of_qiao)).status_code == 422
    assert not m.SigningKey.objects.exists()
    assert names(client, content, card.sign(content)).status_code == 302


@pytest.mark.parametrize("statement", ["", "{}", "\0", "x" * 100_000, '{"person":1}', "[" * 9_000])
def test_a_text_that_no_page_gave_is_replaced_by_a_new_one(scene: Scene, statement: str) -> None:
    client = client_of(scene, "heng")
    page = client.get(NAME, {"statement": statement})
    assert page.status_code in (200, 400) and "Content-Disposition" not in page.headers
    sent = send(client, NAME, Card().sign(b"x"), password=PASSWORD, statement=statement)
    assert 400 <= sent.status_code < 500 and not m.SigningKey.objects.exists()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_pages_are_told_in_both_languages(scene: Scene, language: str) -> None:
    client = client_of(scene, "heng")
    page = client.get(NAME, headers={"accept-language": language}).content.decode()
    words = {"en": "Save it as a file", "zh-hans": "保存为文件"}
    assert words[language] in page and "holdfast/certificate-statement/v1" in page
