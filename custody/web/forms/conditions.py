"""Conditions of an approval: as an officer sets them, and what becomes of one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from custody import models as m
from custody.actions.conditioning import Asked
from custody.terms import ConditionType

from ..uploads import Evidence
from .fields import Day, Line, Paragraph, WordChoice

ROWS = 3
"""Conditions that the form of a vote has room for; a program may set more."""


def fields() -> dict[str, Any]:
    """Return the fields of a vote's conditions, all of which may stay empty."""
    found: dict[str, Any] = {}
    for n in range(1, ROWS + 1):
        number = {"number": n}
        found[f"condition_{n}_text"] = Paragraph(
            label=_("Condition %(number)d: what must be done?") % number, required=False, rows=2
        )
        found[f"condition_{n}_type"] = WordChoice(
            ConditionType, label=_("Condition %(number)d: when?") % number, required=False
        )
        found[f"condition_{n}_due"] = Day(
            label=_("Condition %(number)d: by which day?") % number, required=False
        )
    return found


def asked(form: forms.Form) -> list[Asked]:
    """Return the conditions of a vote that are filled in, and put faults of theirs on the form."""
    found = []
    for n in range(1, ROWS + 1):
        text, type, due = (form.cleaned_data.get(f"condition_{n}_{part}") for part in ("text", "type", "due"))
        if not (text or type or due):
            continue
        if not text:
            form.add_error(f"condition_{n}_text", _("Say what must be done"))
        elif not type:
            form.add_error(f"condition_{n}_type", _("Choose when it must be met"))
        elif type is ConditionType.RUNNING and due is None:
            form.add_error(f"condition_{n}_due", _("Give the day by which it must be met"))
        else:
            found.append(Asked(type, text, due))
    return found


class ShowForm(forms.Form):
    """What shows that a condition is met."""

    evidence = Paragraph(
        label=_("What shows that it is met? (kept in the ledger)"),
        error_messages={"required": _("Say what shows that it is met")},
    )
    paper = Line(label=_("Number of the paper that shows it"), max_length=200, required=False)
    sha256 = forms.RegexField(
        r"^[0-9a-f]{64}$",
        label=_("SHA-256 of the paper as a file"),
        required=False,
        error_messages={"invalid": _("Write the SHA-256 as 64 lower-case hexadecimal digits")},
    )
    evidence_file = Evidence()
    seen = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any, files: Any, row: m.Condition) -> None:
        """Begin with what was shown before."""
        shown = {name: getattr(row, name) for name in ("evidence", "paper", "sha256")}
        super().__init__(data, files, initial={**shown, "seen": row.entry})


class SettleForm(forms.Form):
    """Why an officer settles a condition as they do."""

    reason = Paragraph(
        label=_("Reason (kept in the ledger)"), error_messages={"required": _("Give the reason")}, rows=3
    )
    seen = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any, files: Any, row: m.Condition) -> None:
        """Take the condition as it is shown now."""
        super().__init__(data, files, initial={"seen": row.entry})
