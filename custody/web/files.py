"""Evidence files on screens: attached, shown as page images, taken away; each look is recorded.

A file itself is never shown by the browser: it is saved. What is shown are images that our own worker drew.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from custody import models as m
from custody.actions import files
from custody.actions.base import ActionError, NotPermitted
from custody.evidence.store import NoFile
from custody.evidence.words import EvidenceOf
from custody.terms import Text

from . import entries
from .base import UNKNOWN_STEP, actor_of, screen, signed_in, told_in, visible_or_404, words
from .forms.files import FileForm
from .names import party_name, qualification_name
from .patterns import Choice, Fact, Link

FEW = 3
"""So many pages of a file are shown beside other things; all of them on its own page."""
WHY_NOT: dict[str, Any] = {
    "malformed": _l("it is damaged, or not what it seems"),
    "password": _l("it is locked with a password"),
    "empty": _l("it has no pages"),
    "too_many_pixels": _l("it has too many pixels"),
    "too_slow": _l("it takes too long"),
    "too_much": _l("it takes too much memory"),
    "no_sandbox": _l("this system gives the worker that draws no walls of its own"),
    "no_picture": _l("only PDF, PNG, JPEG and TIFF are drawn"),
    "gone": _l("the file cannot be read; tell the administrator"),
}
SIZES = {"large": "l", "small": "s"}
_PAGES: dict[EvidenceOf, str] = {EvidenceOf.QUALIFICATION: "qualification"}


@dataclass(frozen=True, slots=True)
class Paper:
    """A record that files may show, and what is said beside them."""

    what: EvidenceOf
    id: UUID
    title: Any
    facts: list[Fact] = field(default_factory=list)
    verified_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Thumb:
    """A page image that opens its page at full size."""

    href: str
    src: str
    alt: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A file as ``file/_files.html`` shows it."""

    title: Any
    href: str
    thumbs: list[Thumb]
    facts: list[Fact]
    said: str


def shown(request: HttpRequest, papers: Iterable[Paper], most: int = FEW) -> list[Shown]:
    """Return the files of some papers that this reader may see, in the order of the papers."""
    by_paper = {(paper.what, paper.id): paper for paper in papers}
    rows = m.EvidenceFile.objects.visible_to(request.user).filter(subject__in=[id for _what, id in by_paper])
    there = [row for row in rows.select_related("attached_by") if (row.what, row.subject) in by_paper]
    order = list(by_paper)
    there.sort(key=lambda row: (order.index((row.what, row.subject)), row.created_at))
    return [_shown(row, by_paper[row.what, row.subject], most) for row in there]


def _shown(row: m.EvidenceFile, paper: Paper, most: int) -> Shown:
    title = words(paper.title) if isinstance(paper.title, Text) else str(paper.title)
    thumbs = [
        Thumb(
            reverse("file_page", args=[row.id, number]),
            reverse("file_image", args=[row.id, number, "small"]),
            _("%(title)s, page %(number)d of %(count)d")
            % {"title": title, "number": number, "count": row.pages or row.drawn},
        )
        for number in range(1, min(row.drawn, most) + 1)
        if not row.erased
    ]
    facts = [
        Fact(_("SHA-256"), row.sha256, mono=True),
        Fact(_("Attached by"), row.attached_by.name, note=_attached(row, paper)),
        *paper.facts,
    ]
    return Shown(title, reverse("file", args=[row.id]), thumbs, facts, _said(row, most))


def _attached(row: m.EvidenceFile, paper: Paper) -> Any:
    """Return when a file was attached, and whether that was after its paper had been verified without it."""
    if paper.verified_on is None or timezone.localdate(row.created_at) <= paper.verified_on:
        return row.created_at
    return [row.created_at, _("Newer than the verification of the certificate: compare the two.")]


