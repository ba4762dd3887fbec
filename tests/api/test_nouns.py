"""Every noun by a program: lists in pages, filters, the acts of a whole job, and each act's limits."""

from __future__ import annotations

import hashlib
import json
import uuid
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from custody import models as m
from custody.actions import checks, keys
from custody.actions.base import Actor
from custody.stories import cast as people
from custody.terms import HandoffState, NoticeKind
from tests.web.scene import Scene, classified_body

LISTS = (
    "projects", "parties", "qualifications", "people", "memberships", "grants", "systems", "items", "copies",
    "need-to-know", "hops", "approvals", "conditions", "decisions", "delegations", "handoffs",
    "refusals", "reports", "keys", "lapses", "overrides", "holdings", "stocktakes", "stocktake-lines",
    "looks", "access", "recalls", "without-paper", "handovers", "handover-lines",
)  # fmt: skip


def program(
    scene: Scene, who: str, scopes: tuple[str, ...] = keys.SCOPES, party: UUID | None = None
) -> Client:
    """Return a client that carries a fresh key, of a party or the only one, and no session."""
    user = scene.user(who)
    _, text = keys.issue(Actor.of(user), user=user.pk, name="test", scopes=scopes, days=1, party=party)
    return Client(headers={"authorization": f"Bearer {text}"})


def send(client: Client, path: str, body: Any, **headers: str) -> Any:
    return client.post(f"/api/v1/{path}/", body, content_type="application/json", headers=headers)


def offered(scene: Scene, **changes: Any) -> dict[str, Any]:
    return {
        "hop": str(scene.westgate.id),
        "copies": [str(scene.copies[2].id)],
        "receiver_person": str(scene.cast.people["tao"].id),
        "purpose": "Scanning",
        "channel": "in_person",
        "system": str(scene.cast.systems["westgate_room"].id),
        **changes,
    }


@pytest.mark.parametrize("noun", LISTS)
def test_every_noun_is_listed_and_shown_to_those_who_may_see_it(scene: Scene, noun: str) -> None:
    for who in ("mei", "heng", "tao", "jing"):
        client = program(scene, who)
        listed = client.get(f"/api/v1/{noun}/")
        assert listed.status_code == 200, listed.content
        for row in listed.json()["results"]:
            shown = client.get(f"/api/v1/{noun}/{row['id']}/")
            assert shown.json() == row
            assert shown["ETag"] == f'"{row["entry"]}"'
        assert client.get(f"/api/v1/{noun}/{uuid.uuid4()}/").status_code == 404


def test_a_program_finds_what_its_owner_finds_and_no_more(scene: Scene) -> None:
    code, mei, tao = scene.copies[0].code, program(scene, "mei"), program(scene, "tao")
    exact = mei.get("/api/v1/find/", {"q": code.lower().replace("-", "")}).json()
    assert exact == {"results": [{"noun": "copy", "id": str(scene.copies[0].id), "name": code}], "more": []}
    hidden = scene.copies[3].code
    assert tao.get("/api/v1/find/", {"q": hidden}).json()["results"] == []
    nouns = {row["noun"] for row in mei.get("/api/v1/find/", {"q": "e"}).json()["results"]}
    assert {"party", "person"} <= nouns
    for wrong in ("", " ", "x" * 101, "a\0b"):
        assert mei.get("/api/v1/find/", {"q": wrong}).status_code == 422, wrong


def test_a_program_reads_its_owners_notices_and_marks_them_as_read(scene: Scene) -> None:
    notice = m.Notice.objects.create(
        user=scene.user("mei"), kind=NoticeKind.RETURN_DUE, noun="handoff", object=uuid.uuid4(), about="HO-1"
    )
    mei, tao = program(scene, "mei"), program(scene, "tao")
    assert [row["id"] for row in mei.get("/api/v1/notices/").json()["results"]] == [str(notice.id)]
    assert tao.get("/api/v1/notices/").json()["results"] == []
    assert send(tao, f"notices/{notice.id}/read", {}).status_code == 404
    assert send(mei, f"notices/{notice.id}/read", {"more": 1}).status_code == 422
    assert send(mei, f"notices/{notice.id}/read", {}).json()["read_at"] is not None
    notice.refresh_from_db()
    assert notice.read_at is not None


