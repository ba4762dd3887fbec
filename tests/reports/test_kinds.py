"""Questions of the first version, which name no kind, are still read, built and verified."""

from __future__ import annotations

from custody.reports.account import Account
from custody.reports.kinds import KINDS, kind_of
from custody.terms import ReportKind
from custody.verify import verify_report
from ledger import trust
from ledger.tlog.verify import verify_bundle
from tests.reports.forged import Forger
from tests.reports.made import Unit
from tests.reports.reading import squeezed, text_of


def test_a_question_of_the_first_version_asks_for_the_whole_project(unit: Unit) -> None:
    forger = Forger(unit.english, unit.keys, unit.trust)
    asked = forger.find("report.requested", report=forger.report)
    asked.put("kind", "report.requested/1")
    for name in ("report_kind", "subject"):
        del asked.values[name], asked.texts[name]
    evidence = forger.evidence(forger.log())
    account = Account.of(verify_bundle(evidence, trust.load(unit.trust)), forger.report)
    assert account.requested.get("kind") == "report.requested/1"
    assert account.kind == "project" and account.subject == {}
    assert kind_of(account) is KINDS[ReportKind.PROJECT]
    pdf, receipt = forger.all()
    verdict = verify_report(pdf, unit.trust, receipt)
    assert verdict.good, [(line.text.en, line.detail) for line in verdict.lines if line.state != "ok"]
    assert any("custody of a whole project" in line.text.en for line in verdict.lines)
    assert squeezed("Chain of subcontracts") in squeezed(text_of(pdf))
