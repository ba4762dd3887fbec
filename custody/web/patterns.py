"""What the page patterns under ``templates/patterns/`` are given.

A view fills these; a template then only says ``{% include "patterns/facts.html" with facts=facts %}``. Values
are handed over as they are (words, dates, lists, texts in two languages): the filter ``shown`` puts them
into the reader's language. ``/style`` shows every pattern with sample data.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.forms import BaseForm
from django.forms.boundfield import BoundField

from custody.terms import FindingOutcome

Tone = Literal["ok", "wait", "warn", "bad", "off"]


@dataclass(frozen=True, slots=True)
class Link:
    """A value that leads somewhere; in a table or among facts the words are the link."""

    text: Any
    href: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of ``facts.html``: what it is called, what it is, and a remark in small type."""

    label: Any
    value: Any
    href: str = ""
    note: Any = ""
    mono: bool = False


@dataclass(frozen=True, slots=True)
class Basis:
    """A citation and how far it was checked (:class:`custody.terms.BasisStatus`)."""

    citation: Any
    status: Any = None


@dataclass(frozen=True, slots=True)
class Check:
    """One line of ``checks.html``: what one rule says of the facts.

    ``values`` stand in the open, ``seen`` is folded: what the rule looked at, already narrowed to what this
    reader may see. ``barring`` tells whether "cannot tell" bars the act. Views make these from findings with
    :func:`custody.web.findings.checks`.
    """

    outcome: FindingOutcome
    sentence: Any
    code: str = ""
    remedy: Any = ""
    basis: Sequence[Basis] = ()
    values: Sequence[Fact] = ()
    seen: Sequence[Fact] = ()
    note: Any = ""
    barring: bool = True
    said: Any = ""
    """Words in place of those of the outcome."""

    @property
    def blocks(self) -> bool:
        """Whether this alone refuses the act."""
        unsure = self.outcome is FindingOutcome.CANNOT_TELL and self.barring
        return self.outcome is FindingOutcome.BLOCK or unsure

    @property
    def tone(self) -> Tone:
        """How it is marked: what cannot be told but does not bar is a warning."""
        if self.outcome is FindingOutcome.PASS:
            return "ok"
        if self.outcome is FindingOutcome.NOT_APPLICABLE:
            return "off"
        return "bad" if self.blocks else "warn"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of ``table.html``; ``number`` sets it flush right with even figures."""

    label: Any
    number: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of ``table.html``, as many cells each as there are columns; the first cell names the row."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    caption: Any = ""
    empty: Any = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A short list with its heading, and where all of it stands."""

    title: Any
    table: Table | None = None
    href: str = ""
    facts: list[Fact] | None = None
    more: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """A button of ``buttons.html`` or ``decision.html``: the posted value, its words, and its weight."""

    value: str
    label: Any
    weight: Literal["primary", "plain", "danger"] = "plain"
    name: str = "choice"
    href: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of ``timeline.html``. ``at`` is the recorded time, ``took_place_at`` what a person claimed."""

    at: dt.datetime
    sentence: Any
    actor: Any = ""
    tone: Tone = "off"
    took_place_at: dt.datetime | None = None
    source: Any = None
    entry_state: str = ""
    href: str = ""
    detail: Any = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """A job for ``progress.html``; while ``running``, ``url`` is asked again each second."""

    url: str
    text: Any
    percent: int | None = None
    running: bool = True
    tone: Tone = "wait"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was done, ready to be kept: ``receipt.html``. ``sha256`` is that of the file or leaf, in hex."""

    heading: Any
    facts: Sequence[Fact]
    entry_state: str = ""
    sha256: str = ""
    downloads: Sequence[Link] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """One line of the check-answers step, with the field names that carry the answer on."""

    label: Any
    value: Any
    field: str = ""


def answers(form: BaseForm) -> list[Answer]:
    """Return the cleaned answers of a valid form in words: a choice by its label, a row by its name.

    Hidden fields are left out. Raises AttributeError when the form was not validated.
    """
    return [
        Answer(f.label, _answer(f, form.cleaned_data.get(f.name)), f.id_for_label)
        for f in form.visible_fields()
    ]


def _answer(field: BoundField, value: Any) -> Any:
    """Return what a person reads for ``value``; a stored key never reaches the page."""
    choices = getattr(field.field, "choices", None)
    if value in (None, "", []) or choices is None or hasattr(field.field, "queryset"):
        return list(value) if hasattr(value, "__iter__") and not isinstance(value, str) else value
    labels = dict(_flat(choices))
    if isinstance(value, list | tuple):
        return [labels.get(str(v), v) for v in value]
    return labels.get(str(value), value)


def _flat(choices: Iterable[Any]) -> Iterable[tuple[str, Any]]:
    """Yield (value, label) from choices, groups opened."""
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from _flat(label)
        else:
            yield str(value), label
