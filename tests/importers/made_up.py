"""Made-up subcontract reports and exclusions: no such firm, contract or person exists."""

from __future__ import annotations

import copy
import csv
import io
import json
from collections.abc import Iterable
from typing import Any

PRIME, SUB, OTHER_SUB = "PRM1ATESTAAA", "SVB1BTESTBBB", "SVB2CTESTCCC"

_RECORD: dict[str, Any] = {
    "primeContractKey": "CONT_AWD_TEST24F0001_9700_TEST20D0001_9700",
    "piid": "TEST24F0001",
    "agencyId": "9700",
    "referencedIDVPIID": "TEST20D0001",
    "referencedIDVAgencyId": "9700",
    "subAwardReportId": "1001",
    "subAwardReportNumber": "report-0001",
    "submittedDate": "2024-03-15",
    "subAwardNumber": "PO-1",
    "subAwardAmount": "40000",
    "subAwardDate": "2024-02-20",
    "subEntityLegalBusinessName": "BRAVO MAPS LLC",
    "subEntityUei": SUB,
    "primeAwardType": "AWARD",
    "totalContractValue": "100000.0",
    "primeEntityUei": PRIME,
    "primeEntityName": "ALPHA SURVEYS, INC.",
    "baseAwardDateSigned": "2024-01-10",
    "descriptionOfRequirement": "COASTLINE SURVEY",
    "subContractorNaics": {"code": "541370", "description": "SURVEYING AND MAPPING"},
    "primeOrganizationInfo": {
        "contractingAgency": {"code": "97ZZ", "name": "TEST AGENCY"},
        "contractingDepartment": {"code": "9700", "name": "TEST DEPARTMENT"},
        "contractingOffice": {"code": "TST01", "name": "TEST OFFICE"},
    },
    "entityPhysicalAddress": {
        "city": "springfield",
        "state": {"code": "ZZ", "name": None},
        "country": {"code": "USA", "name": "United States"},
    },
    "subBusinessType": [{"code": "2X", "name": "For-Profit Organization"}, {"code": "8W", "name": None}],
    "subParentUei": None,
    "subEntityDoingBusinessAsName": None,
    "subContractorTopPayEmployee": None,
    "subEntityParentLegalBusinessName": None,
}


def record(**changes: Any) -> dict[str, Any]:
    """One sound report with no doubt about it, with some fields changed; ``country`` is a short cut."""
    made = copy.deepcopy(_RECORD)
    if "country" in changes:
        made["entityPhysicalAddress"]["country"]["code"] = changes.pop("country")
    return made | changes


def numbered(number: int, **changes: Any) -> dict[str, Any]:
    """A report of its own, beside those of other numbers."""
    own = {
        "subAwardReportId": str(1000 + number),
        "subAwardReportNumber": f"report-{number:04}",
        "subAwardNumber": f"PO-{number}",
    }
    return record(**(own | changes))


def as_file(records: Any) -> bytes:
    """The bytes of a file that holds this."""
    return json.dumps(records).encode()


HEADER = [
    "Classification", "Name", "Prefix", "First", "Middle", "Last", "Suffix", "Address 1", "Address 2",
    "Address 3", "Address 4", "City", "State / Province", "Country", "Zip Code", "D&B Open Data Flag",
    "Unique Entity Identifier (DUNS)", "Unique Entity Identifier (SAM)", "Exclusion Program",
    "Excluding Agency", "CT Code", "Exclusion Type", "Additional Comments", "Active Date", "Termination Date",
    "Record Status", "Cross-Reference", "SAM Number", "CAGE", "NPI", "Creation_Date",
]  # fmt: skip


def exclusion(**changes: str) -> list[str]:
    """One sound row of the extract; keywords are column names with "_" for a blank."""
    row = {
        "Classification": "Firm",
        "Name": "BARRED SURVEYS LLC",
        "Country": "USA",
        "Unique Entity Identifier (SAM)": "BRD1DTESTDDD",
        "Exclusion Program": "Reciprocal",
        "Excluding Agency": "TEST",
        "Exclusion Type": "Prohibition/Restriction",
        "Active Date": "02/03/2020",
        "Termination Date": "Indefinite",
        "SAM Number": "S4MRTEST1",
        "CAGE": "0TST1",
    } | {name.replace("_", " "): value for name, value in changes.items()}
    return [row.get(name, "") for name in HEADER]


def as_csv(rows: Iterable[list[str]], header: list[str] | None = None) -> bytes:
    """The bytes of an extract with these rows, quoted as the real ones are."""
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows([header or HEADER, *rows])
    return out.getvalue().encode()
