"""Subcontract reports in the answer format of SAM.gov, read into contracts, parties and hops.

Taken is a bare list of records, or an answer of the service: an object with the list under ``data``,
``results`` or ``published`` beside page numbers. Nothing depends on the order of the records, except the
record numbers that are told.

- A contract is one ``primeContractKey``, a party one UEI, a hop one ``subAwardReportNumber``.
- A name never joins parties: one name under two UEIs is two parties and a doubt.
- Where reports differ on a contract or party, the one filed last counts; the doubt says so.
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from custody.importers import json_records
from custody.importers.countries import alpha_2
from custody.importers.names import fold
from custody.importers.problem import ImportFileError, RecordError, Rejected
from custody.importers.sam_subaward_doubts import (
    Doubt,
    contracts_of,
    doubt,
    due_date,
    find,
    positions,
    stated,
    trade_names,
)
from custody.importers.sam_subaward_merge import Copy, Filed, merge
from custody.importers.sam_subaward_record import Fields, fields_of, read
from custody.importers.sam_subaward_words import DoubtCode

__all__ = ["Contract", "Doubt", "DoubtCode", "Hop", "ImportFileError", "Parsed", "Party", "Totals", "parse"]

LIST_KEYS: Final = ("data", "results", "published", "deleted")


@dataclass(frozen=True, slots=True)
class Contract:
    """One prime contract; becomes a project."""

    key: str
    piid: str  # procurement instrument identifier: the contract number
    agency_id: str
    agency: str | None
    department: str | None
    office: str | None
    idv_piid: str | None  # the indefinite delivery vehicle under which it was ordered
    idv_agency_id: str | None
    award_type: str | None
    prime_uei: str
    signed: str | None  # ISO date
    value: str | None  # US dollars, decimal text
    description: str | None
    records: tuple[int, ...] = field(compare=False)


@dataclass(frozen=True, slots=True)
class Party:
    """One organisation, by Unique Entity ID."""

    uei: str
    name: str  # the spelling that most reports use
    spellings: tuple[str, ...]  # every spelling, the chosen one too
    aliases: tuple[str, ...]  # trade names that no other party of the file goes by
    is_prime: bool
    is_sub: bool
    country: str | None  # ISO 3166-1, two letters; the files tell it of subcontractors only
    state: str | None
    city: str | None
    business_types: tuple[tuple[str, str], ...]  # (code, label)
    naics: tuple[tuple[str, str], ...]  # (code, label)
    parent_uei: str | None  # None when it names itself
    parent_name: str | None
    records: tuple[int, ...] = field(compare=False)

    @property
    def key(self) -> str:
        """What a match or doubt names the party by."""
        return self.uei

    @property
    def identifiers(self) -> tuple[str, ...]:
        """What to look for in a list of barred parties, beside the names."""
        return (self.uei,)

    @property
    def names(self) -> tuple[str, ...]:
        """Every name the party goes by."""
        return (*self.spellings, *self.aliases)


@dataclass(frozen=True, slots=True)
class Hop:
    """One reported subcontract, from the prime of its contract to a subcontractor."""

    report_number: str
    report_id: str
    contract_key: str
    prime_uei: str
    sub_uei: str
    subaward_number: str | None
    amount: str  # US dollars, decimal text
    awarded: str  # ISO date
    submitted: str  # ISO date
    due: str  # ISO date by which it had to be reported
    description: str | None
    records: tuple[int, ...] = field(compare=False)


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts that add up: records = hops + exact_duplicates + merged + rejected."""

    records: int
    rejected: int
    exact_duplicates: int
    merged: int  # copies of a report that are written differently, beyond the first
    hops: int
    subawards: int  # distinct subcontracts behind the hops: one is filed again when it changes
    contracts: int
    parties: int
    primes: int
    subs: int


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a file holds, sorted by key."""

    contracts: tuple[Contract, ...]
    parties: tuple[Party, ...]
    hops: tuple[Hop, ...]
    doubts: tuple[Doubt, ...]
    rejected: tuple[Rejected, ...]
    totals: Totals


def parse(source: bytes | str | os.PathLike[str]) -> Parsed:
    """Read a file given as its bytes or its path.

    Raises `ImportFileError`, and nothing else, when the file as a whole cannot be read.
    """
    text = json_records.read_text(source)
    slices, list_key, page = json_records.open_list(text, LIST_KEYS)
    copies: list[Copy] = []
    rejected: list[Rejected] = []
    variants: dict[tuple[str, str], list[int]] = defaultdict(list)
    line, counted = 1, 0
    for position, part in enumerate(slices, start=1):
        start = part.end - len(text[part.start : part.end].lstrip())
        line += text.count("\n", counted, start)
        counted = start
        try:
            fields = _fields(json_records.decode(text, part), list_key)
            copies.append(Copy(position, read(fields), fields.written))
        except RecordError as error:
            rejected.append(Rejected(position, line, error.code, error.reason))
            continue
        for variant in fields.variants:
            variants[variant].append(position)
    filed = merge(copies)
    contracts = tuple(_contract(key, own) for key, own in contracts_of(filed).items())
    parties = _parties(filed)
    hops = tuple(_hop(one) for one in filed)
    doubts = (*find(filed), *_variant_doubts(variants), *_page_doubts(page, len(slices)))
    different = sum(one.distinct for one in filed)
    totals = Totals(
        records=len(slices),
        rejected=len(rejected),
        exact_duplicates=len(copies) - different,
        merged=different - len(filed),
        hops=len(hops),
        subawards=len({(h.contract_key, h.sub_uei, h.subaward_number or h.report_number) for h in hops}),
        contracts=len(contracts),
        parties=len(parties),
        primes=sum(party.is_prime for party in parties),
        subs=sum(party.is_sub for party in parties),
    )
    return Parsed(contracts, parties, hops, doubts, tuple(rejected), totals)


def _fields(record: object, list_key: str) -> Fields:
    if list_key.casefold() == "deleted":
        raise RecordError("deleted", "Stands in the list of deleted reports.", "该报告在已删除报告列表中。")
    return fields_of(record)


def _contract(key: str, own: Sequence[Filed]) -> Contract:
    return Contract(
        key=key,
        piid=stated(own, "piid"),
        agency_id=stated(own, "agency_id"),
        agency=stated(own, "agency") or None,
        department=stated(own, "department") or None,
        office=stated(own, "office") or None,
        idv_piid=stated(own, "idv_piid") or None,
        idv_agency_id=stated(own, "idv_agency_id") or None,
        award_type=stated(own, "award_type") or None,
        prime_uei=stated(own, "prime_uei"),
        signed=stated(own, "signed") or None,
        value=stated(own, "value") or None,
        description=stated(own, "description") or None,
        records=positions(own),
    )


def _hop(one: Filed) -> Hop:
    report = one.report
    return Hop(
        report_number=report.report_number,
        report_id=report.report_id,
        contract_key=report.contract_key,
        prime_uei=report.prime_uei,
        sub_uei=report.sub_uei,
        subaward_number=report.subaward_number or None,
        amount=report.amount,
        awarded=report.awarded,
        submitted=report.submitted,
        due=due_date(date.fromisoformat(report.awarded)).isoformat(),
        description=report.subaward_description or None,
        records=one.positions,
    )


def _parties(filed: Iterable[Filed]) -> tuple[Party, ...]:
    as_prime: dict[str, list[Filed]] = defaultdict(list)
    as_sub: dict[str, list[Filed]] = defaultdict(list)
    filed = sorted(filed, key=lambda one: one.report)
    for one in filed:
        as_prime[one.report.prime_uei].append(one)
        as_sub[one.report.sub_uei].append(one)
    users = trade_names(filed)
    made = []
    for uei in sorted({*as_prime, *as_sub}):
        prime, sub = as_prime.get(uei, []), as_sub.get(uei, [])
        used = Counter([f.report.prime_name for f in prime] + [f.report.sub_name for f in sub])
        aliases = {a for f in sub if (a := f.report.sub_alias) and len(users[fold(a)]) == 1}
        parent_uei, parent_name = _parent(uei, sub)
        made.append(
            Party(
                uei=uei,
                name=min(used, key=lambda name: (-used[name], name)),
                spellings=tuple(sorted(used)),
                aliases=tuple(sorted(aliases - set(used))),
                is_prime=bool(prime),
                is_sub=bool(sub),
                country=alpha_2(stated(sub, "country")),
                state=stated(sub, "state") or None,
                city=stated(sub, "city") or None,
                business_types=_labelled(f.report.business_types for f in sub),
                naics=_labelled(f.report.naics for f in sub),
                parent_uei=parent_uei,
                parent_name=parent_name,
                records=positions([*prime, *sub]),
            )
        )
    return tuple(made)


def _parent(uei: str, sub: Sequence[Filed]) -> tuple[str | None, str | None]:
    """Return the parent that the last report to name one gives, under the last name it was given."""
    parent = stated(sub, "parent_uei")
    if parent == uei:
        return None, None
    if not parent:
        return None, stated(sub, "parent_name") or None
    return parent, stated([f for f in sub if f.report.parent_uei == parent], "parent_name") or None


def _labelled(found: Iterable[tuple[tuple[str, str], ...]]) -> tuple[tuple[str, str], ...]:
    """Return each code once, with the longest label that any report gives it (some leave it out)."""
    labels: dict[str, str] = {}
    for code, label in sorted({pair for pairs in found for pair in pairs}):
        labels[code] = max(labels.get(code, ""), label, key=len)
    return tuple(sorted(labels.items()))


def _variant_doubts(variants: Mapping[tuple[str, str], list[int]]) -> Iterable[Doubt]:
    for (name, written), records in sorted(variants.items()):
        where = ", ".join(map(str, records[:20])) + (", …" if len(records) > 20 else "")
        values = {"field": name, "written": written}
        words = {"name": name, "written": written, "count": len(records), "where": where}
        yield doubt(DoubtCode.FIELD_VARIANT, "file", f"{name}/{written}", records, values, **words)


def _page_doubts(page: Mapping[str, object], records: int) -> Iterable[Doubt]:
    """Tell when the service holds more than this file; its page numbers start from 0."""
    by_name = {name.casefold(): str(value) for name, value in page.items()}

    def number(name: str) -> int:
        value = by_name.get(name, "")
        return int(value) if value.isascii() and value.isdigit() and len(value) < 12 else 0

    total, pages, here = number("totalrecords"), number("totalpages"), number("pagenumber") + 1
    if total > records or pages > 1:
        values = {"records": records, "total_records": total, "page": here, "total_pages": pages}
        words = {"records": records, "page": here, "pages": pages or "?", "total": total or "?"}
        yield doubt(DoubtCode.PAGE_INCOMPLETE, "file", "page", (), values, **words)