def _said(row: m.EvidenceFile, most: int) -> str:
    """Return what is to be said about the images of a file; empty for nothing."""
    if row.erased:
        return _("This file was erased; its SHA-256 stays.")
    if row.failure:
        return _("It could not be drawn: %(reason)s.") % {"reason": WHY_NOT.get(row.failure, row.failure)}
    if row.pages is None:
        return _("Its page images are being drawn; load the page again in a moment.")
    if row.pages > min(row.drawn, most):
        return _("%(some)d of %(all)d pages are shown here.") % {
            "some": min(row.drawn, most),
            "all": row.pages,
        }
    return ""


def attach_choices(request: HttpRequest, papers: Iterable[Paper]) -> list[Choice]:
    """Return a button for each paper to which this reader may attach a file."""
    actor = actor_of(request)
    found = []
    for paper in papers:
        if files.subject(paper.what, paper.id).may(actor):
            title = words(paper.title) if isinstance(paper.title, Text) else str(paper.title)
            href = reverse("file_new", args=[str(paper.what), paper.id])
            found.append(Choice("", _("Attach a file: %(paper)s") % {"paper": title}, href=href))
    return found


def certificate(row: m.Qualification, *, of_whom: bool = False) -> Paper:
    """Return a certificate as a paper, with who verified it."""
    title = words(qualification_name(row.type, row.grade))
    if of_whom:
        title = f"{words(party_name(row.party))}: {title}"
    verified = Fact(
        _("Verified by"),
        row.verified_by.name if row.verified_by else None,
        note=[part for part in (row.verified_on, row.verified_how) if part],
    )
    valid = Text(f"{row.valid_from} to {row.valid_to}", f"{row.valid_from}至{row.valid_to}")
    facts = [Fact(_("State"), row.state), Fact(_("Valid"), valid), verified]
    return Paper(EvidenceOf.QUALIFICATION, row.id, title, facts, row.verified_on)


def papers_of_hop(row: m.Hop) -> list[Paper]:
    """Return the consents and agreements of a subcontract, each with who recorded it."""
    found = []
    for paper in m.Consent.objects.filter(hop=row).select_related("recorded_by"):
        kind = paper.kind.text
        title = Text(
            f"Written consent: {kind.en.lower()} {paper.reference}", f"书面同意：{kind.zh} {paper.reference}"
        )
        found.append(Paper(EvidenceOf.CONSENT, paper.id, title, [_recorded(paper)]))
    for agreed in m.Agreement.objects.filter(hop=row).select_related("recorded_by"):
        title = Text(f"Agreement {agreed.reference}", f"协议 {agreed.reference}")
        found.append(Paper(EvidenceOf.AGREEMENT, agreed.id, title, [_recorded(agreed)]))
    return found


def _recorded(paper: Any) -> Fact:
    return Fact(_("Recorded by"), paper.recorded_by.name)


def papers_of_request(row: m.Approval) -> list[Paper]:
    """Return what an officer reads with a request: consents, agreements, conditions, and the certificates of
    whoever receives or does the work."""
    hop = row.hop
    holders = {hop.to_party_id, hop.performer_id} - {None}
    held = m.Qualification.objects.filter(party__in=holders).select_related("party", "verified_by")
    return [
        *papers_of_hop(hop),
        *(condition(one) for one in row.conditions.select_related("settled_by", "shown_by")),
        *(certificate(one, of_whom=True) for one in held),
    ]


def condition(row: m.Condition) -> Paper:
    """Return a condition as a paper, with who showed and who settled it."""
    title = _("Condition %(number)d") % {"number": row.number}
    by = [
        Fact(_("Shown by"), row.shown_by.name if row.shown_by else None),
        Fact(_("Settled by"), row.settled_by.name if row.settled_by else None),
    ]
    return Paper(EvidenceOf.CONDITION, row.id, title, by)


