"""Subcontracts of an old register are asked for anew: what a paper says of an approval is told as such, two
people hold each line beside it, and only an officer's decision here lets anything pass."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from custody import models as m
from custody import regimes
from custody.actions import (
    describing,
    hops,
    mistakes,
    opening,
    opening_compare,
    opening_confirm,
    opening_enter,
    opening_findings,
    papers,
)
from custody.actions.base import ActionError, NotPermitted
from custody.actions.opening_compare import Seen
from custody.apply import rebuild
from custody.compare import compare
from custody.replay import replay
from custody.stories import cast as people
from custody.stories import told as stories
from custody.terms import (
    ApprovalState,
    FindingOutcome,
    HopState,
    LineState,
    PaperMatch,
    RegisterState,
    Settled,
    VoteChoice,
)
from custody.transitions import NotNow
from ledger import api as ledger
from tests.actions.old_registers import opened as copies_opened
from tests.actions.old_registers import taken_over as entered
from tests.old_subcontracts import (
    LAKESIDE,
    LINES,
    OWNER,
    WESTGATE,
    below,
    line,
    many_contracts,
    opened,
    register_contractors,
)

PAID = {"付款单位": OWNER, "付款国家": "中国", "付款方式": "bank"}
SOON = dt.timedelta(days=90)


@pytest.fixture
def project(cast: people.Cast) -> m.Project:
    return people.open_project(cast, "OLD-9", "Contracts of twenty years 二十年合同")


def agrees() -> bool:
    """Whether the tables say what the ledger says of registers, subcontracts and what was seen of them."""
    models = (m.OpeningRegister, m.OpeningFinding, m.HopTakenOver, m.LineCompared, m.Hop, m.Approval)
    tables = {t._meta.db_table for t in models}
    return [d for d in compare(rebuild()) if d.table in tables] == []


def with_papers(cast: people.Cast, hop: m.Hop) -> None:
    """Put in order by hand what the rules ask for and the register does not tell."""
    mei = cast.actor("mei")
    papers.record_consent(mei, hop=hop.id, paper=stories.consent(cast))
    papers.record_terms(mei, hop=hop.id, agreed=stories.agreed(cast))
    describing.describe(
        mei, hop=hop.id, business=(), performer=hop.to_party_id, reason="As the contract says"
    )


def look(cast: people.Cast, row: m.OpeningRegister, who: str, **differs: str) -> m.OpeningRegister:
    """Have somebody compare every line that still stands; ``differs`` by the page's line number."""
    seen = [
        Seen(one.id, PaperMatch.DIFFERS, differs[f"n{one.line}"])
        if f"n{one.line}" in differs
        else Seen(one.id, PaperMatch.AGREES)
        for one in opening_compare.standing(row)
    ]
    found: m.OpeningRegister = opening_compare.compare(cast.actor(who), register=row.id, lines=seen).object
    return found


def test_readable_lines_become_requests_in_their_chain_and_none_counts_as_approved(
    cast: people.Cast, project: m.Project
) -> None:
    rows = [below(2, 比例="12.5%", 金额="120万元"), line(1), line(3, 密级="?"), below(4, above="分-003")]
    row = entered(cast, opened(cast, project, rows))
    assert (row.state, row.entered, row.left_out) == (RegisterState.ENTERED, 2, 2)
    top, under = m.Hop.objects.filter(project=project).order_by("depth")
    assert [(h.state, h.depth) for h in (top, under)] == [(HopState.REQUESTED, 1), (HopState.REQUESTED, 2)]
    assert (under.parent_id, under.from_party_id) == (top.id, cast.party("westgate"))
    assert (under.to_party_id, str(under.share), str(under.amount), under.currency) == (
        cast.party("lakeside"), "12.50", "1200000.00", "CNY",
    )  # fmt: skip
    assert (top.keeps_core, top.client_consent, top.performer_id, top.business) == (True, True, None, None)
    for hop in (top, under):
        (approval,) = hop.approvals.all()
        assert approval.state is ApprovalState.REQUESTED and approval.decide_by == cast.today + SOON
        assert not approval.votes.exists()
    paper = top.taken_over
    assert (paper.number, paper.page, paper.line) == ("分-001", "1", "1")
    assert (paper.approval, paper.approver) == ("测密批〔2024〕1号", "省测绘局")
    assert paper.approved_on == dt.date(2024, 2, 20)
    told = ledger.read(paper.entry)
    assert told.values["kind"] == "hops.taken_over/1" and told.values["name"] == row.name
    asked = ledger.read(top.entry)
    assert (asked.values["kind"], asked.values["source"]) == ("hop.requested/3", "register")
    assert opening.counts(row)[LineState.ENTERED] == 2 and agrees()


