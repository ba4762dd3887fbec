"""Delegating an officer's vote, and naming a deputy for an absent officer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from custody import models as m
from custody import regimes
from custody.actions.delegations import Scope, officers_of, staff

from ..base import words
from .fields import Day, Paragraph


class DelegationForm(forms.Form):
    """To whom, on what and when; for a deputy also in whose place."""

    delegator = forms.ChoiceField(
        label=_("Which officer is absent?"), error_messages={"required": _("Choose the officer")}
    )
    delegate = forms.ChoiceField(
        label=_("Who votes in the officer's place?"),
        help_text=_("A person of the same party's own staff who is no approval officer."),
        error_messages={"required": _("Choose a person")},
    )
    project = forms.ChoiceField(
        label=_("For which project?"), required=False, help_text=_("Leave empty for all of them.")
    )
    level = forms.ChoiceField(
        label=_("Up to which classification?"), error_messages={"required": _("Choose the classification")}
    )
    starts = Day(label=_("First day"), error_messages={"required": _("Enter the first day")})
    ends = Day(label=_("Last day"), error_messages={"required": _("Enter the last day")})
    reason = Paragraph(
        label=_("Reason (kept in the ledger)"), error_messages={"required": _("Give the reason")}, rows=3
    )

    def __init__(self, data: Any, *, user: m.User, party: UUID, deputy: bool) -> None:
        """Take the party whose officer it is; ``deputy`` asks which officer."""
        super().__init__(data)
        if deputy:
            self._offer("delegator", [(str(p.id), p.name) for p in officers_of(party)])
        else:
            del self.fields["delegator"]
        self._offer("delegate", [(str(p.id), p.name) for p in staff(party)])
        projects = m.Project.objects.visible_to(user)
        self._offer("project", [(str(p.id), f"{p.code} {p.title}") for p in projects])
        known: dict[str, str] = {}
        for name in regimes.all_names():
            for level in sorted(regimes.pack(name).levels, key=lambda level: level.rank):
                known.setdefault(level.id, words(level.label.text))
        self._offer("level", list(known.items()))

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = [("", "—"), *choices]  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        """Return what the action takes."""
        said = self.cleaned_data
        project = UUID(said["project"]) if said["project"] else None
        found = {
            "delegate": UUID(said["delegate"]),
            "scope": Scope(said["level"], said["starts"], said["ends"], project),
            "reason": said["reason"],
        }
        return found | ({"delegator": UUID(said["delegator"])} if "delegator" in said else {})
