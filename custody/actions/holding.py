"""Lines that tell who had which copy from when, saved beside each change of custody and each reading."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from custody import models as m
from custody.terms import Had, Leg


def note(
    places: Mapping[UUID, UUID | None],
    *,
    entry: UUID,
    project: UUID,
    party: UUID,
    person: UUID | None,
    how: Had = Had.KEPT,
) -> None:
    """Save that copies, each with the system where it lies, are with a party and person since an entry."""
    m.Holding.objects.bulk_create(
        m.Holding(
            id=m.holding_id(copy, entry),
            entry=entry,
            project_id=project,
            copy_id=copy,
            how=how,
            party_id=party,
            person_id=person,
            system_id=system,
        )
        for copy, system in places.items()
    )


def signed(handoff: m.Handoff, person: UUID, copies: Iterable[UUID], entry: UUID) -> None:
    """Save that a person signed as receiver of a handoff: for copies that are theirs now, or were read."""
    reads = handoff.leg is Leg.INSPECTION
    note(
        dict.fromkeys(copies, None if reads else handoff.system_id),
        entry=entry,
        project=handoff.project_id,
        party=handoff.receiver_party_id,
        person=person,
        how=Had.READ if reads else Had.KEPT,
    )
