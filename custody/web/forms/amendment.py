"""Amending a subcontract, and a reason that is bound to the state that was seen."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from custody import models as m

from .fields import Paragraph
from .hop import HopForm


class AmendForm(HopForm):
    """The terms of a subcontract as they should be, to the same party, and why."""

    reason = Paragraph(
        label=_("Why is it amended? (kept in the ledger)"), error_messages={"required": _("Give the reason")}
    )

    def __init__(self, data: Any, *, user: Any, row: m.Hop) -> None:
        """Take the subcontract; its party stays."""
        super().__init__(data, user=user, project=row.project, giver=row.from_party)
        del self.fields["to_party"]
        self.party = row.to_party


class SeenReason(forms.Form):
    """Why something is done, and the entry that was seen."""

    reason = Paragraph(
        label=_("Why? (kept in the ledger)"), error_messages={"required": _("Give the reason")}
    )
    seen = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any, row: m.Row) -> None:
        """Take the row as it is shown now."""
        super().__init__(data, initial={"seen": row.entry})
