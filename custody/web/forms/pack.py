"""A pack file that an administrator brings, and why it is to be put in force."""

from __future__ import annotations

import base64
import binascii
import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from custody.policy.packfile import MOST_BYTES

from .fields import Line, Paragraph


class PackForm(forms.Form):
    """The file is read once; between the steps its very bytes travel in the form."""

    file = forms.FileField(
        label=_l("Pack file (YAML)"),
        help_text=_l("docs/regime.schema.json says what it may hold. Nothing is changed before you confirm."),
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml"}),
        required=False,
        allow_empty_file=True,
    )
    reason = Paragraph(
        label=_l("Why is it put in force? (kept in the ledger)"),
        error_messages={"required": _l("Give the reason")},
    )
    ordered_by = Line(label=_l("On whose order?"), error_messages={"required": _l("Say who ordered it")})
    name = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)
    body = forms.CharField(widget=forms.HiddenInput, required=False, max_length=MOST_BYTES * 2)
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    submission = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)

    raw: bytes = b""
    file_name: str = ""

    def carry(self, **values: str) -> None:
        """Put values into the form, so that they travel on to the next step."""
        data: Any = self.data
        self.data = data.copy()
        for name, value in values.items():
            self.data[name] = value  # type: ignore[index]

    def clean(self) -> dict[str, Any]:
        """Take the file, or the bytes of the one that came before."""
        given: dict[str, Any] = super().clean() or {}
        upload = given.get("file")
        if upload:
            self.raw, self.file_name = upload.read(MOST_BYTES + 1), str(upload.name)[-200:]
            self.carry(body=base64.b64encode(self.raw).decode(), name=self.file_name)
        elif given.get("body"):
            try:
                self.raw = base64.b64decode(given["body"], validate=True)
            except (binascii.Error, ValueError):
                self.add_error("file", _("Choose the pack file again"))
            self.file_name = given.get("name") or "pack.yaml"
        elif "file" not in self.errors:
            self.add_error("file", _("Choose the pack file"))
        return given
