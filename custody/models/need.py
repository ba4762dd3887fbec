"""Who may learn an item: its need-to-know list, down to persons."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from .base import Row, VisibleQuerySet, rows_of
from .item import Item
from .people import Membership, Person
from .project import Project


class NeedToKnowQuerySet(VisibleQuerySet):
    """Places on need-to-know lists that a user may see."""

    def seen_outside(self, user: Any) -> Self:
        """Return those of projects seen whole, and one's own and colleagues' for items that are seen."""
        whole = Project.objects.whole_for(user).values("id")
        colleagues = Membership.objects.filter(party__in=user.party_ids()).values("person")
        items = rows_of("Item").seen_outside(user).values("id")
        return self.filter(Q(item__project__in=whole) | Q(person__in=colleagues, item__in=items))

    def standing(self) -> Self:
        """Return those that have not ended."""
        return self.filter(ended_on__isnull=True)


class NeedToKnow(Row):
    """One person may learn one item, since a day and by somebody's written decision."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="needs")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="needs")
    since = models.DateField()
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    basis = models.CharField(max_length=300, help_text="The written decision, such as its number.")
    ended_on = models.DateField(null=True, blank=True, help_text="Null: it stands.")

    objects: ClassVar[NeedToKnowQuerySet] = NeedToKnowQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["item", "person__name", "person__staff_number", "since"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "person"], condition=Q(ended_on__isnull=True), name="on_the_list_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.item_id}"
