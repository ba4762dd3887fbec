"""Whether the house has a second person: where it has, one administrator alone opens nobody's sign-in."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Q
from django.utils import timezone

from custody import models as m
from custody.permissions import PERMISSIONS

from .base import Actor, latest_day


def confirmers(*but: UUID | None, verb: str = "slip.confirm") -> Any:
    """Return the sign-ins of those who may do ``verb`` today and can come in, some people left out."""
    permit = PERMISSIONS[verb]
    held = m.Membership.objects.current().filter(party=m.Site.operator_id_or_none(), role__in=permit.roles)
    gone = latest_day(timezone.now()) - dt.timedelta(days=1)
    return (
        m.User.objects.filter(
            Q(person__leaves_on__isnull=True) | Q(person__leaves_on__gte=gone),
            is_active=True,
            person__in=held.values("person"),
        )
        .exclude(person__in=[person for person in but if person])
        .exclude(Q(password__startswith=UNUSABLE_PASSWORD_PREFIX) | Q(password=""))
    )


def is_there(actor: Actor, person: UUID, verb: str = "slip.confirm") -> bool:
    """Return whether somebody could confirm what ``actor`` asks for ``person``: neither of the two."""
    return bool(confirmers(actor.person, person, verb=verb).exists())
