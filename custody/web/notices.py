"""The inbox: what is still open, then what this person was told, unread first; and the wish for a mail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db.models import F, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from custody import due
from custody import models as m
from custody.actions import digests, notices
from custody.actions.base import ActionError
from custody.permissions import PERMISSIONS
from custody.terms import HandoffState, MailRhythm, Role

from . import handoffs
from .base import UNKNOWN_STEP, heads, language, page_of, screen, signed_in, told_in
from .forms.notice import MailForm
from .names import level_name, party_name, qualification_name
from .patterns import Column, Link, Section, Table

SHORT = 20
YEAR = 365
SEEN: dict[str, Any] = {
    "handoff": lambda user: m.Handoff.objects.visible_to(user),
    "approval": lambda user: m.Approval.objects.visible_to(user),
    "report": lambda user: m.Report.objects.visible_to(user),
    "qualification": lambda user: m.Qualification.objects.visible_to(user),
    "party": lambda user: m.Party.objects.visible_to(user),
    "recall": lambda user: m.Recall.objects.visible_to(user),
    "field_permit": lambda user: m.FieldPermit.objects.visible_to(user),
    "handover": lambda user: m.Handover.objects.visible_to(user),
    "stocktake": lambda user: m.Stocktake.objects.visible_to(user),
    "collection": lambda user: m.Collection.objects.visible_to(user),
    "item_proposal": lambda user: m.ItemProposal.objects.visible_to(user),
    "copy_permit": lambda user: m.CopyPermit.objects.visible_to(user),
    "destruction": lambda user: m.Destruction.objects.visible_to(user),
    "factor": lambda user: m.Factor.objects.visible_to(user).annotate(state=F("kind")),
    "identity": lambda user: m.Identity.objects.visible_to(user),
    "proposed_identity": lambda user: m.Identity.objects.to_judge(user),
    "webhook": lambda user: m.Webhook.objects.visible_to(user),
    "slip": lambda user: m.Slip.objects.visible_to(user),
    "item": lambda user: m.Item.objects.visible_to(user),
    "objection": lambda user: m.Objection.objects.visible_to(user),
    "incident": lambda user: m.Incident.objects.visible_to(user),
    "lapse": lambda user: m.Lapse.objects.visible_to(user).annotate(state=F("outcome")),
}


@screen("GET", "POST")
def inbox(request: HttpRequest) -> HttpResponse:
    """Show what is open and what was told; mark one notice or all that were shown as read."""
    user = signed_in(request)
    if request.method == "POST":
        _mark(request, user)
        return redirect(request.get_full_path())
    rows = m.Notice.objects.visible_to(user)
    page = page_of(request, rows.order_by(F("read_at").desc(nulls_first=True), "-id"))
    newest = rows.unread().order_by("-id").values_list("id", flat=True).first()
    context = {
        "heading": _("Notices"),
        "sections": [s for s in _open(user) if s.count],
        "columns": _columns(),
        "lines": _lines(user, list(page)),
        "page": page,
        "newest": newest,
    }
    return render(request, "notice/list.html", context)


def _mark(request: HttpRequest, user: m.User) -> None:
    """Mark as the button says. Raises Http404 for an id that is not the user's, ActionError for no button."""
    one, all_until = request.POST.get("read"), request.POST.get("all")
    try:
        if one is not None:
            if not notices.mark_read(user, [UUID(one)]):
                raise Http404
        elif all_until is not None:
            notices.mark_all_read(user, UUID(all_until))
        else:
            raise ActionError(UNKNOWN_STEP)
    except ValueError:
        raise Http404 from None


@screen("GET", "POST")
def mail(request: HttpRequest) -> HttpResponse:
    """Ask whether, where and in which language a person wants the daily mail."""
    user = signed_in(request)
    kept = m.MailWish.objects.visible_to(user).first()
    first = {
        "rhythm": kept.rhythm if kept else MailRhythm.OFF,
        "address": kept.address if kept else "",
        "language": kept.language if kept else language(),
    }
    form = MailForm(request.POST if request.method == "POST" else None, initial=first)
    if form.is_bound and form.is_valid():
        with told_in(form):
            digests.wish(user, **form.cleaned_data)
            messages.success(request, _("Your choice is kept."))
            return redirect("notices")
    context = {
        "crumbs": [Link(_("Notices"), reverse("notices"))],
        "heading": _("Mail about notices"),
        "form": form,
        "submit": _("Keep"),
        "cancel": reverse("notices"),
        "configured": settings.MAIL is not None,
    }
    return render(request, "notice/mail.html", context, status=422 if form.errors else 200)


# --- what was told ----------------------------------------------------------------------------------------


def _lines(user: m.User, page: list[m.Notice]) -> list[dict[str, Any]]:
    """Return the notices of a page; what a notice is about is shown only if the user may see it today."""
    states: dict[UUID, Any] = {}
    for noun in {n.noun for n in page} & set(SEEN):
        ids = [n.object for n in page if n.noun == noun]
        state = F("hop__state") if noun == "recall" else F("state")
        states |= dict(SEEN[noun](user).filter(id__in=ids).values_list("id", state))
    return [
        {
            "notice": n,
            "cells": [
                n.kind,
                Link(n.about, reverse(n.noun, args=[n.object])) if n.object in states else "",
                n.due,
                _left(n.stage),
                states.get(n.object, ""),
                n.created_at,
            ],
        }
        for n in page
    ]


