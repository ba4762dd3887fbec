"""Old registers: their file, what its columns tell, and the steps of taking them over."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from custody import models as m
from custody import regimes
from custody.actions import opening_confirm
from custody.importers.register_columns import FIELDS, NEEDED
from custody.importers.register_sheet import MOST_BYTES
from custody.terms import RegisterKind

from ..base import words
from ..names import party_name
from .fields import Day, Line, ReasonForm, WordChoice


class FileForm(forms.Form):
    """The file of an old register, and what stands on its cover."""

    kind = WordChoice(
        RegisterKind,
        label=_l("What does the register tell of?"),
        empty=False,
        widget=forms.RadioSelect,
        initial=RegisterKind.COPIES,
        error_messages={"required": _l("Choose what it tells of")},
    )
    name = Line(
        label=_l("What stands on the cover of the register?"),
        max_length=200,
        error_messages={"required": _l("Write what stands on its cover")},
    )
    file = forms.FileField(
        label=_l("File"),
        help_text=_l(
            ".xlsx or .csv, at most 4 MB and 5,000 lines. Every sheet of a workbook is read as a page."
        ),
        max_length=200,
        error_messages={"required": _l("Choose the file"), "empty": _l("The file is empty")},
    )

    def clean_file(self) -> tuple[str, bytes]:
        """Read the file, if it is not too large."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("This file is larger than 4 MB. Split it."))
        return str(file.name), bytes(file.read())


class ColumnsForm(forms.Form):
    """For each field the column that tells it."""

    def __init__(self, data: Any, row: m.OpeningRegister) -> None:
        """Offer the headings; what no line can do without must be chosen."""
        super().__init__(data)
        self.told = FIELDS[row.kind]
        offered = [("", "—")] + [
            (str(n), heading or _("Column %(n)s") % {"n": n + 1}) for n, heading in enumerate(row.headings)
        ]
        for field in self.told:
            self.fields[str(field)] = forms.ChoiceField(
                label=words(field.text),
                choices=offered,
                required=field in NEEDED[row.kind],
                initial=row.mapping.get(str(field), ""),
                error_messages={"required": _("Choose the column")},
            )
        self.fields["seen"] = forms.UUIDField(widget=forms.HiddenInput, initial=row.entry)

    def given(self) -> dict[str, Any]:
        """Return the columns that were chosen."""
        chosen = {str(field): self.cleaned_data[str(field)] for field in self.told}
        return {"mapping": {name: int(column) for name, column in chosen.items() if column}}

    def clean(self) -> dict[str, Any]:
        """Tell of a column that is chosen twice, beside the second."""
        given = super().clean() or {}
        chosen: set[str] = set()
        for field in self.told:
            column = given.get(str(field))
            if column and column in chosen:
                self.add_error(str(field), _("This column tells something else already"))
            elif column:
                chosen.add(column)
        return given


class WithdrawForm(ReasonForm):
    """Why a register is called off."""

    seen = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any, row: m.OpeningRegister) -> None:
        """Rest on the state that was shown."""
        super().__init__(data, initial={"seen": row.entry})


class EnterForm(forms.Form):
    """By when what breaks a rule is to be settled."""

    due = Day(
        label=_l("By which day are the findings to be settled?"),
        error_messages={"required": _l("Give the day")},
    )
    seen = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any, row: m.OpeningRegister) -> None:
        """Propose three months, on the state that was shown."""
        today = regimes.today(row.project.regime, timezone.now())
        super().__init__(data, initial={"seen": row.entry, "due": today + dt.timedelta(days=90)})


class ConfirmForm(forms.Form):
    """The stocktake that saw the copies."""

    stocktake: Any = forms.ModelChoiceField(
        None,
        label=_l("Which stocktake?"),
        empty_label="—",
        error_messages={
            "required": _l("Choose the stocktake"), "invalid_choice": _l("Choose one of these stocktakes"),
        },
    )  # fmt: skip
    seen = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any, row: m.OpeningRegister) -> None:
        """Offer the signed ones with copies that still wait."""
        super().__init__(data, initial={"seen": row.entry})
        field: Any = self.fields["stocktake"]
        field.queryset = opening_confirm.stocktakes(row).select_related("party")
        field.label_from_instance = lambda s: f"{words(party_name(s.party))} · {s.opened_on}"

    def given(self) -> dict[str, Any]:
        """Return the stocktake that was chosen."""
        return {"stocktake": self.cleaned_data["stocktake"].id}


class CloseForm(forms.Form):
    """Nothing is asked."""

    seen = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any, row: m.OpeningRegister) -> None:
        """Rest on the state that was shown."""
        super().__init__(data, initial={"seen": row.entry})
