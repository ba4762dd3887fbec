"""Receipts on paper as a program keeps them, for the table of bad requests."""

from __future__ import annotations

import base64
from collections.abc import Callable

from django.utils import timezone

from custody import models as m
from custody import record
from custody.actions import blanks, handoffs
from tests.actions.filled_in import entered, issued, offer, printed
from tests.evidence.made import pdf
from tests.web.scene import Scene

from .hostile import Asks


def on_paper(scene: Scene) -> dict[str, Callable[[], Asks]]:
    """Return what may be asked of blank receipts and handoffs on paper."""
    cast, project = scene.cast, scene.project

    def spare() -> str:
        return str(printed(cast, project)[0].id)

    def given(*, missing: bool = False) -> m.BlankReceipt:
        (row,) = issued(cast, project)
        if missing:
            blanks.miss(cast.actor("yu"), form=row.id, reason="Gone")
        return row

    def without_leave() -> str:
        made = offer(cast, scene.westgate, scene.copies[2:3], "tao", "office_pc")
        done = entered(cast.actor("mei"), made, given().number, cast.people["yu"].id).object
        handoffs.accept(cast.actor("tao"), handoff=done.id)
        return str(m.PaperHandoff.objects.get(handoff=done).id)

    def filled_in() -> Asks:
        form = given()
        form.refresh_from_db()
        body = {
            "hop": str(scene.westgate.id),
            "copies": [str(scene.copies[2].id)],
            "receiver_person": str(cast.people["tao"].id),
            "purpose": "Scanning",
            "channel": "in_person",
            "system": str(cast.systems["westgate_room"].id),
            "form": form.number,
            "handed_over_by": str(cast.people["yu"].id),
            "took_place_at": record.time_text(timezone.now()),
            "reason": "Cut",
            "scan": base64.b64encode(pdf()).decode(),
        }
        kinds = {
            "hop": "id?",
            "copies": "ids",
            "receiver_person": "id",
            "purpose": "maybe text?",
            "channel": "word",
            "system": "id",
            "form": "text",
            "handed_over_by": "id",
            "took_place_at": "moment",
            "reason": "text",
            "scan": "text",
        }
        return Asks("mei", "paper-handoffs", body, {**kinds, "hop": "id"})

    return {
        "number blank receipts": lambda: Asks(
            "mei", "blank-receipts", {"count": 2, "project": str(project.id)},
            {"count": "count", "project": "id?"},
        ),
        "issue a blank receipt": lambda: Asks(
            "mei", f"blank-receipts/{spare()}/issue",
            {
                "person": str(cast.people["yu"].id), "party": str(cast.party("northfield")), "count": 2,
            },
            {"person": "id", "party": "id", "count": "count?"},
        ),
        "spoil a blank receipt": lambda: Asks(
            "mei", f"blank-receipts/{spare()}/spoil", {"reason": "Torn"}, {"reason": "text"}
        ),
        "miss a blank receipt": lambda: Asks(
            "mei", f"blank-receipts/{given().id}/miss", {"reason": "Gone"}, {"reason": "text"}
        ),
        "find a blank receipt": lambda: Asks(
            "mei", f"blank-receipts/{given(missing=True).id}/find", {"reason": "There"}, {"reason": "text"}
        ),
        "enter a handoff on paper": filled_in,
        "settle what was done without leave": lambda: Asks(
            "heng", f"paper-handoffs/{without_leave()}/settle", {"resolution": "Done"}, {"resolution": "text"}
        ),
    }  # fmt: skip