def test_pages_go_through_every_row_once(scene: Scene) -> None:
    client, address, found = program(scene, "mei"), "/api/v1/copies/?page_size=2", []
    while address:
        page = client.get(address).json()
        assert len(page["results"]) <= 2
        found += [row["id"] for row in page["results"]]
        address = page["next"]
    assert sorted(found) == sorted(str(id) for id in m.Copy.objects.values_list("id", flat=True))


def test_lists_are_filtered_as_on_the_screens(scene: Scene) -> None:
    client = program(scene, "mei")
    for query, count in (("state=offered", 1), ("state=accepted", 0), ("q=westgate", 1), ("q=harbour", 0)):
        assert len(client.get(f"/api/v1/handoffs/?{query}").json()["results"]) == count, query
    wrong = client.get("/api/v1/handoffs/?state=eaten")
    assert wrong.status_code == 422 and wrong.json()["errors"][0]["field"] == "state"


def test_a_caller_without_a_key_is_told_401_and_one_with_a_dead_key_too(scene: Scene) -> None:
    assert Client().get("/api/v1/projects/").status_code == 401
    client = program(scene, "mei")
    assert client.get("/api/v1/me/").json()["username"] == "mei"
    row = m.ApiKey.objects.get()
    assert row.sha256 not in str(client.defaults) and row.start in str(client.defaults)
    m.ApiKey.objects.update(expires_at=row.created_at)
    assert client.get("/api/v1/me/").status_code == 401


def test_a_key_in_the_address_opens_nothing(scene: Scene) -> None:
    said = str(program(scene, "mei").defaults["HTTP_AUTHORIZATION"]).removeprefix("Bearer ")
    for name in ("key", "token", "access_token", "authorization", "api_key"):
        for value in (said, f"Bearer {said}"):
            assert Client().get("/api/v1/me/", {name: value}).status_code == 401, name
    assert Client(headers={"authorization": f"Bearer {said}"}).get("/api/v1/me/").status_code == 200


def test_a_key_is_revoked_at_once_by_its_owner_alone(scene: Scene) -> None:
    client, other = program(scene, "mei"), program(scene, "heng")
    id = m.ApiKey.objects.get(user=scene.user("mei")).id
    assert send(other, f"keys/{id}/revoke", {}).status_code == 404
    assert send(client, f"keys/{id}/revoke", {}).status_code == 200
    assert client.get("/api/v1/me/").status_code == 401


def test_a_key_does_less_than_its_owner(scene: Scene) -> None:
    reading = program(scene, "mei", ())
    assert reading.get("/api/v1/handoffs/").status_code == 200
    assert send(reading, "handoffs", offered(scene)).status_code == 403
    assert send(program(scene, "mei", ("report",)), "handoffs", offered(scene)).status_code == 403
    assert send(program(scene, "mei", ("handoff",)), "handoffs", offered(scene)).status_code == 201
    assert (
        send(program(scene, "lan", keys.SCOPES), "parties", {"kind": "organisation", "name": "x"}).status_code
        == 403
    )


def test_the_same_key_and_content_is_one_handoff_and_other_content_a_fault(scene: Scene) -> None:
    client, before = program(scene, "mei"), m.Handoff.objects.count()
    once = [send(client, "handoffs", offered(scene), **{"Idempotency-Key": "a-1"}) for _ in range(3)]
    assert {a.status_code for a in once} == {201} and len({a.json()["id"] for a in once}) == 1
    other = send(client, "handoffs", offered(scene, purpose="Else"), **{"Idempotency-Key": "a-1"})
    assert other.status_code == 422
    mixed = send(program(scene, "heng"), "handoffs", offered(scene), **{"Idempotency-Key": "a-1"})
    assert mixed.status_code in (403, 409), "another person's key of the same name is another key"
    assert m.Handoff.objects.count() == before + 1


