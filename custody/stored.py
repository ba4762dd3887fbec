"""A saved decision row in the form that the engine reads, and how much of it a reader may have."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from custody.models import Decision, Project
from custody.policy.engine import Decision as Judgement
from custody.terms import Audience


def judgement(row: Decision) -> Judgement:
    """Return what the rules said. Raises ValueError for a row that is not a decision of this product."""
    return Judgement.from_json(
        {
            "verb": str(row.verb),
            "outcome": str(row.outcome),
            "findings": row.findings,
            "rules": row.rules,
            "facts_schema": row.facts_schema,
            "pack_sha256": row.pack_sha256,
        }
    )


def reader_of(user: Any, project: Project, *parties: UUID | None) -> tuple[Audience, str | None]:
    """Return how much of a finding a user may have: all of it who sees the project whole, else a part.

    The second is the party whose own facts are shown: the first of ``parties`` that the user stands for.
    """
    if Project.objects.whole_for(user).filter(id=project.id).exists():
        return Audience.INTERNAL, None
    mine = user.party_ids()
    party = next((p for p in parties if p in mine), mine[0] if mine else None)
    return Audience.ALL, str(party) if party else None
