"""Handoffs that took place on paper, what of them was done without leave, and what became of the forms."""

from __future__ import annotations

from collections.abc import Sequence

from custody.chain import Shape
from custody.reports.account import Account, Record
from custody.reports.blocks import Block, Code, Column, Flag, Lines, Paragraph, Table, Value, Words
from custody.reports.sections import section
from custody.reports.wording import fill, label
from custody.terms import BlankState, PaperState, Text

_JUDGED = ("handoff.offered", "handoff.accepted", "handoff.read")
_BECAME = {"blank.spoiled": BlankState.SPOILED, "blank.missing": BlankState.MISSING}


@section(79, Text("Handoffs on paper", "纸质移交"))
def on_paper(account: Account) -> Sequence[Block]:
    """One row per handoff that was entered from paper, then the forms; nothing where there is neither."""
    records = account.project_records
    rows = [_row(account, r, records) for r in records if r.name == "handoff.on_paper"]
    blocks: list[Block] = []
    if rows:
        blocks += [
            Paragraph(
                Text(
                    "Each took place before it was entered; its time is what the paper says. What a rule "
                    "bars was not refused, since it had happened: it is told as done without leave.",
                    "各项移交均先办理后补录，时间以纸质回执所载为准。不符合规则的因已发生未予拒绝，记为未经许可。",
                ),
                quiet=True,
            ),
            Table(
                (
                    Column(Text("Handoff, form", "移交、回执编号"), 2.4),
                    Column(Text("Took place; entered", "办理；补录"), 2.4),
                    Column(Text("Why on paper", "原因"), 3),
                    Column(Text("The rules; what was done", "规则判定；处理结果"), 4),
                ),
                rows,
            ),
        ]
    counts = _forms(records)
    if sum(counts.values()):
        said = fill(
            Text(
                "Blank receipts printed for this project: {all}. Used {used}, spoiled {spoiled}, missing "
                "{missing}, issued and not accounted for {issued}, not issued {printed}.",
                "本项目印制空白回执{all}份：已使用{used}份，作废{spoiled}份，缺失{missing}份，"
                "已领用未核销{issued}份，未领用{printed}份。",
            ),
            all=str(sum(counts.values())),
            **{str(state): str(count) for state, count in counts.items()},
        )
        blocks.append(Paragraph(said))
    return blocks


def without_leave(account: Account) -> dict[str, bool]:
    """Return the numbers of handoffs that took place though a rule bars them, each with whether somebody has
    said what was done about it."""
    records = account.project_records
    settled = {r.get("paper") for r in records if r.name == "handoff.leave_settled"}
    return {
        str(r.get("number")): r.get("paper") in settled
        for r in records
        if r.name == "handoff.without_leave" or (r.name == "handoff.on_paper" and r.get("allowed") is False)
    }


def _row(account: Account, record: Record, records: Sequence[Record]) -> tuple[Value, ...]:
    get, names = record.get, account.names
    own = [r for r in records if r.get("paper") == get("paper")]
    barred = [r for r in own if r.name == "handoff.without_leave" or r.get("allowed") is False]
    end = next((r for r in reversed(own) if r.name == "handoff.leave_settled"), None)
    state = PaperState.SETTLED if end else PaperState.WITHOUT_LEAVE if barred else PaperState.IN_ORDER
    became: list[Words | Flag | Code] = [
        Flag(Shape.CHECK if state is PaperState.IN_ORDER else Shape.BANG, label(PaperState, state))
    ]
    if barred:
        became += _rules(account, record)
    if end:
        became += [str(end.get("resolution")), names.of(end.get("person"), end.at)]
    elif barred:
        became.append(
            fill(Text("To be settled by {due}.", "须于{due}前处理。"), due=str(barred[-1].get("due")))
        )
    return (
        Lines((str(get("number")), Code(str(get("form_number"))))),
        Lines((str(get("took_place")), record.at)),
        str(get("reason") or ""),
        Lines(tuple(became)),
    )


def _rules(account: Account, record: Record) -> list[Words]:
    """Return the rules that barred the offer or the acceptance, by their codes."""
    found = [
        finding.code
        for r in account.project_records
        if r.get("handoff") == record.get("handoff") and r.name in _JUDGED and r.decision
        for finding in r.decision.barring
    ]  # fmt: skip
    codes = ", ".join(dict.fromkeys(found))
    return [fill(Text("Rules: {codes}", "规则：{codes}"), codes=codes)] if codes else []


def _forms(records: Sequence[Record]) -> dict[BlankState, int]:
    """Return how many forms printed for the project stand how."""
    state: dict[str, BlankState] = {}
    for record in records:
        match record.name:
            case "blanks.printed":
                state |= {str(one.get("form")): BlankState.PRINTED for one in record.get("forms") or ()}
            case "blanks.issued":
                state |= {str(form): BlankState.ISSUED for form in record.get("forms") or ()}
            case name if name in _BECAME:
                state[str(record.get("form"))] = _BECAME[name]
            case "blank.found":
                state[str(record.get("form"))] = BlankState.ISSUED
            case "handoff.on_paper" if str(record.get("form")) in state:
                state[str(record.get("form"))] = BlankState.USED
    return {one: sum(1 for found in state.values() if found is one) for one in BlankState}
