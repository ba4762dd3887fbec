"""Webhooks of parties, and what was sent or is to be sent to them."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from custody.terms import DeliveryFault, DeliveryState, NoticeKind, WebhookEnd, WebhookState

from .base import IdField, Row, VisibleQuerySet, WordField, rows_of


class WebhookQuerySet(VisibleQuerySet):
    """Webhooks of one's own parties, and those in force."""

    def seen_outside(self, user: Any) -> Self:
        """Return those of the parties for which ``user`` does more than receive."""
        return self.filter(party__in=user.internal_party_ids())

    def live(self) -> Self:
        """Return those that send."""
        return self.filter(state=WebhookState.IN_FORCE)


class Webhook(Row):
    """An address of a party that is told when somebody of the party gets a notice of certain kinds.

    The secrets are sealed for this row alone; the one before counts for a day, so that a receiver can change.
    """

    party = models.ForeignKey("custody.Party", on_delete=models.PROTECT, related_name="webhooks")
    address = models.CharField(max_length=500)
    kinds = models.JSONField(help_text="Kinds of notices that are told.")
    state = WordField(WebhookState)
    secret = models.CharField(max_length=200, blank=True, default="", help_text="Sealed; once ended, empty.")
    secret_before = models.CharField(max_length=200, blank=True, default="", help_text="Sealed, for a day.")
    rekeyed_at = models.DateTimeField(null=True, blank=True, help_text="When it got the secret of now.")
    failed_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was last given up; null: it arrives. No entry tells it."
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_how = WordField(WebhookEnd, null=True, blank=True)

    objects: ClassVar[WebhookQuerySet] = WebhookQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["party", "address"], condition=Q(state="in_force"), name="one_webhook_for_an_address"
            ),
            models.CheckConstraint(
                condition=Q(state="in_force", ended_at__isnull=True)
                | Q(state="ended", ended_at__isnull=False, secret="", secret_before=""),
                name="an_ended_webhook_keeps_no_secret",
            ),
        ]

    def __str__(self) -> str:
        return self.address


class WebhookDeliveryQuerySet(VisibleQuerySet):
    """Messages of webhooks of one's own parties."""

    def seen_outside(self, user: Any) -> Self:
        """Return those of webhooks that ``user`` may see."""
        return self.filter(webhook__in=rows_of("Webhook").seen_outside(user))


class WebhookDelivery(models.Model):
    """One message to one webhook: that there is a notice of a kind about an object, and nothing of either.

    No custody fact: no entry tells it. Its id is the one that the receiver sees, the same in every try.
    """

    id = IdField()
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    kind = WordField(NoticeKind, null=True, blank=True, help_text="Null: a test.")
    noun = models.CharField(max_length=20, blank=True, default="")
    object = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    state = WordField(DeliveryState, default=DeliveryState.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True, help_text="When it is tried next.")
    status = models.PositiveSmallIntegerField(null=True, blank=True, help_text="What was last answered.")
    fault = WordField(DeliveryFault, null=True, blank=True, help_text="Why the last try did not arrive.")

    objects: ClassVar[WebhookDeliveryQuerySet] = WebhookDeliveryQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["webhook", "-id"], name="deliveries_of_a_webhook")]

    def __str__(self) -> str:
        return f"{self.kind or 'test'} {self.state}"
