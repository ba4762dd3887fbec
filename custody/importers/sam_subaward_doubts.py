"""What a reader of subcontract reports should be told, found by comparing the reports with each other.

A doubt never stops an import: it names what looks wrong, where it stands, and on what values that rests, so
that a person can judge. Nothing is mended silently; where one of several values had to be taken, the doubt
says which.
"""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from custody.importers.countries import UNITED_STATES, alpha_2
from custody.importers.names import fold
from custody.importers.sam_subaward_merge import CONTRACT_FIELDS, Filed
from custody.importers.sam_subaward_words import (
    LAST_TAKEN,
    ON_CONTENT,
    ON_CONTRACT,
    READ_ALIKE,
    SENTENCES,
    DoubtCode,
)
from custody.terms import Text

Value = str | int | bool | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Doubt:
    """One thing to tell, about one object; ``(code, subject)`` is unique and the same in every run."""

    code: DoubtCode
    about: str  # "party" (subject: its UEI), "contract" (key), "report" (number), "name" (folded) or "file"
    subject: str
    sentence: Text
    values: Mapping[str, Value] = field(hash=False)
    records: tuple[int, ...] = field(compare=False)  # record numbers, from 1; they follow the file's order

    def place(self, longest: int) -> str:
        """Return where in the file it was seen, runs as ``4-8``; what does not fit gives way to "..."."""
        if not self.records:
            return "file"
        runs: list[list[int]] = []
        for number in sorted(set(self.records)):
            if runs and runs[-1][-1] == number - 1:
                runs[-1].append(number)
            else:
                runs.append([number])
        parts = [f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs]
        told = "records " + ", ".join(parts)
        while len(told) > longest:
            parts.pop()
            told = "records " + ", ".join([*parts, "..."])
        return told


def doubt(
    code: DoubtCode,
    about: str,
    subject: str,
    records: Iterable[int],
    values: Mapping[str, Value],
    /,
    **words: object,
) -> Doubt:
    """Make a doubt; ``words`` fill the sentence of its kind, ``values`` are what a program reads."""
    sentence = SENTENCES[code]
    text = Text(sentence.en.format(**words), sentence.zh.format(**words))
    return Doubt(code, about, subject, text, values, tuple(records))


def due_date(awarded: date) -> date:
    """Return the last day to report a subcontract: end of the next month (FAR 52.204-10(d)(2))."""
    year, month = (awarded.year + 1, 1) if awarded.month == 12 else (awarded.year, awarded.month + 1)
    return date(year, month, monthrange(year, month)[1])


def find(filed: Sequence[Filed]) -> list[Doubt]:
    """Return every doubt about the merged reports, by kind and then by subject."""
    contracts = contracts_of(filed)
    found = [
        *(d for own in contracts.values() for d in _reports(own)),
        *_copies(filed),
        *(d for key, own in contracts.items() for d in (*_contract(key, own), *_sums(key, own))),
        *_names(filed),
        *(d for uei, own in _by_sub(filed).items() for d in _place(uei, own)),
    ]
    order = list(DoubtCode)
    return sorted(found, key=lambda d: (order.index(d.code), d.subject))


def contracts_of(filed: Iterable[Filed]) -> dict[str, list[Filed]]:
    """Group reports by contract key, the one filed last at the end: what it says of the contract counts."""
    groups: dict[str, list[Filed]] = defaultdict(list)
    for one in sorted(filed, key=lambda f: f.report):
        groups[one.report.contract_key].append(one)
    return dict(sorted(groups.items()))


def stated(reports: Sequence[Filed], name: str) -> str:
    """Return what the last report that fills in a field says there; empty when none does."""
    return next((v for f in reversed(reports) if (v := str(getattr(f.report, name)))), "")


def trade_names(filed: Iterable[Filed]) -> dict[str, set[str]]:
    """Return which parties go by each trade name (folded)."""
    users: dict[str, set[str]] = defaultdict(set)
    for one in filed:
        if alias := fold(one.report.sub_alias):
            users[alias].add(one.report.sub_uei)
    return users


def positions(filed: Iterable[Filed]) -> tuple[int, ...]:
    """Return the numbers of all records behind some reports."""
    return tuple(sorted({p for one in filed for p in one.positions}))


def _by_sub(filed: Iterable[Filed]) -> dict[str, list[Filed]]:
    groups: dict[str, list[Filed]] = defaultdict(list)
    for one in sorted(filed, key=lambda f: f.report):
        groups[one.report.sub_uei].append(one)
    return groups


def _money(amount: str | Decimal) -> str:
    return f"{Decimal(amount):,.2f}"


