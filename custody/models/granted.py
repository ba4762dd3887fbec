"""What somebody may read as a regulator, by all leave that holds now."""

from __future__ import annotations

import uuid
from typing import NamedTuple

from django.db.models import Q

from .base import rows_of


class Granted(NamedTuple):
    """What somebody may read as a regulator now: these projects, and all of these parties and regions."""

    ids: tuple[uuid.UUID, ...] = ()
    parties: tuple[uuid.UUID, ...] = ()
    regions: tuple[str, ...] = ()

    @classmethod
    def to(cls, person: uuid.UUID) -> Granted:
        """Return what the live grants of a person say together."""
        found = list(rows_of("Grant").live().filter(person=person))
        return cls(
            tuple(sorted({g.project_id for g in found if g.project_id})),
            tuple(sorted({g.party_id for g in found if g.party_id})),
            tuple(sorted({g.region for g in found if g.region})),
        )

    def projects(self, path: str = "") -> Q:
        """Return which projects these are; ``path`` leads to the project, such as ``hop__project__``."""
        return (
            Q(**{f"{path}id__in": self.ids})
            | Q(**{f"{path}owner_party__in": self.parties})
            | Q(**{f"{path}region__in": self.regions})
        )
