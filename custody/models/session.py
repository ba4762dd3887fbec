"""Where a person is signed in."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils import timezone

from custody.terms import SessionEnd, SignInMeans

from .base import IdField, WordField
from .kept import OwnQuerySet


class OpenSessionQuerySet(OwnQuerySet):
    """A user's own sessions, and those that are open."""

    def live(self) -> Self:
        """Return those that were neither ended nor have run out."""
        now = timezone.now()
        return self.filter(
            ended_at__isnull=True,
            began_at__gt=now - dt.timedelta(seconds=settings.SESSION_COOKIE_AGE),
            last_seen_at__gt=now - dt.timedelta(seconds=settings.SESSION_IDLE_SECONDS),
        )


class OpenSession(models.Model):
    """One browser in which somebody is signed in. No fact of custody: that one was ended by hand is an entry,
    where and when somebody read is not."""

    id = IdField()
    user = models.ForeignKey("custody.User", on_delete=models.CASCADE, related_name="sessions")
    session_key = models.CharField(max_length=40, help_text="Of the table of sessions; emptied at its end.")
    browser = models.CharField(max_length=200, blank=True, help_text="As the browser calls itself.")
    address = models.GenericIPAddressField(null=True, blank=True)
    means = WordField(SignInMeans, null=True, blank=True, help_text="What it began with; null: unknown.")
    began_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now, help_text="To the minute.")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_how = WordField(SessionEnd, null=True, blank=True)

    objects: ClassVar[OpenSessionQuerySet] = OpenSessionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-last_seen_at"]

    def __str__(self) -> str:
        return f"{self.user_id} {self.began_at}"
