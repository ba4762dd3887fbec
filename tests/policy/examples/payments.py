"""Examples of HOP-11."""

from __future__ import annotations

from tests.policy.examples.table import HOP1_KEY, REQUEST, add, changed, sound
from tests.policy.world import BAIXI, CLIENT, OWNER

add("HOP-11@1", "paid by the owner, by bank, at home", "pass", sound)
add("HOP-11@1", "paid by the client", "pass", changed(HOP1_KEY, payer=CLIENT), verb=REQUEST)
add("HOP-11@1", "tier 2, paid by who passes it on", "pass", sound, tier=2)
add("HOP-11@1", "inside the owner", "not_applicable", changed("act", hop=None, receiver_party=OWNER))
add("HOP-11@1", "paid from abroad", "warn", changed(HOP1_KEY, payer_country="KR"), "abroad")
add("HOP-11@1", "paid in crypto-currency", "warn", changed(HOP1_KEY, payment="crypto"), "means")
add("HOP-11@1", "paid by somebody who stands nowhere", "warn", changed(HOP1_KEY, payer=BAIXI), "outside")
add("HOP-11@1", "from abroad, in crypto-currency, by a stranger", "warn",
    changed(HOP1_KEY, payer=BAIXI, payer_country="KR", payment="crypto"), "abroad", "means", "outside",
    verb=REQUEST)  # fmt: skip
add("HOP-11@1", "seen from tier 2", "warn", changed(HOP1_KEY, payment="crypto"), "means", tier=2)
add("HOP-11@1", "it is not known who pays", "cannot_tell", changed(HOP1_KEY, payer=None))
add("HOP-11@1", "it is not known how it is paid", "cannot_tell", changed(HOP1_KEY, payment=None))
