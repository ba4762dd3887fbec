"""What is asked of a system when it is registered and when its record is corrected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from custody import models as m
from custody import regimes
from custody.terms import Network, Provision, ResultOfTest

from ..base import words
from ..names import level_name, regime_name
from .corrections import Corrected
from .fields import Day, Line, Paragraph, WordChoice


def asked() -> tuple[forms.Field, ...]:
    """Return the fields that tell a registered device: whose, its number, its paper, where it stands."""
    return (
        WordChoice(
            Provision,
            empty=False,
            label=_("Whose device is it?"),
            widget=forms.RadioSelect,
            error_messages={"required": _("Say whose device it is")},
        ),
        Line(
            label=_("Inventory or seal number"),
            help_text=_("As on the device. Without one, copies from some level on cannot go there."),
            max_length=100,
            required=False,
        ),
        Line(
            label=_("Accreditation paper"),
            help_text=_("Number of the certificate or approval that accredits it."),
            max_length=200,
            required=False,
        ),
        Line(
            label=_("Country in which it stands"),
            max_length=2,
            required=False,
            help_text=_("Two capital letters, such as CN."),
        ),
    )


def levels(row: m.System | None = None) -> dict[str, forms.Field]:
    """Return a field for the accredited level of each family of regimes, filled from a row."""
    found: dict[str, forms.Field] = {}
    families = {regimes.family(name): name for name in reversed(regimes.all_names())}
    for family, name in families.items():
        title = words(regime_name(family if family in regimes.all_names() else name))
        field = forms.ChoiceField(
            label=_("Accredited level: %(regime)s") % {"regime": title},
            required=False,
            initial=row.levels.get(family, "") if row else "",
        )
        field.choices = [
            ("", words(level_name("", name))),
            *((level.id, words(level.label.text)) for level in regimes.pack(name).levels),
        ]
        found[f"level_{family}"] = field
    return found


def with_levels(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return answers with the levels as the actions take them."""
    chosen = {name.removeprefix("level_"): v for name, v in given.items() if name.startswith("level_")}
    rest = {name: v for name, v in given.items() if not name.startswith("level_")}
    return {**rest, "levels": {family: level for family, level in chosen.items() if level}}


class SystemTestForm(forms.Form):
    """A test of a system."""

    tested_on = Day(label=_("Tested on"), error_messages={"required": _("Enter the day of the test")})
    tested_by = Line(
        label=_("Tested by"),
        help_text=_("The testing body."),
        max_length=200,
        error_messages={"required": _("Say who tested it")},
    )
    result = WordChoice(
        ResultOfTest,
        empty=False,
        label=_("Result"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the result")},
    )
    remark = Paragraph(label=_("Remark, such as the number of the test report"), required=False, rows=2)


class SystemCorrection(Corrected):
    """The record of a system, apart from its kind and owner."""

    name = Line(
        label=_("Name of the system"),
        max_length=200,
        error_messages={"required": _("Enter the name of the system")},
    )
    network = WordChoice(
        Network, empty=False, label=_("Network"), error_messages={"required": _("Choose how it is connected")}
    )
    provision, inventory_number, accreditation, country = asked()
    tested_on = Day(label=_("Last tested on"), required=False)
    tested_by = Line(label=_("Tested by"), max_length=200, required=False)

    def __init__(self, data: Any, row: m.System) -> None:
        """Begin with what is recorded."""
        names = ("name", "network", "provision", "inventory_number", "accreditation", "country")
        tested = ("tested_on", "tested_by")
        super().__init__(data, initial={n: getattr(row, n) for n in (*names, *tested)} | {"seen": row.entry})
        self.row = row
        self.fields |= levels(row)
        self.order_fields([*names, *levels(), *tested, "reason", "seen"])

    def given(self) -> dict[str, Any]:
        """Return the new values by their columns; a number that was not known and is left empty stays so."""
        found = with_levels(super().given())
        if not found["inventory_number"] and self.row.inventory_number is None:
            found["inventory_number"] = None
        return found
