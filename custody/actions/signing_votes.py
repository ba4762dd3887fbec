"""What an officer's vote on a subcontract says in the statement that is signed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q

from custody import models as m
from custody import record
from custody.evidence.words import EvidenceOf
from custody.policy.rules.approvals_delegated import delegation
from custody.signoff import APPROVAL
from custody.terms import KeyForm, VoteChoice

from . import against, signing
from .conditioning import Asked
from .deciding import Ruling
from .limiting import Limit


@dataclass(frozen=True, slots=True)
class Said:
    """What an officer says beside yes or no."""

    reason: str
    conditions: Sequence[Asked] = ()
    limit: Limit | None = None


def begin(
    approval: m.Approval,
    ruling: Ruling,
    choice: VoteChoice,
    person: UUID,
    said: Said,
    now: dt.datetime,
    form: KeyForm = KeyForm.PASSKEY,
) -> str:
    """Return a new statement for an officer to sign with a key of a form. Records nothing."""
    return signing.begin(APPROVAL, members(approval, ruling, choice, said), person, now, form)


def members(approval: m.Approval, ruling: Ruling, choice: VoteChoice, said: Said) -> dict[str, Any]:
    """Return what a statement on a vote says, beside who signs it and what makes it fresh."""
    judgement, hop = ruling.judgement, approval.hop
    by, limit = delegation(ruling.facts), said.limit
    narrowed = limit is not None and limit != Limit()
    return {
        "approval": str(approval.id),
        "hop": str(hop.id),
        "project": str(hop.project_id),
        "from_party": str(hop.from_party_id),
        "to_party": str(hop.to_party_id),
        "level": approval.level,
        "choice": str(choice),
        "reason": said.reason,
        "against": against.against(approval, judgement) if choice is VoteChoice.AGAINST else [],
        "conditions": [
            {"type": str(one.type), "text": one.text, "due": one.due.isoformat() if one.due else None}
            for one in said.conditions
        ],
        "limit": {"uses": limit.uses, "until": limit.until.isoformat() if limit.until else None}
        if limit is not None and narrowed
        else None,
        "delegation": by.id if by else None,
        "on_behalf_of": by.delegator if by else None,
        "subject_sha256": approval.subject_sha256,
        "findings_sha256": record.digest([finding.to_json() for finding in judgement.findings]),
        "facts_sha256": record.digest(ruling.facts.to_json()),
        "pack_sha256": judgement.pack_sha256,
        "evidence": evidence(approval),
    }


def evidence(approval: m.Approval) -> list[str]:
    """Return the SHA-256 of every file that shows a paper of a request: consents, agreements, conditions, and
    the certificates of whoever receives or does the work."""
    hop = approval.hop
    holders = {hop.to_party_id, hop.performer_id} - {None}
    papers = {
        EvidenceOf.CONSENT: m.Consent.objects.filter(hop=hop),
        EvidenceOf.AGREEMENT: m.Agreement.objects.filter(hop=hop),
        EvidenceOf.CONDITION: approval.conditions.all(),
        EvidenceOf.QUALIFICATION: m.Qualification.objects.filter(party__in=holders),
    }
    shown = Q()
    for what, rows in papers.items():
        shown |= Q(what=what, subject__in=rows.values("id"))
    files = m.EvidenceFile.objects.filter(shown, erased=False)
    return sorted(set(files.values_list("sha256", flat=True)))
