"""From evidence to the pages: the same evidence always gives the same bytes.

Pure: no database, no clock, no settings. The worker prints a report with it, and the verifier prints the
report again and compares, so that pages cannot say what the evidence does not.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from custody.policy.facts import Missing
from custody.reports import pdf
from custody.reports.account import Account
from custody.reports.attachments import keywords_of
from custody.reports.blocks import Block, Document
from custody.reports.kinds import kind_of
from custody.reports.sections import all_sections
from custody.reports.uncovered import uncovered
from custody.reports.wording import accredited
from custody.stamp_terms import SealTime
from custody.terms import Text

if TYPE_CHECKING:
    from ledger.tlog.verify import Verdict

EVIDENCE = "evidence.holdfast-bundle.json"
_TIME = "time of sealing: "


def reference(code: str, report: str) -> str:
    """Return what a person quotes, and a reader finds in the file's properties: code and end of the id."""
    return f"{code}-R-{report[-8:]}"


def document(account: Account) -> Document:
    """Return the report as blocks with its running lines."""
    blocks: list[Block] = []
    kind = kind_of(account)
    account = kind.narrow(account)
    for section in all_sections():
        if section.name in kind.sections:
            blocks += section.blocks(account)
    blocks += uncovered(blocks, account.language)
    code = str(account.project.get("code"))
    return Document(
        title=Text(kind.title.en.format(code=code), kind.title.zh.format(code=code)),
        subtitle=str(account.project.get("title") or ""),
        blocks=blocks,
        language=account.language,
        made_at=account.as_of.replace(microsecond=0),
        reference=reference(code, account.report),
        level=site_level(account),
        demo=account.demo,
        author=str(account.site.get("site_name")) if account.site else "Holdfast",
        keywords=(time_keyword(account.seal_time),),
    )


def time_keyword(seal_time: SealTime) -> str:
    """Return how a file's properties say whose word the time of its seal is."""
    return f"{_TIME}{seal_time}"


def seal_time_of(pdf: bytes) -> SealTime:
    """Return whose word the time of its seal is, as a file's properties say it: the pages that go with it
    must be the file's."""
    told = keywords_of(pdf).partition(_TIME)[2].partition(",")[0].strip()
    return SealTime(told) if told in set(SealTime) else SealTime.UNIT


def body(verdict: Verdict, evidence: bytes, report: str, seal_time: SealTime = SealTime.UNIT) -> bytes:
    """Return the unsealed PDF of a report with its evidence inside.

    Args:
        verdict: the ledger's judgement of the evidence; only a good one should be printed.
        evidence: the evidence file itself.
        report: id of the report, whose question is in the evidence.
        seal_time: whose word the time of the seal is, which the first page says.

    Raises:
        AccountError: the evidence does not hold the question or the project, or asks for a kind of report
            that this version does not know.
    """
    account = replace(Account.of(verdict, report), seal_time=seal_time)
    return pdf.render(document(account), {EVIDENCE: evidence})


def site_level(account: Account) -> Text:
    """Return the level that the installation is accredited for in the project's family of regimes."""
    pack, site = account.pack, account.installation
    levels = site.get("levels") if site else None
    if pack is None or not isinstance(levels, dict):
        return Text("not stated", "未填写")
    try:
        return pack.level(accredited(account, levels) or "").label.text
    except Missing:
        return Text("not accredited for this regime", "未按本规则包核定")
