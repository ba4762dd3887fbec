"""Page one: what was checked, what is wrong, who must act, what is not proved; then the contents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from custody.reports.account import Account
from custody.reports.blocks import Block, Flag, Words
from custody.reports.outcomes import Outcomes, outcomes
from custody.reports.page_one import about_project, page_one, streams_checked
from custody.reports.sections import section
from custody.reports.sections.field import without_leave as collections_without_leave
from custody.reports.sections.on_paper import without_leave as handoffs_without_leave
from custody.reports.sections.proof import witnessing
from custody.reports.wording import fill, joined
from custody.reports.wrong import wrong
from custody.terms import (
    CopyState,
    HopState,
    QualificationState,
    Role,
    Text,
)


@section(10)
def cover(account: Account) -> Sequence[Block]:
    """What a reader must know who reads no further."""
    return page_one(
        account,
        facts=about_project(account),
        checked=checked(account),
        wrong=wrong(account),
        to_act=to_act(account),
    )


def checked(account: Account) -> list[Words | Flag]:
    """Return how much was looked at, in numbers."""
    found = outcomes(account)
    return [
        streams_checked(account),
        fill(
            Text(
                "Decisions of the rules: {all}; {allowed} allowed, {unread}{refused} refused{parts}.",
                "规则所作决定 {all} 项：允许 {allowed} 项，{unread}拒绝 {refused} 项{parts}。",
            ),
            all=found.all,
            allowed=found.allowed,
            refused=found.refusals,
            unread=_unread(found),
            parts=_became(found),
        ),
        fill(
            Text(
                "Subcontracts: {hops}; numbered copies: {copies}; handoffs: {handoffs}.",
                "分包 {hops} 项，编号副本 {copies} 份，移交 {handoffs} 次。",
            ),
            hops=len(account.hops),
            copies=len(account.copies),
            handoffs=len(account.handoffs),
        ),
        witnessing(account),
    ]


def _unread(found: Outcomes) -> Words:
    if not found.unread:
        return ""
    return fill(Text("{n} that cannot be read, ", "无法读取 {n} 项，"), n=found.unread)


def _became(found: Outcomes) -> Words:
    """Return what became of what was refused, in numbers that add up; nothing where nothing was."""
    template = Text("{count} {kind}", "{kind} {count} 项")
    parts = [
        fill(template, count=len(records), kind=kind) for kind, records in found.refused.items() if records
    ]
    return fill(Text(": {parts}", "（{parts}）"), parts=joined(parts)) if parts else ""


def to_act(account: Account) -> list[Words | Flag]:
    """Return what waits for whom."""
    found: list[Words | Flag] = []
    waiting = [hop for hop in account.hops.values() if hop.state is HopState.REQUESTED]
    if waiting:
        found.append(
            fill(
                Text("{role}: requests that wait for a decision: {count}.", "{role}：{count} 项申请待审批。"),
                role=Role.OFFICER.text,
                count=len(waiting),
            )
        )
    open_offers: dict[str, int] = {}
    for copy in account.copies.values():
        if copy.state is CopyState.OFFERED and copy.offered:
            taker = str(copy.offered.get("receiver_person"))
            open_offers[taker] = open_offers.get(taker, 0) + 1
    for person, count in open_offers.items():
        found.append(
            fill(
                Text(
                    "{person}: copies that wait to be accepted: {count}.", "{person}：{count} 份副本待签收。"
                ),
                person=account.names.of(person),
                count=count,
            )
        )
    unverified = [
        paper
        for id in account.concerned
        if id in account.parties
        for paper in account.parties[id].qualifications
        if paper.state is QualificationState.SUBMITTED
    ]
    if unverified:
        found.append(
            fill(
                Text(
                    "{role}: certificates that wait to be verified: {count}.",
                    "{role}：{count} 份证书待核验。",
                ),
                role=Role.OFFICER.text,
                count=len(unverified),
            )
        )
    for party, (state, count) in _without_paper(account).items():
        found.append(
            fill(
                Text(
                    "{owner}: call back copies held by {party}, whose certificate does not count "
                    "({state}): {count}.",
                    "{owner}：收回{party}保管的副本 {count} 份，该单位资质{state}。",
                ),
                owner=account.names.of(account.project.get("owner_party")),
                party=account.names.of(party),
                state=state.text,
                count=count,
            )
        )
    undone = sum(not settled for settled in handoffs_without_leave(account).values())
    undone += len(collections_without_leave(account))
    if undone:
        found.append(
            fill(
                Text(
                    "{owner}: deal with what was done without leave: {count}.",
                    "{owner}：处理未经许可而实施的 {count} 项行为。",
                ),
                owner=account.names.of(account.project.get("owner_party")),
                count=undone,
            )
        )
    silent = [r for r in account.refusals if r.get("refusal") not in account.reasons]
    if silent:
        found.append(
            fill(
                Text(
                    "{role}: look into the refused attempts for which the person gave no reason: {count}.",
                    "{role}：{count} 次被拒绝的操作当事人未作说明，应予查问。",
                ),
                role=Role.REGULATOR.text,
                count=len(silent),
            )
        )
    if account.doubts:
        found.append(
            fill(
                Text(
                    "{owner}: settle the doubts on imported records: {count}.",
                    "{owner}：澄清导入记录的 {count} 项疑点。",
                ),
                owner=account.names.of(account.project.get("owner_party")),
                count=len(account.doubts),
            )
        )
    return found


def _without_paper(account: Account) -> dict[str, tuple[QualificationState, int]]:
    """Return who holds copies though rule QUA-04 bars it, with what became of its certificate and how many.

    A suspended or downgraded certificate bars until its last day, a revoked one while no other of its type is
    verified; as the rule has it.
    """
    day = account.as_of.date().isoformat()
    found: dict[str, tuple[QualificationState, int]] = {}
    holders = Counter(
        copy.holder_party
        for copy in account.copies.values()
        if copy.holder_party and copy.state is not CopyState.DESTROYED
    )
    for id, count in holders.items():
        papers = account.parties[id].qualifications if id in account.parties else []
        sound = {p.recorded.get("type") for p in papers if p.state is QualificationState.VERIFIED}
        for paper in papers:
            bars = paper.state in (QualificationState.SUSPENDED, QualificationState.DOWNGRADED) or (
                paper.state is QualificationState.REVOKED and paper.recorded.get("type") not in sound
            )
            if bars and str(paper.recorded.get("valid_to")) >= day:
                found[id] = (paper.state, count)
    return found
