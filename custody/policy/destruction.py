"""The group of facts of one destruction batch; :mod:`custody.policy.facts` has the rules that it keeps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from custody.policy.strict import Id, Sha256
from custody.terms import DestructionMethod, DestructionState


@dataclass(frozen=True, slots=True, kw_only=True)
class Destruction:
    """A batch of copies to be destroyed, and, once it is recorded, what was done. No schema before the fourth
    has any."""

    id: Id
    holder: Id  # party that gives the copies up
    unit: Id  # party that is to destroy them
    copies: tuple[Id, ...]
    count: int  # as whoever asks has counted
    method: Annotated[str, DestructionMethod]
    state: Annotated[str, DestructionState]
    subject_sha256: Sha256
    approved_sha256: Sha256 | None  # None: not approved
    approved_on: date | None  # None: not approved
    requested_by: Id
    # Copies that must stay: whose holder is under a legal hold, of which a discrepancy is open, that a
    # stocktake did not find, whose custody a restore left in doubt, whose record does not agree with the
    # ledger.
    on_hold: tuple[Id, ...]
    unsettled: tuple[Id, ...]
    not_found: tuple[Id, ...]
    unconfirmed: tuple[Id, ...]
    frozen: tuple[Id, ...]
    # What is recorded of the destruction; None: nothing yet.
    done_unit: Id | None
    done_method: Annotated[str, DestructionMethod] | None
    destroyed_on: date | None
    counted: int | None
    witnesses: tuple[Id, ...] | None
    entry: Id | None
