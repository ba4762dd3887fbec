"""What a broken program may send: for each kind of member values that do not fit; bodies that are no JSON."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from custody.stories import cast as people
from custody.stories import copying
from custody.terms import SystemKind
from tests.packs import house
from tests.web.scene import Scene, classified_body

NOT_TEXT: tuple[Any, ...] = (None, 5, True, [], {}, ["x"], {"x": "y"})
UNFIT: tuple[Any, ...] = ("a\0b", "\ud800", "x\udfffy", "x" * 20_000)
"""Text that no member takes."""

KINDS: dict[str, tuple[Any, ...]] = {
    "text": (*NOT_TEXT, *UNFIT, "", "   "),
    "maybe text": (*NOT_TEXT, *UNFIT),
    "word": (*NOT_TEXT, *UNFIT, "", "eaten", "' OR 1=1 --"),
    "id": (*NOT_TEXT, *UNFIT, "", "x", str(uuid.UUID(int=0)), str(uuid.uuid4()), -1, 2**127, "../me"),
    "ids": (None, 5, "x", {}, [], [5], [None], ["x"], [[]], [str(uuid.uuid4())], ["\0"], ["\ud800"]),
    "maybe ids": (5, "x", {}, [5], [None], ["x"], [[]], [str(uuid.uuid4())], ["\0"], ["\ud800"]),
    "words": (5, "x", {}, [5], [None], [[]], ["eaten"], [""], ["\0"], ["x" * 20_000], ["energy"] * 101),
    "texts": (5, "x", {}, [5], [None], [[]], ["\0"], ["x" * 20_000], ["x"] * 101),
    "date": (
        *NOT_TEXT, *UNFIT, "", "x", "2026-13-01", "2026-02-30", "2026-1-1T", "99999-01-01", "0000-01-01",
        "20261124x", 20261124, "2026-01-01T00:00:00Z", -1, "二〇二六", "NaN",
    ),
    "moment": (
        *NOT_TEXT, *UNFIT, "", "x", "2026-13-01T00:00:00Z", "2026-01-01", "2026-01-01T00:00:00", "9" * 40,
        "2999-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", 20261124, -1,
        "二〇二六-01-01T00:00:00Z", "NaN",
    ),
    "objects": (
        5, "x", {}, [5], [None], [{}], [{"type": "eaten", "text": "x"}], [{"type": "running", "text": " "}],
        [{"type": "running", "text": "x", "due": "x"}], [{"type": "running", "text": "x", "eaten": 1}],
    ),
    "share": (
        5, 12.5, -1, True, [], {}, "x", "-1", "-0.01", "NaN", "sNaN", "Infinity", "-Infinity", "1e999",
        "9" * 40, "1.234", "1,5", "0x10", "\0", "\ud800",
    ),
    "area": (
        5, 12.5, -1, True, [], {}, "x", "-1", "0", "0.00001", "NaN", "sNaN", "Infinity", "1e999", "9" * 40,
        "1,5", "0x10", "\0", "\ud800",
    ),
    "count": (None, "5", "x", "", True, 1.5, -1, 0, 10**30, -(10**30), [], {}, "NaN", "\0"),
    "truth": ("yes", "true", 1, 0, "", [], {}, "\0"),
    "map": (None, 5, "x", [], [["a", "b"]], {"a": 5}, {"a": None}, {"a": []}, {"a": "\0"}),
    "country": (*NOT_TEXT, *UNFIT, "cn", "CHN", "C", "中国", "C1"),
    "region": (*NOT_TEXT, *UNFIT, "cn-zj", "CN", "CHN-Z", "浙江", "CN-浙"),
    "countries": (5, "CN", {}, [5], [None], [[]], ["cn"], ["CHN"], ["\0"], ["CN"] * 11),
    "hash": (*NOT_TEXT, *UNFIT, "x", "0" * 63, "0" * 65, "A" * 64, int("1" * 64)),
}  # fmt: skip
BODIES: tuple[Any, ...] = (None, True, 5, 1.5, "x", "", [], [{}], [[]], {}, {"": ""}, {"\0": 1}, {"eaten": 1})


CLASSIFIED = {
    "basis_kind": "word?", "basis": "maybe text?", "classified_by": "id?", "issued_on": "date?",
    "until": "date?", "years": "count?", "release_condition": "maybe text?", "marking": "word?",
    "marking_how": "maybe text?", "sources": "maybe ids?", "certificate_number": "maybe text?",
    "certificate_on": "date?", "certificate_authority": "maybe text?", "area_km2": "area?",
    "subjects": "words?",
}  # fmt: skip
"""How an item is classified: nothing of it need be known."""


@dataclass(frozen=True)
class Asks:
    """An act with a request that is good, and the kind of each of its members.

    ``?`` after a kind: it may be left out or null; ``!``: it may be null.
    """

    who: str
    path: str
    body: dict[str, Any]
    kinds: dict[str, str]

    def bad(self) -> Iterator[tuple[str, Any]]:
        """Yield (what is wrong, body): one member wrong, or missing, or one too many, or no object."""
        for name, kind in self.kinds.items():
            if not kind.endswith("?"):
                yield f"no {name}", {k: v for k, v in self.body.items() if k != name}
            for value in KINDS[kind.rstrip("?!")]:
                if value is None and kind[-1] in "?!":
                    continue
                yield f"{name}={ascii(value)[:60]}", {**self.body, name: value}
        yield "an unknown member", {**self.body, "eaten": "x"}
        yield "an id that is not asked for", {**self.body, "id": str(uuid.uuid4())}
        needs = any(not kind.endswith("?") and kind != "maybe text" for kind in self.kinds.values())
        for body in BODIES:
            if (body != {} or needs) and (self.kinds or body not in (None, "")):
                yield f"body {body!a}", body


def acts(scene: Scene) -> dict[str, Asks]:
    """Return the acts of all nouns, each with a request that would be done."""
    cast, day = scene.cast, scene.cast.today.isoformat()
    party, person = lambda key: str(cast.party(key)), lambda key: str(cast.people[key].id)
    handoff, hop = f"handoffs/{scene.handoff.id}", str(scene.westgate.id)
    soon = (cast.today + dt.timedelta(days=30)).isoformat()
    offer = {
        "hop": hop, "copies": [str(scene.copies[2].id)], "receiver_person": person("tao"), "purpose": "Scan",
        "channel": "in_person", "system": str(cast.systems["westgate_room"].id), "due_back": soon,
        "second_carrier": person("yu"), "leg": "loan", "statement": "",
    }  # fmt: skip
    offered = {
        "hop": "id?", "copies": "ids", "receiver_person": "id", "purpose": "maybe text?", "channel": "word",
        "system": "id", "due_back": "date?", "second_carrier": "id?", "leg": "word?",
    }  # fmt: skip
    reason = {"reason": "text"}
    copying.permitted(cast, scene.copies[0].item_id, 1)
    return {
        "open a project": Asks(
            "mei", "projects",
            {
                "code": "B-1", "title": "Bad", "regime": people.REGIME, "level": people.LEVEL,
                "owner_party": party("northfield"), "client_party": party("bureau"),
                "ultimate_client_party": party("bureau"), "qualification_type": "survey",
                "qualification_grade": "B", "categories": ["engineering"], "contract_number": "B-1-C",
                "contract_value": "5.00", "currency": "CNY", "contract_signed": day, "region": "CN-ZJ",
            },
            {
                "code": "text", "title": "text", "regime": "word", "level": "text", "owner_party": "id",
                "client_party": "id?", "ultimate_client_party": "id?", "categories": "texts?",
                "contract_number": "maybe text?", "contract_value": "share?", "contract_signed": "date?",
                "region": "region?",
            },
        ),
        "register a party": Asks(
            "an", "parties", {"kind": "organisation", "name": "Quay", "identifiers": {"a": "b"}},
            {"kind": "word", "name": "text", "other_name": "maybe text?", "identifiers": "map?"},
        ),
        "record a control": Asks(
            "an", f"parties/{party('lakeside')}/controls",
            {"controller": party("westgate"), "kind": "owner", "share": "60.00"},
            {"controller": "id", "kind": "word", "share": "share?"},
        ),
        "record a certificate": Asks(
            "an", "qualifications",
            {
                "party": party("lakeside"), "type": "survey", "grade": "B", "categories": [], "number": "N-9",
                "issuer": "Bureau", "valid_from": "2024-01-01", "valid_to": "2030-01-01",
            },
            {
                "party": "id", "type": "text", "grade": "text", "categories": "texts?", "number": "text",
                "issuer": "text", "valid_from": "date", "valid_to": "date",
            },
        ),
        "register a person": Asks(
            "an", "people", {"name": "Quay One", "staff_number": "Q-1", "citizenships": ["CN"]},
            {"name": "text", "staff_number": "text", "citizenships": "texts?"},
        ),
        "give a sign-in": Asks(
            "an", f"people/{person('mei')}/sign-in", {"username": "mei-2"},
            {"username": "text", "password": "text?"},
        ),
        "give a role": Asks(
            "an", f"people/{person('mei')}/memberships",
            {"party": party("lakeside"), "role": "recipient", "starts": day, "ends": "2030-01-01"},
            {"party": "id", "role": "word", "starts": "date", "ends": "date?"},
        ),
        "give leave to read": Asks(
            "an", f"people/{person('jing')}/grants",
            {"region": "CN-ZJ", "starts": day, "ends": "2030-01-01"},
            {"region": "region", "starts": "date", "ends": "date"},
        ),
        "put under a hold": Asks(
            "an", f"people/{person('mei')}/hold", {"reason": "A court asked", "ordered_by": "A court"},
            {"reason": "text", "ordered_by": "text"},
        ),
        "register a system": Asks(
            "an", "systems",
            {
                "name": "WS-99", "kind": str(next(iter(SystemKind))), "owner_party": party("northfield"),
                "levels": {"cn_surveying": "mimi"}, "network": "none", "tested_on": day,
                "inventory_number": "N-99", "accreditation": "P-99", "country": "CN", "provision": "issued",
            },
            {
                "name": "text", "kind": "word", "owner_party": "id", "levels": "map", "network": "word",
                "tested_on": "date?", "inventory_number": "maybe text?", "accreditation": "maybe text?",
                "country": "country?", "provision": "word?",
            },
        ),
        "put a pack in force": Asks(
            "an", "packs",
            {
                "file": "house.yaml", "text": house().decode(), "reason": "The client asked for it",
                "ordered_by": "Head of security",
            },
            {"file": "text", "text": "text", "reason": "text", "ordered_by": "text"},
        ),
        "register an item": Asks(
            "mei", "items",
            {
                "project": str(scene.project.id), "codename": "B-1", "level": people.LEVEL,
                "sha256": "0" * 64, **classified_body(scene),
            },
            {"project": "id", "codename": "text", "level": "text", "sha256": "hash?", **CLASSIFIED},
        ),
        "number copies": Asks(
            "mei", f"items/{scene.copies[0].item_id}/copies",
            {"count": 1, "custodian_person": person("mei"), "system": str(cast.systems["workstation"].id)},
            {"count": "count", "custodian_person": "id?", "system": "id?"},
        ),
        "confirm after counting": Asks(
            "mei", f"copies/{scene.copies[0].id}/confirm", {"how": "seen"}, {"how": "text"}
        ),
        "describe a carrier": Asks(
            "mei", f"copies/{scene.copies[0].id}/describe",
            {"medium": "usb", "medium_serial": "K-7", "seal_number": "881", "sha256": "a" * 64,
             "reason": "r"},
            {"medium": "word?", "medium_serial": "maybe text?", "seal_number": "maybe text?", "home": "id?",
             "reason": "text"},
        ),
        "ask for a subcontract": Asks(
            "mei", "hops",
            {
                "project": str(scene.project.id), "to_party": party("westgate"), "scope": "Bad",
                "level": people.LEVEL, "starts": day, "ends": "2027-06-01", "categories": ["engineering"],
                "share": "5.00", "amount": "5.00", "currency": "CNY", "keeps_core": True,
                "client_consent": True, "awarded_on": day, "reported_on": day, "decide_by": "2027-01-01",
                "business": [], "performer": party("westgate"),
            },
            {
                "project": "id", "parent": "id?", "to_party": "id", "scope": "text", "level": "text",
                "starts": "date", "ends": "date?", "categories": "texts?", "share": "share?",
                "amount": "share?", "currency": "maybe text?", "keeps_core": "truth?",
                "client_consent": "truth?", "awarded_on": "date?", "reported_on": "date?",
                "decide_by": "date?", "business": "texts?", "performer": "id?",
            },
        ),
        "record a consent": Asks(
            "mei", f"hops/{hop}/consent",
            {"kind": "client", "reference": "C-1", "given_on": day, "document_sha256": "0" * 64},
            {"kind": "word", "reference": "text", "given_on": "date", "document_sha256": "hash?"},
        ),
        "record the terms": Asks(
            "mei", f"hops/{hop}/terms",
            {
                "clauses": ["oversight"], "reference": "A-1", "giver_signed_on": day,
                "receiver_signed_on": day, "document_sha256": "0" * 64,
            },
            {
                "clauses": "texts", "reference": "text", "giver_signed_on": "date?",
                "receiver_signed_on": "date?", "document_sha256": "hash?",
            },
        ),
        "note a report": Asks("mei", f"hops/{hop}/report", {"reported_on": day}, {"reported_on": "date"}),
        "vote": Asks(
            "heng", f"approvals/{scene.asked.id}/vote",
            {
                "choice": "deny", "reason": "No", "statement_sha256": "0" * 64, "password": people.PASSWORD,
            },
            {
                "choice": "word", "reason": "text", "statement_sha256": "hash", "password": "text",
                "conditions": "objects?", "uses": "count?", "use_until": "date?",
            },
        ),
        "give an opinion": Asks(
            "heng", f"approvals/{scene.asked.id}/advise", {"stance": "against", "reason": "No"},
            {"stance": "word", **reason},
        ),
        "refer a request": Asks(
            "heng", f"approvals/{scene.asked.id}/refer",
            {"to": str(scene.cast.people["qiao"].id), "reason": "No"}, {"to": "id", **reason},
        ),
        "take an approval back": Asks(
            "heng", f"approvals/{scene.asked.id}/revoke", {"reason": "No"}, reason,
        ),
        "amend": Asks(
            "mei", f"hops/{hop}/amend", {"scope": "More", "ends": day, "share": "10.00", "reason": "No"},
            {
                "scope": "text?", "level": "text?", "starts": "date?", "ends": "date?",
                "categories": "texts?", "share": "share?", "reason": "text",
            },
        ),
        "offer": Asks("mei", "handoffs", offer, offered),
        "preview": Asks("mei", "handoffs/preview", offer, offered),
        "accept": Asks(
            "tao", f"{handoff}/accept", {"note": "ok", "wrong": [], "hashes": {}},
            {"note": "maybe text?", "wrong": "objects?", "hashes": "map?"},
        ),
        "decline": Asks("tao", f"{handoff}/decline", {"reason": "No"}, reason),
        "withdraw": Asks("mei", f"{handoff}/withdraw", {"reason": "No"}, reason),
        "ask for a report on a copy": Asks(
            "mei", "reports",
            {
                "project": str(scene.project.id), "language": "en", "kind": "copy",
                "copy": str(scene.copies[0].id),
            },
            {"project": "id", "language": "word", "kind": "word", "copy": "id"},
        ),
        "ask for a report on an officer": Asks(
            "mei", "reports",
            {
                "project": str(scene.project.id), "language": "en", "kind": "officer",
                "person": str(scene.cast.people["heng"].id),
            },
            {"project": "id", "language": "word", "kind": "word", "person": "id"},
        ),
        "ask for a report on a party": Asks(
            "mei", "reports",
            {
                "project": str(scene.project.id), "language": "en", "kind": "party",
                "party": str(scene.cast.party("westgate")),
            },
            {"project": "id", "language": "word", "kind": "word", "party": "id"},
        ),
        "ask for a report on a period": Asks(
            "mei", "reports",
            {
                "project": str(scene.project.id), "language": "en", "kind": "refusals",
                "starts": "2026-11-01", "ends": str(scene.cast.today),
            },
            {"project": "id", "language": "word", "kind": "word", "starts": "date", "ends": "date"},
        ),
        "ask for a report": Asks(
            "mei", "reports", {"project": str(scene.project.id), "language": "en"},
            {"project": "id", "language": "word"},
        ),
        "make a key": Asks(
            "mei", "keys", {"name": "k", "scopes": ["report"], "days": 5},
            {"name": "text", "scopes": "texts", "days": "count"},
        ),
        "try the rules": Asks(
            "mei", "rules/try",
            {
                "verb": "handoff.accept", "project": str(scene.project.id), "handoff": str(scene.handoff.id),
                "changes": {"act/today": day},
            },
            {
                "verb": "word", "project": "id?", "handoff": "id", "approval": "id?", "to_party": "id?",
                "system": "id?", "channel": "word?", "due_back": "date?", "facts": "map?", "changes": "map?",
            },
        ),
    }  # fmt: skip


def broken(good: Any) -> dict[str, bytes]:
    """Return bodies that are no JSON of ours."""
    text = json.dumps(good)
    first = next(iter(good))
    return {
        "nothing": b"",
        "blanks": b"  \n ",
        "truncated": text[:-1].encode(),
        "half": text[: len(text) // 2].encode(),
        "twice": (text + text).encode(),
        "trailing text": f"{text} x".encode(),
        "a name twice": f'{text[:-1]}, "{first}": "x"}}'.encode(),
        "a name twice further down": b'{"a": {"b": 1, "b": 2}}',
        "NaN": b'{"a": NaN}',
        "Infinity": b'{"a": -Infinity}',
        "single quotes": text.replace('"', "'").encode(),
        "a comma at the end": f"{text[:-1]},}}".encode(),
        "a comment": f"/* x */{text}".encode(),
        "100,000 brackets": b"[" * 100_000 + b"]" * 100_000,
        "100,000 brackets left open": b"[" * 100_000,
        "100,000 braces": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        "a mark before": b"\xef\xbb\xbf" + text.encode(),
        "UTF-16": text.encode("utf-16"),
        "UTF-32": text.encode("utf-32"),
        "GB 18030": json.dumps({first: "测绘"}, ensure_ascii=False).encode("gb18030"),
        "half a letter": f'{{"{first}": "'.encode() + b"\xe6\xb5" + b'"}',
        "5,000 digits": f'{{"{first}": {"9" * 5000}}}'.encode(),
        "a number too large": f'{{"{first}": 1e999}}'.encode(),
        "a NUL": text.encode() + b"\0",
        "a raw NUL within": f'{{"{first}": "a\0b"}}'.encode(),
        "a raw line end": f'{{"{first}": "a\nb"}}'.encode(),
        "a lone escape": f'{{"{first}": "\\x41"}}'.encode(),
        "a form": b"a=b&c=d",
        "10 MB": f'{{"{first}": "{"x" * 10_000_000}"}}'.encode(),
        "10 MB of blanks": b" " * 10_000_000,
    }
