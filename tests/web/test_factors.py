"""What people sign in with beside a password: added, asked for, doubted, removed; and the wall before all
else where it is required."""

from __future__ import annotations

import html
import json
import re
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.apps import apps
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from custody import at_rest, record
from custody import models as m
from custody.actions import factors, notices
from custody.actions.base import ActionError, Actor, NotPermitted
from custody.apply import rebuild
from custody.compare import compare
from custody.stories.cast import PASSWORD
from custody.terms import FactorKind, NoticeKind, SigningKeyState
from tests.authenticator import PRESENT, Key, raw

from .scene import Scene

NO_KEY = '{"id":"YQ","rawId":"YQ","type":"public-key","response":'
HOSTILE = [
    *("", "x", "null", "[]", "{}", '"x"', "1", "[" * 9000, "9" * 5000, "\ud800", "a\0"),
    *('{"response": []}', '{"response": {}}'),
    '{"id": 1, "rawId": "", "response": {"clientDataJSON": "", "authenticatorData": ""}}',
    NO_KEY + '{"clientDataJSON":"YQ","authenticatorData":"YQ","attestationObject":"YQ","userHandle":"%"}}',
    NO_KEY
    + '{"clientDataJSON":"bnVsbA","authenticatorData":"YQ","attestationObject":"oA","userHandle":null}}',
    NO_KEY + '{"clientDataJSON":"e30","authenticatorData":"","attestationObject":"n39_f39_","signature":""}}',
]
LOGIN, STEP, ALONE = "account_login", "mfa_authenticate", "mfa_login_webauthn"
AJAX = {"x-requested-with": "XMLHttpRequest"}


@pytest.fixture(autouse=True)
def own_address(settings: Any) -> None:
    settings.SITE_URL, settings.RP_ID = "http://localhost:8000", "localhost"
    settings.ALLOWED_HOSTS = ["testserver", "localhost", "192.0.2.7"]


def here(client: Client) -> Client:
    """Let a browser ask under the site's own name."""
    client.defaults["HTTP_HOST"] = "localhost:8000"
    return client


def guest() -> Client:
    return here(Client())


def client_of(scene: Scene, who: str) -> Client:
    return here(scene.client(who))


def kinds() -> list[str]:
    return [str(entry.values["kind"]) for entry in record.history()]


def options_on(answer: Any) -> dict[str, Any]:
    found = re.search(r'data-options="([^"]*)"', answer.content.decode())
    assert found
    return dict(json.loads(html.unescape(found[1])))


def code_of(secret: str, ahead: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + ahead))


def token() -> str:
    return str(m.new_id())


def passkey_of(scene: Scene, who: str, key: Key | None = None, **more: str) -> Key:
    """Add a passkey on the page; return it."""
    key, client = key or Key(), client_of(scene, who)
    answer = key.create(options_on(client.get(reverse("factor_passkey"))))
    sent = {"name": "Blue key", "password": PASSWORD, "credential": json.dumps(answer), "submission": token()}
    done = client.post(reverse("factor_passkey"), {**sent, **more})
    assert done.status_code == 302, done.content.decode()
    return key


def app_of(scene: Scene, who: str) -> str:
    """Add a code app on the page; return its secret."""
    client = client_of(scene, who)
    page = client.get(reverse("factor_app")).content.decode()
    secret = re.findall(r"<code>([A-Z2-7 ]{39})</code>", page)[0].replace(" ", "")
    sent = {
        "name": "Phone", "password": PASSWORD, "code": code_of(secret, -1), "page": hidden_page(page),
        "submission": token(),
    }  # fmt: skip
    assert client.post(reverse("factor_app"), sent).status_code == 302
    return secret


def hidden_page(page: str) -> str:
    found = re.search(r'name="page" value="([^"]+)"', page)
    assert found
    return found[1]


def codes_of(scene: Scene, who: str) -> list[str]:
    page = client_of(scene, who).post(reverse("factor_codes"), {"password": PASSWORD, "submission": token()})
    return re.findall(r"<code>((?:[A-Z2-9]{4}-){3}[A-Z2-9]{4})</code>", page.content.decode())


def password_given(who: str, password: str = PASSWORD) -> Client:
    client = guest()
    client.answer = client.post(reverse(LOGIN), {"login": who, "password": password})  # type: ignore[attr-defined]
    return client


def is_in(client: Client) -> bool:
    return client.get("/notices").status_code == 200


def second(client: Client, key: Key) -> Any:
    answer = key.get(options_on(client.get(reverse(STEP))))
    return client.post(reverse(STEP), {"credential": json.dumps(answer)})


