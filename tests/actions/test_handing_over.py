"""Handovers: one list, a joint count, three signatures, and custody passes at once; the rest is named."""

from __future__ import annotations

import datetime as dt
import random
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from custody import models as m
from custody import record, stock
from custody.actions import handing_over, handoffs, people, recalling, scanning, stocktaking
from custody.actions.base import ActionError, Actor, Changed, NotPermitted, Outcome
from custody.apply import rebuild
from custody.compare import compare
from custody.single import differing
from custody.stories import cast as stories
from custody.terms import (
    CopyState,
    Counted,
    Difference,
    HandoffState,
    HandoverState,
    Leg,
    SecondPerson,
    SignsAs,
    Stays,
    StocktakeState,
    Verb,
)
from custody.transitions import NotNow
from ledger import api as ledger
from tests.actions.racing import pair
from tests.actions.scenes import done
from tests.actions.test_legs import Desk
from tests.databases import Database

WHY = "Leaves for another post 调离岗位"


class Three:
    """Qian Yu, who keeps Northfield's copies, hands all over to Lin Mei before the officer Zhao Heng."""

    def __init__(self, cast: stories.Cast) -> None:
        self.cast = cast

    def asked(self, **changes: Any) -> handing_over.Asked:
        given: dict[str, Any] = {
            "party": self.cast.party("northfield"),
            "outgoing": self.cast.people["yu"].id,
            "incoming": self.cast.people["mei"].id,
            "supervisor": self.cast.people["heng"].id,
            "reason": WHY,
        }
        return handing_over.Asked(**{**given, **changes})

    def begin(self, **changes: Any) -> m.Handover:
        return done(handing_over.open_handover(self.cast.actor("mei"), asked=self.asked(**changes)))

    def scan(self, row: m.Handover, *copies: m.Copy, who: str = "mei", **more: Any) -> None:
        typed = [copy.code for copy in copies]
        done(scanning.count(self.cast.actor(who), stocktake=row.stocktake_id, codes=typed, **more))

    def recount(self, row: m.Handover) -> None:
        done(stocktaking.recount(self.cast.actor("yu"), stocktake=row.stocktake_id))

    def signs(self, row: m.Handover, who: str) -> Outcome:
        return signed_by(row.id, self.cast.actor(who))

    def all_sign(self, row: m.Handover, order: tuple[str, ...] = ("yu", "mei", "heng")) -> m.Handover:
        for who in order:
            done(self.signs(row, who))
        return m.Handover.objects.get(id=row.id)

    def held_by(self, who: str) -> set[str]:
        rows = m.Copy.objects.there().filter(custodian_person=self.cast.people[who])
        return set(rows.values_list("code", flat=True))


class Post(Three, Desk):
    """The same three, and copies of a project that may also go to Westgate."""

    def __init__(self, cast: stories.Cast) -> None:
        Desk.__init__(self, cast)


def signed_by(handover: UUID, actor: Actor) -> Outcome:
    row = m.Handover.objects.select_related("stocktake").get(id=handover)
    said = handing_over.statement(row, stocktaking.result(row.stocktake))
    sha256 = record.digest_of_text(said)
    return handing_over.sign(actor, handover=handover, statement_sha256=sha256)


def offered_by(actor: Actor, deal: handoffs.Offer) -> Outcome:
    return handoffs.offer(actor, deal)


@pytest.fixture
def post(cast: stories.Cast) -> Post:
    return Post(cast)


def agrees_with_the_ledger() -> None:
    assert list(compare(rebuild())) == []


def codes(rows: Any) -> set[str]:
    return {row.code for row in rows}


