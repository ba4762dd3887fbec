"""What the ledger holds on each of the 13 heads by which the secrecy authority inspects, in their order.

The heads are those of Article 58 of the implementing regulations of 2024. Sections of other reports stand
under the head to which they belong. Where the ledger holds nothing on a head, that is said: the inspector
asks the unit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from custody.chain import Shape
from custody.reports.account import Account, Record
from custody.reports.blocks import Block, Column, Flag, Heading, Lines, Note, Paragraph, Table, Value, Words
from custody.reports.sections import all_sections, section
from custody.reports.wording import accredited, day, fill, joined, label, level
from custody.terms import Network, Role, SystemKind, SystemState, Text

_NOTHING = Text(
    "The ledger holds nothing on this head. Ask the unit.", "账本中没有与本项有关的记录，请向被检查单位了解。"
)
_IN_PART = Text(
    "The ledger holds what stands below; whatever else belongs to this head, ask the unit.",
    "账本仅载有以下内容；本项其他情况请向被检查单位了解。",
)


class Head(NamedTuple):
    """One head: what it is called, what of it is drawn up here, and the sections that belong to it."""

    title: Text
    own: Callable[[Account], Iterable[Block]] | None = None
    sections: tuple[str, ...] = ()


@section(33, Text("Inspection by the 13 heads", "按十三项检查内容列示"))
def inspection(account: Account) -> Sequence[Block]:
    """Each head with what the ledger holds on it."""
    blocks: list[Block] = [
        Paragraph(
            Text(
                "The heads are those of Article 58 of the Implementing Regulations of the State Secrets Law "
                "(2024), in their order. A ledger of copies and subcontracts holds something on some of "
                "them, and nothing on others.",
                "各项依《保守国家秘密法实施条例》（2024年）第五十八条的顺序列示。"
                "本账本记录副本与分包，仅涉及其中部分内容。",
            ),
            quiet=True,
        )
    ]
    for number, head in enumerate(HEADS, 1):
        blocks.append(Heading(fill(Text("{n}. {head}", "{n}. {head}"), n=number, head=head.title), 2))
        found = told(account, head)
        if found:
            blocks.append(Paragraph(_IN_PART, quiet=True))
            blocks += found
        else:
            blocks.append(Note((_NOTHING,), Shape.DASH))
    return blocks


def told(account: Account, head: Head) -> list[Block]:
    """Return what the ledger holds on a head; nothing where it holds nothing."""
    found = list(head.own(account)) if head.own else []
    by_name = {one.name: one for one in all_sections()}
    for name in head.sections:
        body = list(by_name[name].body(account))
        if body:
            found += [Heading(by_name[name].title or "", 3), *map(_lower, body)]
    return found


def _lower(block: Block) -> Block:
    return replace(block, level=3) if isinstance(block, Heading) else block


def _responsible(account: Account) -> Iterator[Block]:
    """Who stands for the owner in which role, by what the ledger was told."""
    owner = account.project.get("owner_party")
    ended = {r.get("membership"): r.get("ends") for r in account.every if r.name == "membership.ended"}
    given = [r for r in account.every if r.name == "membership.given" and r.get("party") == owner]
    named = [r for r in given if account.names.known(r.get("person"))]
    rows = [_member(account, r, ended.get(r.get("membership"))) for r in named]
    if len(given) > len(named):
        words = Text(
            "Further roles of people whom nothing else in this report mentions, and who are not named here: "
            "{count}.",
            "本报告其他内容未提及、故不列姓名的人员另担任角色 {count} 项。",
        )
        yield Paragraph(fill(words, count=len(given) - len(named)))
    if rows:
        yield Table(
            (
                Column(Text("Role", "角色"), 2),
                Column(Text("Person", "人员"), 3),
                Column(Text("From, until", "起止"), 2),
            ),
            rows,
            caption=Text("Who stands for the unit", "代表本单位的人员"),
        )


def _member(account: Account, record: Record, ended: Any) -> tuple[Value, ...]:
    until = ended or record.get("ends")
    return (
        label(Role, record.get("role")),
        account.names.of(record.get("person"), record.at),
        Lines((day(record.get("starts")), day(until) if until else Text("no last day", "无止日"))),
    )


def _rules(account: Account) -> Iterator[Block]:
    """The rule packs that were published, and what the one of the project demands that no rule checks."""
    rows = [
        (
            str(r.get("name")),
            str(r.get("version")),
            day(r.get("effective")) if r.get("effective") else "–",
            r.at,
        )
        for r in account.published.values()
    ]
    if rows:
        yield Table(
            (
                Column(Text("Rule pack", "规则包"), 4),
                Column(Text("Version", "版本"), 1.4),
                Column(Text("Counts from", "生效日期"), 2),
                Column(Text("Published", "发布时间"), 2.6),
            ),
            rows,
        )


def people(account: Account) -> dict[str, dict[str, Any]]:
    """Return what was recorded of vetting, training, undertaking and leaving, of each person named here."""
    found: dict[str, dict[str, Any]] = {}
    for record in account.every:
        if record.name == "person.registered" and account.names.known(record.get("person")):
            found[str(record.get("person"))] = {}
    kinds = ("person.vetted", "person.trained", "undertaking.signed", "person.leaving", "person.corrected")
    for record in account.every:
        if record.name in kinds and record.get("person") in found:
            new = {**(record.get("new") or {}), **(record.get("new_personal") or {})}
            found[str(record.get("person"))] |= new
    return found


def _training(account: Account) -> Iterator[Block]:
    """How many of the persons named here have a training on record."""
    known = people(account)
    trained = sum(bool(one.get("trained_on")) for one in known.values())
    if known:
        words = Text(
            "Persons named in this report: {all}; with a training on record: {trained}. Each with its day "
            "stands under head 4.",
            "本报告所列人员 {all} 名，其中有培训记录的 {trained} 名；各人日期见第4项。",
        )
        yield Paragraph(fill(words, all=len(known), trained=trained))


def _staff(account: Account) -> Iterator[Block]:
    """Each person named here with what must be in order before secrets are handed over."""
    rows = [
        (
            account.names.of(id),
            day(one.get("vetted_to")),
            day(one.get("trained_on")),
            day(one.get("undertaking_on")),
            day(one.get("leaves_on")) if one.get("leaves_on") else "–",
        )
        for id, one in people(account).items()
    ]
    if rows:
        yield Table(
            (
                Column(Text("Person", "人员"), 3),
                Column(Text("Vetted until", "审查有效期至"), 2),
                Column(Text("Trained on", "培训日期"), 2),
                Column(Text("Undertaking signed on", "签订承诺书日期"), 2.2),
                Column(Text("Last day", "离岗日期"), 1.6),
            ),
            rows,
        )


def _systems(account: Account) -> Iterator[Block]:
    """Every system on which copies are or were, and the installation."""
    rows = [_system(account, one) for one in used_systems(account)]
    if rows:
        yield Table(
            (
                Column(Text("System", "系统"), 2.6),
                Column(Text("Of", "所属单位"), 3),
                Column(Text("Network", "联网方式"), 2),
                Column(Text("Accredited for", "核定密级"), 2),
                Column(Text("Tested", "检测日期"), 1.8),
                Column(Text("State", "状态"), 1.6),
            ),
            rows,
        )


def used_systems(account: Account) -> list[Record]:
    """Return the systems that copies were on or were to go to, and the one that Holdfast runs on."""
    used: set[str] = set()
    for record in account.project_records:
        used |= {str(record.get("system")), str((record.get("attempt") or {}).get("system"))}
    return [one for id, one in account.systems.items() if id in used or one.get("is_installation")]


def _system(account: Account, one: Record) -> tuple[Value, ...]:
    highest = accredited(account, one.get("levels"))
    state = one.get("state") or str(SystemState.ACTIVE)
    shape = Shape.CHECK if state == str(SystemState.ACTIVE) else Shape.CROSS
    kind: list[Words] = [str(one.get("name")), label(SystemKind, one.get("system_kind"))]
    return (
        Lines(tuple(kind)),
        account.names.of(one.get("owner_party"), one.at),
        label(Network, one.get("network")),
        level(account, highest) if highest else Text("not accredited", "未核定"),
        day(one.get("tested_on")),
        Flag(shape, label(SystemState, state)),
    )


def _internet(account: Account) -> Iterator[Block]:
    """Systems of the project that are on the internet, and what was stopped on its way there."""
    online = [one for one in used_systems(account) if one.get("network") == str(Network.INTERNET)]
    ids = {one.get("system") for one in online}
    stopped = [r for r in account.refusals if (r.get("attempt") or {}).get("system") in ids]
    if online:
        words = Text(
            "Systems on the internet to which copies were, or were to be, brought: {names}. Attempts stopped "
            "by the rules: {stopped}; they stand under head 13.",
            "副本曾送往或拟送往的联网系统：{names}。被规则阻止的操作 {stopped} 次，见第13项。",
        )
        names = joined(str(one.get("name")) for one in online)
        yield Paragraph(fill(words, names=names, stopped=len(stopped)))


def _visits(account: Account) -> Iterator[Block]:
    """Visits at which secrets were shown."""
    rows = [
        (day(r.get("starts")), account.names.of(r.get("host"), r.at), str(r.get("purpose") or ""))
        for r in account.project_records
        if r.name == "visit.allowed"
    ]
    if rows:
        yield Table(
            (
                Column(Text("From", "起"), 1.6),
                Column(Text("Host", "接待单位"), 3),
                Column(Text("Purpose", "事由"), 4),
            ),
            rows,
        )


HEADS: tuple[Head, ...] = (
    Head(Text("Responsibility for secrecy", "保密工作责任制落实情况"), _responsible),
    Head(Text("Rules on secrecy", "保密制度建设情况"), _rules),
    Head(Text("Education and training", "保密宣传教育培训情况"), _training),
    Head(Text("Staff who know secrets", "涉密人员保密管理情况"), _staff),
    Head(
        Text("Determining, changing and ending secrets", "国家秘密确定、变更、解除情况"),
        None,
        ("classification",),
    ),
    Head(
        Text("Carriers of secrets", "国家秘密载体管理情况"),
        None,
        ("holdings", "handovers", "copying", "on_paper", "old_registers", "stocktakes", "destruction"),
    ),
    Head(Text("Information systems and devices", "信息系统和信息设备保密管理情况"), _systems, ("strays",)),
    Head(Text("Use of the internet", "互联网使用保密管理情况"), _internet),
    Head(Text("Secret places and key units", "涉密场所及保密要害部门、部位管理情况")),
    Head(
        Text(
            "Procurement that involves secrets, and secret work given to others",
            "采购涉及国家秘密的工程、货物、服务，或者委托企业事业单位从事涉密业务管理情况",
        ),
        None,
        ("parties", "chain", "approvals", "overrides", "field"),
    ),
    Head(Text("Meetings and activities that involve secrets", "涉及国家秘密会议、活动管理情况"), _visits),
    Head(Text("Review before publishing information", "信息公开保密审查情况")),
    Head(
        Text("Other observance of the law on secrecy", "其他遵守保密法律法规和相关制度的情况"),
        None,
        ("incidents", "objections", "lapses", "refusals", "doubts", "samples"),
    ),
)
"""Article 58 of the implementing regulations of 2024, in its order."""
