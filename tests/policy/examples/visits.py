"""Examples of FOR-03."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from custody.policy import facts as f
from custody.terms import Verb
from tests.policy.examples.table import CUI, Change, add
from tests.policy.world import LU, QINGSHI, World, party, uid

VISIT = uid(95)
GUEST = f.Visitor(person=None, citizenships=("CN",), party=None)
ABROAD = replace(GUEST, citizenships=("CN", "KR"))


def comes(*visitors: f.Visitor, **changes: Any) -> Change:
    """Somebody comes to see what is of mimi level, for two days."""
    made = f.Visit(
        id=VISIT,
        hop=None,
        host=uid(1),
        level="mimi",
        starts=date(2026, 12, 1),
        ends=date(2026, 12, 2),
        approved_on=None,
        visitors=visitors,
        entry=None,
    )
    return lambda w: w.add(replace(made, **changes)).change("act", visit=VISIT)


def from_abroad(w: World) -> World:
    """A guest of the country comes for a party that is not."""
    w.add(party(uid(96), country="KR"))
    return comes(replace(GUEST, party=uid(96)))(w)


def cui(change: Change) -> Change:
    """The same under us_cui."""
    return change


def case(
    name: str, outcome: str, change: Change, *problems: str, regime: str = "cn_surveying_zhejiang"
) -> None:
    add("FOR-03@1", name, outcome, change, *problems, verb=Verb.VISIT_REQUEST, regime=regime)


REGISTERED = f.Visitor(person=LU, citizenships=None, party=QINGSHI)
case("a registered person and a guest of the country", "pass", comes(REGISTERED, GUEST))
case("a guest with a second citizenship", "block", comes(GUEST, ABROAD), "foreign")
case("a guest from a foreign party", "block", from_abroad, "foreign")
case("with the authority's approval", "pass", comes(ABROAD, approved_on=date(2026, 11, 20)))
case("approved after the first day", "block", comes(ABROAD, approved_on=date(2026, 12, 2)), "late")
case("nobody is named", "block", comes(), "nobody")
case("what is open, where that may go abroad", "not_applicable", cui(comes(ABROAD, level="fci")), regime=CUI)
case("a guest whose citizenship is not known", "cannot_tell", comes(replace(GUEST, citizenships=None)))
case("it is not known what visit", "cannot_tell", lambda w: w)
case("at the lowest level that is asked of", "block", comes(ABROAD, level="neibu"), "foreign")
case("approved on the first day", "pass", comes(ABROAD, approved_on=date(2026, 12, 1)))
case("a guest of another country alone", "block", comes(replace(GUEST, citizenships=("KR",))), "foreign")
