"""The acts on incidents: each brings about first what it is done to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from custody import models as m
from custody.actions import incident_holds, incidents
from tests.web.scene import Scene

from .hostile import Asks

WHY = {"reason": "text"}
NO = {"reason": "Wrong"}
NOTE, NOTED = {"note": "Looked at"}, {"note": "text"}
STEPS = ("triage", "contain", "notify", "investigate")


def incident(scene: Scene, upto: str = "report") -> m.Incident:
    """Return an incident that Wu Tao reported, as far as it has come."""
    told = incidents.Told("Seal broken", timezone.now(), copies=[scene.copies[0].id])
    row = incidents.report(scene.cast.actor("tao"), project=scene.project.id, told=told).object
    heng = scene.cast.actor("heng")
    notified = {"authority": "Bureau", "reference": "7", "notified_at": timezone.now()}
    for verb in STEPS[: STEPS.index(upto) + 1] if upto in STEPS else ():
        given: dict[str, Any] = notified if verb == "notify" else {"note": "Looked at"}
        row = getattr(incidents, verb)(heng, incident=row.id, **given).object
    found: m.Incident = row
    return found


def held(scene: Scene) -> m.IncidentHold:
    """Return the hold of a copy by an incident."""
    row = incident(scene)
    incident_holds.hold(
        scene.cast.actor("heng"), incident=row.id, copies=[scene.copies[3].id], reason="Evidence"
    )
    found: m.IncidentHold = m.IncidentHold.objects.get(incident=row)
    return found


def reported(scene: Scene) -> dict[str, Any]:
    """Return a report as a program sends it."""
    return {
        "what": "A seal was broken", "noticed_at": timezone.now().isoformat(),
        "copies": [str(scene.copies[0].id)], "party": str(scene.cast.party("westgate")),
        "person": str(scene.cast.people["tao"].id),
    }  # fmt: skip


def happening(scene: Scene) -> dict[str, Callable[[], Asks]]:
    """Return the acts by name."""
    westgate = str(scene.cast.party("westgate"))

    def on(verb: str, who: str, body: Any, kinds: dict[str, str], upto: str = "report") -> Callable[[], Asks]:
        return lambda: Asks(who, f"incidents/{incident(scene, upto).id}/{verb}", body, kinds)

    def letting_go() -> Asks:
        one = held(scene)
        body = {"holds": [str(one.id)], **NO}
        return Asks("heng", f"incidents/{one.incident_id}/release", body, {"holds": "ids", **WHY})

    return {
        "report an incident": lambda: Asks(
            "tao", f"projects/{scene.project.id}/incidents",
            {**reported(scene), "unknown": False, "sure": False},
            {
                "what": "text", "noticed_at": "moment", "copies": "maybe ids?", "party": "id?",
                "person": "id?", "unknown": "truth?", "sure": "truth?",
            },
        ),
        "correct an incident": on(
            "correct", "tao", {**reported(scene), **NO},
            {
                "what": "text", "noticed_at": "moment", "copies": "maybe ids", "party": "id!",
                "person": "id!", **WHY,
            },
        ),
        "take up an incident": on("triage", "heng", NOTE, NOTED),
        "contain an incident": on("contain", "heng", NOTE, NOTED, "triage"),
        "notify of an incident": on(
            "notify", "heng",
            {"authority": "Bureau", "reference": "7", "notified_at": timezone.now().isoformat()},
            {"authority": "text", "reference": "text", "notified_at": "moment"},
        ),
        "investigate an incident": on("investigate", "heng", NOTE, NOTED, "notify"),
        "close an incident": on(
            "close", "heng", {"findings": "Worn", "sanctions": "None"},
            {"findings": "text", "sanctions": "maybe text?"}, "investigate",
        ),
        "dismiss an incident": on("dismiss", "heng", NO, WHY),
        "hold by an incident": on(
            "hold", "heng",
            {"copies": [str(scene.copies[3].id)], "copies_of": westgate, "party": westgate, **NO},
            {"copies": "maybe ids?", "copies_of": "id?", "party": "id?", **WHY},
        ),
        "release from an incident": letting_go,
    }  # fmt: skip
