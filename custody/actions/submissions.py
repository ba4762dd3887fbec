"""Forms and requests sent twice have one effect: their token is taken first, and what came of it is kept
beside it.

A program's request also leaves the SHA-256 of what was asked: the same key with other content is a mistake,
not a repetition. What a person sends again is the same form, even when its answers no longer fit.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection

from custody.models import Submission
from custody.terms import Text

from .errors import ActionError


def claim(token: UUID, person: UUID | None, verb: str, digest: str = "") -> bool:
    """Take a token for this transaction; False when an act that has committed took it.

    Whoever comes second waits here until the first has committed or given up.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO custody_submission "
            "(id, person_id, verb, digest, state, object, decision, created_at) "
            "VALUES (%s, %s, %s, %s, '', '', '', clock_timestamp()) ON CONFLICT DO NOTHING",
            [token, person, verb, digest],
        )
        return bool(cursor.rowcount)


def release(token: UUID) -> None:
    """Give a token back: the form may be sent again."""
    Submission.objects.filter(id=token).delete()


def settle(token: UUID, state: str, entry: UUID, object: Any, decision: Any) -> None:
    """Keep what came of the act that took the token, in its transaction."""
    Submission.objects.filter(id=token).update(
        state=state, entry=entry, object=_named(object), decision=_named(decision)
    )


def earlier(token: UUID, person: UUID | None, verb: str, digest: str = "") -> tuple[Any, UUID, Any, Any]:
    """Return state, entry, object and decision of the act that took the token.

    Raises ActionError when it was sent by somebody else, for something else, or with other content.
    """
    done = settled(token, person, verb, digest)
    if done is None:
        raise ActionError(
            Text(
                "This form was already used for something else. Open a new one.",
                "该表单已用于其他操作，请重新打开表单。",
            )
        )
    return done


def settled(
    token: UUID, person: UUID | None, verb: str, digest: str = ""
) -> tuple[Any, UUID, Any, Any] | None:
    """Return the same; None when this person has done nothing with the token under this verb yet."""
    row = Submission.objects.filter(id=token, person=person, verb=verb, digest=digest).first()
    if row is None or row.entry is None:
        return None
    return row.state, row.entry, _found(row.object), _found(row.decision)


def _named(value: Any) -> str:
    rows = value if isinstance(value, list) else [value] if value is not None else []
    names = ",".join(f"{row._meta.model_name}:{row.pk}" for row in rows)
    return f"[{names}]" if isinstance(value, list) else names


def _found(names: str) -> Any:
    rows = [_row(name) for name in names.strip("[]").split(",") if name]
    return rows if names.startswith("[") else rows[0] if rows else None


def _row(name: str) -> Any:
    model, _, key = name.partition(":")
    return apps.get_model("custody", model)._default_manager.get(pk=key)
