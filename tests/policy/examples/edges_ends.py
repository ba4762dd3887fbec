"""Examples that stand where rules on destruction, incidents and stocktakes turn, beside `edges`."""

from __future__ import annotations

from datetime import date

from tests.policy.examples.destruction import APPROVE, BAIXI_KEY, RECORD, asked, case, done, elsewhere, on
from tests.policy.examples.table import COPY_KEYS, CUI, both, changed
from tests.policy.world import QINGSHI, SHEN, TODAY, certificate

# --- what is destroyed, and how ---------------------------------------------------------------------------
inner = both(*(changed(key, level="neibu") for key in COPY_KEYS))
papers = {"type": "secrecy", "categories": ("destruction",)}
case("three were asked for, two are named, and two were destroyed", "block", on(done, count=3), "count",
     verb=RECORD)  # fmt: skip
case("below the levels named by whom and how one likes", "pass",
     both(on(asked, unit=QINGSHI, method="erase"), inner))  # fmt: skip
case("and in no way that has no name", "block", both(on(asked, method="other"), inner), "method")
case("the certificate is of another kind", "block",
     on(asked, BAIXI_KEY, qualifications=(certificate(54, **{**papers, "type": "survey"}),)),
     "unit")  # fmt: skip
case("one certificate is suspended, and another counts", "block",
     on(asked, BAIXI_KEY, qualifications=(certificate(54, **papers, state="suspended"),
                                          certificate(55, **papers))), "unit")  # fmt: skip
case("one certificate is for something else, and another counts", "pass",
     on(asked, BAIXI_KEY, qualifications=(certificate(54, type="secrecy", categories=("copying",)),
                                          certificate(55, **papers))))  # fmt: skip
case("the certificate began on the day after the destruction, which is today", "block",
     both(on(done, destroyed_on=date(2026, 11, 20)),
          changed(BAIXI_KEY, qualifications=(certificate(54, **papers, valid_from=TODAY),))), "unit",
     verb=RECORD)  # fmt: skip
case("the certificate ran out after the destruction", "pass",
     both(on(done, destroyed_on=date(2026, 11, 20)),
          changed(BAIXI_KEY, qualifications=(certificate(54, **papers, valid_to=date(2026, 11, 20)),))),
     verb=RECORD)  # fmt: skip

# --- who approves, and what was approved ------------------------------------------------------------------
case("what was approved is not kept", "block", on(done, approved_sha256=None), "not_approved", verb=RECORD)
case("approved once, and asked for anew", "block", on(done, state="requested"), "not_approved", verb=RECORD)
case("US: the owner's officer approves what a subcontractor destroys", "pass",
     both(on(asked, unit=QINGSHI, method="erase"), elsewhere, *(changed(k, level="cui") for k in COPY_KEYS)),
     verb=APPROVE, regime=CUI)  # fmt: skip
case("US: the subcontractor's custodian would approve it", "block",
     both(on(asked, unit=QINGSHI, method="erase"), elsewhere, changed("act", actor_person=SHEN),
          *(changed(k, level="cui") for k in COPY_KEYS)),
     "concerned", verb=APPROVE, regime=CUI)  # fmt: skip
