"""What the field notes forbid (sections 2 to 4), read naively, one rule of section 3 after the other.

Nothing here looks at the product. Where the notes leave a case open the oracle abstains from that rule:
``unsaid``. Each prohibition is told with the row of the notes that makes it; a row that several codes could
report is told as ``A|B``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tests.oracle import holding
from tests.oracle.held import counted, kept
from tests.oracle.verdict import CODES, RANK, Verdict, secret
from tests.oracle.world import (
    OFFICER,
    Approval,
    Copy,
    Handoff,
    Hop,
    Id,
    Party,
    Person,
    Project,
    System,
    World,
)

GRADE = {"B": 0, "A": 1}
VETTING = {"general": 0, "important": 1, "core": 2}
VETTING_FOR = {"mimi": "general", "jimi": "important", "juemi": "core"}  # SSL 43: three classes
BY_HAND = {"in_person", "courier_classified", "system"}  # SSL 28(3), 29: no post, courier, internet
YEAR = 365


@dataclass(frozen=True)
class Limits:
    """Numbers that a regime sets (conclusion 3: never constants)."""

    depth: int | None
    share: int
    core: bool
    consent: bool


LIMITS = {
    # SML 29/58 bans the transfer of the whole and says nothing of ordinary subcontracting.
    "cn_surveying": Limits(depth=None, share=100, core=False, consent=False),
    # Zhejiang 19: non-core only, at most 40 %, no re-subcontract, the client's consent.
    "cn_surveying_zhejiang": Limits(depth=1, share=40, core=True, consent=True),
}


def votes_for(level: str) -> int:
    """Top secret asks for two (policy; 会签)."""
    return 2 if level == "juemi" else 1


# --- who takes part ----------------------------------------------------------------------------------------


def foreign(world: World, parties: Iterable[Id], said: Verdict) -> None:
    """FOR-01: no foreign party in the chain, up or down; owners and controllers are walked upward."""
    seen: set[Id] = set()
    open_ = list(parties)
    while open_:
        id = open_.pop()
        if id in seen:
            continue
        seen.add(id)
        party = world.parties[id]
        if party.country != "CN":
            said.no("FOR-01", f"{id} is of {party.country or 'no known country'} (SML 8; SSL 37)")
        open_ += party.controllers


def qualified(world: World, project: Project, hop: Hop, until: dt.date | None, said: Verdict) -> None:
    """QUA-01 to 04 and 06: the recipient's certificate, live today."""
    mine = [p for p in world.papers.values() if p.party == hop.taker and p.type == project.type]
    alive = [p for p in mine if p.state == "verified"]
    live = [p for p in alive if p.starts <= world.today <= p.ends]
    if any(p.state in ("suspended", "downgraded", "revoked") for p in mine):
        said.silent("QUA-04")  # beside another that counts: the row does not say
    if not live:
        said.no("QUA-01|QUA-03|QUA-04", "no active qualification of the type (SML 27, 56)")
        said.silent("QUA-02", "QUA-06")
        return
    asked = hop.categories
    fits = [p for p in live if GRADE[p.grade] >= GRADE[project.grade]]
    if not fits or not asked <= {c for p in fits for c in p.categories}:
        said.no("QUA-02", "grade and category do not cover the work (SML 29)")
        said.silent("QUA-06", "QUA-03")
        return
    whole = [p for p in fits if asked <= p.categories]
    if not whole:
        said.silent("QUA-02", "QUA-06", "QUA-03")  # only several together: not said
        return
    if RANK[hop.level] >= RANK["jimi"]:
        checked = [p for p in whole if p.verified_on and (world.today - p.verified_on).days <= YEAR]
        if not checked:
            said.no("QUA-06", "not checked with the issuer within the year, and the level is jimi (SSR 49)")


def conditions(world: World, hop: Hop, said: Verdict) -> None:
    """QUA-08: a year old, no leak in a year, staff of the PRC; what is not known counts as not so."""
    party = world.parties[hop.taker]
    if not secret(hop.level):
        said.silent("QUA-08")
        return
    if party.individual:
        said.silent("QUA-08")
        return
    facts = (party.established, party.clean, party.prc_staff)
    if None in facts or False in facts:
        said.no("QUA-08", "a condition fails or is not known (SSR 47)")
        return
    assert party.established is not None
    age = (world.today - party.established).days
    if age < YEAR:
        said.no("QUA-08", "less than a year old (SSR 47)")
    if party.stated is None or (world.today - party.stated).days >= YEAR:
        said.silent("QUA-08")


