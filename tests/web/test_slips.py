"""Slips on the screens: two people make one, a third uses it without signing in, strangers learn nothing."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from axes.models import AccessAttempt, AccessFailureLog
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from custody import models as m
from custody import record
from custody.actions import factors
from custody.actions.base import Actor
from custody.apply import rebuild
from custody.compare import compare
from custody.stories.cast import PASSWORD
from custody.terms import FactorEnd, SlipState
from custody.web import slip_use
from tests.cast import FAST
from tests.reports.reading import text_of

from .scene import Scene

NEW = "a long new password 7"
CODE = re.compile(r"<code>((?:[A-Z2-9]{4}-){3}[A-Z2-9]{4})</code>")


@pytest.fixture(autouse=True)
def quick(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.PASSWORD_HASHERS = FAST
    settings.SITE_URL = "http://localhost:8000"
    monkeypatch.setattr(slip_use, "LEAST", 0.0)
    cache.clear()


def token() -> str:
    return str(m.new_id())


def half_on(answer: Any) -> str:
    found = CODE.search(answer.content.decode())
    assert found, answer.content.decode()
    return found[1]


def asked(scene: Scene, who: str, purpose: str = "password", **more: str) -> tuple[m.Slip, Any]:
    scene.user("heng"), scene.user(who)
    url = reverse("slip_new", args=[scene.cast.people[who].id])
    form = {"user": str(scene.user(who).pk), "purpose": purpose, "reason": "At the counter", **more}
    answer = scene.client("an").post(url, {"submission": token(), **form})
    return m.Slip.objects.filter(sign_in=scene.user(who)).latest("created_at"), answer


def confirmed(scene: Scene, row: m.Slip, by: str = "heng") -> Any:
    row.refresh_from_db()
    form = {"step": "confirm", "password": PASSWORD, "seen": str(row.entry), "submission": token()}
    return scene.client(by).post(reverse("slip", args=[row.id]), form)


def made(scene: Scene, who: str, purpose: str = "password") -> tuple[m.Slip, tuple[str, str]]:
    row, first = asked(scene, who, purpose)
    return row, (half_on(first), half_on(confirmed(scene, row)))


def uses(who: str, codes: tuple[str, str], client: Client | None = None, **more: str) -> Any:
    form = {"username": who, "first": codes[0], "second": codes[1], "password": NEW, "again": NEW, **more}
    return (client or Client()).post(reverse("slip_use"), form)


def can_sign_in(who: str, password: str) -> bool:
    client = Client()
    client.post(reverse("account_login"), {"login": who, "password": password})
    return client.get("/notices").status_code == 200


def kinds() -> list[str]:
    return [str(entry.values["kind"]) for entry in record.history()]


def test_a_newcomer_is_invited_by_two_and_nobody_but_they_ever_knows_the_password(scene: Scene) -> None:
    scene.user("heng")
    an = scene.client("an")
    tao = scene.cast.people["tao"].id
    page = an.get(f"/people/{tao}/sign-in/new").content.decode()
    assert 'name="password"' not in page and "Nobody sets another" in page
    first = an.post(
        f"/people/{tao}/sign-in/new",
        {"username": "newcomer", "reason": "New at Westgate", "submission": token()},
    )
    user = m.User.objects.get(username="newcomer")
    assert not user.has_usable_password() and not can_sign_in("newcomer", "")
    row = m.Slip.objects.get()
    second = confirmed(scene, row)
    codes = half_on(first), half_on(second)
    for answer, maker, code in ((first, "an", codes[0]), (second, "heng", codes[1])):
        assert "no-store" in answer["Cache-Control"] and code not in str(answer.headers)
        printed = scene.client(maker).post(
            reverse("slip_print", args=[row.id]), {"code": code, "submission": token()}
        )
        assert printed["Content-Type"] == "application/pdf"
        text = text_of(printed.content)
        other = codes[1] if code == codes[0] else codes[0]
        assert code in text and other not in text and "newcomer" in text and "一次性登录凭条" in text
    guest = Client()
    assert "I have a slip" in guest.get(reverse("account_login")).content.decode()
    done = uses("newcomer", (codes[0].lower().replace("-", " "), codes[1]), guest)
    assert done.status_code == 302 and done["Location"] == reverse("account_login")
    assert can_sign_in("newcomer", NEW)
    assert uses("newcomer", codes).status_code == 422, "once"
    assert {d.table for d in compare(rebuild())} == set()


def test_its_owner_is_told_at_the_next_sign_in_who_made_it_once(scene: Scene) -> None:
    _, codes = made(scene, "lan")
    scene.client("lan")
    assert uses("lan", codes).status_code == 302
    client = Client()
    client.post(reverse("account_login"), {"login": "lan", "password": NEW})
    page = client.get("/notices").content.decode()
    assert "A slip was used for your sign-in" in page
    assert scene.cast.people["an"].name in page and scene.cast.people["heng"].name in page
    again = Client()
    again.post(reverse("account_login"), {"login": "lan", "password": NEW})
    assert "A slip was used for your sign-in" not in again.get("/notices").content.decode()


def test_all_sessions_end_with_its_use(scene: Scene) -> None:
    lan = Client()
    scene.user("lan")
    lan.post(reverse("account_login"), {"login": "lan", "password": PASSWORD})
    _, codes = made(scene, "lan")
    assert lan.get("/notices").status_code == 200
    assert uses("lan", codes, lan).status_code == 302, "from the very browser that is signed in"
    assert lan.get("/notices").status_code == 302
    assert not can_sign_in("lan", PASSWORD)


def test_a_lost_factor_ends_with_password_and_slip_and_must_be_added_anew(
    scene: Scene, settings: Any
) -> None:
    settings.SECOND_FACTOR = "required"
    user = scene.user("qiao")
    row = m.Factor.objects.create(entry=m.new_id(), user=user, kind="totp", name="Phone")
    settings.SECOND_FACTOR = "offered"
    slip, codes = made(scene, "qiao", "factor")
    settings.SECOND_FACTOR = "required"
    url = reverse("slip_use_factor")
    form = {"username": "qiao", "first": codes[0], "second": codes[1]}
    assert Client().post(url, {**form, "password": "not hers at all"}).status_code == 422
    assert uses("qiao", codes).status_code == 422, "it sets no password"
    assert Client().post(url, {**form, "password": PASSWORD}).status_code == 302
    row.refresh_from_db()
    slip.refresh_from_db()
    assert row.ended_how is FactorEnd.SLIP and slip.state is SlipState.USED
    client = Client()
    client.post(reverse("account_login"), {"login": "qiao", "password": PASSWORD})
    assert client.get("/projects/")["Location"] == reverse("factors"), "nothing before one is added"


def test_the_asker_cannot_confirm_and_whoever_is_not_asked_to_cannot_see(scene: Scene) -> None:
    row, _ = asked(scene, "lan")
    assert confirmed(scene, row, "an").status_code == 422
    assert kinds()[-1] == "slip.refused/1"
    assert confirmed(scene, row, "mei").status_code == 403
    assert confirmed(scene, row, "tao").status_code == 404
    own = scene.client("an").get(reverse("slip", args=[row.id])).content.decode()
    assert "Confirm and show my half" not in own and "It waits for an officer" in own
    row.refresh_from_db()
    assert row.state is SlipState.ASKED
    wrong = {"step": "confirm", "password": "x", "seen": str(row.entry), "submission": token()}
    assert scene.client("heng").post(reverse("slip", args=[row.id]), wrong).status_code == 422


def test_a_page_that_is_out_of_date_confirms_nothing(scene: Scene) -> None:
    row, _ = asked(scene, "lan")
    old = {"step": "confirm", "password": PASSWORD, "seen": str(m.new_id()), "submission": token()}
    assert scene.client("heng").post(reverse("slip", args=[row.id]), old).status_code in (409, 422)
    row.refresh_from_db()
    assert row.state is SlipState.ASKED


def test_a_half_is_shown_once_and_printed_once_by_its_own_maker(scene: Scene) -> None:
    scene.user("heng"), scene.user("lan")
    an, url = scene.client("an"), reverse("slip_new", args=[scene.cast.people["lan"].id])
    form = {"user": str(scene.user("lan").pk), "purpose": "password", "reason": "r", "submission": token()}
    code = half_on(an.post(url, form))
    again = an.post(url, form)
    row = m.Slip.objects.get()
    assert again.status_code == 302 and again["Location"] == reverse("slip", args=[row.id])
    assert code not in an.get(again["Location"]).content.decode()
    press = reverse("slip_print", args=[row.id])
    assert scene.client("heng").post(press, {"code": code, "submission": token()}).status_code == 403
    once = {"code": code, "submission": token()}
    assert an.post(press, {"code": "A" * 16, "submission": token()}).status_code == 422
    assert an.post(press, once)["Content-Type"] == "application/pdf"
    assert an.post(press, once).status_code == 302
    assert an.post(press, {"code": code, "submission": token()}).status_code == 422
    assert an.get(press).status_code == 405


def test_its_owner_sees_it_and_ends_what_they_did_not_want(scene: Scene) -> None:
    row, codes = made(scene, "lan")
    lan, url = scene.client("lan"), reverse("slip", args=[row.id])
    assert scene.cast.people["an"].name in lan.get(url).content.decode()
    form = {"step": "end", "reason": "I asked for none", "password": PASSWORD, "submission": token()}
    assert scene.client("tao").post(url, form).status_code == 404
    assert lan.post(url, form).status_code == 302
    assert uses("lan", codes).status_code == 422 and can_sign_in("lan", PASSWORD)


def test_five_wrong_tries_end_it_and_lock_the_name_where_they_came_from(scene: Scene) -> None:
    row, codes = made(scene, "lan")
    answers = [uses("lan", ("A" * 16, codes[1])).status_code for _ in range(6)]
    assert answers == [422] * 4 + [429] * 2
    row.refresh_from_db()
    assert row.state is SlipState.ENDED
    assert uses("lan", codes, Client(REMOTE_ADDR="192.0.2.9")).status_code == 422
    kept = str(list(AccessAttempt.objects.values()) + list(AccessFailureLog.objects.values()))
    assert "lan" in kept
    for code in codes:
        assert code not in kept and code.replace("-", "") not in kept, "nor in what is kept of wrong tries"
    assert NEW not in kept


def test_one_address_tries_ten_times_a_minute_under_whatever_names(scene: Scene) -> None:
    codes = ("A" * 16, "B" * 16)
    answers = [uses(f"name-{n}", codes).status_code for n in range(11)]
    assert answers == [422] * 10 + [429]
    assert uses("name-x", codes, Client(REMOTE_ADDR="192.0.2.9")).status_code == 422


def test_an_unknown_name_is_answered_like_one_with_a_slip_in_words_and_in_time(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(scene, "yifei")
    scene.user("jing")
    monkeypatch.setattr(slip_use, "LEAST", 0.5)
    pages, times = [], []
    for who in ("yifei", "jing", "nobody-here"):
        began = time.monotonic()
        answer = uses(who, ("A" * 16, "B" * 16), Client(REMOTE_ADDR="192.0.2.1"))
        times.append(time.monotonic() - began)
        text = answer.content.decode().partition("<main")[2].partition("</main>")[0].replace(who, "WHO")
        text = re.sub(r'value="[A-Za-z0-9-]{20,}"', "", text)
        pages.append((answer.status_code, text))
    assert pages[0] == pages[1] == pages[2]
    assert all(0.5 <= each < 5 for each in times), times


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_cannot_be_a_code_or_a_password_is_told_and_counts_for_nothing(
    scene: Scene, language: str
) -> None:
    _, codes = made(scene, "lan")
    client = Client(headers={"accept-language": language})
    before = len(kinds())
    wrong = ({"first": "short"}, {"second": "A" * 15 + "0"}, {"again": "another one 8"}, {"username": ""})
    for more in wrong:
        answer = uses("lan", codes, client, **more)
        assert answer.status_code == 422
        assert ("16" if "first" in more or "second" in more else 'class="error') in answer.content.decode()
    weak = uses("lan", codes, client, password="12345678", again="12345678")
    assert weak.status_code == 422 and len(kinds()) == before
    cache.clear()
    assert uses("lan", codes, client).status_code == 302


def test_no_code_is_in_an_address_and_a_lost_paper_is_replaced(scene: Scene) -> None:
    _, old = made(scene, "lan")
    page = Client().get(reverse("slip_use") + f"?first={old[0]}&second={old[1]}").content.decode()
    assert f'value="{old[0]}"' not in page, "a link fills in nothing"
    _, fresh = made(scene, "lan")
    assert uses("lan", old).status_code == 422 and uses("lan", fresh).status_code == 302


def test_where_one_administrator_is_alone_the_pages_say_that_it_is_weaker(scene: Scene) -> None:
    m.User.objects.filter(username__in=["heng", "qiao"]).update(is_active=False)
    tao = scene.cast.people["tao"].id
    user = scene.user("tao")
    m.Factor.objects.create(entry=m.new_id(), user=user, kind="totp", name="Phone")
    an = scene.client("an")
    assert "weaker, and recorded as such" in an.get(f"/people/{tao}/sign-in/new").content.decode()
    assert "weaker, and recorded as such" in an.get(f"/people/{tao}/factors/end").content.decode()
    person = an.get(f"/people/{tao}/").content.decode()
    assert "/factors/end" in person and "/slip/new" not in person
    scene.user("heng").refresh_from_db()
    m.User.objects.filter(username="heng").update(is_active=True)
    person = an.get(f"/people/{tao}/").content.decode()
    assert "/factors/end" not in person and "/slip/new" in person
    refused = an.post(f"/people/{tao}/factors/end", {"reason": "Lost", "submission": token()})
    assert refused.status_code == 422 and m.Factor.objects.live().filter(user=user).exists()


def test_the_list_has_them_for_the_house_and_each_page_is_in_both_languages(scene: Scene) -> None:
    row, _ = made(scene, "lan")
    for who, language, words in (("an", "en", "Slips for sign-ins"), ("heng", "zh-hans", "登录凭条")):
        client = scene.client(who, language)
        listed = client.get(reverse("slips")).content.decode()
        assert words in listed and scene.cast.people["lan"].name in listed
        assert client.get(reverse("slip", args=[row.id])).status_code == 200
    assert scene.cast.people["lan"].name not in scene.client("tao").get(reverse("slips")).content.decode()
    assert Client().get(reverse("slips")).status_code == 302
    for page in ("slip_use", "slip_use_factor"):
        answer = Client(headers={"accept-language": "zh-hans"}).get(reverse(page))
        assert answer.status_code == 200 and "凭条" in answer.content.decode()


def test_whoever_ends_factors_by_a_program_or_for_themselves_is_refused(scene: Scene) -> None:
    _, codes = made(scene, "lan")
    assert factors.due(scene.user("lan")) is False
    assert Actor.of(scene.user("lan")).can("slip.ask") is False
    assert scene.client("lan").get(reverse("slip_new", args=[scene.cast.people["tao"].id])).status_code in (
        403,
        404,
    )
    assert uses("tao", codes).status_code == 422
