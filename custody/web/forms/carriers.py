"""What is asked of what carries a copy."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from custody import models as m
from custody.actions.carriers import Carrier
from custody.terms import Medium, SystemState, Text

from ..base import words
from .fields import Hash, Line, Paragraph, WordChoice


class CarrierForm(forms.Form):
    """Medium, numbers, own hash and home of a copy, begun with what is recorded."""

    medium = WordChoice(Medium, label=_("What carries it?"), required=False)
    medium_serial = Line(
        label=_("Number on the medium"),
        help_text=_("Of the disc, drive or map case; not the copy number."),
        max_length=100,
        required=False,
    )
    seal_number = Line(
        label=_("Seal number"),
        help_text=_("Whoever receives the copy holds the seal against it."),
        max_length=100,
        required=False,
    )
    sha256 = Hash(
        label=_("SHA-256 of its own file"),
        help_text=_("Only where this copy's file is not the item's, such as with a watermark of its own."),
        required=False,
    )
    home = forms.ChoiceField(label=_("System that it belongs to"), required=False)
    reason = Paragraph(
        label=_("Reason (kept in the ledger)"), error_messages={"required": _("Give the reason")}, rows=2
    )
    seen = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any, user: m.User, row: m.Copy) -> None:
        """Take who asks, and the copy as it was seen."""
        recorded = {
            "medium": row.medium or "",
            "medium_serial": row.medium_serial,
            "seal_number": row.seal_number,
            "sha256": row.sha256,
            "home": str(row.home_id or ""),
        }
        super().__init__(data, initial={"seen": row.entry, **recorded})
        systems = m.System.objects.visible_to(user).filter(state=SystemState.ACTIVE).order_by("name")
        homes = {str(id): name for id, name in systems.values_list("id", "name")}
        if row.home_id and recorded["home"] not in homes:  # it is kept, and what it is called is not told
            homes[recorded["home"]] = words(Text("As recorded: of another party", "按原登记：属其他单位"))
        self.fields["home"].choices = [("", "—"), *homes.items()]  # type: ignore[attr-defined]

    def carrier(self) -> Carrier:
        """Return the answers as the action takes them."""
        given = self.cleaned_data
        return Carrier(
            medium=given["medium"] or None,
            medium_serial=given["medium_serial"],
            seal_number=given["seal_number"],
            sha256=given["sha256"],
            home=UUID(given["home"]) if given["home"] else None,
        )
