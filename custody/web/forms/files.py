"""A file that shows a paper."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from ..uploads import Evidence


class FileForm(forms.Form):
    """One file."""

    evidence_file = Evidence(required=True, error_messages={"required": _("Choose a file")})