def airspace(row: m.FieldPermit) -> Paper:
    """Return the airspace approval of a field permit as a paper."""
    title = Text(f"Airspace approval {row.airspace_number}", f"空域批准 {row.airspace_number}")
    return Paper(EvidenceOf.AIRSPACE, row.id, title, [Fact(_("Authority"), row.airspace_authority or None)])


def printed(row: m.RegisterPrint) -> Paper:
    """Return the stamped paper of a printed register."""
    return Paper(EvidenceOf.PRINTED, row.id, EvidenceOf.PRINTED.text)


def incident(row: m.Incident) -> Paper:
    """Return what shows an incident."""
    return Paper(EvidenceOf.INCIDENT, row.id, EvidenceOf.INCIDENT.text)


def objection(row: m.Objection) -> Paper:
    """Return what shows the answer to an objection."""
    return Paper(EvidenceOf.OBJECTION, row.id, EvidenceOf.OBJECTION.text)


def ticked(row: m.Sample) -> Paper:
    """Return the sheet of a sample as it was ticked on paper."""
    return Paper(EvidenceOf.TICKED, row.id, EvidenceOf.TICKED.text)


def of_person(row: m.Person) -> list[Paper]:
    """Return what shows how a person was vetted and trained."""
    return [Paper(what, row.id, what.text) for what in m.ABOUT_A_PERSON]


def of_party(row: m.Party) -> list[Paper]:
    """Return what shows a party's own statements."""
    return [Paper(what, row.id, what.text) for what in m.ABOUT_A_PARTY]


# --- pages ---


def _subject_or_404(request: HttpRequest, what: str, id: UUID) -> files.Subject:
    try:
        word = EvidenceOf(what)
    except ValueError:
        raise Http404 from None
    visible_or_404(files.TABLES[word].objects, request, id)
    return files.subject(word, id)


def paper_page(subject: files.Subject) -> Link:
    """Return the page of the record that a file shows."""
    row = subject.row
    match subject.what:
        case EvidenceOf.QUALIFICATION:
            return Link(qualification_name(row.type, row.grade), reverse("qualification", args=[row.id]))
        case EvidenceOf.CONDITION:
            page = reverse("approval", args=[row.approval_id])
            return Link(party_name(row.approval.hop.to_party), page)
        case EvidenceOf.CONSENT | EvidenceOf.AGREEMENT:
            return Link(party_name(row.hop.to_party), reverse("hop", args=[row.hop_id]))
        case EvidenceOf.AIRSPACE:
            return Link(row.purpose[:80], reverse("field_permit", args=[row.id]))
        case EvidenceOf.DESTRUCTION:
            return Link(row.reason[:80], reverse("destruction", args=[row.id]))
        case EvidenceOf.INCIDENT:
            return Link(row.number, reverse("incident", args=[row.id]))
        case EvidenceOf.OBJECTION:
            return Link(row.number, reverse("objection", args=[row.id]))
        case EvidenceOf.ON_PAPER | EvidenceOf.SHEET:
            return Link(row.handoff.number, reverse("handoff", args=[row.handoff_id]))
        case EvidenceOf.PRINTED:
            return Link(row.number, reverse("register_print", args=[row.id]))
        case EvidenceOf.TICKED:
            return Link(row.number, reverse("sample", args=[row.id]))
        case EvidenceOf.STATEMENT | EvidenceOf.INSPECTION:
            return Link(party_name(row), reverse("party", args=[row.id]))
    return Link(row.name, reverse("person", args=[row.id]))


@screen("GET", "POST")
def new(request: HttpRequest, what: str, id: UUID) -> HttpResponse:
    """Attach a file to a paper that is recorded already."""
    subject, actor = _subject_or_404(request, what, id), actor_of(request)
    if not subject.may(actor):
        raise NotPermitted(subject.verb)
    form = FileForm(*((request.POST, request.FILES) if request.method == "POST" else (None, None)))
    if form.is_bound and form.is_valid():
        with told_in(form):
            done = files.attach(actor, what=subject.what, subject_id=id, file=form.cleaned_data[files.FIELD])
            return redirect("file", done.object.id)
    page = paper_page(subject)
    context = {
        "crumbs": [page],
        "heading": _("Attach a file"),
        "lead": words(subject.what.text),
        "form": form,
        "submit": _("Attach the file"),
        "cancel": page.href,
    }
    return render(request, "form.html", context, status=422 if form.errors else 200)


