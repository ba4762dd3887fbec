"""What each kind of reader sees, for every table that says so: own hop and below, never siblings; nothing
otherwise."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from custody import models as m
from custody import scope
from custody.actions import handoffs, hops, need, rechecking, registers, reports
from custody.actions.base import Actor
from custody.stories import cast as people
from custody.stories.told import terms
from custody.terms import Channel, Role, VoteChoice
from tests.actions.scenes import Scene, done
from tests.narrowed import narrowed


@pytest.fixture
def scene(acts_stage: Scene) -> Scene:
    """Lakeside owns; Westgate below it, Harbour below Westgate; the annex stands beside Westgate."""
    found, cast = acts_stage, acts_stage.cast
    people.qualify(cast, cast.party("annex"), "B", "VISIBLE-ANNEX")
    lan = found.as_(Role.MANAGER, "owner", "lan")
    held = hops.request(
        lan,
        project=found.project.id,
        parent=None,
        terms=terms(cast, "annex", "Beside 旁支", amount=None, payer=found.project.owner_party_id),
    )
    done(
        hops.vote(cast.actor("heng"), approval=held.decision.id, choice=VoteChoice.APPROVE, reason="In order")
    )
    handoffs.offer(lan, found.deal(system=cast.systems["office_pc"].id))  # refused
    reports.request(lan, project=found.project.id, language="en")
    late = cast.today - dt.timedelta(days=1)
    m.Qualification.objects.filter(number="SCENE-HARBOUR-B").update(valid_to=late)
    rechecking.run(timezone.now())
    return found


def sibling(scene: Scene) -> m.Hop:
    hop: m.Hop = m.Hop.objects.get(to_party=scene.cast.party("annex"))
    return hop


def user(scene: Scene, key: str) -> m.User:
    return m.User.objects.get_or_create(username=key, person=scene.cast.people[key])[0]


def seen(model: type[Any], reader: Any) -> set[Any]:
    """Return what a reader sees, and make sure that the walls in the database let all of it through."""
    rows = model._default_manager.visible_to(reader).values_list("pk", flat=True)
    found = set(rows)
    theirs = reader.scope() if getattr(reader, "is_authenticated", False) else scope.NOBODY
    if theirs is not None:
        with narrowed(theirs):
            assert set(rows.all()) == found, f"the walls shut out rows of {model.__name__}"
    return found


def every_model() -> list[type[Any]]:
    return [
        model
        for model in apps.get_app_config("custody").get_models()
        if isinstance(model._default_manager.get_queryset(), m.VisibleQuerySet)
    ]


MODELS = {
    "Access", "Agreement", "ApiKey", "Approval", "Collection", "Condition", "Consent", "Copy", "Correction",
    "Delegation", "Destruction", "Discrepancy", "Dispatch", "Doubt", "Draft", "Equipment", "EvidenceFile",
    "BlankReceipt", "CopyPermit", "PaperHandoff", "ReceiptSheet", "RegisterPrint",
    "FieldPermit", "Grant", "Handoff", "Handover", "HandoverLine", "HandoverSignature", "Holding", "Hop",
    "Incident", "IncidentHold",
    "Item", "ItemProposal", "Lapse", "MailWish", "Membership", "NeedToKnow", "Notice",
    "HopTakenOver", "LineCompared", "Look",
    "OpeningFinding", "OpeningLine", "OpeningRegister", "Objection", "Opinion", "Override", "Party",
    "PartyAddress", "PartyName", "Person", "Project", "Qualification", "Recall", "RecipientSet",
    "Referral", "Refusal", "Report", "SavedFilter", "Screening", "ScreeningHit", "SigningKey", "System",
    "Sample", "SampleLine", "Slip", "Stocktake", "StocktakeLine",
    "Stray", "Sweep", "SweepList",
    "TakenOver", "UseLimit",
    "Visit", "Webhook", "WebhookDelivery", "WithoutPaper", "ZoneConsent", "ZoneList",
}  # fmt: skip
# Of one user each: the house sees no more than its own.
PERSONAL = {
    "ApiKey",
    "Draft",
    "Factor",
    "CounterPin",
    "Identity",
    "MailWish",
    "Notice",
    "OpenSession",
    "RecipientSet",
    "SavedFilter",
}


def test_every_table_that_says_who_sees_it_is_tested_here() -> None:
    assert {model.__name__ for model in every_model()} == MODELS | PERSONAL


def test_whoever_is_not_signed_in_or_nobody_here_sees_nothing(scene: Scene) -> None:
    outsider = registers.register_person(Actor.setup(), name="Outsider", staff_number="OUT-1").object
    stranger = m.User.objects.create_user("outsider", None, outsider)
    for model in every_model():
        assert seen(model, AnonymousUser()) == set(), model.__name__
        assert seen(model, None) == set(), model.__name__
        left = {m.System: {m.System.objects.get(is_installation=True).pk}}.get(model, set())
        assert seen(model, stranger) == left, model.__name__


def test_the_house_sees_everything(scene: Scene) -> None:
    shared = [model for model in every_model() if model.__name__ not in PERSONAL]
    for key in ("mei", "heng", "yu", "an"):
        for model in shared:
            assert seen(model, user(scene, key)) == set(
                model._default_manager.values_list("pk", flat=True)
            ), model.__name__


def test_what_is_personal_is_seen_by_its_user_alone(scene: Scene) -> None:
    for key in scene.cast.people:
        own = user(scene, key)
        m.MailWish.objects.create(user=own, language="en")
        m.Notice.objects.create(
            user=own, kind="offer_to_answer", noun="handoff", object=scene.handoff.id, about="x"
        )
    assert {model.__name__ for model in every_model() if hasattr(model, "user")} == PERSONAL
    for key in scene.cast.people:
        reader = user(scene, key)
        assert seen(m.MailWish, reader) == {reader.pk}
        assert seen(m.Notice, reader) == {m.Notice.objects.get(user=reader).pk}


def test_what_one_keeps_is_seen_by_nobody_else_not_even_the_house(scene: Scene) -> None:
    kept_by = user(scene, "tao")
    own = {"user": kept_by, "project": scene.project}
    draft = m.Draft.objects.create(
        **own, verb="handoff.offer", data={"purpose": "x"}, updated_at=timezone.now()
    )
    recipients = m.RecipientSet.objects.create(
        **own,
        name="Harbour",
        hop=scene.second,
        receiver_person=scene.cast.people["bo"],
        system=scene.room,
        channel=Channel.IN_PERSON,
        purpose="x",
    )
    for reader in (*(user(scene, key) for key in people.PEOPLE if key != "tao"), AnonymousUser(), None):
        assert seen(m.Draft, reader) == seen(m.RecipientSet, reader) == set(), reader
    assert (seen(m.Draft, kept_by), seen(m.RecipientSet, kept_by)) == ({draft.id}, {recipients.id})


def test_the_owner_sees_its_whole_project_and_no_other(scene: Scene) -> None:
    other = people.open_project(scene.cast, "OTHER-1", "Another")
    lan = user(scene, "lan")
    assert seen(m.Project, lan) == {scene.project.id} and other.id not in seen(m.Project, lan)
    assert seen(m.Hop, lan) == set(m.Hop.objects.values_list("pk", flat=True))
    assert seen(m.Copy, lan) == {scene.kept.id, scene.moved.id}
    assert len(seen(m.Refusal, lan)) == len(seen(m.Report, lan)) == 1


def test_a_discrepancy_and_a_dispatch_are_seen_by_both_sides_and_by_who_sees_the_project(
    scene: Scene,
) -> None:
    case = m.Discrepancy.objects.create(
        entry=m.new_id(), handoff=scene.handoff, copy=scene.moved, found="damaged"
    )
    sees = {key for key in scene.cast.people if seen(m.Discrepancy, user(scene, key)) == {case.id}}
    assert {"tao", "bo", "lan", "mei"} <= sees and "jing" not in sees
    way = m.Dispatch.objects.create(
        entry=m.new_id(), handoff=scene.handoff, left_on=scene.cast.today, expected_on=scene.cast.today,
        carrier="Post", packages=1,
    )  # fmt: skip
    assert {key for key in scene.cast.people if seen(m.Dispatch, user(scene, key)) == {way.id}} == sees


def test_a_blank_receipt_is_seen_by_the_party_that_took_it_and_its_handoff_by_both_ends(
    scene: Scene,
) -> None:
    cast = scene.cast
    row = m.BlankReceipt.objects.create(
        entry=m.new_id(), number="BR-9-9", block=m.new_id(), printed_by=cast.people["mei"], state="issued",
        issued_to=cast.people["tao"], party_id=cast.party("westgate"),
    )  # fmt: skip
    assert {key for key in cast.people if seen(m.BlankReceipt, user(scene, key))} & {
        "tao", "bo", "lan", "shu", "mei",
    } == {"tao", "mei"}  # fmt: skip
    paper = m.PaperHandoff.objects.create(
        entry=m.new_id(), handoff=scene.handoff, form=row, took_place_at=timezone.now(), reason="x",
        entered_by=cast.people["tao"],
    )  # fmt: skip
    m.BlankReceipt.objects.filter(id=row.id).update(handoff=scene.handoff)
    sheet = m.ReceiptSheet.objects.create(
        entry=m.new_id(), number="S-1/1", handoff=scene.handoff, printed_by=cast.people["lan"]
    )
    for key, sees in (("tao", True), ("bo", True), ("lan", True), ("mei", True), ("shu", False)):
        reader = user(scene, key)
        assert seen(m.PaperHandoff, reader) == ({paper.id} if sees else set()), key
        assert seen(m.ReceiptSheet, reader) == ({sheet.id} if sees else set()), key
        assert seen(m.BlankReceipt, reader) == ({row.id} if sees else set()), key


def test_a_printed_register_is_seen_by_the_party_whose_lines_it_has_and_by_who_sees_the_project_whole(
    scene: Scene,
) -> None:
    cast = scene.cast

    def printed(number: str, project: m.Project | None, party: str | None) -> m.RegisterPrint:
        row: m.RegisterPrint = m.RegisterPrint.objects.create(
            entry=m.new_id(), number=number, address=number, register="carriers", project=project,
            party_id=cast.party(party) if party else None, starts=cast.today, ends=cast.today, zone="UTC",
            language="en", ledger_size=1, lines=0, pages=1, sha256="0" * 64, printed_at=timezone.now(),
            printed_by=cast.people["mei"],
        )  # fmt: skip
        return row

    whole = printed("R-1", scene.handoff.project, None)
    theirs, everywhere = printed("R-2", scene.handoff.project, "westgate"), printed("R-3", None, "westgate")
    for key, sees in (
        ("mei", {whole.id, theirs.id, everywhere.id}),
        ("tao", {theirs.id, everywhere.id}),
        ("bo", set()),
        ("shu", set()),
    ):
        assert seen(m.RegisterPrint, user(scene, key)) == sees, key


def test_a_stocktake_is_seen_by_its_party_and_by_who_sees_its_project_whole(scene: Scene) -> None:
    people_, party = scene.cast.people, scene.cast.party("westgate")
    made: dict[bool, Any] = {
        whole: m.Stocktake.objects.create(
            entry=m.new_id(), party_id=party, project=None if whole else scene.project,
            counter=people_["tao"], second=people_["mei"], second_as="counter", opened_by=people_["tao"],
            opened_on=scene.cast.today, expected=1, list_sha256="0" * 64, ledger_size=0,
        )
        for whole in (True, False)
    }  # fmt: skip
    lines = {
        whole: m.StocktakeLine.objects.create(entry=m.new_id(), stocktake=row, code="B-1", expected=False)
        for whole, row in made.items()
    }
    for model, rows in ((m.Stocktake, made), (m.StocktakeLine, lines)):
        assert (
            seen(model, user(scene, "tao"))
            == seen(model, user(scene, "mei"))
            == {r.id for r in rows.values()}
        )
        assert seen(model, user(scene, "lan")) == {rows[False].id}, "the owner sees its own project's alone"
        assert not seen(model, user(scene, "bo"))


def test_a_handover_is_seen_by_its_party_and_of_its_lines_also_by_who_sees_the_project_whole(
    scene: Scene,
) -> None:
    people_, party = scene.cast.people, scene.cast.party("westgate")
    count = m.Stocktake.objects.create(
        entry=m.new_id(), party_id=party, keeper=people_["tao"], counter=people_["tao"],
        second=people_["mei"], second_as="counter", opened_by=people_["tao"], opened_on=scene.cast.today,
        expected=1, list_sha256="0" * 64, ledger_size=0,
    )  # fmt: skip
    row = m.Handover.objects.create(
        entry=m.new_id(), party_id=party, stocktake=count, outgoing=people_["tao"], incoming=people_["mei"],
        supervisor=people_["heng"], reason="Leaves", due=scene.cast.today, opened_by=people_["tao"],
        opened_on=scene.cast.today,
    )  # fmt: skip
    signature = m.HandoverSignature.objects.create(
        entry=m.new_id(), handover=row, person=people_["tao"], signs_as="outgoing",
        signed_on=scene.cast.today, statement_sha256="0" * 64,
    )  # fmt: skip
    line = m.HandoverLine.objects.create(
        entry=m.new_id(), handover=row, copy=scene.moved, code=scene.moved.code, stays="missing"
    )
    for model, one in ((m.Handover, row), (m.HandoverSignature, signature), (m.HandoverLine, line)):
        assert seen(model, user(scene, "tao")) == seen(model, user(scene, "mei")) == {one.pk}
        assert not seen(model, user(scene, "bo"))
    assert not seen(m.Handover, user(scene, "lan")) and not seen(m.HandoverSignature, user(scene, "lan"))
    assert seen(m.HandoverLine, user(scene, "lan")) == {line.id}, "what became of the owner's own copies"


def test_what_regulators_draw_and_object_to_is_seen_by_who_sees_the_whole_project_and_by_no_party_below(
    scene: Scene,
) -> None:
    cast = scene.cast
    row = m.Sample.objects.create(
        entry=m.new_id(), asked_entry=m.new_id(), number="SC-1-S1", serial=1, project=scene.project, count=1,
        authority_id=cast.party("office"), asked_by=cast.people["jing"], asked_on=cast.today, population=2,
        word_sha256="0" * 64, population_sha256="0" * 64, state="drawn", ledger_size=9, word="w",
    )  # fmt: skip
    line = m.SampleLine.objects.create(
        entry=m.new_id(), sample=row, position=1, copy=scene.moved, code=scene.moved.code,
        party_id=cast.party("westgate"),
    )  # fmt: skip
    wrong = m.Objection.objects.create(
        entry=m.new_id(), number="SC-1-O1", serial=1, project=scene.project, authority=row.authority,
        text="Not there", basis="Art. 47", due=cast.today, lodged_by=cast.people["jing"],
        lodged_on=cast.today,
    )  # fmt: skip
    for model, one in ((m.Sample, row), (m.SampleLine, line), (m.Objection, wrong)):
        sees = {key for key in cast.people if seen(model, user(scene, key)) == {one.pk}}
        assert {"lan", "mei"} <= sees and not {"tao", "bo", "jing"} & sees, "no leave is given here"
    dates: dict[str, Any] = {"starts": cast.today, "ends": cast.today}
    registers.give_grant(Actor.setup(), person=cast.people["jing"].id, project=scene.project.id, **dates)
    assert seen(m.SampleLine, user(scene, "jing")) == {line.pk}


def test_conditions_are_seen_with_their_approval_and_delegations_by_the_officers_own_party(
    scene: Scene,
) -> None:
    heng, lan = scene.cast.people["heng"], scene.cast.people["lan"]
    rows = {
        hop.id: m.Condition.objects.create(
            entry=m.new_id(), approval=m.Approval.objects.get(hop=hop), number=1, type="precondition",
            text="Seals 封签", set_on=scene.cast.today, set_by=heng,
        ).id
        for hop in (scene.first, scene.second, sibling(scene))
    }  # fmt: skip
    limits = {
        hop.id: m.UseLimit.objects.create(
            entry=m.new_id(), approval=m.Approval.objects.get(hop=hop), uses=1, set_by=heng
        ).id
        for hop in (scene.first, scene.second, sibling(scene))
    }
    own = m.Delegation.objects.create(
        entry=m.new_id(), party_id=scene.cast.party("lakeside"), delegator=heng, delegate=lan,
        level=people.LEVEL, starts=scene.cast.today, ends=scene.cast.today, state="active", reason="Away",
    )  # fmt: skip
    for key, conditions, delegations in (
        ("lan", set(rows.values()), {own.id}),
        ("tao", {rows[scene.first.id], rows[scene.second.id]}, set()),
        ("bo", {rows[scene.second.id]}, set()),
        ("mei", set(rows.values()), {own.id}),
    ):
        reader = user(scene, key)
        assert (seen(m.Condition, reader), seen(m.Delegation, reader)) == (conditions, delegations), key
        own_limits = {limits[hop] for hop, id in rows.items() if id in conditions}
        assert seen(m.UseLimit, reader) == own_limits, key


def test_what_officers_say_among_themselves_is_for_who_sees_the_whole_project(scene: Scene) -> None:
    heng, qiao = scene.cast.people["heng"], scene.cast.people["qiao"]
    approval = m.Approval.objects.get(hop=scene.first)
    said = {"entry": m.new_id(), "approval": approval, "person": heng, "reason": "Too many hands"}
    opinion = m.Opinion.objects.create(number=1, stance="against", **said)
    referral = m.Referral.objects.create(to=qiao, **said)
    override = m.Override.objects.create(
        entry=m.new_id(), project=scene.project, rule="QUA-08", problems=["age"],
        party_id=scene.cast.party("westgate"), until=scene.cast.today, subject_sha256="0" * 64, needed=2,
        requested_by=heng, reason="Few",
    )  # fmt: skip
    for key, sees in (("lan", True), ("mei", True), ("tao", False), ("bo", False)):
        reader = user(scene, key)
        assert seen(m.Override, reader) == ({override.id} if sees else set()), key
        assert seen(m.Opinion, reader) == ({opinion.id} if sees else set()), key
        assert seen(m.Referral, reader) == ({referral.id} if sees else set()), key


def test_a_contractor_sees_its_hop_and_below_and_never_siblings(scene: Scene) -> None:
    tao = user(scene, "tao")
    below = {scene.first.id, scene.second.id}
    assert seen(m.Hop, tao) == below
    assert seen(m.Approval, tao) == set(m.Approval.objects.filter(hop__in=below).values_list("pk", flat=True))
    for model in (m.Consent, m.Agreement):
        assert seen(model, tao) == set(model.objects.filter(hop__in=below).values_list("pk", flat=True))
        assert len(seen(model, tao)) == 2 < model.objects.count()
    assert seen(m.Copy, tao) == {scene.moved.id}
    assert seen(m.Item, tao) == {scene.item.id}
    assert seen(m.Project, tao) == {scene.project.id}
    assert seen(m.Refusal, tao) == seen(m.Report, tao) == seen(m.Doubt, tao) == set()
    parties = seen(m.Party, tao)
    cast = scene.cast
    assert parties == {cast.party(key) for key in ("westgate", "lakeside", "harbour")}
    assert cast.party("annex") not in parties
    assert seen(m.Person, tao) == {cast.people["tao"].id}


def test_a_need_to_know_list_is_seen_by_the_owner_and_each_place_by_the_party_of_the_person(
    scene: Scene,
) -> None:
    lan = scene.as_(Role.MANAGER, "owner", "lan")
    places = {
        key: done(
            need.admit(
                lan,
                item=scene.item.id,
                person=scene.cast.people[key].id,
                since=scene.cast.today,
                decided_by=scene.cast.people["lan"].id,
                basis="No. 1",
            )
        ).id
        for key in ("tao", "bo", "shu")
    }
    assert seen(m.NeedToKnow, user(scene, "lan")) == seen(m.NeedToKnow, user(scene, "mei"))
    assert seen(m.NeedToKnow, user(scene, "lan")) == set(places.values())
    assert seen(m.NeedToKnow, user(scene, "tao")) == {places["tao"]}, "not who else may learn it"
    assert seen(m.NeedToKnow, user(scene, "bo")) == {places["bo"]}
    assert seen(m.NeedToKnow, user(scene, "shu")) == set(), "no copy has come to them yet"


def test_the_lowest_contractor_sees_nothing_above_or_beside_itself(scene: Scene) -> None:
    bo = user(scene, "bo")
    own = {scene.second.id, scene.asked.hop_id}  # Harbour is asked for at the root as well
    assert seen(m.Hop, bo) == own
    assert scene.first.id not in seen(m.Hop, bo) and sibling(scene).id not in seen(m.Hop, bo)
    assert seen(m.Handoff, bo) == {scene.handoff.id}
    assert seen(m.Copy, bo) == {scene.moved.id}
    assert scene.cast.party("annex") not in seen(m.Party, bo)


def test_a_sibling_sees_nothing_of_the_other_branch(scene: Scene) -> None:
    shu = user(scene, "shu")
    assert seen(m.Hop, shu) == {sibling(scene).id}
    assert seen(m.Handoff, shu) == seen(m.Copy, shu) == seen(m.Refusal, shu) == seen(m.Item, shu) == set()
    assert seen(m.Party, shu) == {scene.cast.party("annex"), scene.cast.party("lakeside")}


def test_a_copy_that_was_declined_is_not_followed_to_a_sibling(scene: Scene) -> None:
    """Westgate declined it; where it went afterwards is not Westgate's to know."""
    cast, lan = scene.cast, scene.as_(Role.MANAGER, "owner", "lan")
    deal = handoffs.Offer(
        hop=scene.first.id,
        copies=[scene.kept.id],
        receiver_person=cast.people["tao"].id,
        purpose="Work 作业",
        channel=Channel.IN_PERSON,
        system=cast.systems["westgate_room"].id,
    )
    offered = done(handoffs.offer(lan, deal))
    assert scene.kept.id in seen(m.Copy, user(scene, "tao"))
    done(handoffs.decline(cast.actor("tao"), handoff=offered.id, reason="Not for us"))
    m.Copy.objects.filter(id=scene.kept.id).update(custodian_party=cast.party("annex"))
    assert scene.kept.id not in seen(m.Copy, user(scene, "tao"))
    assert offered.id in seen(m.Handoff, user(scene, "tao")), "the offer itself stays in view"
    assert scene.kept.id in seen(m.Copy, user(scene, "shu"))


