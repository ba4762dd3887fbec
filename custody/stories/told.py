"""What a story comes to: who tried what, which rules stopped it, and what is still to come."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from django.utils import timezone

from custody import models as m
from custody import regimes
from custody.actions import against, conditioning, handoffs, hops, papers
from custody.actions.base import Outcome
from custody.stored import judgement
from custody.stories import cast as people
from custody.terms import Channel, ConsentKind, PaymentMeans, Source, Text, VoteChoice


@dataclass(frozen=True, slots=True)
class Attempt:
    """One thing tried, with the rules that must have something to say about it; none: it must go through."""

    what: Text
    outcome: Outcome
    stopped_by: tuple[str, ...]

    @property
    def barring(self) -> list[str]:
        """Return the codes that refused it."""
        if isinstance(self.outcome.object, m.Collection):
            return sorted(self.outcome.object.findings)
        if self.outcome.decision is None or self.outcome.state != "refused":
            return []
        return sorted(f.code for f in judgement(self.outcome.decision).barring)

    @property
    def as_expected(self) -> bool:
        """Return whether the named rules stopped it, or nothing did where nothing should."""
        if not self.stopped_by:
            return self.outcome.state in ("done", "held") and not self.barring
        recorded = isinstance(self.outcome.object, m.Collection)  # done already: a finding, not a refusal
        return (recorded or self.outcome.state == "refused") and set(self.stopped_by) <= set(self.barring)


@dataclass(slots=True)
class Told:
    """A story as it was played."""

    title: Text
    project: m.Project | None = None
    attempts: list[Attempt] = field(default_factory=list)
    to_come: Text | None = None

    @property
    def as_expected(self) -> bool:
        """Return whether every attempt ended as the story says."""
        return bool(self.attempts) and all(a.as_expected for a in self.attempts)

    def tried(self, en: str, zh: str, outcome: Outcome, *stopped_by: str) -> Outcome:
        """Note an attempt; ``stopped_by`` are codes of rules that must have refused it."""
        self.attempts.append(Attempt(Text(en, zh), outcome, stopped_by))
        return outcome


Story = Callable[[people.Cast, m.Project], Told]


def consent(cast: people.Cast) -> papers.ConsentPaper:
    """Return the client's written consent."""
    return papers.ConsentPaper(ConsentKind.CLIENT, "岚自然资函〔2026〕18号", cast.today - timedelta(days=6))


def agreed(cast: people.Cast) -> papers.Agreed:
    """Return an agreement on every clause of the demo's regime, signed by both sides."""
    return papers.Agreed(
        [clause.id for clause in regimes.pack(people.REGIME).clauses],
        "BM-2026-07",
        giver_signed_on=cast.today - timedelta(days=5),
        receiver_signed_on=cast.today - timedelta(days=4),
    )


SMALL: dict[str, Any] = {"share": Decimal("0.02"), "amount": Decimal("180.00")}
"""Terms of one of many: what one party passes on is added up (rule HOP-04)."""


def terms(cast: people.Cast, to: str | UUID, scope: str, **changes: Any) -> hops.Terms:
    """Return modest terms of a subcontract to a party: 4 per cent, core work kept, a year, with the
    client's consent and every clause of the demo's regime signed by both."""
    asked: dict[str, Any] = {
        "to_party": cast.party(to) if isinstance(to, str) else to,
        "scope": scope,
        "level": people.LEVEL,
        "starts": cast.today - timedelta(days=1),
        "ends": cast.today + timedelta(days=365),
        "categories": ["engineering"],
        "share": Decimal("4.00"),
        "amount": Decimal("36000.00"),
        "currency": "CNY",
        "keeps_core": True,
        "client_consent": True,
        "consents": [consent(cast)],
        "awarded_on": cast.today - timedelta(days=3),
        "reported_on": cast.today - timedelta(days=2),
        "business": (),
        "payer": cast.party("northfield"),
        "payer_country": "CN",
        "payment": PaymentMeans.BANK,
    }
    if "agreed" not in changes:
        asked["agreed"] = agreed(cast)
    return hops.Terms(**{**asked, **changes})


def ask(
    cast: people.Cast,
    project: m.Project,
    who: str,
    to: str | UUID,
    scope: str,
    parent: m.Hop | None = None,
    **changes: Any,
) -> Outcome:
    """Have somebody request a subcontract."""
    return hops.request(
        cast.actor(who),
        project=project.id,
        parent=parent.id if parent else None,
        terms=terms(cast, to, scope, **changes),
        decide_by=cast.today + timedelta(days=7),
    )


def approve(
    cast: people.Cast,
    approval: m.Approval,
    who: str = "heng",
    conditions: Sequence[conditioning.Asked] = (),
) -> Outcome:
    """Have an officer approve a request; what stands against it is named, as it must be."""
    return in_favour(cast, approval, who, conditions)()


def in_favour(
    cast: people.Cast,
    approval: m.Approval,
    who: str = "heng",
    conditions: Sequence[conditioning.Asked] = (),
    source: Source = Source.SCREEN,
) -> partial[Outcome]:
    """Return the vote of an officer who has read the page and approves all the same."""
    actor, reason = cast.actor(who, source), "材料齐全，同意。 Papers in order."
    ruling = hops.preview_vote(actor, approval, timezone.now())
    codes = against.against(approval, ruling.judgement) if ruling.allowed else []
    return partial(
        hops.vote,
        actor,
        approval=approval.id,
        choice=VoteChoice.AGAINST if codes else VoteChoice.APPROVE,
        reason=f"{reason} 已知悉并接受 Known and accepted: {', '.join(codes)}." if codes else reason,
        conditions=conditions,
    )


def approved_hop(cast: people.Cast, project: m.Project, to: str, scope: str, **changes: Any) -> m.Hop:
    """Return an active hop from the project's owner to a party, approved by as many as its level demands."""
    held = people.must(ask(cast, project, "mei", to, scope, **changes), "held")
    for officer in ("heng", "qiao")[: held.decision.needed]:
        people.must(approve(cast, held.decision, officer), "done")
    return m.Hop.objects.get(id=held.object.id)


def offer(
    cast: people.Cast,
    hop: m.Hop,
    copies: Sequence[m.Copy],
    receiver: str,
    system: str,
    who: str = "yu",
    purpose: str = "Vectorisation of sheets 图幅矢量化",
) -> Outcome:
    """Have somebody offer copies over a hop."""
    return handoffs.offer(
        cast.actor(who),
        handoffs.Offer(
            hop=hop.id,
            copies=[c.id for c in copies],
            receiver_person=cast.people[receiver].id,
            purpose=purpose,
            channel=Channel.IN_PERSON,
            system=cast.systems[system].id,
            due_back=cast.today + timedelta(days=90),
        ),
    )
