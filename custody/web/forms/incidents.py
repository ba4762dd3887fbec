"""What is asked of an incident: its report in three fields, and each step after it."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from custody import finding
from custody import models as m
from custody.actions import incidents as actions

from ..base import signed_in, words
from ..names import party_name, person_label
from ..uploads import Evidence
from .fields import Line, Paragraph

LISTED = 300
TEXT = 10_000


class When(forms.DateTimeField):
    """A day and a time of day in the zone of the site."""

    def __init__(self, **kwargs: Any) -> None:
        """Take what a DateTimeField takes."""
        kwargs.setdefault(
            "widget", forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        )
        messages = {
            "invalid": _("Write day and time, for instance 2026-11-21 14:30"),
            **kwargs.pop("error_messages", {}),
        }
        formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"]
        super().__init__(error_messages=messages, input_formats=formats, **kwargs)

    def clean(self, value: Any) -> dt.datetime | None:
        """Return the moment. Raises ValidationError, also for a year that no record can be about."""
        found: dt.datetime | None = super().clean(value)
        if found is not None and not 1949 <= found.year <= 2199:
            raise forms.ValidationError(_("This date lies too far back or ahead"), "invalid")
        return found


class Numbers(Paragraph):
    """Numbers of copies, typed or scanned, apart by spaces, commas or lines; their value is the copies."""

    def __init__(self, **kwargs: Any) -> None:
        """Take what a Paragraph takes; which copies may be named is set by the form."""
        self.rows: Any = m.Copy.objects.none()
        super().__init__(rows=2, max_length=TEXT, **kwargs)

    def clean(self, value: Any) -> list[UUID]:
        """Return the copies, each once. Raises ValidationError naming the first number that is none."""
        typed = super().clean(value)
        asked = typed.replace(",", " ").replace("，", " ").replace("、", " ").replace(";", " ").split()
        meant = {one: finding.codes(one)[0] for one in asked}
        all_ = [code for codes in meant.values() for code in codes]
        found = dict(self.rows.filter(code__in=all_).values_list("code", "id"))
        kept = []
        for one, codes in meant.items():
            ids = [found[code] for code in codes if code in found]
            if len(ids) != 1:
                raise forms.ValidationError(
                    _("%(number)s is no copy that you may see in this project") % {"number": one}, "invalid"
                )
            kept.append(ids[0])
        return list(dict.fromkeys(kept))


def _choices(rows: Iterable[tuple[Any, Any]]) -> list[tuple[str, Any]]:
    return [("", "—"), *((str(id), name) for id, name in rows)]


class About(forms.Form):
    """Which copies, party and person something is about."""

    copies = Numbers(
        label=_("Which copies? Their numbers, if you know them"),
        help_text=_("For instance HF-000123-X. Several apart by spaces."),
        required=False,
    )
    party = forms.ChoiceField(label=_("Which party?"), required=False)
    person = forms.ChoiceField(label=_("Which person?"), required=False)

    def offer(self, user: m.User, project: m.Project) -> None:
        """Offer what this reader may see of a project."""
        self.fields["copies"].rows = m.Copy.objects.visible_to(user).filter(item__project=project)  # type: ignore[attr-defined]
        concerned = actions.parties_of(project)
        parties = m.Party.objects.visible_to(user).filter(id__in=concerned).order_by("name")[:LISTED]
        named = [(p.id, words(party_name(p))) for p in parties]
        self.fields["party"].choices = _choices(named)  # type: ignore[attr-defined]
        stand = m.Membership.objects.filter(party__in=concerned).values("person")
        people = m.Person.objects.visible_to(user).filter(id__in=stand).order_by("name")[:LISTED]
        self.fields["person"].choices = _choices((p.id, person_label(p)) for p in people)  # type: ignore[attr-defined]

    def about(self) -> dict[str, Any]:
        """Return what is named."""
        given = self.cleaned_data
        one = {name: UUID(given[name]) if given[name] else None for name in ("party", "person")}
        return {"copies": given["copies"], **one}


def opened_from(request: HttpRequest, project: m.Project) -> dict[str, Any]:
    """Return what is known of an incident by the page its form was opened from, as far as the reader may see
    that: the numbers of copies, or what was collected or found, where, and by whom."""
    user, asked = signed_in(request), {}
    for name in ("copy", "handoff", "collection", "stray"):
        with contextlib.suppress(ValueError):
            asked[name] = UUID(request.GET.get(name, ""))
    copies = m.Copy.objects.visible_to(user).filter(item__project=project).order_by("code")
    for name, column in (("copy", "id"), ("handoff", "lines__handoff")):
        if name in asked:
            found = copies.filter(**{column: asked[name]}).values_list("code", flat=True)
            return {"copies": " ".join(found[: actions.MOST])}
    flown = m.Collection.objects.visible_to(user).filter(project=project, id=asked.get("collection"))
    for row in flown:
        said = _("Collected without leave on %(day)s, against %(rules)s")
        what = said % {"day": row.collected_on.isoformat(), "rules": ", ".join(row.findings)}
        return {"what": what, "party": row.unit_id, "person": row.operator_id}
    strays = m.Stray.objects.visible_to(user).filter(item__project=project, id=asked.get("stray"))
    for one in strays.select_related("item", "system"):
        said = _("%(item)s lies on %(system)s, where no copy of it is registered: %(path)s")
        what = said % {"item": one.item.codename, "system": one.system.name, "path": one.path}
        return {"what": what, "party": one.system.owner_party_id}
    return {}


class IncidentForm(About):
    """What happened, when it was noticed, and what it is about, or that this is not known."""

    what = Paragraph(
        label=_("What happened?"),
        max_length=TEXT,
        rows=4,
        error_messages={"required": _("Say what happened")},
    )
    noticed_at = When(
        label=_("When was it noticed?"),
        help_text=_("It is kept as you state it; the clock runs from now."),
        error_messages={"required": _("Say when it was noticed")},
    )
    unknown = forms.BooleanField(label=_("It is not known which"), required=False)
    evidence_file = Evidence(label=_("A picture or paper that shows it"))
    sure = forms.BooleanField(
        label=_("I report it all the same; this is recorded"), required=False, widget=forms.HiddenInput
    )
    field_order = ("what", "noticed_at", "copies", "party", "person", "unknown", "evidence_file", "sure")

    def __init__(
        self, data: Any, sent: Any, *, user: m.User, project: m.Project, opened: Mapping[str, Any]
    ) -> None:
        """Take the project, and what is known already where the page was opened from."""
        super().__init__(data, sent, initial={"noticed_at": timezone.localtime(), **opened})
        self.offer(user, project)

    def add_error(self, field: str | None, error: Any) -> None:
        """Ask whether the reporter is sure, once there is something to be sure of."""
        super().add_error(field, error)
        if field == "sure":
            self.fields["sure"].widget = forms.CheckboxInput()

    def told(self) -> actions.Told:
        """Return what is reported."""
        given = self.cleaned_data
        return actions.Told(
            what=given["what"],
            noticed_at=given["noticed_at"],
            unknown=given["unknown"],
            sure=given["sure"],
            **self.about(),
        )


class _Seen(forms.Form):
    """The entry under which an incident was seen."""

    seen = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any, row: m.Incident, user: m.User) -> None:
        """Take the incident as it is shown now."""
        super().__init__(data, initial={"seen": row.entry})

    def given(self) -> dict[str, Any]:
        """Return what the action takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


