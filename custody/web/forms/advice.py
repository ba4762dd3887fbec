"""An officer's opinion on a request, and to whom the decision is referred."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from custody import models as m
from custody.actions import advising
from custody.terms import Stance

from .fields import Paragraph, WordChoice


class OpinionForm(forms.Form):
    """Which way an officer advises, and why."""

    stance = WordChoice(
        Stance, label=_("Your opinion"), error_messages={"required": _("Choose your opinion")}
    )
    reason = Paragraph(
        label=_("Reason (kept in the ledger)"), error_messages={"required": _("Give the reason")}, rows=3
    )
    seen = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any, row: m.Approval, person: UUID) -> None:
        """Take the request as it is shown now."""
        super().__init__(data, initial={"seen": row.entry})


class ReferForm(forms.Form):
    """To which officer the decision is passed on, and why."""

    to = forms.TypedChoiceField(
        label=_("To which officer?"), coerce=UUID, error_messages={"required": _("Choose an officer")}
    )
    reason = Paragraph(
        label=_("Reason (kept in the ledger)"), error_messages={"required": _("Give the reason")}, rows=3
    )
    seen = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any, row: m.Approval, person: UUID) -> None:
        """Take the request as it is shown now; offer the officers who can take it."""
        super().__init__(data, initial={"seen": row.entry})
        able = [
            (str(p.id), f"{p.name}, {p.post}" if p.post else p.name) for p in advising.takers(row, {person})
        ]
        self.fields["to"].choices = [("", "—"), *able]  # type: ignore[attr-defined]
