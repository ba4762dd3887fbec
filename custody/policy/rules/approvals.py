"""APR: an officer's decision stands behind every hop: for exactly what was asked, in force, independent."""

from __future__ import annotations

from collections.abc import Set
from typing import Annotated, ClassVar

from pydantic import Field

from custody.policy import subject
from custody.policy.facts import Approval, Facts, Hop, known, word
from custody.policy.regime import Pack, Params, higher_each
from custody.policy.rule import Answer, rule
from custody.terms import ApprovalState, Text, Verb, VoteChoice

VERBS = subject.HOPS | subject.HANDOFFS
_DECIDED = {ApprovalState.GRANTED.value, ApprovalState.REVOKED.value}
_STOPPED = {ApprovalState.REVOKED.value, ApprovalState.SUSPENDED.value}
NONE_NEEDED = ("Nothing above needs an approval.", "上级没有需要审批的分包。")


def approvals_on_path(facts: Facts) -> list[tuple[int, Hop, Approval | None]]:
    """Return the hops that must already be approved, by tier, with the approval of each."""
    return [
        (tier, hop, facts.approval(hop.approval) if hop.approval else None)
        for tier, hop in enumerate(subject.approved_part(facts), 1)
    ]


def own_request(facts: Facts) -> tuple[Hop, Approval | None] | None:
    """The hop being decided on, with its open request; None for other verbs."""
    if facts.act.verb != Verb.HOP_APPROVE.value:
        return None
    hop = subject.hop(facts)
    return hop, facts.approval(hop.approval) if hop.approval else None


def covers(approval: Approval, hop: Hop) -> bool:
    """Return whether an approval is about a hop as it stands: its subject has the same SHA-256."""
    subject_ = (approval.subject_kind, approval.subject_id, approval.subject_sha256)
    return subject_ == ("hop", hop.id, hop.subject_sha256)


@rule(
    "APR-01",
    1,
    verbs=VERBS,
    params=Params,
    title=Text("A granted approval covers each subcontract on the path", "链上每一级分包都有相应的批准"),
    remedies={
        "none": Text(
            "The subcontract at tier {tier} has no approval. Request one.",
            "第{tier}级分包没有审批。请提出申请。",
        ),
        "not_granted": Text(
            "The approval at tier {tier} is not granted ({state}). Wait for the decision, or request again.",
            "第{tier}级分包的审批未获批准（{state}）。请等待决定，或重新申请。",
        ),
        "changed": Text(
            "The subcontract at tier {tier} is not the one that was put up for approval: it was changed "
            "since. "
            "Request approval again.",
            "第{tier}级分包与提交审批的内容不一致（提交后有变更）。请重新申请审批。",
        ),
        "level": Text(
            "The approval at tier {tier} reaches up to {approved_level} only. Request approval for the "
            "higher level.",
            "第{tier}级分包的批准仅到{approved_level}。请按更高密级重新申请审批。",
        ),
    },
)
def apr_01(facts: Facts, pack: Pack, params: Params, answer: Answer) -> None:
    """Each hop has an approval in its favour whose subject hash equals the hop's and whose level reaches it.

    Whether the approval is still in force is APR-02. Under hop.approve the hop's own request must be open.
    """
    return covered(facts, pack, answer, _DECIDED)


def covered(facts: Facts, pack: Pack, answer: Answer, decided: Set[str]) -> None:
    """Say which hops lack an approval in their favour that is in one of the states of ``decided``."""
    approvals = approvals_on_path(facts)
    own = own_request(facts)
    if own is not None:
        approvals.append((len(approvals) + 1, *own))
    if not approvals:
        return answer.not_applicable(*NONE_NEEDED)
    answer.tell("hops", len(approvals), everyone=True)
    for tier, hop, approval in approvals:
        problem = _gap(facts, pack, hop, approval, decided, is_own=own is not None and hop is own[0])
        if problem is None:
            continue
        parties = [hop.from_party, hop.to_party]
        answer.tell("tier", tier, own=parties)
        if approval is not None:
            answer.tell("state", approval.state, shown=word(ApprovalState, approval.state).text, own=parties)
            shown = pack.level(approval.level).label.text
            answer.tell("approved_level", approval.level, shown=shown, own=parties)
        answer.fail(problem)
    return None