def test_all_passes_at_once_with_the_third_signature_and_not_before(post: Post) -> None:
    mine = post.held_by("yu")
    row = post.begin()
    take = row.stocktake
    assert (take.keeper_id, take.expected) == (post.cast.people["yu"].id, len(mine))
    assert row.due == row.opened_on + dt.timedelta(days=recalling.DAYS)
    assert take.list_sha256 == record.digest(sorted(mine))
    post.scan(row, *m.Copy.objects.filter(code__in=mine), who="yu")
    for n, who in enumerate(("heng", "yu"), 1):
        done(post.signs(row, who))
        row.refresh_from_db()
        assert (row.state, row.signatures.count()) == (HandoverState.SIGNING, n)
        assert post.held_by("yu") == mine, "nothing passes before all three have signed"
    done(post.signs(row, "mei"))
    row.refresh_from_db()
    assert (row.state, row.passed, row.stayed) == (HandoverState.DONE, len(mine), 0)
    assert not post.held_by("yu") and post.held_by("mei") >= mine
    assert m.Copy.objects.filter(code__in=mine, state=CopyState.HELD, offered_in=None).count() == len(mine)
    three = dict(row.signatures.values_list("signs_as", "person"))
    assert three == {
        SignsAs.OUTGOING: post.cast.people["yu"].id,
        SignsAs.INCOMING: post.cast.people["mei"].id,
        SignsAs.SUPERVISOR: post.cast.people["heng"].id,
    }
    assert {s.statement_sha256 for s in row.signatures.all()} == {row.statement_sha256}
    agrees_with_the_ledger()
    for model, one in ((m.Handover, row), (m.HandoverSignature, row.signatures.first()),
                       (m.HandoverLine, row.lines.first())):  # fmt: skip
        assert one and differing(model, str(one.id)) == []


def test_what_passed_went_by_a_handoff_that_the_rules_allowed_and_its_history_says_so(post: Post) -> None:
    row = post.begin()
    post.scan(row, *post.copies)
    row = post.all_sign(row)
    line = row.lines.get(copy=post.copies[0])
    handoff = m.Handoff.objects.get(handover_lines=line)
    assert (handoff.leg, handoff.state, handoff.hop_id) == (Leg.INTERNAL, HandoffState.ACCEPTED, None)
    assert (handoff.sender_person_id, handoff.receiver_person_id) == (row.outgoing_id, row.incoming_id)
    assert handoff.system_id == post.copies[0].system_id, "the copies lie where they lay"
    assert handoff.answer_entry
    verbs = {
        m.Decision.objects.get(entry=entry).verb for entry in (handoff.offer_entry, handoff.answer_entry)
    }
    assert verbs == {Verb.HANDOFF_OFFER, Verb.HANDOFF_ACCEPT}
    last = m.Holding.objects.filter(copy=post.copies[0]).latest("created_at")
    assert (last.person_id, last.entry) == (row.incoming_id, handoff.answer_entry)
    told = ledger.read(line.entry)
    assert told.stream_name == f"project:{post.project.id}", "a report on the project tells of it"
    values: Any = told.values
    assert [one["code"] for one in values["passed"]] == sorted(codes(post.copies))
    assert values["handoffs"] == [str(handoff.id)] and values["stayed"] == []
    entry = ledger.read(row.signatures.get(signs_as=SignsAs.OUTGOING).entry).values
    assert entry["list_sha256"] == row.stocktake.list_sha256 and entry["method"] == "password"


def test_copies_that_are_damaged_or_in_another_place_pass_and_stay_differences(post: Post) -> None:
    other = m.System.objects.filter(owner_party=post.cast.party("northfield")).exclude(
        id=post.cast.systems["workstation"].id
    )[0]
    row = post.begin()
    post.scan(row, post.copies[0], damaged=True)
    post.scan(row, post.copies[1], place=other.id)
    post.scan(row, post.copies[2])
    row = post.all_sign(row)
    assert (row.passed, row.stayed) == (3, 0)
    found = dict(row.stocktake.lines.values_list("code", "found"))
    assert [found[copy.code] for copy in post.copies] == [Counted.DAMAGED, Counted.ELSEWHERE, Counted.SEEN]
    open_ = row.stocktake.lines.filter(difference=Difference.OPEN)
    assert set(open_.values_list("copy", flat=True)) == {post.copies[0].id, post.copies[1].id}
    agrees_with_the_ledger()


def test_what_was_not_found_stays_missing_with_who_left_and_is_asked_for_by_a_day(post: Post) -> None:
    due = post.cast.today + dt.timedelta(days=5)
    row = post.begin(due=due)
    lost = post.copies[2]
    post.scan(row, *post.copies[:2])
    with pytest.raises(ActionError, match="1 copies were not seen"):
        post.signs(row, "yu")
    post.recount(row)
    row = post.all_sign(row)
    assert (row.passed, row.stayed) == (2, 1)
    line = row.lines.get(copy=lost)
    assert (line.stays, line.handoff_id) == (Stays.MISSING, None)
    assert post.held_by("yu") == {lost.code}
    finding = row.stocktake.lines.get(copy=lost)
    assert (finding.found, finding.difference) == (Counted.MISSING, Difference.OPEN)
    asked = m.Recall.objects.get(leaver=row.outgoing_id)
    assert (asked.copies, asked.due) == ([lost.id], due)
    with pytest.raises(ActionError, match="missing at a stocktake"):
        handoffs.offer(post.cast.actor("mei"), post.deal(copies=[lost.id]))
    an = post.cast.actor("an")
    with pytest.raises(ActionError, match="still hold"):
        people.record_leaving(
            an, person=row.outgoing_id, leaves_on=post.cast.today, leaving_evidence="离岗表"
        )
    agrees_with_the_ledger()


