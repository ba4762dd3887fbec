"""An invented case in which everything is known and in order, to try rules on without anything real. Pure.

An owner works for a client and passes a part on to a first party, which may receive; its ids count from 1.
"""

from __future__ import annotations

from dataclasses import fields
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeVar, cast
from uuid import UUID

from custody.policy import facts as f
from custody.policy.regime import Level, Pack, QualificationType
from custody.terms import Text, Verb

G = TypeVar("G")


def _of(group: type[G], /, **known: Any) -> G:
    """Return a group in which what is not named is not known (None), as a member of a later schema."""
    rest = {member.name: None for member in fields(cast(Any, group)) if member.name not in known}
    return group(**rest, **known)


def _id(number: int) -> str:
    return str(UUID(int=number))


OWNER, CLIENT, RECEIVER, HOLDING = (_id(n) for n in range(1, 5))
MANAGER, OFFICER, RECIPIENT, CLERK, CHECKER = (_id(n) for n in range(11, 16))
PROJECT, ITEM, COPY, HOP, APPROVAL, HERE, VAULT, HANDOFF = (_id(n) for n in range(21, 29))
PERMIT, DRONE, FLIGHT, VISIT, BATCH, LEAVE = (_id(n) for n in range(41, 47))
_SHA = "1" * 64
_IN_THE_FIELD = (Verb.PERMIT_SUBMIT, Verb.PERMIT_APPROVE, Verb.COLLECTION_RECORD)
_COPYING = (Verb.COPY_PERMIT_REQUEST, Verb.COPY_PERMIT_APPROVE, Verb.COPY_MINT)
_DESTROYING = (Verb.DESTRUCTION_REQUEST, Verb.DESTRUCTION_APPROVE, Verb.DESTRUCTION_RECORD)
NAMES: dict[str, Text] = {
    OWNER: Text("Owner of the project", "项目单位"),
    CLIENT: Text("Client", "委托方"),
    RECEIVER: Text("Receiving party", "承接方"),
    HOLDING: Text("Its parent company", "承接方母公司"),
    MANAGER: Text("Project manager", "项目经理"),
    OFFICER: Text("Approval officer", "审批人"),
    RECIPIENT: Text("Recipient", "接收人"),
    CLERK: Text("Who recorded it", "登记人"),
    CHECKER: Text("Who verified it", "核验人"),
    HERE: Text("This installation", "本系统"),
    VAULT: Text("Vault of the receiving party", "承接方保密室"),
}
"""What parties, people and systems of the case are called."""


