"""Scans that find their paper: the QR code of each page says which sheet it is; the file is attached there.

The file lies sealed between the two requests, and what a person then says yes to is signed by the site; one
that nobody attaches goes within the hour. Attaching is the act of the paper's own page, with its permissions.
"""

from __future__ import annotations

from dataclasses import astuple
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from custody import codes
from custody import models as m
from custody.actions import files
from custody.actions.base import ActionError, done_before
from custody.evidence.drawing import draw
from custody.evidence.frames import SealedError
from custody.evidence.store import NoFile, Received
from custody.evidence.words import EvidenceOf
from custody.pace import MINUTE, over
from custody.terms import ReceiptSheetState, Text

from .base import actor_of, heads, screen, signed_in, token_of, visible_or_404
from .files import WHY_NOT, paper_page
from .pace import too_many
from .patterns import Choice, Link, Section, Table
from .uploads import Evidence, SealedUpload

SECONDS = 25.0
"""So long a file may take to be read while somebody waits."""
READ_A_MINUTE = 10
_MINUTES = 30
_SALT = "custody.scans"
TOO_OLD = Text(
    "What was read is not there any more. Give the file again.", "已读取的文件不复存在，请重新提供文件。"
)


class ScanForm(forms.Form):
    """The scan of one sheet."""

    evidence_file = Evidence(
        label=_l("The scan of the paper"),
        help_text=_l(
            "All pages of one sheet as PDF, PNG, JPEG or TIFF: a printed register, a receipt on paper, or a "
            "tick sheet of a sample. It is kept encrypted."
        ),
        required=True,
        error_messages={"required": _l("Choose a file")},
    )


class AttachForm(forms.Form):
    """The file that was read, as the site has signed it."""

    read = forms.CharField(max_length=1_000, widget=forms.HiddenInput)


Named = tuple[Link, tuple[EvidenceOf, UUID] | None]


def named(request: HttpRequest, text: str) -> Named | None:
    """Return the page that a QR code leads to, and which paper a scan would show there; None for a code of
    somebody else's, and for what this reader may not see."""
    try:
        found = resolve(text.removeprefix(settings.SITE_URL)) if text.startswith(settings.SITE_URL) else None
    except Resolver404:
        return None
    if found is None:
        return None
    given, user = found.kwargs, signed_in(request)
    row: Any
    match found.url_name:
        case "register_print_scanned":
            row = m.RegisterPrint.objects.visible_to(user).filter(address=given["address"]).first()
            return row and (
                Link(row.number, reverse("register_print", args=[row.id])),
                (EvidenceOf.PRINTED, row.id),
            )
        case "sample":
            row = m.Sample.objects.visible_to(user).filter(id=given["sample"]).first()
            return row and (Link(row.number, reverse("sample", args=[row.id])), (EvidenceOf.TICKED, row.id))
        case "blank_scanned":
            number = codes.normalise(given["code"])
            row = m.BlankReceipt.objects.visible_to(user).filter(number=number).first()
            used = (
                m.PaperHandoff.objects.visible_to(user)
                .filter(handoff=row.handoff_id if row else None)
                .first()
            )
            return row and (
                Link(row.number, reverse("blank", args=[row.id])),
                (EvidenceOf.ON_PAPER, used.id) if used else None,
            )
        case "handoff":
            row = m.Handoff.objects.visible_to(user).filter(id=given["handoff"]).first()
            sheets = m.ReceiptSheet.objects.visible_to(user).exclude(state=ReceiptSheetState.PRINTED)
            sheet = sheets.filter(handoff=row).first() if row else None
            return row and (
                Link(row.number, reverse("handoff", args=[row.id])),
                (EvidenceOf.SHEET, sheet.id) if sheet else None,
            )
    return None


@screen("GET", "POST")
def new(request: HttpRequest) -> HttpResponse:
    """Read a scan, show which sheet each of its pages is, and attach it where somebody says yes."""
    if request.method == "POST" and request.POST.get("step") == "attach":
        return _attach(request)
    form = ScanForm(*((request.POST, request.FILES) if request.method == "POST" else (None, None)))
    if form.is_bound and form.is_valid():
        if wait := over(f"scans:{actor_of(request).person}", READ_A_MINUTE, MINUTE):
            return too_many(request, wait)
        received: Received = form.cleaned_data[files.FIELD]
        drawn = draw(files.store().read(received.id), received.media_type, SECONDS)
        if not drawn.failure:
            return _read(request, received, drawn.codes, drawn.count)
        reason = WHY_NOT.get(drawn.failure, drawn.failure)
        form.add_error(files.FIELD, _("It could not be drawn: %(reason)s.") % {"reason": reason})
    return _page(request, form, [Choice("read", _("Read it"), "primary", "step")])


