"""Corrections: putting a record right (fill in, check old and new, do), and what was put right before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from custody import models as m
from custody.actions import corrections as actions
from custody.actions import results
from custody.actions.base import Actor, done_before
from custody.actions.correcting import Alteration
from custody.fields import field_name
from custody.models.handoff import SIGNED
from custody.terms import (
    ApprovalState,
    BasisKind,
    HandoffState,
    HopState,
    Marking,
    Medium,
    Network,
    PartyState,
    ProjectState,
    Provision,
    QualificationState,
    ReviewOutcome,
    Subject,
    SystemState,
    VettingClass,
    Word,
)

from . import entries
from .base import actor_of, heads, screen, token_of, told_in, words
from .forms import corrections as forms
from .forms import results as results_forms
from .forms.devices import SystemCorrection
from .names import category_names, level_name, party_name, qualification_name
from .patterns import Answer, Choice, Link, Moment, Table

ITEMS = 50
_STATES: dict[str, type[Word]] = {
    "approval": ApprovalState,
    "handoff": HandoffState,
    "hop": HopState,
    "party": PartyState,
    "project": ProjectState,
    "qualification": QualificationState,
    "system": SystemState,
}
_WORDS: dict[str, type[Word]] = {
    "network": Network,
    "provision": Provision,
    "vetting": VettingClass,
    "basis_kind": BasisKind,
    "marking": Marking,
    "medium": Medium,
    "review_outcome": ReviewOutcome,
}


@dataclass(frozen=True, slots=True)
class Noun:
    """How one kind of record is corrected: who may, what is asked, what is done, where it is read."""

    rows: Callable[[HttpRequest], Any]
    scope: Callable[[Any], dict[str, UUID]]
    form: Callable[[Any, Any], forms.Corrected]
    do: Callable[..., Any]
    page: Callable[[Any], str]
    name: Callable[[Any], Any]


def _papers(request: HttpRequest) -> Any:
    seen = m.Party.objects.visible_to(request.user).values("id")
    return m.Qualification.objects.filter(party__in=seen)


NOUNS: dict[str, Noun] = {
    "party": Noun(
        lambda request: m.Party.objects.visible_to(request.user),
        lambda row: {},
        forms.PartyCorrection,
        actions.correct_party,
        lambda row: reverse("party", args=[row.id]),
        party_name,
    ),
    "qualification": Noun(
        _papers,
        lambda row: {},
        forms.QualificationCorrection,
        actions.correct_qualification,
        lambda row: reverse("qualification", args=[row.id]),
        lambda row: qualification_name(row.type, row.grade),
    ),
    "item": Noun(
        lambda request: m.Item.objects.visible_to(request.user).select_related("project"),
        lambda row: {"owner": row.project.owner_party_id},
        forms.ItemCorrection,
        actions.correct_item,
        lambda row: reverse("project", args=[row.project_id]),
        lambda row: row.codename,
    ),
    "system": Noun(
        lambda request: m.System.objects.visible_to(request.user),
        lambda row: {},
        SystemCorrection,
        actions.correct_system,
        lambda row: reverse("system", args=[row.id]),
        lambda row: row.name,
    ),
    "project": Noun(
        lambda request: m.Project.objects.whole_for(request.user),
        lambda row: {"owner": row.owner_party_id},
        results_forms.ResultsCorrection,
        results.correct,
        lambda row: reverse("project", args=[row.id]),
        lambda row: row.code,
    ),
    "handoff": Noun(
        lambda request: m.Handoff.objects.visible_to(request.user).select_related("project"),
        lambda row: {"sender": row.sender_party_id},
        forms.HandoffCorrection,
        actions.correct_handoff,
        lambda row: reverse("handoff", args=[row.id]),
        lambda row: row.number,
    ),
}
OPEN: dict[str, tuple[Word, ...]] = {
    "handoff": (HandoffState.OFFERED, *SIGNED),
    "qualification": (QualificationState.SUBMITTED, QualificationState.VERIFIED),
}


def verb_of(noun: str) -> str:
    """Return the verb that corrects a noun."""
    return f"{noun}.correct"


def link(request: HttpRequest, row: Any) -> str:
    """Return the address at which this reader may correct a record now; empty when they may not."""
    noun = row._meta.model_name
    verb = verb_of(noun)
    may = actor_of(request).can(verb, **NOUNS[noun].scope(row))
    now = noun not in OPEN or row.state in OPEN[noun]
    return reverse(f"{noun}_correct", args=[row.id]) if may and now else ""


@screen("GET", "POST")
def correct(request: HttpRequest, noun: str, id: UUID) -> HttpResponse:
    """Correct one record: its values as they should be, then old and new side by side, then it is done."""
    kind = NOUNS[noun]
    row = get_object_or_404(kind.rows(request), id=id)
    actor = actor_of(request)
    verb = verb_of(noun)
    actor.require(verb, **kind.scope(row))
    form = kind.form(request.POST if request.method == "POST" else None, row)
    step = request.POST.get("step", "")
    if step == "do" and _done_before(actor, request, noun):
        return redirect(kind.page(row))
    if form.is_bound and form.is_valid() and step != "change":
        with told_in(form):
            if step == "do":
                sure = replace(actor, expects=form.cleaned_data["seen"])
                kind.do(sure, **{noun: row.id}, **form.given(), reason=form.cleaned_data["reason"])
                return redirect(kind.page(row))
            return _check(request, row, form, Alteration.of(row, form.given()))
    context = {
        **_context(row, kind),
        "form": form,
        "choices": [Choice("check", _("Continue"), "primary", "step")],
        "corrections": history(request, row),
    }
    wrong = form.is_bound and bool(form.errors)
    return render(request, "correction/form.html", context, status=422 if wrong else 200)


def _done_before(actor: Actor, request: HttpRequest, noun: str) -> bool:
    """Return whether this very form was sent before: by now its answers change nothing more."""
    token = token_of(request)
    return token is not None and done_before(actor, token, verb_of(noun)) is not None


def _context(row: Any, kind: Noun) -> dict[str, Any]:
    name = kind.name(row)
    return {
        "crumbs": [Link(name, kind.page(row))],
        "heading": _("Correct a record"),
        "lead": name,
        "cancel": kind.page(row),
    }


def _check(request: HttpRequest, row: Any, form: forms.Corrected, changed: Alteration) -> HttpResponse:
    noun = row._meta.model_name
    lines = [
        Answer(words(field_name(n)), f"{shown(row, n, changed.old[n])} → {shown(row, n, changed.new[n])}")
        for n in changed.names
    ]
    lines.append(Answer(form["reason"].label, form.cleaned_data["reason"]))
    context = {
        **_context(row, NOUNS[noun]),
        "form": form,
        "answers": lines,
        "again": noun == "qualification" and row.state is QualificationState.VERIFIED,
        "choices": [
            Choice("do", _("Correct it"), "primary", "step"),
            Choice("change", _("Change the answers"), "plain", "step"),
        ],
    }
    return render(request, "correction/check.html", context)


def below(item: m.Item, level: str) -> Table | None:
    """Return the copies that would stand in a place or behind a subcontract that is not good enough for their
    item at this level; None without any."""
    body = [
        [copy.code, party_name(copy.custodian_party), list(why)]
        for copy, why in actions.standing_below(item, level)
    ]
    return Table(heads(_("Copy"), _("Held by"), _("Too low")), body) if body else None


def items(request: HttpRequest, project: m.Project) -> Table | None:
    """Return a project's items with what this reader may do with each; None for who may do nothing."""
    actor, owner = actor_of(request), project.owner_party_id
    numbers, corrects = actor.can("copy.mint", owner=owner), actor.can("item.correct", owner=owner)
    if not (numbers or corrects or actor.can("item.admit", owner=owner)):
        return None
    rows = m.Item.objects.visible_to(request.user).filter(project=project)[:ITEMS]
    body = [
        [
            Link(i.codename, reverse("item", args=[i.id])),
            level_name(i.level, project.regime),
            Link(_("Number copies"), reverse("copies_new", args=[i.id])) if numbers else None,
            Link(_("Correct an item"), reverse("item_correct", args=[i.id])) if corrects else None,
        ]
        for i in rows
    ]
    return Table(heads(_("Item"), _("Classification"), _("Copies"), _("Correction")), body) if body else None


