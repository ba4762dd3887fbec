"""What is asked when something enters a register: names as the actions take them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from custody import models as m
from custody import regimes
from custody.actions.parties import alike
from custody.actions.projects import COPIES_PER_ACT
from custody.regions import REGIONS
from custody.regions import name as region_name
from custody.screening.likeness import Named
from custody.terms import Network, PartyKind, Role, SystemKind, SystemState

from ..base import words
from ..names import party_name, regime_name
from ..uploads import with_file
from . import devices
from .fields import Day, Hash, Line, Paragraph, WordChoice
from .items import Classified

Choices = list[tuple[str, str]]


class Register(forms.Form):
    """A form for one register; ``row`` is the thing whose page it belongs to, None at the top."""

    def __init__(self, data: Any, files: Any = None, *, user: m.User, row: Any) -> None:
        """Take what was typed; a subclass fills its choices in ``fit``."""
        super().__init__(data, files)
        self.user, self.row = user, row
        self.fit()

    def fit(self) -> None:
        """Fill the choices that depend on who asks and on the row."""

    def given(self) -> dict[str, Any]:
        """Return the answers under the names of the action."""
        return with_file(self.cleaned_data)

    def offer(self, name: str, choices: Choices) -> None:
        """Set the choices of a field, none chosen at first."""
        self.fields[name].choices = [("", "—"), *choices]  # type: ignore[attr-defined]


def parties(user: m.User) -> Choices:
    """Return the parties that a user may name."""
    rows = m.Party.objects.visible_to(user)
    return sorted(
        ((str(p.id), words(party_name(p))) for p in rows.filter(merged_into=None)), key=lambda pair: pair[1]
    )


def known_regions(*more: str) -> Choices:
    """Return the regions that can be named, with those that projects have, ``more`` and their names."""
    used = m.Project.objects.exclude(region="").values_list("region", flat=True).distinct()
    return sorted((code, words(region_name(code))) for code in {*REGIONS, *used, *filter(None, more)})


class PartyForm(Register):
    """A party: who it is, under which number it is registered."""

    kind = WordChoice(PartyKind, label=_("Kind"), error_messages={"required": _("Choose the kind of party")})
    name = Line(label=_("Name of the party"), error_messages={"required": _("Enter the name of the party")})
    other_name = Line(
        label=_("Other name"), help_text=_("In the other script, or a former one."), required=False
    )
    country = forms.RegexField(
        r"^[A-Z]{2}$",
        label=_("Country (two letters)"),
        error_messages={
            "required": _("Enter the country"),
            "invalid": _("Write the country as two capital letters, for instance CN"),
        },
    )
    scheme = Line(
        label=_("Register that gave the number"),
        help_text=_("For instance USCC, UEI or LEI."),
        required=False,
        max_length=16,
    )
    number = Line(label=_("Registration number"), required=False, max_length=64)

    def fit(self) -> None:
        """Ask whether it is another party where one that looks like it is registered."""
        typed = {name: self.data.get(name, "") for name in ("name", "other_name")} if self.is_bound else {}
        who = Named("", {called: name for called, name in typed.items() if name}, {})
        like = alike(who, m.Party.objects.visible_to(self.user)) if who.names else []
        if like:
            names = ", ".join(words(party_name(a.party)) for a in like[:5])
            self.fields["sure"] = forms.BooleanField(
                label=_("It is another party than: %(names)s") % {"names": names},
                error_messages={
                    "required": _(
                        "This looks like a registered party. Open that one, or say that it is another."
                    )
                },
            )

    def clean(self) -> dict[str, Any]:
        """A number needs the register that gave it, and the other way round."""
        cleaned = super().clean() or self.cleaned_data
        if bool(cleaned.get("scheme")) is not bool(cleaned.get("number")):
            self.add_error("number", _("Enter both the register and the number, or neither"))
        return cleaned

    def given(self) -> dict[str, Any]:
        """Return the answers with the number as the action takes it."""
        found = super().given()
        found.pop("sure", None)
        scheme, number = found.pop("scheme").upper(), found.pop("number")
        return {**found, "identifiers": {scheme: number} if number else {}}


class PersonForm(Register):
    """A person: name as its owner writes it, and the number that tells people of one name apart."""

    name = Line(label=_("Name"), max_length=200, error_messages={"required": _("Enter the name")})
    staff_number = Line(
        label=_("Staff number"), max_length=40, error_messages={"required": _("Enter the staff number")}
    )
    citizenships = forms.RegexField(
        r"^[A-Z]{2}([ ,;]+[A-Z]{2})*$",
        label=_("Citizenships"),
        help_text=_("Two capital letters each, for instance CN. Leave empty if not known."),
        required=False,
        max_length=60,
        error_messages={"invalid": _("Write each country as two capital letters, for instance CN")},
    )

    def given(self) -> dict[str, Any]:
        """Return the answers; no citizenship means that it is not known."""
        found = super().given()
        codes = found["citizenships"].replace(",", " ").replace(";", " ").split()
        return {**found, "citizenships": codes or None}


class MembershipForm(Register):
    """A role of a person for a party."""

    party = forms.ChoiceField(label=_("For which party?"), error_messages={"required": _("Choose the party")})
    role = WordChoice(Role, label=_("Role"), error_messages={"required": _("Choose the role")})
    starts = Day(label=_("First day"), error_messages={"required": _("Enter the first day")})
    ends = Day(label=_("Last day"), help_text=_("Leave empty for no end."), required=False)

    def fit(self) -> None:
        """Offer the parties; the role begins today unless said otherwise."""
        self.offer("party", parties(self.user))
        self.fields["starts"].initial = timezone.localdate()


class SignInForm(Register):
    """A user name and a first password."""

    username = Line(
        label=_("User name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "username"}),
        error_messages={"required": _("Enter a user name")},
    )
    password = forms.CharField(
        label=_("First password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": _("Enter a first password")},
    )


class EndFactorsForm(Register):
    """Why somebody's factors are ended."""

    reason = Paragraph(
        label=_("Reason (kept in the ledger)"),
        help_text=_("What was lost, and how you know that it is this person who asks."),
        max_length=1000,
        error_messages={"required": _("Give the reason")},
    )


