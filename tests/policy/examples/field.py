"""Examples of FLD: a flight of Qingshi under a permit, broken one fact at a time."""

from __future__ import annotations

from datetime import date
from typing import Any

from custody.policy import facts as f
from custody.terms import Verb
from tests.policy.examples.table import CUI, HOP1_KEY, QINGSHI_KEY, Change, add, both, changed, held
from tests.policy.world import HOP1, LU, OWNER, QINGSHI, SHA1, SHA2, SHEN, WEN, World, certificate, uid

DRONE, CAR, PERMIT, FLIGHT = (uid(n) for n in range(101, 105))
PERMIT_KEY, FLIGHT_KEY, DRONE_KEY = f"permit:{PERMIT}", f"collection:{FLIGHT}", f"equipment:{DRONE}"
SUBMIT, APPROVED, RECORD = Verb.PERMIT_SUBMIT, Verb.PERMIT_APPROVE, Verb.COLLECTION_RECORD


def permit(**changes: Any) -> f.Permit:
    given: dict[str, Any] = {
        "id": PERMIT,
        "hop": HOP1,
        "unit": QINGSHI,
        "operator": SHEN,
        "equipment": (DRONE,),
        "state": "draft",
        "starts": date(2026, 11, 20),
        "ends": date(2026, 11, 30),
        "has_airspace": True,
        "airspace_from": date(2026, 11, 20),
        "airspace_to": date(2026, 11, 30),
        "has_licence": True,
        "has_certificate": True,
        "has_work_permit": True,
        "uplink": False,
        "payment": "domestic",
        "subject_sha256": SHA1,
        "approved_sha256": None,
        "requested_by": LU,
        "zones_met": 0,
        "zones_consented": 0,
        "outputs_overdue": 0,
        "entry": None,
    }
    return f.Permit(**{**given, **changes})


def equipment(id: str, kind: str = "drone") -> f.Equipment:
    return f.Equipment(id=id, kind=kind, owner_party=QINGSHI, country="CN", registration="UAS-1", entry=None)


def asked(world: World) -> World:
    """A permit is asked for, or decided on by Wen."""
    state = "draft" if world.verb is SUBMIT else "submitted"
    world.change("act", hop=HOP1, permit=PERMIT, actor_person=LU if world.verb is SUBMIT else WEN)
    return world.add(permit(state=state), equipment(DRONE), equipment(CAR, "vehicle"))


def flown(world: World) -> World:
    """A flight under the approved permit is recorded."""
    world.change("act", hop=HOP1, permit=PERMIT, collection=FLIGHT)
    flight = f.Collection(
        id=FLIGHT,
        permit=PERMIT,
        unit=QINGSHI,
        operator=SHEN,
        equipment=DRONE,
        collected_on=date(2026, 11, 21),
        uplink=False,
        payment="domestic",
        entry=None,
    )
    approved = permit(state="approved", approved_sha256=SHA1)
    return world.add(approved, flight, equipment(DRONE), equipment(CAR, "vehicle"))


def alone(world: World) -> World:
    """A flight without a permit is recorded."""
    flown(world).drop(PERMIT_KEY)
    return world.change("act", permit=None).change(FLIGHT_KEY, permit=None)


def on(change: Change, key: str, **changes: object) -> Change:
    return both(change, changed(key, **changes))


