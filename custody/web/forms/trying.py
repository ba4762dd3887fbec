"""What a trial is about, and the facts of it as a form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from custody import models as m
from custody import regimes, trying
from custody.codes import normalise
from custody.policy.editing import Member
from custody.policy.regime import Pack
from custody.terms import ApprovalState, Channel, HandoffState, SystemState, Verb, Word

from ..base import language, words
from ..members import member_name
from ..names import level_name, party_name, person_label, regime_name
from .fields import Day, Line, WordChoice

LISTED = 200
NEEDED: dict[str, tuple[str, ...]] = {
    Verb.HOP_REQUEST.value: ("hop", "to_party"),
    Verb.HOP_APPROVE.value: ("approval",),
    Verb.HANDOFF_OFFER.value: ("hop", "copies", "person", "system", "channel", "due_back"),
    Verb.HANDOFF_ACCEPT.value: ("handoff",),
}
"""What an act touches, beside its project."""


class CaseForm(forms.Form):
    """The act, and what it would touch: once a project is chosen the fields for its things are there."""

    verb = WordChoice(Verb, label=_("What is done?"), error_messages={"required": _("Choose what is done")})
    project = forms.ChoiceField(
        label=_("On which project?"),
        required=False,
        help_text=_("Without one an invented case is tried, in which everything is in order at first."),
    )
    regime = forms.ChoiceField(
        label=_("Under which rules?"), required=False, help_text=_("For an invented case only.")
    )

    def __init__(self, data: Any, *, user: Any, asked: dict[str, str]) -> None:
        """Take what was sent, or None for what is only begun; ``asked`` has what is chosen so far."""
        super().__init__(data, initial=asked)
        self.user = user
        rows = trying.projects(user).order_by("code")[:LISTED]
        self.projects = {str(p.id): p for p in rows}
        self._choose("project", [(id, f"{p.code} {p.title}") for id, p in self.projects.items()])
        self._choose("regime", [(name, words(regime_name(name))) for name in regimes.all_names()])
        self.chosen: dict[str, dict[str, Any]] = {}
        project = self.projects.get(str(asked.get("project", "")))
        if project is not None:
            del self.fields["regime"]
            for name in NEEDED.get(str(asked.get("verb", "")), ()):
                getattr(self, f"_add_{name}")(project)

    @property
    def begun(self) -> bool:
        """Return whether it is still to be asked where the act is tried, or what it touches."""
        only_a_verb = set(self.data) == {"verb"} and self.data["verb"] in {str(verb) for verb in Verb}
        touched = [name for name in self.fields if name not in ("project", "regime")]
        return only_a_verb or any(name not in self.data for name in touched)

    def _choose(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        self.fields[name].choices = [("", "—"), *choices]  # type: ignore[attr-defined]

    def _add(self, name: str, label: Any, rows: Any, named: Any, *, required: bool = True) -> None:
        found = {str(row.id): row for row in rows[:LISTED]}
        self.chosen[name] = found
        choices = [("", "—"), *((id, named(row)) for id, row in found.items())]
        self.fields[name] = forms.ChoiceField(
            label=label,
            choices=choices,
            required=required,
            error_messages={"required": _now("Choose what it is about")},
        )

    def _add_approval(self, project: m.Project) -> None:
        rows = m.Approval.objects.filter(
            hop__project=project, state__in=[ApprovalState.REQUESTED, ApprovalState.GRANTED]
        )
        rows = rows.select_related("hop__to_party").order_by("state", "-created_at")
        # What waits first: in the words of the table "requested" stands behind "granted".
        rows = rows.reverse()
        self._add(
            "approval",
            _("Which request?"),
            rows,
            lambda a: f"{words(party_name(a.hop.to_party))} · {words(a.state.text)} · {a.hop.scope[:60]}",
        )

    def _add_handoff(self, project: m.Project) -> None:
        rows = m.Handoff.objects.filter(project=project, state=HandoffState.OFFERED)
        self._add(
            "handoff",
            _("Which offer?"),
            rows.select_related("receiver_party").order_by("-number"),
            lambda h: f"{h.number} · {words(party_name(h.receiver_party))}",
        )

    def _add_hop(self, project: m.Project) -> None:
        asks = self.initial.get("verb") == Verb.HOP_REQUEST.value
        self._add(
            "hop",
            _("Under which subcontract? (none: directly from the owner)")
            if asks
            else _("Over which subcontract?"),
            project.hops.select_related("from_party", "to_party").order_by("path"),
            lambda h: (
                f"{words(party_name(h.from_party))} → {words(party_name(h.to_party))} · {words(h.state.text)}"
            ),
            required=not asks,
        )

    def _add_to_party(self, project: m.Project) -> None:
        rows = m.Party.objects.visible_to(self.user).order_by("name")
        self._add("to_party", _("To which party?"), rows, lambda p: words(party_name(p)))

    def _add_copies(self, project: m.Project) -> None:
        self.fields["copies"] = Line(
            label=_("Which copies?"),
            help_text=_("Their numbers, separated by commas."),
            max_length=8000,
            error_messages={"required": _now("Name at least one copy")},
        )

    def _add_person(self, project: m.Project) -> None:
        parties = project.hops.values("to_party")
        people = m.Membership.objects.current().filter(party__in=parties).values("person")
        self._add("person", _("Who receives?"), m.Person.objects.filter(id__in=people), person_label)

    def _add_system(self, project: m.Project) -> None:
        rows = m.System.objects.visible_to(self.user).exclude(state=SystemState.RETIRED)
        self._add("system", _("Where will they be kept?"), rows.order_by("name"), lambda s: s.name)

    def _add_channel(self, project: m.Project) -> None:
        self.fields["channel"] = WordChoice(Channel, empty=False, label=_("How do they travel?"))

    def _add_due_back(self, project: m.Project) -> None:
        self.fields["due_back"] = Day(label=_("Return by"), required=False)

    def clean(self) -> dict[str, Any]:
        """Put the things in place of their ids. What is not there is told beside its field."""
        given = super().clean() or {}
        project = self.projects.get(given.get("project", ""))
        if project is None and not given.get("regime"):
            self.add_error("project", _now("Choose a project, or the rules of an invented case"))
        if project is not None and given.get("verb") and given["verb"] not in trying.REAL:
            self.add_error("verb", _now("This act is tried on an invented case only: choose no project"))
        for name, rows in self.chosen.items():
            if given.get(name):
                given[name] = rows[given[name]]
        if given.get("copies") and project is not None:
            codes = {normalise(code) for code in given["copies"].split(",") if code.strip()}
            copies = m.Copy.objects.filter(item__project=project, code__in=codes)
            given["copies"] = list(copies[: trying.COPIES + 1])
            if len(given["copies"]) != len(codes):
                self.add_error("copies", _now("Not all of these are numbers of copies of this project"))
        given["project"] = project
        return given

    def case(self) -> trying.Case:
        """Return what the trial is about; the form is valid."""
        given = {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}
        return trying.Case(**given)


class FactsForm(forms.Form):
    """The facts of a trial, each as a field of its own under its path."""

    def __init__(self, data: Any, *, members: Sequence[Member], pack: Pack) -> None:
        """Take what can be changed, with what stands there now."""
        super().__init__(data, use_required_attribute=False)
        self.members = {member.path: member for member in members}
        for member in members:
            self.fields[member.path] = _field(member, pack)

    def changes(self) -> dict[str, str]:
        """Return what was typed otherwise than it stands."""
        return {
            path: str(self.cleaned_data.get(path) or "")
            for path, member in self.members.items()
            if str(self.cleaned_data.get(path) or "") != member.text
        }


def _field(member: Member, pack: Pack) -> forms.Field:
    asked: dict[str, Any] = {
        "label": words(member_name(member)),
        "initial": member.text,
        "required": not member.nullable and member.kind != "list",
        "error_messages": {"required": _now("This cannot be left empty")},
    }
    if member.kind in ("word", "level", "truth"):
        return forms.ChoiceField(choices=_choices(member, pack), **asked)
    if member.kind == "day":
        return Line(max_length=10, widget=forms.DateInput(attrs={"type": "date"}), **asked)
    return Line(max_length=200 if member.kind != "list" else 2000, **asked)


def _choices(member: Member, pack: Pack) -> list[tuple[str, str]]:
    first = [("", _now("Not known"))] if member.nullable else []
    if member.kind == "truth":
        return [*first, ("yes", _now("Yes")), ("no", _now("No"))]
    if member.kind == "level":
        found = [(level.id, words(level_name(level.id, pack.id))) for level in pack.levels]
        known = {id for id, _name in found}
        return [*first, *found, *([(member.text, member.text)] if member.text not in known else [])]
    kind: type[Word] = member.words or Verb
    return [*first, *((str(word), word.text.get(language())) for word in kind)]
