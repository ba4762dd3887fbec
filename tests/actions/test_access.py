"""What was given is taken back: a role by a last day or at once, leave to read and sign-ins at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from custody import models as m
from custody import record
from custody.actions import access, people, registers, slips
from custody.actions.base import ActionError, Actor, NotPermitted
from custody.apply import rebuild
from custody.compare import compare
from custody.single import differing
from custody.stories import cast as cast_of
from custody.stories import told
from custody.stories.cast import Cast
from custody.terms import Role, SlipPurpose
from tests.actions.scenes import everything


def role_of(cast: Cast, key: str, role: Role | None = None) -> m.Membership:
    rows = m.Membership.objects.filter(person=cast.people[key])
    found: m.Membership = (rows.filter(role=role) if role else rows)[0]
    return found


def agrees() -> bool:
    """Whether the tables say what the ledger says, all of them and each row alone."""
    rows = [*m.Membership.objects.all(), *m.Grant.objects.all(), *m.User.objects.all()]
    rows += list(m.Correction.objects.all())
    return list(compare(rebuild())) == [] and not any(differing(type(r), str(r.pk)) for r in rows)


def told_last(kind: str) -> dict[str, Any]:
    found: dict[str, Any] = [dict(e.values) for e in record.history() if e.values["kind"] == kind][-1]
    return found


def refused(call: Callable[[], Any], about: str | None = None) -> str:
    """Return why an act is refused; nothing changes by it."""
    before = everything()
    with pytest.raises(ActionError) as error:
        call()
    assert everything() == before
    if about:
        assert error.value.about == about
    assert error.value.text.zh
    return error.value.text.en


def test_a_role_with_a_last_day_counts_on_it_and_not_on_the_day_after(cast: Cast) -> None:
    row, an, day = role_of(cast, "yu"), cast.actor("an"), cast.today + dt.timedelta(days=3)
    outcome = access.end_membership(an, membership=row.id, ends=day, reason="Moves to the archive")
    assert outcome.object.ends == day and outcome.object.ended_at is None
    assert m.Membership.objects.current(day).filter(id=row.id).exists()
    assert not m.Membership.objects.current(day + dt.timedelta(days=1)).filter(id=row.id).exists()
    said = told_last("membership.ended/1")
    assert (said["ends_before"], said["ends"], said["ended_at"]) == (None, day.isoformat(), None)
    assert said["corrects"] == str(row.entry) and said["reason"] == "Moves to the archive"
    kept = m.Correction.objects.of(row).get()
    assert kept.changes == {"ends": [None, day.isoformat()]} and kept.corrects == row.entry
    sooner = access.end_membership(an, membership=row.id, ends=cast.today, reason="Sooner").object
    assert sooner.ends == cast.today and m.Membership.objects.current().filter(id=row.id).exists()
    assert agrees()


def test_a_role_ended_at_once_counts_no_more_and_can_be_given_again_the_same_day(cast: Cast) -> None:
    row, an = role_of(cast, "yu"), cast.actor("an")
    access.end_membership(an, membership=row.id, reason="Misused")
    row.refresh_from_db()
    assert row.ended_at is not None and row.ends == timezone.localdate()
    assert cast.actor("yu").memberships == ()
    with pytest.raises(NotPermitted):
        people_of(cast)
    again = {"person": row.person_id, "party": row.party_id, "role": row.role, "starts": row.starts}
    registers.give_membership(an, **again)
    assert cast.actor("yu").memberships
    assert "already has this role" in refused(lambda: registers.give_membership(an, **again), "role")
    assert agrees()


def people_of(cast: Cast) -> None:
    """What a custodian may do: number copies."""
    cast_of.make_copies(cast, cast_of.open_project(cast, "A-1", "Access"), "A-1-A", 1)


def test_a_role_that_has_not_begun_never_does_when_it_is_ended_at_once(cast: Cast) -> None:
    an, soon = cast.actor("an"), cast.today + dt.timedelta(days=9)
    given = registers.give_membership(
        an, person=cast.people["shu"].id, party=cast.party("annex"), role=Role.MANAGER, starts=soon
    ).object
    assert "begins after" in refused(
        lambda: access.end_membership(an, membership=given.id, ends=cast.today, reason="No"), "ends"
    )
    access.end_membership(an, membership=given.id, reason="Given by mistake")
    assert not m.Membership.objects.current(soon).filter(id=given.id).exists()
    assert agrees()


def test_what_ends_nothing_is_refused_beside_its_field(cast: Cast) -> None:
    an, row, day = cast.actor("an"), role_of(cast, "yu"), dt.timedelta(days=1)

    def end(**given: Any) -> str:
        asked = {"membership": row.id, "reason": "Moved", **given}
        about = "reason" if "reason" in given else "ends" if "ends" in given else None
        return refused(lambda: access.end_membership(an, **asked), about)

    end(reason="  ")
    assert "past" in end(ends=cast.today - 2 * day)
    access.end_membership(an, membership=row.id, ends=cast.today + 5 * day, reason="Moves")
    for later in (5, 6):
        assert "no later" in end(ends=cast.today + later * day)
    access.end_membership(an, membership=row.id, reason="At once")
    assert "already" in end()
    over = role_of(cast, "qiao")
    m.Membership.objects.filter(id=over.id).update(ends=cast.today - 2 * day)
    row = over
    assert "already" in end()


def test_the_last_administrator_of_the_house_keeps_the_role(cast: Cast) -> None:
    cast_of_users(cast)
    an, row, day = cast.actor("an"), role_of(cast, "an"), dt.timedelta(days=1)
    for ends in (None, cast.today + 3 * day):
        assert "Nobody else administers" in refused(
            lambda ends=ends: access.end_membership(an, membership=row.id, ends=ends, reason="r")  # type: ignore[misc]
        )
    second = registers.give_membership(
        an, person=cast.people["yu"].id, party=cast.party("northfield"), role=Role.ADMINISTRATOR,
        starts=cast.today, ends=cast.today + 3 * day,
    ).object  # fmt: skip
    user = m.User.objects.get(person=cast.people["yu"])
    user.set_unusable_password()
    user.save()
    asked: dict[str, Any] = {"membership": row.id, "reason": "r"}
    assert "Nobody else" in refused(lambda: access.end_membership(an, **asked)), "who never set a password"
    user.set_password("long enough now")
    user.save()
    assert "Nobody else" in refused(lambda: access.end_membership(an, **asked, ends=cast.today + 3 * day)), (
        "the other one ends with it"
    )
    m.Person.objects.filter(id=user.person_id).update(leaves_on=cast.today - day)
    assert "Nobody else" in refused(lambda: access.end_membership(an, **asked)), "the other one has left"
    m.Person.objects.filter(id=user.person_id).update(leaves_on=None)
    access.end_membership(an, membership=row.id, ends=cast.today + day, reason="Handed over")
    assert second.ends == cast.today + 3 * day


def test_of_two_administrators_who_shut_each_other_out_one_stays(cast: Cast) -> None:
    cast_of_users(cast)
    an = cast.actor("an")
    registers.give_membership(
        an, person=cast.people["yu"].id, party=cast.party("northfield"), role=Role.ADMINISTRATOR,
        starts=cast.today,
    )  # fmt: skip
    yu = cast.actor("yu")
    access.end_membership(yu, membership=role_of(cast, "an").id, reason="Leaves")
    assert "Nobody else administers" in refused(
        lambda: access.close_sign_in(an, person=cast.people["yu"].id, reason="Shut out")
    )


def cast_of_users(cast: Cast) -> None:
    for key in cast_of.PEOPLE:
        user = m.User.objects.filter(person=cast.people[key]).first()
        if user is None:
            user = m.User.objects.create_user(key, None, cast.people[key])
        user.set_password("long enough now")
        user.save()


def test_a_regulator_sees_nothing_of_a_project_from_the_moment_the_grant_ends(cast: Cast) -> None:
    project = cast_of.open_project(cast, "G-1", "Granted")
    far = cast.today + dt.timedelta(days=300)
    grant = registers.give_grant(
        cast.actor("an"), person=cast.people["jing"].id, project=project.id, starts=cast.today, ends=far
    ).object
    jing = registers.give_sign_in(
        Actor.setup(), person=cast.people["jing"].id, username="jing-g", password="long enough now"
    ).object
    assert m.Project.objects.visible_to(jing).filter(id=project.id).exists()
    access.end_grant(cast.actor("an"), grant=grant.id, reason="The audit is over")
    jing = m.User.objects.get(pk=jing.pk)
    assert not m.Project.objects.visible_to(jing).filter(id=project.id).exists()
    scope = jing.scope()
    assert not jing.sees_all_parties and scope is not None and scope.granted == ()
    said = told_last("grant.ended/2")
    assert (said["ends_before"], said["project"]) == (far.isoformat(), str(project.id))
    assert "already" in refused(lambda: access.end_grant(cast.actor("an"), grant=grant.id, reason="Again"))
    assert agrees()


def test_rules_know_a_role_that_was_ended_at_once(cast: Cast) -> None:
    project = cast_of.open_project(cast, "R-1", "Rules")
    hop = told.approved_hop(cast, project, "westgate", "Scanning")
    copies = cast_of.make_copies(cast, project, "R-1-A", 2)

    def parties_of_the_officer(copy: m.Copy) -> list[Any]:
        outcome = told.offer(cast, hop, [copy], "tao", "westgate_room")
        facts = record.decided(outcome.decision.entry)[1]
        return [v["parties"] for k, g in facts.items() if k.startswith("approval:") for v in g["votes"]]

    assert parties_of_the_officer(copies[0]) == [[str(cast.party("northfield"))]]
    access.end_membership(cast.actor("an"), membership=role_of(cast, "heng").id, reason="Replaced")
    assert parties_of_the_officer(copies[1]) == [[]]


# --- sign-ins ---------------------------------------------------------------------------------------------


def test_with_a_sign_in_all_by_which_it_acts_is_closed_and_opening_brings_none_of_it_back(
    cast: Cast,
) -> None:
    cast_of_users(cast)
    an, bo = cast.actor("an"), m.User.objects.get(person=cast.people["bo"])
    m.OpenSession.objects.create(user=bo, session_key="k", browser="B")
    key = m.ApiKey.objects.create(
        entry=m.new_id(), user=bo, name="k", sha256="0" * 64, scopes=[],
        expires_at=timezone.now() + dt.timedelta(days=9),
    )  # fmt: skip
    factor = m.Factor.objects.create(
        entry=m.new_id(), user=bo, kind="passkey", name="k", credential="c", public_key="a2V5"
    )
    signs = m.SigningKey.objects.create(
        entry=m.new_id(), factor=factor, person=cast.people["bo"], credential="c", public_key="a2V5",
        fingerprint="0" * 64, origin="http://localhost:8000", rp_id="localhost", state="asked",
    )  # fmt: skip
    slips.ask(an, user=bo.pk, purpose=SlipPurpose.PASSWORD, reason="Lost")
    access.close_sign_in(an, person=bo.person_id, reason="Misused")
    bo.refresh_from_db()
    assert not bo.is_active and bo.closed == record_of("sign_in.closed/1")
    assert m.OpenSession.objects.get(user=bo).ended_how == "closed"
    key.refresh_from_db()
    signs.refresh_from_db()
    assert key.revoked_at and str(signs.ended_how) == "closed"
    assert str(m.Slip.objects.get(sign_in=bo).ended_how) == "closed"
    assert "no sign-in that is open" in refused(
        lambda: access.close_sign_in(an, person=bo.person_id, reason="Again")
    )
    access.open_sign_in(an, person=bo.person_id, reason="Cleared up")
    bo.refresh_from_db()
    assert bo.is_active and bo.closed is None
    assert not m.ApiKey.objects.live().exists() and not m.SigningKey.objects.live().exists()
    assert not m.Slip.objects.open().exists()
    assert "no sign-in that was closed" in refused(
        lambda: access.open_sign_in(an, person=bo.person_id, reason="Again")
    )
    kept = m.Correction.objects.of(bo).order_by("created_at")
    assert [list(row.changes) for row in kept] == [["closed"], ["closed"]]


def record_of(kind: str) -> Any:
    return [e.id for e in record.history() if e.values["kind"] == kind][-1]


def test_closed_opened_and_closed_again_is_what_the_ledger_tells(cast: Cast) -> None:
    an, qiao = cast.actor("an"), cast.people["qiao"].id
    registers.give_sign_in(Actor.setup(), person=qiao, username="qiao-2", password="long enough now")
    for _ in range(2):
        access.close_sign_in(an, person=qiao, reason="Away")
        assert agrees()
        access.open_sign_in(an, person=qiao, reason="Back")
        assert agrees()
    access.close_sign_in(an, person=qiao, reason="Away again")
    given = record.naming(str(m.User.objects.get(username="qiao-2").pk), ["sign_in.given/2"])[0]
    kept = list(m.Correction.objects.filter(noun="user").order_by("created_at"))
    chain = [row.corrects for row in kept]
    assert chain == [given.id, *(row.entry for row in kept[:-1])], "each names the one before"
    m.User.objects.filter(username="qiao-2").update(closed=None)
    assert not agrees(), "an owner of the database who opens one is found"


def test_nobody_opens_a_closed_sign_in_past_the_ledger_by_the_flag_alone(cast: Cast) -> None:
    cast_of_users(cast)
    access.close_sign_in(cast.actor("an"), person=cast.people["bo"].id, reason="Misused")
    with pytest.raises(IntegrityError), transaction.atomic():
        m.User.objects.filter(person=cast.people["bo"]).update(is_active=True)


def test_what_was_put_in_past_the_ledger_can_be_taken_away_and_is_still_found(cast: Cast) -> None:
    cast_of_users(cast)
    an, bo = cast.actor("an"), cast.people["bo"]
    m.User.objects.create_user("intruder", "long enough now", bo)
    role = m.Membership.objects.create(
        entry=m.new_id(), person=bo, party_id=cast.party("northfield"), role=Role.ADMINISTRATOR,
        starts=cast.today,
    )  # fmt: skip
    access.close_sign_in(an, person=bo.id, reason="Unknown to us")
    access.end_membership(an, membership=role.id, reason="Unknown to us")
    assert not cast.actor("bo").can("membership.give")
    found = {(d.table, d.column) for d in compare(rebuild())}
    assert found == {("custody_user", "*"), ("custody_membership", "*")}


def test_nobody_closes_or_opens_their_own(cast: Cast) -> None:
    cast_of_users(cast)
    an, own = cast.actor("an"), cast.people["an"].id
    for act in (access.close_sign_in, access.open_sign_in):
        assert "your own" in refused(lambda act=act: act(an, person=own, reason="r"))  # type: ignore[misc]
        refused(lambda act=act: act(an, person=cast.people["bo"].id, reason=" "), "reason")  # type: ignore[misc]
        assert "no such person" in refused(lambda act=act: act(an, person=m.new_id(), reason="r"))  # type: ignore[misc]


def test_who_has_left_loses_keys_and_signing_passkeys_with_the_record_of_it(cast: Cast) -> None:
    cast_of_users(cast)
    bo = m.User.objects.get(person=cast.people["bo"])
    key = m.ApiKey.objects.create(
        entry=m.new_id(), user=bo, name="k", sha256="0" * 64, scopes=[],
        expires_at=timezone.now() + dt.timedelta(days=9),
    )  # fmt: skip
    factor = m.Factor.objects.create(
        entry=m.new_id(), user=bo, kind="passkey", name="k", credential="c", public_key="a2V5"
    )
    signs = m.SigningKey.objects.create(
        entry=m.new_id(), factor=factor, person=cast.people["bo"], credential="c", public_key="a2V5",
        fingerprint="0" * 64, origin="http://localhost:8000", rp_id="localhost", state="asked",
    )  # fmt: skip
    gone = cast.today - dt.timedelta(days=9)
    people.record_leaving(
        cast.actor("an"), person=cast.people["bo"].id, leaves_on=gone, leaving_evidence="Letter"
    )
    key.refresh_from_db()
    signs.refresh_from_db()
    assert key.revoked_at and str(signs.ended_how) == "leaver"


def test_what_was_erased_is_not_opened(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    cast_of_users(cast)
    an, bo = cast.actor("an"), cast.people["bo"].id
    access.close_sign_in(an, person=bo, reason="Left")
    real = record.naming

    def naming(text: str, kinds: Any = None, **more: Any) -> Any:
        return ["erased"] if text == str(bo) and "person.erased/1" in kinds else real(text, kinds, **more)

    monkeypatch.setattr(record, "naming", naming)
    assert "erased" in refused(lambda: access.open_sign_in(an, person=bo, reason="Back"))
