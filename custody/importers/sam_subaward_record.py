"""One subcontract report, read from one record of a SAM.gov answer.

Field names and types: "SAM.gov Acquisition Subaward Reporting Public API", GET response parameters, v1
(open.gsa.gov/api/acquisition-subaward-reporting-api). The page and the live answers spell some fields
differently; every spelling seen is read, and which one stood in the record is told.

The pay of the subcontractor's officers is personal and no business of a custody ledger: it is never read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from custody.importers.json_records import Number
from custody.importers.problem import RecordError, shown

_VARIANTS: Final = {  # other name (case folded) -> the name in the specification
    "uniqueawardkey": "primeContractKey",
    "subentityphysicaladdress": "entityPhysicalAddress",
    "subtoppayemployee": "subContractorTopPayEmployee",
}
_FIELDS: Final = (
    "primeContractKey", "piid", "agencyId", "referencedIDVPIID", "referencedIDVAgencyId", "subAwardReportId",
    "subAwardReportNumber", "submittedDate", "subAwardNumber", "subAwardAmount", "subAwardDate",
    "subEntityLegalBusinessName", "subEntityUei", "primeAwardType", "totalContractValue", "primeEntityUei",
    "primeEntityName", "baseAwardDateSigned", "descriptionOfRequirement", "subContractorNaics",
    "primeOrganizationInfo", "entityPhysicalAddress", "subBusinessType", "subParentUei",
    "subEntityDoingBusinessAsName", "subContractorTopPayEmployee", "subEntityParentLegalBusinessName",
    "subAwardDescription", "status",
)  # fmt: skip
_CANONICAL: Final = {name.casefold(): name for name in _FIELDS} | _VARIANTS
# The page writes PIID, subawardReportId and subawardReportNumber; live answers write the names above.
_NOT_WORTH_TELLING: Final = frozenset({"subawardReportId", "subawardReportNumber", "subawardDescription"})

_UEI = re.compile(r"[A-HJ-NP-Z1-9][A-HJ-NP-Z0-9]{11}")  # 12 characters, no letter O or I, no leading zero
_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ][0-9:.]{5,18}(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?")
_AMOUNT = re.compile(r"-?[0-9]{1,30}(?:\.[0-9]{1,30})?(?:[eE][+-]?[0-9]{1,2})?")
_LARGEST: Final = Decimal(10) ** 12
_LENGTHS: Final = {"descriptionOfRequirement": 20_000, "subAwardDescription": 20_000}
_LENGTH: Final = 300


@dataclass(frozen=True, slots=True, order=True)
class Report:
    """What one subcontract report says. Dates are ISO 8601, amounts US dollars as decimal text."""

    submitted: str  # first, so that reports sort by the day on which they were filed
    report_number: str
    report_id: str
    contract_key: str
    piid: str
    agency_id: str
    idv_piid: str
    idv_agency_id: str
    award_type: str
    agency: str
    department: str
    office: str
    prime_uei: str
    prime_name: str
    signed: str
    value: str
    description: str
    subaward_number: str
    subaward_description: str
    amount: str
    awarded: str
    sub_uei: str
    sub_name: str
    sub_alias: str
    parent_uei: str
    parent_name: str
    country: str
    state: str
    city: str
    naics: tuple[tuple[str, str], ...]
    business_types: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Fields:
    """A record under the names of the specification, and how those names were written where they differ."""

    values: Mapping[str, object]
    written: Mapping[str, object]  # the record as it stands
    variants: tuple[tuple[str, str], ...]  # (name in the specification, name as written)


def fields_of(record: object) -> Fields:
    """Sort a decoded record under the specification's names; what it does not name is left aside.

    Raises `RecordError` when the record is no object, or gives one field twice with different values.
    """
    if not isinstance(record, dict):
        raise RecordError(
            "not_object", f"Not a record but “{shown(record)}”.", f"不是记录，而是“{shown(record)}”。"
        )
    values: dict[str, object] = {}
    variants: list[tuple[str, str]] = []
    for written, value in record.items():
        name = _CANONICAL.get(written.casefold())
        if name is None:
            continue
        if name in values and values[name] != value:
            raise RecordError(
                "field_conflict",
                f"Gives {name} twice, as different values.",
                f"字段 {name} 出现两次且取值不同。",
            )
        values[name] = value
        if written != name and written not in _NOT_WORTH_TELLING:
            variants.append((name, written))
    return Fields(values, record, tuple(sorted(variants)))


def read(fields: Fields) -> Report:
    """Check one record and return the report in it.

    Raises `RecordError` when a field that identifies the report, its contract or its parties is missing, has
    the wrong type or an impossible value, or when the report was withdrawn by whoever filed it.
    """
    values = fields.values
    if _text(values, "status").casefold() == "deleted":
        raise RecordError(
            "deleted", "Withdrawn by whoever filed it (status Deleted).", "该报告已由申报方撤销。"
        )
    organisation = _member(values, "primeOrganizationInfo")
    address = _member(values, "entityPhysicalAddress")
    return Report(
        submitted=_date(values, "submittedDate"),
        report_number=_required(values, "subAwardReportNumber"),
        report_id=_required(values, "subAwardReportId"),
        contract_key=_required(values, "primeContractKey"),
        piid=_required(values, "piid"),
        agency_id=_required(values, "agencyId"),
        idv_piid=_text(values, "referencedIDVPIID"),
        idv_agency_id=_text(values, "referencedIDVAgencyId"),
        award_type=_text(values, "primeAwardType"),
        agency=_text(_member(organisation, "contractingAgency"), "name"),
        department=_text(_member(organisation, "contractingDepartment"), "name"),
        office=_text(_member(organisation, "contractingOffice"), "name"),
        prime_uei=_uei(values, "primeEntityUei"),
        prime_name=_required(values, "primeEntityName"),
        signed=_date(values, "baseAwardDateSigned", required=False),
        value=_amount(values, "totalContractValue", required=False),
        description=_text(values, "descriptionOfRequirement"),
        subaward_number=_text(values, "subAwardNumber"),
        subaward_description=_text(values, "subAwardDescription"),
        amount=_amount(values, "subAwardAmount"),
        awarded=_date(values, "subAwardDate"),
        sub_uei=_uei(values, "subEntityUei"),
        sub_name=_required(values, "subEntityLegalBusinessName"),
        sub_alias=_text(values, "subEntityDoingBusinessAsName"),
        parent_uei=_uei(values, "subParentUei", required=False),
        parent_name=_text(values, "subEntityParentLegalBusinessName"),
        country=_text(_member(address, "country"), "code").upper(),
        state=_text(_member(address, "state"), "code").upper(),
        city=_text(address, "city"),
        naics=_coded(values, "subContractorNaics", "description"),
        business_types=_coded(values, "subBusinessType", "name"),
    )


def _wrong_type(name: str, expected: str, expected_zh: str) -> RecordError:
    return RecordError("wrong_type", f"{name} is not {expected}.", f"{name} 不是{expected_zh}。")


def _text(values: Mapping[str, object], name: str) -> str:
    """Return a text on one line (empty when the field is null or absent)."""
    value = values.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or isinstance(value, Number):
        raise _wrong_type(name, "text", "文本")
    limit = _LENGTHS.get(name, _LENGTH)
    if len(value) > limit:
        raise RecordError(
            "too_long",
            f"{name} has {len(value)} characters; at most {limit} are read.",
            f"{name} 有 {len(value)} 个字符，最多读取 {limit} 个。",
        )
    return " ".join(value.split())


def _required(values: Mapping[str, object], name: str) -> str:
    value = _text(values, name)
    if not value:
        raise RecordError("missing", f"{name} is missing.", f"缺少 {name}。")
    return value


def _member(values: Mapping[str, object], name: str) -> Mapping[str, object]:
    value = values.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _wrong_type(name, "an object", "对象")
    return value


def _uei(values: Mapping[str, object], name: str, *, required: bool = True) -> str:
    value = (_required if required else _text)(values, name).upper()
    if value and not _UEI.fullmatch(value):
        raise RecordError(
            "bad_uei",
            f"{name} “{shown(value)}” is not a Unique Entity ID (12 letters and digits, no O or I).",
            f"{name}“{shown(value)}”不是有效的 UEI（12 位字母和数字，不含 O 和 I）。",
        )
    return value


def _date(values: Mapping[str, object], name: str, *, required: bool = True) -> str:
    """Return the calendar date as written; a time of day behind it is left off, never converted."""
    value = (_required if required else _text)(values, name)
    if not value:
        return ""
    match = _DATE.fullmatch(value)
    try:
        found = date.fromisoformat(match[1]) if match else None
    except ValueError:
        found = None
    if found is None or not 1950 <= found.year <= 2100:
        raise RecordError(
            "bad_date",
            f"{name} “{shown(value)}” is not a date between 1950 and 2100 (YYYY-MM-DD).",
            f"{name}“{shown(value)}”不是 1950 至 2100 年间的日期（YYYY-MM-DD）。",
        )
    return found.isoformat()


def _amount(values: Mapping[str, object], name: str, *, required: bool = True) -> str:
    """Return dollars with two to six decimals. The service writes ten million and more as "1.2E7"."""
    value = values.get(name)
    written = str(value) if isinstance(value, Number) else (_required if required else _text)(values, name)
    if not written:
        return ""
    amount = Decimal(written) if _AMOUNT.fullmatch(written) else None
    whole, _, cents = format(amount or Decimal(0), "f").partition(".")
    cents = cents.rstrip("0")
    if amount is None or not 0 <= amount < _LARGEST or amount.is_signed() or len(cents) > 6:
        raise RecordError(
            "bad_amount",
            f"{name} “{shown(written)}” is not an amount from 0 to below 1,000,000,000,000.",
            f"{name}“{shown(written)}”不是 0 至 1,000,000,000,000（不含）之间的金额。",
        )
    return f"{int(whole)}.{cents.ljust(2, '0')}"


def _coded(values: Mapping[str, object], name: str, label: str) -> tuple[tuple[str, str], ...]:
    """Return the (code, label) pairs of a field that holds one such object or a list of them."""
    value = values.get(name)
    found: list[dict[str, object]] = []
    for item in value if isinstance(value, list) else [] if value is None else [value]:
        if not isinstance(item, dict):
            raise _wrong_type(name, "a list of codes", "代码列表")
        found.append(item)
    pairs = {(_text(item, "code"), _text(item, label)) for item in found}
    return tuple(sorted(pair for pair in pairs if pair[0]))
