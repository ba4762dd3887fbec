"""A report tells which subcontracts came from an old register, what the paper says, and that none of it
counts as approved; the verifier lets such a request stand against its decision, and only such a one."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import Any

from django.conf import settings

from custody import models as m
from custody import verify
from custody.actions import opening_compare, opening_enter
from custody.reports.account import Account
from custody.stories import cast as people
from custody.stories import plays
from custody.terms import PaperMatch
from custody.verify import decisions
from ledger import trust
from ledger.tlog.verify import verify_bundle
from tests.old_subcontracts import LAKESIDE, below, line, opened
from tests.reports.made import _deliver, play
from tests.reports.test_sections import blocks_of, spoken


def test_what_came_from_an_old_register_stands_in_the_report_and_it_verifies(
    committed_cast: people.Cast, tmp_path: Path, monkeypatch: Any
) -> None:
    cast = committed_cast
    project = play(cast, "LH-OLD", plays.in_order)
    rows = [
        line(1, 分包内容="旧扫描"),
        below(2, 分包内容="旧矢量化"),
        line(3, 分包内容="旧外业", 承接单位=LAKESIDE, 批准文号="", 批准机关="", 批准日期=""),
    ]
    row = opened(cast, project, rows, name="合同册 7")
    opening_enter.enter(cast.actor("mei"), register=row.id, due=cast.today + dt.timedelta(days=30))
    first, *_others = m.HopTakenOver.objects.filter(register=row).order_by("number")
    for who, match, note in (("mei", "agrees", ""), ("yu", "differs", "The day is the 6th")):
        seen = [opening_compare.Seen(first.id, PaperMatch(match), note)]
        opening_compare.compare(cast.actor(who), register=row.id, lines=seen)

    report = _deliver(cast, project, "en")
    folder = Path(shutil.copytree(settings.TRUST_DIR, tmp_path / "given"))
    verdict = verify.verify_report(report.pdf, folder, report.receipt)
    assert verdict.good, [line for line in verdict.lines if line.state != "ok"]
    assert any("3 requests were taken over from an old register" in line.text.en for line in verdict.lines)
    whole = verify_bundle(report.evidence, trust.load(folder))
    account = Account.of(whole, report.report)
    assert account.oddities == []
    for language, said in (
        ("en", ("Mei", "agrees", "differs", "not confirmed by two people", "Awaiting decision", "no rule")),
        ("zh", ("一致", "不一致", "尚未经两人确认", "待审批", "不具效力")),
    ):
        pages = spoken(blocks_of(account, 35), language)
        for words in (*said, "合同册 7", "分-001", "测密批〔2024〕1号", "The day is the 6th"):
            assert words in pages, (words, pages)
    assert "entered from an old register" in spoken(blocks_of(account, 70), "en")
    assert "asked for anew" in spoken(blocks_of(account, 40), "en")
    # Without the entry that tells it, the same requests stand against their decisions.
    monkeypatch.setattr(decisions, "_told_from_register", lambda judged: set())
    part = decisions.decisions(whole)
    assert sum(line.state == "bad" for line in part.lines) == 3
