"""Handoffs: an offer of numbered copies and the receiver's answer."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from custody.terms import Channel, HandoffState

from .base import Row, VisibleQuerySet, WordField
from .hop import Hop
from .item import Copy, System
from .project import Project


class HandoffQuerySet(VisibleQuerySet):
    """Handoffs a user may see."""

    def seen_outside(self, user: Any) -> Self:
        """Return handoffs of projects seen whole, on hops seen, and those own parties send or receive."""
        mine = user.party_ids()
        return self.filter(
            Q(project__in=Project.objects.whole_for(user).values("id"))
            | Q(hop__in=Hop.objects.seen_outside(user).values("id"))
            | Q(sender_party__in=mine)
            | Q(receiver_party__in=mine)
        )

    def still_out(self) -> Self:
        """Return the accepted handoffs of which a copy is still with the receiver by this very handoff."""
        lines = HandoffCopy.objects.filter(handoff__state=HandoffState.ACCEPTED)
        later = lines.filter(copy=OuterRef("copy"), handoff__answered_at__gt=OuterRef("handoff__answered_at"))
        here = HandoffCopy.objects.filter(
            ~Exists(later), handoff=OuterRef("pk"), copy__custodian_party=OuterRef("receiver_party")
        )
        return self.filter(Exists(here), state=HandoffState.ACCEPTED)


class Handoff(Row):
    """An offer of copies over one hop. Custody stays with the sender until the receiver signs for them."""

    number = models.CharField(max_length=20, unique=True)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="handoffs")
    hop = models.ForeignKey(Hop, on_delete=models.PROTECT, related_name="handoffs")
    sender_party = models.ForeignKey("custody.Party", on_delete=models.PROTECT, related_name="handoffs_sent")
    sender_person = models.ForeignKey("custody.Person", on_delete=models.PROTECT, related_name="+")
    receiver_party = models.ForeignKey(
        "custody.Party", on_delete=models.PROTECT, related_name="handoffs_received"
    )
    receiver_person = models.ForeignKey(
        "custody.Person", on_delete=models.PROTECT, related_name="handoffs_received"
    )
    copies = models.ManyToManyField(Copy, through="HandoffCopy", related_name="handoffs")
    purpose = models.CharField(max_length=300)
    channel = WordField(Channel)
    second_carrier = models.ForeignKey(
        "custody.Person",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Who accompanies the copies where two people must carry them; null: nobody was named.",
    )
    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="handoffs")
    due_back = models.DateField(null=True, blank=True)
    state = WordField(HandoffState, default=HandoffState.OFFERED)
    offered_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)
    offer_entry = models.UUIDField()
    answer_entry = models.UUIDField(
        null=True, blank=True, help_text="Entry of the answer; stays when the answer is disputed."
    )
    submission = models.UUIDField(unique=True, help_text="Token of the form: sent twice, it has one effect.")

    objects: ClassVar[HandoffQuerySet] = HandoffQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-offered_at"]
        indexes = [
            models.Index(fields=["-offered_at"], name="handoffs_newest_first"),
            models.Index(
                fields=["answered_at"], condition=Q(answered_at__isnull=False), name="handoffs_by_answer"
            ),
            models.Index(
                fields=["due_back"],
                condition=Q(state="accepted", due_back__isnull=False),
                name="handoffs_by_return",
            ),
            # The few that wait for somebody, among all that are done: every first page counts them.
            models.Index(
                fields=["state", "offered_at"],
                condition=Q(state__in=["offered", "mistaken"]),
                name="handoffs_unsettled",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class HandoffCopy(models.Model):
    """One copy in one handoff."""

    handoff = models.ForeignKey(Handoff, on_delete=models.PROTECT, related_name="lines")
    copy = models.ForeignKey(Copy, on_delete=models.PROTECT, related_name="lines")
    from_system = models.ForeignKey(
        System,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Where the copy stood when it was offered, so that it can be put back there.",
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["handoff", "copy"], name="copy_once_per_handoff")]

    def __str__(self) -> str:
        return f"{self.handoff_id} {self.copy_id}"
