"""Examples of DSP-01: Baixi, certified for it, pulps two copies of Lanting; broken one fact at a time."""

from __future__ import annotations

from datetime import date
from typing import Any

from custody.policy import facts as f
from custody.terms import Verb
from tests.policy.examples.table import COPY1_KEY, CUI, Change, add, both, changed
from tests.policy.world import (
    BAIXI,
    COPY1,
    COPY2,
    GUAN,
    ITEM,
    LU,
    OWNER,
    QINGSHI,
    SHA1,
    SHA2,
    SHEN,
    TODAY,
    WEN,
    YAO,
    World,
    certificate,
    item,
    party,
    person,
    uid,
)

BATCH = uid(111)
KEY, BAIXI_KEY = f"destruction:{BATCH}", f"party:{BAIXI}"
ASK, APPROVE, RECORD = Verb.DESTRUCTION_REQUEST, Verb.DESTRUCTION_APPROVE, Verb.DESTRUCTION_RECORD


def batch(**changes: Any) -> f.Destruction:
    given: dict[str, Any] = {
        "id": BATCH,
        "holder": OWNER,
        "unit": BAIXI,
        "copies": (COPY1, COPY2),
        "count": 2,
        "method": "pulp",
        "state": "requested",
        "subject_sha256": SHA1,
        "approved_sha256": None,
        "approved_on": None,
        "requested_by": LU,
        "on_hold": (),
        "unsettled": (),
        "not_found": (),
        "unconfirmed": (),
        "frozen": (),
        "done_unit": None,
        "done_method": None,
        "destroyed_on": None,
        "counted": None,
        "witnesses": None,
        "entry": None,
    }
    return f.Destruction(**{**given, **changes})


def _copies(world: World, state: str) -> World:
    world.change("act", destruction=BATCH, copies=(COPY1, COPY2))
    world.add(person(GUAN, OWNER), person(SHEN, QINGSHI), person(YAO, BAIXI))
    paper = certificate(54, type="secrecy", grade="B", categories=("destruction",))
    world.add(item(ITEM), party(BAIXI, qualifications=(paper,)))
    for n, id in enumerate((COPY1, COPY2), 1):
        world.add(
            f.Copy(
                id=id,
                number=f"DEM-1/{n}",
                item=ITEM,
                level="mimi",
                custodian_party=OWNER,
                custodian_person=GUAN,
                state=state,
                offered_in=None,
                registered=True,
                held_by=(),
                entry=None,
            )
        )
    return world


def asked(world: World) -> World:
    """Lu asks, or Wen decides."""
    asks = world.verb is ASK
    world.change("act", actor_person=LU if asks else WEN)
    return _copies(world, "held" if asks else "marked_for_destruction").add(batch())


def done(world: World) -> World:
    """Lu records what was done today, before Shen and Yao."""
    world.change("act", actor_person=LU)
    recorded = batch(
        state="approved",
        approved_sha256=SHA1,
        approved_on=date(2026, 11, 20),
        done_unit=BAIXI,
        done_method="pulp",
        destroyed_on=TODAY,
        counted=2,
        witnesses=(SHEN, YAO),
    )
    return _copies(world, "marked_for_destruction").add(recorded)


def case(
    name: str,
    outcome: str,
    change: Change,
    *problems: str,
    verb: Verb = ASK,
    regime: str = "cn_surveying_zhejiang",
) -> None:
    add("DSP-01@1", name, outcome, change, *problems, verb=verb, regime=regime)


def on(change: Change, key: str = KEY, **changes: object) -> Change:
    return both(change, changed(key, **changes))


def cui(change: Change) -> Change:
    """The same under us_cui, at its level for such data."""
    levels = (changed(f"copy:{id}", level="cui") for id in (COPY1, COPY2))
    return both(change, *levels)


def elsewhere(world: World) -> World:
    """Both copies lie with Qingshi, which asks."""
    for id in (COPY1, COPY2):
        world.change(f"copy:{id}", custodian_party=QINGSHI, custodian_person=SHEN)
    return world.change(KEY, holder=QINGSHI, requested_by=SHEN)