add("FLD-01@1", "a permit in order is submitted", "pass", asked, verb=SUBMIT)
add("FLD-01@1", "and approved by an officer of the owner", "pass", asked, verb=APPROVED)
add("FLD-01@1", "a flight under it", "pass", flown, verb=RECORD)
add("FLD-01@1", "a flight without a permit", "block", alone, "none", verb=RECORD)
add(
    "FLD-01@1",
    "a flight under a draft",
    "block",
    on(flown, PERMIT_KEY, state="draft"),
    "not_live",
    verb=RECORD,
)
add(
    "FLD-01@1",
    "a flight under a revoked permit",
    "block",
    on(flown, PERMIT_KEY, state="revoked"),
    "not_live",
    verb=RECORD,
)
add(
    "FLD-01@1",
    "a flight on the day after",
    "block",
    on(flown, FLIGHT_KEY, collected_on=date(2026, 12, 1)),
    "dates",
    "airspace",
    verb=RECORD,
)
add(
    "FLD-01@1",
    "the permit is other than what was approved",
    "block",
    on(flown, PERMIT_KEY, approved_sha256=SHA2),
    "changed",
    verb=RECORD,
)
add(
    "FLD-01@1",
    "flown by somebody else",
    "block",
    on(flown, FLIGHT_KEY, operator=LU),
    "other",
    verb=RECORD,
)
add("FLD-01@1", "with other equipment", "block", on(flown, FLIGHT_KEY, equipment=CAR), "other", verb=RECORD)
add(
    "FLD-01@1",
    "asked for days that are gone",
    "block",
    on(asked, PERMIT_KEY, ends=date(2026, 11, 20)),
    "ended",
    verb=SUBMIT,
)
add(
    "FLD-01@1", "the unit is a man", "block", on(asked, QINGSHI_KEY, kind="individual"), "individual",
    verb=SUBMIT,
)  # fmt: skip
add("FLD-01@1", "the unit holds nothing", "block", both(asked, held()), "unit", verb=SUBMIT)
add(
    "FLD-01@1",
    "the certificate ends before the permit",
    "block",
    both(asked, held(certificate(52, valid_to=date(2026, 11, 29)))),
    "unit",
    verb=SUBMIT,
)
add(
    "FLD-01@1",
    "a suspended certificate",
    "block",
    both(asked, held(certificate(52, state="suspended"))),
    "unit",
    verb=SUBMIT,
)
add(
    "FLD-01@1",
    "a foreign operator",
    "block",
    on(asked, f"person:{SHEN}", citizenships=("CN", "DE")),
    "operator",
    verb=SUBMIT,
)
add("FLD-01@1", "no licence", "block", on(asked, PERMIT_KEY, has_licence=False), "licence", verb=SUBMIT)
add(
    "FLD-01@1",
    "no operating certificate",
    "block",
    on(asked, PERMIT_KEY, has_certificate=False),
    "certificate",
    verb=SUBMIT,
)
add(
    "FLD-01@1",
    "a micro drone needs no operating certificate",
    "pass",
    both(asked, changed(PERMIT_KEY, has_certificate=False), changed(DRONE_KEY, kind="drone_micro")),
    verb=SUBMIT,
)
add(
    "FLD-01@1",
    "no work permit of the surveyor",
    "block",
    on(asked, PERMIT_KEY, has_work_permit=False),
    "work_permit",
    verb=SUBMIT,
)
add(
    "FLD-01@1",
    "a drone that is not registered",
    "block",
    on(asked, DRONE_KEY, registration=""),
    "unregistered",
    verb=SUBMIT,
)
add("FLD-01@1", "a drone from abroad", "block", on(asked, DRONE_KEY, country="DE"), "foreign", verb=SUBMIT)
add(
    "FLD-01@1",
    "no airspace approval",
    "block",
    on(asked, PERMIT_KEY, has_airspace=False),
    "airspace",
    verb=SUBMIT,
)
add(
    "FLD-01@1",
    "an airspace approval that ends too soon",
    "block",
    on(asked, PERMIT_KEY, airspace_to=date(2026, 11, 29)),
    "airspace",
    verb=SUBMIT,
)
add(
    "FLD-01@1",
    "a vehicle needs neither airspace nor licence",
    "pass",
    on(asked, PERMIT_KEY, equipment=(CAR,), has_airspace=False, has_licence=False, has_certificate=False),
    verb=SUBMIT,
)
add(
    "FLD-01@1",
    "decided by who asked",
    "block",
    on(asked, PERMIT_KEY, requested_by=WEN),
    "concerned",
    verb=APPROVED,
)
add(
    "FLD-01@1",
    "decided by who operates",
    "block",
    on(asked, PERMIT_KEY, operator=WEN),
    "concerned",
    verb=APPROVED,
)
add(
    "FLD-01@1",
    "decided by somebody of the unit",
    "block",
    on(asked, f"person:{WEN}", memberships=(f.Membership(party=QINGSHI, role="officer"),)),
    "concerned",
    verb=APPROVED,
)
add(
    "FLD-01@1",
    "the owner's officer decides on its own field work",
    "pass",
    on(asked, PERMIT_KEY, unit=OWNER, operator=LU, requested_by=SHEN, hop=None),
    verb=APPROVED,
)
add("FLD-01@1", "the project is closed", "block", on(asked, "project", state="closed"), "closed", verb=SUBMIT)
add(
    "FLD-01@1",
    "a flight in a closed project",
    "block",
    on(flown, "project", state="closed"),
    "closed",
    verb=RECORD,
)
add(
    "FLD-01@1",
    "the subcontract is suspended",
    "block",
    on(asked, HOP1_KEY, state="suspended"),
    "hop",
    verb=APPROVED,
)
add(
    "FLD-01@1",
    "whether the project is open is not known",
    "cannot_tell",
    on(asked, "project", state=None),
    verb=SUBMIT,
)
add(
    "FLD-01@1",
    "the operator's citizenship is not known",
    "cannot_tell",
    on(asked, f"person:{SHEN}", citizenships=None),
    verb=SUBMIT,
)
add(
    "FLD-01@1",
    "the maker's country is not known",
    "cannot_tell",
    on(asked, DRONE_KEY, country=None),
    verb=SUBMIT,
)
add(
    "FLD-01@1",
    "whether the drone is registered is not known",
    "cannot_tell",
    on(asked, DRONE_KEY, registration=None),
    verb=SUBMIT,
)
add(
    "FLD-01@1",
    "the equipment is not in the facts",
    "cannot_tell",
    both(asked, lambda w: w.drop(DRONE_KEY)),
    verb=SUBMIT,
)
add(
    "FLD-01@1",
    "US: no permit is asked for",
    "not_applicable",
    asked,
    verb=SUBMIT,
    regime=CUI,
)

