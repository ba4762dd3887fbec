"""Names that people read for parties, people, levels and regimes, where they may know them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse

from custody import models as m
from custody import regimes
from custody.importers.sam_subaward_words import DoubtCode
from custody.policy.engine import Finding
from custody.policy.facts import Missing
from custody.terms import HopState, Text

from .base import language
from .patterns import Link

_NOUNS: dict[str, Any] = {
    "party": m.Party,
    "person": m.Person,
    "system": m.System,
    "copy": m.Copy,
    "item": m.Item,
    "hop": m.Hop,
}


def _is_han(text: str) -> bool:
    return any("\u3400" <= c <= "\u9fff" for c in text)


def party_name(party: m.Party) -> Text:
    """Return a party's name, in Chinese the name in Chinese characters where it has one.

    >>> from types import SimpleNamespace
    >>> party_name(SimpleNamespace(name="Northfield", other_name="北原测绘院")).zh
    '北原测绘院'
    """
    names = [n for n in (party.name, party.other_name) if n]
    han = next((n for n in names if _is_han(n)), names[0])
    other = next((n for n in names if not _is_han(n)), names[0])
    return Text(other, han)


def person_label(person: m.Person) -> str:
    """Return a person as a list of choices names them: two of one name differ by staff number."""
    return f"{person.name} · {person.staff_number}"


def party_link(party: m.Party | None) -> Link | None:
    """Return a party's name as a link to its page."""
    return Link(party_name(party), reverse("party", args=[party.id])) if party else None


def doubt_name(code: str) -> Text | str:
    """Return what kind of doubt an importer had; a code of no importer of today stands for itself."""
    return next((word.text for word in DoubtCode if word.value == code), code)


def project_crumbs(project: m.Project) -> list[Link]:
    """Return the way from the list of projects to one project."""
    return [
        Link(Text("Projects", "项目"), reverse("projects")),
        Link(project.code, reverse("project", args=[project.id])),
    ]


def level_name(level: str, regime: str) -> Text:
    """Return a classification level as its regime calls it; an unknown one stays as it is stored."""
    if not level:
        return Text("Not accredited", "未认定")
    try:
        return regimes.pack(regime).level(level).label.text
    except (Missing, ValueError, KeyError):
        return Text(level, level)


def regime_name(regime: str) -> Text:
    """Return what a regime is called."""
    try:
        return regimes.pack(regime).label.text
    except (ValueError, KeyError):
        return Text(regime, regime)


def qualification_name(type: str, grade: str = "") -> Text:
    """Return a kind of certificate with its grade as the first regime that knows it calls them."""
    for name in regimes.all_names():
        for kind in regimes.pack(name).qualification_types:
            if kind.id == type:
                found = next((g.label.text for g in kind.grades if g.id == grade), Text(grade, grade))
                label = kind.label.text
                return Text(f"{label.en}, {found.en}", f"{label.zh} {found.zh}") if grade else label
    return Text(f"{type} {grade}".strip(), f"{type} {grade}".strip())


def hop_state(hop: m.Hop) -> Text:
    """Return the state of a subcontract in words; one from a file that nobody has decided on is said so."""
    if hop.state is HopState.REQUESTED and hop.source_key is not None:
        return Text("Taken over, not approved yet", "外部导入，尚未批准")
    return hop.state.text


def category_names(categories: Iterable[str], type: str = "") -> list[Text]:
    """Return categories of work as the regimes call them."""
    known = {
        c.id: c.label.text
        for name in regimes.all_names()
        for kind in regimes.pack(name).qualification_types
        if not type or kind.id == type
        for c in kind.categories
    }
    return [known.get(c, Text(c, c)) for c in categories]


def codes_name(first: str | None, count: int | None) -> Text:
    """Return copies in a few words: the first number, and how many more.

    >>> codes_name("HF-000014-Q", 3).en
    'HF-000014-Q and 2 more'
    """
    if not first or not count:
        return Text("", "")
    return Text(f"{first} and {count - 1} more", f"{first} 等{count}份") if count > 1 else Text(first, first)


def named(
    request: HttpRequest, findings: Iterable[Finding], known: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return names for the ids in findings: what this reader may see, and what is ``known``."""
    asked: dict[str, set[str]] = defaultdict(set)
    for finding in findings:
        for given in finding.inputs.values():
            if given.refers in _NOUNS and isinstance(given.value, str):
                asked[given.refers].add(given.value)
    return {**called(request, asked), **(known or {})}


def called(request: HttpRequest, asked: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Return names for ids by noun, as far as this reader may see what they are of."""
    found: dict[str, str] = {}
    for noun, ids in asked.items():
        if noun not in _NOUNS:
            continue
        rows = _NOUNS[noun].objects.visible_to(request.user).filter(id__in=[i for i in ids if _is_uuid(i)])
        if noun == "hop":
            rows = rows.select_related("from_party", "to_party")
        found.update({str(row.id): _name(row) for row in rows})
    return found


def _name(row: Any) -> str:
    lang = language()
    if isinstance(row, m.Party):
        return party_name(row).get(lang)
    if isinstance(row, m.Hop):
        return f"{party_name(row.from_party).get(lang)} → {party_name(row.to_party).get(lang)}"
    if isinstance(row, m.Item):
        return row.codename
    return row.code if isinstance(row, m.Copy) else str(row.name)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
