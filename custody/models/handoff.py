"""Handoffs: an offer of numbered copies and the receiver's answer."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from custody.terms import Channel, CopyState, HandoffState, Leg

from .base import Row, VisibleQuerySet, WordField, rows_of
from .hop import Hop
from .item import Copy, System
from .project import Project

SIGNED = (HandoffState.ACCEPTED, HandoffState.PARTLY)
"""States in which the receiver has signed for copies: all, or those without a discrepancy."""
STAYS = (Leg.INSPECTION, Leg.INTERNAL, Leg.RETURN)
"""Legs by which nothing is out afterwards: read, moved within one party, or given back."""


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
        """Return the accepted handoffs of which a copy is still with the receiver by this very handoff.

        It is so no more once the copy went back to the sender, or came anew to the receiver; what the
        receiver passed on and got back is out as before, and so is what moved within the receiver.
        """
        here = HandoffCopy.objects.open().filter(handoff=OuterRef("pk"))
        return self.filter(Exists(here), state__in=SIGNED).exclude(leg__in=STAYS)


class Handoff(Row):
    """An offer of copies, over a hop or within one party. Custody stays with the sender until the receiver
    signs for them, and for good where they are only read."""

    number = models.CharField(max_length=20, unique=True)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="handoffs")
    hop = models.ForeignKey(
        Hop,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="handoffs",
        help_text="Null: within one party, or to somebody who reads at the party's own place.",
    )
    leg = WordField(
        Leg, null=True, blank=True, help_text="Null: offered before legs were stated; it goes down its hop."
    )
    statement = models.TextField(
        blank=True, default="", help_text="What the sender of a return states, e.g. of data left on systems."
    )
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
    answer_by = models.DateField(
        null=True, blank=True, help_text="Past this day an offer that nobody answered lapses; null: never."
    )
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
                condition=Q(state__in=["accepted", "accepted_in_part"], due_back__isnull=False),
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


class HandoffCopyQuerySet(models.QuerySet["HandoffCopy"]):
    """Lines of handoffs."""

    def taken(self) -> Self:
        """Return the lines without a discrepancy: of a signed handoff, the copies whose custody moved."""
        wrong = rows_of("Discrepancy").filter(handoff=OuterRef("handoff"), copy=OuterRef("copy"))
        return self.filter(~Exists(wrong))

    def open(self) -> Self:
        """Return the lines whose copy the receiver still holds by that very handoff."""
        later = HandoffCopy.objects.taken().filter(
            copy=OuterRef("copy"),
            handoff__state__in=SIGNED,
            handoff__answered_at__gt=OuterRef("handoff__answered_at"),
        )
        back = later.exclude(handoff__leg=Leg.INSPECTION).filter(
            handoff__receiver_party=OuterRef("handoff__sender_party"),
            handoff__sender_party=OuterRef("handoff__receiver_party"),
        )
        anew = later.exclude(handoff__leg__in=STAYS).filter(
            handoff__receiver_party=OuterRef("handoff__receiver_party")
        )
        there = self.taken().exclude(copy__state=CopyState.DESTROYED)
        return there.filter(~Exists(back), ~Exists(anew), copy__custodian_party=F("handoff__receiver_party"))


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

    objects: ClassVar[HandoffCopyQuerySet] = HandoffCopyQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["handoff", "copy"], name="copy_once_per_handoff")]

    def __str__(self) -> str:
        return f"{self.handoff_id} {self.copy_id}"
