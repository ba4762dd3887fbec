"""Which register is printed: of whom, from when to when, in which language."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from custody import models as m
from custody.actions import incidents
from custody.actions.base import Actor
from custody.actions.register_prints import Asked, may_print
from custody.terms import PrintedKind

from ..base import words
from ..names import party_name
from .fields import Day, WordChoice

MOST_PARTIES = 500


class RegisterPrintForm(forms.Form):
    """The question that a printed register answers."""

    register = WordChoice(
        PrintedKind,
        empty=False,
        label=_("Which register?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the register"), "invalid_choice": _("Choose the register")},
    )
    party = forms.ChoiceField(
        label=_("Whose lines?"),
        required=False,
        error_messages={
            "required": _("Choose one of these parties"),
            "invalid_choice": _("Choose one of these parties"),
        },
    )
    starts = Day(label=_("First day"), error_messages={"required": _("Enter the first day")})
    ends = Day(label=_("Last day"), error_messages={"required": _("Enter the last day")})
    language = forms.ChoiceField(
        label=_("In which language is it printed?"),
        help_text=_("Names and texts that people typed stay as they were typed."),
        choices=[("both", _("Chinese and English")), ("zh", _("Chinese")), ("en", _("English"))],
        widget=forms.RadioSelect,
        initial="both",
        error_messages={
            "required": _("Choose the language of the register"),
            "invalid_choice": _("Choose the language of the register"),
        },
    )

    def __init__(self, data: Any, *, user: m.User, actor: Actor, project: m.Project | None) -> None:
        """Offer the parties whose lines this person may print."""
        self.project = project.id if project else None
        today = timezone.localdate()
        own = sorted({party for party, _role in actor.memberships})
        first = next((party for party in own if may_print(actor, project, party)), None)
        whole = may_print(actor, project, None) is not None
        super().__init__(
            data,
            initial={
                "register": str(PrintedKind.CARRIERS),
                "party": "" if whole else str(first or ""),
                "starts": today.replace(month=1, day=1),
                "ends": today,
            },
        )
        field: Any = self.fields["party"]
        field.required = not whole
        first_line = [("", _("All parties of the project"))] if whole else []
        field.choices = [*first_line, *self._parties(user, actor, project)]

    def _parties(self, user: m.User, actor: Actor, project: m.Project | None) -> list[tuple[str, str]]:
        rows = m.Party.objects.visible_to(user)
        if project is not None:
            rows = rows.filter(id__in=incidents.parties_of(project))
        found = rows.order_by("name", "id")[:MOST_PARTIES]
        return [(str(row.id), words(party_name(row))) for row in found if may_print(actor, project, row.id)]

    def asked(self) -> Asked:
        """Return the question."""
        given, party = self.cleaned_data, self.cleaned_data["party"]
        return Asked(
            register=given["register"],
            project=self.project,
            party=UUID(party) if party else None,
            starts=given["starts"],
            ends=given["ends"],
            language=given["language"],
        )
