"""Examples of APR."""

from __future__ import annotations

from datetime import date

from tests.policy.examples.table import (
    APPROVAL1_KEY,
    APPROVE,
    HOP1_KEY,
    NATIONAL,
    REQUEST,
    add,
    changed,
    sound,
)
from tests.policy.world import (
    APPROVAL2,
    HOP2,
    LU,
    OWNER,
    QINGSHI,
    SHEN,
    WEN,
    person,
    vote,
)

add("APR-01@1", "granted for this very hop", "pass", sound)
add("APR-01@1", "no approval asked for", "block", changed(HOP1_KEY, approval=None), "none")
add("APR-01@1", "not decided yet", "block", changed(APPROVAL1_KEY, state="requested"), "not_granted")
add("APR-01@1", "denied", "block", changed(APPROVAL1_KEY, state="denied"), "not_granted")
add("APR-01@1", "hop changed since", "block", changed(HOP1_KEY, subject_sha256="f" * 64), "changed")
add("APR-01@1", "approval of another hop", "block", changed(APPROVAL1_KEY, subject_id=HOP2), "changed")
add(
    "APR-01@1",
    "approval of another kind of subject",
    "block",
    changed(APPROVAL1_KEY, subject_kind="destruction"),
    "changed",
)
add("APR-01@1", "approved for a lower level", "block", changed(APPROVAL1_KEY, level="neibu"), "level")
add(
    "APR-01@1",
    "the hop above lacks one",
    "block",
    changed(APPROVAL1_KEY, state="denied"),
    "not_granted",
    tier=2,
    verb=REQUEST,
    regime=NATIONAL,
)
add("APR-01@1", "first hop asked for", "not_applicable", sound, verb=REQUEST)
add("APR-01@1", "open request being decided", "pass", sound, verb=APPROVE)
add(
    "APR-01@1",
    "request already denied",
    "block",
    changed(APPROVAL1_KEY, state="denied"),
    "not_granted",
    verb=APPROVE,
)
add(
    "APR-01@1",
    "deciding another request than the hop's",
    "block",
    changed("act", approval=APPROVAL2),
    "changed",
    verb=APPROVE,
)
add("APR-01@1", "approval is not in the facts", "cannot_tell", lambda w: w.drop(APPROVAL1_KEY))

add("APR-02@1", "in force", "pass", sound)
add("APR-02@1", "last day is today", "pass", changed(APPROVAL1_KEY, ends=date(2026, 11, 21)))
add("APR-02@1", "ended yesterday", "block", changed(APPROVAL1_KEY, ends=date(2026, 11, 20)), "expired")
add("APR-02@1", "begins tomorrow", "block", changed(APPROVAL1_KEY, starts=date(2026, 11, 22)), "early")
add("APR-02@1", "revoked", "block", changed(APPROVAL1_KEY, state="revoked"), "revoked")
add(
    "APR-02@1",
    "request past its own end",
    "block",
    changed(APPROVAL1_KEY, ends=date(2026, 11, 20)),
    "expired",
    verb=APPROVE,
)
add(
    "APR-02@1",
    "request that begins later may be decided now",
    "pass",
    changed(APPROVAL1_KEY, starts=date(2026, 12, 1)),
    verb=APPROVE,
)
add("APR-02@1", "none was given", "not_applicable", changed(APPROVAL1_KEY, state="denied"))
add("APR-02@1", "approval is not in the facts", "cannot_tell", lambda w: w.drop(APPROVAL1_KEY))

add("APR-03@1", "one vote where one is needed", "pass", sound)
add(
    "APR-03@1",
    "two officers where two are needed",
    "pass",
    changed(APPROVAL1_KEY, needed=2, votes=(vote(WEN, OWNER), vote(LU, OWNER))),
)
add(
    "APR-03@1",
    "one officer's two votes where two are needed",
    "block",
    changed(APPROVAL1_KEY, needed=2, votes=(vote(WEN, OWNER), vote(WEN, OWNER))),
    "too_few",
)
add("APR-03@1", "granted without a vote", "block", changed(APPROVAL1_KEY, votes=()), "too_few")
add(
    "APR-03@1",
    "granted though one refused",
    "block",
    changed(APPROVAL1_KEY, votes=(vote(WEN, OWNER), vote(LU, OWNER, choice="deny"))),
    "denied",
)
add(
    "APR-03@1", "the first of two votes is being cast", "pass", changed(APPROVAL1_KEY, needed=2), verb=APPROVE
)
add(
    "APR-03@1",
    "the officer has approved already",
    "block",
    changed(APPROVAL1_KEY, needed=2, votes=(vote(WEN, OWNER),)),
    "voted",
    verb=APPROVE,
)
add("APR-03@1", "none was given", "not_applicable", changed(APPROVAL1_KEY, state="denied"))
add("APR-03@1", "approval is not in the facts", "cannot_tell", lambda w: w.drop(APPROVAL1_KEY))
add(
    "APR-03@1",
    "who decides is not known",
    "cannot_tell",
    changed("act", actor_person=None),
    verb=APPROVE,
)

