"""Drafts of guided forms: what is kept of one, and how it comes back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils import timezone

from custody import models as m
from custody.actions import kept

from .base import signed_in, token_of

if TYPE_CHECKING:
    from .guided import Guided

Answers = dict[str, Any]
PLACE = "@place"
"""Beside the answers: which of the forms of one verb and project they belong to. No field is called so."""
OPEN = "open"


@dataclass(frozen=True, slots=True)
class Found:
    """A draft as the page of its form meets it; when not ``taken_up``, ``href`` leads to where it is."""

    at: dt.datetime
    answers: Answers
    taken_up: bool
    href: str


def typed(form: forms.Form, data: QueryDict) -> Answers:
    """Return what was typed into the fields of a form: texts and lists of texts, no token and no file."""
    return {
        name: data.getlist(name) if isinstance(field, forms.MultipleChoiceField) else data.get(name, "")
        for name, field in form.fields.items()
        if not isinstance(field, forms.FileField)
    }


def keep(guide: Guided[Any], form: forms.Form) -> None:
    """Keep what was typed so far; an empty form leaves an earlier draft alone."""
    data: Any = form.data
    answers = {name: value for name, value in typed(form, data).items() if name != "submission"}
    if not any(answers.values()):
        return
    if place := guide.place():
        answers[PLACE] = place
    kept.keep_draft(
        signed_in(guide.request),
        project=guide.project.id,
        verb=guide.verb,
        data=answers,
        submission=token_of(guide.request),
    )


def find(guide: Guided[Any]) -> Found | None:
    """Return the draft of this user for this project and verb; one that is too old is none."""
    rows = m.Draft.objects.visible_to(guide.request.user).filter(project=guide.project, verb=guide.verb)
    row = rows.filter(updated_at__gt=timezone.now() - kept.DRAFT_LASTS).first()
    if row is None:
        return None
    answers = dict(row.data)
    place = answers.pop(PLACE, "")
    asked = guide.request.GET.get("draft") == OPEN
    return Found(
        row.updated_at,
        answers,
        place == guide.place() and (asked or (guide.suggested() is None and guide.takes_up(answers))),
        guide.page_of(place),
    )


def left_out(form: forms.Form) -> list[str]:
    """Take out of an unbound form what is not among its choices (any more); return the labels of fields."""
    gone = []
    for name, field in form.fields.items():
        if not isinstance(field, forms.ChoiceField):
            continue
        value = form.initial.get(name)
        values = value if isinstance(value, list) else [value]
        fit = [v for v in values if v and field.valid_value(str(v))]
        if fit != [v for v in values if v]:
            gone.append(str(field.label))
            form.initial[name] = fit if isinstance(value, list) else ""
    return gone


def posted(form: forms.Form) -> QueryDict:
    """Return the initial values of a form as if they had been sent: for what the rules say of them."""
    data = QueryDict(mutable=True)
    for name, value in form.initial.items():
        values = value if isinstance(value, list) else [value]
        data.setlist(name, ["" if v is None else str(v) for v in values])
    return data


def uuid_or_none(text: str) -> UUID | None:
    """Return the id that an address names; None for what is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