def test_an_own_refused_attempt_stays_in_view(scene: Scene) -> None:
    outcome = hops.request(
        scene.cast.actor("tao"),
        project=scene.project.id,
        parent=scene.first.id,
        terms=terms(scene.cast, "pilot", "Flying 航拍"),
    )
    assert outcome.state == "refused"
    assert seen(m.Refusal, user(scene, "tao")) == {outcome.object.id}
    assert outcome.object.id not in seen(m.Refusal, user(scene, "bo"))


@pytest.mark.parametrize(
    ("starts", "ends", "live"), [(0, 0, True), (-9, 9, True), (-9, -1, False), (1, 9, False)]
)
def test_a_regulator_sees_only_under_a_live_grant(scene: Scene, starts: int, ends: int, live: bool) -> None:
    cast, jing = scene.cast, user(scene, "jing")
    people.open_project(cast, "OTHER-1", "Another")
    registers.give_grant(
        Actor.setup(),
        person=cast.people["jing"].id,
        project=scene.project.id,
        starts=cast.today + dt.timedelta(days=starts),
        ends=cast.today + dt.timedelta(days=ends),
    )
    for model in every_model():
        rows = seen(model, jing)
        if not live:
            own = {
                "Party": {cast.party("office")},
                "Person": {cast.people["jing"].id},
                "System": {m.System.objects.get(is_installation=True).pk},
                "Membership": set(jing.person.memberships.values_list("pk", flat=True)),
                "Grant": set(jing.person.grants.values_list("pk", flat=True)),
            }
            own["Access"] = own["Membership"] | own["Grant"]
            assert rows == own.get(model.__name__, set()), model.__name__
    if live:
        assert seen(m.Project, jing) == {scene.project.id}
        assert seen(m.Hop, jing) == set(
            m.Hop.objects.filter(project=scene.project).values_list("pk", flat=True)
        )
        assert scene.cast.party("annex") in seen(m.Party, jing)
        assert len(seen(m.Refusal, jing)) == 1


