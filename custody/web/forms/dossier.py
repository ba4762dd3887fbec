"""What is asked of a party once it is registered: names, numbers, standing, duplicates, verdicts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from custody import models as m
from custody.actions import parties as actions
from custody.terms import HitState, NameKind

from ..base import words
from ..names import party_name
from .fields import Day, Line, Paragraph, WordChoice

WHY = {"required": _("Give the reason")}


class About(forms.Form):
    """A form about one party, seen under its entry; ``user`` asks."""

    def __init__(self, data: Any, *, user: m.User, row: Any) -> None:
        """Take what was typed; a subclass fills its choices in ``fit``."""
        super().__init__(data)
        self.user, self.row = user, row
        self.fit()

    def fit(self) -> None:
        """Fill the choices that depend on who asks and on the row."""


class NameForm(About):
    """A further name, its kind, its script, and its days."""

    kind = WordChoice(NameKind, label=_("Kind"), error_messages={"required": _("Choose the kind of name")})
    name = Line(label=_("Name of the party"), error_messages={"required": _("Enter the name of the party")})
    language = forms.RegexField(
        r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$",
        label=_("Language and script"),
        help_text=_("A tag such as zh-Hans, zh-Latn or ru. Leave empty if not known."),
        max_length=35,
        required=False,
        error_messages={"invalid": _("Write a tag such as zh-Hans, zh-Latn or ru")},
    )
    starts = Day(label=_("First day"), required=False)
    ends = Day(label=_("Last day"), required=False)


class NumberForm(About):
    """A registration number and the register that gave it."""

    scheme = Line(
        label=_("Register that gave the number"),
        help_text=_("For instance USCC, UEI or LEI."),
        max_length=16,
        error_messages={"required": _("Enter the register")},
    )
    value = Line(
        label=_("Registration number"), max_length=64, error_messages={"required": _("Enter the number")}
    )


class StateForm(About):
    """The standing of a party from now on, and why."""

    state = WordChoice(
        actions.STATES,
        label=_("State from now on"),
        error_messages={"required": _("Choose the state")},
    )
    reason = Paragraph(label=_("Why? (kept in the ledger)"), max_length=1000, error_messages=WHY)


class ScreenForm(About):
    """Nothing is asked: the party is held against the lists as it stands."""


class MergeForm(About):
    """The record that stays, and why both are one party."""

    into = forms.ChoiceField(
        label=_("Record that stays"), error_messages={"required": _("Choose the record that stays")}
    )
    reason = Paragraph(label=_("Why? (kept in the ledger)"), max_length=1000, error_messages=WHY)

    def fit(self) -> None:
        """Offer the parties, those that look like this one first."""
        rows = m.Party.objects.visible_to(self.user).filter(merged_into=None).exclude(id=self.row.id)
        [who] = actions.named(m.Party.objects.filter(id=self.row.id))
        like = [a.party for a in actions.alike(who, rows)]
        others = sorted(set(rows) - set(like), key=lambda p: p.name)
        self.fields["into"].choices = [  # type: ignore[attr-defined]
            ("", "—"),
            *((str(p.id), words(party_name(p))) for p in [*like, *others]),
        ]

    def chosen(self) -> UUID:
        """Return the record that stays."""
        return UUID(self.cleaned_data["into"])


class VerdictForm(About):
    """Whether a party is who stands on the list, and why."""

    verdict = WordChoice(
        (HitState.SAME, HitState.DIFFERENT),
        label=_("Is it the same party?"),
        help_text=_("If it is the same, it is barred at once: nothing can be handed over to it."),
        error_messages={"required": _("Say whether it is the same")},
    )
    reason = Paragraph(
        label=_("Why? (kept in the ledger)"),
        help_text=_("For instance: another address and another registration number."),
        max_length=1000,
        error_messages=WHY,
    )
