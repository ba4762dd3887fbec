"""The kinds of custody reports, in one table: what each is called, says of itself, leaves out, and holds.

A further kind is a word of `ReportKind`, a line here, and its own sections; asking for it, building, sealing
and verifying are the same for all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from custody.reports.account import Account, AccountError
from custody.reports.narrowed import of_batch, of_party, of_period, of_stock
from custody.terms import ReportKind, Text


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of report.

    `sections` are files of `custody.reports.sections`; their own numbers give their order. `asks` names what
    the question must say beside the project. `leaves_out` is said on page one and by the verifier. `narrow`
    leaves of the account what the report is about.
    """

    title: Text
    is_of: Text
    sections: frozenset[str]
    leaves_out: tuple[Text, ...] = ()
    asks: tuple[str, ...] = ()
    narrow: Callable[[Account], Account] = lambda account: account


INSIDE = Text(
    "The evidence inside holds all that the project relies on, whole: give it only to whoever may read the "
    "project.",
    "本文件所附证据载有项目所依据的全部序列，仅可交给有权查阅该项目的人员。",
)

KINDS: Mapping[ReportKind, Kind] = {
    ReportKind.PROJECT: Kind(
        Text("Custody report {code}", "监管链报告 {code}"),
        Text("the custody of a whole project", "整个项目的监管链"),
        frozenset({
            "approvals", "chain", "classification", "copying", "cover", "decisions", "destruction", "doubts",
            "field", "handovers", "holdings", "incidents", "lapses", "objections", "old_registers",
            "on_paper", "overrides", "parties", "proof", "refusals", "samples", "stocktakes", "strays",
            "timeline",
        }),
    ),
    ReportKind.COPY: Kind(
        Text("Path of one copy, {code}", "单份副本流转报告 {code}"),
        Text("the path of one copy, and nothing else of its project", "单份副本的流转，不涉及项目其他内容"),
        frozenset({"copy_cover", "copy_path", "copy_silence"}),
        (
            Text(
                "Every other copy, and whoever had one: their entries are closed, and can only be counted.",
                "其他副本及其保管情况：有关记录未予披露，仅可计数。",
            ),
            Text(
                "The decisions of the rules, refused attempts, subcontracts, votes and certificates: ask for "
                "the report on the project.",
                "规则决定、被拒绝的操作、分包、表决和资质：请申请项目监管链报告。",
            ),
            Text(
                "What people wrote where several copies moved together: it may tell of the others.",
                "多份副本一同移交时当事人填写的文字：其中可能涉及其他副本。",
            ),
        ),
        ("copy",),
    ),
    ReportKind.OFFICER: Kind(
        Text("Decisions of one officer, {code}", "审批人决定报告 {code}"),
        Text("what one officer decided in a project", "一名审批人在项目中所作的决定"),
        frozenset({"officer_cover", "officer_decisions", "proof"}),
        (
            Text(
                "What other officers decided, and what this officer decided in other projects.",
                "其他审批人的决定，以及该审批人在其他项目中的决定。",
            ),
            Text(
                "Chain, copies, handoffs and refused attempts: ask for the report on the project.",
                "分包链、副本、移交和被拒绝的操作：请申请项目监管链报告。",
            ),
            INSIDE,
        ),
        ("person",),
    ),
    ReportKind.REFUSALS: Kind(
        Text("Refusals and overrides, {code}", "拒绝与特批报告 {code}"),
        Text("what the rules refused and what was overridden in a period", "一段期间内规则拒绝的操作与特批"),
        frozenset({"refusals_cover", "refusals", "overrides", "overridden", "proof"}),
        (
            Text(
                "What was refused or overridden outside the period, and acts that the rules allowed.",
                "期间以外的拒绝与特批，以及规则准许的操作。",
            ),
            Text(
                "Subcontracts, copies and handoffs as they stand: ask for the report on the project.",
                "分包、副本和移交的现状：请申请项目监管链报告。",
            ),
            INSIDE,
        ),
        ("starts", "ends"),
        of_period,
    ),
    ReportKind.PARTY: Kind(
        Text("Dossier of one party, {code}", "单位档案报告 {code}"),
        Text("one party in a project, and who controls it", "项目中的一个单位及其控制关系"),
        frozenset({
            "approvals", "chain", "decisions", "destruction", "field", "handovers", "holdings", "incidents",
            "lapses", "objections", "on_paper", "overrides", "parties", "party_cover", "proof", "refusals",
            "stocktakes", "timeline",
        }),
        (
            Text(
                "What the party did in other projects, and what others did without it.",
                "该单位在其他项目中的行为，以及其他单位与其无关的行为。",
            ),
            Text(
                "Copies that it once had and gave on: ask for the report on the copy, or on the project.",
                "其曾经保管、现已移交的副本：请申请该副本或项目的报告。",
            ),
            INSIDE,
        ),
        ("party",),
        of_party,
    ),
    ReportKind.INSPECTION: Kind(
        Text("Inspection report {code}", "保密检查报告 {code}"),
        Text(
            "a project in the order of the 13 heads by which the secrecy authority inspects",
            "按保密检查的十三项内容列示的项目情况",
        ),
        frozenset({"inspection", "inspection_cover", "proof"}),
        (
            Text(
                "What the unit does outside this project, and what no ledger of copies holds: the report "
                "names each head on which it holds nothing.",
                "该单位在本项目以外的情况，以及副本账本不涉及的事项：凡无内容的各项均已注明。",
            ),
            Text(
                "The single entries in their order, and every decision: ask for the report on the project.",
                "逐条记录及全部决定：请申请项目监管链报告。",
            ),
            INSIDE,
        ),
    ),
    ReportKind.DESTRUCTION: Kind(
        Text("Certificate of destruction, {code}", "副本销毁证明 {code}"),
        Text("one batch of copies to be destroyed, and what became of it", "一批待销毁副本及其处理结果"),
        frozenset({"destruction_batch", "destruction_cover", "proof", "refusals"}),
        (
            Text(
                "Other batches, and copies of the project that are in none: ask for the report on the "
                "project.",
                "其他批次以及未列入任何批次的副本：请申请项目监管链报告。",
            ),
            Text(
                "The path of each copy before it was to be destroyed: ask for the report on the copy.",
                "各副本列入销毁之前的流转：请申请单份副本流转报告。",
            ),
            INSIDE,
        ),
        ("destruction",),
        of_batch,
    ),
    ReportKind.STOCKTAKE: Kind(
        Text("Result of a stocktake, {code}", "清点结果报告 {code}"),
        Text("one stocktake, as far as it counted copies of the project", "一次清点中涉及本项目副本的情况"),
        frozenset({"proof", "stocktake_cover", "stocktake_result"}),
        (
            Text(
                "Other stocktakes, and copies of other projects that the same one counted.",
                "其他各次清点，以及同一清点所涉其他项目的副本。",
            ),
            Text(
                "How each copy came to where it was expected: ask for the report on the copy.",
                "各副本此前的流转：请申请单份副本流转报告。",
            ),
            INSIDE,
        ),
        ("stocktake",),
        of_stock,
    ),
}  # fmt: skip


def kind_of(account: Account) -> Kind:
    """Return the kind of report that an account is asked for. Raises AccountError for an unknown one."""
    try:
        return KINDS[ReportKind(account.kind)]
    except ValueError:
        raise AccountError(f"a kind of report that is not known here: {account.kind[:60]}") from None
