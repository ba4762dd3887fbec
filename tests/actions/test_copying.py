"""Copy permits and rule CPY-02 on the real tables: asked for by one, decided by another, used up once."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.utils import timezone

from custody import models as m
from custody.actions import copying, notices, projects
from custody.actions.base import ActionError, NotPermitted, Outcome
from custody.actions.errors import Changed
from custody.apply import rebuild
from custody.compare import compare
from custody.regimes import pack
from custody.replay import replay
from custody.stories import cast as people
from custody.stories import copying as leave
from custody.terms import CopyPermitState, NoticeKind
from custody.transitions import NotNow
from ledger import api as ledger
from tests.actions.scenes import done
from tests.actions.test_legs import Desk

DAY = dt.timedelta(days=1)


@pytest.fixture
def desk(cast: people.Cast) -> Desk:
    return Desk(cast)


def mint(desk: Desk, count: int = 2) -> Outcome:
    return projects.mint_copies(desk.cast.actor("yu"), item=desk.copies[0].item_id, count=count)


def said(outcome: Outcome) -> tuple[str, list[str]]:
    (found,) = [f for f in outcome.decision.findings if f["code"] == "CPY-02"]
    return found["outcome"], found["problems"]


def test_the_first_copies_need_no_permit_and_more_are_refused_with_what_to_do(desk: Desk) -> None:
    first = m.Decision.objects.get(entry=desk.copies[0].entry)
    assert [f["outcome"] for f in first.findings if f["code"] == "CPY-02"] == ["not_applicable"]
    refused = mint(desk)
    assert (refused.state, said(refused)) == ("refused", ("block", ["no_permit"]))
    (found,) = [f for f in refused.decision.findings if f["code"] == "CPY-02"]
    assert found["inputs"]["n"]["value"] == 4
    assert refused.object.attempt["count"] == 2
    assert m.Copy.objects.filter(item=desk.copies[0].item_id).count() == 3


def test_a_permit_is_asked_for_approved_by_another_and_used_up_by_the_numbering(desk: Desk) -> None:
    item = desk.copies[0].item_id
    row = leave.requested(desk.cast, item)
    assert said(mint(desk)) == ("block", ["not_live"]), "one that waits is none"
    done(copying.approve(desk.cast.actor("heng"), permit=row.id, reason="Needed 需要"))
    assert said(mint(desk, 3)) == ("block", ["too_many"])
    made = mint(desk)
    assert (made.state, said(made)) == ("done", ("pass", []))
    assert [copy.number for copy in made.object] == [4, 5]
    row.refresh_from_db()
    assert (row.state, set(row.made)) == (CopyPermitState.USED, {copy.id for copy in made.object})
    used = ledger.read(row.entry).values
    assert used["kind"] == "copy_permit.used/1"
    assert said(mint(desk, 1)) == ("block", ["not_live"]), "once"
    assert replay(made.decision, pack(desk.project.regime)).verdict == "same"
    assert list(compare(rebuild())) == []


def test_fewer_copies_than_permitted_use_it_up_too_and_the_smallest_that_fits_is_taken(desk: Desk) -> None:
    item = desk.copies[0].item_id
    large, small = (leave.permitted(desk.cast, item, count) for count in (5, 2))
    done(mint(desk, 1))
    done(mint(desk, 4))
    assert said(mint(desk, 1))[0] == "block"
    for row in (large, small):
        row.refresh_from_db()
    assert (len(small.made), len(large.made)) == (1, 4)


def test_what_is_internal_and_what_was_never_copied_is_numbered_as_before(desk: Desk) -> None:
    low = people.make_copies(desk.cast, desk.project, "CP-LOW", 1, level="neibu")
    more = projects.mint_copies(desk.cast.actor("yu"), item=low[0].item_id, count=1)
    assert (more.state, said(more)[0]) == ("done", "not_applicable")
    with pytest.raises(ActionError, match="need no permit"):
        leave.requested(desk.cast, low[0].item_id)
    permit = leave.permitted(desk.cast, desk.copies[0].item_id)
    m.Item.objects.filter(id=desk.copies[0].item_id).update(level="neibu")
    done(mint(desk))
    permit.refresh_from_db()
    assert permit.state is CopyPermitState.APPROVED, "what needs none uses none up"


def test_it_is_worth_nothing_after_its_last_day(desk: Desk) -> None:
    item = desk.copies[0].item_id
    with_late = copying.request(
        desk.cast.actor("yu"), item=item, asked=leave.asked(desk.cast, until=desk.cast.today - DAY)
    )
    assert (with_late.state, said(with_late)) == ("refused", ("block", ["late"]))
    row = leave.permitted(desk.cast, item)
    m.CopyPermit.objects.filter(id=row.id).update(until=desk.cast.today - DAY)
    row.refresh_from_db()
    assert said(mint(desk)) == ("block", ["not_live"])
    assert row.standing(desk.cast.today) is CopyPermitState.EXPIRED


def test_what_was_changed_behind_the_approval_is_worth_nothing(desk: Desk) -> None:
    row = leave.permitted(desk.cast, desk.copies[0].item_id)
    m.CopyPermit.objects.filter(id=row.id).update(count=50)
    assert said(mint(desk)) == ("block", ["changed"])


def test_who_asked_does_not_decide_and_what_is_top_secret_only_its_originator(desk: Desk) -> None:
    item = m.Item.objects.get(id=desk.copies[0].item_id)
    row = leave.requested(desk.cast, item.id)
    m.CopyPermit.objects.filter(id=row.id).update(requested_by=desk.cast.people["heng"].id)
    own = copying.approve(desk.cast.actor("heng"), permit=row.id, reason="Needed")
    assert (own.state, said(own)) == ("refused", ("block", ["own_request"]))
    m.CopyPermit.objects.filter(id=row.id).update(requested_by=desk.cast.people["yu"].id)
    m.Item.objects.filter(id=item.id).update(level="juemi")
    other = copying.approve(desk.cast.actor("heng"), permit=row.id, reason="Needed")
    assert (other.state, said(other)) == ("refused", ("block", ["not_originator"]))
    m.Item.objects.filter(id=item.id).update(classified_by=desk.cast.party("northfield"))
    ours = copying.approve(desk.cast.actor("heng"), permit=row.id, reason="Needed")
    assert (ours.state, said(ours)[0]) == ("done", "pass")
    m.Item.objects.filter(id=item.id).update(classified_by=None)
    unknown = copying.request(desk.cast.actor("yu"), item=item.id, asked=leave.asked(desk.cast))
    assert (unknown.state, said(unknown)[0]) == ("refused", "cannot_tell")


def test_a_holder_asks_from_the_copy_that_it_has_and_the_owner_numbers(desk: Desk) -> None:
    tao, item = desk.cast.actor("tao"), desk.copies[0].item_id
    with pytest.raises(NotPermitted):
        copying.request(tao, item=item, asked=leave.asked(desk.cast))
    with pytest.raises(NotPermitted):
        copying.request(tao, item=item, asked=leave.asked(desk.cast, copy=desk.copies[0].id))
    desk.lend()
    row = leave.requested(desk.cast, item, "tao", copy=desk.copies[0].id)
    assert row.asked_for_id == desk.cast.party("westgate")
    with pytest.raises(NotPermitted):
        copying.approve(tao, permit=row.id, reason="Needed")
    done(copying.approve(desk.cast.actor("heng"), permit=row.id, reason="Needed"))
    made = done(mint(desk))
    assert {copy.custodian_party_id for copy in made} == {desk.cast.party("northfield")}


def test_it_is_refused_or_withdrawn_with_a_reason_and_decided_once(desk: Desk) -> None:
    item, heng = desk.copies[0].item_id, desk.cast.actor("heng")
    row = leave.requested(desk.cast, item)
    with pytest.raises(ActionError, match="reason"):
        copying.refuse_permit(heng, permit=row.id, reason="  ")
    with pytest.raises(ActionError, match="not what this page showed"):
        copying.approve(heng, permit=row.id, reason="Needed", subject_sha256="0" * 64)
    done(copying.refuse_permit(heng, permit=row.id, reason="Read on site 请现场查阅"))
    with pytest.raises(NotNow):
        copying.approve(heng, permit=row.id, reason="Needed")
    other = leave.permitted(desk.cast, item)
    done(copying.withdraw(desk.cast.actor("yu"), permit=other.id, reason="Not needed 不需要"))
    assert said(mint(desk)) == ("block", ["not_live"])
    assert list(compare(rebuild())) == []


@pytest.mark.parametrize(
    ("changes", "about"),
    [({"count": 0}, "count"), ({"count": 201}, "count"), ({"purpose": " "}, "purpose")],
    ids=str,
)
def test_bad_terms_are_told_beside_their_field(desk: Desk, changes: dict[str, object], about: str) -> None:
    with pytest.raises(ActionError) as told:
        copying.request(
            desk.cast.actor("yu"), item=desk.copies[0].item_id, asked=leave.asked(desk.cast, **changes)
        )
    assert told.value.about == about


def test_it_is_made_from_a_copy_of_its_own_item(desk: Desk) -> None:
    (other,) = people.make_copies(desk.cast, desk.project, "CP-OTHER", 1)
    with pytest.raises(ActionError) as told:
        copying.request(
            desk.cast.actor("yu"), item=desk.copies[0].item_id, asked=leave.asked(desk.cast, copy=other.id)
        )
    assert told.value.about == "copy"


def test_officers_who_did_not_ask_are_told_once(desk: Desk) -> None:
    for key, person in desk.cast.people.items():
        m.User.objects.create_user(key, None, person)
    leave.requested(desk.cast, desk.copies[0].item_id)
    for _ in range(2):
        notices.tell(timezone.now())
    told = m.Notice.objects.filter(kind=NoticeKind.COPYING_TO_DECIDE)
    names = sorted(told.values_list("user__username", flat=True))
    assert "heng" in names and "yu" not in names and len(names) == len(set(names))
    assert {notice.about for notice in told} == {"LEG-A"}


def test_who_sees_a_permit(desk: Desk) -> None:
    users = {key: m.User.objects.create_user(key, None, person) for key, person in desk.cast.people.items()}
    desk.lend()
    ours = leave.requested(desk.cast, desk.copies[0].item_id)
    theirs = leave.requested(desk.cast, desk.copies[0].item_id, "tao", copy=desk.copies[0].id)
    seen = {who: set(m.CopyPermit.objects.visible_to(users[who])) for who in ("mei", "tao", "lan")}
    assert seen == {"mei": {ours, theirs}, "tao": {theirs}, "lan": set()}


def test_two_who_decide_at_once_do_not_overwrite_each_other(desk: Desk) -> None:
    row = leave.requested(desk.cast, desk.copies[0].item_id)
    heng = desk.cast.actor("heng")
    stale = replace(heng, expects=m.new_id())
    with pytest.raises(Changed):
        copying.approve(stale, permit=row.id, reason="Needed")
