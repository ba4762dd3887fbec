"""The acts on objections of regulators: each brings about first what it is done to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from custody import models as m
from custody.actions import objections
from tests.web.scene import Scene

from .hostile import Asks
from .hostile_samples import entered

LATER = dt.timedelta(days=10)


def lodged(scene: Scene, days: int = 10) -> m.Objection:
    """Return an objection of Jing's."""
    row: m.Objection = objections.lodge(
        scene.cast.actor("jing"), project=scene.project.id, text="Copies lie open 副本未入柜",
        basis="Surveying Law 47", due=scene.cast.today + dt.timedelta(days=days),
    ).object  # fmt: skip
    return row


def answered(scene: Scene) -> m.Objection:
    """Return one that Mei answered."""
    mei = scene.cast.actor("mei")
    row: m.Objection = objections.answer(mei, objection=lodged(scene).id, answer="A safe 已入柜").object
    return row


def objecting(scene: Scene) -> dict[str, Callable[[], Asks]]:
    """Return the acts on objections."""
    later = (scene.cast.today + LATER).isoformat()

    def lodging() -> Asks:
        line = str(entered(scene).lines.all()[0].id)
        body = {"text": "Not there", "basis": "Art. 47", "due": later, "line": line}
        kinds = {"text": "text", "basis": "text", "due": "date", "line": "id?"}
        return Asks("jing", f"projects/{scene.project.id}/objections", body, kinds)

    return {
        "lodge an objection": lodging,
        "answer an objection": lambda: Asks(
            "mei", f"objections/{lodged(scene).id}/give-answer", {"answer": "Put away"}, {"answer": "text"}
        ),
        "accept an answer": lambda: Asks(
            "jing", f"objections/{answered(scene).id}/accept", {"remark": "Seen"}, {"remark": "maybe text?"}
        ),
        "send an answer back": lambda: Asks(
            "jing", f"objections/{answered(scene).id}/send-back", {"reason": "Not shown", "due": later},
            {"reason": "text", "due": "date"},
        ),
        "withdraw an objection": lambda: Asks(
            "jing", f"objections/{lodged(scene).id}/withdraw", {"reason": "In error"}, {"reason": "text"}
        ),
    }  # fmt: skip
