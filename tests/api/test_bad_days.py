"""Days out of order, before and after all time; numbers that no column holds: a problem, never a 500."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.scale import share
from tests.web.scene import Scene

from .hostile import Asks, acts
from .hostile_mending import mending
from .test_bad_requests import MENDING, Watch
from .test_nouns import program

FAR = ("0001-01-01", "1582-10-10", "9999-12-31")
OUT_OF_ORDER: dict[str, tuple[dict[str, str], ...]] = {
    "record a certificate": ({"valid_from": "2030-01-01", "valid_to": "2029-12-31"},),
    "correct a certificate": ({"valid_from": "2030-01-01", "valid_to": "2029-12-31"},),
    "give a role": ({"starts": "2030-01-02", "ends": "2030-01-01"}, {"ends": "0001-01-01"}),
    "give leave to read": ({"starts": "2030-01-02", "ends": "2030-01-01"}, {"ends": "0001-01-01"}),
    "ask for a subcontract": (
        {"starts": "2030-01-02", "ends": "2030-01-01"}, {"reported_on": "9999-12-31"}, {"ends": "0001-01-01"},
    ),
    "note a report": ({"reported_on": "9999-12-31"},),
    "offer": ({"due_back": "0001-01-01"}, {"due_back": "1999-12-31"}),
    "correct a handoff": ({"due_back": "0001-01-01"}, {"due_back": "1999-12-31"}),
    "verify a certificate": ({"on": "9999-12-31"},),
    "open a project": ({"contract_signed": "9999-12-31"},),
    "register a system": ({"tested_on": "9999-12-31"},),
    "correct a system": ({"tested_on": "9999-12-31"},),
    "test a system": ({"tested_on": "9999-12-31"}, {"tested_on": "1999-12-31"}),
}  # fmt: skip


def asked(scene: Scene, name: str) -> Asks:
    return mending(scene)[name]() if name in MENDING else acts(scene)[name]


def far(asks: Asks) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield requests with one day, then every day, at the ends of time."""
    days = [name for name, kind in asks.kinds.items() if kind.startswith("date")]
    for day in FAR:
        for name in days:
            yield f"{name}={day}", {**asks.body, name: day}
        yield f"every day {day}", {**asks.body, **dict.fromkeys(days, day)}


@pytest.mark.parametrize("name", OUT_OF_ORDER)
def test_days_out_of_order_are_problems(scene: Scene, name: str, record_property: Any) -> None:
    asks = asked(scene, name)
    watch = Watch(program(scene, asks.who))
    for change in OUT_OF_ORDER[name]:
        watch.post(str(change), asks.path, {**asks.body, **change}, 422)
    record_property("bad requests", watch.sent)
    watch.nothing_wrong()


@pytest.mark.parametrize("name", share(OUT_OF_ORDER, 4))
def test_a_day_at_the_end_of_time_is_no_server_error(scene: Scene, name: str) -> None:
    asks = asked(scene, name)
    client = program(scene, asks.who)
    client.raise_request_exception = False
    told = {
        what: client.post(f"/api/v1/{asks.path}/", body, content_type="application/json").status_code
        for what, body in far(asks)
    }
    assert {what: status for what, status in told.items() if status >= 500} == {}
