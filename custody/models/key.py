"""Keys with which a program acts for a person."""

from __future__ import annotations

from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from .base import Row
from .kept import OwnQuerySet
from .people import gone_before


class ApiKeyQuerySet(OwnQuerySet):
    """A user's own keys, and those in force."""

    def live(self) -> Self:
        """Return keys that are neither revoked nor expired, of sign-ins that are still active and people who
        have not left."""
        now = timezone.now()
        return self.filter(
            Q(user__person__leaves_on__isnull=True) | Q(user__person__leaves_on__gte=gone_before(now)),
            expires_at__gt=now,
            revoked_at__isnull=True,
            user__is_active=True,
        )


class ApiKey(Row):
    """A key of a sign-in: only its SHA-256 is kept. It may do less than its owner, never more, and for one of
    the parties that its owner stands for."""

    user = models.ForeignKey("custody.User", on_delete=models.PROTECT, related_name="api_keys")
    party = models.ForeignKey(
        "custody.Party",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="For whom alone it acts and reads; null: made before keys were bound, it acts for all.",
    )
    name = models.CharField(max_length=60)
    start = models.CharField(max_length=12, help_text="Its first signs, by which its owner knows it.")
    sha256 = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(
        models.CharField(max_length=40), help_text="Nouns on which it may act; reading needs none."
    )
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[ApiKeyQuerySet] = ApiKeyQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.start} {self.name}"
