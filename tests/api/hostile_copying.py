"""The acts on copy permits: each brings about first what it is done to."""

from __future__ import annotations

from collections.abc import Callable

from custody.stories import copying
from tests.web.scene import Scene

from .hostile import Asks

WHY = {"reason": "text"}
NO = {"reason": "No need"}


def leave(scene: Scene) -> dict[str, Callable[[], Asks]]:
    """Return the acts by name."""
    item = scene.copies[0].item_id

    def approving() -> Asks:
        row = copying.requested(scene.cast, item)
        body = {"reason": "Needed", "subject_sha256": row.subject_sha256}
        kinds = {"reason": "text", "subject_sha256": "hash"}
        return Asks("heng", f"copy-permits/{row.id}/approve", body, kinds)

    def ending(who: str, act: str) -> Asks:
        return Asks(who, f"copy-permits/{copying.requested(scene.cast, item).id}/{act}", NO, WHY)

    return {
        "ask for a copy permit": lambda: Asks(
            "yu",
            "copy-permits",
            {
                "item": str(item), "count": 1, "purpose": "Field team", "place": "Copy room",
                "until": scene.cast.today.isoformat(), "copy": str(scene.copies[2].id),
            },
            {
                "item": "id", "count": "count", "purpose": "text", "place": "maybe text?", "until": "date",
                "copy": "id?",
            },
        ),
        "approve a copy permit": approving,
        "refuse a copy permit": lambda: ending("heng", "refuse"),
        "withdraw a copy permit": lambda: ending("yu", "withdraw"),
    }  # fmt: skip
