"""Persons, their sign-ins, and what they may do for which party."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q, Subquery
from django.utils import timezone
from django.utils.functional import cached_property

from custody.scope import Scope
from custody.terms import Role, VettingClass

from .base import INTERNAL_ROLES, IdField, Row, VisibleQuerySet, WordField, rows_of
from .granted import Granted


def gone_before(now: dt.datetime) -> dt.date:
    """Return the day before which a last day is over everywhere on Earth."""
    return (now.astimezone(dt.timezone(dt.timedelta(hours=14))) - dt.timedelta(days=1)).date()


class PersonQuerySet(VisibleQuerySet):
    """Persons a user may see: own party's people, and everyone for the house and regulators."""

    def seen_outside(self, user: Any) -> Self:
        """Return colleagues; regulators see all."""
        if user.sees_all_parties:
            return self
        return self.filter(id__in=Membership.objects.filter(party__in=user.party_ids()).values("person"))


class Person(Row):
    """A human. One field for the whole name, written as its owner writes it."""

    name = models.CharField(max_length=200)
    staff_number = models.CharField(max_length=40, unique=True)
    citizenships = models.JSONField(
        null=True, blank=True, help_text="ISO 3166-1 alpha-2 codes, or null: not known."
    )
    hold = models.UUIDField(
        null=True, blank=True, help_text="Entry of the legal hold that stands; null: none does."
    )

    # What lets them receive (rule HND-02). Empty and null: none is recorded.
    post = models.CharField(max_length=100, blank=True, default="", help_text="For which they were vetted.")
    vetting = WordField(VettingClass, null=True, blank=True)
    vetted_from = models.DateField(null=True, blank=True)
    vetted_to = models.DateField(null=True, blank=True, help_text="Last day on which the vetting counts.")
    vetting_evidence = models.CharField(max_length=200, blank=True, default="")
    trained_on = models.DateField(null=True, blank=True, help_text="Day of the last secrecy training.")
    training_evidence = models.CharField(max_length=200, blank=True, default="")
    undertaking_on = models.DateField(null=True, blank=True, help_text="Day on which they signed it.")
    undertaking_evidence = models.CharField(max_length=200, blank=True, default="")
    leaves_on = models.DateField(null=True, blank=True, help_text="Last day; null: no leaving is recorded.")
    leaving_evidence = models.CharField(max_length=200, blank=True, default="")

    objects: ClassVar[PersonQuerySet] = PersonQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["name", "staff_number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(vetted_from__isnull=True)
                | Q(vetted_to__isnull=True)
                | Q(vetted_to__gte=models.F("vetted_from")),
                name="vetting_dates_in_order",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def has_left(self, now: dt.datetime) -> bool:
        """Return whether this person's last day is over everywhere on Earth."""
        return self.leaves_on is not None and self.leaves_on < gone_before(now)

    def clearance_shown_to(self, user: Any) -> bool:
        """Return whether a reader may know how this person was vetted and trained: the house, regulators, and
        the person; colleagues elsewhere need not."""
        return bool(user.sees_all_parties or user.person_id == self.id)


class UserAccounts(BaseUserManager["User"]):
    """Makes sign-ins; a sign-in always belongs to a person."""

    def create_user(self, username: str, password: str | None, person: Person, **extra: Any) -> User:
        """Make a sign-in for ``person``. Raises ValueError without a user name."""
        if not username:
            raise ValueError("a sign-in needs a user name")
        user = self.model(username=username, person=person, **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """One sign-in of a person."""

    id = IdField()
    username = models.CharField(max_length=150, unique=True)
    # allauth wants the column; nothing in Holdfast needs an address.
    email = models.EmailField(blank=True, default="")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="users")
    is_active = models.BooleanField(default=True)
    closed = models.UUIDField(
        null=True, blank=True, help_text="Entry by which an administrator closed it; null: it is not closed."
    )
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(default=timezone.now)

    only_for: uuid.UUID | None = None
    """The one party for which this user asks now, by a key that is bound to it; None: all of theirs."""

    objects: ClassVar[UserAccounts] = UserAccounts()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["person"]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closed__isnull=True) | Q(is_active=False),
                name="nobody_comes_in_by_a_closed_sign_in",
            )
        ]

    def __str__(self) -> str:
        return self.username

    def memberships(self) -> list[Membership]:
        """Return today's memberships of this user's person, read once per request."""
        return self._standing[0]

    @property
    def house(self) -> uuid.UUID | None:
        """The unit that runs the installation, or None before set-up; read with the memberships."""
        return self._standing[1]

    @cached_property
    def _standing(self) -> tuple[list[Membership], uuid.UUID | None]:
        from .site import Site

        operator = Subquery(Site.objects.values("operator_id")[:1])
        rows = Membership.objects.current().filter(person_id=self.person_id).annotate(operator=operator)
        if self.only_for is not None:
            rows = rows.filter(party=self.only_for)
        found: list[Any] = list(rows)
        return found, found[0].operator if found else Site.operator_id_or_none()

    def roles(self) -> set[Role]:
        """Return every role held today, for any party."""
        return {m.role for m in self.memberships()}

    def party_ids(self) -> list[uuid.UUID]:
        """Return the parties that this user's person stands for today."""
        return sorted({m.party_id for m in self.memberships()})

    def internal_party_ids(self) -> list[uuid.UUID]:
        """Return the parties whose own projects this user sees whole."""
        return sorted({m.party_id for m in self.memberships() if m.role in INTERNAL_ROLES})

    @cached_property
    def hop_paths(self) -> list[str]:
        """Where the subcontracts stand that this user's parties received; read once per request."""
        return list(rows_of("Hop").filter(to_party__in=self.party_ids()).values_list("path", flat=True))

    @cached_property
    def in_house(self) -> bool:
        """Whether this user works for the unit that runs the installation; asked once per request."""
        return any(m.party_id == self.house and m.role in INTERNAL_ROLES for m in self.memberships())

    def scope(self) -> Scope | None:
        """Return whose rows this user's requests may see at most; None for the house, which sees all."""
        if self.in_house:
            return None
        granted = self.granted
        return Scope(
            user=self.id,
            person=self.person_id,
            parties=tuple(self.party_ids()),
            inner=tuple(sorted({*self.internal_party_ids(), *granted.parties})),
            granted=granted.ids,
            regions=granted.regions,
        )

    @cached_property
    def granted(self) -> Granted:
        """What this user reads as a regulator, by live grants; asked once per request."""
        return Granted.to(self.person_id) if Role.REGULATOR in self.roles() else Granted()

    @property
    def sees_all_parties(self) -> bool:
        """House staff read the whole party register, and regulators while they hold a live grant."""
        return self.in_house or any(self.granted)


class MembershipQuerySet(VisibleQuerySet):
    """Memberships a user may see, and those in force."""

    def seen_outside(self, user: Any) -> Self:
        """Return those of the user's own parties."""
        return self.filter(party__in=user.party_ids())

    def current(self, on: dt.date | None = None) -> Self:
        """Return memberships whose inclusive dates hold on ``on``, or today in the site's zone, and that were
        not ended at once."""
        day = on or timezone.localdate()
        return self.filter(Q(starts__lte=day), Q(ends__isnull=True) | Q(ends__gte=day), ended_at__isnull=True)


class Membership(Row):
    """A person stands for a party in a role, from and to inclusive dates."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    party = models.ForeignKey("custody.Party", on_delete=models.PROTECT, related_name="memberships")
    role = WordField(Role)
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was ended at once; null: its last day alone counts."
    )

    objects: ClassVar[MembershipQuerySet] = MembershipQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            # One that was ended at once may be given again on the same day.
            models.UniqueConstraint(
                fields=["person", "party", "role", "starts"],
                condition=Q(ended_at__isnull=True),
                name="membership_once",
            ),
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=models.F("starts")),
                name="membership_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role} {self.party_id}"