class EndSessionsForm(Register):
    """Why somebody's sessions are ended."""

    reason = Paragraph(
        label=_("Reason (kept in the ledger)"),
        max_length=1000,
        error_messages={"required": _("Give the reason")},
    )


class IdentityForm(Register):
    """Which account at the sign-in provider is this person's."""

    sign_in = forms.ChoiceField(
        label=_("Sign-in"), error_messages={"required": _("Choose the sign-in of this person")}
    )
    subject = Line(
        label=_("Subject of the account"),
        help_text=_(
            "What the provider calls it in the claim “sub”, for instance a UUID: not a name, not a mail "
            "address. Whoever signs in with an account that is not known here is shown theirs."
        ),
        max_length=255,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
        error_messages={"required": _("Enter the subject")},
    )

    def fit(self) -> None:
        """Offer the sign-ins of the person; the only one is chosen."""
        rows = m.User.objects.filter(person=self.row.id, is_active=True).order_by("username")
        found = [(str(row.pk), row.username) for row in rows]
        self.offer("sign_in", found)
        if len(found) == 1:
            self.fields["sign_in"].initial = found[0][0]


class EndIdentityForm(Register):
    """Why an account at the provider signs a person in no more."""

    reason = Paragraph(
        label=_("Reason (kept in the ledger)"),
        max_length=1000,
        error_messages={"required": _("Give the reason")},
    )


class HoldForm(Register):
    """Why a legal hold is put on a person or lifted, and who ordered it."""

    reason = Paragraph(
        label=_("Reason (kept in the ledger)"),
        max_length=1000,
        error_messages={"required": _("Give the reason")},
    )
    ordered_by = Line(
        label=_("On whose order?"),
        help_text=_("A court, an authority, or a person. It is recorded."),
        max_length=200,
        error_messages={"required": _("Say who ordered it")},
    )


