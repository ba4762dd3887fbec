"""A handoff as a row and nothing more."""

from __future__ import annotations

import uuid

from django.db import models
from simple_history.models import HistoricalRecords


class Handoff(models.Model):
    """The columns of an offer; no rules, no copies to lock, no ledger."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    hop = models.UUIDField()
    receiver_person = models.UUIDField()
    copies = models.JSONField()
    purpose = models.CharField(max_length=300)
    channel = models.CharField(max_length=20)
    system = models.UUIDField()
    due_back = models.DateField(null=True)
    history = HistoricalRecords()

    class Meta:
        app_label = "peer"

    def __str__(self) -> str:
        return str(self.id)