def history(request: HttpRequest, row: Any) -> list[Moment]:
    """Return the corrections of something that this reader sees, the oldest first."""
    return _history(m.Correction.objects.visible_to(request.user).of(row), lambda kept: row)


def of_items(request: HttpRequest, project: m.Project) -> list[Moment]:
    """Return the corrections of a project's items that this reader sees."""
    rows = {i.id: i for i in m.Item.objects.filter(project=project).select_related("project")}
    kept = m.Correction.objects.visible_to(request.user).filter(noun="item", object__in=list(rows))
    return _history(kept, lambda one: rows[one.object])


def _history(kept: Iterable[m.Correction], row: Callable[[m.Correction], Any]) -> list[Moment]:
    found = []
    for one in kept:
        moment = entries.moment(one.entry, {})
        if moment:
            subject = row(one)
            lines = [
                f"{words(field_name(n))}: {shown(subject, n, c[0])} → {shown(subject, n, c[1])}"
                for n, c in _changes(one).items()
            ]
            if one.noun == "item":
                lines.insert(0, subject.codename)
            found.append(replace(moment, detail=[*lines, one.reason] if one.reason else lines))
    return found


def _changes(kept: m.Correction) -> dict[str, Any]:
    """Return old and new by field; what is about a human is read from the ledger, where it can be erased."""
    found = {n: c for n, c in kept.changes.items() if c}
    if len(found) < len(kept.changes):
        told = entries.values_of(kept.entry)
        old, new = told.get("old_personal"), told.get("new_personal")
        if isinstance(old, dict) and isinstance(new, dict):
            found |= {n: [old.get(n), new[n]] for n in new}
    return found


def shown(row: Any, name: str, value: Any) -> str:
    """Return a stored value of a row's field as a person reads it."""
    noun = row._meta.model_name
    if name == "sources" and value == []:
        return _("No other item")
    if value in (None, "", [], {}):
        return "—"
    if name == "sources":
        return str(len(value))  # which ones is for the item's page, which knows who reads it
    if name in ("classified_by_id", "party_id"):
        return words(party_name(m.Party.objects.get(id=value)))
    if name == "home_id":
        return str(m.System.objects.get(id=value).name)
    if name == "person_id":
        return str(m.Person.objects.get(id=value).name)
    if name == "copies":
        return ", ".join(m.Copy.objects.filter(id__in=value).order_by("code").values_list("code", flat=True))
    if name == "noticed_at":
        return timezone.localtime(dt.datetime.fromisoformat(value)).strftime("%Y-%m-%d %H:%M")
    if name == "subjects":
        return ", ".join(words(Subject(word).text) for word in value)
    if name == "state" and noun in _STATES:
        return words(_STATES[noun](value).text)
    if name == "level" and noun == "item":
        return words(level_name(value, row.project.regime))
    if name in _WORDS:
        return words(_WORDS[name](value).text)
    if name == "levels":
        return ", ".join(words(level_name(level, family)) for family, level in sorted(value.items()))
    if name == "type":
        return words(qualification_name(value))
    if name == "categories":
        return ", ".join(words(text) for text in category_names(value))
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
