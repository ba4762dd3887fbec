"""QUA: the recipient holds the right certificate, for this work and data, today and until the end.

Only a certificate counts that somebody other than its recorder verified. One certificate need not cover all
categories; each category must be covered by one that is good enough and valid.

QUA-01 asks whether any certificate counts; QUA-04 says why one that counted does no more. Where nothing else
is on record both bar, and QUA-01 then only points to QUA-04, whose remedy helps. The facts do not hold since
when a certificate is suspended, downgraded or revoked, so no sentence says it; the certificate's page does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import ClassVar, Literal

from custody.policy import subject
from custody.policy.facts import Facts, Missing, Qualification, known
from custody.policy.regime import Pack, Params, QualificationType, block_for_warn, lower, lower_level
from custody.policy.rule import BLOCK, Answer, day_text, rule
from custody.terms import QualificationState, Text

VERBS = subject.HOPS | subject.HANDOFFS
STOPPED = {
    state.value: state
    for state in (QualificationState.SUSPENDED, QualificationState.DOWNGRADED, QualificationState.REVOKED)
}
"""States of a certificate that was verified and counts no more."""
NONE_ACTIVE = ("No active qualification; see QUA-01.", "没有有效资质，见QUA-01。")


def _type(facts: Facts, pack: Pack) -> QualificationType:
    named = facts.project.qualification_type
    if named is None and len(pack.main_types) == 1:
        return pack.main_types[0]
    return pack.qualification_type(
        known(named, "the qualification that the project needs", "项目要求的资质类型", "project")
    )


def _held(facts: Facts, kind: QualificationType) -> list[Qualification]:
    return [q for q in facts.party(subject.recipient(facts)).qualifications if q.type == kind.id]


def independent(held: Iterable[Qualification]) -> list[Qualification]:
    """Return the certificates that count: verified, by somebody other than who recorded them."""
    verified = [q for q in held if q.state == QualificationState.VERIFIED.value]
    return [q for q in verified if q.verified_by is not None and q.verified_by != _recorder(q)]


def out_of_force(held: Iterable[Qualification], today: date) -> list[Qualification]:
    """Return what is suspended, downgraded or revoked; what has run out would not count anyway."""
    return [q for q in held if q.state in STOPPED and today <= _last(q)]


def _recorder(q: Qualification) -> str:
    return known(q.recorded_by, "who recorded the certificate", "证书登记人", "party")


def _needed_grade(facts: Facts, pack: Pack, kind: QualificationType) -> str:
    """The grade needed: by the regime's table for the level, else what the contract asks, else the highest.

    Where the contract's grade is not known, the strictest reading applies: lacking it must not help anybody.
    """
    grades = [grade.id for grade in kind.grades]
    prime = facts.project.qualification_grade
    if prime is not None and prime not in grades:
        raise Missing(Text("a grade that this regime knows", "本规则包所列的资质等级"), "project")
    level = subject.level(facts, pack).id
    rows = [row for row in pack.coverage if row.type == kind.id and row.level == level]
    if not rows:
        return prime or grades[-1]
    exact = [row for row in rows if row.prime_grade == prime]
    general = [row for row in rows if row.prime_grade is None]
    usable = rows if prime is None else exact or general or rows
    return max((row.grade for row in usable), key=grades.index)


def covering_at(q: Qualification, kind: QualificationType, grade: str, category: str | None) -> bool:
    """Return whether a certificate is of a grade or higher and lists a category (None: any)."""
    grades = [g.id for g in kind.grades]
    held = known(q.grade, "the grade of the certificate", "证书等级", "party")
    if held not in grades:
        raise Missing(Text("a grade that this regime knows", "本规则包所列的资质等级"), "party")
    return grades.index(held) >= grades.index(grade) and (category is None or category in q.categories)


def listed(ids: Sequence[str], names: Mapping[str, Text]) -> Text:
    """Return ids as people read them, by their names where these are known."""
    found = [names.get(id, Text(id, id)) for id in ids]
    return Text(", ".join(t.en for t in found), "、".join(t.zh for t in found))


def _needed_categories(facts: Facts, kind: QualificationType) -> list[str | None]:
    if not kind.categories:
        return [None]
    named = subject.categories(facts)
    return list(known(named or None, "the categories of work passed on", "分包作业的专业类别", "hop"))


def valid_on(q: Qualification, day: date) -> bool:
    """Return whether a certificate is valid on a day. Raises Missing where its days are not known."""
    first = known(q.valid_from, "the first day of the certificate", "证书起始日", "party")
    return first <= day <= _last(q)


def _last(q: Qualification) -> date:
    return known(q.valid_to, "the last day of the certificate", "证书截止日", "party")


@rule(
    "QUA-01",
    1,
    verbs=VERBS,
    params=Params,
    title=Text("The recipient holds an active qualification", "接收方持有有效资质"),
    remedies={
        "none": Text(
            "No active {needed} is on record for the recipient. Record the certificate and have a second "
            "person "
            "verify it, or choose another recipient.",
            "接收方没有已核验的{needed}。请登记证书并由另一人核验，或更换接收方。",
        )
    },
)
def qua_01(facts: Facts, pack: Pack, params: Params, answer: Answer) -> None:
    """The receiving party has a certificate of the project's type that a second person verified."""
    kind, party = _type(facts, pack), subject.recipient(facts)
    answer.tell("needed", kind.id, shown=kind.label.text, everyone=True)
    answer.tell("recipient", party, refers="party", everyone=True)
    held = _held(facts, kind)
    answer.tell("recorded", len(held), own=[party])
    active = independent(held)
    answer.tell("active", len(active), own=[party])
    if not active:
        answer.fail("none")


