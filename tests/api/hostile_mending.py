"""The acts that put right, check, explain and end: each brings about first what it is done to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from custody import models as m
from custody.actions.conditioning import Asked
from custody.stories import cast as people
from custody.stories import told
from custody.terms import ConditionType, NoticeKind
from tests.screening.lists import listed_and_screened
from tests.web.scene import Scene

from .hostile import Asks
from .hostile_access import taken_back
from .hostile_blanks import on_paper
from .hostile_copying import leave
from .hostile_destruction import destroying
from .hostile_field import collecting
from .hostile_incidents import happening
from .hostile_items import proposals
from .hostile_objections import objecting
from .hostile_opening import taking_over
from .hostile_register_prints import register_prints
from .hostile_samples import sampling
from .hostile_stocktakes import stocks
from .hostile_sweep import strayed, swept
from .test_nouns import offered, program, send

WHY = {"reason": "text"}
NO = {"reason": "Wrong"}


def _done(scene: Scene, who: str, path: str, body: Any, *statuses: int) -> Any:
    answer = send(program(scene, who), path, body)
    assert answer.status_code in (statuses or (200, 201)), answer.content.decode()
    return answer.json()


def _accepted(scene: Scene) -> str:
    path = f"handoffs/{scene.handoff.id}"
    _done(scene, "tao", f"{path}/accept", {"note": ""})
    return path


def _not_in_order(scene: Scene) -> str:
    wrong = [{"copy": str(scene.copies[0].id), "found": "missing"}]
    _done(scene, "tao", f"handoffs/{scene.handoff.id}/accept", {"note": "", "wrong": wrong})
    return f"discrepancies/{m.Discrepancy.objects.get().id}"


def _disputed(scene: Scene) -> str:
    path = _accepted(scene)
    _done(scene, "tao", f"{path}/mistaken", NO)
    return path


def _paper(scene: Scene) -> str:
    paper = {
        "party": str(scene.cast.party("lakeside")), "type": "survey", "grade": "B", "categories": [],
        "number": "N-1", "issuer": "Bureau", "valid_from": "2024-01-01", "valid_to": "2030-01-01",
    }  # fmt: skip
    return f"qualifications/{_done(scene, 'mei', 'qualifications', paper)['id']}"


def _sound(scene: Scene, *, suspended: bool = False) -> str:
    paper = people.qualify(scene.cast, scene.cast.party("annex"), "A", "H-1")
    if suspended:
        _done(scene, "heng", f"qualifications/{paper.id}/suspend", NO)
    return f"qualifications/{paper.id}"


_AWAY = {
    "party": "id", "delegate": "id", "project": "id?", "level": "text", "starts": "date", "ends": "date",
    "reason": "text",
}  # fmt: skip


def _away(scene: Scene) -> dict[str, Any]:
    today = scene.cast.today
    return {
        "party": str(scene.cast.party("northfield")), "delegate": str(scene.cast.people["yu"].id),
        "project": str(scene.project.id), "level": scene.project.level, "starts": today.isoformat(),
        "ends": (today + dt.timedelta(days=9)).isoformat(), "reason": "On leave",
    }  # fmt: skip


def _deputy(scene: Scene) -> str:
    asked = {**_away(scene), "delegator": str(scene.cast.people["heng"].id)}
    return f"delegations/{_done(scene, 'an', 'delegations/propose', asked)['id']}"


def _overridden(scene: Scene) -> dict[str, Any]:
    """Return an override to ask for: of QUA-08, for a party that is too young."""
    party, today = scene.cast.party("westgate"), scene.cast.today
    m.Party.objects.filter(id=party).update(established_on=today - dt.timedelta(days=40))
    return {
        "project": str(scene.project.id), "rule": "QUA-08", "party": str(party),
        "until": (today + dt.timedelta(days=9)).isoformat(), "reason": "Only they can",
    }  # fmt: skip


def _override(scene: Scene) -> str:
    return f"overrides/{_done(scene, 'mei', 'overrides', _overridden(scene))['id']}"


def _condition(scene: Scene, *, shown: bool = False) -> str:
    told.approve(scene.cast, scene.asked, conditions=[Asked(ConditionType.PRECONDITION, "Seals")])
    path = f"conditions/{m.Condition.objects.get(approval=scene.asked).id}"
    if shown:
        _done(scene, "mei", f"{path}/show", {"evidence": "Letter 7"})
    return path


def _granted(scene: Scene, *, suspended: bool = False) -> str:
    approval = m.Approval.objects.get(hop=scene.westgate)
    if suspended:
        _done(scene, "heng", f"approvals/{approval.id}/suspend", NO)
    return f"approvals/{approval.id}"


def _refused(scene: Scene) -> str:
    ask = offered(scene, system=str(scene.cast.systems["office_pc"].id))
    return f"refusals/{_done(scene, 'mei', 'handoffs', ask, 409)['refusal']}"


def _undescribed(scene: Scene) -> str:
    """Return a hop that says neither who performs it nor what it is, as those of before do."""
    hop = m.Hop.objects.filter(id=scene.asked.hop_id)
    hop.update(performer=None, business=None)
    return str(scene.asked.hop_id)


def _key(scene: Scene) -> str:
    program(scene, "mei")
    return f"keys/{m.ApiKey.objects.filter(user=scene.user('mei')).latest('created_at').id}"


def _held(scene: Scene) -> str:
    path = f"people/{scene.cast.people['lan'].id}"
    _done(scene, "an", f"{path}/hold", {"reason": "A court asked", "ordered_by": "A court"})
    return path


def _hit(scene: Scene) -> str:
    return f"screening/{listed_and_screened(scene.cast.party('annex')).id}/judge"


def _listed(scene: Scene) -> str:
    listed_and_screened(scene.cast.party("annex"))
    return f"parties/{scene.cast.party('annex')}"


def _on_the_list(scene: Scene) -> str:
    people = scene.cast.people
    _done(
        scene, "mei", f"items/{scene.copies[0].item_id}/need-to-know",
        {
            "person": str(people["lan"].id), "since": "2026-01-02", "decided_by": str(people["heng"].id),
            "basis": "No. 8",
        },
    )  # fmt: skip
    return f"need-to-know/{m.NeedToKnow.objects.get(person=people['lan']).id}"


def _told(scene: Scene) -> str:
    notice = m.Notice.objects.create(
        user=scene.user("mei"), kind=NoticeKind.RETURN_DUE, noun="handoff", object=scene.handoff.id, about="H"
    )
    return f"notices/{notice.id}"


def _controlled(scene: Scene) -> str:
    """Return the control of a party that lasts."""
    path = f"parties/{scene.cast.party('annex')}/controls"
    asked = {"controller": str(scene.cast.party("westgate")), "kind": "owner", "share": "60.00"}
    return str(_done(scene, "an", path, asked)["id"])


def _comes(scene: Scene) -> dict[str, Any]:
    day = scene.cast.today.isoformat()
    return {
        "kind": "visit", "purpose": "Look at sheets", "level": scene.project.level, "starts": day,
        "ends": day, "hop": str(scene.westgate.id), "guests": [{"name": "Guest", "citizenships": ["CN"]}],
    }  # fmt: skip


def _came(scene: Scene) -> str:
    return str(_done(scene, "mei", f"projects/{scene.project.id}/visits", _comes(scene))["id"])


def _lent(scene: Scene) -> str:
    """Return a subcontract over which a copy was accepted."""
    _accepted(scene)
    return str(scene.westgate.id)


def _completed(scene: Scene) -> str:
    _done(scene, "mei", f"handoffs/{scene.handoff.id}/withdraw", NO)
    _done(scene, "mei", f"hops/{scene.westgate.id}/complete", NO)
    return str(scene.westgate.id)


def _emptied(scene: Scene) -> str:
    """Return a project of which nothing is out, offered or asked for."""
    _done(scene, "mei", f"handoffs/{scene.handoff.id}/withdraw", NO)
    _done(scene, "mei", f"hops/{scene.asked.hop_id}/withdraw", NO)
    return str(scene.project.id)


def _left(cast: people.Cast) -> dict[str, Any]:
    """Return what is said of copies that were sent off."""
    return {
        "left_on": cast.today.isoformat(), "expected_on": cast.today.isoformat(), "packages": 1,
        "carrier": "Post", "carriers": [str(cast.people["tao"].id)], "waybill": "W-1", "seals": ["F-1"],
    }  # fmt: skip


def _sent(scene: Scene) -> str:
    """Return the handoff, its copies on their way."""
    _done(scene, "mei", f"handoffs/{scene.handoff.id}/send-off", _left(scene.cast))
    return str(scene.handoff.id)


def mending(scene: Scene) -> dict[str, Callable[[], Asks]]:
    """Return, for each act, what brings its request about."""
    cast, item = scene.cast, scene.copies[0].item
    soon = (cast.today + dt.timedelta(days=20)).isoformat()
    paper = {
        "type": "survey", "grade": "A", "categories": [], "number": "N-2", "issuer": "Bureau",
        "valid_from": "2024-01-01", "valid_to": "2031-01-01", **NO,
    }  # fmt: skip
    paper_kinds = {
        "type": "text", "grade": "text", "categories": "texts", "number": "text", "issuer": "text",
        "valid_from": "date", "valid_to": "date", **WHY,
    }  # fmt: skip
    return collecting(scene) | leave(scene) | destroying(scene) | happening(scene) | stocks(scene) | {
        **sampling(scene),
        **objecting(scene),
        **taken_back(scene),
        "suspend a certificate": lambda: Asks("heng", f"{_sound(scene)}/suspend", NO, WHY),
        "reinstate a certificate": lambda: Asks(
            "heng", f"{_sound(scene, suspended=True)}/reinstate", NO, WHY
        ),
        "downgrade a certificate": lambda: Asks(
            "heng", f"{_sound(scene)}/downgrade", {"grade": "B", **NO}, {"grade": "text", **WHY}
        ),
        "revoke a certificate": lambda: Asks("heng", f"{_sound(scene)}/revoke", NO, WHY),
        "ask for an override": lambda: Asks("mei", "overrides", _overridden(scene), {
            "project": "id", "rule": "text", "party": "id", "hop": "id?", "until": "date", **WHY,
        }),
        "vote on an override": lambda: Asks(
            "heng", f"{_override(scene)}/vote",
            {"choice": "deny", "reason": "No", "statement_sha256": "0" * 64, "password": people.PASSWORD},
            {"choice": "word", "statement_sha256": "hash", "password": "text", **WHY},
        ),
        "end an override": lambda: Asks("heng", f"{_override(scene)}/revoke", NO, WHY),
        "delegate a vote": lambda: Asks("heng", "delegations", _away(scene), _AWAY),
        "propose a deputy": lambda: Asks(
            "an", "delegations/propose", {**_away(scene), "delegator": str(cast.people["heng"].id)},
            {**_AWAY, "delegator": "id"},
        ),
        "confirm a deputy": lambda: Asks("qiao", f"{_deputy(scene)}/confirm", {}, {}),
        "end a delegation": lambda: Asks("an", f"{_deputy(scene)}/revoke", NO, WHY),
        "show that a condition is met": lambda: Asks(
            "mei", f"{_condition(scene)}/show", {"evidence": "Letter 7", "paper": "7", "sha256": "0" * 64},
            {"evidence": "text", "paper": "maybe text?", "sha256": "hash?"},
        ),
        "confirm a condition": lambda: Asks("heng", f"{_condition(scene, shown=True)}/confirm", NO, WHY),
        "send a condition back": lambda: Asks("heng", f"{_condition(scene, shown=True)}/send-back", NO, WHY),
        "waive a condition": lambda: Asks("heng", f"{_condition(scene)}/waive", NO, WHY),
        "say that the work is done": lambda: Asks("mei", f"hops/{scene.westgate.id}/complete", NO, WHY),
        "ask copies back": lambda: Asks(
            "mei", f"hops/{_lent(scene)}/recall", {"due": soon, **NO}, {"due": "date?", **WHY}
        ),
        "close a subcontract": lambda: Asks("mei", f"hops/{_completed(scene)}/close", NO, WHY),
        "ask all copies back": lambda: Asks(
            "mei", f"projects/{_lent(scene) and scene.project.id}/recall", {"due": soon, **NO},
            {"due": "date?", **WHY},
        ),
        "ask back what is on a system": lambda: Asks(
            "an", f"systems/{scene.copies[0].system_id}/recall", {"due": soon, **NO}, {"due": "date?", **WHY}
        ),
        "ask back what a person holds": lambda: Asks(
            "an", f"people/{scene.copies[0].custodian_person_id}/recall", {"due": soon, **NO},
            {"due": "date?", **WHY},
        ),
        "close a project": lambda: Asks("mei", f"projects/{_emptied(scene)}/close", NO, WHY),
        "end a control": lambda: Asks(
            "an", f"parties/{cast.party('annex')}/end-control",
            {"control": _controlled(scene), "ends": cast.today.isoformat(), **NO},
            {"control": "id", "ends": "date", **WHY},
        ),
        "rename a party": lambda: Asks(
            "an", f"parties/{cast.party('annex')}/rename",
            {"name": "Second Annex", "other_name": "二院", "on": cast.today.isoformat(), **NO},
            {"name": "text", "other_name": "maybe text?", "on": "date", **WHY},
        ),
        "record an address": lambda: Asks(
            "an", f"parties/{cast.party('annex')}/addresses",
            {"kind": "postal", "address": "Box 7", "country": "CN", "starts": cast.today.isoformat()},
            {"kind": "word", "address": "text", "starts": "date?"},
        ),
        "ask for a visit": lambda: Asks(
            "mei", f"projects/{scene.project.id}/visits", _comes(scene),
            {
                "kind": "word", "purpose": "text", "level": "text", "starts": "date", "ends": "date",
                "hop": "id?",
            },
        ),
        "end a visit": lambda: Asks(
            "mei", f"visits/{_came(scene)}/end", {"ended_on": cast.today.isoformat(), "remark": "Sheets"},
            {"ended_on": "date", "remark": "text"},
        ),
        **taking_over(scene),
        **on_paper(scene),
        **register_prints(scene),
        "make a sweep list": lambda: Asks("mei", "sweep-lists", {}, {}),
        "bring in a sweep": lambda: Asks(
            "mei", "sweeps",
            {
                "system": str(cast.systems["office_pc"].id), "result": swept(cast, scene.project).decode(),
            },
            {"system": "id", "result": "text"},
        ),
        "settle a stray file": lambda: Asks(
            "mei", f"strays/{strayed(cast, scene.project).id}/settle",
            {"how": "remove", "resolution": "Wiped"},
            {"how": "word", "resolution": "text"},
        ),
        "suspend an approval": lambda: Asks("heng", f"{_granted(scene)}/suspend", NO, WHY),
        "lift a suspension": lambda: Asks("heng", f"{_granted(scene, suspended=True)}/lift", NO, WHY),
        "say it was a mistake": lambda: Asks("tao", f"{_accepted(scene)}/mistaken", NO, WHY),
        "say what became of a copy": lambda: Asks(
            "mei", f"{_not_in_order(scene)}/settle", {"how": "find", "resolution": "In the safe"},
            {"how": "word", "resolution": "text"},
        ),
        "agree": lambda: Asks("mei", f"{_disputed(scene)}/agree", {"note": "ok"}, {"note": "maybe text?"}),
        "disagree": lambda: Asks("mei", f"{_disputed(scene)}/disagree", NO, WHY),
        "correct a handoff": lambda: Asks(
            "mei", f"handoffs/{scene.handoff.id}/correct", {"due_back": soon, "answer_by": soon, **NO},
            {"due_back": "date!", "answer_by": "date?", **WHY},
        ),
        "send copies off": lambda: Asks(
            "mei", f"handoffs/{scene.handoff.id}/send-off", _left(cast),
            {
                "left_on": "date", "expected_on": "date", "packages": "count", "carrier": "maybe text?",
                "carriers": "maybe ids?", "waybill": "maybe text?", "seals": "texts?",
            },
        ),
        "say that copies are lost": lambda: Asks("mei", f"handoffs/{_sent(scene)}/lose", NO, WHY),
        "describe a subcontract": lambda: Asks(
            "mei", f"hops/{_undescribed(scene)}/describe",
            {"performer": str(cast.party("lakeside")), "business": [], "reason": "Contract"},
            {"performer": "id?", "business": "texts?", "reason": "text"},
        ),
        "state the conditions of a party": lambda: Asks(
            "mei", f"parties/{cast.party('annex')}/conditions",
            {
                "stated_on": cast.today.isoformat(), "established_on": "2010-01-01", "clean_record": True,
                "prc_staff": True, "evidence": "No. 7", "remark": "r",
            },
            {
                "stated_on": "date", "established_on": "date?", "clean_record": "truth?",
                "prc_staff": "truth?", "evidence": "text", "remark": "maybe text?",
            },
        ),
        "record a self-inspection": lambda: Asks(
            "mei", f"parties/{cast.party('annex')}/inspection",
            {"inspected_on": cast.today.isoformat(), "evidence": "No. 8", "remark": "r"},
            {"inspected_on": "date", "evidence": "text", "remark": "maybe text?"},
        ),
        "take a request back": lambda: Asks("mei", f"hops/{scene.asked.hop_id}/withdraw", NO, WHY),
        "correct an item": lambda: Asks(
            "heng", f"items/{item.id}/correct", {"codename": "SHEET-9", "level": item.level, **NO},
            {"codename": "text", "level": "text", **WHY},
        ),
        **proposals(scene, item),
        "review an item": lambda: Asks(
            "heng", f"items/{item.id}/review",
            {"reviewed_on": scene.cast.today.isoformat(), "outcome": "kept", **NO},
            {"reviewed_on": "date", "outcome": "word", **WHY},
        ),
        "end a key": lambda: Asks("mei", f"{_key(scene)}/revoke", {}, {}),
        "read a notice": lambda: Asks("mei", f"{_told(scene)}/read", {}, {}),
        "name a party": lambda: Asks(
            "an", f"parties/{cast.party('annex')}/names",
            {"kind": "former", "name": "Old Annex", "language": "en", "starts": "2001-01-01"},
            {
                "kind": "word", "name": "text", "language": "maybe text?", "starts": "date?",
                "ends": "date?",
            },
        ),
        "number a party": lambda: Asks(
            "an", f"parties/{cast.party('annex')}/identifiers", {"scheme": "CAGE", "value": "1ABC5"},
            {"scheme": "text", "value": "text"},
        ),
        "set the standing of a party": lambda: Asks(
            "an", f"parties/{cast.party('annex')}/standing", {"state": "watch", **NO},
            {"state": "word", **WHY},
        ),
        "merge a party": lambda: Asks(
            "an", f"parties/{cast.party('office')}/merge", {"into": str(cast.party("annex")), **NO},
            {"into": "id", **WHY},
        ),
        "screen a party": lambda: Asks("an", f"{_listed(scene)}/screen", {}, {}),
        "judge a likeness": lambda: Asks(
            "an", _hit(scene), {"verdict": "different", **NO}, {"verdict": "word", **WHY}
        ),
        "correct a party": lambda: Asks(
            "an", f"parties/{cast.party('lakeside')}/correct",
            {"name": "Lakeside Two", "country": "CN", **NO},
            {"name": "text", "other_name": "maybe text?", "country": "country?", **WHY},
        ),
        "correct a person": lambda: Asks(
            "an", f"people/{cast.people['tao'].id}/correct",
            {"name": "Tao Two", "citizenships": ["CN"], **NO},
            {"name": "text", "citizenships": "countries!", **WHY},
        ),
        "put on a list": lambda: Asks(
            "mei", f"items/{item.id}/need-to-know",
            {
                "person": str(cast.people["tao"].id), "since": "2026-01-02",
                "decided_by": str(cast.people["heng"].id), "basis": "No. 9",
            },
            {"person": "id", "since": "date", "decided_by": "id", "basis": "text"},
        ),
        "take off a list": lambda: Asks("mei", f"{_on_the_list(scene)}/dismiss", NO, WHY),
        "record a vetting": lambda: Asks(
            "an", f"people/{cast.people['tao'].id}/vetting",
            {
                "vetting": "core", "vetted_from": "2024-01-01", "vetted_to": "2031-01-01",
                "vetting_evidence": "No. 9", "post": "Vault",
            },
            {
                "vetting": "word", "vetted_from": "date", "vetted_to": "date", "vetting_evidence": "text",
                "post": "maybe text?",
            },
        ),
        "record a training": lambda: Asks(
            "an", f"people/{cast.people['tao'].id}/training",
            {"trained_on": "2026-01-02", "training_evidence": "No. 9"},
            {"trained_on": "date", "training_evidence": "text"},
        ),
        "record an undertaking": lambda: Asks(
            "an", f"people/{cast.people['tao'].id}/undertaking",
            {"undertaking_on": "2026-01-02", "undertaking_evidence": "No. 9"},
            {"undertaking_on": "date", "undertaking_evidence": "text"},
        ),
        "record a leaving": lambda: Asks(
            "an", f"people/{cast.people['tao'].id}/leaving", {"leaves_on": soon, "leaving_evidence": "No. 9"},
            {"leaves_on": "date!", "leaving_evidence": "maybe text"}
        ),
        "lift a hold": lambda: Asks(
            "an", f"{_held(scene)}/lift-hold", {"reason": "It ended", "ordered_by": "A court"},
            {"reason": "text", "ordered_by": "text"},
        ),
        "correct a certificate": lambda: Asks("mei", f"{_paper(scene)}/correct", paper, paper_kinds),
        "reject a certificate": lambda: Asks("heng", f"{_paper(scene)}/reject", NO, WHY),
        "verify a certificate": lambda: Asks(
            "heng", f"{_paper(scene)}/verify", {"on": cast.today.isoformat(), "how": "By telephone"},
            {"on": "date", "how": "text"},
        ),
        "explain a refusal": lambda: Asks("mei", f"{_refused(scene)}/explain", NO, WHY),
        "test a system": lambda: Asks(
            "an", f"systems/{cast.systems['lakeside_room'].id}/test",
            {
                "tested_on": cast.today.isoformat(), "tested_by": "Bureau", "result": "passed",
                "remark": "No. 7",
            },
            {"tested_on": "date", "tested_by": "text", "result": "word", "remark": "maybe text?"},
        ),
        "retire a system": lambda: Asks(
            "an", f"systems/{cast.systems['office_pc'].id}/retire", NO, WHY
        ),
        "correct a system": lambda: Asks(
            "an", f"systems/{cast.systems['westgate_room'].id}/correct",
            {
                "name": "Room 9", "levels": {people.REGIME.partition("@")[0]: "mimi"}, "network": "none",
                "tested_on": cast.today.isoformat(), "inventory_number": "N-99", "accreditation": "P-99",
                "country": "CN", "provision": "issued", **NO,
            },
            {
                "name": "text", "levels": "map", "network": "word", "tested_on": "date!",
                "inventory_number": "maybe text?", "accreditation": "maybe text?", "country": "country?",
                "provision": "word?", **WHY,
            },
        ),
    }  # fmt: skip
