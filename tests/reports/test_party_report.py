"""The dossier of one party: all that it took part in, and nothing of what went on without it."""

from __future__ import annotations

import pytest

from custody.reports import build
from custody.reports.account import Account
from custody.reports.blocks import Table, Timeline
from custody.reports.kinds import kind_of
from custody.reports.sections import all_sections
from custody.terms import ReportKind
from custody.verify import verify_report
from custody.verify import wording as w
from ledger import trust
from ledger.tlog.verify import verify_bundle
from tests.reports.forged import Forger, inside
from tests.reports.kinds_made import Kinds
from tests.reports.reading import squeezed
from tests.reports.test_sections import blocks_of, spoken

PARTY = ReportKind.PARTY


def whole(kinds: Kinds, language: str = "en") -> Account:
    made = kinds.get(PARTY, language)
    return Account.of(verify_bundle(made.evidence, trust.load(kinds.trust)), made.report)


def narrow(kinds: Kinds, language: str = "en") -> Account:
    account = whole(kinds, language)
    return kind_of(account).narrow(account)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_is_good_and_says_what_it_is_and_what_it_leaves_out(kinds: Kinds, language: str) -> None:
    made = kinds.get(PARTY, language)
    verdict = verify_report(made.pdf, kinds.trust, made.receipt)
    assert verdict.good, [(line.text.en, line.detail) for line in verdict.lines if line.state != "ok"]
    part = next(part for part in verdict.parts if part.name == "asked")
    words = " ".join(line.text.en for line in part.lines)
    assert "one party in a project, and who controls it" in words and "what others did without it" in words


def test_the_pages_name_no_party_that_it_had_nothing_to_do_with(kinds: Kinds) -> None:
    account = narrow(kinds)
    lakeside = account.subject["party"]
    told_of = [s for s in all_sections() if s.name in kind_of(account).sections - {"proof"}]
    text = squeezed(spoken([s.blocks(account) for s in told_of]))
    assert squeezed(account.names.of(lakeside).en) in text
    ends = {hop.get(end) for hop in account.hops.values() for end in ("from_party", "to_party")}
    strangers = {
        id
        for id in whole(kinds).parties
        if id not in {lakeside, *account.concerned, *ends, account.project.get("owner_party")}
        and id not in (account.project.get("client_party"), account.project.get("ultimate_client_party"))
    }
    assert len(strangers) > 2
    told = [account.names.of(id).en for id in strangers if squeezed(account.names.of(id).en) in text]
    assert told == []


def test_its_subcontracts_copies_and_entries_are_those_of_the_whole_that_name_it(kinds: Kinds) -> None:
    account, every = narrow(kinds), whole(kinds)
    lakeside = account.subject["party"]
    assert {id for id, hop in every.hops.items() if hop.get("to_party") == lakeside} == set(account.hops)
    assert set(account.hops) and set(account.hops) < set(every.hops)
    held = {copy.code for copy in every.copies.values() if copy.holder_party == lakeside}
    _, each = [block for block in blocks_of(account, 60) if isinstance(block, Table)]
    assert len(each.rows) == len(held) > 0
    assert all(code in spoken(each) for code in held)
    assert "Secret" in spoken(each) and "not stated" not in spoken(each)
    line = next(block for block in blocks_of(account, 40) if isinstance(block, Timeline))
    assert 0 < len(line.moments) < len(every.project_records)
    assert "Every entry of this party" in spoken(blocks_of(account, 40))


def test_page_one_counts_what_is_of_the_party_and_tells_all_streams(kinds: Kinds) -> None:
    account, every = narrow(kinds), whole(kinds)
    front = spoken(blocks_of(account, 12))
    assert f"{len(every.records)} entries" in front
    assert f"Subcontracts: {len(account.hops)}; numbered copies: {len(account.copies)}" in front
    assert account.as_of == every.as_of


def test_pages_on_another_party_are_not_taken_for_its_own(kinds: Kinds) -> None:
    forger = Forger(kinds.get(PARTY), kinds.keys, kinds.trust)
    pages = forger.body(forger.evidence(forger.log()))
    owner = forger.find("project.opened").get("owner_party")
    forger.find("report.requested", report=forger.report).put("subject", {"party": owner})
    log = forger.log()
    pdf = forger.seal(inside(pages, {build.EVIDENCE: forger.evidence(log)}))
    verdict = verify_report(pdf, kinds.trust, forger.issue(log, pdf))
    assert not verdict.good
    start = w.PAGES_ALTERED.en.partition("{")[0]
    assert any(line.text.en.startswith(start) for line in verdict.lines)


def test_a_certificate_that_was_judged_otherwise_breaks_what_rested_on_it(kinds: Kinds) -> None:
    forger = Forger(kinds.get(PARTY), kinds.keys, kinds.trust)
    party = forger.find("report.requested", report=forger.report).get("subject")["party"]
    forger.find("qualification.recorded", party=party).put("valid_to", "2020-01-01")
    pdf, receipt = forger.all()
    verdict = verify_report(pdf, kinds.trust, receipt)
    assert verdict.state == "bad"
