"""Examples of CLS."""

from __future__ import annotations

from datetime import date

from custody.terms import Verb
from tests.policy.examples.table import (
    ACCEPT,
    CUI,
    NATIONAL,
    Change,
    add,
    both,
    changed,
    cmmc,
    sound,
)
from tests.policy.world import ITEM, SOURCE, TODAY, World, item, uid

MINT, REGISTER = Verb.COPY_MINT, Verb.ITEM_REGISTER
ITEM_KEY, SOURCE_KEY = f"item:{ITEM}", f"item:{SOURCE}"
FIRST = uid(26)
TOMORROW = date(2026, 11, 22)


def on(**changes: object) -> Change:
    return changed(ITEM_KEY, **changes)


def behind(**changes: object) -> Change:
    """Put one more item behind the source of the item."""

    def run(w: World) -> World:
        return w.add(item(FIRST, **changes)).change(SOURCE_KEY, sources=(FIRST,))

    return run


def in_a_circle(w: World) -> World:
    return w.change(SOURCE_KEY, sources=(ITEM,))


# --- CLS-01 -----------------------------------------------------------------------------------------------
add("CLS-01@1", "classified before its first copy", "pass", sound, verb=MINT)
add("CLS-01@1", "handed over", "pass", sound)
add("CLS-01@1", "accepted", "pass", sound, verb=ACCEPT)
add("CLS-01@1", "without a basis", "block", on(has_basis=False), "incomplete", verb=MINT)
add("CLS-01@1", "an item of before, handed over", "block", on(basis_kind=None), "incomplete")
add("CLS-01@1", "nobody said who classified it", "block", on(classified_by=None), "incomplete", verb=MINT)
add("CLS-01@1", "no period and no condition", "block", on(until=None), "incomplete", verb=MINT)
add(
    "CLS-01@1",
    "a condition ends it",
    "pass",
    on(until=None, issued_on=None, has_release_condition=True),
    verb=MINT,
)
add("CLS-01@1", "a period from an unknown day", "block", on(issued_on=None), "incomplete", verb=MINT)
add("CLS-01@1", "not marked", "block", on(marking="unmarked"), "incomplete", verb=MINT)
add("CLS-01@1", "whether it is marked is not known", "block", on(marking=None), "incomplete", verb=MINT)
add("CLS-01@1", "ten years and a day", "block", on(until=date(2036, 3, 3)), "too_long", verb=MINT)
add(
    "CLS-01@1",
    "twenty years at the next level",
    "pass",
    on(level="jimi", until=date(2046, 3, 2)),
    verb=MINT,
    regime=NATIONAL,
)
add(
    "CLS-01@1",
    "unmarked and too long",
    "block",
    on(marking="unmarked", until=date(2066, 3, 2)),
    "incomplete",
    "too_long",
    verb=MINT,
)
add(
    "CLS-01@1",
    "public, of which nothing more is asked",
    "pass",
    on(level="gongkai", has_basis=False, until=None, marking=None),
    verb=MINT,
)
add("CLS-01@1", "a level that nobody knows", "cannot_tell", on(level="ultra"), verb=MINT)
add("CLS-01@1", "the item is not in the facts", "cannot_tell", lambda w: w.drop(ITEM_KEY), verb=MINT)
add(
    "CLS-01@1",
    "US: CUI that is not marked",
    "block",
    both(cmmc("L1", "L2_SELF"), on(level="cui", marking=None)),
    "incomplete",
    regime=CUI,
)
add(
    "CLS-01@1",
    "US: marked CUI has no period",
    "pass",
    both(cmmc("L1", "L2_SELF"), on(level="cui", until=None, basis_kind=None)),
    regime=CUI,
)

# --- CLS-02 -----------------------------------------------------------------------------------------------
add("CLS-02@1", "as high as its source", "pass", sound, verb=REGISTER)
add("CLS-02@1", "an original", "pass", on(sources=()), verb=MINT)
add("CLS-02@1", "below its source", "block", changed(SOURCE_KEY, level="jimi"), "below", verb=REGISTER)
add("CLS-02@1", "a source that was raised later", "block", changed(SOURCE_KEY, level="jimi"), "below")
add("CLS-02@1", "public, from a secret source", "block", on(level="gongkai"), "below", verb=MINT)
add("CLS-02@1", "below what its source was made from", "block", behind(level="jimi"), "below", verb=MINT)
add(
    "CLS-02@1",
    "its source was processed",
    "pass",
    both(behind(level="jimi"), changed(SOURCE_KEY, certificate_on=TODAY)),
    verb=MINT,
)
add(
    "CLS-02@1",
    "processed itself, today",
    "pass",
    both(changed(SOURCE_KEY, level="juemi"), on(certificate_on=TODAY)),
    verb=MINT,
)
add(
    "CLS-02@1",
    "to be processed tomorrow",
    "block",
    both(changed(SOURCE_KEY, level="jimi"), on(certificate_on=TOMORROW)),
    "below",
    verb=MINT,
)
add("CLS-02@1", "registered before its sources are known", "not_applicable", on(sources=None), verb=REGISTER)
add("CLS-02@1", "copied before its sources are known", "cannot_tell", on(sources=None), verb=MINT)
add(
    "CLS-02@1", "what its source was made from is not known", "cannot_tell", changed(SOURCE_KEY, sources=None)
)
add("CLS-02@1", "its source is not in the facts", "cannot_tell", lambda w: w.drop(SOURCE_KEY), verb=MINT)
add("CLS-02@1", "at the highest level", "pass", on(level="juemi", sources=None), verb=MINT)
add("CLS-02@1", "made from each other in a circle", "pass", in_a_circle, verb=MINT)

# --- CLS-04 -----------------------------------------------------------------------------------------------
add("CLS-04@1", "issued this year", "pass", sound)
add("CLS-04@1", "the review is due today", "pass", on(issued_on=date(2025, 11, 21)))
add("CLS-04@1", "the review was due yesterday", "warn", on(issued_on=date(2025, 11, 20)), "overdue")
add(
    "CLS-04@1",
    "issued long ago, reviewed this year",
    "pass",
    on(issued_on=date(2020, 1, 1), reviewed_on=date(2026, 1, 1), review_outcome="kept"),
    verb=MINT,
)
add(
    "CLS-04@1",
    "issued nobody knows when, registered long ago",
    "warn",
    on(issued_on=None, registered_on=date(2024, 1, 1)),
    "overdue",
    verb=MINT,
)
add("CLS-04@1", "the last day of its period", "pass", on(until=TODAY))
add("CLS-04@1", "its period ended yesterday", "warn", on(until=date(2026, 11, 20)), "ended", verb=ACCEPT)
add(
    "CLS-04@1",
    "its level was to be changed",
    "warn",
    on(reviewed_on=date(2026, 6, 1), review_outcome="to_change"),
    "to_change",
)
add("CLS-04@1", "public", "not_applicable", both(on(level="gongkai", until=date(2020, 1, 1)), sound))
add(
    "CLS-04@1",
    "nobody knows when it was issued or registered",
    "cannot_tell",
    on(issued_on=None, registered_on=None),
)
add("CLS-04@1", "a level that nobody knows", "cannot_tell", on(level="ultra"))
