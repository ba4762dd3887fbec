"""What a subcontract does not say yet: who performs it, which listed business it is."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from custody import models as m
from custody import regimes

from ..base import words
from ..names import party_name
from .fields import Line, Paragraph
from .hop import SUGGESTED, PartyBox, business_field, chosen, offer_businesses, one_party


class DescribeForm(forms.Form):
    """The questions that a subcontract leaves open."""

    performer = Line(
        label=_("Who performs the work?"),
        help_text=_("The registered name or registration number of the party. Leave empty if not known."),
        widget=PartyBox,
        required=False,
    )
    business = business_field()
    reason = Paragraph(
        label=_("From where is this known? (kept in the ledger)"),
        error_messages={"required": _("Say from where this is known")},
    )

    def __init__(self, data: Any, *, user: Any, row: m.Hop) -> None:
        """Ask only for what is open."""
        super().__init__(data)
        self.doer: m.Party | None = None
        offer_businesses(self, regimes.pack(row.project.regime))
        if row.business is not None:
            self.fields.pop("business", None)
        if row.performer_id is not None:
            del self.fields["performer"]
        else:
            seen = m.Party.objects.visible_to(user)[:SUGGESTED]
            self.fields["performer"].widget.suggestions = [words(party_name(p)) for p in seen]

    def clean_performer(self) -> str:
        """Find the party that does the work."""
        typed = str(self.cleaned_data["performer"])
        self.doer = one_party(typed) if typed else None
        return typed

    def clean_business(self) -> list[str]:
        """Refuse a business together with the word that it is none."""
        chosen(self.cleaned_data["business"])
        return list(self.cleaned_data["business"])

    def said(self) -> dict[str, Any]:
        """Return what the action takes."""
        return {
            "performer": self.doer.id if self.doer else None,
            "business": chosen(self.cleaned_data.get("business") or []),
            "reason": self.cleaned_data["reason"],
        }
