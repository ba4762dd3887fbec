"""What is asked of a subcontract: its terms, the hop they make, and the question that rules are asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from custody import gather, record
from custody import models as m
from custody.terms import ConsentKind, PaymentMeans, Verb

from . import papers
from .base import Actor
from .deciding import blank_act


@dataclass(frozen=True, slots=True)
class Terms:
    """What is asked of a subcontract: the subject that an approval is bound to."""

    to_party: UUID
    scope: str
    level: str
    starts: dt.date
    ends: dt.date | None = None
    categories: Sequence[str] = ()
    share: Decimal | None = None
    amount: Decimal | None = None
    currency: str = ""
    keeps_core: bool | None = None
    client_consent: bool | None = None
    awarded_on: dt.date | None = None
    reported_on: dt.date | None = None
    business: Sequence[str] | None = None
    """Which of the regime's listed businesses the work is; empty: none; None: not known (QUA-05)."""
    performer: UUID | Literal["itself"] | None = "itself"
    """Who performs the work, the receiving party unless another is named; None: not known (QUA-07)."""
    payer: UUID | None = None
    """Who pays the receiving party; None: not known (HOP-11)."""
    payer_country: str | None = None
    payment: PaymentMeans | None = None
    consents: Sequence[papers.ConsentPaper] = ()
    agreed: papers.Agreed | None = None


def subject_of(hop: m.Hop) -> dict[str, Any]:
    """Return the canonical subject of a hop: everything that, if changed, needs a new decision.

    What was not known of business, performer and payment when it was asked for is no part of it.
    """
    later = {
        "business": None if hop.business is None else sorted(hop.business),
        "performer": _text(hop.performer_id),
        "payer": _text(hop.payer_id),
        "payer_country": hop.payer_country,
        "payment": _text(hop.payment),
    }
    given = {name: value for name, value in later.items() if value is not None}
    return {
        "v": 2 if given else 1,
        **given,
        "hop": str(hop.id),
        "project": str(hop.project_id),
        "parent": _text(hop.parent_id),
        "from_party": str(hop.from_party_id),
        "to_party": str(hop.to_party_id),
        "scope": hop.scope,
        "level": hop.level,
        "categories": sorted(hop.categories),
        "starts": hop.starts.isoformat(),
        "ends": _text(hop.ends),
        "share": _text(hop.share),
        "amount": _text(hop.amount),
        "currency": hop.currency,
        "keeps_core": hop.keeps_core,
        "client_consent": hop.client_consent,
        "awarded_on": _text(hop.awarded_on),
    }


def propose(
    project: m.Project, parent: m.Hop | None, terms: Terms, actor: Actor, source_key: str | None = None
) -> m.Hop:
    """Return an unsaved hop for ``terms`` under ``parent``, or at the project's root."""
    hop_id = m.new_id()
    hop = m.Hop(
        id=hop_id,
        entry=m.new_id(),
        project=project,
        parent=parent,
        from_party_id=parent.to_party_id if parent else project.owner_party_id,
        to_party_id=terms.to_party,
        path=(parent.path if parent else "") + f"{hop_id}/",
        depth=parent.depth + 1 if parent else 1,
        scope=terms.scope,
        level=terms.level,
        categories=sorted(terms.categories),
        starts=terms.starts,
        ends=terms.ends,
        share=terms.share,
        amount=terms.amount,
        currency=terms.currency,
        keeps_core=terms.keeps_core,
        client_consent=True if client_wrote(terms) else terms.client_consent,
        awarded_on=terms.awarded_on,
        reported_on=terms.reported_on,
        business=None if terms.business is None else sorted(set(terms.business)),
        payer_id=terms.payer,
        payer_country=terms.payer_country,
        payment=terms.payment,
        performer_id=terms.to_party if terms.performer == "itself" else terms.performer,
        requested_by_id=actor.human(),
        source_key=source_key,
    )
    hop.subject_sha256 = record.digest(subject_of(hop))
    return hop


def question(
    project: m.Project,
    hop: m.Hop,
    actor: Actor,
    today: dt.date,
    verb: Verb,
    terms: Terms | None = None,
    **act: Any,
) -> gather.Question:
    """Return the question that rules are asked about a hop; a hop not yet saved is handed in, with the
    ``terms`` that its papers stand in."""
    saved, by = not hop._state.adding, act.get("delegation")
    ids = hop.path_ids()
    known = {
        "hop": str(hop.id),
        "approval": act.get("approval"),
        "delegation": str(by.id) if by else None,
    }
    facts_act = blank_act(verb, today, actor, **known)
    return gather.Question(
        facts_act,
        project,
        hops=ids if saved else ids[:-1],
        new_hop=None if saved else hop,
        persons=[by.delegator_id] if by else [],
        papers=papers.as_facts(actor, terms.consents, terms.agreed) if terms else gather.Papers(),
    )


def client_wrote(terms: Terms) -> bool:
    """Return whether the client's written consent comes with the request."""
    return any(paper.kind is ConsentKind.CLIENT for paper in terms.consents)


def _text(value: object) -> str | None:
    return None if value is None else str(value)