def _reports(own: Sequence[Filed]) -> Iterator[Doubt]:
    """Compare each report on one contract with itself and with the contract."""
    signed, value = stated(own, "signed"), stated(own, "value")
    for one in own:
        yield from _report(one, signed, value)


def _report(one: Filed, signed: str, value: str) -> Iterator[Doubt]:
    r, number, where = one.report, one.report.report_number, one.positions
    awarded, submitted = date.fromisoformat(r.awarded), date.fromisoformat(r.submitted)
    due = due_date(awarded)
    dates = {"sub": r.sub_uei, "awarded": r.awarded, "submitted": r.submitted}
    words = {"who": r.sub_name, "piid": r.piid, "awarded": r.awarded, "submitted": r.submitted}
    if signed and r.awarded < signed:
        code = DoubtCode.SUB_BEFORE_PRIME
        yield doubt(code, "report", number, where, dates | {"signed": signed}, signed=signed, **words)
    if submitted > due:
        days = (submitted - due).days
        late: dict[str, Value] = {**dates, "due": due.isoformat(), "days_late": days}
        yield doubt(DoubtCode.FILED_LATE, "report", number, where, late, due=due, days=days, **words)
    if submitted < awarded:
        yield doubt(DoubtCode.FILED_BEFORE_AWARD, "report", number, where, dates, **words)
    if value and Decimal(r.amount) > Decimal(value):
        values = {"sub": r.sub_uei, "amount": r.amount, "contract_value": value}
        money = {"amount": _money(r.amount), "value": _money(value)}
        yield doubt(DoubtCode.SUB_OVER_PRIME, "report", number, where, values, **words, **money)
    if r.sub_uei == r.prime_uei:
        values = {"sub": r.sub_uei, "contract": r.contract_key}
        yield doubt(DoubtCode.SUB_IS_PRIME, "report", number, where, values, **words)


def _copies(filed: Iterable[Filed]) -> Iterator[Doubt]:
    """Tell of every report whose number stands more than once."""
    for one in filed:
        number, times, where = one.report.report_number, len(one.copies), one.positions
        words = {"number": number, "times": times, "where": ", ".join(map(str, where))}
        if times == 1:
            continue
        if one.distinct == 1:
            yield doubt(DoubtCode.REPORT_REPEATED, "report", number, where, {"times": times}, **words)
            continue
        fields = tuple(one.differing_fields())
        on_contract = any(name.casefold() in CONTRACT_FIELDS for name in fields)
        values: dict[str, Value] = {
            "times": times,
            "fields": fields,
            "on_contract": on_contract,
            "same_when_read": one.agree,
            "contract": one.report.contract_key,
        }
        yield doubt(
            DoubtCode.REPORT_CONFLICT,
            "report",
            number,
            where,
            values,
            what=ON_CONTRACT if on_contract else ON_CONTENT,
            fields=", ".join(fields),
            taken=READ_ALIKE if one.agree else LAST_TAKEN,
            **words,
        )


_COMPARED = ("piid", "agency_id", "idv_piid", "idv_agency_id", "prime_uei", "signed", "value", "description")


def _contract(key: str, own: Sequence[Filed]) -> Iterator[Doubt]:
    """Compare what the reports on one contract say of it."""
    said = {name: tuple(sorted({str(getattr(f.report, name)) for f in own} - {""})) for name in _COMPARED}
    piid, where = stated(own, "piid"), positions(own)
    if differing := tuple(name for name, values in said.items() if len(values) > 1):
        conflict: dict[str, Value] = {"fields": differing, **{name: said[name] for name in differing}}
        listed = ", ".join(differing)
        yield doubt(DoubtCode.CONTRACT_CONFLICT, "contract", key, where, conflict, piid=piid, listed=listed)
    if lacking := tuple(name for name in ("signed", "value") if not said[name]):
        lacks: dict[str, Value] = {"fields": lacking}
        listed = ", ".join(lacking)
        yield doubt(DoubtCode.CONTRACT_LACKS, "contract", key, where, lacks, piid=piid, listed=listed)