@rule(
    "QUA-01",
    2,
    verbs=VERBS,
    params=Params,
    title=Text("The recipient holds an active qualification", "接收方持有有效资质"),
    remedies={
        "none": Text(
            "No active {needed} is on record for the recipient. Record the certificate and have a second "
            "person "
            "verify it, or choose another recipient.",
            "接收方没有已核验的{needed}。请登记证书并由另一人核验，或更换接收方。",
        ),
        "stopped": Text(
            "No {needed} of the recipient counts at present; QUA-04 says why and what to do.",
            "接收方目前没有予以认可的{needed}，原因和处理办法见QUA-04。",
        ),
    },
)
def qua_01_2(facts: Facts, pack: Pack, params: Params, answer: Answer) -> None:
    """The receiving party has a certificate of the project's type that a second person verified.

    Where one was verified and is now suspended, downgraded or revoked, this points to QUA-04 and does not ask
    for a certificate to be recorded: what is on record is true, it does not count.
    """
    kind, party = _type(facts, pack), subject.recipient(facts)
    answer.tell("needed", kind.id, shown=kind.label.text, everyone=True)
    answer.tell("recipient", party, refers="party", everyone=True)
    held = _held(facts, kind)
    answer.tell("recorded", len(held), own=[party])
    active = independent(held)
    answer.tell("active", len(active), own=[party])
    if not active:
        answer.fail("stopped" if out_of_force(held, facts.act.today) else "none")


@rule(
    "QUA-02",
    1,
    verbs=VERBS,
    params=Params,
    title=Text("The qualification covers this data and work", "资质等级和专业类别覆盖本次数据和作业"),
    remedies={
        "grade": Text(
            "{grade} or higher is needed; the recipient holds {held}. Narrow the scope or the data, or "
            "choose "
            "another recipient.",
            "需要{grade}及以上等级，接收方持有{held}。请缩小范围或调整数据，或更换接收方。",
        ),
        "category": Text(
            "The recipient's qualification does not cover {categories}. Take these out of the scope, or "
            "choose "
            "another recipient.",
            "接收方资质不包括{categories}。请从分包范围中去除，或更换接收方。",
        ),
    },
)
def qua_02(facts: Facts, pack: Pack, params: Params, answer: Answer) -> None:
    """Each category of work has an active certificate of the grade that data and contract ask for."""
    kind, party = _type(facts, pack), subject.recipient(facts)
    active = independent(_held(facts, kind))
    if not active:
        return answer.not_applicable(*NONE_ACTIVE)
    grade = _needed_grade(facts, pack, kind)
    labels = {g.id: g.label.text for g in kind.grades}
    answer.tell("grade", grade, shown=labels[grade], everyone=True)
    answer.tell("grade_stated", facts.project.qualification_grade is not None)
    held = sorted({known(q.grade, "the grade of the certificate", "证书等级", "party") for q in active})
    answer.tell("held", held, own=[party], shown=listed(held, labels))
    names = {c.id: c.label.text for c in kind.categories}
    needed = _needed_categories(facts, kind)
    graded = [c for c in needed if any(covering_at(q, kind, grade, c) for q in active)]
    lacking = [c for c in needed if c not in graded]
    bare = [c for c in lacking if c is not None and not any(c in q.categories for q in active)]
    wanted = [c for c in needed if c is not None]
    answer.tell("needed_categories", wanted, everyone=True, shown=listed(wanted, names))
    answer.tell("categories", bare, everyone=True, shown=listed(bare, names))
    if bare:
        answer.fail("category")
    if len(bare) < len(lacking):
        answer.fail("grade")
    return None


