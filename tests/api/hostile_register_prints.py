"""Printed registers as a program asks for them, for the table of bad requests."""

from __future__ import annotations

from collections.abc import Callable

from tests.web.scene import Scene

from .hostile import Asks


def register_prints(scene: Scene) -> dict[str, Callable[[], Asks]]:
    """Return what may be asked of printed registers."""
    today = scene.cast.today.isoformat()
    return {
        "print a register": lambda: Asks(
            "mei",
            "printed-registers",
            {
                "register": "loans",
                "project": str(scene.project.id),
                "party": scene.cast.party("westgate").hex,
                "starts": today,
                "ends": today,
                "language": "en",
            },
            {
                "register": "word",
                "project": "id?",
                "party": "id?",
                "starts": "date",
                "ends": "date",
                "language": "word?",
            },
        ),
    }
