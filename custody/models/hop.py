"""Hops of the subcontract tree, the approvals they need, and the votes that officers cast."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from custody.terms import SIGNED, ApprovalState, HopState, PaymentMeans, VoteChoice, VoteMethod

from .base import Row, VisibleQuerySet, WordField
from .project import Project


class HopQuerySet(VisibleQuerySet):
    """Hops a user may see: whole projects, else own hop and below, never siblings."""

    def seen_outside(self, user: Any) -> Self:
        """Return the visible hops."""
        whole = Project.objects.whole_for(user).values("id")
        condition = Q(project__in=whole)
        for path in user.hop_paths:
            condition |= Q(path__startswith=path)
        return self.filter(condition)


class Hop(Row):
    """One subcontract link of a project. ``path`` is the ids from the root to here, each ended by a slash."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="hops")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    from_party = models.ForeignKey("custody.Party", on_delete=models.PROTECT, related_name="hops_given")
    to_party = models.ForeignKey("custody.Party", on_delete=models.PROTECT, related_name="hops_received")
    path = models.TextField()
    depth = models.PositiveIntegerField()
    scope = models.TextField()
    level = models.CharField(max_length=40)
    categories = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)
    share = models.DecimalField(
        max_digits=6, decimal_places=2, null=True, blank=True, help_text="Per cent of the amount."
    )
    amount = models.DecimalField(max_digits=20, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    keeps_core = models.BooleanField(null=True, help_text="The giver keeps the core of the work.")
    client_consent = models.BooleanField(null=True, help_text="The client consented in writing.")
    awarded_on = models.DateField(null=True, blank=True)
    reported_on = models.DateField(
        null=True, blank=True, help_text="When the subcontract was reported to the authority."
    )
    business = ArrayField(
        models.CharField(max_length=40),
        null=True,
        blank=True,
        help_text="What of the regime's list of secret businesses the work is; empty: none; null: not known.",
    )
    performer = models.ForeignKey(
        "custody.Party",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Who performs the work: the receiving party itself, or another; null: not known.",
    )
    payer = models.ForeignKey(
        "custody.Party",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Who pays the receiving party; null: not known.",
    )
    payer_country = models.CharField(  # noqa: DJ001 - as a term it is not known, like the others
        max_length=2, null=True, blank=True, help_text="From where it is paid, ISO 3166-1; null: not known."
    )
    payment = WordField(PaymentMeans, null=True, blank=True)
    state = WordField(HopState, default=HopState.REQUESTED)
    subject_sha256 = models.CharField(max_length=64)
    requested_by = models.ForeignKey("custody.Person", on_delete=models.PROTECT, related_name="+")
    source_key = models.CharField(max_length=200, null=True, blank=True, unique=True)

    objects: ClassVar[HopQuerySet] = HopQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["project", "path"]
        indexes = [
            models.Index(fields=["project", "path"], name="hop_by_path"),
            models.Index(fields=["to_party"], name="hop_by_receiver"),
            models.Index(fields=["project"], condition=Q(parent__isnull=True), name="hop_at_the_root"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(from_party=models.F("to_party")), name="no_hop_to_oneself"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True, depth=1) | Q(parent__isnull=False, depth__gt=1),
                name="hop_depth_fits",
            ),
            models.CheckConstraint(
                condition=Q(payer_country=None) | Q(payer_country__regex=r"^[A-Z]{2}$"),
                name="payer_country_is_iso",
            ),
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=models.F("starts")), name="hop_dates_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_party} → {self.to_party}"

    def path_ids(self) -> list[uuid.UUID]:
        """Return the hop ids from the root to this hop, this hop last."""
        return [uuid.UUID(part) for part in self.path.strip("/").split("/")]


class ApprovalQuerySet(VisibleQuerySet):
    """Approvals a user may see: those of the hops that the user may see."""

    def seen_outside(self, user: Any) -> Self:
        """Return the visible approvals."""
        return self.filter(hop__in=Hop.objects.seen_outside(user).values("id"))


class Approval(Row):
    """A request bound to the SHA-256 of its subject; officers vote on it."""

    hop = models.ForeignKey(Hop, on_delete=models.PROTECT, related_name="approvals")
    subject = models.JSONField(help_text="The canonical subject; its SHA-256 is what is approved.")
    subject_sha256 = models.CharField(max_length=64)
    level = models.CharField(max_length=40)
    state = WordField(ApprovalState, default=ApprovalState.REQUESTED)
    needed = models.PositiveSmallIntegerField(default=1)
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)
    decide_by = models.DateField(null=True, blank=True)
    requested_by = models.ForeignKey("custody.Person", on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    stopped_with = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Approval of a subcontract above with which it was suspended or revoked; null: by itself.",
    )
    void_from = models.DateField(
        null=True,
        blank=True,
        help_text="Day from which, as it turned out, it did not count; set by revoking.",
    )

    objects: ClassVar[ApprovalQuerySet] = ApprovalQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["decide_by", "created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["hop"],
                condition=Q(state__in=["requested", "granted", "suspended"]),
                name="one_live_approval_per_hop",
            )
        ]

    def __str__(self) -> str:
        return f"approval of hop {self.hop_id}"


_SIGNED = sorted(SIGNED)


class Vote(Row):
    """What one officer said, on which exact statement. Append-only."""

    approval = models.ForeignKey(Approval, on_delete=models.PROTECT, related_name="votes")
    person = models.ForeignKey("custody.Person", on_delete=models.PROTECT, related_name="votes")
    delegation = models.ForeignKey(
        "custody.Delegation",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="votes",
        help_text="By which it was cast in an officer's place; null: in the person's own right.",
    )
    choice = WordField(VoteChoice)
    reason = models.TextField()
    method = WordField(VoteMethod)
    key = models.ForeignKey(
        "custody.SigningKey",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="votes",
        help_text="Key with which it was signed; null: it was not.",
    )
    assertion = models.JSONField(
        null=True, blank=True, help_text="What the key answered to the statement, in base64url."
    )
    statement = models.TextField(help_text="The RFC 8785 text that was on the page.")
    statement_sha256 = models.CharField(max_length=64)
    against = ArrayField(
        models.CharField(max_length=20),
        default=list,
        blank=True,
        help_text="Codes of the warnings and opinions that it was cast against.",
    )

    class Meta:
        ordering = ["created_at"]
        # Who has approved may still refuse while the request waits for others; that ends it.
        constraints = [
            models.UniqueConstraint(fields=["approval", "person", "choice"], name="no_vote_twice"),
            models.UniqueConstraint(
                fields=["statement_sha256"], condition=Q(key__isnull=False), name="a_statement_is_signed_once"
            ),
            models.CheckConstraint(
                condition=Q(method__in=_SIGNED, key__isnull=False, assertion__isnull=False)
                | (~Q(method__in=_SIGNED) & Q(key__isnull=True, assertion__isnull=True)),
                name="a_signed_vote_has_its_signature",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.choice}"
