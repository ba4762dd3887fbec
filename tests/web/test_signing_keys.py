"""The pages on which a passkey is named for signing, confirmed by somebody else, and ended."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse

from custody import models as m
from custody import signoff
from custody.stories.cast import PASSWORD
from custody.terms import SigningKeyState

from .scene import Scene, hidden
from .test_factors import client_of, own_address, passkey_of, token
from .test_signing import shown, signer, signs

__all__ = ["own_address"]


def named(scene: Scene, who: str) -> m.SigningKey:
    """Name one's passkey for signing, on the page."""
    passkey_of(scene, who)
    factor = m.Factor.objects.live().get(user__username=who, kind="passkey")
    client = client_of(scene, who)
    assert (
        "Sign decisions with this passkey" in client.get(reverse("factor", args=[factor.id])).content.decode()
    )
    sent = {"password": PASSWORD, "submission": token()}
    answer = client.post(reverse("factor_signing", args=[factor.id]), sent)
    assert answer.status_code == 302, answer.content.decode()
    return m.SigningKey.objects.get(factor=factor)


def answered(scene: Scene, who: str, row: m.SigningKey, step: str, **changes: Any) -> Any:
    client, page = client_of(scene, who), reverse("signing_key", args=[row.id])
    html = client.get(page).content.decode()
    sent = {"step": step, "password": PASSWORD, "submission": token(), "reason": "Lost"}
    if 'name="seen"' in html:
        sent["seen"] = hidden(html, "seen")
    return client.post(page, sent | changes)


def test_its_owner_names_it_another_compares_and_confirms_and_either_ends_it(scene: Scene) -> None:
    row = named(scene, "heng")
    page = reverse("signing_key", args=[row.id])
    whole = signoff.fingerprint(row.public_key)
    grouped = " ".join(whole[n : n + 4] for n in range(0, 64, 4))
    own = client_of(scene, "heng").get(page).content.decode()
    assert grouped in own and "It waits for an officer or administrator who is not you." in own
    assert "Confirm the key" not in own
    theirs = client_of(scene, "an").get(page).content.decode()
    assert grouped in theirs and "Confirm the key" in theirs
    assert answered(scene, "an", row, "confirm").status_code == 302
    row.refresh_from_db()
    assert row.state is SigningKeyState.CONFIRMED
    assert answered(scene, "heng", row, "end").status_code == 302
    row.refresh_from_db()
    assert row.state is SigningKeyState.ENDED
    assert "Confirm the key" not in client_of(scene, "an").get(page).content.decode()


def test_a_wrong_password_and_a_missing_reason_change_nothing(scene: Scene) -> None:
    row = named(scene, "heng")
    assert answered(scene, "an", row, "confirm", password="guessed-wrong-1").status_code == 422
    assert answered(scene, "an", row, "end", reason="").status_code == 422
    assert answered(scene, "an", row, "confirm", seen="x").status_code == 422
    row.refresh_from_db()
    assert row.state is SigningKeyState.ASKED


def test_who_may_not_has_no_button_and_no_way(scene: Scene) -> None:
    row = named(scene, "heng")
    page = reverse("signing_key", args=[row.id])
    for who in ("mei", "yu"):
        html = client_of(scene, who).get(page).content.decode()
        assert "Confirm the key" not in html and "End it now" not in html
        assert answered(scene, who, row, "confirm").status_code == 403
        assert answered(scene, who, row, "end").status_code == 403
    assert answered(scene, "heng", row, "confirm").status_code == 403
    for who in ("lan", "tao"):
        assert client_of(scene, who).get(page).status_code == 404
    assert answered(scene, "an", row, "burn").status_code == 403


def test_the_list_tells_state_and_owner_in_both_languages(scene: Scene) -> None:
    row = named(scene, "heng")
    html = client_of(scene, "an").get(reverse("signing_keys")).content.decode()
    assert row.person.name in html and row.fingerprint[:16] in html and "To be confirmed" in html
    chinese = (
        client_of(scene, "an")
        .get(reverse("signing_keys"), headers={"accept-language": "zh-hans"})
        .content.decode()
    )
    assert "待确认" in chinese and not re.search(r"Owner|Fingerprint", chinese)


def test_only_a_passkey_of_ones_own_is_named(scene: Scene) -> None:
    passkey_of(scene, "heng")
    row = m.Factor.objects.get()
    url = reverse("factor_signing", args=[row.id])
    assert client_of(scene, "qiao").get(url).status_code == 404
    codes = m.Factor.objects.create(entry=row.entry, user=scene.user("heng"), kind="codes", name="")
    assert client_of(scene, "heng").get(reverse("factor_signing", args=[codes.id])).status_code == 404


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_page_of_the_passkey_says_how_far_it_is(scene: Scene, language: str) -> None:
    row = named(scene, "heng")
    page = client_of(scene, "heng").get(
        reverse("factor", args=[row.factor_id]), headers={"accept-language": language}
    )
    html = page.content.decode()
    assert reverse("signing_key", args=[row.id]) in html
    assert ("To be confirmed" if language == "en" else "待确认") in html


def test_whoever_has_a_key_signs_that_anothers_is_theirs(scene: Scene) -> None:
    key = signer(scene, "an", by="heng")
    row = named(scene, "qiao")
    client, page = client_of(scene, "an"), reverse("signing_key", args=[row.id])
    html = client.get(page).content.decode()
    assert 'value="sign_passkey"' in html and 'value="confirm"' not in html
    seen = {"seen": str(row.entry), "submission": token()}
    assert client.post(page, {**seen, "step": "confirm"}).status_code == 422
    url = client.post(page, {**seen, "submission": token(), "step": "sign_passkey"}).headers["Location"]
    assert row.fingerprint in shown(client, url)
    assert "Sign that the key is theirs" in client.get(url).content.decode()
    assert signs(client, url, key).headers["Location"] == page
    row.refresh_from_db()
    assert row.state is SigningKeyState.CONFIRMED
    assert "Signed with a passkey" in client.get(page).content.decode()
    assert client.get(url, follow=True).redirect_chain[-1][0] == page


def test_where_signatures_are_demanded_who_has_no_key_is_told_whom_to_ask(
    scene: Scene, settings: Any
) -> None:
    signer(scene, "an", by="heng")
    settings.SIGN_OFF = "required"
    row = named(scene, "qiao")
    page = client_of(scene, "heng").get(reverse("signing_key", args=[row.id])).content.decode()
    assert "A key is confirmed with a signature here" in page
