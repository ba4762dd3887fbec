"""Background work is a row first, then a message.

The row is written in the transaction that asks for the work, so it cannot be lost; the message may be, and
is then published again. A task must therefore be harmless when it runs twice.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from celery import current_app
from django.db import transaction
from django.db.models import Count, Min, Q
from django.utils import timezone

from custody import scope
from custody.models import OutboxJob

LEASE = dt.timedelta(seconds=30)
RUNS = LEASE * 10
"""So long a job may run before it is given out again, unless its task asks for more."""
MAX_ATTEMPTS = 20


LATE = dt.timedelta(minutes=5)
"""So long after a job was due nobody has taken it when something is wrong: no worker, no timer, no broker."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How the background work stands: how many jobs are due, how many of them late, the oldest since when."""

    due: int
    late: int
    since: dt.datetime | None


def put(task: str, payload: dict[str, Any], after: dt.timedelta = dt.timedelta()) -> OutboxJob:
    """Ask for a task, inside the transaction that needs it; the message follows once that has committed, or
    some time later."""
    due = timezone.now() + after
    with scope.whole():  # jobs are the site's own, whoever has asked for one
        job = OutboxJob.objects.create(task=task, payload=payload, publish_after=due, due_at=due)
    if not after:
        transaction.on_commit(lambda: publish(job.id), robust=True)
    return job


def standing(now: dt.datetime) -> Standing:
    """Return what waits for a worker. A message that got lost or is sent again makes no job less late."""
    with scope.whole():
        told = OutboxJob.objects.filter(done_at__isnull=True, due_at__lte=now).aggregate(
            due=Count("id"), late=Count("id", filter=Q(due_at__lt=now - LATE)), since=Min("due_at")
        )
    return Standing(**told)


def publish(job: UUID) -> None:
    """Send the message for one job; a broker that cannot be reached is tried again by ``relay``."""
    row = OutboxJob.objects.filter(id=job, done_at__isnull=True).first()
    if row is None:
        return
    current_app.send_task(row.task, args=[str(row.id)], retry=False)
    # A worker may have begun it by now, under a longer lease that must stand.
    with scope.whole():
        OutboxJob.objects.filter(id=job, attempts=row.attempts).update(publish_after=timezone.now() + LEASE)


def relay() -> int:
    """Publish again what is not done and whose lease has run out; return how many. Run by beat."""
    now = timezone.now()
    with transaction.atomic():
        due = list(
            OutboxJob.objects.select_for_update(skip_locked=True)
            .filter(done_at__isnull=True, publish_after__lte=now, attempts__lt=MAX_ATTEMPTS)
            .order_by("publish_after")
            .values_list("id", flat=True)[:100]
        )
        OutboxJob.objects.filter(id__in=due).update(publish_after=now + LEASE)
    for job in due:
        publish(job)
    return len(due)


def begin(job: UUID, lease: dt.timedelta = RUNS) -> OutboxJob | None:
    """Take a job for running and extend its lease; None when it is done already or unknown.

    ``lease`` must be longer than the task can run, or the job is given out again beside itself.
    """
    with transaction.atomic():
        row = OutboxJob.objects.select_for_update().filter(id=job, done_at__isnull=True).first()
        if row is None:
            return None
        row.attempts += 1
        row.publish_after = row.due_at = timezone.now() + lease
        row.save()
        return row


def again(job: UUID, seconds: float) -> None:
    """Give a job back, to be published again after some seconds."""
    later = timezone.now() + dt.timedelta(seconds=seconds)
    OutboxJob.objects.filter(id=job, done_at__isnull=True).update(publish_after=later, due_at=later)


def finish(job: UUID, error: str = "") -> None:
    """Mark a job as done, or as given up with its error."""
    OutboxJob.objects.filter(id=job).update(done_at=timezone.now(), error=error)
