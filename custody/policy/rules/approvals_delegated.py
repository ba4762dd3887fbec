"""APR-05: a vote in an officer's place is cast within what the officer gave; APR-03 and APR-04 where votes
may be cast so.

Whoever votes and the officer in whose place that is count as one person, and neither may be concerned.
"""

from __future__ import annotations

from custody.policy import subject
from custody.policy.facts import Approval, Delegation, Facts, Hop, known
from custody.policy.regime import Pack, Params
from custody.policy.rule import Answer, rule
from custody.policy.rules import approvals, approvals_standing
from custody.terms import DelegationState, Role, Text, Verb, VoteChoice


def delegation(facts: Facts) -> Delegation | None:
    """Return what the officer's vote is cast by; None for one in their own right. Raises Missing."""
    if facts.act.delegation is None:
        return None
    officer = facts.person(approvals.known_officer(facts))
    given = known(officer.delegations, "the delegation", "表决委托", f"person:{officer.id}")
    found = next((one for one in given if one.id == facts.act.delegation), None)
    return known(found, "the delegation", "表决委托", f"person:{officer.id}")


def deciding(facts: Facts) -> set[str]:
    """Return who decides now: the officer, and the one in whose place that is."""
    by = delegation(facts)
    return {approvals.known_officer(facts), *([by.delegator] if by else [])}


def heads(approval: Approval) -> list[set[str]]:
    """Return the approving votes that count, each as the persons behind it; nobody stands behind two."""
    found: list[set[str]] = []
    for vote in approval.votes:
        behind = {vote.person, *([vote.on_behalf_of] if vote.on_behalf_of else [])}
        if vote.choice == VoteChoice.APPROVE.value and not any(behind & other for other in found):
            found.append(behind)
    return found


@rule(
    "APR-05",
    1,
    verbs={Verb.HOP_APPROVE},
    params=Params,
    title=Text("Whoever votes in an officer's place may do so", "受托表决在委托范围内"),
    remedies={
        "not_in_force": Text(
            "The delegation from {delegator} is not in force: it was revoked, or nobody has confirmed it. "
            "Have the officer decide, or delegate anew.",
            "{delegator}的委托无效（已撤销或尚未确认）。请由审批人本人决定，或重新委托。",
        ),
        "window": Text(
            "The delegation from {delegator} runs from {starts} to {ends}; today is outside. Have the "
            "officer decide, or delegate anew.",
            "{delegator}的委托期限为{starts}至{ends}，今天不在期限内。请由审批人本人决定，或重新委托。",
        ),
        "project": Text(
            "The delegation from {delegator} is for another project. Have the officer decide, or delegate "
            "for this project.",
            "{delegator}的委托限于其他项目。请由审批人本人决定，或就本项目另行委托。",
        ),
        "level": Text(
            "The delegation from {delegator} reaches up to {reaches}; this needs {needed}. Have the officer "
            "decide, or delegate up to that level.",
            "{delegator}的委托仅到{reaches}，本事项为{needed}。请由审批人本人决定，或按相应密级委托。",
        ),
        "onward": Text(
            "{delegator} is no approval officer of that party today, and what was received cannot be passed "
            "on. Have an officer decide.",
            "{delegator}目前不是该单位的审批人，受托的权限不得再委托。请由审批人决定。",
        ),
        "left": Text(
            "You do not belong to the officer's party any more, so you cannot vote in their place. Have an "
            "officer decide.",
            "您已不属于该审批人所在单位，不能代其表决。请由审批人决定。",
        ),
    },
)
def apr_05(facts: Facts, pack: Pack, params: Params, answer: Answer) -> None:
    """The delegation is in force today, for this project and level, from an officer by membership to a person
    of the same party.

    Who holds the right by delegation only is no officer by membership: so nothing is passed on.
    """
    by = delegation(facts)
    if by is None:
        return answer.not_applicable("The officer votes in their own right.", "审批人本人表决。")
    needed, reaches = subject.level(facts, pack), pack.level(by.level)
    answer.tell("delegator", by.delegator, refers="person")
    answer.tell("starts", by.starts)
    answer.tell("ends", by.ends)
    answer.tell("reaches", by.level, shown=reaches.label.text)
    answer.tell("needed", needed.id, shown=needed.label.text, everyone=True)
    if by.state != DelegationState.ACTIVE.value:
        answer.fail("not_in_force")
    if not by.starts <= facts.act.today <= by.ends:
        answer.fail("window")
    if by.project not in (None, facts.project.id):
        answer.fail("project")
    if needed.rank > reaches.rank:
        answer.fail("level")
    held = {(m.party, m.role) for m in facts.person(by.delegator).memberships}
    if (by.party, Role.OFFICER.value) not in held:
        answer.fail("onward")
    own = facts.person(approvals.known_officer(facts)).memberships
    if by.party not in {m.party for m in own}:
        answer.fail("left")
    return None


