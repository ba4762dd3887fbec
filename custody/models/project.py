"""Projects and the read-only grants that let a regulator look: at one, or at all of a party or region."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from custody import regimes
from custody.regions import PATTERN
from custody.terms import ProjectState

from .base import Row, VisibleQuerySet, WordField, rows_of


class ProjectQuerySet(VisibleQuerySet):
    """Projects a user may see."""

    def whole_for(self, user: Any) -> Self:
        """Return the projects that this user sees whole: own party's, the house's, or under a live grant."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        if user.in_house:
            return self
        return self.filter(Q(owner_party__in=user.internal_party_ids()) | user.granted.projects())

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
    region = models.CharField(
        max_length=6,
        blank=True,
        default="",
        help_text="ISO 3166-2 code of where it is done; empty: not recorded.",
    )
    accepted_on = models.DateField(null=True, blank=True, help_text="Day on which the results were accepted.")
    accepted_by = models.CharField(max_length=200, blank=True, default="")
    acceptance_number = models.CharField(max_length=100, blank=True, default="")
    submitted_on = models.DateField(null=True, blank=True, help_text="Day on which they were submitted.")
    submitted_to = models.CharField(max_length=200, blank=True, default="")
    submitted_by = models.CharField(max_length=200, blank=True, default="")
    submission_number = models.CharField(max_length=100, blank=True, default="")
    state = WordField(ProjectState, default=ProjectState.OPEN)
    source_key = models.CharField(max_length=200, null=True, blank=True, unique=True)

    objects: ClassVar[ProjectQuerySet] = ProjectQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(region="") | Q(region__regex=PATTERN), name="project_region_is_iso"
            ),
            models.CheckConstraint(
                condition=Q(submitted_on__isnull=True) | Q(submitted_on__gte=models.F("accepted_on")),
                name="project_results_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def stream(self) -> str:
        """Name of the ledger stream that holds this project's entries."""
        return f"project:{self.id}"


class GrantQuerySet(VisibleQuerySet):
    """Grants a user may see, and those in force."""

    def seen_outside(self, user: Any) -> Self:
        """Return the user's own, and those by which others read projects of the user's own party."""
        own = rows_of("Project").filter(owner_party__in=user.internal_party_ids())
        return self.filter(
            Q(person=user.person_id)
            | Q(project__in=own.values("id"))
            | Q(party__in=user.internal_party_ids())
            | Q(region__in=own.exclude(region="").values("region"))
        )

    def covering(self, project: Any) -> Self:
        """Return grants that let somebody read this project, by itself, its owner or its region."""
        return self.filter(
            Q(project=project.id)
            | Q(party=project.owner_party_id)
            | (Q(region=project.region) if project.region else Q(pk__in=[]))
        )

    def live(self) -> Self:
        """Return grants whose inclusive dates hold today, in the time zone of the project's regime or, of a
        party or region, in the site's, and that were not ended."""
        now = timezone.now()
        here = timezone.localdate(now)
        live = Q(project__isnull=True, starts__lte=here, ends__gte=here)
        for regime in regimes.all_names():
            day = regimes.today(regime, now)
            live |= Q(project__regime=regime, starts__lte=day, ends__gte=day)
        return self.filter(live, ended_at__isnull=True)


class Grant(Row):
    """A regulator may read, between two inclusive dates, one project, or all that one party owns, or all that
    are done in one region: those of today and those that come."""

    person = models.ForeignKey("custody.Person", on_delete=models.PROTECT, related_name="grants")
    project = models.ForeignKey(
        Project, null=True, blank=True, on_delete=models.PROTECT, related_name="grants"
    )
    party = models.ForeignKey(
        "custody.Party", null=True, blank=True, on_delete=models.PROTECT, related_name="grants"
    )
    region = models.CharField(max_length=6, blank=True, default="", help_text="ISO 3166-2 code.")
    starts = models.DateField()
    ends = models.DateField()
    ended_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was ended before its last day; null: it was not."
    )

    objects: ClassVar[GrantQuerySet] = GrantQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends__gte=models.F("starts")), name="grant_dates_in_order"),
            models.CheckConstraint(
                condition=Q(project__isnull=False, party__isnull=True, region="")
                | Q(project__isnull=True, party__isnull=False, region="")
                | Q(project__isnull=True, party__isnull=True, region__regex=PATTERN),
                name="grant_of_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} reads {self.project_id or self.party_id or self.region}"
