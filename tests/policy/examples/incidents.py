"""Examples of INC-01: copies and parties that an incident holds, and incidents past their time."""

from __future__ import annotations

from custody.terms import Leg, Verb
from tests.policy.examples import destruction
from tests.policy.examples.legs import going_up, inside, leg
from tests.policy.examples.table import (
    ACCEPT,
    COPY_KEYS,
    CUI,
    HOP1_KEY,
    QINGSHI_KEY,
    add,
    both,
    changed,
    cmmc,
    sound,
)
from tests.policy.world import OWNER, uid

INCIDENT = (uid(90),)
one_held = changed(COPY_KEYS[0], held_by=INCIDENT)
recipient_held = changed(QINGSHI_KEY, held_by=INCIDENT)
sender_held = changed(f"party:{OWNER}", held_by=INCIDENT)

add("INC-01@1", "nothing is held", "pass", sound)
add("INC-01@1", "nothing is held on receipt", "pass", sound, verb=ACCEPT)
add("INC-01@1", "nothing is held where a subcontract is asked for", "pass", sound, verb=Verb.HOP_REQUEST)
add("INC-01@1", "nothing is held where a subcontract is decided on", "pass", sound, verb=Verb.HOP_APPROVE)
add("INC-01@1", "one of the copies is held", "block", one_held, "copies")
add("INC-01@1", "a copy was held since it was offered", "block", one_held, "copies", verb=ACCEPT)
add("INC-01@1", "a held copy is moved within its party", "block", both(inside, one_held), "copies")
add("INC-01@1", "a held copy is read on site", "block", both(leg(Leg.INSPECTION), one_held), "copies")
add("INC-01@1", "a held copy comes back", "pass", both(going_up, one_held))
add("INC-01@1", "a held copy does not come back where evidence stays", "block",
    both(cmmc("L2_SELF", "L2_SELF"), both(going_up, one_held)), "copies", regime=CUI)  # fmt: skip
add("INC-01@1", "the recipient is held", "block", recipient_held, "party")
add("INC-01@1", "the sender is held", "block", sender_held, "party", verb=ACCEPT)
add("INC-01@1", "a party above is held", "block", sender_held, "party", tier=2)
add("INC-01@1", "a party that is held is to get a subcontract", "block", recipient_held, "party",
    verb=Verb.HOP_REQUEST)  # fmt: skip
add("INC-01@1", "a party that is held was to get a subcontract", "block", recipient_held, "party",
    verb=Verb.HOP_APPROVE)  # fmt: skip
add("INC-01@1", "a party that is held is to pass one on", "block", recipient_held, "party", tier=2,
    verb=Verb.HOP_REQUEST)  # fmt: skip
add("INC-01@1", "a party that is held gives back", "pass", both(going_up, recipient_held))
add("INC-01@1", "copies within a party that is held", "block", both(inside, sender_held), "party")
add("INC-01@1", "copies and recipient are held", "block", both(one_held, recipient_held), "copies", "party")
add(
    "INC-01@1", "an incident of the recipient is late", "warn", changed(QINGSHI_KEY, incidents_late=1), "late"
)
add("INC-01@1", "an incident of the sender is late", "pass", changed(f"party:{OWNER}", incidents_late=1))
add("INC-01@1", "a late incident where a subcontract is asked for", "warn",
    changed(QINGSHI_KEY, incidents_late=2), "late", verb=Verb.HOP_REQUEST)  # fmt: skip
add("INC-01@1", "held, and late", "block", both(recipient_held, changed(QINGSHI_KEY, incidents_late=1)),
    "party", "late")  # fmt: skip
add("INC-01@1", "not known whether a copy is held", "cannot_tell", changed(COPY_KEYS[1], held_by=None))
add("INC-01@1", "not known whether a party is held", "cannot_tell", changed(QINGSHI_KEY, held_by=None))
add("INC-01@1", "not known what is late", "cannot_tell", changed(QINGSHI_KEY, incidents_late=None))
add("INC-01@1", "not known above whom it is asked", "cannot_tell", changed(HOP1_KEY, parent=uid(99)))

asked_to_destroy = destruction.asked
add("INC-01@1", "nothing that is to be destroyed is held", "pass", asked_to_destroy, verb=destruction.ASK)
add("INC-01@1", "a held copy is to be destroyed", "block", both(asked_to_destroy, one_held), "copies",
    verb=destruction.ASK)  # fmt: skip
add("INC-01@1", "a copy was held since its destruction was approved", "block",
    both(destruction.done, one_held), "copies", verb=destruction.RECORD)  # fmt: skip
add("INC-01@1", "who would destroy them is held", "block", both(asked_to_destroy, sender_held), "party",
    verb=destruction.ASK)  # fmt: skip
add("INC-01@1", "not known which batch", "cannot_tell",
    both(asked_to_destroy, changed("act", destruction=None)), verb=destruction.ASK)  # fmt: skip
