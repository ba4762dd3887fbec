"""What one party passes on is added up over time and parts; two who ask at once do not both slip under it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from custody import gather, regimes
from custody import models as m
from custody.actions import amending, hops, mistakes
from custody.actions.base import Outcome, database_now
from custody.policy.engine import Finding, decide
from custody.policy.facts import Facts
from custody.stored import judgement
from custody.stories import cast as people
from custody.stories.told import approve, approved_hop, ask, offer, terms
from custody.terms import Audience, Source, Verb, VoteChoice
from tests.actions.racing import deadlocks, pair
from tests.actions.scenes import counted, done
from tests.databases import Database
from tests.scale import tries


@pytest.fixture
def project(cast: people.Cast) -> m.Project:
    """A project in Zhejiang, where 40 per cent may be passed on."""
    return people.open_project(cast, "SP-1", "Split 拆分")


def part(cast: people.Cast, project: m.Project, to: str, share: str | None, **more: Any) -> Outcome:
    given = None if share is None else Decimal(share)
    return ask(cast, project, "mei", to, f"Part for {to} 部分", share=given, amount=None, **more)


def finding(outcome: Outcome) -> Finding:
    """Return what HOP-04 said of an act."""
    decision = m.Decision.objects.get(entry=outcome.entry)
    return next(f for f in judgement(decision).findings if f.code == "HOP-04")


def codes(outcome: Outcome) -> list[str]:
    return [f.code for f in judgement(outcome.decision).barring]


def test_parts_that_fit_one_by_one_are_refused_once_they_do_not_fit_together(
    cast: people.Cast, project: m.Project
) -> None:
    assert finding(part(cast, project, "westgate", "20")).outcome.value == "pass"
    second = part(cast, project, "lakeside", "15")
    assert second.state == "held" and finding(second).problems == ("near",)
    third = part(cast, project, "lakeside", "10")
    assert (third.state, codes(third)) == ("refused", ["HOP-04"])
    told = finding(third)
    assert told.problems == ("sum", "twice") and told.inputs["sum"].value == "45.00"
    assert told.remedy is not None and "45" in told.remedy.en and "40 %" in told.remedy.en


def test_what_was_passed_on_and_has_ended_counts_still(cast: people.Cast, project: m.Project) -> None:
    hop = approved_hop(cast, project, "westgate", "First year 第一年", share=Decimal(35), amount=None)
    m.Hop.objects.filter(id=hop.id).update(ends=cast.today, starts=cast.today)
    again = part(cast, project, "westgate", "20")
    assert codes(again) == ["HOP-04"] and finding(again).inputs["sum"].value == "55.00"


@pytest.mark.parametrize("below", [False, True], ids=["at the root", "under a subcontract"])
def test_an_amended_part_is_added_up_once_in_its_new_terms(cast: people.Cast, below: bool) -> None:
    project = people.open_project(cast, "SP-2", "Changed 变更", regime="cn_surveying")
    parent = approved_hop(cast, project, "westgate", "Above 上级", amount=None) if below else None
    give = partial(ask, cast, project, "mei", parent=parent, amount=None)
    assert give("lakeside", "One part 一部分", share=Decimal(20)).state == "held"
    hop = m.Hop.objects.get(id=give("lakeside", "Another part 另一部分", share=Decimal(30)).object.id)

    def change(share: int) -> Outcome:
        put = replace(amending.terms_of(hop), share=Decimal(share))
        return amending.amend(cast.actor("mei"), hop=hop.id, terms=put, reason="More work 增加工作量")

    changed = change(60)
    assert (changed.state, finding(changed).inputs["sum"].value) == ("held", "80.00")
    changed = change(80)
    assert (codes(changed), finding(changed).inputs["sum"].value) == (["HOP-04"], "100.00")


def test_what_was_refused_or_taken_back_makes_room_again(cast: people.Cast, project: m.Project) -> None:
    withdrawn, denied = part(cast, project, "westgate", "20"), part(cast, project, "lakeside", "15")
    assert codes(part(cast, project, "lakeside", "30")) == ["HOP-04"]
    mistakes.withdraw_request(cast.actor("mei"), hop=withdrawn.object.id, reason="Not needed")
    hops.vote(cast.actor("heng"), approval=denied.decision.id, choice=VoteChoice.DENY, reason="Not needed")
    alone = part(cast, project, "lakeside", "30")
    assert (alone.state, finding(alone).outcome.value) == ("held", "pass")


def test_what_was_revoked_makes_room_but_is_pointed_out(cast: people.Cast, project: m.Project) -> None:
    hop = approved_hop(cast, project, "westgate", "Part 部分", share=Decimal(30), amount=None)
    hops.revoke(cast.actor("heng"), approval=hop.approvals.get().id, reason="It did bad work")
    again = part(cast, project, "lakeside", "30")
    assert (again.state, finding(again).problems) == ("held", ("revoked",))
    assert finding(again).inputs["with_revoked"].value == "60.00"


def test_an_officer_cannot_approve_what_does_not_fit_together(cast: people.Cast, project: m.Project) -> None:
    one, other = part(cast, project, "westgate", "20"), part(cast, project, "lakeside", "15")
    m.Hop.objects.filter(id=one.object.id).update(share=Decimal(30))  # as if a rule of before had let it in
    for outcome in (one, other):
        vote = approve(cast, outcome.decision)
        assert (vote.state, codes(vote)) == ("refused", ["HOP-04"])
    hops.vote(cast.actor("heng"), approval=one.decision.id, choice=VoteChoice.DENY, reason="Too much")
    assert approve(cast, other.decision).state == "done"


def test_nothing_is_handed_over_along_a_split_that_goes_too_far(
    cast: people.Cast, project: m.Project
) -> None:
    hop = approved_hop(cast, project, "westgate", "Part 部分", share=Decimal(30), amount=None)
    beside = approved_hop(cast, project, "lakeside", "Part 部分", share=Decimal(5), amount=None)
    copies = people.make_copies(cast, project, "SP-A", 2)
    assert offer(cast, hop, copies[:1], "tao", "westgate_room").state == "done"
    m.Hop.objects.filter(id=beside.id).update(share=Decimal(20))
    assert codes(offer(cast, hop, copies[1:], "tao", "westgate_room")) == ["HOP-04"]


def test_a_sibling_of_unknown_share_is_not_taken_for_nothing(cast: people.Cast, project: m.Project) -> None:
    hop = approved_hop(cast, project, "westgate", "Part 部分", share=Decimal(5), amount=None)
    m.Hop.objects.filter(id=hop.id).update(share=None)
    told = part(cast, project, "lakeside", "5")
    assert codes(told) == ["HOP-04"] and finding(told).outcome.value == "cannot_tell"


def question(cast: people.Cast, project: m.Project, hop: m.Hop) -> gather.Question:
    today = regimes.today(project.regime, database_now())
    return hops.question(project, hop, cast.actor("heng"), today, Verb.HOP_REQUEST)


def test_the_facts_list_every_sibling_and_without_one_of_them_nobody_can_tell(
    cast: people.Cast, project: m.Project
) -> None:
    beside = {approved_hop(cast, project, "westgate", f"Part {n} 部分").id for n in range(3)}
    new = hops.propose(project, None, terms(cast, "lakeside", "New 新"), cast.actor("mei"))
    facts = gather.facts(question(cast, project, new))
    assert set(facts.hop(str(new.id)).siblings or ()) == {str(id) for id in beside}
    assert all(facts.hop(str(id)).approval and facts.hop(str(id)).siblings is None for id in beside)
    lacking = {key: g for key, g in facts.groups.items() if key != f"hop:{min(beside)}"}
    pack = regimes.pack(project.regime)
    (now,) = decide(Verb.HOP_REQUEST, Facts(lacking), pack, ["HOP-04@1"]).findings
    assert now.outcome.value == "cannot_tell"
    (before,) = decide(Verb.HOP_REQUEST, Facts(facts.groups), pack, ["HOP-04@1"]).findings
    assert before.outcome.value == "pass"


def test_siblings_are_gathered_in_one_query_however_many_and_not_where_no_rule_asks(
    cast: people.Cast, project: m.Project
) -> None:
    hop = approved_hop(cast, project, "westgate", "Part 部分", share=Decimal(1), amount=None)
    for n in range(12):
        done(part(cast, project, "lakeside", "1", starts=cast.today, level=people.LEVEL if n else "neibu"))
    asked = question(cast, project, hop)
    with counted() as queries:
        facts = gather.facts(asked)
    assert len(queries) == 1 and len(facts.hop(str(hop.id)).siblings or ()) == 12
    elsewhere = people.open_project(
        cast, "SP-US", "Elsewhere", regime="generic", level="open", qualification_type="vetting",
        qualification_grade="basic", categories=[],
    )  # fmt: skip
    new = hops.propose(elsewhere, None, terms(cast, "lakeside", "New", level="open"), cast.actor("mei"))
    new.project = elsewhere
    assert gather.facts(question(cast, elsewhere, new)).hop(str(new.id)).siblings is None


def test_a_contractor_is_shown_no_sum_and_no_sibling_of_another(
    cast: people.Cast, project: m.Project
) -> None:
    hop = approved_hop(cast, project, "westgate", "Part 部分", share=Decimal(30), amount=None)
    beside = approved_hop(cast, project, "lakeside", "Secret part 部分", share=Decimal(5), amount=None)
    m.Hop.objects.filter(id=beside.id).update(share=Decimal(23))
    refused = offer(cast, hop, people.make_copies(cast, project, "SP-A", 1), "tao", "westgate_room")
    told = finding(refused)
    westgate = str(cast.party("westgate"))
    shown = told.for_audience(Audience.ALL, westgate)
    assert set(shown.inputs) == {"limit"}
    remedy = shown.remedy_for(Audience.ALL, westgate)
    assert remedy is not None and "53" not in remedy.en and "(not shown to you)" in remedy.en
    assert str(beside.id) not in str(told.to_json()) and "53" in str(told.to_json())


ROUNDS = tries(10, 200)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("below", [False, True], ids=["at the root", "under a subcontract"])
def test_of_two_managers_who_ask_at_once_for_parts_that_do_not_fit_together_one_is_refused(
    committed_cast: people.Cast, database_committed: Database, below: bool
) -> None:
    cast = committed_cast
    project = people.open_project(
        cast, "SP-R", "Race 竞争", regime="cn_surveying" if below else people.REGIME
    )
    parent = approved_hop(cast, project, "westgate", "Above 上级", amount=None) if below else None
    share = Decimal(60) if below else Decimal(25)
    made = terms(cast, "lakeside", "Part 部分", share=share, amount=None)
    mei = replace(cast.actor("mei"), source=Source.PAPER)
    before = deadlocks()
    with pair(database_committed.environ) as two:
        for _ in range(ROUNDS):
            acts = [
                partial(
                    hops.request, mei, project=project.id, parent=parent.id if parent else None,
                    terms=replace(made, scope=f"Part {n} 部分"),
                )
                for n in range(2)
            ]  # fmt: skip
            both = two.both(*acts)
            assert sorted(o.state for o in both) == ["held", "refused"], both
            held, refused = sorted(both, key=lambda o: o.state)
            assert codes(refused) == ["HOP-04"]
            mistakes.withdraw_request(mei, hop=held.object.id, reason="Next round")
    assert deadlocks() == before
