"""The public page on which anybody may check a report, an evidence file or a receipt: nothing sent here is
kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from custody.pace import address, over
from custody.terms import FindingOutcome

from .pace import too_many
from .patterns import Check, Fact

if TYPE_CHECKING:
    from custody.verify import Line

MOST = 64 * 1024 * 1024
MOST_RECEIPT = 1024 * 1024
TRIES, SECONDS = 10, 60
OUTCOMES = {
    "ok": FindingOutcome.PASS,
    "bad": FindingOutcome.BLOCK,
    "unknown": FindingOutcome.CANNOT_TELL,
    "none": FindingOutcome.NOT_APPLICABLE,
}


class Cap(FileUploadHandler):
    """Stops reading when too much has come, whatever length was announced."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.came = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Count and pass on; too much ends the upload."""
        self.came += len(raw_data)
        if self.came > MOST + MOST_RECEIPT:
            self.request.too_large = True  # type: ignore[union-attr]
            raise StopUpload(connection_reset=True)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the next handler."""


class VerifyForm(forms.Form):
    """A file of any kind that can be judged and, beside a report, its receipt if at hand."""

    report = forms.FileField(
        label=gettext_lazy("Report, evidence file or receipt"),
        widget=forms.FileInput(attrs={"accept": "application/pdf,application/json,.pdf,.json,.receipt"}),
        allow_empty_file=False,
        error_messages={
            "required": gettext_lazy("Choose the file to check"),
            "empty": gettext_lazy("This file is empty"),
            "invalid": gettext_lazy("Choose the file to check"),
        },
    )
    receipt = forms.FileField(
        label=gettext_lazy("Receipt of the report, if you have it"),
        help_text=gettext_lazy(
            "It ends in .receipt. Without it the issue of the report is not checked, all else is."
        ),
        required=False,
        error_messages={"empty": gettext_lazy("This receipt is empty")},
    )

    def clean_receipt(self) -> Any:
        """Refuse a receipt that cannot be one."""
        given = self.cleaned_data["receipt"]
        if given and given.size > MOST_RECEIPT:
            raise forms.ValidationError(_("This is too large for a receipt."))
        return given


@csrf_exempt  # the cap must stand before the body is read; the check follows inside
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """Check an uploaded report against this site's trust folder; open to all, ten times a minute each."""
    if request.method == "POST":
        if wait := over(f"verify:{address(request)}", TRIES, SECONDS):
            return too_many(request, wait)
        if int(request.META.get("CONTENT_LENGTH") or 0) > MOST + 2 * MOST_RECEIPT:
            return _answer(request, VerifyForm(), 413, too_large=True)
        request.upload_handlers.insert(0, Cap(request))
    return _checked(request)


@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
def _checked(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _answer(request, VerifyForm(), 200)
    form = VerifyForm(request.POST, request.FILES)
    if getattr(request, "too_large", False):
        return _answer(request, VerifyForm(), 413, too_large=True)
    if not form.is_valid():
        return _answer(request, form, 422)
    receipt = form.cleaned_data["receipt"]
    given = form.cleaned_data["report"]
    # Heavy, and every command of manage.py reads the addresses.
    from custody.verify import three_lines, verify_file

    result = verify_file(given.read(), Path(settings.TRUST_DIR), receipt.read() if receipt else None)
    parts = [(part.title, part.state, [_line(line) for line in part.lines]) for part in result.parts]
    return _answer(
        request,
        VerifyForm(),
        200,
        said=[Check(OUTCOMES[said.state], said.text, barring=False) for said in three_lines(result)],
        parts=parts,
        verdict=result.state,
        name=given.name[:120],
        sha256=result.sha256,
    )


def _line(line: Line) -> Check:
    """Return one line of a judgement; what could not be judged is a warning, not a fault."""
    seen = [Fact("", line.detail)] if line.detail else []
    return Check(OUTCOMES[line.state], line.text, seen=seen, barring=line.state == "bad")


def _answer(request: HttpRequest, form: VerifyForm, status: int, **found: Any) -> HttpResponse:
    context = {
        "heading": _("Verify a custody report"),
        "lead": _(
            "The file is checked against the keys that this site trusts. No sign-in is needed, "
            "and nothing you send is kept."
        ),
        "form": form,
        "submit": _("Verify"),
        "size": MOST // (1024 * 1024),
        **found,
    }
    return render(request, "verify/page.html", context, status=status)