def alone(key: Key, client: Client | None = None) -> Client:
    client = client or guest()
    asked = client.get(reverse(ALONE), headers=AJAX).json()["request_options"]
    client.post(reverse(ALONE), {"credential": json.dumps(key.get(asked))})
    return client


# --- added ------------------------------------------------------------------------------------------------


def test_a_passkey_is_an_entry_with_its_public_key_and_its_owner_is_told(scene: Scene) -> None:
    key = passkey_of(scene, "heng")
    row = m.Factor.objects.get()
    told = record.history()
    last = [e.values for e in told if str(e.values["kind"]) == "factor.enrolled/1"][-1]
    assert last["public_key"] == row.public_key and last["credential"] == row.credential
    assert last["fingerprint"] == factors.fingerprint(row.public_key) and len(last["fingerprint"]) == 64
    assert raw(row.public_key) == key.cose
    notices.tell(row.created_at)
    assert m.Notice.objects.get(kind=NoticeKind.FACTOR_ADDED).user.username == "heng"
    page = client_of(scene, "heng").get("/notices").content.decode()
    assert reverse("factor", args=[row.id]) in page
    assert list(compare(rebuild())) == []


def test_no_secret_of_an_app_is_in_ledger_or_tables(scene: Scene) -> None:
    secret = app_of(scene, "heng")
    assert secret not in repr([entry.values for entry in record.history()])
    for model in apps.get_models():
        for row in model._default_manager.all().values():
            assert secret not in repr(row), model
    assert list(compare(rebuild())) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "http://localhost:8001"},
        {"origin": "https://evil.example"},
        {"rp": "evil.example"},
        {"flags": PRESENT},
        {"flags": 0},
        {"cross_origin": True},
    ],
    ids=str,
)
def test_a_passkey_made_elsewhere_or_without_its_owner_is_not_added(
    scene: Scene, wrong: dict[str, Any]
) -> None:
    client, before = client_of(scene, "heng"), len(kinds())
    answer = Key(**wrong).create(options_on(client.get(reverse("factor_passkey"))))
    sent = {"name": "k", "password": PASSWORD, "credential": json.dumps(answer), "submission": token()}
    assert client.post(reverse("factor_passkey"), sent).status_code == 422
    assert not m.Factor.objects.exists() and not Authenticator.objects.exists() and len(kinds()) == before


def test_a_passkey_of_somebody_is_not_added_to_another_and_no_answer_counts_twice(scene: Scene) -> None:
    key = passkey_of(scene, "heng")
    client = client_of(scene, "mei")
    answer = json.dumps(key.create(options_on(client.get(reverse("factor_passkey")))))
    sent = {"name": "k", "password": PASSWORD, "credential": answer, "submission": token()}
    assert "added already" in client.post(reverse("factor_passkey"), sent).content.decode()
    fresh = json.dumps(Key().create(options_on(client.get(reverse("factor_passkey")))))
    for password, status in (("wrong", 422), (PASSWORD, 422)):  # the challenge went with the first try
        sent = {"name": "k", "password": password, "credential": fresh, "submission": token()}
        assert client.post(reverse("factor_passkey"), sent).status_code == status
    assert m.Factor.objects.count() == 1


def test_nothing_is_added_without_the_own_password_or_with_a_wrong_code(scene: Scene) -> None:
    client = client_of(scene, "heng")
    page = client.get(reverse("factor_app")).content.decode()
    secret = re.findall(r"<code>([A-Z2-7 ]{39})</code>", page)[0].replace(" ", "")
    good = {"name": "p", "password": PASSWORD, "code": code_of(secret), "page": hidden_page(page)}
    for change in ({"password": "wrong"}, {"code": "000000"}, {"page": "x"}, {"code": ""}, {"name": "a\0b"}):
        answer = client.post(reverse("factor_app"), {**good, **change, "submission": token()})
        assert answer.status_code == 422, change
    mei = client_of(scene, "mei").post(reverse("factor_app"), {**good, "submission": token()})
    assert mei.status_code == 422 and "too long" in mei.content.decode(), "the page was another's"
    assert not m.Factor.objects.exists()
    assert client.post(reverse("factor_app"), {**good, "submission": token()}).status_code == 302


def test_a_new_app_takes_the_place_of_the_old_one(scene: Scene) -> None:
    old, new = app_of(scene, "heng"), app_of(scene, "heng")
    assert m.Factor.objects.live().count() == 1 and Authenticator.objects.count() == 1
    user = scene.user("heng")
    assert factors.check_code(user, code_of(old)) is None
    assert factors.check_code(user, code_of(new)) is not None
    assert m.Factor.objects.get(ended_at__isnull=False).ended_how == "replaced"
    assert list(compare(rebuild())) == []


