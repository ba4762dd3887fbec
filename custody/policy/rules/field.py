"""FLD: ground is surveyed under a permit, off the sensitive zones, and what is collected comes in."""

from __future__ import annotations

from datetime import date

from custody.policy import subject
from custody.policy.facts import Collection, Equipment, Facts, Permit, known, word
from custody.policy.regime import Pack, Params, fewer, first_only, lower
from custody.policy.rule import Answer, rule
from custody.terms import (
    EquipmentKind,
    HopState,
    PartyKind,
    Payment,
    PermitState,
    ProjectState,
    QualificationState,
    Text,
    Verb,
)

VERBS = frozenset({Verb.PERMIT_SUBMIT, Verb.PERMIT_APPROVE, Verb.COLLECTION_RECORD})
_FLYING = {EquipmentKind.DRONE.value, EquipmentKind.DRONE_MICRO.value}


class Field(Params):
    """The countries of which operators and makers may be, and the certificate that a unit needs."""

    home: tuple[str, ...] = ()
    unit_type: str | None = None
    tighten = {"home": fewer, "unit_type": first_only}


@rule(
    "FLD-01",
    1,
    verbs=VERBS,
    params=Field,
    title=Text("The permit and what it rests on are in order", "采集许可及其依据齐备"),
    remedies={
        "none": Text(
            "There is no permit ({equipment_kind}, {on}). Stop collecting, ask for a permit, and say what "
            "was collected without one.",
            "{on}使用{equipment_kind}采集没有许可。请停止采集、申请许可，并说明未经许可采集的内容。",
        ),
        "not_live": Text(
            "The permit is {permit_state}; nothing may be collected under it. Have it approved first.",
            "许可状态为“{permit_state}”，不得据以采集。请先完成审批。",
        ),
        "dates": Text(
            "The permit holds from {starts} to {ends}; {on} is outside. Ask for one for that day.",
            "许可有效期为{starts}至{ends}，{on}不在期内。请另行申请。",
        ),
        "closed": Text(
            "The project is closed. Nothing is collected in it any more.",
            "项目已结束，不得再进行采集。",
        ),
        "hop": Text(
            "The subcontract at tier {tier} is at “{hop_state}”; nothing is collected under it. Have it put "
            "in force first.",
            "第{tier}级分包的状态为“{hop_state}”，不得据以采集。请先使其生效。",
        ),
        "ended": Text(
            "The last day of the permit, {ends}, is gone. Give later days.",
            "许可截止日{ends}已过。请填写之后的日期。",
        ),
        "changed": Text(
            "The permit is not what was approved. Submit it again.", "许可内容与批准时不一致。请重新提交。"
        ),
        "other": Text(
            "Unit, operator or equipment are not those of the permit. Ask for a permit for them.",
            "作业单位、操作人员或设备与许可不符。请为其申请许可。",
        ),
        "individual": Text(
            "The unit is an individual. Only a legal person with the certificate may survey.",
            "作业单位为个人。只有具备资质的法人单位方可从事测绘。",
        ),
        "unit": Text(
            "The unit holds no verified certificate that is valid throughout. Have it recorded and "
            "verified, or choose another unit.",
            "作业单位没有在整个期间有效且已核验的测绘资质。请登记并核验，或更换单位。",
        ),
        "operator": Text(
            "The operator is not a national of the home country. Choose another operator.",
            "操作人员不具有本国国籍。请更换操作人员。",
        ),
        "licence": Text(
            "No operator's licence is named for the drone. Give its number.",
            "未填写无人机操控员执照编号。请补充。",
        ),
        "certificate": Text(
            "No operating certificate of the unit is named for the drone. Give its number.",
            "未填写单位的无人机运营合格证编号。请补充。",
        ),
        "work_permit": Text(
            "No surveyor's work permit of the operator is named. Give its number.",
            "未填写操作人员的测绘作业证件编号。请补充。",
        ),
        "unregistered": Text(
            "The drone has no real-name registration. Register it with the authority, then here.",
            "无人机未实名登记。请先向主管部门登记，再在此补登。",
        ),
        "foreign": Text(
            "The drone is of a foreign maker. Choose one of the home country.",
            "无人机为境外制造。请使用本国制造的无人机。",
        ),
        "airspace": Text(
            "No airspace approval covers all days of the flight. Give its number, authority and days.",
            "空域批准未覆盖全部飞行日期。请填写批准文号、机关和起止日期。",
        ),
        "concerned": Text(
            "Whoever asks, operates or belongs to the unit does not decide. Somebody else must.",
            "申请人、操作人员及作业单位人员不得审批，须由他人决定。",
        ),
    },
)
def fld_01(facts: Facts, pack: Pack, params: Field, answer: Answer) -> None:
    """Approved, on its days, as it was approved; unit, operator, equipment and airspace are in order.

    The licence, the operating certificate, registration, maker and airspace are asked for drones, the
    certificate not for micro ones. The unit is the owner, or has a subcontract: the project is open, and
    each subcontract on the path to it in force.
    """
    done = _done(facts)
    permit = _permit(facts)
    equipment = _equipment(facts, permit, done)
    unit = done.unit if done else _asked(permit).unit
    own = _concerned(facts, unit)
    on = done.collected_on if done else None
    answer.tell("unit", unit, refers="party", own=own)
    kinds = sorted({word(EquipmentKind, e.kind) for e in equipment})
    shown = Text(", ".join(k.text.en for k in kinds), "、".join(k.text.zh for k in kinds))
    answer.tell("equipment_kind", [str(k) for k in kinds], shown=shown, own=own)
    if on:
        answer.tell("on", on, own=own)
    if permit:
        answer.tell("permit_state", permit.state, shown=word(PermitState, permit.state).text, own=own)
        answer.tell("starts", permit.starts, own=own)
        answer.tell("ends", permit.ends, own=own)
        _judge_permit(facts, permit, done, answer)
    else:
        answer.fail("none")
    _judge_work(facts, permit, answer)
    first, last = (on, on) if on else (_asked(permit).starts, _asked(permit).ends)
    _judge_unit(facts, params, unit, first, last, answer)
    _judge_operator(facts, params, done.operator if done else _asked(permit).operator, answer)
    flying = [e for e in equipment if e.kind in _FLYING]
    for drone in flying:
        _judge_drone(params, drone, answer)
    if permit:
        _judge_papers(permit, flying, first, last, answer)


