"""What one user keeps for convenience: forms not sent yet, recipients used again and again, lists
asked again and again.

No custody facts: the ledger does not know of them, and nobody but their user ever sees them, the house
included.
"""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models

from custody.terms import Channel

from .base import IdField, VisibleQuerySet, WordField
from .hop import Hop
from .item import System
from .people import Person
from .project import Project


class OwnQuerySet(VisibleQuerySet):
    """Rows of one user each."""

    def visible_to(self, user: Any) -> Self:
        """Return the rows of ``user``; the house sees no more than anybody else."""
        return self.filter(user=user.pk) if getattr(user, "is_authenticated", False) else self.none()

    def seen_outside(self, user: Any) -> Self:
        """Return the same."""
        return self.visible_to(user)


class Draft(models.Model):
    """What a user has typed into a guided form and not sent yet: one per project and verb."""

    id = IdField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    verb = models.CharField(max_length=60)
    data = models.JSONField(help_text="Answers by field: text, or a list of texts.")
    updated_at = models.DateTimeField()

    objects: ClassVar[OwnQuerySet] = OwnQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "project", "verb"], name="one_draft")]

    def __str__(self) -> str:
        return f"{self.verb} {self.updated_at}"


class RecipientSet(models.Model):
    """Answers of an offer that come again: to whom, over which hop, how, where to, what for."""

    id = IdField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    hop = models.ForeignKey(Hop, on_delete=models.CASCADE, related_name="+")
    receiver_person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    system = models.ForeignKey(System, on_delete=models.CASCADE, related_name="+")
    channel = WordField(Channel)
    purpose = models.CharField(max_length=300)

    objects: ClassVar[OwnQuerySet] = OwnQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["user", "project", "name"], name="recipient_set_name_once")
        ]

    def __str__(self) -> str:
        return self.name


class SavedFilter(models.Model):
    """A list as one person likes to see it: its questions, order and columns, under a name."""

    id = IdField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_filters")
    list = models.CharField(max_length=40, help_text="Route name of the list.")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=2000, blank=True, help_text="The query string of the address.")
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[OwnQuerySet] = OwnQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["user", "list", "name"], name="filter_name_once_per_list")
        ]

    def __str__(self) -> str:
        return f"{self.list} {self.name}"