def _gap(
    facts: Facts, pack: Pack, hop: Hop, approval: Approval | None, decided: Set[str], *, is_own: bool
) -> str | None:
    if approval is None:
        return "none"
    if not covers(approval, hop) or (is_own and facts.act.approval != approval.id):
        return "changed"
    if approval.state not in ({ApprovalState.REQUESTED.value} if is_own else decided):
        return "not_granted"
    return "level" if pack.rank(approval.level) < pack.rank(hop.level) else None


@rule(
    "APR-02",
    1,
    verbs=VERBS,
    params=Params,
    title=Text("The approvals are in force today", "各项批准今天有效"),
    remedies={
        "revoked": Text(
            "The approval at tier {tier} was revoked. Request a new one.",
            "第{tier}级分包的批准已撤销。请重新申请。",
        ),
        "early": Text(
            "The approval at tier {tier} begins on {starts}. Wait for that day, or ask for an earlier start.",
            "第{tier}级分包的批准自{starts}起生效。请等到该日，或申请提前。",
        ),
        "expired": Text(
            "The approval at tier {tier} ended on {ends}. Have it renewed.",
            "第{tier}级分包的批准已于{ends}到期。请办理续批。",
        ),
    },
)
def apr_02(facts: Facts, pack: Pack, params: Params, answer: Answer) -> None:
    """None on the path is revoked, expired or before its start; an open request is not past its end."""
    return in_force(facts, answer, _DECIDED)


def in_force(facts: Facts, answer: Answer, decided: Set[str]) -> None:
    """Say which approvals in one of the states of ``decided``, and which open request, do not run today."""
    today = facts.act.today
    held = [(t, hop, a) for t, hop, a in approvals_on_path(facts) if a is not None and a.state in decided]
    own = own_request(facts)
    if own is not None and own[1] is not None:
        held.append((len(subject.path(facts)), own[0], own[1]))
    if not held:
        return answer.not_applicable("No approval was given; see APR-01.", "没有获批的审批，见APR-01。")
    answer.tell("today", today, everyone=True)
    for tier, hop, approval in held:
        problem = None
        if approval.state in _STOPPED:
            problem = approval.state
        elif approval.state == ApprovalState.GRANTED.value and approval.starts and today < approval.starts:
            problem = "early"
        elif approval.ends is not None and today > approval.ends:
            problem = "expired"
        if problem:
            parties = [hop.from_party, hop.to_party]
            answer.tell("tier", tier, own=parties)
            answer.tell("starts", approval.starts, own=parties)
            answer.tell("ends", approval.ends, own=parties)
            answer.fail(problem)
    return None


class Quorum(Params):
    """How many officers must approve, from a level on; one where no level is named."""

    votes: dict[str, Annotated[int, Field(ge=1, le=20)]] = {}
    tighten = {"votes": higher_each}
    names_levels: ClassVar[tuple[str, ...]] = ("votes",)


def votes_needed(pack: Pack, level: str) -> int:
    """Return how many officers must approve a subcontract of a level. Raises Missing for an unknown one."""
    setting = pack.rules.get("APR-03")
    if setting is None or not setting.enabled:
        return 1
    demands = Quorum.model_validate(setting.params).votes
    rank = pack.rank(level)
    return max([1, *(votes for named, votes in demands.items() if pack.rank(named) <= rank)])


def approvers(approval: Approval) -> set[str]:
    """Return the persons who approved; two votes of one person are one."""
    return {vote.person for vote in approval.votes if vote.choice == VoteChoice.APPROVE.value}


@rule(
    "APR-03",
    1,
    verbs=VERBS,
    params=Quorum,
    title=Text(
        "As many officers approved as the level demands, and none refused", "批准人数符合密级要求且无人否决"
    ),
    remedies={
        "too_few": Text(
            "The approval at tier {tier} rests on {have} of {needed} officers. Have it decided again.",
            "第{tier}级分包的批准只有{have}/{needed}名审批人同意。请重新审批。",
        ),
        "denied": Text(
            "An officer refused the subcontract at tier {tier}; one refusal ends a request. Request it "
            "again.",
            "第{tier}级分包已有审批人否决，一票否决即告终结。请重新申请。",
        ),
        "voted": Text(
            "You have approved this request already; it waits for another officer.",
            "您已同意此申请，须由其他审批人继续审批。",
        ),
    },
)
def apr_03(facts: Facts, pack: Pack, params: Quorum, answer: Answer) -> None:
    """Each approval relied on has the votes that were demanded when it was asked for, and no denial.

    Under hop.approve one vote of several is no failure: it counts, and the request waits for the others. It
    is held to what the pack demands today, if that is more. One person counts once.
    """
    own = own_request(facts)
    relied_on = [(t, h, a) for t, h, a in approvals_on_path(facts) if a is not None and a.state in _DECIDED]
    if not relied_on and (own is None or own[1] is None):
        return answer.not_applicable("No approval was given; see APR-01.", "没有获批的审批，见APR-01。")
    for tier, hop, approval in relied_on:
        count(tier, hop, approval, len(approvers(approval)), max(approval.needed, 1), answer, complete=True)
    if own is not None and own[1] is not None:
        hop, approval = own[0], own[1]
        officer, before = known_officer(facts), approvers(approval)
        needed, tier = max(approval.needed, votes_needed(pack, hop.level)), len(subject.path(facts))
        count(tier, hop, approval, len(before | {officer}), needed, answer, complete=False)
        if officer in before:
            answer.fail("voted")
    return None


