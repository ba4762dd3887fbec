"""A handoff as a row and nothing more: bare, with simple-history, and with auditlog."""

from __future__ import annotations

import uuid

from auditlog.registry import auditlog
from django.db import models
from simple_history.models import HistoricalRecords


class Row(models.Model):
    """The columns of an offer; no rules, no copies to lock, no ledger."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    hop = models.UUIDField()
    receiver_person = models.UUIDField()
    copies = models.JSONField()
    purpose = models.CharField(max_length=300)
    channel = models.CharField(max_length=20)
    system = models.UUIDField()
    due_back = models.DateField(null=True)

    class Meta:
        app_label = "peer"
        abstract = True

    def __str__(self) -> str:
        return str(self.id)


class Bare(Row):
    """No history at all."""


class Handoff(Row):
    """With a history row by django-simple-history."""

    history = HistoricalRecords()


class Audited(Row):
    """With a log entry by django-auditlog."""


auditlog.register(Audited)