def test_a_rule_that_bars_the_successor_keeps_those_copies_with_who_left_and_records_it(post: Post) -> None:
    """Lin Mei is not on the need-to-know list of the higher item; the other copies pass."""
    higher = stories.open_project(post.cast, "LEG-J", "Higher 较高", level="jimi")
    barred = stories.make_copies(post.cast, higher, "LEG-J1", 2, level="jimi")
    free = stories.make_copies(post.cast, higher, "LEG-J2", 1)
    row = post.begin()
    post.scan(row, *barred, *free, *post.copies)
    ((would_stay, ruling),) = handing_over.preview(post.cast.actor("mei"), row, timezone.now())
    assert codes(would_stay) == codes(barred) and not ruling.allowed, "the page says so before they sign"
    assert not m.Refusal.objects.exists()
    row = post.all_sign(row)
    assert (row.passed, row.stayed) == (4, 2)
    stayed = row.lines.filter(stays__isnull=False)
    assert codes(stayed) == codes(barred) == post.held_by("yu")
    assert {line.stays for line in stayed} == {Stays.REFUSED}
    (refusal,) = {line.refusal for line in stayed}
    assert refusal.verb is Verb.HANDOFF_OFFER and refusal.project_id == higher.id
    assert set(refusal.attempt["copies"]) == {str(copy.id) for copy in barred}
    blocking = {f["code"] for f in refusal.decision.findings if f["outcome"] == "block"}
    assert blocking == {"HND-02"}
    assert set(m.Recall.objects.get(leaver=row.outgoing_id).copies) == {copy.id for copy in barred}
    agrees_with_the_ledger()


def test_a_successor_who_is_cleared_for_nothing_gets_nothing_and_each_group_is_refused_once(
    post: Post,
) -> None:
    m.Person.objects.filter(id=post.cast.people["mei"].id).update(vetting=None)
    row = post.begin()
    post.scan(row, *post.copies)
    before = post.held_by("yu")
    for who in ("yu", "mei", "heng"):
        done(post.signs(row, who))
    row.refresh_from_db()
    assert (row.state, row.passed, row.stayed) == (HandoverState.DONE, 0, 3)
    assert post.held_by("yu") == before and not m.Handoff.objects.filter(leg=Leg.INTERNAL).exists()
    assert m.Refusal.objects.filter(verb=Verb.HANDOFF_OFFER).count() == 1


def test_copies_that_are_offered_or_in_doubt_or_came_uncounted_stay_and_are_named(post: Post) -> None:
    offered, doubted, late = post.copies
    row = post.begin()
    post.scan(row, *post.copies)
    post.scan(row, *stories.make_copies(post.cast, post.project, "LATE", 1))  # came since, and was counted
    done(post.signs(row, "yu"))
    done(post.signs(row, "mei"))
    uncounted = stories.make_copies(post.cast, post.project, "LATER", 1)
    done(handoffs.offer(post.cast.actor("mei"), post.deal(copies=[offered.id])))
    m.Copy.objects.filter(id=doubted.id).update(unconfirmed=doubted.entry)
    m.Copy.objects.filter(id=late.id).update(system=None)
    done(post.signs(row, "heng"))
    why = dict(m.HandoverLine.objects.filter(stays__isnull=False).values_list("code", "stays"))
    assert why == {
        offered.code: Stays.NOT_FREE,
        doubted.code: Stays.IN_DOUBT,
        late.code: Stays.NO_PLACE,
        uncounted[0].code: Stays.NOT_COUNTED,
    }
    assert m.Handover.objects.get(id=row.id).passed == 1, "what came and was counted passes"
    still = m.Copy.objects.get(id=offered.id)
    assert (still.state, still.custodian_person_id) == (CopyState.OFFERED, row.outgoing_id)


