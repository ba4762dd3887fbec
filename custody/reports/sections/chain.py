"""The chain of subcontracts as a drawing, blocked attempts among it, and the terms of each subcontract."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from custody.chain import NEVER, Node, Shape, with_copies
from custody.reports.account import Account, Hop, Record, grouped
from custody.reports.blocks import Block, Column, Figure, Flag, Heading, Lines, Paragraph, Table, Value, Words
from custody.reports.sections import section
from custody.reports.wording import day, fill, label, level
from custody.terms import CopyState, DecisionOutcome, HopState, Text, Verb

SHAPES = {
    HopState.ACTIVE: Shape.CHECK,
    HopState.REQUESTED: Shape.DOTS,
    HopState.SUSPENDED: Shape.BANG,
    HopState.REJECTED: Shape.CROSS,
    HopState.WITHDRAWN: Shape.RETURN,
    HopState.REVOKED: Shape.BANG,
    HopState.COMPLETED: Shape.RETURN,
    HopState.CLOSING: Shape.RETURN,
    HopState.CLOSED: Shape.DASH,
}


@section(30, Text("Chain of subcontracts", "分包链"))
def chain(account: Account) -> Sequence[Block]:
    """The drawing, then the terms."""
    return [
        Paragraph(
            Text(
                "Solid boxes are subcontracts as they stand. Dashed boxes are attempts that the rules "
                "blocked; "
                "nothing passed there. Each party's copies are counted in one box.",
                "实线框为现有分包。虚线框为被规则拒绝的操作，未发生任何移交。各单位保管的副本数只在一个框内标注。",
            ),
            quiet=True,
        ),
        Figure(_nodes(account)),
        Heading(Text("Terms of each subcontract", "各分包的条件"), 2),
        Table(
            (
                Column(Text("No.", "序号"), 0.7, right=True),
                Column(Text("From, to", "发包、承包"), 3),
                Column(Text("Work", "工作内容"), 2.6),
                Column(Text("Level, share", "密级、占比"), 1.5),
                Column(Text("From, until", "起止"), 1.7),
                Column(Text("State", "状态"), 1.8),
            ),
            [_terms(account, number, hop) for number, hop in enumerate(account.hops.values(), 1)],
        ),
    ]


def _nodes(account: Account) -> list[Node]:
    language = account.language
    owner = str(account.project.get("owner_party"))
    there = [c for c in account.copies.values() if c.holder_party and c.state is not CopyState.DESTROYED]
    held = Counter(copy.holder_party for copy in there)
    order = sorted(account.hops.items(), key=lambda each: each[1].state in NEVER)
    at = {id: held.pop(hop.get("to_party"), 0) for id, hop in order}
    nodes = [
        Node(
            owner,
            None,
            account.names.of(owner, account.project.at).get(language),
            with_copies(Text("Runs the project", "承担单位").get(language), held[owner], language),
            Shape.DASH,
        )
    ]
    for number, (id, hop) in enumerate(account.hops.items(), 1):
        nodes.append(
            Node(
                id,
                hop.get("parent") or owner,
                account.names.of(hop.get("to_party"), hop.asked.at).get(language),
                with_copies(hop.state.text.get(language), at[id], language),
                SHAPES[hop.state],
                note=Text(f"no. {number}", f"第{number}项").get(language),
            )
        )
    return nodes + _blocked(account, owner)


def _blocked(account: Account, owner: str) -> list[Node]:
    """Return one box per place, party and act that was refused, with how often it was tried."""
    towards = [r for r in account.refusals if (r.get("attempt") or {}).get("to_party")]
    nodes = []
    for group in grouped(towards, _place):
        newest = group[-1]
        place, party, verb = _place(newest)
        codes = ", ".join(f.code for f in newest.decision.barring) if newest.decision else ""
        times = f" ×{len(group)}" if len(group) > 1 else ""
        words = (
            f"{DecisionOutcome.REFUSE.text.get(account.language)}: {label(Verb, verb).get(account.language)}"
        )
        nodes.append(
            Node(
                newest.id,
                place if place in account.hops else owner,
                account.names.of(party, newest.at).get(account.language),
                words + times,
                Shape.CROSS,
                blocked=True,
                note=codes,
            )
        )
    return nodes


def _place(record: Record) -> tuple[Any, Any, Any]:
    attempt = record.get("attempt") or {}
    return attempt.get("hop") or attempt.get("parent"), attempt.get("to_party"), record.get("verb")


def _terms(account: Account, number: int, hop: Hop) -> tuple[Value, ...]:
    get, names, at = hop.get, account.names, hop.asked.at
    share = get("share")
    state: list[Words | Flag] = [Flag(SHAPES[hop.state], hop.state.text)]
    if hop.reported_on:
        state.append(fill(Text("reported {day}", "{day} 报告"), day=day(hop.reported_on)))
    return (
        number,
        Lines(
            (
                names.of(get("from_party"), at),
                fill(Text("→ {to}", "→ {to}"), to=names.of(get("to_party"), at)),
            )
        ),
        str(get("scope") or ""),
        Lines((level(account, get("level")), f"{share} %" if share else "–")),
        Lines((day(get("starts")), day(get("ends")))),
        Lines(tuple(state)),
    )
