"""Acts that take back what was given: a role, leave to read, a sign-in."""

from __future__ import annotations

from collections.abc import Callable

from custody import models as m
from custody.actions import access
from tests.web.scene import Scene

from .hostile import Asks

WHY = {"reason": "text"}


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
        "close a sign-in": lambda: Asks("an", f"people/{lan}/close-sign-in", {"reason": "Misused"}, WHY),
        "open a sign-in": lambda: Asks(
            "an", f"people/{closed(scene)}/open-sign-in", {"reason": "Cleared up"}, WHY
        ),
    }  # fmt: skip
