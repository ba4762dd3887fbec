"""What people keep for themselves: no custody fact, nobody else's business."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models

from .base import IdField, VisibleQuerySet


class OwnQuerySet(VisibleQuerySet):
    """Rows that belong to one user; not even the house reads another's."""

    def visible_to(self, user: Any) -> Self:
        """Return the user's own rows."""
        return self.filter(user=user.pk) if getattr(user, "is_authenticated", False) else self.none()


class SavedFilter(models.Model):
    """A list as one person likes to see it: its questions, order and columns, under a name."""

    id = IdField()
    user = models.ForeignKey("custody.User", on_delete=models.CASCADE, related_name="saved_filters")
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
