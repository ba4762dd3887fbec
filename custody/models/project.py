"""Projects and the read-only grants that let a regulator look."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from custody import regimes
from custody.terms import ProjectState, Role

from .base import Row, VisibleQuerySet, WordField, rows_of


class ProjectQuerySet(VisibleQuerySet):
    """Projects a user may see."""

    def whole_for(self, user: Any) -> Self:
        """Return the projects that this user sees whole: own party's, the house's, or under a live grant."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        if user.in_house:
            return self
        whole = Q(owner_party__in=user.internal_party_ids())
        if Role.REGULATOR in user.roles():
            whole |= Q(id__in=Grant.objects.live().filter(person=user.person_id).values("project"))
        return self.filter(whole)

    def seen_outside(self, user: Any) -> Self:
        """Return those seen whole, and those in which one of this user's parties stands or receives."""
        mine = user.party_ids()
        whole = self.model._default_manager.whole_for(user).values("id")
        hops, handoffs = rows_of("Hop"), rows_of("Handoff")
        return self.filter(
            Q(id__in=whole)
            | Q(id__in=hops.filter(to_party__in=mine).values("project"))
            | Q(id__in=handoffs.filter(receiver_party__in=mine).values("project"))
        )


class Project(Row):
    """Work under one regime with a classification ceiling."""

    code = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=300)
    regime = models.CharField(max_length=60)
    level = models.CharField(max_length=40)
    owner_party = models.ForeignKey("custody.Party", on_delete=models.PROTECT, related_name="projects_owned")
    client_party = models.ForeignKey(
        "custody.Party", null=True, blank=True, on_delete=models.PROTECT, related_name="projects_ordered"
    )
    ultimate_client_party = models.ForeignKey(
        "custody.Party", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    qualification_type = models.CharField(max_length=40, blank=True)
    qualification_grade = models.CharField(
        max_length=40, blank=True, help_text="Grade the contract asks of its holder."
    )
    categories = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    contract_number = models.CharField(max_length=100, blank=True)
    contract_value = models.DecimalField(max_digits=20, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    contract_signed = models.DateField(null=True, blank=True)
    state = WordField(ProjectState, default=ProjectState.OPEN)
    source_key = models.CharField(max_length=200, null=True, blank=True, unique=True)

    objects: ClassVar[ProjectQuerySet] = ProjectQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def stream(self) -> str:
        """Name of the ledger stream that holds this project's entries."""
        return f"project:{self.id}"


class GrantQuerySet(VisibleQuerySet):
    """Grants a user may see, and those in force."""

    def seen_outside(self, user: Any) -> Self:
        """Return the user's own."""
        return self.filter(person=user.person_id)

    def live(self) -> Self:
        """Return grants whose inclusive dates hold today in the time zone of the project's regime, and that
        were not ended."""
        now = timezone.now()
        live = Q(pk__in=[])
        for regime in regimes.all_names():
            day = regimes.today(regime, now)
            live |= Q(project__regime=regime, starts__lte=day, ends__gte=day)
        return self.filter(live, ended_at__isnull=True)


class Grant(Row):
    """A regulator may read one project between two inclusive dates."""

    person = models.ForeignKey("custody.Person", on_delete=models.PROTECT, related_name="grants")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="grants")
    starts = models.DateField()
    ends = models.DateField()
    ended_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was ended before its last day; null: it was not."
    )

    objects: ClassVar[GrantQuerySet] = GrantQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends__gte=models.F("starts")), name="grant_dates_in_order")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} reads {self.project_id}"
