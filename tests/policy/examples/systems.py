"""Examples of SYS, FOR and CTR."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from custody.policy import facts as f
from custody.terms import Verb
from tests.policy.examples.table import (
    ACCEPT,
    COPY_KEYS,
    CUI,
    HOP1_KEY,
    QINGSHI_KEY,
    REQUEST,
    VAULT_KEY,
    Change,
    add,
    both,
    changed,
    cmmc,
    sound,
)
from tests.policy.world import (
    BAIXI,
    CLIENT,
    HOLDING,
    INSTALLATION,
    OWNER,
    QINGSHI,
    World,
    party,
    uid,
)

add("SYS-01@1", "a project at the installation's level", "pass", sound, verb=Verb.PROJECT_OPEN)
add(
    "SYS-01@1",
    "a project above the installation's level",
    "block",
    changed("project", level="juemi"),
    "installation_level",
    verb=Verb.PROJECT_OPEN,
)
add(
    "SYS-01@1",
    "an item above the installation's level",
    "block",
    changed("act", level="juemi"),
    "installation_level",
    verb=Verb.ITEM_REGISTER,
)
add(
    "SYS-01@1",
    "a secret item in an installation on the internet",
    "block",
    changed("installation", network="internet"),
    "installation_network",
    verb=Verb.ITEM_REGISTER,
)
add(
    "SYS-01@1",
    "a public item in an installation on the internet",
    "pass",
    both(changed("installation", network="internet"), changed("act", level="gongkai")),
    verb=Verb.ITEM_REGISTER,
)
add("SYS-01@1", "to an accredited vault of the recipient", "pass", sound)
add(
    "SYS-01@1",
    "to a system accredited lower",
    "block",
    changed(VAULT_KEY, level="neibu"),
    "destination_level",
)
add(
    "SYS-01@1",
    "to a computer on the internet",
    "block",
    changed(VAULT_KEY, network="internet"),
    "destination_network",
)
add(
    "SYS-01@1",
    "to somebody else's system",
    "block",
    changed(VAULT_KEY, owner_party=BAIXI),
    "destination_owner",
)
add("SYS-01@1", "to a retired system", "block", changed(VAULT_KEY, state="retired"), "destination_retired")
add("SYS-01@1", "to a system never tested", "block", changed(VAULT_KEY, tested_on=None), "untested")
add(
    "SYS-01@1",
    "to a system tested too long ago",
    "warn",
    changed(VAULT_KEY, tested_on=date(2024, 11, 20)),
    "stale",
)
add("SYS-01@1", "tested just two years ago", "pass", changed(VAULT_KEY, tested_on=date(2024, 11, 21)))
add("SYS-01@1", "no destination named", "cannot_tell", changed("act", system=None))
add(
    "SYS-01@1",
    "to a system that was never accredited",
    "block",
    changed(VAULT_KEY, level=None),
    "destination_unaccredited",
)
add(
    "SYS-01@1",
    "to an office computer on the internet that was never accredited",
    "block",
    changed(VAULT_KEY, level=None, network="internet"),
    "destination_unaccredited",
    "destination_network",
)
add(
    "SYS-01@1",
    "public copies to a system that was never accredited",
    "pass",
    both(changed(VAULT_KEY, level=None), *(changed(key, level="gongkai") for key in COPY_KEYS)),
)
add(
    "SYS-01@1",
    "an installation that is not accredited under the regime",
    "block",
    changed("installation", level=None),
    "installation_unaccredited",
    verb=Verb.PROJECT_OPEN,
)

add("SYS-01@1", "to a vault of the very level", "pass", changed(VAULT_KEY, level="mimi"))
add(
    "SYS-01@1",
    "public copies, and no destination named",
    "pass",
    both(changed("act", system=None), *(changed(key, level="gongkai") for key in COPY_KEYS)),
)
add(
    "SYS-01@1",
    "above the level that it starts from, and no destination named",
    "cannot_tell",
    both(changed("act", system=None), changed(COPY_KEYS[0], level="jimi")),
)

add("SYS-02@1", "to a numbered vault that the recipient has issued", "pass", sound)
add("SYS-02@1", "accepted into it", "pass", sound, verb=ACCEPT)
add("SYS-02@1", "to somebody's own computer", "block", changed(VAULT_KEY, provision="personal"), "personal")
add(
    "SYS-02@1",
    "to somebody's own computer without a number",
    "block",
    changed(VAULT_KEY, provision="personal", inventory_number=None),
    "personal",
)
add(
    "SYS-02@1", "to a device without a number", "block", changed(VAULT_KEY, inventory_number=""), "unnumbered"
)
add("SYS-02@1", "a blank is no number", "block", changed(VAULT_KEY, inventory_number="  "), "unnumbered")
add(
    "SYS-02@1",
    "recorded before numbers were asked for",
    "cannot_tell",
    changed(VAULT_KEY, inventory_number=None),
)
add("SYS-02@1", "whose device it is was never said", "cannot_tell", changed(VAULT_KEY, provision=None))
add("SYS-02@1", "nothing is said of where to", "cannot_tell", changed("act", system=None))
add(
    "SYS-02@1",
    "public copies to somebody's own computer",
    "not_applicable",
    both(changed(VAULT_KEY, provision="personal"), *(changed(key, level="gongkai") for key in COPY_KEYS)),
)
add(
    "SYS-02@1",
    "into the installation itself, whose number is not recorded",
    "cannot_tell",
    both(changed("act", system=INSTALLATION), changed("installation", inventory_number=None)),
)
add(
    "SYS-02@1",
    "US: CUI to somebody's own computer",
    "block",
    both(cmmc("L1", "L2_SELF"), changed(VAULT_KEY, provision="personal")),
    "personal",
    regime=CUI,
)

FOREIGN_HOLDING = uid(70)


def behind_the_client(world: World) -> World:
    """The client is owned by a holding of the country, which is controlled from abroad."""
    owned = (f.Controller(party=HOLDING, kind="owner", share=Decimal(51), entry=None),)
    ruled = (f.Controller(party=FOREIGN_HOLDING, kind="controller", share=None, entry=None),)
    world.change(f"party:{CLIENT}", controllers=owned).change(f"party:{HOLDING}", controllers=ruled)
    return world.add(party(FOREIGN_HOLDING, country="XK"))


def controlled_in_a_circle(world: World) -> World:
    back = (f.Controller(party=QINGSHI, kind="owner", share=None, entry=None),)
    return world.change(f"party:{HOLDING}", controllers=back)


add("FOR-01@1", "all of the country", "pass", sound)
add("FOR-01@1", "recipient from abroad", "block", changed(QINGSHI_KEY, country="DE"), "foreign")
add(
    "FOR-01@1", "recipient's owner from abroad", "block", changed(f"party:{HOLDING}", country="DE"), "foreign"
)
add("FOR-01@1", "two steps behind the client", "block", behind_the_client, "foreign", verb=Verb.PROJECT_OPEN)
add(
    "FOR-01@1",
    "ultimate client from abroad",
    "block",
    both(
        lambda w: w.add(party(FOREIGN_HOLDING, country="US")),
        changed("project", ultimate_client_party=FOREIGN_HOLDING),
    ),
    "foreign",
    verb=REQUEST,
)
add("FOR-01@1", "owners in a circle", "pass", controlled_in_a_circle)
add("FOR-01@1", "below the level that it starts from", "not_applicable", cmmc("L3", "L1", "fci"), regime=CUI)
add("FOR-01@1", "country is not known", "cannot_tell", changed(QINGSHI_KEY, country=None))
add("FOR-01@1", "ultimate client is not known", "cannot_tell", changed("project", ultimate_client_party=None))
add("FOR-01@1", "a controller is not in the facts", "cannot_tell", lambda w: w.drop(f"party:{HOLDING}"))


def cui_award(awarded: date | None, reported: date | None) -> Change:
    return both(cmmc("L1", "L2_SELF"), changed(HOP1_KEY, awarded_on=awarded, reported_on=reported))


add("CTR-01@1", "reported before the start", "pass", sound)
add("CTR-01@1", "not reported, start has come", "warn", changed(HOP1_KEY, reported_on=None), "overdue")
add(
    "CTR-01@1",
    "reported on the day of the start",
    "warn",
    changed(HOP1_KEY, reported_on=date(2026, 10, 1)),
    "late",
)
add(
    "CTR-01@1",
    "not reported, start is still to come",
    "pass",
    changed(HOP1_KEY, reported_on=None, starts=date(2026, 12, 1)),
    verb=REQUEST,
)
add("CTR-01@1", "US: month after the award not over", "pass", cui_award(date(2026, 10, 2), None), regime=CUI)
add(
    "CTR-01@1",
    "US: month after the award is over",
    "warn",
    cui_award(date(2026, 9, 30), None),
    "overdue",
    regime=CUI,
)
add(
    "CTR-01@1",
    "US: reported on the last day",
    "pass",
    cui_award(date(2026, 8, 31), date(2026, 9, 30)),
    regime=CUI,
)
add(
    "CTR-01@1",
    "US: reported a day late",
    "warn",
    cui_award(date(2026, 8, 31), date(2026, 10, 1)),
    "late",
    regime=CUI,
)
add("CTR-01@1", "inside the owner", "not_applicable", changed("act", hop=None, receiver_party=OWNER))
add("CTR-01@1", "US: day of the award is not known", "cannot_tell", cui_award(None, None), regime=CUI)
