"""Requesting a subcontract: to whom, for what, at which level, on which terms."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from custody import models as m
from custody import regimes
from custody.actions.hops import Terms
from custody.policy.regime import Pack
from custody.terms import PaymentMeans

from ..base import words
from ..names import party_name
from .fields import Day, Line, Paragraph, WordChoice, YesNo
from .papers import WithPapers

SUGGESTED = 500
NONE = "-"
"""The choice that the work is no listed business; no pack can call one so."""


class PartyBox(forms.TextInput):
    """A text box that suggests names; the form resolves what is typed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.suggestions: list[str] = []

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Return the box and its list of suggestions."""
        box = super().render(
            name, value, {**(attrs or {}), "list": f"{name}_list", "autocomplete": "off"}, renderer
        )
        names = format_html_join("", '<option value="{}"></option>', ((n,) for n in self.suggestions))
        return format_html('{}<datalist id="{}_list">{}</datalist>', box, name, names)


def business_field() -> forms.MultipleChoiceField:
    """Return the question which listed business the work is; nothing chosen: not known."""
    return forms.MultipleChoiceField(
        label=_("Is the work one of these businesses?"),
        help_text=_("Each of them needs a qualification of its own. Nothing chosen: not known."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


def chosen(given: list[str]) -> list[str] | None:
    """Return the businesses chosen, or None where nothing was. Raises ValidationError for a contradiction."""
    if NONE in given and len(given) > 1:
        raise ValidationError(_("Choose the businesses, or that it is none of them"))
    return [] if given == [NONE] else given or None


def one_party(typed: str) -> m.Party:
    """Return the one party that is meant; the register is asked as a whole, but only for an exact match.

    Raises ValidationError.
    """
    rows = (
        m.Party.objects.filter(
            Q(name__iexact=typed) | Q(other_name__iexact=typed) | Q(identifiers__value__iexact=typed)
        )
        .filter(merged_into=None)
        .distinct()[:2]
    )
    if not rows:
        raise ValidationError(
            _("No registered party has exactly this name or number. Ask the administrator to register it.")
        )
    if len(rows) > 1:
        raise ValidationError(_("More than one party has this name. Enter the registration number."))
    return rows[0]


class HopForm(WithPapers):
    """A subcontract that is asked for."""

    to_party = Line(
        label=_("Who will do the work?"),
        help_text=_(
            "The registered name or registration number of the party. Names are suggested as you type."
        ),
        widget=PartyBox,
        error_messages={"required": _("Name the party that will do the work")},
    )
    performer = Line(
        label=_("Does another party perform the work?"),
        help_text=_("Then name it. Leave empty if the party above does the work itself."),
        widget=PartyBox,
        required=False,
    )
    scope = Paragraph(
        label=_("What work is passed on?"),
        help_text=_("In words that may stand in a report; no sensitive content."),
        error_messages={"required": _("Say what work is passed on")},
    )
    level = forms.ChoiceField(
        label=_("Highest classification of what is handed over"),
        error_messages={"required": _("Choose the highest classification")},
    )
    categories = forms.MultipleChoiceField(
        label=_("Categories of work"), widget=forms.CheckboxSelectMultiple, required=False
    )
    business = business_field()
    starts = Day(label=_("First day"), error_messages={"required": _("Enter the first day")})
    ends = Day(label=_("Last day"), help_text=_("Leave empty if it is open."), required=False)
    share = forms.DecimalField(
        label=_("Share of the contract, per cent"),
        required=False, min_value=0, max_value=100, max_digits=5, decimal_places=2,
        error_messages={"invalid": _("Write the share as a number from 0 to 100")},
    )  # fmt: skip
    amount = forms.DecimalField(
        label=_("Amount"),
        required=False, min_value=0, max_digits=20, decimal_places=2,
        error_messages={"invalid": _("Write the amount as a number")},
    )  # fmt: skip
    currency = forms.RegexField(
        r"^[A-Z]{3}$",
        label=_("Currency"),
        help_text=_("Three letters, for instance CNY."),
        required=False,
        error_messages={"invalid": _("Write the currency as three capital letters, for instance CNY")},
    )
    payer = Line(
        label=_("Who pays for the work?"),
        help_text=_("The registered name or number of the party. Leave empty if it is not known."),
        widget=PartyBox,
        required=False,
    )
    payer_country = forms.RegexField(
        r"^[A-Z]{2}$",
        label=_("From which country is it paid?"),
        help_text=_("Two letters, for instance CN."),
        required=False,
        error_messages={"invalid": _("Write the country as two capital letters, for instance CN")},
    )
    payment = WordChoice(PaymentMeans, label=_("How is it paid?"), required=False)
    keeps_core = YesNo(label=_("Does the giver keep the core of the work?"))
    client_consent = YesNo(label=_("Has the client consented in writing?"))
    awarded_on = Day(label=_("Awarded on"), required=False)
    decide_by = Day(
        label=_("Decision needed by"), help_text=_("The officers' list is in this order."), required=False
    )
    submission = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any, *, user: Any, project: m.Project, giver: m.Party) -> None:
        """Take the project and the party that passes the work on."""
        super().__init__(
            data, initial={"submission": uuid.uuid4(), "currency": project.currency, "level": project.level}
        )
        self.giver: m.Party = giver
        self.party: m.Party | None = None
        self.doer: m.Party | None = None
        self.pays: m.Party | None = None
        pack = regimes.pack(project.regime)
        self.fields["level"].choices = [(x.id, words(x.label.text)) for x in _levels(pack)]  # type: ignore[attr-defined]
        self.fields["categories"].choices = _categories(pack, project)  # type: ignore[attr-defined]
        if not self.fields["categories"].choices:  # type: ignore[attr-defined]
            del self.fields["categories"]
        offer_businesses(self, pack)
        self.fit(pack)
        # The papers come before the last question, by when it must be decided.
        own = [name for name in self.fields if name not in WithPapers.base_fields]
        self.order_fields([*own[: own.index("decide_by")], *WithPapers.base_fields])
        rows = m.Party.objects.visible_to(user).filter(merged_into=None).exclude(id=giver.id)[:SUGGESTED]
        names = [words(party_name(p)) for p in rows]
        for name in ("to_party", "performer", "payer"):
            self.fields[name].widget.suggestions = names

    def clean_to_party(self) -> str:
        """Find the one party that is meant."""
        self.party = one_party(self.cleaned_data["to_party"])
        return str(self.cleaned_data["to_party"])

    def clean_performer(self) -> str:
        """Find the party that does the work, if another one is named."""
        typed = str(self.cleaned_data["performer"])
        self.doer = one_party(typed) if typed else None
        return typed

    def clean_payer(self) -> str:
        """Find the party that pays, if one is named."""
        typed = str(self.cleaned_data["payer"])
        self.pays = one_party(typed) if typed else None
        return typed

    def clean_business(self) -> list[str]:
        """Refuse a business together with the word that it is none."""
        chosen(self.cleaned_data["business"])
        return list(self.cleaned_data["business"])

    def clean(self) -> dict[str, Any]:
        """Check the order of the days."""
        cleaned = super().clean() or self.cleaned_data
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        if starts and ends and ends < starts:
            self.add_error("ends", _("The last day is before the first day"))
        self.check_papers()
        return cleaned

    def terms(self) -> Terms | None:
        """Return what is asked as far as it is filled in; None while the party or the first day is open."""
        given = self.cleaned_data
        if self.party is None or not given.get("starts") or not given.get("level"):
            return None
        return Terms(
            to_party=self.party.id,
            scope=given.get("scope") or "",
            level=given["level"],
            starts=given["starts"],
            ends=given.get("ends"),
            categories=given.get("categories") or (),
            share=given.get("share"),
            amount=given.get("amount"),
            currency=given.get("currency") or "",
            keeps_core=given.get("keeps_core"),
            client_consent=given.get("client_consent"),
            awarded_on=given.get("awarded_on"),
            business=chosen(given.get("business") or []),
            performer=self.doer.id if self.doer else "itself",
            payer=self.pays.id if self.pays else None,
            payer_country=given.get("payer_country") or None,
            payment=given.get("payment"),
            consents=self.consents(),
            agreed=self.agreed(),
        )


class ReportedForm(forms.Form):
    """The day on which a subcontract was reported to the authority."""

    reported_on = Day(
        label=_("Reported to the authority on"), error_messages={"required": _("Enter the day of the report")}
    )


def offer_businesses(form: forms.Form, pack: Pack) -> None:
    """Offer the businesses on a pack's list, or drop the question where it has none."""
    listed = listed_businesses(pack)
    if listed:
        form.fields["business"].choices = [*listed, (NONE, _("None of these"))]  # type: ignore[attr-defined]
    else:
        del form.fields["business"]


def listed_businesses(pack: Pack) -> list[tuple[str, str]]:
    """Return the businesses that need a qualification of their own under a pack (QUA-05)."""
    setting = pack.rules.get("QUA-05")
    asked = setting.params.get("type") if setting and setting.enabled else None
    return [
        (c.id, words(c.label.text))
        for kind in pack.qualification_types
        if kind.id == asked
        for c in kind.categories
    ]


def _levels(pack: Pack) -> list[Any]:
    return sorted(pack.levels, key=lambda level: level.rank)


def _categories(pack: Pack, project: m.Project) -> list[tuple[str, str]]:
    kinds = [k for k in pack.main_types if k.id == project.qualification_type] or pack.main_types
    return [(c.id, words(c.label.text)) for k in kinds for c in k.categories]
