"""A report tells what took place on paper and what of it was without leave; the verifier lets that alone
stand against its decision."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from django.conf import settings

from custody import models as m
from custody import verify
from custody.actions import blanks, handoffs, on_paper
from custody.reports.account import Account
from custody.stories import cast as people
from custody.stories import plays
from custody.stories.told import approved_hop
from custody.verify import decisions
from ledger import trust
from ledger.tlog.verify import verify_bundle
from tests.actions.filled_in import entered, issued, offer, printed
from tests.reports.made import _deliver, play
from tests.reports.test_sections import blocks_of, spoken


def test_what_was_done_without_leave_stands_in_the_report_and_it_verifies(
    committed_cast: people.Cast, tmp_path: Path, monkeypatch: Any
) -> None:
    cast = committed_cast
    project = play(cast, "LH-PAPER", plays.in_order)
    hop = approved_hop(cast, project, "westgate", "Scanning")
    copies = people.make_copies(cast, project, "PAPER", 2)
    first, second, torn, gone = issued(cast, project, count=4)
    printed(cast, project, 1)
    yu = cast.people["yu"].id
    for form, copy, system in ((first, copies[0], "westgate_room"), (second, copies[1], "office_pc")):
        made = offer(cast, hop, [copy], "tao", system)
        done = entered(cast.actor("mei"), made, form.number, yu, reason=f"Cut off, {system}").object
        handoffs.accept(cast.actor("tao"), handoff=done.id)
    blanks.spoil(cast.actor("yu"), form=torn.id, reason="Torn")
    blanks.miss(cast.actor("yu"), form=gone.id, reason="Gone")
    late = m.PaperHandoff.objects.get(state="without_leave")
    on_paper.settle(cast.actor("heng"), paper=late.id, resolution="Moved to the room the same day")

    report = _deliver(cast, project, "en")
    folder = Path(shutil.copytree(settings.TRUST_DIR, tmp_path / "given"))
    verdict = verify.verify_report(report.pdf, folder, report.receipt)
    assert verdict.good, [line for line in verdict.lines if line.state != "ok"]
    assert any("2 decisions refused what had taken place on paper" in line.text.en for line in verdict.lines)
    whole = verify_bundle(report.evidence, trust.load(folder))
    account = Account.of(whole, report.report)
    assert account.oddities == []
    for language, said in (
        ("en", ("Within the rules", "Done without leave, settled", "Rules:", "Used 2", "spoiled 1",
                "missing 1", "not issued 1")),
        ("zh", ("符合规则", "未经许可，已处理", "规则：", "已使用2份", "作废1份", "缺失1份", "未领用1份")),
    ):  # fmt: skip
        pages = spoken(blocks_of(account, 79), language)
        for words in (*said, first.number, second.number, "Cut off, office_pc", "the same day"):
            assert words in pages, (words, pages)
    for language, page_one in (
        (
            "en",
            f"Handoffs that went ahead on paper without leave: 1 ({late.handoff.number} (settled); by the",
        ),
        ("zh", f"未经许可即以纸质方式办理的移交 1 次：{late.handoff.number}（已处理）；涉及规则"),
    ):
        cover = spoken(blocks_of(account, 10), language)
        assert page_one in cover, cover
    assert "nothing may pass on them" not in spoken(blocks_of(account, 10)), "the copy did pass"
    # Without the entry that tells it, the same acts stand against their decisions.
    monkeypatch.setattr(decisions, "_told_without_leave", lambda judged: set())
    part = decisions.decisions(whole)
    assert sum(line.state == "bad" for line in part.lines) == 2
