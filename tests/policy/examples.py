"""For every rule version: examples that pass, that fail in each way it can, and that lack a fact.

An example is kept with its outcome in `tests/vectors/policy/`; see `vectors.py` there for how one is added.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from custody.policy import facts as f
from custody.policy.facts import Facts
from custody.terms import Verb
from tests.policy.world import (
    APPROVAL1, APPROVAL2, BAIXI, CLERK, CLIENT, COPY1, COPY2, HANDOFF, HOLDING, HOP1, HOP2, LU, OWNER,
    QINGSHI, SHEN, VAULT, WEN, World, certificate, party, person, uid, vote,
)  # fmt: skip

ZHEJIANG, NATIONAL, CUI, STRICT = "cn_surveying_zhejiang", "cn_surveying", "us_cui", "house_strict"
OFFER, ACCEPT, APPROVE, REQUEST = (
    Verb.HANDOFF_OFFER, Verb.HANDOFF_ACCEPT, Verb.HOP_APPROVE, Verb.HOP_REQUEST,
)  # fmt: skip
QINGSHI_KEY, HOP1_KEY, HOP2_KEY = f"party:{QINGSHI}", f"hop:{HOP1}", f"hop:{HOP2}"
APPROVAL1_KEY, COPY1_KEY, VAULT_KEY = f"approval:{APPROVAL1}", f"copy:{COPY1}", f"system:{VAULT}"


@dataclass(frozen=True)
class Example:
    rule: str
    name: str
    outcome: str
    problems: tuple[str, ...]
    regime: str
    verb: Verb
    build: Callable[[], World]

    @property
    def facts(self) -> Facts:
        return self.build().facts()


EXAMPLES: list[Example] = []
Change = Callable[[World], World]


def add(
    rule: str, name: str, outcome: str, change: Change, *problems: str, verb: Verb = OFFER, regime: str = ZHEJIANG,
    tier: int = 1,
) -> None:  # fmt: skip
    EXAMPLES.append(Example(rule, name, outcome, problems, regime, verb, lambda: change(World(verb, regime, tier))))


def held(*certificates: f.Qualification) -> Change:
    return lambda w: w.change(QINGSHI_KEY, qualifications=certificates)


def changed(key: str, **changes: object) -> Change:
    return lambda w: w.change(key, **changes)


def both(*changes: Change) -> Change:
    def run(world: World) -> World:
        for change in changes:
            world = change(world)
        return world

    return run


def sound(world: World) -> World:
    return world


def cmmc(prime: str | None, held_grade: str, level: str = "cui") -> Change:
    """The same chain under us_cui, at one level, with one certificate."""

    def run(w: World) -> World:
        w.change("project", level="cui", categories=(), qualification_type="cmmc", qualification_grade=prime)
        w.change(HOP1_KEY, level=level, categories=())
        w.change(APPROVAL1_KEY, level=level)
        w.change("installation", level="cui").change(VAULT_KEY, level="cui")
        for copy in (COPY1, COPY2):
            w.change(f"copy:{copy}", level=level)
        for id in (OWNER, CLIENT, QINGSHI, HOLDING):
            w.change(f"party:{id}", country="US")
        return held(certificate(60, type="cmmc", grade=held_grade, categories=()))(w)

    return run


# QUA ---------------------------------------------------------------------------------------------------------
add("QUA-01@1", "holds a verified certificate", "pass", sound)
add("QUA-01@1", "no certificate at all", "block", held(), "none")
add("QUA-01@1", "a certificate of another type", "block", held(certificate(60, type="catering")), "none")
add("QUA-01@1", "recorded, nobody verified it", "block",
    held(certificate(60, state="submitted", verified_by=None, verified_on=None)), "none")  # fmt: skip
add("QUA-01@1", "verified by its own recorder", "block", held(certificate(60, verified_by=CLERK)), "none")
add("QUA-01@1", "suspended", "block", held(certificate(60, state="suspended")), "none")
add("QUA-01@1", "needed type not known, but the regime has only one", "pass",
    changed("project", qualification_type=None))  # fmt: skip
add("QUA-01@1", "who recorded it is not known", "cannot_tell", held(certificate(60, recorded_by=None)))
add("QUA-01@1", "the recipient is not in the facts", "cannot_tell", lambda w: w.drop(QINGSHI_KEY))

add("QUA-02@1", "grade A where B is asked", "pass", sound)
add("QUA-02@1", "grade B where A is asked", "block",
    both(held(certificate(60, grade="B")), changed("project", qualification_grade="A")), "grade")  # fmt: skip
add("QUA-02@1", "grade B where the grade asked is not known", "block",
    both(held(certificate(60, grade="B")), changed("project", qualification_grade=None)), "grade")  # fmt: skip
add("QUA-02@1", "category not on the certificate", "block", held(certificate(60, categories=("gis",))), "category")
add("QUA-02@1", "two categories on two certificates", "pass",
    both(changed(HOP1_KEY, categories=("engineering", "gis")),
         held(certificate(60, categories=("gis",)), certificate(61, categories=("engineering",)))))  # fmt: skip
add("QUA-02@1", "one category on a certificate of too low a grade, one on none", "block",
    both(changed("project", qualification_grade="A"), changed(HOP1_KEY, categories=("engineering", "gis")),
         held(certificate(60, grade="B", categories=("engineering",)))), "category", "grade")  # fmt: skip
add("QUA-02@1", "nothing active", "not_applicable", held())
add("QUA-02@1", "grade held is not known", "cannot_tell", held(certificate(60, grade=None)))
add("QUA-02@1", "categories of the hop are not known", "cannot_tell", changed(HOP1_KEY, categories=()))
for prime, need in (("L1", "L2_SELF"), ("L2_SELF", "L2_SELF"), ("L2_C3PAO", "L2_C3PAO"), ("L3", "L2_C3PAO")):
    add("QUA-02@1", f"CUI under a {prime} prime contract: {need} is enough", "pass", cmmc(prime, need), regime=CUI)
for prime, less in (("L2_SELF", "L1"), ("L2_C3PAO", "L2_SELF"), ("L3", "L2_SELF")):
    add("QUA-02@1", f"CUI under a {prime} prime contract: {less} is not", "block", cmmc(prime, less), "grade",
        regime=CUI)  # fmt: skip
add("QUA-02@1", "CUI, prime level not known: the strictest row counts", "block", cmmc(None, "L2_SELF"), "grade",
    regime=CUI)  # fmt: skip
add("QUA-02@1", "FCI only: L1 is enough under any prime contract", "pass", cmmc("L3", "L1", "fci"), regime=CUI)

add("QUA-03@1", "valid to the day of return", "pass", held(certificate(60, valid_to=date(2027, 3, 1))))
add("QUA-03@1", "valid for the last day", "warn", held(certificate(60, valid_to=date(2026, 11, 21))), "later")
add("QUA-03@1", "expired yesterday", "block", held(certificate(60, valid_to=date(2026, 11, 20))), "today")
add("QUA-03@1", "begins tomorrow", "block", held(certificate(60, valid_from=date(2026, 11, 22))), "today")
add("QUA-03@1", "an expired one beside a valid one", "pass",
    held(certificate(60, valid_to=date(2025, 1, 1)), certificate(61)))  # fmt: skip
add("QUA-03@1", "valid, but only the expired one covers the category", "block",
    held(certificate(60, valid_to=date(2025, 1, 1)), certificate(61, categories=("gis",))), "today")  # fmt: skip
add("QUA-03@1", "ends before the hop does", "warn", held(certificate(60, valid_to=date(2027, 6, 29))), "later",
    verb=REQUEST)  # fmt: skip
add("QUA-03@1", "no return agreed", "pass", changed("act", due_back=None))
add("QUA-03@1", "nothing active", "not_applicable", held())
add("QUA-03@1", "last day is not known", "cannot_tell", held(certificate(60, valid_to=None)))
add("QUA-03@1", "first day is not known", "cannot_tell", held(certificate(60, valid_from=None)))


def at_level(level: str) -> Change:
    return both(
        changed(HOP1_KEY, level=level), changed(APPROVAL1_KEY, level=level), changed(COPY1_KEY, level=level)
    )


add("QUA-06@1", "verified by a second person", "pass", sound)
add("QUA-06@1", "only declared", "warn", held(certificate(60, state="submitted")), "self_declared")
add("QUA-06@1", "only declared, from jimi", "block",
    both(held(certificate(60, verified_by=CLERK)), at_level("jimi")), "self_declared")  # fmt: skip
add("QUA-06@1", "checked just a year ago", "pass", held(certificate(60, verified_on=date(2025, 11, 21))))
add("QUA-06@1", "checked longer than a year ago", "warn", held(certificate(60, verified_on=date(2025, 11, 20))),
    "stale")  # fmt: skip
add("QUA-06@1", "no certificate", "not_applicable", held())
add("QUA-06@1", "day of verification is not known", "cannot_tell", held(certificate(60, verified_on=None)))

# HOP ---------------------------------------------------------------------------------------------------------
add("HOP-01@1", "along an approved hop", "pass", sound)
add("HOP-01@1", "along the second of two approved hops", "pass", sound, tier=2, regime=NATIONAL)
add("HOP-01@1", "inside the owner, no hop", "pass", changed("act", hop=None, receiver_party=OWNER))
add("HOP-01@1", "inside the subcontractor", "pass", changed("act", sender_party=QINGSHI))
add("HOP-01@1", "to a party that has no hop", "block", both(lambda w: w.add(party(BAIXI)),
    changed("act", hop=None, receiver_party=BAIXI)), "no_hop")  # fmt: skip
add("HOP-01@1", "past the subcontractor, from the root to tier 2", "block", changed("act", sender_party=OWNER),
    "no_hop", tier=2, regime=NATIONAL)  # fmt: skip
add("HOP-01@1", "hop not approved yet", "block", changed(HOP1_KEY, state="requested"), "not_approved")
add("HOP-01@1", "hop above revoked", "block", changed(HOP1_KEY, state="revoked"), "not_approved", tier=2,
    regime=NATIONAL)  # fmt: skip
add("HOP-01@1", "asked for under a hop that is not approved", "block", changed(HOP1_KEY, state="requested"),
    "not_approved", verb=REQUEST, tier=2, regime=NATIONAL)  # fmt: skip
add("HOP-01@1", "hop starts tomorrow", "block", changed(HOP1_KEY, starts=date(2026, 11, 22)), "dates")
add("HOP-01@1", "hop ended yesterday", "block", changed(HOP1_KEY, ends=date(2026, 11, 20)), "dates")
add("HOP-01@1", "hop ends today", "pass", changed(HOP1_KEY, ends=date(2026, 11, 21)))
add("HOP-01@1", "the hop hangs in the air", "block", changed(HOP2_KEY, parent=None), "broken", tier=2,
    regime=NATIONAL)  # fmt: skip
add("HOP-01@1", "a party is its own subcontractor's subcontractor", "block",
    both(changed(HOP2_KEY, to_party=OWNER), changed("act", receiver_party=OWNER)), "circle", tier=2,
    regime=NATIONAL)  # fmt: skip
add("HOP-01@1", "recipient barred", "block", changed(QINGSHI_KEY, state="barred"), "barred")
add("HOP-01@1", "hop above is not in the facts", "cannot_tell", lambda w: w.drop(HOP1_KEY), tier=2, regime=NATIONAL)

add("HOP-02@1", "tier 1 where 1 is the most", "pass", sound)
add("HOP-02@1", "tier 2 where 1 is the most", "block", sound, "too_deep", tier=2)
add("HOP-02@1", "tier 2 under national law", "not_applicable", sound, tier=2, regime=NATIONAL)
add("HOP-02@1", "hop above is not in the facts", "cannot_tell", lambda w: w.drop(HOP1_KEY), tier=2)

add("HOP-03@1", "30 % where 40 is the most", "pass", sound)
add("HOP-03@1", "exactly 40 %", "pass", changed(HOP1_KEY, share=Decimal("40")))
add("HOP-03@1", "40.01 %", "block", changed(HOP1_KEY, share=Decimal("40.01")), "share")
add("HOP-03@1", "30 % stated, 45 % by the amounts", "block", changed(HOP1_KEY, amount=Decimal("450000")), "share")
add("HOP-03@1", "60 % under national law", "pass", changed(HOP1_KEY, share=Decimal("60")), regime=NATIONAL)
add("HOP-03@1", "the whole under national law", "block", changed(HOP1_KEY, share=Decimal("100")), "whole",
    regime=NATIONAL)  # fmt: skip
add("HOP-03@1", "core work goes", "block", changed(HOP1_KEY, keeps_core=False), "core")
add("HOP-03@1", "inside the owner", "not_applicable", changed("act", hop=None, receiver_party=OWNER))
add("HOP-03@1", "share is not known", "cannot_tell", changed(HOP1_KEY, share=None))
add("HOP-03@1", "core work is not known", "cannot_tell", changed(HOP1_KEY, keeps_core=None))

add("HOP-05@1", "an organisation", "pass", sound)
add("HOP-05@1", "an individual", "block", changed(QINGSHI_KEY, kind="individual"), "individual", verb=REQUEST)
add("HOP-05@1", "recipient is not in the facts", "cannot_tell", lambda w: w.drop(QINGSHI_KEY))

add("HOP-08@1", "within the project", "pass", sound)
add("HOP-08@1", "hop above the project's level", "block", changed("project", level="neibu"), "level", verb=REQUEST)
add("HOP-08@1", "one copy above the hop's level", "block", changed(COPY1_KEY, level="jimi"), "level")
add("HOP-08@1", "hop above its parent's level", "block", changed(HOP2_KEY, level="jimi"), "level", tier=2,
    verb=REQUEST, regime=NATIONAL)  # fmt: skip
add("HOP-08@1", "work that the project does not have", "block", changed(HOP1_KEY, categories=("marine",)),
    "categories")  # fmt: skip
add("HOP-08@1", "open-ended under a parent that ends", "block", changed(HOP2_KEY, ends=None), "dates", tier=2,
    verb=REQUEST, regime=NATIONAL)  # fmt: skip
add("HOP-08@1", "starts before its parent", "block", changed(HOP2_KEY, starts=date(2026, 9, 30)), "dates", tier=2,
    verb=REQUEST, regime=NATIONAL)  # fmt: skip
add("HOP-08@1", "due back after the hop ends", "block", changed("act", due_back=date(2027, 7, 1)), "due_back")
add("HOP-08@1", "an item at the project's ceiling", "pass", changed("act", level="jimi"), verb=Verb.ITEM_REGISTER)
add("HOP-08@1", "an item above the project's ceiling", "block", changed("act", level="juemi"), "level",
    verb=Verb.ITEM_REGISTER)  # fmt: skip
add("HOP-08@1", "a level that the regime does not know", "cannot_tell", changed(COPY1_KEY, level="geheim"))

# APR ---------------------------------------------------------------------------------------------------------
add("APR-01@1", "granted for this very hop", "pass", sound)
add("APR-01@1", "no approval asked for", "block", changed(HOP1_KEY, approval=None), "none")
add("APR-01@1", "not decided yet", "block", changed(APPROVAL1_KEY, state="requested"), "not_granted")
add("APR-01@1", "denied", "block", changed(APPROVAL1_KEY, state="denied"), "not_granted")
add("APR-01@1", "hop changed since", "block", changed(HOP1_KEY, subject_sha256="f" * 64), "changed")
add("APR-01@1", "approval of another hop", "block", changed(APPROVAL1_KEY, subject_id=HOP2), "changed")
add("APR-01@1", "approval of another kind of subject", "block", changed(APPROVAL1_KEY, subject_kind="destruction"),
    "changed")  # fmt: skip
add("APR-01@1", "approved for a lower level", "block", changed(APPROVAL1_KEY, level="neibu"), "level")
add("APR-01@1", "the hop above lacks one", "block", changed(APPROVAL1_KEY, state="denied"), "not_granted", tier=2,
    verb=REQUEST, regime=NATIONAL)  # fmt: skip
add("APR-01@1", "first hop asked for", "not_applicable", sound, verb=REQUEST)
add("APR-01@1", "open request being decided", "pass", sound, verb=APPROVE)
add("APR-01@1", "request already denied", "block", changed(APPROVAL1_KEY, state="denied"), "not_granted",
    verb=APPROVE)  # fmt: skip
add("APR-01@1", "deciding another request than the hop's", "block", changed("act", approval=APPROVAL2), "changed",
    verb=APPROVE)  # fmt: skip
add("APR-01@1", "approval is not in the facts", "cannot_tell", lambda w: w.drop(APPROVAL1_KEY))

add("APR-02@1", "in force", "pass", sound)
add("APR-02@1", "last day is today", "pass", changed(APPROVAL1_KEY, ends=date(2026, 11, 21)))
add("APR-02@1", "ended yesterday", "block", changed(APPROVAL1_KEY, ends=date(2026, 11, 20)), "expired")
add("APR-02@1", "begins tomorrow", "block", changed(APPROVAL1_KEY, starts=date(2026, 11, 22)), "early")
add("APR-02@1", "revoked", "block", changed(APPROVAL1_KEY, state="revoked"), "revoked")
add("APR-02@1", "request past its own end", "block", changed(APPROVAL1_KEY, ends=date(2026, 11, 20)), "expired",
    verb=APPROVE)  # fmt: skip
add("APR-02@1", "request that begins later may be decided now", "pass",
    changed(APPROVAL1_KEY, starts=date(2026, 12, 1)), verb=APPROVE)  # fmt: skip
add("APR-02@1", "none was given", "not_applicable", changed(APPROVAL1_KEY, state="denied"))
add("APR-02@1", "approval is not in the facts", "cannot_tell", lambda w: w.drop(APPROVAL1_KEY))

add("APR-04@1", "an officer of the owner decides", "pass", sound, verb=APPROVE)
add("APR-04@1", "the requester decides", "block", changed("act", actor_person=LU), "requester", verb=APPROVE)
add("APR-04@1", "one of the recipient's people decides", "block", lambda w: w.add(person(WEN, OWNER, QINGSHI)),
    "party", verb=APPROVE)  # fmt: skip
add("APR-04@1", "tier 2: one of the giving party decides", "block", lambda w: w.add(person(WEN, QINGSHI)), "party",
    verb=APPROVE, tier=2, regime=NATIONAL)  # fmt: skip
add("APR-04@1", "granted by an independent vote", "pass", sound)
add("APR-04@1", "granted by the requester's vote", "block", changed(APPROVAL1_KEY, votes=(vote(LU, OWNER),)),
    "not_independent")  # fmt: skip
add("APR-04@1", "granted by the recipient's vote", "block", changed(APPROVAL1_KEY, votes=(vote(SHEN, QINGSHI),)),
    "not_independent")  # fmt: skip
add("APR-04@1", "one officer's two votes where two are needed", "block",
    changed(APPROVAL1_KEY, needed=2, votes=(vote(WEN, OWNER), vote(WEN, OWNER))), "not_independent")  # fmt: skip
add("APR-04@1", "granted without a vote", "block", changed(APPROVAL1_KEY, votes=()), "not_independent")
add("APR-04@1", "inside the owner", "not_applicable", changed("act", hop=None, receiver_party=OWNER))
add("APR-04@1", "requester is not known", "cannot_tell", changed(APPROVAL1_KEY, requested_by=None), verb=APPROVE)
add("APR-04@1", "the officer is not in the facts", "cannot_tell", lambda w: w.drop(f"person:{WEN}"), verb=APPROVE)

# CPY, HND ----------------------------------------------------------------------------------------------------
add("CPY-01@1", "two registered copies", "pass", sound)
add("CPY-01@1", "no copy named", "block", changed("act", copies=()), "none")
add("CPY-01@1", "one not registered", "block", changed(COPY1_KEY, registered=False), "unregistered")
add("CPY-01@1", "one without a number", "block", changed(COPY1_KEY, number=""), "unregistered")
add("CPY-01@1", "one named twice", "block", changed("act", copies=(COPY1, COPY1)), "twice")
add("CPY-01@1", "one not in the facts", "cannot_tell", lambda w: w.drop(COPY1_KEY))

add("HND-01@1", "all held by the sender", "pass", sound)
add("HND-01@1", "offered to and accepted in this handoff", "pass", sound, verb=ACCEPT)
add("HND-01@1", "one held by someone else", "block", changed(COPY1_KEY, custodian_party=QINGSHI), "not_custodian")
add("HND-01@1", "one on offer elsewhere", "block", changed(COPY1_KEY, state="offered", offered_in=HANDOFF), "offered")
add("HND-01@1", "one withdrawn before it is accepted", "block", changed(COPY1_KEY, state="held", offered_in=None),
    "not_offered", verb=ACCEPT)  # fmt: skip
add("HND-01@1", "one moved to another handoff", "block", changed(COPY1_KEY, offered_in=uid(99)), "not_offered",
    verb=ACCEPT)  # fmt: skip
add("HND-01@1", "custodian is not known", "cannot_tell", changed(COPY1_KEY, custodian_party=None))

add("HND-03@1", "the person named accepts", "pass", sound, verb=ACCEPT)
add("HND-03@1", "nobody named, one of the party accepts", "pass", changed("act", receiver_person=None), verb=ACCEPT)
add("HND-03@1", "a colleague of the person named", "block",
    both(lambda w: w.add(person(uid(18), QINGSHI)), changed("act", actor_person=uid(18))), "not_named", verb=ACCEPT)  # fmt: skip
add("HND-03@1", "the sender's manager accepts", "block", changed("act", actor_person=LU),
    "not_named", "not_member", "own_offer", verb=ACCEPT)  # fmt: skip
add("HND-03@1", "has left the receiving party", "block", lambda w: w.add(person(SHEN)), "not_member", verb=ACCEPT)
add("HND-03@1", "who made the offer signs for it", "block", changed("act", offered_by=SHEN), "own_offer", verb=ACCEPT)
add("HND-03@1", "who made the offer is not known", "cannot_tell", changed("act", offered_by=None), verb=ACCEPT)

# SYS, FOR, CTR -----------------------------------------------------------------------------------------------
add("SYS-01@1", "a project at the installation's level", "pass", sound, verb=Verb.PROJECT_OPEN)
add("SYS-01@1", "a project above the installation's level", "block", changed("project", level="juemi"),
    "installation_level", verb=Verb.PROJECT_OPEN)  # fmt: skip
add("SYS-01@1", "an item above the installation's level", "block", changed("act", level="juemi"),
    "installation_level", verb=Verb.ITEM_REGISTER)  # fmt: skip
add("SYS-01@1", "a secret item in an installation on the internet", "block",
    changed("installation", network="internet"), "installation_network", verb=Verb.ITEM_REGISTER)  # fmt: skip
add("SYS-01@1", "a public item in an installation on the internet", "pass",
    both(changed("installation", network="internet"), changed("act", level="gongkai")), verb=Verb.ITEM_REGISTER)  # fmt: skip
add("SYS-01@1", "to an accredited vault of the recipient", "pass", sound)
add("SYS-01@1", "to a system accredited lower", "block", changed(VAULT_KEY, level="neibu"), "destination_level")
add("SYS-01@1", "to a computer on the internet", "block", changed(VAULT_KEY, network="internet"),
    "destination_network")  # fmt: skip
add("SYS-01@1", "to somebody else's system", "block", changed(VAULT_KEY, owner_party=BAIXI), "destination_owner")
add("SYS-01@1", "to a retired system", "block", changed(VAULT_KEY, state="retired"), "destination_retired")
add("SYS-01@1", "to a system never tested", "block", changed(VAULT_KEY, tested_on=None), "untested")
add("SYS-01@1", "to a system tested too long ago", "warn", changed(VAULT_KEY, tested_on=date(2024, 11, 20)), "stale")
add("SYS-01@1", "tested just two years ago", "pass", changed(VAULT_KEY, tested_on=date(2024, 11, 21)))
add("SYS-01@1", "no destination named", "cannot_tell", changed("act", system=None))
add("SYS-01@1", "destination was never accredited", "cannot_tell", changed(VAULT_KEY, level=None))
add("SYS-01@1", "the installation's level is not known", "cannot_tell", changed("installation", level=None),
    verb=Verb.PROJECT_OPEN)  # fmt: skip

FOREIGN_HOLDING = uid(70)


def behind_the_client(world: World) -> World:
    """The client is owned by a holding of the country, which is controlled from abroad."""
    owned = (f.Controller(party=HOLDING, kind="owner", share=Decimal("51"), entry=None),)
    ruled = (f.Controller(party=FOREIGN_HOLDING, kind="controller", share=None, entry=None),)
    world.change(f"party:{CLIENT}", controllers=owned).change(f"party:{HOLDING}", controllers=ruled)
    return world.add(party(FOREIGN_HOLDING, country="XK"))


def controlled_in_a_circle(world: World) -> World:
    back = (f.Controller(party=QINGSHI, kind="owner", share=None, entry=None),)
    return world.change(f"party:{HOLDING}", controllers=back)


add("FOR-01@1", "all of the country", "pass", sound)
add("FOR-01@1", "recipient from abroad", "block", changed(QINGSHI_KEY, country="DE"), "foreign")
add("FOR-01@1", "recipient's owner from abroad", "block", changed(f"party:{HOLDING}", country="DE"), "foreign")
add("FOR-01@1", "two steps behind the client", "block", behind_the_client, "foreign", verb=Verb.PROJECT_OPEN)
add("FOR-01@1", "ultimate client from abroad", "block",
    both(lambda w: w.add(party(FOREIGN_HOLDING, country="US")),
         changed("project", ultimate_client_party=FOREIGN_HOLDING)), "foreign", verb=REQUEST)  # fmt: skip
add("FOR-01@1", "owners in a circle", "pass", controlled_in_a_circle)
add("FOR-01@1", "below the level that it starts from", "not_applicable", cmmc("L3", "L1", "fci"), regime=CUI)
add("FOR-01@1", "country is not known", "cannot_tell", changed(QINGSHI_KEY, country=None))
add("FOR-01@1", "ultimate client is not known", "cannot_tell", changed("project", ultimate_client_party=None))
add("FOR-01@1", "a controller is not in the facts", "cannot_tell", lambda w: w.drop(f"party:{HOLDING}"))


def cui_award(awarded: date | None, reported: date | None) -> Change:
    return both(cmmc("L1", "L2_SELF"), changed(HOP1_KEY, awarded_on=awarded, reported_on=reported))


add("CTR-01@1", "reported before the start", "pass", sound)
add("CTR-01@1", "not reported, start has come", "warn", changed(HOP1_KEY, reported_on=None), "overdue")
add("CTR-01@1", "reported on the day of the start", "warn", changed(HOP1_KEY, reported_on=date(2026, 10, 1)), "late")
add("CTR-01@1", "not reported, start is still to come", "pass",
    changed(HOP1_KEY, reported_on=None, starts=date(2026, 12, 1)), verb=REQUEST)  # fmt: skip
add("CTR-01@1", "US: month after the award not over", "pass", cui_award(date(2026, 10, 2), None), regime=CUI)
add("CTR-01@1", "US: month after the award is over", "warn", cui_award(date(2026, 9, 30), None), "overdue", regime=CUI)
add("CTR-01@1", "US: reported on the last day", "pass", cui_award(date(2026, 8, 31), date(2026, 9, 30)), regime=CUI)
add("CTR-01@1", "US: reported a day late", "warn", cui_award(date(2026, 8, 31), date(2026, 10, 1)), "late", regime=CUI)
add("CTR-01@1", "inside the owner", "not_applicable", changed("act", hop=None, receiver_party=OWNER))
add("CTR-01@1", "US: day of the award is not known", "cannot_tell", cui_award(None, None), regime=CUI)

# A house overlay that turns on what no shipped regime demands (tests/policy/packs.py) -------------------------
add("QUA-03@1", "expires before the return, where that bars", "block", held(certificate(60, valid_to=date(2027, 2, 28))),
    "later", regime=STRICT)  # fmt: skip
add("FOR-01@1", "receiving person of the country", "pass", sound, regime=STRICT)
add("FOR-01@1", "receiving person with a second citizenship", "block",
    changed(f"person:{SHEN}", citizenships=("CN", "CA")), "person", regime=STRICT)  # fmt: skip
add("FOR-01@1", "citizenships are not known", "cannot_tell", changed(f"person:{SHEN}", citizenships=None),
    regime=STRICT)  # fmt: skip
# Awarded Tuesday 2026-09-15; the tenth working day is 2026-09-28: Sunday the 20th was worked, the 25th was not.
add("CTR-01@1", "reported on the tenth working day", "pass", changed(HOP1_KEY, reported_on=date(2026, 9, 28)),
    regime=STRICT)  # fmt: skip
add("CTR-01@1", "reported after the tenth working day", "warn", changed(HOP1_KEY, reported_on=date(2026, 9, 29)),
    "late", regime=STRICT)  # fmt: skip
add("CTR-01@1", "working days of the year are not known", "cannot_tell",
    changed(HOP1_KEY, awarded_on=date(2031, 3, 3)), regime=STRICT)  # fmt: skip