def cleared(world: World, person: Person, copies: Iterable[Copy], level: str, said: Verdict) -> None:
    """HND-02: on the list, vetted, trained, bound by an undertaking; and not gone."""
    if not secret(level):
        said.silent("HND-02")
        return
    today = world.today
    lacks = []
    if person.vetting is None or VETTING[person.vetting] < VETTING[VETTING_FOR[level]]:
        lacks.append("vetting")
    if not (person.vetted_from and person.vetted_to and person.vetted_from <= today <= person.vetted_to):
        lacks.append("vetting today")
    if person.trained is None or (today - person.trained).days > YEAR:
        lacks.append("training")
    if person.undertaking is None:
        lacks.append("undertaking")
    if person.leaves is not None:
        if person.leaves < today:
            lacks.append("post")
        else:
            said.silent("HND-02")  # leaving, copies to return: whether new ones may come is not said
    unlisted = any(not world.need_to_know.get((copy.item, person.id)) for copy in copies)
    if unlisted and RANK[level] >= RANK["jimi"]:
        lacks.append("need to know")
    if lacks:
        said.no("HND-02", f"{person.id} lacks {', '.join(lacks)} (SSL 21, 43; SSR 20, 50)")


# --- the subcontract ---------------------------------------------------------------------------------------


def path_above(world: World, hop: Hop, said: Verdict) -> None:
    """HOP-01: what is above stands approved; HOP-08: level, work and days within the parent's."""
    if hop.parent is None:
        return
    parent = world.hops[hop.parent]
    for above in world.path(parent):
        amended(above, said)
        papers = (("HOP-06", above.consent), ("HOP-07", above.agreed))  # the rows do not say of those above
        said.silent(*(row for row, there in papers if not there))
        if above.state != "active":
            said.no("HOP-01|APR-01|APR-02", f"{above.id} above is {above.state}")
        if not above.starts <= world.today or (above.ends and above.ends < world.today):
            said.no("HOP-01|APR-02|HOP-08", f"{above.id} above is out of its days")
    if RANK[hop.level] > RANK[parent.level]:
        said.no("HOP-08", "above the parent's level")
    if not hop.categories <= parent.categories:
        said.silent("HOP-08")
    if hop.starts < parent.starts or (parent.ends and (hop.ends is None or hop.ends > parent.ends)):
        said.no("HOP-08", "days outside the parent's")


def subcontract(world: World, hop: Hop, said: Verdict) -> None:
    """All that section 3 asks of a hop, whoever asks or decides."""
    project = world.projects[hop.project]
    limits = LIMITS[project.regime]
    path = world.path(hop)
    taker = world.parties[hop.taker]
    if taker.individual:
        said.no("HOP-05", "an individual cannot hold a hop (SML 27(1))")
        said.silent("QUA-01", "QUA-02", "QUA-04", "QUA-06")
    if not taker.legal_person:
        said.silent("HOP-05")
    if limits.depth is not None and len(path) > limits.depth:
        said.no("HOP-02", "deeper than the regime allows (Beijing 28; Zhejiang 19)")
    passed_on(world, hop, limits, said)
    if limits.consent and not hop.consent:
        said.no("HOP-06", "no written consent of the client (Zhejiang 19)")
    if secret(hop.level) and not hop.agreed:
        said.no("HOP-07", "terms not complete or not signed by both (SSL 42; SSR 49)")
    elif not hop.agreed:
        said.silent("HOP-07")
    if RANK[hop.level] > RANK[project.level]:
        said.no("HOP-08|APR-01", "above the project's level")
    if not hop.categories <= project.categories:
        said.silent("HOP-08")  # "level, items, area and dates": of categories the row says nothing
    if hop.performer != hop.taker:
        said.no("QUA-07", "the work is done by another (SML 29)")
    path_above(world, hop, said)
    qualified(world, project, hop, hop.ends, said)
    conditions(world, hop, said)
    holding.ends(world, hop, said)
    chain = {project.owner, *(p for h in path for p in (h.giver, h.taker))}
    foreign(world, chain | set(project.clients), said)
    if any(world.parties[p].state != "active" for p in chain):
        said.silent("HOP-01")  # the row does not say
    if hop.taker in {project.owner, *(p for h in path[:-1] for p in (h.giver, h.taker))}:
        said.silent("HOP-01")  # back to somebody further up: the row does not say
    if hop.ends and hop.ends < world.today:
        said.silent("APR-02", "HOP-08")