def test_what_left_by_an_accepted_offer_between_signatures_is_no_part_of_it(post: Post) -> None:
    row = post.begin()
    post.scan(row, *post.copies)
    done(post.signs(row, "yu"))
    made = done(handoffs.offer(post.cast.actor("mei"), post.deal(copies=[post.copies[0].id])))
    done(handoffs.accept(post.cast.actor("tao"), handoff=made.id))
    done(post.signs(row, "mei"))
    done(post.signs(row, "heng"))
    row.refresh_from_db()
    assert (row.passed, row.stayed) == (2, 0)
    assert not row.lines.filter(copy=post.copies[0]).exists()
    assert post.held_by("tao") == {post.copies[0].code}
    agrees_with_the_ledger()


def test_each_of_three_signs_once_what_was_shown_and_nobody_else_does(post: Post) -> None:
    row = post.begin()
    post.scan(row, *post.copies[:2])
    shown = record.digest_of_text(handing_over.statement(row, stocktaking.result(row.stocktake)))
    post.scan(row, post.copies[2])
    yu, qiao = post.cast.actor("yu"), post.cast.actor("qiao")
    with pytest.raises(ActionError, match="counted since"):
        handing_over.sign(yu, handover=row.id, statement_sha256=shown)
    with pytest.raises(ActionError, match="Only the three"):
        post.signs(row, "qiao")
    with pytest.raises(NotPermitted):
        post.signs(row, "tao")
    done(post.signs(row, "yu"))
    with pytest.raises(ActionError, match="signed already"):
        post.signs(row, "yu")
    with pytest.raises(NotNow):  # the first signature has ended the count
        post.scan(row, post.copies[2])
    stale = Actor(qiao.person, qiao.memberships, qiao.source, qiao.house, expects=row.entry)
    with pytest.raises(ActionError, match="Only the three"):
        signed_by(row.id, stale)
    heng = post.cast.actor("heng")
    with pytest.raises(Changed):
        signed_by(row.id, Actor(heng.person, heng.memberships, heng.source, heng.house, expects=row.entry))
    assert m.Handover.objects.get(id=row.id).signatures.count() == 1
    done(post.signs(row, "heng"))
    done(post.signs(row, "mei"))
    with pytest.raises(NotNow):
        post.signs(row, "mei")


def test_three_different_people_who_can_sign_and_one_handover_at_a_time(post: Post) -> None:
    person = {key: one.id for key, one in post.cast.people.items()}
    for changes, said in (
        ({"supervisor": person["mei"]}, "three people"),
        ({"incoming": person["yu"]}, "three people"),
        ({"incoming": person["tao"]}, "stands neither|may not receive"),
        ({"incoming": person["heng"], "supervisor": person["mei"]}, "may not receive"),
        ({"supervisor": person["an"]}, "supervise"),
        ({"supervisor": person["tao"]}, "supervise"),
        ({"outgoing": person["heng"], "supervisor": person["qiao"]}, "no copy to count"),
        ({"due": post.cast.today - dt.timedelta(days=1)}, "passed"),
        ({"reason": "  "}, "reason|Fill this in"),
    ):
        with pytest.raises(ActionError, match=said):
            post.begin(**changes)
    with pytest.raises(NotPermitted):
        handing_over.open_handover(post.cast.actor("tao"), asked=post.asked())
    assert not m.Handover.objects.exists() and not m.Stocktake.objects.exists()
    post.begin()
    with pytest.raises(ActionError, match="under way"):
        post.begin(incoming=person["mei"], supervisor=person["qiao"])


def test_the_count_of_a_handover_is_ended_by_the_handover_alone(post: Post) -> None:
    row = post.begin()
    post.scan(row, *post.copies)
    take = row.stocktake
    sha256 = record.digest_of_text(stocktaking.statement(take, stocktaking.result(take)))
    for act in (
        partial(stocktaking.close, statement_sha256=sha256),
        partial(stocktaking.cancel, reason="No"),
    ):
        with pytest.raises(ActionError, match="count of a handover"):
            act(post.cast.actor("yu"), stocktake=take.id)
    with pytest.raises(NotPermitted):
        post.scan(row, post.copies[0], who="heng")