def _row(request: HttpRequest, id: UUID) -> m.EvidenceFile:
    row: m.EvidenceFile = visible_or_404(m.EvidenceFile.objects.select_related("attached_by"), request, id)
    return row


@screen("GET", "POST")
def detail(request: HttpRequest, file: UUID) -> HttpResponse:
    """Show what is known of a file and the images of its pages; has them drawn again."""
    row = _row(request, file)
    if request.method == "POST":
        if request.POST.get("step") != "draw":
            raise ActionError(UNKNOWN_STEP)
        files.draw_again(row)
        return redirect("file", row.id)
    subject = files.subject(row.what, row.subject)
    found = _shown(row, Paper(row.what, row.subject, row.what.text), most=row.drawn)
    drawable = not row.erased and row.failure != "no_picture"
    context = {
        "crumbs": [paper_page(subject)],
        "heading": words(row.what.text),
        "lead": _("Who takes this file away or opens a page of it is recorded."),
        "facts": [
            *found.facts,
            Fact(_("Kind of file"), row.media_type),
            Fact(_("Size in bytes"), row.length),
            Fact(_("Pages"), row.pages),
        ],
        "entry_state": entries.state_of(row.entry),
        "file": found,
        "content": "" if row.erased else reverse("file_content", args=[row.id]),
        "choices": [Choice("draw", _("Draw the pages again"), name="step")] if drawable else [],
    }
    return render(request, "file/detail.html", context)


@screen()
def page(request: HttpRequest, file: UUID, number: int) -> HttpResponse:
    """Show one page of a file at full size."""
    row = _row(request, file)
    if row.erased or not 1 <= number <= row.drawn:
        raise Http404
    whole = reverse("file", args=[row.id])
    title = _("Page %(number)d of %(count)d") % {"number": number, "count": row.pages or row.drawn}
    beside = [
        Choice("", label, href=reverse("file_page", args=[row.id, there]))
        for there, label in ((number - 1, _("Page before")), (number + 1, _("Next page")))
        if 1 <= there <= row.drawn
    ]
    context = {
        "crumbs": [paper_page(files.subject(row.what, row.subject)), Link(row.what.text, whole)],
        "heading": title,
        "choices": beside,
        "src": reverse("file_image", args=[row.id, number, "large"]),
        "alt": f"{words(row.what.text)}, {title}",
        "facts": [Fact(_("SHA-256"), row.sha256, mono=True)],
    }
    return render(request, "file/page.html", context)


@screen()
def image(request: HttpRequest, file: UUID, number: int, size: str) -> HttpResponse:
    """Give one page image; that a page was opened large is recorded before it goes out."""
    row = _row(request, file)
    try:
        found = files.page_image(row, number, SIZES.get(size, ""))
    except NoFile:
        raise Http404 from None
    if size == "large":
        _recorded_look(request, row, number)
    return HttpResponse(found, headers=files.as_image())


@screen()
def content(request: HttpRequest, file: UUID) -> Any:
    """Give the file to be saved, never opened in the browser; that is recorded before it goes out."""
    row = _row(request, file)
    answer = StreamingHttpResponse(files.content(row), headers=files.as_attachment(row))
    _recorded_look(request, row, None)
    return answer


def _recorded_look(request: HttpRequest, row: m.EvidenceFile, number: int | None) -> None:
    """Record a look once the read of this request is over: an act opens a transaction of its own."""
    if request.method != "HEAD":
        user = signed_in(request)
        transaction.on_commit(partial(files.look_by, user, row, number))