# --- signing in -------------------------------------------------------------------------------------------


def test_with_a_code_app_the_password_alone_lets_nobody_in(scene: Scene) -> None:
    secret = app_of(scene, "heng")
    client = password_given("heng")
    assert client.answer["Location"] == reverse(STEP) and not is_in(client)  # type: ignore[attr-defined]
    assert "Second step" in client.get(reverse(STEP)).content.decode()
    client.post(reverse(STEP), {"code": "000000"})
    assert not is_in(client)
    client.post(reverse(STEP), {"code": code_of(secret)})
    assert is_in(client)


def test_a_code_counts_once(scene: Scene) -> None:
    secret = app_of(scene, "heng")
    code = code_of(secret)
    for expected in (True, False):
        client = password_given("heng")
        client.post(reverse(STEP), {"code": code})
        assert is_in(client) is expected
    assert "used already" in client.post(reverse(STEP), {"code": code}).content.decode()


def test_a_recovery_code_lets_in_once_and_is_an_entry(scene: Scene) -> None:
    app_of(scene, "heng")
    codes = codes_of(scene, "heng")
    assert len(set(codes)) == 10
    for model in apps.get_models():
        for row in model._default_manager.all().values():
            assert not any(c in repr(row) or c.replace("-", "") in repr(row) for c in codes), model
    for expected in (True, False):
        client = password_given("heng")
        client.post(reverse(STEP), {"code": codes[0].lower()})
        assert is_in(client) is expected
    assert kinds().count("factor.recovered/1") == 1
    assert (
        "9"
        in client_of(scene, "heng")
        .get(reverse("factor", args=[m.Factor.objects.get(kind=FactorKind.CODES).id]))
        .content.decode()
    )
    codes_of(scene, "heng")
    assert factors.check_code(scene.user("heng"), codes[1]) is None, "new ones took their place"


def test_a_passkey_is_the_second_step_or_signs_in_alone(scene: Scene) -> None:
    key = passkey_of(scene, "heng")
    client = password_given("heng")
    assert not is_in(client)
    key.counter += 1
    second(client, key)
    assert is_in(client)
    key.counter += 1
    assert is_in(alone(key))


def test_a_passkey_signs_in_nobody_but_its_owner(scene: Scene) -> None:
    heng, mei = passkey_of(scene, "heng"), passkey_of(scene, "mei")
    heng.counter = mei.counter = 5
    client = password_given("heng")
    second(client, mei)
    assert not is_in(client)
    mei.handle = heng.handle
    assert not is_in(alone(mei))


@pytest.mark.parametrize(
    "wrong", [{"origin": "https://evil.example"}, {"rp": "evil.example"}, {"flags": PRESENT}, {"flags": 0}],
    ids=str,
)  # fmt: skip
def test_an_answer_given_elsewhere_or_without_its_owner_lets_nobody_in(
    scene: Scene, wrong: dict[str, Any]
) -> None:
    key = passkey_of(scene, "heng")
    key.counter += 1
    for name, value in wrong.items():
        setattr(key, name, value)
    client = password_given("heng")
    second(client, key)
    assert not is_in(client) and not is_in(alone(key))


def test_an_answer_is_not_taken_twice(scene: Scene) -> None:
    key = passkey_of(scene, "heng")
    key.counter += 1
    client = password_given("heng")
    answer = json.dumps(key.get(options_on(client.get(reverse(STEP)))))
    client.post(reverse(STEP), {"credential": answer})
    assert is_in(client)
    thief = password_given("heng")
    thief.get(reverse(STEP))
    thief.post(reverse(STEP), {"credential": answer})
    assert not is_in(thief)


def test_a_key_that_counts_backwards_is_refused_and_recorded(scene: Scene) -> None:
    key = passkey_of(scene, "heng", Key(counter=7))
    for count in (7, 3):
        key.counter = count
        client = password_given("heng")
        second(client, key)
        assert not is_in(client)
    assert kinds().count("factor.refused/1") == 2
    key.counter = 8
    assert is_in(alone(key))
    never = passkey_of(scene, "mei", Key(counter=0))  # many phones count nothing
    assert is_in(alone(never)) and is_in(alone(never))


def test_wrong_codes_are_limited_and_the_limit_is_an_entry(scene: Scene) -> None:
    secret = app_of(scene, "heng")
    cache.clear()
    client = password_given("heng")
    for _ in range(8):
        client.post(reverse(STEP), {"code": "000000"})
    assert "Too many" in client.post(reverse(STEP), {"code": code_of(secret)}).content.decode()
    assert not is_in(client)
    assert kinds().count("factor.refused/1") == 1


