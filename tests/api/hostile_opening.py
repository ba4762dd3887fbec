"""Old registers as a program takes them over, for the table of bad requests."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Callable

from custody import models as m
from custody.actions import opening_compare, opening_confirm
from tests import old_subcontracts
from tests.actions.old_registers import counted, opened, taken_over
from tests.old_register import csv, line
from tests.web.scene import Scene

from .hostile import Asks


def taking_over(scene: Scene) -> dict[str, Callable[[], Asks]]:
    """Return what may be asked of old registers."""
    cast, project = scene.cast, scene.project

    def register(*, entered: bool = False) -> str:
        row = opened(cast, project)
        return str((taken_over(cast, row) if entered else row).id)

    def confirmed() -> str:
        row = taken_over(cast, opened(cast, project))
        take = counted(cast, project)
        opening_confirm.confirm(cast.actor("mei"), register=row.id, stocktake=take.id)
        row.findings.update(state="settled")
        return str(row.id)

    def subcontracts() -> tuple[str, str]:
        rows = [old_subcontracts.line(1, 发包单位="")]
        row = taken_over(cast, old_subcontracts.opened(cast, project, rows, name="Contracts"))
        return str(row.id), str(opening_compare.standing(row)[0].id)

    def compared() -> Asks:
        register, one = subcontracts()
        body = {"agree": [one], "differ": {}}
        return Asks("mei", f"opening-registers/{register}/compare", body, {"agree": "ids?", "differ": "map?"})

    def finding() -> str:
        row = taken_over(cast, opened(cast, project))
        return str(m.OpeningFinding.objects.filter(register=row)[0].id)

    return {
        "read an old register": lambda: Asks(
            "mei", "opening-registers",
            {
                "project": str(project.id), "kind": "copies", "name": "Book 3", "filename": "book.csv",
                "content": base64.b64encode(csv([line(1)])).decode(),
                "mapping": {"number": 1, "item": 2, "level": 3},
            },
            {
                "project": "id", "kind": "word?", "name": "text", "filename": "text", "content": "text",
                "mapping": "map?",
            },
        ),
        "name its columns": lambda: Asks(
            "mei", f"opening-registers/{register()}/map",
            {"mapping": {"number": 1, "item": 2, "level": 3}}, {"mapping": "map"},
        ),
        "enter a register": lambda: Asks(
            "mei", f"opening-registers/{register()}/enter",
            {"due": (cast.today + dt.timedelta(days=30)).isoformat()}, {"due": "date"},
        ),
        "confirm a register": lambda: Asks(
            "mei", f"opening-registers/{register(entered=True)}/confirm",
            {"stocktake": str(counted(cast, project).id)}, {"stocktake": "id"},
        ),
        "compare a register": compared,
        "close a register": lambda: Asks("mei", f"opening-registers/{confirmed()}/close", {}, {}),
        "settle a finding of a register": lambda: Asks(
            "mei", f"opening-findings/{finding()}/settle", {"resolution": "Done"}, {"resolution": "text"}
        ),
        "name who sees to a finding": lambda: Asks(
            "mei", f"opening-findings/{finding()}/assign",
            {
                "owner": str(cast.people["yu"].id),
                "due": (cast.today + dt.timedelta(days=30)).isoformat(),
            },
            {"owner": "id", "due": "date"},
        ),
        "call a register off": lambda: Asks(
            "mei", f"opening-registers/{register()}/withdraw", {"reason": "Mistake"}, {"reason": "text"}
        ),
    }  # fmt: skip
