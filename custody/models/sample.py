"""Random samples: copies of a project that a regulator drew by lot, and how each was found."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from custody.terms import SampleFound, SampleState

from .base import Row, VisibleQuerySet, WordField
from .item import Copy
from .project import Project


class SampleQuerySet(VisibleQuerySet):
    """Samples a user may see: of projects seen whole, regulators with a grant among them."""

    def seen_outside(self, user: Any) -> Self:
        """Return the visible samples."""
        return self.filter(project__in=Project.objects.whole_for(user).values("id"))

    def under_way(self) -> Self:
        """Return those that were neither closed nor withdrawn."""
        return self.filter(state__in=[SampleState.ASKED, SampleState.DRAWN])


class Sample(Row):
    """Copies drawn by lot, as :mod:`custody.lot` has it.

    ``word_sha256`` is recorded before the checkpoint of ``ledger_size`` and ``root`` is signed, ``word``
    after.
    """

    number = models.CharField(max_length=60, unique=True)
    serial = models.PositiveIntegerField(help_text="Within the project.")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="samples")
    authority = models.ForeignKey(
        "custody.Party", on_delete=models.PROTECT, related_name="+", help_text="For whom the regulator acts."
    )
    asked_by = models.ForeignKey("custody.Person", on_delete=models.PROTECT, related_name="+")
    asked_on = models.DateField()
    asked_entry = models.UUIDField(help_text="The first checkpoint that covers it decides.")
    count = models.PositiveIntegerField(help_text="Copies asked for.")
    word_sha256 = models.CharField(max_length=64)
    population = models.PositiveIntegerField(help_text="Copies of the project that were not destroyed then.")
    population_sha256 = models.CharField(
        max_length=64, help_text="Of their numbers, each on a line, in order."
    )
    state = WordField(SampleState, default=SampleState.ASKED)
    drawn_by = models.ForeignKey(
        "custody.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    drawn_on = models.DateField(null=True, blank=True)
    ledger_size = models.BigIntegerField(null=True, blank=True, help_text="Of the checkpoint that decided.")
    root = models.CharField(max_length=64, blank=True, default="", help_text="Of that checkpoint, in hex.")
    word = models.CharField(max_length=200, blank=True, default="")
    closed_by = models.ForeignKey(
        "custody.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    closed_on = models.DateField(null=True, blank=True)
    remark = models.TextField(blank=True, default="", help_text="Of who closed it, or why it was withdrawn.")

    objects: ClassVar[SampleQuerySet] = SampleQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["project", "serial"], name="sample_once_in_its_project"),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "withdrawn"], ledger_size__isnull=True, word="")
                | Q(state__in=["drawn", "closed"], ledger_size__isnull=False, word__gt=""),
                name="a_drawn_sample_says_from_what",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class SampleLineQuerySet(VisibleQuerySet):
    """Lines of samples a user may see."""

    def seen_outside(self, user: Any) -> Self:
        """Return the visible lines."""
        return self.filter(sample__in=Sample.objects.seen_outside(user).values("id"))


class SampleLine(Row):
    """One copy that was drawn: where and with whom it was by the record then, and how it was found."""

    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveIntegerField(help_text="In the order in which they were drawn, from 1.")
    copy = models.ForeignKey(Copy, on_delete=models.PROTECT, related_name="sample_lines")
    code = models.CharField(max_length=20)
    party = models.ForeignKey("custody.Party", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        "custody.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    system = models.ForeignKey(
        "custody.System", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    found = WordField(SampleFound, default=SampleFound.OPEN)
    note = models.TextField(blank=True, default="")
    entered_by = models.ForeignKey(
        "custody.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects: ClassVar[SampleLineQuerySet] = SampleLineQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["sample", "position"]
        constraints = [
            models.UniqueConstraint(fields=["sample", "copy"], name="a_copy_is_drawn_once"),
            models.UniqueConstraint(fields=["sample", "position"], name="a_sample_counts_once"),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.code} {self.found}"