def test_what_moved_on_since_it_was_read_is_not_acted_on(scene: Scene) -> None:
    mei, tao = program(scene, "mei"), program(scene, "tao")
    path = f"handoffs/{scene.handoff.id}"
    tag = tao.get(f"/api/v1/{path}/")["ETag"]
    assert (
        send(mei, f"{path}/withdraw", {"reason": "x"}, **{"If-Match": f'"{uuid.uuid4()}"'}).status_code == 412
    )
    assert send(mei, f"{path}/withdraw", {"reason": "x"}, **{"If-Match": "never"}).status_code == 422
    done = send(tao, f"{path}/accept", {}, **{"If-Match": tag})
    assert done.status_code == 200 and done["ETag"] != tag
    assert send(mei, f"{path}/withdraw", {"reason": "x"}, **{"If-Match": tag}).status_code == 412
    assert m.Handoff.objects.get(id=scene.handoff.id).state is HandoffState.ACCEPTED


def test_an_answer_that_was_lost_is_given_again_though_the_row_has_moved_on(scene: Scene) -> None:
    tao, path = program(scene, "tao"), f"handoffs/{scene.handoff.id}"
    headers = {"If-Match": tao.get(f"/api/v1/{path}/")["ETag"], "Idempotency-Key": "k-1"}
    first, again = (send(tao, f"{path}/accept", {}, **headers) for _ in range(2))
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()


def test_a_program_does_a_whole_job(scene: Scene) -> None:
    mei, heng, an = program(scene, "mei"), program(scene, "heng"), program(scene, "an")
    cast = scene.cast
    party = send(an, "parties", {"kind": "organisation", "name": "Quay Mapping", "country": "CN"})
    assert party.status_code == 201, party.json()
    person = send(an, "people", {"name": "Quay One", "staff_number": "Q-1"}).json()["id"]
    role = {"party": party.json()["id"], "role": "recipient", "starts": cast.today.isoformat()}
    assert send(an, f"people/{person}/memberships", role).status_code == 201
    paper = {
        "party": party.json()["id"], "type": "surveying", "grade": "B", "categories": [], "number": "N-1",
        "issuer": "Bureau", "valid_from": "2024-01-01", "valid_to": "2030-01-01",
    }  # fmt: skip
    made = send(heng, "qualifications", paper)
    assert made.status_code == 201
    checked = {"on": cast.today.isoformat(), "how": "Asked the issuer"}
    assert send(heng, f"qualifications/{made.json()['id']}/verify", checked).status_code == 422
    assert send(an, f"qualifications/{made.json()['id']}/verify", checked).json()["state"] == "verified"
    item = {
        "project": str(scene.project.id), "codename": "API-1", "level": scene.project.level,
        **classified_body(scene),
    }  # fmt: skip
    answer = send(mei, "items", item)
    assert answer.status_code == 201, answer.json()
    people.determined(cast, m.Item.objects.get(id=answer.json()["id"]))
    copies = send(mei, f"items/{answer.json()['id']}/copies", {"count": 3})
    assert copies.status_code == 201 and [c["number"] for c in copies.json()] == [1, 2, 3]
    preview = send(mei, "handoffs/preview", offered(scene, copies=[copies.json()[0]["id"]]))
    assert preview.status_code == 200 and "allowed" in preview.json()
    report = send(mei, "reports", {"project": str(scene.project.id), "language": "en"})
    assert report.status_code == 201
    assert mei.get(f"/api/v1/reports/{report.json()['id']}/file/").status_code == 404, "it is not built yet"


