"""Old registers as a program takes them over, for the table of bad requests."""

from __future__ import annotations

import base64
from collections.abc import Callable

from tests.actions.old_registers import opened
from tests.old_register import csv, line
from tests.web.scene import Scene

from .hostile import Asks


def taking_over(scene: Scene) -> dict[str, Callable[[], Asks]]:
    """Return what may be asked of old registers."""
    cast, project = scene.cast, scene.project

    def register() -> str:
        return str(opened(cast, project).id)

    return {
        "read an old register": lambda: Asks(
            "mei", "opening-registers",
            {
                "project": str(project.id), "name": "Book 3", "filename": "book.csv",
                "content": base64.b64encode(csv([line(1)])).decode(),
                "mapping": {"number": 1, "item": 2, "level": 3},
            },
            {
                "project": "id", "name": "text", "filename": "text", "content": "text", "mapping": "object",
            },
        ),
        "name its columns": lambda: Asks(
            "mei", f"opening-registers/{register()}/map",
            {"mapping": {"number": 1, "item": 2, "level": 3}}, {"mapping": "object"},
        ),
        "call a register off": lambda: Asks(
            "mei", f"opening-registers/{register()}/withdraw", {"reason": "Mistake"}, {"reason": "text"}
        ),
    }  # fmt: skip