add("FLD-02@1", "an area off all zones", "pass", asked, verb=SUBMIT)
add("FLD-02@1", "approved", "pass", asked, verb=APPROVED)
add("FLD-02@1", "a flight in it", "pass", flown, verb=RECORD)
add("FLD-02@1", "the area meets a zone", "block", on(asked, PERMIT_KEY, zones_met=1), "zone", verb=SUBMIT)
add(
    "FLD-02@1",
    "whose authority has consented",
    "pass",
    on(asked, PERMIT_KEY, zones_met=1, zones_consented=1),
    verb=SUBMIT,
)
add(
    "FLD-02@1",
    "one of two authorities has",
    "block",
    on(asked, PERMIT_KEY, zones_met=2, zones_consented=1),
    "zone",
    verb=APPROVED,
)
add(
    "FLD-02@1",
    "a flight without a permit, sent live and paid in crypto",
    "block",
    both(alone, changed(FLIGHT_KEY, uplink=True, payment="crypto")),
    "no_area",
    "uplink",
    "crypto",
    verb=RECORD,
)
add("FLD-02@1", "sent live", "block", on(flown, FLIGHT_KEY, uplink=True), "uplink", verb=RECORD)
add("FLD-02@1", "to be sent live", "block", on(asked, PERMIT_KEY, uplink=True), "uplink", verb=SUBMIT)
add("FLD-02@1", "paid from abroad", "warn", on(flown, FLIGHT_KEY, payment="abroad"), "abroad", verb=RECORD)
add("FLD-02@1", "paid in crypto", "warn", on(asked, PERMIT_KEY, payment="crypto"), "crypto", verb=SUBMIT)
add(
    "FLD-02@1",
    "earlier output is late",
    "warn",
    on(asked, PERMIT_KEY, outputs_overdue=2),
    "late",
    verb=SUBMIT,
)
add("FLD-02@1", "no list of zones", "cannot_tell", on(asked, PERMIT_KEY, zones_met=None), verb=SUBMIT)
add(
    "FLD-02@1",
    "nobody says whether it is sent",
    "cannot_tell",
    on(flown, FLIGHT_KEY, uplink=None),
    verb=RECORD,
)
add("FLD-02@1", "nobody says how it is paid", "cannot_tell", on(asked, PERMIT_KEY, payment=None), verb=SUBMIT)