def facts(verb: Verb, pack: Pack, today: date) -> f.Facts:
    """Return the facts of an act under a regime, as of a day: whatever that regime asks of it may still be
    found wanting, and is then said."""
    handoff = verb in (Verb.HANDOFF_OFFER, Verb.HANDOFF_ACCEPT)
    ends = verb in (Verb.HOP_COMPLETE, Verb.HOP_CLOSE, Verb.PROJECT_CLOSE)
    about_hop = Verb.HOP_REQUEST, Verb.HOP_APPROVE, Verb.HOP_COMPLETE, Verb.HOP_CLOSE
    on_hop = handoff or verb in (*about_hop, *_IN_THE_FIELD)
    left = 0 if ends else None
    accept, asked = verb is Verb.HANDOFF_ACCEPT, verb in (Verb.HOP_REQUEST, Verb.HOP_APPROVE)
    level, kind = _level(verb, pack), pack.qualification_types[0]
    year = timedelta(days=365)
    act = _of(
        f.Act,
        verb=verb.value,
        today=today,
        actor_person={
            Verb.HOP_APPROVE: OFFICER,
            Verb.PERMIT_APPROVE: OFFICER,
            Verb.COPY_PERMIT_APPROVE: OFFICER,
            Verb.DESTRUCTION_APPROVE: OFFICER,
            Verb.HANDOFF_ACCEPT: RECIPIENT,
        }.get(verb, MANAGER),
        hop=HOP if on_hop else None,
        approval=APPROVAL if verb is Verb.HOP_APPROVE else None,
        handoff=HANDOFF if accept else None,
        sender_party=OWNER if handoff else None,
        receiver_party=RECEIVER if handoff else None,
        receiver_person=RECIPIENT if handoff else None,
        offered_by=MANAGER if accept else None,
        system=VAULT if handoff else None,
        copies=(COPY,) if handoff or verb in _DESTROYING else (),
        level=level.id if verb is Verb.ITEM_REGISTER else None,
        item=ITEM if verb in (Verb.ITEM_REGISTER, *_COPYING) else None,
        copy_permit=LEAVE if verb in _COPYING else None,
        count=1 if verb in _COPYING else None,
        due_back=today + timedelta(days=90) if handoff else None,
        has_purpose=handoff,
        channel="in_person" if handoff else None,
        second_carrier=None,
        copies_out=left,
        offers_open=left,
        below_open=left,
        requests_open=left,
        permit=PERMIT if verb in _IN_THE_FIELD else None,
        collection=FLIGHT if verb is Verb.COLLECTION_RECORD else None,
        visit=VISIT if verb is Verb.VISIT_REQUEST else None,
        destruction=BATCH if verb in _DESTROYING else None,
        entry=None,
    )
    project = _of(
        f.Project,
        id=PROJECT,
        regime=pack.id,
        owner_party=OWNER,
        client_party=CLIENT,
        ultimate_client_party=CLIENT,
        level=level.id,
        categories=_categories(kind),
        state="open",
        qualification_type=kind.id,
        qualification_grade=kind.grades[0].id if kind.grades else None,
        contract_value=Decimal("1000000.00"),
        currency="CNY" if (pack.jurisdiction or "CN").startswith("CN") else "USD",
        contract_signed=today - year,
        entry=None,
    )
    groups: list[f.Group] = [act, project, _system(HERE, OWNER, level, today), _party(CLIENT, pack, today)]
    groups += [
        _party(OWNER, pack, today, _paper(31, kind, today), *_to_destroy(verb, pack, today)),
        _party(RECEIVER, pack, today, _paper(32, kind, today), owner=HOLDING),
        _party(HOLDING, pack, today),
        *(_person(who, OWNER, pack, today) for who in (MANAGER, OFFICER)),
        _person(RECIPIENT, RECEIVER, pack, today),
    ]
    if on_hop:
        groups += _hop(pack, level, kind, today, asked=asked)
    if handoff:
        groups += [_system(VAULT, RECEIVER, level, today), _copy(level, today, accept=accept)]
    if verb in _DESTROYING:
        groups += _destruction(verb, pack, level, today)
    if handoff or verb in (Verb.ITEM_REGISTER, *_COPYING, *_DESTROYING):
        groups.append(_item(level, today))
    if verb in _COPYING:
        groups.append(_leave(verb, today))
    if verb in _IN_THE_FIELD:
        groups += _field(verb, pack, today)
    if verb is Verb.VISIT_REQUEST:
        groups.append(_visit(pack, level, today))
    return f.Facts.of(*groups)


def _level(verb: Verb, pack: Pack) -> Level:
    """Return the lowest level that is any secret at all, or the only one; of a copy permit the lowest that
    needs one."""
    leave = pack.rules.get("CPY-02")
    asked = leave.params.get("from_level") if leave and leave.enabled else None
    if asked and verb in (Verb.COPY_PERMIT_REQUEST, Verb.COPY_PERMIT_APPROVE):
        return pack.level(asked)
    by_rank = sorted(pack.levels, key=lambda level: level.rank)
    return by_rank[1] if len(by_rank) > 1 else by_rank[0]


def _categories(kind: QualificationType) -> tuple[str, ...]:
    return tuple(category.id for category in kind.categories[:1])


def _home(pack: Pack) -> str:
    return (pack.jurisdiction or "CN")[:2]


def _paper(number: int, kind: QualificationType, today: date) -> f.Qualification:
    return _of(
        f.Qualification,
        id=_id(number),
        type=kind.id,
        grade=kind.grades[-1].id if kind.grades else None,
        categories=tuple(category.id for category in kind.categories),
        valid_from=today - timedelta(days=365),
        valid_to=today + timedelta(days=730),
        state="verified",
        recorded_by=CLERK,
        verified_by=CHECKER,
        verified_on=today - timedelta(days=30),
        entry=None,
    )


