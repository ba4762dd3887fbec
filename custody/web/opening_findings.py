"""Findings of old registers: what breaks a rule of what stood on paper, who sees to it, what was done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from custody import models as m
from custody.actions import opening_findings as actions
from custody.actions.base import done_before
from custody.filters import OpeningFindingFilter
from custody.policy.engine import Finding
from custody.stored import reader_of
from custody.terms import Settled, Text

from . import entries
from .base import actor_of, screen, token_of, told_in, visible_or_404, words
from .findings import checks
from .forms.fields import Day, Paragraph
from .listing import List, Listed, Shown
from .names import named, party_name, project_crumbs
from .patterns import Choice, Fact, Link


def _rule(row: m.OpeningFinding) -> Link:
    title = Finding.from_json(row.finding).title
    text = Text(f"{row.code} {title.en}", f"{row.code} {title.zh}")
    return Link(text, reverse("opening_finding", args=[row.id]))


def _about(row: m.OpeningFinding) -> Any:
    if row.item:
        return row.item.codename
    if row.hop_id and row.party:
        return Link(party_name(row.party), reverse("hop", args=[row.hop_id]))
    person = row.person.name if row.person else ""
    place = row.system.name if row.system else ""
    return [party_name(row.party) if row.party else "", *filter(None, (person, place))]


class FindingTable(Listed):
    """Findings of old registers, those that are due first."""

    related = ("register__project", "item", "party", "person", "system", "owner")
    rule = Shown(_l("Rule"), _rule, "code")
    about = Shown(_l("About"), _about)
    copies = Shown(_l("Copies"), lambda f: f.copies or None, "copies")
    outcome = Shown(_l("What the rule says"), lambda f: f.outcome, "outcome")
    due = Shown(_l("Due"), lambda f: f.due, "due")
    owner = Shown(_l("Who sees to it"), lambda f: f.owner.name if f.owner else None, "owner__name")
    state = Shown(_l("State"), lambda f: f.state, "state")
    register = Shown(_l("Register"), lambda f: f.register.name, "register__name", first=False)


FINDINGS = List(
    "opening_findings", _l("Findings of old registers"), OpeningFindingFilter, FindingTable,
    _l("No finding fits."),
)  # fmt: skip


@screen()
def index(request: HttpRequest) -> HttpResponse:
    """List the findings that this reader may see."""
    return FINDINGS.answer(request, m.OpeningFinding.objects.visible_to(request.user))


class _Seen(forms.Form):
    """A form that rests on the state that was shown."""

    seen = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any, row: m.OpeningFinding) -> None:
        """Take the state."""
        super().__init__(data, initial={"seen": row.entry})


class SettleForm(_Seen):
    """What was done."""

    resolution = Paragraph(label=_l("What was done?"), error_messages={"required": _l("Say what was done")})


class AssignForm(_Seen):
    """Who sees to it, and by when."""

    owner: Any = forms.ModelChoiceField(
        None,
        label=_l("Who sees to it?"),
        empty_label="—",
        error_messages={
            "required": _l("Choose the person"), "invalid_choice": _l("Choose one of these people"),
        },
    )  # fmt: skip
    due = Day(label=_l("By which day?"), error_messages={"required": _l("Give the day")})

    def __init__(self, data: Any, row: m.OpeningFinding) -> None:
        """Offer the people of the project's owner."""
        super().__init__(data, row)
        members = m.Membership.objects.current().filter(party=row.register.project.owner_party_id)
        field: Any = self.fields["owner"]
        field.queryset = m.Person.objects.filter(id__in=members.values("person")).order_by("name")
        self.initial.update({"owner": row.owner_id, "due": row.due})


FORMS: dict[str, tuple[Any, Callable[[Any, m.OpeningFinding], forms.Form], Callable[..., Any]]] = {
    "settle": (_l("Say what was done"), SettleForm, actions.settle),
    "assign": (_l("Name who sees to it"), AssignForm, actions.assign),
}


def _rows() -> Any:
    return m.OpeningFinding.objects.select_related(*FindingTable.related, "settled_by")


def _crumbs(row: m.OpeningFinding) -> list[Link]:
    here = reverse("opening_register", args=[row.register_id])
    return [*project_crumbs(row.register.project), Link(row.register.name, here)]


@screen()
def detail(request: HttpRequest, finding: UUID) -> HttpResponse:
    """Show one finding: what the rule says, of what, by when, and what to do."""
    row = visible_or_404(_rows(), request, finding)
    project, actor = row.register.project, actor_of(request)
    said = Finding.from_json(row.finding)
    audience, party = reader_of(request.user, project)
    context = {
        "crumbs": _crumbs(row),
        "heading": words(said.title),
        "state": row.state,
        "lead": _("What stood on paper was taken over all the same. This is to be put in order."),
        "facts": [
            Fact(_("About"), _about(row)),
            *([] if row.hop_id else [Fact(_("Copies"), row.copies)]),
            Fact(_("Due"), row.due),
            Fact(_("Who sees to it"), row.owner.name if row.owner else None),
            *([Fact(_("What was done"), row.resolution, note=row.settled_by.name)] if row.settled_by else []),
        ],
        "checks": checks([said], audience, party, named(request, [said])),
        "choices": [
            Choice("", label, href=reverse(f"opening_finding_{verb}", args=[row.id]))
            for verb, (label, _form, _do) in FORMS.items()
            if row.state is Settled.OPEN and actor.can(f"register.{verb}", owner=project.owner_party_id)
        ],
        "entry_state": entries.state_of(row.entry),
    }
    return render(request, "opening/finding.html", context)


@screen("GET", "POST")
def act(request: HttpRequest, finding: UUID, verb: str) -> HttpResponse:
    """Settle a finding, or name who sees to it."""
    row = visible_or_404(_rows(), request, finding)
    label, make, do = FORMS[verb]
    actor, token, page = actor_of(request), token_of(request), reverse("opening_finding", args=[row.id])
    actor.require(f"register.{verb}", owner=row.register.project.owner_party_id)
    if request.method == "POST" and token and done_before(actor, token, f"register.{verb}"):
        return redirect(page)
    form = make(request.POST if request.method == "POST" else None, row)
    if form.is_bound and form.is_valid():
        with told_in(form):
            given = dict(form.cleaned_data)
            if "owner" in given:
                given["owner"] = given["owner"].id
            do(replace(actor, expects=given.pop("seen")), finding=row.id, **given)
            return redirect(page)
    context = {
        "crumbs": [*_crumbs(row), Link(row.code, page)],
        "heading": label,
        "form": form,
        "choices": [Choice("do", label, "primary", "step")],
        "cancel": page,
    }
    return render(request, "party/act.html", context, status=422 if form.errors else 200)
