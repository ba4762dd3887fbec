"""One row rebuilt alone: from the entries that can have set it, and no others.

A row stands in entries that name its id, and only some kinds of entry set rows of a table. So settling one
frozen record reads a handful of entries, however long the ledger is.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import BinaryField, Model, QuerySet

from custody import models as m
from custody import record
from custody.apply import Row, rebuild
from custody.applying.corrected import CORRECTED
from custody.compare import Difference, differences, field_of, read

_OFFER = ("offered", "accepted", "read", "declined", "withdrawn", "mistaken", "undone", "upheld")
_OFFERS = (
    *(f"handoff.{verb}/1" for verb in _OFFER),
    "handoff.offered/2",
    "handoff.offered/3",
    "handoff.accepted/2",
    "handoff.accepted/3",
    "handoff.withdrawn/2",
    *("handoff.offered/4", "handoff.lapsed/1", "handoff.lost/1"),
)
_HOP = (
    *("hop.requested/1", "hop.requested/2", "hop.requested/3", "hop.amended/1", "hop.withdrawn/1"),
    *(
        "approval.voted/1",
        "approval.voted/2",
        "approval.voted/3",
        "approval.voted/4",
        "approval.revoked/1",
        "approval.suspended/1",
        "approval.lifted/1",
    ),
    *("approval.suspended/2", "approval.lifted/2", "approval.revoked/2", "approval.revoked/3"),
)
_ENDED = ("hop.completed/1", "hop.closed/1", "copies.recalled/1", "copies.recalled/2")
_PAPER = (
    *("recorded", "verified", "rejected", "corrected"),
    *("suspended", "reinstated", "downgraded", "revoked"),
)
_DESTRUCTION = tuple(
    f"destruction.{verb}/1"
    for verb in ("requested", "approved", "refused", "withdrawn", "failed", "recorded", "certified")
)
_MARKED = tuple(
    f"destruction.{verb}/1" for verb in ("requested", "refused", "withdrawn", "failed", "recorded")
)
SET_BY: dict[type[Model], tuple[str, ...]] = {
    m.Site: ("log.opened/1", "site.configured/1"),
    m.RegimePack: ("pack.published/1", "pack.published/2"),
    m.System: (
        "system.registered/1",
        *("system.registered/2", "system.corrected/1", "system.tested/1", "system.retired/1"),
    ),
    m.BarredList: ("barred_list.imported/1",),
    m.Person: (
        *("person.registered/1", "person.held/1", "person.hold_lifted/1", "person.corrected/1"),
        *("person.vetted/1", "person.trained/1", "undertaking.signed/1", "person.leaving/1"),
    ),
    m.User: (
        *("sign_in.given/1", "sign_in.given/2", "sign_in.closed/1", "sign_in.opened/1"),
        *("sign_in.raised/1", "sign_in.lowered/1"),
    ),
    m.ApiKey: ("key.issued/1", "key.issued/2", "key.revoked/1"),
    m.Factor: ("factor.enrolled/1", "factor.removed/1"),
    m.Identity: ("identity.proposed/1", "identity.linked/1", "identity.linked/2", "identity.ended/1"),
    m.CounterPin: ("pin.set/1", "pin.ended/1"),
    m.SigningKey: (
        *("signing_key.asked/1", "signing_key.asked/2", "signing_key.confirmed/1", "signing_key.confirmed/2"),
        "signing_key.ended/1",
    ),
    m.Webhook: ("webhook.added/1", "webhook.rekeyed/1", "webhook.ended/1"),
    m.Slip: tuple(f"slip.{verb}/1" for verb in ("asked", "confirmed", "printed", "used", "refused", "ended")),
    m.Membership: ("membership.given/1", "membership.ended/1"),
    m.Grant: ("grant.given/1", "grant.given/2", "grant.ended/1", "grant.ended/2"),
    m.Party: tuple(
        f"party.{verb}/1"
        for verb in (
            *("registered", "corrected", "state_set", "merged", "conditions_stated", "inspected"),
            "renamed",
        )
    ),
    m.PartyName: ("party.named/1", "party.renamed/1"),
    m.PartyAddress: ("party.located/1",),
    m.PartyIdentifier: ("party.registered/1", "party.identified/1"),
    m.Screening: ("party.screened/1",),
    m.ScreeningHit: ("party.screened/1", "screening.judged/1"),
    m.PartyControl: ("party.control_recorded/1", "party.control_ended/1"),
    m.Qualification: tuple(f"qualification.{verb}/1" for verb in _PAPER),
    m.Project: (
        *("project.opened/1", "project.located/1", "project.closed/1"),
        *("results.accepted/1", "results.submitted/1", "results.corrected/1"),
    ),
    m.Recall: ("copies.recalled/1", "copies.recalled/2"),
    m.Incident: (
        "incident.reported/2",
        *(f"incident.{verb}/1" for verb in ("reported", "triaged", "contained", "notified", "investigating")),
        *(f"incident.{verb}/1" for verb in ("closed", "dismissed", "held", "released", "corrected")),
    ),
    m.IncidentHold: ("incident.held/1", "incident.released/1"),
    m.Visit: ("visit.allowed/1", "visit.ended/1"),
    m.Sample: ("sample.asked/1", "sample.drawn/1", "sample.closed/1", "sample.withdrawn/1"),
    m.SampleLine: ("sample.drawn/1", "sample.entered/1"),
    m.Objection: tuple(
        f"objection.{verb}/1" for verb in ("lodged", "answered", "accepted", "sent_back", "withdrawn")
    ),
    m.Item: (
        *("item.registered/1", "item.registered/2", "item.registered/3", "item.registered/4"),
        "item.determined/1",
        *("item.corrected/1", "item.classified/1", "item.reviewed/1"),
    ),
    m.ItemProposal: tuple(f"item.{verb}/1" for verb in ("proposed", "determined", "sent_back", "taken_back")),
    m.NeedToKnow: ("need_to_know.added/1", "need_to_know.ended/1"),
    m.Copy: (
        "copies.minted/1",
        "copies.taken_over/1",
        "copies.unconfirmed/1",
        "copies.confirmed/1",
        "copy.described/1",
        *_OFFERS,
        *_MARKED,
    ),
    m.CopyPermit: tuple(
        f"copy_permit.{verb}/1" for verb in ("requested", "approved", "refused", "withdrawn", "used")
    ),
    m.Destruction: _DESTRUCTION,
    m.Doubt: ("doubts.noted/1",),
    m.Hop: (*_HOP, *_ENDED, "hop.reported/1", "hop.described/1"),
    m.Consent: ("hop.consented/1",),
    m.Agreement: ("hop.terms_agreed/1",),
    m.Approval: (*_HOP, "approval.referred/1", "approval.advised/1"),
    m.EvidenceFile: ("file.attached/1", "file.erased/1"),
    m.Condition: tuple(f"condition.{verb}/1" for verb in ("set", "evidenced", "met", "returned", "waived")),
    m.UseLimit: ("approval.limited/1",),
    m.Delegation: (
        *("delegation.given/1", "delegation.revoked/1", "deputy.proposed/1", "deputy.confirmed/1"),
    ),
    m.Equipment: ("equipment.registered/1",),
    m.FieldPermit: (
        *(
            f"permit.{verb}/1"
            for verb in ("drafted", "changed", "submitted", "approved", "returned", "revoked", "used")
        ),
        *("collection.planned/1", "collection.recorded/1"),
    ),
    m.ZoneList: ("zones.published/1",),
    m.ZoneConsent: ("zone.consented/1",),
    m.Collection: tuple(
        f"collection.{verb}/1" for verb in ("planned", "recorded", "output_registered", "reviewed")
    ),
    m.Vote: ("approval.voted/1", "approval.voted/2", "approval.voted/3", "approval.voted/4"),
    m.Referral: ("approval.referred/1",),
    m.Opinion: ("approval.advised/1",),
    m.Override: ("override.asked/1", "override.voted/1", "override.revoked/1"),
    m.OverrideVote: ("override.voted/1",),
    m.Signature: ("approval.voted/4", "signature.given/1"),
    m.Refusal: ("attempt.refused/1", "refusal.explained/1"),
    m.Handoff: (*_OFFERS, "handoff.corrected/1", "handoff.dispatched/1", "handoff.overdue/1"),
    m.Discrepancy: (
        *("handoff.accepted/1", "handoff.accepted/2", "handoff.accepted/3"),
        "handoff.lost/1",
        "discrepancy.settled/1",
    ),
    m.Dispatch: ("handoff.dispatched/1", "handoff.withdrawn/2", "handoff.overdue/1"),
    m.ReceiptSheet: ("handoff.sheet_printed/1", "handoff.accepted/3"),
    m.Holding: (
        *(
            "copies.minted/1",
            "copies.taken_over/1",
            "handoff.accepted/1",
            "handoff.accepted/2",
            "handoff.accepted/3",
            "handoff.read/1",
            "handoff.undone/1",
            "destruction.recorded/1",
        ),
    ),
    m.OpeningRegister: (
        *(f"register.{verb}/1" for verb in ("opened", "mapped", "withdrawn", "entered", "confirmed")),
        *("register.closed/1", "register.opened/2", "register.confirmed/2"),
    ),
    m.HopTakenOver: ("hops.taken_over/1",),
    m.LineCompared: ("register.compared/1",),
    m.OpeningFinding: ("register.found/1", "register.found/2", "register.assigned/1", "register.settled/1"),
    m.TakenOver: ("copies.taken_over/1",),
    m.BlankReceipt: (
        *("blanks.printed/1", "blanks.issued/1", "blank.spoiled/1", "blank.missing/1", "blank.found/1"),
        "handoff.on_paper/1",
    ),
    m.PaperHandoff: ("handoff.on_paper/1", "handoff.without_leave/1", "handoff.leave_settled/1"),
    m.SweepList: ("sweep.listed/1",),
    m.Sweep: ("sweep.imported/1",),
    m.Stray: ("sweep.found/1", "stray.settled/1"),
    m.Stocktake: (
        *(f"stocktake.{verb}/1" for verb in ("opened", "recount", "closed", "cancelled")),
        "stocktake.opened/2",
    ),
    m.Handover: tuple(f"handover.{verb}/1" for verb in ("opened", "signed", "completed", "abandoned")),
    m.HandoverSignature: ("handover.signed/1",),
    m.HandoverLine: ("handover.passed/1",),
    m.StocktakeLine: tuple(f"stocktake.{verb}/1" for verb in ("listed", "counted", "concluded", "settled")),
    m.RegisterPrint: ("register_print.made/1",),
    m.Report: (
        *("report.requested/1", "report.requested/2", "report.issued/1", "report.issued/2"),
        "report.stamped/1",
        *("person.erased/1", "fields.erased/1"),
    ),
    m.Lapse: ("recheck.found/1", "recheck.cleared/1"),
    m.Look: ("object.looked/1",),
    m.FrozenObject: ("object.frozen/1", "object.settled/1"),
    m.Correction: tuple(CORRECTED),
}
"""Kinds of entry that set rows of a table; a decision stands in any."""
_WITHOUT_ID = (m.Site, m.PartyIdentifier, m.Holding)
"""Rows whose id no entry names: the entries are found by kind."""


def possible(model: type[Model], id: str) -> bool:
    """Return whether a row of a table can have this id: a note of a frozen record that was put in past the
    ledger may name anything."""
    try:
        model._meta.pk.to_python(id)
    except ValidationError:
        return False
    return True


def stored(model: type[Model], id: str) -> QuerySet[Any]:
    """Return one row as it stands in its table, if it does."""
    rows = model._default_manager.all()
    return rows.filter(pk=id) if possible(model, id) else rows.none()


def told(model: type[Model], id: str) -> Row | None:
    """Return one row as the entries tell it; None where they know no such row."""
    if not possible(model, id):
        return None
    kinds = SET_BY.get(model)
    names = kinds if model in _WITHOUT_ID and kinds else (id,)
    entries = {entry.id: entry for name in names for entry in record.naming(name, kinds)}
    return rebuild(entries.values()).rows[model].get(id)


def rows(model: type[Model], id: str) -> tuple[Row | None, Row | None]:
    """Return one row as the entries tell it and as it stands in its table, secrets left out: to be shown.

    Where the entries tell no such row, the table's is all of its columns.
    """
    row = told(model, id)
    shown = [column for column in columns(model, row) if not secret(model, column)]
    found: Any = read(stored(model, id), shown)
    return row, next(found, None)


def columns(model: type[Model], row: Row | None) -> list[str]:
    """Return the columns of a row that the entries tell, else all of its table."""
    return sorted(row) if row else [f.attname for f in model._meta.concrete_fields if not f.primary_key]


def secret(model: type[Model], column: str) -> bool:
    """Return whether a column holds what lets somebody in, or what hides who holds a copy."""
    return isinstance(field_of(model, column), BinaryField) or (
        (model, column)
        in (
            *((m.User, "password"), (m.ApiKey, "sha256"), (m.ApiKey, "start")),
            *((m.CounterPin, "digest"), (m.Slip, "first_sha256"), (m.Slip, "second_sha256")),
        )
    )


def differing(model: type[Model], id: str) -> list[Difference]:
    """Return where one row does not say what the ledger says, as :func:`custody.compare.compare` would."""
    row = told(model, id)
    found: Any = read(stored(model, id), sorted(row or ()))
    return list(differences(model, id, row, next(found, None)))
