"""Examples of HND-04."""

from __future__ import annotations

from tests.policy.examples.table import (
    ACCEPT,
    COPY_KEYS,
    CUI,
    NATIONAL,
    STRICT,
    Change,
    add,
    both,
    changed,
    cmmc,
    sound,
)
from tests.policy.world import BAIXI, GUAN, LU, QINGSHI, SHEN, person, uid


def by(channel: str | None) -> Change:
    return changed("act", channel=channel)


def at(level: str) -> Change:
    return both(*(changed(key, level=level) for key in COPY_KEYS))


def accompanied(by: str | None) -> Change:
    return both(at("juemi"), changed("act", second_carrier=by))


add("HND-04@1", "secret copies in person", "pass", sound)
add("HND-04@1", "secret copies by classified courier", "pass", by("courier_classified"))
add("HND-04@1", "secret copies between accredited systems", "pass", by("system"))
for mail in ("post", "courier"):
    add("HND-04@1", f"secret copies by ordinary {mail}", "block", by(mail), "mail")
    add("HND-04@1", f"public copies by ordinary {mail}", "pass", both(by(mail), at("gongkai")))
for network in ("email", "messaging", "cloud", "upload"):
    add("HND-04@1", f"secret copies by {network}", "block", by(network), "network")
    add("HND-04@1", f"internal copies by {network}", "pass", both(by(network), at("neibu")))
add("HND-04@1", "accepted although it came by ordinary courier", "block", by("courier"), "mail", verb=ACCEPT)
add(
    "HND-04@1",
    "one copy is secret, the other public",
    "block",
    both(by("email"), changed(COPY_KEYS[0], level="gongkai")),
    "network",
)
add(
    "HND-04@1",
    "between systems, where the house has closed that",
    "block",
    by("system"),
    "channel",
    regime=STRICT,
)
add("HND-04@1", "top secret copies, two people", "pass", accompanied(GUAN), regime=NATIONAL)
add("HND-04@1", "top secret copies, received by two people", "pass", accompanied(GUAN), verb=ACCEPT)
add("HND-04@1", "top secret copies, carried alone", "block", accompanied(None), "alone")
add("HND-04@1", "top secret copies, a colleague of the receiver comes too", "pass",
    both(lambda w: w.add(person(uid(19), QINGSHI)), accompanied(uid(19))))  # fmt: skip
add("HND-04@1", "top secret copies, accompanied by who hands over", "block", accompanied(LU), "same")
add("HND-04@1", "top secret copies, accompanied by who receives", "block", accompanied(SHEN), "same")
add(
    "HND-04@1",
    "top secret copies, accompanied by who had offered them",
    "block",
    accompanied(LU),
    "same",
    verb=ACCEPT,
)
add(
    "HND-04@1",
    "top secret copies, accompanied by somebody of another party",
    "block",
    both(lambda w: w.add(person(uid(19), BAIXI)), accompanied(uid(19))),
    "outsider",
)
add(
    "HND-04@1",
    "top secret copies by classified courier, which sends two",
    "pass",
    both(by("courier_classified"), at("juemi")),
)
add(
    "HND-04@1",
    "top secret copies by post: the channel is wrong before anybody carries",
    "block",
    both(by("post"), at("juemi")),
    "mail",
)
add("HND-04@1", "who accompanies is not in the facts", "cannot_tell", accompanied(uid(19)))
add("HND-04@1", "how they travel is not known", "cannot_tell", by(None))
add("HND-04@1", "US: CUI by ordinary post", "pass", both(cmmc("L1", "L2_SELF"), by("post")), regime=CUI)
add("HND-04@1", "US: CUI by e-mail", "block", both(cmmc("L1", "L2_SELF"), by("email")), "network", regime=CUI)
add("HND-04@1", "US: FCI by e-mail", "pass", both(cmmc("L3", "L1", "fci"), by("email")), regime=CUI)
