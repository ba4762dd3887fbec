"""Overrides of rules: asking for one, voting on it, ending it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from custody import models as m
from custody.actions import overriding
from custody.terms import KeyForm

from ..base import words
from ..names import party_name
from .fields import Day, Paragraph
from .signing import SignedForm


class OverrideForm(forms.Form):
    """Which rule, for which party, over which subcontract, until when, and why."""

    rule = forms.ChoiceField(label=_("Which rule?"), error_messages={"required": _("Choose the rule")})
    party = forms.TypedChoiceField(
        label=_("For which party?"), coerce=UUID, error_messages={"required": _("Choose the party")}
    )
    hop = forms.TypedChoiceField(
        label=_("Over which subcontract?"),
        coerce=UUID,
        empty_value=None,
        required=False,
        help_text=_("Leave empty for all subcontracts of the project to that party."),
    )
    until = Day(label=_("Last day"), error_messages={"required": _("Enter the last day")})
    reason = Paragraph(
        label=_("Reason (kept in the ledger)"), error_messages={"required": _("Give the reason")}, rows=3
    )

    def __init__(self, data: Any, *, user: m.User, project: m.Project) -> None:
        """Take the project; offer the rules that its pack marks, the parties and subcontracts there are."""
        super().__init__(data)
        parties = m.Party.objects.visible_to(user).exclude(id=project.owner_party_id).order_by("name")
        hops = m.Hop.objects.visible_to(user).filter(project=project).select_related("to_party")
        self._offer("rule", [(code, code) for code in overriding.overridable(project)])
        self._offer("party", [(str(p.id), words(party_name(p))) for p in parties])
        self._offer("hop", [(str(h.id), f"{words(party_name(h.to_party))}: {h.scope[:80]}") for h in hops])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = [("", "—"), *choices]  # type: ignore[attr-defined]


class OverrideVoteForm(SignedForm):
    """A vote on one exact text."""

    field_order = ("reason",)
    reason = Paragraph(
        label=_("Reason (kept in the ledger)"), error_messages={"required": _("Give the reason")}, rows=3
    )
    statement_sha256 = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput)
    seen = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self, data: Any, row: m.Override, *, request: HttpRequest, keys: Sequence[KeyForm] = ()
    ) -> None:
        """Take the override as it is shown now, and with what keys the reader can sign here."""
        initial = {"seen": row.entry, "statement_sha256": row.subject_sha256}
        super().__init__(data, request=request, keys=keys, initial=initial)


class EndForm(forms.Form):
    """Why an override ends before its day."""

    reason = Paragraph(
        label=_("Reason (kept in the ledger)"), error_messages={"required": _("Give the reason")}, rows=3
    )
    seen = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any, row: m.Override) -> None:
        """Take the override as it is shown now."""
        super().__init__(data, initial={"seen": row.entry})
