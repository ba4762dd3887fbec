"""The account of a project narrowed to what a kind of report is about: its sections read less, unawares."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from custody.reports.account import Account, AccountError, Record
from custody.reports.records import FACTS
from custody.reports.stock import Stock, stocks
from custody.terms import FindingOutcome, Text

_LINKS = (
    "collection", "destruction", "handoff", "hop", "incident", "objection", "override", "paper", "permit",
    "refusal", "stocktake", "visit",
)  # fmt: skip
"""Fields that name what an entry is about: whatever else is said of the same belongs to it."""


def period(account: Account) -> tuple[datetime, datetime]:
    """Return the moment at which the period of a report begins, and the one before which it ends. Raises
    AccountError where the question names none."""
    try:
        first, end = (datetime.fromisoformat(str(account.subject.get(n))) for n in ("begins", "before"))
    except ValueError:
        raise AccountError("the question names no period") from None
    if first.tzinfo is None or end.tzinfo is None:
        raise AccountError("the period of the question names no time zone")
    return first, end


def of_period(account: Account) -> Account:
    """Keep the refusals of the days that the question names, and the overrides that were asked for, voted on,
    revoked or used on them."""
    first, end = period(account)

    def inside(record: Record) -> bool:
        return first <= record.at < end

    used = {str(used) for record in account.decisions if inside(record) for used in overridden_by(record)}
    overrides = {
        id: records
        for id, records in account.overrides.items()
        if any(map(inside, records)) or used & {record.id for record in records}
    }
    narrow = _narrowed(account, inside, Text("in this period", "本期间"))
    narrow.overrides = overrides
    return narrow


def of_party(account: Account) -> Account:
    """Keep what one party took part in: its subcontracts and those below, handoffs, copies, acts, refusals,
    and whatever else names them. Its controllers stay with it."""
    party = str(account.subject.get("party"))
    ids = {party}
    for record in account.records:
        if party in _told(record.values):
            ids |= {str(record.get(name)) for name in _LINKS if record.get(name)}
    kept = {record.id for record in account.records if not ids.isdisjoint(_told(record.values))}
    kept |= {r.id for r in account.records if r.name == "signature.given" and r.get("decision_entry") in kept}
    narrow = _narrowed(account, lambda record: record.id in kept, Text("of this party", "该单位"))
    ends = ("from_party", "to_party")
    narrow.hops = {
        id: hop
        for id, hop in account.hops.items()
        if party in (*map(hop.get, ends), hop.performer) or not ids.isdisjoint(hop.get("path") or ())
    }
    narrow.copies = {id: copy for id, copy in account.copies.items() if copy.holder_party == party}
    narrow.__dict__["concerned"] = account.controlling([party])
    return narrow


def batch_of(account: Account) -> Record:
    """Return the request of the batch that the question names. Raises AccountError where there is not one."""
    batch = account.subject.get("destruction")
    asked = [r for r in account.every if r.name == "destruction.requested" and r.get("destruction") == batch]
    if batch is None or len(asked) != 1:
        raise AccountError(f"expected one request of the destruction {batch}, found {len(asked)}")
    return asked[0]


def of_batch(account: Account) -> Account:
    """Keep one batch of copies to be destroyed: what was decided and done, and whatever was refused of it or
    of the destruction of one of its copies."""
    asked = batch_of(account)
    batch, copies = asked.get("destruction"), set(asked.get("copies") or ())

    def tried(record: Record) -> bool:
        attempt = record.get("attempt") or {}
        destroys = str(record.get("verb")).startswith("destruction.")
        return attempt.get("destruction") == batch or (
            destroys and not copies.isdisjoint(attempt.get("copies") or ())
        )

    refused = {str(r.get("refusal")) for r in account.refusals if tried(r)}
    kept = {
        r.id
        for r in account.records
        if r.get("destruction") == batch or (r.get("refusal") and str(r.get("refusal")) in refused)
    }
    kept |= {r.id for r in account.records if r.name == "signature.given" and r.get("decision_entry") in kept}
    narrow = _narrowed(account, lambda record: record.id in kept, Text("of this batch", "本批次"))
    narrow.copies = {id: copy for id, copy in account.copies.items() if id in copies}
    return narrow


def stock_of(account: Account) -> Stock:
    """Return the stocktake that the question names. Raises AccountError where none of the file is it."""
    id = account.subject.get("stocktake")
    found = stocks(account).get(str(id))
    if found is None:
        raise AccountError(f"the evidence tells of no stocktake {id}")
    return found


def of_stock(account: Account) -> Account:
    """Keep one stocktake, the handover that it was counted for, and the copies on its lines."""
    stock = stock_of(account)
    id = account.subject.get("stocktake")
    handovers = {r.get("handover") for r in account.records if r.get("stocktake") == id} - {None}
    kept = {r.id for r in account.records if r.get("stocktake") == id or r.get("handover") in handovers}
    narrow = _narrowed(account, lambda record: record.id in kept, Text("of this stocktake", "本次清点"))
    lines = {line.copy for line in stock.lines.values()}
    narrow.copies = {id: copy for id, copy in account.copies.items() if id in lines}
    return narrow


def _narrowed(account: Account, keep: Callable[[Record], bool], where: Text) -> Account:
    """Return the account of the entries that are kept; names, parties and what is proved stay."""
    narrow = replace(
        account,
        records=[record for record in account.records if keep(record)],
        handoffs={id: record for id, record in account.handoffs.items() if keep(record)},
        overrides={id: told for id, told in account.overrides.items() if any(map(keep, told))},
        refusals=[record for record in account.refusals if keep(record)],
        doubts=[(record, doubt) for record, doubt in account.doubts if keep(record)],
        recalls=[record for record in account.recalls if keep(record)],
        oddities=[record for record in account.oddities if keep(record)],
        where=where,
    )
    narrow.__dict__ |= {"as_of": account.as_of, "every": account.every}
    return narrow


def _told(value: Any) -> set[str]:
    """Return every text that stands as a value of an entry, but for decision and facts."""
    return set(_texts({n: v for n, v in value.items() if n != "decision" and not n.startswith(FACTS)}))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)


def overridden_by(record: Record) -> list[object]:
    """Return the entries of the overrides under which a decision let an act pass."""
    found = record.decision.findings if record.decision else ()
    return [f.overridden.entry for f in found if f.outcome is FindingOutcome.OVERRIDDEN and f.overridden]
