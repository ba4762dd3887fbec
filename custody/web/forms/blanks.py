"""Blank receipts: how many to print, to whom they go, and what a filled-in one says."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from custody import models as m
from custody.actions import blanks
from custody.terms import Role

from ..base import words
from ..names import party_name, person_label
from ..uploads import Evidence
from .fields import Paragraph, ReasonForm
from .handoff import HandoffForm
from .incidents import When

_TAKES = (Role.MANAGER, Role.CUSTODIAN, Role.RECIPIENT)
MOST_PEOPLE = 300


class PrintForm(forms.Form):
    """How many forms."""

    count = forms.IntegerField(
        label=_("How many forms?"),
        help_text=_("One to a page. Each gets a number of its own, which is never given out again."),
        min_value=1,
        max_value=blanks.MOST,
        initial=10,
        error_messages={
            "required": _("Give the number"),
            "invalid": _("Give a number from 1 to 100"),
            "min_value": _("Give a number from 1 to 100"),
            "max_value": _("Give a number from 1 to 100"),
        },
    )


class IssueForm(forms.Form):
    """To whom the form and those that follow it go."""

    to = forms.ChoiceField(
        label=_("Who takes them?"),
        help_text=_("They can be used for copies of that party alone. Not for yourself."),
        error_messages={
            "required": _("Choose the person"),
            "invalid_choice": _("Choose one of these people"),
        },
    )
    count = forms.IntegerField(
        label=_("How many, from this number on?"),
        min_value=1,
        max_value=blanks.MOST,
        initial=1,
        error_messages={
            "required": _("Give the number"),
            "invalid": _("Give a number from 1 to 100"),
            "min_value": _("Give a number from 1 to 100"),
            "max_value": _("Give a number from 1 to 100"),
        },
    )
    seen = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any, row: m.BlankReceipt, person: UUID | None) -> None:
        """Offer the people of the parties that can hand over, without whoever gives the forms out."""
        super().__init__(data, initial={"seen": row.entry})
        members = m.Membership.objects.current().filter(role__in=_TAKES).exclude(person=person)
        if row.project:
            house = m.Site.operator_id_or_none()
            members = members.filter(party__in=blanks.parties_of(row.project) | ({house} if house else set()))
        rows = members.select_related("person", "party").order_by("party__name", "person__name")[:MOST_PEOPLE]
        found = {
            f"{one.person_id}/{one.party_id}": f"{person_label(one.person)} · {words(party_name(one.party))}"
            for one in rows
        }
        self.fields["to"].choices = [("", "—"), *found.items()]  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        """Return who takes how many, for which party."""
        person, party = self.cleaned_data["to"].split("/")
        return {"person": UUID(person), "party": UUID(party), "count": self.cleaned_data["count"]}


class BecameForm(ReasonForm):
    """Why a form is spoiled or missing, or where it was found."""

    seen = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any, row: m.BlankReceipt, person: UUID | None) -> None:
        """Rest on the state that was shown."""
        super().__init__(data, initial={"seen": row.entry})

    def given(self) -> dict[str, Any]:
        """Return the reason."""
        return {"reason": self.cleaned_data["reason"]}


class FilledForm(HandoffForm):
    """What stands on a filled-in form: an offer, with who handed over, when, and why on paper."""

    handed_over_by = forms.ChoiceField(
        label=_("Who handed the copies over?"),
        error_messages={
            "required": _("Choose who handed over"),
            "invalid_choice": _("Choose one of these people"),
        },
    )
    took_place_at = When(
        label=_("When, as it stands on the paper?"),
        error_messages={"required": _("Give day and time as they stand on the paper")},
    )
    reason = Paragraph(
        label=_("Why was it done on paper? (kept in the ledger)"),
        error_messages={"required": _("Give the reason")},
    )
    evidence_file = Evidence(
        label=_("Scan of the signed receipt"),
        required=True,
        error_messages={"required": _("Attach the scan of the signed receipt")},
    )

    def __init__(self, data: Any, files: Any, *, form: m.BlankReceipt, way: Any, **kwargs: Any) -> None:
        """Take the form and the one way that the copies went."""
        super().__init__(data, files, hops=[way], hop=str(way.id), **kwargs)
        del self.fields["file"], self.fields["submission"]
        self.fields["hop"].widget = forms.HiddenInput()
        standing = m.Membership.objects.current().filter(party=way.from_party_id)
        people = m.Person.objects.filter(id__in=standing.values("person")).order_by("name")
        field: Any = self.fields["handed_over_by"]
        field.choices = [("", "—"), *((str(p.id), person_label(p)) for p in people)]
        if form.issued_to_id and not self.initial.get("handed_over_by"):
            self.initial["handed_over_by"] = str(form.issued_to_id)
        if not self.is_bound:
            self.initial["hop"] = str(way.id)
