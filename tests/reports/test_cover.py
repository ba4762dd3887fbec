"""Page one tells the gravest first, and what it counts adds up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from custody.reports.account import Account, Record
from custody.reports.outcomes import STOPPED, WITHOUT_LEAVE, outcomes
from custody.reports.sections import cover
from custody.reports.signed import unsigned
from custody.reports.wrong import wrong
from custody.terms import DecisionOutcome, Text, VoteMethod
from tests.reports.made import Unit
from tests.reports.reading import drawn
from tests.reports.test_sections import account_of, blocks_of, spoken


@pytest.fixture
def account(unit: Unit) -> Account:
    return account_of(unit.english, unit)


def with_entries(account: Account, *more: Mapping[str, Any]) -> Account:
    """Add entries of the project to what a report is made of."""
    last = account.project_records[-1]
    made = [
        Record(f"x{n}", last.run, last.seq + n, last.at, {"about": account.stream, **values}, True)
        for n, values in enumerate(more, 1)
    ]
    found = replace(account, records=[*account.records, *made])
    assert found.project_records[-len(made) :] == made
    return found


def said(account: Account, language: str = "en") -> str:
    return spoken(wrong(account), language)


def test_every_refused_decision_is_counted_once_and_the_sums_agree(account: Account) -> None:
    found = outcomes(account)
    refused = [r for r in account.decisions if r.decision and r.decision.outcome is DecisionOutcome.REFUSE]
    assert found.refusals == len(refused) == len(account.refusals) + 2
    assert found.all == len(account.decisions) == found.allowed + found.refusals
    assert len(found.refused[STOPPED]) == len(account.refusals)
    page_one = spoken(cover.cover(account))
    assert (
        f"{found.all}; {found.allowed} allowed, 16 refused: 2 went ahead without leave, 14 stopped."
        in page_one
    )
    assert "拒绝 16 项（未经许可而实施 2 项、已被阻止 14 项）。" in spoken(cover.cover(account), "zh")
    assert "Northfield Survey Institute: deal with what was done without leave: 2." in page_one


def test_what_was_collected_without_leave_stands_first(account: Account) -> None:
    assert len(outcomes(account).refused[WITHOUT_LEAVE]) == 2
    first = spoken(wrong(account)[0])
    assert first.startswith("Field collections that went ahead without leave: 2, by the rules FLD-01")
    assert first.endswith("sent live: 1.")
    assert spoken(wrong(account)[0], "zh").startswith("未经许可即实施的外业采集 2 次，涉及规则 FLD-01")


def test_a_decision_that_cannot_be_read_is_called_neither_allowed_nor_refused(account: Account) -> None:
    before = outcomes(account)
    account = with_entries(account, {"kind": "hop.requested/1", "decision": {"outcome": "allow"}})
    found = outcomes(account)
    assert (found.unread, found.allowed, found.all) == (1, before.allowed, before.all + 1)
    assert " 1 that cannot be read, " in spoken(cover.cover(account))


def test_any_other_act_that_went_ahead_against_its_decision_is_told(account: Account) -> None:
    stopped = account.refusals[0]
    assert "Other acts that went ahead" not in said(account)
    done = {"kind": "hop.completed/1", "decision": stopped.values["decision"]}
    assert "Other acts that went ahead although their decision refused them: 1" in said(
        with_entries(account, done)
    )
    denied = {"kind": "approval.voted/4", "decision": stopped.values["decision"], "choice": "deny"}
    found = with_entries(account, denied)
    assert "Other acts that went ahead" not in said(found), "an officer who denies goes with the rules"
    assert "1 denied by an officer too" in spoken(cover.cover(found))


def test_what_is_open_at_night_in_a_sweep_and_in_an_incident_is_counted_until_it_ends(
    account: Account,
) -> None:
    lapse = {"kind": "recheck.found/1", "lapses": ["l1", "l2"], "findings": [{"code": "QUA-01"}] * 2}
    cleared = {"kind": "recheck.cleared/1", "lapses": ["l1"], "on": "2026-11-30", "ended": "changed"}
    strays = {"kind": "sweep.found/1", "strays": [{"stray": "s1"}, {"stray": "s2"}]}
    removed = {"kind": "stray.settled/1", "stray": "s1", "state": "removed"}
    held = {"kind": "incident.held/1", "incident": "i", "holds": [{"hold": "h1"}, {"hold": "h2"}]}
    released = {"kind": "incident.released/1", "incident": "i", "holds": ["h2"]}
    rows: list[tuple[str, int, tuple[Any, ...], tuple[Any, ...]]] = [
        (
            "Allowed before, no longer in order as the nightly re-check found: {n} (QUA-01 ×{n})",
            0, (lapse,), (lapse, cleared),
        ),
        (
            "Files found where no copy is registered, not dealt with: {n}.",
            0, (strays,), (strays, removed),
        ),
        (
            "; copies and parties held back by incidents: {n}.",
            1, (held,), (held, released),
        ),
    ]  # fmt: skip
    for words, before, two, one in rows:
        known = said(account)
        assert (words.rpartition(":")[0] in known) == (before > 0)
        assert before == 0 or words.format(n=before) in known
        assert words.format(n=before + 2) in said(with_entries(account, *two))
        assert words.format(n=before + 1) in said(with_entries(account, *one))


def test_every_kind_of_sign_off_is_told_by_how_it_was_signed(account: Account) -> None:
    def one(kind: str, **values: Any) -> dict[str, Any]:
        return {"kind": kind, **values}

    before = unsigned(account)
    password = str(VoteMethod.PASSWORD)
    found = with_entries(
        account,
        one("override.voted/1", method=password),
        one("stocktake.closed/1", method=password),
        one("handover.signed/1", method=password),
        one("approval.voted/4", method=str(VoteMethod.PASSKEY)),
        one("approval.voted/4", method=str(VoteMethod.CODE)),
        one("destruction.approved/1"),
        one("copy_permit.approved/1"),
        one("handoff.accepted/3", handoff="p1", witness="w", method=str(VoteMethod.PIN)),
        one("handoff.accepted/2", handoff="c1"),
        one("handoff.at_counter/1", handoff="c1", method=str(VoteMethod.PIN)),
        one("handoff.accepted/2", handoff="h1"),
        one("handover.passed/1", handoffs=["h1"]),
    )
    added = {
        how.en: {
            kind.en: count - before.get(how, {}).get(kind, 0)
            for kind, count in kinds.items()
            if count != before.get(how, {}).get(kind, 0)
        }
        for how, kinds in unsigned(found).items()
    }
    assert added == {
        "Confirmed by password alone, not signed": {
            "votes on overrides": 1, "results of stocktakes": 1, "signatures of handovers": 1
        },
        "Confirmed by password and one-time code, not signed": {"votes on subcontracts": 1},
        "Confirmed in the own session, no password asked, not signed": {
            "decisions on destruction": 1, "decisions on copying": 1
        },
        "Signed on paper before a witness, who confirmed it by PIN": {"receipts of handoffs": 1},
        "Confirmed by PIN at the sender's counter, not signed": {"receipts of handoffs": 1},
    }  # fmt: skip
    assert (
        "Confirmed by password alone, not signed: 9 (votes on subcontracts 5, results of stocktakes 2,"
        in said(found)
    )
    assert "仅凭密码确认，未经签名：9 次（分包表决 5、清点结果 2、" in said(found, "zh")
    assert all(isinstance(how, Text) and how.zh for how in unsigned(found))


def test_nothing_wrong_is_said_of_a_project_in_order_but_how_it_was_signed(unit: Unit) -> None:
    told = [spoken(line) for line in wrong(account_of(unit.other, unit))]
    assert [line for line in told if "not signed" not in line and "not checked against" not in line] == []
    assert "0 refused." in spoken(blocks_of(account_of(unit.other, unit), 10))


def test_what_is_not_proved_stands_on_page_one_of_both_languages(unit: Unit) -> None:
    for made, title in ((unit.english, "What is not proved"), (unit.chinese, "未证明的事项")):
        assert [piece.page for piece in drawn(made.pdf) if title in piece.text][:1] == [1]
