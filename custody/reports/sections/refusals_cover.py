"""Page one of the report on the refusals and overrides of a period."""

from __future__ import annotations

from collections.abc import Sequence

from custody.chain import Shape
from custody.reports.account import Account
from custody.reports.blocks import Block, Flag, Lines, Words
from custody.reports.narrowed import overridden_by, period
from custody.reports.outcomes import codes
from custody.reports.page_one import about_project, page_one, streams_checked
from custody.reports.sections import section
from custody.reports.sections.proof import witnessing
from custody.reports.wording import day, fill
from custody.terms import OverrideState, Role, Text


@section(14)
def refusals_cover(account: Account) -> Sequence[Block]:
    """What a reader must know who reads no further."""
    return page_one(
        account,
        facts=[(Text("Period", "期间"), _period(account)), *about_project(account)],
        checked=_checked(account),
        wrong=_wrong(account),
        to_act=_to_act(account),
        open_too=_open(account),
    )


def _period(account: Account) -> Lines:
    first, end = period(account)
    subject = account.subject
    return Lines(
        (
            fill(
                Text("{first} to {last}, both included ({zone})", "{first}至{last}，含首末日（{zone}）"),
                first=day(subject.get("starts")),
                last=day(subject.get("ends")),
                zone=str(subject.get("zone")),
            ),
            fill(
                Text("from {first}, before {end}", "自 {first} 起，至 {end} 止（不含）"), first=first, end=end
            ),
        )
    )


def _checked(account: Account) -> list[Words | Flag]:
    acts = [record for record in account.decisions if overridden_by(record)]
    return [
        streams_checked(account),
        fill(
            Text(
                "Decisions of the rules in the period: {all}; attempts that they refused: {refused}.",
                "期间规则所作决定 {all} 项，其中拒绝操作 {refused} 次。",
            ),
            all=len(account.decisions),
            refused=len(account.refusals),
        ),
        fill(
            Text(
                "Overrides asked for, voted on, revoked or used in the period: {count}; acts that went ahead "
                "under one: {acts}.",
                "期间申请、表决、撤销或使用的特批 {count} 项；经特批放行的操作 {acts} 次。",
            ),
            count=len(account.overrides),
            acts=len(acts),
        ),
        witnessing(account),
    ]


def _wrong(account: Account) -> list[Words | Flag]:
    silent = [r for r in account.refusals if r.get("refusal") not in account.reasons]
    acts = [record for record in account.decisions if overridden_by(record)]
    found = [
        (
            Shape.CROSS,
            len(account.refusals),
            fill(
                Text(
                    "Refused attempts: {count}, by the rules {codes}.",
                    "被拒绝的操作 {count} 次，涉及规则 {codes}。",
                ),
                count=len(account.refusals),
                codes=codes(account.refusals),
            ),
        ),
        (
            Shape.BANG,
            len(silent),
            fill(
                Text(
                    "Refused attempts for which the person gave no reason: {count}.",
                    "当事人未作说明的被拒操作 {count} 次。",
                ),
                count=len(silent),
            ),
        ),
        (
            Shape.BANG,
            len(acts),
            fill(
                Text(
                    "Acts that went ahead although a rule was broken, under an override: {count}.",
                    "违反规则而经特批放行的操作 {count} 次。",
                ),
                count=len(acts),
            ),
        ),
    ]
    return [Flag(shape, words) for shape, count, words in found if count]


def _to_act(account: Account) -> list[Words | Flag]:
    found: list[Words | Flag] = []
    waiting = sum(
        _waits(records[-1].name, records[-1].get("state")) for records in account.overrides.values()
    )
    if waiting:
        found.append(
            fill(
                Text("{role}: overrides that wait for a vote: {count}.", "{role}：待表决的特批 {count} 项。"),
                role=Role.OFFICER.text,
                count=waiting,
            )
        )
    silent = sum(r.get("refusal") not in account.reasons for r in account.refusals)
    if silent:
        found.append(
            fill(
                Text(
                    "{role}: look into the refused attempts for which the person gave no reason: {count}.",
                    "{role}：{count} 次被拒绝的操作当事人未作说明，应予查问。",
                ),
                role=Role.REGULATOR.text,
                count=silent,
            )
        )
    return found


def _waits(name: str, state: object) -> bool:
    return name == "override.asked" or (name == "override.voted" and state == str(OverrideState.REQUESTED))


def _open(account: Account) -> list[Words]:
    throttled = [r for r in account.records if r.name == "refusals.throttled"]
    if not throttled:
        return []
    return [
        fill(
            Text(
                "How often somebody tried beyond the limit of one hour: {count} times the ledger stopped "
                "listing.",
                "一小时内超出限额后的尝试次数：账本有 {count} 次停止逐条记录。",
            ),
            count=len(throttled),
        )
    ]
