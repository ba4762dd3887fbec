"""Certificates: recording one, and what was done to verify it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from custody import models as m
from custody import regimes

from ..base import words
from ..names import qualification_name
from ..uploads import Evidence, with_file
from .fields import Day, Line, Paragraph, void_from


class QualificationForm(forms.Form):
    """A certificate as it stands on paper."""

    kind = forms.ChoiceField(
        label=_("Kind and grade"),
        error_messages={"required": _("Choose the kind and grade of the certificate")},
    )
    categories = forms.MultipleChoiceField(
        label=_("Categories of work that it lists"), widget=forms.CheckboxSelectMultiple, required=False
    )
    number = Line(
        label=_("Number"),
        max_length=100,
        error_messages={"required": _("Enter the number of the certificate")},
    )
    issuer = Line(label=_("Issued by"), max_length=200, error_messages={"required": _("Enter who issued it")})
    valid_from = Day(label=_("Valid from"), error_messages={"required": _("Enter the first day")})
    valid_to = Day(label=_("Valid until"), error_messages={"required": _("Enter the last day")})
    evidence_file = Evidence()

    def __init__(self, data: Any = None, files: Any = None) -> None:
        """Offer every kind of certificate that a regime of this site knows, each once."""
        super().__init__(data, files)
        kinds = {k.id: k for name in regimes.all_names() for k in regimes.pack(name).qualification_types}
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            ("", "—"),
            *(
                (
                    words(k.label.text),
                    [(f"{k.id}|{g.id}", f"{words(k.label.text)}: {words(g.label.text)}") for g in k.grades],
                )
                for k in kinds.values()
            ),
        ]
        self.listed = {f"{k.id}|{c.id}" for k in kinds.values() for c in k.categories}
        self.fields["categories"].choices = [  # type: ignore[attr-defined]
            (words(k.label.text), [(f"{k.id}|{c.id}", words(c.label.text)) for c in k.categories])
            for k in kinds.values()
            if k.categories
        ]

    def clean(self) -> dict[str, Any]:
        """Check that dates are in order and categories belong to the kind."""
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("valid_from"), cleaned.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", _("The last day is before the first day"))
        kind = (cleaned.get("kind") or "").partition("|")[0]
        if kind and any(c.partition("|")[0] != kind for c in cleaned.get("categories") or []):
            self.add_error("categories", _("These categories belong to another kind of certificate"))
        return cleaned

    def recorded(self) -> dict[str, Any]:
        """Return the certificate as the action takes it."""
        given = dict(self.cleaned_data)
        type_, _bar, grade = given.pop("kind").partition("|")
        categories = [c.partition("|")[2] for c in given.pop("categories")]
        return {**with_file(given), "type": type_, "grade": grade, "categories": categories}


class VerifyForm(forms.Form):
    """What was done to check a certificate, and when."""

    on = Day(label=_("Checked on"), error_messages={"required": _("Enter the day of the check")})
    how = Paragraph(
        label=_("How was it checked?"),
        help_text=_("For instance: looked up in the issuer's public register."),
        max_length=300,
        rows=2,
        error_messages={"required": _("Say how it was checked, or why it failed")},
    )


class StandingForm(forms.Form):
    """Why the standing of a certificate changes, to which grade if it is cut, and the entry that was seen."""

    reason = Paragraph(
        label=_("Why? (kept in the ledger)"),
        help_text=_("For instance: the number and date of the authority's notice."),
        error_messages={"required": _("Give the reason")},
    )
    seen = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self, data: Any, row: m.Qualification, grades: list[str] | None, *, may_be_void: bool = False
    ) -> None:
        """Ask for a grade only where there are ``grades`` to choose from, for a day only where it may turn
        out void."""
        super().__init__(data, initial={"seen": row.entry})
        if grades is not None:
            self.fields["grade"] = forms.ChoiceField(
                label=_("Grade from now on"),
                choices=[("", "—"), *((g, words(qualification_name(row.type, g))) for g in grades)],
                error_messages={"required": _("Choose the grade from now on")},
            )
            self.order_fields(["grade", "reason", "seen"])
        if may_be_void:
            self.fields["void_from"] = void_from()
            self.order_fields(["reason", "void_from", "seen"])

    def given(self) -> dict[str, Any]:
        """Return what the action takes."""
        return {n: v for n, v in self.cleaned_data.items() if n != "seen"}