def _sums(key: str, own: Sequence[Filed]) -> Iterator[Doubt]:
    """Add up a contract, by report and by subcontract: a changed subcontract is filed again."""
    subawards: dict[tuple[str, str], list[Filed]] = defaultdict(list)
    for one in own:
        r = one.report
        subawards[r.sub_uei, r.subaward_number or r.report_number].append(one)
    for (uei, number), again in sorted(subawards.items()):
        if len(again) == 1:
            continue
        last, amounts = again[-1].report, tuple(f.report.amount for f in again)
        values: dict[str, Value] = {
            "subaward": number,
            "sub": uei,
            "contract": key,
            "amounts": amounts,
            "reports": tuple(f.report.report_number for f in again),
        }
        yield doubt(
            DoubtCode.SUBAWARD_AGAIN,
            "report",
            last.report_number,
            positions(again),
            values,
            number=number,
            who=last.sub_name,
            count=len(again),
            listed=", ".join(map(_money, amounts)),
        )
    value = stated(own, "value")
    total = sum((Decimal(f.report.amount) for f in own), Decimal(0))
    once = sum((max(Decimal(f.report.amount) for f in group) for group in subawards.values()), Decimal(0))
    if value and total > Decimal(value):
        yield doubt(
            DoubtCode.SUBS_OVER_PRIME,
            "contract",
            key,
            positions(own),
            {"total": str(total), "contract_value": value, "each_once": str(once)},
            piid=stated(own, "piid"),
            count=len(own),
            total=_money(total),
            value=_money(value),
            once=_money(once),
        )


def _names(filed: Sequence[Filed]) -> Iterator[Doubt]:
    """Compare names and identifiers, of primes and subcontractors alike."""
    spellings: dict[str, set[str]] = defaultdict(set)
    holders: dict[str, set[str]] = defaultdict(set)
    mentions: dict[str, list[Filed]] = defaultdict(list)
    for one in filed:
        r = one.report
        for uei, name in {(r.sub_uei, r.sub_name), (r.prime_uei, r.prime_name)}:
            spellings[uei].add(name)
            holders[fold(name)].add(uei)
            mentions[uei].append(one)
    for uei, names in spellings.items():
        if len(names) > 1:
            written = tuple(sorted(names))
            alike = len({fold(name) for name in names}) == 1
            values: dict[str, Value] = {"spellings": written, "same_but_for_punctuation": alike}
            words = {"uei": uei, "count": len(names), "listed": " / ".join(written)}
            yield doubt(DoubtCode.TWO_SPELLINGS, "party", uei, positions(mentions[uei]), values, **words)
    for folded, holding in holders.items():
        if folded and len(holding) > 1:
            ueis = tuple(sorted(holding))
            name = min(n for uei in ueis for n in spellings[uei] if fold(n) == folded)
            where = positions(f for uei in ueis for f in mentions[uei])
            values = {"name": name, "identifiers": ueis}
            words = {"name": name, "count": len(ueis), "listed": ", ".join(ueis)}
            yield doubt(DoubtCode.TWO_IDENTIFIERS, "name", folded, where, values, **words)
    using_name: dict[str, list[Filed]] = defaultdict(list)
    for one in filed:
        using_name[fold(one.report.sub_alias)].append(one)
    for folded, users in trade_names(filed).items():
        if len(users) > 1:
            using = using_name[folded]
            name = min(f.report.sub_alias for f in using)
            values = {"alias": name, "parties": tuple(sorted(users))}
            words = {"name": name, "count": len(users)}
            yield doubt(DoubtCode.ALIAS_SHARED, "name", folded, positions(using), values, **words)


def _place(uei: str, own: Sequence[Filed]) -> Iterator[Doubt]:
    """Compare what the reports say of one subcontractor's country and parent."""
    last, where = own[-1].report, positions(own)
    codes = tuple(sorted({f.report.country for f in own} - {""}))
    known = tuple(sorted({c for code in codes if (c := alpha_2(code))}))
    unknown = [code for code in codes if alpha_2(code) is None]
    parents = tuple(sorted({f.report.parent_uei for f in own} - {""}))
    words = {"who": last.sub_name, "listed": ", ".join(codes) or "-"}
    if foreign := tuple(c for c in known if c not in UNITED_STATES):
        abroad: dict[str, Value] = {"country": foreign, "city": last.city}
        place = ", ".join(filter(None, (last.city.title(), *foreign)))
        yield doubt(DoubtCode.SUB_FOREIGN, "party", uei, where, abroad, place=place, **words)
    if len(known) > 1:
        yield doubt(DoubtCode.COUNTRY_DIFFERS, "party", uei, where, {"countries": codes}, **words)
    if unknown or not codes:
        yield doubt(DoubtCode.COUNTRY_UNKNOWN, "party", uei, where, {"countries": codes}, **words)
    if len(parents) > 1:
        words["listed"] = ", ".join(parents)
        yield doubt(DoubtCode.PARENT_DIFFERS, "party", uei, where, {"parents": parents}, **words)
