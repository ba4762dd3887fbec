"""The group of facts of one copy permit; :mod:`custody.policy.facts` has the rules that it keeps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from custody.policy.strict import Id, Sha256
from custody.terms import CopyPermitState


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyPermit:
    """Leave to make more copies of an item, as it stands. No schema before the fifth has any."""

    id: Id
    item: Id
    asked_for: Id  # party that asks
    count: int  # copies, at most
    until: date  # last day
    state: Annotated[str, CopyPermitState]
    subject_sha256: Sha256
    approved_sha256: Sha256 | None  # None: not approved
    requested_by: Id
    entry: Id | None
