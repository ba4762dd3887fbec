"""The acts on stocktakes: each brings about first what it is done to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from custody import codes, record
from custody import models as m
from custody.actions import handing_over, scanning, stocktaking
from custody.stories import cast as people
from custody.terms import SecondPerson
from tests.web.scene import Scene

from .hostile import KINDS, Asks

UNKNOWN = codes.copy_code(777_777)
KINDS["codes"] = (5, "x", {}, [], [5], [None], [[]], ["\0"], ["x" * 20_000], ["x"] * 5001)


def begun(scene: Scene) -> m.Stocktake:
    """Return a stocktake of Northfield that Mei and Yu count."""
    asked = stocktaking.Asked(
        scene.cast.party("northfield"), scene.cast.people["mei"].id, scene.cast.people["yu"].id,
        SecondPerson.COUNTER, scene.project.id,
    )  # fmt: skip
    row: m.Stocktake = stocktaking.open_stocktake(scene.cast.actor("mei"), asked=asked).object
    return row


def counted(scene: Scene) -> m.Stocktake:
    """Return one in which all was seen, and a stranger."""
    row = begun(scene)
    every = list(row.lines.values_list("code", flat=True))
    scanning.count(scene.cast.actor("mei"), stocktake=row.id, codes=[*every, UNKNOWN])
    return row


def statement(row: m.Stocktake) -> str:
    """Return the SHA-256 of what is signed."""
    return record.digest_of_text(stocktaking.statement(row, stocktaking.result(row)))


def difference(scene: Scene) -> m.StocktakeLine:
    """Return a difference that a signed stocktake found."""
    row = counted(scene)
    stocktaking.close(scene.cast.actor("mei"), stocktake=row.id, statement_sha256=statement(row))
    line: m.StocktakeLine = row.lines.get(code=UNKNOWN)
    return line


def _signing(scene: Scene) -> Asks:
    row = counted(scene)
    return Asks(
        "mei", f"stocktakes/{row.id}/close",
        {"statement_sha256": statement(row), "password": people.PASSWORD},
        {"statement_sha256": "hash", "password": "text"},
    )  # fmt: skip


def handing(scene: Scene) -> m.Handover:
    """Return a handover of what Yu keeps for Northfield to Mei before Heng, in which all was counted."""
    person = scene.cast.people
    asked = handing_over.Asked(
        scene.cast.party("northfield"), person["yu"].id, person["mei"].id, person["heng"].id, "Leaves 离岗"
    )
    row: m.Handover = handing_over.open_handover(scene.cast.actor("mei"), asked=asked).object
    every = list(row.stocktake.lines.values_list("code", flat=True))
    scanning.count(scene.cast.actor("mei"), stocktake=row.stocktake_id, codes=every)
    return row


def said_in(row: m.Handover) -> str:
    """Return the SHA-256 of what the three of a handover sign."""
    return record.digest_of_text(handing_over.statement(row, stocktaking.result(row.stocktake)))


def _handing(scene: Scene) -> Asks:
    row = handing(scene)
    return Asks(
        "mei", f"handovers/{row.id}/sign",
        {"statement_sha256": said_in(row), "password": people.PASSWORD},
        {"statement_sha256": "hash", "password": "text"},
    )  # fmt: skip


def stocks(scene: Scene) -> dict[str, Callable[[], Asks]]:
    """Return the acts on stocktakes."""
    cast, reason = scene.cast, {"reason": "Begun twice"}
    opened: dict[str, Any] = {
        "party": str(cast.party("northfield")), "counter": str(cast.people["mei"].id),
        "second": str(cast.people["yu"].id), "second_as": "counter", "project": str(scene.project.id),
        "system": None,
    }  # fmt: skip
    return {
        "open a stocktake": lambda: Asks(
            "mei", "stocktakes", opened,
            {
                "party": "id", "counter": "id", "second": "id", "second_as": "word", "project": "id?",
                "system": "id?",
            },
        ),
        "count in a stocktake": lambda: Asks(
            "mei", f"stocktakes/{begun(scene).id}/count",
            {"codes": [scene.copies[2].code, UNKNOWN], "damaged": False, "place": None},
            {"codes": "codes", "damaged": "truth?", "place": "id?"},
        ),
        "begin the second count": lambda: Asks("mei", f"stocktakes/{begun(scene).id}/recount", {}, {}),
        "sign a stocktake": lambda: _signing(scene),
        "call a stocktake off": lambda: Asks(
            "mei", f"stocktakes/{begun(scene).id}/cancel", reason, {"reason": "text"}
        ),
        "ask for its report": lambda: Asks(
            "mei", "reports",
            {
                "project": str(scene.project.id), "language": "en", "kind": "stocktake",
                "stocktake": str(begun(scene).id),
            },
            {"project": "id", "language": "word", "kind": "word", "stocktake": "id"},
        ),
        "begin a handover": lambda: Asks(
            "mei", "handovers",
            {
                "party": str(cast.party("northfield")), "outgoing": str(cast.people["yu"].id),
                "incoming": str(cast.people["mei"].id), "supervisor": str(cast.people["heng"].id),
                "reason": "Leaves", "due": None,
            },
            {
                "party": "id", "outgoing": "id", "incoming": "id", "supervisor": "id", "reason": "text",
                "due": "date?",
            },
        ),
        "sign a handover": lambda: _handing(scene),
        "abandon a handover": lambda: Asks(
            "mei", f"handovers/{handing(scene).id}/abandon", reason, {"reason": "text"}
        ),
        "settle a difference": lambda: Asks(
            "mei", f"stocktake-lines/{difference(scene).id}/settle",
            {"how": "put_right", "resolution": "Registered"}, {"how": "word", "resolution": "text"},
        ),
    }  # fmt: skip