class Expiry(Params):
    """What an expiry between today and the last day does."""

    expiry: Literal["warn", "block"] = "warn"
    tighten = {"expiry": block_for_warn}


@rule(
    "QUA-03",
    1,
    verbs=VERBS,
    params=Expiry,
    title=Text("The qualification is valid today and to the end", "资质在今天和整个期间内有效"),
    remedies={
        "today": Text(
            "The qualification is not valid today (it runs to {valid_to}). Record its renewal and have it "
            "verified, or choose another recipient.",
            "资质今天不在有效期内（截止{valid_to}）。请登记续期证书并完成核验，或更换接收方。",
        ),
        "later": Text(
            "The qualification expires on {valid_to}, before {until}. Renew it, or agree an earlier day.",
            "资质于{valid_to}到期，早于{until}。请先续期，或提前归还日（完成日）。",
        ),
    },
)
def qua_03(facts: Facts, pack: Pack, params: Expiry, answer: Answer) -> None:
    """A certificate that covers the work is valid today, and to the day of return or the end of the hop."""
    kind, party, today = _type(facts, pack), subject.recipient(facts), facts.act.today
    active = independent(_held(facts, kind))
    if not active:
        return answer.not_applicable(*NONE_ACTIVE)
    until = subject.last_day(facts)
    answer.tell("today", today, everyone=True)
    answer.tell("until", until, everyone=True)
    grade = _needed_grade(facts, pack, kind)
    ends: list[date | None] = []
    for category in _needed_categories(facts, kind):
        covering = [q for q in active if covering_at(q, kind, grade, category)] or active
        valid = [q for q in covering if valid_on(q, today)]
        ends.append(max((_last(q) for q in valid), default=None))
        if not valid:
            answer.tell("valid_to", max(_last(q) for q in covering), own=[party])
    if None in ends:
        answer.fail("today")
        return None
    first = min(day for day in ends if day is not None)
    answer.tell("valid_to", first, own=[party])
    if until is not None and first < until:
        if params.expiry == "block":
            answer.fail("later")
        else:
            answer.warn("later")
    return None


@rule(
    "QUA-04",
    1,
    verbs=VERBS,
    params=Params,
    title=Text("The qualification is not suspended, downgraded or revoked", "资质未被暂停、降级或吊销"),
    remedies={
        "suspended": Text(
            "The recipient's {needed} is suspended. Hand over nothing more to it: choose another recipient, "
            "or wait until the suspension ends. The page of the certificate lists what to call back.",
            "接收方的{needed}已被暂停，不得再向其移交。请更换接收方，或等待恢复。应收回的副本见该证书页面。",
        ),
        "downgraded": Text(
            "The recipient's {needed} was downgraded. Hand over nothing more to it until somebody else has "
            "verified the certificate at its lower grade, or choose another recipient. The page of the "
            "certificate lists what to call back.",
            "接收方的{needed}已被降级。在他人按新等级核验该证书之前不得再向其移交，或更换接收方。"
            "应收回的副本见该证书页面。",
        ),
        "revoked": Text(
            "The recipient's {needed} is revoked for good and no other one is active. Choose another "
            "recipient. The page of the certificate lists what to call back.",
            "接收方的{needed}已被吊销，且没有其他有效证书。请更换接收方。应收回的副本见该证书页面。",
        ),
    },
)
def qua_04(facts: Facts, pack: Pack, params: Params, answer: Answer) -> None:
    """No certificate of the project's type is suspended or downgraded, whatever else the recipient holds.

    A revoked one bars unless another of the type is active: revoking is for good, and a party that has
    qualified anew may work again. A suspension or downgrade bars in any case, for the authority has acted
    against the party and the state can be ended: by reinstating, by verifying the lower grade, by revoking.
    What has run out meanwhile bars nothing here; where nothing else is active QUA-01 does. Where the last day
    of a stopped certificate is not known, this rule cannot tell.
    """
    kind, party = _type(facts, pack), subject.recipient(facts)
    held = _held(facts, kind)
    if not held:
        return answer.not_applicable("No certificate is recorded; see QUA-01.", "未登记证书，见QUA-01。")
    answer.tell("needed", kind.id, shown=kind.label.text, everyone=True)
    answer.tell("recipient", party, refers="party", everyone=True)
    found = {q.state for q in out_of_force(held, facts.act.today)}
    stopped = [state for state in STOPPED if state in found]
    labels = {state: word.text for state, word in STOPPED.items()}
    answer.tell("stopped", stopped, everyone=True, shown=listed(stopped, labels))
    active = independent(held)
    answer.tell("active", len(active), own=[party])
    for state in stopped:
        if state != QualificationState.REVOKED.value or not active:
            answer.fail(state)
    return None


