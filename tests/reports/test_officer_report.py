"""The report on one officer's decisions: each of them, and how it is bound."""

from __future__ import annotations

from typing import Any

import pytest

from custody.reports.account import Account
from custody.reports.blocks import Table
from custody.reports.sections.officer_decisions import DECIDES, against_rules, decided, decider
from custody.terms import ReportKind, VoteChoice
from custody.verify import verify_report
from custody.verify import wording as w
from ledger import trust
from ledger.tlog.verify import verify_bundle
from tests.reports.forged import Forger
from tests.reports.kinds_made import Kinds
from tests.reports.reading import squeezed, text_of
from tests.reports.test_sections import blocks_of, spoken

OFFICER = ReportKind.OFFICER


def account_of(kinds: Kinds, language: str = "en") -> Account:
    made = kinds.get(OFFICER, language)
    return Account.of(verify_bundle(made.evidence, trust.load(kinds.trust)), made.report)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_is_good_and_says_what_it_is_and_what_it_leaves_out(kinds: Kinds, language: str) -> None:
    made = kinds.get(OFFICER, language)
    verdict = verify_report(made.pdf, kinds.trust, made.receipt)
    assert verdict.good, [(line.text.en, line.detail) for line in verdict.lines if line.state != "ok"]
    part = next(part for part in verdict.parts if part.name == "asked")
    words = " ".join(line.text.en for line in part.lines)
    assert "what one officer decided" in words and "What other officers decided" in words
    front = squeezed(text_of(made.pdf))
    said = "What this report does not show" if language == "en" else "本报告不涉及的内容"
    assert squeezed(said) in front


def test_every_decision_of_the_officer_stands_in_it_once_and_no_other(kinds: Kinds) -> None:
    account = account_of(kinds)
    heng = account.subject["person"]
    theirs = [r for r in account.records if r.name in DECIDES and heng in (r.get("person"), r.get("actor"))]
    assert len(theirs) > 5
    totals, each = [block for block in blocks_of(account, 32) if isinstance(block, Table)]
    assert len(each.rows) == len(theirs) == sum(int(str(row[1])) for row in totals.rows)
    others = {decider(r) for r in account.records if r.name in DECIDES} - {heng}
    assert others, "somebody else decided too"
    assert all(account.names.of(str(one)).en not in spoken(each) for one in others)


def test_each_row_tells_choice_rules_reason_and_that_it_is_not_signed(kinds: Kinds) -> None:
    words = spoken(blocks_of(account_of(kinds), 32))
    for part in ("vote on a subcontract: Approve", "Allowed", "Password only: not signed", "not asked"):
        assert part in words, part
    front = spoken(blocks_of(account_of(kinds), 13))
    assert "Decisions that bear no signature" in front
    assert "赵衡 Zhao Heng" in front


def test_a_vote_that_lets_pass_what_the_rules_refuse_is_told_on_page_one(kinds: Kinds) -> None:
    account = account_of(kinds)
    refused = next(r for r in account.records if r.decision and r.name == "attempt.refused")
    vote = next(r for r in decided(account) if r.name == "approval.voted")
    values = {**vote.values, "decision": refused.values["decision"], "choice": str(VoteChoice.APPROVE)}
    lying = type(vote)(vote.id, vote.run, vote.seq, vote.at, values, True)
    assert against_rules(lying)
    account.records[account.records.index(vote)] = lying
    assert "let pass what the rules refuse: 1" in spoken(blocks_of(account, 13))


def of_another(forger: Forger, value: Any) -> None:
    asked = forger.find("report.requested", report=forger.report)
    asked.put("subject", {"person": value})


def test_pages_about_another_officer_than_was_asked_for_are_not_taken_for_good(kinds: Kinds) -> None:
    """The seal's key alone: the pages of one question put before the evidence of another."""
    forger = Forger(kinds.get(OFFICER), kinds.keys, kinds.trust)
    honest = forger.log()
    pages = forger.body(forger.evidence(honest))
    of_another(forger, forger.find("project.opened").get("actor"))
    log = forger.log()
    from custody.reports import build
    from tests.reports.forged import inside

    pdf = forger.seal(inside(pages, {build.EVIDENCE: forger.evidence(log)}))
    verdict = verify_report(pdf, kinds.trust, forger.issue(log, pdf))
    assert not verdict.good
    assert any(line.text.en.startswith(w.PAGES_ALTERED.en.partition("{")[0]) for line in verdict.lines)


def test_a_decision_left_out_of_the_evidence_breaks_the_run(kinds: Kinds) -> None:
    forger = Forger(kinds.get(OFFICER), kinds.keys, kinds.trust)
    vote = [one for one in forger.entries if one.kind == "approval.voted"][-1]
    vote.hidden += [vote.disclosure(name).digest for name in vote.values if name != "about"]
    vote.values = {"about": vote.values["about"]}
    pdf, receipt = forger.all()
    verdict = verify_report(pdf, kinds.trust, receipt)
    assert not verdict.good