def test_a_factor_that_no_entry_tells_is_none_and_one_whose_secret_is_lost_still_asks(scene: Scene) -> None:
    user = scene.user("mei")
    Authenticator.objects.create(user=user, type="totp", data={"secret": at_rest.seal("A" * 32, "x")})
    assert is_in(password_given("mei"))
    app_of(scene, "heng")
    Authenticator.objects.all().delete()
    client = password_given("heng")
    assert not is_in(client) and client.get(reverse(STEP)).status_code == 200


def test_a_secret_moved_to_another_row_opens_nothing(scene: Scene) -> None:
    mine, _other = app_of(scene, "mei"), app_of(scene, "heng")
    moved = Authenticator.objects.get(user=scene.user("mei")).data["secret"]
    victim = Authenticator.objects.get(user=scene.user("heng"))
    victim.data["secret"] = moved
    victim.save()
    assert factors.check_code(scene.user("heng"), code_of(mine, 1)) is None
    assert factors.check_code(scene.user("mei"), code_of(mine, 1)) is not None


@pytest.mark.parametrize(
    "sent",
    HOSTILE,
    ids=lambda text: ascii(text)[:30],
)
def test_whatever_stands_in_for_a_passkey_is_a_wrong_one(scene: Scene, sent: str) -> None:
    passkey_of(scene, "heng")
    waiting, heng = password_given("heng"), client_of(scene, "heng")
    before = len(kinds())
    waiting.get(reverse(STEP))
    heng.get(reverse("factor_passkey"))
    given = sent.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    assert waiting.post(reverse(STEP), {"credential": given}).status_code == 200
    assert guest().post(reverse(ALONE), {"credential": given}).status_code == 302
    form = {"name": "k", "password": PASSWORD, "credential": given, "submission": token()}
    assert heng.post(reverse("factor_passkey"), form).status_code == 422
    assert not is_in(waiting) and len(kinds()) == before


# --- ended ------------------------------------------------------------------------------------------------


def test_its_owner_removes_it_with_the_password_and_recovery_codes_go_with_the_last(scene: Scene) -> None:
    app_of(scene, "heng")
    codes_of(scene, "heng")
    row = m.Factor.objects.get(kind=FactorKind.TOTP)
    url, heng = reverse("factor", args=[row.id]), client_of(scene, "heng")
    assert heng.post(url, {"password": "wrong", "submission": token()}).status_code == 422
    assert client_of(scene, "mei").get(url).status_code == client_of(scene, "an").get(url).status_code == 404
    assert heng.post(url, {"password": PASSWORD, "submission": token()}).status_code == 302
    assert not m.Factor.objects.live().exists() and not Authenticator.objects.exists()
    assert is_in(password_given("heng"))
    assert list(compare(rebuild())) == []


def test_an_administrator_whom_nobody_could_confirm_ends_anothers_and_never_the_own(scene: Scene) -> None:
    app_of(scene, "heng")
    m.User.objects.filter(username="qiao").update(is_active=False)
    person, an = scene.cast.people["heng"].id, client_of(scene, "an")
    url = reverse("factors_end", args=[person])
    assert url in an.get(reverse("person", args=[person])).content.decode()
    assert client_of(scene, "mei").get(url).status_code == 403
    assert an.post(url, {"reason": "", "submission": token()}).status_code == 422
    assert an.post(url, {"reason": "Phone lost, seen in person", "submission": token()}).status_code == 302
    last = [e.values for e in record.history() if str(e.values["kind"]) == "factor.removed/1"][-1]
    assert last["how"] == "alone" and last["reason"] == "Phone lost, seen in person"
    assert is_in(password_given("heng"))
    assert an.post(url, {"reason": "Again", "submission": token()}).status_code == 422, "there is none left"
    app_of(scene, "an")
    with pytest.raises(ActionError):
        factors.end_all(scene.cast.actor("an"), person=scene.cast.people["an"].id, reason="Mine")


def test_a_key_for_programs_adds_and_removes_nothing(scene: Scene) -> None:
    app_of(scene, "heng")
    user, actor = scene.user("heng"), Actor.of(scene.user("heng"))
    program = Actor(actor.person, actor.memberships, actor.source, actor.house, scopes=frozenset({"factor"}))
    with pytest.raises(NotPermitted):
        factors.new_codes(program, user=user.pk)
    with pytest.raises(NotPermitted):
        factors.remove(program, factor=m.Factor.objects.get().id)