class GrantForm(Register):
    """A regulator's leave to read one project, or all of a party or a region."""

    project = forms.ChoiceField(label=_("One project"), required=False)
    party = forms.ChoiceField(
        label=_("Or all projects that this party owns"),
        help_text=_("Not those in which it is a subcontractor only."),
        required=False,
    )
    region = forms.ChoiceField(
        label=_("Or all projects done in this region"),
        help_text=_("Not those of which no region is recorded."),
        required=False,
    )
    starts = Day(label=_("First day"), error_messages={"required": _("Enter the first day")})
    ends = Day(label=_("Last day"), error_messages={"required": _("Enter the last day")})

    def fit(self) -> None:
        """Offer the projects."""
        rows = m.Project.objects.visible_to(self.user)
        self.offer("project", [(str(p.id), str(p)) for p in rows])
        self.offer("party", parties(self.user))
        self.offer("region", known_regions())
        self.fields["starts"].initial = timezone.localdate()

    def clean(self) -> dict[str, Any]:
        """It is of exactly one of the three."""
        cleaned = super().clean() or self.cleaned_data
        if sum(bool(cleaned.get(name)) for name in ("project", "party", "region")) > 1:
            self.add_error("region", _("Choose one of the three: a project, a party or a region"))
        elif not any(cleaned.get(name) for name in ("project", "party", "region")):
            self.add_error("project", _("Choose a project, a party or a region"))
        return cleaned

    def given(self) -> dict[str, Any]:
        """Return the answers, None for what it is not of."""
        return super().given() | {name: self.cleaned_data[name] or None for name in ("project", "party")}


class RegionForm(Register):
    """In which region a project is done."""

    region = forms.ChoiceField(label=_("Region"), required=False)
    reason = Paragraph(
        label=_("Reason (kept in the ledger)"),
        max_length=1000,
        error_messages={"required": _("Give the reason")},
    )

    def fit(self) -> None:
        """Begin with what is recorded."""
        self.offer("region", known_regions(self.row.region))
        self.fields["region"].initial = self.row.region


class SystemForm(Register):
    """A computer, vault, medium or site, with the level it is accredited for in each family of regimes."""

    name = Line(
        label=_("Name of the system"),
        max_length=200,
        error_messages={"required": _("Enter the name of the system")},
    )
    kind = WordChoice(SystemKind, label=_("Kind"), error_messages={"required": _("Choose the kind")})
    owner_party = forms.ChoiceField(label=_("Owner"), error_messages={"required": _("Choose the owner")})
    network = WordChoice(
        Network, label=_("Network"), error_messages={"required": _("Choose how it is connected")}
    )
    provision, inventory_number, accreditation, country = devices.asked()
    tested_on = Day(label=_("Last tested on"), required=False)

    def fit(self) -> None:
        """Offer the owners, and a level for each family."""
        self.offer("owner_party", parties(self.user))
        self.fields |= devices.levels()

    def given(self) -> dict[str, Any]:
        """Return the answers with the levels as the action takes them."""
        return devices.with_levels(super().given())


