"""When an override covers what a rule says, so that it bars nothing although the rule is broken.

Only where the pack marks the rule; only for the party that the rule names as recipient, in the project, for
the very problems that were put up, over the very hop where one was named; until its last day; and only while
as many distinct persons as the pack of today demands agreed who are concerned in nothing. What cannot be
told, or read, is covered by nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from custody.policy import subject
from custody.policy.facts import Facts, FactsError, Missing, Override
from custody.policy.regime import RuleSetting
from custody.policy.rule import Input
from custody.terms import OverrideState


def covering(
    code: str, problems: tuple[str, ...], inputs: Mapping[str, Input], facts: Facts, setting: RuleSetting
) -> Override | None:
    """Return the override that covers a rule's problems now, the one that lasts longest; None where none
    does."""
    if setting.override is None or "recipient" not in inputs:
        return None
    try:
        party = str(inputs["recipient"].value)
        able = [
            one
            for one in facts.overrides()
            if one.rule == code
            and one.party == party
            and one.state == OverrideState.ACTIVE.value
            and facts.act.today <= one.until
            and set(problems) <= set(one.problems)
            and _same_hop(one, facts)
            and len(_independent(one, facts)) >= setting.override.quorum
        ]
    except (Missing, FactsError):
        return None
    return max(able, key=lambda one: (one.until, one.id), default=None)


def _same_hop(one: Override, facts: Facts) -> bool:
    """Return whether an override is for the whole project, or for the hop of the act as it stands."""
    if one.hop is None:
        return True
    return one.hop == facts.act.hop and one.hop_sha256 == subject.hop(facts).subject_sha256


def _independent(one: Override, facts: Facts) -> set[str]:
    """Return the persons whose agreement counts: not who asked, sends, receives or belongs to a party."""
    act, hop = facts.act, subject.hop(facts)
    giving = set() if hop.from_party == facts.project.owner_party else {hop.from_party}
    barred = {one.party, hop.to_party} | giving
    persons = {one.requested_by, act.receiver_person, act.offered_by}
    if act.approval is None:  # who decides on a request may have agreed to the override before
        persons.add(act.actor_person)
    approval = facts.approval(hop.approval) if hop.approval else None
    persons.add(approval.requested_by if approval else None)
    return {
        vote.person for vote in one.agreed if vote.person not in persons and not barred & set(vote.parties)
    }