class CorrectionForm(About, _Seen):
    """What was reported, as it should be."""

    what = Paragraph(
        label=_("What happened?"),
        max_length=TEXT,
        rows=4,
        error_messages={"required": _("Say what happened")},
    )
    noticed_at = When(
        label=_("When was it noticed?"), error_messages={"required": _("Say when it was noticed")}
    )
    reason = Paragraph(
        label=_("What was wrong? (kept in the ledger)"), error_messages={"required": _("Give the reason")}
    )
    field_order = ("what", "noticed_at", "copies", "party", "person", "reason", "seen")

    def __init__(self, data: Any, row: m.Incident, user: m.User) -> None:
        """Begin with what is recorded."""
        super().__init__(data, row, user)
        self.was = row.noticed_at
        codes = m.Copy.objects.filter(id__in=row.copies).order_by("code").values_list("code", flat=True)
        self.initial = {
            **self.initial,
            "what": row.what,
            "noticed_at": timezone.localtime(row.noticed_at),
            "copies": " ".join(codes),
            "party": str(row.party_id or ""),
            "person": str(row.person_id or ""),
        }
        self.offer(user, row.project)

    def given(self) -> dict[str, Any]:
        """Return the report as it should be. A time that nobody touched keeps its seconds."""
        given = {**super().given(), **self.about()}
        if given["noticed_at"] == self.was.replace(second=0, microsecond=0):
            given["noticed_at"] = self.was
        return given


