"""What lists are filtered by: an explicit set of questions, never the address as it came."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from custody.terms import HandoffState

from .fields import Line, WordChoice


class HandoffFilter(forms.Form):
    """Which handoffs: by number or party, by state, by what is due."""

    q = Line(label=_("Number or party"), required=False, max_length=100)
    state = WordChoice(HandoffState, label=_("State"), required=False)
    due = forms.ChoiceField(
        label=_("Return"),
        required=False,
        choices=[
            ("", "—"),
            ("overdue", _("Overdue")),
            ("week", _("Due within 7 days")),
            ("month", _("Due within 30 days")),
        ],
    )

    def narrow(self, rows: Any, today: dt.date) -> Any:
        """Return the rows that fit; none when an answer is not one that can be given."""
        if not self.is_valid():
            return rows.none()
        given = self.cleaned_data
        for word in given["q"].split():
            rows = rows.filter(
                Q(number__icontains=word)
                | Q(sender_party__name__icontains=word)
                | Q(sender_party__other_name__icontains=word)
                | Q(receiver_party__name__icontains=word)
                | Q(receiver_party__other_name__icontains=word)
            )
        if given["state"]:
            rows = rows.filter(state=given["state"])
        if given["due"]:
            days = {"overdue": -1, "week": 7, "month": 30}[given["due"]]
            rows = rows.filter(state=HandoffState.ACCEPTED, due_back__lte=today + dt.timedelta(days=days))
            rows = rows if given["due"] == "overdue" else rows.filter(due_back__gte=today)
        return rows
