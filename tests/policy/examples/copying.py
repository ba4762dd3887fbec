"""Examples of CPY-02: more copies are made by leave alone."""

from __future__ import annotations

from datetime import date, timedelta

from custody.policy import facts as f
from custody.terms import Verb
from tests.policy.examples.table import CUI, NATIONAL, Change, add, both, changed
from tests.policy.world import CLIENT, ITEM, LU, OWNER, SHA1, SHA2, TODAY, WEN, World, item, uid

PERMIT = uid(61)
ITEM_KEY, PERMIT_KEY = f"item:{ITEM}", f"copypermit:{PERMIT}"
REQUEST, APPROVE, MINT = Verb.COPY_PERMIT_REQUEST, Verb.COPY_PERMIT_APPROVE, Verb.COPY_MINT


def permit(**changes: object) -> f.CopyPermit:
    sound: dict[str, object] = {
        "id": PERMIT, "item": ITEM, "asked_for": OWNER, "count": 2, "until": date(2026, 12, 31),
        "state": "requested", "subject_sha256": SHA1, "approved_sha256": None, "requested_by": LU,
        "entry": None,
    }  # fmt: skip
    return f.CopyPermit(**{**sound, **changes})  # type: ignore[arg-type]


def asked(w: World) -> World:
    """Two more copies of the item, of which there are three, are asked for by Lu; Wen is to decide."""
    w.add(permit(), item(ITEM, classified_by=OWNER, numbered=3))
    w.change("act", item=ITEM, copy_permit=PERMIT, count=2)
    return w.change("act", actor_person=WEN) if w.verb is APPROVE else w


def made(w: World) -> World:
    """The permit was approved, and two copies are made under it."""
    return asked(w).change(PERMIT_KEY, state="approved", approved_sha256=SHA1)


def by(**changes: object) -> Change:
    return both(made, changed(PERMIT_KEY, **changes))


def top(**changes: object) -> Change:
    return both(asked, changed(ITEM_KEY, level="juemi", **changes))


def without(w: World) -> World:
    return made(w).drop(PERMIT_KEY).change("act", copy_permit=None)


YESTERDAY = TODAY - timedelta(days=1)
RULE = "CPY-02@1"
add(RULE, "asked for", "pass", asked, verb=REQUEST)
add(RULE, "asked for until yesterday", "block", both(asked, changed(PERMIT_KEY, until=YESTERDAY)),
    "late", verb=REQUEST)  # fmt: skip
add(RULE, "asked for of what is internal", "not_applicable", both(asked, changed(ITEM_KEY, level="neibu")),
    verb=REQUEST)  # fmt: skip
add(RULE, "top secret, asked for", "pass", top(), verb=REQUEST)
add(RULE, "top secret, not known who classified it", "cannot_tell", top(classified_by=None), verb=REQUEST)
add(RULE, "approved by another", "pass", asked, verb=APPROVE)
add(RULE, "approved on the last day", "pass", both(asked, changed(PERMIT_KEY, until=TODAY)), verb=APPROVE)
add(RULE, "approved a day late", "block", both(asked, changed(PERMIT_KEY, until=YESTERDAY)), "late",
    verb=APPROVE)  # fmt: skip
add(RULE, "approved by who asked", "block", both(asked, changed(PERMIT_KEY, requested_by=WEN)),
    "own_request", verb=APPROVE)  # fmt: skip
add(RULE, "top secret, approved by who classified it", "pass", top(), verb=APPROVE)
add(RULE, "top secret of the client, approved by the owner", "block", top(classified_by=CLIENT),
    "not_originator", verb=APPROVE)  # fmt: skip
add(RULE, "secret of the client, approved by the owner", "pass",
    both(asked, changed(ITEM_KEY, level="jimi", classified_by=CLIENT)), verb=APPROVE)  # fmt: skip
add(RULE, "not known who decides", "cannot_tell", both(asked, changed("act", actor_person=None)),
    verb=APPROVE)  # fmt: skip
add(RULE, "the first copies", "not_applicable", both(without, changed(ITEM_KEY, numbered=0)), verb=MINT)
add(RULE, "more copies by leave", "pass", made, verb=MINT)
add(RULE, "fewer than permitted", "pass", both(made, changed("act", count=1)), verb=MINT)
add(RULE, "on the last day", "pass", by(until=TODAY), verb=MINT)
add(RULE, "more copies without leave", "block", without, "no_permit", verb=MINT)
add(RULE, "the same under the national regime", "block", without, "no_permit", verb=MINT, regime=NATIONAL)
add(RULE, "leave that ended", "block", by(until=YESTERDAY), "not_live", verb=MINT)
add(RULE, "leave that was used up", "block", by(state="used"), "not_live", verb=MINT)
add(RULE, "leave that waits", "block", by(state="requested", approved_sha256=None), "not_live", verb=MINT)
add(RULE, "leave for another item", "block", by(item=uid(62)), "not_live", verb=MINT)
add(RULE, "leave that was approved for something else", "block", by(approved_sha256=SHA2), "changed",
    verb=MINT)  # fmt: skip
add(RULE, "more than permitted", "block", both(made, changed("act", count=3)), "too_many", verb=MINT)
add(RULE, "too many, and ended", "block", both(by(until=YESTERDAY), changed("act", count=3)), "not_live",
    "too_many", verb=MINT)  # fmt: skip
add(RULE, "internal copies", "not_applicable", both(without, changed(ITEM_KEY, level="neibu")), verb=MINT)
add(RULE, "not known how many there are", "cannot_tell", both(made, changed(ITEM_KEY, numbered=None)),
    verb=MINT)  # fmt: skip
add(RULE, "not known how many are made", "cannot_tell", both(made, changed("act", count=None)), verb=MINT)
add(RULE, "controlled unclassified information", "not_applicable",
    both(without, changed(ITEM_KEY, level="cui")), verb=MINT, regime=CUI)  # fmt: skip
