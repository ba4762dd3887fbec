"""What acts that put something right share: the reason they need, and the line that keeps old and new."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from custody import models as m
from custody.terms import Text, Word

from .base import Act, ActionError, Outcome

Changes = Mapping[str, list[Any] | None]
"""Field -> [old, new]; None where the values are about a human and stay in the ledger only."""


def needed(reason: str) -> None:
    """Raise ActionError for a blank reason: whoever reads the history wants to know why."""
    if not reason.strip():
        raise ActionError(Text(en="Give the reason.", zh="请填写理由。"), "reason")


def keep_correction(
    act: Act, entry: UUID, row: m.Row | m.User, *, corrects: UUID, changes: Changes, reason: str
) -> m.Correction:
    """Keep what was put right beside the row, under the id of its entry."""
    return m.Correction.objects.create(
        id=entry,
        entry=entry,
        noun=str(row._meta.model_name),
        object=row.pk,
        changes=dict(changes),
        reason=reason,
        person_id=act.actor.person,
        corrects=corrects,
    )


def writers(row: m.Qualification) -> set[UUID]:
    """Return who wrote what a certificate is recorded as; none of them may let it count.

    Who corrected or downgraded it wrote some of it; who suspended it only stopped it.
    """
    kept = m.Correction.objects.of(row).values_list("person_id", "changes")
    return {
        row.recorded_by_id,
        *(person for person, changes in kept if person and changes.keys() - {"state"}),
    }


@dataclass(frozen=True, slots=True)
class Alteration:
    """The fields of a row that are to change, with their old and new values as an event carries them."""

    names: list[str]
    old: dict[str, Any]
    new: dict[str, Any]

    @classmethod
    def of(cls, row: m.Row, given: Mapping[str, Any]) -> Alteration:
        """Compare what is given with the row. Raises ActionError when nothing would change."""
        names = sorted(n for n, value in given.items() if getattr(row, n) != value)
        if not names:
            raise ActionError(
                Text(
                    en="Nothing would change. Correct at least one field.",
                    zh="没有任何改动，请至少更正一项。",
                )
            )
        return cls(
            names,
            {n: plain(getattr(row, n)) for n in names},
            {n: plain(given[n]) for n in names},
        )

    def split(self, personal: Sequence[str]) -> dict[str, Any]:
        """Return the members of an event of a kind that has personal fields."""
        return {
            "changed": self.names,
            "old": {n: v for n, v in self.old.items() if n not in personal},
            "new": {n: v for n, v in self.new.items() if n not in personal},
            "old_personal": {n: v for n, v in self.old.items() if n in personal},
            "new_personal": {n: v for n, v in self.new.items() if n in personal},
        }

    def kept(self, personal: Sequence[str] = ()) -> dict[str, list[Any] | None]:
        """Return the changes as they stand beside the row."""
        return {n: None if n in personal else [self.old[n], self.new[n]] for n in self.names}


def plain(value: Any) -> Any:
    """Return a column's value as an event carries it."""
    if isinstance(value, Word):
        return str(value)
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    return list(value) if isinstance(value, tuple) else value


def save_changed(
    act: Act,
    row: m.Row,
    changed: Alteration,
    entry: UUID,
    reason: str,
    personal: Sequence[str] = (),
    new: Mapping[str, Any] | None = None,
) -> Outcome:
    """Lay the new values over the row; ``new`` where a column takes another type than an event carries."""
    corrects = row.entry
    for name in changed.names:
        setattr(row, name, (new or changed.new)[name])
    row.entry = entry
    row.save()
    keep_correction(act, entry, row, corrects=corrects, changes=changed.kept(personal), reason=reason)
    return Outcome("done", entry, row)
