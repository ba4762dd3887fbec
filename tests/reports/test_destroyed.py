"""A report tells what was destroyed, who let it and who saw it, and counts it with nobody's holdings."""

from __future__ import annotations

import shutil
from pathlib import Path

from django.conf import settings

from custody import verify
from custody.actions import destructions
from custody.apply import rebuild
from custody.compare import compare
from custody.replay import replay_all
from custody.reports.account import Account
from custody.stories import cast as people
from custody.stories import destruction, plays
from custody.terms import CopyState
from ledger import trust
from ledger.tlog.verify import verify_bundle
from tests.actions.scenes import done
from tests.reports.made import _deliver, play
from tests.reports.test_sections import blocks_of, spoken


def test_a_destruction_stands_in_the_report_and_it_verifies(
    committed_cast: people.Cast, tmp_path: Path
) -> None:
    cast = committed_cast
    project = play(cast, "LH-GONE", plays.in_order)
    copies = people.make_copies(cast, project, "GONE", 5)
    gone = destruction.destroyed(cast, project, copies[:2])
    done(
        destructions.certify(
            cast.actor("yu"),
            destruction=gone.id,
            certificate_number="销〔2026〕7号",
            certified_on=cast.today,
            certificate_sha256="a" * 64,
        )
    )
    refused = destruction.requested(cast, project, copies[2:3])
    done(
        destructions.refuse_batch(cast.actor("heng"), destruction=refused.id, reason="Still needed 仍需使用")
    )
    destruction.requested(cast, project, copies[3:4])
    wanted = destruction.asked(cast, copies[4:], count=2)
    tried = destructions.request(cast.actor("yu"), project=project.id, asked=wanted)
    assert tried.state == "refused"
    assert list(compare(rebuild())) == []
    assert {r.verdict for r in replay_all()} == {"same"}

    made = _deliver(cast, project, "en")
    folder = Path(shutil.copytree(settings.TRUST_DIR, tmp_path / "given"))
    verdict = verify.verify_report(made.pdf, folder, made.receipt)
    assert verdict.good, [line for line in verdict.lines if line.state != "ok"]
    account = Account.of(verify_bundle(made.evidence, trust.load(folder)), made.report)
    assert account.oddities == []
    state = {copy.code: account.copies[str(copy.id)].state for copy in copies}
    assert list(state.values()) == [
        CopyState.DESTROYED, CopyState.DESTROYED, CopyState.HELD, CopyState.MARKED, CopyState.HELD,
    ]  # fmt: skip
    for language, said in (
        ("en", ("2 destroyed on", "Pulping", "Approved by", "Not approved by", "seen by", "not yet")),
        ("zh", ("销毁2份", "化浆", "批准", "未批准", "监销人", "尚未销毁")),
    ):
        pages = spoken(blocks_of(account, 61), language)
        for words in (*said, "销〔2026〕7号", "a" * 64, gone.subject_sha256, copies[0].code, "Guo An"):
            assert words in pages, words
        assert "DSP-01" in spoken(blocks_of(account, 50), language)
    holdings = spoken(blocks_of(account, 60))
    assert "Destroyed" in holdings and "Marked for destruction" in holdings


def test_where_nothing_was_to_be_destroyed_the_section_is_not_there(
    committed_cast: people.Cast, tmp_path: Path
) -> None:
    cast = committed_cast
    made = _deliver(cast, play(cast, "LH-KEPT", plays.in_order), "en")
    folder = Path(shutil.copytree(settings.TRUST_DIR, tmp_path / "given"))
    account = Account.of(verify_bundle(made.evidence, trust.load(folder)), made.report)
    assert blocks_of(account, 61) == []