case("copies in order are asked for", "pass", asked)
case("an officer who is not concerned approves", "pass", asked, verb=APPROVE)
case("and they are destroyed before two witnesses", "pass", done, verb=RECORD)
case("three are stated and two are named", "block", on(asked, count=3), "count")
case("one less was destroyed", "block", on(done, counted=1), "count", verb=RECORD)
case("none is named", "block", on(asked, copies=(), count=0), "count")
case("one lies with somebody else", "block", on(asked, COPY1_KEY, custodian_party=QINGSHI), "elsewhere")
case("one is on offer", "block", on(asked, COPY1_KEY, state="offered", offered_in=uid(43)), "moving")
case("the receipt of one is disputed", "block", on(asked, COPY1_KEY, state="disputed"), "moving")
case("one is in another batch", "block", on(asked, COPY1_KEY, state="marked_for_destruction"), "taken")
case("one was destroyed before", "block", on(asked, COPY1_KEY, state="destroyed"), "taken")
case("one is not marked any more", "block", on(done, COPY1_KEY, state="held"), "taken", verb=RECORD)
case("under a legal hold", "block", on(asked, on_hold=(COPY1,)), "hold")
case("the hold came after the request", "block", on(asked, on_hold=(COPY2,)), "hold", verb=APPROVE)
case("the hold came after the approval", "block", on(done, on_hold=(COPY2,)), "hold", verb=RECORD)
case("a discrepancy is open", "block", on(asked, unsettled=(COPY1,)), "unsettled")
case("a stocktake did not find one", "block", on(asked, not_found=(COPY2,)), "not_found")
case("one was missing after the approval", "block", on(done, not_found=(COPY1,)), "not_found", verb=RECORD)
case("custody is in doubt", "block", on(asked, unconfirmed=(COPY1,)), "doubt")
case("the record is frozen", "block", on(asked, frozen=(COPY1,)), "frozen")
case("Qingshi would destroy what it holds", "block", both(asked, elsewhere), "owner_only")
case("by a unit that is not certified", "block", on(asked, unit=QINGSHI), "unit")
case("by the owner itself", "block", on(asked, unit=OWNER), "unit")
case(
    "the certificate is for something else",
    "block",
    on(asked, BAIXI_KEY, qualifications=(certificate(54, type="secrecy", categories=("copying",)),)),
    "unit",
)
case(
    "the certificate is suspended",
    "block",
    on(
        asked,
        BAIXI_KEY,
        qualifications=(certificate(54, type="secrecy", categories=("destruction",), state="suspended"),),
    ),
    "unit",
)
case(
    "one certificate was revoked, and another counts",
    "pass",
    on(
        asked,
        BAIXI_KEY,
        qualifications=(
            certificate(54, type="secrecy", categories=("destruction",), state="revoked"),
            certificate(55, type="secrecy", categories=("destruction",)),
        ),
    ),
)
case(
    "the certificate began only after the destruction",
    "block",
    on(
        done,
        BAIXI_KEY,
        qualifications=(
            certificate(54, type="secrecy", categories=("destruction",), valid_from=date(2026, 11, 22)),
        ),
    ),
    "unit",
    verb=RECORD,
)
case("by overwriting", "block", on(asked, method="erase"), "method")
case("in another way", "block", on(asked, method="other"), "method")
case(
    "shredding is not enough for top secret",
    "block",
    both(on(asked, method="shred"), changed(COPY1_KEY, level="juemi")),
    "method",
)
case("pulping is", "pass", both(asked, changed(COPY1_KEY, level="juemi")))
case("approved by who asked", "block", on(asked, requested_by=WEN), "concerned", verb=APPROVE)
case(
    "approved by who holds a copy",
    "block",
    on(asked, COPY1_KEY, custodian_person=WEN),
    "concerned",
    verb=APPROVE,
)
case(
    "not approved yet",
    "block",
    on(done, state="requested", approved_sha256=None),
    "not_approved",
    verb=RECORD,
)
case("not what was approved", "block", on(done, approved_sha256=SHA2), "changed", verb=RECORD)
case("by another unit", "block", on(done, done_unit=QINGSHI), "other", verb=RECORD)
case("by another method", "block", on(done, done_method="burn"), "other", verb=RECORD)
case(
    "the day before it was approved", "block", on(done, destroyed_on=date(2026, 11, 19)), "early", verb=RECORD
)
case("on the day of the approval", "pass", on(done, destroyed_on=date(2026, 11, 20)), verb=RECORD)
case("one witness of two", "block", on(done, witnesses=(SHEN,)), "witnesses", verb=RECORD)
case("nobody saw it", "block", on(done, witnesses=()), "witnesses", verb=RECORD)
case("the custodian is a witness", "block", on(done, witnesses=(SHEN, GUAN)), "own_witness", verb=RECORD)
case("who asked is a witness", "block", on(done, witnesses=(LU, SHEN)), "own_witness", verb=RECORD)
case(
    "who records it is a witness",
    "block",
    both(on(done, requested_by=YAO, witnesses=(LU, SHEN))),
    "own_witness",
    verb=RECORD,
)
case("how many were destroyed is not known", "cannot_tell", on(done, counted=None), verb=RECORD)
case("who saw it is not known", "cannot_tell", on(done, witnesses=None), verb=RECORD)
case("a copy is not in the facts", "cannot_tell", both(asked, lambda w: w.drop(COPY1_KEY)))
case("who holds a copy is not known", "cannot_tell", on(asked, COPY1_KEY, custodian_party=None))
case(
    "a witness is not in the facts", "cannot_tell", both(done, lambda w: w.drop(f"person:{YAO}")), verb=RECORD
)
case(
    "US: a subcontractor destroys what it holds",
    "pass",
    cui(both(on(asked, unit=QINGSHI), elsewhere)),
    regime=CUI,
)
case(
    "US: and its own officer would approve",
    "block",
    cui(
        both(
            on(asked, unit=QINGSHI),
            elsewhere,
            changed(f"person:{WEN}", memberships=(f.Membership(party=QINGSHI, role="officer"),)),
        )
    ),
    "concerned",
    verb=APPROVE,
    regime=CUI,
)
case("US: one witness is enough", "pass", cui(on(done, witnesses=(YAO,))), verb=RECORD, regime=CUI)
case("US: by degaussing", "block", cui(on(asked, method="degauss")), "method", regime=CUI)
