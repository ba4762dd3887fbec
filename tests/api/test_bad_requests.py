"""Whatever a program sends, the answer is a problem in its language: never a 500, and nothing changes."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from custody import models as m
from custody.actions import keys
from tests.scale import share, tries
from tests.web.scene import Scene

from .hostile import acts, broken
from .hostile_mending import mending
from .test_nouns import LISTS, offered, program, send

ACTS = (
    "open a project",
    "register a party",
    "record a control",
    "record a certificate",
    "register a person",
    "give a sign-in",
    "give a role",
    "give leave to read",
    "put under a hold",
    "register a system",
    "put a pack in force",
    "register an item",
    "number copies",
    "confirm after counting",
    "describe a carrier",
    "ask for a subcontract",
    "record a consent",
    "record the terms",
    "note a report",
    "vote",
    "give an opinion",
    "refer a request",
    "take an approval back",
    "amend",
    "offer",
    "preview",
    "accept",
    "decline",
    "withdraw",
    "ask for a report on a copy",
    "ask for a report on an officer",
    "ask for a report on a party",
    "ask for a report on a period",
    "ask for a report",
    "make a key",
    "try the rules",
)
MENDING = {
    "register equipment": "field-equipment",
    "draft a permit": "field-permits",
    "change a permit": "field-permits/{id}/change",
    "submit a permit": "field-permits/{id}/submit",
    "approve a permit": "field-permits/{id}/approve",
    "send a permit back": "field-permits/{id}/send-back",
    "revoke a permit": "field-permits/{id}/revoke",
    "close a permit": "field-permits/{id}/close",
    "consent to an area": "field-permits/{id}/consent",
    "plan a collection": "field-permits/{id}/plan",
    "publish zones": "zones",
    "record a collection": "collections",
    "record a plan as done": "collections/{id}/record",
    "register an output": "collections/{id}/register",
    "review an output": "collections/{id}/review",
    "ask for a copy permit": "copy-permits",
    **{f"{act} a copy permit": f"copy-permits/{{id}}/{act}" for act in ("approve", "refuse", "withdraw")},
    "ask for a destruction": "destructions",
    **{
        f"{act} a destruction": f"destructions/{{id}}/{act}"
        for act in ("approve", "refuse", "withdraw", "fail", "record", "certify")
    },
    "ask for a certificate": "reports",
    "report an incident": "projects/{id}/incidents",
    "correct an incident": "incidents/{id}/correct",
    "take up an incident": "incidents/{id}/triage",
    "contain an incident": "incidents/{id}/contain",
    "notify of an incident": "incidents/{id}/notify",
    "investigate an incident": "incidents/{id}/investigate",
    "close an incident": "incidents/{id}/close",
    "dismiss an incident": "incidents/{id}/dismiss",
    "hold by an incident": "incidents/{id}/hold",
    "release from an incident": "incidents/{id}/release",
    "open a stocktake": "stocktakes",
    "count in a stocktake": "stocktakes/{id}/count",
    "begin the second count": "stocktakes/{id}/recount",
    "sign a stocktake": "stocktakes/{id}/close",
    "call a stocktake off": "stocktakes/{id}/cancel",
    "ask for its report": "reports",
    "begin a handover": "handovers",
    "sign a handover": "handovers/{id}/sign",
    "abandon a handover": "handovers/{id}/abandon",
    "settle a difference": "stocktake-lines/{id}/settle",
    "ask for a sample": "projects/{id}/samples",
    "draw a sample": "samples/{id}/draw",
    "enter what was found": "samples/{id}/enter",
    "close a sample": "samples/{id}/close",
    "withdraw a sample": "samples/{id}/withdraw",
    "lodge an objection": "projects/{id}/objections",
    "answer an objection": "objections/{id}/give-answer",
    "accept an answer": "objections/{id}/accept",
    "send an answer back": "objections/{id}/send-back",
    "withdraw an objection": "objections/{id}/withdraw",
    "end a role": "memberships/{id}/end",
    "end leave to read": "grants/{id}/end",
    "record a region": "projects/{id}/region",
    "accept results": "projects/{id}/accept-results",
    "submit results": "projects/{id}/submit-results",
    "correct results": "projects/{id}/correct-results",
    "close a sign-in": "people/{id}/close-sign-in",
    "open a sign-in": "people/{id}/open-sign-in",
    "suspend a certificate": "qualifications/{id}/suspend",
    "reinstate a certificate": "qualifications/{id}/reinstate",
    "downgrade a certificate": "qualifications/{id}/downgrade",
    "revoke a certificate": "qualifications/{id}/revoke",
    "ask for an override": "overrides",
    "vote on an override": "overrides/{id}/vote",
    "end an override": "overrides/{id}/revoke",
    "delegate a vote": "delegations",
    "propose a deputy": "delegations/propose",
    "confirm a deputy": "delegations/{id}/confirm",
    "end a delegation": "delegations/{id}/revoke",
    "show that a condition is met": "conditions/{id}/show",
    "confirm a condition": "conditions/{id}/confirm",
    "send a condition back": "conditions/{id}/send-back",
    "waive a condition": "conditions/{id}/waive",
    "say that the work is done": "hops/{id}/complete",
    "ask copies back": "hops/{id}/recall",
    "close a subcontract": "hops/{id}/close",
    "ask all copies back": "projects/{id}/recall",
    "ask back what is on a system": "systems/{id}/recall",
    "ask back what a person holds": "people/{id}/recall",
    "close a project": "projects/{id}/close",
    "end a control": "parties/{id}/end-control",
    "rename a party": "parties/{id}/rename",
    "record an address": "parties/{id}/addresses",
    "ask for a visit": "projects/{id}/visits",
    "end a visit": "visits/{id}/end",
    "read an old register": "opening-registers",
    "name its columns": "opening-registers/{id}/map",
    "enter a register": "opening-registers/{id}/enter",
    "confirm a register": "opening-registers/{id}/confirm",
    "compare a register": "opening-registers/{id}/compare",
    "close a register": "opening-registers/{id}/close",
    "settle a finding of a register": "opening-findings/{id}/settle",
    "name who sees to a finding": "opening-findings/{id}/assign",
    "call a register off": "opening-registers/{id}/withdraw",
    "number blank receipts": "blank-receipts",
    "issue a blank receipt": "blank-receipts/{id}/issue",
    "spoil a blank receipt": "blank-receipts/{id}/spoil",
    "miss a blank receipt": "blank-receipts/{id}/miss",
    "find a blank receipt": "blank-receipts/{id}/find",
    "enter a handoff on paper": "paper-handoffs",
    "settle what was done without leave": "paper-handoffs/{id}/settle",
    "print a register": "printed-registers",
    "make a sweep list": "sweep-lists",
    "bring in a sweep": "sweeps",
    "settle a stray file": "strays/{id}/settle",
    "suspend an approval": "approvals/{id}/suspend",
    "lift a suspension": "approvals/{id}/lift",
    "say it was a mistake": "handoffs/{id}/mistaken",
    "say what became of a copy": "discrepancies/{id}/settle",
    "agree": "handoffs/{id}/agree",
    "disagree": "handoffs/{id}/disagree",
    "correct a handoff": "handoffs/{id}/correct",
    "send copies off": "handoffs/{id}/send-off",
    "say that copies are lost": "handoffs/{id}/lose",
    "describe a subcontract": "hops/{id}/describe",
    "state the conditions of a party": "parties/{id}/conditions",
    "record a self-inspection": "parties/{id}/inspection",
    "take a request back": "hops/{id}/withdraw",
    "correct an item": "items/{id}/correct",
    "propose of an item": "items/{id}/propose",
    "determine a proposal": "item-proposals/{id}/determine",
    "send a proposal back": "item-proposals/{id}/send-back",
    "take a proposal back": "item-proposals/{id}/take-back",
    "ask back the copies of an item": "items/{id}/recall",
    "review an item": "items/{id}/review",
    "end a key": "keys/{id}/revoke",
    "read a notice": "notices/{id}/read",
    "name a party": "parties/{id}/names",
    "number a party": "parties/{id}/identifiers",
    "set the standing of a party": "parties/{id}/standing",
    "merge a party": "parties/{id}/merge",
    "screen a party": "parties/{id}/screen",
    "judge a likeness": "screening/{id}/judge",
    "correct a party": "parties/{id}/correct",
    "correct a person": "people/{id}/correct",
    "put on a list": "items/{id}/need-to-know",
    "take off a list": "need-to-know/{id}/dismiss",
    "record a vetting": "people/{id}/vetting",
    "record a training": "people/{id}/training",
    "record an undertaking": "people/{id}/undertaking",
    "record a leaving": "people/{id}/leaving",
    "lift a hold": "people/{id}/lift-hold",
    "correct a certificate": "qualifications/{id}/correct",
    "reject a certificate": "qualifications/{id}/reject",
    "verify a certificate": "qualifications/{id}/verify",
    "explain a refusal": "refusals/{id}/explain",
    "test a system": "systems/{id}/test",
    "retire a system": "systems/{id}/retire",
    "correct a system": "systems/{id}/correct",
}
LOOKED_EVERY = tries(10, 1)
"""After how many requests all tables are compared with what they held: that takes longer than a request."""
LEFT_UNDONE = {
    "vote on an override": "the table does not know the statement, which names the moment",
    "draw a sample": "no checkpoint covers what is taken back after the test",
    "make a key": "a key makes no other key",
    "note a report": "it was reported on when it was asked for",
    "confirm after counting": "no restore left its custody in doubt",
    "vote": "an officer must have read the statement",
    "take an approval back": "it has not been granted",
}


def pattern(path: str) -> str:
    """Return a path as the schema writes it."""
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "{id}", path)


def standing() -> list[tuple[str, int, str]]:
    """Return how many rows each table has and a digest of all, but for when a key was last used."""
    tables = [
        t._meta.db_table for name in ("custody", "ledger") for t in apps.get_app_config(name).get_models()
    ]
    each = (
        "SELECT '{0}', count(*), md5(string_agg((to_jsonb(t) - 'last_used_at')::text, '' ORDER BY t::text))"
    )
    ask = " UNION ALL ".join(f"{each} FROM {{0}} t".format(f'"{name}"') for name in tables)
    with connection.cursor() as cursor:
        cursor.execute(ask)
        return sorted(cursor.fetchall())


class Watch:
    """Sends requests in the one and the other language; keeps what was not answered as it should be."""

    def __init__(self, client: Client) -> None:
        client.raise_request_exception = False
        self.client, self.sent = client, 0
        self.wrong: list[Any] = []
        self.before: list[Any] = []

    def check(self, what: str, call: Callable[[dict[str, str]], Any], *statuses: int) -> Any:
        """Send; the answer is a problem with one of the statuses, or with any of 4xx."""
        self.before = self.before or standing()
        chinese = self.sent % 2 == 1
        self.sent += 1
        answer = call({"Accept-Language": "zh-hans" if chinese else "en"})
        faults = list(_faults(answer, chinese, statuses))
        if self.sent % LOOKED_EVERY == 0:
            faults += self.changed()
        if faults:
            self.wrong.append(
                (what, answer.status_code, *faults, answer.content[:300].decode(errors="replace"))
            )
        return answer

    def post(self, what: str, path: str, body: Any, *statuses: int, **headers: str) -> Any:
        """Post a value as JSON."""
        return self.check(
            what, lambda said: send(self.client, path, json.dumps(body), **said, **headers), *statuses
        )

    def changed(self) -> Iterator[str]:
        """Yield what is not as it was when this was last asked."""
        if (now := standing()) != self.before:
            tables = ", ".join(a[0] for a, b in zip(now, self.before, strict=True) if a != b)
            yield f"changed by this or one of {LOOKED_EVERY - 1} before it: {tables}"
            self.before = now

    def nothing_wrong(self) -> None:
        """Fail with all that was wrong, a line each."""
        assert self.sent, "nothing was sent"
        self.wrong += [("at the end", *self.changed())] if standing() != self.before else []
        assert self.wrong == [], "\n".join(ascii(each)[:500] for each in self.wrong)


def _faults(answer: Any, chinese: bool, statuses: tuple[int, ...]) -> Iterator[str]:
    if not (answer.status_code in statuses if statuses else 400 <= answer.status_code < 500):
        yield "status"
    if answer["Content-Type"] != "application/problem+json":
        yield "content type"
        return
    body = answer.json()
    if body["status"] != answer.status_code:
        yield "another status within"
    for text in (body["title"], *(e["message"] for e in body.get("errors", ()))):
        if len(text) < 4 or any("一" <= c <= "鿿" for c in text) is not chinese:
            yield f"language: {text}"


@pytest.mark.parametrize("name", [*ACTS, *MENDING])
def test_an_act_with_one_thing_wrong_is_a_problem_and_changes_nothing(
    scene: Scene, name: str, record_property: Any
) -> None:
    asks = mending(scene)[name]() if name in MENDING else acts(scene)[name]
    assert pattern(asks.path) == MENDING.get(name, pattern(asks.path))
    watch = Watch(program(scene, asks.who))
    for what, body in share(asks.bad(), 8, len(name)):
        watch.post(what, asks.path, body, 400, 422)
    record_property("bad requests", watch.sent)
    watch.nothing_wrong()
    done = send(watch.client, asks.path, asks.body)
    if name in LEFT_UNDONE:
        assert done.status_code in (403, 409, 422), LEFT_UNDONE[name]
    else:
        assert done.status_code in (200, 201), done.content.decode()


def test_the_table_holds_all_acts_and_more_than_200_requests(scene: Scene) -> None:
    made = acts(scene)
    assert tuple(made) == ACTS and tuple(mending(scene)) == tuple(MENDING)
    assert sum(len(list(asks.bad())) for asks in made.values()) > 200


def test_every_operation_of_the_schema_that_changes_something_has_a_row(scene: Scene) -> None:
    rows = {pattern(asks.path) for asks in acts(scene).values()} | set(MENDING.values())
    schema: Any = SchemaGenerator().get_schema(request=None, public=True)
    operations = {
        (method, path.removeprefix("/api/v1/").strip("/"))
        for path, methods in schema["paths"].items()
        for method in methods
        if method != "get"
    }
    # A file is no JSON: tests/api/test_evidence_files.py tries it.
    assert operations == {("post", row) for row in rows} | {("post", "evidence-files/{what}/{subject}")}


@pytest.mark.parametrize("name", ["offer", "register a person", "decline"])
def test_a_body_that_is_no_json_is_a_problem_and_changes_nothing(scene: Scene, name: str) -> None:
    asks = acts(scene)[name]
    watch = Watch(program(scene, asks.who))
    for what, raw in broken(asks.body).items():

        def post(said: dict[str, str], raw: bytes = raw, kind: str = "application/json") -> Any:
            return watch.client.post(f"/api/v1/{asks.path}/", raw, content_type=kind, headers=said)

        watch.check(what, post, *((413,) if "10 MB" in what else (400, 422)))
    for kind in (
        "text/plain",
        "text/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "x",
        "",
    ):
        watch.check(kind, lambda said, k=kind: post(said, b"{}", k), 400, 415)  # type: ignore[misc]
    watch.nothing_wrong()


def test_bad_headers_are_problems(scene: Scene) -> None:
    watch = Watch(program(scene, "mei"))
    path = f"handoffs/{scene.handoff.id}/withdraw"
    body = {"reason": "No"}
    for tag in ("x", '"x"', 'W/"x"', "*, *", f'"{uuid.uuid4()}", "x"', "0" * 5000, "\u202e", ""):
        watch.post(f"If-Match {tag[:20]}", path, body, 422, **{"If-Match": tag})
    watch.post("another's ETag", path, body, 412, **{"If-Match": f'"{uuid.uuid4()}"'})
    for key in ("", '""', "x" * 256, "é", "\x01", "x" * 5000):
        watch.post(f"Idempotency-Key {key[:20]}", path, body, 422, **{"Idempotency-Key": key})
    for kind in ("text/html", "application/xml", "x"):
        watch.post(f"Accept {kind}", path, body, 406, Accept=kind)
    for key in ("Bearer", "Bearer x", "Bearer a b", "Bearer \x01", "bearer hf_" + "0" * 5000, "Bearer é"):
        stranger = Client(headers={"authorization": key}, raise_request_exception=False)
        watch.check(
            f"Authorization {key[:20]}",
            lambda said, c=stranger: send(c, path, body, **said),  # type: ignore[misc]
            401,
        )
    watch.nothing_wrong()


def test_methods_that_there_are_none_of_are_problems(scene: Scene) -> None:
    watch = Watch(program(scene, "mei"))
    one = f"handoffs/{scene.handoff.id}/"
    for method in ("put", "patch", "delete"):
        for path in ("handoffs/", one, f"{one}accept/", "projects/", "keys/", "me/", "schema/"):
            watch.check(
                f"{method} {path}",
                lambda said, call=method, to=path: getattr(watch.client, call)(  # type: ignore[misc]
                    f"/api/v1/{to}", b"{}", content_type="application/json", headers=said
                ),
                405,
            )
    for path in (one, "me/", "copies/", "refusals/"):
        watch.check(f"post {path}", lambda said, to=path[:-1]: send(watch.client, to, {}, **said), 405)  # type: ignore[misc]
    watch.nothing_wrong()


@pytest.mark.parametrize("noun", LISTS)
def test_bad_questions_and_unknown_rows_are_problems(scene: Scene, noun: str) -> None:
    watch = Watch(program(scene, "mei"))

    def get(what: str, path: str, *statuses: int, **query: str) -> Any:
        return watch.check(
            what, lambda said: watch.client.get(f"/api/v1/{noun}/{path}", query, headers=said), *statuses
        )

    for cursor in ("x", "é", "\0", "cD14", "cD0lMDA=", "cD0nIE9SIDE9MQ==", "=" * 9000):
        get(f"cursor {cursor[:20]}", "", 404, 422, cursor=cursor)
    for name, values in {
        "state": ("eaten", "\0"),
        "project": ("x", "\0", str(uuid.uuid4()) + "x"),
        "party": ("x",),
        "q": ("x" * 101, "\0"),
        "role": ("eaten",),
    }.items():
        for value in values:
            answer = watch.client.get(f"/api/v1/{noun}/", {name: value})
            if answer.status_code != 200:  # this noun is asked this
                get(f"{name}={value[:20]}", "", 422, **{name: value})
    for id in (str(uuid.uuid4()), "x", "%00", "0", "..%2f..", "é", "x" * 3000):
        get(f"id {id[:20]}", f"{id}/", 404)
    watch.nothing_wrong()


def test_what_is_not_yours_is_answered_like_what_is_not_there(scene: Scene) -> None:
    """Zhou Lan of Lakeside sees neither Westgate's hop nor its handoff nor its people."""
    watch = Watch(program(scene, "lan"))
    hop, handoff, nobody = str(scene.westgate.id), str(scene.handoff.id), str(uuid.uuid4())
    asks = offered(scene)
    mine = {"reason": "x", "copies": [str(scene.copies[0].id)]}
    theirs = m.Approval.objects.get(hop=scene.westgate).id
    for noun, id, verbs in (
        ("handoffs", handoff, ("accept", "decline", "withdraw")),
        ("hops", hop, ("report",)),
        ("approvals", str(theirs), ("revoke",)),
        ("people", str(scene.cast.people["tao"].id), ("sign-in", "memberships", "grants")),
        ("items", nobody, ("copies",)),
    ):
        for verb in verbs:
            told = [watch.post(verb, f"{noun}/{i}/{verb}", mine, 404) for i in (id, nobody)]
            told += [watch.post(verb, f"{noun}/{i}/{verb}", mine, 404) for i in (nobody, id)]
            assert told[0].json() == told[2].json() and told[1].json() == told[3].json()
    told = [watch.post("hop", "handoffs", {**asks, "hop": id}, 422) for id in (hop, nobody, nobody, hop)]
    assert told[0].json() == told[2].json() and told[1].json() == told[3].json()
    watch.nothing_wrong()


@pytest.mark.parametrize(
    "text",
    [
        "Robert'); DROP TABLE custody_handoff;--", "<script>alert(1)</script>", "=HYPERLINK(1)", "@SUM(A1)",
        "{{ 7*7 }}", "%s %(x)s", "../../etc/passwd", "\u202egnp.exe", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢", "\ud7ff", "null", "NaN",
    ],
    ids=ascii,
)  # fmt: skip
def test_text_that_means_something_to_other_programs_comes_back_as_it_was(scene: Scene, text: str) -> None:
    client = program(scene, "an", keys.SCOPES)
    made = send(client, "parties", {"kind": "organisation", "name": text, "country": "CN"})
    assert made.status_code == 201, made.content
    assert made.json()["name"] == text
    assert client.get(f"/api/v1/parties/{made.json()['id']}/").json()["name"] == text
