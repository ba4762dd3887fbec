"""Evidence that comes in with a form: sealed while it comes, so that no plain text of it touches the disk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopFutureHandlers
from django.utils.translation import gettext_lazy as _

from custody.actions import files
from custody.actions.base import ActionError
from custody.evidence.store import Incoming, Received, TooLarge
from custody.terms import Text

from .base import words


class SealedUpload(UploadedFile):
    """A file that came in with a form and lies sealed in its folder; gone with the request unless an act has
    named it."""

    def __init__(self, name: str, received: Received | None, wrong: Text | None) -> None:
        """Take what was received, or why it was not."""
        super().__init__(None, name, size=received.length if received else 0)
        self.received, self.wrong = received, wrong

    def close(self) -> None:
        """Take the file away that no act has named."""
        if self.received is not None:
            files.settle(self.received.id)


class SealingHandler(FileUploadHandler):
    """Takes the field of evidence files, of signed-in people alone; every other field is for the others."""

    chunk_size = 262_144

    def __init__(self, request: Any = None) -> None:
        """Nothing has come yet."""
        super().__init__(request)
        self._mine, self._seen = False, 0
        self._incoming: Incoming | None = None
        self._wrong: Text | None = None

    def new_file(self, field_name: str, *args: Any, **kwargs: Any) -> None:
        """Open a place for the file, if it is one of ours."""
        super().new_file(field_name, *args, **kwargs)
        self._mine = field_name == files.FIELD
        if not self._mine:
            return
        self._seen += 1
        self._incoming, self._wrong = None, None
        user = getattr(self.request, "user", None)
        if not getattr(user, "is_authenticated", False) or self._seen > 1:
            self._wrong = files.NOT_KEPT
        else:
            try:
                self._incoming = files.begin()
            except ActionError as error:
                self._wrong = error.text
        raise StopFutureHandlers

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Seal what comes; beyond the limit it is counted no more and thrown away."""
        if not self._mine:
            return raw_data
        if self._incoming is not None:
            try:
                self._incoming.write(raw_data)
            except TooLarge:
                self._drop(files.too_large())
            except OSError:
                self._drop(files.NOT_KEPT)
        return None

    def file_complete(self, file_size: int) -> UploadedFile | None:
        """Return the sealed file, or one that says why there is none."""
        if not self._mine:
            return None
        received = None
        if self._incoming is not None:
            try:
                received = self._incoming.finish()
            except OSError:
                self._wrong = files.NOT_KEPT
            self._incoming = None
        return SealedUpload(self.file_name or "", received, self._wrong)

    def upload_interrupted(self) -> None:
        """Leave nothing behind of a file that did not come whole."""
        if self._incoming is not None:
            self._drop(files.NOT_KEPT)

    def _drop(self, why: Text) -> None:
        if self._incoming is not None:
            self._incoming.discard()
        self._incoming, self._wrong = None, why


def with_file(cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """Return answers as an action takes them: the file of a paper, where it is asked for, as ``file``."""
    return {"file" if name == files.FIELD else name: value for name, value in cleaned.items()}


class Evidence(forms.FileField):
    """The file of a paper; its value is what was received. Its name in a form must be ``evidence_file``."""

    def __init__(self, **kwargs: Any) -> None:
        """Ask for a file that may be left out."""
        given = {
            "label": _("The paper as a file"),
            "help_text": _(
                "PDF, PNG, JPEG and TIFF are shown as page images; other files can only be downloaded. It is "
                "kept encrypted."
            ),
            "required": False,
        }
        super().__init__(**{**given, **kwargs})

    def to_python(self, data: Any) -> Any:
        """Return what was received. Raises ValidationError with why it was not."""
        if data in self.empty_values:
            return None
        if not isinstance(data, SealedUpload) or data.received is None:
            wrong = data.wrong if isinstance(data, SealedUpload) and data.wrong else files.NOT_KEPT
            raise ValidationError(words(wrong), "not_kept")
        if data.received.length == 0:
            raise ValidationError(_("The file is empty."), "empty")
        return data.received