@rule(
    "APR-03",
    2,
    verbs=approvals.VERBS,
    params=approvals.Quorum,
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
            "You, or the officer in whose place you vote, or who votes in yours, have approved this request "
            "already; it waits for another officer.",
            "您本人、您所代理的审批人或您的代理人已同意此申请，须由其他审批人继续审批。",
        ),
    },
)
def apr_03_2(facts: Facts, pack: Pack, params: approvals.Quorum, answer: Answer) -> None:
    """Each approval relied on has the votes that were demanded when it was asked for, and no denial.

    Under hop.approve one vote of several is no failure: it counts, and the request waits for the others. It
    is held to what the pack demands today, if that is more. One person counts once, and an officer and who
    votes in the officer's place are one.
    """
    own = approvals.own_request(facts)
    relied_on = _relied_on(facts)
    if not relied_on and (own is None or own[1] is None):
        return answer.not_applicable("No approval was given; see APR-01.", "没有获批的审批，见APR-01。")
    for tier, hop, approval in relied_on:
        have, needed = len(heads(approval)), max(approval.needed, 1)
        approvals.count(tier, hop, approval, have, needed, answer, complete=True)
    if own is not None and own[1] is not None:
        hop, approval = own[0], own[1]
        mine, before = deciding(facts), heads(approval)
        again = any(mine & behind for behind in before)
        needed = max(approval.needed, approvals.votes_needed(pack, hop.level))
        tier = len(subject.path(facts))
        approvals.count(tier, hop, approval, len(before) + (not again), needed, answer, complete=False)
        if again:
            answer.fail("voted")
    return None


@rule(
    "APR-04",
    2,
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
        "principal": Text(
            "The officer in whose place you vote asked for this subcontract or belongs to a party of it, so "
            "someone else must decide.",
            "您所代理的审批人是该分包的申请人或属于其当事单位，须由他人审批。",
        ),
        "not_independent": Text(
            "The approval at tier {tier} has {independent} of {needed} independent votes. Have it "
            "decided again "
            "by officers who neither asked for it nor belong to the parties.",
            "第{tier}级分包的批准只有{independent}/{needed}张独立票。请由未提出申请且不属于当事单位的审批人重新决定。",
        ),
    },
)
def apr_04_2(facts: Facts, pack: Pack, params: Params, answer: Answer) -> None:
    """The officer, and the one in whose place the officer votes, is not the requester and belongs to neither
    receiving nor, below the root, giving party.

    An officer of the project's owner may decide on the owner's own subcontracts. At a handoff the same is
    asked of every vote that the approvals on the path rest on.
    """
    own = approvals.own_request(facts)
    if own is not None:
        approvals.judge_officer(facts, own[0], own[1], answer)
        by = delegation(facts)
        if by is not None and _concerned(facts, by.delegator, *own):
            answer.fail("principal")
    relied_on = _relied_on(facts)
    if own is None and not relied_on:
        return answer.not_applicable(*approvals.NONE_NEEDED)
    for tier, hop, approval in relied_on:
        barred, requester = approvals.barred_parties(facts, hop), approvals.requester(approval)
        touched = {v.person for v in approval.votes if barred & set(v.parties)} | {requester}
        independent = [behind for behind in heads(approval) if not behind & touched]
        if len(independent) < max(approval.needed, 1):
            answer.tell("tier", tier)
            answer.tell("independent", len(independent))
            answer.tell("needed", approval.needed)
            answer.fail("not_independent")
    return None


def _concerned(facts: Facts, person: str, hop: Hop, approval: Approval | None) -> bool:
    if approval is not None and person == approvals.requester(approval):
        return True
    return bool(approvals.barred_parties(facts, hop) & {m.party for m in facts.person(person).memberships})


def _relied_on(facts: Facts) -> list[tuple[int, Hop, Approval]]:
    decided = approvals_standing.DECIDED
    return [
        (tier, hop, approval)
        for tier, hop, approval in approvals.approvals_on_path(facts)
        if approval is not None and approval.state in decided
    ]
