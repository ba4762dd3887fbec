"""A receiver without a sign-in at this counter: a numbered sheet, its scan, and a witness who confirms it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.debug import sensitive_post_parameters

from custody import models as m
from custody.actions import by_hand as actions
from custody.actions import witnessed
from custody.actions.base import ActionError, Actor, NotPermitted
from custody.models.handoff import SIGNED
from custody.reports import blank_receipts
from custody.terms import HandoffState, Leg, ReceiptSheetState, Text, VoteMethod
from custody.transitions import NotNow

from . import entries
from .base import actor_of, screen, told_in, visible_or_404
from .counter import MINUTES, CounterForm, identified, session_name
from .names import party_name
from .patterns import Choice, Fact, Link, Section
from .uploads import Evidence

_SALT = "custody.by_hand"


class WitnessForm(CounterForm):
    """The scan of the sheet, what is not in order, and who was the witness."""

    evidence_file = Evidence(
        label=_l("Scan of the signed sheet"), required=True, error_messages={"required": _l("Choose a file")}
    )

    def __init__(self, data: Any, files: Any, copies: list[m.Copy], page: str) -> None:
        """Take what the form at the counter takes, and the file."""
        super().__init__(data, copies, page)
        self.files = {} if files is None else files
        self.fields["username"].label = _("Witness: your user name or staff number")
        self.fields["pin"].label = _("Witness: your counter PIN")
        self.fields["code"].label = _("Witness: one-time code of your code app")
        self.order_fields(["evidence_file", *self.fields])


def may(request: HttpRequest, row: m.Handoff) -> bool:
    """Return whether the receiver of an offer can sign by hand at this reader's counter."""
    offered = row.state is HandoffState.OFFERED and row.leg is not Leg.INSPECTION
    if not offered or not actor_of(request).can("handoff.print_sheet", sender=row.sender_party_id):
        return False
    try:
        witnessed.possible(row)
    except ActionError:
        return False
    return True


def _row(request: HttpRequest, handoff: UUID) -> m.Handoff:
    rows = m.Handoff.objects.select_related(
        "project", "sender_party", "receiver_party", "receiver_person", "system"
    )
    row: m.Handoff = visible_or_404(rows, request, handoff)
    if not actor_of(request).can("handoff.print_sheet", sender=row.sender_party_id):
        raise NotPermitted("handoff.print_sheet")
    return row


def _named(request: HttpRequest, sheet: m.ReceiptSheet) -> str:
    return f"{sheet.id}/{request.user.pk}/{session_name(request)}"


def _opened(request: HttpRequest, sheet: m.ReceiptSheet, page: str) -> UUID | None:
    """Return the number of a page that was opened here for this sheet, minutes ago at most."""
    try:
        named, _slash, nonce = signing.loads(page, salt=_SALT, max_age=MINUTES * 60).rpartition("/")
        return UUID(nonce) if named == _named(request, sheet) else None
    except (signing.BadSignature, ValueError, AttributeError):
        return None


@screen("GET", "POST")
def sheet(request: HttpRequest, handoff: UUID) -> HttpResponse:
    """Ask for a numbered sheet, which takes the place of one that was printed before."""
    row = _row(request, handoff)
    here = reverse("handoff", args=[row.id])
    if row.state is not HandoffState.OFFERED:
        raise NotNow(row.state, "accept")
    if request.method == "POST":
        actions.print_sheet(actor_of(request), handoff=row.id)
        return redirect("handoff_by_hand", row.id)
    context = {
        "crumbs": [Link(_("Handoffs"), reverse("handoffs")), Link(row.number, here)],
        "heading": _("Print a sheet for %(number)s") % {"number": row.number},
        "lead": _(
            "%(person)s has no sign-in and signs by hand, before a witness of your party who has no "
            "other part in this handoff. That is weaker than a sign-in, and every receipt says so."
        )
        % {"person": row.receiver_person.name},
        "choices": [Choice("do", _("Number a sheet"), "primary", "step")],
        "form": forms.Form(),
        "cancel": here,
    }
    return render(request, "party/act.html", context)


@screen()
def sheet_pdf(request: HttpRequest, handoff: UUID, language: str) -> HttpResponse:
    """Give the sheet that is to be signed, as a PDF."""
    row = _row(request, handoff)
    found = m.ReceiptSheet.objects.filter(handoff=row, state=ReceiptSheetState.PRINTED).first()
    if found is None or row.state is not HandoffState.OFFERED or language not in blank_receipts.LANGUAGES:
        raise Http404
    site = m.Site.objects.first()
    due = row.due_back.isoformat() if row.due_back else "-"
    facts = [
        (Text("Handoff", "移交编号"), row.number),
        (Text("Project", "项目"), row.project.code),
        (Text("Handed over by", "移交人"), f"{row.sender_person.name}, {row.sender_party.name}"),
        (Text("Received by", "接收人"), f"{row.receiver_person.name}, {row.receiver_party.name}"),
        (Text("What for", "用途"), row.purpose or row.statement),
        (Text("Return by", "归还期限"), due),
    ]
    filled = blank_receipts.Filled(
        number=found.number,
        handoff=row.number,
        address=settings.SITE_URL + reverse("handoff", args=[row.id]),
        facts=facts,
        copies=[(c.code, f"{c.item.codename} / {c.number}") for c in _copies(row)],
        receiver=row.receiver_person.name,
    )
    body = blank_receipts.sheet(filled, site=site.name if site else "", language=language)
    return entries.download(body, f"{found.number.replace('/', '-')}.pdf", "application/pdf")


