"""Need-to-know lists: whom to put on, by whose decision, and why somebody is taken off."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from custody import models as m
from custody.actions import need

from ..names import person_label
from .fields import Day, Line, Paragraph
from .registers import Register


class NeedForm(Register):
    """A person who may learn an item; ``row`` is the item."""

    person = forms.ChoiceField(
        label=_("Who may learn it?"),
        help_text=_("People of the owner and of the parties of its subcontracts, apart from yourself."),
        error_messages={"required": _("Choose the person")},
    )
    since = Day(label=_("Since"), error_messages={"required": _("Enter the first day")})
    decided_by = forms.ChoiceField(
        label=_("By whose decision?"), error_messages={"required": _("Choose who decided it")}
    )
    basis = Line(
        label=_("Written decision"),
        help_text=_("Such as its number. Kept in the ledger."),
        max_length=300,
        error_messages={"required": _("Name the written decision")},
    )

    def fit(self) -> None:
        """Offer who may be put on and who may decide."""
        listed = m.NeedToKnow.objects.standing().filter(item=self.row).values("person")
        people = need.may_be_admitted(self.row.project).exclude(id__in=listed)
        self.offer("person", [(str(p.id), person_label(p)) for p in people if p.id != self.user.person_id])
        deciders = need.may_decide(self.row.project, self.user.house)
        self.offer("decided_by", [(str(p.id), person_label(p)) for p in deciders])
        self.fields["decided_by"].initial = str(self.user.person_id)
        self.fields["since"].initial = timezone.localdate()

    def clean(self) -> dict[str, Any]:
        """Nobody decides about themselves."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("person") and cleaned.get("person") == cleaned.get("decided_by"):
            self.add_error("decided_by", _("Nobody decides about themselves. Choose somebody else"))
        return cleaned


class DismissForm(Register):
    """Why somebody is taken off a list."""

    reason = Paragraph(
        label=_("Reason (kept in the ledger)"),
        max_length=1000,
        error_messages={"required": _("Give the reason")},
    )
