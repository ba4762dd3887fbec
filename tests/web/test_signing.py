"""Deciding with a passkey, on the pages: fill in, read the exact text, sign it; nothing else decides."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest
from django.urls import reverse

from custody import models as m
from custody import record, signoff
from custody.actions import signing_keys
from custody.stories.cast import PASSWORD
from custody.terms import ApprovalState, VoteMethod
from tests.authenticator import Key

from .scene import Scene
from .test_decision import filled, state
from .test_factors import HOSTILE, app_of, client_of, code_of, options_on, own_address, passkey_of, token

__all__ = ["own_address"]


def signer(scene: Scene, who: str = "heng", by: str = "an") -> Key:
    """Somebody with a passkey that another person has confirmed."""
    key = passkey_of(scene, who)
    row = m.Factor.objects.live().get(user__username=who, kind="passkey")
    named = signing_keys.ask(scene.cast.actor(who), factor=row.id).object
    signing_keys.confirm(scene.cast.actor(by), key=named.id)
    return key


def page_of(scene: Scene) -> str:
    return reverse("approval", args=[scene.asked.id])


def begun(scene: Scene, client: Any, choice: str = "approve", **changes: Any) -> Any:
    """Fill the form in and come to the page on which the statement is signed."""
    form = filled(client.get(page_of(scene)).content.decode(), choice)
    form.pop("password")
    answer = client.post(page_of(scene), {**form, "way": "passkey", "submission": token(), **changes})
    assert answer.status_code == 302, answer.content.decode()
    assert "/sign/" in answer.url
    return answer.url


def shown(client: Any, url: str) -> str:
    page = client.get(url).content.decode()
    found = re.search(r"<pre[^>]*data-signed[^>]*>(.*?)</pre>", page, re.DOTALL)
    assert found
    return html.unescape(found[1])


def signs(client: Any, url: str, key: Key, **lies: Any) -> Any:
    options = options_on(client.get(url))
    key.counter += 1
    for name, lie in lies.items():
        setattr(key, name, lie)
    return client.post(url, {"credential": json.dumps(key.get(options)), "submission": token()})


def refusals() -> list[str]:
    return [str(e.values["why"]) for e in record.history() if e.values["kind"] == "signing.refused/2"]


def test_what_is_read_on_the_page_is_what_is_signed_and_stands_under_the_decision(scene: Scene) -> None:
    key, client = signer(scene), client_of(scene, "heng")
    url = begun(scene, client)
    text = shown(client, url)
    asked = options_on(client.get(url))["publicKey"]
    assert asked["challenge"] == signoff.base64url(signoff.challenge(text))
    assert asked["userVerification"] == "required" and len(asked["allowCredentials"]) == 1
    assert signs(client, url, key).url == page_of(scene)
    vote = m.Vote.objects.get(approval=scene.asked)
    assert vote.method is VoteMethod.PASSKEY and vote.statement == text
    assert state(scene)[0] is ApprovalState.GRANTED
    decided = client.get(page_of(scene)).content.decode()
    assert "Signed with a passkey" in decided and vote.key is not None and vote.key.fingerprint in decided
    assert "The signature on it" in decided and "authenticator_data" in decided
    chinese = client.get(page_of(scene), headers={"accept-language": "zh-hans"}).content.decode()
    assert "已用通行密钥签名" in chinese and "对它的签名" in chinese


def test_a_statement_is_taken_once_and_its_page_is_gone_then(scene: Scene) -> None:
    key, client = signer(scene), client_of(scene, "heng")
    m.Approval.objects.filter(id=scene.asked.id).update(needed=2)
    url = begun(scene, client)
    options = options_on(client.get(url))
    sent = {"credential": json.dumps(key.get(options)), "submission": token()}
    key.counter += 1
    assert client.post(url, sent).status_code == 302
    again = client.post(url, {**sent, "submission": token()}, follow=True)
    assert "used already" in again.content.decode()
    assert m.Vote.objects.filter(approval=scene.asked).count() == 0, "its count had not gone up"
    assert refusals() == ["counter"]
    assert client.get(url, follow=True).redirect_chain[-1][0] == page_of(scene)


@pytest.mark.parametrize(
    ("lies", "why"),
    [
        ({"origin": "http://evil.example"}, "site"), ({"rp": "evil.example"}, "site"),
        ({"flags": 1}, "owner"), ({"cross_origin": True}, "site"), ({"id": b"another key"}, "key"),
    ],
)  # fmt: skip
def test_a_lie_decides_nothing_is_told_and_is_an_entry(scene: Scene, lies: Any, why: str) -> None:
    key, client = signer(scene), client_of(scene, "heng")
    answer = signs(client, begun(scene, client), key, **lies)
    assert answer.url == page_of(scene)
    assert "nothing was decided" in client.get(page_of(scene)).content.decode()
    assert refusals() == [why]
    assert state(scene)[0] is ApprovalState.REQUESTED


def test_nonsense_in_place_of_an_answer_is_a_4xx_or_a_recorded_no(scene: Scene) -> None:
    signer(scene)
    client = client_of(scene, "heng")
    for nonsense in [*(one for one in HOSTILE if one != "\ud800"), '"\\ud800"']:
        url = begun(scene, client)
        answer = client.post(url, {"credential": nonsense, "submission": token()})
        assert answer.status_code in (302, 422), nonsense
    assert state(scene)[0] is ApprovalState.REQUESTED and set(refusals()) == {"form"}


@pytest.mark.parametrize("part", ["id", "authenticatorData", "clientDataJSON", "signature"])
@pytest.mark.parametrize("value", ["a\0b", "\ud800", "密钥", "a b", "", ["x"], {"x": 1}, 7, None])
def test_an_answer_of_the_right_shape_with_nonsense_in_a_part_is_a_recorded_no(
    scene: Scene, part: str, value: Any
) -> None:
    key, client = signer(scene), client_of(scene, "heng")
    url = begun(scene, client)
    answer = key.get(options_on(client.get(url)))
    (answer if part == "id" else answer["response"])[part] = value
    sent = client.post(url, {"credential": json.dumps(answer), "submission": token()})
    assert sent.status_code == 302 or 400 <= sent.status_code < 500
    assert refusals() in (["form"], ["key"], []) and not m.Vote.objects.filter(approval=scene.asked).exists()


def test_a_statement_belongs_to_one_session_and_one_request(scene: Scene) -> None:
    key, client = signer(scene), client_of(scene, "heng")
    url = begun(scene, client)
    other = client_of(scene, "heng")
    assert "used already" in other.get(url, follow=True).content.decode()
    nonce = url.rsplit("/", 1)[1]
    granted = m.Approval.objects.get(hop=scene.westgate)
    elsewhere = reverse("approval_sign", args=[granted.id, nonce])
    assert client.get(elsewhere).status_code == 302
    assert client.post(elsewhere, {"credential": "{}"}).status_code == 302
    assert client_of(scene, "tao").get(url).status_code in (302, 404)
    assert signs(client, url, key).url == page_of(scene)
    assert state(scene)[0] is ApprovalState.GRANTED


def test_a_statement_that_waited_too_long_is_begun_again(scene: Scene, monkeypatch: Any) -> None:
    import datetime as dt

    from custody.actions import base
    from custody.web import signing as screen

    key, client = signer(scene), client_of(scene, "heng")
    url = begun(scene, client)
    options = options_on(client.get(url))
    late = base.database_now() + dt.timedelta(minutes=6)
    monkeypatch.setattr(screen, "database_now", lambda: late)
    assert "waited too long" in client.get(url, follow=True).content.decode()
    monkeypatch.setattr(base, "_moment", lambda: (late, False))
    client.post(url, {"credential": json.dumps(key.get(options)), "submission": token()})
    assert refusals() == ["expired"] and state(scene)[0] is ApprovalState.REQUESTED


def test_the_password_stays_a_way_and_says_that_it_signs_nothing(scene: Scene) -> None:
    signer(scene)
    client = client_of(scene, "heng")
    page = client.get(page_of(scene)).content.decode()
    assert "With my passkey, on the next page" in page and "not signed" in page
    sent = {**filled(page), "way": "password", "submission": token()}
    assert client.post(page_of(scene), {**sent, "password": ""}).status_code == 422
    assert client.post(page_of(scene), {**sent, "way": "burn"}).status_code == 422
    assert client.post(page_of(scene), sent).status_code == 302
    assert m.Vote.objects.get(approval=scene.asked).method is VoteMethod.PASSWORD


def test_who_has_no_key_for_signing_is_not_offered_it_and_cannot_skip_the_password(scene: Scene) -> None:
    passkey_of(scene, "heng")
    client = client_of(scene, "heng")
    page = client.get(page_of(scene)).content.decode()
    assert "With my passkey" not in page
    sent = {**filled(page), "way": "passkey", "password": "", "submission": token()}
    assert client.post(page_of(scene), sent).status_code == 422
    assert state(scene)[0] is ApprovalState.REQUESTED


def test_whoever_has_a_code_app_gives_its_code_beside_the_password(scene: Scene) -> None:
    secret, client = app_of(scene, "heng"), client_of(scene, "heng")
    page = client.get(page_of(scene)).content.decode()
    sent = {**filled(page), "submission": token()}
    assert client.post(page_of(scene), sent).status_code == 422
    assert client.post(page_of(scene), {**sent, "code": "000000"}).status_code == 422
    assert state(scene)[0] is ApprovalState.REQUESTED
    done = client.post(page_of(scene), {**sent, "code": code_of(secret)})
    assert done.status_code == 302
    vote = m.Vote.objects.get(approval=scene.asked)
    assert vote.method is VoteMethod.CODE
    assert "Password and one-time code: not signed" in client.get(page_of(scene)).content.decode()


def test_a_site_that_counts_signed_approvals_only_says_so_before(scene: Scene, settings: Any) -> None:
    settings.SIGN_OFF = "required"
    client = client_of(scene, "heng")
    page = client.get(page_of(scene)).content.decode()
    assert "This site counts signed approvals only." in page
    answer = client.post(page_of(scene), {**filled(page), "submission": token()})
    assert answer.status_code == 422 and "signed approvals only" in answer.content.decode()
    assert refusals() == ["unsigned"] and state(scene)[0] is ApprovalState.REQUESTED


def test_facts_that_changed_while_it_waited_lead_back(scene: Scene) -> None:
    from custody.stories import cast as people

    key, client = signer(scene), client_of(scene, "heng")
    url = begun(scene, client)
    people.qualify(scene.cast, scene.cast.party("lakeside"), "B", "SECOND-PAPER")
    answer = signs(client, url, key)
    assert answer.url == page_of(scene)
    assert "The facts have changed" in client.get(page_of(scene)).content.decode()
    assert state(scene)[0] is ApprovalState.REQUESTED
    assert client.post(page_of(scene), {"choice": "approve", "password": PASSWORD}).status_code == 422
