"""What the destruction of copies in the stories needs: a unit certified for it, and a batch in order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from custody import models as m
from custody.actions import destructions, registers
from custody.stories import cast as people
from custody.terms import DestructionMethod, Source

WITNESSES = ("qiao", "an")
"""Who sees it done: neither holds the copies nor asks for it."""


def certified(cast: people.Cast, party: str = "annex") -> UUID:
    """Return a party with a verified secrecy qualification for destruction, recorded at the first call."""
    id = cast.party(party)
    held = m.Qualification.objects.filter(party=id, type="secrecy", categories__contains=["destruction"])
    if not held.exists():
        recorded = registers.record_qualification(
            cast.actor("mei", Source.SYSTEM),
            party=id,
            type="secrecy",
            grade="B",
            categories=["destruction"],
            number=f"保密销毁-{party}",
            issuer="保密行政管理部门（演示）",
            valid_from=cast.today - dt.timedelta(days=100),
            valid_to=cast.today + dt.timedelta(days=900),
        ).object
        done = registers.verify_qualification(
            cast.actor("heng", Source.SYSTEM),
            qualification=recorded.id,
            on=cast.today - dt.timedelta(days=1),
            how="Asked the issuer. 已向发证机关核实。",
        )
        people.must(done, "done")
    return id


def asked(cast: people.Cast, copies: Sequence[m.Copy], **changes: Any) -> destructions.Asked:
    """Return a request in order for some copies: pulped by Northfield's annex."""
    given: dict[str, Any] = {
        "copies": [copy.id for copy in copies],
        "count": len(copies),
        "unit": certified(cast),
        "method": DestructionMethod.PULP,
        "place": "Pulping hall 2 化浆车间2号",
        "reason": "Work done, not needed any more 工作完成，不再需要",
    }
    return destructions.Asked(**{**given, **changes})


def requested(
    cast: people.Cast, project: m.Project, copies: Sequence[m.Copy], by: str = "yu", **changes: Any
) -> m.Destruction:
    """Have a batch asked for, as Northfield's custodian."""
    wanted = asked(cast, copies, **changes)
    outcome = destructions.request(cast.actor(by), project=project.id, asked=wanted)
    row: m.Destruction = people.must(outcome, "held").object
    return row


def approved(
    cast: people.Cast, project: m.Project, copies: Sequence[m.Copy], by: str = "yu", **changes: Any
) -> m.Destruction:
    """Have a batch asked for and approved by Zhao Heng."""
    row = requested(cast, project, copies, by, **changes)
    outcome = destructions.approve(
        cast.actor("heng"), destruction=row.id, reason="In order 符合要求", subject_sha256=row.subject_sha256
    )
    made: m.Destruction = people.must(outcome, "done").object
    return made


def done(cast: people.Cast, row: m.Destruction, **changes: Any) -> destructions.Done:
    """Return the record in order of an approved batch: done today, before two witnesses."""
    given: dict[str, Any] = {
        "unit": row.unit_id,
        "method": row.method,
        "destroyed_on": cast.today,
        "counted": row.count,
        "witnesses": [cast.people[key].id for key in WITNESSES],
        "remark": "",
    }
    return destructions.Done(**{**given, **changes})


def destroyed(
    cast: people.Cast, project: m.Project, copies: Sequence[m.Copy], by: str = "yu", **changes: Any
) -> m.Destruction:
    """Have a batch asked for, approved, and recorded as destroyed."""
    row = approved(cast, project, copies, by, **changes)
    outcome = destructions.record_done(cast.actor(by), destruction=row.id, done=done(cast, row))
    made: m.Destruction = people.must(outcome, "done").object
    return made
