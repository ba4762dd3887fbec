"""The form that asks for a report: its language, and what its kind must know."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from custody import models as m
from custody.actions import report_subjects as subjects
from custody.codes import normalise
from custody.reports.kinds import KINDS
from custody.terms import ReportKind

from ..base import words
from .fields import Day

LANGUAGES = {"en": _l("English"), "zh": _l("Chinese"), "both": _l("English and Chinese")}


def _copy(project: m.Project, user: Any) -> forms.Field:
    return forms.CharField(
        label=_l("Which copy?"),
        help_text=_l("Its code, as on the label."),
        max_length=40,
        error_messages={"required": _l("Enter the code of the copy")},
    )


def _person(project: m.Project, user: Any) -> forms.Field:
    seen = m.Person.objects.visible_to(user).filter(id__in=subjects.officers_of(project))
    return forms.ModelChoiceField(
        seen.order_by("name"),
        label=_l("Which officer?"),
        error_messages={
            "required": _l("Choose the officer"),
            "invalid_choice": _l("Choose an officer of this project"),
        },
    )


def _party(project: m.Project, user: Any) -> forms.Field:
    seen = m.Party.objects.visible_to(user).filter(id__in=subjects.parties_of(project))
    return forms.ModelChoiceField(
        seen.order_by("name"),
        label=_l("Which party?"),
        error_messages={
            "required": _l("Choose the party"),
            "invalid_choice": _l("Choose a party of this project"),
        },
    )


class _Batch(forms.ModelChoiceField):
    """Batches by what they are for, since they bear no number."""

    def label_from_instance(self, obj: Any) -> str:
        """Return the day, how many copies, and why."""
        day = timezone.localtime(obj.created_at).date().isoformat()
        return f"{day} · {obj.count} · {obj.reason[: subjects.SHORT]}"


def _destruction(project: m.Project, user: Any) -> forms.Field:
    seen = m.Destruction.objects.visible_to(user).filter(project=project)
    return _Batch(
        seen.order_by("-created_at"),
        label=_l("Which destruction?"),
        error_messages={
            "required": _l("Choose the destruction"),
            "invalid_choice": _l("Choose a destruction of this project"),
        },
    )


class _Count(forms.ModelChoiceField):
    """Stocktakes by their day and whose copies they counted."""

    def label_from_instance(self, obj: Any) -> str:
        """Return both in the reader's language."""
        return words(subjects.of_stocktake(obj))


def _stocktake(project: m.Project, user: Any) -> forms.Field:
    return _Count(
        subjects.stocktakes_of(project).select_related("party").order_by("-created_at"),
        label=_l("Which stocktake?"),
        error_messages={
            "required": _l("Choose the stocktake"),
            "invalid_choice": _l("Choose a stocktake of this project"),
        },
    )


def _starts(project: m.Project, user: Any) -> forms.Field:
    return Day(label=_l("First day"), error_messages={"required": _l("Enter the first day")})


def _ends(project: m.Project, user: Any) -> forms.Field:
    return Day(label=_l("Last day"), error_messages={"required": _l("Enter the last day")})


FIELDS: dict[str, Callable[[m.Project, Any], forms.Field]] = {
    "copy": _copy,
    "person": _person,
    "party": _party,
    "destruction": _destruction,
    "stocktake": _stocktake,
    "starts": _starts,
    "ends": _ends,
}
"""What a kind asks for -> the field for it."""


class ReportForm(forms.Form):
    """In which language a report is wanted, and on what."""

    kind = forms.ChoiceField(
        choices=[(str(kind), kind.text.en) for kind in ReportKind],
        widget=forms.HiddenInput,
        required=False,
    )
    language = forms.ChoiceField(
        label=_l("In which language?"),
        help_text=_l("Names and texts that people typed stay as they were typed."),
        choices=list(LANGUAGES.items()),
        widget=forms.RadioSelect,
        error_messages={"required": _l("Choose the language of the report")},
    )

    def __init__(self, data: Any, kind: ReportKind, project: m.Project, user: Any, **kwargs: Any) -> None:
        """Ask for what this kind of report must know, before its language."""
        super().__init__(data, **kwargs)
        self.asked, self.project, self.user = KINDS[kind].asks, project, user
        for name in self.asked:
            self.fields[name] = FIELDS[name](project, user)
        self.order_fields(["kind", *self.asked])

    def clean_copy(self) -> Any:
        """Return the copy's id."""
        code = normalise(self.cleaned_data["copy"])
        seen = m.Copy.objects.visible_to(self.user).filter(item__project=self.project, code=code)
        if (found := seen.values_list("id", flat=True).first()) is None:
            raise forms.ValidationError(_("There is no such copy in this project"))
        return found

    @property
    def said(self) -> dict[str, Any]:
        """Return what the report is about, as the act takes it."""
        found = {name: self.cleaned_data[name] for name in self.asked}
        return {name: one.pk if isinstance(one, m.Row) else one for name, one in found.items()}
