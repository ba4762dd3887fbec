"""The inspection report: the 13 heads in their order, and on which of them the ledger holds nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from custody.reports.account import Account
from custody.reports.blocks import Heading, Note, Table
from custody.reports.sections.inspection import HEADS, people, told, used_systems
from custody.terms import Network, ReportKind, Text
from custody.verify import verify_report
from custody.verify import wording as w
from ledger import trust
from ledger.tlog.verify import verify_bundle
from tests.reports.forged import Forger
from tests.reports.kinds_made import Kinds
from tests.reports.test_sections import blocks_of, spoken

INSPECTION = ReportKind.INSPECTION


def account_of(kinds: Kinds, language: str = "en") -> Account:
    made = kinds.get(INSPECTION, language)
    return Account.of(verify_bundle(made.evidence, trust.load(kinds.trust)), made.report)


def head(account: Account, number: int) -> str:
    return spoken(told(account, HEADS[number - 1]))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_is_good_and_says_what_it_is_and_what_it_leaves_out(kinds: Kinds, language: str) -> None:
    made = kinds.get(INSPECTION, language)
    verdict = verify_report(made.pdf, kinds.trust, made.receipt)
    assert verdict.good, [(line.text.en, line.detail) for line in verdict.lines if line.state != "ok"]
    part = next(part for part in verdict.parts if part.name == "asked")
    words = " ".join(line.text.en for line in part.lines)
    assert "order of the 13 heads" in words and "outside this project" in words


def test_the_heads_stand_in_the_order_of_the_article(kinds: Kinds) -> None:
    blocks = blocks_of(account_of(kinds, "zh"), 33)
    heads = [spoken(block.words, "zh") for block in blocks if isinstance(block, Heading) and block.level == 2]
    assert [one.partition(".")[0] for one in heads] == [str(n) for n in range(1, 14)]
    assert heads[3].endswith("涉密人员保密管理情况") and heads[5].endswith("国家秘密载体管理情况")
    assert "委托企业事业单位从事涉密业务" in heads[9] and heads[12].startswith("13. 其他")


def test_a_head_on_which_the_ledger_holds_nothing_says_so_and_page_one_counts_it(kinds: Kinds) -> None:
    account = account_of(kinds)
    empty = [n for n, one in enumerate(HEADS, 1) if not told(account, one)]
    assert {9, 12} <= set(empty) and len(empty) < 6
    notes = [block for block in blocks_of(account, 33) if isinstance(block, Note)]
    assert len(notes) == len(empty)
    front = spoken(blocks_of(account, 15))
    assert f"holds something: {13 - len(empty)} of 13" in front
    assert f"holds nothing: {', '.join(map(str, empty))}" in front


def test_each_head_tells_what_belongs_to_it(kinds: Kinds) -> None:
    account = account_of(kinds)
    assert "Approval officer" in head(account, 1) and "赵衡 Zhao Heng" in head(account, 1)
    assert "cn_surveying" in head(account, 2)
    assert "ATLAS" in head(account, 5)
    assert all(copy.code in head(account, 6) for copy in account.copies.values())
    assert "Westgate Data Processing Co." in head(account, 10)
    assert "QUA-01" in head(account, 13)


def test_people_and_systems_are_those_of_the_project(kinds: Kinds) -> None:
    account = account_of(kinds)
    known = people(account)
    assert known and all(account.names.known(id) for id in known)
    (table,) = [block for block in told(account, HEADS[3]) if isinstance(block, Table)]
    assert len(table.rows) == len(known)
    used = used_systems(account)
    assert any(one.get("is_installation") for one in used) and len(used) > 3
    online = [one for one in used if one.get("network") == str(Network.INTERNET)]
    assert all(str(one.get("name")) in head(account, 8) for one in online)
    assert bool(online) == bool(head(account, 8))


def test_nobody_who_is_not_named_in_the_evidence_is_counted_as_named(kinds: Kinds) -> None:
    account = account_of(kinds)
    owner = account.project.get("owner_party")
    given = [r for r in account.records if r.name == "membership.given" and r.get("party") == owner]
    strange = replace(given[0], values={**given[0].values, "person": "nobody", "membership": "x"})
    account.records.append(strange)
    words = head(account, 1)
    unnamed = sum(not account.names.known(r.get("person")) for r in given) + 1
    assert f"not named here: {unnamed}." in words


def holder_forged(forger: Forger) -> None:
    one = next(each for each in forger.entries if each.kind == "copies.minted")
    one.put("custodian_party", forger.find("project.opened").get("client_party"))


def entry_hidden(forger: Forger) -> None:
    one = next(each for each in forger.entries if each.kind == "stocktake.concluded")
    one.hidden += [one.disclosure(name).digest for name in one.values if name != "about"]
    one.values = {"about": one.values["about"]}


@pytest.mark.parametrize(("change", "text"), [(holder_forged, w.FACT), (entry_hidden, w.PAGES_ALTERED)])
def test_a_lying_unit_gets_no_good_verdict(
    kinds: Kinds, change: Callable[[Forger], None], text: Text
) -> None:
    from custody.reports import build
    from tests.reports.forged import inside

    forger = Forger(kinds.get(INSPECTION), kinds.keys, kinds.trust)
    pages = forger.body(forger.evidence(forger.log()))
    change(forger)
    log = forger.log()
    pdf = forger.seal(inside(pages, {build.EVIDENCE: forger.evidence(log)}))
    verdict = verify_report(pdf, kinds.trust, forger.issue(log, pdf))
    assert not verdict.good
    start = text.en.partition("{")[0]
    assert any(line.text.en.startswith(start) and line.state != "ok" for line in verdict.lines)
