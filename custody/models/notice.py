"""Notices to one user, and whether that user wants a mail about them.

Neither is a fact of custody: they are made from what stands in the graph and may be made again. Both belong
to one user; nobody else reads them, the house neither.
"""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from custody.terms import MailRhythm, NoticeKind

from .base import IdField, VisibleQuerySet, WordField


class OwnQuerySet(VisibleQuerySet):
    """Rows of which only their owner may read any."""

    def visible_to(self, user: Any) -> Self:
        """Return the user's own rows; the house reads no more than that."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        return self.filter(user=user)


class NoticeQuerySet(OwnQuerySet):
    """Notices of one user."""

    def unread(self) -> Self:
        """Return those not read yet."""
        return self.filter(read_at__isnull=True)


class Notice(models.Model):
    """One thing that one user is told of, once for each kind and stage."""

    id = IdField()
    user = models.ForeignKey("custody.User", on_delete=models.CASCADE, related_name="notices")
    kind = WordField(NoticeKind)
    noun = models.CharField(max_length=20, help_text="The table of what it is about: handoff, approval, ...")
    object = models.UUIDField(help_text="Its id; read again through visible_to whenever it is shown.")
    about = models.CharField(
        max_length=100, help_text="How people refer to it; shown to whom it is visible, never in a mail."
    )
    due = models.DateField(null=True, blank=True)
    stage = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Days before the day it is due: 30, 7, 1 or 0."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True, help_text="When a mail counted it.")
    hooked_at = models.DateTimeField(null=True, blank=True, help_text="When webhooks were asked about it.")

    objects: ClassVar[NoticeQuerySet] = NoticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-id"]
        constraints = [
            # The order serves the question which things were told already; no stage counts as one.
            models.UniqueConstraint(
                fields=["object", "kind", "stage", "user"], nulls_distinct=False, name="told_once"
            )
        ]
        indexes = [
            models.Index(fields=["user"], condition=Q(read_at__isnull=True), name="notices_unread"),
            models.Index(
                fields=["created_at"], condition=Q(hooked_at__isnull=True), name="notices_not_hooked"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.about}"


class MailWish(models.Model):
    """Where one user wants a mail about unread notices, how often, and in which language."""

    user = models.OneToOneField(
        "custody.User", primary_key=True, on_delete=models.CASCADE, related_name="mail_wish"
    )
    rhythm = WordField(MailRhythm, default=MailRhythm.OFF)
    address = models.EmailField(blank=True, default="")
    language = models.CharField(max_length=10)
    asked_on = models.DateField(null=True, blank=True, help_text="Day for which a mail was last queued.")

    objects: ClassVar[OwnQuerySet] = OwnQuerySet.as_manager()  # type: ignore[assignment]

    def __str__(self) -> str:
        return f"{self.user_id} {self.rhythm}"
