"""What goes with an erased person beside ledger and rows: by the order itself, and by a restore after it."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from uuid import UUID

from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.contrib.auth.hashers import make_password

from custody import models as m
from custody.reports import files
from custody.terms import ReportState

from . import files as evidence_files
from . import printing, register_prints


def forget_beside(person: UUID, users: Collection[UUID], using: str) -> None:
    """Take away what only served a person, and shut these sign-ins of theirs; inside a transaction.

    Before the rows get their blanks: failed sign-ins are known by the user name alone.
    """
    rows = m.User.objects.using(using).filter(id__in=users)
    names = list(rows.values_list("username", flat=True))
    rows.update(password=make_password(None), is_active=False, email="")
    for model in (m.Draft, m.Notice, m.SavedFilter, m.MailWish, m.RecipientSet, m.OpenSession, Authenticator):
        model._base_manager.using(using).filter(user_id__in=users)._raw_delete(using)
    m.CounterPin._base_manager.using(using).filter(user_id__in=users).update(digest="")
    m.RecipientSet._base_manager.using(using).filter(receiver_person=person)._raw_delete(using)
    for model in (AccessAttempt, AccessLog, AccessFailureLog):
        model._base_manager.using(using).filter(username__in=names)._raw_delete(using)


def remove_withdrawn(using: str) -> list[str]:
    """Remove files of withdrawn reports and erased evidence that are still there, and all printed receipts
    and registers; return their names."""
    removed = printing.sweep(all_of_them=True) + register_prints.sweep()
    for row in m.Report.objects.using(using).filter(state=ReportState.WITHDRAWN).exclude(file=""):
        for receipt in (False, True):
            path = files.built(Path(settings.REPORTS_DIR), row.file, receipt=receipt)
            if path is not None:
                path.unlink()
                removed.append(path.name)
    return removed + evidence_files.erased_files(using)
