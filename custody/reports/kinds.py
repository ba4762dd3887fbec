"""The kinds of custody reports, in one table: what each is called, says of itself, leaves out, and holds.

A further kind is a word of `ReportKind`, a line here, and its own sections; asking for it, building, sealing
and verifying are the same for all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from custody.reports.account import Account, AccountError
from custody.terms import ReportKind, Text


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of report.

    `sections` are files of `custody.reports.sections`; their own numbers give their order. `asks` names what
    the question must say beside the project. `leaves_out` is said on page one and by the verifier.
    """

    title: Text
    is_of: Text
    sections: frozenset[str]
    leaves_out: tuple[Text, ...] = ()
    asks: tuple[str, ...] = ()


KINDS: Mapping[ReportKind, Kind] = {
    ReportKind.PROJECT: Kind(
        Text("Custody report {code}", "监管链报告 {code}"),
        Text("the custody of a whole project", "整个项目的监管链"),
        frozenset({
            "approvals", "chain", "classification", "copying", "cover", "decisions", "destruction", "doubts",
            "field", "handovers", "holdings", "incidents", "lapses", "old_registers", "on_paper", "overrides",
            "parties", "proof", "refusals", "samples", "stocktakes", "strays", "timeline",
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
}  # fmt: skip


def kind_of(account: Account) -> Kind:
    """Return the kind of report that an account is asked for. Raises AccountError for an unknown one."""
    try:
        return KINDS[ReportKind(account.kind)]
    except ValueError:
        raise AccountError(f"a kind of report that is not known here: {account.kind[:60]}") from None
