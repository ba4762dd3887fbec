"""A file that shows a paper."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from ..uploads import Evidence


class FileForm(forms.Form):
    """One file."""

    evidence_file = Evidence(required=True, error_messages={"required": _("Choose a file")})


class ScanForm(forms.Form):
    """The scan of a printed register that was signed and sealed."""

    evidence_file = Evidence(
        label=_("The scan of the paper"),
        help_text=_(
            "PDF, PNG, JPEG or TIFF, all pages, with both signatures and the seal. It is kept encrypted."
        ),
        required=True,
        error_messages={"required": _("Choose a file")},
    )
