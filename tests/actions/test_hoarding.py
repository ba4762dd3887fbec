"""Rule HLD-01 on the real tables: who keeps copies that no subcontract asks for any more, or too many of
them; and rule CLS-03: what one recipient has together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from custody import hoard
from custody import models as m
from custody.actions import handoffs, items, notices, rechecking
from custody.actions.base import ActionError
from custody.apply import rebuild
from custody.compare import compare
from custody.regimes import pack
from custody.replay import replay
from custody.stories import cast as people
from custody.terms import LapseNoun, Leg, NoticeKind
from tests.actions.scenes import done
from tests.actions.test_legs import Desk
from tests.actions.test_silence import codes, stands

DAY = dt.timedelta(days=1)


@pytest.fixture
def desk(cast: people.Cast) -> Desk:
    found = Desk(cast)
    found.lend()
    return found


def after(days: int) -> dt.datetime:
    """Return this moment so many days from now: what was recorded stays, and only time passes."""
    return timezone.now() + days * DAY


def night() -> rechecking.Ran:
    ran = rechecking.run(after(40))
    assert ran is not None
    return ran


def hoarded(desk: Desk, days: int = 0) -> set[str]:
    mine = m.Copy.objects.filter(item__project=desk.project)
    return set(hoard.hoarded(mine, after(days)).values_list("code", flat=True))


def over(desk: Desk, days: int = 0) -> None:
    """Let the subcontract have ended today, or so many days ago, behind the back of every act."""
    today = desk.cast.today
    m.Hop.objects.filter(id=desk.hop.id).update(starts=today - 600 * DAY, ends=today - days * DAY)


def finding(desk: Desk, days: int = 0) -> Any:
    """Return what the rule says, so many days from now, of an offer of all copies within Westgate."""
    offer = desk.deal(leg=Leg.INTERNAL, hop=None, receiver_person=desk.cast.people["tao"].id)
    ruling = handoffs.preview(desk.cast.actor("tao"), offer, after(days))
    (found,) = [f for f in ruling.judgement.findings if f.code == "HLD-01"]
    return found


def test_with_a_subcontract_in_force_a_few_copies_are_no_hoard(desk: Desk) -> None:
    assert hoarded(desk) == set()
    assert str(finding(desk).outcome) == "pass"


@pytest.mark.parametrize(("days", "late"), [(30, False), (31, True)])
def test_a_month_after_the_last_subcontract_what_was_not_given_back_is_hoarded(
    desk: Desk, days: int, late: bool
) -> None:
    over(desk)
    assert hoarded(desk, days) == (codes(desk.copies) if late else set())
    assert list(finding(desk, days).problems) == (["too_long"] if late else [])


def test_what_came_after_the_end_has_a_month_of_its_own(desk: Desk) -> None:
    over(desk, 200)
    assert hoarded(desk, 30) == set()
    assert hoarded(desk, 31) == codes(desk.copies)


def test_a_move_within_the_holder_begins_no_new_month(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    over(desk)
    row, at = desk.copies[0], after(20)
    last = m.Holding.objects.filter(copy=row).latest("created_at")
    with monkeypatch.context() as then:
        then.setattr(timezone, "now", lambda: at)
        m.Holding.objects.create(
            id=m.new_id(), entry=m.new_id(), project=desk.project, copy=row, how=last.how, party=last.party,
            person=desk.cast.people["tao"],
        )  # fmt: skip
    assert m.Holding.objects.filter(copy=row).latest("created_at").created_at == at
    assert row.code in hoarded(desk, 31)


@pytest.mark.parametrize("state", ["suspended", "revoked", "completed", "closed"])
def test_what_is_stopped_justifies_nothing_and_the_days_run_from_then(desk: Desk, state: str) -> None:
    m.Hop.objects.filter(id=desk.hop.id).update(state=state, starts=desk.cast.today - 600 * DAY)
    assert hoarded(desk, 30) == set()
    assert hoarded(desk, 31) == codes(desk.copies)


def test_the_owner_hoards_nothing_and_neither_does_what_is_public_or_destroyed(desk: Desk) -> None:
    home = people.make_copies(desk.cast, desk.project, "HLD-B", 15)
    over(desk)
    assert hoarded(desk, 90) == codes(desk.copies) and not codes(home) & hoarded(desk, 90)
    m.Copy.objects.filter(id=desk.copies[0].id).update(state="destroyed")
    assert hoarded(desk, 90) == codes(desk.copies[1:])
    m.Item.objects.filter(id=desk.copies[0].item_id).update(level="gongkai")
    assert hoarded(desk, 90) == set()


def test_more_than_ten_copies_of_one_item_for_one_subcontract_are_hoarded(desk: Desk) -> None:
    many = people.make_copies(desk.cast, desk.project, "HLD-C", 11)
    westgate = desk.cast.party("westgate")
    m.Copy.objects.filter(id__in=[c.id for c in many[:10]]).update(custodian_party=westgate)
    assert hoarded(desk) == set()
    m.Copy.objects.filter(id=many[10].id).update(custodian_party=westgate)
    assert hoarded(desk) == codes(many)


def test_more_than_two_hundred_copies_in_one_hand_are_hoarded(desk: Desk) -> None:
    westgate, tao = desk.cast.party("westgate"), desk.cast.people["tao"]
    for n in range(20):
        rows = people.make_copies(desk.cast, desk.project, f"HLD-D{n}", 10)
        m.Copy.objects.filter(id__in=[c.id for c in rows]).update(
            custodian_party=westgate, custodian_person=tao
        )
    assert len(hoarded(desk)) == 203
    m.Copy.objects.filter(id__in=[c.id for c in desk.copies]).update(custodian_person=None)
    assert hoarded(desk) == set()


def test_the_night_says_once_who_keeps_too_long_and_once_that_it_came_back(desk: Desk) -> None:
    over(desk)
    assert night().found >= 3
    assert stands(desk) == codes(desk.copies)
    assert m.Lapse.objects.open().filter(noun=LapseNoun.COPY, code="HLD-01").count() == 3
    again = m.Lapse.objects.count()
    night()
    assert m.Lapse.objects.count() == again, "not every night"
    lapse = m.Lapse.objects.open().filter(code="HLD-01").order_by("id")[0]
    decision = m.Decision.objects.get(entry=lapse.entry)
    assert replay(decision, pack(desk.project.regime)).verdict == "same"
    back = done(handoffs.offer(desk.cast.actor("tao"), desk.back()))
    done(handoffs.accept(desk.cast.actor("yu"), handoff=back.id))
    night()
    assert stands(desk) == set()
    assert [d for d in compare(rebuild()) if d.table == "custody_lapse"] == []


def test_holder_and_owner_are_told_once_for_all_copies(desk: Desk) -> None:
    for key, person in desk.cast.people.items():
        m.User.objects.create_user(key, None, person)
    over(desk)
    night()
    for _ in range(2):
        notices.tell(timezone.now())
    told = m.Notice.objects.filter(kind=NoticeKind.RULE_TURNED, about__startswith="HLD-01")
    assert sorted(told.values_list("user__username", flat=True)) == ["mei", "tao", "yu"]


def test_all_hoarded_copies_are_found_by_one_query(desk: Desk) -> None:
    over(desk)
    with CaptureQueriesContext(connection) as asked:
        assert len(hoarded(desk, 40)) == 3
    assert len(asked) == 1


def test_who_passed_a_copy_on_is_not_told_that_it_is_hoarded_elsewhere(desk: Desk) -> None:
    over(desk)
    now, everything = after(40), m.Copy.objects.all()
    users = {key: m.User.objects.create_user(key, None, person) for key, person in desk.cast.people.items()}
    assert codes(hoard.hoarded_for(users["tao"], everything, now)) == codes(desk.copies)
    assert codes(hoard.hoarded_for(users["mei"], everything, now)) == codes(desk.copies)
    theirs = set(users["tao"].party_ids())
    stranger = next(u for u in users.values() if not u.in_house and not set(u.party_ids()) & theirs)
    assert not hoard.hoarded_for(stranger, everything, now)


# --- what one recipient has together ----------------------------------------------------------------------


def tell(desk: Desk, item: m.Item, known: items.Classification) -> Any:
    return people.classify(desk.cast, item, given=known, named=["area_km2"], reason="Measured 量算")


def measured(desk: Desk, name: str, km2: str | None) -> list[m.Copy]:
    copies = people.make_copies(desk.cast, desk.project, name, 1)
    if km2 is not None:
        known = items.Classification(area_km2=Decimal(km2))
        done(tell(desk, copies[0].item, known))
    return copies


def together(desk: Desk, *copies: m.Copy, act: Callable[..., Any] = handoffs.offer) -> Any:
    offer = desk.deal(leg=Leg.LOAN, copies=[c.id for c in copies], due_back=desk.cast.today + 30 * DAY)
    outcome = act(desk.cast.actor("mei"), offer)
    (found,) = [f for f in outcome.decision.findings if f["code"] == "CLS-03"]
    return outcome, found


def test_the_second_handoff_warns_where_both_together_pass_the_area(desk: Desk) -> None:
    first, second = measured(desk, "KM-1", "20"), measured(desk, "KM-2", "5.5")
    outcome, found = together(desk, *first)
    assert found["outcome"] == "pass"
    done(handoffs.accept(desk.cast.actor("tao"), handoff=outcome.object.id))
    outcome, found = together(desk, *second)
    assert (outcome.state, found["outcome"], found["problems"]) == ("done", "warn", ["area"])
    assert found["inputs"]["heap_area"]["value"] == "25.5"
    assert found["inputs"]["heap"]["value"] == 3 and found["inputs"]["without_area"]["value"] == 1
    taken = handoffs.accept(desk.cast.actor("tao"), handoff=outcome.object.id)
    (found,) = [f for f in taken.decision.findings if f["code"] == "CLS-03"]
    assert (taken.state, found["outcome"]) == ("done", "warn"), "it warns on receipt too, and bars nothing"
    assert replay(taken.decision, pack(desk.project.regime)).verdict == "same"


def test_a_second_copy_of_what_it_has_adds_no_ground(desk: Desk) -> None:
    copies = people.make_copies(desk.cast, desk.project, "KM-3", 2)
    known = items.Classification(area_km2=Decimal(24))
    done(tell(desk, copies[0].item, known))
    outcome, _ = together(desk, copies[0])
    done(handoffs.accept(desk.cast.actor("tao"), handoff=outcome.object.id))
    _, found = together(desk, copies[1])
    assert (found["outcome"], found["inputs"]["heap_area"]["value"]) == ("pass", "24")


def test_an_area_is_registered_put_right_and_agrees_with_the_ledger(desk: Desk) -> None:
    known = people.classified(desk.cast)
    row = done(people.register_item(
        desk.cast, "mei", project=desk.project.id, codename="KM-4", level="mimi",
        classified=items.replace(known, area_km2=Decimal("12.5")),
    ))  # fmt: skip
    assert m.Item.objects.get(id=row.id).area_km2 == Decimal("12.5")
    given = items.Classification(area_km2=Decimal(13))
    done(tell(desk, row, given))
    assert m.Item.objects.get(id=row.id).area_km2 == 13
    assert [d for d in compare(rebuild()) if d.table == "custody_item"] == []


@pytest.mark.parametrize("wrong", ["0", "-1", "600000001", "NaN", "Infinity", "0.00001"])
def test_no_item_has_an_area_that_cannot_be(desk: Desk, wrong: str) -> None:
    given = items.Classification(area_km2=Decimal(wrong))
    with pytest.raises(ActionError, match=r"km²|digits|0"):
        tell(desk, desk.copies[0].item, given)
    assert m.Item.objects.get(id=desk.copies[0].item_id).area_km2 is None
