"""Every party of the project with its names, who controls it, and its certificates as recorded and judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from custody.chain import Shape
from custody.reports.account import Account, Party, Qualification, Record
from custody.reports.blocks import Block, Column, Facts, Flag, Heading, Lines, Paragraph, Table, Value, Words
from custody.reports.names import UNNAMED
from custody.reports.sections import section
from custody.reports.wording import categories, certificate, day, fill, joined, label
from custody.terms import AddressKind, ControlKind, NameKind, PartyKind, QualificationState, Text

_SHAPES = {
    QualificationState.VERIFIED: Shape.CHECK,
    QualificationState.SUBMITTED: Shape.DOTS,
    QualificationState.REJECTED: Shape.CROSS,
    QualificationState.SUSPENDED: Shape.BANG,
    QualificationState.DOWNGRADED: Shape.BANG,
    QualificationState.REVOKED: Shape.CROSS,
}


@section(20, Text("Parties and qualifications", "单位与资质"))
def parties(account: Account) -> Sequence[Block]:
    """One piece per party, in the order in which they came into the project."""
    blocks: list[Block] = [
        Paragraph(
            Text(
                "The parties of the project, those to which something was attempted, and all who control "
                "them. "
                "Names are those recorded at the time.",
                "本项目的各单位、被拒绝操作所涉单位，以及对其有控制关系的各方。名称以记录时为准。",
            ),
            quiet=True,
        )
    ]
    for id in account.concerned:
        party = account.parties.get(id, Party(id))
        blocks.append(Heading(account.names.of(id), 2))
        blocks.append(Facts(tuple(_facts(account, party))))
        if party.qualifications:
            blocks.append(_papers(account, party))
    return blocks


def _facts(account: Account, party: Party) -> list[tuple[Words, Value]]:
    record = party.registered
    rows: list[tuple[Words, Value]] = [(Text("Part in the project", "在项目中"), _roles(account, party.id))]
    if record is None:
        return [*rows, (Text("Register", "登记"), Text("not in this evidence", "不在本证据中"))]
    other = record.get("other_name") or record.get("individual_other_name")
    name = record.get("name") or record.get("individual_name")
    if name and other:
        rows.append((Text("Names", "名称"), Lines((str(name), str(other)))))
    kind = label(PartyKind, record.get("party_kind"))
    country = str(record.get("country") or "")
    rows.append((Text("Kind, country", "类型、国别"), joined([kind, country] if country else [kind])))
    further = [(r.get("name_kind"), r.get("name") or r.get("individual_name")) for r in party.names]
    rows += [(label(NameKind, kind), str(called)) for kind, called in further if called]
    rows += [(NameKind.FORMER.text, _former(r)) for r in party.renames if _former(r)]
    rows += [
        (
            label(AddressKind, r.get("address_kind")),
            joined(
                [str(r.get("address") or r.get("individual_address") or UNNAMED.en), str(r.get("country"))]
            ),
        )
        for r in party.addresses
    ]
    numbers = [*(record.get("identifiers") or {}).items()]
    numbers += [(r.get("scheme"), r.get("value")) for r in party.numbers]
    rows += [(str(scheme), str(value)) for scheme, value in sorted(numbers)]
    rows += [
        (
            label(ControlKind, control.get("control_kind")),
            fill(
                Text("{name} (recorded {day}{ended})", "{name}（{day} 登记{ended}）"),
                name=account.names.of(control.get("controller"), control.at),
                day=control.at.date(),
                ended=_ended(party, control),
            ),
        )
        for control in party.controls
    ]
    if not party.qualifications:
        none = Flag(Shape.DASH, Text("No certificate is recorded.", "无资质记录。"))
        rows.append((Text("Certificates", "资质"), none))
    return rows


def _former(renamed: Record) -> str:
    """Return what a party was called before a renaming, with the last day; empty where it was erased."""
    old = {**(renamed.get("old") or {}), **(renamed.get("old_personal") or {})}
    called = " / ".join(str(old[n]) for n in ("name", "other_name") if old.get(n))
    return f"{called} (– {renamed.get('ends')})" if called else ""


def _ended(party: Party, control: Record) -> Text:
    day = party.ended.get(str(control.get("control")))
    return Text(f", ended {day}", f"，{day} 终止") if day else Text("", "")


def _roles(account: Account, id: str) -> Text:
    get = account.project.get
    found: list[Words] = []
    for member, words in (
        ("owner_party", Text("runs the project", "承担单位")),
        ("client_party", Text("client", "委托单位")),
        ("ultimate_client_party", Text("ultimate client", "最终委托方")),
    ):
        if get(member) == id:
            found.append(words)
    taken = Counter((h.get("from_party"), h.state) for h in account.hops.values() if h.get("to_party") == id)
    found += [
        fill(
            Text("subcontractor of {name} ({state}{times})", "{name}的分包单位（{state}{times}）"),
            name=account.names.of(giver),
            state=state.text,
            times=f" ×{count}" if count > 1 else "",
        )
        for (giver, state), count in taken.items()
    ]
    attempts = sum((r.get("attempt") or {}).get("to_party") == id for r in account.refusals)
    if attempts:
        found.append(fill(Text("refused attempts: {count}", "被拒绝的操作 {count} 次"), count=attempts))
    return joined(found, "; ", "；") if found else Text("controls another party", "对其他单位有控制关系")


def _papers(account: Account, party: Party) -> Table:
    return Table(
        (
            Column(Text("Certificate", "资质证书"), 3),
            Column(Text("Work it covers", "业务范围"), 2),
            Column(Text("Valid", "有效期"), 2),
            Column(Text("State", "状态"), 3),
        ),
        [_paper(account, paper) for paper in party.qualifications],
    )


def _paper(account: Account, paper: Qualification) -> tuple[Value, ...]:
    get = paper.recorded.get
    state: list[Words | Flag] = [Flag(_SHAPES[paper.state], paper.state.text)]
    if paper.judged:
        by = next(filter(None, map(paper.judged.get, ("verified_by", "rejected_by", "actor"))), None)
        said = paper.judged.get("how") or paper.judged.get("reason")
        state.append(
            fill(
                Text("{name}, {day}", "{name}，{day}"),
                name=account.names.of(by, paper.judged.at),
                day=day(paper.judged.get("verified_on") or paper.judged.at.date().isoformat()),
            )
        )
        state.append(str(said or ""))
    return (
        Lines((certificate(account, get("type"), get("grade")), str(get("number")), str(get("issuer")))),
        categories(account, get("categories") or ()),
        Lines((day(get("valid_from")), day(get("valid_to")))),
        Lines(tuple(line for line in state if line)),
    )
