"""APR-08: a decision that was passed on to another officer is taken by that officer, not by who
passed it on."""

from __future__ import annotations

from custody.policy import subject
from custody.policy.facts import Approval, Facts, Hop, Referral, known
from custody.policy.regime import Pack, Params
from custody.policy.rule import Answer, rule
from custody.policy.rules import approvals, approvals_delegated, approvals_standing
from custody.policy.rules.legs import BACK
from custody.terms import Leg, Text


@rule(
    "APR-08",
    1,
    verbs=approvals.VERBS,
    params=Params,
    title=Text(
        "A decision that was referred is taken by whom it was referred to", "转交的申请由受转交审批人决定"
    ),
    remedies={
        "aside": Text(
            "You, or the officer in whose place you vote, referred this request to another officer, "
            "so it is for "
            "them to approve. You can still refuse it.",
            "您本人或您所代理的审批人已将此申请转交其他审批人，须由其批准；您仍可否决。",
        ),
        "unanswered": Text(
            "The approval at tier {tier} was referred to {to}, who has not approved it. Have it "
            "decided again.",
            "第{tier}级分包的审批已转交{to}，而其未予批准。请重新审批。",
        ),
        "too_few": Text(
            "The approval at tier {tier} has {have} of {needed} votes of officers who did not refer "
            "it to others. "
            "Have it decided again.",
            "第{tier}级分包的批准只有{have}/{needed}名未转交的审批人同意。请重新审批。",
        ),
    },
)
def apr_08(facts: Facts, pack: Pack, params: Params, answer: Answer) -> None:
    """Where a request was referred, the officer to whom it was referred last has approved it, and the
    votes of those who referred it are not counted.

    Under hop.approve whoever referred it does not approve it; the others may, before or after the officer who
    has the word.
    """
    if subject.leg(facts) is Leg.RETURN:
        return answer.not_applicable(BACK.en, BACK.zh)
    own = approvals.own_request(facts)
    found: list[tuple[int, Hop, Approval, tuple[Referral, ...]]] = []
    for tier, hop, approval in _asked(facts, own):
        referrals = known(approval.referrals, "how the request was referred", "申请的转交情况", "approval")
        if referrals:
            found.append((tier, hop, approval, referrals))
    if not found:
        return answer.not_applicable("No decision was referred.", "没有转交的申请。")
    answer.tell("referred", len(found), everyone=True)
    for tier, hop, approval, referrals in found:
        aside = {person for r in referrals for person in (r.by, r.on_behalf_of) if person}
        if own is not None and hop is own[0]:
            if aside & approvals_delegated.deciding(facts):
                answer.fail("aside")
        elif not answer.problems:  # what fails first is what is shown
            _judge(tier, hop, approval, referrals[-1].to, aside, answer)
    return None


def _asked(facts: Facts, own: tuple[Hop, Approval | None] | None) -> list[tuple[int, Hop, Approval]]:
    """Return the approvals that are relied on, and the open request."""
    found = [
        (tier, hop, approval)
        for tier, hop, approval in approvals.approvals_on_path(facts)
        if approval is not None and approval.state in approvals_standing.DECIDED
    ]
    if own is not None and own[1] is not None:
        found.append((len(subject.path(facts)), own[0], own[1]))
    return found


def _judge(tier: int, hop: Hop, approval: Approval, to: str, aside: set[str], answer: Answer) -> None:
    """Say where an approval that is relied on was not granted by whom it was referred to."""
    counted = [behind for behind in approvals_delegated.heads(approval) if not behind & aside]
    own = [hop.from_party, hop.to_party]
    answer.tell("tier", tier, own=own)
    answer.tell("to", to, refers="person")
    answer.tell("have", len(counted), own=own)
    answer.tell("needed", max(approval.needed, 1), own=own)
    if not any(to in behind for behind in counted):
        answer.fail("unanswered")
    elif len(counted) < max(approval.needed, 1):
        answer.fail("too_few")
