"""Lists of barred parties, made by hand."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from custody import models as m
from custody.actions import imports, screening
from custody.actions.base import Actor
from custody.importers.sam_exclusions import read
from tests.importers.made_up import as_csv, exclusion


def take_in(rows: Sequence[Mapping[str, str]], source: str = imports.EXCLUSIONS) -> m.BarredList:
    """Import an extract of a source with these cells, each row a firm unless said otherwise."""
    raw = as_csv([exclusion(**row) for row in rows])
    sha256 = hashlib.sha256(raw).hexdigest()
    done = imports.import_exclusions(
        Actor.setup(), read(raw), file_name="barred.csv", file_sha256=sha256, source=source
    )
    found: Any = done.barred_list
    return found


def listed_and_screened(party: UUID) -> m.ScreeningHit:
    """Put a party's own name on a list, screen whoever is due, as the worker does, and return the hit."""
    take_in([{"Name": m.Party.objects.get(id=party).name.upper()}, {"Name": "QUITE ANOTHER HOUSE"}])
    screening.run_due()
    return m.ScreeningHit.objects.get(party=party)
