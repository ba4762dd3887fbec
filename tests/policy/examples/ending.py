"""Examples of HOP-09 and HOP-10."""

from __future__ import annotations

from custody.policy import facts as f
from custody.terms import Verb
from tests.policy.examples.table import (
    CUI,
    HOP1_KEY,
    REQUEST,
    Change,
    add,
    both,
    changed,
    sound,
)
from tests.policy.examples.visits import GUEST, comes
from tests.policy.world import COPY1, HOP1, HOP2, ITEM, OWNER, QINGSHI, World, uid

HOUSE = "house_first"
COMPLETE, CLOSE, END = Verb.HOP_COMPLETE, Verb.HOP_CLOSE, Verb.PROJECT_CLOSE
MINT, REGISTER = Verb.COPY_MINT, Verb.ITEM_REGISTER


def up(state: str) -> Change:
    """Qingshi gives back to the owner over a subcontract in some state."""
    back = changed("act", sender_party=QINGSHI, receiver_party=OWNER)
    return both(changed(HOP1_KEY, state=state), back)


def ends(**counts: int | None) -> Change:
    """A subcontract or project with so much open; what is not named is nothing."""
    given = {"copies_out": 0, "offers_open": 0, "below_open": 0, "requests_open": 0, **counts}

    def run(w: World) -> World:
        if given["copies_out"]:
            w.add(
                f.Copy(
                    id=COPY1,
                    number="DEM-1/1",
                    item=ITEM,
                    level="mimi",
                    custodian_party=QINGSHI,
                    custodian_person=None,
                    state="held",
                    offered_in=None,
                    registered=True,
                    entry=uid(91),
                )
            )
        return w.change("act", copies=(COPY1,) if given["copies_out"] else (), **given)

    return run


def to_see(hop: str, *ended: str) -> Change:
    """A guest comes to see work under a subcontract; some are closed."""
    comes_for = both(comes(GUEST, hop=hop), changed("act", hop=hop))
    return both(comes_for, *(changed(key, state="closed") for key in ended))


add("HOP-09@1", "everything runs", "pass", sound)
add("HOP-09@1", "an item in a project that is open", "pass", sound, verb=REGISTER)
add(
    "HOP-09@1",
    "down a subcontract whose work is done",
    "block",
    changed(HOP1_KEY, state="completed"),
    "ended",
)
add("HOP-09@1", "down one from which copies are asked back", "block", changed(HOP1_KEY, state="closing"),
    "ended", regime=CUI)  # fmt: skip
add("HOP-09@1", "over tier 2, below one that is closed", "block", changed(HOP1_KEY, state="closed"), "ended",
    tier=2)  # fmt: skip
add("HOP-09@1", "a request under one whose work is done", "block", changed(HOP1_KEY, state="completed"),
    "ended", verb=REQUEST, tier=2)  # fmt: skip
add("HOP-09@1", "back up a subcontract whose work is done", "not_applicable", up("completed"))
add("HOP-09@1", "back up one from which copies are asked back", "not_applicable", up("closing"))
add("HOP-09@1", "inside the owner of a closed project", "not_applicable",
    both(changed("act", hop=None, receiver_party=OWNER), changed("project", state="closed")))  # fmt: skip
add("HOP-09@1", "an offer in a closed project", "block", changed("project", state="closed"), "project")
add(
    "HOP-09@1",
    "a copy in a closed project",
    "block",
    changed("project", state="closed"),
    "project",
    verb=MINT,
)
add("HOP-09@1", "whether the project is open is not known", "cannot_tell", changed("project", state=None))
add("HOP-09@1", "a visit under a subcontract that runs", "pass", to_see(HOP1), verb=Verb.VISIT_REQUEST)
add("HOP-09@1", "a visit under a subcontract that is closed", "block", to_see(HOP1, HOP1_KEY), "ended",
    verb=Verb.VISIT_REQUEST)  # fmt: skip
add("HOP-09@1", "a visit below a subcontract that is closed", "block", to_see(HOP2, HOP1_KEY), "ended",
    verb=Verb.VISIT_REQUEST, tier=2)  # fmt: skip

add("HOP-10@1", "the work is done, and those below end with it", "pass", ends(below_open=2), verb=COMPLETE)
add("HOP-10@1", "the work is done, where those below go first", "block", ends(below_open=1), "below",
    verb=COMPLETE, regime=HOUSE)  # fmt: skip
add("HOP-10@1", "all is back", "pass", ends(), verb=CLOSE)
add("HOP-10@1", "all is back, those below are closed with it", "pass", ends(below_open=3), verb=CLOSE)
add("HOP-10@1", "where those below are to be closed first", "block", ends(below_open=3), "below", verb=CLOSE,
    regime=HOUSE)  # fmt: skip
add("HOP-10@1", "a copy is out", "block", ends(copies_out=1), "copies", verb=CLOSE)
add("HOP-10@1", "an offer is not answered", "block", ends(offers_open=1), "offers", verb=CLOSE)
add("HOP-10@1", "a request below waits", "block", ends(requests_open=1), "waiting", verb=CLOSE)
add("HOP-10@1", "a project whose copies are back", "pass", ends(), verb=END)
add("HOP-10@1", "a project with copies out and an offer open", "block", ends(copies_out=1, offers_open=1),
    "copies", "offers", verb=END)  # fmt: skip
add("HOP-10@1", "it is not known what is out", "cannot_tell", ends(copies_out=None), verb=CLOSE)
add("HOP-10@1", "it is not known what stands below", "cannot_tell", ends(below_open=None), verb=COMPLETE)
