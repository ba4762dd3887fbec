"""Asking for a random sample, drawing it, and entering how its copies were found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from custody import lot
from custody import models as m
from custody.actions import samples
from custody.terms import SampleFound

from ..base import words
from .fields import Line, Paragraph, ReasonForm, WordChoice

_DIGEST = re.compile(r"[0-9a-f]{64}")
ENTERED = [found for found in SampleFound if found is not SampleFound.OPEN]


class AskForm(forms.Form):
    """How many copies, under which word."""

    count = forms.IntegerField(
        label=_("How many copies?"),
        min_value=1,
        max_value=samples.MOST,
        error_messages={"required": _("Say how many copies")},
    )
    sealed = Line(
        label=_("Your word, or its SHA-256"),
        help_text=_(
            "A word of at least 20 characters that you make up and keep to yourself until you draw, or its "
            "SHA-256 in hexadecimal, made on your own computer: then this site does not learn the word "
            "before it has signed. The word itself is not kept: write it down."
        ),
        max_length=lot.LONGEST,
        error_messages={"required": _("Give a word, or its SHA-256")},
    )

    def clean_sealed(self) -> str:
        """Return the SHA-256 of what was given, or what was given where it is one."""
        given: str = self.cleaned_data["sealed"]
        if _DIGEST.fullmatch(given.lower()):
            return given.lower()
        if (fault := lot.fault(given)) is not None:
            raise forms.ValidationError(words(fault))
        return lot.sealed(given)


class _Seen(forms.Form):
    """The entry under which a sample was seen."""

    seen = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any, row: m.Sample) -> None:
        """Take the sample as it is shown now."""
        super().__init__(data, initial={"seen": row.entry})

    def given(self) -> dict[str, Any]:
        """Return what the action takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


class DrawForm(_Seen):
    """The word, which is told now."""

    word = Line(
        label=_("Your word"),
        help_text=_("Exactly as you made it up: it is recorded with the draw, for everybody to draw again."),
        max_length=lot.LONGEST,
        error_messages={"required": _("Give the word")},
    )


class CloseForm(_Seen):
    """What there is to say at the end."""

    remark = Paragraph(label=_("Remark (kept in the ledger)"), required=False)


class WithdrawForm(ReasonForm, _Seen):
    """Why it is not drawn."""


class EnterForm(_Seen):
    """How each copy was found; what is left empty is entered another time."""

    def __init__(self, data: Any, row: m.Sample) -> None:
        """Take the lines of the sample, each with what was entered before."""
        super().__init__(data, row)
        self.rows = list(row.lines.select_related("copy__item", "party", "person", "system"))
        for line in self.rows:
            known = None if line.found is SampleFound.OPEN else line.found
            name = {"code": line.code}
            found = WordChoice(
                ENTERED, label=_("How %(code)s was found") % name, required=False, initial=known
            )
            note = Line(label=_("Note on %(code)s") % name, required=False, initial=line.note, max_length=500)
            for field in (found, note):
                field.widget.attrs["aria-label"] = field.label
            self.fields[f"found_{line.position}"] = found
            self.fields[f"note_{line.position}"] = note

    def lines(self) -> Iterator[tuple[m.SampleLine, Any, Any]]:
        """Yield each line with its two fields."""
        for line in self.rows:
            yield line, self[f"found_{line.position}"], self[f"note_{line.position}"]

    def clean(self) -> dict[str, Any]:
        """Ask for a word beside each note, a note where a word is not enough, and something new."""
        cleaned = super().clean() or self.cleaned_data
        for line in self.rows:
            found, note = (cleaned.get(f"{name}_{line.position}") for name in ("found", "note"))
            if note and not found:
                self.add_error(f"found_{line.position}", _("Say how the copy was found"))
            if found in samples.SAID and not note:
                self.add_error(f"note_{line.position}", _("Say where it was, or how it differs"))
        if not self.errors and not self.given()["seen"]:
            raise forms.ValidationError(_("Nothing new is entered."))
        return cleaned

    def given(self) -> dict[str, Any]:
        """Return the lines that say something that was not entered before."""
        found = []
        for line in self.rows:
            how = self.cleaned_data.get(f"found_{line.position}")
            note = self.cleaned_data.get(f"note_{line.position}") or ""
            if how and (how, note) != (line.found, line.note):
                found.append(samples.Seen(line.id, how, note))
        return {"seen": found}
