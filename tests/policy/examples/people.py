"""Examples of HND-02."""

from __future__ import annotations

from datetime import date

from custody.policy import facts as f
from tests.policy.examples.table import (
    ACCEPT,
    COPY_KEYS,
    CUI,
    NATIONAL,
    Change,
    add,
    both,
    changed,
    cmmc,
    sound,
)
from tests.policy.world import COPY1, LU, QINGSHI, SHEN, TODAY, person, uid

SHEN_KEY = f"person:{SHEN}"
NOBODY: tuple[f.NeedToKnow, ...] = ()


def shen(**changes: object) -> Change:
    return changed(SHEN_KEY, **changes)


def at(level: str) -> Change:
    return both(*(changed(key, level=level) for key in COPY_KEYS))


BARE: dict[str, object] = {
    "vetting": None, "vetted_from": None, "vetted_to": None, "trained_on": None, "undertaking_on": None,
    "need_to_know": NOBODY,
}  # fmt: skip

add("HND-02@1", "vetted, trained and bound", "pass", sound)
add("HND-02@1", "signed for by who is vetted, trained and bound", "pass", sound, verb=ACCEPT)
add("HND-02@1", "public copies to anybody", "not_applicable", both(at("gongkai"), shen(**BARE)))
add("HND-02@1", "nothing is recorded of who receives secret copies", "block", shen(**BARE),
    "vetting", "training", "undertaking")  # fmt: skip
add("HND-02@1", "nothing is recorded of who receives highly secret copies", "block",
    both(at("jimi"), shen(**BARE)), "need_to_know", "vetting", "training", "undertaking")  # fmt: skip
add("HND-02@1", "nothing is recorded of who signs", "block", shen(**BARE),
    "vetting", "training", "undertaking", verb=ACCEPT)  # fmt: skip
add("HND-02@1", "secret copies to a named person who is on no list", "pass", shen(need_to_know=NOBODY))
add("HND-02@1", "highly secret copies to who is on the list", "pass", at("jimi"), regime=NATIONAL)
add("HND-02@1", "highly secret copies to who is on the list of another item", "block",
    both(at("jimi"), shen(need_to_know=(f.NeedToKnow(item=uid(29), entry=None),))),
    "need_to_know")  # fmt: skip
add("HND-02@1", "one copy is highly secret, and of an item on whose list they are not", "block",
    both(changed(COPY_KEYS[1], level="jimi", item=uid(29))), "need_to_know")  # fmt: skip
add("HND-02@1", "the copy of an item on whose list they are not is secret only", "pass",
    both(at("jimi"), changed(COPY_KEYS[0], level="mimi", item=uid(29))))  # fmt: skip
add("HND-02@1", "highly secret copies to who was vetted for a general post", "block",
    both(at("jimi"), shen(vetting="general")), "vetting")  # fmt: skip
add("HND-02@1", "highly secret copies to who was vetted for an important post", "pass",
    both(at("jimi"), shen(vetting="important")))  # fmt: skip
add("HND-02@1", "top secret copies to who was vetted for an important post", "block",
    both(at("juemi"), shen(vetting="important")), "vetting")  # fmt: skip
add("HND-02@1", "on the last day of the vetting", "pass", shen(vetted_to=TODAY))
add("HND-02@1", "a day after the vetting", "block", shen(vetted_to=date(2026, 11, 20)), "vetting_ended")
add("HND-02@1", "before the vetting begins", "block", shen(vetted_from=date(2026, 11, 22)), "vetting_ended")
add("HND-02@1", "the end of the vetting was erased", "block", shen(vetted_to=None), "vetting_ended")
add("HND-02@1", "trained a year ago", "pass", shen(trained_on=date(2025, 11, 21)))
add("HND-02@1", "trained longer ago", "block", shen(trained_on=date(2025, 11, 20)), "training_old")
add("HND-02@1", "never trained", "block", shen(trained_on=None), "training")
add("HND-02@1", "no undertaking", "block", shen(undertaking_on=None), "undertaking")
add("HND-02@1", "leaves on the day of return", "pass", shen(leaves_on=date(2027, 3, 1)))
add("HND-02@1", "leaves before the day of return", "block", shen(leaves_on=date(2027, 2, 28)), "leaving")
add("HND-02@1", "leaves, and the copies need not come back", "block",
    both(shen(leaves_on=date(2029, 1, 1)), changed("act", due_back=None)), "leaving")  # fmt: skip
add("HND-02@1", "left yesterday", "block", shen(leaves_on=date(2026, 11, 20)), "left")
add(
    "HND-02@1", "offered to the party, nobody named", "block", changed("act", receiver_person=None), "unnamed"
)
add("HND-02@1", "public copies, offered to the party", "not_applicable",
    both(at("gongkai"), changed("act", receiver_person=None)))  # fmt: skip
add("HND-02@1", "offered to the party, signed for by somebody vetted, trained and bound", "pass",
    changed("act", receiver_person=None), verb=ACCEPT)  # fmt: skip
add("HND-02@1", "named was somebody sound, signing is somebody who is not", "block",
    both(lambda w: w.add(person(uid(19), QINGSHI)), changed(f"person:{uid(19)}", undertaking_on=None),
         changed("act", actor_person=uid(19))),
    "undertaking", verb=ACCEPT)  # fmt: skip
add("HND-02@1", "who hands over is not asked for anything", "pass", changed(f"person:{LU}", **BARE))
add("HND-02@1", "who receives is not in the facts", "cannot_tell", lambda w: w.drop(SHEN_KEY))
add("HND-02@1", "need-to-know lists are not known", "cannot_tell", shen(need_to_know=None))
add("HND-02@1", "a copy is not in the facts", "cannot_tell", lambda w: w.drop(f"copy:{COPY1}"))
add("HND-02@1", "US: CUI to who is on the list and signed", "pass", cmmc("L1", "L2_SELF"), regime=CUI)
add("HND-02@1", "US: CUI to who is neither on the list nor signed", "block",
    both(cmmc("L1", "L2_SELF"), shen(**BARE)), "need_to_know", "undertaking", regime=CUI)  # fmt: skip
add("HND-02@1", "US: FCI to anybody", "not_applicable", both(cmmc("L3", "L1", "fci"), shen(**BARE)),
    regime=CUI)  # fmt: skip
