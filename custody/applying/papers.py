"""Event -> rows for the papers of subcontracts."""

from __future__ import annotations

from custody import models as m
from custody.applying.rows import State, Told, applies


@applies("hop.consented/1")
def _(state: State, t: Told) -> None:
    row = t.pick("reference", "given_on", kind="consent_of", hop_id="hop", recorded_by_id="recorded_by")
    state.set(m.Consent, t.values["consent"], **row, document_sha256=t.values["document_sha256"] or "")


@applies("hop.terms_agreed/1")
def _(state: State, t: Told) -> None:
    names = ("reference", "clauses", "giver_signed_on", "receiver_signed_on")
    row = t.pick(*names, hop_id="hop", recorded_by_id="recorded_by")
    state.set(m.Agreement, t.values["agreement"], **row, document_sha256=t.values["document_sha256"] or "")