def passed_on(world: World, hop: Hop, limits: Limits, said: Verdict) -> None:
    """HOP-03 and HOP-04: not the whole, core work kept, and no splitting."""
    if hop.share is None:
        if limits.share < 100:
            said.no("HOP-03", "how much is passed on is not known")
        else:
            said.silent("HOP-03")
        said.silent("HOP-04")
        return
    if (hop.share > limits.share) if limits.share < 100 else (hop.share >= 100):
        said.no("HOP-03", "more is passed on than may be (SML 58; Zhejiang 19)")
    if limits.core and not hop.core:
        said.no("HOP-03", "core work is not kept, or it is not known (Zhejiang 19)")
    elif not hop.core:
        said.silent("HOP-03")
    # Told by amount too: where amount and share disagree the notes do not say which is the share.
    said.silent("HOP-03") if hop.amount is not None else None
    others = [
        h for h in world.hops.values() if (h.project, h.giver) == (hop.project, hop.giver) and h.id != hop.id
    ]
    live = [h for h in others if h.state in ("active", "requested", "suspended") and h.parent == hop.parent]
    if any(h.share is None for h in live) or any(
        h.state == "revoked" or h.parent != hop.parent for h in others
    ):
        said.silent("HOP-04")
    total = hop.share + sum((h.share for h in live if h.share is not None), start=hop.share * 0)
    if live and (total > limits.share or (limits.share == 100 and total >= 100)):  # one alone is HOP-03's
        said.no("HOP-04", f"{total} % together (as HOP-03)")


def request(world: World, hop: Hop) -> Verdict:
    """What forbids asking for a subcontract."""
    said = Verdict()
    subcontract(world, hop, said)
    for papers in ("HOP-06", "HOP-07"):  # they complete what is decided on, and may come until then
        if said.forbidden.pop(papers, None):
            said.silent(papers)
    return said


def may_vote(world: World, voter: Person, hop: Hop) -> tuple[bool, frozenset[Id]]:
    """Whether somebody may decide: an officer of house or owner, or a deputy in window and scope (APR-05)."""
    project = world.projects[hop.project]
    places = {world.house, project.owner}
    if voter.is_(OFFICER, *places):
        return True, frozenset({voter.id})
    for d in world.delegations.values():
        if (
            d.deputy == voter.id
            and d.state == "active"
            and d.party in places
            and d.starts <= world.today <= d.ends
            and RANK[hop.level] <= RANK[d.level]
            and d.project in (None, project.id)
            and world.people[d.officer].is_(OFFICER, d.party)
            and voter.of(d.party)
        ):
            return True, frozenset({voter.id, d.officer})
    return False, frozenset({voter.id})


def concerned(world: World, person: Person, hop: Hop, approval: Approval) -> bool:
    """APR-04: who asked, who sends, who receives. The owner's own officers decide on the owner's hops."""
    project = world.projects[hop.project]
    sends = hop.giver != project.owner and person.of(hop.giver)
    receives = hop.taker != project.owner and person.of(hop.taker)
    return person.id == approval.requester or sends or receives


def approve(world: World, voter: Person, hop: Hop, approval: Approval) -> Verdict:
    """What forbids a vote for a subcontract."""
    said = Verdict()
    subcontract(world, hop, said)
    may, behind = may_vote(world, voter, hop)
    if not may:
        said.no("APR-05", "neither officer nor deputy in window and scope")
    if concerned(world, voter, hop, approval):
        said.no("APR-04", "a party to the matter decides")
    if any(concerned(world, world.people[other], hop, approval) for other in behind - {voter.id}):
        said.silent("APR-04", "APR-05")
    if any(person in other for other, _ in approval.votes for person in behind):
        said.silent("APR-03")
    if hop.subject() != approval.subject:
        said.no("APR-07", "changed since it was asked")
    return said


# --- the handoff -------------------------------------------------------------------------------------------


