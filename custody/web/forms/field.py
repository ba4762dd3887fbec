"""What is asked of field work: equipment, a permit, zones and consents, and what was collected."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from custody import ground
from custody import models as m
from custody.actions import field_permits as actions
from custody.actions.base import ActionError
from custody.actions.field_work import Done
from custody.terms import Datum, EquipmentKind, HopState, Payment

from ..base import words
from ..names import party_name, person_label
from .fields import Day, Line, Paragraph, WordChoice, YesNo

HOUSE_WORK = "-"
MOST_OFFERED = 300
MOST_AREA = 200_000
_PLANNED = ("permit", "hop", "unit", "operator", "equipment")
"""What the plan of a collection has said already."""
_HASH = r"^[0-9a-f]{64}$"


def _parties(rows: Any) -> list[tuple[str, str]]:
    return sorted(((str(p.id), words(party_name(p))) for p in rows), key=lambda pair: pair[1])


class Geo(forms.FileField):
    """A GeoJSON file, whose value is its text; it may be pasted instead."""

    def __init__(self, label: Any, most: int) -> None:
        """Take at most so many bytes."""
        super().__init__(
            label=label,
            required=False,
            allow_empty_file=True,
            widget=forms.FileInput(attrs={"accept": ".geojson,.json"}),
        )
        self.most = most

    def to_python(self, data: Any) -> Any:
        """Return the text, empty where there is no file. Raises ValidationError."""
        upload = super().to_python(data)
        if upload is None:
            return ""
        body: bytes = upload.read(self.most + 1)
        if len(body) > self.most:
            raise ValidationError(_("The file is too large to be read."))
        try:
            return body.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise ValidationError(_("This is no text in UTF-8.")) from None


def _either(form: forms.Form, file: str, pasted: str, missing: Any) -> None:
    """Put the text of a file where the pasted one belongs; refuse none, and both unless the pasted one is
    what stood there."""
    said = form.cleaned_data
    text = said.pop(file, "")
    if file in form.errors or pasted in form.errors:
        return
    if text and said.get(pasted) not in ("", None, form.initial.get(pasted)):
        form.add_error(pasted, _("Give the file or the text, not both."))
    elif text:
        said[pasted] = text
    elif not said.get(pasted):
        form.add_error(file, missing)


def _hash(label: Any) -> forms.RegexField:
    return forms.RegexField(
        _HASH,
        label=label,
        required=False,
        error_messages={"invalid": _("Give the SHA-256 as 64 lower-case hexadecimal digits.")},
    )


class EquipmentForm(forms.Form):
    """A piece of equipment to register."""

    owner_party = forms.ChoiceField(label=_("Owner"), error_messages={"required": _("Choose the owner")})
    kind = WordChoice(EquipmentKind, label=_("Kind"), error_messages={"required": _("Choose the kind")})
    name = Line(label=_("Model"), max_length=200, error_messages={"required": _("Enter the model")})
    serial = Line(
        label=_("Serial number"), max_length=100, error_messages={"required": _("Enter the serial number")}
    )
    maker = Line(label=_("Maker"), max_length=200, error_messages={"required": _("Enter the maker")})
    country = Line(
        label=_("Country of the maker"),
        max_length=2,
        required=False,
        help_text=_("Two capital letters, such as CN."),
    )
    registered = YesNo(label=_("Is it registered by real name?"))
    registration = Line(label=_("Number of that registration"), max_length=100, required=False)

    def __init__(self, data: Any, *, parties: Any) -> None:
        """Take the parties for which the reader may register."""
        super().__init__(data)
        self.fields["owner_party"].choices = [("", "—"), *_parties(parties)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse a number of what is not registered, and registration without one."""
        said = super().clean() or {}
        if said.get("registered") is True and not said.get("registration"):
            self.add_error("registration", _("Enter the number of the registration"))
        if said.get("registered") is not True and said.get("registration"):
            self.add_error("registered", _("You give a number. Say that it is registered too."))
        return said

    def given(self) -> dict[str, Any]:
        """Return what the action takes."""
        said = dict(self.cleaned_data)
        registered = said.pop("registered")
        number = {True: said["registration"], False: "", None: None}[registered]
        return {**said, "owner_party": UUID(said["owner_party"]), "registration": number}