def count(tier: int, hop: Hop, approval: Approval, have: int, needed: int, answer: Answer, *,
          complete: bool) -> None:  # fmt: skip
    """Say where an approval was denied or, where it must be ``complete``, has too few votes."""
    if answer.problems:  # what fails first is what is shown
        return
    parties = [hop.from_party, hop.to_party]
    answer.tell("tier", tier, own=parties)
    answer.tell("have", have, own=parties)
    answer.tell("needed", needed, own=parties)
    if any(vote.choice == VoteChoice.DENY.value for vote in approval.votes):
        answer.fail("denied")
    elif complete and have < needed:
        answer.fail("too_few")


@rule(
    "APR-04",
    1,
    verbs={Verb.HOP_APPROVE} | subject.HANDOFFS,
    params=Params,
    title=Text("Who decides is no party to the matter", "审批人与所批事项无利害关系"),
    remedies={
        "requester": Text(
            "You asked for this subcontract, so someone else must decide.", "该分包由您申请，须由他人审批。"
        ),
        "party": Text(
            "You belong to a party of this subcontract, so someone else must decide.",
            "您属于该分包的当事单位，须由他人审批。",
        ),
        "not_independent": Text(
            "The approval at tier {tier} has {independent} of {needed} independent votes. Have it "
            "decided again "
            "by officers who neither asked for it nor belong to the parties.",
            "第{tier}级分包的批准只有{independent}/{needed}张独立票。请由未提出申请且不属于当事单位的审批人重新决定。",
        ),
    },
)
def apr_04(facts: Facts, pack: Pack, params: Params, answer: Answer) -> None:
    """The officer is not the requester and belongs to neither receiving nor, below the root, giving party.

    An officer of the project's owner may decide on the owner's own subcontracts. At a handoff the same is
    asked of every vote that the approvals on the path rest on.
    """
    own = own_request(facts)
    if own is not None:
        judge_officer(facts, own[0], own[1], answer)
    relied_on = [(t, h, a) for t, h, a in approvals_on_path(facts) if a is not None and a.state in _DECIDED]
    if own is None and not relied_on:
        return answer.not_applicable(*NONE_NEEDED)
    for tier, hop, approval in relied_on:
        barred = barred_parties(facts, hop)
        independent = {
            vote.person
            for vote in approval.votes
            if vote.choice == VoteChoice.APPROVE.value
            and vote.person != requester(approval)
            and not barred & set(vote.parties)
        }
        if len(independent) < max(approval.needed, 1):
            answer.tell("tier", tier)
            answer.tell("independent", len(independent))
            answer.tell("needed", approval.needed)
            answer.fail("not_independent")
    return None


def judge_officer(facts: Facts, hop: Hop, approval: Approval | None, answer: Answer) -> None:
    """Say where the officer asked for the subcontract or belongs to a party of it."""
    officer = facts.person(known_officer(facts))
    answer.tell("officer", officer.id, refers="person")
    if approval is not None and officer.id == requester(approval):
        answer.fail("requester")
    if barred_parties(facts, hop) & {m.party for m in officer.memberships}:
        answer.fail("party")


def barred_parties(facts: Facts, hop: Hop) -> set[str]:
    """Return the parties whose people may not decide on a subcontract."""
    giving = set() if hop.from_party == facts.project.owner_party else {hop.from_party}
    return {hop.to_party} | giving


def requester(approval: Approval) -> str:
    """Return who asked for an approval. Raises Missing."""
    return known(approval.requested_by, "who asked for the approval", "审批申请人", f"approval:{approval.id}")


def known_officer(facts: Facts) -> str:
    """Return who decides. Raises Missing."""
    return known(facts.act.actor_person, "who decides", "审批人", "act")
