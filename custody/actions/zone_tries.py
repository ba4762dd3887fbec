"""What who is not cleared for the sensitive zones learns of them by asking for a permit.

Where an area is drawn is the asker's choice, so every answer on it tells something of where a zone lies. A
draft tells nothing: no more than submitting it does, which leaves a refusal. And after few refusals of areas
within a month there is no more answer, until the security officer has looked at the area.
"""

from __future__ import annotations

import datetime as dt
import hashlib

from django.db.models import Q

from custody import models as m
from custody import scope
from custody.terms import PermitState, Text, Verb

from .base import ActionError, Actor

MOST = 3
"""Refused areas within ``WITHIN``, of one unit or one asker."""
WITHIN = dt.timedelta(days=30)
_OVER_A_ZONE = [{"code": "FLD-02", "problems": ["zone"]}]


def told(actor: Actor, permit: m.FieldPermit) -> bool:
    """Return whether a reader is told if a permit's area meets zones: who is cleared, or once it was answered
    for, by submitting it or by the consent of an authority."""
    answered = permit.state is not PermitState.DRAFT
    return actor.can("zone.read") or answered or _looked_at(permit)


def refused(permit: m.FieldPermit, person: object, now: dt.datetime) -> int:
    """Return how often areas of a permit's unit, or of a person, were refused over zones lately."""
    mine = Q(to_party=permit.unit_id) | Q(attempted_by=person)
    rows = m.Refusal.objects.filter(mine, verb=Verb.PERMIT_SUBMIT, attempted_at__gt=now - WITHIN)
    return rows.filter(decision__findings__contains=_OVER_A_ZONE).count()


def answered(actor: Actor, permit: m.FieldPermit, now: dt.datetime) -> None:
    """Raise ActionError where a permit is submitted after so many refused areas that one more answer would
    show where a zone lies. Consent to the area, or somebody who is cleared, is asked nothing."""
    if actor.can("zone.read") or _looked_at(permit):
        return
    if refused(permit, actor.person, now) >= MOST:
        raise ActionError(
            Text(
                en=f"{MOST} areas were refused within {WITHIN.days} days, so no other is judged for now. Ask "
                f"an officer of the house who knows the sensitive zones to look at the area with you.",
                zh=f"{WITHIN.days}天内已有{MOST}次采集范围被拒绝，暂不再受理其他范围。"
                f"请联系掌握敏感区域情况的审批人共同核定范围。",
            )
        )


@scope.whole()
def _looked_at(permit: m.FieldPermit) -> bool:
    """Return whether an authority's consent to the area as it stands was recorded."""
    area = hashlib.sha256(permit.area.encode()).hexdigest()
    return m.ZoneConsent.objects.filter(permit_id=permit.id, area_sha256=area).exists()
