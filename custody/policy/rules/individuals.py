"""QUA-08, third version: a person was not established and has no staff; what bars a person is HOP-05."""

from __future__ import annotations

from custody.policy import subject
from custody.policy.facts import Facts, word
from custody.policy.regime import Pack
from custody.policy.rule import REGISTRY, Answer, rule
from custody.policy.rules import contractors
from custody.policy.rules.legs import spared
from custody.terms import PartyKind


@rule(
    "QUA-08",
    3,
    verbs=REGISTRY.named("QUA-08@2").verbs,
    params=contractors.Conditions,
    title=REGISTRY.named("QUA-08@2").title,
    remedies=REGISTRY.named("QUA-08@2").remedies,
)
def qua_08_3(facts: Facts, pack: Pack, params: contractors.Conditions, answer: Answer) -> None:
    """From a level on, a recipient is old enough, had no leak or conviction within a year, has PRC staff.

    A party is N years old on the day of that date N years on (29 February counts as the 28th). What was
    stated counts for some days from the day of the statement, that day included; what was not stated, this
    rule cannot tell. These are conditions of an organisation: an individual is refused by HOP-05. Not asked
    of copies that go back or stay within one party.
    """
    why = spared(facts, "QUA-08@2")
    if why is not None:
        return answer.not_applicable(why.en, why.zh)
    if facts.act.hop is not None:
        party = facts.party(subject.recipient(facts))
        if word(PartyKind, party.kind) is PartyKind.INDIVIDUAL:
            return answer.not_applicable(
                "The recipient is a person; these are conditions of an organisation. See HOP-05.",
                "接收方为个人，上述条件仅适用于单位，见HOP-05。",
            )
    return contractors.qua_08(facts, pack, params, answer)