def test_each_line_is_judged_as_any_request_on_facts_that_can_be_judged_again(
    cast: people.Cast, project: m.Project
) -> None:
    rows = [line(1, 主体部分自行完成="否"), below(2, 密级="机密")]
    row = entered(cast, opened(cast, project, rows))
    decisions = m.Decision.objects.filter(project=project, verb="hop.request")
    assert decisions.count() == 2
    for decision in decisions:
        assert replay(decision, regimes.pack(project.regime)).verdict == "same"
    found = list(row.findings.select_related("hop"))
    assert found and {one.hop and one.hop.taken_over.line for one in found} == {"1", "2"}
    for one in found:
        assert one.due == cast.today + SOON and one.state is Settled.OPEN and one.copies == 0
        assert one.finding["remedies"] and one.outcome is not FindingOutcome.PASS
        said = m.Decision.objects.get(entry=one.hop.entry)
        assert one.code in {each["code"] for each in said.findings}
    second = {one.code for one in found if one.hop.taken_over.line == "2"}
    assert "HOP-01" in second or "APR-01" in second, second
    assert agrees()


def test_many_lines_are_entered_and_the_tables_say_what_the_ledger_says(
    cast: people.Cast, project: m.Project
) -> None:
    register_contractors()
    rows, planted = many_contracts()
    read = opened(cast, project, rows, encoding="gb18030")
    with CaptureQueriesContext(connection) as asked:
        row = entered(cast, read)
    assert len([q for q in asked if "ledger_append" not in q["sql"]]) <= 12 * (LINES - len(planted)) + 100
    assert (row.entered, row.left_out) == (LINES - len(planted), len(planted))
    assert m.HopTakenOver.objects.filter(register=row).count() == LINES - len(planted)
    assert m.Hop.objects.filter(project=project, depth=2).count() == 132 and agrees()


def test_two_people_hold_each_line_beside_the_paper_before_an_officer_can_approve_it(
    cast: people.Cast, project: m.Project
) -> None:
    row = entered(cast, opened(cast, project, [line(1, **PAID)]))
    hop = m.Hop.objects.get(project=project)
    with_papers(cast, hop)
    approval = hop.approvals.get()
    with pytest.raises(ActionError, match="two people"):
        stories.approve(cast, approval, "heng")
    assert look(cast, row, "mei").state is RegisterState.ENTERED
    assert look(cast, row, "mei").state is RegisterState.ENTERED, "the same person twice is one"
    with pytest.raises(ActionError, match="two people"):
        stories.approve(cast, approval, "heng")
    done = look(cast, row, "yu")
    assert done.state is RegisterState.CONFIRMED
    told = ledger.read(done.entry)
    assert (told.values["kind"], told.values["differing"]) == ("register.confirmed/2", 0)
    outcome = stories.approve(cast, approval, "heng")
    assert outcome.state == "done", outcome
    hop.refresh_from_db()
    assert hop.state is HopState.ACTIVE and agrees()


def test_a_request_from_paper_can_be_refused_before_it_is_compared(
    cast: people.Cast, project: m.Project
) -> None:
    entered(cast, opened(cast, project, [line(1)]))
    approval = m.Approval.objects.get(hop__project=project)
    hops.vote(cast.actor("heng"), approval=approval.id, choice=VoteChoice.DENY, reason="Long over")
    assert m.Hop.objects.get(project=project).state is HopState.REJECTED and agrees()


def test_what_differs_from_the_paper_is_not_approved_but_withdrawn_and_taken_over_anew(
    cast: people.Cast, project: m.Project
) -> None:
    row = entered(cast, opened(cast, project, [line(1), line(2, 承接单位=LAKESIDE, **PAID)]))
    look(cast, row, "mei", n2="The paper says 3 %")
    done = look(cast, row, "yu")
    assert done.state is RegisterState.CONFIRMED
    assert ledger.read(done.entry).values["differing"] == 1
    wrong = m.HopTakenOver.objects.get(register=row, line="2")
    with_papers(cast, wrong.hop)
    with pytest.raises(ActionError, match="as on the paper"):
        stories.approve(cast, wrong.hop.approvals.get(), "heng")
    again = opened(cast, project, [line(1), line(2, 承接单位=LAKESIDE, 比例="3%")], name="Corrected")
    assert opening.counts(again)[LineState.DOUBLE] == 2
    opening.withdraw(cast.actor("mei"), register=again.id, reason="Not yet")
    mistakes.withdraw_request(cast.actor("mei"), hop=wrong.hop_id, reason="Misread")
    corrected = [line(1), line(2, 承接单位=LAKESIDE, 比例="3%")]
    again = entered(cast, opened(cast, project, corrected, name="Corrected"))
    assert (again.entered, again.left_out) == (1, 1)
    assert str(m.HopTakenOver.objects.get(register=again).hop.share) == "3.00" and agrees()


