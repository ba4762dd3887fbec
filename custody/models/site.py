"""The installation: who runs it, on which system, under which log."""

from __future__ import annotations

import uuid

from django.db import models


class Site(models.Model):
    """The one row that says what this installation is. Its system is the first that is registered."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    name = models.CharField(max_length=200)
    operator = models.ForeignKey("custody.Party", on_delete=models.PROTECT, related_name="+")
    system = models.ForeignKey("custody.System", on_delete=models.PROTECT, related_name="+")
    origin = models.CharField(max_length=200)
    rp_id = models.CharField(max_length=200)
    demo = models.BooleanField(default=False)
    time_zone = models.CharField(
        max_length=64, blank=True, default="", help_text="IANA name; empty: as TIME_ZONE says."
    )
    regime = models.CharField(
        max_length=80, blank=True, default="", help_text="Pack that a new project is offered first."
    )
    entry = models.UUIDField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_site")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def operator_id_or_none(cls) -> uuid.UUID | None:
        """Return the operating party's id, or None before set-up."""
        return cls.objects.values_list("operator_id", flat=True).first()