def test_an_officer_decides_on_the_statement_that_was_read_with_the_own_password(scene: Scene) -> None:
    heng, path = program(scene, "heng"), f"approvals/{scene.asked.id}"
    assert program(scene, "tao").get(f"/api/v1/{path}/statements/").status_code in (403, 404)
    choices = {c["choice"]: c for c in heng.get(f"/api/v1/{path}/statements/").json()}
    vote = {"choice": "deny", "reason": "No", "statement_sha256": choices["deny"]["statement_sha256"]}
    assert send(heng, f"{path}/vote", vote).status_code == 422
    assert send(heng, f"{path}/vote", {**vote, "password": "wrong"}).status_code == 422
    other = {**vote, "password": people.PASSWORD, "statement_sha256": "0" * 64}
    assert send(heng, f"{path}/vote", other).status_code == 422
    assert send(heng, f"{path}/vote", {**vote, "password": people.PASSWORD}).json()["state"] == "denied"


def test_a_program_reads_how_many_have_approved_of_how_many_that_must(scene: Scene) -> None:
    heng, path = program(scene, "heng"), f"/api/v1/approvals/{scene.asked.id}/"
    m.Approval.objects.filter(id=scene.asked.id).update(needed=2)
    told = [heng.get(path).json()]
    one = next(c for c in heng.get(f"{path}statements/").json() if c["allowed"])
    vote = {
        "choice": one["choice"],
        "reason": f"In order, in spite of {one['against']}",
        "statement_sha256": one["statement_sha256"],
        "password": people.PASSWORD,
    }
    told.append(send(heng, f"approvals/{scene.asked.id}/vote", vote).json())
    assert [(t["state"], t["approved"], t["needed"]) for t in told] == [
        ("requested", 0, 2),
        ("requested", 1, 2),
    ]


def test_a_program_is_told_since_when_an_act_is_held(scene: Scene) -> None:
    mei, heng = program(scene, "mei"), program(scene, "heng")
    free = send(mei, "handoffs/preview", offered(scene)).json()
    assert (free["allowed"], free["held_since"]) == (True, None)
    paper = m.Qualification.objects.filter(party=scene.cast.party("westgate"))[0]
    m.Qualification.objects.filter(id=paper.id).update(number="FORGED-7")
    checks.check_custody()
    m.FrozenObject.objects.update(holds=[str(scene.westgate.id), str(scene.asked.hop_id)])
    held = send(mei, "handoffs/preview", offered(scene)).json()
    assert held["allowed"] is False and held["held_since"]
    choices = heng.get(f"/api/v1/approvals/{scene.asked.id}/statements/").json()
    assert [(c["allowed"], bool(c["held_since"])) for c in choices] == [(False, True)] * 3
    assert send(mei, "handoffs", offered(scene)).status_code == 409


def test_an_address_that_there_is_none_of_is_a_problem_and_not_a_page(scene: Scene) -> None:
    for path in ("nothing/", "handoffs/x/", "handoffs/x/eat/", ""):
        answer = program(scene, "mei").get(f"/api/v1/{path}")
        assert answer.status_code == 404 and answer["Content-Type"] == "application/problem+json", path


def test_the_schema_is_valid_openapi(scene: Scene) -> None:
    from drf_spectacular.generators import SchemaGenerator
    from drf_spectacular.validation import validate_schema

    schema = SchemaGenerator().get_schema(request=None, public=True)
    validate_schema(schema)
    assert schema["openapi"] == "3.1.0"
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            assert operation.get("description"), (path, method)
            assert "401" in operation["responses"], (path, method)


