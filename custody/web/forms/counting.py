"""Copies in doubt that were counted, and how."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from custody import models as m

from .fields import Paragraph


class CountForm(forms.Form):
    """Which copies were seen where the record says that they are."""

    copies = forms.MultipleChoiceField(
        label=_("Copies that you have seen"),
        help_text=_("Tick only what you have seen yourself. What is not found stays in doubt."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick the copies that you have seen")},
    )
    how = Paragraph(
        label=_("How were they counted?"),
        help_text=_("When, where, by whom; it is kept in the ledger."),
        error_messages={"required": _("Say how the copies were counted")},
    )

    def __init__(self, data: Any, rows: Sequence[m.Copy], ticked: Sequence[str] = ()) -> None:
        """Take the copies that may be confirmed, and those ticked beforehand."""
        super().__init__(data, initial={"copies": list(ticked)})
        self.fields["copies"].choices = [  # type: ignore[attr-defined]
            (str(row.id), f"{row.code} · {row.item.codename} / {row.number} · {_place(row)}") for row in rows
        ]


def _place(row: m.Copy) -> str:
    person = row.custodian_person.name if row.custodian_person else row.custodian_party.name
    return f"{person}, {row.system.name}" if row.system else person
