"""Stocktakes: what is counted and by whom, scans, the signature, why one is called off, what became of a
difference."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from custody import models as m
from custody.actions import scanning, stocktaking
from custody.passwords import own_password
from custody.terms import SecondPerson, SystemState
from custody.transitions import DIFFERENCE

from ..base import words
from ..names import party_name, person_label
from .fields import Line, Paragraph, ReasonForm, WordChoice

LISTED = 300
HOW: dict[str, Any] = {
    "find": _("The copy is there and in order"),
    "put_right": _("A correction, repair or handoff put it right"),
    "destroy": _("It had been destroyed earlier; the papers say so"),
    "report": _("It was reported as an incident"),
}


def _id(**kwargs: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(coerce=UUID, empty_value=None, **kwargs)


class OpenForm(forms.Form):
    """Whose copies are counted, which of them, and the two people."""

    party = _id(label=_("Whose copies are counted?"), error_messages={"required": _("Choose the party")})
    project = _id(
        label=_("Of which project?"), required=False, help_text=_("Leave empty for copies of all projects.")
    )
    system = _id(
        label=_("In which place?"), required=False, help_text=_("Leave empty for wherever they are.")
    )
    counter = _id(label=_("Who counts?"), error_messages={"required": _("Choose who counts")})
    second = _id(
        label=_("Who is the second person?"), error_messages={"required": _("Choose the second person")}
    )
    second_as = WordChoice(
        SecondPerson,
        empty=False,
        label=_("What does the second person do?"),
        widget=forms.RadioSelect,
        initial=str(SecondPerson.COUNTER),
        error_messages={"required": _("Say what the second person does")},
    )

    def __init__(self, data: Any, user: m.User, initial: dict[str, Any]) -> None:
        """Offer the parties that hold copies, their places, and people, as far as the reader sees them."""
        super().__init__(data, initial=initial)
        held = m.Copy.objects.filter(custodian_party=OuterRef("pk"))
        parties = m.Party.objects.visible_to(user).filter(Exists(held))
        projects = m.Project.objects.visible_to(user)
        systems = m.System.objects.visible_to(user).filter(
            Exists(m.Copy.objects.filter(system=OuterRef("pk")))
        )
        people = m.Person.objects.visible_to(user)
        self._offer("party", [(p.id, words(party_name(p))) for p in parties.order_by("name")[:LISTED]])
        self._offer("project", [(p.id, f"{p.code} {p.title}") for p in projects[:LISTED]])
        self._offer("system", [(s.id, s.name) for s in systems[:LISTED]])
        for name in ("counter", "second"):
            self._offer(name, [(p.id, person_label(p)) for p in people[:LISTED]])

    def _offer(self, name: str, choices: list[tuple[UUID, str]]) -> None:
        self.fields[name].choices = [("", "—"), *((str(id), said) for id, said in choices)]  # type: ignore[attr-defined]

    def asked(self) -> stocktaking.Asked:
        """Return what is asked for."""
        return stocktaking.Asked(**self.cleaned_data)


class ScanForm(forms.Form):
    """One field for a scanner that types, and room for a list that was taken elsewhere."""

    code = Line(
        label=_("Scan or type the number"),
        max_length=300,
        required=False,
        widget=forms.TextInput(
            attrs={
                "autofocus": True,
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
    )
    damaged = forms.BooleanField(label=_("It is damaged"), required=False)
    place = _id(label=_("Where are you counting?"), required=False)
    codes = forms.CharField(
        label=_("Or paste a list, one number a line"),
        required=False,
        max_length=scanning.MOST * 60,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
    )

    typed: list[str]
    """What was scanned, once the form is clean."""

    def __init__(self, data: Any, row: m.Stocktake) -> None:
        """Offer the places of the party; a stocktake of one place asks for none."""
        super().__init__(data)
        places = m.System.objects.filter(owner_party=row.party_id, state=SystemState.ACTIVE)[:LISTED]
        offered = [("", "—"), *((str(place.id), place.name) for place in places)]
        self.fields["place"].choices = offered  # type: ignore[attr-defined]
        if row.system_id or len(offered) == 1:
            del self.fields["place"]

    def clean(self) -> dict[str, Any]:
        """Ask for one number at least, and no more than are counted at a time."""
        cleaned = super().clean() or self.cleaned_data
        typed = [cleaned.get("code") or "", *(cleaned.get("codes") or "").splitlines()]
        self.typed = [each for each in typed if each.strip()]
        if not self.typed and not self.errors:
            self.add_error("code", _("Scan or type a number"))
        return cleaned


class SignForm(forms.Form):
    """The signature under one exact text."""

    password = forms.CharField(
        label=_("Your password, once more"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("Enter your password again")},
    )
    statement_sha256 = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput)
    seen = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self, data: Any, row: m.Stocktake | m.Handover, statement_sha256: str, request: HttpRequest
    ) -> None:
        """Take what is signed and its statement as they are shown now."""
        super().__init__(data, initial={"seen": row.entry, "statement_sha256": statement_sha256})
        self.request = request

    def clean_password(self) -> str:
        """Check the password as at sign-in, so that wrong ones count towards the same lock."""
        if not own_password(self.request, self.cleaned_data["password"]):
            raise forms.ValidationError(
                _("This is not your password. Too many wrong tries lock your sign-in.")
            )
        return ""


class RecountForm(forms.Form):
    """Nothing but that it begins, on the state that was shown."""

    seen = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any, row: m.Stocktake) -> None:
        """Take the stocktake as it is shown now."""
        super().__init__(data, initial={"seen": row.entry})


class CancelForm(ReasonForm):
    """Why a stocktake is called off, or a handover abandoned."""

    seen = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any, row: m.Stocktake | m.Handover) -> None:
        """Take it as it is shown now."""
        super().__init__(data, initial={"seen": row.entry})


class SettleForm(forms.Form):
    """What became of a difference."""

    how = forms.ChoiceField(
        label=_("What became of it?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Say what became of it")},
    )
    resolution = Paragraph(
        label=_("What was found out?"), error_messages={"required": _("Say what was found out")}
    )
    seen = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any, row: m.StocktakeLine) -> None:
        """Offer what may still be said of it."""
        super().__init__(data, initial={"seen": row.entry})
        self.fields["how"].choices = [  # type: ignore[attr-defined]
            (how, label)
            for how, label in HOW.items()
            if row.difference and (row.difference, how) in DIFFERENCE
        ]