class Verification(Params):
    """How old a verification may be, in days, and from which level lacking one bars the act."""

    max_age_days: int | None = None
    block_from: str | None = None
    tighten = {"max_age_days": lower, "block_from": lower_level}
    names_levels: ClassVar[tuple[str, ...]] = ("block_from",)


@rule(
    "QUA-06",
    1,
    verbs=VERBS,
    params=Verification,
    severity=BLOCK,
    title=Text("The certificate was checked by someone other than its recorder", "证书由登记人以外的人核验"),
    remedies={
        "self_declared": Text(
            "The certificate is only declared. Have someone who did not record it check it with the "
            "issuer, and "
            "record who did, when and how.",
            "证书仅为自行申报。请由登记人以外的人向发证机关核验，并登记核验人、时间和方式。",
        ),
        "stale": Text(
            "The certificate was last checked on {verified_on}, before {oldest}. Check it with the "
            "issuer again.",
            "证书上次核验于{verified_on}，早于{oldest}。请重新向发证机关核验。",
        ),
    },
)
def qua_06(facts: Facts, pack: Pack, params: Verification, answer: Answer) -> None:
    """A recorded certificate was verified by a second person, not too long ago."""
    held = _held(facts, _type(facts, pack))
    if not held:
        return answer.not_applicable("No certificate is recorded; see QUA-01.", "未登记证书，见QUA-01。")
    return _verification(facts, pack, params, answer, held)


@rule(
    "QUA-06",
    2,
    verbs=VERBS,
    params=Verification,
    severity=BLOCK,
    title=Text("The certificate was checked by someone other than its recorder", "证书由登记人以外的人核验"),
    remedies={
        "self_declared": Text(
            "The certificate is only declared. Have someone who did not record it check it with the "
            "issuer, and "
            "record who did, when and how.",
            "证书仅为自行申报。请由登记人以外的人向发证机关核验，并登记核验人、时间和方式。",
        ),
        "stale": Text(
            "The certificate was last checked on {verified_on}, before {oldest}. Check it with the "
            "issuer again.",
            "证书上次核验于{verified_on}，早于{oldest}。请重新向发证机关核验。",
        ),
    },
)
def qua_06_2(facts: Facts, pack: Pack, params: Verification, answer: Answer) -> None:
    """A recorded certificate was verified by a second person, not too long ago.

    One that was verified and is now suspended, downgraded or revoked is not "only declared": it is QUA-04's.
    """
    recorded = _held(facts, _type(facts, pack))
    if not recorded:
        return answer.not_applicable("No certificate is recorded; see QUA-01.", "未登记证书，见QUA-01。")
    held = [q for q in recorded if q.state not in STOPPED]
    if not held:
        return answer.not_applicable(
            "What is recorded is suspended, downgraded or revoked; see QUA-04.",
            "登记的证书已被暂停、降级或吊销，见QUA-04。",
        )
    return _verification(facts, pack, params, answer, held)


def _verification(
    facts: Facts, pack: Pack, params: Verification, answer: Answer, held: Sequence[Qualification]
) -> None:
    level = subject.level(facts, pack)
    say = answer.warn
    if params.block_from is not None and level.rank >= pack.rank(params.block_from):
        say = answer.fail
    answer.tell("level", level.id, shown=level.label.text, everyone=True)
    checked = [
        known(q.verified_on, "the day of verification", "核验日期", "party") for q in independent(held)
    ]
    answer.tell("verified_on", max(checked, default=None), own=[subject.recipient(facts)])
    if not checked:
        say("self_declared")
    elif params.max_age_days is not None:
        oldest = facts.act.today - timedelta(days=params.max_age_days)
        answer.tell("oldest", oldest, shown=day_text(oldest), everyone=True)
        if max(checked) < oldest:
            say("stale")
