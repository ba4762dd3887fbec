"""Examples that stand where a rule turns: items, foreign parties and field work."""

from __future__ import annotations

from datetime import date

from custody.policy import facts as f
from custody.terms import Verb
from tests.policy.examples.classification import FIRST, ITEM_KEY, MINT, behind
from tests.policy.examples.field import (
    APPROVED,
    CAR,
    DRONE,
    FLIGHT_KEY,
    PERMIT_KEY,
    RECORD,
    SUBMIT,
    asked,
    equipment,
    flown,
    on,
)
from tests.policy.examples.systems import FOREIGN_HOLDING, behind_the_client
from tests.policy.examples.table import (
    COPY_KEYS,
    CUI,
    HOP1_KEY,
    HOP2_KEY,
    QINGSHI_KEY,
    REQUEST,
    Change,
    add,
    both,
    changed,
    cmmc,
    held,
)
from tests.policy.world import (
    BAIXI,
    CLIENT,
    HOLDING,
    HOP2,
    LU,
    OWNER,
    QINGSHI,
    SOURCE,
    TODAY,
    YAO,
    World,
    certificate,
    party,
)

# --- items ------------------------------------------------------------------------------------------------
add("CLS-01@1", "neither a basis nor a marking", "block",
    changed(ITEM_KEY, has_basis=False, marking="unmarked"), "incomplete", verb=MINT)  # fmt: skip
add("CLS-02@1", "below its source, which was made from one as high", "block",
    both(behind(), changed(ITEM_KEY, level="gongkai")), "below", verb=MINT)  # fmt: skip
add("CLS-02@1", "its source and what that was made from stand in a circle", "pass",
    both(behind(), changed(f"item:{FIRST}", sources=(SOURCE,))), verb=MINT)  # fmt: skip


# --- foreign parties --------------------------------------------------------------------------------------
def from_abroad(*keys: str) -> Change:
    """These are of another country than all the others."""
    return both(*(changed(key, country="DE") for key in keys))


def controlled(id: str, *by: str) -> Change:
    """A party is controlled by these, in this order."""
    controllers = tuple(f.Controller(party=each, kind="owner", share=None, entry=None) for each in by)
    return changed(f"party:{id}", controllers=controllers)


HOLDING_KEY = f"party:{HOLDING}"
CLIENT_ABROAD = both(lambda w: w.add(party(FOREIGN_HOLDING, country="US")),
                     changed("project", client_party=FOREIGN_HOLDING))  # fmt: skip

add("FOR-01@1", "US: at the level that it starts from", "block",
    both(cmmc("L1", "L2_SELF"), from_abroad(QINGSHI_KEY)), "foreign", regime=CUI)  # fmt: skip
add("FOR-01@1", "public copies, at the level that it starts from", "block",
    both(from_abroad(QINGSHI_KEY), *(changed(key, level="gongkai") for key in COPY_KEYS)),
    "foreign")  # fmt: skip
add("FOR-01@1", "client from abroad, who works for one of the country", "block", CLIENT_ABROAD, "foreign",
    verb=Verb.PROJECT_OPEN)  # fmt: skip
add("FOR-01@1", "client is not known", "cannot_tell", changed("project", client_party=None))
add("FOR-01@1", "asked for: recipient from abroad", "block", from_abroad(QINGSHI_KEY), "foreign",
    verb=REQUEST)  # fmt: skip
add("FOR-01@1", "from the owner to the third, past a second from abroad", "block",
    both(changed("act", sender_party=OWNER), from_abroad(QINGSHI_KEY)), "foreign", tier=2)  # fmt: skip
add("FOR-01@1", "to a party from abroad that no subcontract names", "block",
    both(lambda w: w.add(party(BAIXI, country="DE")), changed("act", receiver_party=BAIXI)),
    "foreign")  # fmt: skip
add("FOR-01@1", "owned by the client, and by a holding from abroad", "block",
    both(controlled(QINGSHI, CLIENT, HOLDING), from_abroad(HOLDING_KEY)),
    "foreign")  # fmt: skip
add("FOR-01@1", "the client's owner from abroad", "block",
    both(behind_the_client, changed(HOLDING_KEY, country="DE", controllers=())), "foreign",
    verb=Verb.PROJECT_OPEN)  # fmt: skip


# --- field work -------------------------------------------------------------------------------------------
def at_tier_2(world: World) -> World:
    """Baixi asks for the permit, under its own subcontract with Qingshi."""
    asked(world).change(PERMIT_KEY, hop=HOP2, unit=BAIXI, operator=YAO)
    return world.change("act", hop=HOP2)


def both_fly(world: World) -> World:
    """A drone and a micro one are named, and no operating certificate."""
    asked(world).add(equipment(CAR, "drone_micro"))
    return world.change(PERMIT_KEY, equipment=(DRONE, CAR), has_certificate=False)


FROM, TO = date(2026, 11, 20), date(2026, 11, 30)
OWN_WORK = on(asked, PERMIT_KEY, unit=OWNER, operator=LU, hop=None)
NO_HOP = changed("act", hop=None)

add("FLD-01@1", "its last day is today", "pass", on(asked, PERMIT_KEY, ends=TODAY), verb=SUBMIT)
add("FLD-01@1", "a flight on its first day", "pass", on(flown, FLIGHT_KEY, collected_on=FROM), verb=RECORD)
add("FLD-01@1", "a flight on its last day", "pass", on(flown, PERMIT_KEY, ends=TODAY), verb=RECORD)
add("FLD-01@1", "a flight on the day before", "block",
    on(flown, FLIGHT_KEY, collected_on=date(2026, 11, 19)), "dates", "airspace", verb=RECORD)  # fmt: skip
add("FLD-01@1", "the certificate holds on those days alone", "pass",
    both(asked, held(certificate(52, valid_from=FROM, valid_to=TO))), verb=SUBMIT)  # fmt: skip
add("FLD-01@1", "the certificate begins after the permit", "block",
    both(asked, held(certificate(52, valid_from=date(2026, 11, 21)))), "unit", verb=SUBMIT)  # fmt: skip
add("FLD-01@1", "a survey certificate is asked for, whatever else the project asks", "pass",
    on(asked, "project", qualification_type="secrecy"), verb=SUBMIT)  # fmt: skip
add("FLD-01@1", "a drone beside a micro one needs the operating certificate", "block", both_fly,
    "certificate", verb=SUBMIT)  # fmt: skip
add("FLD-01@1", "the subcontract of the permit is not known", "cannot_tell", both(asked, NO_HOP),
    verb=SUBMIT)  # fmt: skip
add("FLD-01@1", "the owner's own work is under none", "pass", both(OWN_WORK, NO_HOP), verb=APPROVED)
add("FLD-01@1", "work at the second tier", "pass", at_tier_2, verb=SUBMIT, tier=2)
add("FLD-01@1", "work at the second tier, the first being suspended", "block",
    on(at_tier_2, HOP1_KEY, state="suspended"), "hop", verb=SUBMIT, tier=2)  # fmt: skip
add("FLD-01@1", "work at the second tier, itself suspended", "block",
    on(at_tier_2, HOP2_KEY, state="suspended"), "hop", verb=SUBMIT, tier=2)  # fmt: skip
