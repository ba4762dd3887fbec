"""The report on one stocktake: its list, both counts, what is missing with whom, and every lie about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from custody.reports.account import Account, AccountError
from custody.reports.blocks import Table
from custody.reports.kinds import KINDS, kind_of
from custody.reports.narrowed import stock_of
from custody.terms import Counted, ReportKind
from custody.verify import verify_evidence, verify_report
from custody.verify import wording as w
from ledger import trust
from ledger.tlog.verify import verify_bundle
from tests.reports.forged import Forger, Written
from tests.reports.kinds_made import Kinds
from tests.reports.test_sections import blocks_of, spoken

STOCKTAKE = ReportKind.STOCKTAKE


def whole(kinds: Kinds, language: str = "en") -> Account:
    made = kinds.get(STOCKTAKE, language)
    return Account.of(verify_bundle(made.evidence, trust.load(kinds.trust)), made.report)


def narrow(account: Account) -> Account:
    return kind_of(account).narrow(account)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_is_good_and_says_what_it_is_and_what_it_leaves_out(kinds: Kinds, language: str) -> None:
    made = kinds.get(STOCKTAKE, language)
    verdict = verify_report(made.pdf, kinds.trust, made.receipt)
    assert verdict.good, [(line.text.en, line.detail) for line in verdict.lines if line.state != "ok"]
    words = " ".join(line.text.en for line in verdict.lines)
    assert "one stocktake, as far as it counted copies" in words and "Other stocktakes" in words
    assert "list, counts, result and the text that was signed agree: 2" in words


def test_page_one_says_what_stays_missing_and_with_whom(kinds: Kinds) -> None:
    account = whole(kinds)
    found = narrow(account)
    (gone,) = [line.code for line in stock_of(account).lines.values() if line.missing]
    front = spoken(blocks_of(found, 17))
    assert f"Copies that stay missing: 1: {gone} (Northfield Survey Institute)." in front
    for told in (
        "Closed and signed", "Differences that nobody has settled: 1.", "no registered copy: 1",
        "bears no signature", "settle the differences: 1", "had the copy in hand",
    ):  # fmt: skip
        assert told in front, told
    assert "copies of other projects were found" not in front, "it counted this project alone"
    assert f"{gone}（北原测绘院）" in spoken(blocks_of(found, 17), "zh")


def test_each_line_stands_in_the_table_with_both_counts(kinds: Kinds) -> None:
    found = narrow(whole(kinds))
    stock = stock_of(found)
    (table,) = [b for b in blocks_of(found, 36) if isinstance(b, Table) and len(b.columns) == 6]
    shown = [spoken(row[1]) for row in table.rows]
    assert len(shown) == len(stock.lines)
    assert all(line.code in row for line, row in zip(stock.by_code(), shown, strict=True))
    words = spoken(table)
    for how in (Counted.DAMAGED, Counted.MISSING, Counted.MOVED, Counted.STRANGER, Counted.SEEN):
        assert how.text.en in words, how
    assert "COUNT-4" in words and "not on the list" in words and "no copy of this project" in words


def test_differences_tell_what_became_of_them_and_who_answers_for_the_copy(kinds: Kinds) -> None:
    found = narrow(whole(kinds))
    words = spoken(blocks_of(found, 36))
    for told in (
        "Put right", "New cover", "Reported as an incident", "Case 4", "To be settled",
        "Northfield Survey Institute", "The second count began", "Counts too",
    ):  # fmt: skip
        assert told in words, told
    copies = {line.copy for line in stock_of(found).lines.values()}
    assert set(found.copies) <= copies and len(found.copies) < len(whole(kinds).copies)


def test_a_question_without_a_stocktake_of_the_evidence_gives_no_pages(kinds: Kinds) -> None:
    account = whole(kinds)
    for subject in ({}, {"stocktake": "x"}):
        values = {**account.requested.values, "subject": subject}
        lost = replace(account, requested=replace(account.requested, values=values))
        with pytest.raises(AccountError):
            KINDS[STOCKTAKE].narrow(lost)


# --- what a unit with all keys may try ---


def entry(forger: Forger, name: str) -> Written:
    stocktake = forger.find("report.requested", report=forger.report).get("subject")["stocktake"]
    return [e for e in forger.entries if e.kind == f"stocktake.{name}" and e.get("stocktake") == stocktake][
        -1
    ]


def with_lines(forger: Forger, name: str, change: Callable[[list[Any]], list[Any]]) -> None:
    one = entry(forger, name)
    one.put("lines", change([dict(line) for line in one.get("lines")]))


def listed_less(forger: Forger) -> None:
    with_lines(forger, "listed", lambda lines: lines[:-1])


def listed_otherwise(forger: Forger) -> None:
    with_lines(forger, "listed", lambda lines: [*lines[:-1], {**lines[-1], "code": "HF-9"}])


def missing_left_out(forger: Forger) -> None:
    with_lines(forger, "concluded", lambda lines: [x for x in lines if x["found"] != "missing"])


def missing_left(forger: Forger) -> None:
    """It says that the missing copy had left before."""
    with_lines(
        forger,
        "concluded",
        lambda lines: [{**x, "found": "moved"} if x["found"] == "missing" else x for x in lines],
    )


def damage_unsaid(forger: Forger) -> None:
    with_lines(
        forger,
        "concluded",
        lambda lines: [{**x, "found": "missing"} if x["found"] == "damaged" else x for x in lines],
    )


def fewer_missing(forger: Forger) -> None:
    entry(forger, "closed").put("missing", 0)


def counts_made_up(forger: Forger) -> None:
    one = entry(forger, "closed")
    one.put("counts", {**one.get("counts"), "seen": 1})


def result_of_another(forger: Forger) -> None:
    entry(forger, "closed").put("lines_sha256", "0" * 64)


def signed_by_another(forger: Forger) -> None:
    entry(forger, "closed").put("closed_by", "somebody")


def counted_by_another(forger: Forger) -> None:
    entry(forger, "counted").put("counted_by", "somebody")


def statement_of_another(forger: Forger) -> None:
    entry(forger, "closed").put("statement_sha256", "0" * 64)


def another_day(forger: Forger) -> None:
    entry(forger, "opened").put("opened_on", "2020-01-01")


def no_second_count(forger: Forger) -> None:
    forger.entries.remove(entry(forger, "recount"))


def frozen_elsewhere(forger: Forger) -> None:
    entry(forger, "opened").put("head", "1:" + "0" * 64)


def closed_twice(forger: Forger) -> None:
    one = entry(forger, "closed")
    told = {n: v for n, (_, v) in one.values.items() if n not in ("kind", "about", "actor")}
    forger.write(one, "stocktake.closed/1", **told)


def settled_otherwise(forger: Forger) -> None:
    entry(forger, "settled").put("found", "damaged")


def counted_off_the_list(forger: Forger) -> None:
    with_lines(forger, "counted", lambda lines: [*lines, {"line": "x", "code": "HF-1", "found": "seen"}])


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (listed_less, "list"),
        (listed_otherwise, "list"),
        (missing_left_out, "hidden"),
        (missing_left_out, "counts"),
        (missing_left, "moved"),
        (damage_unsaid, "concluded"),
        (fewer_missing, "counts"),
        (counts_made_up, "counts"),
        (result_of_another, "result"),
        (signed_by_another, "people"),
        (counted_by_another, "people"),
        (statement_of_another, "statement"),
        (another_day, "statement"),
        (no_second_count, "order"),
        (frozen_elsewhere, "head"),
        (closed_twice, "opened"),
        (settled_otherwise, "settled"),
        (counted_off_the_list, "listed"),
    ],
)
def test_every_lie_about_it_is_named_though_all_keys_were_there(
    kinds: Kinds, change: Callable[[Forger], None], fault: str
) -> None:
    forger = Forger(kinds.get(STOCKTAKE), kinds.keys, kinds.trust)
    change(forger)
    verdict = verify_evidence(forger.evidence(forger.log()), kinds.trust)
    told = [line.detail for line in verdict.lines if line.text.en.startswith("The stocktake that entry")]
    assert verdict.state == "bad" and fault in told, (told, [str(x.text.en) for x in verdict.lines])


def test_a_question_about_a_stocktake_that_is_not_there_is_bad(kinds: Kinds) -> None:
    forger = Forger(kinds.get(STOCKTAKE), kinds.keys, kinds.trust)
    forger.find("report.requested", report=forger.report).put("subject", {"stocktake": "none"})
    pdf, receipt = forger.all()
    verdict = verify_report(pdf, kinds.trust, receipt)
    assert any(line.text == w.NOT_ABOUT and line.state == "bad" for line in verdict.lines)
