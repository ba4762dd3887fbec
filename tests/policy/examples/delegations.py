"""Examples of APR-05, and of APR-03 and APR-04 where officer Wen's vote is in driver Guan's hands."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from custody.policy import facts as f
from tests.policy.examples.table import APPROVAL1_KEY, APPROVE, Change, add, changed, sound
from tests.policy.world import (
    CLIENT,
    GUAN,
    LU,
    OWNER,
    PROJECT,
    QINGSHI,
    SHEN,
    WEN,
    World,
    delegation,
    person,
    uid,
    vote,
)

OFFICER = f.Membership(party=OWNER, role="officer")


def by_guan(officer: tuple[f.Membership, ...] = (OFFICER,), also: Change = sound, **changes: Any) -> Change:
    """Guan votes in Wen's place."""

    def change(world: World) -> World:
        given = delegation(**changes)
        world.add(
            replace(person(WEN), memberships=officer),
            replace(person(GUAN, OWNER), delegations=(given,)),
        )
        return also(world.change("act", actor_person=GUAN, delegation=given.id))

    return change


def votes(*cast: f.Vote, needed: int = 2) -> Change:
    return changed(APPROVAL1_KEY, needed=needed, votes=cast)


add("APR-05@1", "officer Wen votes in her own right", "not_applicable", sound, verb=APPROVE)
add("APR-05@1", "Guan votes in her place", "pass", by_guan(), verb=APPROVE)
add("APR-05@1", "for this very project", "pass", by_guan(project=PROJECT), verb=APPROVE)
add("APR-05@1", "on its last day", "pass", by_guan(ends=date(2026, 11, 21)), verb=APPROVE)
for name, problem, changes in (
    ("it was revoked", "not_in_force", {"state": "revoked"}),
    ("nobody has confirmed it", "not_in_force", {"state": "proposed"}),
    ("it ended yesterday", "window", {"ends": date(2026, 11, 20)}),
    ("it begins tomorrow", "window", {"starts": date(2026, 11, 22)}),
    ("it is for another project", "project", {"project": uid(99)}),
    ("it reaches up to a lower level", "level", {"level": "neibu"}),
):
    add("APR-05@1", name, "block", by_guan(**changes), problem, verb=APPROVE)
add("APR-05@1", "Wen is no officer, but a delegate herself", "block",
    by_guan((f.Membership(party=OWNER, role="manager"),)), "onward", verb=APPROVE)  # fmt: skip
add("APR-05@1", "Wen is an officer of another party", "block",
    by_guan((f.Membership(party=CLIENT, role="officer"),)), "onward", verb=APPROVE)  # fmt: skip
add(
    "APR-05@1",
    "Guan has left the party",
    "block",
    by_guan(also=lambda w: w.change(f"person:{GUAN}", memberships=())),
    "left",
    verb=APPROVE,
)
add("APR-05@1", "a level that the regime does not know", "cannot_tell", by_guan(level="cosmic"), verb=APPROVE)
add(
    "APR-05@1",
    "the delegation is not in the facts",
    "cannot_tell",
    by_guan(also=lambda w: w.change(f"person:{GUAN}", delegations=())),
    verb=APPROVE,
)
add(
    "APR-05@1",
    "delegations are not known",
    "cannot_tell",
    by_guan(also=lambda w: w.change(f"person:{GUAN}", delegations=None)),
    verb=APPROVE,
)

add("APR-03@2", "one vote where one is needed", "pass", sound)
add("APR-03@2", "two officers where two are needed", "pass", votes(vote(WEN, OWNER), vote(LU, OWNER)))
add(
    "APR-03@2",
    "one of them in another's place",
    "pass",
    votes(vote(GUAN, OWNER, behalf=WEN), vote(LU, OWNER)),
)
add("APR-03@2", "an officer and her delegate are one", "block",
    votes(vote(WEN, OWNER), vote(GUAN, OWNER, behalf=WEN)), "too_few")  # fmt: skip
add("APR-03@2", "two delegates of one officer are one", "block",
    votes(vote(LU, OWNER, behalf=WEN), vote(GUAN, OWNER, behalf=WEN)), "too_few")  # fmt: skip
add("APR-03@2", "one delegate of two officers is one", "block",
    votes(vote(GUAN, OWNER, behalf=WEN), vote(GUAN, OWNER, behalf=LU)), "too_few")  # fmt: skip
add("APR-03@2", "granted without a vote", "block", votes(needed=1), "too_few")
add("APR-03@2", "granted though one refused in an officer's place", "block",
    votes(vote(LU, OWNER), vote(GUAN, OWNER, choice="deny", behalf=WEN), needed=1), "denied")  # fmt: skip
add("APR-03@2", "the first of two votes, in an officer's place", "pass", by_guan(also=votes()), verb=APPROVE)
add("APR-03@2", "the officer herself has approved", "block", by_guan(also=votes(vote(WEN, OWNER))), "voted",
    verb=APPROVE)  # fmt: skip
add("APR-03@2", "her delegate has approved, and now she does", "block",
    votes(vote(GUAN, OWNER, behalf=WEN)), "voted", verb=APPROVE)  # fmt: skip
add("APR-03@2", "none was given", "not_applicable", changed(APPROVAL1_KEY, state="denied"))
add("APR-03@2", "approval is not in the facts", "cannot_tell", lambda w: w.drop(APPROVAL1_KEY))

add("APR-04@2", "an officer of the owner decides", "pass", sound, verb=APPROVE)
add("APR-04@2", "Guan decides in her place", "pass", by_guan(), verb=APPROVE)
add("APR-04@2", "the requester decides", "block", changed("act", actor_person=LU), "requester", verb=APPROVE)
add("APR-04@2", "one of the recipient's people decides", "block",
    lambda w: w.add(person(WEN, OWNER, QINGSHI)), "party", verb=APPROVE)  # fmt: skip
add("APR-04@2", "the requester in an officer's place", "block",
    by_guan(also=changed(APPROVAL1_KEY, requested_by=GUAN)), "requester", verb=APPROVE)  # fmt: skip
add("APR-04@2", "in the place of the requester", "block",
    by_guan(also=changed(APPROVAL1_KEY, requested_by=WEN)), "principal", verb=APPROVE)  # fmt: skip
add("APR-04@2", "in the place of one of the recipient's people", "block",
    by_guan((OFFICER, f.Membership(party=QINGSHI, role="custodian"))), "principal", verb=APPROVE)  # fmt: skip
add("APR-04@2", "granted by an independent vote", "pass", sound)
add("APR-04@2", "granted in the requester's place", "block", votes(vote(GUAN, OWNER, behalf=LU), needed=1),
    "not_independent")  # fmt: skip
add("APR-04@2", "granted by the recipient's vote", "block", votes(vote(SHEN, QINGSHI), needed=1),
    "not_independent")  # fmt: skip
add("APR-04@2", "inside the owner", "not_applicable", changed("act", hop=None, receiver_party=OWNER))
add("APR-04@2", "requester is not known", "cannot_tell", changed(APPROVAL1_KEY, requested_by=None),
    verb=APPROVE)  # fmt: skip
