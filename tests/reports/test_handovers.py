"""A report tells of custodian handovers of its project: who, before whom, signed what, and what stayed."""

from __future__ import annotations

import shutil
from pathlib import Path

from django.conf import settings

from custody import verify
from custody.actions import stocktaking
from custody.reports.account import Account
from custody.stories import cast as people
from custody.stories import plays
from ledger import trust
from ledger.tlog.verify import verify_bundle
from tests.actions.test_handing_over import Three
from tests.reports.made import _deliver, play
from tests.reports.test_sections import blocks_of, spoken


def test_the_section_says_who_handed_over_to_whom_and_what_stayed(
    committed_cast: people.Cast, tmp_path: Path
) -> None:
    three = Three(committed_cast)
    project = play(committed_cast, "LH-POST", plays.in_order)
    copies = people.make_copies(committed_cast, project, "POST", 3)
    other = people.open_project(committed_cast, "LH-ELSE", "Else 其他")
    elsewhere = people.make_copies(committed_cast, other, "ELSE", 1)
    row = three.begin()
    listed = list(row.stocktake.lines.values_list("copy", flat=True))
    three.scan(row, *(copy for copy in [*copies[:2], *elsewhere] if copy.id in listed))
    done = stocktaking.recount(committed_cast.actor("mei"), stocktake=row.stocktake_id)
    assert done.state == "done"
    row = three.all_sign(row)
    stayed = set(row.lines.filter(copy__item__project=project, handoff=None).values_list("code", flat=True))
    assert copies[2].code in stayed and row.passed == 3
    made = _deliver(committed_cast, project, "en")
    folder = Path(shutil.copytree(settings.TRUST_DIR, tmp_path / "given"))
    verdict = verify.verify_report(made.pdf, folder, made.receipt)
    assert verdict.good, [line for line in verdict.lines if line.state != "ok"]
    account = Account.of(verify_bundle(made.evidence, trust.load(folder)), made.report)
    assert not account.oddities
    words = spoken(blocks_of(account, 66))
    for told in (
        "Hands over: 钱宇 Qian Yu", "Takes over: 林梅 Lin Mei", "Supervises: 赵衡 Zhao Heng",
        "赵衡 Zhao Heng with the password", row.statement_sha256, "passed: 2", f"stayed: {len(stayed)}",
        "Not found in the count", row.due.isoformat(), *stayed,
    ):  # fmt: skip
        assert told in words, told
    assert elsewhere[0].code not in words, "of other projects it tells nothing"
    assert "监交人：赵衡 Zhao Heng" in spoken(blocks_of(account, 66), "zh")
    holdings = spoken(blocks_of(account, 60))
    assert "林梅 Lin Mei" in holdings, "who has the copies now"
