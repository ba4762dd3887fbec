"""Whatever is typed, an act answers with a sentence and a field, never with an error of the database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody import models as m
from custody.actions import handoffs, hops, projects, refusals, registers, reports
from custody.actions.base import ActionError, Actor
from custody.actions.entered import clean_text
from custody.stories import cast as people
from custody.stories.told import approve, terms
from custody.terms import ControlKind, Network, PartyKind, Role, SystemKind, VoteChoice
from custody.transitions import NotNow
from tests.actions.scenes import Scene, done, everything, undone

HOSTILE = {
    "NUL": "a\0b",
    "lone surrogate": "a\ud800b",
    "escape sequence": "a\x1b[31mb",
    "10 kB": "名" * 10_001,
}


def texts(scene: Scene) -> dict[str, Callable[[str], Any]]:
    """Every text that a person can type into an act, by the field it is told about."""
    cast, setup, today = scene.cast, Actor.setup(), scene.cast.today
    mei, lan, tao = cast.actor("mei"), scene.as_(Role.MANAGER, "owner", "lan"), cast.actor("tao")
    annex = cast.party("annex")
    paper: dict[str, Any] = {
        "party": annex,
        "type": "survey",
        "grade": "B",
        "categories": ["gis"],
        "number": "T",
        "issuer": "I",
        "valid_from": today,
        "valid_to": today,
    }
    project: dict[str, Any] = {
        "code": "T",
        "title": "T",
        "regime": "generic",
        "level": "internal",
        "owner_party": cast.party("northfield"),
    }
    party: dict[str, Any] = {"kind": PartyKind.ORGANISATION, "name": "N"}
    person: dict[str, Any] = {"name": "N", "staff_number": "T-9"}
    system: dict[str, Any] = {
        "name": "N",
        "kind": SystemKind.VAULT,
        "owner_party": annex,
        "levels": {},
        "network": Network.NONE,
    }

    def hop(**changes: Any) -> Any:
        asked = {"scope": "S", **changes}
        return hops.request(lan, project=scene.project.id, parent=None, terms=terms(cast, "annex", **asked))

    def with_(
        call: Callable[..., Any], base: dict[str, Any], name: str, wrap: Any = None
    ) -> Callable[[str], Any]:
        return lambda text: call(**{**base, name: wrap(text) if wrap else text})

    found: dict[str, Callable[[str], Any]] = {}
    for name in ("name", "other_name", "country"):
        found[f"party {name}"] = with_(lambda **k: registers.register_party(setup, **k), party, name)
    found["party identifiers"] = with_(
        lambda **k: registers.register_party(setup, **k), party, "identifiers", lambda t: {"UEI": t}
    )
    for name in ("name", "staff_number"):
        found[f"person {name}"] = with_(lambda **k: registers.register_person(setup, **k), person, name)
    found["person citizenships"] = with_(
        lambda **k: registers.register_person(setup, **k), person, "citizenships", lambda t: [t]
    )
    found["sign-in username"] = lambda t: registers.give_sign_in(
        setup, person=cast.people["shu"].id, username=t, password="long enough"
    )
    found["system name"] = with_(lambda **k: registers.register_system(setup, **k), system, "name")
    found["system levels"] = with_(
        lambda **k: registers.register_system(setup, **k), system, "levels", lambda t: {"generic": t}
    )
    for name in ("type", "grade", "number", "issuer"):
        found[f"paper {name}"] = with_(lambda **k: registers.record_qualification(mei, **k), paper, name)
    found["paper categories"] = with_(
        lambda **k: registers.record_qualification(mei, **k), paper, "categories", lambda t: [t]
    )
    found["paper how"] = lambda t: registers.verify_qualification(
        cast.actor("heng"), qualification=scene.paper.id, on=today, how=t
    )
    found["paper reason"] = lambda t: registers.reject_qualification(
        cast.actor("heng"), qualification=scene.paper.id, reason=t
    )
    for name in ("code", "title", "level", "qualification_type", "contract_number", "currency"):
        found[f"project {name}"] = with_(lambda **k: projects.open_project(mei, **k), project, name)
    for name in ("codename", "level", "sha256"):
        found[f"item {name}"] = with_(
            lambda **k: projects.register_item(lan, project=scene.project.id, **k),
            {"codename": "T", "level": people.LEVEL},
            name,
        )
    for name in ("scope", "level", "currency"):
        found[f"hop {name}"] = lambda t, name=name: hop(**{name: t})  # type: ignore[misc]
    found["hop categories"] = lambda t: hop(categories=[t])
    found["offer purpose"] = lambda t: handoffs.offer(tao, scene.deal(purpose=t))
    found["accept note"] = lambda t: handoffs.accept(cast.actor("bo"), handoff=scene.handoff.id, note=t)
    found["decline reason"] = lambda t: handoffs.decline(cast.actor("bo"), handoff=scene.handoff.id, reason=t)
    found["withdraw reason"] = lambda t: handoffs.withdraw(tao, handoff=scene.handoff.id, reason=t)
    found["vote reason"] = lambda t: hops.vote(
        cast.actor("heng"), approval=scene.asked.id, choice=VoteChoice.APPROVE, reason=t
    )
    found["revoke reason"] = lambda t: hops.revoke(
        cast.actor("heng"), approval=m.Approval.objects.get(hop=scene.first).id, reason=t
    )
    found["report language"] = lambda t: reports.request(mei, project=scene.project.id, language=t)
    refusal = handoffs.offer(lan, scene.deal(system=cast.systems["office_pc"].id)).object
    found["explain reason"] = lambda t: refusals.explain(lan, refusal=refusal.id, reason=t)
    return found


def test_hostile_text_is_told_by_its_field_and_changes_nothing(scene: Scene) -> None:
    calls = texts(scene)
    before = everything()
    wrong = []
    for field, call in calls.items():
        for what, text in HOSTILE.items():
            try:
                call(text)
                wrong.append((field, what, "taken"))
            except ActionError as told:
                if told.about != field.split()[-1]:
                    wrong.append((field, what, told.about))
    assert wrong == []
    assert everything() == before


def test_a_decomposed_name_is_recorded_composed(scene: Scene) -> None:
    """macOS hands over é in two characters; both spellings must be one name, and one ledger text."""
    party = registers.register_party(
        Actor.setup(), kind=PartyKind.ORGANISATION, name="Ge\u0301ode\u0301sie"
    ).object
    assert m.Party.objects.get(id=party.id).name == "Géodésie"
    with undone():
        outcome = handoffs.decline(
            scene.cast.actor("bo"), handoff=scene.handoff.id, reason="line 1\r\nline 2\u0301"
        )
        assert m.Handoff.objects.get(id=outcome.object.id).answer == "line 1\nline 2\u0301"


def test_a_text_that_must_be_there_may_not_be_blank(scene: Scene) -> None:
    lan = scene.as_(Role.MANAGER, "owner", "lan")
    for call, field in (
        (
            lambda: registers.register_party(Actor.setup(), kind=PartyKind.ORGANISATION, name=" \u3000 "),
            "name",
        ),
        (
            lambda: projects.register_item(lan, project=scene.project.id, codename="", level=people.LEVEL),
            "codename",
        ),
        (lambda: handoffs.withdraw(scene.cast.actor("tao"), handoff=scene.handoff.id, reason="\n"), "reason"),
    ):
        with pytest.raises(ActionError) as told:
            call()
        assert told.value.about == field


def test_a_day_that_has_not_come_cannot_be_the_day_of_something_done(scene: Scene) -> None:
    """A check dated next year would keep a certificate fresh for a year too long."""
    cast, lan = scene.cast, scene.as_(Role.MANAGER, "owner", "lan")
    ahead = cast.today + dt.timedelta(days=2)
    room: dict[str, Any] = {"kind": SystemKind.VAULT, "levels": {}, "network": Network.NONE}
    calls: dict[str, Callable[[], Any]] = {
        "on": lambda: registers.verify_qualification(
            cast.actor("heng"), qualification=scene.paper.id, on=ahead, how="Asked the issuer"
        ),
        "reported_on": lambda: hops.report_to_authority(lan, hop=scene.second.id, reported_on=ahead),
        "tested_on": lambda: registers.register_system(
            Actor.setup(), name="N", owner_party=cast.party("annex"), tested_on=ahead, **room
        ),
    }
    before = everything()
    for field, call in calls.items():
        with pytest.raises(ActionError) as told:
            call()
        assert told.value.about == field
    assert everything() == before


def test_a_subcontract_is_reported_to_the_authority_once_and_only_while_it_is_approved(scene: Scene) -> None:
    lan, day = scene.as_(Role.MANAGER, "owner", "lan"), scene.cast.today
    with pytest.raises(NotNow):
        hops.report_to_authority(lan, hop=scene.asked.hop_id, reported_on=day)
    people.qualify(scene.cast, scene.cast.party("annex"), "B", "REPORTED-ANNEX")
    asked = terms(scene.cast, "annex", "Checking", amount=None, reported_on=None)
    held = done(hops.request(lan, project=scene.project.id, parent=None, terms=asked))
    approve(scene.cast, m.Approval.objects.get(hop=held))
    hop = m.Hop.objects.get(id=held.id)
    assert hops.report_to_authority(lan, hop=hop.id, reported_on=day).state == "done"
    with pytest.raises(ActionError):
        hops.report_to_authority(lan, hop=hop.id, reported_on=day - dt.timedelta(days=1))
    assert m.Hop.objects.get(id=hop.id).reported_on == day


@pytest.mark.parametrize(
    "share", ["NaN", "Infinity", "-1", "1E+30", "0.001", "12345678901234567890123.00", "sNaN"]
)
def test_a_number_that_is_none_or_does_not_fit_is_told_by_its_field(scene: Scene, share: str) -> None:
    lan = scene.as_(Role.MANAGER, "owner", "lan")
    for field in ("share", "amount"):
        with pytest.raises(ActionError) as told:
            hops.request(
                lan,
                project=scene.project.id,
                parent=None,
                terms=terms(scene.cast, "annex", "S", **{field: Decimal(share)}),
            )
        assert told.value.about == field


def test_what_only_the_database_can_tell_is_told_by_its_field(scene: Scene) -> None:
    cast, setup, day = scene.cast, Actor.setup(), dt.timedelta(days=1)
    shu, annex, today = cast.people["shu"].id, cast.party("annex"), cast.today
    lan = scene.as_(Role.MANAGER, "owner", "lan")
    control = {"party": annex, "controller": cast.party("pilot"), "kind": ControlKind.OWNER}
    registers.record_control(setup, **control)  # type: ignore[arg-type]
    begun = {"person": shu, "party": annex, "role": Role.CUSTODIAN, "starts": today}
    registers.give_membership(setup, **begun)  # type: ignore[arg-type]
    before = everything()
    for call, field in (
        (lambda: registers.record_control(setup, **control), "controller"),  # type: ignore[arg-type]
        (
            lambda: registers.record_control(setup, party=annex, controller=annex, kind=ControlKind.OWNER),
            "controller",
        ),
        (lambda: registers.give_membership(setup, **begun), "role"),  # type: ignore[arg-type]
        (lambda: registers.give_membership(setup, **{**begun, "starts": today, "ends": today - day}), "ends"),  # type: ignore[arg-type]
        (
            lambda: registers.give_grant(
                setup, person=shu, project=scene.project.id, starts=today, ends=today - day
            ),
            "ends",
        ),
        (
            lambda: registers.register_party(setup, kind=PartyKind.ORGANISATION, name="N", country="cn"),
            "country",
        ),
        (
            lambda: projects.register_item(
                lan, project=scene.project.id, codename="T", level=people.LEVEL, sha256="ABC"
            ),
            "sha256",
        ),
        (
            lambda: hops.request(
                lan,
                project=scene.project.id,
                parent=None,
                terms=terms(cast, "annex", "S", ends=today - 9 * day, starts=today),
            ),
            "ends",
        ),
        (
            lambda: registers.register_system(
                setup,
                name="N",
                kind=SystemKind.COMPUTER,
                owner_party=annex,
                levels={},
                network=Network.NONE,
                is_installation=True,
            ),
            "is_installation",
        ),
        (lambda: registers.register_person(setup, name="N", staff_number="NF-001"), "staff_number"),
        (lambda: projects.mint_copies(lan, item=scene.item.id, count=0), "count"),
        (lambda: projects.mint_copies(lan, item=scene.item.id, count=201), "count"),
        (lambda: handoffs.offer(lan, scene.deal(copies=[])), "copies"),
        (lambda: handoffs.offer(lan, scene.deal(copies=[uuid4() for _ in range(201)])), "copies"),
    ):
        with pytest.raises(ActionError) as told:
            call()
        assert told.value.about == field
        assert told.value.text.en and told.value.text.zh
    assert everything() == before


@pytest.mark.django_db(transaction=True)
def test_an_id_that_does_not_exist_is_told_by_its_field(committed_cast: people.Cast) -> None:
    """Foreign keys are checked at the commit, so this needs one."""
    setup, today = Actor.setup(), committed_cast.today
    shu, nowhere = committed_cast.people["shu"].id, uuid4()
    before = everything()
    for call, field in (
        (
            lambda: registers.give_membership(
                setup, person=shu, party=nowhere, role=Role.OFFICER, starts=today
            ),
            "party",
        ),
        (
            lambda: registers.give_membership(
                setup, person=nowhere, party=nowhere, role=Role.OFFICER, starts=today
            ),
            None,
        ),
        (
            lambda: registers.register_system(
                setup, name="N", kind=SystemKind.VAULT, owner_party=nowhere, levels={}, network=Network.NONE
            ),
            "owner_party",
        ),
    ):
        with pytest.raises(ActionError) as told:
            call()
        assert field is None or told.value.about == field
    assert everything() == before


@given(st.text(max_size=300))
def test_any_text_is_cleaned_to_what_the_ledger_takes_or_told(text: str) -> None:
    from custody.record import canonical_text

    try:
        plain = clean_text(text, "name", 300)
    except ActionError as told:
        assert told.about == "name"
        return
    assert clean_text(plain, "name", 300) == plain
    canonical_text({"name": plain})