def test_a_grant_that_is_not_held_by_a_regulator_any_more_shows_nothing(scene: Scene) -> None:
    cast, jing = scene.cast, user(scene, "jing")
    registers.give_grant(
        Actor.setup(),
        person=cast.people["jing"].id,
        project=scene.project.id,
        starts=cast.today,
        ends=cast.today,
    )
    m.Membership.objects.filter(person=cast.people["jing"]).update(ends=cast.today - dt.timedelta(days=2))
    for model in every_model():
        left: dict[type[Any], set[Any]] = {
            m.System: {m.System.objects.get(is_installation=True).pk},
            m.Grant: set(m.Grant.objects.filter(person=cast.people["jing"]).values_list("pk", flat=True)),
        }
        left[m.Access] = left[m.Grant]
        assert seen(model, jing) == left.get(model, set()), model.__name__


def test_a_look_is_seen_by_the_owners_own_people_and_by_who_looked_and_no_regulator_sees_anothers(
    scene: Scene,
) -> None:
    cast, project = scene.cast, scene.project
    at_party = cast.party("westgate")
    made: dict[str, Any] = {
        key: m.Look.objects.create(
            entry=m.new_id(), person=cast.people[key], noun=noun, object=m.new_id(), hour=timezone.now(),
            project=None if party else project, party_id=party,
        ).id
        for key, noun, party in (("jing", "project", None), ("an", "party", at_party))
    }  # fmt: skip
    for key, sees in (
        ("lan", {made["jing"]}), ("tao", {made["an"]}), ("jing", {made["jing"]}), ("mei", set(made.values())),
        ("bo", set()), ("shu", set()),
    ):  # fmt: skip
        assert seen(m.Look, user(scene, key)) == sees, key


