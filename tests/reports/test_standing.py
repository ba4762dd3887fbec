"""A report of a project whose subcontractors' certificates were stopped: their state with who, when and why,
the refusal that came of it, and the verifier finds all of it good."""

from __future__ import annotations

import shutil
from pathlib import Path

from django.conf import settings

from custody import models as m
from custody import verify
from custody.actions import qualifications
from custody.apply import rebuild
from custody.compare import compare
from custody.replay import replay_all
from custody.reports.account import Account
from custody.reports.details import details
from custody.stories import cast as people
from custody.stories import plays, told
from custody.terms import QualificationState
from ledger import trust
from ledger.tlog.verify import verify_bundle
from tests.reports.made import _deliver, play
from tests.reports.test_sections import blocks_of, spoken

S = QualificationState


def test_stopped_certificates_stand_in_the_report_and_it_verifies(
    committed_cast: people.Cast, tmp_path: Path
) -> None:
    cast = committed_cast
    project = play(cast, "LH-STOP", plays.in_order)
    heng, westgate, lakeside = cast.actor("heng"), cast.party("westgate"), cast.party("lakeside")
    papers = {
        S.VERIFIED: people.qualify(cast, westgate, "A", "BACK"),
        S.DOWNGRADED: people.qualify(cast, westgate, "A", "CUT"),
        S.REVOKED: people.qualify(cast, westgate, "A", "GONE"),
        S.SUSPENDED: m.Qualification.objects.filter(party=lakeside)[0],
    }
    for state in (S.VERIFIED, S.SUSPENDED):
        qualifications.suspend(heng, qualification=papers[state].id, reason="Notice 7")
    qualifications.reinstate(heng, qualification=papers[S.VERIFIED].id, reason="Notice 8 ended it")
    qualifications.downgrade(heng, qualification=papers[S.DOWNGRADED].id, grade="B", reason="Notice 9")
    qualifications.revoke(heng, qualification=papers[S.REVOKED].id, reason="Notice 10")
    assert told.ask(cast, project, "mei", "lakeside", "More sheets 更多图幅").state == "refused"
    assert list(compare(rebuild())) == []
    assert {r.verdict for r in replay_all()} == {"same"}

    made = [_deliver(cast, project, language) for language in ("en", "zh-hans")]
    folder = Path(shutil.copytree(settings.TRUST_DIR, tmp_path / "given"))
    for one in made:
        verdict = verify.verify_report(one.pdf, folder, one.receipt)
        assert verdict.good, [line for line in verdict.lines if line.state != "ok"]
    account = Account.of(verify_bundle(one.evidence, trust.load(folder)), one.report)
    assert account.oddities == []
    found = {
        str(paper.recorded.get("number")): (paper.state, paper.recorded.get("grade"))
        for party in (westgate, lakeside)
        for paper in account.parties[str(party)].qualifications
    }
    for state, paper in papers.items():
        grade = "B" if state is S.DOWNGRADED else paper.grade
        assert found[paper.number] == (state, grade)
    english, chinese = (spoken(blocks_of(account, 20), language) for language in ("en", "zh"))
    for words in ("Suspended", "Downgraded, not verified at its lower grade", "Revoked", "Notice 8 ended it"):
        assert words in english, words
    for words in ("已暂停", "已降级，待按新等级核验", "已吊销", "Notice 10"):
        assert words in chinese, words
    assert cast.people["heng"].name in english
    assert "QUA-04" in spoken(blocks_of(account, 40))
    entries = {record.name: record for record in account.records}
    for name, phrases in (
        ("suspended", ("State: Verified → Suspended", "Notice 7")),
        ("reinstated", ("State: Suspended → Verified", "Notice 8")),
        ("downgraded", ("Grade: A → B", "State: Verified → Downgraded", "Notice 9")),
        ("revoked", ("State: Verified → Revoked", "Notice 10")),
    ):
        said = spoken(details(account, entries[f"qualification.{name}"]))
        assert [part in said for part in phrases] == [True] * len(phrases), said
    cover = {language: spoken(blocks_of(account, 10), language) for language in ("en", "zh")}
    called_back = "call back copies held by Westgate Data Processing Co., whose certificate does not count"
    assert f"{called_back} (Downgraded, not verified at its lower grade): 3." in cover["en"]
    assert "收回西关数据处理有限公司保管的副本 3 份" in cover["zh"] and "Lakeside" not in cover["en"]
