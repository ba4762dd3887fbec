"""Page one: what was checked, what is wrong, who must act, what is not proved; then the contents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from custody.chain import Shape
from custody.reports.account import Account, Record
from custody.reports.blocks import (
    Block,
    Bullets,
    Contents,
    Facts,
    Flag,
    Heading,
    Note,
    PageBreak,
    Words,
)
from custody.reports.sections import section
from custody.reports.sections.incidents import not_ended
from custody.reports.sections.proof import witnessing
from custody.reports.sections.stocktakes import missing
from custody.reports.wording import fill, level, regime
from custody.terms import (
    BasisStatus,
    CopyState,
    DecisionOutcome,
    FindingOutcome,
    HopState,
    QualificationState,
    Role,
    Text,
    VoteMethod,
)

_GOOD = Flag(Shape.CHECK, Text("Nothing of that kind is recorded.", "没有此类记录。"))


@section(10)
def cover(account: Account) -> Sequence[Block]:
    """What a reader must know who reads no further."""
    return [
        Facts(_facts(account)),
        Heading(Text("What was checked", "核对范围"), 3),
        Bullets(tuple(_checked(account))),
        Heading(Text("What is wrong or open", "问题与未决事项"), 3),
        Bullets(tuple(_wrong(account)) or (_GOOD,)),
        Heading(Text("Who must act", "待办事项"), 3),
        Bullets(tuple(_to_act(account)) or (Text("Nobody, as recorded.", "按记录无须任何人行动。"),)),
        Note(tuple(_not_proved(account)), Shape.BANG, Text("What is not proved", "未证明的事项")),
        PageBreak(),
        Contents(),
        PageBreak(),
    ]


def _facts(account: Account) -> tuple[tuple[Words, Words], ...]:
    get, names = account.project.get, account.names
    asked = account.requested
    return (
        (Text("Project", "项目"), f"{get('code')}  {get('title')}"),
        (Text("Run by", "承担单位"), names.of(get("owner_party"), account.project.at)),
        (Text("Client", "委托单位"), names.of(get("client_party"), account.project.at)),
        (Text("Level of the project", "项目密级"), level(account, get("level"))),
        (Text("Rules", "规则包"), regime(account)),
        (Text("Asked for by", "申请人"), names.of(asked.get("actor"), asked.at)),
        (Text("Asked for at", "申请时间"), asked.at),
        (Text("State of", "截至"), account.as_of),
        *([(Text("Project closed at", "项目结束时间"), account.closed.at)] if account.closed else []),
    )


def _checked(account: Account) -> list[Words | Flag]:
    allowed, refused = _outcomes(account)
    return [
        fill(
            Text(
                "Every stream that the project relies on, whole: {runs} streams, {entries} entries.",
                "项目所依据的 {runs} 个序列的全部 {entries} 条记录，每个序列均完整。",
            ),
            entries=len(account.records),
            runs=len(account.runs),
        ),
        fill(
            Text(
                "Decisions of the rules: {all}; {allowed} allowed, {refused} refused.",
                "规则所作决定 {all} 项：允许 {allowed} 项，拒绝 {refused} 项。",
            ),
            all=allowed + refused,
            allowed=allowed,
            refused=refused,
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


def _outcomes(account: Account) -> tuple[int, int]:
    refused = sum(_is_refused(record) for record in account.decisions)
    return len(account.decisions) - refused, refused


def _is_refused(record: Record) -> bool:
    return bool(record.decision and record.decision.outcome is DecisionOutcome.REFUSE)


def _wrong(account: Account) -> list[Words | Flag]:
    found: list[Words | Flag] = []

    def add(shape: Shape, count: int, template: Text, **values: Words) -> None:
        if count:
            found.append(Flag(shape, fill(template, count=count, **values)))

    codes = Counter(f.code for r in account.refusals if r.decision for f in r.decision.barring)
    listed = ", ".join(f"{code} ×{count}" for code, count in codes.most_common())
    add(
        Shape.CROSS,
        len(account.refusals),
        Text(
            "Refused attempts: {count}, by the rules {codes}.",
            "被拒绝的操作 {count} 次，涉及规则 {codes}。",
        ),
        codes=listed,
    )
    lost = missing(account)
    add(
        Shape.CROSS,
        len(lost),
        Text("Copies missing at a stocktake: {count} ({codes}).", "清点缺失的副本 {count} 份：{codes}。"),
        codes=", ".join(sorted(lost)),
    )
    add(
        Shape.CROSS,
        not_ended(account),
        Text("Incidents that have not ended: {count}.", "尚未结案的事件 {count} 起。"),
    )
    imported = [r for r in account.from_outside() if r.name != "attempt.refused" and _is_refused(r)]
    stopped = Counter(f.code for r in imported if r.decision for f in r.decision.barring)
    add(
        Shape.CROSS,
        len(imported),
        Text(
            "Imported records that the rules do not allow, so nothing may pass on them: {count}, by {codes}.",
            "规则不予放行的导入记录（不得据以移交）：{count} 条，涉及规则 {codes}。",
        ),
        codes=", ".join(f"{code} ×{count}" for code, count in stopped.most_common()),
    )
    add(
        Shape.BANG,
        len(account.doubts),
        Text("Doubts noted on imported records: {count}.", "导入记录存疑 {count} 项。"),
    )
    warned = {
        f.code
        for r in account.decisions
        if r.decision and r.name != "attempt.refused"
        for f in r.decision.findings
        if f.outcome in (FindingOutcome.WARN, FindingOutcome.CANNOT_TELL) and not f.bars
    }
    add(
        Shape.BANG,
        len(warned),
        Text(
            "Rules that warned, or could not tell, while the act went ahead: {count} ({codes}).",
            "操作照常进行但提出警告或无法判断的规则 {count} 条：{codes}。",
        ),
        codes=", ".join(sorted(warned)),
    )
    passed_over = [
        f.code
        for r in account.decisions
        if r.decision
        for f in r.decision.findings
        if f.outcome is FindingOutcome.OVERRIDDEN
    ]
    add(
        Shape.BANG,
        len(passed_over),
        Text(
            "Broken rules that were overridden when an act went ahead: {count} ({codes}).",
            "操作时已特批放行的违反规则情形 {count} 次：{codes}。",
        ),
        codes=", ".join(sorted(set(passed_over))),
    )
    unverified = {
        (b.source.en, b.article.en if b.article else "")
        for r in account.decisions
        if r.decision
        for f in r.decision.findings
        for b in f.basis
        if b.status is BasisStatus.UNVERIFIED
    }
    add(
        Shape.BANG,
        len(unverified),
        Text(
            "Citations under the decisions that were not checked against their source: {count}.",
            "决定所依据的条款中有 {count} 条尚未与原文核对。",
        ),
    )
    unsigned = [
        vote
        for hop in account.hops.values()
        for vote in hop.votes
        if vote.get("method") != VoteMethod.PASSKEY
    ]
    add(
        Shape.BANG,
        len(unsigned),
        Text(
            "Votes confirmed by password, not signed: {count}.",
            "{count} 项审批意见凭密码确认，未经电子签名。",
        ),
    )
    add(
        Shape.BANG,
        sum(account.is_claimed_late(record) for record in account.project_records),
        Text(
            "Entries that claim another time than the one of recording: {count}.",
            "{count} 条记录所称时间与记录时间不同。",
        ),
    )
    add(
        Shape.BANG,
        len(account.from_outside()),
        Text("Entries taken over from paper or an import: {count}.", "{count} 条记录取自纸质材料或导入。"),
    )
    add(
        Shape.CROSS,
        len(account.oddities),
        Text(
            "Entries that do not fit what came before them, left out of the totals: {count}.",
            "{count} 条记录与之前的记录不相符，未计入汇总。",
        ),
    )
    return found


def _to_act(account: Account) -> list[Words | Flag]:
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


def _not_proved(account: Account) -> list[Words]:
    lines: list[Words] = [
        Text(
            "What was never recorded. No ledger can show an act that nobody entered.",
            "从未记录之事。没有录入的行为，任何账本都无法显示。",
        ),
        Text(
            "That what people stated is true: purposes, reasons, and the times at which they say it took "
            "place.",
            "当事人所述是否属实：用途、理由，以及所称的发生时间。",
        ),
        Text(
            "What stood on paper or in outside records before it was taken over or imported.",
            "接管或导入之前的纸质材料和外部记录的内容。",
        ),
        Text(
            "That nobody was shown another log, and that no later entries exist: a forked stream or a hidden "
            "tail is excluded only by a monitor or by witnesses.",
            "账本是否另有版本、之后是否还有未出示的记录：须由监测方或见证方排除。",
        ),
        Text(
            "Who sat at the keyboard of a vote by password: it is not a signature.",
            "凭密码审批时的实际操作人：密码确认不是签名。",
        ),
    ]
    if not account.cosigned:
        lines.append(
            Text(
                "Anything by an outside witness: none has cosigned this checkpoint.",
                "任何外部见证：没有见证方会签此检查点。",
            )
        )
    return lines