def test_it_is_abandoned_with_a_reason_and_nothing_has_passed(post: Post) -> None:
    row = post.begin()
    with pytest.raises(ActionError, match="Fill this in"):
        handing_over.abandon(post.cast.actor("mei"), handover=row.id, reason=" ")
    with pytest.raises(NotPermitted):
        handing_over.abandon(post.cast.actor("heng"), handover=row.id, reason="No")
    before = post.held_by("yu")
    done(handing_over.abandon(post.cast.actor("an"), handover=row.id, reason="She stays 不再离岗"))
    row = m.Handover.objects.select_related("stocktake").get(id=row.id)
    assert (row.state, row.stocktake.state) == (HandoverState.ABANDONED, StocktakeState.CANCELLED)
    with pytest.raises(NotNow):
        post.signs(row, "yu")
    with pytest.raises(NotNow):
        handing_over.abandon(post.cast.actor("an"), handover=row.id, reason="Again")
    again = post.begin()
    post.scan(again, *post.copies[:2])
    post.recount(again)
    done(post.signs(again, "yu"))
    done(handing_over.abandon(post.cast.actor("mei"), handover=again.id, reason="Mei is ill 接收人病假"))
    again = m.Handover.objects.select_related("stocktake").get(id=again.id)
    assert again.stocktake.state is StocktakeState.CLOSED, "what was signed as counted stands"
    assert again.stocktake.lines.get(copy=post.copies[2]).difference is Difference.OPEN
    assert post.held_by("yu") == before and not m.HandoverLine.objects.exists()
    agrees_with_the_ledger()


def test_nobody_has_left_while_a_handover_of_theirs_is_under_way(post: Post) -> None:
    row = post.begin()
    m.Copy.objects.filter(custodian_person=row.outgoing_id).update(custodian_person=row.incoming_id)
    leave = partial(
        people.record_leaving, post.cast.actor("an"), person=row.outgoing_id, leaves_on=post.cast.today,
        leaving_evidence="离岗表",
    )  # fmt: skip
    with pytest.raises(ActionError, match="handover of theirs is under way"):
        leave()
    done(handing_over.abandon(post.cast.actor("an"), handover=row.id, reason="Nothing left 已无副本"))
    done(leave())


def test_who_has_handed_all_over_can_leave(post: Post) -> None:
    row = post.begin()
    post.scan(row, *post.copies)
    row = post.all_sign(row, ("mei", "heng", "yu"))
    an = post.cast.actor("an")
    done(
        people.record_leaving(
            an, person=row.outgoing_id, leaves_on=post.cast.today, leaving_evidence="离岗表"
        )
    )


def test_the_count_of_a_handover_is_none_of_those_that_the_party_owes(post: Post) -> None:
    party, project = post.cast.party("northfield"), post.project.id

    def last_counted() -> list[dt.date | None]:
        found = stock.holdings(timezone.now(), [party])
        return [one.counted_on for one in found if one.project == project]

    row = post.begin()
    post.scan(row, *post.copies)
    post.all_sign(row)
    assert last_counted() == [None]
    mei, yu = post.cast.people["mei"].id, post.cast.people["yu"].id
    asked = stocktaking.Asked(party, mei, yu, SecondPerson.COUNTER, project)
    take = done(stocktaking.open_stocktake(post.cast.actor("mei"), asked=asked))
    every = list(take.lines.values_list("code", flat=True))
    done(scanning.count(post.cast.actor("mei"), stocktake=take.id, codes=every))
    take = m.Stocktake.objects.get(id=take.id)
    sha256 = record.digest_of_text(stocktaking.statement(take, stocktaking.result(take)))
    take = done(stocktaking.close(post.cast.actor("mei"), stocktake=take.id, statement_sha256=sha256))
    assert last_counted() == [take.closed_on]


