"""Event -> rows: what the tables must say, told from the ledger alone.

Rebuilding gives plain rows by table and id, which :mod:`custody.compare` holds against the tables. Not told
by entries, and so neither rebuilt nor compared: secrets (passwords, copy keys beyond their commitment), form
tokens, the outbox, the lines of a barred list (only its hash is), file names of reports, and the moments at
which acts began, which lie a little before their entries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Model

from custody import applying as applying  # fills the table
from custody import models as m
from custody import record
from custody.applying.rows import APPLIES as APPLIES
from custody.applying.rows import Row as Row
from custody.applying.rows import State as State
from custody.applying.rows import Told as Told
from custody.blanks import blanks

TABLES: tuple[type[Model], ...] = (
    m.Site, m.RegimePack, m.System, m.BarredList, m.Person, m.User, m.ApiKey, m.Factor, m.SigningKey,
    m.Identity, m.CounterPin, m.Slip, m.Webhook, m.Membership, m.Grant,
    m.Party, m.PartyName, m.PartyAddress, m.PartyIdentifier, m.PartyControl, m.Screening, m.ScreeningHit,
    m.Qualification, m.Project,
    m.Item, m.Copy, m.Holding,
    m.Doubt, m.Delegation, m.Hop, m.Consent, m.Agreement, m.Approval, m.Condition, m.Vote,
    m.Referral, m.Opinion, m.Override, m.OverrideVote, m.Signature, m.UseLimit,
    m.Refusal, m.Handoff, m.Dispatch, m.Discrepancy, m.Report, m.Decision, m.Correction, m.FrozenObject,
    m.NeedToKnow, m.Recall, m.Lapse, m.Equipment, m.FieldPermit, m.EvidenceFile,
    m.ZoneList, m.ZoneConsent, m.Collection, m.Visit, m.CopyPermit, m.Destruction, m.SweepList, m.Sweep,
    m.Stray,
    m.Incident, m.IncidentHold, m.OpeningRegister, m.OpeningFinding, m.TakenOver, m.HopTakenOver,
    m.LineCompared,
    m.Stocktake, m.StocktakeLine, m.BlankReceipt, m.PaperHandoff, m.ReceiptSheet,
    m.RegisterPrint,
    m.Handover, m.HandoverSignature, m.HandoverLine, m.Look, m.ItemProposal,
    m.Sample, m.SampleLine, m.Objection,
)  # fmt: skip


def rebuild(
    entries: Iterable[Any] | None = None,
    before: Callable[[State, Told], None] = lambda state, told: None,
    state: State | None = None,
) -> State:
    """Return the rows that entries make, all of the ledger's if none are given. KeyError: an unknown kind.

    ``before`` sees each entry while the state is still that before it. ``state``: where the rows go.
    """
    state = State() if state is None else state
    for entry in entries if entries is not None else record.history():
        tell(state, entry, before=before)
    return state


def tell(
    state: State,
    entry: record.Entry,
    giving_up: Iterable[str] = (),
    before: Callable[[State, Told], None] = lambda state, told: None,
) -> None:
    """Change rows as one more entry says, with blanks for what it has given up or is about to."""
    blank = blanks(entry.values, {*entry.erased, *giving_up})
    told = Told({**entry.values, **blank}, str(entry.id), entry.stream_name)
    state.now = entry.at
    before(state, told)
    APPLIES[str(entry.values["kind"])](state, told)
    if "decision" in entry.values:
        _decision(state, told)


def _decision(state: State, t: Told) -> None:
    told = t.values["decision"]
    names = ("verb", "outcome", "rules", "facts_schema", "pack_sha256", "findings")
    project = t.project if t.values["kind"] != "project.opened/1" else t.values["project"]
    state.set(m.Decision, told["id"], project_id=project, entry=t.entry, **{n: told[n] for n in names})
