"""Agreeing to an override with a passkey, on the pages: the exact text is shown, signed, and told so."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest
from django.urls import reverse

from custody import models as m
from custody import signoff
from custody.actions import overriding
from custody.stories.cast import PASSWORD
from custody.terms import OverrideState, VoteChoice, VoteMethod
from tests.actions.test_overrides import asked, young

from .scene import Scene
from .test_factors import app_of, client_of, code_of, options_on, own_address, token
from .test_signing import refusals, shown, signer, signs

__all__ = ["own_address"]


@pytest.fixture
def row(scene: Scene) -> m.Override:
    """An override that waits for two who are not concerned."""
    young(scene.cast)
    return asked(scene.cast, scene.project)


def page_of(row: m.Override) -> str:
    return reverse("override", args=[row.id])


def step_of(row: m.Override, verb: str = "agree") -> str:
    return reverse(f"override_{verb}", args=[row.id])


def sent(client: Any, row: m.Override, verb: str = "agree", **changes: Any) -> dict[str, Any]:
    page = client.get(step_of(row, verb)).content.decode()
    found = {
        name: re.search(rf'name="{name}" value="([^"]*)"', page) for name in ("statement_sha256", "seen")
    }
    hidden = {name: one[1] for name, one in found.items() if one}
    return {**hidden, "reason": "I answer for it 同意", "submission": token(), **changes}


def begun(client: Any, row: m.Override, verb: str = "agree", **changes: Any) -> str:
    answer = client.post(step_of(row, verb), sent(client, row, verb, way="passkey", **changes))
    assert answer.status_code == 302, answer.content.decode()
    assert answer.url.startswith(f"/overrides/{row.id}/sign/")
    return str(answer.url)


def test_what_is_read_on_the_page_is_what_is_signed_and_stands_under_the_override(
    scene: Scene, row: m.Override
) -> None:
    key, client = signer(scene), client_of(scene, "heng")
    url = begun(client, row)
    text = shown(client, url)
    told = signoff.read(text)
    assert (told["type"], told["object"], told["rule"]) == ("override", str(row.id), "QUA-08")
    page = client.get(url).content.decode()
    assert 'data-domain="holdfast/override-statement/v1"' in page and "QUA-08" in html.unescape(page)
    asked_for = options_on(client.get(url))["publicKey"]
    assert asked_for["challenge"] == signoff.base64url(signoff.challenge(text))
    assert signs(client, url, key).url == page_of(row)
    vote, given = row.votes.get(), m.Signature.objects.get(object=row.id)
    assert vote.method is VoteMethod.PASSKEY
    decided = client.get(page_of(row)).content.decode()
    assert "Signed with a passkey" in decided and given.key.fingerprint in decided
    assert given.statement_sha256 in decided and reverse("entry", args=[given.entry]) in decided
    assert reverse("override_vote_proof", args=[vote.id]) in decided
    chinese = client.get(page_of(row), headers={"accept-language": "zh-hans"}).content.decode()
    assert "已用通行密钥签名" in chinese and "所签文本的" in chinese
    own = client.get(reverse("own_override_votes")).content.decode()
    assert "QUA-08" in own and reverse("override_vote_proof", args=[vote.id]) in own
    assert reverse("own_override_votes") in client.get(reverse("overrides")).content.decode()
    others = client_of(scene, "qiao")
    assert reverse("override_vote_proof", args=[vote.id]) not in others.get(page_of(row)).content.decode()
    assert others.get(reverse("override_vote_proof", args=[vote.id])).status_code == 404


@pytest.mark.parametrize(
    ("lies", "why"),
    [
        ({"origin": "http://evil.example"}, "site"), ({"rp": "evil.example"}, "site"),
        ({"flags": 1}, "owner"), ({"cross_origin": True}, "site"), ({"id": b"another key"}, "key"),
    ],
)  # fmt: skip
def test_a_lie_agrees_to_nothing_is_told_and_is_an_entry(
    scene: Scene, row: m.Override, lies: Any, why: str
) -> None:
    key, client = signer(scene), client_of(scene, "heng")
    assert signs(client, begun(client, row), key, **lies).url == page_of(row)
    assert "nothing was decided" in client.get(page_of(row)).content.decode()
    assert refusals() == [why] and not row.votes.exists()


def test_a_statement_is_taken_once_by_its_session_on_its_own_page(scene: Scene, row: m.Override) -> None:
    key, client = signer(scene), client_of(scene, "heng")
    url = begun(client, row)
    nonce = url.rsplit("/", 1)[1]
    assert "used already" in client_of(scene, "heng").get(url, follow=True).content.decode()
    as_vote = reverse("approval_sign", args=[scene.asked.id, nonce])
    assert client.get(as_vote).status_code == client.post(as_vote, {"credential": "{}"}).status_code == 302
    assert client_of(scene, "tao").get(url).status_code == 404
    assert signs(client, url, key).url == page_of(row)
    again = client.post(url, {"credential": json.dumps({}), "submission": token()}, follow=True)
    assert "used already" in again.content.decode() and row.votes.count() == 1


def test_nonsense_in_place_of_an_answer_is_a_recorded_no(scene: Scene, row: m.Override) -> None:
    signer(scene)
    client = client_of(scene, "heng")
    for nonsense in (
        "[]",
        "7",
        "null",
        '{"id":{}}',
        '{"id":"x","response":{"signature":["a"]}}',
        "{",
        "x" * 30_000,
    ):
        answer = client.post(begun(client, row), {"credential": nonsense, "submission": token()})
        assert answer.status_code in (302, 422), nonsense
    assert not row.votes.exists() and set(refusals()) == {"form"}


def test_what_changed_while_it_waited_leads_back(scene: Scene, row: m.Override) -> None:
    key, client = signer(scene), client_of(scene, "heng")
    url = begun(client, row)
    reason: dict[str, Any] = {"override": row.id, "reason": "Seen 同意", "choice": VoteChoice.APPROVE}
    overriding.vote(scene.cast.actor("qiao"), **reason)
    assert signs(client, url, key).url == page_of(row)
    assert row.votes.count() == 1
    form = sent(client, row, way="passkey", statement_sha256="0" * 64)
    answer = client.post(step_of(row), form)
    assert answer.status_code == 422 and "The facts have changed" in answer.content.decode()


def test_the_password_stays_a_way_and_is_said_to_sign_nothing(scene: Scene, row: m.Override) -> None:
    signer(scene)
    client = client_of(scene, "heng")
    page = client.get(step_of(row)).content.decode()
    assert "With my passkey, on the next page" in page and "not signed" in page
    assert client.post(step_of(row), sent(client, row, way="password", password="")).status_code == 422
    assert client.post(step_of(row), sent(client, row, way="burn", password=PASSWORD)).status_code == 422
    done = client.post(step_of(row), sent(client, row, way="password", password=PASSWORD))
    assert done.status_code == 302 and row.votes.get().method is VoteMethod.PASSWORD
    assert "Password only: not signed" in client.get(page_of(row)).content.decode()


def test_who_has_no_key_cannot_skip_the_password_and_a_code_app_is_asked_too(
    scene: Scene, row: m.Override
) -> None:
    secret, client = app_of(scene, "heng"), client_of(scene, "heng")
    assert "With my passkey" not in client.get(step_of(row)).content.decode()
    for wrong in ({"way": "passkey"}, {"password": PASSWORD}, {"password": PASSWORD, "code": "000000"}):
        assert client.post(step_of(row), sent(client, row, **wrong)).status_code == 422, wrong
    assert not row.votes.exists()
    good = sent(client, row, password=PASSWORD, code=code_of(secret))
    assert client.post(step_of(row), good).status_code == 302
    assert row.votes.get().method is VoteMethod.CODE


def test_a_site_that_counts_signed_approvals_only_says_so_and_lets_refuse(
    scene: Scene, row: m.Override, settings: Any
) -> None:
    settings.SIGN_OFF = "required"
    client = client_of(scene, "heng")
    says = "This site counts signed approvals only."
    assert says in client.get(step_of(row)).content.decode()
    assert says not in client.get(step_of(row, "refuse")).content.decode()
    answer = client.post(step_of(row), sent(client, row, password=PASSWORD))
    assert answer.status_code == 422 and "signed approvals only" in answer.content.decode()
    assert refusals() == ["unsigned"] and not row.votes.exists()
    assert (
        client.post(step_of(row, "refuse"), sent(client, row, "refuse", password=PASSWORD)).status_code == 302
    )
    row.refresh_from_db()
    assert row.state is OverrideState.REFUSED