def _copies(row: m.Handoff) -> list[m.Copy]:
    return list(m.Copy.objects.filter(lines__handoff=row).select_related("item").order_by("code"))


@screen("GET", "POST")
@sensitive_post_parameters("pin", "code")
def page(request: HttpRequest, handoff: UUID) -> HttpResponse:
    """Take the scan of the signed sheet and let the witness confirm it; nobody is signed in by it."""
    row = _row(request, handoff)
    here = reverse("handoff", args=[row.id])
    if row.state is not HandoffState.OFFERED:
        raise NotNow(row.state, "accept")
    found = m.ReceiptSheet.objects.filter(handoff=row, state=ReceiptSheetState.PRINTED).first()
    if found is None:
        return redirect("handoff_sheet", row.id)
    copies = _copies(row)
    fresh = signing.dumps(f"{_named(request, found)}/{m.new_id()}", salt=_SALT)
    posted = request.method == "POST"
    form = WitnessForm(request.POST if posted else None, request.FILES if posted else None, copies, fresh)
    if form.is_bound and form.is_valid():
        if _confirmed(request, row, found, form):
            return redirect(here)
        # The page is good for one confirmation more, with a new number; the PIN that was typed is gone.
        data: Any = request.POST.copy()
        data["page"] = fresh
        form.data = data
    prints = [
        Link(label, reverse("handoff_sheet_pdf", args=[row.id, language]))
        for language, label in (("both", _("In both languages")), ("en", "English"), ("zh", "中文"))
    ]
    lines = [f"{copy.code} · {copy.item.codename} / {copy.number}" for copy in copies]
    context = {
        "crumbs": [Link(_("Handoffs"), reverse("handoffs")), Link(row.number, here)],
        "heading": _("Receipt of %(number)s signed by hand") % {"number": row.number},
        "lead": _(
            "Print the sheet. %(person)s signs it by hand before the witness. Then attach its scan; the "
            "witness confirms with the own user name and counter PIN, set under “How you sign in”. Nobody is "
            "signed in by it. The page counts for %(n)d minutes."
        )
        % {"person": row.receiver_person.name, "n": MINUTES},
        "sections": [
            Section(
                _("The sheet"),
                facts=[
                    Fact(_("Number"), found.number, mono=True),
                    Fact(_("Print it"), prints),
                    Fact(_("Copies"), lines, mono=True),
                    Fact(_("To"), row.receiver_person.name, note=party_name(row.receiver_party)),
                    Fact(
                        _("Lost or spoiled?"),
                        Link(_("Number a new sheet"), reverse("handoff_sheet", args=[row.id])),
                    ),
                ],
            )
        ],
        "form": form,
        "choices": [Choice("sign", _("It was signed before me"), "primary", "step")],
        "cancel": here,
    }
    return render(request, "party/act.html", context, status=422 if form.errors else 200)


def _confirmed(request: HttpRequest, row: m.Handoff, sheet: m.ReceiptSheet, form: WitnessForm) -> bool:
    """Confirm as the witness who identified; false where the form then says what is wrong."""
    given, custodian = form.cleaned_data, actor_of(request)
    number = _opened(request, sheet, given["page"])
    if number is None:
        form.add_error(None, _("This page has expired. Compare the sheet again, then confirm."))
        return False
    who = identified(request, form)
    if who is None:
        return False
    user, method = who
    with told_in(form):
        try:
            outcome = actions.confirm(
                custodian,
                Actor.of(user),
                handoff=row.id,
                by_hand=witnessed.ByHand(
                    sheet.id, custodian.human(), session_name(request), given["evidence_file"], method
                ),
                note=given["note"],
                wrong=tuple(form.wrong()),
                submission=number,
            )
        except NotPermitted:
            form.add_error("username", _("The witness must stand for the party that hands over."))
            return False
        if outcome.state == "refused":
            messages.error(request, _("The rules do not let it be received now; the attempt is recorded."))
        return True
    return False


def about(request: HttpRequest, row: m.Handoff) -> list[Section]:
    """Return that a receipt was signed on paper before a witness, and its scan; nothing for others."""
    if row.state not in SIGNED and row.state is not HandoffState.MISTAKEN:
        return []
    rows = m.ReceiptSheet.objects.filter(handoff=row, state=ReceiptSheetState.USED)
    used = rows.select_related("witness", "custodian").first()
    if used is None or used.witness is None or used.custodian is None:
        return []
    scans = m.EvidenceFile.objects.visible_to(request.user).filter(subject=used.id)
    return [
        Section(
            _("Signed on paper before a witness"),
            facts=[
                Fact(
                    _("How it was signed"),
                    _("By hand, without an own sign-in"),
                    note=_("Weaker than a receipt with an own sign-in"),
                ),
                Fact(_("Number of the sheet"), used.number, mono=True),
                Fact(_("Witness"), used.witness.name, note=_how(used)),
                Fact(_("At the counter of"), used.custodian.name),
                *(
                    Fact(_("Scan of the signed sheet"), Link(_("Open it"), reverse("file", args=[scan.id])))
                    for scan in scans
                ),
            ],
        )
    ]


def _how(used: m.ReceiptSheet) -> VoteMethod | None:
    """Return by what the witness was known, as the acceptance says."""
    told = entries.told(used.entry)
    method = told.values.get("method") if told else None
    return VoteMethod(str(method)) if method else None


def signed(row: m.Handoff) -> bool:
    """Return whether the receiver of a handoff signed by hand."""
    return m.ReceiptSheet.objects.filter(handoff=row, state=ReceiptSheetState.USED).exists()
