"""The acts on what is proposed of items: each brings about first what it is done to."""

from __future__ import annotations

from collections.abc import Callable

from custody import models as m
from custody.stories import cast as people
from tests.web.scene import Scene, classified_body

from .hostile import CLASSIFIED, Asks

WHY = {"reason": "text"}
NO = {"reason": "Misread"}


def proposals(scene: Scene, item: m.Item) -> dict[str, Callable[[], Asks]]:
    """Return the acts by name."""

    def determining() -> Asks:
        row = people.propose(scene.cast, item)
        body = {"reason": "Right", "subject_sha256": row.subject_sha256}
        kinds = {"reason": "text", "subject_sha256": "hash"}
        return Asks("heng", f"item-proposals/{row.id}/determine", body, kinds)

    def ending(who: str, act: str) -> Asks:
        return Asks(who, f"item-proposals/{people.propose(scene.cast, item).id}/{act}", NO, WHY)

    def asking_back() -> Asks:
        m.Copy.objects.filter(id=scene.copies[0].id).update(custodian_party=scene.cast.party("westgate"))
        return Asks("mei", f"items/{item.id}/recall", {"due": "2030-01-01", **NO}, {"due": "date?", **WHY})

    return {
        "propose of an item": lambda: Asks(
            "mei",
            f"items/{item.id}/propose",
            {
                **classified_body(scene), "years": 9, "kind": "reclassify", "level": "jimi",
                "effective_on": scene.cast.today.isoformat(), "change_basis": "Order 3", **NO,
            },
            {
                **CLASSIFIED, "kind": "word?", "level": "text?", "effective_on": "date?",
                "change_basis": "maybe text?", **WHY,
            },
        ),
        "determine a proposal": determining,
        "send a proposal back": lambda: ending("heng", "send-back"),
        "take a proposal back": lambda: ending("mei", "take-back"),
        "ask back the copies of an item": asking_back,
    }  # fmt: skip
