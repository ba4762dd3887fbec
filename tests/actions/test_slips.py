"""A slip opens a sign-in: one asks, another confirms, and only whoever has both halves uses it, once."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from custody import models as m
from custody import record
from custody.actions import factors, notices, people, pins, registers, sessions, slips
from custody.actions.base import ActionError, Actor, NotPermitted, Outcome
from custody.apply import rebuild
from custody.compare import compare
from custody.stories import cast as demo
from custody.terms import (
    FactorEnd,
    FactorKind,
    SlipDoubt,
    SlipEnd,
    SlipHalf,
    SlipPurpose,
    SlipState,
)
from custody.transitions import NotNow
from tests.actions.racing import deadlocks, pair
from tests.cast import FAST, give_sign_ins
from tests.databases import Database
from tests.scale import tries

from .scenes import Scene, done

NEW = "a long new password 7"
LOST = "Forgot it; she came to the counter 忘记密码，本人到场"
Slip = tuple[m.Slip, tuple[str, str]]


@pytest.fixture(autouse=True)
def fast(settings: Any) -> None:
    settings.PASSWORD_HASHERS = [*FAST, *settings.PASSWORD_HASHERS]  # other processes hash as a site does


@pytest.fixture
def house(scene: Scene) -> Scene:
    """The scene, on which everybody can sign in."""
    give_sign_ins(scene.cast)
    return scene


def user(who: str) -> m.User:
    return m.User.objects.get(username=who)


def asked(scene: Scene, who: str = "lan", purpose: SlipPurpose = SlipPurpose.PASSWORD) -> tuple[m.Slip, str]:
    outcome, code = slips.ask(scene.cast.actor("an"), user=user(who).pk, purpose=purpose, reason=LOST)
    return done(outcome), code


def made(scene: Scene, who: str = "lan", purpose: SlipPurpose = SlipPurpose.PASSWORD) -> Slip:
    row, first = asked(scene, who, purpose)
    outcome, second = slips.confirm(scene.cast.actor("heng"), slip=row.id)
    return done(outcome), (first, second)


def use(who: str, codes: tuple[str, str], password: str = NEW) -> str:
    outcome = slips.set_password(username=who, codes=codes, password=password)
    return outcome.state if outcome else "unknown"


def app_of(who: str) -> m.Factor:
    row: m.Factor = m.Factor.objects.create(
        entry=m.new_id(), user=user(who), kind=FactorKind.TOTP, name="Phone"
    )
    return row


def told(kind: str) -> list[Any]:
    return [entry.values for entry in record.history() if entry.values["kind"] == kind]


def differing() -> list[tuple[str, str]]:
    """What the nightly check finds in the table."""
    return [(str(d.id), d.column) for d in compare(rebuild()) if d.table == "custody_slip"]


# --- made -------------------------------------------------------------------------------------------------


def test_both_halves_together_set_the_password_once_and_neither_does_alone(house: Scene) -> None:
    row, (first, second) = made(house)
    for codes in (("", second), (first, ""), (first, first), (second, second)):
        assert use("lan", codes) == "refused", codes
        assert user("lan").check_password(demo.PASSWORD)
    assert use("lan", (second.lower(), slips.grouped(first))) == "done", "in either order, as people type"
    row.refresh_from_db()
    assert row.state is SlipState.USED and user("lan").check_password(NEW)
    assert use("lan", (first, second), "another long one 8") == "refused"
    assert user("lan").check_password(NEW)
    assert [v["why"] for v in told("slip.refused/1")] == ["wrong"] * 4 + ["used"]
    used = told("slip.used/1")
    assert [(v["user"], v["purpose"]) for v in used] == [(str(user("lan").pk), "password")]
    assert differing() == []


def test_with_a_slip_the_counter_pin_ends_too(house: Scene) -> None:
    """Whoever had the sign-in before may have set it."""
    pins.set_own(Actor.of(user("lan")), user=user("lan").pk, pin=demo.PIN)
    _row, codes = made(house)
    assert use("lan", codes) == "done"
    assert not pins.fits(user("lan"), demo.PIN) and told("pin.ended/1")[-1]["how"] == "slip"
    assert differing() == []


def test_an_invited_person_has_a_sign_in_that_opens_with_the_slip_alone(house: Scene) -> None:
    newcomer = done(registers.register_person(house.cast.actor("an"), name="Qian Ning", staff_number="NF-9"))
    outcome, first = slips.invite(
        house.cast.actor("an"), person=newcomer.id, username="ning", reason="New at the counter"
    )
    row = done(outcome)
    assert not user("ning").has_usable_password() and row.purpose is SlipPurpose.INVITATION
    assert told("sign_in.given/2")[-1]["means"] == "slip"
    outcome, second = slips.confirm(house.cast.actor("qiao"), slip=row.id)
    done(outcome)
    assert use("ning", (first, second)) == "done"
    assert user("ning").check_password(NEW)
    assert differing() == []


def test_where_somebody_can_confirm_no_administrator_types_a_password_or_ends_factors_alone(
    house: Scene,
) -> None:
    an, lan = house.cast.actor("an"), house.cast.people["lan"].id
    app_of("lan")
    with pytest.raises(ActionError, match="Nobody sets another"):
        registers.give_sign_in(an, person=lan, username="lan-2", password="a long first one 3")
    with pytest.raises(ActionError, match="Nobody does this alone"):
        factors.end_all(an, person=lan, reason="Lost")
    assert not m.User.objects.filter(username="lan-2").exists()
    assert m.Factor.objects.live().filter(user=user("lan")).exists()
    given = done(registers.give_sign_in(an, person=lan, username="lan-2", password=None))
    assert not given.has_usable_password()


def test_where_nobody_can_confirm_the_old_way_stays_and_its_entry_calls_it_weaker(house: Scene) -> None:
    an, lan = house.cast.actor("an"), house.cast.people["lan"].id
    app_of("lan")
    m.User.objects.filter(username__in=["heng", "qiao"]).update(is_active=False)
    with pytest.raises(ActionError, match="Nobody else could confirm"):
        asked(house)
    done(registers.give_sign_in(an, person=lan, username="lan-2", password="a long first one 3"))
    done(factors.end_all(an, person=lan, reason="Lost"))
    assert told("sign_in.given/2")[-1]["means"] == "known_to_administrator"
    assert told("factor.removed/1")[-1]["how"] == FactorEnd.ALONE


def test_whoever_has_left_or_cannot_come_in_is_no_second_person(house: Scene) -> None:
    long_ago = dt.date(2020, 1, 1)
    m.User.objects.filter(username="qiao").update(password="!x")
    m.Person.objects.filter(id=house.cast.people["heng"].id).update(leaves_on=long_ago)
    with pytest.raises(ActionError, match="Nobody else could confirm"):
        asked(house)


def test_the_asker_and_the_person_concerned_confirm_nothing_and_that_is_recorded(house: Scene) -> None:
    row, _ = asked(house)
    with pytest.raises(ActionError, match="You asked for it"):
        slips.confirm(house.cast.actor("an"), slip=row.id)
    for who in ("mei", "yu", "lan", "jing"):
        with pytest.raises(NotPermitted):
            slips.confirm(house.cast.actor(who), slip=row.id)
    own, _ = asked(house, "heng")
    with pytest.raises(ActionError, match="your own"):
        slips.confirm(house.cast.actor("heng"), slip=own.id)
    assert [v["why"] for v in told("slip.refused/1")] == [SlipDoubt.ASKER, SlipDoubt.OWN]
    assert m.Slip.objects.filter(state=SlipState.ASKED).count() == 2
    with pytest.raises(ActionError, match="your own"):
        asked(house, "an")
    assert differing() == []


def test_what_nobody_confirmed_opens_nothing(house: Scene) -> None:
    _, first = asked(house)
    assert use("lan", (first, first)) == "refused" and use("lan", (first, "")) == "refused"
    assert user("lan").check_password(demo.PASSWORD)


def test_a_slip_fits_its_sign_in(house: Scene) -> None:
    for purpose in (SlipPurpose.INVITATION, SlipPurpose.FACTOR):
        with pytest.raises(ActionError) as told_no:
            asked(house, "lan", purpose)
        assert told_no.value.about == "purpose"
    m.User.objects.filter(username="lan").update(password="!none")
    with pytest.raises(ActionError):
        asked(house, "lan", SlipPurpose.PASSWORD)
    with pytest.raises(ActionError):
        slips.ask(house.cast.actor("an"), user=m.new_id(), purpose=SlipPurpose.PASSWORD, reason=LOST)
    with pytest.raises(ActionError):
        slips.ask(house.cast.actor("an"), user=user("tao").pk, purpose=SlipPurpose.PASSWORD, reason="  ")


def test_a_form_that_is_sent_twice_shows_no_half_again(house: Scene) -> None:
    token = m.new_id()
    an = replace(house.cast.actor("an"), submission=token)
    ask = partial(slips.ask, an, user=user("lan").pk, purpose=SlipPurpose.PASSWORD, reason=LOST)
    outcome, code = ask()
    again, nothing = ask()
    assert again.again and again.object == outcome.object and code and nothing == ""
    heng = replace(house.cast.actor("heng"), submission=m.new_id())
    _, second = slips.confirm(heng, slip=outcome.object.id)
    twice, nothing = slips.confirm(heng, slip=outcome.object.id)
    assert twice.again and second and nothing == ""


def test_each_half_is_printed_once_by_whom_it_was_shown_to(house: Scene) -> None:
    row, (first, second) = made(house)
    with pytest.raises(NotPermitted):
        slips.print_half(house.cast.actor("qiao"), slip=row.id, code=second)
    with pytest.raises(ActionError, match="not the code"):
        slips.print_half(house.cast.actor("an"), slip=row.id, code=second)
    assert slips.print_half(house.cast.actor("an"), slip=row.id, code=first)[1] is SlipHalf.FIRST
    assert slips.print_half(house.cast.actor("heng"), slip=row.id, code=second)[1] is SlipHalf.SECOND
    for who, code in (("an", first), ("heng", second)):
        with pytest.raises(ActionError, match="printed already"):
            slips.print_half(house.cast.actor(who), slip=row.id, code=code)
    assert [v["half"] for v in told("slip.printed/1")] == ["first", "second"]
    assert differing() == []


# --- ended ------------------------------------------------------------------------------------------------


def test_another_slip_takes_the_place_of_the_one_before(house: Scene) -> None:
    row, codes = made(house)
    later, others = made(house)
    row.refresh_from_db()
    assert row.state is SlipState.ENDED and row.ended_how is SlipEnd.REPLACED
    assert use("lan", codes) == "refused" and use("lan", others) == "done"
    assert m.Slip.objects.get(id=later.id).tries == 1
    assert differing() == []


def test_five_wrong_tries_end_it_and_no_more_are_listed(house: Scene) -> None:
    row, codes = made(house)
    for _ in range(slips.TRIES):
        assert use("lan", ("A" * 16, "B" * 16)) == "refused"
    row.refresh_from_db()
    assert row.state is SlipState.ENDED and row.ended_how is SlipEnd.GUESSED
    for _ in range(3):
        assert use("lan", codes) == "refused"
    assert len(told("slip.refused/1")) == slips.TRIES
    assert user("lan").check_password(demo.PASSWORD)
    assert differing() == []


def test_anothers_slip_opens_nothing_and_neither_does_one_for_something_else(house: Scene) -> None:
    _, lans = made(house)
    app_of("tao")
    _, taos = made(house, "tao", SlipPurpose.FACTOR)
    assert use("tao", lans) == "refused" and use("lan", taos) == "refused"
    assert use("tao", taos) == "refused", "it ends factors, and sets no password"
    assert slips.end_factors(user=user("lan"), codes=lans).state == "refused"  # type: ignore[union-attr]
    assert [v["why"] for v in told("slip.refused/1")] == ["wrong", "wrong", "purpose", "purpose"]
    assert user("tao").check_password(demo.PASSWORD) and user("lan").check_password(demo.PASSWORD)


def test_a_name_that_nobody_has_and_one_without_a_slip_are_answered_alike(house: Scene) -> None:
    assert use("nobody", ("A" * 16, "B" * 16)) == use("mei", ("A" * 16, "B" * 16)) == "unknown"
    assert not told("slip.refused/1"), "a stranger writes nothing into the ledger"


def test_what_has_run_out_opens_nothing_and_is_not_confirmed(house: Scene, settings: Any) -> None:
    settings.SLIP_HOURS = 1
    row, codes = made(house)
    assert row.expires_at - timezone.now() < dt.timedelta(hours=1)
    past = timezone.now() - dt.timedelta(seconds=1)
    m.Slip.objects.filter(id=row.id).update(expires_at=past)
    assert use("lan", codes) == "refused"
    assert told("slip.refused/1")[-1]["why"] == "expired"
    waiting, _ = asked(house, "tao")
    m.Slip.objects.filter(id=waiting.id).update(expires_at=past)
    with pytest.raises(ActionError, match="run out"):
        slips.confirm(house.cast.actor("heng"), slip=waiting.id)
    assert {column for _, column in differing()} == {"expires_at"}, "which the night would have found"


def test_it_ends_when_its_person_leaves(house: Scene) -> None:
    row, codes = made(house, "qiao")
    qiao = house.cast.people["qiao"].id
    over = timezone.now().date() - dt.timedelta(days=3)
    an = house.cast.actor("an")
    done(people.record_leaving(an, person=qiao, leaves_on=over, leaving_evidence="L-1"))
    row.refresh_from_db()
    assert row.state is SlipState.ENDED and row.ended_how is SlipEnd.LEAVER
    assert use("qiao", codes) == "refused"
    with pytest.raises(ActionError, match="has left"):
        asked(house, "qiao")
    assert differing() == []


def test_a_last_day_that_passes_ends_it_too_and_until_then_at_its_use(house: Scene) -> None:
    row, codes = made(house)
    m.Person.objects.filter(id=house.cast.people["lan"].id).update(leaves_on=dt.date(2020, 1, 1))
    assert use("lan", codes) == "refused" and told("slip.refused/1")[-1]["why"] == "gone"
    assert slips.end_leavers() == 1 and slips.end_leavers() == 0
    row.refresh_from_db()
    assert row.ended_how is SlipEnd.LEAVER


def test_a_sign_in_that_is_shut_is_not_opened(house: Scene) -> None:
    _, codes = made(house)
    m.User.objects.filter(username="lan").update(is_active=False)
    assert use("lan", codes) == "refused" and told("slip.refused/1")[-1]["why"] == "gone"
    assert user("lan").check_password(demo.PASSWORD)


def test_its_owner_ends_one_that_they_did_not_want_and_so_does_an_officer(house: Scene) -> None:
    row, codes = made(house)
    with pytest.raises(NotPermitted):
        slips.end(house.cast.actor("tao"), slip=row.id, reason="Not mine")
    with pytest.raises(ActionError):
        slips.end(house.cast.actor("lan"), slip=row.id, reason=" ")
    done(slips.end(house.cast.actor("lan"), slip=row.id, reason="I asked for none 本人未申请"))
    assert use("lan", codes) == "refused"
    other, _ = made(house, "tao")
    done(slips.end(house.cast.actor("qiao"), slip=other.id, reason="Lost on the way"))
    assert [v["how"] for v in told("slip.ended/1")] == [SlipEnd.OWNER, SlipEnd.REVOKED]
    with pytest.raises(NotNow):
        slips.end(house.cast.actor("qiao"), slip=other.id, reason="Again")
    assert differing() == []


# --- used -------------------------------------------------------------------------------------------------


def test_a_weak_password_is_told_before_anything_is_looked_up(house: Scene) -> None:
    _, codes = made(house)
    for who in ("lan", "nobody"):
        with pytest.raises(ActionError):
            use(who, codes, "short")
    assert not told("slip.refused/1") and use("lan", codes) == "done"


def test_a_lost_factor_ends_with_the_slip_and_the_sessions_with_it(house: Scene) -> None:
    factor = app_of("tao")
    sessions.note(user("tao"), "k" * 32, "Firefox", None)
    _, codes = made(house, "tao", SlipPurpose.FACTOR)
    outcome = slips.end_factors(user=user("tao"), codes=codes)
    assert outcome and outcome.state == "done"
    factor.refresh_from_db()
    assert factor.ended_how is FactorEnd.SLIP and not m.OpenSession.objects.live().exists()
    assert told("session.ended/2")[-1]["how"] == "slip"
    assert user("tao").check_password(demo.PASSWORD)


def test_who_may_confirm_is_told_and_so_is_its_owner_each_once(house: Scene) -> None:
    row, codes = made(house)
    m.Slip.objects.filter(id=row.id).update(state=SlipState.ASKED, confirmed_by=None, second_sha256="")
    waiting, _ = asked(house, "qiao")
    notices.tell(timezone.now())
    rows = m.Notice.objects.filter(noun="slip").values_list("kind", "user__username", "object")
    assert {(str(kind), who) for kind, who, about in rows if about == row.id} == {
        *(("slip_to_confirm", who) for who in ("heng", "qiao")),
        ("slip_asked", "lan"),
    }
    assert {(str(kind), who) for kind, who, about in rows if about == waiting.id} == {
        ("slip_to_confirm", "heng"),
        ("slip_asked", "qiao"),
    }
    confirmed, second = slips.confirm(house.cast.actor("qiao"), slip=row.id)
    assert use("lan", (codes[0], second)) == "done" and confirmed.object
    before = set(m.Notice.objects.values_list("id", flat=True))
    notices.tell(timezone.now())
    notices.tell(timezone.now())
    fresh = m.Notice.objects.exclude(id__in=before).filter(noun="slip")
    assert [(str(n.kind), n.user.username) for n in fresh] == [("slip_used", "lan")]


def test_a_program_makes_no_slip(house: Scene) -> None:
    program = replace(house.cast.actor("an"), scopes=frozenset({"person", "party"}))
    with pytest.raises(NotPermitted):
        slips.ask(program, user=user("lan").pk, purpose=SlipPurpose.PASSWORD, reason=LOST)


def test_no_code_stands_in_any_entry_or_row(house: Scene) -> None:
    row, codes = made(house)
    use("lan", (codes[0], "A" * 16))
    use("lan", codes)
    everything = json.dumps([dict(e.values) for e in record.history()], default=str)
    everything += json.dumps(list(m.Slip.objects.values()), default=str)
    for code in (*codes, *(slips.grouped(code) for code in codes), NEW):
        assert code not in everything
    assert len(set(codes)) == 2 and all(len(code) == 16 for code in codes), row


def test_the_ledger_rebuilds_every_slip_as_the_table_has_it(house: Scene) -> None:
    row, _ = made(house)
    asked(house, "tao")
    assert differing() == []
    m.Slip.objects.filter(id=row.id).update(second_sha256="0" * 64)
    assert differing() == [(str(row.id), "second_sha256")]


@pytest.mark.slow
def test_of_two_who_use_one_slip_at_once_one_does(
    committed_cast: demo.Cast, database_committed: Database
) -> None:
    give_sign_ins(committed_cast)
    ground = Scene(committed_cast, *[None] * 10)  # type: ignore[arg-type]
    with pair(database_committed.environ) as two:
        for n in range(tries(5, 50)):
            _, codes = made(ground)
            both = two.both(
                partial(slips.set_password, username="lan", codes=codes, password=f"a long one of {n} one"),
                partial(slips.set_password, username="lan", codes=codes, password=f"a long one of {n} two"),
            )
            assert all(isinstance(found, Outcome) for found in both), both
            assert sorted(found.state for found in both) == ["done", "refused"]
            won = "one" if both[0].state == "done" else "two"
            assert user("lan").check_password(f"a long one of {n} {won}")
    assert deadlocks() == 0 and len(told("slip.used/1")) == tries(5, 50)
