"""An officer's vote: the reason, the password once more, and the digest of what was shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from custody.actions.conditioning import Asked
from custody.actions.limiting import MOST, Limit
from custody.terms import KeyForm, VoteChoice

from . import conditions
from .fields import Day, Paragraph
from .signing import SignedForm


class VoteForm(SignedForm):
    """A vote on one exact statement."""

    field_order = ("reason",)
    reason = Paragraph(
        label=_("Reason (kept in the ledger)"),
        error_messages={"required": _("Give the reason for your decision")},
    )
    uses = forms.IntegerField(
        label=_("How often may it be used?"),
        min_value=1,
        max_value=MOST,
        required=False,
        help_text=_("1 for once; leave empty for any number of handoffs."),
    )
    use_until = Day(
        label=_("Until which day may it be used?"),
        required=False,
        help_text=_("Leave empty for its whole term."),
    )
    approve_sha256 = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput)
    approve_against_advice_sha256 = forms.RegexField(
        r"^[0-9a-f]{64}$", widget=forms.HiddenInput, required=False
    )
    deny_sha256 = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput)

    def __init__(
        self, data: Any, *, request: HttpRequest, digests: dict[VoteChoice, str], keys: Sequence[KeyForm] = ()
    ) -> None:
        """Take the digests of the statements that the page shows now, and with what keys the reader can sign
        here."""
        initial = {f"{choice}_sha256": digest for choice, digest in digests.items()}
        super().__init__(data, request=request, keys=keys, initial=initial)
        self.fields |= conditions.fields()
        self.limit: Limit | None = None
        self.conditions: list[Asked] = []

    def clean(self) -> dict[str, Any]:
        """Take the conditions under which it is approved."""
        self.conditions = conditions.asked(self)
        self.limit = Limit(self.cleaned_data.get("uses"), self.cleaned_data.get("use_until"))
        return self.cleaned_data

    def asked(self) -> list[Any]:
        """Return the fields that every vote has."""
        return [field for field in self.visible_fields() if not _is_under(field.name)]

    def under(self) -> list[Any]:
        """Return the fields of the limits and conditions."""
        return [field for field in self.visible_fields() if _is_under(field.name)]

    def shown(self, choice: VoteChoice) -> str:
        """Return the digest of the statement that the person had before them."""
        return str(self.cleaned_data[f"{choice}_sha256"])


def _is_under(name: str) -> bool:
    """Return whether a field is about how an approval is narrowed."""
    return name.startswith("condition_") or name in ("uses", "use_until")