def _left(stage: int | None) -> str:
    if stage is None:
        return ""
    if stage == 0:
        return _("Now")
    return ngettext("within %(n)d day", "within %(n)d days", stage) % {"n": stage}


def _columns() -> list[Column]:
    """Return the heads of the list of notices."""
    return heads(_("Notice"), _("About"), _("Due"), _("Reminder"), _("State now"), _("Told"))


# --- what is open -----------------------------------------------------------------------------------------


def _open(user: m.User) -> list[Section]:
    return [_overdue(user), _expired(user), _uninspected(user), to_review(user), _unanswered(user)]


def _parties(user: m.User, roles: Iterable[Role]) -> list[UUID]:
    return [x.party_id for x in user.memberships() if x.role in roles]


def _overdue(user: m.User) -> Section:
    """Copies that should be back: lent to one of the user's parties, by one of them, or by the user."""
    mine = user.party_ids()
    rows = due.returns().filter(
        Q(receiver_party__in=mine) | Q(sender_party__in=mine) | Q(sender_person=user.person_id),
        id__in=m.Handoff.objects.visible_to(user).values("id"),
        due_back__lt=timezone.localdate(),
    )
    return Section(
        _("Overdue: copies to come back"),
        handoffs.table(rows.order_by("due_back")[:SHORT]),
        reverse("handoffs") + "?due=overdue&side=ours",
        count=rows.count(),
    )


def _expired(user: m.User) -> Section:
    """Certificates that ran out within a year with nothing in their place, for who looks after them."""
    kept_by = _parties(user, notices.KEEPERS)
    today = timezone.localdate()
    rows = due.certificates().filter(valid_to__lt=today, valid_to__gte=today - dt.timedelta(days=YEAR))
    if m.Site.operator_id_or_none() not in kept_by:
        rows = rows.filter(party__in=kept_by)
    body = [
        [
            Link(qualification_name(q.type, q.grade), reverse("qualification", args=[q.id])),
            party_name(q.party),
            q.valid_to,
        ]
        for q in rows.select_related("party").order_by("-valid_to")[:SHORT]
    ]
    table = Table(heads(_("Certificate"), _("Holder"), _("Valid until")), body)
    return Section(
        _("Certificates that ran out"), table, reverse("qualifications") + "?ends=ended", count=rows.count()
    )


def _uninspected(user: m.User) -> Section:
    """Holders whose yearly self-inspection is overdue, for who looks after certificates."""
    kept_by, today = _parties(user, (*notices.KEEPERS, Role.ADMINISTRATOR)), timezone.localdate()
    rows = due.inspections(today).filter(inspection_due__lt=today)
    if m.Site.operator_id_or_none() not in kept_by:
        rows = rows.filter(id__in=kept_by)
    body: list[Any] = [
        [Link(party_name(p), reverse("party", args=[p.id])), p.inspected_on, p.inspection_due]
        for p in rows.order_by("inspection_due")[:SHORT]
    ]
    table = Table(heads(_("Party"), _("Last self-inspection"), _("Due")), body)
    href = reverse("parties") + "?inspection=overdue"
    return Section(_("Yearly self-inspections overdue"), table, href, count=rows.count())


def to_review(user: m.User) -> Section:
    """Items whose level was to be reviewed, or whose period has ended, for who may record a review."""
    kept_by = _parties(user, PERMISSIONS["item.review"].roles)
    today = timezone.localdate()
    seen = m.Item.objects.visible_to(user).values("id")
    body: list[Any] = []
    for rows in due.reviews(today):
        late = rows.filter(due__lt=today, id__in=seen).select_related("project").order_by("due")
        if m.Site.operator_id_or_none() not in kept_by:
            late = late.filter(project__owner_party__in=kept_by)
        body += [
            [
                Link(i.codename, reverse("item", args=[i.id])),
                Link(i.project.code, reverse("project", args=[i.project_id])),
                level_name(i.level, i.project.regime),
                i.due,
            ]
            for i in late[:YEAR]
        ]
    body.sort(key=lambda line: line[-1])
    columns = heads(_("Item"), _("Project"), _("Classification"), _("Was due by"))
    return Section(_("Levels to be reviewed"), Table(columns, body[:SHORT]), count=len(body))


def _unanswered(user: m.User) -> Section:
    """Offers that wait for an answer of one of the user's parties."""
    rows = m.Handoff.objects.filter(
        state=HandoffState.OFFERED,
        receiver_party__in=_parties(user, PERMISSIONS["handoff.accept"].roles),
    )
    return Section(
        _("Offers to answer"),
        handoffs.table(rows.order_by("offered_at")[:SHORT]),
        reverse("handoffs") + "?state=offered&side=received",
        count=rows.count(),
    )