class PermitForm(forms.Form):
    """What a field permit is asked for."""

    hop = forms.ChoiceField(label=_("Who collects?"), error_messages={"required": _("Choose who collects")})
    operator = forms.ChoiceField(label=_("Operator"), error_messages={"required": _("Choose the operator")})
    equipment = forms.MultipleChoiceField(
        label=_("Equipment"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose the equipment")},
    )
    purpose = Paragraph(
        label=_("What is collected, and what for?"), error_messages={"required": _("Say what")}
    )
    starts = Day(label=_("First day"), error_messages={"required": _("Enter the first day")})
    ends = Day(label=_("Last day"), error_messages={"required": _("Enter the last day")})
    datum = WordChoice(
        Datum,
        label=_("Datum of the coordinates"),
        help_text=_("Nobody can see from coordinates that they are offset. Ask whoever drew the outline."),
        error_messages={"required": _("Choose the datum")},
    )
    area_file = Geo(_("Area as a GeoJSON file"), MOST_AREA)
    area = Paragraph(
        label=_("or its text, pasted"),
        max_length=MOST_AREA,
        rows=4,
        required=False,
        help_text=_("A polygon in degrees, longitude first, as mapping programs export it."),
    )
    airspace_number = Line(label=_("Number of the airspace approval"), max_length=100, required=False)
    airspace_authority = Line(label=_("Authority that gave it"), max_length=200, required=False)
    airspace_from = Day(label=_("Airspace approved from"), required=False)
    airspace_to = Day(label=_("Airspace approved until"), required=False)
    airspace_sha256 = _hash(_("SHA-256 of that paper as a file"))
    operator_licence = Line(label=_("Number of the operator's licence"), max_length=100, required=False)
    operating_certificate = Line(
        label=_("Number of the unit's operating certificate"), max_length=100, required=False
    )
    work_permit = Line(
        label=_("Number of the operator's surveying work permit"), max_length=100, required=False
    )
    uplink = YesNo(label=_("Will data leave the equipment live?"))
    payment = WordChoice(Payment, label=_("How is the work paid?"), required=False)

    def __init__(
        self,
        data: Any,
        files: Any,
        *,
        user: m.User,
        project: m.Project,
        units: Any,
        row: m.FieldPermit | None = None,
    ) -> None:
        """Take the project, and the hops (None: the owner itself) for which the reader may ask."""
        super().__init__(data, files, initial=_first(row) if row else None)
        self.project, self.units = project, {HOUSE_WORK if h is None else str(h.id): h for h in units}
        self._offer("hop", [(key, self._unit_name(hop)) for key, hop in self.units.items()])
        parties = {self._party(hop) for hop in self.units.values()}
        members = m.Membership.objects.current().filter(party__in=parties).values("person")
        people = m.Person.objects.filter(id__in=members)
        self._offer("operator", [(str(p.id), person_label(p)) for p in people])
        seen = m.Equipment.objects.visible_to(user) | m.Equipment.objects.filter(owner_party__in=parties)
        self.fields["equipment"].choices = [(str(e.id), str(e)) for e in seen.distinct()[:MOST_OFFERED]]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Read the outline."""
        said = super().clean() or {}
        _either(self, "area_file", "area", _("Choose the file with the outline, or paste it"))
        if said.get("area") and said.get("datum"):
            try:
                said["outline"] = actions.outlined(said["area"], said["datum"], self.project.regime)
            except ActionError as error:
                raise ValidationError({error.about: words(error.text)}) from error
        return said

    def terms(self) -> actions.PermitTerms:
        """Return the terms of a valid form."""
        said = dict(self.cleaned_data)
        hop = self.units[said.pop("hop")]
        outline: ground.Outline = said.pop("outline")
        del said["area"]
        return actions.PermitTerms(
            **{
                **said,
                "hop": hop.id if hop else None,
                "unit": self._party(hop),
                "operator": UUID(said["operator"]),
                "equipment": [UUID(id) for id in said["equipment"]],
                "area": outline,
            }
        )

    def _party(self, hop: m.Hop | None) -> UUID:
        return hop.to_party_id if hop else self.project.owner_party_id

    def _unit_name(self, hop: m.Hop | None) -> str:
        return hop_name(hop) if hop else words(party_name(self.project.owner_party))

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = [("", "—"), *choices]  # type: ignore[attr-defined]


def _first(row: m.FieldPermit) -> dict[str, Any]:
    names = set(PermitForm.base_fields) - {"hop", "operator", "uplink", "area_file"}
    found = {name: getattr(row, name) for name in names}
    uplink = {True: "yes", False: "no", None: ""}[row.uplink]
    return {**found, "hop": str(row.hop_id or HOUSE_WORK), "operator": str(row.operator_id), "uplink": uplink}


class DoneForm(forms.Form):
    """What was collected, with or without a permit."""

    permit = forms.ChoiceField(
        label=_("Under which permit?"),
        required=False,
        help_text=_("Leave empty where there was none. It is recorded all the same, as a finding."),
    )
    hop = forms.ChoiceField(
        label=_("Under which subcontract?"),
        required=False,
        help_text=_("Leave empty where it is the permit's, the only one of who collected, or none."),
    )
    unit = forms.ChoiceField(
        label=_("Who collected?"), error_messages={"required": _("Choose who collected")}
    )
    operator = forms.ChoiceField(label=_("Operator"), error_messages={"required": _("Choose the operator")})
    equipment = forms.ChoiceField(
        label=_("Equipment"), error_messages={"required": _("Choose the equipment")}
    )
    collected_on = Day(label=_("On which day?"), error_messages={"required": _("Enter the day")})
    uplink = YesNo(label=_("Did data leave the equipment live?"))
    payment = WordChoice(Payment, label=_("How was the work paid?"), required=False)
    remark = Paragraph(label=_("Remark"), required=False, rows=2)

    def __init__(
        self, data: Any, *, user: m.User, project: m.Project, row: m.Collection | None = None
    ) -> None:
        """Offer the permits of the project, and who and what may be named; ``row`` is a plan."""
        super().__init__(data, initial={"collected_on": row.collected_on} if row else None)
        self.row = row
        if row:
            for name in _PLANNED:
                del self.fields[name]
            return
        permits = m.FieldPermit.objects.visible_to(user).filter(project=project)
        named = [(str(p.id), f"{p.purpose[:60]} · {p.starts}") for p in permits[:MOST_OFFERED]]
        parties = m.Party.objects.visible_to(user)
        people = m.Person.objects.visible_to(user)[:1000]
        equipment = m.Equipment.objects.visible_to(user)[:1000]
        for name, choices in (
            ("permit", named),
            ("hop", _hops(user, project)),
            ("unit", _parties(parties)),
            ("operator", [(str(p.id), person_label(p)) for p in people]),
            ("equipment", [(str(e.id), str(e)) for e in equipment]),
        ):
            self.fields[name].choices = [("", "—"), *choices]  # type: ignore[attr-defined]

    def done(self) -> Done:
        """Return what the action takes."""
        said = dict(self.cleaned_data)
        if self.row:
            return Done(**{n: getattr(self.row, f"{n}_id") for n in _PLANNED}, **said)
        ids: dict[str, Any] = {n: UUID(key) if (key := said.pop(n)) else None for n in _PLANNED}
        return Done(**ids, **said)


def _hops(user: m.User, project: m.Project) -> list[tuple[str, str]]:
    """Return the subcontracts of a project that a reader may name, those above first."""
    rows = m.Hop.objects.visible_to(user).filter(project=project).exclude(state=HopState.WITHDRAWN)
    return [(str(h.id), hop_name(h)) for h in rows.select_related("to_party").order_by("path")[:MOST_OFFERED]]


def hop_name(hop: m.Hop) -> str:
    """Return what people call a subcontract: to whom it goes, and for what."""
    return f"{words(party_name(hop.to_party))} · {hop.scope[:60]}"


class PlanForm(forms.Form):
    """A flight or field day to come."""

    equipment = forms.ChoiceField(
        label=_("Equipment"), error_messages={"required": _("Choose the equipment")}
    )
    collected_on = Day(label=_("On which day?"), error_messages={"required": _("Enter the day")})
    remark = Paragraph(label=_("Remark"), required=False, rows=2)

    def __init__(self, data: Any, *, row: m.FieldPermit) -> None:
        """Take the permit."""
        super().__init__(data)
        rows = m.Equipment.objects.filter(id__in=row.equipment)
        self.fields["equipment"].choices = [("", "—"), *((str(e.id), str(e)) for e in rows)]  # type: ignore[attr-defined]


class OutputForm(forms.Form):
    """The items that came of a collection."""

    outputs = forms.MultipleChoiceField(
        label=_("Items"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Register them as items of the project first."),
        error_messages={"required": _("Choose the items")},
    )

    def __init__(self, data: Any, *, user: m.User, row: m.Collection) -> None:
        """Offer the items of the project, the newest first."""
        super().__init__(data)
        items = m.Item.objects.visible_to(user).filter(project=row.project_id).order_by("-created_at")
        self.fields["outputs"].choices = [(str(i.id), i.codename) for i in items[:MOST_OFFERED]]  # type: ignore[attr-defined]


class ReviewForm(forms.Form):
    """What a review of the output came to."""

    review = Paragraph(
        label=_("What did the review come to?"), error_messages={"required": _("Say what it came to")}
    )


class ZonesForm(forms.Form):
    """A new list of all sensitive zones."""

    datum = WordChoice(
        Datum, label=_("Datum of the coordinates"), error_messages={"required": _("Choose the datum")}
    )
    note = Line(
        label=_("Where do they come from?"), max_length=300, error_messages={"required": _("Say where")}
    )
    file = Geo(_("Zones as a GeoJSON file"), ground.LONGEST)
    geojson = Paragraph(
        label=_("or its text, pasted"),
        max_length=ground.LONGEST,
        rows=4,
        required=False,
        help_text=_(
            "A FeatureCollection of all zones: it replaces the list before. Each feature has a name and may "
            "have an authority."
        ),
    )

    def clean(self) -> dict[str, Any]:
        """Take the file or the text."""
        said = super().clean() or {}
        _either(self, "file", "geojson", _("Choose the file with the zones, or paste them"))
        return said


class ZoneConsentForm(forms.Form):
    """A zone authority's written consent to the area of a permit."""

    zone = forms.TypedChoiceField(
        label=_("Zone"), coerce=int, error_messages={"required": _("Choose the zone")}
    )
    reference = Line(
        label=_("Number of the consent"), max_length=200, error_messages={"required": _("Enter its number")}
    )
    authority = Line(
        label=_("Authority that gave it"),
        max_length=200,
        error_messages={"required": _("Enter the authority")},
    )
    given_on = Day(label=_("Given on"), error_messages={"required": _("Enter the day")})
    document_sha256 = _hash(_("SHA-256 of that paper as a file"))

    def __init__(self, data: Any, *, zones: list[tuple[int, str]]) -> None:
        """Take the zones that the area meets, by their places."""
        super().__init__(data)
        self.fields["zone"].choices = [("", "—"), *((str(n), name) for n, name in zones)]  # type: ignore[attr-defined]