@pytest.mark.parametrize("seed", range(5))
def test_custody_is_conserved_whatever_is_counted_offered_or_barred(post: Post, seed: int) -> None:
    """Every copy has one custodian before and after; who had others keeps them; each that was with Qian Yu
    is with Lin Mei by a line that passed, or still there by one that says why, or went by its own offer."""
    chance = random.Random(seed)
    higher = stories.open_project(post.cast, "LEG-J", "Higher 较高", level="jimi")
    all_ = [
        *post.copies,
        *stories.make_copies(post.cast, higher, "LEG-J1", 3, level="jimi"),
        *stories.make_copies(post.cast, higher, "LEG-J2", 3),
    ]
    others = dict(m.Copy.objects.exclude(id__in=[c.id for c in all_]).values_list("id", "custodian_person"))
    row = post.begin()
    fate = {copy: chance.choice(("seen", "seen", "damaged", "unseen")) for copy in all_}
    for how in ("seen", "damaged"):
        if found := [copy for copy in all_ if fate[copy] == how]:
            post.scan(row, *found, damaged=how == "damaged")
    if "unseen" in fate.values():
        post.recount(row)
    order = chance.sample(("yu", "mei", "heng"), 3)
    for n, who in enumerate(order):
        done(post.signs(row, who))
        away = [c for c in post.copies if n < 2 and fate[c] != "unseen" and chance.random() < 0.3]
        for copy in away:
            fate[copy] = "unseen"  # it is offered once at most
            made = done(handoffs.offer(post.cast.actor("mei"), post.deal(copies=[copy.id])))
            if chance.random() < 0.5:
                done(handoffs.accept(post.cast.actor("tao"), handoff=made.id))
    row.refresh_from_db()
    now = m.Copy.objects.in_bulk([copy.id for copy in all_])
    lines = {line.copy_id: line for line in row.lines.all()}
    assert len(lines) == (row.passed or 0) + (row.stayed or 0)
    for copy in all_:
        holder, line = now[copy.id].custodian_person_id, lines.get(copy.id)
        if line is None:
            assert holder == post.cast.people["tao"].id
        else:
            assert holder == (row.outgoing_id if line.stays else row.incoming_id)
        last = m.Holding.objects.filter(copy=copy).latest("created_at")
        assert last.person_id == holder, "who had it from when ends with who has it"
    assert all(lines[c.id].stays for c in all_ if c.id in lines and c.item.level == "jimi")
    assert others == dict(m.Copy.objects.filter(id__in=others).values_list("id", "custodian_person"))
    agrees_with_the_ledger()


@pytest.mark.django_db(transaction=True)
def test_the_last_signature_beside_an_offer_of_one_of_the_copies(
    committed_cast: stories.Cast, database_committed: Database
) -> None:
    """Either the copy is offered and stays with Qian Yu, named, or it has passed to Lin Mei and is offered
    as hers: never both, and never half of the list."""
    post = Post(committed_cast)
    heng, mei = committed_cast.actor("heng"), committed_cast.actor("mei")
    came_first: set[bool] = set()
    with pair(database_committed.environ) as two:
        for n in range(8):
            copies = stories.make_copies(post.cast, post.project, f"RACE-{n}", 3)
            mine = post.held_by("yu")
            row = post.begin()
            post.scan(row, *m.Copy.objects.filter(code__in=mine))
            done(post.signs(row, "yu"))
            done(post.signs(row, "mei"))
            deal = post.deal(copies=[copies[1].id])
            signed, offered = two.both(partial(signed_by, row.id, heng), partial(offered_by, mei, deal))
            assert signed.state == "done" and offered.state == "done", (signed, offered)
            lines = {line.copy_id: line for line in row.lines.all()}
            assert set(lines) == set(m.Copy.objects.filter(code__in=mine).values_list("id", flat=True))
            copy, line = m.Copy.objects.get(id=copies[1].id), lines[copies[1].id]
            assert copy.state is CopyState.OFFERED and copy.offered_in_id == offered.object.id
            came_first.add(line.stays is not None)
            assert line.stays in (None, Stays.NOT_FREE)
            assert copy.custodian_person_id == (row.outgoing_id if line.stays else row.incoming_id)
            rest = m.Copy.objects.filter(id__in=[c.id for c in copies if c.id != copy.id])
            assert set(rest.values_list("custodian_person", flat=True)) == {row.incoming_id}
            done(handoffs.withdraw(mei, handoff=offered.object.id, reason="Race 竞态"))
    assert came_first == {True, False}, "both orders were seen"
    agrees_with_the_ledger()


@pytest.mark.django_db(transaction=True)
def test_of_two_last_signatures_at_once_both_count_and_custody_passes_once(
    committed_cast: stories.Cast, database_committed: Database
) -> None:
    post = Post(committed_cast)
    mei, heng = committed_cast.actor("mei"), committed_cast.actor("heng")
    with pair(database_committed.environ) as two:
        for n in range(4):
            stories.make_copies(post.cast, post.project, f"BOTH-{n}", 2)
            mine = post.held_by("yu")
            row = post.begin()
            post.scan(row, *m.Copy.objects.filter(code__in=mine))
            done(post.signs(row, "yu"))
            outcomes = two.both(partial(signed_by, row.id, mei), partial(signed_by, row.id, heng))
            assert [one.state for one in outcomes] == ["done", "done"], outcomes
            row.refresh_from_db()
            assert (row.state, row.passed) == (HandoverState.DONE, len(mine))
            assert row.signatures.count() == 3 and not post.held_by("yu")
    agrees_with_the_ledger()