def _party(id: str, pack: Pack, today: date, *papers: f.Qualification, owner: str | None = None) -> f.Party:
    control = _of(f.Controller, party=owner, kind="owner", share=Decimal(70), entry=None) if owner else None
    return _of(
        f.Party,
        id=id,
        kind="government" if id == CLIENT else "organisation",
        state="active",
        country=_home(pack),
        controllers=(control,) if control else (),
        qualifications=papers,
        established_on=today - timedelta(days=3650),
        conditions_on=today - timedelta(days=30),
        clean_record=True,
        prc_staff=True,
        inspected_on=today - timedelta(days=60),
        overdue=0,
        held_by=(),
        incidents_late=0,
        holds=False,
        differences=0,
        heap=0,
        heap_without_area=0,
        lists=1,
        unscreened=0,
        screened_on=today - timedelta(days=3),
        listed_on=today - timedelta(days=20),
        hits_open=0,
        entry=None,
    )


def _person(id: str, party: str, pack: Pack, today: date) -> f.Person:
    role = {MANAGER: "manager", OFFICER: "officer"}.get(id, "recipient")
    return _of(
        f.Person,
        id=id,
        memberships=(f.Membership(party=party, role=role),),
        citizenships=(_home(pack),),
        delegations=(),
        vetting="core",
        vetted_from=today - timedelta(days=365),
        vetted_to=today + timedelta(days=730),
        trained_on=today - timedelta(days=60),
        undertaking_on=today - timedelta(days=365),
        leaves_on=None,
        need_to_know=(f.NeedToKnow(item=ITEM, entry=None),),
        entry=None,
    )


def _system(id: str, owner: str, level: Level, today: date) -> f.System:
    return _of(
        f.System,
        id=id,
        kind="computer" if id == HERE else "vault",
        owner_party=owner,
        level=level.id,
        network="none",
        state="active",
        tested_on=today - timedelta(days=90),
        is_installation=id == HERE,
        inventory_number="S-1",
        country="CN",
        provision="issued",
        entry=None,
    )


def _copy(level: Level, today: date, *, accept: bool = False, state: str = "held") -> f.Copy:
    return _of(
        f.Copy,
        id=COPY,
        number="1",
        item=ITEM,
        level=level.id,
        custodian_party=OWNER,
        custodian_person=None,
        state="offered" if accept else state,
        offered_in=HANDOFF if accept else None,
        registered=True,
        last_event_on=today,
        beside=1,
        covered_by=1,
        held_since=today,
        held_by=(),
        entry=None,
    )


def _item(level: Level, today: date) -> f.Item:
    return _of(
        f.Item,
        id=ITEM,
        level=level.id,
        basis_kind="original",
        has_basis=True,
        classified_by=CLIENT,
        issued_on=today - timedelta(days=200),
        until=today + timedelta(days=3000),
        has_release_condition=False,
        marking="marked",
        sources=(),
        certificate_on=None,
        registered_on=today - timedelta(days=30),
        reviewed_on=None,
        review_outcome=None,
        numbered=1,
        with_parties=(),
        entry=None,
    )


def _leave(verb: Verb, today: date) -> f.CopyPermit:
    given = verb is Verb.COPY_MINT
    return _of(
        f.CopyPermit,
        id=LEAVE,
        item=ITEM,
        asked_for=OWNER,
        count=1,
        until=today + timedelta(days=30),
        state="approved" if given else "requested",
        subject_sha256=_SHA,
        approved_sha256=_SHA if given else None,
        requested_by=MANAGER,
    )


def _hop(pack: Pack, level: Level, kind: QualificationType, today: date, *, asked: bool) -> list[f.Group]:
    starts, ends = today - timedelta(days=30), today + timedelta(days=300)
    consent = _of(
        f.Consent,
        kind="client",
        given_on=today - timedelta(days=40),
        document_sha256=None,
        recorded_by=MANAGER,
        entry=None,
    )
    vote = _of(f.Vote, person=OFFICER, parties=(OWNER,), choice="approve", on_behalf_of=None, entry=None)
    hop = _of(
        f.Hop,
        id=HOP,
        parent=None,
        from_party=OWNER,
        to_party=RECEIVER,
        depth=1,
        state="requested" if asked else "active",
        level=level.id,
        categories=_categories(kind),
        starts=starts,
        ends=ends,
        share=Decimal(30),
        amount=None,
        keeps_core=True,
        awarded_on=today - timedelta(days=35),
        reported_on=today - timedelta(days=32),
        subject_sha256=_SHA,
        approval=APPROVAL,
        changed=(),
        business=(),
        performer=RECEIVER,
        payer=OWNER,
        payer_country=_home(pack),
        payment="bank",
        siblings=(),
        consents=(consent,),
        clauses=tuple(clause.id for clause in pack.clauses),
        giver_signed=today - timedelta(days=38),
        receiver_signed=today - timedelta(days=37),
        entry=None,
    )
    approval = _of(
        f.Approval,
        id=APPROVAL,
        state="requested" if asked else "granted",
        subject_kind="hop",
        subject_id=HOP,
        subject_sha256=_SHA,
        level=level.id,
        starts=None,
        ends=ends,
        requested_by=MANAGER,
        needed=1,
        votes=() if asked else (vote,),
        conditions=(),
        referrals=(),
        limits=(),
        decided_on=None if asked else today - timedelta(days=31),
        entry=None,
    )
    return [hop, approval]