def handoff(world: World, deal: Handoff, signer: Person | None) -> Verdict:
    """What forbids an offer (no signer), or its receipt by somebody."""
    said = Verdict()
    hop = world.hops[deal.hop]
    project = world.projects[hop.project]
    copies = [world.copies[id] for id in deal.copies]
    level = max((c.level for c in copies), key=lambda name: RANK[name])
    path = world.path(hop)
    for link in path:
        stands(world, link, level, said)
    in_order(world, hop, said)
    holding.ends(world, hop, said)
    holding.named(world, deal.copies, said)
    if world.parties[hop.taker].state in ("barred", "closed"):
        said.no("HOP-01", "the recipient is barred or closed")
    elif any(world.parties[p].state != "active" for h in path for p in (h.giver, h.taker)):
        said.silent("HOP-01")
    qualified(world, project, hop, deal.due_back, said)
    conditions(world, hop, said)
    foreign(world, {project.owner, *project.clients, *(p for h in path for p in (h.giver, h.taker))}, said)
    receivers = {deal.receiver, *([signer.id] if signer else [])}
    for id in sorted(receivers):
        person = world.people[id]
        cleared(world, person, copies, level, said)
        if person.citizenships is None or any(c != "CN" for c in person.citizenships):
            said.no("FOR-01", f"{id} is a foreigner, or it is not known")
    for copy in copies:
        if copy.holder != hop.giver:
            said.no("HND-01", f"{copy.id} is held by {copy.holder}")
        elif copy.keeper is not None and signer is None:
            said.silent("HND-01")  # of the party, but another person
        wrong = copy.state != "offered" or copy.offered_in != deal.id if signer else copy.state != "held"
        if wrong:
            said.no("HND-01|CPY-01|HND-03", f"{copy.id} is {copy.state}")
    travels(deal, level, said)
    kept(world, hop.taker, said)
    counted(world, project.id, hop.taker, said)
    arrives(world, world.systems[deal.system], hop, level, said)
    return said


def amended(link: Hop, said: Verdict) -> None:
    """APR-07 beside HOP-01: what was granted once and put up again in other terms."""
    if link.state != "active" and any(a.subject != link.subject() for a in link.approvals):
        said.silent("APR-07")


def stands(world: World, link: Hop, level: str, said: Verdict) -> None:
    """HOP-01, APR-01, -02, -06, -07 of one hop of the path."""
    approval = link.approval
    amended(link, said)
    if link.state != "active" or approval.state != "granted":
        said.no("HOP-01|APR-01|APR-02", f"{link.id} is {link.state}, its approval {approval.state}")
        said.silent("APR-03", "APR-06")
    if not link.starts <= world.today or (link.ends and link.ends < world.today):
        said.no("APR-02|HOP-01", f"{link.id} is out of its days")
    if RANK[level] > RANK[link.level]:
        said.no("APR-01|HOP-08", "the copy's level is above the approved one")
    if approval.state == "granted":
        if approval.heads() < approval.needed or any(c == "deny" for _, c in approval.votes):
            said.no("APR-03", "too few votes")
        if link.subject() != approval.subject:
            said.no("APR-07", "changed since it was approved")
    for condition in approval.conditions:
        if condition.state in ("met", "waived"):
            continue
        if condition.before:
            said.no("APR-06", "a precondition is open")
        elif condition.due and condition.due < world.today:
            said.no("APR-06", "a running condition is overdue")


def in_order(world: World, hop: Hop, said: Verdict) -> None:
    """What was right when the hop was approved may have changed since; the notes make the same function run
    again and do not say which of these rows fall on a handoff."""
    said.silent("HOP-02", "HOP-03", "HOP-04", "HOP-05", "HOP-06", "HOP-07", "HOP-08", "APR-04", "QUA-07")
    if world.parties[hop.taker].individual:
        said.no("HOP-05", "an individual cannot hold a hop")


def travels(deal: Handoff, level: str, said: Verdict) -> None:
    """HND-04: no post, courier or internet; two people with what is top secret."""
    if not secret(level):
        said.silent("HND-04")
        return
    if deal.channel not in BY_HAND:
        said.no("HND-04", f"{deal.channel} (SSL 28(3), 29)")
    if level == "juemi":
        if deal.channel == "system":
            said.silent("HND-04")
        elif deal.second is None or deal.second == deal.sender:
            said.no("HND-04", "top secret is carried by two (SSR 29(2))")
        else:
            said.silent("HND-04")


def arrives(world: World, system: System, hop: Hop, level: str, said: Verdict) -> None:
    """SYS-01, SYS-02, FOR-02: where the copies are kept then."""
    if not secret(level):
        said.silent("SYS-01", "SYS-02", "FOR-02")
        return
    if system.level is None or RANK[system.level] < RANK[level]:
        said.no("SYS-01", "not accredited for the level (SSR 32)")
    if system.internet:
        said.no("SYS-01", "on the internet (SSL 30)")
    if system.failed or system.retired:
        said.no("SYS-01", "failed its test or retired (SSR 35)")
    if system.owner != hop.taker:
        said.silent("SYS-01", "SYS-02")
    if system.personal is not False or not system.number:
        said.no("SYS-02", "personal or without number (SSL 31(3))")
    if system.country != "CN":
        said.no("FOR-02", "abroad, or it is not known where (SSL 28(4))")


Law = Callable[..., Verdict]
__all__ = [
    "CODES",
    "LIMITS",
    "Law",
    "Party",
    "Verdict",
    "approve",
    "concerned",
    "handoff",
    "may_vote",
    "request",
]
