"""The proof of one's own decisions, to keep: nothing is changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from custody import models as m
from custody.reports import evidence
from custody.terms import SignedType, Text

from .base import ActionError

NOT_YET = Text(
    en="This decision is not sealed yet. Try again in a moment; if it stays so, tell the administrator.",
    zh="该决定尚未固化，请稍后再试；如持续如此，请告知管理员。",
)
NOT_WHOLE = Text(
    en="This decision cannot be proved: the ledger does not agree with it. Tell the administrator.",
    zh="无法证明该决定：与账本不符。请告知管理员。",
)


def own(user: m.User) -> Any:
    """Return the votes that a user has cast."""
    return m.Vote.objects.filter(person=user.person_id)


def own_of_overrides(user: m.User) -> Any:
    """Return the votes on overrides that a user has cast."""
    return m.OverrideVote.objects.filter(person=user.person_id)


def own_of_destruction(user: m.User, destruction: UUID) -> m.Signature | None:
    """Return a user's signature on a destruction; None where there is none."""
    rows = m.Signature.objects.filter(type=SignedType.DESTRUCTION, object=destruction)
    return rows.filter(person=user.person_id).first()


def of_vote(row: m.Vote | m.OverrideVote | m.Signature) -> bytes:
    """Return the evidence file of a vote, or of a destruction that was signed. Raises ActionError while it is
    not sealed."""
    folder = Path(settings.TRUST_DIR)
    try:
        if isinstance(row, m.OverrideVote):
            return evidence.of_override_vote(row, folder)
        if isinstance(row, m.Signature):
            return evidence.of_destruction(row, folder)
        return evidence.of_vote(row, folder)
    except evidence.OrderAheadError as error:
        raise ActionError(NOT_YET) from error
    except evidence.EvidenceError as error:
        raise ActionError(NOT_WHOLE) from error


def headers(row: m.Vote | m.OverrideVote | m.Signature) -> dict[str, str]:
    """Return the headers under which the proof of a vote goes out."""
    return {
        "Content-Type": "application/json",
        "Content-Disposition": f'attachment; filename="holdfast-decision-{row.id}.bundle.json"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
