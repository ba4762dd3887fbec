"""What entries tell of an old register: the lines below each in a timeline. Pure."""

from __future__ import annotations

from custody.reports.account import Account, Record
from custody.reports.blocks import Words
from custody.reports.wording import fill, hop_name
from custody.terms import Text

ANEW = Text(
    "Entered from an old register: asked for anew, whatever a paper says.",
    "由旧登记簿登记：无论纸质如何记载，均重新申请审批。",
)
SHOWN = 3


def copies(account: Account, record: Record) -> list[Words]:
    """Return where the first copies of an entry stood on paper, and with whom."""
    names, at = account.names, record.at
    return [
        fill(
            Text(
                "{copy}: no. {number} on page {page}, line {line}; {party}, {person}.",
                "{copy}：原编号{number}，第{page}页第{line}行；{party} {person}。",
            ),
            copy=names.of(copy.get("copy"), at),
            number=copy.get("old_number"),
            page=copy.get("page") or "-",
            line=copy.get("line"),
            party=names.of(copy.get("custodian_party"), at),
            person=names.of(copy.get("custodian_person"), at) if copy.get("custodian_person") else "-",
        )
        for copy in list(record.get("copies") or ())[:SHOWN]
    ]


def hops(account: Account, record: Record) -> list[Words]:
    """Return where the first subcontracts of an entry stood on paper, and which approval is named there."""
    return [
        fill(
            Text(
                "{hop}: no. {number} on page {page}, line {line}; the paper names {approval}.",
                "{hop}：原编号{number}，第{page}页第{line}行；纸质所载批准：{approval}。",
            ),
            hop=hop_name(account, one.get("hop"), record),
            number=one.get("number"),
            page=one.get("page") or "-",
            line=one.get("line"),
            approval=one.get("approval") or Text("no approval by its number", "未写明批准文号"),
        )
        for one in list(record.get("hops") or ())[:SHOWN]
    ]