def _read(
    request: HttpRequest, file: Received, pages: tuple[tuple[str, ...], ...], count: int
) -> HttpResponse:
    """Show what the pages of a file are, and what may be done with it."""
    body, subjects = [], set()
    for number, texts in enumerate(pages, 1):
        found = [one for text in texts if (one := named(request, text))]
        subjects |= {subject for _link, subject in found if subject}
        none = _("No QR code of yours") if texts else _("No QR code can be read")
        body.append([number, [link for link, _subject in found] or none, _todo(request, found)])
    may = {s for s in subjects if files.subject(*s).may(actor_of(request))}
    form: forms.Form = ScanForm(None, None)
    choices = [Choice("read", _("Read it"), "primary", "step")]
    if len(subjects) == len(may) == 1:
        what, id = next(iter(may))
        told = [*map(str, astuple(file)), str(what), str(id), str(signed_in(request).pk)]
        form = AttachForm(initial={"read": signing.dumps(told, salt=_SALT)})
        page = paper_page(files.subject(what, id))
        choices = [Choice("attach", _("Attach it to %(paper)s") % {"paper": page.text}, "primary", "step")]
        _upload(request).received = None  # kept until it is attached, or swept away within the hour
    left = count - len(pages)
    said = ngettext("%(n)d more page was not read.", "%(n)d more pages were not read.", left) % {"n": left}
    table = Table(heads(_("Page"), _("What it is"), _("What to do")), body, caption=said if left else "")
    return _page(request, form, choices, [Section(_("What was read"), table)], several=len(subjects) > 1)


def _upload(request: HttpRequest) -> SealedUpload:
    upload: Any = request.FILES[files.FIELD]
    return upload


def _todo(request: HttpRequest, found: list[Named]) -> str:
    """Return what to do about a page."""
    if not found:
        return _("It goes with this file; leave it out if it is of another paper.")
    subjects = [subject for _link, subject in found if subject]
    if not subjects:
        return _("Enter what stands on it on its page, with the scan.")
    actor = actor_of(request)
    return "" if any(files.subject(*one).may(actor) for one in subjects) else _("Others attach scans to it.")


def _page(
    request: HttpRequest,
    form: forms.Form,
    choices: list[Choice],
    sections: list[Section] | None = None,
    several: bool = False,
) -> HttpResponse:
    context = {
        "crumbs": [Link(_("Printed registers"), reverse("register_prints"))],
        "heading": _("Attach a scan by its QR code"),
        "lead": _(
            "The QR code on the paper says which sheet it is. Nothing is attached before you have seen it."
        ),
        "sections": sections or [],
        "several": several,
        "form": form,
        "choices": choices,
        "cancel": reverse("register_prints"),
    }
    return render(request, "scan/new.html", context, status=422 if form.errors else 200)


def _attach(request: HttpRequest) -> HttpResponse:
    """Attach the file that was read to the sheet that was shown. Raises ActionError for another one."""
    try:
        told = signing.loads(request.POST.get("read", ""), salt=_SALT, max_age=_MINUTES * 60)
        id, sha256, length, media_type, what, subject, user = told
        if user != str(signed_in(request).pk):
            raise ActionError(TOO_OLD)
        file = Received(UUID(id), sha256, int(length), media_type)
        files.store().check(file.id, file.sha256, file.length)
    except (signing.BadSignature, NoFile, OSError, SealedError) as error:
        raise ActionError(TOO_OLD) from error
    paper = EvidenceOf(what)
    visible_or_404(files.TABLES[paper].objects, request, UUID(subject))
    actor, token = actor_of(request), token_of(request)
    found = files.subject(paper, UUID(subject))
    if token and done_before(actor, token, found.verb):
        return redirect(paper_page(found).href)
    done = files.attach(actor, what=paper, subject_id=found.row.id, file=file)
    return redirect("file", done.object.id)
