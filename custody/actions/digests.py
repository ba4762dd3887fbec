"""The daily mail about unread notices: counts by kind and the address of the site, and nothing else.

Mail leaves the walls of the site and lies readable on servers of others, so no name, number, code or level
stands in it. It is sent only where the operator named a mail server and the user asked for it. A job is a
row first; when the server does not take the mail, the outbox tries again.
"""

from __future__ import annotations

import datetime as dt
from email.utils import make_msgid
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, get_connection
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Count, Exists, OuterRef
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from custody import models as m
from custody import outbox
from custody.terms import MailRhythm, NoticeKind, Text

from .entered import entered
from .errors import ActionError

TASK = "custody.mail_notices"
FROM_HOUR = 7
"""Mails are queued from this hour of the day, in the site's time zone."""
SMTP = "django.core.mail.backends.smtp.EmailBackend"
TIMEOUT = 10


@entered(m.MailWish)
def wish(user: m.User, *, rhythm: MailRhythm, address: str, language: str) -> None:
    """Keep whether, where and in which language a user wants the mail. Raises ActionError for no address."""
    if address:
        try:
            validate_email(address)
        except ValidationError:
            raise ActionError(
                Text("Write the address like name@example.org.", "请按name@example.org的格式填写地址。"),
                "address",
            ) from None
    with transaction.atomic():
        m.MailWish.objects.update_or_create(
            user=user, defaults={"rhythm": rhythm, "address": address, "language": language}
        )


def queue(now: dt.datetime) -> int:
    """Ask for today's mails; return for how many users.

    One a day and user, from seven in the morning, when something unread was in no mail yet. While an older
    mail of a user still waits for the server there is no second one.
    """
    local = timezone.localtime(now)
    if settings.MAIL is None or local.hour < FROM_HOUR:
        return 0
    open_jobs = m.OutboxJob.objects.filter(task=TASK, done_at__isnull=True, attempts__lt=outbox.MAX_ATTEMPTS)
    with transaction.atomic():
        wishes = m.MailWish.objects.select_for_update(of=("self",), skip_locked=True).filter(
            Exists(_new(OuterRef("user"))), rhythm=MailRhythm.DAILY, user__is_active=True
        )
        due = wishes.exclude(address="").exclude(asked_on__gte=local.date())
        waiting = {payload["user"] for payload in open_jobs.values_list("payload", flat=True)}
        users = [user for user in due.values_list("user_id", flat=True) if str(user) not in waiting]
        m.MailWish.objects.filter(user__in=users).update(asked_on=local.date())
        for user in users:
            outbox.put(TASK, {"user": str(user)})
    return len(users)


def send(job: UUID) -> None:
    """Send the mail of a job that has begun, note what it counted and end the job, in one transaction.

    Nothing is sent when the job is done by now, or when nothing is new or wanted any more. Raises OSError
    (which smtplib's errors are) when the server does not take it: then nothing is noted.
    """
    with transaction.atomic():
        row = m.OutboxJob.objects.select_for_update().filter(id=job, done_at__isnull=True).first()
        if row is None:
            return
        user = UUID(row.payload["user"])
        wish = m.MailWish.objects.filter(user=user, rhythm=MailRhythm.DAILY, user__is_active=True).first()
        counted = list(_new(user).values_list("id", flat=True))
        if wish and settings.MAIL and counted:
            rows = m.Notice.objects.filter(id__in=counted).order_by("kind")
            kinds = rows.values("kind").annotate(n=Count("id")).values_list("kind", "n")
            _message(settings.MAIL, wish, dict(kinds)).send()
            rows.update(mailed_at=timezone.now())
        outbox.finish(job)


def _new(user: Any) -> Any:
    """Return a user's notices that are unread and were in no mail."""
    return m.Notice.objects.filter(user=user, mailed_at__isnull=True).unread()


def _message(server: Any, wish: m.MailWish, kinds: dict[NoticeKind, int]) -> EmailMessage:
    with translation.override(wish.language):
        total = sum(kinds.values())
        lines = [
            _("New on your list in Holdfast:"),
            "",
            *(_("- %(kind)s: %(n)d") % {"kind": k.text.get(wish.language), "n": n} for k, n in kinds.items()),
            "",
            _("Sign in to read them: %(address)s") % {"address": settings.SITE_URL},
            "",
            _("This mail holds no details on purpose. You can switch it off on the page of your notices."),
        ]
        subject = ngettext("Holdfast: %(n)d new notice", "Holdfast: %(n)d new notices", total) % {"n": total}
    return EmailMessage(
        subject,
        "\n".join(lines) + "\n",
        server.sender,
        [wish.address],
        headers={
            "Auto-Submitted": "auto-generated",
            "Message-ID": make_msgid(domain=urlsplit(settings.SITE_URL).hostname),
        },
        connection=get_connection(
            SMTP,
            host=server.host,
            port=server.port,
            username=server.user,
            password=server.password,
            use_tls=server.security == "starttls",
            use_ssl=server.security == "tls",
            timeout=TIMEOUT,
        ),
    )
