"""Who and what a rule judges under each verb: the recipient, the hops, the level, the last day.

Under ``hop.*`` it is the hop itself and its receiving party; under ``handoff.*`` the hop used, the party that
receives and the copies named. A handoff inside one party (sender and receiver the same) adds no link.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from custody.policy.facts import Copy, Facts, Hop, known, word
from custody.policy.regime import Level, Pack
from custody.terms import Leg, Verb

HOPS = frozenset({Verb.HOP_REQUEST, Verb.HOP_APPROVE})
HANDOFFS = frozenset({Verb.HANDOFF_OFFER, Verb.HANDOFF_ACCEPT})
_HANDOFFS = frozenset(verb.value for verb in HANDOFFS)


def is_handoff(facts: Facts) -> bool:
    """Return whether the act is a handoff."""
    return facts.act.verb in _HANDOFFS


def leg(facts: Facts) -> Leg | None:
    """Return the leg of a handoff; None where none was stated, which helps nobody: it is judged as one that
    goes down."""
    return facts.once("leg", lambda: _leg(facts))


def _leg(facts: Facts) -> Leg | None:
    stated = facts.act.leg if is_handoff(facts) else None
    return None if stated is None else word(Leg, stated, "act.leg")


def inside(facts: Facts) -> bool:
    """Return whether a handoff concerns one party alone and so uses no hop: copies change hands within it, or
    are read by one of its people."""
    given = leg(facts)
    return given is Leg.INTERNAL or (given is Leg.INSPECTION and facts.act.hop is None)


def sender(facts: Facts) -> str:
    """Return the party that hands over. Raises Missing."""
    return known(facts.act.sender_party, "the sending party", "移交方", "act")


def recipient(facts: Facts) -> str:
    """Return the party that receives: of the handoff, or of the hop asked for. Raises Missing."""
    if is_handoff(facts):
        return known(facts.act.receiver_party, "the receiving party", "接收方", "act")
    return hop(facts).to_party


def hop(facts: Facts) -> Hop:
    """Return the hop asked for or used. Raises Missing."""
    return facts.hop(known(facts.act.hop, "the subcontract concerned", "所涉分包", "act"))


def path(facts: Facts) -> tuple[Hop, ...]:
    """Return the hops from the root to the one concerned; empty when none is (a move inside the owner)."""
    return facts.path(facts.act.hop) if facts.act.hop is not None else ()


def approved_part(facts: Facts) -> tuple[Hop, ...]:
    """Return the hops that must already be approved: all for a handoff, those above for a hop asked for."""
    return path(facts) if is_handoff(facts) else path(facts)[:-1]


def copies(facts: Facts) -> tuple[Copy, ...]:
    """Return the copies named. Raises Missing when none is or one is not in the facts."""
    return facts.once("copies", lambda: _copies(facts))


def _copies(facts: Facts) -> tuple[Copy, ...]:
    known(facts.act.copies or None, "the numbers of the copies", "副本编号", "act")
    return tuple(facts.copy(id) for id in facts.act.copies)


def last_day(facts: Facts) -> date | None:
    """Return the day the loan or the hop ends; None when no end was agreed."""
    return facts.act.due_back if is_handoff(facts) else hop(facts).ends


def level(facts: Facts, pack: Pack) -> Level:
    """Return the highest level concerned: of the copies, hop, item or project. Raises Missing."""
    act = facts.act
    if is_handoff(facts):
        return highest(pack, (copy.level for copy in copies(facts)))
    if act.verb == Verb.ITEM_REGISTER.value:
        return pack.level(known(act.level, "the level of the item", "成果的密级", "act"))
    if act.verb == Verb.COPY_MINT.value:
        return pack.level(facts.item(known(act.item, "the item concerned", "所涉成果", "act")).level)
    if act.verb == Verb.PROJECT_OPEN.value:
        return pack.level(facts.project.level)
    return pack.level(hop(facts).level)


def highest(pack: Pack, levels: Iterable[str]) -> Level:
    """Return the most sensitive of some levels. Raises Missing for one that the regime does not know."""
    return max((pack.level(id) for id in levels), key=lambda level: level.rank)


def categories(facts: Facts) -> tuple[str, ...]:
    """Return the categories of work concerned: of the hop, or of the project when no hop is."""
    return hop(facts).categories if facts.act.hop is not None else facts.project.categories