class NoteForm(_Seen):
    """A note that goes with a step."""

    note = Paragraph(label=_("Note (kept in the ledger)"), error_messages={"required": _("Write a note")})
    field_order = ("note", "seen")


class NotifyForm(_Seen):
    """Who was told, under which number, and when."""

    authority = Line(
        label=_("Which authority?"), max_length=200, error_messages={"required": _("Name the authority")}
    )
    reference = Line(
        label=_("Number that it gave"), max_length=100, error_messages={"required": _("Enter the number")}
    )
    notified_at = When(
        label=_("When was it told?"),
        help_text=_("It is kept as you state it; the clock stops now."),
        error_messages={"required": _("Say when it was told")},
    )
    field_order = ("authority", "reference", "notified_at", "seen")

    def __init__(self, data: Any, row: m.Incident, user: m.User) -> None:
        """Begin with now."""
        super().__init__(data, row, user)
        self.initial["notified_at"] = timezone.localtime()


class CloseForm(_Seen):
    """What was found, and what followed."""

    findings = Paragraph(
        label=_("What was found out?"), max_length=TEXT, error_messages={"required": _("Say what was found")}
    )
    sanctions = Paragraph(label=_("What followed, and for whom?"), max_length=TEXT, required=False)
    field_order = ("findings", "sanctions", "seen")


class DismissForm(_Seen):
    """Why there was nothing."""

    reason = Paragraph(
        label=_("Why was it a false alarm?"), error_messages={"required": _("Give the reason")}
    )
    field_order = ("reason", "seen")


class HoldForm(_Seen):
    """What to hold: copies by number, all that a party holds now, or a party itself."""

    copies = Numbers(
        label=_("Which copies? Their numbers"),
        help_text=_("For instance HF-000123-X. Several apart by spaces."),
        required=False,
    )
    copies_of = forms.ChoiceField(label=_("All copies that this party holds now"), required=False)
    party = forms.ChoiceField(
        label=_("This party: nothing new goes to it or on from it"),
        required=False,
    )
    reason = Paragraph(label=_("Why?"), error_messages={"required": _("Give the reason")})
    field_order = ("copies", "copies_of", "party", "reason", "seen")

    def __init__(self, data: Any, row: m.Incident, user: m.User) -> None:
        """Begin with the copies that the incident names and does not hold yet."""
        super().__init__(data, row, user)
        seen = m.Copy.objects.visible_to(user).filter(item__project=row.project_id)
        self.fields["copies"].rows = seen  # type: ignore[attr-defined]
        held = m.IncidentHold.objects.live().filter(incident=row, copy__isnull=False).values("copy")
        named = seen.filter(id__in=row.copies).exclude(id__in=held).order_by("code")
        self.initial["copies"] = " ".join(named.values_list("code", flat=True))
        parties = m.Party.objects.visible_to(user).filter(id__in=actions.parties_of(row.project))
        choices = _choices((p.id, words(party_name(p))) for p in parties.order_by("name")[:LISTED])
        for name in ("copies_of", "party"):
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        """Return what is to be held."""
        given = super().given()
        one = {name: UUID(given[name]) if given[name] else None for name in ("copies_of", "party")}
        return {**given, **one}


class ReleaseForm(_Seen):
    """What to let go of all that is held, and why."""

    holds = forms.MultipleChoiceField(
        label=_("What is released?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose what is released")},
    )
    reason = Paragraph(label=_("Why?"), error_messages={"required": _("Give the reason")})
    field_order = ("holds", "reason", "seen")

    def __init__(self, data: Any, row: m.Incident, user: m.User) -> None:
        """Offer what it holds now."""
        super().__init__(data, row, user)
        live = m.IncidentHold.objects.live().filter(incident=row).select_related("copy__item", "party")
        self.fields["holds"].choices = [(str(one.id), held_name(one)) for one in live]  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        """Return what is to be let go."""
        given = super().given()
        return {**given, "holds": [UUID(id) for id in given["holds"]]}


def held_name(one: m.IncidentHold) -> str:
    """Return what a hold holds, in one line."""
    if one.copy is not None:
        return f"{one.copy.code} · {one.copy.item.codename} / {one.copy.number}"
    return words(party_name(one.party)) if one.party else ""
