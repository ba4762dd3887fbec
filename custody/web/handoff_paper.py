"""The receipt of a handoff on paper: asked for by opening its page, taken once the worker has sealed it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from custody import models as m
from custody.actions import printing
from custody.models.handoff import SIGNED

from . import entries
from .base import language, screen, visible_or_404
from .forms.reports import LANGUAGES
from .patterns import Link, Progress
from .reports import STOP_POLLING


def link(row: m.Handoff) -> Link | None:
    """Return the way to the paper of a handoff that was signed, once its entry is sealed."""
    if row.state not in SIGNED or row.answer_entry is None:
        return None
    if entries.state_of(row.answer_entry) in ("", "recorded"):
        return None
    return Link(_("Receipt as a PDF"), reverse("handoff_receipt", args=[row.id]))


@screen()
def page(request: HttpRequest, handoff: UUID) -> HttpResponse:
    """Show how far the receipt is and give it once it is ready; htmx gets the middle part alone. Printing it
    changes no record."""
    row = visible_or_404(m.Handoff.objects, request, handoff)
    chosen = _language(request)
    paper = printing.ask(row, chosen)
    if paper.state == "none":
        raise Http404
    running = paper.state == "printing"
    here = reverse("handoff_receipt", args=[row.id])
    if running:
        said = _("The receipt is being printed and sealed.")
    elif paper.state == "ready":
        said = _("The receipt is ready.")
    else:
        said = _("The receipt could not be printed. Try again in ten minutes, or tell the administrator.")
    context = {
        "crumbs": [
            Link(_("Handoffs"), reverse("handoffs")),
            Link(row.number, reverse("handoff", args=[row.id])),
        ],
        "heading": _("Receipt of %(number)s") % {"number": row.number},
        "job": Progress(
            f"{here}?language={chosen}",
            said,
            running=running,
            tone="bad" if paper.state == "failed" else "ok",
        ),
        "file": f"{reverse('handoff_receipt_file', args=[row.id])}?language={chosen}"
        if paper.state == "ready"
        else "",
        "others": [Link(said, f"{here}?language={one}") for one, said in LANGUAGES.items() if one != chosen],
    }
    if request.headers.get("HX-Request"):
        return render(request, "handoff/_paper.html", context, status=200 if running else STOP_POLLING)
    return render(request, "handoff/paper.html", context)


@screen()
def file(request: HttpRequest, handoff: UUID) -> Any:
    """Give the sealed PDF, to be saved and never opened in the browser."""
    row = visible_or_404(m.Handoff.objects, request, handoff)
    chosen = _language(request)
    paper = printing.paper(row, chosen)
    if paper.file is None:
        raise Http404
    return entries.download(paper.file.read_bytes(), f"{row.number}-{chosen}.pdf", "application/pdf")


def _language(request: HttpRequest) -> str:
    """Return the language that is asked for, else that of the page."""
    if (asked := request.GET.get("language", "")) in printing.LANGUAGES:
        return asked
    return "zh" if language().startswith("zh") else "en"
