"""DSP-01: copies are destroyed with approval, counted, by a unit and a method that the level allows, before
witnesses who do not answer for them; and never what somebody may still have to look at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from custody.policy import subject
from custody.policy.facts import Copy, Destruction, Facts, Party, known, word
from custody.policy.regime import Pack, Params, first_only, higher, switched_off
from custody.policy.rule import Answer, rule
from custody.policy.rules.qualifications import independent, out_of_force, valid_on
from custody.terms import (
    CopyState,
    DestructionMethod,
    DestructionState,
    DestructionUnit,
    QualificationState,
    Text,
    Verb,
    Word,
)

VERBS = frozenset({Verb.DESTRUCTION_REQUEST, Verb.DESTRUCTION_APPROVE, Verb.DESTRUCTION_RECORD})
_MOVING = {CopyState.OFFERED.value, CopyState.DISPUTED.value}

_Methods = Annotated[tuple[DestructionMethod, ...], Field(min_length=1)]
_Units = Annotated[tuple[DestructionUnit, ...], Field(min_length=1)]
_Named = Mapping[str, tuple[Word, ...]]


def allowed_at(named: _Named, rank: int, ranks: Mapping[str, int]) -> set[Word] | None:
    """Return what is allowed at a rank: what the highest level named at or below it allows; None: all."""
    reached = [level for level in named if ranks[level] <= rank]
    return set(named[max(reached, key=ranks.__getitem__)]) if reached else None


def fewer_at_each(old: _Named, new: _Named, ranks: Mapping[str, int]) -> bool:
    """Allow that at every level the same or fewer are allowed."""
    for rank in ranks.values():
        before, after = allowed_at(old, rank, ranks), allowed_at(new, rank, ranks)
        if before is not None and (after is None or not after <= before):
            return False
    return True


class Destroying(Params):
    """By which methods and which units copies are destroyed from a level on, until the next one named; the
    certificate of a unit that is certified for it; how many witness it; and whether a party other than the
    owner may destroy what it holds.

    Below the lowest level named every method but an unnamed one will do, and every unit.
    """

    methods: dict[str, _Methods] = {}
    units: dict[str, _Units] = {}
    certificate: str | None = None
    category: str | None = None
    witnesses: int = Field(default=1, ge=1, le=10)
    at_holder: bool = False
    tighten = {
        "methods": fewer_at_each,
        "units": fewer_at_each,
        "certificate": first_only,
        "category": first_only,
        "witnesses": higher,
        "at_holder": switched_off,
    }
    names_levels: ClassVar[tuple[str, ...]] = ("methods", "units")


@rule(
    "DSP-01",
    1,
    verbs=VERBS,
    params=Destroying,
    title=Text("Copies are destroyed as approved, counted and witnessed", "副本销毁经批准、清点和监销"),
    remedies={
        "count": Text(
            "Stated: {stated}; named: {listed}. Count again, and name each copy.",
            "填报{stated}份，列明{listed}份，数量不符。请重新清点并逐份列明。",
        ),
        "elsewhere": Text(
            "Not in the hands of who asks: {elsewhere}. Take them off the list, or have them given back "
            "first.",
            "以下副本不在申请单位保管之下：{elsewhere}。请从清单中去除，或先收回。",
        ),
        "moving": Text(
            "Offered, or their receipt is disputed: {moving}. Withdraw the offer or settle the dispute "
            "first.",
            "以下副本正在移交或签收有异议：{moving}。请先撤回移交或解决异议。",
        ),
        "taken": Text(
            "In another batch, destroyed already, or not marked any more: {taken}. Take them off the list.",
            "以下副本已列入其他销毁批次、已销毁或不再待销毁：{taken}。请从清单中去除。",
        ),
        "hold": Text(
            "Under a legal hold: {on_hold}. Nothing of this is destroyed until the hold is lifted.",
            "以下副本处于法定保全中：{on_hold}。解除保全前不得销毁。",
        ),
        "unsettled": Text(
            "Not in order on receipt, and not settled: {unsettled}. Settle the discrepancy first.",
            "以下副本签收时异常且未查清：{unsettled}。请先查清。",
        ),
        "not_found": Text(
            "Missing at a stocktake: {not_found}. What nobody has seen is not destroyed: say on the page of "
            "that stocktake what became of it.",
            "以下副本在清点中缺失：{not_found}。未见到实物不得销毁，请先在该次清点页面记录处理结果。",
        ),
        "doubt": Text(
            "Custody is not confirmed, since a restore or an old register: {doubted}. Count these copies "
            "first.",
            "以下副本（系统恢复后或自旧登记簿接收）保管情况未经确认：{doubted}。请先清点确认。",
        ),
        "frozen": Text(
            "The record does not agree with the ledger: {frozen}. Have the administrator settle it first.",
            "以下副本的记录与账本不符：{frozen}。请先由管理员处理。",
        ),
        "owner_only": Text(
            "In this regime only the owner of the project destroys copies. Give them back first.",
            "本规则包规定仅项目所有方可销毁副本。请先归还。",
        ),
        "unit": Text(
            "This unit may not destroy {level} copies; it must be: {allowed_units}. Choose such a unit, or "
            "have its certificate recorded and verified.",
            "该单位不得销毁{level}副本，须为：{allowed_units}。请更换单位，或登记并核验其资质证书。",
        ),
        "method": Text(
            "{method} is not allowed for {level} copies. Use {allowed_methods}.",
            "{level}副本不得采用“{method}”方式销毁。请采用：{allowed_methods}。",
        ),
        "concerned": Text(
            "Whoever asks for it, holds a copy of it, or belongs to the party that gives them up does not "
            "approve. Somebody else must.",
            "申请人、副本保管人及销毁副本的单位人员不得审批，须由他人决定。",
        ),
        "not_approved": Text(
            "The batch is at “{batch_state}”. Nothing is destroyed before it is approved.",
            "批次状态为“{batch_state}”，未经批准不得销毁。",
        ),
        "changed": Text(
            "The batch is not what was approved. Withdraw it, and ask again.",
            "批次内容与批准时不一致。请撤回后重新申请。",
        ),
        "other": Text(
            "Unit or method are not those that were approved. Withdraw the batch, and ask for what is to be "
            "done.",
            "单位或方式与批准的不同。请撤回该批次，按实际情况重新申请。",
        ),
        "early": Text(
            "Destroyed on {destroyed_on}, before it was approved on {decided_on}. Give the day on which it "
            "was done; what was done without approval is reported to the security officer.",
            "销毁日期{destroyed_on}早于批准日期{decided_on}。请填写实际日期；未经批准的销毁须报告保密负责人。",
        ),
        "witnesses": Text(
            "{witnesses} of {witnesses_needed} witnesses are named. Name all who saw it.",
            "须有{witnesses_needed}名监销人，现有{witnesses}名。请列明全部监销人。",
        ),
        "own_witness": Text(
            "Whoever holds a copy, asked for the destruction or records it cannot witness it. Name somebody "
            "else.",
            "副本保管人、申请人和登记人不得作为监销人。请另行指定。",
        ),
    },
)
def dsp_01(facts: Facts, pack: Pack, params: Destroying, answer: Answer) -> None:
    """Every copy named lies free with the party that gives it up and is counted; none is held back by a legal
    hold, an open discrepancy, a dispute, a doubt or a frozen record, and none is missing. Unit and method are
    those that the highest level allows.

    An officer approves who neither asked, nor holds a copy, nor belongs to a party other than the owner that
    gives the copies up. What is recorded is what was approved, not earlier, before enough witnesses of whom
    none holds a copy, asked for it or records it.
    """
    batch = facts.destruction(known(facts.act.destruction, "the destruction batch", "销毁批次", "act"))
    copies = tuple(facts.copy(id) for id in batch.copies)
    own = [batch.holder]
    done = facts.act.verb == Verb.DESTRUCTION_RECORD.value
    stated = (
        known(batch.counted, "the count of what was destroyed", "实际销毁数量", "act")
        if done
        else batch.count
    )
    answer.tell("stated", stated, own=own)
    answer.tell("listed", len(copies), own=own)
    if stated != len(copies) or batch.count != len(copies) or not copies:
        answer.fail("count")
    _judge_custody(facts, batch, copies, answer)
    _judge_held_back(facts, batch, answer)
    _judge_way(facts, pack, params, batch, copies, answer)
    if facts.act.verb == Verb.DESTRUCTION_APPROVE.value:
        _judge_decider(facts, batch, copies, answer)
    if done:
        _judge_done(facts, params, batch, copies, answer)


def _judge_custody(facts: Facts, batch: Destruction, copies: tuple[Copy, ...], answer: Answer) -> None:
    asking = facts.act.verb == Verb.DESTRUCTION_REQUEST.value
    wanted = CopyState.HELD.value if asking else CopyState.MARKED.value
    holders = {
        copy.id: known(copy.custodian_party, "the custodian of a copy", "副本的保管方", f"copy:{copy.id}")
        for copy in copies
    }
    found = {
        "elsewhere": [c.number for c in copies if holders[c.id] != batch.holder],
        "moving": [c.number for c in copies if c.state in _MOVING],
        "taken": [c.number for c in copies if c.state != wanted and c.state not in _MOVING],
    }
    for name, numbers in found.items():
        if numbers:
            answer.fail(name)
    answer.tell("elsewhere", found["elsewhere"], own=[batch.holder])
    answer.tell("moving", found["moving"], own=[batch.holder])
    answer.tell("taken", found["taken"], own=[batch.holder])


def _judge_held_back(facts: Facts, batch: Destruction, answer: Answer) -> None:
    def numbers(ids: tuple[str, ...]) -> list[str]:
        return [facts.copy(id).number for id in ids]

    own = [batch.holder]
    answer.tell("on_hold", numbers(batch.on_hold), own=own)
    answer.tell("unsettled", numbers(batch.unsettled), own=own)
    answer.tell("not_found", numbers(batch.not_found), own=own)
    answer.tell("doubted", numbers(batch.unconfirmed), own=own)
    answer.tell("frozen", numbers(batch.frozen), own=own)
    for problem, ids in (
        ("hold", batch.on_hold),
        ("unsettled", batch.unsettled),
        ("not_found", batch.not_found),
        ("doubt", batch.unconfirmed),
        ("frozen", batch.frozen),
    ):
        if ids:
            answer.fail(problem)


def _judge_way(
    facts: Facts,
    pack: Pack,
    params: Destroying,
    batch: Destruction,
    copies: tuple[Copy, ...],
    answer: Answer,
) -> None:
    if batch.holder != facts.project.owner_party and not params.at_holder:
        answer.fail("owner_only")
    if not copies:
        return
    level = subject.highest(pack, (copy.level for copy in copies))
    answer.tell("level", level.id, shown=level.label.text, everyone=True)
    ranks = {each.id: each.rank for each in pack.levels}
    method = word(DestructionMethod, batch.method)
    answer.tell("method", method.value, shown=method.text, everyone=True)
    named = allowed_at(params.methods, level.rank, ranks)
    methods = [
        m for m in DestructionMethod if m is not DestructionMethod.OTHER and (named is None or m in named)
    ]
    answer.tell("allowed_methods", [m.value for m in methods], shown=_listed(methods), everyone=True)
    if method not in methods:
        answer.fail("method")
    answer.tell("destroys", batch.unit, refers="party", own=[batch.holder])
    kinds = allowed_at(params.units, level.rank, ranks)
    units = [u for u in DestructionUnit if kinds is None or u in kinds]
    answer.tell("allowed_units", [u.value for u in units], shown=_listed(units), everyone=True)
    if kinds is not None and not any(_is(facts, params, batch, unit) for unit in units):
        answer.fail("unit")


def _is(facts: Facts, params: Destroying, batch: Destruction, unit: DestructionUnit) -> bool:
    """Return whether the unit of a batch is of one of the kinds that may destroy."""
    if unit is DestructionUnit.HOLDER:
        return batch.unit == batch.holder
    if unit is DestructionUnit.OWNER:
        return batch.unit == facts.project.owner_party
    return _certified(facts.party(batch.unit), params, batch.destroyed_on or facts.act.today, facts.act.today)


def _certified(party: Party, params: Destroying, day: date, today: date) -> bool:
    if params.certificate is None or params.category is None:
        return False
    held = [q for q in party.qualifications if q.type == params.certificate]
    stopped = {q.state for q in out_of_force(held, today)}
    if stopped - {QualificationState.REVOKED.value}:  # one that was revoked bars nothing where another counts
        return False
    return any(params.category in q.categories and valid_on(q, day) for q in independent(held))


def _judge_decider(facts: Facts, batch: Destruction, copies: tuple[Copy, ...], answer: Answer) -> None:
    person = known(facts.act.actor_person, "who decides", "审批人", "act")
    answer.tell("decides", person, refers="person")
    parties = {membership.party for membership in facts.person(person).memberships}
    # The owner's officer decides on the owner's own copies too: officers are the owner's.
    outside = batch.holder != facts.project.owner_party
    if person in _answerable(batch, copies) or (outside and batch.holder in parties):
        answer.fail("concerned")


def _judge_done(
    facts: Facts, params: Destroying, batch: Destruction, copies: tuple[Copy, ...], answer: Answer
) -> None:
    state = word(DestructionState, batch.state)
    answer.tell("batch_state", state.value, shown=state.text, own=[batch.holder])
    if state is not DestructionState.APPROVED or batch.approved_sha256 is None:
        answer.fail("not_approved")
    elif batch.approved_sha256 != batch.subject_sha256:
        answer.fail("changed")
    unit = known(batch.done_unit, "who destroyed the copies", "实际销毁单位", "act")
    method = known(batch.done_method, "how the copies were destroyed", "实际销毁方式", "act")
    if (unit, method) != (batch.unit, batch.method):
        answer.fail("other")
    on = known(batch.destroyed_on, "the day of the destruction", "销毁日期", "act")
    approved = known(batch.approved_on, "the day of the approval", "批准日期", "act")
    answer.tell("destroyed_on", on, own=[batch.holder])
    answer.tell("decided_on", approved, own=[batch.holder])
    if on < approved:
        answer.fail("early")
    seen = set(known(batch.witnesses, "who witnessed the destruction", "监销人", "act"))
    people = {facts.person(id).id for id in sorted(seen)}
    answer.tell("witnesses", len(people), own=[batch.holder])
    answer.tell("witnesses_needed", params.witnesses, everyone=True)
    if len(people) < params.witnesses:
        answer.fail("witnesses")
    recorder = known(facts.act.actor_person, "who records it", "登记人", "act")
    if people & {recorder, *_answerable(batch, copies)}:
        answer.fail("own_witness")


def _answerable(batch: Destruction, copies: Iterable[Copy]) -> set[str]:
    """Return who asked for a batch, and who holds a copy of it."""
    return {batch.requested_by, *(c.custodian_person for c in copies if c.custodian_person is not None)}


def _listed(words: Iterable[Word]) -> Text:
    found = [each.text for each in words]
    return Text(" / ".join(t.en for t in found), "、".join(t.zh for t in found))
