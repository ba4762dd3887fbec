"""What the makers of notices share: who can be told, what was not told yet, and a notice for each of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Case, Exists, IntegerField, OuterRef, Value, When

from custody import models as m
from custody.permissions import PERMISSIONS
from custody.terms import NoticeKind, Role

ABOUT = 100
WINDOW = dt.timedelta(days=30)
"""How old a thing may be and still be told: after a long stop nobody is flooded."""
STAGES = (30, 7, 1, 0)
"""Days before the day a thing is due; after the last it stays on the list of what is open."""


class People:
    """Who can be told: people who can sign in and stand for a party today; read when first needed."""

    @cached_property
    def _standing(self) -> list[tuple[UUID, Role, UUID, UUID]]:
        rows = m.Membership.objects.current().filter(person__users__is_active=True)
        return list(rows.values_list("party_id", "role", "person_id", "person__users__id"))

    @cached_property
    def house(self) -> UUID | None:
        """The unit that runs the installation."""
        return m.Site.operator_id_or_none()

    def holding(
        self, roles: Iterable[Role], parties: Iterable[UUID | None], but: UUID | None = None
    ) -> set[UUID]:
        """Return the users who hold one of the roles at one of the parties, one person left out."""
        return {
            user
            for party, role, person, user in self._standing
            if role in roles and party in parties and person != but
        }

    def who_may(self, verb: str, but: UUID | None = None, **scope: UUID) -> set[UUID]:
        """Return the users who may do a verb for an act with these parties; ``house`` is filled in."""
        permit = PERMISSIONS[verb]
        places = {"house": self.house, **scope}
        return self.holding(permit.roles, {places.get(where) for where in permit.where} - {None}, but)

    def of(self, person: UUID, *parties: UUID) -> set[UUID]:
        """Return the users of a person who still stands for somebody, or for one of these or the house."""
        allowed = {*parties, self.house} if parties else None
        return {
            user
            for party, _, other, user in self._standing
            if other == person and (allowed is None or party in allowed)
        }


def untold(rows: Any, kind: NoticeKind) -> Any:
    """Return the rows of which nothing of this kind was told yet, or not at their stage."""
    told = m.Notice.objects.filter(kind=kind, object=OuterRef("pk"))
    if "stage" in rows.query.annotations:
        told = told.filter(stage=OuterRef("stage"))
    return rows.filter(~Exists(told))


def staged(rows: Any, column: str, today: dt.date) -> Any:
    """Return the rows due from 30 days ago to 30 days ahead, each with the nearest stage it has reached."""
    reached = [
        When(**{f"{column}__lte": today + dt.timedelta(days=days)}, then=Value(days)) for days in STAGES[::-1]
    ]
    near = (today - WINDOW, today + dt.timedelta(days=STAGES[0]))
    return rows.filter(**{f"{column}__range": near}).annotate(
        stage=Case(*reached, output_field=IntegerField())
    )


def told_to(
    users: Iterable[UUID], kind: NoticeKind, noun: str, object: UUID, about: str, **more: Any
) -> Iterator[m.Notice]:
    """Yield a notice for each of these users."""
    for user in sorted(users):
        yield m.Notice(user_id=user, kind=kind, noun=noun, object=object, about=about[:ABOUT], **more)
