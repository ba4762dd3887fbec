"""Examples of FOR-02."""

from __future__ import annotations

from tests.policy.examples.table import (
    ACCEPT,
    COPY_KEYS,
    CUI,
    VAULT_KEY,
    add,
    both,
    changed,
    cmmc,
    sound,
)
from tests.policy.world import INSTALLATION

add("FOR-02@1", "to a vault in the country", "pass", sound)
add("FOR-02@1", "accepted into it", "pass", sound, verb=ACCEPT)
add("FOR-02@1", "to a vault abroad", "block", changed(VAULT_KEY, country="DE"), "outside")
add(
    "FOR-02@1",
    "accepted into a vault that turns out to stand abroad",
    "block",
    changed(VAULT_KEY, country="DE"),
    "outside",
    verb=ACCEPT,
)
add("FOR-02@1", "nobody said where it stands", "cannot_tell", changed(VAULT_KEY, country=None))
add("FOR-02@1", "nothing is said of where to", "cannot_tell", changed("act", system=None))
add(
    "FOR-02@1",
    "public copies to a vault abroad",
    "not_applicable",
    both(changed(VAULT_KEY, country="DE"), *(changed(key, level="gongkai") for key in COPY_KEYS)),
)
add(
    "FOR-02@1",
    "one secret copy among public ones",
    "block",
    both(changed(VAULT_KEY, country="DE"), changed(COPY_KEYS[0], level="gongkai")),
    "outside",
)
add(
    "FOR-02@1",
    "into the installation itself, of which the country is not recorded",
    "cannot_tell",
    both(changed("act", system=INSTALLATION), changed("installation", country=None)),
)
add(
    "FOR-02@1",
    "US: CUI to a vault abroad is for other rules",
    "not_applicable",
    both(cmmc("L1", "L2_SELF"), changed(VAULT_KEY, country="DE")),
    regime=CUI,
)