def _judge_work(facts: Facts, permit: Permit | None, answer: Answer) -> None:
    state = known(facts.project.state, "whether the project is open", "项目是否进行中", "project")
    if word(ProjectState, state) is not ProjectState.OPEN:
        answer.fail("closed")
    if permit is not None and permit.hop is not None:  # the path to it is what is judged
        known(facts.act.hop, "the subcontract of the permit", "许可所属的分包", "act")
    for tier, hop in enumerate(subject.path(facts), 1):
        if hop.state != HopState.ACTIVE.value:
            own = [hop.from_party, hop.to_party]
            answer.tell("tier", tier, own=own)
            answer.tell("hop_state", hop.state, shown=word(HopState, hop.state).text, own=own)
            answer.fail("hop")


def _judge_permit(facts: Facts, permit: Permit, done: Collection | None, answer: Answer) -> None:
    if done is None:
        if permit.ends < facts.act.today:
            answer.fail("ended")
        if facts.act.verb == Verb.PERMIT_APPROVE.value:
            _judge_decider(facts, permit, answer)
        return
    if permit.state not in {PermitState.APPROVED.value, PermitState.ACTIVE.value}:
        answer.fail("not_live")
    if not permit.starts <= done.collected_on <= permit.ends:
        answer.fail("dates")
    if permit.approved_sha256 != permit.subject_sha256:
        answer.fail("changed")
    same = (permit.unit, permit.operator) == (done.unit, done.operator)
    if not same or done.equipment not in permit.equipment:
        answer.fail("other")


def _judge_decider(facts: Facts, permit: Permit, answer: Answer) -> None:
    person = known(facts.act.actor_person, "who decides", "审批人", "act")
    answer.tell("decides", person, refers="person")
    parties = {membership.party for membership in facts.person(person).memberships}
    # The owner's officer decides on the owner's own field work too: officers are the owner's.
    outside = permit.unit != facts.project.owner_party
    if person in {permit.requested_by, permit.operator} or (outside and permit.unit in parties):
        answer.fail("concerned")


def _judge_unit(facts: Facts, params: Field, unit: str, first: date, last: date, answer: Answer) -> None:
    party = facts.party(unit)
    if party.kind == PartyKind.INDIVIDUAL.value:
        answer.fail("individual")
    kind = params.unit_type or facts.project.qualification_type
    type_ = known(kind, "the certificate that the work needs", "作业所需的资质", "project")
    for paper in party.qualifications:
        begins, ends = paper.valid_from, paper.valid_to
        valid = begins is not None and ends is not None and begins <= first and last <= ends
        if paper.type == type_ and paper.state == QualificationState.VERIFIED.value and valid:
            return
    answer.fail("unit")


def _judge_operator(facts: Facts, params: Field, operator: str, answer: Answer) -> None:
    if not params.home:
        return
    citizenships = known(
        facts.person(operator).citizenships, "the citizenship of the operator", "操作人员的国籍", "person"
    )
    if not set(citizenships) or not set(citizenships) <= set(params.home):
        answer.fail("operator")


def _judge_drone(params: Field, drone: Equipment, answer: Answer) -> None:
    number = known(
        drone.registration, "the real-name registration of the drone", "无人机的实名登记", "equipment"
    )
    if not number.strip():
        answer.fail("unregistered")
    if params.home:
        country = known(drone.country, "the country of the drone's maker", "无人机制造方的国别", "equipment")
        if country not in params.home:
            answer.fail("foreign")


