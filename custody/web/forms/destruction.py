"""What is asked of a destruction: the copies, what was done, the certificate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from custody import models as m
from custody.actions import destructions as actions
from custody.terms import CopyState, DestructionMethod, KeyForm

from ..base import words
from ..names import party_name, person_label
from ..uploads import Evidence
from .amendment import SeenReason
from .fields import Day, Line, Paragraph, WordChoice
from .handoff import copy_words
from .signing import chosen, offer

LISTED = 300
_HASH = r"^[0-9a-f]{64}$"


def _count(label: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=1,
        max_value=actions.MOST,
        error_messages={"required": _("Enter how many copies")},
    )


def _parties(user: m.User, *always: UUID) -> list[tuple[str, str]]:
    rows = m.Party.objects.visible_to(user) | m.Party.objects.filter(id__in=always)
    found = sorted(((str(p.id), words(party_name(p))) for p in rows.distinct()), key=lambda pair: pair[1])
    return [("", "—"), *found]


class RequestForm(forms.Form):
    """Which copies are to be destroyed, how many they are, by whom, how, where and why."""

    copies = forms.MultipleChoiceField(
        label=_("Copies"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose the copies")},
    )
    count = _count(_("How many copies are there? Count them in your hands."))
    unit = forms.ChoiceField(
        label=_("Who destroys them?"), error_messages={"required": _("Choose who destroys them")}
    )
    method = WordChoice(
        DestructionMethod,
        label=_("Method of destruction"),
        error_messages={"required": _("Choose the method")},
    )
    place = Line(label=_("Where?"), max_length=200, error_messages={"required": _("Say where it is done")})
    reason = Paragraph(
        label=_("Why? (kept in the ledger)"), error_messages={"required": _("Give the reason")}
    )

    def __init__(self, data: Any, *, user: m.User, project: m.Project, holders: list[m.Party]) -> None:
        """Take the parties for which the reader may ask, and offer what they hold."""
        super().__init__(data)
        held = m.Copy.objects.visible_to(user).filter(
            item__project=project, custodian_party__in=holders, state=CopyState.HELD
        )
        self._offer(
            "copies",
            [
                (str(c.id), copy_words(c, project))
                for c in held.select_related("item").order_by("code")[:LISTED]
            ],
        )
        self._offer("unit", _parties(user, *(party.id for party in holders)))

    def asked(self) -> actions.Asked:
        """Return what the action takes."""
        said = self.cleaned_data
        ids = {"copies": [UUID(id) for id in said["copies"]], "unit": UUID(said["unit"])}
        return actions.Asked(**{**said, **ids})

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]


class _Seen(forms.Form):
    seen = forms.UUIDField(widget=forms.HiddenInput)


class DoneForm(_Seen):
    """What was destroyed, by whom, how and when, and who saw it."""

    destroyed_on = Day(label=_("On which day?"), error_messages={"required": _("Enter the day")})
    counted = _count(_("How many copies were destroyed? Count them again."))
    unit = forms.ChoiceField(
        label=_("Who destroyed them?"), error_messages={"required": _("Choose who destroyed them")}
    )
    method = WordChoice(
        DestructionMethod,
        label=_("Method of destruction"),
        error_messages={"required": _("Choose the method")},
    )
    witnesses = forms.MultipleChoiceField(
        label=_("Who saw it?"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Not who holds the copies, asked for it, or records it."),
        error_messages={"required": _("Choose the witnesses")},
    )
    remark = Paragraph(label=_("Remark"), required=False, rows=2)

    def __init__(self, data: Any, *, user: m.User, row: m.Destruction) -> None:
        """Take the batch as it is shown now."""
        first = {"seen": row.entry, "unit": str(row.unit_id), "method": row.method}
        super().__init__(data, initial={**first, "destroyed_on": timezone.localdate()})
        people = m.Person.objects.visible_to(user).order_by("name")[:LISTED]
        self.fields["unit"].choices = _parties(user, row.unit_id)  # type: ignore[attr-defined]
        self.fields["witnesses"].choices = [  # type: ignore[attr-defined]
            (str(p.id), person_label(p)) for p in people
        ]

    def done(self) -> actions.Done:
        """Return what the action takes."""
        said = {name: value for name, value in self.cleaned_data.items() if name != "seen"}
        ids = {"witnesses": [UUID(id) for id in said["witnesses"]], "unit": UUID(said["unit"])}
        return actions.Done(**{**said, **ids})


class CertificateForm(_Seen):
    """The certificate of a destruction."""

    certificate_number = Line(
        label=_("Number of the certificate"),
        max_length=100,
        error_messages={"required": _("Enter the number")},
    )
    certified_on = Day(label=_("Day of the certificate"), error_messages={"required": _("Enter the day")})
    certificate_sha256 = forms.RegexField(
        _HASH,
        label=_("SHA-256 of that paper as a file"),
        required=False,
        error_messages={"invalid": _("Give the SHA-256 as 64 lower-case hexadecimal digits.")},
    )
    evidence_file = Evidence()

    def __init__(self, data: Any, came: Any, *, row: m.Destruction) -> None:
        """Take the batch as it is shown now."""
        super().__init__(data, came, initial={"seen": row.entry, "certified_on": timezone.localdate()})


class ApproveForm(SeenReason):
    """Why a batch is approved, and whether it is signed on the next page."""

    way = forms.ChoiceField(
        label=_("How do you sign?"),
        choices=[("session", _("Not at all: it then says “not signed”"))],
        widget=forms.RadioSelect,
    )

    def __init__(self, data: Any, row: m.Destruction, *, keys: Sequence[KeyForm]) -> None:
        """Take the batch as it is shown now, and with what keys the reader can sign here."""
        super().__init__(data, row)
        offer(self, keys)
        self.key = chosen(data, keys)
