"""The certificate of one destruction: asked, approved, done and certified, and every lie about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from custody.reports import build
from custody.reports.account import Account, AccountError
from custody.reports.blocks import Findings, Heading, Table
from custody.reports.kinds import KINDS, kind_of
from custody.terms import ReportKind, Verb
from custody.verify import verify_evidence, verify_report
from custody.verify import wording as w
from ledger import trust
from ledger.tlog.verify import verify_bundle
from tests.reports.forged import Forger, Written, inside
from tests.reports.kinds_made import Kinds
from tests.reports.test_sections import blocks_of, spoken

DESTRUCTION = ReportKind.DESTRUCTION
STEPS = (Verb.DESTRUCTION_REQUEST, Verb.DESTRUCTION_APPROVE, Verb.DESTRUCTION_RECORD)


def whole(kinds: Kinds, language: str = "en") -> Account:
    made = kinds.get(DESTRUCTION, language)
    return Account.of(verify_bundle(made.evidence, trust.load(kinds.trust)), made.report)


def narrow(account: Account) -> Account:
    return kind_of(account).narrow(account)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_is_good_and_says_what_it_is_and_what_it_leaves_out(kinds: Kinds, language: str) -> None:
    made = kinds.get(DESTRUCTION, language)
    verdict = verify_report(made.pdf, kinds.trust, made.receipt)
    assert verdict.good, [(line.text.en, line.detail) for line in verdict.lines if line.state != "ok"]
    words = " ".join(line.text.en for line in verdict.lines)
    assert "one batch of copies to be destroyed" in words and "Other batches" in words
    assert "request, approval, record, days and copies agree" in words


def test_page_one_says_what_was_destroyed_what_is_wrong_and_what_nobody_can_prove(kinds: Kinds) -> None:
    found = narrow(whole(kinds))
    front = spoken(blocks_of(found, 16))
    for told in (
        "Destroyed and certified", "Pulping hall 2", "Pulping", "is signed", "refused: 1", "DSP-01 ×1",
        "That paper became pulp", "How many pages a copy had", "Nobody, as recorded.",
    ):  # fmt: skip
        assert told in front, told
    assert "bears no signature" not in front
    assert "纸张确已化为纸浆" in spoken(blocks_of(found, 16), "zh")


def test_the_table_has_each_copy_of_the_batch_and_no_other(kinds: Kinds) -> None:
    account = whole(kinds)
    found = narrow(account)
    (table,) = [b for b in blocks_of(found, 34) if isinstance(b, Table) and len(b.columns) == 6]
    assert len(table.rows) == 3 == len(found.copies)
    words = spoken(table)
    assert all(copy.code in words for copy in found.copies.values())
    assert not any(c.code in words for id, c in account.copies.items() if id not in found.copies)
    for told in ("SHEET-9", "Paper", "2026-0917", "S-881", "Destroyed", "not stated"):
        assert told in words, told


def test_it_says_who_asked_decided_did_and_saw_it_and_what_had_to_stay(kinds: Kinds) -> None:
    found = narrow(whole(kinds))
    words = spoken(blocks_of(found, 34))
    for told in (
        "Exactly what was asked for", "Signed with a passkey", "销〔2026〕9号", "b" * 64, "Guo An",
        "legal hold on its custodian", "赵衡 Zhao Heng",
    ):  # fmt: skip
        assert told in words, told
    steps = [spoken(b.words).strip() for b in blocks_of(found, 34) if isinstance(b, Heading)]
    assert steps[-3:] == [str(verb.text.en) for verb in STEPS]
    rules = [item.code for b in blocks_of(found, 34) if isinstance(b, Findings) for item in b.items]
    assert rules.count("DSP-01") == 3
    assert "DSP-01" in spoken(blocks_of(found, 50))


def test_a_question_without_a_batch_of_the_evidence_gives_no_pages(kinds: Kinds) -> None:
    account = whole(kinds)
    for subject in ({}, {"destruction": "x"}, {"destruction": None}):
        values = {**account.requested.values, "subject": subject}
        lost = replace(account, requested=replace(account.requested, values=values))
        with pytest.raises(AccountError):
            KINDS[DESTRUCTION].narrow(lost)


def recorded(forger: Forger) -> Written:
    return forger.find("destruction.recorded", destruction=batch(forger))


def batch(forger: Forger) -> str:
    return str(forger.find("report.requested", report=forger.report).get("subject")["destruction"])


def other(forger: Forger) -> Written:
    """The request of another batch, which waits."""
    asked = forger.each("destruction.requested")
    return next(one for one in asked if one.get("destruction") != batch(forger))


def a_copy_left_out(forger: Forger) -> None:
    one = recorded(forger)
    one.put("copies", one.get("copies")[1:])
    one.put("counted", 2)


def a_copy_put_in(forger: Forger) -> None:
    asked, done = forger.find("destruction.requested", destruction=batch(forger)), recorded(forger)
    for one in (asked, done):
        one.put("copies", sorted([*one.get("copies"), "0" * 8]))


def the_approval_of_another(forger: Forger) -> None:
    one = forger.find("destruction.approved", destruction=batch(forger))
    one.put("subject_sha256", other(forger).get("subject_sha256"))


def no_approval(forger: Forger) -> None:
    forger.entries.remove(forger.find("destruction.approved", destruction=batch(forger)))


def an_earlier_day(forger: Forger) -> None:
    one = recorded(forger)
    one.put("destroyed_on", (date.fromisoformat(one.get("destroyed_on")) - timedelta(days=9)).isoformat())


def a_day_to_come(forger: Forger) -> None:
    one = recorded(forger)
    one.put("destroyed_on", (date.fromisoformat(one.get("destroyed_on")) + timedelta(days=9)).isoformat())


def an_earlier_certificate(forger: Forger) -> None:
    one = forger.find("destruction.certified", destruction=batch(forger))
    one.put("certified_on", "2020-01-01")


def another_unit(forger: Forger) -> None:
    recorded(forger).put("unit", recorded(forger).get("holder"))


def another_place(forger: Forger) -> None:
    forger.find("destruction.requested", destruction=batch(forger)).put("place", "Behind the barn")


def done_twice(forger: Forger) -> None:
    one = recorded(forger)
    told = {n: v for n, (_, v) in one.values.items() if n not in ("kind", "about", "actor", "decision")}
    forger.write(one, "destruction.recorded/1", **told)


def moved_on(forger: Forger) -> None:
    one = recorded(forger)
    forger.write(one, "handoff.read/1", copies=one.get("copies")[:1], handoff="h", number="X-1")


def destroyed_before(forger: Forger) -> None:
    one = other(forger)
    told = {"destruction": one.get("destruction"), "copies": recorded(forger).get("copies"), "counted": 3}
    forger.write(one, "destruction.recorded/1", **told)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (a_copy_left_out, "copies"),
        (a_copy_put_in, "numbered"),
        (a_copy_put_in, "subject"),
        (the_approval_of_another, "approval"),
        (no_approval, "unapproved"),
        (an_earlier_day, "day"),
        (an_earlier_day, "judged"),
        (a_day_to_come, "day"),
        (an_earlier_certificate, "day"),
        (another_unit, "terms"),
        (another_place, "subject"),
        (done_twice, "ended"),
        (moved_on, "after"),
        (destroyed_before, "twice"),
    ],
)
def test_every_lie_about_it_is_named_though_all_keys_were_there(
    kinds: Kinds, change: Callable[[Forger], None], fault: str
) -> None:
    forger = Forger(kinds.get(DESTRUCTION), kinds.keys, kinds.trust)
    change(forger)
    verdict = verify_evidence(forger.evidence(forger.log()), kinds.trust)
    told = [line.detail for line in verdict.lines if line.text.en.startswith("The destruction that entry")]
    assert verdict.state == "bad" and fault in told, (told, [str(x.text.en) for x in verdict.lines])


def test_a_question_about_a_batch_that_is_not_there_is_bad(kinds: Kinds) -> None:
    forger = Forger(kinds.get(DESTRUCTION), kinds.keys, kinds.trust)
    forger.find("report.requested", report=forger.report).put("subject", {"destruction": "none"})
    pdf, receipt = forger.all()
    verdict = verify_report(pdf, kinds.trust, receipt)
    assert any(line.text == w.NOT_ABOUT and line.state == "bad" for line in verdict.lines)


def test_a_table_that_lacks_a_copy_is_not_what_the_evidence_prints(kinds: Kinds) -> None:
    """Pages of a shorter batch over the evidence of the whole one, under the unit's own seal."""
    forger = Forger(kinds.get(DESTRUCTION), kinds.keys, kinds.trust)
    log = forger.log()
    true = forger.evidence(log)
    short = Forger(kinds.get(DESTRUCTION), kinds.keys, kinds.trust)
    a_copy_left_out(short)
    pages = short.body(short.evidence(short.log()))
    pdf = forger.seal(inside(pages, {build.EVIDENCE: true}))
    verdict = verify_report(pdf, kinds.trust, forger.issue(log, pdf))
    assert any(line.text.en.startswith(w.PAGES_ALTERED.en.partition("{")[0]) for line in verdict.lines)
    assert not verdict.good