def _judge_papers(permit: Permit, flying: list[Equipment], first: date, last: date, answer: Answer) -> None:
    if not permit.has_work_permit:
        answer.fail("work_permit")
    if not flying:
        return
    if not permit.has_licence:
        answer.fail("licence")
    if not permit.has_certificate and any(e.kind == EquipmentKind.DRONE.value for e in flying):
        answer.fail("certificate")
    begins, ends = permit.airspace_from, permit.airspace_to
    covered = begins is not None and ends is not None and begins <= first and last <= ends
    if not permit.has_airspace or not covered:
        answer.fail("airspace")


class Ground(Params):
    """Within how many hours of its entry the output of a collection is registered."""

    output_hours: int | None = None
    tighten = {"output_hours": lower}


@rule(
    "FLD-02",
    1,
    verbs=VERBS,
    params=Ground,
    title=Text("The area avoids sensitive zones, and output comes in", "避开敏感区域，成果按期登记"),
    remedies={
        "zone": Text(
            "The area meets {zones_open} sensitive zone(s) without the consent of their authority. Redraw "
            "it, or seek the consent and have the security officer record it.",
            "采集范围与{zones_open}个敏感区域相交，且未取得主管机关同意。请重新划定，或取得同意并由保密管理员登记。",
        ),
        "no_area": Text(
            "No area was approved, so nobody knows whether sensitive zones were met. Say where the "
            "work was done.",
            "没有经批准的范围，无法确定是否涉及敏感区域。请说明采集地点。",
        ),
        "uplink": Text(
            "Data leave the equipment live. Switch the transmission off, and collect to a medium that is "
            "handed in.",
            "采集数据实时外传。请关闭传输，使用介质存储并上交。",
        ),
        "crypto": Text(
            "The work is paid in crypto currency. Find out who pays, and tell the security officer.",
            "以加密货币支付报酬。请查明付款方并报告保密管理员。",
        ),
        "abroad": Text(
            "The work is paid from abroad. Find out who pays, and tell the security officer.",
            "报酬来自境外。请查明付款方并报告保密管理员。",
        ),
        "late": Text(
            "{outputs_overdue} earlier collection(s) of the unit have no output registered in time. Register "
            "it.",
            "该单位有{outputs_overdue}次采集的成果逾期未登记。请尽快登记。",
        ),
    },
)
def fld_02(facts: Facts, pack: Pack, params: Ground, answer: Answer) -> None:
    """No zone is met without its authority's consent, and nothing is sent live; how it is paid, and late
    output, are pointed out. Whether data are sent live must be stated; so must how it is paid."""
    done, permit = _done(facts), _permit(facts)
    own = _concerned(facts, done.unit if done else _asked(permit).unit)
    if permit:
        met = known(permit.zones_met, "the list of sensitive zones", "敏感区域清单", "permit")
        answer.tell("zones_met", met, own=own)
        answer.tell("zones_open", met - permit.zones_consented, own=own)
        if met > permit.zones_consented:
            answer.fail("zone")
        if params.output_hours is not None:
            answer.tell("output_hours", params.output_hours, everyone=True)
            answer.tell("outputs_overdue", permit.outputs_overdue, own=own)
            if permit.outputs_overdue:
                answer.warn("late")
    else:
        answer.fail("no_area")
    stated: Collection | Permit = done or _asked(permit)
    uplink = known(stated.uplink, "whether data leave the equipment live", "数据是否实时外传", "permit")
    answer.tell("uplink", uplink, own=own)
    if uplink:
        answer.fail("uplink")
    payment = known(stated.payment, "how the work is paid", "报酬的支付方式", "permit")
    answer.tell("payment", payment, shown=word(Payment, payment).text, own=own)
    if payment == Payment.CRYPTO.value:
        answer.warn("crypto")
    if payment == Payment.ABROAD.value:
        answer.warn("abroad")


def _concerned(facts: Facts, unit: str) -> list[str]:
    """Return who reads what is told of field work: the unit, and both ends of the subcontract it is under."""
    ends = [p for hop in subject.path(facts)[-1:] for p in (hop.from_party, hop.to_party)]
    return [unit, *(party for party in ends if party != unit)]


def _permit(facts: Facts) -> Permit | None:
    """Return the permit concerned; None for a collection without one."""
    if facts.act.permit is None and facts.act.verb == Verb.COLLECTION_RECORD.value:
        return None
    return facts.permit(known(facts.act.permit, "the permit", "采集许可", "act"))


def _asked(permit: Permit | None) -> Permit:
    return known(permit, "the permit", "采集许可", "act")


def _done(facts: Facts) -> Collection | None:
    """Return the collection that is recorded; None while a permit is asked for."""
    if facts.act.verb != Verb.COLLECTION_RECORD.value:
        return None
    return facts.collection(known(facts.act.collection, "what was collected", "采集情况", "act"))


def _equipment(facts: Facts, permit: Permit | None, done: Collection | None) -> list[Equipment]:
    return [facts.equipment(id) for id in ([done.equipment] if done else _asked(permit).equipment)]
