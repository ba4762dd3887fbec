"""What is asked of a party in time: a renaming, an address, who owns or controls it, the end of that."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from custody import models as m
from custody.terms import AddressKind, ControlKind

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
    starts = Day(label=_("First day"), required=False)


class ControlForm(About):
    """Who owns or controls the party, and to which part."""

    controller = forms.ChoiceField(
        label=_("Which party?"),
        help_text=_("Somebody who is not registered yet is registered first, as a party."),
        error_messages={"required": _("Choose the party")},
    )
    kind = WordChoice(ControlKind, label=_("Kind"), error_messages={"required": _("Choose the kind")})
    share = forms.DecimalField(
        label=_("Share in per cent"),
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
        required=False,
        error_messages={"invalid": _("Write the share as a number from 0 to 100")},
    )

    def fit(self) -> None:
        """Offer the other parties."""
        rows = m.Party.objects.visible_to(self.user).filter(merged_into=None).exclude(id=self.row.id)
        offered = [(str(p.id), words(party_name(p))) for p in rows.order_by("name")]
        self.fields["controller"].choices = [("", "—"), *offered]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Tell where this is recorded already."""
        given = super().clean() or self.cleaned_data
        if {"controller", "kind"} <= given.keys():
            same = self.row.controls.filter(controller=given["controller"], kind=given["kind"], ends=None)
            if same.exists():
                self.add_error("controller", _("This is recorded already"))
        return given


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
