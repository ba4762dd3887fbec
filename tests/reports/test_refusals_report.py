"""The report on the refusals and overrides of a period: those of its days, and no others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from custody.reports.account import Account, AccountError
from custody.reports.blocks import Findings, Table
from custody.reports.kinds import KINDS, kind_of
from custody.reports.narrowed import overridden_by, period
from custody.reports.wording import barring
from custody.terms import ReportKind
from custody.verify import verify_report
from custody.verify import wording as w
from ledger import trust
from ledger.tlog.verify import verify_bundle
from tests.reports.forged import Forger
from tests.reports.kinds_made import Kinds
from tests.reports.test_sections import blocks_of, spoken

REFUSALS = ReportKind.REFUSALS


def whole(kinds: Kinds, language: str = "en") -> Account:
    made = kinds.get(REFUSALS, language)
    return Account.of(verify_bundle(made.evidence, trust.load(kinds.trust)), made.report)


def narrow(account: Account) -> Account:
    return kind_of(account).narrow(account)


def asked_for(account: Account, first: datetime, end: datetime) -> Account:
    """The same evidence, asked for another period."""
    subject = {**account.subject, "begins": first.isoformat(), "before": end.isoformat()}
    return replace(
        account, requested=replace(account.requested, values={**account.requested.values, "subject": subject})
    )


@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_is_good_and_says_what_it_is_and_what_it_leaves_out(kinds: Kinds, language: str) -> None:
    made = kinds.get(REFUSALS, language)
    verdict = verify_report(made.pdf, kinds.trust, made.receipt)
    assert verdict.good, [(line.text.en, line.detail) for line in verdict.lines if line.state != "ok"]
    part = next(part for part in verdict.parts if part.name == "asked")
    words = " ".join(line.text.en for line in part.lines)
    assert "refused and what was overridden in a period" in words and "outside the period" in words


def test_every_refusal_of_its_days_stands_in_it(kinds: Kinds) -> None:
    account = whole(kinds)
    found = narrow(account)
    assert len(found.refusals) == len(account.refusals) > 10
    blocks = blocks_of(found, 50)
    told = {item.code for block in blocks if isinstance(block, Findings) for item in block.items}
    assert told == {f.code for r in account.refusals for f in barring(r.decision)}
    front = spoken(blocks_of(found, 14))
    assert f"attempts that they refused: {len(account.refusals)}" in front
    assert "both included" in front and "What this report does not show" in front


def test_a_refusal_at_its_first_moment_is_in_and_one_at_its_end_is_not(kinds: Kinds) -> None:
    account = whole(kinds)
    moments = sorted(r.at for r in account.refusals)
    one = moments[len(moments) // 2]
    just = narrow(asked_for(account, one, one + timedelta(microseconds=1)))
    assert [r.at for r in just.refusals] == [m for m in moments if m == one]
    before = narrow(asked_for(account, one - timedelta(days=900), one))
    assert [r.at for r in before.refusals] == [m for m in moments if m < one]


def test_days_without_a_refusal_say_that_there_was_none(kinds: Kinds) -> None:
    account = whole(kinds)
    first, _ = period(account)
    found = narrow(asked_for(account, first - timedelta(days=900), first - timedelta(days=899)))
    assert "No attempt was refused in this period." in spoken(blocks_of(found, 50))
    assert "No act went ahead under an override." in spoken(blocks_of(found, 81))
    front = spoken(blocks_of(found, 14))
    assert "attempts that they refused: 0" in front and "Refused attempts" not in front


def test_acts_under_an_override_are_listed_with_the_rule_and_its_end(kinds: Kinds) -> None:
    found = narrow(whole(kinds))
    acts = [record for record in found.decisions if overridden_by(record)]
    rows = [row for block in blocks_of(found, 81) if isinstance(block, Table) for row in block.rows]
    assert len(rows) == len(acts)
    assert len(found.overrides) == len(whole(kinds).overrides) == 1
    assert "QUA-08" in spoken(blocks_of(found, 77))
    front = spoken(blocks_of(found, 14))
    assert "overrides that wait for a vote: 1" in front


@pytest.mark.parametrize(
    "subject", [{}, {"begins": "x", "before": "y"}, {"begins": "2026-11-01", "before": "2026-11-02"}]
)
def test_a_question_without_a_period_gives_no_pages(kinds: Kinds, subject: dict[str, str]) -> None:
    account = whole(kinds)
    values = {**account.requested.values, "subject": subject}
    lost = replace(account, requested=replace(account.requested, values=values))
    with pytest.raises(AccountError):
        KINDS[REFUSALS].narrow(lost)


def shorter(forger: Forger) -> None:
    """The question of before with a shorter period, under the pages of before."""
    asked = forger.find("report.requested", report=forger.report)
    asked.put("subject", {**asked.get("subject"), "begins": asked.get("subject")["before"]})


def refusal_hidden(forger: Forger) -> None:
    one = [each for each in forger.entries if each.kind == "attempt.refused"][-1]
    one.hidden += [one.disclosure(name).digest for name in one.values if name != "about"]
    one.values = {"about": one.values["about"]}


def outcome_turned(forger: Forger) -> None:
    one = [each for each in forger.entries if each.kind == "attempt.refused"][-1]
    one.put("decision", {**one.get("decision"), "outcome": "allow"})


@pytest.mark.parametrize(
    ("change", "told"), [(outcome_turned, w.DIFFERS), (shorter, None), (refusal_hidden, None)]
)
def test_a_lying_unit_does_not_get_a_good_verdict_on_the_pages_of_before(
    kinds: Kinds, change: Callable[[Forger], None], told: object
) -> None:
    from custody.reports import build
    from tests.reports.forged import inside

    forger = Forger(kinds.get(REFUSALS), kinds.keys, kinds.trust)
    pages = forger.body(forger.evidence(forger.log()))
    change(forger)
    log = forger.log()
    pdf = forger.seal(inside(pages, {build.EVIDENCE: forger.evidence(log)}))
    verdict = verify_report(pdf, kinds.trust, forger.issue(log, pdf))
    assert not verdict.good
    expected = told or w.PAGES_ALTERED
    start = expected.en.partition("{")[0]  # type: ignore[attr-defined]
    assert any(line.text.en.startswith(start) and line.state != "ok" for line in verdict.lines)