add("APR-04@1", "an officer of the owner decides", "pass", sound, verb=APPROVE)
add("APR-04@1", "the requester decides", "block", changed("act", actor_person=LU), "requester", verb=APPROVE)
add(
    "APR-04@1",
    "one of the recipient's people decides",
    "block",
    lambda w: w.add(person(WEN, OWNER, QINGSHI)),
    "party",
    verb=APPROVE,
)
add(
    "APR-04@1",
    "tier 2: one of the giving party decides",
    "block",
    lambda w: w.add(person(WEN, QINGSHI)),
    "party",
    verb=APPROVE,
    tier=2,
    regime=NATIONAL,
)
add("APR-04@1", "granted by an independent vote", "pass", sound)
add(
    "APR-04@1",
    "granted by the requester's vote",
    "block",
    changed(APPROVAL1_KEY, votes=(vote(LU, OWNER),)),
    "not_independent",
)
add(
    "APR-04@1",
    "granted by the recipient's vote",
    "block",
    changed(APPROVAL1_KEY, votes=(vote(SHEN, QINGSHI),)),
    "not_independent",
)
add(
    "APR-04@1",
    "one officer's two votes where two are needed",
    "block",
    changed(APPROVAL1_KEY, needed=2, votes=(vote(WEN, OWNER), vote(WEN, OWNER))),
    "not_independent",
)
add("APR-04@1", "granted without a vote", "block", changed(APPROVAL1_KEY, votes=()), "not_independent")
add("APR-04@1", "inside the owner", "not_applicable", changed("act", hop=None, receiver_party=OWNER))
add(
    "APR-04@1",
    "requester is not known",
    "cannot_tell",
    changed(APPROVAL1_KEY, requested_by=None),
    verb=APPROVE,
)
add(
    "APR-04@1",
    "the officer is not in the facts",
    "cannot_tell",
    lambda w: w.drop(f"person:{WEN}"),
    verb=APPROVE,
)

for state in ("granted", "suspended", "revoked"):
    add("APR-01@2", f"{state}, for this very hop", "pass", changed(APPROVAL1_KEY, state=state))
for state in ("requested", "denied", "withdrawn", "superseded"):
    add("APR-01@2", f"it is {state}", "block", changed(APPROVAL1_KEY, state=state), "not_granted")
add("APR-01@2", "no approval asked for", "block", changed(HOP1_KEY, approval=None), "none")
add("APR-01@2", "hop changed since", "block", changed(HOP1_KEY, subject_sha256="f" * 64), "changed")
add("APR-01@2", "approved for a lower level", "block", changed(APPROVAL1_KEY, level="neibu"), "level")
add("APR-01@2", "first hop asked for", "not_applicable", sound, verb=REQUEST)
add("APR-01@2", "open request being decided", "pass", sound, verb=APPROVE)
add("APR-01@2", "approval is not in the facts", "cannot_tell", lambda w: w.drop(APPROVAL1_KEY))

add("APR-02@2", "in force", "pass", sound)
add("APR-02@2", "suspended", "block", changed(APPROVAL1_KEY, state="suspended"), "suspended")
add(
    "APR-02@2",
    "the one above is suspended when a hop below is asked for",
    "block",
    changed(APPROVAL1_KEY, state="suspended"),
    "suspended",
    tier=2,
    verb=REQUEST,
    regime=NATIONAL,
)
add(
    "APR-02@2",
    "suspended, and past its end: the suspension is what can be ended",
    "block",
    changed(APPROVAL1_KEY, state="suspended", ends=date(2026, 11, 20)),
    "suspended",
)
add("APR-02@2", "revoked", "block", changed(APPROVAL1_KEY, state="revoked"), "revoked")
add("APR-02@2", "ended yesterday", "block", changed(APPROVAL1_KEY, ends=date(2026, 11, 20)), "expired")
add("APR-02@2", "begins tomorrow", "block", changed(APPROVAL1_KEY, starts=date(2026, 11, 22)), "early")
add("APR-02@2", "none was given", "not_applicable", changed(APPROVAL1_KEY, state="denied"))
add("APR-02@2", "approval is not in the facts", "cannot_tell", lambda w: w.drop(APPROVAL1_KEY))

add("APR-07@1", "as it was approved", "pass", sound)
add("APR-07@1", "the level was raised", "block", changed(HOP1_KEY, changed=("level",)), "changed")
add(
    "APR-07@1",
    "an amendment waits for its decision",
    "block",
    lambda w: w.change(HOP1_KEY, changed=("ends", "share")).change(APPROVAL1_KEY, state="requested"),
    "changed",
)
add("APR-07@1", "another subject than the approved one", "block", changed(HOP1_KEY, subject_sha256="f" * 64),
    "differs")  # fmt: skip
add("APR-07@1", "asked for, and never approved", "pass", changed(APPROVAL1_KEY, state="requested"))
add(
    "APR-07@1",
    "the hop above was changed when one below is asked for",
    "block",
    changed(HOP1_KEY, changed=("to_party",)),
    "changed",
    tier=2,
    verb=REQUEST,
    regime=NATIONAL,
)
add("APR-07@1", "the officer decides on the change itself", "not_applicable",
    changed(HOP1_KEY, changed=("level",)), verb=APPROVE)  # fmt: skip
add("APR-07@1", "no approval was given", "not_applicable", changed(HOP1_KEY, approval=None))
add("APR-07@1", "what was changed is not known", "cannot_tell", changed(HOP1_KEY, changed=None))
