"""Accounts at the sign-in provider: two people say whose they are, and neither is that person."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from custody import models as m
from custody import record
from custody.actions import identities
from custody.actions.base import ActionError, Changed, Outcome, perform
from custody.apply import rebuild
from custody.compare import compare
from custody.events.identity import IdentityLinked
from custody.models.identity import PROPOSED_FOR
from custody.record import SYSTEM_STREAM
from custody.stories import cast as demo
from custody.terms import IdentityDoubt, IdentityState
from custody.transitions import NotNow
from tests.cast import give_sign_ins
from tests.databases import Database
from tests.house_provider import HouseProvider
from tests.scale import tries

from .racing import deadlocks, pair
from .scenes import Scene, done

ISSUER = "https://login.house.example"
SUBJECT = "c0ffee00-0000-4000-8000-0000000000aa"


@pytest.fixture
def house(scene: Scene, settings: Any) -> Scene:
    """The scene, on which everybody can sign in and a provider is named."""
    settings.OIDC = HouseProvider(1).settings(issuer=ISSUER)
    give_sign_ins(scene.cast)
    return scene


def user(who: str) -> UUID:
    return m.User.objects.get(username=who).id


def proposed(scene: Scene, who: str = "lan", subject: str = SUBJECT, by: str = "an") -> m.Identity:
    row: m.Identity = done(identities.propose(scene.cast.actor(by), user=user(who), subject=subject))
    return row


def told(kind: str) -> list[dict[str, Any]]:
    return [dict(e.values) for e in record.history() if str(e.values["kind"]) == kind]


def test_it_signs_in_only_after_another_has_confirmed_it(house: Scene) -> None:
    row = proposed(house)
    assert identities.come(SUBJECT) is IdentityDoubt.UNKNOWN
    done(identities.confirm(house.cast.actor("heng"), identity=row.id))
    assert getattr(identities.come(SUBJECT), "pk", None) == user("lan")
    assert [e["subject"] for e in told("identity.proposed/1")] == [SUBJECT]
    assert list(compare(rebuild())) == []


def test_neither_who_proposed_it_nor_whom_it_signs_in_confirms_it(house: Scene) -> None:
    row = proposed(house, "heng")
    for who in ("an", "heng"):
        with pytest.raises(ActionError):
            identities.confirm(house.cast.actor(who), identity=row.id)
    own = proposed(house, "an", "of-an")
    with pytest.raises(ActionError):
        identities.confirm(house.cast.actor("an"), identity=own.id)
    assert not told("identity.linked/2") and not m.Identity.objects.live().exists()
    done(identities.confirm(house.cast.actor("qiao"), identity=row.id))
    done(identities.confirm(house.cast.actor("qiao"), identity=own.id))
    with pytest.raises(NotNow):
        identities.confirm(house.cast.actor("qiao"), identity=row.id)
    assert list(compare(rebuild())) == []


def test_where_nobody_else_could_confirm_nothing_is_proposed(house: Scene) -> None:
    m.Membership.objects.filter(role="officer").delete()
    with pytest.raises(ActionError) as refused:
        proposed(house)
    assert "Nobody else" in refused.value.text.en and not m.Identity.objects.exists()


def test_the_account_of_before_signs_in_until_the_new_one_is_confirmed(house: Scene) -> None:
    done(identities.confirm(house.cast.actor("heng"), identity=proposed(house).id))
    first, second = proposed(house, subject="typed wrong"), proposed(house, subject="newer")
    first.refresh_from_db()
    assert (first.state, first.ended_how) == (IdentityState.ENDED, "replaced")
    assert isinstance(identities.come(SUBJECT), m.User)
    done(identities.confirm(house.cast.actor("qiao"), identity=second.id))
    assert identities.come(SUBJECT) is IdentityDoubt.UNKNOWN and isinstance(identities.come("newer"), m.User)
    assert list(compare(rebuild())) == []


def test_what_is_proposed_for_one_is_not_proposed_for_another(house: Scene) -> None:
    proposed(house)
    for who in ("lan", "mei"):
        with pytest.raises(ActionError) as refused:
            proposed(house, who)
        assert refused.value.about == "subject"


def test_ending_a_persons_accounts_ends_what_is_proposed_too(house: Scene) -> None:
    done(identities.confirm(house.cast.actor("heng"), identity=proposed(house).id))
    waiting = proposed(house, subject="newer")
    done(identities.end_all(house.cast.actor("an"), person=house.cast.people["lan"].id, reason="Left"))
    with pytest.raises(NotNow):
        identities.confirm(house.cast.actor("heng"), identity=waiting.id)
    assert not m.Identity.objects.open().exists() and list(compare(rebuild())) == []


def test_what_changed_or_closed_or_is_old_since_it_was_proposed_is_not_confirmed(
    house: Scene, settings: Any
) -> None:
    row, heng = proposed(house), house.cast.actor("heng")
    with pytest.raises(Changed):
        identities.confirm(replace(heng, expects=UUID(int=7)), identity=row.id)
    m.User.objects.filter(id=row.user_id).update(is_active=False)
    with pytest.raises(ActionError, match="closed"):
        identities.confirm(heng, identity=row.id)
    m.User.objects.filter(id=row.user_id).update(is_active=True)
    m.Person.objects.filter(users=row.user_id).update(leaves_on="2020-01-01")
    with pytest.raises(ActionError, match="left"):
        identities.confirm(heng, identity=row.id)
    m.Person.objects.filter(users=row.user_id).update(leaves_on=None)
    settings.OIDC = HouseProvider(1).settings(issuer="https://another.example")
    with pytest.raises(ActionError, match="another sign-in provider"):
        identities.confirm(heng, identity=row.id)
    settings.OIDC = HouseProvider(1).settings(issuer=ISSUER)
    made = row.created_at
    m.Identity.objects.filter(id=row.id).update(created_at=made - PROPOSED_FOR)
    with pytest.raises(ActionError, match="run out"):
        identities.confirm(heng, identity=row.id)
    m.Identity.objects.filter(id=row.id).update(created_at=made)
    done(identities.confirm(heng, identity=row.id))


def test_a_row_that_only_the_proposal_tells_or_that_one_person_told_twice_signs_nobody_in(
    house: Scene,
) -> None:
    """Whoever holds the database marks a proposal as confirmed: the ledger knows nothing of that."""
    row, qiao = proposed(house), house.cast.people["qiao"]
    m.Identity.objects.filter(id=row.id).update(state="linked", confirmed_by=qiao)
    assert identities.come(SUBJECT) is IdentityDoubt.UNTOLD
    assert [(d.table, d.column) for d in compare(rebuild())] != []
    m.Identity.objects.filter(id=row.id).update(state="proposed", confirmed_by=None)
    done(identities.confirm(house.cast.actor("heng"), identity=row.id))
    m.Identity.objects.filter(id=row.id).update(confirmed_by=qiao)
    assert identities.come(SUBJECT) is IdentityDoubt.UNTOLD
    m.Identity.objects.filter(id=row.id).update(proposed_by=None, confirmed_by=None)
    assert identities.come(SUBJECT) is IdentityDoubt.UNTOLD, "it is none of before"


def test_a_link_that_one_administrator_made_before_stands(house: Scene) -> None:
    id, actor = m.new_id(), house.cast.actor("an")

    def before(act: Any) -> Outcome:
        told = {"issuer": ISSUER, "subject": SUBJECT}
        entry = act.record(IdentityLinked(identity=str(id), user=str(user("lan")), **told), SYSTEM_STREAM)
        row = m.Identity.objects.create(id=id, entry=entry, user_id=user("lan"), **told)
        return Outcome("done", entry, row)

    done(perform(actor, before, verb="identity.link"))
    assert getattr(identities.come(SUBJECT), "pk", None) == user("lan")
    assert list(compare(rebuild())) == []
    done(identities.confirm(house.cast.actor("heng"), identity=proposed(house, subject="newer").id))
    assert identities.come(SUBJECT) is IdentityDoubt.UNKNOWN


def test_of_two_who_answer_a_proposal_at_once_one_does(
    committed_cast: demo.Cast, database_committed: Database, settings: Any
) -> None:
    give_sign_ins(committed_cast)
    settings.OIDC = HouseProvider(1).settings(issuer=ISSUER)
    ground = Scene(committed_cast, *[None] * 10)  # type: ignore[arg-type]
    named = {"OIDC_ISSUER": ISSUER, "OIDC_CLIENT_ID": "holdfast", "OIDC_CLIENT_SECRET": "quite secret"}
    met: Counter[str] = Counter()
    heng, qiao = committed_cast.actor("heng"), committed_cast.actor("qiao")
    with pair({**database_committed.environ, **named}) as two:
        for n in range(tries(6, 60)):
            row = proposed(ground, subject=f"subject-{n}")
            other = (
                partial(identities.refuse, qiao, identity=row.id, reason="Not theirs")
                if n % 2
                else partial(identities.confirm, qiao, identity=row.id)
            )
            both = two.both(partial(identities.confirm, heng, identity=row.id), other)
            assert sum(isinstance(found, Outcome) for found in both) == 1, both
            row.refresh_from_db()
            met[str(row.state)] += 1
            both = two.both(
                *(
                    partial(
                        identities.propose, committed_cast.actor("an"), user=user(who), subject=f"both-{n}"
                    )
                    for who in ("mei", "tao")
                )
            )
            assert sum(isinstance(found, Outcome) for found in both) == 1, both
            assert m.Identity.objects.open().filter(subject=f"both-{n}").count() == 1
    assert m.Identity.objects.live().count() <= 1 and deadlocks() == 0 and met["linked"]
    assert list(compare(rebuild())) == []
