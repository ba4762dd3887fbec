"""The acts on destructions: each brings about first what it is done to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from custody import models as m
from custody.stories import destruction
from tests.web.scene import Scene

from .hostile import Asks

WHY = {"reason": "text"}
NO = {"reason": "Wrong"}
WAYS = {
    "asked": destruction.requested,
    "approved": destruction.approved,
    "destroyed": destruction.destroyed,
}


def batch(scene: Scene, upto: str = "asked", copies: slice = slice(2, 4)) -> m.Destruction:
    """Return a batch of copies that Northfield's custodian has, as far as it has come."""
    row: m.Destruction = WAYS[upto](scene.cast, scene.project, scene.copies[copies])
    return row


def wanted(scene: Scene, **changes: Any) -> dict[str, Any]:
    """Return a request as a program sends it."""
    return {
        "copies": [str(copy.id) for copy in scene.copies[2:]], "count": 2,
        "unit": str(destruction.certified(scene.cast)), "method": "pulp", "place": "Hall 2",
        "reason": "Work done", **changes,
    }  # fmt: skip


def was_done(scene: Scene, row: m.Destruction, **changes: Any) -> dict[str, Any]:
    """Return what was done to a batch as a program sends it."""
    return {
        "unit": str(row.unit_id), "method": str(row.method), "counted": row.count, "remark": "r",
        "destroyed_on": scene.cast.today.isoformat(),
        "witnesses": [str(scene.cast.people[key].id) for key in destruction.WITNESSES], **changes,
    }  # fmt: skip


def destroying(scene: Scene) -> dict[str, Callable[[], Asks]]:
    """Return the acts by name."""

    def at(row: m.Destruction, act: str) -> str:
        return f"destructions/{row.id}/{act}"

    def approving() -> Asks:
        row = batch(scene)
        body = {"reason": "In order", "subject_sha256": row.subject_sha256}
        return Asks("heng", at(row, "approve"), body, {"reason": "text", "subject_sha256": "hash"})

    def recording() -> Asks:
        row = batch(scene, "approved")
        kinds = {
            "unit": "id", "method": "word", "counted": "count", "destroyed_on": "date", "witnesses": "ids",
            "remark": "maybe text?",
        }  # fmt: skip
        return Asks("yu", at(row, "record"), was_done(scene, row), kinds)

    return {
        "ask for a destruction": lambda: Asks(
            "yu",
            "destructions",
            wanted(scene, project=str(scene.project.id)),
            {
                "project": "id", "copies": "ids", "count": "count", "unit": "id", "method": "word",
                "place": "text", "reason": "text",
            },
        ),
        "approve a destruction": approving,
        "refuse a destruction": lambda: Asks("heng", at(batch(scene), "refuse"), NO, WHY),
        "withdraw a destruction": lambda: Asks("yu", at(batch(scene), "withdraw"), NO, WHY),
        "fail a destruction": lambda: Asks("yu", at(batch(scene, "approved"), "fail"), NO, WHY),
        "record a destruction": recording,
        "certify a destruction": lambda: Asks(
            "yu",
            at(batch(scene, "destroyed"), "certify"),
            {
                "certificate_number": "C-7", "certified_on": scene.cast.today.isoformat(),
                "certificate_sha256": "0" * 64,
            },
            {"certificate_number": "text", "certified_on": "date", "certificate_sha256": "hash?"},
        ),
        "ask for a certificate": lambda: Asks(
            "mei", "reports",
            {
                "project": str(scene.project.id), "language": "en", "kind": "destruction",
                "destruction": str(batch(scene).id),
            },
            {"project": "id", "language": "word", "kind": "word", "destruction": "id"},
        ),
    }  # fmt: skip
