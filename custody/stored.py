"""A saved decision row in the form that the engine reads: findings with remedies, basis, audiences."""

from __future__ import annotations

from custody.models import Decision
from custody.policy.engine import Decision as Judgement


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
