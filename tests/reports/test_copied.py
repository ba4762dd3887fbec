"""A report tells by whose leave more copies were made, and which they are."""

from __future__ import annotations

import shutil
from pathlib import Path

from django.conf import settings

from custody import verify
from custody.actions import copying, projects
from custody.apply import rebuild
from custody.compare import compare
from custody.reports.account import Account
from custody.stories import cast as people
from custody.stories import copying as leave
from custody.stories import plays
from ledger import trust
from ledger.tlog.verify import verify_bundle
from tests.actions.scenes import done
from tests.reports.made import _deliver, play
from tests.reports.test_sections import blocks_of, spoken


def test_copy_permits_stand_in_the_report_and_it_verifies(
    committed_cast: people.Cast, tmp_path: Path
) -> None:
    cast = committed_cast
    project = play(cast, "LH-MORE", plays.in_order)
    item = people.make_copies(cast, project, "MORE", 1)[0].item_id
    leave.permitted(cast, item)
    made = done(projects.mint_copies(cast.actor("yu"), item=item, count=2))
    refused = leave.requested(cast, item, purpose="Archive 存档")
    done(copying.refuse_permit(cast.actor("heng"), permit=refused.id, reason="Enough there 已足够"))
    leave.requested(cast, item, purpose="Exchange 交换")
    assert list(compare(rebuild())) == []
    report = _deliver(cast, project, "en")
    folder = Path(shutil.copytree(settings.TRUST_DIR, tmp_path / "given"))
    verdict = verify.verify_report(report.pdf, folder, report.receipt)
    assert verdict.good, [line for line in verdict.lines if line.state != "ok"]
    account = Account.of(verify_bundle(report.evidence, trust.load(folder)), report.report)
    assert account.oddities == []
    words = spoken(blocks_of(account, 62), "en")
    for said in (
        "MORE",
        "2 copies at most",
        "Second field team",
        "Archive",
        "Exchange",
        *(c.code for c in made),
    ):
        assert said in words, said
    assert "Not approved by" in words and "Approved by" in words
    assert "未批准" in spoken(blocks_of(account, 62), "zh")
