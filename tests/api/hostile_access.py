"""Acts that take back what was given: a role, leave to read, a sign-in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from custody import models as m
from custody.actions import access, results
from tests.web.scene import Scene

from .hostile import Asks

WHY = {"reason": "text"}


ACCEPTED = {"accepted_on": "2026-11-02", "accepted_by": "Client", "acceptance_number": "A-1"}
SUBMITTED = {
    "submitted_on": "2026-11-03", "submitted_to": "Bureau", "submitted_by": "House",
    "submission_number": "S-1",
}  # fmt: skip


def _accepted(scene: Scene) -> str:
    told: dict[str, Any] = {**ACCEPTED, "accepted_on": dt.date(2026, 11, 2)}
    results.accept(scene.cast.actor("mei"), project=scene.project.id, **told)
    return str(scene.project.id)


def _reads(scene: Scene) -> str:
    return str(m.Grant.objects.get(person=scene.cast.people["jing"]).id)


def _role(scene: Scene) -> str:
    return str(m.Membership.objects.filter(person=scene.cast.people["tao"]).latest("created_at").id)


def closed(scene: Scene) -> str:
    """Return a person whose sign-in was closed."""
    lan = scene.cast.people["lan"].id
    access.close_sign_in(scene.cast.actor("an"), person=lan, reason="Misused")
    return str(lan)


def taken_back(scene: Scene) -> dict[str, Callable[[], Asks]]:
    """Return each act with a request that would be done."""
    lan = scene.cast.people["lan"].id
    return {
        "end a role": lambda: Asks(
            "an", f"memberships/{_role(scene)}/end", {"reason": "Moved", "ends": None},
            {"reason": "text", "ends": "date?"},
        ),
        "end leave to read": lambda: Asks("an", f"grants/{_reads(scene)}/end", {"reason": "Done"}, WHY),
        "record a region": lambda: Asks(
            "an", f"projects/{scene.project.id}/region", {"region": "CN-ZJ", "reason": "Surveyed there"},
            {"region": "region?", "reason": "text"},
        ),
        "accept results": lambda: Asks(
            "mei", f"projects/{scene.project.id}/accept-results", ACCEPTED,
            {"accepted_on": "date", "accepted_by": "text", "acceptance_number": "text"},
        ),
        "submit results": lambda: Asks(
            "mei", f"projects/{_accepted(scene)}/submit-results", SUBMITTED,
            {
                "submitted_on": "date", "submitted_to": "text", "submitted_by": "text",
                "submission_number": "text",
            },
        ),
        "correct results": lambda: Asks(
            "mei", f"projects/{_accepted(scene)}/correct-results",
            {**ACCEPTED, **SUBMITTED, "reason": "Misread"}, WHY,
        ),
        "close a sign-in": lambda: Asks("an", f"people/{lan}/close-sign-in", {"reason": "Misused"}, WHY),
        "open a sign-in": lambda: Asks(
            "an", f"people/{closed(scene)}/open-sign-in", {"reason": "Cleared up"}, WHY
        ),
    }  # fmt: skip
