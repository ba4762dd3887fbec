"""Papers of a subcontract: consents from above and the agreement on what flows down, with it or later."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from custody import regimes
from custody.actions.papers import LONGEST, Agreed, ConsentPaper
from custody.policy.regime import Pack
from custody.terms import ConsentKind

from ..base import words
from ..uploads import Evidence
from .fields import Day, Line, WordChoice

_HEX = r"^[0-9a-f]{64}$"


def _sha256() -> forms.RegexField:
    return forms.RegexField(
        _HEX,
        label=_("SHA-256 of the paper as a file"),
        help_text=_("Only where a file of it is kept; 64 characters, 0 to 9 and a to f."),
        required=False,
        error_messages={"invalid": _("A SHA-256 is 64 characters, 0 to 9 and a to f")},
    )


class ConsentForm(forms.Form):
    """A written consent that has come."""

    kind = WordChoice(
        ConsentKind,
        label=_("Whose consent is it?"),
        empty=False,
        error_messages={"required": _("Say whose consent it is")},
    )
    reference = Line(
        label=_("Number of the paper"),
        max_length=LONGEST,
        error_messages={"required": _("Enter the number of the paper")},
    )
    given_on = Day(label=_("Day of the paper"), error_messages={"required": _("Enter the day of the paper")})
    document_sha256 = _sha256()
    evidence_file = Evidence()

    def paper(self) -> ConsentPaper:
        """Return what was filled in, of a valid form."""
        return ConsentPaper(**{n: v for n, v in self.cleaned_data.items() if n != "evidence_file"})


class TermsForm(forms.Form):
    """An agreement on the clauses that must flow down."""

    clauses = forms.MultipleChoiceField(
        label=_("Clauses that both sides agreed"), widget=forms.CheckboxSelectMultiple, required=False
    )
    reference = Line(
        label=_("Number of the agreement"),
        max_length=LONGEST,
        error_messages={"required": _("Enter the number of the agreement")},
    )
    giver_signed_on = Day(label=_("Giving party signed on"), required=False)
    receiver_signed_on = Day(label=_("Receiving party signed on"), required=False)
    document_sha256 = _sha256()
    evidence_file = Evidence()

    def __init__(
        self, data: Any = None, files: Any = None, *, regime: str, initial: dict[str, Any] | None = None
    ) -> None:
        """Take the regime, whose clauses are the choices, and what is recorded so far."""
        super().__init__(data, files, initial=initial)
        self.fields["clauses"].choices = clause_choices(regimes.pack(regime))  # type: ignore[attr-defined]
        if not self.fields["clauses"].choices:  # type: ignore[attr-defined]
            del self.fields["clauses"]

    def agreed(self) -> Agreed:
        """Return what was filled in, of a valid form."""
        given = {n: v for n, v in self.cleaned_data.items() if n != "evidence_file"}
        return Agreed(**{"clauses": (), **given})


class WithPapers(forms.Form):
    """The papers as they come with a request: all may come later."""

    client_reference = Line(
        label=_("Number of the client's written consent"),
        help_text=_("It can be recorded later, before the request is approved."),
        max_length=LONGEST,
        required=False,
    )
    client_given_on = Day(label=_("Day of the client's consent"), required=False)
    authority_reference = Line(
        label=_("Number of the authority's written consent"), max_length=LONGEST, required=False
    )
    authority_given_on = Day(label=_("Day of the authority's consent"), required=False)
    clauses = forms.MultipleChoiceField(
        label=_("Clauses that both sides agreed"),
        help_text=_("They can be recorded later, before the request is approved."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    agreement_reference = Line(label=_("Number of the agreement"), max_length=LONGEST, required=False)
    giver_signed_on = Day(label=_("Giving party signed on"), required=False)
    receiver_signed_on = Day(label=_("Receiving party signed on"), required=False)

    def fit(self, pack: Pack) -> None:
        """Ask only for the papers that the regime asks for; the client's consent may always be named."""
        setting = pack.rules.get("HOP-06")
        if not (setting and setting.enabled and setting.params.get("authority_from")):
            del self.fields["authority_reference"], self.fields["authority_given_on"]
        self.fields["clauses"].choices = clause_choices(pack)  # type: ignore[attr-defined]
        if not pack.clauses:
            for name in ("clauses", "agreement_reference", "giver_signed_on", "receiver_signed_on"):
                del self.fields[name]

    def check_papers(self) -> None:
        """Say beside the fields what of a paper is missing."""
        given = self.cleaned_data
        for kind in ("client", "authority"):
            number, day = given.get(f"{kind}_reference"), given.get(f"{kind}_given_on")
            if number and not day and f"{kind}_given_on" not in self.errors:
                self.add_error(f"{kind}_given_on", _("Enter the day of the paper"))
            if day and not number:
                self.add_error(f"{kind}_reference", _("Enter the number of the paper"))
        if given.get("client_reference") and given.get("client_consent") is False:
            self.add_error(
                "client_consent", _("A consent of the client is given, so the client has consented")
            )
        signed = given.get("clauses") or given.get("giver_signed_on") or given.get("receiver_signed_on")
        if signed and not given.get("agreement_reference"):
            self.add_error("agreement_reference", _("Enter the number of the agreement"))

    def consents(self) -> list[ConsentPaper]:
        """Return the consents of which number and day are filled in."""
        given = self.cleaned_data
        kinds = {ConsentKind.CLIENT: "client", ConsentKind.AUTHORITY: "authority"}
        return [
            ConsentPaper(kind, given[f"{name}_reference"], given[f"{name}_given_on"])
            for kind, name in kinds.items()
            if given.get(f"{name}_reference") and given.get(f"{name}_given_on")
        ]

    def agreed(self) -> Agreed | None:
        """Return the agreement as far as it is filled in; None for none."""
        given = self.cleaned_data
        found = Agreed(
            tuple(given.get("clauses") or ()),
            given.get("agreement_reference") or "",
            given.get("giver_signed_on"),
            given.get("receiver_signed_on"),
        )
        return None if found == Agreed() else found


def clause_choices(pack: Pack) -> list[tuple[str, str]]:
    """Return the clauses of a regime as choices."""
    return [(clause.id, words(clause.text)) for clause in pack.clauses]
