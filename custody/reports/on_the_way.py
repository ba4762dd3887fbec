"""What entries tell of copies on their way: the lines below each in a timeline. Pure."""

from __future__ import annotations

from custody.reports.account import Account, Record
from custody.reports.blocks import Words
from custody.reports.wording import fill, quoted
from custody.terms import Text


def dispatched(account: Account, record: Record) -> list[Words]:
    """Return what left, with whom, and by when it is to be there; of a copy's report what that discloses."""
    get, names, at = record.get, account.names, record.at
    people = get("carriers") or ()
    by = [get("carrier"), *([names.listed(people, at).get(account.language)] if people else [])]
    seals = [str(seal) for seal in get("seals") or ()]
    return [
        fill(
            Text("Left on {left}, to be there by {due}", "{left}发出，预计{due}前送达"),
            left=str(get("left_on")),
            due=str(get("expected_on")),
        ),
        fill(Text("Carried by {who}", "承运：{who}"), who=", ".join(filter(None, by))) if any(by) else "",
        fill(Text("Way-bill {number}", "运单号 {number}"), number=str(get("waybill")))
        if get("waybill")
        else "",
        fill(Text("Packages: {n}", "件数：{n}"), n=str(get("packages"))),
        fill(Text("Seals: {seals}", "封签号：{seals}"), seals=", ".join(seals)) if seals else "",
        Text("Puts what was said before right.", "更正此前所填内容。") if get("corrects") else "",
    ]


def withdrawn(account: Account, record: Record) -> list[Words]:
    """Return why an offer was withdrawn and, where the copies were on their way, how they came back."""
    get = record.get
    if not get("came_back_on"):
        return [quoted(get("reason"))]
    back = Text("Came back on {day}", "{day}退回")
    return [quoted(get("reason")), fill(back, day=str(get("came_back_on"))), quoted(get("condition"))]


def overdue(account: Account, record: Record) -> list[Words]:
    """Return by when copies were to be there that are late."""
    return [fill(Text("Expected by {day}", "预计{day}前送达"), day=str(record.get("expected_on")))]


def lost(account: Account, record: Record) -> list[Words]:
    """Return which copies were lost, and what is known of it."""
    copies = account.names.listed(record.get("copies") or (), record.at)
    said = Text(
        "Missing since: {copies}. Custody stays with the sender.", "缺失：{copies}。保管责任仍在移交方。"
    )
    return [fill(said, copies=copies), quoted(record.get("reason"))]


DETAILS = {
    "handoff.dispatched": dispatched,
    "handoff.withdrawn": withdrawn,
    "handoff.overdue": overdue,
    "handoff.lost": lost,
}