def test_who_saw_a_difference_may_look_again(cast: people.Cast, project: m.Project) -> None:
    row = entered(cast, opened(cast, project, [line(1)]))
    look(cast, row, "mei", n1="Which page?")
    look(cast, row, "yu")
    (one,) = opening_compare.standing(row)
    assert not opening_compare.agreed(opening_compare.of([one.id])[one.id])
    look(cast, row, "mei")
    assert opening_compare.agreed(opening_compare.of([one.id])[one.id]) and agrees()
    assert m.LineCompared.objects.filter(taken=one).count() == 3, "what was said before stays"


def test_a_register_whose_last_lines_were_withdrawn_is_confirmed_without_them(
    cast: people.Cast, project: m.Project
) -> None:
    row = entered(cast, opened(cast, project, [line(1), line(2, 承接单位=LAKESIDE)]))
    mei, first = cast.actor("mei"), m.HopTakenOver.objects.get(register=row, line="1")
    for who in ("mei", "yu"):
        opening_compare.compare(cast.actor(who), register=row.id, lines=[Seen(first.id, PaperMatch.AGREES)])
    with pytest.raises(ActionError) as told:
        opening_compare.compare(mei, register=row.id, lines=[])
    assert told.value.about == "lines"
    other = m.HopTakenOver.objects.get(register=row, line="2")
    mistakes.withdraw_request(mei, hop=other.hop_id, reason="Never signed")
    done = opening_compare.compare(mei, register=row.id, lines=[]).object
    assert done.state is RegisterState.CONFIRMED and agrees()
    with pytest.raises(ActionError):
        opening_compare.compare(mei, register=row.id, lines=[])


def test_only_lines_of_the_register_are_compared_once_each_and_a_difference_says_in_what(
    cast: people.Cast, project: m.Project
) -> None:
    row = entered(cast, opened(cast, project, [line(1)]))
    mei, (one,) = cast.actor("mei"), opening_compare.standing(row)
    bad: list[list[Any]] = [
        [Seen(one.id, PaperMatch.AGREES), Seen(one.id, PaperMatch.AGREES)],
        [Seen(m.new_id(), PaperMatch.AGREES)],
        [Seen(one.id, PaperMatch.DIFFERS, "  ")],
    ]
    for lines in bad:
        with pytest.raises(ActionError) as told:
            opening_compare.compare(mei, register=row.id, lines=lines)
        assert told.value.about == "lines"
    for who in ("tao", "heng", "an"):
        with pytest.raises(NotPermitted):
            look(cast, row, who)
    copies = entered(cast, copies_opened(cast, project))
    with pytest.raises(ActionError, match="stocktake"):
        opening_compare.compare(mei, register=copies.id, lines=[])
    fresh = opened(cast, project, [line(7)], name="Dry")
    with pytest.raises(NotNow):
        opening_compare.compare(mei, register=fresh.id, lines=[])
    assert not m.LineCompared.objects.exists()


def test_a_register_of_subcontracts_is_closed_once_its_findings_are_somebodys(
    cast: people.Cast, project: m.Project
) -> None:
    row = entered(cast, opened(cast, project))
    mei = cast.actor("mei")
    with pytest.raises(NotNow):
        opening_confirm.close(mei, register=row.id)
    look(cast, row, "mei")
    look(cast, row, "yu")
    with pytest.raises(ActionError, match="neither settled"):
        opening_confirm.close(mei, register=row.id)
    for one in row.findings.all():
        opening_findings.assign(mei, finding=one.id, owner=cast.people["yu"].id, due=cast.today + SOON)
    assert opening_confirm.close(mei, register=row.id).object.state is RegisterState.CLOSED and agrees()
    with pytest.raises(NotNow):
        opening_enter.enter(mei, register=row.id, due=cast.today + SOON)


def test_copies_pass_no_subcontract_that_is_approved_on_paper_alone(
    cast: people.Cast, project: m.Project
) -> None:
    row = entered(cast, opened(cast, project, [line(1)]))
    look(cast, row, "mei")
    look(cast, row, "yu")
    hop = m.Hop.objects.get(project=project)
    copies = people.make_copies(cast, project, "SHEET-1", 1)
    outcome = stories.offer(cast, hop, copies, "tao", "westgate_room")
    assert outcome.state == "refused"
    assert outcome.decision is not None
    assert {"APR-01"} <= {f["code"] for f in outcome.decision.findings if f["outcome"] == "block"}


def test_a_line_may_stand_below_one_that_was_taken_over_before(cast: people.Cast, project: m.Project) -> None:
    entered(cast, opened(cast, project, [line(1)]))
    row = entered(cast, opened(cast, project, [line(1), below(2)], name="Volume 2"))
    assert (row.entered, row.left_out) == (1, 1)
    (under,) = m.Hop.objects.filter(project=project, depth=2)
    assert under.parent.taken_over.number == "分-001" and under.from_party_id == cast.party("westgate")
    assert WESTGATE in {under.from_party.name, under.from_party.other_name} and agrees()
