"""Each verb by each role at each place, as the table says; without permission no effect and no entry."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from custody import models as m
from custody.actions import (
    access,
    advising,
    amending,
    blanks,
    by_hand,
    carriers,
    checks,
    classifying,
    conditions,
    contractors,
    copying,
    corrections,
    counter,
    counting,
    delegations,
    describing,
    destructions,
    ending,
    factors,
    field_permits,
    field_work,
    handing_over,
    handoffs,
    holds,
    hops,
    identities,
    imports,
    incident_holds,
    incidents,
    items,
    keys,
    losing,
    mistakes,
    need,
    objections,
    on_the_way,
    opening,
    opening_compare,
    opening_confirm,
    opening_enter,
    opening_findings,
    overriding,
    packs,
    papers,
    parties,
    party_time,
    pins,
    projects,
    qualifications,
    recalling,
    receipts,
    refusals,
    register_prints,
    registers,
    reports,
    results,
    scanning,
    screening,
    sessions,
    signing_keys,
    slips,
    standing,
    stocktaking,
    sweeps,
    systems,
    visits,
    webhooks,
)
from custody.actions import (
    on_paper as on_paper_,
)
from custody.actions import people as peoples
from custody.actions.base import ActionError, Actor, NotPermitted
from custody.actions.conditioning import Asked
from custody.actions.witnessed import ByHand
from custody.importers.sam_subawards import Parsed, Totals
from custody.permissions import PERMISSIONS
from custody.stories import cast as people
from custody.stories import copying as leave
from custody.stories import destruction as batches
from custody.stories import field
from custody.stories.told import approve, terms
from custody.terms import (
    AddressKind,
    ConditionType,
    ConsentKind,
    ControlKind,
    Datum,
    EquipmentKind,
    HitState,
    Leg,
    Medium,
    NameKind,
    Network,
    NoticeKind,
    PaperMatch,
    PartyKind,
    PartyState,
    PrintedKind,
    ResultOfTest,
    ReviewOutcome,
    Role,
    SecondPerson,
    SlipPurpose,
    Source,
    Stance,
    SystemKind,
    VettingClass,
    VisitKind,
    VoteChoice,
)
from custody.transitions import NotNow
from tests import old_subcontracts
from tests.actions.filled_in import entered, issued, printed, scan
from tests.actions.old_registers import opened, taken_over
from tests.actions.scenes import PLACES, Scene, disputed, done, everything, passed_down, undone
from tests.api.hostile_sweep import SHEET, strayed, swept
from tests.authenticator import Key, base64url
from tests.old_register import csv, line
from tests.packs import WHY, house
from tests.screening.lists import listed_and_screened

Try = Callable[[Actor], Any]


COSE = base64url(Key().cose)


def approved_under(scene: Scene, parent: m.Hop | None, *asked: Asked) -> m.Approval:
    """Have a subcontract to Harbour of its own approved, on conditions if there are any."""
    lan, tao = scene.as_(Role.MANAGER, "owner", "lan"), scene.as_(Role.MANAGER, "sender", "tao")
    held = hops.request(
        tao if parent else lan,
        project=scene.project.id,
        parent=parent.id if parent else None,
        terms=terms(scene.cast, "harbour", "Checks 检查", amount=None),
    )
    return done(approve(scene.cast, held.decision, conditions=asked))


def conditions_of(scene: Scene) -> list[UUID]:
    """Two conditions of what Westgate passes on: one that is open, and one that was shown to be met."""
    asked = [Asked(ConditionType.PRECONDITION, text) for text in ("Seals 封签", "Training 培训")]
    approval = approved_under(scene, scene.first, *asked)
    found = list(m.Condition.objects.filter(approval=approval).values_list("id", flat=True))
    tao = scene.as_(Role.MANAGER, "sender", "tao")
    done(conditions.show(tao, condition=found[1], evidence="Course of May 五月培训"))
    return found


def override_asked(project: m.Project, party: UUID, person: UUID) -> m.Override:
    """An override that waits for its votes."""
    made: m.Override = m.Override.objects.create(
        entry=m.new_id(), project=project, rule="QUA-08", problems=["age"], party_id=party,
        until=timezone.localdate(), subject_sha256="0" * 64, needed=2, requested_by_id=person, reason="Few",
    )  # fmt: skip
    return made


def tries(scene: Scene) -> dict[str, Try]:
    """One call per verb, on which everybody is tried."""
    cast, today = scene.cast, scene.cast.today
    person = cast.people["shu"].id
    annex = cast.party("annex")
    refused = handoffs.offer(
        scene.as_(Role.MANAGER, "owner"),
        scene.deal(system=cast.systems["office_pc"].id, copies=[scene.kept.id]),
    )
    assert refused.state == "refused"
    refusal = refused.object.id
    dates: dict[str, Any] = {"starts": today, "ends": today + dt.timedelta(days=5)}
    asked_below = hops.request(
        scene.as_(Role.MANAGER, "sender", "tao"),
        project=scene.project.id,
        parent=scene.first.id,
        terms=terms(cast, "harbour", "More 更多", amount=None),
    )
    assert asked_below.state == "held"
    case = m.Discrepancy.objects.create(
        entry=m.new_id(), handoff=scene.handoff, copy=scene.moved, found="missing"
    )
    m.Item.objects.filter(id=scene.moved.item_id).update(sha256=SHEET)
    stray, pc = strayed(cast, scene.project), cast.systems["office_pc"].id
    raw = swept(cast, scene.project)
    register = opened(cast, scene.project)
    on_paper = taken_over(cast, opened(cast, scene.project, [line(71)]))
    broken = m.OpeningFinding.objects.filter(register=on_paper)[0]
    contracts = taken_over(
        cast, old_subcontracts.opened(cast, scene.project, [old_subcontracts.line(1, 发包单位="")])
    )
    unissued = printed(cast, scene.project, 3)
    (blank,) = issued(cast, scene.project, "lan", "lakeside")
    (astray,) = issued(cast, scene.project, "lan", "lakeside")
    (filled,) = issued(cast, scene.project, "tao", "westgate")
    blanks.miss(cast.actor("mei"), form=astray.id, reason="Gone")
    owner = scene.project.owner_party_id
    printing = register_prints.Asked(PrintedKind.LOANS, scene.project.id, owner, today, today)
    stamped = done(register_prints.make(scene.as_(Role.MANAGER, "owner"), printing))
    settles = m.PaperHandoff.objects.create(
        entry=m.new_id(), handoff=scene.handoff, form=blank, took_place_at=timezone.now(), reason="Cut",
        entered_by=cast.people["tao"], state="without_leave", due=today,
    )  # fmt: skip
    signs = m.ReceiptSheet.objects.create(
        entry=m.new_id(), number="S-1/1", handoff=scene.handoff, printed_by=cast.people["lan"]
    )
    ours = stocktaking.Asked(
        scene.project.owner_party_id, cast.people["mei"].id, cast.people["lan"].id, SecondPerson.COUNTER,
        scene.project.id,
    )  # fmt: skip
    looked_for, stocktake, to_stop = (
        done(stocktaking.open_stocktake(scene.as_(Role.MANAGER, "house"), asked=ours)).id for _ in range(3)
    )
    take = m.Stocktake.objects.get(id=stocktake)
    passing = m.Handover.objects.create(
        entry=m.new_id(), party_id=ours.party, stocktake=take, outgoing_id=ours.counter,
        incoming_id=ours.second, supervisor=cast.people["heng"], reason="Leaves", due=today,
        opened_by_id=ours.counter, opened_on=today,
    ).id  # fmt: skip
    given_over = handing_over.Asked(ours.party, ours.counter, ours.second, cast.people["heng"].id, "Leaves")
    strange = m.StocktakeLine.objects.create(
        entry=m.new_id(), stocktake_id=stocktake, code="BOX-1", expected=False, found="stranger",
        difference="open",
    ).id  # fmt: skip
    taken, contested = passed_down(scene), disputed(scene).id
    empty = Parsed(contracts=(), parties=(), hops=(), doubts=(), rejected=(), totals=Totals(*[0] * 10))
    users = {p.id: m.User.objects.get_or_create(username=k, person=p)[0] for k, p in cast.people.items()}
    m.User.objects.filter(person=cast.people["yifei"]).update(is_active=False, closed=m.new_id())
    objection = m.Objection.objects.create(
        entry=scene.item.entry, number="O-1", serial=1, project=scene.project, text="t", basis="b",
        authority_id=cast.party("office"), lodged_by=cast.people["jing"], lodged_on=today, due=today,
    ).id  # fmt: skip
    grant = m.Grant.objects.create(
        entry=m.new_id(), person=cast.people["jing"], project=scene.project, starts=today, ends=today
    ).id
    own = {
        p: m.ApiKey.objects.create(
            entry=m.new_id(), user=u, name="k", sha256=f"{n:064}", scopes=[], expires_at=timezone.now()
        ).id
        for n, (p, u) in enumerate(users.items())
    }
    factor = {
        p: m.Factor.objects.create(
            entry=m.new_id(), user=u, kind="passkey", name="k", credential=f"c{n}", public_key=COSE
        ).id
        for n, (p, u) in enumerate(users.items())
    }
    signing = {
        key: m.SigningKey.objects.create(
            entry=m.new_id(), factor_id=factor[cast.people[key].id], person=cast.people[key],
            credential=f"s-{key}", public_key=COSE, fingerprint="0" * 64, origin="http://localhost:8000",
            rp_id="localhost", state="asked",
        ).id
        for key in ("lan", "mei")
    }  # fmt: skip
    hook = {
        party.id: m.Webhook.objects.create(
            entry=m.new_id(), party=party, address="https://hooks.example.org/", kinds=["report_ready"],
            state="in_force",
        ).id
        for party in cast.parties.values()
    }  # fmt: skip

    def own_party(a: Actor) -> UUID:
        return a.memberships[0][0] if a.memberships else annex

    account = m.Identity.objects.create(
        entry=m.new_id(), user=users[cast.people["tao"].id], issuer="https://login.example", subject="p",
        state="proposed", proposed_by=cast.people["mei"],
    ).id  # fmt: skip
    named = m.Factor.objects.create(
        entry=m.new_id(), user=users[cast.people["mei"].id], kind="passkey", name="k", credential="n",
        public_key=COSE,
    ).id  # fmt: skip
    slip = {
        key: m.Slip.objects.create(
            entry=m.new_id(), sign_in=users[cast.people[key].id], purpose="password", reason="Lost",
            state="asked", asked_by=cast.people["mei" if key == "tao" else "an"], first_sha256="0" * 64,
            expires_at=timezone.now() + dt.timedelta(days=1),
        ).id
        for key in ("mei", "lan", "tao")
    }  # fmt: skip
    frozen = m.FrozenObject.objects.create(
        entry=m.new_id(), table="custody_party", object=str(annex), holds=[], columns=["name"]
    )
    sound, stopped = (people.qualify(cast, annex, "A", number).id for number in ("T-SOUND", "T-STOPPED"))
    qualifications.suspend(cast.actor("heng"), qualification=stopped, reason="Notice")
    spare = registers.register_system(
        Actor.setup(), name="SPARE", kind=SystemKind.VAULT, owner_party=annex, levels={}, network=Network.NONE
    ).object.id
    asked_for = conditions_of(scene)
    drone = field.drone(cast, "westgate", "T-1")
    flying = replace(field.terms(cast, "westgate", "tao", drone), hop=scene.first.id)
    tao = scene.as_(Role.MANAGER, "sender", "tao")
    field.publish(cast)
    permit, waiting, live, gone = (field.draft(tao, scene.project.id, flying).id for _ in range(4))
    for submitted in (waiting, live, gone):
        done(field_permits.submit(tao, permit=submitted))
    for approved in (live, gone):
        done(field_permits.approve(cast.actor("heng"), permit=approved, reason="In order"))
    above = replace(flying, area=field.outline(*field.OVER_THE_DEPOT))
    near = field.draft(tao, scene.project.id, above).id
    alone = field_work.Done(
        unit=cast.party("westgate"), operator=cast.people["tao"].id, equipment=drone.id, collected_on=today
    )
    flight, looked_at = (
        done(field_work.record_done(tao, project=scene.project.id, done=alone)).id for _ in range(2)
    )
    done(field_work.register_output(tao, collection=looked_at, outputs=[scene.item.id]))
    halted = approved_under(scene, None).id
    done(standing.suspend(cast.actor("heng"), approval=halted, reason="Looked into"))
    over = approved_under(scene, scene.first).hop_id
    done(ending.complete(scene.as_(Role.MANAGER, "sender", "tao"), hop=over, reason="Work done"))
    fortnight = delegations.Scope(people.LEVEL, today, today + dt.timedelta(days=14))
    deputy = m.Delegation.objects.create(
        entry=m.new_id(),
        party_id=scene.project.owner_party_id,
        delegator=cast.people["heng"],
        delegate=cast.people["lan"],
        level=people.LEVEL,
        starts=today,
        ends=today,
        state="proposed",
        reason="Ill",
    ).id
    passed_over = override_asked(scene.project, annex, person).id
    open_hop = scene.asked.hop_id
    came_in = people.open_project(cast, "T-TAKEN", "Taken").id
    m.Project.objects.filter(id=came_in).update(owner_party=scene.project.owner_party_id)
    results.accept(
        cast.actor("mei"), project=came_in, accepted_on=today, accepted_by="Client", acceptance_number="A-1"
    )
    m.Hop.objects.filter(id=open_hop).update(business=None)
    hit = listed_and_screened(annex).id
    twin = registers.register_party(
        Actor.setup(), kind=PartyKind.ORGANISATION, name="Northfield Anex Archive"
    ).object.id
    owned = registers.record_control(
        Actor.setup(), party=annex, controller=cast.party("harbour"), kind=ControlKind.OWNER
    ).object.id
    comes = visits.Asked(
        VisitKind.VISIT, "Look at sheets", people.LEVEL, today, today,
        hop=scene.second.id, guests=[visits.Guest("Guest", ["CN"])],
    )  # fmt: skip
    came = done(visits.request(scene.as_(Role.MANAGER, "house"), project=scene.project.id, asked=comes)).id
    told = incidents.Told("Lost", timezone.now(), unknown=True)
    steps = (incidents.triage, incidents.contain, incidents.investigate)
    happened = {}
    for upto, verb in enumerate(("reported", "triaged", "contained", "investigated")):
        happened[verb] = done(incidents.report(tao, project=scene.project.id, told=told)).id
        for step in steps[:upto]:
            done(step(scene.as_(Role.OFFICER, "house", "heng"), incident=happened[verb], note="Seen"))
    done(
        incident_holds.hold(
            scene.as_(Role.MANAGER, "owner", "lan"),
            incident=happened["contained"],
            copies=[scene.kept.id],
            reason="E",
        )
    )
    kept = m.IncidentHold.objects.get(incident=happened["contained"]).id
    listing = need.admit(
        scene.as_(Role.MANAGER, "owner"),
        item=scene.item.id,
        person=cast.people["tao"].id,
        since=today,
        decided_by=cast.people["heng"].id,
        basis="No. 8",
    ).object.id
    paper: dict[str, Any] = {"type": "survey", "grade": "B", "categories": [], "number": "T-1", "issuer": "I"}
    lan = scene.as_(Role.MANAGER, "owner", "lan")
    leave.permitted(cast, scene.item.id, 5)
    minted = projects.mint_copies(
        cast.actor("mei"),
        item=scene.item.id,
        count=5,
        custodian_person=lan.person,
        system=cast.systems["lakeside_room"].id,
    )
    spare_copy, *rest = done(minted)
    unproposed = done(
        projects.register_item(lan, project=scene.project.id, codename="NEW-1", level=scene.project.level)
    )
    proposed = people.propose(cast, scene.item, "yu")
    wished = leave.requested(cast, scene.item.id, copy=scene.kept.id)
    wanted = batches.asked(cast, [spare_copy])
    batch = batches.requested(cast, scene.project, rest[:1], "lan").id
    ready, failing = (batches.approved(cast, scene.project, [copy], "lan") for copy in rest[1:3])
    gone_for_good = batches.destroyed(cast, scene.project, rest[3:], "lan").id
    return {
        "party.register": lambda a: registers.register_party(a, kind=PartyKind.ORGANISATION, name="New"),
        "party.record_control": lambda a: registers.record_control(
            a, party=annex, controller=cast.party("northfield"), kind=ControlKind.OWNER
        ),
        "party.name": lambda a: parties.add_name(a, party=annex, kind=NameKind.ALIAS, name="Annexe"),
        "party.identify": lambda a: parties.add_identifier(a, party=annex, scheme="CAGE", value="1ABC5"),
        "party.screen": lambda a: screening.screen(a, parties=[annex]),
        "party.judge": lambda a: screening.judge(
            a, hit=hit, verdict=HitState.DIFFERENT, reason="Another place"
        ),
        "party.set_state": lambda a: parties.set_state(
            a, party=annex, state=PartyState.WATCH, reason="Late returns"
        ),
        "party.merge": lambda a: parties.merge(a, party=twin, into=annex, reason="Registered twice"),
        "person.register": lambda a: registers.register_person(a, name="New", staff_number="T-1"),
        "person.hold": lambda a: holds.hold(a, person=person, reason="A court asked", ordered_by="Court"),
        "person.lift_hold": lambda a: holds.lift(a, person=person, reason="It ended", ordered_by="Court"),
        "person.vet": lambda a: peoples.record_vetting(
            a,
            person=person,
            vetting=VettingClass.CORE,
            vetted_from=today,
            vetted_to=today,
            vetting_evidence="No. 9",
        ),
        "person.train": lambda a: peoples.record_training(
            a, person=person, trained_on=today, training_evidence="No. 9"
        ),
        "person.undertake": lambda a: peoples.record_undertaking(
            a, person=person, undertaking_on=today, undertaking_evidence="No. 9"
        ),
        "person.leave": lambda a: peoples.record_leaving(
            a, person=person, leaves_on=today, leaving_evidence="No. 9"
        ),
        "person.recall": lambda a: recalling.from_person(
            a, person=scene.kept.custodian_person_id or person, reason="They leave"
        ),
        "sign_in.give": lambda a: registers.give_sign_in(
            a, person=person, username="t1", password="long enough"
        ),
        "membership.give": lambda a: registers.give_membership(
            a, person=person, party=annex, role=Role.CUSTODIAN, starts=today
        ),
        "grant.give": lambda a: registers.give_grant(a, person=person, project=scene.project.id, **dates),
        "membership.end": lambda a: access.end_membership(
            a, membership=m.Membership.objects.filter(person=cast.people["tao"])[0].id, reason="Moved"
        ),
        "grant.end": lambda a: access.end_grant(a, grant=grant, reason="Done"),
        "sign_in.close": lambda a: access.close_sign_in(a, person=cast.people["tao"].id, reason="Misused"),
        "sign_in.open": lambda a: access.open_sign_in(a, person=cast.people["yifei"].id, reason="Cleared up"),
        "system.register": lambda a: registers.register_system(
            a, name="T", kind=SystemKind.VAULT, owner_party=annex, levels={}, network=Network.NONE
        ),
        "system.test": lambda a: systems.record_test(
            a, system=scene.room.id, tested_on=today, tested_by="Bureau 测评机构", result=ResultOfTest.PASSED
        ),
        "system.recall": lambda a: recalling.off_system(
            a, system=scene.kept.system_id or spare, reason="Worn out"
        ),
        "system.retire": lambda a: systems.retire(a, system=spare, reason="Worn out 老旧"),
        "qualification.record": lambda a: registers.record_qualification(
            a, party=annex, valid_from=today, valid_to=today, **paper
        ),
        "qualification.verify": lambda a: (
            registers.verify_qualification(a, qualification=scene.paper.id, on=today, how="Register"),
        ),
        "qualification.suspend": lambda a: qualifications.suspend(a, qualification=sound, reason="Notice"),
        "qualification.reinstate": lambda a: qualifications.reinstate(
            a, qualification=stopped, reason="It ended"
        ),
        "qualification.downgrade": lambda a: qualifications.downgrade(
            a, qualification=sound, grade="B", reason="Notice"
        ),
        "qualification.revoke": lambda a: qualifications.revoke(a, qualification=sound, reason="Notice"),
        "project.open": lambda a: projects.open_project(
            a,
            code="T-1",
            title="T",
            regime="generic",
            level="internal",
            owner_party=scene.project.owner_party_id,
        ),
        "project.locate": lambda a: projects.locate(
            a, project=scene.project.id, region="CN-ZJ", reason="Surveyed there"
        ),
        "project.accept_results": lambda a: results.accept(
            a, project=scene.project.id, accepted_on=today, accepted_by="Client", acceptance_number="A-1"
        ),
        "project.submit_results": lambda a: results.submit(
            a,
            project=came_in,
            submitted_on=today,
            submitted_to="Bureau",
            submitted_by="House",
            submission_number="S-1",
        ),
        "project.correct": lambda a: results.correct(
            a,
            project=came_in,
            accepted_on=None,
            accepted_by="",
            acceptance_number="",
            submitted_on=None,
            submitted_to="",
            submitted_by="",
            submission_number="",
            reason="Of another project",
        ),
        "item.register": lambda a: projects.register_item(
            a, project=scene.project.id, codename="T-1", level=scene.project.level
        ),
        "item.admit": lambda a: need.admit(
            a,
            item=scene.item.id,
            person=cast.people["bo"].id,
            since=today,
            decided_by=cast.people["heng"].id,
            basis="No. 9",
        ),
        "item.dismiss": lambda a: need.dismiss(a, listing=listing, reason="Work done 工作完成"),
        "item.propose": lambda a: classifying.propose(
            a, item=unproposed.id, proposed=classifying.Proposed(reason="Read it")
        ),
        "item.determine": lambda a: classifying.determine(a, proposal=proposed.id, reason="Right"),
        "item.return": lambda a: classifying.send_back(a, proposal=proposed.id, reason="Wrong"),
        "item.take_back": lambda a: classifying.take_back(a, proposal=proposed.id, reason="Wrong"),
        "item.recall": lambda a: recalling.of_item(a, item=scene.item.id, reason="Withdrawn"),
        "item.review": lambda a: items.review(
            a, item=scene.item.id, reviewed_on=today, outcome=ReviewOutcome.KEPT, reason="Still so"
        ),
        "copy.confirm": lambda a: counting.confirm(a, copies=[scene.kept.id], how="seen"),
        "copy.describe": lambda a: carriers.describe(
            a, copy=scene.kept.id, carrier=carriers.Carrier(Medium.PAPER), reason="Seen"
        ),
        "copy_permit.request": lambda a: copying.request(
            a, item=scene.item.id, asked=leave.asked(cast, copy=scene.kept.id)
        ),
        "copy_permit.approve": lambda a: copying.approve(a, permit=wished.id, reason="Needed"),
        "copy_permit.refuse": lambda a: copying.refuse_permit(a, permit=wished.id, reason="No need"),
        "copy_permit.withdraw": lambda a: copying.withdraw(a, permit=wished.id, reason="No need"),
        "copy.mint": lambda a: projects.mint_copies(a, item=scene.item.id, count=1),
        "hop.request": lambda a: hops.request(
            a, project=scene.project.id, parent=scene.first.id, terms=terms(cast, "annex", "Part 部分")
        ),
        "hop.withdraw": lambda a: mistakes.withdraw_request(
            a, hop=asked_below.object.id, reason="Not needed"
        ),
        "hop.approve": lambda a: hops.vote(
            a, approval=scene.asked.id, choice=VoteChoice.APPROVE, reason="In order"
        ),
        "hop.deny": lambda a: hops.vote(
            a, approval=scene.asked.id, choice=VoteChoice.DENY, reason="Not in order"
        ),
        "hop.revoke": lambda a: hops.revoke(
            a, approval=m.Approval.objects.get(hop=scene.first).id, reason="Ended"
        ),
        "hop.advise": lambda a: advising.advise(
            a, approval=scene.asked.id, stance=Stance.AGAINST, reason="Too many hands"
        ),
        "hop.refer": lambda a: advising.refer(
            a, approval=scene.asked.id, to=cast.people["qiao"].id, reason="Above my post"
        ),
        "override.ask": lambda a: overriding.ask(
            a,
            project=scene.project.id,
            rule="QUA-08",
            party=annex,
            until=today,
            reason="Only they can",
        ),
        "override.vote": lambda a: overriding.vote(
            a, override=passed_over, choice=VoteChoice.DENY, reason="Too young"
        ),
        "override.revoke": lambda a: overriding.revoke(a, override=passed_over, reason="Found out"),
        "hop.suspend": lambda a: standing.suspend(
            a, approval=m.Approval.objects.get(hop=scene.first).id, reason="Looked into"
        ),
        "hop.complete": lambda a: ending.complete(a, hop=scene.second.id, reason="Work done"),
        "hop.recall": lambda a: ending.recall(a, hop=scene.second.id, reason="Work done"),
        "hop.close": lambda a: ending.close(a, hop=over, reason="All back"),
        "project.recall": lambda a: ending.recall(a, project=scene.project.id, reason="Work done"),
        "project.close": lambda a: ending.close_project(a, project=scene.project.id, reason="All back"),
        "hop.lift": lambda a: standing.lift(a, approval=halted, reason="Looked into"),
        "hop.amend": lambda a: amending.amend(
            a,
            hop=scene.second.id,
            terms=replace(amending.terms_of(scene.second), scope="More 更多"),
            reason="More to do",
        ),
        "delegation.give": lambda a: delegations.give(
            a,
            party=scene.project.owner_party_id,
            delegate=cast.people["lan"].id,
            scope=fortnight,
            reason="Away",
        ),
        "delegation.propose": lambda a: delegations.propose(
            a,
            party=scene.project.owner_party_id,
            delegator=cast.people["heng"].id,
            delegate=cast.people["lan"].id,
            scope=fortnight,
            reason="Ill",
        ),
        "delegation.confirm": lambda a: delegations.confirm(a, delegation=deputy),
        "delegation.revoke": lambda a: delegations.revoke(a, delegation=deputy, reason="Back"),
        "condition.show": lambda a: conditions.show(a, condition=asked_for[0], evidence="Letter 7 第7号函"),
        "condition.confirm": lambda a: conditions.confirm(a, condition=asked_for[1], reason="Seen"),
        "condition.return": lambda a: conditions.send_back(a, condition=asked_for[1], reason="Not enough"),
        "condition.waive": lambda a: conditions.waive(a, condition=asked_for[0], reason="No need"),
        "hop.describe": lambda a: describing.describe(a, hop=open_hop, business=[], reason="Contract 合同"),
        "hop.consent": lambda a: papers.record_consent(
            a, hop=scene.second.id, paper=papers.ConsentPaper(ConsentKind.CLIENT, "T-9", today)
        ),
        "hop.agree_terms": lambda a: papers.record_terms(
            a, hop=scene.second.id, agreed=papers.Agreed(["confidentiality"], "T-9", today, today)
        ),
        "hop.report": lambda a: hops.report_to_authority(a, hop=scene.second.id, reported_on=today),
        "handoff.offer": lambda a: handoffs.offer(a, scene.deal()),
        "handoff.return": lambda a: handoffs.offer(
            a, scene.deal(hop=scene.first.id, leg=Leg.RETURN, statement="Deleted", due_back=None)
        ),
        "handoff.move": lambda a: handoffs.offer(a, scene.deal(hop=None, leg=Leg.INTERNAL, due_back=None)),
        "handoff.withdraw": lambda a: handoffs.withdraw(a, handoff=scene.handoff.id, reason="Mistake"),
        "handoff.dispatch": lambda a: on_the_way.dispatch(
            a,
            handoff=scene.handoff.id,
            sent=on_the_way.Sent(today, today, 1, carriers=[cast.people["tao"].id]),
        ),
        "handoff.lose": lambda a: losing.lose(a, handoff=scene.handoff.id, reason="Gone"),
        "handoff.counter": lambda a: counter.sign(
            a, cast.actor("bo"), handoff=scene.handoff.id, session="0" * 16
        ),
        "handoff.accept": lambda a: handoffs.accept(a, handoff=scene.handoff.id),
        "handoff.print_sheet": lambda a: by_hand.print_sheet(a, handoff=scene.handoff.id),
        "handoff.witness": lambda a: handoffs.accept(
            a,
            handoff=scene.handoff.id,
            by_hand=ByHand(signs.id, cast.people["lan"].id, "0" * 16, scan()),
        ),
        "blank.print": lambda a: blanks.print_block(a, count=2, project=scene.project.id),
        "blank.issue": lambda a: blanks.issue(
            a, form=unissued[0].id, person=cast.people["tao"].id, party=cast.party("westgate")
        ),
        "blank.spoil": lambda a: blanks.spoil(a, form=blank.id, reason="Torn"),
        "blank.miss": lambda a: blanks.miss(a, form=blank.id, reason="Gone"),
        "blank.find": lambda a: blanks.find(a, form=astray.id, reason="There"),
        "register_print.make": lambda a: register_prints.make(a, replace(printing, party=None)),
        "register_print.make_own": lambda a: register_prints.make_own(a, printing),
        "register_print.attach": lambda a: register_prints.attach(a, print=stamped.id, file=scan("Stamped")),
        "paper.enter": lambda a: entered(
            a, scene.deal(hop=None, leg=Leg.INTERNAL, due_back=None), filled.number, cast.people["tao"].id
        ),
        "paper.settle": lambda a: on_paper_.settle(a, paper=settles.id, resolution="Put in order"),
        "register.open": lambda a: opening.open_register(
            a, project=scene.project.id, name="Book", content=csv([line(7)]), filename="b.csv"
        ),
        "register.map": lambda a: opening.map_columns(a, register=register.id, mapping=register.mapping),
        "register.enter": lambda a: opening_enter.enter(
            a, register=register.id, due=cast.today + dt.timedelta(days=30)
        ),
        "register.confirm": lambda a: opening_confirm.confirm(a, register=on_paper.id, stocktake=m.new_id()),
        "register.compare": lambda a: opening_compare.compare(
            a,
            register=contracts.id,
            lines=[
                opening_compare.Seen(one.id, PaperMatch.AGREES) for one in opening_compare.standing(contracts)
            ],
        ),
        "register.close": lambda a: opening_confirm.close(a, register=on_paper.id),
        "register.settle": lambda a: opening_findings.settle(a, finding=broken.id, resolution="Done"),
        "register.assign": lambda a: opening_findings.assign(
            a, finding=broken.id, owner=cast.people["mei"].id, due=cast.today + dt.timedelta(days=30)
        ),
        "register.withdraw": lambda a: opening.withdraw(a, register=register.id, reason="Mistake"),
        "sweep.list": lambda a: sweeps.make_list(a),
        "sweep.import": lambda a: sweeps.bring_in(a, system=pc, raw=raw),
        "stray.settle": lambda a: sweeps.settle(a, stray=stray.id, how="remove", resolution="Wiped"),
        "discrepancy.settle": lambda a: receipts.settle(
            a, discrepancy=case.id, how="find", resolution="In the safe"
        ),
        "stocktake.open": lambda a: stocktaking.open_stocktake(a, asked=ours),
        "stocktake.count": lambda a: scanning.count(a, stocktake=stocktake, codes=[scene.kept.code]),
        "stocktake.recount": lambda a: stocktaking.recount(a, stocktake=looked_for),
        "stocktake.close": lambda a: stocktaking.close(a, stocktake=stocktake, statement_sha256="0" * 64),
        "stocktake.cancel": lambda a: stocktaking.cancel(a, stocktake=to_stop, reason="Begun twice"),
        "stocktake.settle": lambda a: stocktaking.settle(
            a, line=strange, how="put_right", resolution="Registered"
        ),
        "handover.open": lambda a: handing_over.open_handover(a, asked=given_over),
        "handover.sign": lambda a: handing_over.sign(a, handover=passing, statement_sha256="0" * 64),
        "handover.abandon": lambda a: handing_over.abandon(a, handover=passing, reason="Stays"),
        "handoff.decline": lambda a: handoffs.decline(a, handoff=scene.handoff.id, reason="Torn"),
        "handoff.mistaken": lambda a: mistakes.accepted_by_mistake(a, handoff=taken.id, reason="Mistake"),
        "handoff.agree": lambda a: mistakes.agree(a, handoff=contested),
        "handoff.disagree": lambda a: mistakes.disagree(a, handoff=contested, reason="No"),
        "equipment.register": lambda a: field_permits.register_equipment(
            a,
            owner_party=scene.project.owner_party_id,
            kind=EquipmentKind.VEHICLE,
            name="Van",
            serial="V-1",
            maker="Acme",
        ),
        "permit.draft": lambda a: field_permits.draft(a, project=scene.project.id, terms=flying),
        "permit.change": lambda a: field_permits.change(a, permit=permit, terms=flying),
        "permit.submit": lambda a: field_permits.submit(a, permit=permit),
        "permit.approve": lambda a: field_permits.approve(a, permit=waiting, reason="In order"),
        "permit.return": lambda a: field_permits.send_back(a, permit=waiting, reason="Unclear"),
        "permit.revoke": lambda a: field_permits.revoke(a, permit=gone, reason="Exercise"),
        "permit.close": lambda a: field_permits.use_up(a, permit=gone),
        "zone.publish": lambda a: field_work.publish_zones(
            a, geojson=field.zones(), datum=Datum.CGCS, note="Letter 9"
        ),
        "zone.read": lambda a: field_work.read_zones(a),
        "zone.consent": lambda a: field_work.record_consent(
            a, permit=near, zone=1, reference="No. 5", authority="Garrison", given_on=today
        ),
        "collection.plan": lambda a: field_work.plan(a, permit=live, equipment=drone.id, collected_on=today),
        "collection.record": lambda a: field_work.record_done(a, project=scene.project.id, done=alone),
        "collection.register": lambda a: field_work.register_output(
            a, collection=flight, outputs=[scene.item.id]
        ),
        "collection.review": lambda a: field_work.review(a, collection=looked_at, review="Complete"),
        "pack.activate": lambda a: packs.activate(a, raw=house(), file="house.yaml", **WHY),
        "party.rename": lambda a: party_time.rename(
            a, party=annex, name="Second Annex", on=today, reason="Notice"
        ),
        "party.end_control": lambda a: party_time.end_control(a, control=owned, ends=today, reason="Sold"),
        "party.locate": lambda a: party_time.locate(
            a, party=annex, kind=AddressKind.POSTAL, address="Box 7", country="CN"
        ),
        "incident.report": lambda a: incidents.report(a, project=scene.project.id, told=told),
        "incident.correct": lambda a: incidents.correct(
            a,
            incident=happened["reported"],
            what="Found",
            noticed_at=timezone.now(),
            copies=[],
            party=None,
            person=None,
            reason="Typo",
        ),
        "incident.triage": lambda a: incidents.triage(a, incident=happened["reported"], note="Seen"),
        "incident.contain": lambda a: incidents.contain(a, incident=happened["triaged"], note="Seen"),
        "incident.investigate": lambda a: incidents.investigate(
            a, incident=happened["contained"], note="Seen"
        ),
        "incident.notify": lambda a: incidents.notify(
            a, incident=happened["reported"], authority="Bureau", reference="7", notified_at=timezone.now()
        ),
        "incident.close": lambda a: incidents.close(a, incident=happened["investigated"], findings="Found"),
        "incident.dismiss": lambda a: incidents.dismiss(a, incident=happened["reported"], reason="Found"),
        "incident.hold": lambda a: incident_holds.hold(
            a, incident=happened["reported"], copies=[scene.moved.id], reason="Evidence"
        ),
        "incident.release": lambda a: incident_holds.release(
            a, incident=happened["contained"], holds=[kept], reason="Seen"
        ),
        "visit.request": lambda a: visits.request(a, project=scene.project.id, asked=comes),
        "objection.answer": lambda a: objections.answer(a, objection=objection, answer="Done"),
        "visit.end": lambda a: visits.end(a, visit=came, ended_on=today, remark="Sheets"),
        "destruction.request": lambda a: destructions.request(a, project=scene.project.id, asked=wanted),
        "destruction.approve": lambda a: destructions.approve(a, destruction=batch, reason="In order"),
        "destruction.refuse": lambda a: destructions.refuse_batch(a, destruction=batch, reason="Needed"),
        "destruction.withdraw": lambda a: destructions.withdraw(a, destruction=batch, reason="Needed"),
        "destruction.record": lambda a: destructions.record_done(
            a, destruction=ready.id, done=batches.done(cast, ready)
        ),
        "destruction.fail": lambda a: destructions.fail(a, destruction=failing.id, reason="Mill broke"),
        "destruction.certify": lambda a: destructions.certify(
            a, destruction=gone_for_good, certificate_number="C-1", certified_on=today
        ),
        "party.state_conditions": lambda a: contractors.state_conditions(
            a, party=annex, stated_on=today, evidence="Statement 声明", clean_record=True
        ),
        "party.inspect": lambda a: contractors.record_inspection(
            a, party=annex, inspected_on=today, evidence="Report 报告"
        ),
        "party.correct": lambda a: corrections.correct_party(a, party=annex, name="Annexe", reason="Typo"),
        "person.correct": lambda a: corrections.correct_person(
            a, person=person, name="Shu Q.", citizenships=None, reason="Typo"
        ),
        "system.correct": lambda a: corrections.correct_system(
            a,
            system=scene.room.id,
            name="HB-ROOM-2",
            levels={},
            network=Network.NONE,
            tested_on=None,
            reason="Typo",
        ),
        "qualification.correct": lambda a: corrections.correct_qualification(
            a,
            qualification=scene.paper.id,
            valid_from=today,
            valid_to=today,
            reason="Typo",
            **paper,
        ),
        "item.correct": lambda a: corrections.correct_item(
            a, item=scene.item.id, codename="SC-B", level=scene.project.level, reason="Typo"
        ),
        "handoff.correct": lambda a: corrections.correct_handoff(
            a, handoff=scene.handoff.id, due_back=today + dt.timedelta(days=3), reason="Typo"
        ),
        "refusal.explain": lambda a: refusals.explain(a, refusal=refusal, reason="I misread"),
        "report.request": lambda a: reports.request(a, project=scene.project.id, language="en"),
        "factor.enrol": lambda a: factors.new_codes(a, user=users[a.human()].id),
        "factor.remove": lambda a: factors.remove(a, factor=factor[a.human()]),
        "factor.end": lambda a: factors.end_all(a, person=cast.people["tao"].id, reason="Lost"),
        "pin.set": lambda a: pins.set_own(a, user=users[a.human()].id, pin="271806"),
        "pin.remove": lambda a: pins.remove_own(a, user=users[a.human()].id),
        "signing_key.ask": lambda a: signing_keys.ask(a, factor=named),
        "signing_key.confirm": lambda a: signing_keys.confirm(a, key=signing["lan"]),
        "signing_key.end": lambda a: signing_keys.end(a, key=signing["mei"], reason="Lost"),
        "signing_key.revoke": lambda a: signing_keys.end(a, key=signing["lan"], reason="Lost"),
        "identity.link": lambda a: identities.propose(a, user=users[cast.people["tao"].id].id, subject="s"),
        "identity.confirm": lambda a: identities.confirm(a, identity=account),
        "identity.refuse": lambda a: identities.refuse(a, identity=account, reason="Not theirs"),
        "identity.end": lambda a: identities.end_all(a, person=cast.people["tao"].id, reason="Left"),
        "slip.ask": lambda a: slips.ask(
            a, user=users[cast.people["bo"].id].id, purpose=SlipPurpose.PASSWORD, reason="Lost"
        ),
        "slip.confirm": lambda a: slips.confirm(a, slip=slip["lan"]),
        "slip.print": lambda a: slips.print_half(a, slip=slip["tao"], code="x"),
        "slip.end": lambda a: slips.end(a, slip=slip["mei"], reason="Not asked for"),
        "slip.revoke": lambda a: slips.end(a, slip=slip["lan"], reason="Lost"),
        "session.end": lambda a: sessions.end_others(a, user=users[a.human()].id, keep=""),
        "session.end_all": lambda a: sessions.end_of(a, person=cast.people["tao"].id, reason="Left"),
        "webhook.add": lambda a: webhooks.add(
            a, party=own_party(a), address="https://hooks.example.org/", kinds=[NoticeKind.OFFER_TO_ANSWER]
        ),
        "webhook.rekey": lambda a: webhooks.rekey(a, webhook=hook[own_party(a)]),
        "webhook.end": lambda a: webhooks.end(a, webhook=hook[own_party(a)], reason="Moved"),
        "key.issue": lambda a: keys.issue(a, user=users[a.human()].id, name="T", scopes=["handoff"], days=1),
        "key.revoke": lambda a: keys.revoke(a, key=own[a.human()]),
        "object.settle": lambda a: checks.settle(a, frozen=frozen.id, reason="It agrees"),
        "import.subawards": lambda a: imports.import_subawards(a, empty, file_name="f", file_sha256="0" * 64),
        "import.exclusions": lambda a: imports.import_exclusions(a, [], file_name="f", file_sha256="0" * 64),
    }


def test_each_verb_by_each_role_at_each_place_is_as_the_table_says(scene: Scene) -> None:
    calls = tries(scene)
    granted = {verb for verb, permit in PERMISSIONS.items() if permit.where == ("grant",)}
    assert set(calls) | granted == set(PERMISSIONS), (
        "of a regulator's: in test_samples.py, test_objections.py"
    )
    before = everything()
    wrong = []
    for verb, call in calls.items():
        permit = PERMISSIONS[verb]
        for role in Role:
            for place in PLACES:
                # What is given up lies with the owner here.
                where = {"owner" if named == "holder" else named for named in permit.where}
                expected = role in permit.roles and bool({place, "own"} & where)
                with undone():
                    try:
                        call(scene.as_(role, place))
                        permitted = True
                    except NotPermitted:
                        permitted = False
                    except (ActionError, NotNow):
                        permitted = True
                if permitted is not expected:
                    wrong.append((verb, str(role), place, permitted))
    assert wrong == []
    assert everything() == before


def test_without_permission_there_is_no_effect_and_no_entry(scene: Scene) -> None:
    calls = tries(scene)
    before = everything()
    nobody = Actor(scene.cast.people["mei"].id, (), Source.SCREEN, scene.cast.site.operator_id)
    stranger = scene.as_(Role.ADMINISTRATOR, "other")
    for actor in (nobody, stranger):
        for verb, call in calls.items():
            if actor is stranger and "own" in PERMISSIONS[verb].where:
                continue  # everybody who holds a role has keys of their own
            with pytest.raises(NotPermitted) as told:
                call(actor)
            assert told.value.text.zh and told.value.verb == verb
    assert everything() == before


def test_a_site_without_an_operator_gives_nobody_the_roles_of_the_house(scene: Scene) -> None:
    actor = Actor(scene.cast.people["an"].id, ((uuid4(), Role.ADMINISTRATOR),), Source.SCREEN, None)
    with pytest.raises(NotPermitted):
        registers.register_person(actor, name="New", staff_number="T-2")


def test_a_regulator_asks_for_a_report_under_a_live_grant_only(scene: Scene) -> None:
    cast, jing = scene.cast, scene.cast.actor("jing")
    with pytest.raises(NotPermitted):
        reports.request(jing, project=scene.project.id, language="en")
    for starts, ends, live in ((-9, -1, False), (1, 9, False), (0, 0, True)):
        with undone():
            registers.give_grant(
                Actor.setup(),
                person=cast.people["jing"].id,
                project=scene.project.id,
                starts=cast.today + dt.timedelta(days=starts),
                ends=cast.today + dt.timedelta(days=ends),
            )
            assert reports.may_request(jing, scene.project) is live
            if live:
                assert reports.request(jing, project=scene.project.id, language="en").state == "done"


def test_a_person_who_is_no_regulator_any_more_gets_nothing_from_a_grant(scene: Scene) -> None:
    cast = scene.cast
    dates: dict[str, Any] = {"starts": cast.today, "ends": cast.today}
    registers.give_grant(Actor.setup(), person=cast.people["jing"].id, project=scene.project.id, **dates)
    left = Actor(cast.people["jing"].id, (), Source.SCREEN, cast.site.operator_id)
    with pytest.raises(NotPermitted):
        reports.request(left, project=scene.project.id, language="en")
