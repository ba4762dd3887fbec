"""A program can offer and accept; a refusal is a 409 with findings; what is not yours is not there."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client

from custody import models as m
from custody.actions import registers
from custody.actions.base import Actor
from custody.stored import judgement
from custody.stories import cast as people
from custody.stories.told import approved_hop, ask
from custody.terms import Audience, ControlKind, Role

pytestmark = pytest.mark.usefixtures("signed_in_cast")


@pytest.fixture
def deal(signed_in_cast: people.Cast) -> dict[str, Any]:
    project = people.open_project(signed_in_cast, "LH-1", "Lanhe")
    hop = approved_hop(signed_in_cast, project, "westgate", "Scanning")
    copies = people.make_copies(signed_in_cast, project, "SHEETS", 2)
    return {
        "hop": str(hop.id),
        "copies": [str(c.id) for c in copies],
        "receiver_person": str(signed_in_cast.people["tao"].id),
        "purpose": "Scanning",
        "channel": "in_person",
        "system": str(signed_in_cast.systems["westgate_room"].id),
        "due_back": None,
    }


def client(cast: people.Cast, key: str) -> Client:
    made = Client()
    made.force_login(cast.users[key], backend="custody.web.accounts.SignInBackend")
    return made


def post(cast: people.Cast, key: str, path: str, body: dict[str, Any], **headers: str) -> Any:
    return client(cast, key).post(f"/api/v1/{path}", body, content_type="application/json", headers=headers)


def test_mei_offers_and_tao_accepts(signed_in_cast: people.Cast, deal: dict[str, Any]) -> None:
    made = post(signed_in_cast, "mei", "handoffs/", deal)
    assert made.status_code == 201, made.json()
    id = made.json()["id"]
    done = post(signed_in_cast, "tao", f"handoffs/{id}/accept/", {"note": "ok"})
    assert (done.status_code, done.json()["state"]) == (200, "accepted")
    assert {c.custodian_party_id for c in m.Copy.objects.all()} == {signed_in_cast.party("westgate")}
    state = client(signed_in_cast, "mei").get(f"/api/v1/entries/{done.json()['entry']}/")
    assert state.json()["state"] == "recorded"


def test_an_unapproved_hop_is_a_409_with_rule_basis_and_remedy(
    signed_in_cast: people.Cast, deal: dict[str, Any]
) -> None:
    project = m.Project.objects.get()
    held = ask(signed_in_cast, project, "mei", "lakeside", "Lending")
    body = {
        **deal,
        "hop": str(held.object.id),
        "receiver_person": str(signed_in_cast.people["lan"].id),
        "system": str(signed_in_cast.systems["lakeside_room"].id),
    }
    answer = post(signed_in_cast, "mei", "handoffs/", body, **{"Accept-Language": "zh-hans"})
    assert (answer.status_code, answer["Content-Type"]) == (409, "application/problem+json")
    finding = next(f for f in answer.json()["findings"] if f["code"] == "HOP-01")
    assert finding["remedy"]
    assert finding["basis"]
    assert any("一" <= c <= "鿿" for c in finding["remedy"])
    assert m.Refusal.objects.count() == 1


def test_a_channel_that_the_law_closes_is_a_409_with_its_article(
    signed_in_cast: people.Cast, deal: dict[str, Any]
) -> None:
    asked = {**deal, "channel": "messaging"}
    seen = post(signed_in_cast, "mei", "handoffs/preview/", asked).json()
    assert not seen["allowed"] and not m.Refusal.objects.exists()
    answer = post(signed_in_cast, "mei", "handoffs/", asked)
    assert answer.status_code == 409
    finding = next(f for f in answer.json()["findings"] if f["code"] == "HND-04")
    assert "Use “In person”, “Classified courier” or “Between accredited systems”." in finding["remedy"]
    articles = [(b["article"], b["status"]) for b in finding["basis"]]
    assert articles == [("Art. 29", "verified"), ("Art. 27(3)", "verified")]
    assert m.Refusal.objects.get().attempt["channel"] == "messaging"


def test_who_accompanies_is_of_either_party_and_stands_in_the_handoff(
    signed_in_cast: people.Cast, deal: dict[str, Any]
) -> None:
    yu, lan = (str(signed_in_cast.people[key].id) for key in ("yu", "lan"))
    wrong = post(signed_in_cast, "mei", "handoffs/", {**deal, "second_carrier": lan})
    assert wrong.status_code == 422 and wrong.json()["errors"][0]["field"] == "second_carrier"
    made = post(signed_in_cast, "mei", "handoffs/", {**deal, "second_carrier": yu})
    assert (made.status_code, made.json()["second_carrier"]) == (201, yu)


def test_the_same_submission_twice_is_one_handoff(signed_in_cast: people.Cast, deal: dict[str, Any]) -> None:
    key = {"Idempotency-Key": str(uuid.uuid4())}
    first, second = (post(signed_in_cast, "mei", "handoffs/", deal, **key) for _ in range(2))
    assert first.json()["id"] == second.json()["id"]
    assert m.Handoff.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"hop": "x"},
        {"copies": []},
        {"copies": ["x"]},
        {"channel": "pigeon"},
        {"due_back": "2026-13-01"},
        {"purpose": "a\x00b"},
    ],
    ids=str,
)
def test_a_bad_request_is_422_names_the_member_and_changes_nothing(
    signed_in_cast: people.Cast, deal: dict[str, Any], change: dict[str, Any]
) -> None:
    answer = post(signed_in_cast, "mei", "handoffs/", {**deal, **change})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"].split(".")[0] == next(iter(change))
    assert not m.Handoff.objects.exists()


def test_an_offer_that_does_not_say_what_for_is_refused_by_rule_and_recorded(
    signed_in_cast: people.Cast, deal: dict[str, Any]
) -> None:
    answer = post(signed_in_cast, "mei", "handoffs/", {**deal, "purpose": " "})
    assert (answer.status_code, [f["code"] for f in answer.json()["findings"]]) == (409, ["HND-05"])
    assert not m.Handoff.objects.exists() and m.Refusal.objects.count() == 1


def test_an_id_of_another_kind_is_not_there_though_it_may_be_seen(
    signed_in_cast: people.Cast, deal: dict[str, Any]
) -> None:
    for member, other in (("system", "hop"), ("receiver_person", "hop"), ("hop", "system")):
        answer = post(signed_in_cast, "mei", "handoffs/", {**deal, member: deal[other]})
        assert answer.status_code == 422, answer.content.decode()
        assert member in [fault["field"] for fault in answer.json()["errors"]], member
    answer = post(signed_in_cast, "mei", "handoffs/", {**deal, "copies": [deal["hop"]]})
    assert answer.json()["errors"][0]["field"].split(".")[0] == "copies"
    assert not m.Refusal.objects.exists()


def test_lan_neither_sees_nor_offers_over_westgates_hop(
    signed_in_cast: people.Cast, deal: dict[str, Any]
) -> None:
    answer = post(signed_in_cast, "lan", "handoffs/", deal)
    unknown = post(signed_in_cast, "lan", "handoffs/", {**deal, "hop": str(uuid.uuid4())})
    assert answer.status_code == unknown.status_code == 422
    assert answer.json() == unknown.json(), "a foreign id is answered like an unknown one"
    assert client(signed_in_cast, "lan").get("/api/v1/hops/").json()["results"] == []


def test_who_does_not_stand_for_the_receiving_party_cannot_be_named(
    signed_in_cast: people.Cast, deal: dict[str, Any]
) -> None:
    """Feng Bo is of Harbour: known here, and answered as if he were not."""
    body = {**deal, "receiver_person": str(signed_in_cast.people["bo"].id)}
    unknown = post(signed_in_cast, "mei", "handoffs/", {**deal, "receiver_person": str(uuid.uuid4())})
    told = post(signed_in_cast, "mei", "handoffs/", body)
    assert told.status_code == 422 and told.json() == unknown.json()
    # Wu Tao left Westgate yesterday.
    tao = m.Membership.objects.filter(person=signed_in_cast.people["tao"])
    tao.update(starts="2020-01-01", ends="2020-12-31")
    answer = post(signed_in_cast, "mei", "handoffs/", deal)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "receiver_person")
    assert not m.Handoff.objects.exists() and not m.Refusal.objects.exists()


def test_a_system_of_a_third_party_is_not_there(signed_in_cast: people.Cast, deal: dict[str, Any]) -> None:
    """A contractor who offers further down must not learn of systems elsewhere by trying ids."""
    body = {**deal, "system": str(signed_in_cast.systems["lakeside_room"].id)}
    answer = post(signed_in_cast, "tao", "handoffs/", body)
    unknown = post(signed_in_cast, "tao", "handoffs/", {**deal, "system": str(uuid.uuid4())})
    assert answer.status_code == 422 and answer.json() == unknown.json()


def test_signed_out_is_refused(deal: dict[str, Any]) -> None:
    assert Client().get("/api/v1/projects/").status_code == 401


def test_the_schema_is_served(signed_in_cast: people.Cast) -> None:
    assert client(signed_in_cast, "mei").get("/api/v1/schema/").status_code == 200


def test_a_role_that_only_receives_at_the_house_reads_no_more_of_a_refusal(
    signed_in_cast: people.Cast, deal: dict[str, Any]
) -> None:
    """Wu Tao is of Westgate, and receives for the house too: he does not see its projects whole."""
    registers.give_membership(
        Actor.setup(),
        person=signed_in_cast.people["tao"].id,
        party=signed_in_cast.party("northfield"),
        role=Role.RECIPIENT,
        starts=signed_in_cast.today - dt.timedelta(days=9),
    )
    offered = post(signed_in_cast, "mei", "handoffs/", deal).json()["id"]
    registers.record_control(
        Actor.setup(),
        party=signed_in_cast.party("bureau"),
        controller=signed_in_cast.party("meridian"),
        kind=ControlKind.CONTROLLER,
    )
    answer = post(signed_in_cast, "tao", f"handoffs/{offered}/accept/", {})
    assert answer.status_code == 409
    outside = judgement(m.Decision.objects.latest("created_at")).for_audience(
        Audience.ALL, str(signed_in_cast.party("westgate"))
    )
    told = {f["code"]: f["remedy"] for f in answer.json()["findings"]}
    assert "FOR-01" in told
    assert told == {f.code: f.remedy.en if f.remedy else None for f in outside.barring}


def test_a_program_gives_back_and_moves_within_its_party(
    signed_in_cast: people.Cast, deal: dict[str, Any]
) -> None:
    cast = signed_in_cast
    asked = {**deal, "leg": "issue"}
    refused = post(cast, "mei", "handoffs/", asked)
    assert [f["code"] for f in refused.json()["findings"]] == ["HND-05"], "what is issued has a day of return"
    soon = (cast.today + dt.timedelta(days=20)).isoformat()
    lent = post(cast, "mei", "handoffs/", {**asked, "due_back": soon}).json()
    assert (lent["leg"], lent["statement"]) == ("issue", "")
    assert post(cast, "tao", f"handoffs/{lent['id']}/accept/", {}).status_code == 200
    back = {
        **deal,
        "leg": "return",
        "purpose": "",
        "receiver_person": str(cast.people["yu"].id),
        "system": str(cast.systems["workstation"].id),
        "statement": "Deleted",
    }
    asked = post(cast, "tao", "handoffs/preview/", back)
    assert (asked.status_code, asked.json()["allowed"]) == (200, True), asked.json()
    assert post(cast, "mei", "handoffs/", back).status_code == 403, "only who holds them gives them back"
    wrong = post(cast, "tao", "handoffs/", {**back, "receiver_person": deal["receiver_person"]})
    assert wrong.status_code == 422 and "receiver_person" in str(wrong.json())
    made = post(cast, "tao", "handoffs/", back)
    assert (made.status_code, made.json()["leg"]) == (201, "return"), made.json()
    assert post(cast, "yu", f"handoffs/{made.json()['id']}/accept/", {}).status_code == 200
    inside = {**back, "hop": None, "leg": "internal", "statement": "", "purpose": "Check",
              "receiver_person": str(cast.people["mei"].id)}  # fmt: skip
    moved = post(cast, "yu", "handoffs/", inside)
    assert (moved.status_code, moved.json()["hop"]) == (201, None), moved.json()
    found = client(cast, "yu").get("/api/v1/handoffs/?leg=internal").json()
    assert [row["id"] for row in found["results"]] == [moved.json()["id"]]