def test_every_act_that_enters_something_counts_once_under_one_key(scene: Scene) -> None:
    an, day = program(scene, "an"), scene.cast.today.isoformat()
    annex, bureau = str(scene.cast.party("annex")), str(scene.cast.party("bureau"))
    person = str(scene.cast.people["tao"].id)
    acts: dict[str, tuple[str, dict[str, Any], Any]] = {
        "party": ("parties", {"kind": "organisation", "name": "Twice"}, m.Party),
        "control": (f"parties/{annex}/controls", {"controller": bureau, "kind": "owner"}, m.PartyControl),
        "person": ("people", {"name": "Twice", "staff_number": "TW-1"}, m.Person),
        "sign-in": (f"people/{person}/sign-in", {"username": "twice"}, m.User),
        "role": (f"people/{person}/memberships", {"party": annex, "role": "custodian", "starts": day},
                 m.Membership),
        "grant": (f"people/{person}/grants", {"project": str(scene.project.id), "starts": day, "ends": day},
                  m.Grant),
        "system": ("systems", {"name": "Twice", "kind": "vault", "owner_party": annex, "levels": {},
                               "network": "none"}, m.System),
    }  # fmt: skip
    for name, (path, body, table) in acts.items():
        before = table.objects.count()
        answers = [send(an, path, body, **{"Idempotency-Key": f"k-{name}"}) for _ in range(2)]
        assert [a.status_code for a in answers] == [201, 201], (name, answers[1].content)
        assert answers[0].json()["id"] == answers[1].json()["id"], name
        assert table.objects.count() == before + 1, name


def test_a_key_makes_no_other_key(scene: Scene) -> None:
    """Else one that may little, or ends tomorrow, would make one that may all, for a year."""
    asked = {"name": "more", "scopes": ["handoff"], "days": 366}
    assert send(program(scene, "mei", ("key",)), "keys", asked).status_code == 403
    assert m.ApiKey.objects.count() == 1


@pytest.mark.parametrize("password", ["1", "holdfast", "password1234", "tao-again-tao"])
def test_a_weak_first_password_is_told_and_gives_no_sign_in(scene: Scene, password: str) -> None:
    path = f"people/{scene.cast.people['tao'].id}/sign-in"
    answer = send(program(scene, "an"), path, {"username": "tao-again-tao", "password": password})
    assert answer.status_code == 422 and answer.json()["errors"][0]["field"] == "password"
    assert not m.User.objects.filter(username="tao-again-tao").exists()


def test_what_is_kept_of_a_request_does_not_give_its_password_away(scene: Scene) -> None:
    an, path = program(scene, "an"), f"/api/v1/people/{scene.cast.people['tao'].id}/sign-in/"
    body = {"username": "tao2", "password": "a long first one"}
    assert send(an, path[8:-1], body).status_code == 422, "a slip opens it where somebody can confirm one"
    m.User.objects.filter(username__in=["heng", "qiao"]).update(is_active=False)
    assert send(an, path[8:-1], body, **{"Idempotency-Key": "k"}).status_code == 201
    said = json.dumps(body, sort_keys=True).encode()
    plain = b"".join(len(p).to_bytes(8, "big") + p for p in (b"POST", path.encode(), said))
    kept = m.Submission.objects.latest("created_at").digest
    assert kept and kept != hashlib.sha256(plain).hexdigest()


def test_citizenships_are_for_the_house_alone(scene: Scene) -> None:
    tao = scene.cast.people["tao"]
    m.Person.objects.filter(id=tao.id).update(citizenships=["CN"])
    assert program(scene, "an").get(f"/api/v1/people/{tao.id}/").json()["citizenships"] == ["CN"]
    assert "citizenships" not in program(scene, "tao").get(f"/api/v1/people/{tao.id}/").json()


@pytest.mark.parametrize("noun", LISTS)
def test_a_list_costs_no_more_queries_for_more_rows(scene: Scene, noun: str) -> None:
    for _ in range(3):  # refused each time, so that this list is long as well
        send(
            program(scene, "mei"), "handoffs", offered(scene, system=str(scene.cast.systems["office_pc"].id))
        )
    client = program(scene, "mei")
    client.get(f"/api/v1/{noun}/?page_size=1")
    counts = []
    for size in (1, 50):
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/api/v1/{noun}/?page_size={size}")
        counts.append(len(asked))
    assert counts[1] <= counts[0] + 1, counts
