"""The acts on field work: each brings about first what it is done to."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from custody import models as m
from custody.actions import field_permits, field_work
from custody.stories import field
from tests.web.scene import Scene

from .hostile import Asks
from .test_nouns import program, send

WHY = {"reason": "text"}
NO = {"reason": "Wrong"}
STATED = {"collected_on": "date", "uplink": "truth?", "payment": "word?", "remark": "maybe text?"}
TERMS = {
    "hop": "id?", "unit": "id", "operator": "id", "equipment": "ids", "purpose": "text", "area": "text",
    "datum": "word", "starts": "date", "ends": "date", "airspace_number": "maybe text?",
    "airspace_authority": "maybe text?", "airspace_from": "date?", "airspace_to": "date?",
    "airspace_sha256": "hash?", "operator_licence": "maybe text?", "operating_certificate": "maybe text?",
    "work_permit": "maybe text?", "uplink": "truth?", "payment": "word?",
}  # fmt: skip


def drone(scene: Scene) -> m.Equipment:
    return field.drone(scene.cast, "westgate", "H-1")


def asked(scene: Scene, **changes: Any) -> dict[str, Any]:
    """Return the terms of a permit as a program sends them."""
    day = scene.cast.today.isoformat()
    return {
        "hop": str(scene.westgate.id), "unit": str(scene.cast.party("westgate")),
        "operator": str(scene.cast.people["tao"].id), "equipment": [str(drone(scene).id)],
        "purpose": "Pictures", "area": json.dumps(field.square(*field.FIELDS)), "datum": "cgcs",
        "starts": day, "ends": day, "airspace_number": "1", "airspace_authority": "Office",
        "airspace_from": day, "airspace_to": day, "airspace_sha256": "0" * 64, "operator_licence": "1",
        "operating_certificate": "1", "work_permit": "1", "uplink": False, "payment": "unpaid", **changes,
    }  # fmt: skip


def permit(scene: Scene, upto: str = "draft", **changes: Any) -> m.FieldPermit:
    """Return a permit of Westgate as far as it has come: draft, submitted or approved."""
    field.publish(scene.cast)
    terms = field.terms(scene.cast, "westgate", "tao", drone(scene))
    mei = scene.cast.actor("mei")
    row = field.draft(mei, scene.project.id, replace(terms, hop=scene.westgate.id, **changes))
    if upto != "draft":
        row = field_permits.submit(mei, permit=row.id).object
    if upto == "approved":
        row = field_permits.approve(scene.cast.actor("heng"), permit=row.id, reason="In order").object
    return row


def flight(scene: Scene, *, registered: bool = False) -> m.Collection:
    """Return a collection of Westgate, done without a permit."""
    done = field_work.Done(
        unit=scene.cast.party("westgate"), operator=scene.cast.people["tao"].id, equipment=drone(scene).id,
        collected_on=scene.cast.today,
    )  # fmt: skip
    mei = scene.cast.actor("mei")
    row: m.Collection = field_work.record_done(mei, project=scene.project.id, done=done).object
    if registered:
        item = scene.copies[0].item_id
        row = field_work.register_output(mei, collection=row.id, outputs=[item]).object
    return row


def _plan(scene: Scene) -> str:
    body = {"equipment": str(drone(scene).id), "collected_on": scene.cast.today.isoformat()}
    path = f"field-permits/{permit(scene, 'approved').id}/plan"
    answer = send(program(scene, "mei"), path, body)
    assert answer.status_code == 201, answer.content.decode()
    return f"collections/{answer.json()['id']}/record"


def collecting(scene: Scene) -> dict[str, Callable[[], Asks]]:
    """Return the acts by name."""
    cast, day = scene.cast, scene.cast.today.isoformat()
    project = str(scene.project.id)
    stated = {"collected_on": day, "uplink": False, "payment": "unpaid", "remark": "r"}
    reason = "In order"

    def approving() -> Asks:
        row = permit(scene, "submitted")
        body = {"reason": reason, "subject_sha256": row.subject_sha256}
        return Asks(
            "heng", f"field-permits/{row.id}/approve", body, {"reason": "text", "subject_sha256": "hash"}
        )

    def consenting() -> Asks:
        row = permit(scene, area=field.outline(*field.OVER_THE_DEPOT))
        body = {
            "zone": 1, "reference": "5", "authority": "Garrison", "given_on": day,
            "document_sha256": "0" * 64,
        }  # fmt: skip
        kinds = {
            "zone": "count", "reference": "text", "authority": "text", "given_on": "date",
            "document_sha256": "hash?",
        }  # fmt: skip
        return Asks("an", f"field-permits/{row.id}/consent", body, kinds)

    return {
        "register equipment": lambda: Asks(
            "an",
            "field-equipment",
            {
                "owner_party": str(cast.party("westgate")), "kind": "drone", "name": "S2", "serial": "9",
                "maker": "Heron", "country": "CN", "registration": "1",
            },
            {
                "owner_party": "id", "kind": "word", "name": "text", "serial": "text", "maker": "text",
                "country": "country?", "registration": "maybe text?",
            },
        ),
        "draft a permit": lambda: Asks(
            "mei", "field-permits", asked(scene, project=project), {**TERMS, "project": "id"}
        ),
        "change a permit": lambda: Asks(
            "mei", f"field-permits/{permit(scene).id}/change", asked(scene), TERMS
        ),
        "submit a permit": lambda: Asks("mei", f"field-permits/{permit(scene).id}/submit", {}, {}),
        "approve a permit": approving,
        "send a permit back": lambda: Asks(
            "heng", f"field-permits/{permit(scene, 'submitted').id}/send-back", NO, WHY
        ),
        "revoke a permit": lambda: Asks(
            "heng", f"field-permits/{permit(scene, 'approved').id}/revoke", NO, WHY
        ),
        "close a permit": lambda: Asks(
            "mei", f"field-permits/{permit(scene, 'approved').id}/close", {"remark": "r"},
            {"remark": "maybe text?"},
        ),
        "consent to an area": consenting,
        "plan a collection": lambda: Asks(
            "mei", f"field-permits/{permit(scene, 'approved').id}/plan",
            {"equipment": str(drone(scene).id), "collected_on": day, "remark": "r"},
            {"equipment": "id", "collected_on": "date", "remark": "maybe text?"},
        ),
        "publish zones": lambda: Asks(
            "an", "zones", {"geojson": field.zones(), "datum": "cgcs", "note": "Letter 9"},
            {"geojson": "text", "datum": "word", "note": "text"},
        ),
        "record a collection": lambda: Asks(
            "mei",
            "collections",
            {
                **stated, "project": project, "permit": str(permit(scene, "approved").id),
                "hop": str(scene.westgate.id), "unit": str(cast.party("westgate")),
                "operator": str(cast.people["tao"].id), "equipment": str(drone(scene).id),
            },
            {
                **STATED, "project": "id", "permit": "id?", "hop": "id?", "unit": "id", "operator": "id",
                "equipment": "id",
            },
        ),
        "record a plan as done": lambda: Asks("mei", _plan(scene), stated, STATED),
        "register an output": lambda: Asks(
            "mei", f"collections/{flight(scene).id}/register", {"outputs": [str(scene.copies[0].item_id)]},
            {"outputs": "ids"},
        ),
        "review an output": lambda: Asks(
            "heng", f"collections/{flight(scene, registered=True).id}/review", {"review": "Complete"},
            {"review": "text"},
        ),
    }  # fmt: skip
