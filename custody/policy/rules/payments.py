"""HOP-11: who pays a subcontract, from where and by which means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from custody.policy import subject
from custody.policy.facts import Facts, Hop, known, word
from custody.policy.regime import Country, Pack, Params, Word, fewer, lower_level
from custody.policy.rule import WARN, Answer, rule
from custody.terms import PaymentMeans, Text


def _more(old: tuple[str, ...], new: tuple[str, ...], ranks: Mapping[str, int]) -> bool:
    """Allow a list of what is flagged to grow."""
    return set(old) <= set(new)


class Payment(Params):
    """Countries from which it may be paid, the means that are flagged, and the level this is asked from."""

    home: tuple[Country, ...] = ()
    means: tuple[Word, ...] = ("crypto",)
    from_level: str | None = None
    tighten = {"home": fewer, "means": _more, "from_level": lower_level}
    names_levels: ClassVar[tuple[str, ...]] = ("from_level",)


@rule(
    "HOP-11",
    1,
    verbs=subject.HOPS | subject.HANDOFFS,
    params=Payment,
    severity=WARN,
    title=Text(
        "It is paid from within the country, by who stands in the chain", "付款来自境内且付款方在分包链上"
    ),
    remedies={
        "abroad": Text(
            "The subcontract at tier {tier} is paid from {paid_from}, which is abroad. Find out who stands "
            "behind the payment before anything is handed over.",
            "第{tier}级分包的款项来自境外（{paid_from}）。移交前请查明付款背后的单位或个人。",
        ),
        "means": Text(
            "The subcontract at tier {tier} is paid by {means}. Have it paid by bank transfer, and find out "
            "who pays.",
            "第{tier}级分包以{means}付款。请改为银行转账，并查明付款方。",
        ),
        "outside": Text(
            "{payer} pays the subcontract at tier {tier} and stands nowhere in the chain: neither as client "
            "nor as owner nor in a subcontract above. Find out why it pays.",
            "第{tier}级分包由{payer}付款，而该单位不在分包链上，既非委托方、承担单位，也非上级分包单位。"
            "请查明原因。",
        ),
    },
)
def hop_11(facts: Facts, pack: Pack, params: Payment, answer: Answer) -> None:
    """Each subcontract on the path is paid from an allowed country, by no flagged means, and by the client,
    the owner or a party above. This bars nothing; where it is not known who pays, that is said too."""
    path = subject.path(facts)
    if not path:
        answer.not_applicable("No subcontract is used.", "不涉及分包。")
        return
    if params.from_level is not None and subject.level(facts, pack).rank < pack.rank(params.from_level):
        answer.not_applicable("At this level it is not asked who pays.", "该密级不核查付款方。")
        return
    project = facts.project
    chain = {project.owner_party, project.client_party, project.ultimate_client_party}
    for tier, hop in enumerate(path, 1):
        chain.add(hop.from_party)
        _one(hop, tier, chain, params, answer)


def _one(hop: Hop, tier: int, chain: set[str | None], params: Payment, answer: Answer) -> None:
    at = f"hop:{hop.id}"
    country = known(hop.payer_country, "the country from which it is paid", "付款来源国", at)
    means = known(hop.payment, "how it is paid", "付款方式", at)
    payer = known(hop.payer, "who pays", "付款方", at)
    own = [hop.from_party, hop.to_party]
    if answer.problems:  # what fails first is what is shown
        return
    answer.tell("tier", tier, own=own)
    answer.tell("paid_from", country, own=own)
    answer.tell("means", means, shown=word(PaymentMeans, means).text, own=own)
    answer.tell("payer", payer, refers="party", own=own)
    if country not in params.home:
        answer.warn("abroad")
    if means in params.means:
        answer.warn("means")
    if payer not in chain:
        answer.warn("outside")