class ProjectForm(Register):
    """A project: its code, its regime and ceiling, for whom."""

    code = Line(label=_("Code"), max_length=40, error_messages={"required": _("Enter the code")})
    title = Line(label=_("Title"), error_messages={"required": _("Enter the title")})
    ceiling = forms.ChoiceField(
        label=_("Regime and highest classification"),
        error_messages={"required": _("Choose the regime and the highest classification")},
    )
    owner_party = forms.ChoiceField(label=_("Owner"), error_messages={"required": _("Choose the owner")})
    client_party = forms.ChoiceField(label=_("Client"), required=False)
    ultimate_client_party = forms.ChoiceField(
        label=_("Ultimate client"),
        help_text=_("For whom the work is done in the end. Unknown clients block handoffs."),
        required=False,
    )
    qualification = forms.ChoiceField(label=_("Qualification asked for"), required=False)
    categories = forms.MultipleChoiceField(
        label=_("Categories of work"),
        help_text=_("The rules ask that a qualification covers them."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    contract_number = Line(label=_("Contract"), max_length=100, required=False)
    region = forms.ChoiceField(
        label=_("Region"),
        help_text=_("Where the work is done. Regulators of that region may be let read it."),
        required=False,
    )

    def fit(self) -> None:
        """Offer the levels of each regime, the site's own first."""
        self.offer("region", known_regions())
        site = m.Site.objects.first()
        own = site.regime if site else ""
        names = sorted(regimes.all_names(), key=lambda name: name != own)
        groups = [
            (
                words(regime_name(name)),
                [(f"{name}|{level.id}", words(level.label.text)) for level in regimes.pack(name).levels],
            )
            for name in names
        ]
        self.fields["ceiling"].choices = [("", "—"), *groups]  # type: ignore[attr-defined]
        kinds = {k.id: k for name in names for k in regimes.pack(name).main_types}
        self.fields["qualification"].choices = [  # type: ignore[attr-defined]
            ("", "—"),
            *(
                (words(k.label.text), [(f"{k.id}|{g.id}", words(g.label.text)) for g in k.grades])
                for k in kinds.values()
            ),
        ]
        self.offered = {k.id: {c.id: words(c.label.text) for c in k.categories} for k in kinds.values()}
        self.fields["categories"].choices = [  # type: ignore[attr-defined]
            pair for offered in self.offered.values() for pair in offered.items()
        ]
        known = parties(self.user)
        self.offer("owner_party", known)
        self.offer("client_party", known)
        self.offer("ultimate_client_party", known)
        if site:
            self.fields["owner_party"].initial = str(site.operator_id)

    def clean(self) -> dict[str, Any]:
        """Categories are those of the qualification that is asked for."""
        cleaned = super().clean() or self.cleaned_data
        offered = self.offered.get(cleaned.get("qualification", "").partition("|")[0], {})
        if set(cleaned.get("categories", ())) - set(offered):
            self.add_error("categories", _("Choose the qualification that these categories belong to"))
        return cleaned

    def given(self) -> dict[str, Any]:
        """Return the answers with regime and level apart."""
        found = super().given()
        regime, _bar, level = found.pop("ceiling").partition("|")
        type, _bar, grade = found.pop("qualification").partition("|")
        found |= {"qualification_type": type, "qualification_grade": grade}
        return {**found, "regime": regime, "level": level} | {
            name: found[name] or None for name in ("client_party", "ultimate_client_party")
        }


class ItemForm(Classified, Register):
    """A data item, by codename and hash; its content stays outside. How it is classified is proposed with it,
    or later."""

    field_order = ("codename", "level", "sha256")
    codename = Line(
        label=_("Codename"),
        help_text=_("Not the sheet's own name: it is printed on labels and receipts."),
        max_length=100,
        error_messages={"required": _("Enter the codename")},
    )
    level = forms.ChoiceField(
        label=_("Classification"), error_messages={"required": _("Choose the classification")}
    )
    sha256 = Hash(
        label=_("SHA-256 of the content"),
        help_text=_("For digital content: 64 lower-case hexadecimal digits."),
        required=False,
    )

    def fit(self) -> None:
        """Offer the levels of the project's regime."""
        pack = regimes.pack(self.row.regime)
        self.offer("level", [(level.id, words(level.label.text)) for level in pack.levels])
        self.offer_choices(self.user, self.row)

    def given(self) -> dict[str, Any]:
        """Return the answers, how it is classified as one."""
        plain = {name: self.cleaned_data[name] for name in ("codename", "level", "sha256")}
        return {**plain, "classified": self.classification()}


class CopiesForm(Register):
    """How many copies of an item are numbered, and where they are kept."""

    count = forms.IntegerField(
        label=_("How many copies?"),
        min_value=1,
        max_value=COPIES_PER_ACT,
        error_messages={
            "required": _("Enter how many copies"),
            "invalid": _("Enter a whole number"),
            "min_value": _("Number 1 to 200 copies at a time"),
            "max_value": _("Number 1 to 200 copies at a time"),
        },
    )
    system = forms.ChoiceField(label=_("Kept in"), required=False)

    def fit(self) -> None:
        """Offer the owner's systems."""
        rows = m.System.objects.visible_to(self.user).filter(
            owner_party=self.row.project.owner_party_id, state=SystemState.ACTIVE
        )
        self.offer("system", [(str(s.id), s.name) for s in rows])

    def given(self) -> dict[str, Any]:
        """Return the answers; no system means that it is not said."""
        found = super().given()
        return {**found, "system": found["system"] or None}
