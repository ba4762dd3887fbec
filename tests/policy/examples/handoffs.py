"""Examples of CPY and HND."""

from __future__ import annotations

from tests.policy.examples.table import (
    ACCEPT,
    COPY1_KEY,
    add,
    both,
    changed,
    sound,
)
from tests.policy.world import (
    COPY1,
    HANDOFF,
    LU,
    QINGSHI,
    SHEN,
    person,
    uid,
)

add("CPY-01@1", "two registered copies", "pass", sound)
add("CPY-01@1", "no copy named", "block", changed("act", copies=()), "none")
add("CPY-01@1", "one not registered", "block", changed(COPY1_KEY, registered=False), "unregistered")
add("CPY-01@1", "one without a number", "block", changed(COPY1_KEY, number=""), "unregistered")
add("CPY-01@1", "one named twice", "block", changed("act", copies=(COPY1, COPY1)), "twice")
add("CPY-01@1", "one not in the facts", "cannot_tell", lambda w: w.drop(COPY1_KEY))

add("HND-01@1", "all held by the sender", "pass", sound)
add("HND-01@1", "offered to and accepted in this handoff", "pass", sound, verb=ACCEPT)
add(
    "HND-01@1",
    "one held by someone else",
    "block",
    changed(COPY1_KEY, custodian_party=QINGSHI),
    "not_custodian",
)
add(
    "HND-01@1",
    "one on offer elsewhere",
    "block",
    changed(COPY1_KEY, state="offered", offered_in=HANDOFF),
    "offered",
)
add(
    "HND-01@1",
    "one withdrawn before it is accepted",
    "block",
    changed(COPY1_KEY, state="held", offered_in=None),
    "not_offered",
    verb=ACCEPT,
)
add(
    "HND-01@1",
    "one moved to another handoff",
    "block",
    changed(COPY1_KEY, offered_in=uid(99)),
    "not_offered",
    verb=ACCEPT,
)
add("HND-01@1", "custodian is not known", "cannot_tell", changed(COPY1_KEY, custodian_party=None))

add("HND-03@1", "the person named accepts", "pass", sound, verb=ACCEPT)
add(
    "HND-03@1",
    "nobody named, one of the party accepts",
    "pass",
    changed("act", receiver_person=None),
    verb=ACCEPT,
)
add(
    "HND-03@1",
    "a colleague of the person named",
    "block",
    both(lambda w: w.add(person(uid(18), QINGSHI)), changed("act", actor_person=uid(18))),
    "not_named",
    verb=ACCEPT,
)
add(
    "HND-03@1",
    "the sender's manager accepts",
    "block",
    changed("act", actor_person=LU),
    "not_named",
    "not_member",
    "own_offer",
    verb=ACCEPT,
)
add(
    "HND-03@1",
    "has left the receiving party",
    "block",
    lambda w: w.add(person(SHEN)),
    "not_member",
    verb=ACCEPT,
)
add(
    "HND-03@1",
    "who made the offer signs for it",
    "block",
    changed("act", offered_by=SHEN),
    "own_offer",
    verb=ACCEPT,
)
add(
    "HND-03@1", "who made the offer is not known", "cannot_tell", changed("act", offered_by=None), verb=ACCEPT
)
