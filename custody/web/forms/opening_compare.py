"""Holding lines of an old register beside the paper: of each, whether it is as it stands there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from custody import models as m
from custody.actions.opening_compare import Seen
from custody.terms import PaperMatch, Text

from ..base import words
from ..names import level_name, party_name
from .fields import Line, WordChoice


class CompareForm(forms.Form):
    """Two questions of each line; a line of which nothing is said stays for later."""

    seen = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any, row: m.OpeningRegister, lines: Sequence[m.HopTakenOver]) -> None:
        """Ask of ``lines``, in their order."""
        super().__init__(data, initial={"seen": row.entry})
        self.lines = lines
        for line in lines:
            self.fields[f"match_{line.id}"] = WordChoice(
                PaperMatch,
                empty=False,
                required=False,
                widget=forms.RadioSelect,
                label=words(_title(line)),
                help_text=words(_told(line)),
            )
            self.fields[f"note_{line.id}"] = Line(
                label=_("What differs? (%(number)s)") % {"number": line.number},
                required=False,
                max_length=500,
            )

    def clean(self) -> dict[str, Any]:
        """Ask in what a line differs."""
        given = super().clean() or {}
        for line in self.lines:
            note = given.get(f"note_{line.id}")
            if given.get(f"match_{line.id}") is PaperMatch.DIFFERS and not note:
                self.add_error(f"note_{line.id}", _("Say what differs from the paper"))
            elif note and given.get(f"match_{line.id}") is not PaperMatch.DIFFERS:
                self.add_error(f"match_{line.id}", _("Say that it differs, or leave the note empty"))
        return given

    def given(self) -> list[Seen]:
        """Return what was said, of the lines of which something was."""
        said = self.cleaned_data
        return [
            Seen(line.id, match, said[f"note_{line.id}"])
            for line in self.lines
            if (match := said[f"match_{line.id}"])
        ]


def _title(line: m.HopTakenOver) -> Text:
    page_en, page_zh = (f"page {line.page}, ", f"第{line.page}页") if line.page else ("", "")
    giver, taker = party_name(line.hop.from_party), party_name(line.hop.to_party)
    return Text(
        f"{line.number} ({page_en}line {line.line}): {giver.en} → {taker.en}",
        f"{line.number}（{page_zh}第{line.line}行）：{giver.zh} → {taker.zh}",
    )


def _told(line: m.HopTakenOver) -> Text:
    hop = line.hop
    level = level_name(hop.level, hop.project.regime)
    said = [
        Text(hop.scope, hop.scope),
        level,
        Text(f"from {hop.starts}", f"自{hop.starts}起"),
        *([Text(f"to {hop.ends}", f"至{hop.ends}")] if hop.ends else []),
        *([Text(f"{hop.share} %", f"{hop.share}%")] if hop.share is not None else []),
        *([_money(hop)] if hop.amount is not None else []),
        *([Text(f"awarded {hop.awarded_on}", f"签约{hop.awarded_on}")] if hop.awarded_on else []),
        paper(line),
    ]
    return Text("; ".join(each.en for each in said), "；".join(each.zh for each in said))


def _money(hop: m.Hop) -> Text:
    told = f"{hop.amount:,.2f} {hop.currency}".strip()
    return Text(told, told)


def paper(line: m.HopTakenOver) -> Text:
    """Return what the paper says of an approval."""
    if not (line.approval or line.approver or line.approved_on):
        return Text("no approval is named", "未写明批准")
    number = line.approval or "–"
    by_en, by_zh = (f", given by {line.approver}", f"，{line.approver}批准") if line.approver else ("", "")
    on_en, on_zh = (f", on {line.approved_on}", f"，{line.approved_on}") if line.approved_on else ("", "")
    return Text(f"approval {number}{by_en}{on_en}", f"批准文号{number}{by_zh}{on_zh}")