def _field(verb: Verb, pack: Pack, today: date) -> list[f.Group]:
    """Return a drone of the receiving party, the permit for it, and a flight where one is recorded."""
    ends = today + timedelta(days=7)
    state = {Verb.PERMIT_SUBMIT: "draft", Verb.PERMIT_APPROVE: "submitted"}.get(verb, "approved")
    stated = {"uplink": False, "payment": "domestic"}
    drone = _of(
        f.Equipment,
        id=DRONE,
        kind="drone",
        owner_party=RECEIVER,
        country=_home(pack),
        registration="UAS-1",
        entry=None,
    )
    permit = _of(
        f.Permit,
        id=PERMIT,
        hop=HOP,
        unit=RECEIVER,
        operator=RECIPIENT,
        equipment=(DRONE,),
        state=state,
        starts=today,
        ends=ends,
        has_airspace=True,
        airspace_from=today,
        airspace_to=ends,
        has_licence=True,
        has_certificate=True,
        has_work_permit=True,
        subject_sha256=_SHA,
        approved_sha256=_SHA if state == "approved" else None,
        requested_by=MANAGER,
        zones_met=0,
        zones_consented=0,
        outputs_overdue=0,
        **stated,
    )
    if state != "approved":
        return [drone, permit]
    flight = _of(
        f.Collection,
        id=FLIGHT,
        permit=PERMIT,
        unit=RECEIVER,
        operator=RECIPIENT,
        equipment=DRONE,
        collected_on=today,
        **stated,
    )
    return [drone, permit, flight]


def _visit(pack: Pack, level: Level, today: date) -> f.Visit:
    guest = _of(f.Visitor, citizenships=(_home(pack),))
    return _of(
        f.Visit, id=VISIT, host=OWNER, level=level.id, starts=today, ends=today, visitors=(guest,), entry=None
    )


def _to_destroy(verb: Verb, pack: Pack, today: date) -> list[f.Qualification]:
    """Return the certificate that a regime asks of a unit that destroys copies, where one is to."""
    setting = pack.rules.get("DSP-01")
    needed = setting.params.get("certificate") if setting and verb in _DESTROYING else None
    return [_paper(33, pack.qualification_type(str(needed)), today)] if needed else []


def _destruction(verb: Verb, pack: Pack, level: Level, today: date) -> list[f.Group]:
    """Return a copy that the owner destroys itself, by a way that the regime takes, and the batch of it."""
    setting = pack.rules.get("DSP-01")
    named = dict(setting.params.get("methods") or {}) if setting else {}
    method = next((ways[0] for _level, ways in sorted(named.items())), "crush")
    asked, done = verb is Verb.DESTRUCTION_REQUEST, verb is Verb.DESTRUCTION_RECORD
    batch = _of(
        f.Destruction,
        id=BATCH,
        holder=OWNER,
        unit=OWNER,
        copies=(COPY,),
        count=1,
        method=method,
        state="approved" if done else "requested",
        subject_sha256=_SHA,
        approved_sha256=_SHA if done else None,
        approved_on=today if done else None,
        requested_by=MANAGER,
        on_hold=(),
        unsettled=(),
        not_found=(),
        unconfirmed=(),
        frozen=(),
        done_unit=OWNER if done else None,
        done_method=method if done else None,
        destroyed_on=today if done else None,
        counted=1 if done else None,
        witnesses=(OFFICER, RECIPIENT) if done else None,
    )
    return [_copy(level, today, state="held" if asked else "marked_for_destruction"), batch]