# --- required ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "led"), [("heng", True), ("jing", True), ("an", True), ("mei", False), ("tao", False)]
)
def test_where_it_is_required_who_decides_reads_or_administers_comes_to_no_other_page(
    scene: Scene, settings: Any, who: str, led: bool
) -> None:
    settings.SECOND_FACTOR = "required"
    client = client_of(scene, who)
    for path in ("/", "/notices", "/projects/", reverse("keys"), reverse("handoff", args=[scene.handoff.id])):
        answer = client.get(path)
        assert (answer.status_code == 302 and answer["Location"] == reverse("factors")) is led, path
    posted = client.post(reverse("keys"), {"name": "k", "days": "5", "submission": token()})
    assert posted.status_code == (403 if led else 200)
    assert client.get("/api/v1/me/").status_code == (403 if led else 200)
    page = client.get(reverse("factors")).content.decode()
    assert ("before any other page opens" in page) is led


def test_where_it_is_required_one_comes_in_once_it_is_added_and_keeps_the_last_one(
    scene: Scene, settings: Any
) -> None:
    settings.SECOND_FACTOR = "required"
    key = passkey_of(scene, "heng")
    key.counter += 1
    client = alone(key)
    assert client.get("/").status_code == 200
    url = reverse("factor", args=[m.Factor.objects.get().id])
    kept = client.post(url, {"password": PASSWORD, "submission": token()})
    assert kept.status_code == 422 and "Add another first" in kept.content.decode()
    assert m.Factor.objects.live().count() == 1


def test_keys_for_programs_go_on_where_it_is_required(scene: Scene, settings: Any) -> None:
    made = client_of(scene, "heng").post(
        reverse("keys"), {"name": "k", "days": "5", "scopes": [], "submission": token()}
    )
    text = re.search(r"<code>(hf_[\w-]{43})</code>", made.content.decode())
    assert text
    settings.SECOND_FACTOR = "required"
    program = Client(headers={"authorization": f"Bearer {text[1]}"})
    assert program.get("/api/v1/me/").status_code == 200


def test_a_demo_says_that_a_real_site_requires_it(scene: Scene) -> None:
    assert "A real site requires it" in client_of(scene, "heng").get(reverse("factors")).content.decode()
    assert "A real site requires it" not in client_of(scene, "tao").get(reverse("factors")).content.decode()


@pytest.mark.parametrize(
    ("site", "said"),
    [
        ("http://192.0.2.7:8000", "bare address"),
        ("http://holdfast.lan", "need HTTPS"),
        ("https://custody.example", "by another address"),
    ],
)
def test_where_passkeys_cannot_work_the_page_says_why_and_what_else(
    scene: Scene, settings: Any, site: str, said: str
) -> None:
    settings.SITE_URL = site
    for route in ("factors", "factor_passkey"):
        page = client_of(scene, "heng").get(reverse(route)).content.decode()
        assert said in page and "code app" in page and "data-passkey=" not in page
    assert "data-passkey=" not in guest().get(reverse(LOGIN)).content.decode()


def test_what_a_passkey_is_bound_to_is_never_the_host_header(scene: Scene) -> None:
    page = client_of(scene, "heng").get(reverse("factor_passkey"), headers={"host": "localhost:8000"})
    assert options_on(page)["publicKey"]["rp"]["id"] == "localhost"
    page = client_of(scene, "heng").get(reverse("factor_passkey"), headers={"host": "192.0.2.7"})
    assert "data-options" not in page.content.decode()
    asked = guest().get(reverse(ALONE), headers={**AJAX, "host": "192.0.2.7"}).json()["request_options"]
    assert asked["publicKey"]["rpId"] == "localhost"
    assert asked["publicKey"]["userVerification"] == "required"


def test_a_passkey_is_added_and_named_for_signing_in_one_step(scene: Scene) -> None:
    passkey_of(scene, "heng", signs="on")
    (key,) = m.SigningKey.objects.all()
    assert (key.state, key.person_id) == (SigningKeyState.ASKED, scene.cast.people["heng"].id)
    assert kinds()[-2:] == ["factor.enrolled/1", "signing_key.asked/2"]
    page = client_of(scene, "heng").get(reverse("signing_key", args=[key.id])).content.decode()
    assert "It waits for an officer or administrator who is not you." in page
    passkey_of(scene, "qiao")
    assert m.SigningKey.objects.count() == 1


def test_who_has_no_role_is_not_offered_to_sign_with_a_passkey(scene: Scene) -> None:
    offer = "Sign decisions with it too"
    assert offer in client_of(scene, "heng").get(reverse("factor_passkey")).content.decode()
    m.Membership.objects.filter(person=scene.cast.people["heng"].id).delete()
    assert offer not in client_of(scene, "heng").get(reverse("factor_passkey")).content.decode()
