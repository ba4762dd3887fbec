"""What is asked of a party in time: a renaming, an address, the end of a control."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from custody.terms import AddressKind

from ..base import words
from ..names import party_name
from .dossier import WHY, About
from .fields import Day, Line, Paragraph, WordChoice


class RenameForm(About):
    """The names since a day, and why."""

    name = Line(
        label=_("New name of the party"), error_messages={"required": _("Enter the name of the party")}
    )
    other_name = Line(label=_("New name in the other script"), required=False)
    on = Day(label=_("Since which day?"), error_messages={"required": _("Enter the first day")})
    reason = Paragraph(label=_("From where is that known? (kept in the ledger)"), error_messages=WHY)


class AddressForm(About):
    """An address, its kind and country, and since when."""

    kind = WordChoice(AddressKind, label=_("Kind"), error_messages={"required": _("Choose the kind")})
    address = Line(label=_("Address"), max_length=500, error_messages={"required": _("Enter the address")})
    country = forms.RegexField(
        r"^[A-Z]{2}$",
        label=_("Country"),
        help_text=_("Two letters, for instance CN."),
        error_messages={
            "required": _("Enter the country"),
            "invalid": _("Write the country as two capital letters, for instance CN"),
        },
    )
    starts = Day(label=_("From"), required=False)


class ControlEndForm(About):
    """Which control ended, and when."""

    control = forms.ChoiceField(
        label=_("Which control has ended?"), error_messages={"required": _("Choose the control")}
    )
    ends = Day(label=_("Last day"), error_messages={"required": _("Enter the last day")})
    reason = Paragraph(label=_("From where is that known? (kept in the ledger)"), error_messages=WHY)

    def fit(self) -> None:
        """Offer the controls that last."""
        rows = self.row.controls.filter(ends=None).select_related("controller")
        self.fields["control"].choices = [  # type: ignore[attr-defined]
            (str(c.id), f"{words(party_name(c.controller))} · {words(c.kind.text)}") for c in rows
        ]
