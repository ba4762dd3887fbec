"""QUA-05: a listed business needs a secrecy qualification of its own, beside that for the work.

The list is what the certificates of that type may name: copying, repair, destruction and so on. It stands
beside the project's main type of certificate, which QUA-01 to QUA-06 judge.
"""

from __future__ import annotations

from typing import ClassVar

from custody.policy import subject
from custody.policy.facts import Facts, Missing, known
from custody.policy.regime import Pack, Params, QualificationType, first_only, lower_level
from custody.policy.rule import Answer, rule
from custody.policy.rules.qualifications import covering_at, independent, listed, out_of_force, valid_on
from custody.terms import QualificationState, Text


class Secrecy(Params):
    """Which type of certificate the listed businesses need, and from which level."""

    type: str | None = None
    from_level: str | None = None
    tighten = {"type": first_only, "from_level": lower_level}
    names_levels: ClassVar[tuple[str, ...]] = ("from_level",)


@rule(
    "QUA-05",
    1,
    verbs=subject.HOPS | subject.HANDOFFS,
    params=Secrecy,
    title=Text("A listed business has a secrecy qualification", "涉密业务具有保密资质"),
    remedies={
        "none": Text(
            "This work ({business}) needs a {needed}, and no active one is on record for the recipient. "
            "Record the certificate and have a second person verify it, or choose another recipient.",
            "该业务（{business}）须具有{needed}，接收方没有已核验的证书。"
            "请登记证书并由另一人核验，或更换接收方。",
        ),
        "stopped": Text(
            "The recipient's {needed} is suspended, downgraded or revoked. Hand over nothing more to it for "
            "this work ({business}), or choose another recipient.",
            "接收方的{needed}已被暂停、降级或吊销，不得再向其移交该业务（{business}）。请更换接收方。",
        ),
        "expired": Text(
            "The recipient's {needed} is not valid today. Record its renewal and have it verified, or choose "
            "another recipient.",
            "接收方的{needed}今天不在有效期内。请登记续期证书并完成核验，或更换接收方。",
        ),
        "cover": Text(
            "The recipient's {needed} does not cover {lacking} at {grade} or higher. Take this out of the "
            "work, or choose another recipient.",
            "接收方的{needed}未达到{grade}或不包括{lacking}。请从分包范围中去除，或更换接收方。",
        ),
    },
)
def qua_05(facts: Facts, pack: Pack, params: Secrecy, answer: Answer) -> None:
    """From a level on, whoever takes a listed business holds an active secrecy qualification that covers it.

    It counts as any certificate does: verified by a second person, valid today, of the grade that the level
    asks (the highest where the regime has no table), naming the business. One that is suspended or
    downgraded bars whatever else is held, one that is revoked unless another is active. Where it is not known
    whether the work is a listed business, this rule cannot tell.
    """
    if facts.act.hop is None:
        return answer.not_applicable("No subcontract is used.", "不涉及分包。")
    level = subject.level(facts, pack)
    if params.from_level is None or level.rank < pack.rank(params.from_level):
        return answer.not_applicable(
            "At this level no business needs a secrecy qualification.", "该密级的业务不要求保密资质。"
        )
    answer.tell("level", level.id, shown=level.label.text, everyone=True)
    kind = pack.qualification_type(known(params.type, "which qualification it needs", "所需资质类型", "pack"))
    labels = {c.id: c.label.text for c in kind.categories}
    hop = subject.hop(facts)
    business = known(
        hop.business,
        "whether the work is a business that needs a secrecy qualification",
        "分包作业是否属于须具有保密资质的涉密业务",
        f"hop:{hop.id}",
    )
    answer.tell("business", business, everyone=True, shown=listed(business, labels))
    if not business:
        return answer.not_applicable(
            "The work is no business that needs a secrecy qualification.",
            "分包作业不属于须具有保密资质的业务。",
        )
    if not set(business) <= set(labels):
        raise Missing(Text("a business that this regime knows", "本规则包所列的涉密业务"), f"hop:{hop.id}")
    _judge_paper(facts, pack, kind, business, answer)
    return None


def _judge_paper(
    facts: Facts, pack: Pack, kind: QualificationType, business: tuple[str, ...], answer: Answer
) -> None:
    party, today = subject.recipient(facts), facts.act.today
    answer.tell("needed", kind.id, shown=kind.label.text, everyone=True)
    answer.tell("recipient", party, refers="party", everyone=True)
    answer.tell("today", today, everyone=True)
    held = [q for q in facts.party(party).qualifications if q.type == kind.id]
    active = independent(held)
    answer.tell("active", len(active), own=[party])
    states = {q.state for q in out_of_force(held, today)}
    if states - {QualificationState.REVOKED.value} or (states and not active):
        answer.fail("stopped")
        return
    if not active:
        answer.fail("none")
        return
    valid = [q for q in active if valid_on(q, today)]
    if not valid:
        answer.fail("expired")
        return
    grade = _needed_grade(facts, pack, kind)
    grades = {g.id: g.label.text for g in kind.grades}
    answer.tell("grade", grade, shown=grades[grade], everyone=True)
    lacking = [b for b in business if not any(covering_at(q, kind, grade, b) for q in valid)]
    labels = {c.id: c.label.text for c in kind.categories}
    answer.tell("lacking", lacking, everyone=True, shown=listed(lacking, labels))
    if lacking:
        answer.fail("cover")


def _needed_grade(facts: Facts, pack: Pack, kind: QualificationType) -> str:
    """The grade that the level asks by the regime's table; without a row, the highest."""
    grades = [grade.id for grade in kind.grades]
    level = subject.level(facts, pack).id
    rows = [row.grade for row in pack.coverage if row.type == kind.id and row.level == level]
    return max(rows, key=grades.index) if rows else grades[-1]