def test_lapses_are_seen_with_what_they_are_about(scene: Scene) -> None:
    """Harbour's certificate ran out: its own subcontract, the offer to it and the paper."""
    about = {str(row.noun): row.pk for row in m.Lapse.objects.open()}
    assert set(about) == {"hop", "handoff", "qualification"}
    for key, nouns in (
        ("bo", set(about)),  # Harbour's own
        ("tao", {"hop", "handoff", "qualification"}),  # Westgate gives the subcontract and the offer
        ("lan", set(about)),  # Lakeside owns the project
    ):
        assert seen(m.Lapse, user(scene, key)) >= {about[noun] for noun in nouns - {"qualification"}}, key
        paper = m.Qualification.objects.visible_to(user(scene, key)).filter(number="SCENE-HARBOUR-B").exists()
        assert (about["qualification"] in seen(m.Lapse, user(scene, key))) is paper, key
    beside = m.User.objects.create_user("annex", None, registers.register_person(
        Actor.setup(), name="Beside", staff_number="BES-1").object)  # fmt: skip
    m.Membership.objects.create(
        person=beside.person, party_id=scene.cast.party("annex"), role=Role.RECIPIENT,
        starts=scene.cast.today, entry=m.new_id(),
    )  # fmt: skip
    assert seen(m.Lapse, m.User.objects.get(pk=beside.pk)) == set(), "a sibling sees nothing of it"
